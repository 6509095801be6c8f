package io.towpath.udp;

import io.towpath.core.Context;
import io.towpath.core.Counter;
import io.towpath.core.Drop;
import io.towpath.core.Event;
import io.towpath.core.Network;
import io.towpath.core.NetworkError;
import io.towpath.core.Packet;
import io.towpath.core.PacketPool;
import io.towpath.core.PortTable;
import io.towpath.core.Route;
import io.towpath.core.Signals;
import io.towpath.core.Time;
import io.towpath.core.Transport;
import io.towpath.core.TxBatch;
import io.towpath.wire.InternetChecksum;
import io.towpath.wire.IpAddress;
import io.towpath.wire.IpProtocol;
import io.towpath.wire.UdpHeader;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// UDP of one host (RFC 768, RFC 1122 §4.1). Belongs to the owner of the stack.
public final class UdpLayer implements Transport {
    private static final int PAYLOAD_MAX_4 = 65_535 - 20 - UdpHeader.LENGTH;
    private static final int PAYLOAD_MAX_6 = 65_535 - UdpHeader.LENGTH;
    private static final int SPARE_MAX = 1024;

    private final Context context;
    private final Network network;
    private final PortTable portTable;
    private final UdpPorts ports = new UdpPorts();
    private final List<UdpEndpoint> endpoints = new ArrayList<>();
    private final ArrayDeque<UdpEndpoint> ready = new ArrayDeque<>();
    private final ArrayDeque<UdpEndpoint.Outgoing> spare = new ArrayDeque<>();

    /// UDP above `network`.
    public UdpLayer(Context context, Network network) {
        this.context = context;
        this.network = network;
        this.portTable = new PortTable(context.entropy().split("udp-ports"));
    }

    // ---- what users call

    /// Makes a socket.
    ///
    /// @param local an address of this host, `0.0.0.0` or `::` for any of one IP version, null for any at all
    /// @param port 1 to 65,535, or 0 to choose an ephemeral one (RFC 6056)
    public UdpEndpoint.Result bind(long now, @Nullable IpAddress local, int port, UdpConfig config) {
        if (local != null && !local.isUnspecified() && !network.isLocal(local.high(), local.low())) {
            return new UdpEndpoint.Failed(UdpError.ADDRESS_NOT_AVAILABLE);
        }
        int chosen = port;
        if (port == 0) {
            long high = local == null ? 0 : local.high();
            long low = local == null ? 0 : local.low();
            chosen = portTable.ephemeral(high, low, 0, 0, 0, candidate -> !ports.conflicts(local, candidate));
            if (chosen == 0) {
                return new UdpEndpoint.Failed(UdpError.NO_PORTS);
            }
        } else if (ports.conflicts(local, port)) {
            return new UdpEndpoint.Failed(UdpError.ADDRESS_IN_USE);
        }
        portTable.hold(chosen);
        var endpoint = new UdpEndpoint(context.signals(), config, local, chosen);
        ports.add(endpoint);
        endpoints.add(endpoint);
        return new UdpEndpoint.Bound(endpoint);
    }

    /// Gives the socket a peer: it then sends to and hears from nobody else, and hears of ICMP errors. Datagrams
    /// received before from others stay. Null when done.
    public @Nullable UdpError connect(long now, UdpEndpoint endpoint, IpAddress remote, int port) {
        if (endpoint.closed) {
            return UdpError.CLOSED;
        }
        UdpError bad = badDestination(endpoint, remote, port);
        if (bad != null) {
            return bad;
        }
        Route route = network.route(sourceOf(endpoint), remote);
        if (route == null) {
            return UdpError.NO_ROUTE;
        }
        endpoint.route = route;
        endpoint.connectedLocal = route.source();
        endpoint.remoteAddress = remote;
        endpoint.remotePort = port;
        endpoint.error = null;
        return null;
    }

    /// Takes the socket's peer off.
    public void disconnect(long now, UdpEndpoint endpoint) {
        endpoint.connectedLocal = null;
        endpoint.remoteAddress = null;
        endpoint.remotePort = 0;
        endpoint.route = null;
        endpoint.error = null;
    }

    /// Queues a datagram for the peer of a connected socket. See the longer form.
    public @Nullable UdpError send(long now, UdpEndpoint endpoint, byte[] data, int at, int n) {
        IpAddress remote = endpoint.remoteAddress;
        return remote == null ? UdpError.NOT_CONNECTED : send(now, endpoint, remote, endpoint.remotePort, data, at, n);
    }

