package io.towpath.wire;

/// An ICMPv6 message as a value for tests and tools. See [Icmp6Header]; neighbour discovery has its own,
/// [NdMessage].
///
/// @param type 0 … 255
/// @param code 0 … 255
/// @param rest the four octets whose meaning depends on the type
/// @param body echo data, the quoted packet, or what else follows
public record Icmp6Message(int type, int code, int rest, Octets body) {
    /// An echo request ([Icmp6Header#ECHO_REQUEST]) or reply.
    public static Icmp6Message echo(int type, int identifier, int sequence, byte... data) {
        return new Icmp6Message(type, 0, identifier << 16 | (sequence & 0xffff), Octets.of(data));
    }

    /// Reads the message `at` … `end`, without a look at its checksum.
    ///
    /// @throws MalformedPacketException if it does not pass [Icmp6Header#check]
    public static Icmp6Message parse(byte[] b, int at, int end) {
        MalformedPacketException.require("ICMPv6 message", Icmp6Header.check(b, at, end));
        return new Icmp6Message(
                Icmp6Header.type(b, at),
                Icmp6Header.code(b, at),
                Icmp6Header.rest(b, at),
                Octets.of(b, at + Icmp6Header.LENGTH, end));
    }

    /// The message's octets, with the checksum for these addresses.
    public byte[] emit(IpAddress source, IpAddress destination) {
        byte[] b = bare();
        long pseudo = InternetChecksum.pseudo(
                source.high(), source.low(), destination.high(), destination.low(), IpProtocol.ICMPV6, b.length);
        Icmp6Header.writeChecksum(b, 0, b.length, pseudo);
        return b;
    }

    private byte[] bare() {
        byte[] b = new byte[Icmp6Header.LENGTH + body.length()];
        Icmp6Header.write(b, 0, type, code, rest);
        body.write(b, Icmp6Header.LENGTH);
        return b;
    }

    /// `icmp6 echo request id 1 seq 2 (56)`, `icmp6 packet too big mtu 1400 for […]`, or the notation of
    /// [NdMessage].
    @Override
    public String toString() {
        return switch (type) {
            case Icmp6Header.ECHO_REQUEST -> "icmp6 echo request" + echoText();
            case Icmp6Header.ECHO_REPLY -> "icmp6 echo reply" + echoText();
            case Icmp6Header.UNREACHABLE -> "icmp6 " + unreachable() + quote();
            case Icmp6Header.PACKET_TOO_BIG -> "icmp6 packet too big mtu " + (rest & 0xffff_ffffL) + quote();
            case Icmp6Header.TIME_EXCEEDED ->
                "icmp6 time exceeded "
                        + (code == Icmp6Header.CODE_HOP_LIMIT ? "in transit" : "in reassembly")
                        + quote();
            case Icmp6Header.PARAMETER_PROBLEM ->
                "icmp6 parameter problem code " + code + " at " + (rest & 0xffff_ffffL) + quote();
            default -> other();
        };
    }

    private String other() {
        byte[] b = bare();
        if (NdHeader.check(b, 0, b.length) == Malformed.NONE) {
            return NdMessage.parse(b, 0, b.length).toString();
        }
        return "icmp6 type " + type + " code " + code + " (" + body.length() + ")";
    }

    private String echoText() {
        return " id " + (rest >>> 16) + " seq " + (rest & 0xffff) + " (" + body.length() + ")";
    }

    private String quote() {
        return " for [" + PacketText.ofQuotedIp(body.raw(), 0, body.length()) + "]";
    }

    private String unreachable() {
        return switch (code) {
            case Icmp6Header.CODE_NO_ROUTE -> "no route";
            case Icmp6Header.CODE_PROHIBITED -> "administratively prohibited";
            case Icmp6Header.CODE_BEYOND_SCOPE -> "beyond scope";
            case Icmp6Header.CODE_ADDRESS -> "address unreachable";
            case Icmp6Header.CODE_PORT -> "port unreachable";
            default -> "unreachable code " + code;
        };
    }
}
