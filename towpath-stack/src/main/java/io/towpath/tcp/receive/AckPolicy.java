package io.towpath.tcp.receive;

import io.towpath.tcp.config.ReceiveConfig;
/// When to acknowledge. RFC 9293 §3.8.6.3: an ACK "SHOULD be generated for at least every second full-sized segment"
/// and "MUST be generated within 0.5 seconds"; RFC 5681 §4.2: at once for what is out of order or fills a gap.
///
/// Input only notes; the ACK leaves at the next poll, so what arrives in one batch shares one.
///
/// While quick ACKs are left none is delayed: a peer in slow start waits for them. They come to an end early when the
/// user answers, so that an ACK would ride on the answer.

public final class AckPolicy {
    private final ReceiveConfig config;
    private int unacknowledged;
    private int segments;
    private boolean now;
    private boolean window;
    private int quick;
    private boolean interactive;
    private long receivedAt = Long.MIN_VALUE / 2;

    /// Owes nothing.
    public AckPolicy(ReceiveConfig config) {
        this.config = config;
        this.quick = config.quickAcks();
    }

    /// Data came in order.
    ///
    /// @param mss the peer's segment size
    /// @param silence how long the peer must have sent nothing to count as one that begins anew, nanoseconds
    /// @return true when an ACK is now due at once, false when it may wait for company
    public boolean onInOrder(long at, int bytes, int mss, long silence) {
        if (at - receivedAt > silence) {
            quick = config.quickAcks();
        }
        receivedAt = at;
        unacknowledged += bytes;
        segments++;
        now |= unacknowledged >= 2 * mss || config.everySecond() && segments >= 2 || quick > 0 && !interactive;
        return now;
    }

    /// Data leaves.
    ///
    /// @param delay an answer that comes within this time would have carried the ACK, nanoseconds
    public void onDataSent(long at, long delay) {
        interactive |= at - receivedAt < delay;
    }

    /// The user wants acknowledgments at once, as far as quick ones are left, or with his answers.
    ///
    /// @return true when one that waits shall leave now
    public boolean prefer(boolean atOnce) {
        interactive = !atOnce;
        return atOnce && isOwed();
    }

    /// The answer to a SYN with data came: what the user sends now answers it in turn.
    public void onOpenedWithData(long at) {
        receivedAt = at;
    }

    /// The ACK waited for company that did not come.
    public void onDelayOver() {
        interactive = false;
        demand();
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
        quick -= unacknowledged > 0 && quick > 0 ? 1 : 0;
        unacknowledged = 0;
        segments = 0;
        now = false;
        window = false;
    }
}
