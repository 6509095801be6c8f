package io.towpath.core;

/// A free list of packets in three sizes. One owner, no locks. What the free list cannot hold goes to the garbage
/// collector, so the pool never grows without bound; what is out is counted, so a leak shows in a test's ledger.
public final class PacketPool {
    /// Payload that fits an ordinary packet: an Ethernet frame of MTU 1500 with room to spare.
    public static final int SMALL = 2048 - Packet.HEADROOM;

    /// Payload that fits a jumbo packet.
    public static final int MEDIUM = 10_240 - Packet.HEADROOM;

    /// Payload that fits the largest super-segment or reassembled datagram: 64 KiB and its headers.
    public static final int LARGE = 66_048;

    private static final int[] PAYLOAD = {SMALL, MEDIUM, LARGE};
    private static final int[] FREE_MAX = {8192, 256, 512};

    private final Packet[][] free = new Packet[3][];
    private final int[] freeCount = new int[3];
    private long outstanding;

    /// An empty pool: packets are made as they are first asked for.
    public PacketPool() {
        for (int i = 0; i < free.length; i++) {
            free[i] = new Packet[16];
        }
    }

    /// A packet that can hold `payloadBytes` after [Packet#HEADROOM]; `at == end == HEADROOM`, metadata cleared.
    ///
    /// @param payloadBytes 0 to [#LARGE]
    /// @throws IllegalArgumentException when more than [#LARGE] bytes are asked for
    public Packet take(int payloadBytes) {
        int size = payloadBytes <= SMALL ? 0 : payloadBytes <= MEDIUM ? 1 : 2;
        if (payloadBytes > LARGE) {
            throw new IllegalArgumentException("a packet holds at most " + LARGE + " bytes, not " + payloadBytes);
        }
        Packet packet =
                freeCount[size] > 0 ? free[size][--freeCount[size]] : new Packet(this, Packet.HEADROOM + PAYLOAD[size]);
        packet.reset();
        packet.held = true;
        outstanding++;
        return packet;
    }

    /// The least memory for a packet that is going to wait: `packet` itself when its buffer is of the smallest
    /// size that holds `bytes[start..end)`, else a copy with the same metadata, `packet` being released. So
    /// short packets never pin large buffers, and bounds on waiting packets are bounds on memory.
    public Packet shrink(Packet packet, int start) {
        int length = packet.end - start;
        if (length > SMALL || packet.bytes.length <= Packet.HEADROOM + SMALL) {
            return packet;
        }
        Packet small = take(length);
        small.copyFrom(packet, start);
        packet.release();
        return small;
    }

    /// Packets taken and not yet given back.
    public long outstanding() {
        return outstanding;
    }

    void give(Packet packet) {
        forget(packet);
        int size = packet.bytes.length <= Packet.HEADROOM + SMALL
                ? 0
                : packet.bytes.length <= Packet.HEADROOM + MEDIUM ? 1 : 2;
        Packet[] list = free[size];
        int count = freeCount[size];
        if (count == list.length && count < FREE_MAX[size]) {
            list = java.util.Arrays.copyOf(list, Math.min(count * 2, FREE_MAX[size]));
            free[size] = list;
        }
        if (count < list.length) {
            list[count] = packet;
            freeCount[size] = count + 1;
        }
    }

    void forget(Packet packet) {
        assert packet.held : "released twice";
        packet.held = false;
        outstanding--;
    }

    /// Takes a packet that is on nobody's books ([Packet#detach]) on this pool's: it counts as taken from here.
    public void adopt(Packet packet) {
        assert !packet.held : "adopted while another pool has it on its books";
        packet.pool = this;
        packet.held = true;
        outstanding++;
    }
}
