package io.towpath.drill.sctp;

import io.towpath.drill.script.Arguments;
import io.towpath.drill.script.Value;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The constants of RFC 6458 and its extensions by name, with the numbers that they have in FreeBSD. Scripts
/// that use the names mean the same thing everywhere.
final class Constants {
    static final int UNORDERED = 0x400;
    static final int ABORT = 0x200;
    static final int EOF = 0x100;
    static final int ADDR_OVER = 0x800;
    static final int SEND_ALL = 0x1000;
    static final int EOR = 0x2000;
    static final int SACK_IMMEDIATELY = 0x4000;
    static final int PR_MASK = 0xf;

    static final int MSG_EOR = 8;
    static final int MSG_NOTIFICATION = 0x2000;

    static final int COMPLETE = 0x20;
    static final int NOTIFICATION = 0x10;

    static final int HB_ENABLE = 1;
    static final int HB_DISABLE = 2;
    static final int HB_DEMAND = 4;
    static final int PMTUD_ENABLE = 8;
    static final int PMTUD_DISABLE = 0x10;
    static final int HB_TIME_IS_ZERO = 0x80;

    private static final Map<String, Long> NUMBERS = new HashMap<>();

    static {
        numbers(
                1,
                "SCTP_ASSOC_CHANGE",
                "SCTP_PEER_ADDR_CHANGE",
                "SCTP_REMOTE_ERROR",
                "SCTP_SEND_FAILED",
                "SCTP_SHUTDOWN_EVENT",
                "SCTP_ADAPTATION_INDICATION",
                "SCTP_PARTIAL_DELIVERY_EVENT",
                "SCTP_AUTHENTICATION_EVENT",
                "SCTP_STREAM_RESET_EVENT",
                "SCTP_SENDER_DRY_EVENT",
                "SCTP_NOTIFICATIONS_STOPPED_EVENT",
                "SCTP_ASSOC_RESET_EVENT",
                "SCTP_STREAM_CHANGE_EVENT",
                "SCTP_SEND_FAILED_EVENT");
        numbers(1, "SCTP_COMM_UP", "SCTP_COMM_LOST", "SCTP_RESTART", "SCTP_SHUTDOWN_COMP", "SCTP_CANT_STR_ASSOC");
        numbers(
                1,
                "SCTP_ASSOC_SUPPORTS_PR",
                "SCTP_ASSOC_SUPPORTS_AUTH",
                "SCTP_ASSOC_SUPPORTS_ASCONF",
                "SCTP_ASSOC_SUPPORTS_MULTIBUF",
                "SCTP_ASSOC_SUPPORTS_RE_CONFIG");
        numbers(
                1,
                "SCTP_ADDR_AVAILABLE",
                "SCTP_ADDR_UNREACHABLE",
                "SCTP_ADDR_REMOVED",
                "SCTP_ADDR_ADDED",
                "SCTP_ADDR_MADE_PRIM",
                "SCTP_ADDR_CONFIRMED");
        numbers(1, "SCTP_AUTH_NEW_KEY", "SCTP_AUTH_NO_AUTH", "SCTP_AUTH_FREE_KEY");
        number("SCTP_AUTH_NEWKEY", 1);
        numbers(1, "SCTP_DATA_UNSENT", "SCTP_DATA_SENT");
        numbers(0, "SCTP_PR_SCTP_NONE", "SCTP_PR_SCTP_TTL", "SCTP_PR_SCTP_BUF", "SCTP_PR_SCTP_RTX");
        number("SCTP_PR_SCTP_PRIO", 2);
        numbers(
                0,
                "SCTP_SENDV_NOINFO",
                "SCTP_SENDV_SNDINFO",
                "SCTP_SENDV_PRINFO",
                "SCTP_SENDV_AUTHINFO",
                "SCTP_SENDV_SPA");
        numbers(0, "SCTP_RECVV_NOINFO", "SCTP_RECVV_RCVINFO", "SCTP_RECVV_NXTINFO", "SCTP_RECVV_RN");
        numbers(0, "SCTP_FUTURE_ASSOC", "SCTP_CURRENT_ASSOC", "SCTP_ALL_ASSOC");
        numbers(0, "SCTP_FRAGMENT_INTERLEAVE_LEVEL_0", "SCTP_FRAGMENT_INTERLEAVE_LEVEL_1");
        number("SCTP_FRAGMENT_INTERLEAVE_LEVEL_2", 2);
        numbers(
                0,
                "SCTP_SS_DEFAULT",
                "SCTP_SS_ROUND_ROBIN",
                "SCTP_SS_ROUND_ROBIN_PACKET",
                "SCTP_SS_PRIORITY",
                "SCTP_SS_FAIR_BANDWIDTH",
                "SCTP_SS_FIRST_COME");
        number("SCTP_SS_FCFS", 5);
        number("SCTP_SS_RR", 1);
        number("SCTP_SS_RR_PKT", 2);
        number("SCTP_SS_PRIO", 3);
        number("SCTP_SS_FB", 4);
        bits(1, "SCTP_SEND_SNDINFO_VALID", "SCTP_SEND_PRINFO_VALID", "SCTP_SEND_AUTHINFO_VALID");
        bits(EOF, "SCTP_EOF");
        bits(ABORT, "SCTP_ABORT", "SCTP_UNORDERED", "SCTP_ADDR_OVER", "SCTP_SENDALL", "SCTP_EOR");
        bits(SACK_IMMEDIATELY, "SCTP_SACK_IMMEDIATELY");
        bits(NOTIFICATION, "SCTP_NOTIFICATION", "SCTP_COMPLETE");
        bits(
                1,
                "SCTP_NEXT_MSG_AVAIL",
                "SCTP_NEXT_MSG_ISCOMPLETE",
                "SCTP_NEXT_MSG_IS_UNORDERED",
                "SCTP_NEXT_MSG_IS_NOTIFICATION");
        bits(1, "SPP_HB_ENABLE", "SPP_HB_DISABLE", "SPP_HB_DEMAND", "SPP_PMTUD_ENABLE", "SPP_PMTUD_DISABLE");
        bits(HB_TIME_IS_ZERO, "SPP_HB_TIME_IS_ZERO", "SPP_IPV6_FLOWLABEL", "SPP_DSCP");
        number("SPP_IPV4_TOS", 0x200);
        bits(1, "SCTP_ACTIVE", "SCTP_INACTIVE");
        number("SCTP_UNCONFIRMED", 0x200);
        number("SCTP_PF", 0x800);
        number("SCTP_POTENTIALLY_FAILED", 0x800);
        number("SCTP_CLOSED", 0);
        number("SCTP_BOUND", 0x1000);
        number("SCTP_LISTEN", 0x2000);
        bits(
                2,
                "SCTP_COOKIE_WAIT",
                "SCTP_COOKIE_ECHOED",
                "SCTP_ESTABLISHED",
                "SCTP_SHUTDOWN_SENT",
                "SCTP_SHUTDOWN_RECEIVED",
                "SCTP_SHUTDOWN_ACK_SENT",
                "SCTP_SHUTDOWN_PENDING");
        bits(1, "SCTP_ENABLE_RESET_STREAM_REQ", "SCTP_ENABLE_RESET_ASSOC_REQ", "SCTP_ENABLE_CHANGE_ASSOC_REQ");
        bits(1, "SCTP_STREAM_RESET_INCOMING", "SCTP_STREAM_RESET_OUTGOING");
        bits(
                1,
                "SCTP_STREAM_RESET_INCOMING_SSN",
                "SCTP_STREAM_RESET_OUTGOING_SSN",
                "SCTP_STREAM_RESET_DENIED",
                "SCTP_STREAM_RESET_FAILED");
        bits(4, "SCTP_ASSOC_RESET_DENIED", "SCTP_ASSOC_RESET_FAILED");
        bits(4, "SCTP_STREAM_CHANGE_DENIED", "SCTP_STREAM_CHANGE_FAILED");
        number("SCTP_AUTH_HMAC_ID_SHA1", 1);
        number("SCTP_AUTH_HMAC_ID_SHA256", 3);
        number("SCTP_BINDX_ADD_ADDR", 0x8001);
        number("SCTP_BINDX_REM_ADDR", 0x8002);
        number("MSG_EOR", MSG_EOR);
        number("MSG_NOTIFICATION", MSG_NOTIFICATION);
        number("AF_INET", 2);
        number("AF_INET6", 28);
        number("IPPROTO_SCTP", 132);
        bits(1, "SCTP_INIT", "SCTP_SNDRCV", "SCTP_EXTRCV", "SCTP_SNDINFO", "SCTP_RCVINFO", "SCTP_NXTINFO");
        bits(64, "SCTP_PRINFO", "SCTP_AUTHINFO", "SCTP_DSTADDRV4", "SCTP_DSTADDRV6");
    }

