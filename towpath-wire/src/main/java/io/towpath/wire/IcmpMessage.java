package io.towpath.wire;

/// An ICMP message for IPv4 as a value for tests and tools. See [IcmpHeader].
///
/// @param type 0 … 255
/// @param code 0 … 255
/// @param rest the four octets whose meaning depends on the type
/// @param body echo data, or the quoted packet
public record IcmpMessage(int type, int code, int rest, Octets body) {
    /// An echo request ([IcmpHeader#ECHO_REQUEST]) or reply.
    public static IcmpMessage echo(int type, int identifier, int sequence, byte... data) {
        return new IcmpMessage(type, 0, identifier << 16 | (sequence & 0xffff), Octets.of(data));
    }

    /// Reads the message `at` … `end`, without a look at its checksum.
    ///
    /// @throws MalformedPacketException if it does not pass [IcmpHeader#check]
    public static IcmpMessage parse(byte[] b, int at, int end) {
        MalformedPacketException.require("ICMP message", IcmpHeader.check(b, at, end));
        return new IcmpMessage(
                IcmpHeader.type(b, at),
                IcmpHeader.code(b, at),
                IcmpHeader.rest(b, at),
                Octets.of(b, at + IcmpHeader.LENGTH, end));
    }

    /// The message's octets, with its checksum.
    public byte[] emit() {
        byte[] b = new byte[IcmpHeader.LENGTH + body.length()];
        IcmpHeader.write(b, 0, type, code, rest);
        body.write(b, IcmpHeader.LENGTH);
        IcmpHeader.writeChecksum(b, 0, b.length);
        return b;
    }

    /// `icmp echo request id 1 seq 2 (56)`, `icmp port unreachable for [10.0.0.1:40000 > 10.0.0.2:7 udp (5)]`.
    @Override
    public String toString() {
        return switch (type) {
            case IcmpHeader.ECHO_REQUEST -> "icmp echo request" + echoText();
            case IcmpHeader.ECHO_REPLY -> "icmp echo reply" + echoText();
            case IcmpHeader.UNREACHABLE -> "icmp " + unreachable() + quote();
            case IcmpHeader.SOURCE_QUENCH -> "icmp source quench" + quote();
            case IcmpHeader.REDIRECT -> "icmp redirect to " + new Ip4Address(rest) + quote();
            case IcmpHeader.TIME_EXCEEDED ->
                "icmp time exceeded "
                        + (code == IcmpHeader.CODE_TIME_TO_LIVE ? "in transit" : "in reassembly")
                        + quote();
            case IcmpHeader.PARAMETER_PROBLEM -> "icmp parameter problem at " + (rest >>> 24) + quote();
            default -> "icmp type " + type + " code " + code + " (" + body.length() + ")";
        };
    }

    private String echoText() {
        return " id " + (rest >>> 16) + " seq " + (rest & 0xffff) + " (" + body.length() + ")";
    }

    private String quote() {
        return " for [" + PacketText.ofQuotedIp(body.raw(), 0, body.length()) + "]";
    }

    private String unreachable() {
        return switch (code) {
            case IcmpHeader.CODE_NETWORK -> "net unreachable";
            case IcmpHeader.CODE_HOST -> "host unreachable";
            case IcmpHeader.CODE_PROTOCOL -> "protocol unreachable";
            case IcmpHeader.CODE_PORT -> "port unreachable";
            case IcmpHeader.CODE_FRAGMENTATION_NEEDED -> "fragmentation needed mtu " + (rest & 0xffff);
            case IcmpHeader.CODE_SOURCE_ROUTE -> "source route failed";
            case IcmpHeader.CODE_NETWORK_PROHIBITED, IcmpHeader.CODE_HOST_PROHIBITED, IcmpHeader.CODE_PROHIBITED ->
                "administratively prohibited";
            default -> "unreachable code " + code;
        };
    }
}
