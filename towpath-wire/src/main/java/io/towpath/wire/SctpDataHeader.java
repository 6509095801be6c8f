package io.towpath.wire;

/// DATA and I-DATA chunks in place (RFC 9260 §3.3.1, RFC 8260 §2.1), behind [SctpChunks#check].
///
/// ```text
/// DATA                                I-DATA
/// | 0    |Rs|I|U|B|E| length |  0     | 0x40 |Rs|I|U|B|E| length |
/// | TSN                      |  4     | TSN                      |
/// | stream      | SSN        |  8     | stream      | reserved   |
/// | payload protocol id      | 12     | message identifier       |
/// | user data …              | 16     | PPID (B) or FSN          |
///                              20     | user data …              |
/// ```
///
/// User data ends at [SctpChunks#valueEnd]. A chunk without any passes the gate: what to do with it is the engine's
/// (RFC 9260 §6.2: an ABORT with the cause "No User Data").
public final class SctpDataHeader {
    /// Octets of a DATA chunk before the user data.
    public static final int LENGTH = 16;
    /// Octets of an I-DATA chunk before the user data.
    public static final int I_LENGTH = 20;

    /// Flag: the last fragment of a message.
    public static final int E = 0x01;
    /// Flag: the first fragment of a message.
    public static final int B = 0x02;
    /// Flag: unordered.
    public static final int U = 0x04;
    /// Flag: the sender asks for an immediate SACK (RFC 7053, now RFC 9260 §3.3.1).
    public static final int I = 0x08;

    private SctpDataHeader() {}

    /// The TSN's 32 bits; see [Serial#unwrap].
    public static int tsn(byte[] b, int at) {
        return Bytes.i32(b, at + 4);
    }

    /// The stream, 0 … 65535.
    public static int streamId(byte[] b, int at) {
        return Bytes.u16(b, at + 8);
    }

    /// DATA: the stream sequence number, 0 … 65535; of no meaning with [#U].
    public static int ssn(byte[] b, int at) {
        return Bytes.u16(b, at + 10);
    }

    /// DATA: the payload protocol identifier's 32 bits.
    public static int ppid(byte[] b, int at) {
        return Bytes.i32(b, at + 12);
    }

    /// I-DATA: the message identifier's 32 bits.
    public static int mid(byte[] b, int at) {
        return Bytes.i32(b, at + 12);
    }

    /// I-DATA: the payload protocol identifier's 32 bits with [#B]; without it the fragment sequence number, which
    /// the first fragment, having number 0, need not carry.
    public static int ppidOrFsn(byte[] b, int at) {
        return Bytes.i32(b, at + 16);
    }

    /// Writes a DATA chunk before its user data.
    ///
    /// @param flags any of [#E], [#B], [#U], [#I]
    /// @param dataLength octets of user data
    /// @return where the user data goes; pad it by [SctpChunks#pad]
    public static int write(byte[] b, int at, int flags, int tsn, int streamId, int ssn, int ppid, int dataLength) {
        SctpChunks.writeHead(b, at, SctpChunks.DATA, flags, LENGTH + dataLength);
        Bytes.put32(b, at + 4, tsn);
        Bytes.put32(b, at + 8, streamId << 16 | (ssn & 0xffff));
        Bytes.put32(b, at + 12, ppid);
        return at + LENGTH;
    }

    /// Writes an I-DATA chunk before its user data.
    ///
    /// @param flags any of [#E], [#B], [#U], [#I]
    /// @param ppidOrFsn the payload protocol identifier with [#B], else the fragment sequence number
    /// @param dataLength octets of user data
    /// @return where the user data goes; pad it by [SctpChunks#pad]
    public static int writeI(
            byte[] b, int at, int flags, int tsn, int streamId, int mid, int ppidOrFsn, int dataLength) {
        SctpChunks.writeHead(b, at, SctpChunks.I_DATA, flags, I_LENGTH + dataLength);
        Bytes.put32(b, at + 4, tsn);
        Bytes.put32(b, at + 8, streamId << 16);
        Bytes.put32(b, at + 12, mid);
        Bytes.put32(b, at + 16, ppidOrFsn);
        return at + I_LENGTH;
    }
}
