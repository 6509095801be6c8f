package io.towpath.ip;

import io.towpath.core.Context;
import io.towpath.core.Counter;
import io.towpath.core.Drop;
import io.towpath.core.Medium;
import io.towpath.core.Network;
import io.towpath.core.Packet;
import io.towpath.core.TxBatch;
import io.towpath.wire.Bytes;
import io.towpath.wire.Ip4Header;
import io.towpath.wire.Ip6Address;
import io.towpath.wire.Ip6Header;
import io.towpath.wire.IpAddress;
import org.jspecify.annotations.Nullable;

/// Packets on their way out: IP header, hooks, fragments, next hop.
final class IpOutput {
    private final Context context;
    private final int hopLimitDefault;
    private final Routing routing;
    private final Hooks hooks;
    private final LinkOutput link;
    private final NeighborTable neighbors;
    private final Identification identification;
    private final Fragmenter fragmenter;

    IpOutput(
            Context context,
            IpConfig config,
            Routing routing,
            Hooks hooks,
            LinkOutput link,
            NeighborTable neighbors,
            Identification identification) {
        this.context = context;
        this.hopLimitDefault = config.hopLimit();
        this.routing = routing;
        this.hooks = hooks;
        this.link = link;
        this.neighbors = neighbors;
        this.identification = identification;
        this.fragmenter = new Fragmenter(context.pool());
    }

    /// Sends a transport segment along a route: [Network#output].
    void output(
            long now,
            Packet packet,
            IpRoute route,
            int protocol,
            int trafficClass,
            int hopLimit,
            boolean dontFragment,
            @Nullable TxBatch out) {
        packet.transportAt = packet.at;
        packet.protocol = protocol;
        packet.trafficClass = trafficClass == Network.DEFAULT ? 0 : trafficClass;
        packet.hopLimit = hopLimit == Network.DEFAULT ? defaultHopLimit(route) : hopLimit;
        packet.sourceHigh = route.sourceHigh;
        packet.sourceLow = route.sourceLow;
        packet.destinationHigh = route.destinationHigh;
        packet.destinationLow = route.destinationLow;
        int mtu = route.mtu();
        int length = packet.length() + route.headerBytes() + labelBytes(packet);
        boolean whole = dontFragment && !(route.isIp4() && route.belowFloor());
        if (!fits(packet, length, mtu, route.via, whole)) {
            context.drop(now, packet, Drop.TOO_BIG);
            return;
        }
        prependHeader(packet, whole, route.flowLabel);
        if (!hooks.isEmpty(Hook.Point.OUTPUT) && !passOutputHooks(now, packet, route)) {
            return;
        }
        if (!hooks.isEmpty(Hook.Point.POSTROUTING) && !passPostrouting(now, packet, route.via)) {
            return;
        }
        if (packet.length() > mtu && packet.segmentBytes == 0) {
            fragment(now, packet, route.via, route.nextHigh, route.nextLow, mtu);
        } else {
            emit(now, packet, route, out);
        }
    }

    private int defaultHopLimit(IpRoute route) {
        // RFC 1112 §6.1: "the default time-to-live for all multicast IP datagrams is 1".
        boolean group = IpAddress.isMulticast(route.destinationHigh, route.destinationLow);
        return group ? 1 : hopLimitDefault;
    }

    /// Whether the packet may leave by `via`: whole, as a super-segment, or in fragments.
    private static boolean fits(Packet packet, int length, int mtu, IpInterface via, boolean whole) {
        boolean ip4 = IpAddress.isIp4(packet.destinationHigh, packet.destinationLow);
        if (length > Ip4Header.TOTAL_LENGTH_MAX + (ip4 ? 0 : Ip6Header.LENGTH)) {
            return false;
        }
        if (packet.segmentBytes > 0) {
            return length <= mtu || length <= via.offloads().segmentationMax();
        }
        return length <= mtu || !whole;
    }

