package io.towpath.wire;

/// The one-line notation of any octets: `10.0.0.1:40000 > 10.0.0.2:80 S 0:0(0) win 65535 <mss 1460>`.
///
/// Between packetdrill and tcpdump: addresses, then flags, sequence range and options for TCP, words for all else.
/// Never throws, whatever the octets are: what cannot be read is called malformed, with the fault's name. For
/// people, so it allocates.
public final class PacketText {
    private PacketText() {}

    /// The notation of the Ethernet frame `at` … `end`, without its addresses (as [EthernetFrame#toString] has).
    public static String ofEthernet(byte[] b, int at, int end) {
        Malformed fault = EthernetHeader.check(b, at, end);
        if (fault != Malformed.NONE) {
            return malformed("ethernet", fault, end - at);
        }
        return ofEtherType(EthernetHeader.type(b, at), b, at + EthernetHeader.LENGTH, end);
    }

    /// The notation of the payload `at` … `end` of a frame of this [EtherType].
    static String ofEtherType(int type, byte[] b, int at, int end) {
        return switch (type) {
            case EtherType.IPV4, EtherType.IPV6 -> ofIp(b, at, end);
            case EtherType.ARP, EtherType.RARP -> {
                Malformed fault = ArpHeader.check(b, at, end);
                yield fault == Malformed.NONE
                        ? ArpPacket.parse(b, at, end).toString()
                        : malformed("arp", fault, end - at);
            }
            default -> "ethertype 0x" + String.format("%04x", type) + " (" + (end - at) + ")";
        };
    }

    /// The notation of the IP packet `at` … `end`, of the version that its first octet says.
    public static String ofIp(byte[] b, int at, int end) {
        return ofIp(b, at, end, 0, 0);
    }

    /// The notation of an IP packet with TCP's numbers relative; see [TcpSegment#text].
    public static String ofIp(byte[] b, int at, int end, long sequenceBase, long acknowledgmentBase) {
        if (at >= end) {
            return malformed("ip", Malformed.TRUNCATED, 0);
        }
        return switch (Bytes.u8(b, at) >>> 4) {
            case 4 -> ofIp4(b, at, end, sequenceBase, acknowledgmentBase);
            case 6 -> ofIp6(b, at, end, sequenceBase, acknowledgmentBase);
            default -> malformed("ip", Malformed.BAD_VERSION, end - at);
        };
    }

    private static String ofIp4(byte[] b, int at, int end, long sequenceBase, long acknowledgmentBase) {
        Malformed fault = Ip4Header.check(b, at, end);
        if (fault != Malformed.NONE) {
            return malformed("ip4", fault, end - at);
        }
        int payloadAt = at + Ip4Header.headerLength(b, at);
        int payloadEnd = at + Ip4Header.totalLength(b, at);
        IpAddress source = new Ip4Address(Ip4Header.source(b, at));
        IpAddress destination = new Ip4Address(Ip4Header.destination(b, at));
        String marks = marks(Ip4Header.ecn(b, at));
        if (payloadAt - at > Ip4Header.LENGTH) {
            marks += "{" + Ip4Options.text(b, at + Ip4Header.LENGTH, payloadAt) + "} ";
        }
        int protocol = Ip4Header.protocol(b, at);
        if (Ip4Header.isFragment(b, at)) {
            String what = fragment(
                    protocol,
                    Ip4Header.identification(b, at),
                    Ip4Header.fragmentOffset(b, at),
                    payloadEnd - payloadAt,
                    Ip4Header.moreFragments(b, at));
            return source + " > " + destination + " " + marks + what;
        }
        var part = new UpperText(source, destination, marks, protocol, b, payloadAt, payloadEnd);
        return part.text(sequenceBase, acknowledgmentBase);
    }

