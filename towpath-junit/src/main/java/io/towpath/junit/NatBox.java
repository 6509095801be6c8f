package io.towpath.junit;

import io.towpath.nat.NatConfig;
import io.towpath.nat.NatMapping;
import io.towpath.nat.PortForward;
import io.towpath.net.Host;
import io.towpath.wire.Endpoint;
import io.towpath.wire.IpAddress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// A NAT box of a [Network], as most homes have one: hosts behind it reach those outside, by its outside address,
/// and nobody outside reaches them unless they asked, or a port is forwarded.
///
/// ```java
/// NatBox home = net.nat("home").udpTimeout(ofSeconds(30));
/// Wire lan = home.inside(laptop);
/// Wire wan = home.outside(server).delay(ofMillis(20)).loss(0.01);
/// home.forward(PortForward.tcp(8080, net.endpoint(laptop, 80)));
/// net.at(ofSeconds(10), home::forget);
/// ```
///
/// | a chain | is built by |
/// |---|---|
/// | two homes face each other | `left.outside(right)`, or both `outside(net.router("internet"))` |
/// | a home behind a carrier's NAT | `carrier.inside(home)` |
///
/// Only hosts behind it learn a way through it, so an inside address is no good outside. IPv6 is translated as IPv4
/// is: no test goes around the box because it names a server by its other address. For a box that forwards IPv6 as
/// it is, or filters it, say `net.nat(name, c -> c.withIp6(FORWARDED))` when it is made; then networks behind it are
/// reached by IPv6 from everywhere, as far as the filter lets them.
///
/// Settings ([#configure], [#forward], timeouts) count from now on. Mappings stay as far as they fit them; with other
/// manners of mapping or filtering all are forgotten but forwards. Its settings, wires and forwards outlive
/// [Network#reboot].
public final class NatBox {
    private final Network net;
    private final Host host;
    private final List<UnaryOperator<NatConfig>> changes = new ArrayList<>();
    private final List<Integer> outside = new ArrayList<>();
    private @Nullable IpAddress address;

    NatBox(Network net, Host host, UnaryOperator<NatConfig> how) {
        this.net = net;
        this.host = host;
        changes.add(how);
    }

    /// The settings of a box whose outside is not known yet.
    static NatConfig settings(UnaryOperator<NatConfig> how) {
        return how.apply(blank(1));
    }

    private static NatConfig blank(int... outside) {
        return NatConfig.outside(outside).withIp6(NatConfig.Ip6.TRANSLATED);
    }

    // ---- wires ----------------------------------------------------------------------------------------------------

    /// The wire to a host, or router, behind this box; makes it when there is none yet. In its network the box is 1.
    /// Wires by [Network#wire] lead inside, too.
    ///
    /// @throws IllegalArgumentException when `other` is outside already, or not of this network
    public Wire inside(Host other) {
        NatBox box = net.box(other);
        return box != null ? inside(box) : wire(other, List.of());
    }

    /// The wire to another NAT box behind this one, whose outside it is; makes it when there is none yet.
    ///
    /// @throws IllegalArgumentException when there is a wire between them that leads elsewhere
    public Wire inside(NatBox other) {
        Wire wire = wire(other.host, List.of(other.host));
        other.leadsOutside(wire);
        return wire;
    }

    /// The wire to a host, or router, outside; makes it when there is none yet. In its network the box is 1. There
    /// may be several.
    ///
    /// @throws IllegalArgumentException when `other` is inside already, or not of this network
    public Wire outside(Host other) {
        NatBox box = net.box(other);
        if (box != null) {
            return outside(box);
        }
        Wire wire = wire(other, List.of(host));
        leadsOutside(wire);
        return wire;
    }

    /// The wire to another NAT box that faces this one: it is the outside of both. Makes it when there is none yet.
    ///
    /// @throws IllegalArgumentException when there is a wire between them that leads inside
    public Wire outside(NatBox other) {
        Wire wire = wire(other.host, List.of(host, other.host));
        leadsOutside(wire);
        other.leadsOutside(wire);
        return wire;
    }

    private Wire wire(Host other, List<Host> isOutsideOf) {
        Wire known = net.between(host, other);
        if (known == null) {
            return net.join(host, other, Network.MTU, isOutsideOf);
        }
        if (!known.isOutsideOf(isOutsideOf)) {
            throw new IllegalArgumentException(
                    "wire " + known.name() + " is there already, and leads to the other side of "
                            + (net.box(other) == null ? host.name() : "one of them"));
        }
        return known;
    }

