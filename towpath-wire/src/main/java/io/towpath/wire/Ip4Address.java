package io.towpath.wire;

/// An IPv4 address.
///
/// @param bits the address as a big-endian number: `10.0.0.1` is `0x0a000001`
public record Ip4Address(int bits) implements IpAddress {
    /// `0.0.0.0`.
    public static final Ip4Address UNSPECIFIED = new Ip4Address(0);
    /// `127.0.0.1`.
    public static final Ip4Address LOOPBACK = new Ip4Address(0x7f00_0001);
    /// `255.255.255.255`, RFC 919.
    public static final Ip4Address BROADCAST = new Ip4Address(-1);

    @Override
    public long high() {
        return 0;
    }

    @Override
    public long low() {
        return MAPPED_PREFIX | (bits & 0xffff_ffffL);
    }

    @Override
    public boolean isUnspecified() {
        return bits == 0;
    }

    @Override
    public boolean isLoopback() {
        return (bits >>> 24) == 127;
    }

    @Override
    public boolean isLinkLocal() {
        return (bits >>> 16) == 0xa9fe;
    }

    @Override
    public void write(byte[] b, int at) {
        Bytes.put32(b, at, bits);
    }

    @Override
    public String toString() {
        return (bits >>> 24) + "." + (bits >>> 16 & 0xff) + "." + (bits >>> 8 & 0xff) + "." + (bits & 0xff);
    }
}
