package io.towpath.ip;

import io.towpath.core.Context;
import io.towpath.core.Counter;
import io.towpath.core.Drop;
import io.towpath.core.Packet;
import io.towpath.wire.Icmp6Header;
import io.towpath.wire.IcmpHeader;
import io.towpath.wire.Ip4Header;
import io.towpath.wire.Ip6Address;
import io.towpath.wire.Ip6Extensions;
import io.towpath.wire.Ip6Header;
import io.towpath.wire.IpAddress;

/// Packets for other hosts (RFC 1812 §5.2, RFC 8200 §3).
final class Forwarder {
    private final Context context;
    private final Routing routing;
    private final Hooks hooks;
    private final IpOutput output;
    private final IcmpErrors errors;

    Forwarder(Context context, Routing routing, Hooks hooks, IpOutput output, IcmpErrors errors) {
        this.context = context;
        this.routing = routing;
        this.hooks = hooks;
        this.output = output;
        this.errors = errors;
    }

    /// Takes a packet whose destination is not ours, fields parsed, `at == networkAt`.
    void forward(long now, Packet packet) {
        boolean ip4 = IpAddress.isIp4(packet.destinationHigh, packet.destinationLow);
        if (!mayForward(packet)) {
            context.drop(now, packet, Drop.NOT_FOR_US);
            return;
        }
        RouteTable.Entry entry =
                routing.table().find(packet.destinationHigh, packet.destinationLow, routing.interfaces(), -1);
        if (entry == null) {
            errors.unreachable(now, packet, IcmpHeader.CODE_NETWORK, Icmp6Header.CODE_NO_ROUTE);
            context.drop(now, packet, Drop.NO_ROUTE);
            return;
        }
        IpInterface via = routing.interfaces().get(entry.interfaceIndex());
        // A directed broadcast is not forwarded (RFC 2644 §4).
        if (via.isBroadcast(packet.destinationHigh, packet.destinationLow)) {
            context.drop(now, packet, Drop.NOT_FOR_US);
            return;
        }
        if (packet.hopLimit <= 1) {
            errors.timeExceeded(now, packet, IcmpHeader.CODE_TIME_TO_LIVE);
            context.drop(now, packet, Drop.HOP_LIMIT_EXCEEDED);
            return;
        }
        if (!fits(now, packet, via, ip4)) {
            return;
        }
        if (!hooks.isEmpty(Hook.Point.FORWARD) && !output.pass(now, Hook.Point.FORWARD, packet)) {
            return;
        }
        packet.hopLimit = ip4
                ? Ip4Header.decrementTimeToLive(packet.bytes, packet.at)
                : Ip6Header.decrementHopLimit(packet.bytes, packet.at);
        context.counters().count(Counter.IP_FORWARDED);
        output.passOn(now, packet, via, entry.gateway());
    }

    private static boolean mayForward(Packet packet) {
        if (packet.toGroup || IpAddress.isMulticast(packet.destinationHigh, packet.destinationLow)) {
            return false;
        }
        if (IpAddress.isIp4(packet.destinationHigh, packet.destinationLow)) {
            // RFC 3927 §7: link-local addresses are never routed.
            return (packet.destinationLow & 0xffff_0000L) != 0xa9fe_0000L
                    && (packet.sourceLow & 0xffff_0000L) != 0xa9fe_0000L
                    && (int) packet.destinationLow != -1;
        }
        // RFC 4291 §2.5.2 and §2.5.6: not to or from link-local addresses, not from the unspecified one.
        return !Ip6Address.isLinkLocal(packet.destinationHigh)
                && !Ip6Address.isLinkLocal(packet.sourceHigh)
                && (packet.sourceHigh | packet.sourceLow) != 0;
    }

    /// What came in fragments and was put together for a hook's sake leaves in fragments: its sender did its
    /// part. With extension headers it does not, for some of them must be in every fragment.
    private static boolean mayBeCutAgain(Packet packet, boolean ip4) {
        return packet.reassembled && !ip4 && !Ip6Extensions.isExtension(Ip6Header.nextHeader(packet.bytes, packet.at));
    }

    private boolean fits(long now, Packet packet, IpInterface via, boolean ip4) {
        int length = packet.length();
        if (length <= via.mtu()) {
            return true;
        }
        if (packet.segmentBytes > 0) {
            boolean taken = length <= via.offloads().segmentationMax();
            if (!taken) {
                context.drop(now, packet, Drop.TOO_BIG);
            }
            return taken;
        }
        if (ip4 && !Ip4Header.dontFragment(packet.bytes, packet.at)) {
            return true;
        }
        if (mayBeCutAgain(packet, ip4)) {
            return true;
        }
        errors.packetTooBig(now, packet, via.mtu());
        context.drop(now, packet, Drop.TOO_BIG);
        return false;
    }
}
