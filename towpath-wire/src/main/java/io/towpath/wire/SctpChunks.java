package io.towpath.wire;

/// The chunks of an SCTP packet, walked in place without allocating; and what all of them have in common (RFC 9260
/// §3.2).
///
/// ```text
///  0                   1                   2                   3
///  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |   Chunk Type  |  Chunk Flags  |         Chunk Length          |  0
/// |                          Chunk Value                          |  4
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// ```
///
/// The length counts these four octets and the value, not the zeros that fill the last word. A walk:
///
/// ```java
/// for (int at = first; at < end && SctpChunks.check(b, at, end) == NONE; at = SctpChunks.next(b, at, end)) { … }
/// ```
///
/// Each step is four octets at least, so a walk ends whatever the octets are. [#check] is the gate of every chunk:
/// after it no accessor of the chunk's own type can fail, here or in [SctpDataHeader], [SctpInitHeader],
/// [SctpSackHeader], [SctpForwardTsnHeader] and [SctpAuthHeader]. Parameters and error causes inside are checked on
/// their own, by [SctpParameters] and [SctpCauses].
public final class SctpChunks {
    /// Octets of a chunk without a value.
    public static final int HEAD = 4;
    /// Octets of the longest chunk.
    public static final int LENGTH_MAX = 0xffff;

    /// Payload data, RFC 9260 §3.3.1.
    public static final int DATA = 0;
    /// Initiation, RFC 9260 §3.3.2.
    public static final int INIT = 1;
    /// Initiation acknowledgement, RFC 9260 §3.3.3.
    public static final int INIT_ACK = 2;
    /// Selective acknowledgement, RFC 9260 §3.3.4.
    public static final int SACK = 3;
    /// Heartbeat request, RFC 9260 §3.3.5.
    public static final int HEARTBEAT = 4;
    /// Heartbeat acknowledgement, RFC 9260 §3.3.6.
    public static final int HEARTBEAT_ACK = 5;
    /// Abort association, RFC 9260 §3.3.7.
    public static final int ABORT = 6;
    /// Shutdown association, RFC 9260 §3.3.8.
    public static final int SHUTDOWN = 7;
    /// Shutdown acknowledgement, RFC 9260 §3.3.9.
    public static final int SHUTDOWN_ACK = 8;
    /// Operation error, RFC 9260 §3.3.10.
    public static final int ERROR = 9;
    /// Cookie echo, RFC 9260 §3.3.11.
    public static final int COOKIE_ECHO = 10;
    /// Cookie acknowledgement, RFC 9260 §3.3.12.
    public static final int COOKIE_ACK = 11;
    /// Explicit congestion notification echo, RFC 4960 Appendix A.
    public static final int ECNE = 12;
    /// Congestion window reduced, RFC 4960 Appendix A.
    public static final int CWR = 13;
    /// Shutdown complete, RFC 9260 §3.3.13.
    public static final int SHUTDOWN_COMPLETE = 14;
    /// Authentication, RFC 4895 §5.1.
    public static final int AUTH = 0x0f;
    /// SACK with non-renegable acknowledgements, an Internet draft.
    public static final int NR_SACK = 0x10;
    /// Payload data of interleaved messages, RFC 8260 §2.1.
    public static final int I_DATA = 0x40;
    /// Address configuration acknowledgement, RFC 5061 §4.1.2.
    public static final int ASCONF_ACK = 0x80;
    /// Re-configuration of streams, RFC 6525 §3.1.
    public static final int RECONFIG = 0x82;
    /// Padding, RFC 4820 §3.
    public static final int PAD = 0x84;
    /// Forward cumulative TSN, RFC 3758 §3.2.
    public static final int FORWARD_TSN = 0xc0;
    /// Address configuration change, RFC 5061 §4.1.1.
    public static final int ASCONF = 0xc1;
    /// Forward cumulative TSN of interleaved messages, RFC 8260 §2.3.1.
    public static final int I_FORWARD_TSN = 0xc2;

