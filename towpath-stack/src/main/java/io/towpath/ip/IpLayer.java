package io.towpath.ip;

import io.towpath.core.Context;
import io.towpath.core.Drop;
import io.towpath.core.Entropy;
import io.towpath.core.Event;
import io.towpath.core.Medium;
import io.towpath.core.Network;
import io.towpath.core.Offloads;
import io.towpath.core.Packet;
import io.towpath.core.Route;
import io.towpath.core.SipHash;
import io.towpath.core.Transport;
import io.towpath.core.TxBatch;
import io.towpath.wire.Icmp6Header;
import io.towpath.wire.IcmpHeader;
import io.towpath.wire.IpAddress;
import io.towpath.wire.Prefix;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The Internet layer of one host: what transports see as their [Network].
///
/// Belongs to the owner of the stack. Input and timers change state and queue packets at interfaces; they reach the
/// interfaces' outboxes when [#flush] is called.
public final class IpLayer implements Network {
    private static final int LOOPBACK_MTU = 65_535;

    private final Context context;
    private final IpConfig config;
    private final Interfaces interfaces;
    private final Hooks hooks = new Hooks();
    private final Delivery.Transports transports = new Delivery.Transports();
    private final PathMtuTable pathMtus;
    private final Routing routing;
    private final NeighborTable neighbors;
    private final IpOutput output;
    private final IcmpErrors errors;
    private final IcmpLayer icmp;
    private final Reassembler reassembler;
    private final Delivery delivery;
    private final Ip4Input ip4Input;
    private final Ip6Input ip6Input;
    private final Identification identification;
    private final FrameInput frameInput;

    /// A layer with one interface, the loopback interface of index 0 with 127.0.0.1/8 and ::1/128 unless the settings
    /// say otherwise.
    ///
    /// @param outboxMax packets that wait in the loopback interface's outbox
    public IpLayer(Context context, IpConfig config, int outboxMax) {
        this.context = context;
        this.config = config;
        interfaces = new Interfaces(config.loopback());
        Entropy entropy = context.entropy().split("ip");
        var hash = new SipHash(entropy.nextLong(), entropy.nextLong());
        pathMtus = new PathMtuTable(hash, config.pathMtu());
        routing = new Routing(interfaces, pathMtus, hash);
        var link = new LinkOutput(context);
        var solicitations = new Solicitations(context);
        neighbors = new NeighborTable(context, config.neighbors(), link, solicitations, this::onNeighborUnreachable);
        identification = new Identification(entropy.split("identification"));
        output = new IpOutput(context, config, routing, hooks, link, neighbors, identification);
        errors = new IcmpErrors(context, config, interfaces, output);
        reassembler = new Reassembler(context, config.reassembly(), this::onReassemblyTimeout);
        var discovery = new NeighborDiscovery(context, interfaces, neighbors, solicitations);
        var quoted = new QuotedPacket(this, transports);
        icmp = new IcmpLayer(context, config, routing, output, discovery, quoted);
        var forwarder = new Forwarder(context, routing, hooks, output, errors);
        delivery = new Delivery(context, config, interfaces, hooks, output, errors, icmp, forwarder, transports);
        ip4Input = new Ip4Input(context, delivery, routing, reassembler);
        ip6Input = new Ip6Input(context, delivery, errors, interfaces, reassembler);
        frameInput = new FrameInput(context, ip4Input, ip6Input, new ArpInput(context, neighbors, solicitations));
        addLoopback(outboxMax);
    }

    private void onNeighborUnreachable(long now, Packet packet) {
        delivery.onNeighborUnreachable(now, packet);
    }

    private void onReassemblyTimeout(long now, Packet firstFragment) {
        errors.timeExceeded(now, firstFragment, IcmpHeader.CODE_REASSEMBLY);
    }

    private void addLoopback(int outboxMax) {
        var offloads = new Offloads(true, LOOPBACK_MTU);
        var settings = new IpInterface.Settings("lo", Medium.RAW_IP, LOOPBACK_MTU, offloads, null, outboxMax);
        var loopback = new IpInterface(context, 0, settings, true, config.backlogMax());
        interfaces.add(loopback);
        if (config.loopback()) {
            interfaces.addAddress(loopback, Prefix.parse("127.0.0.1/8"));
            interfaces.addAddress(loopback, Prefix.parse("::1/128"));
        }
    }

