package io.towpath.junit;

import io.towpath.net.Host;
import io.towpath.wire.IpAddress;
import io.towpath.wire.Prefix;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Which host is where, and by which neighbours it reaches the others. Every wire is a network of its own,
/// `10.0.n.0/24` and `fd00:0:0:n::/64`; the host named first has the address that ends in 1, the other in 2.
final class Topology {
    private record Subnet(int number, Host a, Host b) {
        String address(Host host, boolean six) {
            int last = host == a ? 1 : 2;
            return six
                    ? "fd00:0:0:" + Integer.toHexString(number) + "::" + last
                    : "10." + (number >> 8) + "." + (number & 0xff) + "." + last;
        }

        Host other(Host host) {
            return host == a ? b : a;
        }

        boolean joins(Host host) {
            return host == a || host == b;
        }
    }

    /// A host and the neighbour by which the search began.
    private record Reached(Host host, Subnet first) {}

    private final List<Host> hosts = new ArrayList<>();
    private final Set<Host> routers = new HashSet<>();
    private final List<Subnet> subnets = new ArrayList<>();
    private final Map<Host, Set<Subnet>> known = new HashMap<>();

    void add(Host host, boolean router) {
        hosts.add(host);
        if (router) {
            routers.add(host);
        }
    }

    /// Joins two hosts by a new network.
    ///
    /// @return the addresses with prefix lengths of `a`, then those of `b`
    List<String[]> join(Host a, Host b) {
        Subnet subnet = new Subnet(subnets.size() + 1, a, b);
        subnets.add(subnet);
        knownTo(a).add(subnet);
        knownTo(b).add(subnet);
        return List.of(withLengths(subnet, a), withLengths(subnet, b));
    }

    private Set<Subnet> knownTo(Host host) {
        return known.computeIfAbsent(host, newcomer -> new HashSet<>());
    }

    private static String[] withLengths(Subnet subnet, Host host) {
        return new String[] {subnet.address(host, false) + "/24", subnet.address(host, true) + "/64"};
    }

    /// Gives every host routes to all networks that routers lead to and that it has no route to yet: the way
    /// over the fewest routers, and of equal ones that over the oldest wire.
    void route() throws IOException {
        for (Host host : hosts) {
            Set<Host> seen = new HashSet<>(Set.of(host));
            ArrayDeque<Reached> queue = new ArrayDeque<>();
            for (Subnet own : subnets) {
                if (own.joins(host)) {
                    reach(own.other(host), own, seen, queue);
                }
            }
            for (Reached next = queue.poll(); next != null; next = queue.poll()) {
                for (Subnet further : subnets) {
                    if (further.joins(next.host())) {
                        enter(host, further, next.first());
                        reach(further.other(next.host()), next.first(), seen, queue);
                    }
                }
            }
        }
    }

    private void reach(Host host, Subnet first, Set<Host> seen, ArrayDeque<Reached> queue) {
        if (seen.add(host) && routers.contains(host)) {
            queue.add(new Reached(host, first));
        }
    }

    private void enter(Host host, Subnet to, Subnet by) throws IOException {
        if (knownTo(host).add(to)) {
            Host gateway = by.other(host);
            for (boolean six : new boolean[] {false, true}) {
                Prefix network = Prefix.parse(to.address(to.a(), six) + (six ? "/64" : "/24"))
                        .network();
                host.route(network, IpAddress.parse(by.address(gateway, six)));
            }
        }
    }
}
