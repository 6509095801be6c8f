package io.towpath.wire;

/// The parameters inside chunks, walked in place without allocating (RFC 9260 §3.2.1).
///
/// ```text
/// | Parameter Type | Parameter Length |  0
/// | Parameter Value …                 |  4
///
/// heartbeat info, cookie, random, padding    octets
/// unrecognized parameter                     a parameter
/// IPv4, IPv6 address                         4 or 16 octets
/// cookie preservative                        milliseconds, 4
/// supported address types, HMAC algorithms   16-bit numbers
/// chunk list, supported extensions           chunk types, one octet each
/// zero checksum acceptable                   error detection method, 4
/// adaptation indication                      code point, 4
/// add, delete, primary address               correlation 4, address parameter
/// error cause indication                     correlation 4, error causes
/// success indication                         correlation 4
/// ```
///
/// Those of RE-CONFIG are in [SctpReconfigParameters]. A walk goes from [SctpChunks#variableAt] to
/// [SctpChunks#valueEnd] as one over chunks does. [#check] is the gate; after it no accessor of the parameter's own
/// type can fail.
public final class SctpParameters {
    /// Octets of a parameter without a value.
    public static final int HEAD = 4;

    /// Heartbeat information, RFC 9260 §3.3.5.
    public static final int HEARTBEAT_INFO = 1;
    /// IPv4 address, RFC 9260 §3.3.2.1.
    public static final int IPV4 = 5;
    /// IPv6 address, RFC 9260 §3.3.2.1.
    public static final int IPV6 = 6;
    /// State cookie, RFC 9260 §3.3.3.1.
    public static final int STATE_COOKIE = 7;
    /// Unrecognized parameter, RFC 9260 §3.3.3.1.
    public static final int UNRECOGNIZED = 8;
    /// Cookie preservative, RFC 9260 §3.3.2.1.
    public static final int COOKIE_PRESERVATIVE = 9;
    /// Host name address, RFC 4960 §3.3.2.1; deprecated by RFC 9260.
    public static final int HOST_NAME = 11;
    /// Supported address types, RFC 9260 §3.3.2.1.
    public static final int ADDRESS_TYPES = 12;
    /// ECN capable, RFC 4960 Appendix A.
    public static final int ECN_CAPABLE = 0x8000;
    /// Zero checksum acceptable, RFC 9653.
    public static final int ZERO_CHECKSUM = 0x8001;
    /// Random, RFC 4895 §3.1.
    public static final int RANDOM = 0x8002;
    /// Chunk list, RFC 4895 §3.2.
    public static final int CHUNK_LIST = 0x8003;
    /// Requested HMAC algorithm, RFC 4895 §3.3.
    public static final int HMAC_ALGORITHMS = 0x8004;
    /// Padding, RFC 4820 §4.
    public static final int PADDING = 0x8005;
    /// Supported extensions, RFC 5061 §4.2.7.
    public static final int SUPPORTED_EXTENSIONS = 0x8008;
    /// Forward-TSN supported, RFC 3758 §3.1.
    public static final int FORWARD_TSN_SUPPORTED = 0xc000;
    /// Add IP address, RFC 5061 §4.2.1.
    public static final int ADD_ADDRESS = 0xc001;
    /// Delete IP address, RFC 5061 §4.2.2.
    public static final int DELETE_ADDRESS = 0xc002;
    /// Error cause indication, RFC 5061 §4.2.3.
    public static final int ERROR_INDICATION = 0xc003;
    /// Set primary address, RFC 5061 §4.2.4.
    public static final int SET_PRIMARY = 0xc004;
    /// Success indication, RFC 5061 §4.2.5.
    public static final int SUCCESS_INDICATION = 0xc005;
    /// Adaptation layer indication, RFC 5061 §4.2.6.
    public static final int ADAPTATION = 0xc006;

    /// Octets of an IPv4 address parameter.
    public static final int IPV4_LENGTH = 8;
    /// Octets of an IPv6 address parameter.
    public static final int IPV6_LENGTH = 20;
    /// Error detection method: SCTP over DTLS, RFC 9653.
    public static final int EDMID_DTLS = 1;

