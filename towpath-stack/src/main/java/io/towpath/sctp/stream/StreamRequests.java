package io.towpath.sctp.stream;

import io.towpath.core.Context;
import io.towpath.core.Signals;
import io.towpath.sctp.Association;
import io.towpath.sctp.AssociationState;
import io.towpath.sctp.Notification;
import io.towpath.sctp.SctpError;
import io.towpath.sctp.SctpTimer;
import io.towpath.sctp.packet.PacketBuilder;
import io.towpath.sctp.send.OutStream;
import io.towpath.wire.SctpChunks;
import io.towpath.wire.SctpReconfigParameters;
import org.jspecify.annotations.Nullable;

/// Requests of this side (RFC 6525 §5.1): one at a time, sent again until it is answered.
public final class StreamRequests {
    private static final int STREAMS_MAX = 0xffff;
    private static final int LISTED_MAX = 256;

    private final Context context;

    /// For associations of one host.
    public StreamRequests(Context context) {
        this.context = context;
    }

    /// The user asks for something. Null when the request was taken; a notification tells the outcome.
    public @Nullable SctpError ask(Association a, Reconfiguration.Request request) {
        if (!a.agreed.reconfiguration()) {
            return SctpError.NOT_SUPPORTED;
        }
        if (a.stateName() != AssociationState.Name.ESTABLISHED) {
            return SctpError.SHUTTING_DOWN;
        }
        // §5.1.1: "a sender MUST NOT have more than one request outstanding".
        if (a.reconfiguration.request != null) {
            return SctpError.IN_PROGRESS;
        }
        SctpError wrong = judge(a, request);
        if (wrong != null) {
            return wrong;
        }
        begin(a, request);
        return null;
    }

    private static @Nullable SctpError judge(Association a, Reconfiguration.Request request) {
        return switch (request) {
            case Reconfiguration.ResetOutgoing reset -> streams(reset.streams(), a.outboundStreams());
            case Reconfiguration.ResetIncoming reset ->
                streams(reset.streams(), a.receiver().streamCount());
            case Reconfiguration.ResetAssociation ignored -> null;
            case Reconfiguration.AddOutgoing add -> more(add.count(), a.outboundStreams());
            case Reconfiguration.AddIncoming add ->
                more(add.count(), a.receiver().streamCount());
        };
    }

    private static @Nullable SctpError streams(int[] streams, int count) {
        if (streams.length > LISTED_MAX) {
            return SctpError.INVALID;
        }
        for (int stream : streams) {
            if (stream < 0 || stream >= count) {
                return SctpError.BAD_STREAM;
            }
        }
        return null;
    }

    private static @Nullable SctpError more(int added, int present) {
        return added < 1 || present + added > STREAMS_MAX ? SctpError.INVALID : null;
    }

    void begin(Association a, Reconfiguration.Request request) {
        a.reconfiguration.request = request;
        a.reconfiguration.isOut = false;
        a.reconfiguration.retransmissions = 0;
        a.reconfiguration.due = true;
    }

    /// Whether a message for the stream must wait: the stream is about to begin anew.
    public static boolean holds(Association a, int stream) {
        return a.reconfiguration.request instanceof Reconfiguration.ResetAssociation
                || a.reconfiguration.request instanceof Reconfiguration.ResetOutgoing reset
                        && (reset.streams().length == 0 || contains(reset.streams(), stream));
    }

    private static boolean contains(int[] streams, int stream) {
        for (int each : streams) {
            if (each == stream) {
                return true;
            }
        }
        return false;
    }

    /// Whether the request can be sent now. §5.1.2: it names the last TSN assigned; what the user handed over
    /// before it must have its TSNs, so that it arrives with its old number.
    public boolean isReady(Association a) {
        if (!a.reconfiguration.due) {
            return false;
        }
        if (a.reconfiguration.request instanceof Reconfiguration.ResetAssociation && !a.reconfiguration.isOut) {
            // §5.1.4: user data gets no TSNs meanwhile; what has old ones must have arrived.
            return a.sendQueue.isEmpty() && a.outstanding.isEmpty();
        }
        if (!(a.reconfiguration.request instanceof Reconfiguration.ResetOutgoing reset) || a.reconfiguration.isOut) {
            return true;
        }
        if (reset.streams().length == 0) {
            return a.sendQueue.isEmpty();
        }
        for (int id : reset.streams()) {
            OutStream stream = a.sendQueue.known(id);
            if (stream != null && !stream.isEmpty()) {
                return false;
            }
        }
        return true;
    }

