package io.towpath.udp;

import io.towpath.core.Context;
import io.towpath.core.Network;
import io.towpath.core.NetworkError;
import io.towpath.core.Packet;
import io.towpath.core.PortTable;
import io.towpath.core.Route;
import io.towpath.core.Time;
import io.towpath.core.Transport;
import io.towpath.core.TxBatch;
import io.towpath.wire.IpAddress;
import io.towpath.wire.IpProtocol;
import io.towpath.wire.UdpHeader;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// UDP of one host (RFC 768, RFC 1122 §4.1). Belongs to the owner of the stack.
public final class UdpLayer implements Transport {
    private static final int PAYLOAD_MAX_4 = 65_535 - 20 - UdpHeader.LENGTH;
    private static final int PAYLOAD_MAX_6 = 65_535 - UdpHeader.LENGTH;

    private final Context context;
    private final Network network;
    private final PortTable portTable;
    private final UdpPorts ports = new UdpPorts();
    private final List<UdpEndpoint> endpoints = new ArrayList<>();
    private final UdpInput input;
    private final UdpOutput output;

    /// UDP above `network`.
    public UdpLayer(Context context, Network network) {
        this.context = context;
        this.network = network;
        this.input = new UdpInput(context, network, ports);
        this.output = new UdpOutput(context, network);
        this.portTable = new PortTable(context.entropy().split("udp-ports"));
    }

    // ---- what users call

    /// Makes a socket.
    ///
    /// @param local an address of this host, `0.0.0.0` or `::` for any of one IP version, null for any at all
    /// @param port 1 to 65,535, or 0 to choose an ephemeral one (RFC 6056)
    /// @throws IllegalArgumentException if `port` is none
    public UdpEndpoint.Result bind(long now, @Nullable IpAddress local, int port, UdpConfig config) {
        return bind(now, local, port, config, false);
    }

    /// Makes a socket. See the shorter form.
    ///
    /// @param local also the address of a group, whose datagrams alone then come
    /// @param shared whether others that say so too may have the same port: each gets what is sent to a
    ///     group, and the last one bound gets the rest
    public UdpEndpoint.Result bind(long now, @Nullable IpAddress local, int port, UdpConfig config, boolean shared) {
        PortTable.check(port);
        if (local != null
                && !local.isUnspecified()
                && !local.isMulticast()
                && !network.isLocal(local.high(), local.low())) {
            return new UdpEndpoint.Failed(UdpError.ADDRESS_NOT_AVAILABLE);
        }
        int chosen = port;
        if (port == 0) {
            long high = local == null ? 0 : local.high();
            long low = local == null ? 0 : local.low();
            chosen = portTable.ephemeral(high, low, 0, 0, 0, candidate -> !ports.conflicts(local, candidate, false));
            if (chosen == 0) {
                return new UdpEndpoint.Failed(UdpError.NO_PORTS);
            }
        } else if (portTable.isClaimed(local, port) || ports.conflicts(local, port, shared)) {
            return new UdpEndpoint.Failed(UdpError.ADDRESS_IN_USE);
        }
        portTable.hold(chosen);
        var endpoint = new UdpEndpoint(context.signals(), config, local, chosen, shared, new UdpGroups(network));
        ports.add(endpoint);
        endpoints.add(endpoint);
        return new UdpEndpoint.Bound(endpoint);
    }

    /// The ports of this host, for whoever else uses some of them.
    public PortTable portTable() {
        return portTable;
    }

    /// Whether a socket is at this port of the address, or of all addresses.
    public boolean isUsed(long high, long low, int port) {
        return ports.isUsed(high, low, port);
    }

    /// Gives the socket a peer: it then sends to and hears from nobody else, and hears of ICMP errors.
    /// Datagrams received before from others stay. Null when done.
    public @Nullable UdpError connect(long now, UdpEndpoint endpoint, IpAddress remote, int port) {
        if (endpoint.closed) {
            return UdpError.CLOSED;
        }
        UdpError bad = badDestination(endpoint, remote, port);
        if (bad != null) {
            return bad;
        }
        Route route = network.route(sourceOf(endpoint.localAddress), remote);
        if (route == null) {
            return UdpError.NO_ROUTE;
        }
        if (route.isBroadcast() && !endpoint.config.broadcast()) {
            return UdpError.BROADCAST_FORBIDDEN;
        }
        endpoint.route = route;
        endpoint.connectedLocal = route.source();
        endpoint.remoteAddress = remote;
        endpoint.remotePort = port;
        endpoint.error = null;
        return null;
    }

