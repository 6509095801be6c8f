package io.towpath.drill;

import io.towpath.drill.script.Arguments;
import io.towpath.drill.script.Value;
import java.util.List;

/// Which values of socket options Linux takes; it refuses all others.
final class OptionRange {
    private OptionRange() {}

    /// Whether the value that a call gives to the option `name` is one that the option can have. An option
    /// whose value has another form, or that has no bounds, takes any.
    static boolean holds(String name, Arguments arguments) {
        if (name.equals("TCP_CONGESTION")) {
            return !(arguments.at(3) instanceof Value.Text(String algorithm)) || isAlgorithm(algorithm);
        }
        if (!(arguments.at(3) instanceof Value.Listing(List<Value> items))
                || items.size() != 1
                || !(items.getFirst() instanceof Value.Number(long value))) {
            return true;
        }
        boolean whole = !(arguments.at(4) instanceof Value.Number(long length)) || length >= Integer.BYTES;
        return switch (name) {
            case "TCP_MAXSEG" -> whole && (value == 0 || 88 <= value && value <= 32_767);
            case "TCP_KEEPIDLE", "TCP_KEEPINTVL" -> whole && 1 <= value && value <= 32_767;
            case "TCP_KEEPCNT", "TCP_SYNCNT" -> whole && 1 <= value && value <= 127;
            case "TCP_USER_TIMEOUT", "TCP_FASTOPEN" -> whole && value >= 0;
            case "TCP_INQ", "TCP_FASTOPEN_CONNECT" -> whole && 0 <= value && value <= 1;
            case "IP_TTL" -> value == -1 || 1 <= value && value <= 255;
            case "IPV6_UNICAST_HOPS" -> whole && -1 <= value && value <= 255;
            default -> name.startsWith("SO_") || name.startsWith("TCP_") ? whole : true;
        };
    }

    private static boolean isAlgorithm(String name) {
        try {
            return SetUp.congestion(name) != null;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