    private void prependHeader(Packet packet, boolean dontFragment, int flowLabel) {
        int length = packet.length();
        if (IpAddress.isIp4(packet.destinationHigh, packet.destinationLow)) {
            int options = labelBytes(packet);
            packet.at -= Ip4Header.LENGTH + options;
            // RFC 6864 §4.1: the identification of a packet that cannot be fragmented may be anything.
            int id = dontFragment ? 0 : identification.next(packet, 16);
            Ip4Header.write(
                    packet.bytes,
                    packet.at,
                    packet.trafficClass,
                    length + Ip4Header.LENGTH + options,
                    id,
                    dontFragment ? Ip4Header.DONT_FRAGMENT : 0,
                    packet.hopLimit,
                    packet.protocol,
                    (int) packet.sourceLow,
                    (int) packet.destinationLow);
            if (options > 0) {
                writeLabel(packet, options);
            }
        } else {
            packet.at -= Ip6Header.LENGTH;
            Ip6Header.write(
                    packet.bytes,
                    packet.at,
                    packet.trafficClass,
                    flowLabel,
                    length,
                    packet.protocol,
                    packet.hopLimit,
                    packet.sourceHigh,
                    packet.sourceLow,
                    packet.destinationHigh,
                    packet.destinationLow);
        }
        packet.networkAt = packet.at;
    }

    /// What the label of a packet adds to its header: IPv6 has no option for it.
    private static int labelBytes(Packet packet) {
        boolean ip4 = IpAddress.isIp4(packet.destinationHigh, packet.destinationLow);
        return packet.label == null || !ip4 ? 0 : packet.label.headerBytes();
    }

    private static void writeLabel(Packet packet, int options) {
        if (packet.label != null) {
            packet.label.write(packet.bytes, packet.at + Ip4Header.LENGTH);
        }
        Bytes.put8(packet.bytes, packet.at, 0x40 | (Ip4Header.LENGTH + options) >> 2);
        Ip4Header.writeChecksum(packet.bytes, packet.at);
    }

    /// Sends a message that the IP layer itself makes (ICMP), at once, to the destination in the packet's fields:
    /// `bytes[at..end)` is the message, its addresses, protocol, traffic class and hop limit are set.
    void reply(long now, Packet packet) {
        packet.transportAt = packet.at;
        prependHeader(packet, false, 0);
        if (!hooks.isEmpty(Hook.Point.OUTPUT) && !pass(now, Hook.Point.OUTPUT, packet)) {
            return;
        }
        send(now, packet);
    }

    /// Sends a packet of our own whose IP header is complete to wherever its destination leads, in fragments if
    /// need be.
    private void send(long now, Packet packet) {
        long high = packet.destinationHigh;
        long low = packet.destinationLow;
        if (routing.interfaces().isLocal(high, low)) {
            send(
                    now,
                    packet,
                    routing.interfaces().get(0),
                    null,
                    ownMtu(packet, routing.interfaces().get(0)));
            return;
        }
        int only = isLinkScope(high, low) ? packet.interfaceIndex : -1;
        RouteTable.Entry entry = routing.table().find(high, low, routing.interfaces(), only);
        if (entry != null) {
            IpInterface via = routing.interfaces().get(entry.interfaceIndex());
            send(now, packet, via, entry.gateway(), ownMtu(packet, via));
        } else if (only > 0) {
            IpInterface via = routing.interfaces().get(only);
            send(now, packet, via, null, ownMtu(packet, via));
        } else {
            context.drop(now, packet, Drop.NO_ROUTE);
        }
    }

    private static boolean isLinkScope(long high, long low) {
        return Ip6Address.isLinkLocal(high) || IpAddress.isMulticast(high, low);
    }

    private int ownMtu(Packet packet, IpInterface via) {
        PathMtuTable.PathMtu learnt = routing.pathMtus().find(packet.destinationHigh, packet.destinationLow);
        return learnt == null ? via.mtu() : Math.min(via.mtu(), learnt.mtu);
    }

    /// Passes on the packet of another host by `via`. It was found to fit, or to be an IPv4 packet that may be cut.
    void passOn(long now, Packet packet, IpInterface via, @Nullable IpAddress gateway) {
        send(now, packet, via, gateway, via.mtu());
    }

    private void send(long now, Packet packet, IpInterface via, @Nullable IpAddress gateway, int mtu) {
        if (!hooks.isEmpty(Hook.Point.POSTROUTING) && !passPostrouting(now, packet, via)) {
            return;
        }
        long nextHigh = gateway == null ? packet.destinationHigh : gateway.high();
        long nextLow = gateway == null ? packet.destinationLow : gateway.low();
        if (packet.length() <= mtu) {
            emit(now, packet, via, nextHigh, nextLow);
        } else if (packet.segmentBytes == 0) {
            fragment(now, packet, via, nextHigh, nextLow, mtu);
        } else if (packet.length() <= via.offloads().segmentationMax()) {
            emit(now, packet, via, nextHigh, nextLow);
        } else {
            context.drop(now, packet, Drop.TOO_BIG);
        }
    }

