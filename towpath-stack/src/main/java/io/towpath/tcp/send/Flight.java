package io.towpath.tcp.send;

/// The segments that are sent and not yet cumulatively acknowledged, oldest first. An entry is one wire
/// segment; a super-segment is several. An entry covers sequence numbers, so a FIN counts one. What is known of
/// each is the [Scoreboard]; here they come and go.
public final class Flight extends Scoreboard {
    private final KnownBlocks knownBlocks = new KnownBlocks();

    /// An empty flight.
    public Flight() {}

    /// Adds what was just sent at the end.
    public void add(long seq, int length, long now) {
        addRun(seq, length, 1, now);
    }

    /// Adds `count` segments of `length` each that left together, one behind the other.
    public void addRun(long seq, int length, int count, long now) {
        if (count == 0) {
            return;
        }
        while (next - first + count > ring.capacity()) {
            ring = ring.grown(first, next);
        }
        long pipe = pipe();
        rate.onSent(now, pipe);
        byte flag = (byte) marked(0);
        for (int i = 0; i < count; i++) {
            int slot = ring.slot(next + i);
            ring.starts[slot] = seq + (long) i * length;
            ring.lengths[slot] = length;
            ring.sentAts[slot] = now;
            ring.flags[slot] = flag;
            ring.remember(slot, rate, pipe + (i + 1L) * length);
            order.add(ring, next + i);
        }
        next += count;
        outstanding += (long) count * length;
    }

    /// Takes off everything before `una` and tells `delivery` what of it is news.
    public void acknowledge(long una, Delivery delivery) {
        while (first < next) {
            acknowledgePlain(una, delivery);
            if (first == next) {
                break;
            }
            int slot = ring.slot(first);
            long start = ring.starts[slot];
            if (start >= una) {
                break;
            }
            int flag = ring.flags[slot];
            int length = ring.lengths[slot];
            int taken = (int) Math.min(length, una - start);
            if ((flag & SACKED) == 0) {
                delivery.acknowledged(start, length, taken, ring.sentAts[slot], (flag & EVER_RESENT) != 0);
                rate.onBytes(taken);
                if (taken == length) {
                    tellRate(slot, flag, start + length);
                }
            }
            forget(flag, taken, taken == length ? 1 : 0);
            if (taken < length) {
                ring.starts[slot] = una;
                ring.lengths[slot] = length - taken;
                break;
            }
            if (isListed(flag)) {
                order.remove(ring, first);
            }
            first++;
        }
        lostHint = Math.max(lostHint, first);
        markHint = Math.max(markHint, first);
        if (first == next) {
            // Positions in sequence space stay comparable, so only the block cache must go.
            knownBlocks.clear();
        }
    }

    /// Takes off the segments before `una` that were sent once and of which nothing was heard until now, as nearly all
    /// are. They left in the order of their numbers, so the last one tells of all.
    private void acknowledgePlain(long una, Delivery delivery) {
        long end = first;
        long bytes = 0;
        while (end < next && isPlain(ring.slot(end)) && ring.end(ring.slot(end)) <= una) {
            bytes += ring.lengths[ring.slot(end)];
            order.remove(ring, end);
            end++;
        }
        int segments = (int) (end - first);
        if (segments == 0) {
            return;
        }
        int oldest = ring.slot(first);
        int newest = ring.slot(end - 1);
        delivery.acknowledged(
                ring.starts[oldest], ring.lengths[oldest], ring.lengths[oldest], ring.sentAts[oldest], false);
        if (segments > 1) {
            delivery.acknowledged(
                    ring.starts[newest], ring.lengths[newest], ring.lengths[newest], ring.sentAts[newest], false);
            delivery.between(bytes - ring.lengths[oldest] - ring.lengths[newest], segments - 2);
        }
        rate.onBytes(bytes);
        tellRate(newest, ring.flags[newest], ring.end(newest));
        outstanding -= bytes;
        first = end;
    }

    /// Sent once, and nothing was heard of it.
    private boolean isPlain(int slot) {
        return (ring.flags[slot] & ~APP_LIMITED) == 0;
    }

