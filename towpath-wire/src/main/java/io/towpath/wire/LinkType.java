package io.towpath.wire;

/// What the packets of a capture begin with (the registry of tcpdump.org, "Link-layer header types").
public final class LinkType {
    /// BSD loopback: four octets with the address family in the capturing host's byte order.
    public static final int NULL = 0;
    /// Ethernet II frames.
    public static final int ETHERNET = 1;
    /// IP packets, the version in the first octet.
    public static final int RAW = 101;
    /// Linux "any" device, version 1: sixteen octets, the EtherType in the last two.
    public static final int LINUX_SLL = 113;
    /// IPv4 packets.
    public static final int IPV4 = 228;
    /// IPv6 packets.
    public static final int IPV6 = 229;

    private LinkType() {}

    /// The notation of a captured packet of this link type; never throws.
    public static String text(int linkType, byte[] b, int at, int end) {
        return switch (linkType) {
            case ETHERNET -> PacketText.ofEthernet(b, at, end);
            case RAW, IPV4, IPV6 -> PacketText.ofIp(b, at, end);
            case NULL -> PacketText.ofIp(b, Math.min(at + 4, end), end);
            case LINUX_SLL ->
                end - at < 16
                        ? PacketText.malformed("sll", Malformed.TRUNCATED, end - at)
                        : PacketText.ofEtherType(Bytes.u16(b, at + 14), b, at + 16, end);
            default -> "link type " + linkType + " (" + (end - at) + ")";
        };
    }
}
