package io.towpath.tcp.recovery;

import io.towpath.tcp.config.RecoveryConfig;
import io.towpath.tcp.send.Delivery;

/// How far segments overtake one another on this path, in segments, and so how many segments above a hole mean
/// that it is a loss. Grows with what is observed, as RFC 4653 §3 argues for, and falls back when a timeout
/// shows that it has grown too far.
public final class Reordering {
    private final int least;
    private int threshold;
    private int seen;

    Reordering(int least) {
        this.least = least;
        this.threshold = least;
    }

    /// A segment that was never sent again arrived after one sent later: the distance between them is what
    /// DupThresh must not fall below.
    void onDelivery(Delivery delivery, int mss) {
        if (delivery.lowestOvertaken == Long.MAX_VALUE) {
            return;
        }
        long distance = delivery.fack() - delivery.lowestOvertaken;
        long segments = Math.min(RecoveryConfig.REORDERING_MAX, (distance + mss - 1) / mss);
        threshold = (int) Math.max(threshold, segments);
        seen++;
    }

    /// A timeout out of the blue, with so many segments SACKed as would once have meant loss.
    void onTimeout(boolean fresh, int sackedSegments) {
        if (fresh && sackedSegments >= least) {
            threshold = least;
        }
    }

    /// True when what was observed has raised DupThresh.
    boolean isRaised() {
        return threshold > least;
    }

    /// DupThresh.
    public int threshold() {
        return threshold;
    }

    /// How many acknowledgments showed reordering.
    public int seen() {
        return seen;
    }
}
