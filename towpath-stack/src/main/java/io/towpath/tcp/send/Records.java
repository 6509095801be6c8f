package io.towpath.tcp.send;

import java.util.Arrays;

/// Where the user ended records: no segment holds parts of two. RFC 9293 §3.9.1.2 leaves it to the sender how
/// SENDs become segments ("the sending TCP endpoint may […] combine"); a user who says where a record ends has
/// his records arrive in segments of their own, which a receiver of messages may like.
///
/// Ends of records that are acknowledged are forgotten. Whoever ends none pays nothing.
public final class Records {
    private static final long[] NONE = {};

    /// Ends, ascending, from [#first] on; in a ring of a size that is a power of two.
    private long[] ends = NONE;

    private long first;
    private long next;

    /// No records.
    public Records() {}

    /// A record ends before sequence number `end`, which is beyond all that ended before.
    public void end(long end) {
        if (next > first && ends[slot(next - 1)] == end) {
            return; // an empty record is none
        }
        if (next - first == ends.length) {
            grow();
        }
        ends[slot(next++)] = end;
    }

    private int slot(long index) {
        return (int) index & ends.length - 1;
    }

    private void grow() {
        long[] larger = new long[Math.max(8, 2 * ends.length)];
        for (long i = first; i < next; i++) {
            larger[(int) i & larger.length - 1] = ends[slot(i)];
        }
        ends = larger;
    }

    /// Ends that are not acknowledged.
    public int waiting() {
        return (int) (next - first);
    }

    /// Everything before `una` arrived.
    public void acknowledge(long una) {
        while (first < next && ends[slot(first)] <= una) {
            first++;
        }
    }

    /// Where the record ends that the byte at `seq` belongs to, `otherwise` when it did not end yet.
    public long endOf(long seq, long otherwise) {
        if (first == next || ends[slot(next - 1)] <= seq) {
            return otherwise;
        }
        // The first end beyond it. The window may be small beside what waits, so there may be many.
        long low = first;
        long high = next - 1;
        while (low < high) {
            long middle = low + high >>> 1;
            if (ends[slot(middle)] > seq) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return ends[slot(low)];
    }

    @Override
    public String toString() {
        long[] known = new long[(int) (next - first)];
        for (long i = first; i < next; i++) {
            known[(int) (i - first)] = ends[slot(i)];
        }
        return Arrays.toString(known);
    }
}
