package io.towpath.nat;

import io.towpath.core.Counter;
import io.towpath.core.Drop;
import io.towpath.core.Packet;
import io.towpath.ip.Hook.Verdict;
import io.towpath.wire.Bytes;
import io.towpath.wire.InternetChecksum;
import io.towpath.wire.Ip4Header;
import io.towpath.wire.IpAddress;
import io.towpath.wire.IpProtocol;
import org.jspecify.annotations.Nullable;

/// Packets that leave by an outside interface: they get an outside source.
final class Outbound extends Way {
    private final HeldSyns held;

    Outbound(Parts parts, HeldSyns held) {
        super(parts);
        this.held = held;
    }

    /// Takes a packet at POSTROUTING.
    Verdict leave(long now, Packet packet) {
        // With IPv6 filtered, all that is not of this host is inside.
        boolean identity = Nat.isIp6(packet) && settings.get().ip6() == NatConfig.Ip6.FILTERED;
        boolean own = identity ? box.isLocal(packet.sourceHigh, packet.sourceLow) : isOwnOutside(packet);
        // The only thing of this box that knows inside endpoints is an error about a packet for one.
        if (own && !Nat.isIcmp(packet)) {
            return Verdict.ACCEPT;
        }
        Tuple t = tuple;
        Tuple.Kind kind = t.read(packet);
        if (own) {
            return kind == Tuple.Kind.ERROR ? error(now, packet, true) : Verdict.ACCEPT;
        }
        return switch (kind) {
            case PORTS, REQUEST -> translate(now, packet, identity);
            case ERROR -> error(now, packet, false);
            case REPLY, OTHER, LATER_FRAGMENT -> identity ? Verdict.ACCEPT : drop(now, packet, Drop.NAT_UNTRANSLATABLE);
            case MALFORMED -> drop(now, packet, t.fault);
        };
    }

    /// Whether this box sends by an address that it uses outside. An inside host may claim to have an outside
    /// address that no interface has. Before it has any, a host sends from the unspecified one.
    private boolean isOwnOutside(Packet packet) {
        long high = packet.sourceHigh;
        long low = packet.sourceLow;
        return addresses.isOfBox(high, low) || high == 0 && (low == 0 || low == IpAddress.MAPPED_PREFIX);
    }

    private Verdict translate(long now, Packet packet, boolean identity) {
        Tuple t = tuple;
        Mapping mapping = obtain(now, packet, t, identity);
        if (mapping == null) {
            return Verdict.TAKEN;
        }
        if (!mapping.isIdentity()) {
            rewriter.source(
                    packet.bytes, t, packet.checksumAt, mapping.outsideHigh, mapping.outsideLow, mapping.outsidePort);
            identify(packet, t);
        }
        context.counters().count(Counter.NAT_OUT);
        return Verdict.ACCEPT;
    }

    /// The senders behind one outside address do not know each other's identifications, and fragments of two
    /// datagrams with one would be put together. RFC 6864 §5.3.1: packets that are rewritten comply "as if
    /// the datagram were sourced by that device". What may not be cut needs none (§4.1).
    void identify(Packet packet, Tuple t) {
        byte[] b = packet.bytes;
        int at = packet.networkAt;
        if (Ip4Header.version(b, at) != 4 || Ip4Header.dontFragment(b, at)) {
            return;
        }
        packet.sourceHigh = t.sourceHigh;
        packet.sourceLow = t.sourceLow;
        int identification = box.identification(packet);
        int checksum =
                InternetChecksum.update16(Ip4Header.checksum(b, at), Ip4Header.identification(b, at), identification);
        Bytes.put16(b, at + 4, identification);
        Bytes.put16(b, at + 10, checksum);
    }

    /// The mapping of a packet from inside, made when there is none, with what its session learns of the
    /// packet. Null when the packet is gone.
    @Nullable
    Mapping obtain(long now, Packet packet, Tuple t, boolean identity) {
        Mapping mapping = mappings.find(t);
        if (mapping == null) {
            if (Sessions.isEnd(packet.bytes, t) || mappings.isOutside(t.sourceHigh, t.sourceLow)) {
                // There is no connection that it could end; or answers would not come back this way: the source is
                // made up (RFC 2827), or the packet came from outside and goes back there, led by a forward.
                context.drop(now, packet, Drop.NAT_UNTRANSLATABLE);
                return null;
            }
            mapping = mappings.obtain(now, t, identity);
        }
        if (mapping == null) {
            refuse(now, packet, t, mappings.refusal);
            return null;
        }
        if (!mappings.sessions().sent(now, mapping, t, packet.bytes)) {
            refuse(now, packet, t, mappings.sessions().refusal);
            return null;
        }
        if (t.protocol == IpProtocol.TCP) {
            held.answered(now, mapping, t.destinationHigh, t.destinationLow, t.destinationPort);
        }
        return mapping;
    }

    /// RFC 5508 §6: "the NAT device SHOULD send an ICMP destination unreachable message, with a code of 13
    /// (Communication administratively prohibited) to the sender".
    private void refuse(long now, Packet packet, Tuple t, Drop reason) {
        mappings.tellRefused(now, t, reason);
        box.prohibited(now, packet);
        context.drop(now, packet, reason);
    }

    private Verdict error(long now, Packet packet, boolean own) {
        boolean readable = icmp.read(packet, tuple);
        Mapping mapping = readable ? icmp.mappingOfDestination() : null;
        if (mapping == null) {
            return own ? Verdict.ACCEPT : drop(now, packet, readable ? Drop.NAT_UNTRANSLATABLE : Drop.BAD_ICMP);
        }
        icmp.outward(packet, tuple, mapping, own);
        if (!own && !mapping.isIdentity()) {
            identify(packet, tuple);
        }
        context.counters().count(Counter.NAT_ICMP_ERRORS);
        return Verdict.ACCEPT;
    }
}
