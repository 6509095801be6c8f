package io.towpath.core;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Objects;

/// A stream of bytes between one producer and one consumer, which may be two threads. Positions are absolute: byte
/// `p` of the stream lies at `p mod array length`, whatever the array's length is. Nothing is allocated until the
/// first byte comes; the array then grows by powers of two as far as [#capacityMax] asks for.
///
/// The producer may also [#place] bytes ahead of the tail (a transport's out-of-order data) and make them visible
/// later with [#advance].
///
/// How two threads share it without a lock:
/// - `head` is written by the consumer only, after it has copied bytes out; the producer reads it with acquire before
///   it overwrites anything. So no byte in `[head, tail)` is ever overwritten.
/// - `tail` is written by the producer only, with release, after the bytes are in the array.
/// - The array is replaced by the producer only. It copies `[head, tail)` and what was placed beyond it to the new
///   array, publishes the array (release), and only then any tail that depends on it.
/// - The consumer reads `tail` (acquire) *before* the array. The array that it then sees is at least as new as that
///   tail, so it has all bytes below the tail. Should the producer replace the array in the meantime, the consumer's
///   one is never written again: the bytes it copies stay right.
/// - The consumer may give up the array of an empty ring ([#trimByConsumer]) though the producer comes at that
///   moment: [#write] notes that it is there first, and when it finds the consumer at it, it leaves the array alone
///   and begins with another, so that neither ever waits.
public final class ByteRing {
    /// The largest capacity: 2^30 bytes, as much as TCP's largest window.
    public static final int LIMIT = 1 << 30;

    private static final int FIRST_ARRAY = 4096;
    private static final byte[] EMPTY = {};
    private static final VarHandle ARRAY;
    private static final VarHandle HEAD;
    private static final VarHandle TAIL;
    private static final VarHandle WRITER;

    private static final int NOBODY = 0;
    private static final int WRITING = 1;
    private static final int TRIMMING = 2;

