package io.towpath.wire;

/// IPv4 options in place (RFC 791 §3.1): kept and forwarded, walked for their lengths, and named for people.
public final class Ip4Options {
    /// End of option list.
    public static final int END = 0;
    /// No operation.
    public static final int NOP = 1;
    /// Record route.
    public static final int RECORD_ROUTE = 7;
    /// Internet timestamp.
    public static final int TIMESTAMP = 68;
    /// Security, RFC 1108.
    public static final int SECURITY = 130;
    /// Loose source route.
    public static final int LOOSE_SOURCE_ROUTE = 131;
    /// Strict source route.
    public static final int STRICT_SOURCE_ROUTE = 137;
    /// Router alert, RFC 2113.
    public static final int ROUTER_ALERT = 148;

    private Ip4Options() {}

    /// The gate: every option's length lies within `at` … `end`.
    public static Malformed check(byte[] b, int at, int end) {
        int next = at;
        while (next < end) {
            int type = Bytes.u8(b, next);
            if (type == END) {
                return Malformed.NONE;
            }
            int length = lengthAt(b, next, end);
            if (length == 0) {
                return Malformed.BAD_OPTION;
            }
            next += length;
        }
        return Malformed.NONE;
    }

    /// Where the first option of `type` begins, or −1. For options that have passed the gate.
    public static int find(byte[] b, int at, int end, int type) {
        int next = at;
        while (next < end) {
            int found = Bytes.u8(b, next);
            if (found == type) {
                return next;
            }
            int length = lengthAt(b, next, end);
            if (found == END || length == 0) {
                return -1;
            }
            next += length;
        }
        return -1;
    }

    /// Whether the packet asks for a source route, which a host refuses by default (RFC 1122 §3.2.1.8).
    public static boolean hasSourceRoute(byte[] b, int at, int end) {
        return find(b, at, end, LOOSE_SOURCE_ROUTE) >= 0 || find(b, at, end, STRICT_SOURCE_ROUTE) >= 0;
    }

    /// Octets of the option at `at`; 0 if its length is impossible.
    private static int lengthAt(byte[] b, int at, int end) {
        int type = Bytes.u8(b, at);
        if (type == END || type == NOP) {
            return 1;
        }
        if (end - at < 2) {
            return 0;
        }
        int length = Bytes.u8(b, at + 1);
        return length < 2 || length > end - at ? 0 : length;
    }

    /// The options' names, as in `rr,nop,lsrr`; never throws on any octets.
    static String text(byte[] b, int at, int end) {
        var text = new StringBuilder();
        int next = at;
        while (next < end) {
            int type = Bytes.u8(b, next);
            int length = lengthAt(b, next, end);
            text.append(text.isEmpty() ? "" : ",").append(name(type)).append(length == 0 ? "(malformed)" : "");
            if (type == END || length == 0) {
                break;
            }
            next += length;
        }
        return text.toString();
    }

    private static String name(int type) {
        return switch (type) {
            case END -> "eol";
            case NOP -> "nop";
            case RECORD_ROUTE -> "rr";
            case TIMESTAMP -> "ts";
            case SECURITY -> "sec";
            case LOOSE_SOURCE_ROUTE -> "lsrr";
            case STRICT_SOURCE_ROUTE -> "ssrr";
            case ROUTER_ALERT -> "ra";
            default -> "opt-" + type;
        };
    }
}
