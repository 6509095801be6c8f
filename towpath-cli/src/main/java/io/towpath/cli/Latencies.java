package io.towpath.cli;

import java.util.Arrays;

/// Durations of many round trips; keeps a bounded number of them.
final class Latencies {
    private static final int KEPT_MAX = 2_000_000;

    private long[] nanos = new long[1024];
    private int count;

    void add(long duration) {
        if (count == KEPT_MAX) {
            return;
        }
        if (count == nanos.length) {
            nanos = Arrays.copyOf(nanos, Math.min(2 * count, KEPT_MAX));
        }
        nanos[count++] = duration;
    }

    int count() {
        return count;
    }

    /// The duration that `share` of all did not exceed; 0 when there are none.
    ///
    /// @param share 0.5 is the median
    long percentile(double share) {
        if (count == 0) {
            return 0;
        }
        Arrays.sort(nanos, 0, count);
        return nanos[Math.min(count - 1, (int) Math.ceil(share * count) - (share > 0 ? 1 : 0))];
    }
}
