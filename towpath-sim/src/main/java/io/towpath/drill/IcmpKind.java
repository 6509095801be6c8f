package io.towpath.drill;

import io.towpath.drill.script.Cursor;
import io.towpath.wire.Icmp6Header;
import io.towpath.wire.IcmpHeader;

/// ICMP errors that scripts can name, and what they are in both versions; −1 where a version has none.
enum IcmpKind {
    NET("unreachable net_unreachable", IcmpHeader.CODE_NETWORK, Icmp6Header.CODE_NO_ROUTE),
    HOST("unreachable host_unreachable", IcmpHeader.CODE_HOST, Icmp6Header.CODE_ADDRESS),
    PROTOCOL("unreachable protocol_unreachable", IcmpHeader.CODE_PROTOCOL, -1),
    PORT("unreachable port_unreachable", IcmpHeader.CODE_PORT, Icmp6Header.CODE_PORT),
    FRAGMENTATION("unreachable frag_needed", IcmpHeader.CODE_FRAGMENTATION_NEEDED, -1),
    SOURCE_ROUTE("unreachable source_route_failed", IcmpHeader.CODE_SOURCE_ROUTE, -1),
    PROHIBITED("unreachable admin_prohibited", IcmpHeader.CODE_PROHIBITED, Icmp6Header.CODE_PROHIBITED),
    TOO_BIG("packet_too_big", -1, 0);

    private final String notation;
    private final int code4;
    private final int code6;

    IcmpKind(String notation, int code4, int code6) {
        this.notation = notation;
        this.code4 = code4;
        this.code6 = code6;
    }

    String notation() {
        return notation;
    }

    /// Type and code, the type in the upper octet; −1 when there is no such message.
    int typeAndCode(boolean ip4) {
        if (ip4) {
            return code4 < 0 ? -1 : IcmpHeader.UNREACHABLE << 8 | code4;
        }
        int type = this == TOO_BIG ? Icmp6Header.PACKET_TOO_BIG : Icmp6Header.UNREACHABLE;
        return code6 < 0 ? -1 : type << 8 | code6;
    }

    /// Reads a kind by its name.
    static IcmpKind parse(Cursor in) {
        String type = in.word();
        String name = type.equals(TOO_BIG.notation) ? type : type + " " + in.word();
        for (IcmpKind kind : values()) {
            if (kind.notation.equals(name)) {
                return kind;
            }
        }
        throw in.notUnderstood("ICMP message '" + name + "'");
    }
}
