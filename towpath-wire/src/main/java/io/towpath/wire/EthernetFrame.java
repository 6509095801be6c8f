package io.towpath.wire;

/// An Ethernet II frame without its check sequence, as a value for tests and tools. See [EthernetHeader].
///
/// @param destination to whom
/// @param source from whom
/// @param type one of [EtherType]
/// @param payload what follows the header, padding included
public record EthernetFrame(MacAddress destination, MacAddress source, int type, Octets payload) {
    /// Reads the frame `at` … `end`.
    ///
    /// @throws MalformedPacketException if it does not pass [EthernetHeader#check]
    public static EthernetFrame parse(byte[] b, int at, int end) {
        MalformedPacketException.require("Ethernet frame", EthernetHeader.check(b, at, end));
        return new EthernetFrame(
                new MacAddress(EthernetHeader.destination(b, at)),
                new MacAddress(EthernetHeader.source(b, at)),
                EthernetHeader.type(b, at),
                Octets.of(b, at + EthernetHeader.LENGTH, end));
    }

    /// The frame's octets.
    public byte[] emit() {
        byte[] b = new byte[EthernetHeader.LENGTH + payload.length()];
        EthernetHeader.write(b, 0, destination.bits(), source.bits(), type);
        payload.write(b, EthernetHeader.LENGTH);
        return b;
    }

    /// `SOURCE > DESTINATION` and what is inside.
    @Override
    public String toString() {
        byte[] inner = payload.raw();
        return source + " > " + destination + " " + PacketText.ofEtherType(type, inner, 0, inner.length);
    }
}
