package io.towpath.sim;

import io.towpath.core.Counters;
import io.towpath.core.Packet;
import io.towpath.link.CaptureSink;
import io.towpath.link.Impairment;
import io.towpath.link.ImpairmentStats;
import io.towpath.link.Impairments;
import io.towpath.link.MemoryLink;
import io.towpath.wire.Prefix;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/// A wire between two hosts, each direction with its own [Impairments], which may change at any moment.
public final class Wire {
    private record Tap(Port at, CaptureSink sink) {}

    private final World world;
    private final String name;
    private final Port a;
    private final Port b;
    private final List<Tap> taps = new ArrayList<>();

    Wire(World world, String name, End a, End b, MemoryLink.Pair pair, Impairments impairments) {
        this.world = world;
        this.name = name;
        this.a = port(a, pair.a(), impairments);
        this.b = port(b, pair.b(), impairments);
    }

    /// One end to be made.
    record End(SimHost host, String interfaceName, List<Prefix> addresses) {}

    private Port port(End end, MemoryLink memory, Impairments impairments) {
        var chance =
                world.entropy().split("wire " + name + " from " + end.host().name());
        var impairment = Impairment.onTransmit(memory, impairments, chance);
        return new Port(end.host(), end.interfaceName(), end.addresses(), memory, impairment, this);
    }

    void passed(Port at, long now, boolean outbound, byte[] bytes, int from, int end, Packet meta) {
        world.passed(at, now, outbound, bytes, from, end, meta);
        for (Tap tap : taps) {
            if (tap.at() == at) {
                tap.sink().packet(now, outbound, bytes, from, end, meta);
            }
        }
    }

    /// Its name: `client-server`.
    public String name() {
        return name;
    }

    /// What happens to packets in both directions from now on.
    public void impair(Impairments impairments) {
        a.impairment.set(impairments);
        b.impairment.set(impairments);
    }

    /// What happens to packets that `from` sends from now on.
    ///
    /// @throws IllegalArgumentException when `from` is not at this wire
    public void impair(SimHost from, Impairments impairments) {
        port(from).impairment.set(impairments);
    }

    /// Loses those packets of `from` of which `rule` is true, beside all else that happens to them. Packets whose
    /// checksum is left to the wire pass.
    void lose(SimHost from, Predicate<Sighting> rule) {
        port(from).sieve.lose(rule);
    }

    /// What happens to packets that `from` sends.
    public Impairments impairments(SimHost from) {
        return port(from).impairment.impairments();
    }

    /// Shows every packet that passes `at`'s end of the wire: those that it sends before anything happens to them,
    /// those that it receives after.
    public void capture(SimHost at, CaptureSink sink) {
        taps.add(new Tap(port(at), sink));
    }

    /// What the wire did to packets that `from` sent.
    public ImpairmentStats stats(SimHost from) {
        return port(from).impairment.stats();
    }

    /// Drops by reason of packets that `from` sent.
    public Counters counters(SimHost from) {
        return port(from).impairment.counters();
    }

    /// Packets on their way, both directions.
    public int held() {
        return a.link.held() + b.link.held();
    }

    Port a() {
        return a;
    }

    Port b() {
        return b;
    }

    Port port(SimHost host) {
        if (a.host == host) {
            return a;
        }
        if (b.host == host) {
            return b;
        }
        throw new IllegalArgumentException(host.name() + " is not at wire " + name);
    }

    @Override
    public String toString() {
        return name;
    }
}
