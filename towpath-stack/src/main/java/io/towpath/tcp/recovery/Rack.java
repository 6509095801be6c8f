package io.towpath.tcp.recovery;

import io.towpath.core.Time;
import io.towpath.tcp.send.Delivery;
import io.towpath.tcp.send.Flight;

/// Recent acknowledgment (RFC 8985 §6): a segment is lost when one that was sent sufficiently later has
/// arrived. That holds for retransmissions too. It marks entries of the [Flight] and says when to look again;
/// it never sends.
public final class Rack {
    /// §6.2 step 4: the window is reset "after 16 DSACK-free recoveries".
    private static final int PERSIST = 16;

    private static final long NONE = -1;

    /// RACK.xmit_ts and RACK.end_seq: of the delivered segments the one sent last.
    private long xmitTs = NONE;

    private long endSeq;
    /// RACK.rtt: the round trip of the most recently delivered segment.
    private long rtt;

    private boolean reorderingSeen;
    private long reoWnd;
    private int reoWndMult = 1;
    private int reoWndPersist = PERSIST;
    private long dsackRound = NONE;
    private boolean found;
    private long lostAgainSentAt = NONE;

    Rack() {}

    /// Steps 1 to 3 for what an acknowledgment delivered.
    void onDelivery(Delivery delivery) {
        if (delivery.lowestOvertaken != Long.MAX_VALUE) {
            reorderingSeen = true;
        }
        if (delivery.latestSentAt < 0) {
            return;
        }
        rtt = delivery.now - delivery.latestSentAt;
        if (isAfter(delivery.latestSentAt, delivery.latestEnd, xmitTs, endSeq)) {
            xmitTs = delivery.latestSentAt;
            endSeq = delivery.latestEnd;
        }
    }

    /// RACK_sent_after: "If t1 > t2: Return true; Else if t1 == t2 AND seq1 > seq2: Return true".
    private static boolean isAfter(long t1, long seq1, long t2, long seq2) {
        return t1 > t2 || t1 == t2 && seq1 > seq2;
    }

    /// Step 4, DSACK: "Grow the reordering window per round that sees DSACK".
    void onAcknowledgment(long una, long nxt, boolean dsack) {
        if (dsackRound != NONE && una >= dsackRound) {
            dsackRound = NONE;
        }
        if (dsackRound == NONE && dsack) {
            dsackRound = nxt;
            reoWndMult++;
            reoWndPersist = PERSIST;
        }
    }

    /// Step 4: "Reset the window after 16 DSACK-free recoveries".
    void onRecoveryEnd() {
        reoWndPersist--;
        if (reoWndPersist <= 0) {
            reoWndMult = 1;
        }
    }

    /// Step 4: how much later a segment may arrive than one sent after it.
    ///
    /// @param recovering true in fast or timeout recovery
    /// @param enoughSacked true when DupThresh segments or more are SACKed
    /// @param minRtt the least round trip, 0 when none is known
    void updateWindow(boolean recovering, boolean enoughSacked, long minRtt, long srtt) {
        boolean without = !reorderingSeen && (recovering || enoughSacked);
        reoWnd = without ? 0 : Math.min(reoWndMult * (minRtt / 4), srtt);
    }

    /// Step 5, RACK_detect_loss: marks lost what was sent before RACK.segment and is overdue.
    ///
    /// @return nanoseconds after which to look again; 0 when there is nothing to wait for
    long detect(long now, Flight flight) {
        found = false;
        lostAgainSentAt = NONE;
        long timeout = 0;
        long index = flight.earliestSent();
        while (index >= 0 && isAfter(xmitTs, endSeq, flight.sentAt(index), flight.end(index))) {
            long following = flight.sentAfter(index);
            long remaining = remaining(now, flight, index);
            if (remaining <= 0) {
                found = true;
                long sentAt = flight.sentAt(index);
                if (flight.markLost(index)) {
                    lostAgainSentAt = Math.max(lostAgainSentAt, sentAt);
                }
            } else {
                timeout = Math.max(timeout, remaining);
            }
            index = following;
        }
        return timeout;
    }

    /// True when the last [#detect] marked something.
    boolean foundLoss() {
        return found;
    }

    /// When the latest of the retransmissions had left that the last [#detect] found lost; -1 when there were
    /// none.
    long lostAgainSentAt() {
        return lostAgainSentAt;
    }

    /// §6.3, RACK_mark_losses_on_RTO: "If SEG.SEQ == SND.UNA OR Segment.xmit_ts + RACK.rtt + RACK.reo_wnd -
    /// Now() <= 0: Segment.lost = TRUE". What left only now may still arrive.
    void markLossesOnTimeout(long now, Flight flight) {
        long index = flight.earliestSent();
        while (index >= 0) {
            long following = flight.sentAfter(index);
            if (index == flight.firstIndex() || remaining(now, flight, index) <= 0) {
                flight.markLost(index);
            }
            index = following;
        }
    }

    private long remaining(long now, Flight flight, long index) {
        return flight.sentAt(index) + rtt + reoWnd - now;
    }

    /// True when segments were seen to overtake one another (RACK.reordering_seen).
    public boolean isReorderingSeen() {
        return reorderingSeen;
    }

    /// RACK.reo_wnd, as last used.
    public long reorderingWindow() {
        return reoWnd;
    }

    /// RACK.reo_wnd_mult: quarters of the least round trip that the window may take.
    public int windowSteps() {
        return reoWndMult;
    }

    @Override
    public String toString() {
        return "Rack[rtt " + rtt / Time.MICROSECOND + " µs, reo_wnd " + reoWnd / Time.MICROSECOND + " µs"
                + (reorderingSeen ? ", reordering seen]" : "]");
    }
}
