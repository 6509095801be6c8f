package io.towpath.wire;

/// The error causes inside ABORT and ERROR chunks, walked in place without allocating (RFC 9260 §3.3.10).
///
/// ```text
/// | Cause Code | Cause Length |  0
/// | Cause-Specific Information |  4
///
///  1 invalid stream          stream 2, reserved 2     7 invalid mandatory parameter
///  2 missing parameters      count 4, types 2 each    8 unrecognized parameters  parameters
///  3 stale cookie            microseconds 4           9 no user data             TSN 4
///  4 out of resource                                 10 cookie while shutting down
///  5 unresolvable address    parameter               11 restart with new addresses  parameters
///  6 unrecognized chunk      chunk                   12 user-initiated abort     octets
///                                                    13 protocol violation       octets
/// ```
///
/// [#check] is the gate; after it no accessor of the cause's own code can fail.
public final class SctpCauses {
    /// Octets of a cause without information.
    public static final int HEAD = 4;

    /// Invalid stream identifier, RFC 9260 §3.3.10.1.
    public static final int INVALID_STREAM = 1;
    /// Missing mandatory parameter, RFC 9260 §3.3.10.2.
    public static final int MISSING_PARAMETER = 2;
    /// Stale cookie, RFC 9260 §3.3.10.3.
    public static final int STALE_COOKIE = 3;
    /// Out of resource, RFC 9260 §3.3.10.4.
    public static final int OUT_OF_RESOURCE = 4;
    /// Unresolvable address, RFC 9260 §3.3.10.5.
    public static final int UNRESOLVABLE_ADDRESS = 5;
    /// Unrecognized chunk type, RFC 9260 §3.3.10.6.
    public static final int UNRECOGNIZED_CHUNK = 6;
    /// Invalid mandatory parameter, RFC 9260 §3.3.10.7.
    public static final int INVALID_MANDATORY_PARAMETER = 7;
    /// Unrecognized parameters, RFC 9260 §3.3.10.8.
    public static final int UNRECOGNIZED_PARAMETERS = 8;
    /// No user data, RFC 9260 §3.3.10.9.
    public static final int NO_USER_DATA = 9;
    /// Cookie received while shutting down, RFC 9260 §3.3.10.10.
    public static final int COOKIE_WHILE_SHUTTING_DOWN = 10;
    /// Restart of an association with new addresses, RFC 9260 §3.3.10.11.
    public static final int RESTART_WITH_NEW_ADDRESSES = 11;
    /// User-initiated abort, RFC 9260 §3.3.10.12.
    public static final int USER_ABORT = 12;
    /// Protocol violation, RFC 9260 §3.3.10.13.
    public static final int PROTOCOL_VIOLATION = 13;
    /// Request to delete the last remaining IP address, RFC 5061 §4.3.
    public static final int DELETE_LAST_ADDRESS = 0xa0;
    /// Operation refused due to resource shortage, RFC 5061 §4.3.
    public static final int RESOURCE_SHORTAGE = 0xa1;
    /// Request to delete the source IP address, RFC 5061 §4.3.
    public static final int DELETE_SOURCE_ADDRESS = 0xa2;
    /// Association aborted due to an illegal ASCONF-ACK, RFC 5061 §4.3.
    public static final int ILLEGAL_ASCONF_ACK = 0xa3;
    /// Request refused, no authorization, RFC 5061 §4.3.
    public static final int NO_AUTHORIZATION = 0xa4;
    /// Unsupported HMAC identifier, RFC 4895 §4.1.
    public static final int UNSUPPORTED_HMAC = 0x105;

    private SctpCauses() {}

    /// The gate: whether a whole cause begins at `at` and ends, without its padding, before `end`; and whether one
    /// of a known code has the length that its code needs.
    ///
    /// [Malformed#TRUNCATED] and [Malformed#BAD_HEADER_LENGTH] make the walk end; after [Malformed#BAD_OPTION] the
    /// next cause can still be found.
    public static Malformed check(byte[] b, int at, int end) {
        Malformed fault = SctpParameters.checkFrame(b, at, end);
        if (fault != Malformed.NONE) {
            return fault;
        }
        int length = length(b, at);
        boolean fits = switch (code(b, at)) {
            case INVALID_STREAM, STALE_COOKIE, NO_USER_DATA -> length == 8;
            case MISSING_PARAMETER -> length >= 8 && (length & 1) == 0 && missingFits(b, at, length);
            case UNSUPPORTED_HMAC -> length == 6;
            default -> true;
        };
        return fits ? Malformed.NONE : Malformed.BAD_OPTION;
    }