    /// Queues a datagram; it leaves when the stack is polled. Null when done.
    ///
    /// @param data copied from `at`, `n` bytes; 0 is a datagram too
    public @Nullable UdpError send(long now, UdpEndpoint endpoint, IpAddress to, int port, byte[] data, int at, int n) {
        if (endpoint.closed) {
            return UdpError.CLOSED;
        }
        UdpError bad = badDestination(endpoint, to, port);
        if (bad != null) {
            return bad;
        }
        IpAddress remote = endpoint.remoteAddress;
        if (remote != null && (port != endpoint.remotePort || !remote.equals(to))) {
            return UdpError.OTHER_PEER;
        }
        if (n > (to.isIp4() ? PAYLOAD_MAX_4 : PAYLOAD_MAX_6)) {
            return UdpError.TOO_LONG;
        }
        Route route = routeTo(endpoint, to);
        if (route == null) {
            return UdpError.NO_ROUTE;
        }
        if (endpoint.config.dontFragment() && n + UdpHeader.LENGTH + route.headerBytes() > route.mtu()) {
            return UdpError.TOO_LONG;
        }
        if (!endpoint.writable(n)) {
            endpoint.blocked = true;
            return UdpError.WOULD_BLOCK;
        }
        enqueue(endpoint, route, write(endpoint, route, port, data, at, n), n);
        return null;
    }

    private static @Nullable UdpError badDestination(UdpEndpoint endpoint, IpAddress to, int port) {
        IpAddress local = endpoint.localAddress;
        if (port < 1 || port > 65_535 || to.isUnspecified() || (local != null && local.isIp4() != to.isIp4())) {
            return UdpError.BAD_DESTINATION;
        }
        return to.isBroadcast() && !endpoint.config.broadcast() ? UdpError.BROADCAST_FORBIDDEN : null;
    }

    private static @Nullable IpAddress sourceOf(UdpEndpoint endpoint) {
        IpAddress local = endpoint.localAddress();
        return local == null || local.isUnspecified() ? null : local;
    }

    /// The route used last serves again while it leads to the same place.
    private @Nullable Route routeTo(UdpEndpoint endpoint, IpAddress to) {
        Route known = endpoint.route;
        if (known != null
                && !known.isStale()
                && known.destination().low() == to.low()
                && known.destination().high() == to.high()) {
            return known;
        }
        Route found = network.route(sourceOf(endpoint), to);
        endpoint.route = found;
        return found;
    }

    private Packet write(UdpEndpoint endpoint, Route route, int port, byte[] data, int at, int n) {
        int length = UdpHeader.LENGTH + n;
        Packet packet = context.pool().take(length);
        byte[] b = packet.bytes;
        UdpHeader.write(b, packet.at, endpoint.localPort, port, length);
        System.arraycopy(data, at, b, packet.at + UdpHeader.LENGTH, n);
        packet.end = packet.at + length;
        packet.transportAt = packet.at;
        if (!endpoint.config.checksum4() && route.destination().isIp4()) {
            return packet; // RFC 768: "An all zero transmitted checksum value means that the transmitter generated no
            // checksum".
        }
        IpAddress source = route.source();
        IpAddress destination = route.destination();
        long pseudo = InternetChecksum.pseudo(
                source.high(), source.low(), destination.high(), destination.low(), IpProtocol.UDP, length);
        if (route.offloads().checksum() && length + route.headerBytes() <= route.mtu()) {
            packet.checksumAt = packet.at + 6;
            UdpHeader.setChecksum(b, packet.at, InternetChecksum.fold(pseudo));
        } else {
            UdpHeader.writeChecksum(b, packet.at, pseudo);
        }
        return packet;
    }

    private void enqueue(UdpEndpoint endpoint, Route route, Packet packet, int n) {
        UdpEndpoint.Outgoing out = spare.isEmpty() ? new UdpEndpoint.Outgoing() : spare.removeLast();
        out.packet = packet;
        out.route = route;
        endpoint.outgoing.add(out);
        endpoint.outgoingBytes += n;
        if (!endpoint.ready) {
            endpoint.ready = true;
            ready.add(endpoint);
        }
    }

    /// Closes the socket: what waits in its queues is released and its port is free.
    public void close(long now, UdpEndpoint endpoint) {
        if (endpoint.closed) {
            return;
        }
        endpoint.closed = true;
        while (!endpoint.outgoing.isEmpty()) {
            Packet packet = dequeue(endpoint);
            context.drop(now, packet, Drop.SHUT_DOWN);
        }
        for (Packet packet = endpoint.receive(); packet != null; packet = endpoint.receive()) {
            packet.release();
        }
        ports.remove(endpoint);
        endpoints.remove(endpoint);
        portTable.release(endpoint.localPort);
        endpoint.raiseClosed();
    }

