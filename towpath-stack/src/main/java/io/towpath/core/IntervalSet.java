package io.towpath.core;

import java.util.Arrays;

/// Sorted, disjoint, half-open intervals `[start, end)` of stream positions, at most a given number of them: what
/// arrived beyond a hole, what a peer has acknowledged selectively. Intervals that touch are one.
///
/// An empty set holds no arrays. Single owner.
public final class IntervalSet {
    private static final long[] EMPTY = {};
    private static final int FIRST_ARRAY = 4;
    private static final int KEPT_ARRAY = 16;

    private final int max;
    private long[] starts = EMPTY;
    private long[] ends = EMPTY;
    private int size;

    /// An empty set of at most `max` intervals.
    ///
    /// @throws IllegalArgumentException unless `max` is positive
    public IntervalSet(int max) {
        if (max < 1) {
            throw new IllegalArgumentException("max must be positive, not " + max);
        }
        this.max = max;
    }

    /// Adds `[start, end)`, merging what it touches or overlaps. An empty interval changes nothing.
    ///
    /// @return false, and nothing is changed, when one interval more than the bound would be needed
    public boolean add(long start, long end) {
        if (start >= end) {
            return true;
        }
        int from = firstEndingAtOrAfter(start);
        int to = from;
        while (to < size && starts[to] <= end) {
            to++;
        }
        if (from == to) {
            return insert(from, start, end);
        }
        starts[from] = Math.min(starts[from], start);
        ends[from] = Math.max(ends[to - 1], end);
        remove(from + 1, to);
        return true;
    }

    /// Removes every position below `position`.
    public void removeBelow(long position) {
        int keep = 0;
        while (keep < size && ends[keep] <= position) {
            keep++;
        }
        remove(0, keep);
        if (size > 0 && starts[0] < position) {
            starts[0] = position;
        }
    }

    /// Intervals held.
    public int size() {
        return size;
    }

    /// True when nothing is held.
    public boolean isEmpty() {
        return size == 0;
    }

    /// First position of interval `i`, counted from 0 in ascending order.
    public long start(int i) {
        assert i < size;
        return starts[i];
    }

    /// Position after the last one of interval `i`.
    public long end(int i) {
        assert i < size;
        return ends[i];
    }

    /// The sum of all intervals' lengths.
    public long bytes() {
        long sum = 0;
        for (int i = 0; i < size; i++) {
            sum += ends[i] - starts[i];
        }
        return sum;
    }

    /// The index of the interval that contains `position`, or -1.
    public int indexOf(long position) {
        int i = position == Long.MAX_VALUE ? size : firstEndingAtOrAfter(position + 1);
        return i < size && starts[i] <= position ? i : -1;
    }

    /// True when every position in `[start, end)` is held; an empty interval always is.
    public boolean contains(long start, long end) {
        if (start >= end) {
            return true;
        }
        int i = indexOf(start);
        return i >= 0 && end <= ends[i];
    }

    /// Forgets everything.
    public void clear() {
        remove(0, size);
    }

    private int firstEndingAtOrAfter(long position) {
        int low = 0;
        for (int high = size; low < high; ) {
            int middle = (low + high) >>> 1;
            if (ends[middle] < position) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    private boolean insert(int at, long start, long end) {
        if (size == max) {
            return false;
        }
        if (size == starts.length) {
            int length = (int) Math.min(max, Math.max(FIRST_ARRAY, 2L * size));
            starts = Arrays.copyOf(starts, length);
            ends = Arrays.copyOf(ends, length);
        }
        System.arraycopy(starts, at, starts, at + 1, size - at);
        System.arraycopy(ends, at, ends, at + 1, size - at);
        starts[at] = start;
        ends[at] = end;
        size++;
        return true;
    }

    private void remove(int from, int to) {
        if (from == to) {
            return;
        }
        System.arraycopy(starts, to, starts, from, size - to);
        System.arraycopy(ends, to, ends, from, size - to);
        size -= to - from;
        if (size == 0 && starts.length > KEPT_ARRAY) { // one bad spell should not be paid for ever after
            starts = EMPTY;
            ends = EMPTY;
        }
    }

    @Override
    public String toString() {
        var text = new StringBuilder("{");
        for (int i = 0; i < size; i++) {
            text.append(i == 0 ? "[" : " [")
                    .append(starts[i])
                    .append(',')
                    .append(ends[i])
                    .append(')');
        }
        return text.append('}').toString();
    }
}
