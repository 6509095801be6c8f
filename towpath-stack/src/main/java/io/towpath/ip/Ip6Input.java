package io.towpath.ip;

import io.towpath.core.Context;
import io.towpath.core.Drop;
import io.towpath.core.Packet;
import io.towpath.wire.Bytes;
import io.towpath.wire.Icmp6Header;
import io.towpath.wire.Ip6Extensions;
import io.towpath.wire.Ip6Header;
import io.towpath.wire.IpAddress;
import io.towpath.wire.IpProtocol;
import io.towpath.wire.Malformed;
import org.jspecify.annotations.Nullable;

/// IPv6 packets that come in: header, addresses, extension headers, fragments (RFC 8200).
final class Ip6Input {
    private final Context context;
    private final Delivery delivery;
    private final IcmpErrors errors;
    private final Interfaces interfaces;
    private final Reassembler reassembler;
    private final Ip6Extensions extensions = new Ip6Extensions();
    private final Ip6Extensions inner = new Ip6Extensions();
    private boolean reassembleAll;

    Ip6Input(Context context, Delivery delivery, IcmpErrors errors, Interfaces interfaces, Reassembler reassembler) {
        this.context = context;
        this.delivery = delivery;
        this.errors = errors;
        this.interfaces = interfaces;
        this.reassembler = reassembler;
    }

    /// Takes a packet, IP header at `at`; `packet.toGroup` says whether it came as a link-layer broadcast.
    void input(long now, Packet packet, IpInterface from) {
        byte[] b = packet.bytes;
        int at = packet.at;
        Malformed malformed = Ip6Header.check(b, at, packet.end);
        if (!malformed.ok()) {
            context.drop(now, packet, malformed == Malformed.TRUNCATED ? Drop.TRUNCATED : Drop.BAD_IP_HEADER);
            return;
        }
        packet.end = at + Ip6Header.totalLength(b, at);
        packet.networkAt = at;
        packet.transportAt = at + Ip6Header.LENGTH;
        packet.protocol = Ip6Header.nextHeader(b, at);
        packet.trafficClass = Ip6Header.trafficClass(b, at);
        packet.hopLimit = Ip6Header.hopLimit(b, at);
        IpOutput.readAddresses(packet);
        Drop martian = Martians.reason6(packet, from, interfaces);
        if (martian != null) {
            context.drop(now, packet, martian);
        } else if (reassembleAll && isFragment(packet)) {
            Packet whole = reassemble(now, packet);
            if (whole != null && delivery.passPrerouting(now, whole)) {
                route(now, whole, from);
            }
        } else if (delivery.passPrerouting(now, packet)) {
            route(now, packet, from);
        }
    }

    /// From here on no hook sees a fragment.
    void reassembleAll() {
        reassembleAll = true;
    }

    /// Whether the packet is a part of a datagram; then the walk over its extension headers has found where.
    private boolean isFragment(Packet packet) {
        byte[] b = packet.bytes;
        int at = packet.networkAt;
        if (!Ip6Extensions.isExtension(Ip6Header.nextHeader(b, at))
                || !extensions.walk(b, at, packet.end).ok()
                || extensions.fragmentAt < 0
                || Ip6Extensions.isWhole(b, extensions.fragmentAt)) {
            return false;
        }
        packet.protocol = extensions.upperProtocol;
        packet.transportAt = extensions.upperAt;
        return true;
    }

    private void route(long now, Packet packet, IpInterface from) {
        if (from.isGroupMember(packet.destinationHigh, packet.destinationLow)) {
            packet.toGroup = true;
        } else if (!interfaces.isLocal(packet.destinationHigh, packet.destinationLow)) {
            delivery.forward(now, packet);
            return;
        }
        // RFC 4291 §2.5.2: the unspecified address is a source only while a host does not know its own address yet.
        if ((packet.sourceHigh | packet.sourceLow) == 0 && packet.protocol != IpProtocol.ICMPV6) {
            context.drop(now, packet, Drop.MARTIAN_SOURCE);
            return;
        }
        extensions(now, packet, !packet.reassembled);
    }

    /// Walks the extension headers of a packet for this host and goes on with what is behind them.
    private void extensions(long now, Packet packet, boolean mayBeFragment) {
        byte[] b = packet.bytes;
        int at = packet.networkAt;
        if (!Ip6Extensions.isExtension(Ip6Header.nextHeader(b, at))) {
            packet.protocol = Ip6Header.nextHeader(b, at);
            packet.transportAt = at + Ip6Header.LENGTH;
            deliver(now, packet, at + 6, !mayBeFragment);
            return;
        }
        Malformed malformed = extensions.walk(b, at, packet.end);
        packet.protocol = extensions.upperProtocol;
        packet.transportAt = extensions.upperAt;
        if (!malformed.ok()) {
            malformed(now, packet, malformed);
        } else if (extensions.unknownOptionAt >= 0) {
            unknownOption(now, packet);
        } else if (extensions.routingAt >= 0) {
            // RFC 8200 §4.4: a routing type that is not recognised, with segments left; type 0 is one (RFC 5095).
            int typeAt = extensions.routingAt + 2;
            errors.parameterProblem6(now, packet, Icmp6Header.CODE_FIELD, typeAt - at);
            context.drop(now, packet, Drop.BAD_IP_OPTIONS);
        } else if (extensions.fragmentAt >= 0 && !Ip6Extensions.isWhole(b, extensions.fragmentAt)) {
            if (mayBeFragment) {
                fragment(now, packet);
            } else {
                // A fragment inside a reassembled datagram would let one packet cost as much as thousands.
                context.drop(now, packet, Drop.BAD_FRAGMENT);
            }
        } else {
            // An atomic fragment is a whole packet and meets no other fragments (RFC 6946 §4).
            deliver(now, packet, extensions.upperNamedAt, !mayBeFragment || extensions.fragmentAt >= 0);
        }
    }

