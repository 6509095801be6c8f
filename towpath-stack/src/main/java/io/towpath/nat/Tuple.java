package io.towpath.nat;

import io.towpath.core.Drop;
import io.towpath.core.Packet;
import io.towpath.wire.Icmp6Header;
import io.towpath.wire.IcmpHeader;
import io.towpath.wire.Ip4Header;
import io.towpath.wire.Ip6Extensions;
import io.towpath.wire.Ip6Header;
import io.towpath.wire.IpAddress;
import io.towpath.wire.IpProtocol;
import io.towpath.wire.Malformed;
import io.towpath.wire.SctpHeader;
import io.towpath.wire.TcpHeader;
import io.towpath.wire.UdpHeader;

/// The five numbers by which a packet is told from others, and where they are in it. Read in place and used
/// again for every packet.
///
/// An ICMP query has its identifier where other packets have a port: the one who asks has it, the one asked
/// has 0.
final class Tuple {
    /// What kind of packet was read.
    enum Kind {
        /// TCP, UDP or SCTP.
        PORTS,
        /// An ICMP query with an identifier.
        REQUEST,
        /// The answer to one.
        REPLY,
        /// An ICMP error: it quotes another packet.
        ERROR,
        /// Without anything that a NAT could change besides addresses.
        OTHER,
        /// A fragment without the transport header.
        LATER_FRAGMENT,
        /// Cut off, or contradicting itself: [#fault].
        MALFORMED
    }

    /// Octets of a transport header that a quoting host must give (RFC 792): the ports are in the first four.
    private static final int QUOTED_MIN = 8;

    private final Ip6Extensions extensions = new Ip6Extensions();

    /// By which interface the packet goes or came.
    int interfaceIndex;

    /// Whether there is no need to look at the transport checksum.
    boolean verified;

    boolean ip4;
    int protocol;
    int networkAt;
    int transportAt;
    int end;
    boolean quoted;
    long sourceHigh;
    long sourceLow;
    long destinationHigh;
    long destinationLow;
    int sourcePort;
    int destinationPort;

    /// Why a packet is malformed.
    Drop fault = Drop.TRUNCATED;

    /// Reads a packet whose IP header was checked and whose addresses are parsed.
    Kind read(Packet packet) {
        byte[] b = packet.bytes;
        quoted = false;
        interfaceIndex = packet.interfaceIndex;
        verified = packet.checksumVerified || packet.checksumAt != 0;
        networkAt = packet.networkAt;
        end = packet.end;
        ip4 = Ip4Header.version(b, networkAt) == 4;
        sourceHigh = packet.sourceHigh;
        sourceLow = packet.sourceLow;
        destinationHigh = packet.destinationHigh;
        destinationLow = packet.destinationLow;
        return readTransport(b);
    }

    /// Reads the packet that an ICMP error quotes in `b[at..end)`, which may be cut off anywhere.
    Kind readQuoted(byte[] b, int at, int end, boolean ip4) {
        quoted = true;
        networkAt = at;
        this.end = end;
        this.ip4 = ip4;
        Malformed header = ip4 ? Ip4Header.checkQuoted(b, at, end) : Ip6Header.checkQuoted(b, at, end);
        if (!header.ok()) {
            return malformed(Drop.BAD_ICMP);
        }
        if (ip4) {
            sourceHigh = 0;
            sourceLow = IpAddress.MAPPED_PREFIX | (Ip4Header.source(b, at) & 0xffff_ffffL);
            destinationHigh = 0;
            destinationLow = IpAddress.MAPPED_PREFIX | (Ip4Header.destination(b, at) & 0xffff_ffffL);
        } else {
            sourceHigh = Ip6Header.sourceHigh(b, at);
            sourceLow = Ip6Header.sourceLow(b, at);
            destinationHigh = Ip6Header.destinationHigh(b, at);
            destinationLow = Ip6Header.destinationLow(b, at);
        }
        return readTransport(b);
    }