    /// Makes the socket's datagrams carry the packets of another transport (RFC 6951): what comes in is handed
    /// to `inner` without its UDP header, with the sender's port in [Packet#encapsulationPort], and ICMP errors
    /// with it. The other way `inner` writes UDP headers by itself.
    ///
    /// @param sent how many datagrams `inner` sent, for [UdpEndpoint#datagramsOut]
    public void carry(UdpEndpoint endpoint, Transport inner, LongSupplier sent) {
        endpoint.carried = inner;
        endpoint.carriedOut = sent;
    }

    /// Changes the settings of a socket.
    public void configure(long now, UdpEndpoint endpoint, UdpConfig config) {
        endpoint.config = config;
    }

    /// Index of the interface by which groups like `group` are reached, -1 when there is none.
    public int interfaceFor(IpAddress group, @Nullable IpAddress from) {
        Route route = network.route(from, group);
        return route == null ? -1 : route.interfaceIndex();
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
        if (route.isBroadcast() && !endpoint.config.broadcast()) {
            return UdpError.BROADCAST_FORBIDDEN;
        }
        if (endpoint.config.dontFragment() && n + UdpHeader.LENGTH + route.headerBytes() > route.mtu()) {
            return UdpError.TOO_LONG;
        }
        if (!endpoint.writable(n)) {
            endpoint.blocked = true;
            return UdpError.WOULD_BLOCK;
        }
        if (to.isMulticast() && endpoint.groups.loop()) {
            input.loop(now, endpoint, route, port, data, at, n);
        }
        if (!to.isMulticast() || endpoint.groups.hopLimit() != 0) {
            output.enqueue(endpoint, route, port, data, at, n);
        }
        return null;
    }

    private static @Nullable UdpError badDestination(UdpEndpoint endpoint, IpAddress to, int port) {
        IpAddress local = endpoint.localAddress;
        if (port < 1 || port > 65_535 || to.isUnspecified() || (local != null && local.isIp4() != to.isIp4())) {
            return UdpError.BAD_DESTINATION;
        }
        return null;
    }

    private static @Nullable IpAddress sourceOf(@Nullable IpAddress local) {
        return local == null || local.isUnspecified() || local.isMulticast() ? null : local;
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
        IpAddress source = sourceOf(endpoint.localAddress());
        if (source == null && to.isMulticast()) {
            source = endpoint.groups.fromFor(to);
        }
        Route found = network.route(source, to);
        endpoint.route = found;
        return found;
    }

    /// Closes the socket: what waits in its queues is released and its port is free.
    public void close(long now, UdpEndpoint endpoint) {
        if (endpoint.closed) {
            return;
        }
        endpoint.closed = true;
        endpoint.groups.leaveAll();
        output.discard(now, endpoint);
        for (Packet packet = endpoint.receive(); packet != null; packet = endpoint.receive()) {
            packet.release();
        }
        ports.remove(endpoint);
        endpoints.remove(endpoint);
        portTable.release(endpoint.localPort);
        endpoint.raiseClosed();
    }

    /// Closes every socket.
    public void shutDown(long now) {
        while (!endpoints.isEmpty()) {
            close(now, endpoints.getLast());
        }
    }

    /// Packets in the queues of all sockets.
    public int packetsHeld() {
        int sum = 0;
        for (UdpEndpoint each : endpoints) {
            sum += each.packetsHeld();
        }
        return sum;
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
        input.input(now, packet);
    }

    @Override
    public void onNetworkError(long now, NetworkError error, byte[] quoted, int at, int end) {
        input.onNetworkError(now, error, quoted, at, end);
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
        return output.poll(now, out);
    }
}
