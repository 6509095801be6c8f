package io.towpath.sctp.stream;

import org.jspecify.annotations.Nullable;

/// What an association remembers of its re-configuration: the one request that is out, and what the peer was
/// told of its last one (RFC 6525 §5.1, §5.2).
public final class Reconfiguration {
    /// A request of this side.
    public sealed interface Request {}

    /// To begin outgoing streams anew.
    ///
    /// @param streams which, empty for all
    /// @param answers the sequence number of the peer's request that it answers, -1 if it answers none
    public record ResetOutgoing(int[] streams, long answers) implements Request {}

    /// To let the peer begin its outgoing streams anew.
    ///
    /// @param streams which, empty for all
    public record ResetIncoming(int[] streams) implements Request {}

    /// More outgoing streams.
    ///
    /// @param count how many more
    public record AddOutgoing(int count) implements Request {}

    /// More incoming streams.
    ///
    /// @param count how many more
    public record AddIncoming(int count) implements Request {}

    /// To begin all streams of both directions anew, with other TSNs.
    public record ResetAssociation() implements Request {}

    /// No peer has that many chunks on their way.
    private static final long NEAR = 1 << 28;

    /// The request that waits or is out, null if there is none.
    public @Nullable Request request;

    /// The request is out: it has [#sequence] and must be answered.
    public boolean isOut;

    /// The request is to be sent, for the first time or again.
    public boolean due;

    /// Times that it was sent again.
    public int retransmissions;

    /// The sequence number of the request that is out, or of the next one. RFC 6525 §4.1: "this value is the
    /// initial TSN" at first.
    public int sequence;

    /// The sequence number that the peer's next request has.
    public int expected;

    /// The result that the peer's last request got.
    public int lastResult;

    /// The TSNs that the peer's last request got with the result: the next one of this side, and the next one
    /// that the peer is to use. Null when it was no request to reset them, or was not done.
    public int @Nullable [] lastTsns;

    /// The peer wants to reset all streams and TSNs: no message gets a TSN until that is done, or it does not
    /// ask any more.
    public boolean holding;

    /// TSNs of both sides began anew at least once.
    public boolean tsnsWereReset;

    /// Whether a request to reset all TSNs is out: what comes may be of before or after.
    public boolean isResettingTsns() {
        return isOut && request instanceof ResetAssociation;
    }

    /// Whether a TSN of the peer is one of after a reset whose response is still on its way.
    ///
    /// @param cumulative the Cumulative TSN Ack of before
    public boolean isOfAfter(long tsn, long cumulative) {
        return isResettingTsns() && tsn - cumulative > NEAR;
    }

    /// Whether a TSN that seems to lie ahead is one of before a reset, and its packet was long on the way. Each reset
    /// moves TSNs on by a part of the circle of 2^32: what was left behind by two of them comes round to the front.
    /// As long as there was none, all numbers mean what they seem to.
    ///
    /// @param latest the last one that is in use
    public boolean isBygone(long tsn, long latest) {
        return tsnsWereReset && tsn - latest > NEAR;
    }

    /// Whether a TSN that lies behind is one of before a reset: a duplicate like any other, but the peer knows
    /// nothing of its number any more.
    ///
    /// @param latest the last one that is in use
    public boolean isLeftBehind(long tsn, long latest) {
        return tsnsWereReset && latest - tsn > NEAR;
    }

    /// Begins with the initial TSNs.
    public void start(int localInitialTsn, int peerInitialTsn) {
        request = null;
        isOut = false;
        due = false;
        retransmissions = 0;
        sequence = localInitialTsn;
        expected = peerInitialTsn;
        lastResult = 0;
        lastTsns = null;
        holding = false;
        tsnsWereReset = false;
    }
}
