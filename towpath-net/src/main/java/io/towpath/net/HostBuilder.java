package io.towpath.net;

import io.towpath.core.Context;
import io.towpath.core.Entropy;
import io.towpath.core.Event;
import io.towpath.core.Events;
import io.towpath.core.Medium;
import io.towpath.core.PacketPool;
import io.towpath.ip.IpConfig;
import io.towpath.link.IoDriver;
import io.towpath.link.Link;
import io.towpath.link.LinkInfo;
import io.towpath.link.tun.PollDriver;
import io.towpath.link.tun.TunLink;
import io.towpath.link.udp.SelectorDriver;
import io.towpath.link.udp.UdpSocketLink;
import io.towpath.nat.NatConfig;
import io.towpath.net.shard.Shard;
import io.towpath.net.shard.Timeouts;
import io.towpath.net.time.Timekeeper;
import io.towpath.sctp.SctpConfig;
import io.towpath.stack.Interface;
import io.towpath.stack.InterfaceConfig;
import io.towpath.stack.Stack;
import io.towpath.stack.StackConfig;
import io.towpath.tcp.TcpConfig;
import io.towpath.wire.IpAddress;
import io.towpath.wire.MacAddress;
import io.towpath.wire.Prefix;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// Collects what a host is made of; [#start] makes it. Not thread-safe, used once.
///
/// Links come first, each followed by its addresses: [#address] belongs to the last link named before it.
public final class HostBuilder {
    /// Packets that wait for a link.
    private static final int OUTBOX_MAX = 256;

    private static final Duration LINGER = Duration.ofSeconds(2);

    /// A link and what is said of it.
    private static final class Port {
        final Link link;
        final @Nullable MacAddress mac;
        final List<Prefix> addresses = new ArrayList<>();

        /// The interface of the last boot.
        @Nullable
        Interface iface;

        Port(Link link, @Nullable MacAddress mac) {
            this.link = link;
            this.mac = mac;
        }
    }

    /// A route and its link.
    private record Way(
            Prefix destination, Port port, @Nullable IpAddress gateway) {}

    /// A reader of events and its kinds.
    private record Reading(Events.Reader reader, Event.Kind[] kinds) {}

    private final String name;
    private final List<Port> ports = new ArrayList<>();
    private final List<Way> ways = new ArrayList<>();
    private final List<Reading> readings = new ArrayList<>();
    private TcpConfig tcp = TcpConfig.defaults();
    private IpConfig ip = IpConfig.defaults();
    private StackConfig.UdpEncapsulation encapsulation = StackConfig.UdpEncapsulation.NONE;
    private @Nullable NatConfig nat;
    private Duration linger = LINGER;
    private Consumer<Throwable> onFailure;
    private Timekeeper time = Timekeeper.live();
    private @Nullable Entropy entropy;
    private boolean started;
    private int boots;

    HostBuilder(String name) {
        this.name = Objects.requireNonNull(name);
        this.onFailure = failure -> System.getLogger("io.towpath.net")
                .log(
                        System.Logger.Level.ERROR,
                        "the stack of host " + name + " failed; its sockets are closed",
                        failure);
    }

    /// Adds a link, which from then on belongs to the host: it is closed with it, and also if [#start] fails. An
    /// Ethernet link gets a random local MAC address.
    public HostBuilder link(Link link) {
        return link(link, link.info().medium() == Medium.ETHERNET ? randomMac() : null);
    }

    /// Adds a link with a chosen MAC address.
    public HostBuilder link(Link link, @Nullable MacAddress mac) {
        ports.add(new Port(Objects.requireNonNull(link), mac));
        return this;
    }

    /// Creates a TUN device with an MTU of 1500 bytes, with offloads where the kernel has them. The kernel's side is
    /// left to the caller ([io.towpath.link.tun.TunSetup]).
    ///
    /// @throws io.towpath.link.tun.TunException when it cannot be created, with a hint
    public HostBuilder tun(String interfaceName) throws IOException {
        return link(TunLink.open(interfaceName, 1500, true));
    }

    /// Gives the last link addresses, each with the prefix length of its network: `10.0.0.1/24`, `fd00::1/64`.
    ///
    /// @throws IllegalArgumentException when a text is not an address with a prefix length
    /// @throws IllegalStateException when no link was named before
    public HostBuilder address(String... addresses) {
        for (String address : addresses) {
            address(Prefix.parse(address));
        }
        return this;
    }

    /// Gives the last link an address.
    ///
    /// @throws IllegalStateException when no link was named before
    public HostBuilder address(Prefix address) {
        last().addresses.add(Objects.requireNonNull(address));
        return this;
    }

    /// Sends what goes to `destination` (`0.0.0.0/0` for everything) by the last link, to neighbours there.
    ///
    /// @throws IllegalArgumentException when the text is not a prefix
    public HostBuilder route(String destination) {
        return route(Prefix.parse(destination), null);
    }

