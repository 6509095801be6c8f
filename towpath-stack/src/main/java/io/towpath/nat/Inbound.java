package io.towpath.nat;

import io.towpath.core.Counter;
import io.towpath.core.Drop;
import io.towpath.core.Packet;
import io.towpath.ip.Hook.Verdict;
import io.towpath.wire.Ip6Address;
import io.towpath.wire.IpAddress;
import io.towpath.wire.IpProtocol;
import io.towpath.wire.Prefix;
import io.towpath.wire.TcpHeader;
import java.util.List;

/// Packets that come in by an outside interface: those for an outside endpoint get their inside destination,
/// those for sockets of this box pass, and all others end here.
final class Inbound extends Way {
    private final HeldSyns held;

    Inbound(Parts parts, HeldSyns held) {
        super(parts);
        this.held = held;
    }

    /// Takes a packet at PREROUTING.
    Verdict enter(long now, Packet packet) {
        long high = packet.destinationHigh;
        long low = packet.destinationLow;
        if (packet.toGroup || IpAddress.isMulticast(high, low) || IpAddress.isBroadcast(high, low)) {
            return Verdict.ACCEPT;
        }
        if (isFromInside(packet)) {
            return drop(now, packet, Drop.MARTIAN_SOURCE);
        }
        boolean local = box.isLocal(high, low);
        boolean identity = Nat.isIp6(packet) && settings.get().ip6() == NatConfig.Ip6.FILTERED;
        if (identity && local) {
            return Verdict.ACCEPT;
        }
        if (!identity && !addresses.contains(high, low)) {
            // Another address of this box, as far as it is one. Inside addresses are not reached from outside
            // by their own names, that of the box included: what listens there alone is for inside hosts.
            return addresses.isOfBox(high, low) || isBroadcast(packet)
                    ? Verdict.ACCEPT
                    : drop(now, packet, Drop.NAT_UNSOLICITED);
        }
        return switch (tuple.read(packet)) {
            case PORTS, REPLY -> translate(now, packet, local);
            case ERROR -> error(now, packet, local);
            case REQUEST, OTHER -> local ? Verdict.ACCEPT : drop(now, packet, Drop.NAT_UNSOLICITED);
            // A filter knows the first fragment, without which the others are of no use to anybody.
            case LATER_FRAGMENT -> identity ? Verdict.ACCEPT : drop(now, packet, Drop.NAT_UNTRANSLATABLE);
            case MALFORMED -> drop(now, packet, tuple.fault);
        };
    }

    /// Whether the sender is inside, to go by the route to it: it is made up, for the sake of those who trust
    /// their neighbours (RFC 2827 §4, RFC 3704 §2.2). Link-local addresses are on both sides.
    private boolean isFromInside(Packet packet) {
        boolean own = packet.interfaceIndex == Nat.LOOPBACK;
        if (own || Ip6Address.isLinkLocal(packet.sourceHigh)) {
            return false;
        }
        int via = box.interfaceTo(packet.sourceHigh, packet.sourceLow);
        return via > 0 && !settings.get().isOutside(via);
    }

    /// Whether it is for all on the link that it came by: for this box too, and not passed on.
    private boolean isBroadcast(Packet packet) {
        List<Prefix> own = box.addresses(packet.interfaceIndex);
        for (int i = 0; i < own.size(); i++) {
            Prefix prefix = own.get(i);
            if (prefix.length() <= 30
                    && prefix.contains(packet.destinationHigh, packet.destinationLow)
                    && prefix.broadcast().low() == packet.destinationLow) {
                return true;
            }
        }
        return false;
    }

    private Verdict translate(long now, Packet packet, boolean local) {
        Tuple t = tuple;
        Mapping mapping = mappings.outside(t.protocol, t.destinationHigh, t.destinationLow, t.destinationPort);
        if (mapping == null || !mappings.sessions().admits(mapping, t.sourceHigh, t.sourceLow, t.sourcePort)) {
            return unsolicited(now, packet, local);
        }
        if (mappings.sessions().isNews(mapping, t) && local && isOwn(t)) {
            // A connection of this box that is older than the mapping, to another server than its first.
            return Verdict.ACCEPT;
        }
        mappings.sessions().received(now, mapping, t, packet.bytes);
        if (!mapping.isIdentity()) {
            rewriter.destination(
                    packet.bytes, t, packet.checksumAt, mapping.insideHigh, mapping.insideLow, mapping.insidePort);
        }
        context.counters().count(Counter.NAT_IN);
        return Verdict.ACCEPT;
    }

    private Verdict unsolicited(long now, Packet packet, boolean local) {
        Tuple t = tuple;
        if (local && isOwn(t)) {
            return Verdict.ACCEPT;
        }
        if (t.protocol == IpProtocol.TCP
                && (TcpHeader.flags(packet.bytes, t.transportAt) & (TcpHeader.SYN | TcpHeader.ACK | TcpHeader.RST))
                        == TcpHeader.SYN) {
            held.hold(now, packet, t);
            return Verdict.TAKEN;
        }
        return drop(now, packet, Drop.NAT_UNSOLICITED);
    }

    private boolean isOwn(Tuple t) {
        return box.isOwn(
                t.protocol,
                t.destinationHigh,
                t.destinationLow,
                t.destinationPort,
                t.sourceHigh,
                t.sourceLow,
                t.sourcePort);
    }

    /// Whether a socket of this box sent the quoted packet.
    private boolean isOwnQuoted(Tuple quoted) {
        return box.isOwn(
                quoted.protocol,
                quoted.sourceHigh,
                quoted.sourceLow,
                quoted.sourcePort,
                quoted.destinationHigh,
                quoted.destinationLow,
                quoted.destinationPort);
    }

    private Verdict error(long now, Packet packet, boolean local) {
        Tuple t = tuple;
        boolean readable = icmp.read(packet, t);
        Tuple quoted = icmp.quoted();
        Mapping mapping = readable ? icmp.mappingOfSource() : null;
        if (mapping == null) {
            // RFC 5508 §4.2: without a mapping it is dropped, unless it is for this box, whose transports
            // judge it.
            return local ? Verdict.ACCEPT : drop(now, packet, readable ? Drop.NAT_UNSOLICITED : Drop.BAD_ICMP);
        }
        if (!mappings.sessions()
                .sentTo(mapping, quoted.destinationHigh, quoted.destinationLow, quoted.destinationPort)) {
            return local && isOwnQuoted(quoted) ? Verdict.ACCEPT : drop(now, packet, Drop.NAT_UNSOLICITED);
        }
        icmp.inward(packet, t, mapping);
        context.counters().count(Counter.NAT_ICMP_ERRORS);
        return Verdict.ACCEPT;
    }
}
