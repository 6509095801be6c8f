package io.towpath.wire;

/// An IPv4 packet as a value for tests and tools. See [Ip4Header].
///
/// @param trafficClass DSCP and ECN, one octet
/// @param identification 0 … 65535
/// @param flagsAndOffset [Ip4Header#DONT_FRAGMENT], [Ip4Header#MORE_FRAGMENTS] and the offset in units of eight
///     octets
/// @param timeToLive 0 … 255
/// @param protocol one of [IpProtocol]
/// @param source from whom
/// @param destination to whom
/// @param options octets of the options with their padding, a multiple of 4, at most 40
/// @param payload what follows the header
public record Ip4Packet(
        int trafficClass,
        int identification,
        int flagsAndOffset,
        int timeToLive,
        int protocol,
        Ip4Address source,
        Ip4Address destination,
        Octets options,
        Octets payload) {
    /// Checks that the values fit the format.
    ///
    /// @throws IllegalArgumentException if the options do not fit a header, or all of it a packet
    public Ip4Packet {
        if ((options.length() & 3) != 0 || options.length() > Ip4Header.LENGTH_MAX - Ip4Header.LENGTH) {
            throw new IllegalArgumentException(
                    "IPv4 options take a multiple of 4 up to 40 octets, not " + options.length());
        }
        if (Ip4Header.LENGTH + options.length() + payload.length() > Ip4Header.TOTAL_LENGTH_MAX) {
            throw new IllegalArgumentException("too much for one IPv4 packet: " + payload.length() + " octets");
        }
    }

    /// A packet with usual values: time to live 64, don't fragment, no options.
    public static Ip4Packet of(Ip4Address source, Ip4Address destination, int protocol, byte[] payload) {
        return new Ip4Packet(
                0, 0, Ip4Header.DONT_FRAGMENT, 64, protocol, source, destination, Octets.EMPTY, Octets.of(payload));
    }

    /// Reads the packet that begins at `at`; what lies behind its total length is ignored.
    ///
    /// @throws MalformedPacketException if it does not pass [Ip4Header#check]
    public static Ip4Packet parse(byte[] b, int at, int end) {
        MalformedPacketException.require("IPv4 packet", Ip4Header.check(b, at, end));
        int payloadAt = at + Ip4Header.headerLength(b, at);
        return new Ip4Packet(
                Ip4Header.trafficClass(b, at),
                Ip4Header.identification(b, at),
                Ip4Header.flagsAndOffset(b, at),
                Ip4Header.timeToLive(b, at),
                Ip4Header.protocol(b, at),
                new Ip4Address(Ip4Header.source(b, at)),
                new Ip4Address(Ip4Header.destination(b, at)),
                Octets.of(b, at + Ip4Header.LENGTH, payloadAt),
                Octets.of(b, payloadAt, at + Ip4Header.totalLength(b, at)));
    }

    /// The packet's octets, with the header's checksum.
    public byte[] emit() {
        int headerLength = Ip4Header.LENGTH + options.length();
        byte[] b = new byte[headerLength + payload.length()];
        Ip4Header.write(
                b,
                0,
                trafficClass,
                b.length,
                identification,
                flagsAndOffset,
                timeToLive,
                protocol,
                source.bits(),
                destination.bits());
        options.write(b, Ip4Header.LENGTH);
        payload.write(b, headerLength);
        Bytes.put8(b, 0, 4 << 4 | headerLength >>> 2);
        Ip4Header.writeChecksum(b, 0);
        return b;
    }

    /// The one-line notation of [PacketText#ofIp].
    @Override
    public String toString() {
        byte[] b = emit();
        return PacketText.ofIp(b, 0, b.length);
    }
}
