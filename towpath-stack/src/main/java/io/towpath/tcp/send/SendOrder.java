package io.towpath.tcp.send;

/// The segments that may still arrive, in the order in which they left the last time: a list through the arrays
/// of [SegmentRing]. RFC 8985 §6.2 step 5 asks only for segments sent before a certain one; in this order they
/// come first, so that nobody walks the whole flight for each acknowledgment.
///
/// What is SACKed, or lost and not sent again, is not in it.
final class SendOrder {
    private static final int NONE = -1;
    /// What of an index is kept: enough to tell entries of one flight apart, and never [#NONE].
    private static final int LOWER = 0x7fff_ffff;

    private int head = NONE;
    private int tail = NONE;

    void clear() {
        head = NONE;
        tail = NONE;
    }

    /// Adds `index`, which has just left, at the end.
    void add(SegmentRing ring, long index) {
        insertAfter(ring, tail, (int) index & LOWER);
    }

    /// Adds `index` where the moment it was sent at belongs; for entries that left long ago.
    void insert(SegmentRing ring, long index) {
        long sentAt = ring.sentAts[ring.slot(index)];
        int before = tail;
        while (before != NONE && ring.sentAts[ring.slot(before)] > sentAt) {
            before = ring.earlier[ring.slot(before)];
        }
        insertAfter(ring, before, (int) index & LOWER);
    }

    private void insertAfter(SegmentRing ring, int before, int index) {
        int after = before == NONE ? head : ring.later[ring.slot(before)];
        int slot = ring.slot(index);
        ring.earlier[slot] = before;
        ring.later[slot] = after;
        if (before == NONE) {
            head = index;
        } else {
            ring.later[ring.slot(before)] = index;
        }
        if (after == NONE) {
            tail = index;
        } else {
            ring.earlier[ring.slot(after)] = index;
        }
    }

    /// Takes `index` out.
    void remove(SegmentRing ring, long index) {
        int slot = ring.slot(index);
        int before = ring.earlier[slot];
        int after = ring.later[slot];
        if (before == NONE) {
            head = after;
        } else {
            ring.later[ring.slot(before)] = after;
        }
        if (after == NONE) {
            tail = before;
        } else {
            ring.earlier[ring.slot(after)] = before;
        }
    }

    /// The entry that left first, -1 when there is none.
    ///
    /// @param first the oldest index of the flight: gives the index its upper bits back
    long first(long first) {
        return whole(head, first);
    }

    /// The entry that left after `index`, -1 when there is none.
    long after(SegmentRing ring, long index, long first) {
        return whole(ring.later[ring.slot(index)], first);
    }

    private static long whole(int lower, long first) {
        return lower == NONE ? -1 : first + (lower - (int) first & LOWER);
    }
}