    private Constants() {}

    private static void number(String name, long value) {
        NUMBERS.put(name, value);
    }

    private static void numbers(int first, String... names) {
        for (int i = 0; i < names.length; i++) {
            number(names[i], first + i);
        }
    }

    private static void bits(int first, String... names) {
        for (int i = 0; i < names.length; i++) {
            number(names[i], (long) first << i);
        }
    }

    /// The number of a name that is known.
    static int of(String name) {
        Long number = NUMBERS.get(name);
        if (number == null) {
            throw new IllegalStateException("no constant " + name);
        }
        return number.intValue();
    }

    /// A number, names or-ed together, or what `htons` and `htonl` make of one: they keep it, for fields in
    /// network order are compared as the numbers they mean.
    static long number(Arguments arguments, Value value) {
        return switch (value) {
            case Value.Number(long number) -> number;
            case Value.Names(List<String> names) -> {
                long all = 0;
                for (String name : names) {
                    Long number = NUMBERS.get(name);
                    if (number == null) {
                        throw arguments.notUnderstood("the name " + name);
                    }
                    all |= number;
                }
                yield all;
            }
            case Value.Applied(String name, List<Value> inner)
            when inner.size() == 1 && (name.equals("htons") || name.equals("htonl")) ->
                number(arguments, inner.getFirst());
            default -> throw arguments.notUnderstood("'" + value + "' where a number belongs");
        };
    }

    /// The number of a field: a PPID lies in memory in network order, so that a script that does not say
    /// `htonl` means the octets the other way round.
    static long inNetworkOrder(Arguments arguments, String field, Value value) {
        long number = number(arguments, value);
        return field.endsWith("ppid") && value instanceof Value.Number
                ? Integer.reverseBytes((int) number) & 0xffff_ffffL
                : number;
    }
}
