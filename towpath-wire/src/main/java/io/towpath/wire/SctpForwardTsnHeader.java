package io.towpath.wire;

/// FORWARD-TSN and I-FORWARD-TSN chunks in place (RFC 3758 §3.2, RFC 8260 §2.3.1), behind [SctpChunks#check].
///
/// ```text
/// FORWARD-TSN                         I-FORWARD-TSN
/// | 0xc0 | flags | length   |  0      | 0xc2 | flags | length     |
/// | new cumulative TSN      |  4      | new cumulative TSN         |
/// | stream | SSN | …        |  8      | stream | reserved      |U| |
///                                     | message identifier | …     |
/// ```
public final class SctpForwardTsnHeader {
    /// Octets before the streams.
    public static final int LENGTH = 8;
    /// Octets of one stream of a FORWARD-TSN chunk.
    public static final int STREAM_LENGTH = 4;
    /// Octets of one stream of an I-FORWARD-TSN chunk.
    public static final int I_STREAM_LENGTH = 8;

    private SctpForwardTsnHeader() {}

    static Malformed checkStreams(int type, int length) {
        return (length - LENGTH) % streamLength(type) == 0 ? Malformed.NONE : Malformed.BAD_TOTAL_LENGTH;
    }

    private static int streamLength(int type) {
        return type == SctpChunks.FORWARD_TSN ? STREAM_LENGTH : I_STREAM_LENGTH;
    }

    /// The new cumulative TSN's 32 bits; see [Serial#unwrap].
    public static int cumulativeTsn(byte[] b, int at) {
        return Bytes.i32(b, at + 4);
    }

    /// Number of streams with a skipped message.
    public static int streams(byte[] b, int at) {
        return (SctpChunks.length(b, at) - LENGTH) / streamLength(SctpChunks.type(b, at));
    }

    /// FORWARD-TSN: stream `index`, 0 … 65535.
    public static int streamId(byte[] b, int at, int index) {
        return Bytes.u16(b, at + LENGTH + STREAM_LENGTH * index);
    }

    /// FORWARD-TSN: the largest skipped stream sequence number of stream `index`, 0 … 65535.
    public static int ssn(byte[] b, int at, int index) {
        return Bytes.u16(b, at + LENGTH + 2 + STREAM_LENGTH * index);
    }

    /// I-FORWARD-TSN: stream `index`, 0 … 65535.
    public static int iStreamId(byte[] b, int at, int index) {
        return Bytes.u16(b, at + LENGTH + I_STREAM_LENGTH * index);
    }

    /// I-FORWARD-TSN: whether entry `index` is about unordered messages.
    public static boolean iUnordered(byte[] b, int at, int index) {
        return (Bytes.u16(b, at + LENGTH + 2 + I_STREAM_LENGTH * index) & 1) != 0;
    }

    /// I-FORWARD-TSN: the largest skipped message identifier of entry `index`, 32 bits.
    public static int iMid(byte[] b, int at, int index) {
        return Bytes.i32(b, at + LENGTH + 4 + I_STREAM_LENGTH * index);
    }

    /// Writes either chunk before its streams; end it by [SctpChunks#finish].
    ///
    /// @param type [SctpChunks#FORWARD_TSN] or [SctpChunks#I_FORWARD_TSN]
    /// @return the offset after it
    public static int write(byte[] b, int at, int type, int cumulativeTsn) {
        return SctpChunks.writeWord(b, at, type, 0, cumulativeTsn);
    }

    /// Writes one stream of a FORWARD-TSN chunk.
    ///
    /// @return the offset after it
    public static int writeStream(byte[] b, int at, int streamId, int ssn) {
        Bytes.put32(b, at, streamId << 16 | (ssn & 0xffff));
        return at + STREAM_LENGTH;
    }

    /// Writes one stream of an I-FORWARD-TSN chunk.
    ///
    /// @return the offset after it
    public static int writeIStream(byte[] b, int at, int streamId, boolean unordered, int mid) {
        Bytes.put32(b, at, streamId << 16 | (unordered ? 1 : 0));
        Bytes.put32(b, at + 4, mid);
        return at + I_STREAM_LENGTH;
    }
}
