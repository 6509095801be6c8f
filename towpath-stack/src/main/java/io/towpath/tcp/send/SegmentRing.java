package io.towpath.tcp.send;

import io.towpath.congestion.DeliveryRate;

/// The parallel arrays behind a [Flight]: one slot for each segment, found by its index. Indices only grow; the
/// slot of an index is its lower bits, so that growing moves entries without renaming them.
final class SegmentRing {
    private static final long[] NO_LONGS = {};
    private static final int[] NO_INTS = {};
    private static final byte[] NO_BYTES = {};
    private static final int LEAST = 4;

    /// First sequence number.
    long[] starts = NO_LONGS;
    /// When the segment left the last time.
    long[] sentAts = NO_LONGS;
    /// Sequence numbers covered.
    int[] lengths = NO_INTS;
    /// What is known of the segment; the bits are [Flight]'s.
    byte[] flags = NO_BYTES;
    /// [DeliveryRate]'s memory: what was delivered and lost when it left, and bytes in flight with it.
    int[] deliveredThen = NO_INTS;

    int[] lostThen = NO_INTS;
    int[] inFlightThen = NO_INTS;
    /// When the last delivery was, and when the segment had left that was delivered.
    long[] deliveredTimeThen = NO_LONGS;

    long[] firstSendTimeThen = NO_LONGS;
    /// Of a SACKed entry: how many entries on the search for one that is not may go on. At least 1.
    int[] runs = NO_INTS;
    /// The neighbours in the order of transmission, lower bits of their indices; [SendOrder]'s.
    int[] earlier = NO_INTS;

    int[] later = NO_INTS;

    /// No entries; all flights that are empty share it.
    static final SegmentRing EMPTY = new SegmentRing();

    private SegmentRing() {}

    /// Arrays for at least `count` entries.
    SegmentRing(int count) {
        allocate(Math.max(LEAST, Integer.highestOneBit(Math.max(1, count)) * 2));
    }

    int capacity() {
        return lengths.length;
    }

    int slot(long index) {
        return (int) index & lengths.length - 1;
    }

    long end(int slot) {
        return starts[slot] + lengths[slot];
    }

    /// A ring with room for one entry more: this one with its arrays doubled, or one of its own when this is
    /// [#EMPTY]; entries `first` to `next` stay.
    SegmentRing grown(long first, long next) {
        if (this == EMPTY) {
            return new SegmentRing(1);
        }
        grow(first, next);
        return this;
    }

    private void grow(long first, long next) {
        var old = new SegmentRing();
        old.share(this);
        allocate(Math.max(LEAST, capacity() * 2));
        for (long i = first; i < next; i++) {
            int from = old.slot(i);
            int to = slot(i);
            starts[to] = old.starts[from];
            sentAts[to] = old.sentAts[from];
            lengths[to] = old.lengths[from];
            flags[to] = old.flags[from];
            copyRate(old, from, to);
            runs[to] = old.runs[from];
            earlier[to] = old.earlier[from];
            later[to] = old.later[from];
        }
    }

    void copyRate(SegmentRing old, int from, int to) {
        deliveredThen[to] = old.deliveredThen[from];
        lostThen[to] = old.lostThen[from];
        inFlightThen[to] = old.inFlightThen[from];
        deliveredTimeThen[to] = old.deliveredTimeThen[from];
        firstSendTimeThen[to] = old.firstSendTimeThen[from];
    }

    /// Remembers the state of `rate` for the segment in `slot`, which is about to leave.
    void remember(int slot, DeliveryRate rate, long inFlight) {
        deliveredThen[slot] = (int) rate.delivered();
        lostThen[slot] = (int) rate.lost();
        inFlightThen[slot] = (int) Math.min(inFlight, Integer.MAX_VALUE);
        deliveredTimeThen[slot] = rate.deliveredTime();
        firstSendTimeThen[slot] = rate.firstSendTime();
    }

    private void allocate(int capacity) {
        starts = new long[capacity];
        sentAts = new long[capacity];
        lengths = new int[capacity];
        flags = new byte[capacity];
        deliveredThen = new int[capacity];
        lostThen = new int[capacity];
        inFlightThen = new int[capacity];
        deliveredTimeThen = new long[capacity];
        firstSendTimeThen = new long[capacity];
        runs = new int[capacity];
        earlier = new int[capacity];
        later = new int[capacity];
    }

    private void share(SegmentRing other) {
        starts = other.starts;
        sentAts = other.sentAts;
        lengths = other.lengths;
        flags = other.flags;
        deliveredThen = other.deliveredThen;
        lostThen = other.lostThen;
        inFlightThen = other.inFlightThen;
        deliveredTimeThen = other.deliveredTimeThen;
        firstSendTimeThen = other.firstSendTimeThen;
        runs = other.runs;
        earlier = other.earlier;
        later = other.later;
    }
}
