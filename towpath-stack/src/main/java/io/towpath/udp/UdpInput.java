package io.towpath.udp;

import io.towpath.core.Context;
import io.towpath.core.Counter;
import io.towpath.core.Drop;
import io.towpath.core.Event;
import io.towpath.core.Network;
import io.towpath.core.NetworkError;
import io.towpath.core.Packet;
import io.towpath.core.Route;
import io.towpath.core.Signals;
import io.towpath.core.Transport;
import io.towpath.wire.InternetChecksum;
import io.towpath.wire.IpAddress;
import io.towpath.wire.IpProtocol;
import io.towpath.wire.UdpHeader;
import org.jspecify.annotations.Nullable;

/// Datagrams and ICMP errors that come in.
final class UdpInput {
    private final Context context;
    private final Network network;
    private final UdpPorts ports;

    UdpInput(Context context, Network network, UdpPorts ports) {
        this.context = context;
        this.network = network;
        this.ports = ports;
    }

    void input(long now, Packet packet) {
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
        if (packet.toGroup) {
            takeAll(now, packet, localPort, port);
            return;
        }
        UdpEndpoint endpoint = find(packet, localPort, port);
        if (endpoint != null) {
            take(now, packet, endpoint);
        } else if (ports.hasConnected(packet, localPort)) {
            // Somebody is there, but talks to another peer: no reason to say that the port is closed to all.
            context.drop(now, packet, Drop.UDP_NOT_PEER);
        } else {
            network.rejectPort(now, packet);
        }
    }

    /// A datagram to a group goes to every socket that wants it (RFC 1112).
    private void takeAll(long now, Packet packet, int localPort, int port) {
        UdpEndpoint endpoint = ports.nextForGroup(ports.first(localPort), packet, port);
        if (endpoint == null) {
            context.drop(now, packet, Drop.UDP_NO_SOCKET);
            return;
        }
        UdpEndpoint next = ports.nextForGroup(endpoint.nextAtPort, packet, port);
        while (next != null) {
            take(now, copy(packet), endpoint);
            endpoint = next;
            next = ports.nextForGroup(endpoint.nextAtPort, packet, port);
        }
        take(now, packet, endpoint);
    }

    private Packet copy(Packet packet) {
        int length = packet.end - packet.networkAt;
        Packet copy = context.pool().take(length);
        System.arraycopy(packet.bytes, packet.networkAt, copy.bytes, copy.at, length);
        int shift = copy.at - packet.networkAt;
        copy.networkAt = packet.networkAt + shift;
        copy.transportAt = packet.transportAt + shift;
        copy.at = packet.at + shift;
        copy.end = packet.end + shift;
        copy.sourceHigh = packet.sourceHigh;
        copy.sourceLow = packet.sourceLow;
        copy.destinationHigh = packet.destinationHigh;
        copy.destinationLow = packet.destinationLow;
        copy.interfaceIndex = packet.interfaceIndex;
        copy.protocol = packet.protocol;
        copy.toGroup = true;
        return copy;
    }

    /// A datagram that this host sends to a group comes to its own members as well.
    void loop(long now, UdpEndpoint from, Route route, int port, byte[] data, int at, int n) {
        Packet packet = context.pool().take(UdpHeader.LENGTH + n);
        UdpHeader.write(packet.bytes, packet.at, from.localPort, port, UdpHeader.LENGTH + n);
        System.arraycopy(data, at, packet.bytes, packet.at + UdpHeader.LENGTH, n);
        packet.end = packet.at + UdpHeader.LENGTH + n;
        packet.networkAt = packet.at;
        packet.transportAt = packet.at;
        packet.sourceHigh = route.source().high();
        packet.sourceLow = route.source().low();
        packet.destinationHigh = route.destination().high();
        packet.destinationLow = route.destination().low();
        packet.interfaceIndex = route.interfaceIndex();
        packet.protocol = IpProtocol.UDP;
        packet.toGroup = true;
        if (ports.nextForGroup(ports.first(port), packet, from.localPort) == null) {
            packet.release();
        } else {
            takeAll(now, packet, port, from.localPort);
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
        return ports.find(
                packet.destinationHigh, packet.destinationLow, localPort, packet.sourceHigh, packet.sourceLow, port);
    }

    private void take(long now, Packet packet, UdpEndpoint endpoint) {
        Transport carried = endpoint.carried;
        if (carried != null) {
            decapsulate(now, packet, endpoint, carried);
            return;
        }
        int length = packet.length() - UdpHeader.LENGTH;
        if (!endpoint.hasReceiveRoom(length)) {
            endpoint.drops++;
            context.drop(now, packet, Drop.UDP_QUEUE_FULL);
            return;
        }
        Packet kept = context.pool().shrink(packet, packet.networkAt);
        kept.at += UdpHeader.LENGTH;
        endpoint.received.add(kept);
        endpoint.receivedBytes += length;
        endpoint.datagramsIn++;
        context.counters().count(Counter.UDP_IN);
        if (context.events().wants(Event.Kind.UDP_DATAGRAM)) {
            context.events().emit(UdpEvent.in(now, kept));
        }
        endpoint.raise(Signals.READABLE);
    }

    /// RFC 6951 §5.4: "When an encapsulated packet is received, the UDP header is removed. Then, the generic lookup
    /// is performed".
    private void decapsulate(long now, Packet packet, UdpEndpoint endpoint, Transport carried) {
        endpoint.datagramsIn++;
        context.counters().count(Counter.UDP_IN);
        packet.encapsulationPort = UdpHeader.sourcePort(packet.bytes, packet.at);
        packet.at += UdpHeader.LENGTH;
        packet.transportAt = packet.at;
        packet.protocol = carried.protocol();
        carried.input(now, packet);
    }

    void onNetworkError(long now, NetworkError error, byte[] quoted, int at, int end) {
        int localPort = UdpHeader.sourcePort(quoted, at);
        int port = UdpHeader.destinationPort(quoted, at);
        IpAddress local = error.local();
        IpAddress remote = error.remote();
        UdpEndpoint endpoint = ports.find(local.high(), local.low(), localPort, remote.high(), remote.low(), port);
        Transport carried = endpoint == null ? null : endpoint.carried;
        if (carried != null) {
            carried.onNetworkError(now, meaningInside(error), quoted, at + UdpHeader.LENGTH, end);
            return;
        }
        if (endpoint == null || (!endpoint.isConnected() && !mayHaveSent(endpoint, remote))) {
            return; // RFC 5927 §4: nobody here could have sent the quoted datagram.
        }
        endpoint.report(error);
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

    /// RFC 6951 §5.5: "'Port Unreachable' SHOULD be treated as ICMP messages with type 'Destination Unreachable' and
    /// code 'Protocol Unreachable'".
    private static NetworkError meaningInside(NetworkError error) {
        return error.kind() == NetworkError.Kind.PORT_UNREACHABLE
                ? new NetworkError(
                        NetworkError.Kind.PROTOCOL_UNREACHABLE,
                        error.local(),
                        error.remote(),
                        error.mtu(),
                        error.reporter())
                : error;
    }

    /// An unconnected socket vouches for the destination that it sent to last.
    private static boolean mayHaveSent(UdpEndpoint endpoint, IpAddress remote) {
        Route route = endpoint.route;
        return route != null && route.destination().equals(remote);
    }
}
