package io.towpath.udp;

import io.towpath.core.Context;
import io.towpath.core.Counter;
import io.towpath.core.Drop;
import io.towpath.core.Event;
import io.towpath.core.Network;
import io.towpath.core.Packet;
import io.towpath.core.Route;
import io.towpath.core.Signals;
import io.towpath.core.TxBatch;
import io.towpath.wire.InternetChecksum;
import io.towpath.wire.IpAddress;
import io.towpath.wire.IpProtocol;
import io.towpath.wire.UdpHeader;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/// Datagrams on their way out: written when the user sends them, transmitted when the stack is polled, one from each
/// socket in turn.
final class UdpOutput {
    private static final int SPARE_MAX = 1024;

    private final Context context;
    private final Network network;
    private final ArrayDeque<UdpEndpoint> ready = new ArrayDeque<>();
    private final ArrayDeque<UdpEndpoint.Outgoing> spare = new ArrayDeque<>();

    UdpOutput(Context context, Network network) {
        this.context = context;
        this.network = network;
    }

    /// Queues a datagram of `n` bytes at the socket, which has room for it.
    void enqueue(UdpEndpoint endpoint, Route route, int port, byte[] data, int at, int n) {
        UdpEndpoint.Outgoing out = spare.isEmpty() ? new UdpEndpoint.Outgoing() : spare.removeLast();
        out.packet = write(endpoint, route, port, data, at, n);
        out.route = route;
        endpoint.outgoing.add(out);
        endpoint.outgoingBytes += n;
        if (!endpoint.ready) {
            endpoint.ready = true;
            ready.add(endpoint);
        }
    }

    private Packet write(UdpEndpoint endpoint, Route route, int port, byte[] data, int at, int n) {
        int length = UdpHeader.LENGTH + n;
        Packet packet = context.pool().take(length);
        byte[] b = packet.bytes;
        UdpHeader.write(b, packet.at, endpoint.localPort, port, length);
        System.arraycopy(data, at, b, packet.at + UdpHeader.LENGTH, n);
        packet.end = packet.at + length;
        packet.transportAt = packet.at;
        IpAddress source = route.source();
        IpAddress destination = route.destination();
        if (!endpoint.config.checksum4() && destination.isIp4()) {
            // RFC 768: "An all zero transmitted checksum value means that the transmitter generated no checksum".
            return packet;
        }
        long pseudo = InternetChecksum.pseudo(
                source.high(), source.low(), destination.high(), destination.low(), IpProtocol.UDP, length);
        if (route.offloads().checksum() && length + route.headerBytes() <= route.mtu()) {
            packet.checksumAt = packet.at + UdpHeader.CHECKSUM;
            UdpHeader.setChecksum(b, packet.at, InternetChecksum.fold(pseudo));
        } else {
            UdpHeader.writeChecksum(b, packet.at, pseudo);
        }
        return packet;
    }

    /// Transmits while `out` has room; true when more waits.
    boolean poll(long now, TxBatch out) {
        while (!out.isFull() && !ready.isEmpty()) {
            UdpEndpoint endpoint = ready.remove();
            endpoint.ready = false;
            UdpEndpoint.Outgoing next = endpoint.outgoing.peek();
            if (next == null) {
                continue; // It was closed.
            }
            Route route = next.route;
            Packet packet = dequeue(endpoint);
            if (!endpoint.outgoing.isEmpty()) {
                endpoint.ready = true;
                ready.add(endpoint);
            }
            transmit(now, endpoint, packet, route, out);
            if (endpoint.blocked) {
                endpoint.blocked = false;
                endpoint.raise(Signals.WRITABLE);
            }
        }
        return !ready.isEmpty();
    }

    private void transmit(long now, UdpEndpoint endpoint, Packet packet, @Nullable Route queued, TxBatch out) {
        // The way may have changed while the datagram waited; its checksum binds it to the source address it has.
        Route route =
                queued != null && queued.isStale() ? network.route(queued.source(), queued.destination()) : queued;
        if (route == null) {
            context.drop(now, packet, Drop.NO_ROUTE);
            return;
        }
        endpoint.datagramsOut++;
        context.counters().count(Counter.UDP_OUT);
        if (context.events().wants(Event.Kind.UDP_DATAGRAM)) {
            context.events().emit(UdpEvent.out(now, packet, route));
        }
        UdpConfig config = endpoint.config;
        boolean group = route.destination().isMulticast() && endpoint.groups.hopLimit() != Network.DEFAULT;
        network.output(
                now,
                packet,
                route,
                IpProtocol.UDP,
                config.trafficClass(),
                group ? endpoint.groups.hopLimit() : config.hopLimit(),
                config.dontFragment(),
                out);
    }

    /// Drops what the socket still has to send.
    void discard(long now, UdpEndpoint endpoint) {
        while (!endpoint.outgoing.isEmpty()) {
            context.drop(now, dequeue(endpoint), Drop.SHUT_DOWN);
        }
    }

    private Packet dequeue(UdpEndpoint endpoint) {
        UdpEndpoint.Outgoing next = endpoint.outgoing.remove();
        Packet packet = next.take();
        endpoint.outgoingBytes -= packet.length() - UdpHeader.LENGTH;
        if (spare.size() < SPARE_MAX) {
            spare.add(next);
        }
        return packet;
    }
}
