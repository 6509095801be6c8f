package io.towpath.wire;

/// The options of neighbour discovery messages (RFC 4861 §4.6), read into one reusable object without allocating;
/// and their writers.
///
/// ```text
/// +-------+--------+----------------------------------------
/// | Type  | Length | in units of eight octets, itself included
/// +-------+--------+----------------------------------------
/// 1 source link-layer address   3 prefix information (length 4)
/// 2 target link-layer address   4 redirected header   5 MTU
/// ```
///
/// Fields are valid until the next [#parse]. Not thread-safe: one owner.
public final class NdOptions {
    /// Source link-layer address.
    public static final int SOURCE_LINK = 1;
    /// Target link-layer address.
    public static final int TARGET_LINK = 2;
    /// Prefix information.
    public static final int PREFIX = 3;
    /// Redirected header.
    public static final int REDIRECTED = 4;
    /// MTU.
    public static final int MTU = 5;
    /// Prefixes that are kept of one message; more are ignored.
    public static final int PREFIXES_MAX = 8;
    /// Prefix flag: addresses with it are on the link.
    public static final int ON_LINK = 0x80;
    /// Prefix flag: addresses may be made from it.
    public static final int AUTONOMOUS = 0x40;

    /// Source link-layer address as a 48-bit number; −1 if absent.
    public long sourceLink;
    /// Target link-layer address as a 48-bit number; −1 if absent.
    public long targetLink;
    /// MTU in octets; −1 if absent.
    public long mtu;
    /// Number of prefix information options, 0 … 8.
    public int prefixCount;
    /// Where each prefix information option begins in the octets that were parsed.
    public final int[] prefixAt = new int[PREFIXES_MAX];

    /// Everything absent.
    public NdOptions() {
        clear();
    }

    /// Makes everything absent.
    public void clear() {
        sourceLink = -1;
        targetLink = -1;
        mtu = -1;
        prefixCount = 0;
    }

    /// The gate: every option's length is more than zero and ends inside `at` … `end`, and those of known types are
    /// long enough.
    public static Malformed check(byte[] b, int at, int end) {
        int next = at;
        while (next < end) {
            if (end - next < 8) {
                return Malformed.TRUNCATED;
            }
            int length = Bytes.u8(b, next + 1) << 3;
            if (length == 0 || (Bytes.u8(b, next) == PREFIX && length != 32)) {
                return Malformed.BAD_OPTION;
            }
            if (length > end - next) {
                return Malformed.TRUNCATED;
            }
            next += length;
        }
        return Malformed.NONE;
    }

    /// Reads options that have passed [#check] (as part of [NdHeader#check]). Unknown types are ignored.
    public void parse(byte[] b, int at, int end) {
        clear();
        for (int next = at; next < end; next += Bytes.u8(b, next + 1) << 3) {
            switch (Bytes.u8(b, next)) {
                case SOURCE_LINK -> sourceLink = MacAddress.readBits(b, next + 2);
                case TARGET_LINK -> targetLink = MacAddress.readBits(b, next + 2);
                case MTU -> mtu = Bytes.u32(b, next + 4);
                case PREFIX -> {
                    if (prefixCount < PREFIXES_MAX) {
                        prefixAt[prefixCount++] = next;
                    }
                }
                default -> {
                    // RFC 4861 §4.6: a receiver ignores options that it does not recognise.
                }
            }
        }
    }

    /// Prefix information at `at`: leading bits, as they came, 0 … 255.
    public static int prefixLength(byte[] b, int at) {
        return Bytes.u8(b, at + 2);
    }

    /// Prefix information at `at`: [#ON_LINK], [#AUTONOMOUS].
    public static int prefixFlags(byte[] b, int at) {
        return Bytes.u8(b, at + 3) & (ON_LINK | AUTONOMOUS);
    }

    /// Prefix information at `at`: seconds, 0xffffffff for ever.
    public static long validSeconds(byte[] b, int at) {
        return Bytes.u32(b, at + 4);
    }

    /// Prefix information at `at`: seconds, 0xffffffff for ever.
    public static long preferredSeconds(byte[] b, int at) {
        return Bytes.u32(b, at + 8);
    }

    /// Prefix information at `at`: the upper half of the prefix.
    public static long prefixHigh(byte[] b, int at) {
        return Bytes.i64(b, at + 16);
    }

    /// Prefix information at `at`: the lower half of the prefix.
    public static long prefixLow(byte[] b, int at) {
        return Bytes.i64(b, at + 24);
    }

    /// Writes a link-layer address option.
    ///
    /// @param type [#SOURCE_LINK] or [#TARGET_LINK]
    /// @param address a 48-bit number
    /// @return the offset after it
    public static int writeLink(byte[] b, int at, int type, long address) {
        Bytes.put16(b, at, type << 8 | 1);
        MacAddress.writeBits(b, at + 2, address);
        return at + 8;
    }

    /// Writes an MTU option.
    ///
    /// @return the offset after it
    public static int writeMtu(byte[] b, int at, long mtu) {
        Bytes.put32(b, at, MTU << 24 | 1 << 16);
        Bytes.putU32(b, at + 4, mtu);
        return at + 8;
    }

    /// Writes a prefix information option.
    ///
    /// @param flags [#ON_LINK], [#AUTONOMOUS]
    /// @return the offset after it
    public static int writePrefix(
            byte[] b, int at, int length, int flags, long validSeconds, long preferredSeconds, long high, long low) {
        Bytes.put32(b, at, PREFIX << 24 | 4 << 16 | (length & 0xff) << 8 | (flags & 0xff));
        Bytes.putU32(b, at + 4, validSeconds);
        Bytes.putU32(b, at + 8, preferredSeconds);
        Bytes.put32(b, at + 12, 0);
        Bytes.put64(b, at + 16, high);
        Bytes.put64(b, at + 24, low);
        return at + 32;
    }
}
