package io.towpath.stack;

import io.towpath.core.Counter;
import io.towpath.core.Counters;
import io.towpath.core.Drop;
import io.towpath.core.Medium;
import io.towpath.ip.NeighborInfo;
import io.towpath.ip.PathMtuInfo;
import io.towpath.ip.RouteTable;
import io.towpath.nat.Nat;
import io.towpath.nat.NatMapping;
import io.towpath.sctp.SctpInfo;
import io.towpath.tcp.TcpInfo;
import io.towpath.udp.UdpEndpoint;
import io.towpath.wire.IpAddress;
import io.towpath.wire.Prefix;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Everything that can be seen of one host at one moment: values only, free to be handed to other threads.
///
/// @param at when
/// @param name the host's name
/// @param interfaces by index
/// @param routes in the order of preference
/// @param neighbors from the one used longest ago
/// @param pathMtus learnt from ICMP, from the oldest
/// @param tcp connections
/// @param udp sockets in the order in which they were made
/// @param sctp associations in the order in which they were made
/// @param nat what the host's NAT remembers, from the oldest mapping; empty when it is no NAT
/// @param counters those that are not zero
/// @param drops those that are not zero
public record Snapshot(
        long at,
        String name,
        List<InterfaceInfo> interfaces,
        List<RouteTable.Entry> routes,
        List<NeighborInfo> neighbors,
        List<PathMtuInfo> pathMtus,
        List<TcpInfo> tcp,
        List<UdpInfo> udp,
        List<SctpInfo> sctp,
        List<NatMapping> nat,
        Map<Counter, Long> counters,
        Map<Drop, Long> drops) {
    /// One interface.
    ///
    /// @param index its place
    /// @param name its name
    /// @param medium what lies in front of the IP header
    /// @param mtu in bytes
    /// @param up whether it carries packets
    /// @param addresses its addresses
    /// @param queued packets that wait for its link
    public record InterfaceInfo(
            int index, String name, Medium medium, int mtu, boolean up, List<Prefix> addresses, int queued) {}

    /// One UDP socket.
    ///
    /// @param local its address, null for any
    /// @param localPort its port
    /// @param remote the peer's address, null when it has none
    /// @param remotePort the peer's port, 0 when it has none
    /// @param receivedBytes payload bytes that wait for the user
    /// @param outgoingBytes payload bytes that wait to be sent
    /// @param datagramsIn taken in
    /// @param datagramsOut sent
    /// @param dropped because the receive queue was full
    public record UdpInfo(
            @Nullable IpAddress local,
            int localPort,
            @Nullable IpAddress remote,
            int remotePort,
            int receivedBytes,
            int outgoingBytes,
            long datagramsIn,
            long datagramsOut,
            long dropped) {
        static UdpInfo of(UdpEndpoint e) {
            return new UdpInfo(
                    e.localAddress(),
                    e.localPort(),
                    e.remoteAddress(),
                    e.remotePort(),
                    e.receivedBytes(),
                    e.outgoingBytes(),
                    e.datagramsIn(),
                    e.datagramsOut(),
                    e.drops());
        }
    }

    static Snapshot of(long now, Stack stack) {
        List<InterfaceInfo> interfaces = new ArrayList<>();
        for (Interface each : stack.interfaces()) {
            int queued = each.outbox().size() + each.inner().backlog();
            interfaces.add(new InterfaceInfo(
                    each.index(), each.name(), each.medium(), each.mtu(), each.isUp(), each.addresses(), queued));
        }
        List<TcpInfo> tcp = new ArrayList<>();
        stack.tcp().forEach(connection -> tcp.add(stack.tcp().info(now, connection)));
        List<UdpInfo> udp = new ArrayList<>();
        stack.udp().forEach(endpoint -> udp.add(UdpInfo.of(endpoint)));
        List<SctpInfo> sctp = new ArrayList<>();
        stack.sctp().forEach(association -> sctp.add(stack.sctp().info(now, association)));
        Nat nat = stack.nat();
        Counters counters = stack.context().counters();
        return new Snapshot(
                now,
                stack.config().name(),
                List.copyOf(interfaces),
                stack.ip().routes(),
                stack.ip().neighbors(),
                stack.ip().pathMtus(),
                List.copyOf(tcp),
                List.copyOf(udp),
                List.copyOf(sctp),
                nat == null ? List.of() : nat.mappings(now),
                counters(counters),
                drops(counters));
    }

    private static Map<Counter, Long> counters(Counters counters) {
        Map<Counter, Long> map = new EnumMap<>(Counter.class);
        for (Counter each : Counter.values()) {
            if (counters.get(each) != 0) {
                map.put(each, counters.get(each));
            }
        }
        return map;
    }

    private static Map<Drop, Long> drops(Counters counters) {
        Map<Drop, Long> map = new EnumMap<>(Drop.class);
        for (Drop each : Drop.values()) {
            if (counters.get(each) != 0) {
                map.put(each, counters.get(each));
            }
        }
        return map;
    }
}
