package io.towpath.tcp.send;

import java.util.Arrays;

/// The segments that are sent and not yet cumulatively acknowledged, oldest first: a ring of parallel arrays. An entry
/// is one wire segment; a super-segment is several. An entry covers sequence numbers, so a FIN counts one.
///
/// The three sums are the scoreboard of RFC 6675: what is out, what of it was selectively acknowledged, what is
/// deemed lost, and what of the lost is in the network again.
public final class Flight {
    /// The entry was reported received by SACK.
    private static final int SACKED = 1;
    /// The entry is deemed lost.
    private static final int LOST = 2;
    /// The entry was sent again since it was last deemed lost.
    private static final int RESENT = 4;
    /// The entry was sent more than once (Karn: no RTT sample).
    private static final int EVER_RESENT = 8;

    private static final long[] NO_LONGS = {};
    private static final int[] NO_INTS = {};
    private static final byte[] NO_BYTES = {};

    private long[] starts = NO_LONGS;
    private long[] sentAts = NO_LONGS;
    private int[] lengths = NO_INTS;
    private byte[] flags = NO_BYTES;

    // Of a SACKed entry: how many entries on the search for one that is not may go on. At least 1.
    private int[] runs = NO_INTS;
    /// Index of the oldest entry; indices only grow, their slot is `index & mask`.
    private long first;

    private long next;
    private long outstanding;
    private long sacked;
    private long lost;
    private long resent;
    /// No entry before this index is lost and waits to be sent again.
    private long lostHint;
    /// Every entry before this index has been looked at by [#markLostBelow].
    private long markHint;
    /// SACK blocks seen last, so that a block that grew is walked only where it grew. Made when first needed.
    private long[] knownBlocks = NO_LONGS;

    private long highestSacked;

    /// What [#acknowledge] found: when the first newly acknowledged segment was sent, or -1 when no sample may be
    /// taken (Karn's algorithm, RFC 6298 §3).
    private long sampleSentAt;

    /// When the oldest newly acknowledged segment that was sent more than once left the last time; -1 for none.
    private long resentAt;

    private long newlyDelivered;

    /// An empty flight.
    public Flight() {}

    /// Adds what was just sent at the end.
    public void add(long seq, int length, long now) {
        int mask = lengths.length - 1;
        if (next - first > mask) {
            grow();
            mask = lengths.length - 1;
        }
        int slot = (int) next & mask;
        starts[slot] = seq;
        lengths[slot] = length;
        sentAts[slot] = now;
        flags[slot] = 0;
        next++;
        outstanding += length;
    }

    /// Takes off everything before `una`. Afterwards [#newlyDelivered] and [#sampleSentAt] tell about it.
    public void acknowledge(long una) {
        newlyDelivered = 0;
        sampleSentAt = -1;
        resentAt = -1;
        int mask = lengths.length - 1;
        while (first < next) {
            int slot = (int) first & mask;
            long start = starts[slot];
            int length = lengths[slot];
            if (start >= una) {
                break;
            }
            int flag = flags[slot];
            int taken = (int) Math.min(length, una - start);
            forget(flag, taken);
            if ((flag & SACKED) == 0) {
                newlyDelivered += taken;
                if (sampleSentAt < 0) {
                    sampleSentAt = sentAts[slot];
                }
                if (resentAt < 0 && (flag & EVER_RESENT) != 0) {
                    resentAt = sentAts[slot];
                }
            }
            if (taken < length) {
                starts[slot] = una;
                lengths[slot] = length - taken;
                break;
            }
            first++;
        }
        if (resentAt >= 0) {
            sampleSentAt = -1;
        }
        lostHint = Math.max(lostHint, first);
        markHint = Math.max(markHint, first);
        if (first == next) {
            // Positions in sequence space stay comparable, so only the block cache must go.
            Arrays.fill(knownBlocks, 0);
        }
    }

