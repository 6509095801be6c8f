package io.towpath.wire;

import java.util.zip.CRC32C;

/// CRC32c, the checksum of SCTP (RFC 9260 Appendix A, RFC 4960 Appendix B): the Castagnoli polynomial 0x1EDC6F41,
/// reflected, begun with ones and complemented.
///
/// The CRC is a number here. On the wire SCTP sends its least significant octet first, which [SctpHeader] does. An
/// object is kept and used again so that no packet allocates. Not thread-safe: one owner.
public final class Crc32c {
    private static final byte[] ZEROS = new byte[4];

    private final CRC32C crc = new CRC32C();

    /// Ready for use.
    public Crc32c() {}

    /// The CRC of the octets `from` (inclusive) to `to` (exclusive).
    ///
    /// @throws IndexOutOfBoundsException if the range does not lie in the array
    public int of(byte[] b, int from, int to) {
        crc.reset();
        crc.update(b, from, to - from);
        return (int) crc.getValue();
    }

    /// The CRC of the octets `from` … `to`, the four at `zeroAt` taken as zero, whatever they are; nothing is
    /// copied or changed.
    ///
    /// @throws IndexOutOfBoundsException if the range does not lie in the array, or the four octets not in the
    ///     range
    public int ofWithZeros(byte[] b, int from, int to, int zeroAt) {
        crc.reset();
        crc.update(b, from, zeroAt - from);
        crc.update(ZEROS, 0, ZEROS.length);
        crc.update(b, zeroAt + ZEROS.length, to - zeroAt - ZEROS.length);
        return (int) crc.getValue();
    }
}
