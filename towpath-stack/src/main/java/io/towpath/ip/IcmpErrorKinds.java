package io.towpath.ip;

import io.towpath.core.NetworkError;
import io.towpath.core.NetworkError.Kind;
import io.towpath.wire.Icmp6Header;
import io.towpath.wire.IcmpHeader;
import org.jspecify.annotations.Nullable;

/// What the types and codes of ICMP errors mean in the terms of [NetworkError], and the plateaus of RFC 1191.
final class IcmpErrorKinds {
    /// RFC 1191 §7.1, table 7-1, largest first.
    private static final int[] PLATEAUS = {65_535, 32_000, 17_914, 8166, 4352, 2002, 1492, 1006, 508, 296, 68};

    private IcmpErrorKinds() {}

    static @Nullable Kind kind4(int type, int code) {
        return switch (type) {
            case IcmpHeader.UNREACHABLE ->
                switch (code) {
                    case 0, 6, 11 -> Kind.NETWORK_UNREACHABLE;
                    case 1, 5, 7, 8, 12 -> Kind.HOST_UNREACHABLE;
                    case 2 -> Kind.PROTOCOL_UNREACHABLE;
                    case 3 -> Kind.PORT_UNREACHABLE;
                    case 4 -> Kind.TOO_BIG;
                    case 9, 10, 13 -> Kind.PROHIBITED;
                    default -> null;
                };
            case IcmpHeader.TIME_EXCEEDED ->
                code == 0 ? Kind.TIME_EXCEEDED : code == 1 ? Kind.REASSEMBLY_TIMEOUT : null;
            case IcmpHeader.PARAMETER_PROBLEM -> Kind.PARAMETER_PROBLEM;
            default -> null;
        };
    }

    static @Nullable Kind kind6(int type, int code) {
        return switch (type) {
            case Icmp6Header.UNREACHABLE ->
                switch (code) {
                    case 0 -> Kind.NETWORK_UNREACHABLE;
                    case 2, 3 -> Kind.HOST_UNREACHABLE;
                    case 4 -> Kind.PORT_UNREACHABLE;
                    case 1, 5, 6 -> Kind.PROHIBITED;
                    default -> null;
                };
            case Icmp6Header.PACKET_TOO_BIG -> Kind.TOO_BIG;
            case Icmp6Header.TIME_EXCEEDED ->
                code == 0 ? Kind.TIME_EXCEEDED : code == 1 ? Kind.REASSEMBLY_TIMEOUT : null;
            case Icmp6Header.PARAMETER_PROBLEM -> code == 1 ? Kind.PROTOCOL_UNREACHABLE : Kind.PARAMETER_PROBLEM;
            default -> null;
        };
    }

    /// The largest plateau below `length`; the smallest one for what is not longer.
    static int plateauBelow(int length) {
        for (int plateau : PLATEAUS) {
            if (plateau < length) {
                return plateau;
            }
        }
        return PLATEAUS[PLATEAUS.length - 1];
    }
}