    private void forget(int flag, int bytes) {
        outstanding -= bytes;
        if ((flag & SACKED) != 0) {
            sacked -= bytes;
        }
        if ((flag & LOST) != 0) {
            lost -= bytes;
        }
        if ((flag & RESENT) != 0) {
            resent -= bytes;
        }
    }

    /// Marks what `[from, to)` covers whole as received.
    ///
    /// @return bytes newly marked
    public long sack(long from, long to) {
        long start = unknownPart(from, to);
        if (start >= to || first == next) {
            return 0;
        }
        int mask = lengths.length - 1;
        long fresh = 0;
        for (long i = notSackedFrom(indexAtOrAfter(start)); i < next; i = notSackedFrom(i + 1)) {
            int slot = (int) i & mask;
            long end = starts[slot] + lengths[slot];
            if (end > to) {
                break;
            }
            int flag = flags[slot];
            int length = lengths[slot];
            fresh += length;
            sacked += length;
            if ((flag & LOST) != 0) {
                lost -= length;
            }
            if ((flag & RESENT) != 0) {
                resent -= length;
            }
            flags[slot] = (byte) (flag & EVER_RESENT | SACKED);
            runs[slot] = 1;
            highestSacked = Math.max(highestSacked, end);
        }
        return fresh;
    }

    /// The first entry at or after `index` that is not SACKed. The way is shortened for the next search: a peer whose
    /// blocks cover the same thousands of small entries again and again must not cost a walk over them each time.
    private long notSackedFrom(long index) {
        int mask = lengths.length - 1;
        long found = index;
        while (found < next && (flags[(int) found & mask] & SACKED) != 0) {
            found += runs[(int) found & mask];
        }
        for (long i = index; i < found; ) {
            int slot = (int) i & mask;
            int step = runs[slot];
            runs[slot] = (int) (found - i);
            i += step;
        }
        return found;
    }

    /// The part of a block that may be news: all of it, or what was added at the end of a block seen before.
    private long unknownPart(long from, long to) {
        if (knownBlocks.length == 0) {
            knownBlocks = new long[8];
        }
        for (int i = 0; i < knownBlocks.length; i += 2) {
            if (knownBlocks[i] == from && knownBlocks[i + 1] > from) {
                long known = knownBlocks[i + 1];
                // The entry that straddles the old edge was not marked: walk again from its start, unless it
                // straddles the block's own beginning too.
                knownBlocks[i + 1] = Math.max(known, to);
                return known >= to ? to : Math.max(from, startOfEntryAt(known));
            }
        }
        System.arraycopy(knownBlocks, 0, knownBlocks, 2, knownBlocks.length - 2);
        knownBlocks[0] = from;
        knownBlocks[1] = to;
        return from;
    }

    private long startOfEntryAt(long seq) {
        long index = indexAtOrAfter(seq);
        long before = index - 1;
        if (before >= first) {
            int slot = (int) before & lengths.length - 1;
            if (starts[slot] + lengths[slot] > seq) {
                return starts[slot];
            }
        }
        return seq;
    }

