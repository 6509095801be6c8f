package io.towpath.sctp.machine;

import io.towpath.core.Packet;
import io.towpath.sctp.Association;
import io.towpath.sctp.path.Path;
import io.towpath.wire.IpAddress;
import io.towpath.wire.SctpHeader;

/// Both ends of a packet that is to be sent outside an association.
///
/// @param local own address
/// @param localPort own port
/// @param remote the peer's address
/// @param remotePort the peer's port
/// @param encapsulationPort the peer's UDP port if packets go to it in UDP (RFC 6951), else 0
public record Peer(IpAddress local, int localPort, IpAddress remote, int remotePort, int encapsulationPort) {
    /// Whoever sent `packet`, whose common header is at `packet.at`.
    public static Peer of(Packet packet) {
        return new Peer(
                IpAddress.of(packet.destinationHigh, packet.destinationLow),
                SctpHeader.destinationPort(packet.bytes, packet.at),
                IpAddress.of(packet.sourceHigh, packet.sourceLow),
                SctpHeader.sourcePort(packet.bytes, packet.at),
                packet.encapsulationPort);
    }

    /// The peer of an association, by one path. The path must have a route.
    public static Peer of(Association a, Path path) {
        var route = path.route;
        if (route == null) {
            throw new IllegalStateException("no way to " + path.address());
        }
        return new Peer(route.source(), a.localPort(), path.address(), a.remotePort(), path.encapsulationPort());
    }
}
