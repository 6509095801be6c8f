package io.towpath.wire;

/// An ARP or RARP packet as a value for tests and tools. See [ArpHeader].
///
/// @param operation [ArpHeader#REQUEST], [ArpHeader#REPLY] or another
/// @param senderHardware who speaks
/// @param senderProtocol the speaker's address
/// @param targetHardware who is meant; of no meaning in a request
/// @param targetProtocol whose address it is about
public record ArpPacket(
        int operation,
        MacAddress senderHardware,
        Ip4Address senderProtocol,
        MacAddress targetHardware,
        Ip4Address targetProtocol) {
    /// Reads the packet that begins at `at`.
    ///
    /// @throws MalformedPacketException if it does not pass [ArpHeader#check]
    public static ArpPacket parse(byte[] b, int at, int end) {
        MalformedPacketException.require("ARP packet", ArpHeader.check(b, at, end));
        return new ArpPacket(
                ArpHeader.operation(b, at),
                new MacAddress(ArpHeader.senderHardware(b, at)),
                new Ip4Address(ArpHeader.senderProtocol(b, at)),
                new MacAddress(ArpHeader.targetHardware(b, at)),
                new Ip4Address(ArpHeader.targetProtocol(b, at)));
    }

    /// The packet's octets.
    public byte[] emit() {
        byte[] b = new byte[ArpHeader.LENGTH];
        ArpHeader.write(
                b,
                0,
                operation,
                senderHardware.bits(),
                senderProtocol.bits(),
                targetHardware.bits(),
                targetProtocol.bits());
        return b;
    }

    /// `arp who-has 10.0.0.2 tell 10.0.0.1`, `arp 10.0.0.2 is-at 02:00:00:00:00:02`.
    @Override
    public String toString() {
        return switch (operation) {
            case ArpHeader.REQUEST -> "arp who-has " + targetProtocol + " tell " + senderProtocol;
            case ArpHeader.REPLY -> "arp " + senderProtocol + " is-at " + senderHardware;
            case ArpHeader.REVERSE_REQUEST -> "rarp who-is " + targetHardware + " tell " + senderHardware;
            case ArpHeader.REVERSE_REPLY -> "rarp " + targetHardware + " at " + targetProtocol;
            default -> "arp operation " + operation + " " + senderProtocol + " > " + targetProtocol;
        };
    }
}
