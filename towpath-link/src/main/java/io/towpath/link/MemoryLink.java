package io.towpath.link;

import io.towpath.core.Counters;
import io.towpath.core.Drop;
import io.towpath.core.Medium;
import io.towpath.core.Offloads;
import io.towpath.core.Packet;
import io.towpath.core.PacketPool;
import io.towpath.core.Time;
import io.towpath.core.TxBatch;
import java.util.function.IntFunction;

/// One end of a wire in memory. What one end transmits the other receives, in order, nothing lost: [Impairment]
/// is for that.
///
/// There are two kinds, behind the same methods. A [#pair] has both ends driven by one thread. A [#sharedPair] has
/// one owner for each end, on a thread each; ownership of an end may move to another thread if the hand-over
/// synchronises the two.
///
/// **Full packets are exchanged for empty ones.** Nothing is copied, nothing allocated and no pool touched by a
/// thread that does not own it:
///
/// 1. The sender takes a packet off its pool's books ([Packet#detach]) and puts it in the ring.
/// 2. The receiver takes it on its own pool's books ([PacketPool#adopt]), takes an empty packet of the same size
///    from its pool, detaches it and puts it in a second ring, back to the sender.
/// 3. The sender, when it next transmits, adopts the empty packets and releases them to its pool.
///
/// So both pools keep their stock however one-sided the traffic is, and each pool's `outstanding` is right at every
/// moment: packets in a ring are on nobody's books, [#held] counts them. When the ring of empties is full, or both
/// ends use one pool, a packet is not exchanged, only handed on.
///
/// **Offloads** save work as a good network card does. With `checksum` a pending transport checksum is never
/// computed: the packet has not left this memory, so the receiver sees it as verified. A packet whose checksum was
/// complete arrives unverified: whoever completed it may have damaged it. With `segmentationMax` super-segments pass
/// whole. Without offloads the link does all as on a wire: pending checksums are filled in, and what is larger than
/// the MTU is dropped.
public final class MemoryLink implements Link {
    /// The two ends of one wire.
    ///
    /// @param a one end, named `name.a`
    /// @param b the other, named `name.b`
    public record Pair(MemoryLink a, MemoryLink b) {}

    /// What one end shows the other.
    private static final class End {
        private static final Runnable NOTHING = () -> {};

        volatile Runnable onReadable = NOTHING;
        volatile Runnable onWritable = NOTHING;
        volatile boolean closed;
    }

    private final LinkInfo info;
    private final End near;
    private final End far;
    private final PacketRing inbound;
    private final PacketRing outbound;
    private final PacketRing emptiesIn;
    private final PacketRing emptiesOut;
    private final Counters counters = new Counters();
    private final Headers headers = new Headers();

    private MemoryLink(
            LinkInfo info,
            End near,
            End far,
            PacketRing inbound,
            PacketRing outbound,
            PacketRing emptiesIn,
            PacketRing emptiesOut) {
        this.info = info;
        this.near = near;
        this.far = far;
        this.inbound = inbound;
        this.outbound = outbound;
        this.emptiesIn = emptiesIn;
        this.emptiesOut = emptiesOut;
    }

    /// A wire for raw IP whose ends belong to one owner.
    ///
    /// @param name label; the ends are `name.a` and `name.b`
    /// @param mtu largest IP packet in bytes
    /// @param offloads what the wire does for the stacks
    /// @param capacity packets that may be on their way in each direction, 1 to 2^20
    public static Pair pair(String name, int mtu, Offloads offloads, int capacity) {
        return pair(name, Medium.RAW_IP, mtu, offloads, capacity);
    }

    /// A wire for either medium whose ends belong to one owner. See [#pair(String, int, Offloads, int)].
    public static Pair pair(String name, Medium medium, int mtu, Offloads offloads, int capacity) {
        return join(name, medium, mtu, offloads, capacity, PlainRing::new);
    }

    /// A wire for raw IP whose ends belong to two owners on two threads. See [#pair(String, int, Offloads, int)].
    public static Pair sharedPair(String name, int mtu, Offloads offloads, int capacity) {
        return sharedPair(name, Medium.RAW_IP, mtu, offloads, capacity);
    }

    /// A wire for either medium whose ends belong to two owners on two threads.
    public static Pair sharedPair(String name, Medium medium, int mtu, Offloads offloads, int capacity) {
        return join(name, medium, mtu, offloads, capacity, SharedRing::new);
    }

