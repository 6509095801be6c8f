package io.towpath.wire;

/// The TCP header in place (RFC 9293 §3.1).
///
/// ```text
///  0                   1                   2                   3
///  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |          Source Port          |       Destination Port        |  0
/// |                        Sequence Number                        |  4
/// |                    Acknowledgment Number                      |  8
/// |  Data |     |A|C|E|U|A|P|R|S|F|                               |
/// | Offset|Rsrvd|E|W|C|R|C|S|S|Y|I|            Window             | 12
/// |       |     | |R|E|G|K|H|T|N|N|                               |
/// |           Checksum            |         Urgent Pointer        | 16
/// |                           [Options]                           | 20
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// ```
///
/// [#check] is the gate; after it no accessor can fail. The checksum is a separate question ([#checksumOk]) because
/// a link may have answered it already.
public final class TcpHeader {
    /// Octets of a header without options.
    public static final int LENGTH = 20;
    /// Octets of the longest header: the Data Offset has four bits.
    public static final int LENGTH_MAX = 60;
    /// Octets of options at most.
    public static final int OPTIONS_MAX = LENGTH_MAX - LENGTH;

    /// No more data from the sender.
    public static final int FIN = 0x001;
    /// Synchronise sequence numbers.
    public static final int SYN = 0x002;
    /// Reset the connection.
    public static final int RST = 0x004;
    /// Push.
    public static final int PSH = 0x008;
    /// The acknowledgment field is significant.
    public static final int ACK = 0x010;
    /// The urgent pointer is significant.
    public static final int URG = 0x020;
    /// ECN echo (RFC 3168 §6.1).
    public static final int ECE = 0x040;
    /// Congestion window reduced (RFC 3168 §6.1).
    public static final int CWR = 0x080;
    /// Accurate ECN (RFC 9768), once the nonce sum bit.
    public static final int AE = 0x100;
    /// All flags that have a meaning.
    public static final int FLAGS = 0x1ff;

    private static final int CHECKSUM = 16;

    private TcpHeader() {}

    /// The gate: whether a whole header, with its options, lies in `at` … `end`. Options themselves are
    /// [TcpOptions]'s matter.
    public static Malformed check(byte[] b, int at, int end) {
        if (end - at < LENGTH) {
            return Malformed.TRUNCATED;
        }
        int length = dataOffset(b, at);
        if (length < LENGTH) {
            return Malformed.BAD_HEADER_LENGTH;
        }
        return length > end - at ? Malformed.TRUNCATED : Malformed.NONE;
    }

    /// Whether header and data, `at` … `end`, carry the right checksum.
    ///
    /// @param pseudo the partial sum of the pseudo-header, from [InternetChecksum#pseudo]
    public static boolean checksumOk(byte[] b, int at, int end, long pseudo) {
        return InternetChecksum.fold(InternetChecksum.add(pseudo, b, at, end)) == 0xffff;
    }

    /// 0 … 65535.
    public static int sourcePort(byte[] b, int at) {
        return Bytes.u16(b, at);
    }

    /// 0 … 65535.
    public static int destinationPort(byte[] b, int at) {
        return Bytes.u16(b, at + 2);
    }

    /// The sequence number's 32 bits; see [Serial#unwrap].
    public static int sequence(byte[] b, int at) {
        return Bytes.i32(b, at + 4);
    }

    /// The acknowledgment number's 32 bits; of meaning only with [#ACK].
    public static int acknowledgment(byte[] b, int at) {
        return Bytes.i32(b, at + 8);
    }

    /// Octets of the header with its options, 20 … 60 behind the gate.
    public static int dataOffset(byte[] b, int at) {
        return (b[at + 12] & 0xf0) >>> 2;
    }

    /// Says where the data begins.
    ///
    /// @param length of the header with its options, a multiple of 4, 20 to 60
    public static void setDataOffset(byte[] b, int at, int length) {
        Bytes.put8(b, at + 12, length >> 2 << 4 | b[at + 12] & 0xf);
    }

    /// The flags, any of [#FLAGS].
    public static int flags(byte[] b, int at) {
        return Bytes.u16(b, at + 12) & FLAGS;
    }

    /// The window as it is on the wire, 0 … 65535, not scaled.
    public static int window(byte[] b, int at) {
        return Bytes.u16(b, at + 14);
    }

    /// 0 … 65535.
    public static int checksum(byte[] b, int at) {
        return Bytes.u16(b, at + CHECKSUM);
    }

    /// The urgent pointer, an offset from the sequence number; of meaning only with [#URG].
    public static int urgentPointer(byte[] b, int at) {
        return Bytes.u16(b, at + 18);
    }

    /// Writes the first twenty octets, checksum zero. Options, if `headerLength` is more than 20, are the caller's
    /// to write.
    ///
    /// @param headerLength octets with options, a multiple of 4 in 20 … 60
    /// @param flags any of [#FLAGS]
    /// @param window as on the wire, 0 … 65535
    public static void write(
            byte[] b,
            int at,
            int sourcePort,
            int destinationPort,
            int sequence,
            int acknowledgment,
            int headerLength,
            int flags,
            int window,
            int urgentPointer) {
        Bytes.put16(b, at, sourcePort);
        Bytes.put16(b, at + 2, destinationPort);
        Bytes.put32(b, at + 4, sequence);
        Bytes.put32(b, at + 8, acknowledgment);
        Bytes.put16(b, at + 12, headerLength << 10 | (flags & FLAGS));
        Bytes.put16(b, at + 14, window);
        Bytes.put32(b, at + CHECKSUM, urgentPointer & 0xffff);
    }

    /// Writes the sequence number.
    public static void setSequence(byte[] b, int at, int sequence) {
        Bytes.put32(b, at + 4, sequence);
    }

    /// Writes the flags, any of [#FLAGS], in place of those that are there.
    public static void setFlags(byte[] b, int at, int flags) {
        Bytes.put16(b, at + 12, Bytes.u16(b, at + 12) & ~FLAGS | flags & FLAGS);
    }

    /// Writes the checksum field as given.
    public static void setChecksum(byte[] b, int at, int checksum) {
        Bytes.put16(b, at + CHECKSUM, checksum);
    }

    /// Computes and writes the checksum of header and data, `at` … `end`.
    ///
    /// @param pseudo the partial sum of the pseudo-header
    public static void writeChecksum(byte[] b, int at, int end, long pseudo) {
        setChecksum(b, at, 0);
        setChecksum(b, at, InternetChecksum.finish(InternetChecksum.add(pseudo, b, at, end)));
    }

    /// The flags as letters in tcpdump's order, `S.` or `FP.`; `-` for none. `E`, `W` and `A` are ECE, CWR and AE.
    public static String flagsText(int flags) {
        if ((flags & FLAGS) == 0) {
            return "-";
        }
        var text = new StringBuilder(9);
        String letters = "FSRP.UEWA";
        for (int bit = 0; bit < letters.length(); bit++) {
            if ((flags & 1 << bit) != 0) {
                text.append(letters.charAt(bit));
            }
        }
        return text.toString();
    }
}
