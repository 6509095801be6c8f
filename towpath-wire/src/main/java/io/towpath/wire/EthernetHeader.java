package io.towpath.wire;

/// The Ethernet II header in place (RFC 894, RFC 2464).
///
/// ```text
/// +--------------------+---------------+-----------+
/// | Destination (6)  0 | Source (6)  6 | Type   12 |
/// +--------------------+---------------+-----------+
/// ```
///
/// [#check] is the gate; after it no accessor can fail.
public final class EthernetHeader {
    /// Octets.
    public static final int LENGTH = 14;

    private EthernetHeader() {}

    /// The gate: the header lies in `at` … `end`.
    public static Malformed check(byte[] b, int at, int end) {
        return end - at < LENGTH ? Malformed.TRUNCATED : Malformed.NONE;
    }

    /// The destination address as a 48-bit number; see [MacAddress].
    public static long destination(byte[] b, int at) {
        return MacAddress.readBits(b, at);
    }

    /// The source address as a 48-bit number; see [MacAddress].
    public static long source(byte[] b, int at) {
        return MacAddress.readBits(b, at + 6);
    }

    /// One of [EtherType]; below 1536 it is an IEEE 802.3 length.
    public static int type(byte[] b, int at) {
        return Bytes.u16(b, at + 12);
    }

    /// Whether the frame is for everybody or for a group.
    public static boolean isGroup(byte[] b, int at) {
        return (b[at] & 1) != 0;
    }

    /// Writes the header; addresses are 48-bit numbers.
    public static void write(byte[] b, int at, long destination, long source, int type) {
        MacAddress.writeBits(b, at, destination);
        MacAddress.writeBits(b, at + 6, source);
        Bytes.put16(b, at + 12, type);
    }
}
