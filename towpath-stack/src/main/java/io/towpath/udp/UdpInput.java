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
        UdpEndpoint endpoint = packet.toGroup ? ports.findForGroup(packet, localPort) : find(packet, localPort, port);
        if (endpoint != null) {
            take(now, packet, endpoint);
        } else if (packet.toGroup) {
            context.drop(now, packet, Drop.UDP_NO_SOCKET);
        } else if (ports.hasConnected(packet, localPort)) {
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
        return ports.find(
                packet.destinationHigh, packet.destinationLow, localPort, packet.sourceHigh, packet.sourceLow, port);
    }

    private void take(long now, Packet packet, UdpEndpoint endpoint) {
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

    void onNetworkError(long now, NetworkError error, byte[] quoted, int at) {
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
}
