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
            case IpProtocol.UDP -> udp();
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

    private String udp() {
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
                "udp (" + (length - UdpHeader.LENGTH) + ")" + unlessRight(right, checksum, length));
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
