package io.towpath.wire;

/// The notation of what one IP packet carries, with its addresses in front. Never throws. Lives as long as one
/// call.
final class UpperText {
    private final IpAddress source;
    private final IpAddress destination;
    private final String marks;
    private final int protocol;
    private final byte[] b;
    private final int at;
    private final int end;

    /// The payload lies in `at` … `end`; `marks` stand between addresses and protocol.
    UpperText(IpAddress source, IpAddress destination, String marks, int protocol, byte[] b, int at, int end) {
        this.source = source;
        this.destination = destination;
        this.marks = marks;
        this.protocol = protocol;
        this.b = b;
        this.at = at;
        this.end = end;
    }

    String text(long sequenceBase, long acknowledgmentBase) {
        return switch (protocol) {
            case IpProtocol.TCP -> tcp(sequenceBase, acknowledgmentBase);
            case IpProtocol.UDP -> udp(sequenceBase, acknowledgmentBase);
            case IpProtocol.SCTP -> sctp(sequenceBase, acknowledgmentBase);
            case IpProtocol.ICMP -> icmp();
            case IpProtocol.ICMPV6 -> icmp6();
            default -> between(source, destination, IpProtocol.name(protocol) + " (" + (end - at) + ")");
        };
    }

    private String tcp(long sequenceBase, long acknowledgmentBase) {
        Malformed fault = TcpHeader.check(b, at, end);
        if (fault != Malformed.NONE) {
            return between(source, destination, PacketText.malformed("tcp", fault, end - at));
        }
        TcpSegment segment = TcpSegment.parse(b, at, end);
        String what = segment.text(sequenceBase, acknowledgmentBase);
        boolean right = TcpHeader.checksumOk(b, at, end, pseudo(end - at));
        return between(
                new Endpoint(source, segment.sourcePort()),
                new Endpoint(destination, segment.destinationPort()),
                what + unlessRight(right, TcpHeader.checksum(b, at), end - at));
    }

    private String udp(long sequenceBase, long acknowledgmentBase) {
        Malformed fault = UdpHeader.check(b, at, end);
        if (fault != Malformed.NONE) {
            return between(source, destination, PacketText.malformed("udp", fault, end - at));
        }
        int length = UdpHeader.length(b, at);
        int checksum = UdpHeader.checksum(b, at);
        boolean right = (checksum == 0 && source.isIp4()) || UdpHeader.checksumOk(b, at, pseudo(length));
        return between(
                new Endpoint(source, UdpHeader.sourcePort(b, at)),
                new Endpoint(destination, UdpHeader.destinationPort(b, at)),
                udpPayload(at + length, sequenceBase, acknowledgmentBase) + unlessRight(right, checksum, length));
    }

    /// The length of the data, or SCTP that is encapsulated (RFC 6951): the port alone proves nothing, so only what
    /// reads as chunks from first to last.
    private String udpPayload(int payloadEnd, long tsnBase, long acknowledgmentBase) {
        int payloadAt = at + UdpHeader.LENGTH;
        boolean port = UdpHeader.sourcePort(b, at) == SctpHeader.UDP_PORT
                || UdpHeader.destinationPort(b, at) == SctpHeader.UDP_PORT;
        if (!port
                || SctpHeader.check(b, payloadAt, payloadEnd) != Malformed.NONE
                || SctpChunks.checkAll(b, payloadAt + SctpHeader.LENGTH, payloadEnd) != Malformed.NONE) {
            return "udp (" + (payloadEnd - payloadAt) + ")";
        }
        SctpPacket packet = SctpPacket.parse(b, payloadAt, payloadEnd);
        return "udp " + packet.sourcePort() + " > " + packet.destinationPort() + " "
                + packet.text(tsnBase, acknowledgmentBase) + unlessCrcRight(payloadAt, payloadEnd);
    }

    private String sctp(long tsnBase, long acknowledgmentBase) {
        Malformed fault = SctpHeader.check(b, at, end);
        if (fault != Malformed.NONE) {
            return between(source, destination, PacketText.malformed("sctp", fault, end - at));
        }
        SctpPacket packet = SctpPacket.parse(b, at, end);
        return between(
                new Endpoint(source, packet.sourcePort()),
                new Endpoint(destination, packet.destinationPort()),
                packet.text(tsnBase, acknowledgmentBase) + unlessCrcRight(at, end));
    }

    /// A zero field may be right (RFC 9653), which only the two ends know.
    private String unlessCrcRight(int packetAt, int packetEnd) {
        if (SctpHeader.checksumOk(b, packetAt, packetEnd, new Crc32c())) {
            return "";
        }
        return SctpHeader.checksum(b, packetAt) == 0 ? " zero-checksum" : " bad-checksum";
    }

    private String icmp() {
        Malformed fault = IcmpHeader.check(b, at, end);
        if (fault != Malformed.NONE) {
            return between(source, destination, PacketText.malformed("icmp", fault, end - at));
        }
        String what = IcmpMessage.parse(b, at, end).toString();
        return between(source, destination, what + (IcmpHeader.checksumOk(b, at, end) ? "" : " bad-checksum"));
    }

    private String icmp6() {
        Malformed fault = Icmp6Header.check(b, at, end);
        if (fault != Malformed.NONE) {
            return between(source, destination, PacketText.malformed("icmp6", fault, end - at));
        }
        String what = Icmp6Message.parse(b, at, end).toString();
        boolean right = Icmp6Header.checksumOk(b, at, end, pseudo(end - at));
        return between(source, destination, what + (right ? "" : " bad-checksum"));
    }

    /// A field that holds the pseudo-header's sum alone is not wrong: the link was going to complete it.
    private String unlessRight(boolean right, int checksum, int length) {
        return right || checksum == InternetChecksum.fold(pseudo(length)) ? "" : " bad-checksum";
    }

    private long pseudo(int length) {
        return InternetChecksum.pseudo(
                source.high(), source.low(), destination.high(), destination.low(), protocol, length);
    }

    private String between(Object from, Object to, String what) {
        return from + " > " + to + " " + marks + what;
    }
}
