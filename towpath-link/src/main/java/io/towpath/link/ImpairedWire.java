package io.towpath.link;

import io.towpath.core.Counters;
import io.towpath.core.Drop;
import io.towpath.core.Entropy;
import io.towpath.core.Packet;
import io.towpath.link.Impairments.BurstLoss;
import io.towpath.link.Impairments.Jitter;
import io.towpath.wire.Bytes;
import io.towpath.wire.InternetChecksum;
import org.jspecify.annotations.Nullable;

/// One direction of a bad wire: decides what happens to each packet when it enters and holds it until it leaves.
///
/// Each kind of misfortune draws from an entropy of its own, so that turning one knob does not reshuffle the others.
final class ImpairedWire {
    private static final double NANOS_PER_SECOND = 1e9;

    private final LinkInfo info;
    private final Counters counters;
    private final Segmenter segmenter;
    private final Headers headers = new Headers();
    private final Departures departures = new Departures();
    private final Entropy lossChance;
    private final Entropy burstChance;
    private final Entropy duplicateChance;
    private final Entropy reorderChance;
    private final Entropy corruptChance;
    private final Entropy markChance;
    private final Entropy jitterChance;

    private Impairments spec = Impairments.NONE;
    private boolean perfect = true;
    private long queueNanos;
    private long busyUntil;
    private long lastDeparture;
    private boolean badState;

    private long entered;
    private long cut;
    private long duplicated;
    private long corrupted;
    private long marked;
    private long left;

    ImpairedWire(LinkInfo info, Counters counters, Entropy entropy) {
        this.info = info;
        this.counters = counters;
        this.segmenter = new Segmenter(info.medium());
        this.lossChance = entropy.split("loss");
        this.burstChance = entropy.split("bursts");
        this.duplicateChance = entropy.split("duplicate");
        this.reorderChance = entropy.split("reorder");
        this.corruptChance = entropy.split("corrupt");
        this.markChance = entropy.split("mark");
        this.jitterChance = entropy.split("jitter");
    }

    void set(Impairments impairments) {
        spec = impairments;
        perfect = impairments.isNone();
        queueNanos = impairments.rateBytesPerSecond() == 0
                ? 0
                : (long) (impairments.queueBytes() * NANOS_PER_SECOND / impairments.rateBytesPerSecond());
    }

    Impairments impairments() {
        return spec;
    }

    /// True when packets may go around this wire: nothing would happen to them and none is inside to be overtaken.
    boolean isTransparent() {
        return perfect && departures.size() == 0;
    }

    int size() {
        return departures.size();
    }

    long deadline() {
        return departures.earliest();
    }

    ImpairmentStats stats() {
        return new ImpairmentStats(entered, cut, duplicated, corrupted, marked, left, departures.size());
    }

    /// Takes a packet in; a super-segment as the segments it stands for.
    void enter(long now, Packet packet) {
        entered++;
        segmenter.begin(packet);
        Packet segment = segmenter.next();
        while (segment != null) {
            Packet following = segmenter.next();
            if (following != null) {
                cut++;
            }
            bottleneck(now, segment);
            segment = following;
        }
    }

    /// The next packet that is due, or null.
    @Nullable
    Packet leave(long now) {
        if (departures.earliest() > now) {
            return null;
        }
        left++;
        return departures.poll();
    }

    /// Drops everything.
    void clear() {
        for (Packet packet = departures.poll(); packet != null; packet = departures.poll()) {
            drop(packet, Drop.LINK_DOWN);
        }
    }

    private void bottleneck(long now, Packet packet) {
        if (spec.mtu() > 0 && packet.length() - info.linkHeaderBytes() > spec.mtu()) {
            drop(packet, Drop.IMPAIRED_MTU);
            return;
        }
        if (departures.size() >= spec.packetsMax()) {
            drop(packet, Drop.IMPAIRED_QUEUE);
            return;
        }
        long passedAt = now;
        if (spec.rateBytesPerSecond() > 0) {
            long nanos = (long) (packet.length() * NANOS_PER_SECOND / spec.rateBytesPerSecond());
            long waits = Math.max(0, busyUntil - now);
            if (waits > 0 && waits + nanos > queueNanos) {
                drop(packet, Drop.IMPAIRED_QUEUE);
                return;
            }
            passedAt = now + waits + nanos;
            busyUntil = passedAt;
        }
        wire(passedAt, packet);
    }