    /// Sends what goes to `destination` by the last link and `gateway`.
    ///
    /// @throws IllegalArgumentException when a text is not a prefix or an address
    public HostBuilder route(String destination, String gateway) {
        return route(Prefix.parse(destination), IpAddress.parse(gateway));
    }

    /// Sends what goes to `destination` by the last link, and by `gateway` when it is not null.
    public HostBuilder route(Prefix destination, @Nullable IpAddress gateway) {
        ways.add(new Way(Objects.requireNonNull(destination), last(), gateway));
        return this;
    }

    private Port last() {
        if (ports.isEmpty()) {
            throw new IllegalStateException("name a link before its addresses and routes");
        }
        return ports.getLast();
    }

    /// How TCP connections behave that are opened or accepted without a configuration of their own.
    public HostBuilder tcp(TcpConfig config) {
        tcp = Objects.requireNonNull(config);
        return this;
    }

    /// Changes how TCP connections behave: `tcp(c -> c.withNoDelay(true))`.
    public HostBuilder tcp(UnaryOperator<TcpConfig> change) {
        tcp = Objects.requireNonNull(change.apply(tcp));
        return this;
    }

    /// How the Internet layer behaves.
    public HostBuilder ip(IpConfig config) {
        ip = Objects.requireNonNull(config);
        return this;
    }

    /// Makes the host a NAT whose outside is the last link named before: all other links lead inside. It forwards
    /// packets, too.
    ///
    /// @throws IllegalStateException when no link was named before
    public HostBuilder nat() {
        last();
        return nat(NatConfig.outside(ports.size()));
    }

    /// Makes the host a NAT. It forwards packets, too.
    ///
    /// @param config names the outside links by their numbers in the order in which they are named here, from 1
    public HostBuilder nat(NatConfig config) {
        nat = Objects.requireNonNull(config);
        return this;
    }

    /// Lets SCTP travel in UDP datagrams of this host (RFC 6951): takes in SCTP that comes to UDP port `localPort`
    /// (9899 by registration) and answers it the same way. Associations that this host begins go in UDP when their
    /// settings name the peer's port ([io.towpath.sctp.SctpConfig#withEncapsulation]).
    ///
    /// @param localPort 1 to 65,535
    /// @throws IllegalArgumentException when it is none
    public HostBuilder udpEncapsulation(int localPort) {
        return udpEncapsulation(localPort, 0);
    }

    /// The same, with associations that this host begins in UDP, too, to `remotePort` of their peers unless their
    /// settings name another one.
    public HostBuilder udpEncapsulation(int localPort, int remotePort) {
        encapsulation = new StackConfig.UdpEncapsulation(localPort, remotePort);
        return this;
    }

    /// Makes a host of SCTP in UDP (RFC 6951) over one UDP socket of the operating system: no privileges, any system.
    /// It reaches whatever the socket reaches, by associations to UDP port 9899 of their peers unless settings name
    /// another one, and takes those of peers. It has addresses that nobody sees ([UdpSocketLink#ADDRESSES]), no
    /// loopback addresses of its own, and no way for anything else.
    ///
    /// @param port UDP port, 0 for any free one: enough for who only opens associations
    /// @throws java.net.BindException when the port is in use, or needs privileges
    public HostBuilder udpSocket(int port) throws IOException {
        return udpSocket(UdpSocketLink.open(port));
    }

    /// The same with a socket opened before, which belongs to the host from now on.
    public HostBuilder udpSocket(UdpSocketLink socket) {
        return udpSocket(socket, socket);
    }

    /// The same with the socket behind decorators, for instance one that impairs or captures.
    ///
    /// @param link `socket`, decorated
    public HostBuilder udpSocket(UdpSocketLink socket, Link link) {
        link(link);
        UdpSocketLink.ADDRESSES.forEach(this::address);
        route("0.0.0.0/0").route("::/0");
        ip = ip.withLoopback(false);
        return udpEncapsulation(socket.port(), SctpConfig.ENCAPSULATION_PORT);
    }

    /// Shows events of the given kinds to `reader`, of all kinds when none is named. It runs on whatever thread
    /// drives the host, must not block and must not use the host's sockets.
    public HostBuilder events(Events.Reader reader, Event.Kind... kinds) {
        readings.add(new Reading(Objects.requireNonNull(reader), kinds.clone()));
        return this;
    }

    /// How long [Host#close] waits for connections to end in order. Two seconds unless told otherwise.
    ///
    /// @throws IllegalArgumentException when negative
    public HostBuilder linger(Duration time) {
        if (time.isNegative()) {
            throw new IllegalArgumentException("a duration must not be negative: " + time);
        }
        linger = time;
        return this;
    }

    /// Who is told, once, when the stack fails by an exception: a defect. All sockets of the host are then dead.
    /// Otherwise it is logged by [System.Logger] `io.towpath.net`.
    public HostBuilder onFailure(Consumer<Throwable> reader) {
        onFailure = Objects.requireNonNull(reader);
        return this;
    }

    /// Lets time pass for the host as `keeper` says, and not in real time. For simulations.
    public HostBuilder time(Timekeeper keeper) {
        time = Objects.requireNonNull(keeper);
        return this;
    }

