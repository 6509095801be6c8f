package io.towpath.link;

import io.towpath.core.Packet;
import org.jspecify.annotations.Nullable;

/// A [PacketRing] whose writer and reader are the same owner.
final class PlainRing implements PacketRing {
    private final @Nullable Packet[] slots;
    private final int mask;
    private final int capacity;
    private long written;
    private long published;
    private long polled;
    private boolean writerWaits;

    /// A ring of at most `capacity` packets, 1 to 2^20.
    PlainRing(int capacity) {
        this.slots = new Packet[SharedRing.tableSize(capacity)];
        this.mask = slots.length - 1;
        this.capacity = capacity;
    }

    @Override
    public boolean hasRoom() {
        return written - polled < capacity;
    }

    @Override
    public boolean offer(Packet packet) {
        if (!hasRoom()) {
            return false;
        }
        slots[(int) written & mask] = packet;
        written++;
        return true;
    }

    @Override
    public boolean publish() {
        boolean wasEmpty = polled >= published;
        boolean any = written > published;
        published = written;
        return any && wasEmpty;
    }

    @Override
    public boolean awaitRoom() {
        if (written - polled < capacity) {
            return true;
        }
        writerWaits = true;
        return false;
    }

    @Override
    public @Nullable Packet poll() {
        if (polled == published) {
            return null;
        }
        int slot = (int) polled & mask;
        Packet packet = slots[slot];
        slots[slot] = null;
        polled++;
        return packet;
    }

    @Override
    public boolean free() {
        boolean waited = writerWaits;
        writerWaits = false;
        return waited;
    }

    @Override
    public boolean isEmpty() {
        return polled == published;
    }

    @Override
    public int size() {
        return (int) (published - polled);
    }
}
