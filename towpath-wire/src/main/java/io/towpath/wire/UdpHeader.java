package io.towpath.wire;

/// The UDP header in place (RFC 768).
///
/// ```text
///  0      7 8     15 16    23 24    31
/// +--------+--------+--------+--------+
/// |   Source Port   |Destination Port |  0
/// |     Length      |    Checksum     |  4
/// +--------+--------+--------+--------+
/// ```
///
/// [#check] is the gate; after it no accessor can fail.
public final class UdpHeader {
    /// Octets.
    public static final int LENGTH = 8;

    /// Where the checksum is, from the beginning of the header.
    public static final int CHECKSUM = 6;

    private UdpHeader() {}

    /// The gate: the whole datagram, by its own length field, lies in `at` … `end`. Octets behind its length belong
    /// to nobody.
    public static Malformed check(byte[] b, int at, int end) {
        if (end - at < LENGTH) {
            return Malformed.TRUNCATED;
        }
        int length = length(b, at);
        if (length < LENGTH) {
            return Malformed.BAD_TOTAL_LENGTH;
        }
        return length > end - at ? Malformed.TRUNCATED : Malformed.NONE;
    }

    /// Whether the datagram, of [#length] octets, carries the right checksum. A zero field is not looked at here:
    /// it means "none" on IPv4 and is forbidden on IPv6 (RFC 8200 §8.1), which the engine decides by [#checksum].
    ///
    /// @param pseudo the partial sum of the pseudo-header, with the length of the header's own field
    public static boolean checksumOk(byte[] b, int at, long pseudo) {
        return InternetChecksum.fold(InternetChecksum.add(pseudo, b, at, at + length(b, at))) == 0xffff;
    }

    /// 0 … 65535; 0 means that no reply is wanted.
    public static int sourcePort(byte[] b, int at) {
        return Bytes.u16(b, at);
    }

    /// 0 … 65535.
    public static int destinationPort(byte[] b, int at) {
        return Bytes.u16(b, at + 2);
    }

    /// Octets of header and data, 8 … 65535 behind the gate.
    public static int length(byte[] b, int at) {
        return Bytes.u16(b, at + 4);
    }

    /// 0 … 65535; 0 means that the sender computed none.
    public static int checksum(byte[] b, int at) {
        return Bytes.u16(b, at + CHECKSUM);
    }

    /// Writes the header with a zero checksum.
    ///
    /// @param length octets of header and data, 8 … 65535
    public static void write(byte[] b, int at, int sourcePort, int destinationPort, int length) {
        Bytes.put32(b, at, sourcePort << 16 | (destinationPort & 0xffff));
        Bytes.put32(b, at + 4, length << 16);
    }

    /// Computes and writes the checksum of the datagram of [#length] octets.
    ///
    /// @param pseudo the partial sum of the pseudo-header
    public static void writeChecksum(byte[] b, int at, long pseudo) {
        Bytes.put16(b, at + CHECKSUM, 0);
        setChecksum(b, at, InternetChecksum.finish(InternetChecksum.add(pseudo, b, at, at + length(b, at))));
    }

    /// Writes a computed checksum; a zero goes out as 0xffff, because zero means "none" (RFC 768).
    public static void setChecksum(byte[] b, int at, int checksum) {
        Bytes.put16(b, at + CHECKSUM, checksum == 0 ? 0xffff : checksum);
    }
}