    /// ABORT and SHUTDOWN COMPLETE, flag: the sender had no association, so the tag is the receiver's own,
    /// reflected (RFC 9260 §8.5.1).
    public static final int T = 0x01;

    private SctpChunks() {}

    /// The gate: whether a whole chunk begins at `at` and ends, without its padding, before `end`; and whether a
    /// chunk of a known type has its fixed part and what its counts promise.
    ///
    /// [Malformed#TRUNCATED] and [Malformed#BAD_HEADER_LENGTH] make the walk end; after any other fault the next
    /// chunk can still be found.
    public static Malformed check(byte[] b, int at, int end) {
        if (end - at < HEAD) {
            return Malformed.TRUNCATED;
        }
        int length = length(b, at);
        if (length < HEAD) {
            return Malformed.BAD_HEADER_LENGTH;
        }
        if (length > end - at) {
            return Malformed.TRUNCATED;
        }
        int type = type(b, at);
        if (length < lengthMin(type)) {
            return Malformed.BAD_TOTAL_LENGTH;
        }
        return switch (type) {
            case SACK -> SctpSackHeader.checkCounts(b, at, length);
            case FORWARD_TSN, I_FORWARD_TSN -> SctpForwardTsnHeader.checkStreams(type, length);
            default -> Malformed.NONE;
        };
    }

    /// The first fault of all chunks in `at` … `end`, or [Malformed#NONE]; of none at all it is
    /// [Malformed#TRUNCATED].
    public static Malformed checkAll(byte[] b, int at, int end) {
        int next = at;
        do {
            Malformed fault = check(b, next, end);
            if (fault != Malformed.NONE) {
                return fault;
            }
            next = next(b, next, end);
        } while (next < end);
        return Malformed.NONE;
    }

    /// Octets that a chunk of this type has at least; 4 if the type is unknown.
    public static int lengthMin(int type) {
        return switch (type) {
            case DATA -> SctpDataHeader.LENGTH;
            case I_DATA -> SctpDataHeader.I_LENGTH;
            case INIT, INIT_ACK -> SctpInitHeader.LENGTH;
            case SACK -> SctpSackHeader.LENGTH;
            case SHUTDOWN, ECNE, CWR, FORWARD_TSN, I_FORWARD_TSN, ASCONF, ASCONF_ACK -> 8;
            case AUTH -> SctpAuthHeader.LENGTH;
            default -> HEAD;
        };
    }

    /// 0 … 255.
    public static int type(byte[] b, int at) {
        return Bytes.u8(b, at);
    }

    /// 0 … 255.
    public static int flags(byte[] b, int at) {
        return Bytes.u8(b, at + 1);
    }

    /// Octets of the chunk without its padding, 4 … 65535 behind the gate.
    public static int length(byte[] b, int at) {
        return Bytes.u16(b, at + 2);
    }

    /// The offset after the chunk's last octet, padding not counted.
    public static int valueEnd(byte[] b, int at) {
        return at + length(b, at);
    }

    /// Where the next chunk begins: after the padding, or at `end` if the last chunk came without it.
    public static int next(byte[] b, int at, int end) {
        return Math.min(at + padded(length(b, at)), end);
    }

    /// The length with padding: the next multiple of four.
    public static int padded(int length) {
        return length + 3 & ~3;
    }

    /// Where parameters or error causes begin, by the chunk's type; [#valueEnd] for a type that has none.
    public static int variableAt(byte[] b, int at) {
        return switch (type(b, at)) {
            case INIT, INIT_ACK -> at + SctpInitHeader.LENGTH;
            case HEARTBEAT, HEARTBEAT_ACK, ABORT, ERROR, RECONFIG -> at + HEAD;
            case ASCONF, ASCONF_ACK -> at + 8;
            default -> valueEnd(b, at);
        };
    }

    /// The TSN in the first word of the value: SHUTDOWN's cumulative TSN ack, ECNE's and CWR's lowest TSN, and the
    /// first field of DATA, I-DATA, SACK, FORWARD-TSN and I-FORWARD-TSN. See [Serial#unwrap].
    public static int tsn(byte[] b, int at) {
        return Bytes.i32(b, at + HEAD);
    }