    private static boolean missingFits(byte[] b, int at, int length) {
        return Bytes.u32(b, at + HEAD) == (length - 8) >>> 1;
    }

    /// 0 … 65535.
    public static int code(byte[] b, int at) {
        return Bytes.u16(b, at);
    }

    /// Octets of the cause without its padding, 4 … 65535 behind the gate.
    public static int length(byte[] b, int at) {
        return Bytes.u16(b, at + 2);
    }

    /// The offset after the cause's last octet, padding not counted.
    public static int valueEnd(byte[] b, int at) {
        return at + length(b, at);
    }

    /// Where the next cause begins: after the padding, or at `end` if the last one came without it.
    public static int next(byte[] b, int at, int end) {
        return Math.min(at + SctpChunks.padded(length(b, at)), end);
    }

    /// Whether a cause of this code that passes the gate is in `at` … `end`.
    public static boolean has(byte[] b, int at, int end, int code) {
        for (int next = at; next < end; next = next(b, next, end)) {
            Malformed fault = check(b, next, end);
            if (fault == Malformed.NONE && code(b, next) == code) {
                return true;
            }
            if (fault != Malformed.NONE && fault != Malformed.BAD_OPTION) {
                return false;
            }
        }
        return false;
    }

    /// Invalid stream identifier, unsupported HMAC identifier: 0 … 65535.
    public static int identifier(byte[] b, int at) {
        return Bytes.u16(b, at + HEAD);
    }

    /// Stale cookie's microseconds past the lifetime, no user data's TSN: 32 bits.
    public static int word(byte[] b, int at) {
        return Bytes.i32(b, at + HEAD);
    }

    /// Missing mandatory parameter: how many types follow.
    public static int missing(byte[] b, int at) {
        return (length(b, at) - 8) >>> 1;
    }

    /// Missing mandatory parameter: type `index`, 0 … 65535.
    public static int missingType(byte[] b, int at, int index) {
        return Bytes.u16(b, at + 8 + 2 * index);
    }

    /// Writes a cause without information.
    ///
    /// @return the offset after it
    public static int writeBare(byte[] b, int at, int code) {
        return SctpParameters.writeBare(b, at, code);
    }

    /// Writes an invalid stream identifier cause.
    ///
    /// @return the offset after it
    public static int writeInvalidStream(byte[] b, int at, int stream) {
        return SctpParameters.writeWord(b, at, INVALID_STREAM, stream << 16);
    }

    /// Writes a missing mandatory parameter cause with one type.
    ///
    /// @return the offset after it, not padded: see [SctpChunks#pad]
    public static int writeMissing(byte[] b, int at, int parameterType) {
        SctpParameters.writeHead(b, at, MISSING_PARAMETER, 10);
        Bytes.put32(b, at + 4, 1);
        Bytes.put16(b, at + 8, parameterType);
        return at + 10;
    }

    /// Writes a cause whose information is one word: stale cookie, no user data.
    ///
    /// @return the offset after it
    public static int writeWord(byte[] b, int at, int code, int word) {
        return SctpParameters.writeWord(b, at, code, word);
    }

    /// Writes an unsupported HMAC identifier cause.
    ///
    /// @return the offset after it, not padded: see [SctpChunks#pad]
    public static int writeUnsupportedHmac(byte[] b, int at, int hmacId) {
        Bytes.put16(b, SctpParameters.writeHead(b, at, UNSUPPORTED_HMAC, 6), hmacId);
        return at + 6;
    }

    /// Writes a cause whose information is the octets `from` … `to` of another array: a chunk, parameters, a
    /// reason.
    ///
    /// @return the offset after it, not padded: see [SctpChunks#pad]
    public static int writeOctets(byte[] b, int at, int code, byte[] value, int from, int to) {
        return SctpParameters.writeOctets(b, at, code, value, from, to);
    }
}