    private void deliver(long now, Packet packet, int protocolAt, boolean fragmented) {
        if (fragmented && isNeighborDiscovery(packet)) {
            // RFC 6980 §5: "Nodes MUST silently ignore the following Neighbor Discovery […] messages if the packets
            // carrying them include an IPv6 Fragmentation Header".
            context.drop(now, packet, Drop.BAD_NEIGHBOR_DISCOVERY);
        } else {
            delivery.deliver(now, packet, protocolAt);
        }
    }

    private static boolean isNeighborDiscovery(Packet packet) {
        if (packet.protocol != IpProtocol.ICMPV6 || packet.transportAt >= packet.end) {
            return false;
        }
        int type = Icmp6Header.type(packet.bytes, packet.transportAt);
        return type >= Icmp6Header.ROUTER_SOLICITATION && type <= Icmp6Header.REDIRECT;
    }

    private void malformed(long now, Packet packet, Malformed malformed) {
        int pointer = extensions.faultAt - packet.networkAt;
        if (malformed == Malformed.BAD_EXTENSION && packet.bytes[extensions.faultAt] == IpProtocol.HOP_BY_HOP) {
            // RFC 8200 §4: "The same action should be taken if a node encounters a Next Header value of zero in any
            // header other than an IPv6 header."
            errors.parameterProblem6(now, packet, Icmp6Header.CODE_NEXT_HEADER, pointer);
        }
        context.drop(now, packet, malformed == Malformed.TRUNCATED ? Drop.TRUNCATED : Drop.BAD_IP_OPTIONS);
    }

    private void unknownOption(long now, Packet packet) {
        int optionAt = extensions.unknownOptionAt;
        int type = Bytes.u8(packet.bytes, optionAt);
        if (Ip6Extensions.optionNeedsReply(
                type, IpAddress.isMulticast(packet.destinationHigh, packet.destinationLow))) {
            errors.parameterProblem6(now, packet, Icmp6Header.CODE_OPTION, optionAt - packet.networkAt);
        }
        context.drop(now, packet, Drop.BAD_IP_OPTIONS);
    }

    private void fragment(long now, Packet packet) {
        Packet whole = reassemble(now, packet);
        if (whole != null) {
            extensions(now, whole, false);
        }
    }

    /// Takes a fragment, over whose extension headers the walk went; gives the whole datagram when it was the
    /// last one missing.
    private @Nullable Packet reassemble(long now, Packet packet) {
        byte[] b = packet.bytes;
        int fragmentAt = extensions.fragmentAt;
        int offset = Ip6Extensions.fragmentOffset(b, fragmentAt);
        boolean more = Ip6Extensions.moreFragments(b, fragmentAt);
        int length = packet.end - packet.transportAt;
        if (more && (length & 7) != 0) {
            // RFC 8200 §4.5: code 0, pointing to the Payload Length field.
            errors.parameterProblem6(now, packet, Icmp6Header.CODE_FIELD, 4);
            context.drop(now, packet, Drop.BAD_FRAGMENT);
            return null;
        }
        int unfragmentable = fragmentAt - packet.networkAt - Ip6Header.LENGTH;
        if (unfragmentable + offset + length > Ip6Header.PAYLOAD_LENGTH_MAX) {
            // RFC 8200 §4.5: code 0, pointing to the Fragment Offset field.
            int pointer = fragmentAt + 2 - packet.networkAt;
            errors.parameterProblem6(now, packet, Icmp6Header.CODE_FIELD, pointer);
            context.drop(now, packet, Drop.BAD_FRAGMENT);
            return null;
        }
        if (length == 0 || (offset == 0 && !hasWholeHeaderChain(packet))) {
            context.drop(now, packet, Drop.BAD_FRAGMENT);
            return null;
        }
        // RFC 8200 §4.5: "the same Source Address, Destination Address, and Fragment Identification".
        long key = 1L << 40 | (Ip6Extensions.identification(b, fragmentAt) & 0xffff_ffffL);
        Packet whole = reassembler.add(now, packet, key, offset, !more);
        if (whole != null) {
            whole.at = whole.networkAt;
        }
        return whole;
    }

    /// RFC 7112 §5: the first fragment holds the whole chain of headers.
    private boolean hasWholeHeaderChain(Packet packet) {
        boolean walked = inner.walk(packet.bytes, extensions.fragmentAt, packet.transportAt, packet.end)
                .ok();
        return walked && inner.upperAt < packet.end;
    }
}