    /// Makes `transport` the one for its protocol number.
    public void register(Transport transport) {
        transports.register(transport);
    }

    /// The hooks of this host.
    public Hooks hooks() {
        return hooks;
    }

    /// Echo requests and their answers.
    public IcmpLayer icmp() {
        return icmp;
    }

    /// The settings.
    public IpConfig config() {
        return config;
    }

    // ---- configuration

    /// Adds an interface, which is up and has no address yet.
    public IpInterface addInterface(IpInterface.Settings settings) {
        var added = new IpInterface(context, interfaces.count(), settings, false, config.backlogMax());
        interfaces.add(added);
        routing.changed();
        return added;
    }

    /// All interfaces by index; 0 is the loopback interface.
    public List<IpInterface> interfaces() {
        return interfaces.all();
    }

    /// The addresses of an interface, none when there is no such interface: the same list until they change.
    public List<Prefix> addresses(int interfaceIndex) {
        return interfaceIndex < interfaces.count()
                ? interfaces.get(interfaceIndex).addresses()
                : List.of();
    }

    /// Gives `owner` an address and a route to its network.
    ///
    /// @param address with its host bits and the length of the network's prefix
    /// @throws IllegalArgumentException when the host has this address already, or it is not a unicast address
    public void addAddress(IpInterface owner, Prefix address) {
        routing.addAddress(owner, address);
    }

    /// Takes an address off; the route to its network goes too unless another address is in it. False when the
    /// interface does not have it.
    public boolean removeAddress(IpInterface owner, IpAddress address) {
        return routing.removeAddress(owner, address);
    }

    /// Adds a route.
    ///
    /// @param gateway the next hop, or null when the destination is on the link
    /// @throws IllegalArgumentException when the gateway is of the other IP version
    public void addRoute(Prefix destination, IpInterface via, @Nullable IpAddress gateway, int metric) {
        routing.addRoute(destination, via, gateway, metric);
    }

    /// Removes a route as [#routes] shows it.
    public void removeRoute(RouteTable.Entry route) {
        routing.removeRoute(route);
    }

    /// The routes in the order of preference; immutable.
    public List<RouteTable.Entry> routes() {
        return routing.table().entries();
    }

    /// Takes an interface up or down. What was queued at an interface that goes down is dropped.
    public void setUp(long now, IpInterface which, boolean up) {
        if (which.isUp() != up) {
            which.up(up);
            routing.changed();
            if (!up) {
                neighbors.forget(now, which);
            }
        }
    }

    // ---- input

    /// Takes a frame from a link: an Ethernet frame or an IP packet at `at`, by the interface's medium.
    public void input(long now, IpInterface from, Packet packet) {
        frameInput.input(now, from, packet);
    }

    /// Takes the packets out of the loopback interface's outbox and puts them in: the next input phase.
    ///
    /// @param batch scratch, empty; at least as large as the loopback interface's outbox
    public void inputLoopback(long now, TxBatch batch) {
        IpInterface loopback = interfaces.get(0);
        TxBatch outbox = loopback.outbox();
        if (outbox.isEmpty()) {
            return;
        }
        for (int i = 0; i < outbox.size(); i++) {
            batch.add(outbox.get(i));
        }
        outbox.clear();
        for (int i = 0; i < batch.size(); i++) {
            Packet packet = batch.get(i);
            // It never left this memory: nothing to verify, and an unfinished checksum is not an error.
            packet.checksumVerified = true;
            packet.checksumAt = 0;
            input(now, loopback, packet);
        }
        batch.clear();
    }

    // ---- Network

    @Override
    public @Nullable Route route(@Nullable IpAddress source, IpAddress destination) {
        return routing.route(source, destination);
    }

    @Override
    public void output(
            long now,
            Packet packet,
            Route route,
            int protocol,
            int trafficClass,
            int hopLimit,
            boolean dontFragment,
            TxBatch out) {
        output.output(now, packet, (IpRoute) route, protocol, trafficClass, hopLimit, dontFragment, out);
    }

    @Override
    public List<IpAddress> localAddresses() {
        return interfaces.addresses();
    }

    @Override
    public void joinGroup(int interfaceIndex, IpAddress group) {
        interfaces.get(interfaceIndex).joinGroup(group);
    }

    @Override
    public void leaveGroup(int interfaceIndex, IpAddress group) {
        interfaces.get(interfaceIndex).leaveGroup(group);
    }

