package io.towpath.wire;

/// A UDP datagram as a value for tests and tools. See [UdpHeader].
///
/// @param sourcePort 0 … 65535; 0 means that no reply is wanted
/// @param destinationPort 0 … 65535
/// @param payload the data
public record UdpDatagram(int sourcePort, int destinationPort, Octets payload) {
    /// Checks that the values fit the format.
    ///
    /// @throws IllegalArgumentException if the payload is too long for the length field
    public UdpDatagram {
        if (payload.length() > 0xffff - UdpHeader.LENGTH) {
            throw new IllegalArgumentException("too much for one UDP datagram: " + payload.length() + " octets");
        }
    }

    /// Reads the datagram that begins at `at`, without a look at its checksum; what lies behind its length is
    /// ignored.
    ///
    /// @throws MalformedPacketException if it does not pass [UdpHeader#check]
    public static UdpDatagram parse(byte[] b, int at, int end) {
        MalformedPacketException.require("UDP datagram", UdpHeader.check(b, at, end));
        return new UdpDatagram(
                UdpHeader.sourcePort(b, at),
                UdpHeader.destinationPort(b, at),
                Octets.of(b, at + UdpHeader.LENGTH, at + UdpHeader.length(b, at)));
    }

    /// The datagram's octets, with the checksum for these addresses.
    public byte[] emit(IpAddress source, IpAddress destination) {
        byte[] b = new byte[UdpHeader.LENGTH + payload.length()];
        UdpHeader.write(b, 0, sourcePort, destinationPort, b.length);
        payload.write(b, UdpHeader.LENGTH);
        long pseudo = InternetChecksum.pseudo(
                source.high(), source.low(), destination.high(), destination.low(), IpProtocol.UDP, b.length);
        UdpHeader.writeChecksum(b, 0, pseudo);
        return b;
    }

    /// `udp (LENGTH)`, LENGTH in octets of data.
    @Override
    public String toString() {
        return "udp (" + payload.length() + ")";
    }
}