    /// Adds the RE-CONFIG chunk with the request to the packet in hand.
    public void write(Association a, PacketBuilder packet) {
        Reconfiguration r = a.reconfiguration;
        byte[] b = packet.bytes();
        int at = SctpChunks.writeHead(b, packet.at(), SctpChunks.RECONFIG, 0, SctpChunks.HEAD);
        Reconfiguration.Request request = r.request;
        switch (request) {
            case Reconfiguration.ResetOutgoing reset -> {
                int answers = reset.answers() >= 0 ? (int) reset.answers() : r.expected - 1;
                int last = (int) (a.outstanding.nextTsn() - 1);
                at = SctpReconfigParameters.writeOutgoingReset(
                        b, at, r.sequence, answers, last, reset.streams().length);
                at = list(b, at, reset.streams());
            }
            case Reconfiguration.ResetIncoming reset -> {
                at = SctpReconfigParameters.writeIncomingReset(b, at, r.sequence, reset.streams().length);
                at = list(b, at, reset.streams());
            }
            case Reconfiguration.ResetAssociation ignored ->
                at = SctpReconfigParameters.writeSsnTsnReset(b, at, r.sequence);
            case Reconfiguration.AddOutgoing add ->
                at = SctpReconfigParameters.writeAddStreams(
                        b, at, SctpReconfigParameters.ADD_OUTGOING, r.sequence, add.count());
            case Reconfiguration.AddIncoming add ->
                at = SctpReconfigParameters.writeAddStreams(
                        b, at, SctpReconfigParameters.ADD_INCOMING, r.sequence, add.count());
            case null -> throw new IllegalStateException("no request");
        }
        packet.finishChunk(at);
        r.due = false;
        r.isOut = true;
    }

    private static int list(byte[] b, int at, int[] streams) {
        int next = at;
        for (int stream : streams) {
            next = SctpReconfigParameters.writeStream(b, next, stream);
        }
        return next;
    }

    /// Whether a response of this number answers the request that is out.
    boolean isAnswer(Association a, int sequence) {
        Reconfiguration r = a.reconfiguration;
        return r.request != null && r.isOut && sequence == r.sequence;
    }

    /// A response of the peer (§5.2.7).
    public void onResponse(Association a, int sequence, int result) {
        Reconfiguration r = a.reconfiguration;
        Reconfiguration.Request request = r.request;
        if (request == null || !r.isOut || sequence != r.sequence) {
            return;
        }
        if (result == SctpReconfigParameters.IN_PROGRESS) {
            // "the sender […] will retransmit the request": the timer goes on, no error is counted.
            r.retransmissions = 0;
            return;
        }
        // What resets TSNs is done when its response tells the new ones (the other onResponse), and not before.
        boolean done = !(request instanceof Reconfiguration.ResetAssociation)
                && (result == SctpReconfigParameters.PERFORMED || result == SctpReconfigParameters.NOTHING_TO_DO);
        if (done && request instanceof Reconfiguration.ResetIncoming && result == SctpReconfigParameters.PERFORMED) {
            finish(a, request, null);
            return;
        }
        finish(a, request, done ? null : SctpError.DENIED);
    }

    /// A response with TSNs (§5.2.7): to the request to reset them all.
    ///
    /// @param peersNext the next TSN of the peer
    /// @param ownNext the next TSN that this side is to use
    public void onResponse(Association a, int sequence, int result, int peersNext, int ownNext) {
        Reconfiguration r = a.reconfiguration;
        Reconfiguration.Request request = r.request;
        if (result == SctpReconfigParameters.PERFORMED
                && sequence == r.sequence
                && request != null
                && r.isResettingTsns()
                && a.outstanding.isEmpty()) {
            AssociationReset.perform(a, ownNext, peersNext);
            finish(a, request, null);
        } else {
            onResponse(a, sequence, result);
        }
    }

    /// The request that is out is over, one way or the other.
    void finish(Association a, Reconfiguration.Request request, @Nullable SctpError error) {
        Reconfiguration r = a.reconfiguration;
        if (!r.holding) { // else it ends the wait of new messages for a reset of the peer's
            a.timers.stop(SctpTimer.RECONFIGURATION);
        }
        r.request = null;
        r.isOut = false;
        r.due = false;
        r.sequence++;
        switch (request) {
            case Reconfiguration.ResetOutgoing reset -> {
                if (error == null) {
                    a.sendQueue.restartNumbers(reset.streams());
                }
                a.notify(context, new Notification.StreamsReset(false, reset.streams(), error));
            }
            case Reconfiguration.ResetIncoming reset -> {
                if (error != null) {
                    a.notify(context, new Notification.StreamsReset(true, reset.streams(), error));
                }
            }
            case Reconfiguration.ResetAssociation ignored ->
                a.notify(context, new Notification.AssociationReset(error));
            case Reconfiguration.AddOutgoing add -> {
                if (error == null) {
                    a.sendQueue.streamCount(a.sendQueue.streamCount() + add.count());
                }
                changed(a, error);
            }
            case Reconfiguration.AddIncoming ignored -> {
                if (error != null) {
                    changed(a, error);
                }
            }
        }
        if (a.blocked) {
            a.blocked = false;
            a.tell(context, Signals.WRITABLE);
        }
    }

    private void changed(Association a, @Nullable SctpError error) {
        a.notify(
                context,
                new Notification.StreamsChanged(
                        a.outboundStreams(), a.receiver().streamCount(), error));
    }
}