    @Override
    public boolean isLocal(long high, long low) {
        return interfaces.isLocal(high, low);
    }

    @Override
    public void rejectPort(long now, Packet packet) {
        errors.unreachable(now, packet, IcmpHeader.CODE_PORT, Icmp6Header.CODE_PORT);
        context.drop(now, packet, Drop.UDP_NO_SOCKET);
    }

    /// Tells the sender of `packet`, whose fields are parsed, that policy forbids it (RFC 1812 §5.2.7.1 code 13, RFC
    /// 4443 §3.1 code 1). The packet stays the caller's.
    public void prohibited(long now, Packet packet) {
        errors.unreachable(now, packet, IcmpHeader.CODE_PROHIBITED, Icmp6Header.CODE_PROHIBITED);
    }

    /// Tells the sender of `packet`, whose fields are parsed, that nobody is at its port. The packet stays the
    /// caller's.
    public void portUnreachable(long now, Packet packet) {
        errors.unreachable(now, packet, IcmpHeader.CODE_PORT, Icmp6Header.CODE_PORT);
    }

    /// Has fragments put together before the hooks at PREROUTING see them, whomever they are for: a NAT needs
    /// the transport header, which is in one of them. What was put together leaves in fragments again.
    ///
    /// @param ip6 IPv6, too
    public void reassembleAll(boolean ip6) {
        ip4Input.reassembleAll();
        if (ip6) {
            ip6Input.reassembleAll();
        }
    }

    /// By which interface packets to `high:low` leave now, -1 when there is no route.
    public int interfaceTo(long high, long low) {
        RouteTable.Entry entry = routing.table().find(high, low, interfaces, -1);
        return entry == null ? -1 : entry.interfaceIndex();
    }

    /// The next identification for `packet`, whose fields are parsed, as if it were one of this host's.
    public int identification(Packet packet) {
        return identification.next(packet, 16);
    }

    @Override
    public void confirmReachable(long now, Route route) {
        Neighbor neighbor = ((IpRoute) route).neighbor;
        if (neighbor != null) {
            neighbors.confirm(now, neighbor);
        }
    }

    @Override
    public void suspectUnreachable(long now, Route route) {
        Neighbor neighbor = ((IpRoute) route).neighbor;
        if (neighbor != null) {
            neighbors.suspect(now, neighbor);
        }
    }

    @Override
    public void acceptPathMtu(long now, IpAddress destination, int mtu) {
        IpRoute route = routing.route(null, destination);
        if (route != null
                && pathMtus.lower(now, destination.high(), destination.low(), destination.isIp4(), mtu, route.mtu())
                && context.events().wants(Event.Kind.PATH_MTU)) {
            context.events().emit(new IpEvent.PathMtuChanged(now, destination, route.mtu()));
        }
    }

    // ---- time

    /// When [#tick] wants to be called next.
    public long deadline() {
        return Math.min(neighbors.deadline(), Math.min(reassembler.deadline(), pathMtus.deadline()));
    }

    /// Runs the timers of neighbours, fragments and path MTUs.
    public void tick(long now) {
        neighbors.tick(now);
        reassembler.tick(now);
        pathMtus.tick(now);
    }

    /// Moves what waits at the interfaces into their outboxes, as far as there is room.
    public void flush() {
        for (int i = 0; i < interfaces.count(); i++) {
            interfaces.get(i).refill();
        }
    }

    // ---- to look at it

    /// The neighbours, from the one used longest ago.
    public List<NeighborInfo> neighbors() {
        return neighbors.infos();
    }

    /// The path MTUs learnt, from the oldest.
    public List<PathMtuInfo> pathMtus() {
        return pathMtus.infos();
    }

    /// Takes every interface down and drops all that waits, fragments too: for a host that is switched off.
    public void shutDown(long now) {
        for (int i = 0; i < interfaces.count(); i++) {
            setUp(now, interfaces.get(i), false);
        }
        reassembler.discard(now);
    }

    /// Packets that the layer holds: fragments, packets for neighbours to be resolved, queues of interfaces.
    public int packetsHeld() {
        int sum = reassembler.held() + neighbors.held();
        for (int i = 0; i < interfaces.count(); i++) {
            sum += interfaces.get(i).backlog() + interfaces.get(i).outbox().size();
        }
        return sum;
    }

    /// Bytes of memory that waiting fragments take.
    public int reassemblyBytes() {
        return reassembler.bytes();
    }
}
