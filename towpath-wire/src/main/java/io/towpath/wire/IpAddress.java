package io.towpath.wire;

/// An IPv4 or IPv6 address. Both kinds are two longs, so that tables compare numbers and never objects: an IPv4
/// address is held v4-mapped, `high` = 0 and `low` = `0x0000ffff_aabbccdd` (RFC 4291 §2.5.5.2).
///
/// The mapped form itself never is an IPv6 address here: [#of], [#parse] and [#read6] give an [Ip4Address] for it,
/// because it must
/// not appear on the wire. Immutable; ordered IPv4 before IPv6, then as unsigned numbers.
public sealed interface IpAddress extends Comparable<IpAddress> permits Ip4Address, Ip6Address {
    /// What the upper 32 bits of `low` are in a v4-mapped address.
    long MAPPED_PREFIX = 0x0000_ffff_0000_0000L;

    /// The upper 64 bits; 0 for IPv4.
    long high();

    /// The lower 64 bits; `0x0000ffff_aabbccdd` for IPv4.
    long low();

    /// The address with these two longs: an [Ip4Address] for the v4-mapped form, an [Ip6Address] for all else.
    static IpAddress of(long high, long low) {
        return isIp4(high, low) ? new Ip4Address((int) low) : new Ip6Address(high, low);
    }

    /// Whether these two longs are the v4-mapped form of an IPv4 address.
    static boolean isIp4(long high, long low) {
        return high == 0 && (low >>> 32) == 0xffff;
    }

    /// Whether these two longs are a multicast address, as [#isMulticast()] says.
    static boolean isMulticast(long high, long low) {
        return isIp4(high, low) ? (low >>> 28 & 0xf) == 0xe : high >>> 56 == 0xff;
    }

    /// Whether these two longs are the limited broadcast address, as [#isBroadcast()] says.
    static boolean isBroadcast(long high, long low) {
        return high == 0 && low == (MAPPED_PREFIX | 0xffff_ffffL);
    }

    /// Reads an address from text: a strict dotted quad, or an IPv6 address as in RFC 4291 §2.2 (with `::`, with an
    /// embedded
    /// dotted quad). No names, no zone identifiers, no brackets.
    ///
    /// @throws IllegalArgumentException with one line that says what is wrong, if `text` is not an address
    static IpAddress parse(String text) {
        return AddressText.parse(text);
    }

    /// Reads the four octets at `at`.
    static Ip4Address read4(byte[] b, int at) {
        return new Ip4Address(Bytes.i32(b, at));
    }

    /// Reads the sixteen octets at `at`; an [Ip4Address] if they are the v4-mapped form.
    static IpAddress read6(byte[] b, int at) {
        return of(Bytes.i64(b, at), Bytes.i64(b, at + 8));
    }

    /// Whether this is an IPv4 address.
    default boolean isIp4() {
        return this instanceof Ip4Address;
    }

    /// 4 or 6.
    default int version() {
        return isIp4() ? 4 : 6;
    }

    /// Octets on the wire: 4 or 16.
    default int byteLength() {
        return isIp4() ? 4 : 16;
    }

    /// Bits on the wire: 32 or 128.
    default int bitLength() {
        return byteLength() * 8;
    }

    /// `0.0.0.0` or `::`.
    boolean isUnspecified();

    /// `127.0.0.0/8` or `::1`.
    boolean isLoopback();

    /// `224.0.0.0/4` or `ff00::/8`.
    default boolean isMulticast() {
        return isMulticast(high(), low());
    }

    /// The limited broadcast address `255.255.255.255`; never for IPv6.
    default boolean isBroadcast() {
        return isBroadcast(high(), low());
    }

    /// `169.254.0.0/16` or `fe80::/10`.
    boolean isLinkLocal();

    /// Writes the [#byteLength] octets of this address at `at`.
    void write(byte[] b, int at);

    /// The octets of this address, 4 or 16, in a new array.
    default byte[] toBytes() {
        byte[] bytes = new byte[byteLength()];
        write(bytes, 0);
        return bytes;
    }

    @Override
    default int compareTo(IpAddress other) {
        int byVersion = Integer.compare(version(), other.version());
        if (byVersion != 0) {
            return byVersion;
        }
        int byHigh = Long.compareUnsigned(high(), other.high());
        return byHigh != 0 ? byHigh : Long.compareUnsigned(low(), other.low());
    }
}
