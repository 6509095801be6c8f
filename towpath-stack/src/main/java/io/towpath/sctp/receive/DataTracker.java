package io.towpath.sctp.receive;

import io.towpath.core.IntervalSet;

/// Which TSNs arrived (RFC 9260 §6.7), and which came more than once since the last SACK.
public final class DataTracker {
    /// Holes that are kept at most: what a peer can make this host remember, and more gaps than a SACK can
    /// tell.
    public static final int GAPS_MAX = 512;

    private static final int DUPLICATES_MAX = 64;

    private final IntervalSet beyond = new IntervalSet(GAPS_MAX);
    private final long[] duplicates = new long[DUPLICATES_MAX];
    private int duplicateCount;
    private long cumulative;

    /// Nothing arrived.
    ///
    /// @param initialTsn the peer's first TSN, unwrapped
    public DataTracker(long initialTsn) {
        cumulative = initialTsn - 1;
    }

    /// The Cumulative TSN Ack: the latest TSN received in sequence.
    public long cumulative() {
        return cumulative;
    }

    /// The largest TSN received.
    public long highest() {
        return beyond.isEmpty() ? cumulative : beyond.end(beyond.size() - 1) - 1;
    }

    /// Whether the TSN was received before.
    public boolean has(long tsn) {
        return tsn <= cumulative || beyond.indexOf(tsn) >= 0;
    }

    /// A TSN that was not there before arrived and its chunk is kept.
    ///
    /// @return false, and nothing is changed, when there would be too many holes
    public boolean add(long tsn) {
        if (tsn == cumulative + 1) {
            cumulative = tsn;
            if (!beyond.isEmpty() && beyond.start(0) == tsn + 1) {
                cumulative = beyond.end(0) - 1;
                beyond.removeBelow(cumulative + 1);
            }
            return true;
        }
        return beyond.add(tsn, tsn + 1);
    }

    /// A TSN came again. RFC 9260 §6.2: "The duplicate TSN number(s) SHOULD be reported in the SACK".
    public void duplicate(long tsn) {
        if (duplicateCount < DUPLICATES_MAX) {
            duplicates[duplicateCount++] = tsn;
        }
    }

    /// The sender gave up all TSNs up to this one (RFC 3758 §3.6).
    public void forward(long tsn) {
        if (tsn <= cumulative) {
            return;
        }
        cumulative = tsn;
        beyond.removeBelow(tsn + 1);
        if (!beyond.isEmpty() && beyond.start(0) == tsn + 1) {
            cumulative = beyond.end(0) - 1;
            beyond.removeBelow(cumulative + 1);
        }
    }

    /// Whether TSNs are missing below some that arrived.
    public boolean hasGaps() {
        return !beyond.isEmpty();
    }

    /// Gap ack blocks.
    public int gaps() {
        return beyond.size();
    }

    /// First TSN of a block.
    public long gapStart(int index) {
        return beyond.start(index);
    }

    /// Last TSN of a block.
    public long gapEnd(int index) {
        return beyond.end(index) - 1;
    }

    /// TSNs that came again since [#clearDuplicates].
    public int duplicates() {
        return duplicateCount;
    }

    /// One of them.
    public long duplicate(int index) {
        return duplicates[index];
    }

    /// They were reported.
    public void clearDuplicates() {
        duplicateCount = 0;
    }
}