    /// The serial number in the first word of ASCONF and ASCONF-ACK.
    public static int serial(byte[] b, int at) {
        return Bytes.i32(b, at + HEAD);
    }

    /// Whether the chunk has this flag.
    public static boolean has(byte[] b, int at, int flag) {
        return (flags(b, at) & flag) != 0;
    }

    /// What an unknown chunk type says by its highest bit. RFC 9260 §3.2: whether to skip this chunk and go on with
    /// the packet; if not, the rest of the packet is discarded with it.
    public static boolean unknownIsSkipped(int type) {
        return (type & 0x80) != 0;
    }

    /// What an unknown chunk type says by its second bit. RFC 9260 §3.2: whether to tell the sender by an ERROR
    /// chunk with the cause [SctpCauses#UNRECOGNIZED_CHUNK].
    public static boolean unknownIsReported(int type) {
        return (type & 0x40) != 0;
    }

    /// Writes the first four octets.
    ///
    /// @param length octets of the chunk without padding; 0 if [#finish] will tell
    /// @return the offset after them
    public static int writeHead(byte[] b, int at, int type, int flags, int length) {
        Bytes.put32(b, at, type << 24 | (flags & 0xff) << 16 | (length & 0xffff));
        return at + HEAD;
    }

    /// Writes a chunk whose value is one word: SHUTDOWN, ECNE, CWR; or the fixed part of ASCONF, ASCONF-ACK,
    /// FORWARD-TSN and I-FORWARD-TSN, whose length [#finish] then tells.
    ///
    /// @return the offset after it
    public static int writeWord(byte[] b, int at, int type, int flags, int word) {
        writeHead(b, at, type, flags, 8);
        Bytes.put32(b, at + HEAD, word);
        return at + 8;
    }

    /// Ends the chunk that begins at `at` and whose value ends at `valueEnd`: writes its length and fills the last
    /// word with zeros.
    ///
    /// @return where the next chunk begins
    public static int finish(byte[] b, int at, int valueEnd) {
        Bytes.put16(b, at + 2, valueEnd - at);
        return pad(b, at, valueEnd);
    }

    /// Fills with zeros until what began at `from` is a multiple of four octets.
    ///
    /// @return the offset after them
    public static int pad(byte[] b, int from, int at) {
        // RFC 9260 §3.2: the sender pads "with all zero bytes", never with more than three.
        int next = at;
        while ((next - from & 3) != 0) {
            b[next++] = 0;
        }
        return next;
    }

    /// The type's name in the notation, `INIT_ACK`; an unknown type is in hexadecimal, `0x2f`.
    public static String name(int type) {
        return switch (type) {
            case DATA -> "DATA";
            case INIT -> "INIT";
            case INIT_ACK -> "INIT_ACK";
            case SACK -> "SACK";
            case HEARTBEAT -> "HEARTBEAT";
            case HEARTBEAT_ACK -> "HEARTBEAT_ACK";
            case ABORT -> "ABORT";
            case SHUTDOWN -> "SHUTDOWN";
            case SHUTDOWN_ACK -> "SHUTDOWN_ACK";
            case ERROR -> "ERROR";
            case COOKIE_ECHO -> "COOKIE_ECHO";
            case COOKIE_ACK -> "COOKIE_ACK";
            case ECNE -> "ECNE";
            case CWR -> "CWR";
            case SHUTDOWN_COMPLETE -> "SHUTDOWN_COMPLETE";
            case AUTH -> "AUTH";
            case NR_SACK -> "NR_SACK";
            case I_DATA -> "I_DATA";
            case ASCONF_ACK -> "ASCONF_ACK";
            case RECONFIG -> "RECONFIG";
            case PAD -> "PAD";
            case FORWARD_TSN -> "FORWARD_TSN";
            case ASCONF -> "ASCONF";
            case I_FORWARD_TSN -> "I_FORWARD_TSN";
            default -> String.format("0x%02x", type);
        };
    }
}