    /// Draws all chance of the host, its initial sequence numbers for instance, from `chance`, so that a run can be
    /// repeated. For simulations: chance that can be known is an invitation to attackers.
    public HostBuilder entropy(Entropy chance) {
        entropy = Objects.requireNonNull(chance);
        return this;
    }

    /// Makes the host and starts its thread. If that fails the links are closed.
    ///
    /// @throws IOException when the operating system denies something, or an address cannot be used
    /// @throws IllegalStateException when called twice
    public Host start() throws IOException {
        if (started) {
            throw new IllegalStateException("a builder starts one host");
        }
        started = true;
        try {
            return make();
        } catch (Throwable failure) {
            ports.forEach(port -> port.link.close());
            throw failure;
        }
    }

    private Host make() throws IOException {
        return new Host(name, this, boot(), tcp, Timeouts.nanos(linger));
    }

    /// A fresh stack on the links, running.
    Shard boot() throws IOException {
        boots++;
        Context context = Context.of(new PacketPool(), chance());
        readings.forEach(reading -> context.events().add(reading.reader(), reading.kinds()));
        IpConfig layer = nat == null ? ip : ip.withForwarding(true);
        Stack stack = new Stack(new StackConfig(name, layer, tcp, OUTBOX_MAX, encapsulation), context);
        Shard shard = new Shard(name, stack, time, devices(), onFailure);
        for (Port port : ports) {
            connect(port, shard);
        }
        for (Way way : ways) {
            enter(way, stack);
        }
        if (nat != null) {
            stack.nat(nat);
        }
        shard.start();
        return shard;
    }

    private Entropy chance() {
        if (entropy != null) {
            return entropy.split("boot " + boots);
        }
        SecureRandom random = new SecureRandom();
        return Entropy.keyed(random.nextLong(), random.nextLong());
    }

    private static void connect(Port port, Shard shard) {
        LinkInfo info = port.link.info();
        Interface made = shard.stack()
                .addInterface(info.name(), new InterfaceConfig(info.medium(), info.mtu(), info.offloads(), port.mac));
        port.addresses.forEach(made::addAddress);
        port.iface = made;
        shard.add(made, port.link, isDevice(port.link));
    }

    /// Whether the operating system is asked for its packets.
    private static boolean isDevice(Link link) {
        return link.source() instanceof TunLink || link.source() instanceof UdpSocketLink;
    }

    private static void enter(Way way, Stack stack) {
        stack.addRoute(way.destination(), Objects.requireNonNull(way.port().iface), way.gateway(), 0);
    }

    // ---- while the host runs: on its shard's owner ----------------------------------------------------------------

    /// @throws IllegalArgumentException when the link is a device, or an address cannot be
    void plug(Shard shard, Link link, List<Prefix> addresses) {
        if (isDevice(link)) {
            throw new IllegalArgumentException("a device must be there when its host starts: " + link.info());
        }
        link(link);
        last().addresses.addAll(addresses);
        connect(last(), shard);
    }

    /// @throws IllegalArgumentException when no link of the host leads to the gateway
    void route(Shard shard, Prefix destination, IpAddress gateway) {
        for (Port port : ports) {
            for (Prefix own : port.addresses) {
                if (own.contains(gateway)) {
                    Way way = new Way(destination, port, gateway);
                    if (!ways.contains(way)) {
                        ways.add(way);
                        enter(way, shard.stack());
                    }
                    return;
                }
            }
        }
        throw new IllegalArgumentException(name + " has no link to " + gateway);
    }

    /// Its addresses, each with the length of its network's prefix.
    List<Prefix> addresses() {
        List<Prefix> all = new ArrayList<>();
        ports.forEach(port -> all.addAll(port.addresses));
        return List.copyOf(all);
    }

    private @Nullable IoDriver devices() throws IOException {
        List<TunLink> tuns = new ArrayList<>();
        List<UdpSocketLink> sockets = new ArrayList<>();
        for (Port port : ports) {
            if (port.link.source() instanceof TunLink tun) {
                tuns.add(tun);
            } else if (port.link.source() instanceof UdpSocketLink socket) {
                sockets.add(socket);
            }
        }
        if (!tuns.isEmpty() && !sockets.isEmpty()) {
            throw new IllegalStateException("a host waits for TUN devices or for UDP sockets, not for both");
        }
        if (!tuns.isEmpty()) {
            var driver = new PollDriver();
            tuns.forEach(driver::add);
            return driver;
        }
        return sockets.isEmpty() ? null : new SelectorDriver(sockets);
    }

    private static MacAddress randomMac() {
        // Locally administered (0x02), unicast: RFC 9542 §2.1.
        long low = new SecureRandom().nextLong();
        return MacAddress.parse(String.format(
                Locale.ROOT,
                "02:%02x:%02x:%02x:%02x:%02x",
                low & 0xff,
                low >> 8 & 0xff,
                low >> 16 & 0xff,
                low >> 24 & 0xff,
                low >> 32 & 0xff));
    }
}
