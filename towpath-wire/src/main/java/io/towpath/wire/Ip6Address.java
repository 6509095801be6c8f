package io.towpath.wire;

/// An IPv6 address, never the v4-mapped form.
///
/// @param high the upper 64 bits
/// @param low the lower 64 bits
public record Ip6Address(long high, long low) implements IpAddress {
    /// `::`.
    public static final Ip6Address UNSPECIFIED = new Ip6Address(0, 0);
    /// `::1`.
    public static final Ip6Address LOOPBACK = new Ip6Address(0, 1);
    /// `ff02::1`, all nodes on the link (RFC 4291 §2.7.1).
    public static final Ip6Address ALL_NODES = new Ip6Address(0xff02_0000_0000_0000L, 1);
    /// `ff02::2`, all routers on the link (RFC 4291 §2.7.1).
    public static final Ip6Address ALL_ROUTERS = new Ip6Address(0xff02_0000_0000_0000L, 2);

    /// Checks that the values fit the format.
    ///
    /// @throws IllegalArgumentException if the two longs are a v4-mapped address: use [IpAddress#of] where that may
    /// happen
    public Ip6Address {
        if (IpAddress.isIp4(high, low)) {
            throw new IllegalArgumentException("a v4-mapped address is an Ip4Address: " + new Ip4Address((int) low));
        }
    }

    /// The solicited-node multicast address of an address, `ff02::1:ffXX:XXXX` (RFC 4291 §2.7.1).
    public static Ip6Address solicitedNode(long low) {
        return new Ip6Address(0xff02_0000_0000_0000L, 0x0000_0001_ff00_0000L | (low & 0xff_ffff));
    }

    /// Whether an IPv6 address with these upper 64 bits is link-local: `fe80::/10`.
    public static boolean isLinkLocal(long high) {
        return high >>> 54 == 0x3fa;
    }

    @Override
    public boolean isUnspecified() {
        return (high | low) == 0;
    }

    @Override
    public boolean isLoopback() {
        return high == 0 && low == 1;
    }

    @Override
    public boolean isLinkLocal() {
        return isLinkLocal(high);
    }

    @Override
    public void write(byte[] b, int at) {
        Bytes.put64(b, at, high);
        Bytes.put64(b, at + 8, low);
    }

    /// The canonical text of RFC 5952.
    @Override
    public String toString() {
        return AddressText.format6(high, low);
    }
}