    private SctpParameters() {}

    /// The gate: whether a whole parameter begins at `at` and ends, without its padding, before `end`; and whether
    /// one of a known type has the length that its type needs.
    ///
    /// [Malformed#TRUNCATED] and [Malformed#BAD_HEADER_LENGTH] make the walk end; after [Malformed#BAD_OPTION] the
    /// next parameter can still be found.
    public static Malformed check(byte[] b, int at, int end) {
        Malformed fault = checkFrame(b, at, end);
        if (fault != Malformed.NONE) {
            return fault;
        }
        return fits(b, at, type(b, at), length(b, at)) ? Malformed.NONE : Malformed.BAD_OPTION;
    }

    /// The part of the gates of parameters and of error causes that does not depend on the type.
    static Malformed checkFrame(byte[] b, int at, int end) {
        if (end - at < HEAD) {
            return Malformed.TRUNCATED;
        }
        int length = length(b, at);
        if (length < HEAD) {
            return Malformed.BAD_HEADER_LENGTH;
        }
        return length > end - at ? Malformed.TRUNCATED : Malformed.NONE;
    }

    /// The first fault of all parameters in `at` … `end`, which may be none.
    public static Malformed checkAll(byte[] b, int at, int end) {
        for (int next = at; next < end; next = next(b, next, end)) {
            Malformed fault = check(b, next, end);
            if (fault != Malformed.NONE) {
                return fault;
            }
        }
        return Malformed.NONE;
    }

    private static boolean fits(byte[] b, int at, int type, int length) {
        return switch (type) {
            case IPV4, COOKIE_PRESERVATIVE, ZERO_CHECKSUM, ADAPTATION, SUCCESS_INDICATION -> length == 8;
            case IPV6 -> length == IPV6_LENGTH;
            case ADDRESS_TYPES, HMAC_ALGORITHMS -> (length & 1) == 0;
            case ECN_CAPABLE, FORWARD_TSN_SUPPORTED -> length == HEAD;
            case ADD_ADDRESS, DELETE_ADDRESS, SET_PRIMARY ->
                length >= 8 && isAddress(b, at + 8, at + length) && length(b, at + 8) == length - 8;
            case ERROR_INDICATION -> length >= 8;
            default -> SctpReconfigParameters.fits(type, length);
        };
    }

    /// Whether an address parameter that passes the gate begins at `at`.
    public static boolean isAddress(byte[] b, int at, int end) {
        return checkFrame(b, at, end) == Malformed.NONE
                && switch (type(b, at)) {
                    case IPV4 -> length(b, at) == IPV4_LENGTH;
                    case IPV6 -> length(b, at) == IPV6_LENGTH;
                    default -> false;
                };
    }

    /// 0 … 65535.
    public static int type(byte[] b, int at) {
        return Bytes.u16(b, at);
    }

    /// Octets of the parameter without its padding, 4 … 65535 behind the gate.
    public static int length(byte[] b, int at) {
        return Bytes.u16(b, at + 2);
    }

    /// The offset after the parameter's last octet, padding not counted.
    public static int valueEnd(byte[] b, int at) {
        return at + length(b, at);
    }

    /// Where the next parameter begins: after the padding, or at `end` if the last one came without it.
    public static int next(byte[] b, int at, int end) {
        return Math.min(at + SctpChunks.padded(length(b, at)), end);
    }

    /// What an unknown parameter type says by its highest bit. RFC 9260 §3.2.1: whether to skip this parameter and
    /// go on with the chunk; if not, no further parameter of the chunk is processed.
    public static boolean unknownIsSkipped(int type) {
        return (type & 0x8000) != 0;
    }

    /// What an unknown parameter type says by its second bit. RFC 9260 §3.2.1: whether to tell the sender, by
    /// [#UNRECOGNIZED] in an INIT ACK or by an ERROR chunk with [SctpCauses#UNRECOGNIZED_PARAMETERS].
    public static boolean unknownIsReported(int type) {
        return (type & 0x4000) != 0;
    }

