package io.towpath.wire;

/// SACK chunks in place (RFC 9260 §3.3.4), behind [SctpChunks#check].
///
/// ```text
/// | 3 | flags | length                       |  0
/// | cumulative TSN ack                       |  4
/// | advertised receiver window credit        |  8
/// | gap ack blocks = N   | duplicates = X    | 12
/// | gap start | gap end | … N times          | 16
/// | duplicate TSN | … X times                | 16 + 4 N
/// ```
///
/// The gate holds the counts against the length, so blocks and duplicates below the counts can be read. Order and
/// place of the blocks are the engine's to judge.
public final class SctpSackHeader {
    /// Octets before the blocks.
    public static final int LENGTH = 16;
    /// Gap blocks and duplicates together that the longest chunk has room for.
    public static final int ENTRIES_MAX = (SctpChunks.LENGTH_MAX - LENGTH) / 4;

    private SctpSackHeader() {}

    static Malformed checkCounts(byte[] b, int at, int length) {
        return LENGTH + 4 * (gaps(b, at) + duplicates(b, at)) > length ? Malformed.BAD_FIELD : Malformed.NONE;
    }

    /// The cumulative TSN ack's 32 bits; see [Serial#unwrap].
    public static int cumulativeTsn(byte[] b, int at) {
        return Bytes.i32(b, at + 4);
    }

    /// The advertised receiver window credit in octets, 0 … 2^32 − 1.
    public static long rwnd(byte[] b, int at) {
        return Bytes.u32(b, at + 8);
    }

    /// Number of gap ack blocks.
    public static int gaps(byte[] b, int at) {
        return Bytes.u16(b, at + 12);
    }

    /// Number of duplicate TSNs.
    public static int duplicates(byte[] b, int at) {
        return Bytes.u16(b, at + 14);
    }

    /// The first TSN of gap ack block `index`, as an offset from the cumulative TSN ack, 0 … 65535.
    public static int gapStart(byte[] b, int at, int index) {
        return Bytes.u16(b, at + LENGTH + 4 * index);
    }

    /// The last TSN of gap ack block `index`, as an offset from the cumulative TSN ack, 0 … 65535.
    public static int gapEnd(byte[] b, int at, int index) {
        return Bytes.u16(b, at + LENGTH + 2 + 4 * index);
    }

    /// Duplicate TSN `index`, 32 bits.
    public static int duplicate(byte[] b, int at, int index) {
        return Bytes.i32(b, at + LENGTH + 4 * (gaps(b, at) + index));
    }

    /// Writes the chunk before its blocks: `gaps` of them, then `duplicates` TSNs, are the caller's to write by
    /// [#writeGap] and [#writeDuplicate].
    ///
    /// @param rwnd octets, 0 … 2^32 − 1
    /// @return the offset after it
    public static int write(byte[] b, int at, int cumulativeTsn, long rwnd, int gaps, int duplicates) {
        SctpChunks.writeHead(b, at, SctpChunks.SACK, 0, LENGTH + 4 * (gaps + duplicates));
        Bytes.put32(b, at + 4, cumulativeTsn);
        Bytes.putU32(b, at + 8, rwnd);
        Bytes.put32(b, at + 12, gaps << 16 | (duplicates & 0xffff));
        return at + LENGTH;
    }

    /// Writes one gap ack block.
    ///
    /// @param start the first TSN of it, as an offset from the cumulative TSN ack
    /// @param end the last TSN of it, likewise
    /// @return the offset after it
    public static int writeGap(byte[] b, int at, int start, int end) {
        Bytes.put32(b, at, start << 16 | (end & 0xffff));
        return at + 4;
    }

    /// Writes one duplicate TSN.
    ///
    /// @return the offset after it
    public static int writeDuplicate(byte[] b, int at, int tsn) {
        Bytes.put32(b, at, tsn);
        return at + 4;
    }
}
