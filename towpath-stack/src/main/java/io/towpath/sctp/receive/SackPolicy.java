package io.towpath.sctp.receive;

import io.towpath.sctp.path.Path;
import org.jspecify.annotations.Nullable;

/// When to acknowledge (RFC 9260 §6.2): "an acknowledgement SHOULD be generated for at least every second
/// packet (not every second DATA chunk) received and SHOULD be generated within 200 ms of the arrival of any
/// unacknowledged DATA chunk."
public final class SackPolicy {
    private int packets;
    private boolean due;
    private boolean first = true;
    private boolean packetHasData;
    private boolean packetHasNew;
    private boolean packetWantsSack;
    private @Nullable Path path;

    /// Nothing to acknowledge.
    public SackPolicy() {}

    /// A DATA chunk of the packet in hand was new.
    ///
    /// @param immediately it has the I bit
    public void onNew(boolean immediately) {
        packetHasData = true;
        packetHasNew = true;
        packetWantsSack |= immediately;
    }

    /// A DATA chunk of the packet in hand was here before.
    public void onDuplicate() {
        packetHasData = true;
    }

    /// A DATA chunk of the packet in hand was dropped for want of room. §6.2: "if such a DATA chunk is dropped,
    /// the receiver MUST immediately send back a SACK".
    public void onRefused() {
        packetHasData = true;
        packetWantsSack = true;
    }

    /// The whole packet was processed.
    ///
    /// @param from where it came from
    /// @param gaps TSNs were missing before it or are missing after it (§7.2.4: "it SHOULD start sending a SACK
    ///     back every time a packet arrives carrying data until the hole is filled")
    /// @return true when the packet carried DATA that waits for a delayed SACK
    public boolean onPacketEnd(Path from, boolean gaps, int frequency) {
        if (!packetHasData) {
            return false;
        }
        path = from;
        packets++;
        // §5.1: "After the reception of the first DATA chunk in an association the endpoint MUST immediately
        // respond with a SACK"; §6.2: "When a packet arrives with duplicate DATA chunk(s) and with no new DATA
        // chunk(s), the endpoint MUST immediately send a SACK".
        if (first || !packetHasNew || packetWantsSack || gaps || packets >= frequency) {
            due = true;
        }
        first = false;
        packetHasData = false;
        packetHasNew = false;
        packetWantsSack = false;
        return !due;
    }

    /// A SACK must go out with the next poll: the delay is over, or the window changed.
    public void demand() {
        due = true;
    }

    /// Whether a SACK must go out now.
    public boolean isDue() {
        return due;
    }

    /// Whether something is unacknowledged: DATA that goes out takes a SACK along (§6.1).
    public boolean isPending() {
        return due || packets > 0;
    }

    /// Where the SACK goes. §6.4: "to the same destination transport address from which it received the DATA".
    public @Nullable Path path() {
        return path;
    }

    /// The path is no more.
    public void forget(Path gone) {
        if (path == gone) {
            path = null;
        }
    }

    /// A SACK was written.
    public void sent() {
        due = false;
        packets = 0;
    }
}
