package io.towpath.tcp.receive;

/// When to acknowledge. RFC 9293 §3.8.6.3: an ACK "SHOULD be generated for at least every second full-sized segment"
/// and "MUST be generated within 0.5 seconds"; RFC 5681 §4.2: at once for what is out of order or fills a gap.
///
/// Input only notes; the ACK leaves at the next poll, so what arrives in one batch shares one.
public final class AckPolicy {
    private int unacknowledged;
    private boolean now;
    private boolean window;

    /// Owes nothing.
    public AckPolicy() {}

    /// Data came in order.
    ///
    /// @param mss the peer's segment size
    /// @return true when an ACK is now due at once, false when it may wait for company
    public boolean onInOrder(int bytes, int mss) {
        unacknowledged += bytes;
        now |= unacknowledged >= 2 * mss;
        return now;
    }

    /// Something came that wants an ACK at once.
    public void demand() {
        now = true;
    }

    /// The window opened enough to tell.
    public void demandUpdate() {
        window = true;
    }

    /// True when an ACK shall leave at the next poll.
    public boolean isDue() {
        return now || window;
    }

    /// True when the only reason for the ACK due is a window update.
    public boolean isUpdateOnly() {
        return window && !now;
    }

    /// True when data waits for its delayed ACK.
    public boolean isOwed() {
        return unacknowledged > 0;
    }

    /// A segment with an ACK left.
    public void onAckSent() {
        unacknowledged = 0;
        now = false;
        window = false;
    }
}
