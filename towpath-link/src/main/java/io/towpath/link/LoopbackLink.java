package io.towpath.link;

import io.towpath.core.Counters;
import io.towpath.core.Drop;
import io.towpath.core.Medium;
import io.towpath.core.Offloads;
import io.towpath.core.Packet;
import io.towpath.core.PacketPool;
import io.towpath.core.Time;
import io.towpath.core.TxBatch;

/// A link that receives what it transmits. A stack loops its own addresses by itself; this is for addresses that are
/// routed to a link, and for tests. Offloads mean what they mean for a [MemoryLink].
public final class LoopbackLink implements Link {
    private final LinkInfo info;
    private final PlainRing ring;
    private final Counters counters = new Counters();
    private final Headers headers = new Headers();
    private boolean closed;

    /// A loop for raw IP.
    ///
    /// @param name label
    /// @param mtu largest IP packet in bytes
    /// @param offloads what the link does for the stack
    /// @param capacity packets that may be inside, 1 to 2^20
    public LoopbackLink(String name, int mtu, Offloads offloads, int capacity) {
        this.info = new LinkInfo(name, Medium.RAW_IP, mtu, offloads);
        this.ring = new PlainRing(capacity);
    }

    @Override
    public LinkInfo info() {
        return info;
    }

    @Override
    public int receive(long now, RxBatch into) {
        int before = into.size();
        while (!into.isFull()) {
            Packet packet = ring.poll();
            if (packet == null) {
                break;
            }
            PacketPool pool = into.pool();
            if (packet.pool() != pool) {
                packet.adoptBy(pool);
            }
            packet.timeAt = now;
            into.add(packet);
        }
        return into.size() - before;
    }

    @Override
    public int transmit(long now, TxBatch from) {
        int taken = 0;
        while (taken < from.size() && send(from.get(taken))) {
            taken++;
        }
        from.removeFirst(taken);
        ring.publish();
        return taken;
    }

    private boolean send(Packet packet) {
        if (closed || !info.fits(packet.length(), packet.segmentBytes)) {
            counters.dropped(closed ? Drop.LINK_DOWN : Drop.TOO_BIG);
            packet.release();
            return true;
        }
        if (!ring.hasRoom()) {
            return false;
        }
        Checksums.handOver(packet, info, headers);
        return ring.offer(packet);
    }

    @Override
    public long deadline() {
        return Time.NEVER;
    }

    @Override
    public Counters counters() {
        return counters;
    }

    @Override
    public int held() {
        return ring.size();
    }

    @Override
    public void close() {
        closed = true;
        for (Packet packet = ring.poll(); packet != null; packet = ring.poll()) {
            counters.dropped(Drop.LINK_DOWN);
            packet.release();
        }
    }
}
