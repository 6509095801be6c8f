package io.towpath.nat;

import io.towpath.wire.Endpoint;
import io.towpath.wire.IpAddress;
import io.towpath.wire.IpProtocol;

/// An outside port that always leads to one inside endpoint, whoever sends: a mapping that is there from the
/// start and does not end.
///
/// @param protocol [IpProtocol#TCP], [IpProtocol#UDP] or [IpProtocol#SCTP]
/// @param outsidePort 1 to 65,535, on the first outside address of the inside endpoint's IP version; where
///     IPv6 is filtered only, the inside endpoint's own
/// @param inside where to
public record PortForward(int protocol, int outsidePort, Endpoint inside) {
    /// @throws IllegalArgumentException if the protocol has no ports, or a port is none
    public PortForward {
        if (protocol != IpProtocol.TCP && protocol != IpProtocol.UDP && protocol != IpProtocol.SCTP) {
            throw new IllegalArgumentException("only TCP, UDP and SCTP have ports, not " + IpProtocol.name(protocol));
        }
        if (outsidePort < 1 || outsidePort > 65_535 || inside.port() < 1) {
            throw new IllegalArgumentException("a port is 1 to 65535, not " + outsidePort + " and " + inside.port());
        }
    }

    /// A forward of TCP.
    public static PortForward tcp(int outsidePort, Endpoint inside) {
        return new PortForward(IpProtocol.TCP, outsidePort, inside);
    }

    /// A forward of UDP.
    public static PortForward udp(int outsidePort, Endpoint inside) {
        return new PortForward(IpProtocol.UDP, outsidePort, inside);
    }

    /// A forward of SCTP.
    public static PortForward sctp(int outsidePort, Endpoint inside) {
        return new PortForward(IpProtocol.SCTP, outsidePort, inside);
    }

    /// A filter rewrites nothing.
    void requireFit(NatConfig.Ip6 ip6) {
        if (ip6 == NatConfig.Ip6.FILTERED && !inside.address().isIp4() && inside.port() != outsidePort) {
            throw new IllegalArgumentException("IPv6 is not translated, so the ports must be one: " + this);
        }
    }

    /// Whether its inside endpoint is that of a mapping.
    boolean leadsTo(Mapping mapping) {
        return protocol == mapping.protocol
                && inside.port() == mapping.insidePort
                && inside.address().low() == mapping.insideLow
                && inside.address().high() == mapping.insideHigh;
    }

    /// Whether its outside port is that of a mapping.
    boolean leadsFrom(Mapping mapping) {
        return protocol == mapping.protocol
                && outsidePort == mapping.outsidePort
                && inside.address().isIp4() == IpAddress.isIp4(mapping.outsideHigh, mapping.outsideLow);
    }

    /// One outside port leads to one place; and one inside endpoint has one outside port, or its answers
    /// could not tell by which one the question came.
    void requireApartFrom(PortForward other) {
        boolean sameVersion = inside.address().isIp4() == other.inside.address().isIp4();
        if (protocol == other.protocol
                && (sameVersion && outsidePort == other.outsidePort || inside.equals(other.inside))) {
            throw new IllegalArgumentException("two forwards collide: " + other + " and " + this);
        }
    }

    @Override
    public String toString() {
        return IpProtocol.name(protocol) + " " + outsidePort + " > " + inside;
    }
}
