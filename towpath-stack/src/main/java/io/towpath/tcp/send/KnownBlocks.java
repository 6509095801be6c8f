package io.towpath.tcp.send;

import java.util.Arrays;

/// The SACK blocks seen last, so that a block that grew is walked only where it grew, and one that is merely
/// repeated not at all.
final class KnownBlocks {
    private static final int KEPT = 4;
    private static final long[] NONE = {};

    /// Left and right edges by turns. Made when first needed.
    private long[] edges = NONE;

    /// Notes the block `[from, to)`.
    ///
    /// @return the right edge up to which a block with this left edge was seen before; `from` when it is new
    long extend(long from, long to) {
        if (edges.length == 0) {
            edges = new long[2 * KEPT];
        }
        for (int i = 0; i < edges.length; i += 2) {
            if (edges[i] == from && edges[i + 1] > from) {
                long known = edges[i + 1];
                edges[i + 1] = Math.max(known, to);
                return known;
            }
        }
        System.arraycopy(edges, 0, edges, 2, edges.length - 2);
        edges[0] = from;
        edges[1] = to;
        return from;
    }

    void clear() {
        Arrays.fill(edges, 0);
    }

    /// Gives the memory back.
    void trim() {
        edges = NONE;
    }
}
