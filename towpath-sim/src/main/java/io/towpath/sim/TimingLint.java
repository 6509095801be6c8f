package io.towpath.sim;

import io.towpath.core.Time;

/// The rules about moments for what one host sends on one connection: how long an acknowledgment may wait, and that
/// retransmissions into silence come at ever longer intervals.
final class TimingLint {
    /// RFC 9293 §3.8.6.3: an acknowledgment must not be delayed for more than half a second.
    private static final long ACK_DELAY_MAX = 500 * Time.MILLISECOND;

    /// From here on intervals need not grow: RFC 6298 §2.5 allows a largest timeout of 60 s or more.
    private static final long INTERVAL_MAX = 59 * Time.SECOND;

    private final long slopNanos;
    private long owedAt = Time.NEVER;
    /// A reset passed, and whether it ended the connection shows when the host speaks again: an old duplicate that
    /// comes before that is owed nothing.
    private boolean ended;
    private long againSeq = -1;
    private long againAt;
    private long againGap;

    TimingLint() {
        this(0);
    }

    /// @param slopNanos what the host adds to every timeout, which is not doubled with it
    TimingLint(long slopNanos) {
        this.slopNanos = slopNanos;
    }

    /// Something came from the peer. Ends any silence.
    ///
    /// @param advanced true when it brought what was next in order, for a connection that is open
    /// @return what the host has failed to do, or the empty string
    String received(long now, boolean advanced) {
        againSeq = -1;
        String overdue = overdue(now);
        if (advanced && owedAt == Time.NEVER && !ended) {
            owedAt = now;
        }
        return overdue;
    }

    /// Something happened that may well be a reason to send again at once.
    void disturbed() {
        againSeq = -1;
    }

    /// The connection is over, most likely: nothing is owed any more.
    void over() {
        ended = true;
        owedAt = Time.NEVER;
        againSeq = -1;
    }

    /// The host sends a segment with ACK.
    String acknowledged(long now) {
        String overdue = overdue(now);
        owedAt = Time.NEVER;
        ended = false;
        return overdue;
    }

    private String overdue(long now) {
        if (owedAt == Time.NEVER || now - owedAt <= ACK_DELAY_MAX) {
            return "";
        }
        long late = now - owedAt;
        owedAt = Time.NEVER;
        return "data waited " + SimText.time(late) + " for its acknowledgment";
    }

    /// The host sends sequence numbers from `seq` on that it sent before.
    String again(long now, long seq) {
        if (seq != againSeq) {
            againSeq = seq;
            againAt = now;
            againGap = 0;
            return "";
        }
        long gap = now - againAt;
        // RFC 6298 §5.5: "The host MUST set RTO <- RTO * 2"; a hundredth for the granularity of timers.
        boolean hasty = againGap > 0 && gap < INTERVAL_MAX && gap < againGap * 2 - againGap / 100 - slopNanos;
        String wrong = hasty
                ? "sent again " + SimText.time(gap) + " after the last time, before that it was "
                        + SimText.time(againGap)
                : "";
        againAt = now;
        againGap = gap;
        return wrong;
    }
}
