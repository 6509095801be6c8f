package io.towpath.junit;

import io.towpath.junit.lockstep.Conductor;
import io.towpath.link.Impairments;
import io.towpath.net.Host;
import io.towpath.observe.Quantities;
import io.towpath.wire.IpAddress;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;

/// A wire between two hosts of a [Network], perfect until it is told otherwise. What is said counts for both
/// directions alike, or for one ([#from]); it counts for packets that are sent from now on, so faults are
/// changed while a test runs or at chosen moments ([Network#at]).
///
/// ```java
/// Wire wire = net.wire(server, client).delay(ofMillis(150)).loss(0.30);
/// net.at(ofSeconds(10), wire::cut);
/// net.at(ofSeconds(40), wire::heal);
/// ```
public final class Wire {
    private static final int BITS = 8;

    private final Conductor conductor;
    private final String name;
    private final WireEnd a;
    private final WireEnd b;
    private final List<WireEnd> ends;

    Wire(Conductor conductor, String name, WireEnd a, WireEnd b) {
        this(conductor, name, a, b, List.of(a, b));
    }

    private Wire(Conductor conductor, String name, WireEnd a, WireEnd b, List<WireEnd> ends) {
        this.conductor = conductor;
        this.name = name;
        this.a = a;
        this.b = b;
        this.ends = ends;
    }

    /// The same wire, but what is said counts for packets that `sender` puts into it.
    ///
    /// @throws IllegalArgumentException when the host is not at this wire
    public Wire from(Host sender) {
        return new Wire(conductor, name, a, b, List.of(end(sender)));
    }

    WireEnd end(Host host) {
        if (a.host == host) {
            return a;
        }
        if (b.host == host) {
            return b;
        }
        throw new IllegalArgumentException(host.name() + " is not at wire " + name);
    }

    /// Every packet takes so long.
    public Wire delay(Duration time) {
        return change(now -> now.with().delay(time.toNanos()).build());
    }

    /// The delay varies evenly, by up to this much either way; packets do not overtake each other for it.
    public Wire jitter(Duration time) {
        return change(now -> now.with().jitter(time.toNanos()).build());
    }

    /// Packets are lost independently of each other.
    ///
    /// @param probability 0 to 1
    public Wire loss(double probability) {
        return change(now -> now.withLoss(probability));
    }

    /// Packets are lost in bursts: see [Impairments.BurstLoss].
    public Wire bursts(double toBad, double toGood, double lossGood, double lossBad) {
        return change(now -> now.with().bursts(toBad, toGood, lossGood, lossBad).build());
    }

    /// Packets arrive twice.
    public Wire duplicate(double probability) {
        return change(now -> now.with().duplicate(probability).build());
    }

    /// Packets are held back for `time` while others overtake them.
    public Wire reorder(double probability, Duration time) {
        return change(now -> now.with().reorder(probability, time.toNanos()).build());
    }

    /// Packets have bits flipped; their receiver drops them.
    public Wire corrupt(double probability) {
        return change(now -> now.with().corrupt(probability).build());
    }

    /// A bottleneck with a queue of 100 ms.
    ///
    /// @param bitsPerSecond what passes, 0 for no limit
    public Wire rate(long bitsPerSecond) {
        long bytes = bitsPerSecond / BITS;
        return rate(bitsPerSecond, Math.max(bytes / 10, 3_000));
    }

    /// A bottleneck.
    ///
    /// @param bitsPerSecond what passes, 0 for no limit
    /// @param queueBytes what may wait; what comes then is dropped
    public Wire rate(long bitsPerSecond, long queueBytes) {
        return change(now -> now.with().rate(bitsPerSecond / BITS, queueBytes).build());
    }

    /// Larger IP packets vanish without a word, as in a path-MTU black hole.
    ///
    /// @param bytes 0 for no limit
    public Wire mtu(int bytes) {
        return change(now -> now.with().mtu(bytes).build());
    }

    /// Packets of ECN-capable connections are marked "congestion experienced".
    public Wire ecnMark(double probability) {
        return change(now -> now.with().ecnMark(probability).build());
    }

    /// Changes everything at once.
    public Wire impair(Impairments impairments) {
        return change(now -> impairments);
    }

    private Wire change(UnaryOperator<Impairments> change) {
        conductor.enter();
        ends.forEach(end -> end.impair(change.apply(end.impairments())));
        return this;
    }

    /// Loses the next packets that are sent, whatever they are: one certain loss and no other.
    public Wire loseNext(int packets) {
        conductor.enter();
        ends.forEach(end -> end.loseNext(packets));
        return this;
    }

    /// Everything is lost from now on, until [#heal]. Nobody is told: what is on its way still arrives.
    public void cut() {
        conductor.enter();
        ends.forEach(end -> end.cut(true));
    }

    /// The wire is again as it was told to be.
    public void heal() {
        conductor.enter();
        ends.forEach(end -> end.cut(false));
    }

    /// True when it is cut, in one direction at least.
    public boolean isCut() {
        return a.isCut() || b.isCut();
    }

    /// Its name: `server-client`.
    public String name() {
        return name;
    }

    /// The IPv4 address that a host has at this wire.
    ///
    /// @throws IllegalArgumentException when the host is not at this wire
    public IpAddress address(Host host) {
        return end(host).place.first();
    }

    /// What happens to packets that `sender` puts into it, cuts left out.
    public Impairments impairments(Host sender) {
        return end(sender).impairments();
    }

    boolean connects(Host one, Host other) {
        return a.host == one && b.host == other || a.host == other && b.host == one;
    }

    /// Whether it is the outside of these NAT boxes, as far as they are at it, and of no other.
    boolean isOutsideOf(List<Host> boxes) {
        return a.place.outside() == boxes.contains(a.host) && b.place.outside() == boxes.contains(b.host);
    }

    WireEnd a() {
        return a;
    }

    WireEnd b() {
        return b;
    }

    /// `server-client 150.000 ms, loss 30 %`.
    @Override
    public String toString() {
        Impairments one = a.impairments();
        return name + " " + Quantities.duration(one.delayNanos()) + ", loss " + Quantities.percent(one.loss())
                + (isCut() ? ", cut" : "");
    }
}
