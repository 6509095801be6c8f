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

    /// The socket for a broadcast or multicast datagram: one that is neither bound to one address nor connected. No
    /// two of them share a port, so there is no need to copy.
    @Nullable
    UdpEndpoint findForGroup(Packet packet, int localPort) {
        boolean ip4 = IpAddress.isIp4(packet.destinationHigh, packet.destinationLow);
        for (UdpEndpoint each = first(localPort); each != null; each = each.nextAtPort) {
            IpAddress local = each.localAddress;
            boolean any = local == null || (local.isUnspecified() && local.isIp4() == ip4);
            if (any && !each.isConnected()) {
                return each;
            }
        }
        return null;
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

    /// Whether a socket with this local address (null for any) would share datagrams with one that is there.
    boolean conflicts(@Nullable IpAddress local, int port) {
        for (UdpEndpoint each = first(port); each != null; each = each.nextAtPort) {
            if (overlap(local, each.localAddress)) {
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
