package io.towpath.tcp.receive;

import io.towpath.core.ByteRing;
import io.towpath.core.IntervalSet;
import org.jspecify.annotations.Nullable;

/// Receive sequence variables (RFC 9293 §3.3.1) and reassembly. Bytes out of order lie in the receive ring at their
/// place already, beyond its tail; an [IntervalSet] knows which. A FIN beyond a hole is one number in that set, so it
/// is never lost.
///
/// ```
///        1          2          3
///   ----------|----------|----------
///          RCV.NXT    RCV.NXT
///                    +RCV.WND
/// ```
public final class Receiver {
    /// Holes kept per connection. A peer that makes more of them gets its segments dropped, not stored.
    private static final int HOLES_MAX = 256;

    /// How far beyond the user's position a segment out of order may always lie.
    private static final int FREE_SPAN = 64 * 1024;

    /// Initial receive sequence number: the sequence number of the peer's SYN.
    public final long irs;

    /// Next sequence number expected.
    public long nxt;

    /// Receive urgent pointer: one past the last urgent byte; `irs` when there was none.
    public long up;

    /// Where in the stream the user's allocation ends (ALLOCATE); no bound before the first one.
    private long allocatedTo = Long.MAX_VALUE;

    private final ByteRing ring;
    private final IntervalSet outOfOrder = new IntervalSet(HOLES_MAX);
    private final SackBlocks sackBlocks = new SackBlocks();
    private @Nullable DuplicateBlock duplicate;
    /// The right edge of the window as far as it was ever offered: RCV.NXT + RCV.WND.
    private long edge;
    /// Sequence number of the peer's FIN; -1 while it is unknown.
    private long fin = -1;

    private int rcvMss = 536;

    /// Starts after the peer's SYN `irs`, having offered `window` bytes.
    public Receiver(long irs, long window, ByteRing ring) {
        this.irs = irs;
        this.nxt = irs + 1;
        this.up = irs;
        this.edge = nxt + window;
        this.ring = ring;
    }

    /// RCV.WND: what of the offered window is left.
    public long wnd() {
        return edge - nxt;
    }

    /// RFC 9293 §3.10.7.4, first: check sequence number. The four cases of its table.
    public boolean isAcceptable(long seq, long length) {
        long wnd = wnd();
        if (length == 0) {
            return wnd == 0 ? seq == nxt : nxt <= seq && seq < edge;
        }
        return wnd > 0 && (nxt <= seq && seq < edge || nxt <= seq + length - 1 && seq + length - 1 < edge);
    }

    /// Takes the text of an acceptable segment: trims it to the window, stores it, and moves RCV.NXT over all that is
    /// now in order.
    ///
    /// @param finAfter true when a FIN follows the last byte
    /// @return what became of it
    public Text onText(byte[] b, int at, int length, long seq, boolean finAfter) {
        if (seq == nxt && length <= wnd() && !finAfter && fin < 0 && outOfOrder.isEmpty() && length > 0) {
            // Nothing to trim and nothing that waits: as it is with nearly all text.
            ring.append(b, at, length);
            nxt += length;
            return Text.IN_ORDER;
        }
        duplicates().look(Math.max(seq, irs + 1), Math.min(seq + length, edge), nxt, outOfOrder);
        long from = Math.max(seq, nxt);
        long to = Math.min(seq + length, edge);
        long end = to;
        if (finAfter && seq + length < edge && (fin < 0 || fin == seq + length)) {
            end = to + 1;
        }
        if (fin >= 0) {
            // Nothing can follow a FIN: what claims to is not of this stream.
            to = Math.min(to, fin);
            end = Math.min(end, fin + 1);
        }
        if (end <= from) {
            return Text.DUPLICATE;
        }
        if (from == nxt) {
            store(b, at, seq, from, to);
            if (end > to) {
                fin = to;
            }
            nxt = end;
            boolean filled = absorb();
            publish();
            return filled ? Text.FILLED_HOLE : Text.IN_ORDER;
        }
        if (to > from && !isAffordable(to)) {
            return Text.TOO_FAR;
        }
        boolean known = outOfOrder.contains(from, end);
        if (!outOfOrder.add(from, end)) {
            return Text.TOO_MANY_HOLES;
        }
        store(b, at, seq, from, to);
        if (end > to) {
            fin = to;
        }
        sackBlocks.onOutOfOrder(outOfOrder, from);
        return known ? Text.DUPLICATE : Text.OUT_OF_ORDER;
    }

    /// Bytes beyond a hole lie at their place in the ring, which must reach that far: one octet at the window's
    /// edge would cost the whole buffer. So it reaches no farther than twice what this peer has sent in order
    /// so far, which a sender whose window grows with what is acknowledged does not exceed.
    private boolean isAffordable(long to) {
        long span = to - irs - 1 - ring.head();
        return span <= Math.max(FREE_SPAN, Math.max(ring.allocated(), 2 * (nxt - irs)));
    }

    private void store(byte[] b, int at, long seq, long from, long to) {
        if (to > from) {
            ring.place(from - irs - 1, b, at + (int) (from - seq), (int) (to - from));
        }
    }

