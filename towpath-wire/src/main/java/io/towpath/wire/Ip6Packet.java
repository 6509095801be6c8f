package io.towpath.wire;

/// An IPv6 packet as a value for tests and tools. See [Ip6Header].
///
/// @param trafficClass DSCP and ECN, one octet
/// @param flowLabel 20 bits
/// @param nextHeader one of [IpProtocol]: the first extension header or the upper protocol
/// @param hopLimit 0 … 255
/// @param source from whom; an [Ip4Address] if the packet, wrongly, carries a v4-mapped one
/// @param destination to whom; an [Ip4Address] if the packet, wrongly, carries a v4-mapped one
/// @param payload what follows the header, extension headers included
public record Ip6Packet(
        int trafficClass,
        int flowLabel,
        int nextHeader,
        int hopLimit,
        IpAddress source,
        IpAddress destination,
        Octets payload) {
    /// Checks that the values fit the format.
    ///
    /// @throws IllegalArgumentException if the payload is too long for one packet
    public Ip6Packet {
        if (payload.length() > Ip6Header.PAYLOAD_LENGTH_MAX) {
            throw new IllegalArgumentException("too much for one IPv6 packet: " + payload.length() + " octets");
        }
    }

    /// A packet with usual values: hop limit 64, no flow label.
    public static Ip6Packet of(Ip6Address source, Ip6Address destination, int nextHeader, byte[] payload) {
        return new Ip6Packet(0, 0, nextHeader, 64, source, destination, Octets.of(payload));
    }

    /// Reads the packet that begins at `at`; what lies behind its payload length is ignored.
    ///
    /// @throws MalformedPacketException if it does not pass [Ip6Header#check]
    public static Ip6Packet parse(byte[] b, int at, int end) {
        MalformedPacketException.require("IPv6 packet", Ip6Header.check(b, at, end));
        return new Ip6Packet(
                Ip6Header.trafficClass(b, at),
                Ip6Header.flowLabel(b, at),
                Ip6Header.nextHeader(b, at),
                Ip6Header.hopLimit(b, at),
                IpAddress.of(Ip6Header.sourceHigh(b, at), Ip6Header.sourceLow(b, at)),
                IpAddress.of(Ip6Header.destinationHigh(b, at), Ip6Header.destinationLow(b, at)),
                Octets.of(b, at + Ip6Header.LENGTH, at + Ip6Header.totalLength(b, at)));
    }

    /// The packet's octets.
    public byte[] emit() {
        byte[] b = new byte[Ip6Header.LENGTH + payload.length()];
        Ip6Header.write(
                b,
                0,
                trafficClass,
                flowLabel,
                payload.length(),
                nextHeader,
                hopLimit,
                source.high(),
                source.low(),
                destination.high(),
                destination.low());
        payload.write(b, Ip6Header.LENGTH);
        return b;
    }

    /// The one-line notation of [PacketText#ofIp].
    @Override
    public String toString() {
        byte[] b = emit();
        return PacketText.ofIp(b, 0, b.length);
    }
}
