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
    /// What a host does for others.
    enum Role {
        HOST,
        /// It passes on packets.
        ROUTER,
        /// It passes on packets from inside, with another source. Nobody outside is told a way to its inside.
        NAT,
        /// As [#NAT], but networks of IPv6 are reached through it from everywhere.
        NAT_OF_IP4
    }

    /// The place of a host in a network.
    ///
    /// @param peer the other host there
    /// @param first its IPv4 address
    /// @param addresses all of its addresses there, with prefix lengths
    /// @param index of its interface, from 1
    /// @param outside whether the network is the outside of this host, a NAT box
    record Place(Host host, Host peer, IpAddress first, String[] addresses, int index, boolean outside) {}

    /// @param outside those of both for whom it is the outside: NAT boxes
    private record Subnet(int number, Host a, Host b, List<Host> outside) {
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
    private final Map<Host, Role> roles = new HashMap<>();
    private final List<Subnet> subnets = new ArrayList<>();
    private final Map<Host, Set<Subnet>> knownByIp4 = new HashMap<>();
    private final Map<Host, Set<Subnet>> knownByIp6 = new HashMap<>();

    void add(Host host, Role role) {
        hosts.add(host);
        roles.put(host, role);
    }

    /// Joins two hosts by a new network.
    ///
    /// @param outside NAT boxes for whom it is the outside
    /// @return the place of `a`, then that of `b`
    List<Place> join(Host a, Host b, List<Host> outside) {
        Subnet subnet = new Subnet(subnets.size() + 1, a, b, outside);
        subnets.add(subnet);
        for (boolean six : new boolean[] {false, true}) {
            knownTo(a, six).add(subnet);
            knownTo(b, six).add(subnet);
        }
        return List.of(place(subnet, a), place(subnet, b));
    }

    private Place place(Subnet subnet, Host host) {
        int index = (int) subnets.stream().filter(each -> each.joins(host)).count();
        IpAddress first = IpAddress.parse(subnet.address(host, false));
        return new Place(
                host,
                subnet.other(host),
                first,
                withLengths(subnet, host),
                index,
                subnet.outside().contains(host));
    }

    private Set<Subnet> knownTo(Host host, boolean six) {
        return (six ? knownByIp6 : knownByIp4).computeIfAbsent(host, newcomer -> new HashSet<>());
    }

    private static String[] withLengths(Subnet subnet, Host host) {
        return new String[] {subnet.address(host, false) + "/24", subnet.address(host, true) + "/64"};
    }

    /// Gives every host routes to all networks that routers lead to and that it has no route to yet: the way
    /// over the fewest routers, and of equal ones that over the oldest wire.
    void route() throws IOException {
        for (Host host : hosts) {
            route(host, false);
            route(host, true);
        }
    }

    private void route(Host host, boolean six) throws IOException {
        Set<Host> seen = new HashSet<>(Set.of(host));
        ArrayDeque<Reached> queue = new ArrayDeque<>();
        for (Subnet own : subnets) {
            if (own.joins(host)) {
                reach(own.other(host), own, own, six, seen, queue);
            }
        }
        for (Reached next = queue.poll(); next != null; next = queue.poll()) {
            for (Subnet further : subnets) {
                if (further.joins(next.host())) {
                    enter(host, further, next.first(), six);
                    reach(further.other(next.host()), further, next.first(), six, seen, queue);
                }
            }
        }
    }

    /// The search comes to a host by a network. It may come to a NAT box from outside first, in vain, and from
    /// inside later.
    private void reach(Host host, Subnet by, Subnet first, boolean six, Set<Host> seen, ArrayDeque<Reached> queue) {
        if (passesOn(host, by, six) && seen.add(host)) {
            queue.add(new Reached(host, first));
        }
    }

    private boolean passesOn(Host host, Subnet by, boolean six) {
        return switch (roles.getOrDefault(host, Role.HOST)) {
            case HOST -> false;
            case ROUTER -> true;
            case NAT -> !by.outside().contains(host);
            case NAT_OF_IP4 -> six || !by.outside().contains(host);
        };
    }

    private void enter(Host host, Subnet to, Subnet by, boolean six) throws IOException {
        if (knownTo(host, six).add(to)) {
            Prefix network = Prefix.parse(to.address(to.a(), six) + (six ? "/64" : "/24"))
                    .network();
            host.route(network, IpAddress.parse(by.address(by.other(host), six)));
        }
    }
}