    /// Shows every socket to `each`, in the order in which they were made.
    public void forEach(Consumer<UdpEndpoint> each) {
        endpoints.forEach(each);
    }

    // ---- Transport

    @Override
    public int protocol() {
        return IpProtocol.UDP;
    }

    @Override
    public void input(long now, Packet packet) {
        byte[] b = packet.bytes;
        int at = packet.at;
        if (!UdpHeader.check(b, at, packet.end).ok()) {
            context.drop(now, packet, Drop.BAD_UDP_HEADER);
            return;
        }
        packet.end = at + UdpHeader.length(b, at);
        if (!packet.checksumVerified && !checksumOk(packet)) {
            context.drop(now, packet, Drop.BAD_UDP_CHECKSUM);
            return;
        }
        int port = UdpHeader.sourcePort(b, at);
        int localPort = UdpHeader.destinationPort(b, at);
        UdpEndpoint endpoint = find(packet, localPort, port);
        if (endpoint != null) {
            take(now, packet, endpoint);
        } else if (packet.toGroup) {
            context.drop(now, packet, Drop.UDP_NO_SOCKET);
        } else if (ports.first(localPort) != null && peerElsewhere(packet, localPort)) {
            // Somebody is there, but talks to another peer: no reason to say that the port is closed to all.
            context.drop(now, packet, Drop.UDP_NOT_PEER);
        } else {
            network.rejectPort(now, packet);
        }
    }

    private static boolean checksumOk(Packet packet) {
        byte[] b = packet.bytes;
        int at = packet.at;
        if (UdpHeader.checksum(b, at) == 0) {
            // RFC 768: none was computed. RFC 8200 §8.1: "IPv6 receivers must discard UDP packets containing a zero
            // checksum".
            return IpAddress.isIp4(packet.destinationHigh, packet.destinationLow);
        }
        long pseudo = InternetChecksum.pseudo(
                packet.sourceHigh,
                packet.sourceLow,
                packet.destinationHigh,
                packet.destinationLow,
                IpProtocol.UDP,
                packet.length());
        return UdpHeader.checksumOk(b, at, pseudo);
    }

    private @Nullable UdpEndpoint find(Packet packet, int localPort, int port) {
        if (!packet.toGroup) {
            return ports.find(
                    packet.destinationHigh,
                    packet.destinationLow,
                    localPort,
                    packet.sourceHigh,
                    packet.sourceLow,
                    port);
        }
        // A broadcast or multicast datagram is for sockets that are not bound to one address.
        for (UdpEndpoint each = ports.first(localPort); each != null; each = each.nextAtPort) {
            IpAddress local = each.localAddress;
            boolean any = local == null
                    || (local.isUnspecified()
                            && local.isIp4() == IpAddress.isIp4(packet.destinationHigh, packet.destinationLow));
            if (any && !each.isConnected()) {
                return each;
            }
        }
        return null;
    }

    /// Whether a socket would take the datagram if it were not connected to somebody else.
    private boolean peerElsewhere(Packet packet, int localPort) {
        for (UdpEndpoint each = ports.first(localPort); each != null; each = each.nextAtPort) {
            IpAddress local = each.localAddress();
            if (each.isConnected()
                    && local != null
                    && local.low() == packet.destinationLow
                    && local.high() == packet.destinationHigh) {
                return true;
            }
        }
        return false;
    }

    private void take(long now, Packet packet, UdpEndpoint endpoint) {
        int length = packet.length() - UdpHeader.LENGTH;
        boolean full = endpoint.received.size() >= endpoint.config.receiveCountMax()
                || (endpoint.receivedBytes + length > endpoint.config.receiveBytesMax()
                        && !endpoint.received.isEmpty());
        if (full) {
            endpoint.drops++;
            context.drop(now, packet, Drop.UDP_QUEUE_FULL);
            return;
        }
        Packet kept = compact(packet);
        kept.at += UdpHeader.LENGTH;
        endpoint.received.add(kept);
        endpoint.receivedBytes += length;
        endpoint.datagramsIn++;
        context.counters().count(Counter.UDP_IN);
        if (context.events().wants(Event.Kind.UDP_DATAGRAM)) {
            context.events().emit(UdpEvent.of(now, kept, true));
        }
        endpoint.raise(Signals.READABLE);
    }

