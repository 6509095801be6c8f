package io.towpath.drill;

import io.towpath.drill.script.Cursor;
import io.towpath.wire.Icmp6Header;
import io.towpath.wire.IcmpHeader;

/// ICMP messages that scripts can name, and what they are in both versions; −1 where a version has none.
enum IcmpKind {
    NET("unreachable net_unreachable", unreachable(IcmpHeader.CODE_NETWORK), unreachable6(Icmp6Header.CODE_NO_ROUTE)),
    HOST("unreachable host_unreachable", unreachable(IcmpHeader.CODE_HOST), unreachable6(Icmp6Header.CODE_ADDRESS)),
    PROTOCOL("unreachable protocol_unreachable", unreachable(IcmpHeader.CODE_PROTOCOL), -1),
    PORT("unreachable port_unreachable", unreachable(IcmpHeader.CODE_PORT), unreachable6(Icmp6Header.CODE_PORT)),
    FRAGMENTATION("unreachable frag_needed", unreachable(IcmpHeader.CODE_FRAGMENTATION_NEEDED), -1),
    SOURCE_ROUTE("unreachable source_route_failed", unreachable(IcmpHeader.CODE_SOURCE_ROUTE), -1),
    NET_UNKNOWN("unreachable net_unknown", unreachable(6), -1),
    HOST_UNKNOWN("unreachable host_unknown", unreachable(7), -1),
    ISOLATED("unreachable source_host_isolated", unreachable(8), -1),
    NET_PROHIBITED("unreachable net_prohibited", unreachable(IcmpHeader.CODE_NETWORK_PROHIBITED), -1),
    HOST_PROHIBITED("unreachable host_prohibited", unreachable(IcmpHeader.CODE_HOST_PROHIBITED), -1),
    NET_FOR_TOS("unreachable net_unreachable_for_tos", unreachable(11), -1),
    HOST_FOR_TOS("unreachable host_unreachable_for_tos", unreachable(12), -1),
    FILTERED("unreachable packet_filtered", unreachable(IcmpHeader.CODE_PROHIBITED), -1),
    PROHIBITED(
            "unreachable admin_prohibited",
            unreachable(IcmpHeader.CODE_PROHIBITED),
            unreachable6(Icmp6Header.CODE_PROHIBITED)),
    PRECEDENCE_VIOLATION("unreachable precedence_violation", unreachable(14), -1),
    PRECEDENCE_CUTOFF("unreachable precedence_cutoff", unreachable(15), -1),
    NOT_NEIGHBOUR("unreachable not_neighbour", -1, unreachable6(2)),
    TOO_BIG("packet_too_big", -1, Icmp6Header.PACKET_TOO_BIG << 8),
    SOURCE_QUENCH("source_quench", IcmpHeader.SOURCE_QUENCH << 8, -1),
    TIME_EXCEEDED("time_exceeded", IcmpHeader.TIME_EXCEEDED << 8, Icmp6Header.TIME_EXCEEDED << 8),
    PARAMETER_PROBLEM("parameter_problem", IcmpHeader.PARAMETER_PROBLEM << 8, Icmp6Header.PARAMETER_PROBLEM << 8),
    ROUTER_ADVERTISEMENT("router_advertisement", -1, 134 << 8);

    private final String notation;
    private final int value4;
    private final int value6;

    IcmpKind(String notation, int value4, int value6) {
        this.notation = notation;
        this.value4 = value4;
        this.value6 = value6;
    }

    private static int unreachable(int code) {
        return IcmpHeader.UNREACHABLE << 8 | code;
    }

    private static int unreachable6(int code) {
        return Icmp6Header.UNREACHABLE << 8 | code;
    }

    String notation() {
        return notation;
    }

    /// Type and code, the type in the upper octet; −1 when there is no such message.
    int typeAndCode(boolean ip4) {
        return ip4 ? value4 : value6;
    }

    /// Reads a kind by its name.
    static IcmpKind parse(Cursor in) {
        String type = in.word();
        String name = type.equals("unreachable") ? type + " " + in.word() : type;
        for (IcmpKind kind : values()) {
            if (kind.notation.equals(name)) {
                return kind;
            }
        }
        throw in.notUnderstood("ICMP message '" + name + "'");
    }
}
