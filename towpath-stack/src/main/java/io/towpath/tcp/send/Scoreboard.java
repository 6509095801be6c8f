package io.towpath.tcp.send;

import io.towpath.congestion.DeliveryRate;

/// What is known of each segment of a [Flight]: reported by SACK, deemed lost, sent again. The sums are those
/// of RFC 6675, in sequence numbers and in segments.
public abstract sealed class Scoreboard permits Flight {
    /// The entry was reported received by SACK.
    static final int SACKED = 1;
    /// The entry is deemed lost.
    static final int LOST = 2;
    /// The entry was sent again since it was last deemed lost.
    static final int RESENT = 4;
    /// The entry was sent more than once (Karn: no RTT sample).
    static final int EVER_RESENT = 8;

    /// The entry left when the application, not the window, was the limit.
    static final int APP_LIMITED = 16;

    final DeliveryRate rate = new DeliveryRate();
    SegmentRing ring = SegmentRing.EMPTY;
    final SendOrder order = new SendOrder();
    /// Index of the oldest entry; indices only grow.
    long first;

    long next;
    long outstanding;
    long sacked;
    long lost;
    long resent;
    int sackedSegments;
    int lostSegments;
    int resentSegments;
    /// No entry before this index is lost and waits to be sent again.
    long lostHint;
    /// Every entry before this index has been looked at by [#markLostBelow].
    long markHint;

    long highestSacked;
    private long marks;

    Scoreboard() {}

    /// Deems lost what lies whole before `seq`, is not SACKed and was not looked at in this recovery yet.
    public final void markLostBelow(long seq) {
        long i = markHint;
        for (; i < next && end(i) <= seq; i++) {
            markOriginalLost(i);
        }
        markHint = i;
    }

    /// Deems the oldest entry lost, even when it was sent again before.
    public final void markFirstLost() {
        if (first < next) {
            markLost(first);
        }
    }

    /// Deems the original of an entry lost; what was sent again of it may still arrive.
    private void markOriginalLost(long index) {
        int slot = ring.slot(index);
        int flag = ring.flags[slot];
        if ((flag & (SACKED | LOST)) != 0) {
            return;
        }
        if ((flag & RESENT) == 0) {
            order.remove(ring, index);
            lostHint = Math.min(lostHint, index);
        }
        ring.flags[slot] = (byte) (flag | LOST);
        marks++;
        lost += ring.lengths[slot];
        lostSegments++;
        rate.onLost(ring.lengths[slot]);
    }

    /// Deems lost whatever was sent of entry `index`, the retransmission too.
    ///
    /// @return true when a retransmission was lost with it
    public final boolean markLost(long index) {
        int slot = ring.slot(index);
        int flag = ring.flags[slot];
        if ((flag & SACKED) != 0 || (flag & (LOST | RESENT)) == LOST) {
            return false;
        }
        markOriginalLost(index);
        if ((flag & RESENT) != 0) {
            order.remove(ring, index);
            marks += (flag & LOST) != 0 ? 1 : 0;
            forgetResent(flag, ring.lengths[slot], 1);
            ring.flags[slot] = (byte) (ring.flags[slot] & ~RESENT);
            lostHint = Math.min(lostHint, index);
            return true;
        }
        return false;
    }

    /// Deems everything lost that is not SACKed, also what was sent again.
    public final void markAllLost() {
        for (long i = first; i < next; i++) {
            markLost(i);
        }
        markHint = next;
    }

    /// True when the oldest entry is SACKed: the peer threw away what it had reported (RFC 2018 §8).
    public final boolean isReneged() {
        return first < next && isSacked(first);
    }

    /// Takes back that anything is lost: what was sent is deemed on its way, originals and retransmissions.
    public final void unmarkLost() {
        for (long i = first; i < next; i++) {
            int slot = ring.slot(i);
            int flag = ring.flags[slot];
            if ((flag & LOST) != 0) {
                ring.flags[slot] = (byte) (flag & ~LOST);
                if (!isListed(flag)) {
                    order.insert(ring, i);
                }
            }
        }
        lost = 0;
        lostSegments = 0;
        markHint = first;
        lostHint = next;
    }

    /// Starts a new recovery: entries may be deemed lost anew.
    public final void beginMarking() {
        markHint = first;
    }

    /// Index of the oldest entry that is lost and not sent again, or -1.
    public final long nextLost() {
        if (lost == 0) {
            return -1;
        }
        for (long i = Math.max(lostHint, first); i < next; i++) {
            if ((ring.flags[ring.slot(i)] & (LOST | RESENT)) == LOST) {
                lostHint = i;
                return i;
            }
        }
        lostHint = next;
        return -1;
    }

    /// Notes that entry `index`, lost or not, was sent again.
    public final void onResent(long index, long now) {
        int slot = ring.slot(index);
        int flag = ring.flags[slot];
        if (isListed(flag)) {
            order.remove(ring, index);
        }
        flag = remember(slot, flag, now);
        if ((flag & RESENT) == 0) {
            resent += ring.lengths[slot];
            resentSegments++;
        }
        ring.flags[slot] = (byte) (flag | RESENT | EVER_RESENT);
        ring.sentAts[slot] = now;
        order.add(ring, index);
    }

