package io.towpath.udp;

import io.towpath.core.Packet;
import io.towpath.wire.IpAddress;
import org.jspecify.annotations.Nullable;

/// Which sockets are at which local port. Pages of 256 ports are made as they are used, so a host without sockets is
/// small and a look-up is two array reads.
final class UdpPorts {
    private final @Nullable UdpEndpoint[] @Nullable [] pages = new UdpEndpoint[256][];

    @Nullable
    UdpEndpoint first(int port) {
        @Nullable UdpEndpoint[] page = pages[port >>> 8];
        return page == null ? null : page[port & 0xff];
    }

    void add(UdpEndpoint endpoint) {
        int port = endpoint.localPort;
        @Nullable UdpEndpoint[] page = pages[port >>> 8];
        if (page == null) {
            page = new UdpEndpoint[256];
            pages[port >>> 8] = page;
        }
        endpoint.nextAtPort = page[port & 0xff];
        page[port & 0xff] = endpoint;
    }

    void remove(UdpEndpoint endpoint) {
        int port = endpoint.localPort;
        @Nullable UdpEndpoint[] page = pages[port >>> 8];
        UdpEndpoint before = null;
        UdpEndpoint at = first(port);
        while (at != null && at != endpoint) {
            before = at;
            at = at.nextAtPort;
        }
        if (at == null || page == null) {
            return;
        }
        if (before == null) {
            page[port & 0xff] = at.nextAtPort;
        } else {
            before.nextAtPort = at.nextAtPort;
        }
        at.nextAtPort = null;
    }

    /// The socket that fits a datagram best: a connected one before an unconnected one, one with an address before
    /// one for any address. Null when none fits.
    @Nullable
    UdpEndpoint find(long localHigh, long localLow, int localPort, long remoteHigh, long remoteLow, int port) {
        UdpEndpoint best = null;
        int bestScore = -1;
        for (UdpEndpoint each = first(localPort); each != null; each = each.nextAtPort) {
            int score = each.score(localHigh, localLow, remoteHigh, remoteLow, port);
            if (score > bestScore) {
                best = each;
                bestScore = score;
            }
        }
        return best;
    }

    /// The next socket for a broadcast or multicast datagram, at `from` or behind it: one that is bound to no single
    /// address or to that of the group, not connected to somebody else, and joined the group if it wants only such.
    @Nullable
    UdpEndpoint nextForGroup(@Nullable UdpEndpoint from, Packet packet, int port) {
        for (UdpEndpoint each = from; each != null; each = each.nextAtPort) {
            if (isForGroup(each, packet, port)) {
                return each;
            }
        }
        return null;
    }

    private static boolean isForGroup(UdpEndpoint endpoint, Packet packet, int port) {
        long high = packet.destinationHigh;
        long low = packet.destinationLow;
        IpAddress local = endpoint.localAddress;
        boolean bound = local == null
                || (local.isUnspecified() && local.isIp4() == IpAddress.isIp4(high, low))
                || (local.low() == low && local.high() == high);
        IpAddress remote = endpoint.remoteAddress;
        boolean peer = remote == null
                || (endpoint.remotePort == port
                        && remote.low() == packet.sourceLow
                        && remote.high() == packet.sourceHigh);
        boolean multicast = IpAddress.isMulticast(high, low);
        return bound && peer && (!multicast || endpoint.groups.takes(packet));
    }

    /// Whether a socket would take the datagram if it were not connected to somebody else.
    boolean hasConnected(Packet packet, int localPort) {
        for (UdpEndpoint each = first(localPort); each != null; each = each.nextAtPort) {
            IpAddress local = each.localAddress();
            if (each.isConnected()
                    && local != null
                    && local.low() == packet.destinationLow
                    && local.high() == packet.destinationHigh) {
                return true;
            }
        }
        return false;
    }

    /// Whether a socket with this local address (null for any) would share datagrams with one that is there, and not
    /// both want to.
    boolean conflicts(@Nullable IpAddress local, int port, boolean shared) {
        for (UdpEndpoint each = first(port); each != null; each = each.nextAtPort) {
            if (!(shared && each.shared) && overlap(local, each.localAddress)) {
                return true;
            }
        }
        return false;
    }

    /// Whether a socket is at this port of the address, or of all addresses.
    boolean isUsed(long high, long low, int port) {
        for (UdpEndpoint each = first(port); each != null; each = each.nextAtPort) {
            IpAddress local = each.localAddress;
            if (local == null || local.isUnspecified() || local.low() == low && local.high() == high) {
                return true;
            }
        }
        return false;
    }

    private static boolean overlap(@Nullable IpAddress a, @Nullable IpAddress b) {
        if (a == null || b == null) {
            return true;
        }
        return a.isIp4() == b.isIp4() && (a.isUnspecified() || b.isUnspecified() || a.equals(b));
    }
}