    private void wire(long at, Packet packet) {
        if (isLost()) {
            drop(packet, Drop.IMPAIRED_LOSS);
            return;
        }
        if (spec.corrupt() > 0 && corruptChance.chance(spec.corrupt())) {
            corrupt(packet);
        }
        if (spec.ecnMark() > 0 && markChance.chance(spec.ecnMark())) {
            mark(packet);
        }
        @Nullable Packet twin = null;
        if (spec.duplicate() > 0 && duplicateChance.chance(spec.duplicate())) {
            duplicated++;
            twin = packet.pool().take(packet.bytes.length - Packet.HEADROOM);
            twin.copyFrom(packet);
        }
        depart(at, packet);
        if (twin != null) {
            depart(at, twin);
        }
    }

    private boolean isLost() {
        boolean lost = spec.loss() > 0 && lossChance.chance(spec.loss());
        BurstLoss bursts = spec.bursts();
        if (bursts.toBad() == 0 && bursts.lossGood() == 0 && !badState) {
            return lost;
        }
        double leave = badState ? bursts.toGood() : bursts.toBad();
        if (burstChance.chance(leave)) {
            badState = !badState;
        }
        return burstChance.chance(badState ? bursts.lossBad() : bursts.lossGood()) | lost;
    }

    private void depart(long at, Packet packet) {
        long when = Math.max(lastDeparture, at + Math.max(0, spec.delayNanos() + jitterNanos()));
        if (spec.reorder() > 0 && reorderChance.chance(spec.reorder())) {
            // Held back beside the queue: what comes after it is not delayed by it.
            departures.add(packet, when + spec.reorderNanos());
            return;
        }
        lastDeparture = when;
        departures.add(packet, when);
    }

    private long jitterNanos() {
        long jitter = spec.jitterNanos();
        if (jitter == 0) {
            return 0;
        }
        if (spec.jitter() == Jitter.UNIFORM) {
            return (long) ((2 * jitterChance.nextDouble() - 1) * jitter);
        }
        // Box and Muller's transform; 1 − u so that the logarithm is never of 0.
        double radius = StrictMath.sqrt(-2 * StrictMath.log(1 - jitterChance.nextDouble()));
        return (long) (radius * StrictMath.cos(2 * Math.PI * jitterChance.nextDouble()) * jitter);
    }

    /// Flips one to four bits of one octet. The checksum is settled before, so that the receiver can find out, and
    /// it always does: such a burst changes one 16-bit word by less than 65535. Flips that lie apart may cancel out
    /// in the sum, and then nobody could tell the packet from a good one.
    private void corrupt(Packet packet) {
        corrupted++;
        Checksums.settle(packet, info.medium(), headers);
        if (packet.length() == 0) {
            return;
        }
        int flips = 0;
        for (int i = corruptChance.nextInt(4); i >= 0; i--) {
            flips |= 1 << corruptChance.nextInt(8);
        }
        packet.bytes[packet.at + corruptChance.nextInt(packet.length())] ^= (byte) flips;
    }

    /// RFC 3168 §5: a router sets CE instead of dropping, on packets whose ECN field says ECT(0) or ECT(1). Others are
    /// left alone.
    private void mark(Packet packet) {
        if (!headers.read(packet, info.medium())) {
            return;
        }
        byte[] b = packet.bytes;
        int ip = headers.networkAt();
        int word = Bytes.u16(b, ip);
        int ce = headers.isIp4() ? 0x0003 : 0x0030;
        if ((word & ce) == 0 || (word & ce) == ce) {
            return;
        }
        Bytes.put16(b, ip, word | ce);
        if (headers.isIp4()) {
            Bytes.put16(b, ip + 10, InternetChecksum.update16(Bytes.u16(b, ip + 10), word, word | ce));
        }
        marked++;
    }

    private void drop(Packet packet, Drop reason) {
        counters.dropped(reason);
        packet.release();
    }
}