    /// Notes for the delivery rate that the entry in `slot` is about to leave.
    ///
    /// @return its flags after it
    final int remember(int slot, int flag, long now) {
        long pipe = pipe();
        rate.onSent(now, pipe);
        ring.remember(slot, rate, pipe + ring.lengths[slot]);
        return marked(flag);
    }

    /// The flags of an entry that leaves now.
    final int marked(int flag) {
        return rate.isApplicationLimited() ? flag | APP_LIMITED : flag & ~APP_LIMITED;
    }

    /// Tells the delivery rate that the entry in `slot` arrived, all of it or what was missing.
    final void tellRate(int slot, int flag, long end) {
        rate.onDelivered(
                ring.sentAts[slot],
                end,
                ring.deliveredThen[slot],
                ring.deliveredTimeThen[slot],
                ring.firstSendTimeThen[slot],
                ring.lostThen[slot],
                ring.inFlightThen[slot],
                (flag & APP_LIMITED) != 0);
    }

    /// How fast the network delivers.
    public final DeliveryRate rate() {
        return rate;
    }

    /// Notes that the oldest entry was sent again as a probe of the window, without having been deemed lost.
    public final void onProbed(long now) {
        int slot = ring.slot(first);
        ring.flags[slot] |= EVER_RESENT;
        ring.sentAts[slot] = now;
        if (isListed(ring.flags[slot])) {
            order.remove(ring, first);
            order.add(ring, first);
        }
    }

    static boolean isListed(int flag) {
        return (flag & SACKED) == 0 && (flag & (LOST | RESENT)) != LOST;
    }

    final void forget(int flag, int bytes, int segments) {
        outstanding -= bytes;
        if ((flag & SACKED) != 0) {
            sacked -= bytes;
            sackedSegments -= segments;
        }
        forgetLost(flag, bytes, segments);
        forgetResent(flag, bytes, segments);
    }

    final void forgetLost(int flag, int bytes, int segments) {
        if ((flag & LOST) != 0) {
            lost -= bytes;
            lostSegments -= segments;
        }
    }

    final void forgetResent(int flag, int bytes, int segments) {
        if ((flag & RESENT) != 0) {
            resent -= bytes;
            resentSegments -= segments;
        }
    }

    /// The first index whose entry starts at or after `seq`; one past the newest when there is none.
    public final long indexAtOrAfter(long seq) {
        long low = first;
        long high = next;
        while (low < high) {
            long middle = low + high >>> 1;
            if (start(middle) < seq) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /// Of the entries that may still arrive the one that left first, or -1.
    public final long earliestSent() {
        return order.first(first);
    }

    /// Of the entries that may still arrive the one that left after `index`, or -1.
    public final long sentAfter(long index) {
        return order.after(ring, index, first);
    }

    /// When entry `index` left the last time.
    public final long sentAt(long index) {
        return ring.sentAts[ring.slot(index)];
    }

    /// First sequence number of entry `index`.
    public final long start(long index) {
        return ring.starts[ring.slot(index)];
    }

    /// One past the last sequence number of entry `index`.
    public final long end(long index) {
        return ring.end(ring.slot(index));
    }

    /// Sequence numbers that entry `index` covers.
    public final int length(long index) {
        return ring.lengths[ring.slot(index)];
    }

    /// True when SACK reported entry `index`.
    public final boolean isSacked(long index) {
        return (ring.flags[ring.slot(index)] & SACKED) != 0;
    }

    /// True when entry `index` is deemed lost, whether it was sent again or not.
    public final boolean isLost(long index) {
        return (ring.flags[ring.slot(index)] & LOST) != 0;
    }

    /// True when entry `index` was reported by SACK, deemed lost or sent again.
    public final boolean isSettled(long index) {
        return (ring.flags[ring.slot(index)] & (SACKED | LOST | RESENT)) != 0;
    }

    /// Index of the oldest entry; meaningful when not empty.
    public final long firstIndex() {
        return first;
    }

    /// Index of the newest entry; meaningful when not empty.
    public final long lastIndex() {
        return next - 1;
    }

    /// True when nothing is unacknowledged.
    public final boolean isEmpty() {
        return first == next;
    }

    /// Entries held.
    public final int size() {
        return (int) (next - first);
    }

    /// Sequence numbers sent and not cumulatively acknowledged.
    public final long outstanding() {
        return outstanding;
    }

    /// Of these, reported by SACK.
    public final long sacked() {
        return sacked;
    }

    /// Of these, deemed lost.
    public final long lost() {
        return lost;
    }

    /// Of these, sent again since they were deemed lost, if they were.
    public final long resent() {
        return resent;
    }

    /// Segments reported by SACK.
    public final int sackedSegments() {
        return sackedSegments;
    }

    /// Segments deemed lost, those sent again included.
    public final int lostSegments() {
        return lostSegments;
    }

    /// Segments sent again and not yet acknowledged or deemed lost once more.
    public final int resentSegments() {
        return resentSegments;
    }

    /// The pipe of RFC 6675 §4: bytes estimated to be in the network.
    public final long pipe() {
        return outstanding - sacked - lost + resent;
    }

    /// How many segments were ever deemed lost, each as often as it was.
    public final long marks() {
        return marks;
    }

    /// One past the highest sequence number that SACK ever reported.
    public final long highestSacked() {
        return highestSacked;
    }
}