    private void leadsOutside(Wire wire) {
        int index = wire.end(host).place.index();
        if (!outside.contains(index)) {
            outside.add(index);
            if (address == null) {
                address = wire.address(host);
            }
            apply();
        }
    }

    // ---- settings -------------------------------------------------------------------------------------------------

    /// Changes any settings: `configure(c -> c.withMapping(ADDRESS_AND_PORT_DEPENDENT))`. With another behaviour of
    /// mapping or filtering the box forgets its mappings: they are others then, or it does not know whom they sent
    /// to.
    ///
    /// @throws IllegalArgumentException when settings cannot be, a forward leads to a host outside, or for other
    ///     treatment of IPv6, which is said when the box is made; nothing is changed then
    public NatBox configure(UnaryOperator<NatConfig> change) {
        NatConfig before = config();
        NatConfig after = Objects.requireNonNull(change).apply(before);
        if (after.ip6() != before.ip6()) {
            throw new IllegalArgumentException("what " + host.name() + " does with IPv6 is said when it is made");
        }
        for (PortForward forward : after.forwards()) {
            if (isOutside(forward.inside().address())) {
                throw new IllegalArgumentException(
                        "a forward leads inside; this one leads outside of " + host.name() + ": " + forward);
            }
        }
        changes.add(change);
        apply();
        return this;
    }

    /// Forwards an outside port: `forward(PortForward.tcp(8080, net.endpoint(laptop, 80)))`. A mapping that has the
    /// inside endpoint or the outside port gives way.
    ///
    /// @throws IllegalArgumentException when the port, or the endpoint, has a forward already, or the endpoint is
    ///     outside
    public NatBox forward(PortForward forward) {
        return configure(config -> config.withForward(forward));
    }

    /// How long a UDP mapping lives without a packet from inside; five minutes unless told otherwise. It counts
    /// from the last packet, for mappings that are there, too.
    ///
    /// @throws IllegalArgumentException when it is not positive
    public NatBox udpTimeout(Duration time) {
        return configure(c -> c.withTimeouts(c.timeouts().withUdp(time.toNanos())));
    }

    /// How long a mapping of an open TCP connection lives without a segment; two hours and four minutes unless told
    /// otherwise. It counts from the last segment, for connections that are there, too.
    ///
    /// @throws IllegalArgumentException when it is not positive
    public NatBox tcpTimeout(Duration time) {
        return configure(c ->
                c.withTimeouts(c.timeouts().withTcp(time.toNanos(), c.timeouts().tcpTransitory())));
    }

    /// Whether packets to an address leave by an outside wire, as far as there is a way yet.
    private boolean isOutside(IpAddress address) {
        try {
            return host.snapshot().routes().stream()
                    .filter(route -> route.destination().contains(address))
                    .limit(1)
                    .anyMatch(route -> outside.contains(route.interfaceIndex()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private NatConfig config() {
        int[] indexes = outside.isEmpty()
                ? new int[] {1}
                : outside.stream().mapToInt(Integer::intValue).toArray();
        NatConfig config = blank(indexes);
        for (UnaryOperator<NatConfig> change : changes) {
            config = change.apply(config);
        }
        return config;
    }

    /// Without an outside there is nothing to translate yet.
    private void apply() {
        if (!outside.isEmpty()) {
            try {
                host.nat(config());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    // ---- while it runs --------------------------------------------------------------------------------------------

    /// Forgets all mappings but forwards, as a box that was switched off and on: connections through it are dead, and
    /// nobody is told. Settings stay.
    public void forget() {
        try {
            host.forgetNat();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// What it remembers now, from the oldest mapping to the newest, forwards included.
    public List<NatMapping> mappings() {
        try {
            return host.nat();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// What others see of the hosts behind it: its IPv4 address at its first outside wire.
    ///
    /// @throws IllegalStateException when it has no outside wire yet
    public IpAddress address() {
        IpAddress known = address;
        if (known == null) {
            throw new IllegalStateException(host.name() + " has no wire to its outside yet");
        }
        return known;
    }

    /// An outside port of it, that of a forward for instance.
    ///
    /// @throws IllegalStateException when it has no outside wire yet
    public Endpoint endpoint(int port) {
        return new Endpoint(address(), port);
    }

    /// The box as a host, for pings, captures, servers of its own. [Network#address] gives its first address of all:
    /// for the outside one see [#address].
    public Host host() {
        return host;
    }

    @Override
    public String toString() {
        return "NAT " + host.name();
    }
}
