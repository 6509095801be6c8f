package io.towpath.wire;

/// INIT and INIT ACK chunks in place (RFC 9260 §3.3.2, §3.3.3), behind [SctpChunks#check].
///
/// ```text
/// | 1 or 2 | flags | length                |  0
/// | initiate tag                           |  4
/// | advertised receiver window credit      |  8
/// | outbound streams | inbound streams     | 12
/// | initial TSN                            | 16
/// | parameters …                           | 20
/// ```
///
/// Values that the RFC forbids (tag 0, no streams) pass the gate, because the answer to them is the engine's.
public final class SctpInitHeader {
    /// Octets before the parameters.
    public static final int LENGTH = 20;
    /// The smallest receiver window that an endpoint may announce here (RFC 9260 §6), octets.
    public static final int RWND_MIN = 1500;

    private SctpInitHeader() {}

    /// The tag that the receiver puts into its packets, 32 bits.
    public static int initiateTag(byte[] b, int at) {
        return Bytes.i32(b, at + 4);
    }

    /// The advertised receiver window credit in octets, 0 … 2^32 − 1.
    public static long rwnd(byte[] b, int at) {
        return Bytes.u32(b, at + 8);
    }

    /// Streams that the sender wants to send on, 0 … 65535.
    public static int outboundStreams(byte[] b, int at) {
        return Bytes.u16(b, at + 12);
    }

    /// Streams that the sender is willing to receive on, 0 … 65535.
    public static int inboundStreams(byte[] b, int at) {
        return Bytes.u16(b, at + 14);
    }

    /// The sender's initial TSN, 32 bits.
    public static int initialTsn(byte[] b, int at) {
        return Bytes.i32(b, at + 16);
    }

    /// Writes the chunk without parameters; with them, end it by [SctpChunks#finish].
    ///
    /// @param type [SctpChunks#INIT] or [SctpChunks#INIT_ACK]
    /// @param rwnd octets, 0 … 2^32 − 1
    /// @return the offset after it, where parameters go
    public static int write(
            byte[] b, int at, int type, int tag, long rwnd, int outboundStreams, int inboundStreams, int initialTsn) {
        SctpChunks.writeHead(b, at, type, 0, LENGTH);
        Bytes.put32(b, at + 4, tag);
        Bytes.putU32(b, at + 8, rwnd);
        Bytes.put32(b, at + 12, outboundStreams << 16 | (inboundStreams & 0xffff));
        Bytes.put32(b, at + 16, initialTsn);
        return at + LENGTH;
    }
}
