package io.towpath.wire;

/// The TCP options that the engine acts on, read into one reusable object without allocating; and their writers.
///
/// ```text
/// 0 end of list   RFC 9293 §3.2    5 SACK            RFC 2018 §3   len 2+8n
/// 1 no operation  RFC 9293 §3.2    8 timestamps      RFC 7323 §3   len 10
/// 2 MSS           RFC 9293 §3.2  len 4
/// 3 window scale  RFC 7323 §2    len 3     19 MD5 signature  RFC 2385 §3.0  len 18
/// 4 SACK permitted  RFC 2018 §2  len 2     28 user timeout  RFC 5482 §3.3  len 4
/// 29 authentication  RFC 5925 §2.2  len 4 and more
/// 172, 174 Accurate ECN  RFC 9768 §3.2.3  len 2, 5, 8, 11
/// 34 Fast Open cookie  RFC 7413 §4.1.1  len 2, 6 to 18; 254 with 0xf989 in front means the same
/// ```
///
/// Unknown kinds are skipped by their length. Fields are valid until the next [#parse]. Not thread-safe: one owner.
public final class TcpOptions {
    /// End of option list.
    public static final int END = 0;
    /// No operation.
    public static final int NOP = 1;
    /// Maximum segment size.
    public static final int MSS = 2;
    /// Window scale.
    public static final int WINDOW_SCALE = 3;
    /// SACK permitted.
    public static final int SACK_PERMITTED = 4;
    /// SACK blocks.
    public static final int SACK = 5;
    /// Timestamps.
    public static final int TIMESTAMPS = 8;
    /// MD5 signature, RFC 2385.
    public static final int MD5 = 19;
    /// User timeout, RFC 5482.
    public static final int USER_TIMEOUT = 28;
    /// Authentication option, RFC 5925.
    public static final int AUTHENTICATION = 29;
    /// Fast Open cookie, RFC 7413.
    public static final int FAST_OPEN = 34;
    /// Accurate ECN with the byte counters in order 0, RFC 9768.
    public static final int ACC_ECN_0 = 172;
    /// Accurate ECN with the byte counters in order 1, RFC 9768.
    public static final int ACC_ECN_1 = 174;
    /// Experimental, RFC 3692 style with an RFC 6994 identifier.
    public static final int EXPERIMENT_1 = 253;
    /// Experimental, RFC 3692 style with an RFC 6994 identifier.
    public static final int EXPERIMENT_2 = 254;

    /// RFC 6994 identifier of Fast Open in an experimental option, which was used before RFC 7413 had its number.
    public static final int FAST_OPEN_ID = 0xf989;
    /// Octets of the smallest Fast Open cookie.
    public static final int FAST_OPEN_MIN = 4;
    /// Octets of the largest Fast Open cookie.
    public static final int FAST_OPEN_MAX = 16;

    /// Blocks that fit into one header at most: (40 − 2) / 8.
    public static final int SACK_BLOCKS_MAX = 4;
    /// Octets of the timestamps option without padding.
    public static final int TIMESTAMPS_LENGTH = 10;
    /// Octets of the MD5 signature option without padding.
    public static final int MD5_LENGTH = 18;
    /// Octets of an authentication option with a code of 96 bits (RFC 5926).
    public static final int AUTHENTICATION_LENGTH = 16;

    /// Timestamps with the two NOPs in front that RFC 7323 §A recommends: what almost all segments have, alone.
    private static final int ALIGNED_TIMESTAMPS = NOP << 24 | NOP << 16 | TIMESTAMPS << 8 | TIMESTAMPS_LENGTH;

    /// Maximum segment size, 0 … 65535; −1 if absent.
    public int mss;
    /// Window scale shift as it came, 0 … 255; −1 if absent. What to do above 14 is the engine's decision (RFC 7323
    /// §2.3).
    public int windowScale;
    /// Whether SACK-permitted is there.
    public boolean sackPermitted;
    /// Whether timestamps are there; only then [#tsVal] and [#tsEcr] mean anything.
    public boolean hasTimestamp;
    /// Timestamp value.
    public int tsVal;
    /// Timestamp echo reply.
    public int tsEcr;
    /// User timeout: granularity bit and 15 bits of value as they came; −1 if absent.
    public int userTimeout;
    /// Where the digest of the MD5 signature option begins in the array that was read; −1 if it is absent
    /// or of another length than [#MD5_LENGTH].
    public int md5At;
    /// Where the authentication option begins in the array that was read, its kind octet; −1 if it is absent.
    public int authenticationAt;
    /// How often the authentication option came.
    public int authenticationCount;
    /// Where the Accurate ECN option begins in the array that was read, its kind octet; −1 if it is absent or of
    /// no legal length.
    public int accEcnAt;
    /// Octets of the Accurate ECN option.
    public int accEcnLength;
    /// Octets of the Fast Open cookie; 0 if the option is a request for one, −1 if it is absent or no legal cookie.
    public int fastOpenLength;
    /// Where the Fast Open cookie begins in the array that was read.
    public int fastOpenAt;
    /// Whether the Fast Open option came in its experimental form.
    public boolean fastOpenExperimental;
    /// Number of SACK blocks, 0 … 4.
    public int sackCount;
    /// Left edges of the SACK blocks: the first octet of each.
    public final int[] left = new int[SACK_BLOCKS_MAX];
    /// Right edges of the SACK blocks: the octet after each.
    public final int[] right = new int[SACK_BLOCKS_MAX];