    private void fragment(long now, Packet packet, IpInterface via, long nextHigh, long nextLow, int mtu) {
        if (packet.checksumAt != 0) {
            LinkOutput.completeChecksum(packet);
        }
        boolean ip4 = Ip4Header.version(packet.bytes, packet.at) == 4;
        fragmenter.begin(packet, mtu, ip4 ? 0 : identification.next(packet, 32));
        context.counters().count(Counter.IP_FRAGMENTED);
        for (Packet part = fragmenter.next(); part != null; part = fragmenter.next()) {
            context.counters().count(Counter.IP_FRAGMENTS_OUT);
            emit(now, part, via, nextHigh, nextLow);
        }
        packet.release();
    }

    private void emit(long now, Packet packet, IpRoute route, @Nullable TxBatch out) {
        IpInterface via = route.via;
        if (via.medium() == Medium.RAW_IP || isGroup(via, route.nextHigh, route.nextLow)) {
            link.direct(now, packet, via, route.nextHigh, route.nextLow, out);
            return;
        }
        Neighbor neighbor = route.neighbor;
        if (neighbor == null || !neighbor.isAlive()) {
            neighbor = neighbors.obtain(now, via, route.nextHigh, route.nextLow);
            route.neighbor = neighbor;
        }
        neighbors.send(now, packet, neighbor, out);
    }

    private void emit(long now, Packet packet, IpInterface via, long nextHigh, long nextLow) {
        if (via.medium() == Medium.RAW_IP || isGroup(via, nextHigh, nextLow)) {
            link.direct(now, packet, via, nextHigh, nextLow, null);
        } else {
            neighbors.send(now, packet, neighbors.obtain(now, via, nextHigh, nextLow), null);
        }
    }

    private static boolean isGroup(IpInterface via, long high, long low) {
        return IpAddress.isMulticast(high, low) || via.isBroadcast(high, low);
    }

    /// Hooks see there by which interface the packet leaves; errors about it must know by which it came.
    private boolean passPostrouting(long now, Packet packet, IpInterface via) {
        int from = packet.interfaceIndex;
        packet.interfaceIndex = via.index();
        boolean passed = pass(now, Hook.Point.POSTROUTING, packet);
        if (passed) {
            packet.interfaceIndex = from;
        }
        return passed;
    }

    private boolean passOutputHooks(long now, Packet packet, IpRoute route) {
        if (!pass(now, Hook.Point.OUTPUT, packet)) {
            return false;
        }
        if (packet.destinationHigh == route.destinationHigh && packet.destinationLow == route.destinationLow) {
            return true;
        }
        send(now, packet); // The hook gave it another destination, so it takes another way.
        return false;
    }

    /// Asks the hooks at `point`; false when the packet is gone. Parsed addresses are read again, for hooks may
    /// rewrite.
    boolean pass(long now, Hook.Point point, Packet packet) {
        switch (hooks.apply(now, point, packet)) {
            case ACCEPT -> {
                readAddresses(packet);
                return true;
            }
            case DROP -> {
                context.drop(now, packet, Drop.FILTERED);
                return false;
            }
            case TAKEN -> {
                return false;
            }
        }
        return false;
    }

    /// Fills the address fields from the IP header at `packet.networkAt`.
    static void readAddresses(Packet packet) {
        byte[] b = packet.bytes;
        int at = packet.networkAt;
        if (Ip4Header.version(b, at) == 4) {
            packet.sourceHigh = 0;
            packet.sourceLow = IpAddress.MAPPED_PREFIX | (Ip4Header.source(b, at) & 0xffff_ffffL);
            packet.destinationHigh = 0;
            packet.destinationLow = IpAddress.MAPPED_PREFIX | (Ip4Header.destination(b, at) & 0xffff_ffffL);
        } else {
            packet.sourceHigh = Ip6Header.sourceHigh(b, at);
            packet.sourceLow = Ip6Header.sourceLow(b, at);
            packet.destinationHigh = Ip6Header.destinationHigh(b, at);
            packet.destinationLow = Ip6Header.destinationLow(b, at);
        }
    }
}
