package io.towpath.udp;

import io.towpath.core.Event;
import io.towpath.core.Packet;
import io.towpath.core.Route;
import io.towpath.wire.Endpoint;
import io.towpath.wire.IpAddress;
import io.towpath.wire.UdpHeader;

/// What UDP tells readers of its events.
public sealed interface UdpEvent extends Event {
    /// A datagram was delivered to a socket or sent by one.
    ///
    /// @param at when
    /// @param in true when it was delivered, false when it was sent
    /// @param source where it comes from
    /// @param destination where it goes
    /// @param length payload bytes
    record Datagram(long at, boolean in, Endpoint source, Endpoint destination, int length) implements UdpEvent {
        @Override
        public Kind kind() {
            return Kind.UDP_DATAGRAM;
        }
    }

    /// The event of a datagram that came in, payload at `packet.at`.
    static UdpEvent in(long now, Packet packet) {
        byte[] b = packet.bytes;
        int header = packet.transportAt;
        return new Datagram(
                now,
                true,
                new Endpoint(IpAddress.of(packet.sourceHigh, packet.sourceLow), UdpHeader.sourcePort(b, header)),
                new Endpoint(
                        IpAddress.of(packet.destinationHigh, packet.destinationLow),
                        UdpHeader.destinationPort(b, header)),
                UdpHeader.length(b, header) - UdpHeader.LENGTH);
    }

    /// The event of a datagram that goes out along `route`, header at `packet.at`.
    static UdpEvent out(long now, Packet packet, Route route) {
        byte[] b = packet.bytes;
        int header = packet.at;
        return new Datagram(
                now,
                false,
                new Endpoint(route.source(), UdpHeader.sourcePort(b, header)),
                new Endpoint(route.destination(), UdpHeader.destinationPort(b, header)),
                packet.length() - UdpHeader.LENGTH);
    }
}