    /// The first index whose entry starts at or after `seq`.
    private long indexAtOrAfter(long seq) {
        long low = first;
        long high = next;
        int mask = lengths.length - 1;
        while (low < high) {
            long middle = low + high >>> 1;
            if (starts[(int) middle & mask] < seq) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /// The boundary of RFC 6675 §4 IsLost: of what is not SACKed before it, "either DupThresh discontiguous SACKed
    /// sequences have arrived above […] or more than (DupThresh - 1) * SMSS bytes".
    ///
    /// @return a sequence number, or [Long#MIN_VALUE] when nothing is lost by that rule
    public long lossBoundary(int dupThresh, int mss) {
        if (sacked == 0) {
            return Long.MIN_VALUE;
        }
        int mask = lengths.length - 1;
        long bytes = (long) (dupThresh - 1) * mss;
        long above = 0;
        int sequences = 0;
        boolean inside = false;
        for (long i = indexAtOrAfter(highestSacked) - 1; i >= first && above < sacked; i--) {
            int slot = (int) i & mask;
            boolean here = (flags[slot] & SACKED) != 0;
            if (here) {
                above += lengths[slot];
                sequences += inside ? 0 : 1;
                if (above > bytes || sequences >= dupThresh) {
                    return starts[slot];
                }
            }
            inside = here;
        }
        return Long.MIN_VALUE;
    }

    /// Deems lost what lies whole before `seq`, is not SACKed and was not deemed lost in this recovery yet.
    ///
    /// @return bytes newly lost
    public long markLostBelow(long seq) {
        int mask = lengths.length - 1;
        long fresh = 0;
        long i = markHint;
        for (; i < next; i++) {
            int slot = (int) i & mask;
            if (starts[slot] + lengths[slot] > seq) {
                break;
            }
            fresh += markLost(slot, i);
        }
        markHint = i;
        return fresh;
    }

    /// Deems the oldest entry lost, even when it was sent again before.
    ///
    /// @return bytes newly lost
    public long markFirstLost() {
        if (first == next) {
            return 0;
        }
        int slot = (int) first & lengths.length - 1;
        if ((flags[slot] & RESENT) != 0 && (flags[slot] & SACKED) == 0) {
            flags[slot] &= ~RESENT;
            resent -= lengths[slot];
            lostHint = first;
        }
        return markLost(slot, first);
    }

    private long markLost(int slot, long index) {
        if ((flags[slot] & (SACKED | LOST)) != 0) {
            return 0;
        }
        flags[slot] |= LOST;
        lost += lengths[slot];
        lostHint = Math.min(lostHint, index);
        return lengths[slot];
    }

    /// Deems everything lost that is not SACKed, also what was sent again: after a retransmission timeout. When the
    /// oldest entry is SACKed the peer reneged (RFC 2018 §8), and SACK marks are forgotten too.
    public void markAllLost() {
        int mask = lengths.length - 1;
        boolean reneged = first < next && (flags[(int) first & mask] & SACKED) != 0;
        for (long i = first; i < next; i++) {
            int slot = (int) i & mask;
            int flag = flags[slot] & ~RESENT;
            flags[slot] = (byte) (reneged ? flag & ~SACKED : flag);
            if ((flags[slot] & SACKED) == 0) {
                flags[slot] |= LOST;
            }
        }
        resent = 0;
        if (reneged) {
            sacked = 0;
            Arrays.fill(knownBlocks, 0);
        }
        lost = outstanding - sacked;
        lostHint = first;
        markHint = next;
    }

    /// Starts a new recovery: entries may be deemed lost anew.
    public void beginMarking() {
        markHint = first;
    }

    /// Index of the oldest entry that is lost and not sent again, or -1.
    public long nextLost() {
        if (lost == resent) {
            return -1;
        }
        int mask = lengths.length - 1;
        for (long i = Math.max(lostHint, first); i < next; i++) {
            if ((flags[(int) i & mask] & (LOST | RESENT)) == LOST) {
                lostHint = i;
                return i;
            }
        }
        return -1;
    }

    /// Notes that the lost entry `index` was sent again.
    public void onResent(long index, long now) {
        int slot = (int) index & lengths.length - 1;
        flags[slot] |= RESENT | EVER_RESENT;
        sentAts[slot] = now;
        resent += lengths[slot];
    }

    /// Notes that the oldest entry was sent again as a probe, without having been deemed lost.
    public void onProbed(long now) {
        int slot = (int) first & lengths.length - 1;
        flags[slot] |= EVER_RESENT;
        sentAts[slot] = now;
    }

    /// Cuts every entry into pieces of at most `mss` after the segment size shrank. Rare, so plainly rebuilt.
    public void resegment(int mss) {
        long[] oldStarts = starts;
        long[] oldSentAts = sentAts;
        int[] oldLengths = lengths;
        byte[] oldFlags = flags;
        long oldFirst = first;
        long oldNext = next;
        int mask = oldLengths.length - 1;
        int count = 0;
        for (long i = oldFirst; i < oldNext; i++) {
            count += (oldLengths[(int) i & mask] + mss - 1) / mss;
        }
        int capacity = Math.max(8, Integer.highestOneBit(Math.max(1, count)) * 2);
        starts = new long[capacity];
        sentAts = new long[capacity];
        lengths = new int[capacity];
        flags = new byte[capacity];
        runs = new int[capacity];
        first = 0;
        next = 0;
        for (long i = oldFirst; i < oldNext; i++) {
            int slot = (int) i & mask;
            for (int done = 0; done < oldLengths[slot]; done += mss) {
                int to = (int) next++;
                starts[to] = oldStarts[slot] + done;
                lengths[to] = Math.min(mss, oldLengths[slot] - done);
                sentAts[to] = oldSentAts[slot];
                flags[to] = oldFlags[slot];
                runs[to] = 1;
            }
        }
        lostHint = 0;
        markHint = 0;
        // Pieces of an entry that a block covered in part may be covered whole.
        Arrays.fill(knownBlocks, 0);
    }

    private void grow() {
        int length = lengths.length;
        int capacity = Math.max(8, length * 2);
        long[] newStarts = new long[capacity];
        long[] newSentAts = new long[capacity];
        int[] newLengths = new int[capacity];
        byte[] newFlags = new byte[capacity];
        int[] newRuns = new int[capacity];
        for (long i = first; i < next; i++) {
            int from = (int) i & length - 1;
            int to = (int) i & capacity - 1;
            newStarts[to] = starts[from];
            newSentAts[to] = sentAts[from];
            newLengths[to] = lengths[from];
            newFlags[to] = flags[from];
            newRuns[to] = runs[from];
        }
        starts = newStarts;
        sentAts = newSentAts;
        lengths = newLengths;
        flags = newFlags;
        runs = newRuns;
    }

    /// Gives the arrays back when nothing is in flight.
    public void trim() {
        if (first == next && lengths.length > 8) {
            starts = NO_LONGS;
            sentAts = NO_LONGS;
            lengths = NO_INTS;
            flags = NO_BYTES;
            runs = NO_INTS;
            knownBlocks = NO_LONGS;
        }
    }

    /// First sequence number of entry `index`.
    public long start(long index) {
        return starts[(int) index & lengths.length - 1];
    }

    /// Sequence numbers that entry `index` covers.
    public int length(long index) {
        return lengths[(int) index & lengths.length - 1];
    }

    /// Index of the oldest entry; meaningful when not empty.
    public long firstIndex() {
        return first;
    }

    /// True when nothing is unacknowledged.
    public boolean isEmpty() {
        return first == next;
    }

    /// Entries held.
    public int size() {
        return (int) (next - first);
    }

    /// Sequence numbers sent and not cumulatively acknowledged.
    public long outstanding() {
        return outstanding;
    }

    /// Of these, reported by SACK.
    public long sacked() {
        return sacked;
    }

    /// Of these, deemed lost.
    public long lost() {
        return lost;
    }

    /// The pipe of RFC 6675 §4: bytes estimated to be in the network.
    public long pipe() {
        return outstanding - sacked - lost + resent;
    }

    /// One past the highest sequence number that SACK ever reported.
    public long highestSacked() {
        return highestSacked;
    }

    /// Bytes that the last [#acknowledge] took off and that SACK had not reported before.
    public long newlyDelivered() {
        return newlyDelivered;
    }

    /// When the oldest segment of the last [#acknowledge] was sent, or -1 when it gives no sample.
    public long sampleSentAt() {
        return sampleSentAt;
    }

    /// When the oldest segment of the last [#acknowledge] that was sent more than once left the last time, or -1.
    public long resentAt() {
        return resentAt;
    }
}