    /// Moves RCV.NXT over intervals that it has reached.
    private boolean absorb() {
        boolean any = false;
        while (!outOfOrder.isEmpty() && outOfOrder.start(0) <= nxt) {
            nxt = Math.max(nxt, outOfOrder.end(0));
            outOfOrder.removeBelow(nxt);
            any = true;
        }
        return any || !outOfOrder.isEmpty();
    }

    private void publish() {
        ring.advance((finReached() ? fin : nxt) - irs - 1);
    }

    /// True when the peer's FIN was reached in order: RCV.NXT is past it.
    public boolean finReached() {
        return fin >= 0 && nxt > fin;
    }

    /// True when something lies beyond a hole.
    public boolean hasHoles() {
        return !outOfOrder.isEmpty();
    }

    /// Notes a segment of `length` bytes from `seq` on that was not taken because all of it had come before. What
    /// lies before the peer's SYN did not: it is of an earlier incarnation.
    public void onDuplicate(long seq, int length) {
        duplicates().look(Math.max(seq, irs + 1), seq + length, nxt, outOfOrder);
    }

    private DuplicateBlock duplicates() {
        DuplicateBlock present = duplicate;
        if (present == null) {
            present = new DuplicateBlock();
            duplicate = present;
        }
        return present;
    }

    /// True when a duplicate waits to be told by a D-SACK block (RFC 2883).
    public boolean hasDuplicate() {
        return duplicate != null && duplicate.isKnown();
    }

    /// First sequence number of the duplicate.
    public long duplicateLeft() {
        return duplicates().left();
    }

    /// Sequence number after the duplicate.
    public long duplicateRight() {
        return duplicates().right();
    }

    /// The duplicate was told, or will not be.
    public void forgetDuplicate() {
        if (duplicate != null) {
            duplicate.forget();
        }
    }

    /// How many SACK blocks there are to report, at most `max`; [#sackLeft] and [#sackRight] give them, the most
    /// recent first (RFC 2018 §4).
    public int sackBlocks(int max) {
        return sackBlocks.select(outOfOrder, max);
    }

    /// Left edge of the selected block `i`.
    public long sackLeft(int i) {
        return outOfOrder.start(sackBlocks.selected(i));
    }

    /// Right edge of the selected block `i`.
    public long sackRight(int i) {
        return outOfOrder.end(sackBlocks.selected(i));
    }

    /// The largest segment seen: an estimate of the peer's segment size, for acknowledging every second full one.
    public int mss() {
        return rcvMss;
    }

    /// Notes the size of a wire segment that came.
    public void onSegmentSize(int bytes) {
        rcvMss = Math.max(rcvMss, bytes);
    }

    /// The window to offer now, without moving the right edge back (RFC 9293 §3.8.6, SHLD-14), and without silly
    /// steps: "RCV.BUFF - RCV.USER - RCV.WND >= min(Fr * RCV.BUFF, Eff.snd.MSS)" with Fr = 1/2 (§3.8.6.2.2).
    ///
    /// @param sliding the edge moves by less as well while the buffer has room for much more than one segment: the
    ///     window that such a step is added to is none that a sender would cut small segments for
    public long offer(int mss, boolean sliding) {
        long limit = limit();
        long capacity = buffer();
        boolean roomy = sliding && limit - nxt >= Math.max(capacity / 4, Math.min(capacity / 2, 2L * mss));
        return (roomy || growth() >= Math.min(capacity / 2, mss) ? Math.max(edge, limit) : edge) - nxt;
    }

    /// The user will take `n` bytes more. The first call counts from what he took so far.
    public void allocate(long n) {
        allocatedTo = (allocatedTo == Long.MAX_VALUE ? ring.head() : allocatedTo) + n;
    }

    /// Goes on with the allocation that was made before the peer's SYN was known.
    public void allocatedAs(Receiver before) {
        allocatedTo = before.allocatedTo;
    }

    /// RCV.BUFF: what the receive buffer holds, and no more than the user will take.
    private long buffer() {
        return Math.min(ring.capacityMax(), Math.max(0, allocatedTo - ring.head()));
    }

    /// Notes that a window of `window` bytes after RCV.NXT was told to the peer.
    public void onOffered(long window) {
        edge = Math.max(edge, nxt + window);
    }

    /// By how much the right edge could move now.
    public long growth() {
        return Math.max(0, limit() - edge);
    }

    /// True when the user took so much that the peer should hear of it without being asked: it may be standing still.
    public boolean isUpdateDue(int mss) {
        long growth = growth();
        long half = buffer() / 2;
        return growth >= half || wnd() < 2L * mss && growth >= Math.min(half, mss);
    }

    /// The sequence number after the last byte that the buffer can hold; a FIN takes no room in it.
    private long limit() {
        return irs + 1 + ring.head() + buffer() + (finReached() ? 1 : 0);
    }

    /// What became of a segment's text.
    public enum Text {
        /// Next in order: RCV.NXT moved.
        IN_ORDER,
        /// RCV.NXT moved while there were holes: "a segment that fills in all or part of a gap" (RFC 5681 §4.2).
        FILLED_HOLE,
        /// Beyond a hole, and new.
        OUT_OF_ORDER,
        /// Nothing new.
        DUPLICATE,
        /// Beyond one hole too many; not stored.
        TOO_MANY_HOLES,
        /// So far beyond a hole that it would cost more memory than the peer has earned; not stored.
        TOO_FAR
    }
}