    /// Marks what `[from, to)` covers whole as received and tells `delivery` what of it is news.
    public void sack(long from, long to, Delivery delivery) {
        long start = newPart(from, to);
        if (start >= to || first == next) {
            return;
        }
        for (long i = notSackedFrom(indexAtOrAfter(start)); i < next; i = notSackedFrom(i + 1)) {
            int slot = ring.slot(i);
            long end = ring.end(slot);
            if (end > to) {
                break;
            }
            int flag = ring.flags[slot];
            int length = ring.lengths[slot];
            delivery.sacked(ring.starts[slot], length, ring.sentAts[slot], (flag & EVER_RESENT) != 0);
            rate.onBytes(length);
            tellRate(slot, flag, end);
            if (isListed(flag)) {
                order.remove(ring, i);
            }
            sacked += length;
            sackedSegments++;
            forgetLost(flag, length, 1);
            forgetResent(flag, length, 1);
            ring.flags[slot] = (byte) (flag & (EVER_RESENT | APP_LIMITED) | SACKED);
            ring.runs[slot] = 1;
            highestSacked = Math.max(highestSacked, end);
        }
    }

    /// The first entry at or after `index` that is not SACKed. The way is shortened for the next search: a peer
    /// whose blocks cover the same thousands of small entries again and again must not cost a walk over them
    /// each time.
    private long notSackedFrom(long index) {
        long found = index;
        while (found < next && (ring.flags[ring.slot(found)] & SACKED) != 0) {
            found += ring.runs[ring.slot(found)];
        }
        for (long i = index; i < found; ) {
            int slot = ring.slot(i);
            int step = ring.runs[slot];
            ring.runs[slot] = (int) (found - i);
            i += step;
        }
        return found;
    }

    /// Where the part of a block begins that may be news: all of it, or what was added to a block seen before.
    /// The entry that straddles the old edge was not marked: it is walked again from its start, unless it
    /// straddles the block's own beginning too.
    private long newPart(long from, long to) {
        long known = knownBlocks.extend(from, to);
        return known == from ? from : known >= to ? to : Math.max(from, startOfEntryAt(known));
    }

    private long startOfEntryAt(long seq) {
        long before = indexAtOrAfter(seq) - 1;
        if (before >= first && end(before) > seq) {
            return start(before);
        }
        return seq;
    }

    /// Forgets what SACK reported.
    public void forgetSacks() {
        for (long i = first; i < next; i++) {
            int slot = ring.slot(i);
            if ((ring.flags[slot] & SACKED) != 0) {
                ring.flags[slot] &= ~SACKED;
                order.insert(ring, i);
            }
        }
        sacked = 0;
        sackedSegments = 0;
        knownBlocks.clear();
    }

    /// Cuts every entry into pieces of at most `mss` after the segment size shrank. Rare, so plainly rebuilt.
    public void resegment(int mss) {
        SegmentRing old = ring;
        long oldFirst = first;
        long oldNext = next;
        int count = 0;
        for (long i = oldFirst; i < oldNext; i++) {
            count += (old.lengths[old.slot(i)] + mss - 1) / mss;
        }
        ring = new SegmentRing(count);
        order.clear();
        first = 0;
        next = 0;
        sackedSegments = 0;
        lostSegments = 0;
        resentSegments = 0;
        for (long i = oldFirst; i < oldNext; i++) {
            int slot = old.slot(i);
            for (int done = 0; done < old.lengths[slot]; done += mss) {
                addPiece(old, slot, done, mss);
            }
        }
        lostHint = 0;
        markHint = 0;
        // Pieces of an entry that a block covered in part may be covered whole.
        knownBlocks.clear();
    }

    private void addPiece(SegmentRing old, int from, int done, int mss) {
        int slot = ring.slot(next);
        int flag = old.flags[from];
        ring.starts[slot] = old.starts[from] + done;
        ring.lengths[slot] = Math.min(mss, old.lengths[from] - done);
        ring.sentAts[slot] = old.sentAts[from];
        ring.flags[slot] = (byte) flag;
        ring.copyRate(old, from, slot);
        ring.runs[slot] = 1;
        if (isListed(flag)) {
            order.insert(ring, next);
        }
        sackedSegments += (flag & SACKED) != 0 ? 1 : 0;
        lostSegments += (flag & LOST) != 0 ? 1 : 0;
        resentSegments += (flag & RESENT) != 0 ? 1 : 0;
        next++;
    }

    /// Gives the arrays back when nothing is in flight.
    public void trim() {
        if (first == next) {
            ring = SegmentRing.EMPTY;
            order.clear();
            knownBlocks.trim();
        }
    }
}