    /// Everything absent.
    public TcpOptions() {
        clear();
    }

    /// Makes everything absent.
    public void clear() {
        mss = -1;
        windowScale = -1;
        sackPermitted = false;
        hasTimestamp = false;
        tsVal = 0;
        tsEcr = 0;
        fastOpenLength = -1;
        fastOpenAt = 0;
        fastOpenExperimental = false;
        sackCount = 0;
        userTimeout = -1;
        md5At = -1;
        authenticationAt = -1;
        authenticationCount = 0;
        accEcnAt = -1;
        accEcnLength = 0;
    }

    /// Reads the options in `at` … `end`, which must lie in the array. An option that comes twice counts as it came
    /// last.
    ///
    /// @return false if an option has an impossible length: reading stops there, what came before it is kept
    public boolean parse(byte[] b, int at, int end) {
        clear();
        if (end - at == 2 + TIMESTAMPS_LENGTH && Bytes.i32(b, at) == ALIGNED_TIMESTAMPS) {
            return read(b, at + 2, TIMESTAMPS, TIMESTAMPS_LENGTH);
        }
        int next = at;
        while (next < end) {
            int kind = Bytes.u8(b, next);
            if (kind == END) {
                return true;
            }
            if (kind == NOP) {
                next++;
                continue;
            }
            // RFC 9293 §3.1 MUST-7: a TCP must be prepared to handle an illegal option length (zero) without
            // crashing.
            if (end - next < 2) {
                return false;
            }
            int length = Bytes.u8(b, next + 1);
            if (length < 2 || length > end - next || !read(b, next, kind, length)) {
                return false;
            }
            next += length;
        }
        return true;
    }

    /// Reads the options of the header at `at`, which must have passed [TcpHeader#check].
    public boolean parseHeader(byte[] b, int at) {
        return parse(b, at + TcpHeader.LENGTH, at + TcpHeader.dataOffset(b, at));
    }

    private boolean read(byte[] b, int at, int kind, int length) {
        switch (kind) {
            case MSS -> {
                if (length != 4) {
                    return false;
                }
                mss = Bytes.u16(b, at + 2);
            }
            case WINDOW_SCALE -> {
                if (length != 3) {
                    return false;
                }
                windowScale = Bytes.u8(b, at + 2);
            }
            case SACK_PERMITTED -> {
                if (length != 2) {
                    return false;
                }
                sackPermitted = true;
            }
            case FAST_OPEN -> readFastOpen(at + 2, length - 2, false);
            case EXPERIMENT_2 -> {
                if (length >= 4 && Bytes.u16(b, at + 2) == FAST_OPEN_ID) {
                    readFastOpen(at + 4, length - 4, true);
                }
            }
            case SACK -> {
                return readSack(b, at, length);
            }
            case TIMESTAMPS -> {
                if (length != TIMESTAMPS_LENGTH) {
                    return false;
                }
                hasTimestamp = true;
                tsVal = Bytes.i32(b, at + 2);
                tsEcr = Bytes.i32(b, at + 6);
            }
            case USER_TIMEOUT -> {
                if (length != 4) {
                    return false;
                }
                userTimeout = Bytes.u16(b, at + 2);
            }
            case MD5 -> md5At = length == MD5_LENGTH ? at + 2 : md5At;
            case AUTHENTICATION -> {
                authenticationAt = at;
                authenticationCount++;
            }
            case ACC_ECN_0, ACC_ECN_1 -> {
                if (length <= 11 && (length - 2) % 3 == 0) {
                    accEcnAt = at;
                    accEcnLength = length;
                }
            }
            default -> {
                // RFC 9293 §3.1 MUST-6: an option that is not implemented is ignored, by its length field.
            }
        }
        return true;
    }

    /// RFC 7413 §4.1.1: "The number MUST be even. […] Options with invalid Length values or without SYN
    /// flag set MUST be ignored."
    private void readFastOpen(int at, int length, boolean experimental) {
        if (length == 0 || (length & 1) == 0 && length >= FAST_OPEN_MIN && length <= FAST_OPEN_MAX) {
            fastOpenLength = length;
            fastOpenAt = at;
            fastOpenExperimental = experimental;
        }
    }

