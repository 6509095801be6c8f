package io.towpath.nat;

import io.towpath.nat.NatMapping.State;
import io.towpath.wire.TcpHeader;

/// The state of a TCP connection, from flags and sequence numbers. It decides only how long the connection is
/// remembered; no segment is refused for it, so that every valid sequence of TCP passes (RFC 5382 §4.2: "the
/// TCP simultaneous-open" too).
///
/// | state | after | time |
/// |---|---|---|
/// | OPENING | the first segment | transitory |
/// | ESTABLISHED | segments of both sides, then one that acknowledges the other's, no SYN | established |
/// | CLOSING | a FIN of one side (the other may send for hours) | established |
/// | CLOSED | a FIN of both | transitory |
/// | RESET | a plausible RST; any other segment takes it back | transitory |
///
/// A RST comes true only at its receiver, and who makes one up does not know the sequence numbers. So one
/// that is far from what the receiver waits for changes nothing, one that is near shortens the time, and none
/// ends it.
final class TcpTracker extends Tracker {
    /// How far a RST may be beyond what its receiver acknowledged: the largest window without scaling.
    private static final int WINDOW = 0xffff;

    /// How far data may be beyond that: the largest window there is (RFC 7323 §2.3).
    private static final int WINDOW_MAX = 1 << 30;

    /// What was seen of the segments of one side.
    private static final class Side {
        boolean seen;
        boolean fin;

        /// The sequence number behind all that it sent.
        int next;

        /// What the other side acknowledged of it, if it did.
        int acknowledged;

        boolean isAcknowledged;

        void forget() {
            seen = false;
            fin = false;
            isAcknowledged = false;
        }

        int lowest() {
            return isAcknowledged ? acknowledged : next - WINDOW;
        }
    }

    private final Side inside = new Side();
    private final Side outside = new Side();
    private State state = State.OPENING;

    TcpTracker() {}

    @Override
    State state() {
        return state;
    }

    @Override
    long nanos(NatConfig.Timeouts timeouts) {
        return state == State.ESTABLISHED || state == State.CLOSING
                ? timeouts.tcpEstablished()
                : timeouts.tcpTransitory();
    }

    @Override
    void see(boolean outbound, byte[] b, int at, int end) {
        Side from = outbound ? inside : outside;
        Side to = outbound ? outside : inside;
        int flags = TcpHeader.flags(b, at);
        int sequence = TcpHeader.sequence(b, at);
        int acknowledgment = TcpHeader.acknowledgment(b, at);
        boolean acknowledges = (flags & TcpHeader.ACK) != 0;
        if ((flags & TcpHeader.RST) != 0) {
            if (state != State.CLOSED && isPlausible(from, to, sequence, acknowledges, acknowledgment)) {
                state = State.RESET;
            }
            return;
        }
        boolean syn = (flags & TcpHeader.SYN) != 0;
        if (syn) {
            if (state == State.ESTABLISHED || state == State.CLOSING) {
                return; // RFC 5961 §4: it changes nothing at its receiver either
            }
            if (state != State.OPENING && !acknowledges) {
                from.forget();
                to.forget();
                state = State.OPENING;
            }
        }
        int length = end - at - TcpHeader.dataOffset(b, at) + (syn ? 1 : 0);
        boolean fin = (flags & TcpHeader.FIN) != 0;
        send(from, sequence, length + (fin ? 1 : 0), syn);
        if (acknowledges) {
            acknowledge(to, acknowledgment);
        }
        from.fin |= fin && !syn && from.next == sequence + length + 1;
        advance(acknowledges && !syn && to.isAcknowledged);
    }

    /// @param answers whether a segment without a SYN acknowledges what the other side sent. Who sends from an
    ///     address that is not its own does not know what that was, and begins nothing that stays for hours.
    private void advance(boolean answers) {
        boolean open = state != State.OPENING && state != State.RESET;
        if (!open && !(answers && inside.seen && outside.seen)) {
            return;
        }
        if (inside.fin && outside.fin) {
            state = State.CLOSED;
        } else if (inside.fin || outside.fin) {
            state = State.CLOSING;
        } else {
            state = State.ESTABLISHED;
        }
    }

    private static void send(Side from, int sequence, int length, boolean syn) {
        int next = sequence + length;
        if (!from.seen || syn) {
            from.isAcknowledged &= from.next == next;
            from.seen = true;
            from.next = next;
        } else if (next - from.next > 0 && next - from.lowest() <= WINDOW_MAX) {
            from.next = next;
        }
    }

    private static void acknowledge(Side to, int acknowledgment) {
        if (to.seen && acknowledgment - to.lowest() >= 0 && acknowledgment - to.next <= 0) {
            to.isAcknowledged = true;
            to.acknowledged = acknowledgment;
        }
    }

    private static boolean isPlausible(Side from, Side to, int sequence, boolean acknowledges, int acknowledgment) {
        if (!from.seen) {
            // RFC 9293 §3.10.7.3: the answer to a SYN is believed when it acknowledges the SYN.
            return acknowledges && to.seen && acknowledgment == to.next;
        }
        int lowest = from.lowest();
        int highest = from.next - (lowest + WINDOW) > 0 ? from.next : lowest + WINDOW;
        return sequence - lowest >= 0 && sequence - highest <= 0;
    }
}
