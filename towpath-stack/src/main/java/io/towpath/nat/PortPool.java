package io.towpath.nat;

import io.towpath.core.Entropy;
import io.towpath.wire.IpProtocol;
import java.util.ArrayList;
import java.util.List;

/// Which ports of the outside addresses are taken, and which to take next. A port stands for one inside
/// endpoint at a time: RFC 4787 §4.2.1: "A NAT MUST NOT have a 'Port assignment' behavior of 'Port
/// overloading'".
final class PortPool {
    /// Says whether a port may be taken.
    @FunctionalInterface
    interface Free {
        boolean isFree(int port);
    }

    /// No port is free.
    static final int NONE = -1;

    private static final int PORTS = 1 << 16;
    private static final int WELL_KNOWN = 1024;
    private static final long EVEN = 0x5555_5555_5555_5555L;

    /// The ports of one protocol of one outside address, a bit for each: 8 KiB, so the pool lets go of them when
    /// none is taken any more. Addresses come and go.
    final class Ports {
        final int protocol;
        final long high;
        final long low;
        private final long[] taken = new long[PORTS / 64];
        private int count;

        Ports(int protocol, long high, long low) {
            this.protocol = protocol;
            this.high = high;
            this.low = low;
        }

        boolean isTaken(int port) {
            return (taken[port >>> 6] & 1L << port) != 0;
        }

        void take(int port) {
            taken[port >>> 6] |= 1L << port;
            count++;
        }

        void give(int port) {
            taken[port >>> 6] &= ~(1L << port);
            if (--count == 0) {
                all.remove(this);
            }
        }
    }

    private final Entropy entropy;
    private final List<Ports> all = new ArrayList<>();

    PortPool(Entropy entropy) {
        this.entropy = entropy;
    }

    /// The ports of a protocol of an outside address.
    Ports ports(int protocol, long high, long low) {
        for (int i = 0; i < all.size(); i++) {
            Ports each = all.get(i);
            if (each.protocol == protocol && each.low == low && each.high == high) {
                return each;
            }
        }
        var made = new Ports(protocol, high, low);
        all.add(made);
        return made;
    }

    /// Whether a mapping has this port of an outside address, of any when `high` and `low` are 0.
    boolean isTaken(int protocol, long high, long low, int port) {
        boolean any = high == 0 && low == 0;
        for (int i = 0; i < all.size(); i++) {
            Ports each = all.get(i);
            if (each.protocol == protocol && (any || each.low == low && each.high == high) && each.isTaken(port)) {
                return true;
            }
        }
        return false;
    }

    /// Chooses a port for an inside endpoint that has `wanted`; takes nothing.
    ///
    /// @param free asked for what no mapping has
    /// @return the port, [#NONE] when there is none
    int choose(Ports ports, int wanted, NatConfig.PortAssignment how, Free free) {
        if (how == NatConfig.PortAssignment.PRESERVED && !ports.isTaken(wanted) && free.isFree(wanted)) {
            return wanted;
        }
        if (isQuery(ports.protocol)) {
            return draw(ports, 0, PORTS, -1L, free);
        }
        // RFC 4787 §4.2.1: "If the host's source port was in the range 0-1023, it is RECOMMENDED the NAT's
        // source port be in the same range."
        int first = wanted < WELL_KNOWN ? 1 : WELL_KNOWN;
        int end = wanted < WELL_KNOWN ? WELL_KNOWN : PORTS;
        // §4.2.2: "an even port will be mapped to an even port, and an odd port will be mapped to an odd port."
        long parity = (wanted & 1) == 0 ? EVEN : ~EVEN;
        int port = draw(ports, first, end, parity, free);
        return port == NONE ? draw(ports, first, end, ~parity, free) : port;
    }

    private static boolean isQuery(int protocol) {
        return protocol == IpProtocol.ICMP || protocol == IpProtocol.ICMPV6;
    }

    /// The next port from a drawn one on, round the range, of those that `mask` names in each 64.
    private int draw(Ports ports, int first, int end, long mask, Free free) {
        int from = first + entropy.nextInt(end - first);
        int port = search(ports, from, end, mask, free);
        return port == NONE ? search(ports, first, from, mask, free) : port;
    }

    private static int search(Ports ports, int from, int end, long mask, Free free) {
        int word = from >>> 6;
        long candidates = ~ports.taken[word] & mask & -1L << from;
        while (word << 6 < end) {
            while (candidates != 0) {
                int port = (word << 6) + Long.numberOfTrailingZeros(candidates);
                if (port >= end) {
                    return NONE;
                }
                if (free.isFree(port)) {
                    return port;
                }
                candidates &= candidates - 1;
            }
            if (++word < ports.taken.length) {
                candidates = ~ports.taken[word] & mask;
            }
        }
        return NONE;
    }
}
