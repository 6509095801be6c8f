package io.towpath.tcp.send;

/// What holds a sender back, and for how long in all: the application (it has nothing to send), the peer's
/// window, the send buffer, or the network and the congestion window. One look after each poll is enough:
/// nothing changes between.
public final class LimitClock {
    /// What held the sender back since the last look.
    public enum Limit {
        /// Nothing was sent or waited.
        IDLE,
        /// The network: what is out waits for its acknowledgment, and more may wait for the congestion window.
        NETWORK,
        /// The window that the peer offers.
        PEER_WINDOW,
        /// The send buffer: it is full, and all of it is out.
        SEND_BUFFER
    }

    private Limit limit = Limit.IDLE;
    private long since;
    private long busy;
    private long peerWindow;
    private long sendBuffer;

    /// Idle.
    public LimitClock() {}

    /// From `now` on `next` holds the sender back.
    public void become(long now, Limit next) {
        if (next != limit) {
            long passed = now - since;
            switch (limit) {
                case IDLE -> {}
                case NETWORK -> busy += passed;
                case PEER_WINDOW -> {
                    busy += passed;
                    peerWindow += passed;
                }
                case SEND_BUFFER -> {
                    busy += passed;
                    sendBuffer += passed;
                }
            }
            limit = next;
            since = now;
        }
    }

    /// What holds the sender back now.
    public Limit limit() {
        return limit;
    }

    /// Nanoseconds in which anything was sent or waited to be, until `now`.
    public long busy(long now) {
        return busy + (limit == Limit.IDLE ? 0 : now - since);
    }

    /// Nanoseconds in which the peer's window was the limit, until `now`.
    public long peerWindow(long now) {
        return peerWindow + (limit == Limit.PEER_WINDOW ? now - since : 0);
    }

    /// Nanoseconds in which the send buffer was the limit, until `now`.
    public long sendBuffer(long now) {
        return sendBuffer + (limit == Limit.SEND_BUFFER ? now - since : 0);
    }
}
