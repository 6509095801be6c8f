package io.towpath.ip;

import io.towpath.core.Context;
import io.towpath.core.Counter;
import io.towpath.core.Drop;
import io.towpath.core.Entropy;
import io.towpath.core.Event;
import io.towpath.core.Medium;
import io.towpath.core.Network;
import io.towpath.core.NetworkError;
import io.towpath.core.Offloads;
import io.towpath.core.Packet;
import io.towpath.core.Route;
import io.towpath.core.SipHash;
import io.towpath.core.Transport;
import io.towpath.core.TxBatch;
import io.towpath.wire.EtherType;
import io.towpath.wire.EthernetHeader;
import io.towpath.wire.Icmp6Header;
import io.towpath.wire.IcmpHeader;
import io.towpath.wire.Ip4Header;
import io.towpath.wire.IpAddress;
import io.towpath.wire.IpProtocol;
import io.towpath.wire.MacAddress;
import io.towpath.wire.Prefix;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The Internet layer of one host: what transports see as their [Network].
///
/// Belongs to the owner of the stack. Input and timers change state and queue packets at interfaces; they reach the
/// interfaces' outboxes when [#flush] is called.
public final class IpLayer implements Network {
    private static final int LOOPBACK_MTU = 65_535;
    private static final int PROTOCOLS = 256;

    private final Context context;
    private final IpConfig config;
    private final Interfaces interfaces = new Interfaces();
    private final Hooks hooks = new Hooks();
    private final @Nullable Transport[] transports = new Transport[PROTOCOLS];
    private final PathMtuTable pathMtus;
    private final Routing routing;
    private final NeighborTable neighbors;
    private final IpOutput output;
    private final IcmpErrors errors;
    private final IcmpLayer icmp;
    private final Reassembler reassembler;
    private final Forwarder forwarder;
    private final ArpInput arpInput;
    private final Ip4Input ip4Input;
    private final Ip6Input ip6Input;

    /// A layer with one interface, the loopback interface of index 0 with 127.0.0.1/8 and ::1/128.
    ///
    /// @param outboxMax packets that wait in the loopback interface's outbox
    public IpLayer(Context context, IpConfig config, int outboxMax) {
        this.context = context;
        this.config = config;
        Entropy entropy = context.entropy().split("ip");
        var hash = new SipHash(entropy.nextLong(), entropy.nextLong());
        pathMtus = new PathMtuTable(hash, config.pathMtu());
        routing = new Routing(interfaces, pathMtus, hash);
        var link = new LinkOutput(context);
        var solicitations = new Solicitations(context);
        neighbors = new NeighborTable(context, config.neighbors(), link, solicitations, this::onNeighborUnreachable);
        var identification = new Identification(entropy.split("identification"));
        output = new IpOutput(context, config, routing, hooks, link, neighbors, identification);
        errors = new IcmpErrors(context, config, interfaces, output);
        reassembler = new Reassembler(
                context,
                config.reassembly(),
                (now, first) -> errors.timeExceeded(now, first, IcmpHeader.CODE_REASSEMBLY));
        var discovery = new NeighborDiscovery(context, interfaces, neighbors, solicitations);
        icmp = new IcmpLayer(context, config, routing, output, discovery, new QuotedPacket(this));
        forwarder = new Forwarder(context, routing, hooks, output, errors);
        arpInput = new ArpInput(context, neighbors, solicitations);
        ip4Input = new Ip4Input(context, this, interfaces, reassembler);
        ip6Input = new Ip6Input(context, this, interfaces, reassembler);
        addLoopback(outboxMax);
    }

    private void addLoopback(int outboxMax) {
        var offloads = new Offloads(true, LOOPBACK_MTU);
        var settings = new IpInterface.Settings("lo", Medium.RAW_IP, LOOPBACK_MTU, offloads, null, outboxMax);
        var loopback = new IpInterface(context, 0, settings, true, config.backlogMax());
        interfaces.add(loopback);
        interfaces.addAddress(loopback, Prefix.parse("127.0.0.1/8"));
        interfaces.addAddress(loopback, Prefix.parse("::1/128"));
    }

    /// Makes `transport` the one for its protocol number.
    public void register(Transport transport) {
        transports[transport.protocol()] = transport;
    }

    @Nullable
    Transport transport(int protocol) {
        return transports[protocol];
    }

    /// The hooks of this host.
    public Hooks hooks() {
        return hooks;
    }

    /// Echo requests and their answers.
    public IcmpLayer icmp() {
        return icmp;
    }