    private static String ofIp6(byte[] b, int at, int end, long sequenceBase, long acknowledgmentBase) {
        Malformed fault = Ip6Header.check(b, at, end);
        if (fault != Malformed.NONE) {
            return malformed("ip6", fault, end - at);
        }
        int packetEnd = at + Ip6Header.totalLength(b, at);
        IpAddress source = IpAddress.of(Ip6Header.sourceHigh(b, at), Ip6Header.sourceLow(b, at));
        IpAddress destination = IpAddress.of(Ip6Header.destinationHigh(b, at), Ip6Header.destinationLow(b, at));
        String marks = marks(Ip6Header.ecn(b, at));
        var extensions = new Ip6Extensions();
        fault = extensions.walk(b, at, packetEnd);
        if (fault != Malformed.NONE) {
            return source + " > " + destination + " " + malformed("ip6 extensions", fault, packetEnd - at);
        }
        int fragmentAt = extensions.fragmentAt;
        if (fragmentAt >= 0 && !Ip6Extensions.isWhole(b, fragmentAt)) {
            String what = fragment(
                    extensions.upperProtocol,
                    Ip6Extensions.identification(b, fragmentAt) & 0xffff_ffffL,
                    Ip6Extensions.fragmentOffset(b, fragmentAt),
                    packetEnd - extensions.upperAt,
                    Ip6Extensions.moreFragments(b, fragmentAt));
            return source + " > " + destination + " " + marks + what;
        }
        var part =
                new UpperText(source, destination, marks, extensions.upperProtocol, b, extensions.upperAt, packetEnd);
        return part.text(sequenceBase, acknowledgmentBase);
    }

    /// The notation of a packet quoted in an ICMP error, cut off anywhere behind its IP header: addresses, ports
    /// and protocol.
    static String ofQuotedIp(byte[] b, int at, int end) {
        if (at >= end) {
            return "nothing";
        }
        if (Bytes.u8(b, at) >>> 4 == 6) {
            if (Ip6Header.checkQuoted(b, at, end) != Malformed.NONE) {
                return malformed("ip6", Malformed.TRUNCATED, end - at);
            }
            IpAddress source = IpAddress.of(Ip6Header.sourceHigh(b, at), Ip6Header.sourceLow(b, at));
            IpAddress destination = IpAddress.of(Ip6Header.destinationHigh(b, at), Ip6Header.destinationLow(b, at));
            var extensions = new Ip6Extensions();
            boolean walked = extensions.walk(b, at, end) == Malformed.NONE;
            int protocol = walked ? extensions.upperProtocol : Ip6Header.nextHeader(b, at);
            boolean first = walked
                    && (extensions.fragmentAt < 0 || Ip6Extensions.fragmentOffset(b, extensions.fragmentAt) == 0);
            return quoted(source, destination, protocol, b, extensions.upperAt, first ? end : extensions.upperAt);
        }
        Malformed fault = Ip4Header.checkQuoted(b, at, end);
        if (fault != Malformed.NONE) {
            return malformed("ip4", fault, end - at);
        }
        int payloadAt = at + Ip4Header.headerLength(b, at);
        return quoted(
                new Ip4Address(Ip4Header.source(b, at)),
                new Ip4Address(Ip4Header.destination(b, at)),
                Ip4Header.protocol(b, at),
                b,
                payloadAt,
                Ip4Header.fragmentOffset(b, at) == 0 ? end : payloadAt);
    }

    private static String quoted(IpAddress source, IpAddress destination, int protocol, byte[] b, int at, int end) {
        String name = IpProtocol.name(protocol);
        boolean ports = (protocol == IpProtocol.TCP || protocol == IpProtocol.UDP || protocol == IpProtocol.SCTP)
                && end - at >= 4;
        if (!ports) {
            return source + " > " + destination + " " + name;
        }
        var from = new Endpoint(source, Bytes.u16(b, at));
        var to = new Endpoint(destination, Bytes.u16(b, at + 2));
        boolean sequence = protocol == IpProtocol.TCP && end - at >= 8;
        return from + " > " + to + " " + name + (sequence ? " seq " + Bytes.u32(b, at + 4) : "");
    }

    private static String fragment(int protocol, long identification, int offset, int length, boolean more) {
        return IpProtocol.name(protocol) + " fragment id " + identification + " " + offset + ":" + (offset + length)
                + (more ? "+" : "");
    }

    /// packetdrill's marks in front of a segment for the ECN field.
    private static String marks(int ecn) {
        return switch (ecn) {
            case 1 -> "[ect1] ";
            case 2 -> "[ect0] ";
            case 3 -> "[ce] ";
            default -> "";
        };
    }

    static String malformed(String format, Malformed fault, int length) {
        return "malformed " + format + " " + fault + " (" + length + ")";
    }
}
