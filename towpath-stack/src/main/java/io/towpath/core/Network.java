package io.towpath.core;

import io.towpath.wire.IpAddress;
import org.jspecify.annotations.Nullable;

/// What a transport needs from the layer below it. Implemented by the IP layer.
public interface Network {
    /// Traffic class, hop limit: take the interface's default.
    int DEFAULT = -1;

    /// Looks up the way to `destination`.
    ///
    /// @param source the address to send from (must be one of this host's), or null to let RFC 6724 choose
    /// @return null when there is no route, or when `source` is not an address of this host
    @Nullable
    Route route(@Nullable IpAddress source, IpAddress destination);

    /// Prepends the IP header to `packet.bytes[at..end)` (a whole transport segment, checksum filled in or marked by
    /// [Packet#checksumAt]) and appends it to `out`, fragmented when it must be and `dontFragment` is false. Takes
    /// ownership. A transport asks `out.isFull()` first; when fragments do not fit they wait in the IP layer.
    ///
    /// @param protocol IP protocol number
    /// @param trafficClass DSCP and ECN byte, or [#DEFAULT]
    /// @param hopLimit 1 to 255, or [#DEFAULT]
    /// @param dontFragment IPv4 DF bit; IPv6 packets larger than the path MTU are then dropped and counted
    void output(
            long now,
            Packet packet,
            Route route,
            int protocol,
            int trafficClass,
            int hopLimit,
            boolean dontFragment,
            TxBatch out);

    /// The unicast addresses that peers may be told as this host's, in the order of its interfaces: what an SCTP
    /// endpoint that is bound to no address in particular lists. Loopback addresses are in it, too: who lists them
    /// must know that the peer is this host.
    default java.util.List<IpAddress> localAddresses() {
        return java.util.List.of();
    }

    /// True when `high:low` is an address of this host (any interface).
    boolean isLocal(long high, long low);

    /// Has packets to a multicast group taken in on one interface (RFC 1112 §7.1, JoinHostGroup), as often as it is
    /// called until [#leaveGroup] was called as often.
    default void joinGroup(int interfaceIndex, IpAddress group) {}

    /// Undoes one [#joinGroup].
    default void leaveGroup(int interfaceIndex, IpAddress group) {}

    /// Answers `packet` (inbound, as handed to a transport) with an ICMP destination-unreachable port message, rate
    /// limited and only where RFC 1122 §3.2.2 allows one. Takes ownership; the reply leaves at a later poll.
    void rejectPort(long now, Packet packet);

    /// Tells that the upper layer makes forward progress with the route's destination (RFC 4861 §7.3.1), so that the
    /// neighbour needs no probe. Cheap; may be called for every acknowledgment.
    void confirmReachable(long now, Route route);

    /// Tells that the upper layer sees losses on this route that may be a black hole or a dead neighbour.
    void suspectUnreachable(long now, Route route);

    /// Accepts a path MTU that a [NetworkError] of kind [NetworkError.Kind#TOO_BIG] reported. A transport calls it
    /// from [Transport#onNetworkError] once it has satisfied itself that the quoted packet is one of its own (RFC
    /// 5927 §7); nobody else lowers a path MTU. Claims that do not lower the present value, and values below the
    /// minimum of RFC 8200 §5, are ignored. Routes to the destination show the new [Route#mtu()] at once.
    void acceptPathMtu(long now, IpAddress destination, int mtu);
}