    static {
        try {
            var lookup = MethodHandles.lookup();
            ARRAY = lookup.findVarHandle(ByteRing.class, "array", byte[].class);
            HEAD = lookup.findVarHandle(ByteRing.class, "head", long.class);
            TAIL = lookup.findVarHandle(ByteRing.class, "tail", long.class);
            WRITER = lookup.findVarHandle(ByteRing.class, "writer", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private byte[] array = EMPTY;
    private long head;
    private long tail;
    // The producer's own: end of the bytes placed so far. At or below the tail when none are beyond it.
    private long placed;
    // Who holds the array: a producer in [#write], a consumer in [#trimByConsumer], or nobody.
    private int writer;
    private volatile int capacityMax;

    /// An empty ring that holds at most `capacityMax` bytes.
    ///
    /// @throws IllegalArgumentException unless `capacityMax` is 1 to [#LIMIT]
    public ByteRing(int capacityMax) {
        this.capacityMax = checked(capacityMax);
    }

    /// Position of the next byte to be consumed. Either side.
    public long head() {
        return (long) HEAD.getAcquire(this);
    }

    /// Position after the last byte that was published. Either side.
    public long tail() {
        return (long) TAIL.getAcquire(this);
    }

    /// Bytes ready to be consumed. Exact for the caller's own side, and never too much for the consumer.
    public int readable() {
        long from = head();
        return (int) (tail() - from);
    }

    /// Bytes that [#write] would take now; 0 when the bound was lowered below what is held. For the producer it is
    /// never too much.
    public int writable() {
        long to = tail();
        return Math.max(0, capacityMax - (int) (to - head()));
    }

    /// The bound of the bytes held.
    public int capacityMax() {
        return capacityMax;
    }

    /// Sets the bound. Bytes that are held stay; the array does not shrink before [#trim].
    ///
    /// @param bytes 1 to [#LIMIT]
    /// @throws IllegalArgumentException when out of range
    public void capacityMax(int bytes) {
        capacityMax = checked(bytes);
    }

    /// Bytes of the array that is held now: what this ring costs.
    public int allocated() {
        return ((byte[]) ARRAY.getAcquire(this)).length;
    }

    /// Producer: copies as many of `from[at..at+n)` as there is room for and publishes them.
    ///
    /// @return how many, 0 when full
    public int write(byte[] from, int at, int n) {
        Objects.checkFromIndexSize(at, n, from.length);
        int count = Math.min(n, writable());
        if (count > 0) {
            long end = tail + count;
            if ((int) WRITER.getAndSet(this, WRITING) == TRIMMING && head() == tail) {
                ARRAY.setRelease(this, newArray(count)); // the other may be given up at this moment
            }
            place(tail, from, at, count);
            TAIL.setRelease(this, end);
            WRITER.setRelease(this, NOBODY);
        }
        return count;
    }

    /// Producer: stores `from[at..at+n)` at `position` without publishing it. Bytes placed there earlier are
    /// overwritten.
    ///
    /// @param position at or beyond the tail; `position + n` is at most `head() + capacityMax()`, which the caller
    ///     checks
    /// @throws IllegalArgumentException when the bytes do not fit between the tail and [#LIMIT] bytes from the head
    public void place(long position, byte[] from, int at, int n) {
        Objects.checkFromIndexSize(at, n, from.length);
        long begin = head();
        long end = position + n;
        if (position < tail || end - begin > LIMIT) {
            throw new IllegalArgumentException(
                    "bytes " + position + " to " + end + " do not fit a ring of " + begin + " to " + tail);
        }
        if (n == 0) {
            return;
        }
        byte[] to = room(begin, end);
        int index = (int) position & (to.length - 1);
        int first = Math.min(n, to.length - index);
        System.arraycopy(from, at, to, index, first);
        if (first < n) {
            System.arraycopy(from, at + first, to, 0, n - first);
        }
        placed = Math.max(placed, end);
    }

    /// Producer: stores `from[at..at+n)` at the tail and publishes them: [#place] and [#advance] in one. Nothing is
    /// placed beyond the tail.
    ///
    /// @param n the caller sees to it that `tail() + n` is at most `head() + capacityMax()`
    /// @throws IllegalArgumentException when the bytes do not fit into [#LIMIT] bytes from the head
    public void append(byte[] from, int at, int n) {
        long begin = tail;
        place(begin, from, at, n);
        TAIL.setRelease(this, begin + n);
    }

    /// Producer: publishes all bytes below `newTail`, each of which was placed before.
    ///
    /// @throws IllegalArgumentException when `newTail` is below the tail or beyond what was placed
    public void advance(long newTail) {
        if (newTail < tail || newTail > Math.max(placed, tail)) {
            throw new IllegalArgumentException(
                    "tail cannot go from " + tail + " to " + newTail + ", bytes are placed up to " + placed);
        }
        TAIL.setRelease(this, newTail);
    }

    /// Consumer: copies `n` bytes from `position` without consuming them.
    ///
    /// @throws IndexOutOfBoundsException unless `head() <= position` and `position + n <= tail()`
    public void peek(long position, byte[] to, int at, int n) {
        Objects.checkFromIndexSize(at, n, to.length);
        if (position < head || position + n > tail()) { // the tail before the array
            throw new IndexOutOfBoundsException("bytes " + position + " to " + (position + n) + " of " + this);
        }
        if (n > 0) {
            copyOut((byte[]) ARRAY.getAcquire(this), position, to, at, n);
        }
    }

    /// Consumer: copies up to `n` bytes to `to[at..)` and consumes them.
    ///
    /// @return how many, 0 when empty
    public int read(byte[] to, int at, int n) {
        Objects.checkFromIndexSize(at, n, to.length);
        int count = Math.min(n, readable()); // reads the tail before the array
        if (count > 0) {
            copyOut((byte[]) ARRAY.getAcquire(this), head, to, at, count);
            HEAD.setRelease(this, head + count);
        }
        return count;
    }

    /// Consumer: consumes all bytes below `newHead`; their room is the producer's again.
    ///
    /// @throws IllegalArgumentException unless `head() <= newHead <= tail()`
    public void release(long newHead) {
        if (newHead < head || newHead > tail()) {
            throw new IllegalArgumentException("head cannot go to " + newHead + " in " + this);
        }
        HEAD.setRelease(this, newHead);
    }

    /// Gives the array up when no byte is held or placed ahead, so that an idle ring costs nothing. For the producer;
    /// anybody else may call it only while the producer rests, ordered before its next call.
    ///
    /// @return true when an array was given up
    public boolean trim() {
        if (array.length == 0 || head() != tail || placed > tail) {
            return false;
        }
        ARRAY.setRelease(this, EMPTY);
        return true;
    }

    /// Consumer: gives the array up when no byte is held, so that an idle ring costs nothing. Only for a ring
    /// whose producer uses [#write] alone, which may be at it on another thread at the same time.
    ///
    /// @return true when an array was given up
    public boolean trimByConsumer() {
        byte[] old = (byte[]) ARRAY.getAcquire(this);
        if (old.length == 0 || writer != NOBODY || !WRITER.compareAndSet(this, NOBODY, TRIMMING)) {
            return false;
        }
        boolean trimmed = head == (long) TAIL.getAcquire(this) && ARRAY.compareAndSet(this, old, EMPTY);
        // Not when the producer came: it is its own then.
        boolean ignored = WRITER.compareAndSet(this, TRIMMING, NOBODY);
        return trimmed;
    }

    /// The array, large enough for `[begin, end)`. Producer only.
    private byte[] room(long begin, long end) {
        byte[] old = array;
        int span = (int) (end - begin);
        if (span <= old.length) {
            return old;
        }
        byte[] grown = newArray(span);
        for (long p = begin, stop = Math.max(tail, placed); p < stop; ) {
            int from = (int) p & (old.length - 1);
            int to = (int) p & (grown.length - 1);
            int n = (int) Math.min(stop - p, Math.min(old.length - from, grown.length - to));
            System.arraycopy(old, from, grown, to, n);
            p += n;
        }
        ARRAY.setRelease(this, grown);
        return grown;
    }

    private byte[] newArray(int span) {
        return new byte[powerOfTwo(Math.max(span, Math.min(FIRST_ARRAY, capacityMax)))];
    }

    private static void copyOut(byte[] from, long position, byte[] to, int at, int n) {
        int index = (int) position & (from.length - 1);
        int first = Math.min(n, from.length - index);
        System.arraycopy(from, index, to, at, first);
        if (first < n) {
            System.arraycopy(from, 0, to, at + first, n - first);
        }
    }

    private static int powerOfTwo(int n) {
        return n <= 1 ? 1 : Integer.highestOneBit(n - 1) << 1;
    }

    private static int checked(int capacity) {
        if (capacity < 1 || capacity > LIMIT) {
            throw new IllegalArgumentException("a ring holds 1 to " + LIMIT + " bytes, not " + capacity);
        }
        return capacity;
    }

    @Override
    public String toString() {
        return "ByteRing[" + head() + " to " + tail() + ", at most " + capacityMax + "]";
    }
}
