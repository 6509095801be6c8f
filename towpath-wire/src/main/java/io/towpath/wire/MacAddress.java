package io.towpath.wire;

/// A 48-bit Ethernet address, written `02:00:00:00:00:01`.
///
/// @param bits the address as a big-endian number; the upper 16 bits are zero
public record MacAddress(long bits) implements Comparable<MacAddress> {
    /// Octets on the wire.
    public static final int LENGTH = 6;
    /// `ff:ff:ff:ff:ff:ff`.
    public static final MacAddress BROADCAST = new MacAddress(0xffff_ffff_ffffL);

    /// Checks that the values fit the format.
    ///
    /// @throws IllegalArgumentException if more than 48 bits are set
    public MacAddress {
        if (bits >>> 48 != 0) {
            throw new IllegalArgumentException("not a 48-bit address: " + Long.toHexString(bits));
        }
    }

    /// Reads six groups of two hexadecimal digits, separated by colons or by hyphens.
    ///
    /// @throws IllegalArgumentException with one line that says what is wrong
    public static MacAddress parse(String text) {
        long bits = 0;
        boolean wrong = text.length() != 17;
        for (int i = 0; i < 17 && !wrong; i++) {
            char c = text.charAt(i);
            if (i % 3 == 2) {
                wrong = c != text.charAt(2) || (c != ':' && c != '-');
            } else {
                int digit = c < 128 ? Character.digit(c, 16) : -1;
                wrong = digit < 0;
                bits = bits << 4 | (digit & 0xf);
            }
        }
        if (wrong) {
            throw new IllegalArgumentException("not a MAC address: \"" + text
                    + "\" (expected six pairs of hexadecimal digits like 02:00:00:00:00:01)");
        }
        return new MacAddress(bits);
    }

    /// Reads the six octets at `at` as a number.
    public static long readBits(byte[] b, int at) {
        return (long) Bytes.u16(b, at) << 32 | Bytes.u32(b, at + 2);
    }

    /// Writes the low 48 bits of `bits` at `at`.
    public static void writeBits(byte[] b, int at, long bits) {
        Bytes.put16(b, at, (int) (bits >>> 32));
        Bytes.putU32(b, at + 2, bits);
    }

    /// Reads the six octets at `at`.
    public static MacAddress read(byte[] b, int at) {
        return new MacAddress(readBits(b, at));
    }

    /// Writes the six octets at `at`.
    public void write(byte[] b, int at) {
        writeBits(b, at, bits);
    }

    /// The Ethernet group address of a multicast address: `01:00:5e` and its low 23 bits for IPv4 (RFC 1112 §6.4),
    /// `33:33` and its
    /// low 32 bits for IPv6 (RFC 2464 §7). Addresses are two longs, IPv4 as v4-mapped.
    public static long multicastBits(long high, long low) {
        return IpAddress.isIp4(high, low)
                ? 0x0100_5e00_0000L | (low & 0x7f_ffff)
                : 0x3333_0000_0000L | (low & 0xffff_ffffL);
    }

    /// The Ethernet group address of a multicast address; see [#multicastBits].
    public static MacAddress ofMulticast(IpAddress group) {
        return new MacAddress(multicastBits(group.high(), group.low()));
    }

    /// Whether this is the broadcast address.
    public boolean isBroadcast() {
        return bits == 0xffff_ffff_ffffL;
    }

    /// Whether the group bit is set: multicast, and broadcast too.
    public boolean isMulticast() {
        return (bits & 0x0100_0000_0000L) != 0;
    }

    @Override
    public int compareTo(MacAddress other) {
        return Long.compare(bits, other.bits);
    }

    @Override
    public String toString() {
        var text = new StringBuilder(17);
        for (int shift = 40; shift >= 0; shift -= 8) {
            int octet = (int) (bits >>> shift) & 0xff;
            text.append(Character.forDigit(octet >>> 4, 16)).append(Character.forDigit(octet & 0xf, 16));
            if (shift > 0) {
                text.append(':');
            }
        }
        return text.toString();
    }
}