    IcmpErrors errors() {
        return errors;
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

    /// Gives `owner` an address and a route to its network.
    ///
    /// @param address with its host bits and the length of the network's prefix
    /// @throws IllegalArgumentException when the host has this address already, or it is not a unicast address
    public void addAddress(IpInterface owner, Prefix address) {
        IpAddress own = address.address();
        if (own.isMulticast() || own.isBroadcast() || own.isUnspecified()) {
            throw new IllegalArgumentException("not an address for an interface: " + own);
        }
        if (interfaces.isLocal(own.high(), own.low())) {
            throw new IllegalArgumentException("this host has the address already: " + own);
        }
        interfaces.addAddress(owner, address);
        if (address.length() < own.bitLength()) {
            routing.table(routing.table().with(new RouteTable.Entry(address.network(), owner.index(), null, 0)));
        }
        routing.changed();
    }

    /// Takes an address off; the route to its network goes too unless another address is in it. False when the
    /// interface does not have it.
    public boolean removeAddress(IpInterface owner, IpAddress address) {
        Prefix removed = null;
        for (Prefix each : owner.addresses()) {
            removed = each.address().equals(address) ? each : removed;
        }
        if (removed == null) {
            return false;
        }
        interfaces.removeAddress(owner, address);
        Prefix network = removed.network();
        boolean needed =
                owner.addresses().stream().anyMatch(each -> each.network().equals(network));
        if (!needed) {
            routing.table(routing.table().without(new RouteTable.Entry(network, owner.index(), null, 0)));
        }
        routing.changed();
        return true;
    }

    /// Adds a route.
    ///
    /// @param gateway the next hop, or null when the destination is on the link
    /// @throws IllegalArgumentException when the gateway is of the other IP version
    public void addRoute(Prefix destination, IpInterface via, @Nullable IpAddress gateway, int metric) {
        if (gateway != null && gateway.isIp4() != destination.address().isIp4()) {
            throw new IllegalArgumentException(
                    "the gateway " + gateway + " is of another IP version than " + destination);
        }
        routing.table(routing.table().with(new RouteTable.Entry(destination.network(), via.index(), gateway, metric)));
    }

    /// Removes a route as [#routes] shows it.
    public void removeRoute(RouteTable.Entry route) {
        routing.table(routing.table().without(route));
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
        context.counters().count(Counter.IP_IN);
        packet.interfaceIndex = from.index();
        packet.toGroup = false;
        if (context.events().wants(Event.Kind.PACKET_IN)) {
            context.events().emit(new IpEvent.PacketIn(now, from.index(), packet));
        }
        if (!from.isUp()) {
            context.drop(now, packet, Drop.LINK_DOWN);
        } else if (from.medium() == Medium.ETHERNET) {
            inputFrame(now, from, packet);
        } else {
            inputRaw(now, from, packet);
        }
    }

    private void inputRaw(long now, IpInterface from, Packet packet) {
        if (packet.length() < 1) {
            context.drop(now, packet, Drop.TRUNCATED);
            return;
        }
        switch (Ip4Header.version(packet.bytes, packet.at)) {
            case 4 -> ip4Input.input(now, packet, from);
            case 6 -> ip6Input.input(now, packet, from);
            default -> context.drop(now, packet, Drop.UNKNOWN_ETHERTYPE);
        }
    }

    private void inputFrame(long now, IpInterface from, Packet packet) {
        byte[] b = packet.bytes;
        int at = packet.at;
        if (!EthernetHeader.check(b, at, packet.end).ok()) {
            context.drop(now, packet, Drop.TRUNCATED);
            return;
        }
        boolean group = EthernetHeader.isGroup(b, at);
        if (!group && EthernetHeader.destination(b, at) != from.macBits()) {
            context.drop(now, packet, Drop.OTHER_LINK_ADDRESS);
            return;
        }
        packet.toGroup = group;
        packet.at += EthernetHeader.LENGTH;
        switch (EthernetHeader.type(b, at)) {
            case EtherType.IPV4 -> ip4Input.input(now, packet, from);
            case EtherType.IPV6 -> ip6Input.input(now, packet, from);
            case EtherType.ARP -> arpInput.input(now, packet, from);
            default -> context.drop(now, packet, Drop.UNKNOWN_ETHERTYPE);
        }
    }

    /// Asks the prerouting hooks; false when the packet is gone.
    boolean passPrerouting(long now, Packet packet) {
        return hooks.isEmpty(Hook.Point.PREROUTING) || output.pass(now, Hook.Point.PREROUTING, packet);
    }

    void forward(long now, Packet packet) {
        if (config.forwarding()) {
            forwarder.forward(now, packet);
        } else {
            context.drop(now, packet, Drop.NOT_FOR_US);
        }
    }

    /// Hands a whole packet for this host to whom it is for.
    ///
    /// @param protocolAt where the octet lies that names the protocol
    void deliver(long now, Packet packet, int protocolAt) {
        packet.at = packet.networkAt;
        if (!hooks.isEmpty(Hook.Point.INPUT) && !output.pass(now, Hook.Point.INPUT, packet)) {
            return;
        }
        packet.at = packet.transportAt;
        boolean ip4 = IpAddress.isIp4(packet.destinationHigh, packet.destinationLow);
        int protocol = packet.protocol;
        Transport transport = transports[protocol];
        if (transport != null) {
            context.counters().count(Counter.IP_DELIVERED);
            transport.input(now, packet);
        } else if (protocol == IpProtocol.ICMP && ip4) {
            context.counters().count(Counter.IP_DELIVERED);
            icmp.input4(now, packet);
        } else if (protocol == IpProtocol.ICMPV6 && !ip4) {
            context.counters().count(Counter.IP_DELIVERED);
            icmp.input6(now, packet);
        } else {
            if (protocol != IpProtocol.NO_NEXT_HEADER || ip4) {
                errors.protocolUnknown(now, packet, protocolAt);
            }
            context.drop(now, packet, Drop.UNKNOWN_PROTOCOL);
        }
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
    public boolean isLocal(long high, long low) {
        return interfaces.isLocal(high, low);
    }

    @Override
    public void rejectPort(long now, Packet packet) {
        errors.unreachable(now, packet, IcmpHeader.CODE_PORT, Icmp6Header.CODE_PORT);
        context.drop(now, packet, Drop.UDP_NO_SOCKET);
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

    /// A neighbour did not answer and a packet for it is given up: its sender hears of it, be it a host whose
    /// packet we forward or a transport of ours.
    private void onNeighborUnreachable(long now, Packet packet) {
        if (!interfaces.isLocal(packet.sourceHigh, packet.sourceLow)) {
            errors.unreachable(now, packet, IcmpHeader.CODE_HOST, Icmp6Header.CODE_ADDRESS);
        } else if (transports[packet.protocol] != null && packet.end - packet.transportAt >= 8) {
            IpAddress local = IpAddress.of(packet.sourceHigh, packet.sourceLow);
            IpAddress remote = IpAddress.of(packet.destinationHigh, packet.destinationLow);
            var error = new NetworkError(NetworkError.Kind.HOST_UNREACHABLE, local, remote, 0, local);
            Transport transport = transports[packet.protocol];
            if (transport != null) {
                transport.onNetworkError(now, error, packet.bytes, packet.transportAt, packet.end);
            }
        }
        context.drop(now, packet, Drop.NEIGHBOR_UNREACHABLE);
    }

    // ---- to look at it

    /// A neighbour, to look at.
    ///
    /// @param interfaceIndex the link
    /// @param address its IP address
    /// @param mac its link-layer address; null while it is not known
    /// @param state what is known of its reachability
    public record NeighborInfo(
            int interfaceIndex, IpAddress address, @Nullable MacAddress mac, NeighborState state) {}

    /// The neighbours, from the one used longest ago.
    public List<NeighborInfo> neighbors() {
        var list = new ArrayList<NeighborInfo>();
        AddressTable<Neighbor> table = neighbors.table();
        for (Neighbor each = table.oldest(); each != null; each = table.newer(each)) {
            MacAddress mac = each.state == NeighborState.INCOMPLETE ? null : new MacAddress(each.mac);
            list.add(new NeighborInfo(each.via.index(), IpAddress.of(each.high, each.low), mac, each.state));
        }
        return list;
    }

    /// A path MTU learnt from ICMP.
    ///
    /// @param destination where to
    /// @param mtu in bytes
    /// @param expiresAt when it is forgotten
    public record PathMtuInfo(IpAddress destination, int mtu, long expiresAt) {}

    /// The path MTUs learnt, from the oldest.
    public List<PathMtuInfo> pathMtus() {
        var list = new ArrayList<PathMtuInfo>();
        for (PathMtuTable.PathMtu each = pathMtus.oldest(); each != null; each = pathMtus.newer(each)) {
            list.add(new PathMtuInfo(IpAddress.of(each.high, each.low), each.mtu, each.expiresAt));
        }
        return list;
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

    /// Takes the packets out of the loopback interface's outbox and puts them in: the next input phase.
    ///
    /// @param batch scratch, empty; at least as large as the loopback interface's outbox
    public void inputLoopback(long now, TxBatch batch) {
        IpInterface loopback = interfaces.get(0);
        TxBatch outbox = loopback.outbox();
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
}