    private Kind readTransport(byte[] b) {
        sourcePort = 0;
        destinationPort = 0;
        if (ip4) {
            protocol = Ip4Header.protocol(b, networkAt);
            transportAt = networkAt + Ip4Header.headerLength(b, networkAt);
            if (Ip4Header.fragmentOffset(b, networkAt) != 0) {
                return Kind.LATER_FRAGMENT;
            }
        } else if (!Ip6Extensions.isExtension(Ip6Header.nextHeader(b, networkAt))) {
            protocol = Ip6Header.nextHeader(b, networkAt);
            transportAt = networkAt + Ip6Header.LENGTH;
        } else {
            if (!extensions.walk(b, networkAt, end).ok()) {
                return malformed(Drop.BAD_IP_OPTIONS);
            }
            protocol = extensions.upperProtocol;
            transportAt = extensions.upperAt;
            if (extensions.fragmentAt >= 0 && Ip6Extensions.fragmentOffset(b, extensions.fragmentAt) != 0) {
                return Kind.LATER_FRAGMENT;
            }
        }
        if (quoted && end - transportAt < QUOTED_MIN) {
            return malformed(Drop.BAD_ICMP);
        }
        return switch (protocol) {
            case IpProtocol.TCP -> ports(b, TcpHeader.check(b, transportAt, end), Drop.BAD_TCP_HEADER);
            case IpProtocol.UDP -> ports(b, udp(b), Drop.BAD_UDP_HEADER);
            case IpProtocol.SCTP -> ports(b, SctpHeader.check(b, transportAt, end), Drop.BAD_SCTP_HEADER);
            case IpProtocol.ICMP -> ip4 ? icmp4(b) : Kind.OTHER;
            case IpProtocol.ICMPV6 -> ip4 ? Kind.OTHER : icmp6(b);
            default -> Kind.OTHER;
        };
    }

    /// The first fragment of a datagram does not hold all of it.
    private Malformed udp(byte[] b) {
        return isFragment(b)
                ? end - transportAt < UdpHeader.LENGTH ? Malformed.TRUNCATED : Malformed.NONE
                : UdpHeader.check(b, transportAt, end);
    }

    private boolean isFragment(byte[] b) {
        return ip4 ? Ip4Header.isFragment(b, networkAt) : transportAt > networkAt + Ip6Header.LENGTH;
    }

    private Kind ports(byte[] b, Malformed malformed, Drop reason) {
        if (!quoted && !malformed.ok()) {
            return malformed(reason);
        }
        sourcePort = UdpHeader.sourcePort(b, transportAt);
        destinationPort = UdpHeader.destinationPort(b, transportAt);
        return Kind.PORTS;
    }

    private Kind icmp4(byte[] b) {
        if (!IcmpHeader.check(b, transportAt, end).ok()) {
            return malformed(Drop.BAD_ICMP);
        }
        int type = IcmpHeader.type(b, transportAt);
        return switch (type) {
            case IcmpHeader.ECHO_REQUEST, IcmpHeader.TIMESTAMP -> query(b, true);
            case IcmpHeader.ECHO_REPLY, IcmpHeader.TIMESTAMP_REPLY -> query(b, false);
            case IcmpHeader.UNREACHABLE,
                    IcmpHeader.TIME_EXCEEDED,
                    IcmpHeader.PARAMETER_PROBLEM,
                    IcmpHeader.SOURCE_QUENCH -> Kind.ERROR;
            default -> Kind.OTHER;
        };
    }

    private Kind icmp6(byte[] b) {
        if (!Icmp6Header.check(b, transportAt, end).ok()) {
            return malformed(Drop.BAD_ICMP);
        }
        int type = Icmp6Header.type(b, transportAt);
        return switch (type) {
            case Icmp6Header.ECHO_REQUEST -> query(b, true);
            case Icmp6Header.ECHO_REPLY -> query(b, false);
            case Icmp6Header.UNREACHABLE,
                    Icmp6Header.PACKET_TOO_BIG,
                    Icmp6Header.TIME_EXCEEDED,
                    Icmp6Header.PARAMETER_PROBLEM -> Kind.ERROR;
            default -> Kind.OTHER;
        };
    }

    /// Identifiers are in the same place in both versions.
    private Kind query(byte[] b, boolean request) {
        int identifier = IcmpHeader.identifier(b, transportAt);
        sourcePort = request ? identifier : 0;
        destinationPort = request ? 0 : identifier;
        return request ? Kind.REQUEST : Kind.REPLY;
    }

    private Kind malformed(Drop reason) {
        fault = reason;
        return Kind.MALFORMED;
    }
}
