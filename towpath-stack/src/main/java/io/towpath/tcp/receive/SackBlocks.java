package io.towpath.tcp.receive;

import io.towpath.core.IntervalSet;
import java.util.Arrays;

/// Which blocks a SACK option reports. RFC 2018 §4: the first block "MUST specify the contiguous block of data
/// containing the segment which triggered this ACK", the rest repeat "the most recently reported SACK blocks".
final class SackBlocks {
    private static final int KEPT = 4;
    private static final long[] NONE = {};

    /// A sequence number within each of the latest blocks, newest first; 0 is none. Made when first needed.
    private long[] recent = NONE;

    private long selected;

    /// A segment from `seq` on was stored beyond a hole: its block is now the newest.
    void onOutOfOrder(IntervalSet set, long seq) {
        if (recent.length == 0) {
            recent = new long[KEPT];
        }
        int block = set.indexOf(seq);
        int others = 0;
        for (int i = 0; i < KEPT; i++) {
            int index = recent[i] == 0 ? -1 : set.indexOf(recent[i]);
            if (index >= 0 && index != block) {
                recent[others++] = recent[i];
            }
        }
        Arrays.fill(recent, others, KEPT, 0);
        System.arraycopy(recent, 0, recent, 1, KEPT - 1);
        recent[0] = seq;
    }

    /// Selects up to `max` intervals: those reported most recently, then the lowest ones.
    int select(IntervalSet set, int max) {
        if (recent.length == 0) {
            return 0;
        }
        selected = 0;
        int count = 0;
        for (int i = 0; i < KEPT && count < max; i++) {
            int index = recent[i] == 0 ? -1 : set.indexOf(recent[i]);
            if (index >= 0) {
                count = select(index, count);
            }
        }
        for (int index = 0; index < set.size() && index < KEPT && count < max; index++) {
            count = select(index, count);
        }
        return count;
    }

    /// Indices of at most [#KEPT] intervals, 16 bits each.
    private int select(int index, int count) {
        for (int i = 0; i < count; i++) {
            if (selected(i) == index) {
                return count;
            }
        }
        selected |= (long) index << 16 * count;
        return count + 1;
    }

    int selected(int i) {
        return (int) (selected >>> 16 * i) & 0xffff;
    }
}
