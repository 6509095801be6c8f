package io.towpath.wire;

/// Values of the EtherType field (IANA "IEEE 802 Numbers").
public final class EtherType {
    /// Internet Protocol version 4.
    public static final int IPV4 = 0x0800;
    /// Address Resolution Protocol, RFC 826.
    public static final int ARP = 0x0806;
    /// Reverse ARP, RFC 903: decoded, never answered.
    public static final int RARP = 0x8035;
    /// IEEE 802.1Q customer VLAN tag.
    public static final int VLAN = 0x8100;
    /// Internet Protocol version 6.
    public static final int IPV6 = 0x86dd;
    /// IEEE 802.1ad service VLAN tag.
    public static final int SERVICE_VLAN = 0x88a8;

    private EtherType() {}
}