    private boolean readSack(byte[] b, int at, int length) {
        int count = (length - 2) >>> 3;
        if (count == 0 || count > SACK_BLOCKS_MAX || length != 2 + 8 * count) {
            return false;
        }
        for (int i = 0; i < count; i++) {
            left[i] = Bytes.i32(b, at + 2 + 8 * i);
            right[i] = Bytes.i32(b, at + 6 + 8 * i);
        }
        sackCount = count;
        return true;
    }

    /// Writes an MSS option.
    ///
    /// @return the offset after it
    public static int writeMss(byte[] b, int at, int mss) {
        Bytes.put32(b, at, MSS << 24 | 4 << 16 | (mss & 0xffff));
        return at + 4;
    }

    /// Writes a no-operation and a window scale option: four octets, so that what follows is aligned.
    ///
    /// @return the offset after it
    public static int writeWindowScale(byte[] b, int at, int shift) {
        Bytes.put32(b, at, NOP << 24 | WINDOW_SCALE << 16 | 3 << 8 | (shift & 0xff));
        return at + 4;
    }

    /// Writes a SACK-permitted option: two octets, not padded.
    ///
    /// @return the offset after it
    public static int writeSackPermitted(byte[] b, int at) {
        Bytes.put16(b, at, SACK_PERMITTED << 8 | 2);
        return at + 2;
    }

    /// Writes a timestamps option: ten octets, not padded.
    ///
    /// @return the offset after it
    public static int writeTimestamps(byte[] b, int at, int tsVal, int tsEcr) {
        Bytes.put16(b, at, TIMESTAMPS << 8 | TIMESTAMPS_LENGTH);
        Bytes.put32(b, at + 2, tsVal);
        Bytes.put32(b, at + 6, tsEcr);
        return at + TIMESTAMPS_LENGTH;
    }

    /// Turns the end-of-list padding of options that are complete in `at` … `end` into no-operations, so that
    /// another option may follow.
    public static void padByNop(byte[] b, int at, int end) {
        int next = at;
        while (next < end && b[next] != END) {
            next += b[next] == NOP ? 1 : Bytes.u8(b, next + 1);
        }
        for (; next < end; next++) {
            b[next] = NOP;
        }
    }

    /// Writes a user timeout option of these 16 bits.
    ///
    /// @return the offset after it
    public static int writeUserTimeout(byte[] b, int at, int bits) {
        Bytes.put16(b, at, USER_TIMEOUT << 8 | 4);
        Bytes.put16(b, at + 2, bits);
        return at + 4;
    }

    /// Writes an MD5 signature option, its digest zero.
    ///
    /// @return the offset after it
    public static int writeMd5(byte[] b, int at) {
        Bytes.put16(b, at, MD5 << 8 | MD5_LENGTH);
        Bytes.put64(b, at + 2, 0);
        Bytes.put64(b, at + 10, 0);
        return at + MD5_LENGTH;
    }

    /// Writes an authentication option with room for a code of 96 bits, its key numbers and its code zero.
    ///
    /// @return the offset after it
    public static int writeAuthentication(byte[] b, int at) {
        Bytes.put32(b, at, AUTHENTICATION << 24 | AUTHENTICATION_LENGTH << 16);
        Bytes.put32(b, at + 4, 0);
        Bytes.put64(b, at + 8, 0);
        return at + AUTHENTICATION_LENGTH;
    }

    /// Writes a Fast Open option, and no-operations behind it so that what follows is aligned.
    ///
    /// @param cookie empty to ask for one
    /// @param experimental in the form of before RFC 7413
    /// @return the offset after it
    public static int writeFastOpen(byte[] b, int at, Octets cookie, boolean experimental) {
        int next = at + 2;
        if (experimental) {
            Bytes.put16(b, next, FAST_OPEN_ID);
            next += 2;
        }
        int kind = experimental ? EXPERIMENT_2 : FAST_OPEN;
        Bytes.put16(b, at, kind << 8 | next - at + cookie.length());
        return pad(b, at, cookie.write(b, next));
    }

    /// Writes the head of a SACK option for `blocks` blocks, which follow by [#writeSackBlock].
    ///
    /// @return the offset after it
    public static int writeSackHead(byte[] b, int at, int blocks) {
        Bytes.put16(b, at, SACK << 8 | (2 + 8 * blocks));
        return at + 2;
    }

    /// Writes one block of a SACK option.
    ///
    /// @param left the first octet of the block
    /// @param right the octet after the block
    /// @return the offset after it
    public static int writeSackBlock(byte[] b, int at, int left, int right) {
        Bytes.put32(b, at, left);
        Bytes.put32(b, at + 4, right);
        return at + 8;
    }

    /// Writes one no-operation.
    ///
    /// @return the offset after it
    public static int writeNop(byte[] b, int at) {
        b[at] = NOP;
        return at + 1;
    }

    /// Writes no-operations until the options, which began at `from`, are a multiple of four octets.
    ///
    /// @return the offset after them
    public static int pad(byte[] b, int from, int at) {
        int next = at;
        while ((next - from & 3) != 0) {
            b[next++] = NOP;
        }
        return next;
    }
}
