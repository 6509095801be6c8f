package io.towpath.link;

import io.towpath.core.Packet;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/// A [PacketRing] between two threads.
///
/// `tail` is where the writer has published up to, `head` where the reader has freed up to; each is written by one
/// side only. A slot is written before `tail` is released and read after it is acquired, and the other way round for
/// `head`. Each side keeps its own position and a cached copy of the other's in fields that the other never touches,
/// padded apart so that they do not share a cache line.
///
/// Waking is the store-then-look handshake of Dekker: the writer stores `tail`, fences and looks at `head`; the
/// reader stores `head`, fences and looks at `tail`. One of them must see the other's store. So either the reader
/// finds the new packets or the writer finds out that the reader had emptied the ring. `writerWaits` is the same
/// handshake for a full ring.
final class SharedRing implements PacketRing {
    private static final VarHandle TAIL;
    private static final VarHandle HEAD;
    private static final VarHandle WRITER_WAITS;

    static {
        try {
            var lookup = MethodHandles.lookup();
            TAIL = lookup.findVarHandle(SharedRing.class, "tail", long.class).withInvokeExactBehavior();
            HEAD = lookup.findVarHandle(SharedRing.class, "head", long.class).withInvokeExactBehavior();
            WRITER_WAITS = lookup.findVarHandle(SharedRing.class, "writerWaits", boolean.class)
                    .withInvokeExactBehavior();
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /// What each side has for itself. Two objects, so that the allocator and the padding keep them apart.
    @SuppressWarnings("unused") // the padding
    private static final class Side {
        long p0, p1, p2, p3, p4, p5, p6, p7;
        long position;
        long otherSeen;
        long q0, q1, q2, q3, q4, q5, q6, q7;
    }

    private final @Nullable Packet[] slots;
    private final int mask;
    private final int capacity;
    private final Side writer = new Side();
    private final Side reader = new Side();

    @SuppressWarnings("unused") // keeps tail and head on different cache lines
    private long p0, p1, p2, p3, p4, p5, p6, p7;

    private long tail;

    @SuppressWarnings("unused")
    private long q0, q1, q2, q3, q4, q5, q6, q7;

    private long head;

    @SuppressWarnings("unused") // read and written by its VarHandle
    private boolean writerWaits;

    /// A ring of at most `capacity` packets, 1 to 2^20.
    SharedRing(int capacity) {
        this.slots = new Packet[tableSize(capacity)];
        this.mask = slots.length - 1;
        this.capacity = capacity;
    }

    /// The power of two that holds `capacity` packets.
    static int tableSize(int capacity) {
        if (capacity < 1 || capacity > 1 << 20) {
            throw new IllegalArgumentException("a ring holds 1 to 1048576 packets, not " + capacity);
        }
        return capacity == 1 ? 1 : Integer.highestOneBit(capacity - 1) << 1;
    }

    @Override
    public boolean hasRoom() {
        if (writer.position - writer.otherSeen >= capacity) {
            writer.otherSeen = (long) HEAD.getAcquire(this);
        }
        return writer.position - writer.otherSeen < capacity;
    }

    @Override
    public boolean offer(Packet packet) {
        if (!hasRoom()) {
            return false;
        }
        slots[(int) writer.position & mask] = packet;
        writer.position++;
        return true;
    }

    @Override
    public boolean publish() {
        long before = tail;
        if (writer.position == before) {
            return false;
        }
        TAIL.setRelease(this, writer.position);
        VarHandle.fullFence();
        return (long) HEAD.getAcquire(this) >= before;
    }

    @Override
    public boolean awaitRoom() {
        WRITER_WAITS.setRelease(this, true);
        VarHandle.fullFence();
        writer.otherSeen = (long) HEAD.getAcquire(this);
        if (writer.position - writer.otherSeen >= capacity) {
            return false;
        }
        WRITER_WAITS.setRelease(this, false);
        return true;
    }

    @Override
    public @Nullable Packet poll() {
        if (reader.position == reader.otherSeen) {
            reader.otherSeen = (long) TAIL.getAcquire(this);
            if (reader.position == reader.otherSeen) {
                return null;
            }
        }
        int slot = (int) reader.position & mask;
        Packet packet = slots[slot];
        slots[slot] = null;
        reader.position++;
        return packet;
    }

    @Override
    public boolean free() {
        if (head == reader.position) {
            return false;
        }
        HEAD.setRelease(this, reader.position);
        VarHandle.fullFence();
        if (!(boolean) WRITER_WAITS.getAcquire(this)) {
            return false;
        }
        WRITER_WAITS.setRelease(this, false);
        return true;
    }

    @Override
    public boolean isEmpty() {
        VarHandle.fullFence();
        reader.otherSeen = (long) TAIL.getAcquire(this);
        return reader.position == reader.otherSeen;
    }

    @Override
    public int size() {
        long freed = (long) HEAD.getAcquire(this);
        return (int) Math.max(0, (long) TAIL.getAcquire(this) - freed);
    }
}