    private static Pair join(
            String name,
            Medium medium,
            int mtu,
            Offloads offloads,
            int capacity,
            IntFunction<? extends PacketRing> ring) {
        PacketRing toA = ring.apply(capacity);
        PacketRing toB = ring.apply(capacity);
        PacketRing emptiesToA = ring.apply(capacity);
        PacketRing emptiesToB = ring.apply(capacity);
        End a = new End();
        End b = new End();
        return new Pair(
                new MemoryLink(
                        new LinkInfo(name + ".a", medium, mtu, offloads), a, b, toA, toB, emptiesToA, emptiesToB),
                new MemoryLink(
                        new LinkInfo(name + ".b", medium, mtu, offloads), b, a, toB, toA, emptiesToB, emptiesToA));
    }

    /// Sets what to run when this end has something to read after [#receive] had found nothing more. It runs in the
    /// other end's [#transmit], on its thread: it must be short, must not block, and must not call into a link. It
    /// may run once too often, never once too seldom.
    public void onReadable(Runnable hook) {
        near.onReadable = hook;
    }

    /// Sets what to run when this end has room again after [#transmit] could not take all. It runs in the other
    /// end's [#receive], under the rules of [#onReadable].
    public void onWritable(Runnable hook) {
        near.onWritable = hook;
    }

    @Override
    public LinkInfo info() {
        return info;
    }

    @Override
    public int receive(long now, RxBatch into) {
        int before = into.size();
        while (!into.isFull()) {
            if (drain(now, into)) {
                emptiesOut.publish();
                if (inbound.free()) {
                    far.onWritable.run();
                }
            }
            if (inbound.isEmpty()) {
                break;
            }
        }
        return into.size() - before;
    }

    private boolean drain(long now, RxBatch into) {
        int before = into.size();
        while (!into.isFull()) {
            Packet packet = inbound.poll();
            if (packet == null) {
                break;
            }
            arrive(packet, into.pool());
            packet.timeAt = now;
            into.add(packet);
        }
        return into.size() > before;
    }

    /// Step 2 of the exchange.
    private void arrive(Packet packet, PacketPool mine) {
        boolean foreign = packet.pool() != mine;
        mine.adopt(packet);
        if (foreign) {
            Packet empty = mine.take(packet.bytes.length - Packet.HEADROOM);
            empty.detach();
            if (!emptiesOut.offer(empty)) {
                mine.adopt(empty);
                empty.release();
            }
        }
    }

    @Override
    public int transmit(long now, TxBatch from) {
        if (from.isEmpty()) {
            return 0;
        }
        int count = from.size();
        if (near.closed || far.closed) {
            for (int i = 0; i < count; i++) {
                drop(from.get(i), Drop.LINK_DOWN);
            }
            from.clear();
            return count;
        }
        takeBackEmpties(from.get(0).pool());
        int taken = 0;
        do {
            while (taken < count && send(from.get(taken))) {
                taken++;
            }
            if (outbound.publish()) {
                far.onReadable.run();
            }
        } while (taken < count && outbound.awaitRoom());
        from.removeFirst(taken);
        return taken;
    }

    /// Step 3 of the exchange.
    private void takeBackEmpties(PacketPool mine) {
        Packet empty = emptiesIn.poll();
        if (empty == null) {
            return;
        }
        do {
            mine.adopt(empty);
            empty.release();
            empty = emptiesIn.poll();
        } while (empty != null);
        emptiesIn.free();
    }

    /// Step 1 of the exchange. False when the ring is full; the packet is then untouched.
    private boolean send(Packet packet) {
        if (!info.fits(packet.length(), packet.segmentBytes)) {
            drop(packet, Drop.TOO_BIG);
            return true;
        }
        if (!outbound.hasRoom()) {
            return false;
        }
        Checksums.handOver(packet, info, headers);
        packet.detach();
        return outbound.offer(packet);
    }

    private void drop(Packet packet, Drop reason) {
        counters.dropped(reason);
        packet.release();
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
        return near.closed ? 0 : inbound.size();
    }

    /// Closes this end: what was on its way here is dropped ([Drop#LINK_DOWN]), what it sent still arrives. The
    /// other end drops what it transmits from now on.
    @Override
    public void close() {
        if (near.closed) {
            return;
        }
        near.closed = true;
        for (Packet packet = inbound.poll(); packet != null; packet = inbound.poll()) {
            // On nobody's books: leaving it to the garbage collector is all there is to do.
            counters.dropped(Drop.LINK_DOWN);
        }
        inbound.free();
    }
}
