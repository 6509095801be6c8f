package io.towpath.core;

/// A bounded first-in first-out run of packets on their way out. It owns what it holds.
public final class TxBatch {
    private final Packet[] packets;
    private int size;

    /// A batch of at most `capacity` packets (at least 1).
    public TxBatch(int capacity) {
        packets = new Packet[capacity];
    }

    /// Packets held.
    public int size() {
        return size;
    }

    /// How many more packets fit.
    public int room() {
        return packets.length - size;
    }

    /// True when nothing is held.
    public boolean isEmpty() {
        return size == 0;
    }

    /// True when no packet fits any more.
    public boolean isFull() {
        return size == packets.length;
    }

    /// Takes ownership of `packet`. Ask [#isFull] first.
    ///
    /// @throws ArrayIndexOutOfBoundsException when full
    public void add(Packet packet) {
        packets[size++] = packet;
    }

    /// The packet at `index`, still owned by the batch.
    public Packet get(int index) {
        return packets[index];
    }

    /// Forgets the first `count` packets: their new owner took them by [#get].
    public void removeFirst(int count) {
        System.arraycopy(packets, count, packets, 0, size - count);
        java.util.Arrays.fill(packets, size - count, size, null);
        size -= count;
    }

    /// Forgets all packets: their new owner took them by [#get].
    public void clear() {
        java.util.Arrays.fill(packets, 0, size, null);
        size = 0;
    }

    /// Releases all packets.
    public void releaseAll() {
        for (int i = 0; i < size; i++) {
            packets[i].release();
        }
        clear();
    }
}