    /// A short datagram must not pin a large buffer while it waits for its user.
    private Packet compact(Packet packet) {
        int headers = packet.at - packet.networkAt;
        int length = packet.end - packet.networkAt;
        if (length > PacketPool.SMALL || packet.bytes.length <= Packet.HEADROOM + PacketPool.SMALL || headers < 0) {
            return packet;
        }
        Packet small = context.pool().take(length);
        System.arraycopy(packet.bytes, packet.networkAt, small.bytes, small.at, length);
        small.networkAt = small.at;
        small.at += headers;
        small.transportAt = small.at;
        small.end = small.networkAt + length;
        small.protocol = packet.protocol;
        small.sourceHigh = packet.sourceHigh;
        small.sourceLow = packet.sourceLow;
        small.destinationHigh = packet.destinationHigh;
        small.destinationLow = packet.destinationLow;
        small.trafficClass = packet.trafficClass;
        small.hopLimit = packet.hopLimit;
        small.interfaceIndex = packet.interfaceIndex;
        small.toGroup = packet.toGroup;
        packet.release();
        return small;
    }

    @Override
    public void onNetworkError(long now, NetworkError error, byte[] quoted, int at, int end) {
        int localPort = UdpHeader.sourcePort(quoted, at);
        int port = UdpHeader.destinationPort(quoted, at);
        IpAddress local = error.local();
        IpAddress remote = error.remote();
        UdpEndpoint endpoint = ports.find(local.high(), local.low(), localPort, remote.high(), remote.low(), port);
        if (endpoint == null || (!endpoint.isConnected() && !mayHaveSent(endpoint, remote))) {
            return; // RFC 5927 §4: nobody here could have sent the quoted datagram.
        }
        if (error.kind() == NetworkError.Kind.TOO_BIG) {
            network.acceptPathMtu(now, remote, error.mtu());
            return;
        }
        UdpError meaning = UdpError.of(error.kind());
        // RFC 1122 §4.1.3.3: errors go up to the application; only a connected socket knows which peer is meant.
        if (meaning != null && endpoint.isConnected()) {
            endpoint.error = meaning;
            endpoint.raise(Signals.ERROR);
        }
    }

    /// An unconnected socket vouches for the destination that it sent to last.
    private static boolean mayHaveSent(UdpEndpoint endpoint, IpAddress remote) {
        Route route = endpoint.route;
        return route != null && route.destination().equals(remote);
    }

    @Override
    public long deadline() {
        return Time.NEVER;
    }

    @Override
    public void tick(long now) {
        // UDP has no timers.
    }

    @Override
    public boolean poll(long now, TxBatch out) {
        while (!out.isFull() && !ready.isEmpty()) {
            UdpEndpoint endpoint = ready.remove();
            endpoint.ready = false;
            if (endpoint.outgoing.isEmpty()) {
                continue; // It was closed.
            }
            UdpEndpoint.Outgoing next = endpoint.outgoing.element();
            Route route = next.route;
            Packet packet = dequeue(endpoint);
            if (!endpoint.outgoing.isEmpty()) {
                endpoint.ready = true; // One datagram from each socket in turn.
                ready.add(endpoint);
            }
            if (route != null) {
                transmit(now, endpoint, packet, route, out);
            }
            if (endpoint.blocked) {
                endpoint.blocked = false;
                endpoint.raise(Signals.WRITABLE);
            }
        }
        return !ready.isEmpty();
    }

    private void transmit(long now, UdpEndpoint endpoint, Packet packet, Route route, TxBatch out) {
        endpoint.datagramsOut++;
        context.counters().count(Counter.UDP_OUT);
        if (context.events().wants(Event.Kind.UDP_DATAGRAM)) {
            context.events().emit(UdpEvent.out(now, packet, route));
        }
        UdpConfig config = endpoint.config;
        network.output(
                now,
                packet,
                route,
                IpProtocol.UDP,
                config.trafficClass(),
                config.hopLimit(),
                config.dontFragment(),
                out);
    }

    private Packet dequeue(UdpEndpoint endpoint) {
        UdpEndpoint.Outgoing next = endpoint.outgoing.remove();
        Packet packet = java.util.Objects.requireNonNull(next.packet);
        endpoint.outgoingBytes -= packet.length() - UdpHeader.LENGTH;
        next.packet = null;
        next.route = null;
        if (spare.size() < SPARE_MAX) {
            spare.add(next);
        }
        return packet;
    }
}