    /// IPv4 and IPv6 address: the upper half; 0 for IPv4, which counts as v4-mapped.
    public static long addressHigh(byte[] b, int at) {
        return type(b, at) == IPV4 ? 0 : Bytes.i64(b, at + 4);
    }

    /// IPv4 and IPv6 address: the lower half; an IPv4 address is v4-mapped.
    public static long addressLow(byte[] b, int at) {
        return type(b, at) == IPV4 ? 0xffff_0000_0000L | Bytes.u32(b, at + 4) : Bytes.i64(b, at + 12);
    }

    /// The value of a parameter that is one word: the cookie preservative's milliseconds, the error detection
    /// method, the adaptation code point; and the correlation identifier of those of ASCONF.
    public static int word(byte[] b, int at) {
        return Bytes.i32(b, at + HEAD);
    }

    /// Add, delete and primary address: where the address parameter inside begins.
    public static int addressAt(int at) {
        return at + 8;
    }

    /// Error cause indication: where the error causes begin, which end at [#valueEnd].
    public static int causesAt(int at) {
        return at + 8;
    }

    /// Supported address types, HMAC algorithms: how many.
    public static int numbers(byte[] b, int at) {
        return (length(b, at) - HEAD) >>> 1;
    }

    /// Supported address types, HMAC algorithms: number `index`, 0 … 65535.
    public static int number(byte[] b, int at, int index) {
        return Bytes.u16(b, at + HEAD + 2 * index);
    }

    /// Supported extensions, chunk list: whether the chunk type is among them.
    public static boolean lists(byte[] b, int at, int chunkType) {
        int end = valueEnd(b, at);
        for (int next = at + HEAD; next < end; next++) {
            if (Bytes.u8(b, next) == chunkType) {
                return true;
            }
        }
        return false;
    }

    /// Writes the first four octets.
    ///
    /// @param length octets of the parameter without padding
    /// @return the offset after them
    public static int writeHead(byte[] b, int at, int type, int length) {
        Bytes.put32(b, at, type << 16 | (length & 0xffff));
        return at + HEAD;
    }

    /// Writes a parameter without a value: ECN capable, forward-TSN supported.
    ///
    /// @return the offset after it
    public static int writeBare(byte[] b, int at, int type) {
        return writeHead(b, at, type, HEAD);
    }

    /// Writes a parameter whose value is one word.
    ///
    /// @return the offset after it
    public static int writeWord(byte[] b, int at, int type, int word) {
        Bytes.put32(b, writeHead(b, at, type, 8), word);
        return at + 8;
    }

    /// Writes an address parameter, IPv4 if the two halves are v4-mapped.
    ///
    /// @return the offset after it
    public static int writeAddress(byte[] b, int at, long high, long low) {
        if (IpAddress.isIp4(high, low)) {
            return writeWord(b, at, IPV4, (int) low);
        }
        writeHead(b, at, IPV6, IPV6_LENGTH);
        Bytes.put64(b, at + 4, high);
        Bytes.put64(b, at + 12, low);
        return at + IPV6_LENGTH;
    }

    /// Writes a parameter whose value is the octets `from` … `to` of another array: a cookie, heartbeat
    /// information, a random number, an unrecognized parameter.
    ///
    /// @return the offset after it, without padding: see [SctpChunks#pad]
    public static int writeOctets(byte[] b, int at, int type, byte[] value, int from, int to) {
        System.arraycopy(value, from, b, writeHead(b, at, type, HEAD + to - from), to - from);
        return at + HEAD + to - from;
    }

    /// Writes an add, delete or set primary address parameter.
    ///
    /// @param type [#ADD_ADDRESS], [#DELETE_ADDRESS] or [#SET_PRIMARY]
    /// @param correlation echoed in the answer
    /// @return the offset after it
    public static int writeAddressChange(byte[] b, int at, int type, int correlation, long high, long low) {
        Bytes.put32(b, at + HEAD, correlation);
        int end = writeAddress(b, at + 8, high, low);
        writeHead(b, at, type, end - at);
        return end;
    }
}
