package io.towpath.wire;

/// The SCTP common header in place (RFC 9260 §3.1).
///
/// ```text
///  0                   1                   2                   3
///  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |      Source Port Number       |    Destination Port Number    |  0
/// |                       Verification Tag                        |  4
/// |                           Checksum                            |  8
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// ```
///
/// Chunks follow: see [SctpChunks]. [#check] is the gate; after it no accessor can fail. There is no pseudo-header:
/// the checksum covers the SCTP packet alone.
public final class SctpHeader {
    /// Octets.
    public static final int LENGTH = 12;
    /// The UDP port of SCTP encapsulated in UDP (RFC 6951 §5.1).
    public static final int UDP_PORT = 9899;

    private static final int CHECKSUM = 8;

    private SctpHeader() {}

    /// The gate: whether a whole common header lies in `at` … `end`. Chunks have their own, [SctpChunks#check].
    public static Malformed check(byte[] b, int at, int end) {
        return end - at < LENGTH ? Malformed.TRUNCATED : Malformed.NONE;
    }

    /// Whether the packet `at` … `end` carries the right CRC32c. A zero field, which some packets may have by RFC
    /// 9653, is not looked at here: the engine decides by [#checksum].
    ///
    /// @param crc the caller's own
    public static boolean checksumOk(byte[] b, int at, int end, Crc32c crc) {
        return computed(b, at, end, crc) == checksum(b, at);
    }

    /// 0 … 65535.
    public static int sourcePort(byte[] b, int at) {
        return Bytes.u16(b, at);
    }

    /// 0 … 65535.
    public static int destinationPort(byte[] b, int at) {
        return Bytes.u16(b, at + 2);
    }

    /// The verification tag's 32 bits; 0 in a packet with an INIT (RFC 9260 §8.5.1).
    public static int verificationTag(byte[] b, int at) {
        return Bytes.i32(b, at + 4);
    }

    /// The checksum field's 32 bits as they stand in the packet.
    public static int checksum(byte[] b, int at) {
        return Bytes.i32(b, at + CHECKSUM);
    }

    /// Writes the header with a zero checksum.
    public static void write(byte[] b, int at, int sourcePort, int destinationPort, int verificationTag) {
        Bytes.put32(b, at, sourcePort << 16 | (destinationPort & 0xffff));
        Bytes.put32(b, at + 4, verificationTag);
        Bytes.put32(b, at + CHECKSUM, 0);
    }

    /// Computes and writes the checksum of header and chunks, `at` … `end`.
    ///
    /// @param crc the caller's own
    public static void writeChecksum(byte[] b, int at, int end, Crc32c crc) {
        Bytes.put32(b, at + CHECKSUM, computed(b, at, end, crc));
    }

    /// RFC 4960 Appendix B: x^31 … x^24 are byte 0's bits in mirrored order; a reflected CRC is therefore sent with
    /// its least significant octet first.
    private static int computed(byte[] b, int at, int end, Crc32c crc) {
        return Integer.reverseBytes(crc.ofWithZeros(b, at, end, at + CHECKSUM));
    }
}
