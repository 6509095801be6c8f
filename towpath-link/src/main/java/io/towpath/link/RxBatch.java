package io.towpath.link;

import io.towpath.core.Packet;
import io.towpath.core.PacketPool;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// A bounded run of packets that came in, and the pool they come from. It owns what it holds until the reader takes
/// each packet by [#get] and then [#clear]s the batch.
///
/// It is full, too, when its packets have so many bytes that more would drive the first ones out of the cache of a core
/// before the reader comes to them: super-segments of 64 KiB are few to a batch.
public final class RxBatch {
    /// About half of what a core has for itself.
    private static final int BYTES_MAX = 256 << 10;

    private final @Nullable Packet[] packets;
    private final PacketPool pool;
    private int size;
    private int bytes;

    /// A batch of at most `capacity` packets (at least 1) whose packets belong to `pool`.
    public RxBatch(int capacity, PacketPool pool) {
        this.packets = new Packet[capacity];
        this.pool = pool;
    }

    /// Where links take packets from.
    public PacketPool pool() {
        return pool;
    }

    /// Takes ownership of `packet`. Ask [#isFull] first.
    ///
    /// @throws ArrayIndexOutOfBoundsException when there is no room for another packet, whatever its size
    public void add(Packet packet) {
        packets[size++] = packet;
        bytes += packet.length();
    }

    /// The packet at `index`, 0 to [#size] − 1, still owned by the batch.
    ///
    /// @throws IndexOutOfBoundsException when there is none
    public Packet get(int index) {
        Packet packet = packets[index];
        if (packet == null) {
            throw new IndexOutOfBoundsException("no packet at " + index + " of " + size);
        }
        return packet;
    }

    /// Puts `packet` in the place of another, whose new owner took it by [#get].
    void set(int index, Packet packet) {
        packets[index] = packet;
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

    /// True when no more packets shall be added.
    public boolean isFull() {
        return size == packets.length || bytes >= BYTES_MAX;
    }

    /// Forgets all packets: their new owners took them by [#get].
    public void clear() {
        Arrays.fill(packets, 0, size, null);
        size = 0;
        bytes = 0;
    }

    /// Forgets the packets from `newSize` on: their new owner took them by [#get].
    void truncate(int newSize) {
        Arrays.fill(packets, newSize, size, null);
        size = newSize;
    }

    /// Releases all packets.
    public void releaseAll() {
        for (int i = 0; i < size; i++) {
            get(i).release();
        }
        clear();
    }
}
