package io.towpath.nat;

import io.towpath.core.Counter;
import io.towpath.core.Drop;
import io.towpath.core.Packet;
import io.towpath.ip.Hook.Verdict;

/// Packets from inside to an outside endpoint of this NAT: they turn back here, with both endpoints
/// rewritten. RFC 4787 §6 REQ-9: "A NAT MUST support 'Hairpinning'. a) A NAT Hairpinning behavior MUST be
/// 'External source IP address and port'."
///
/// So the receiver sees what a host outside would see, and the filter asks what it would ask of that host.
final class Hairpin extends Way {
    private final Outbound outbound;

    Hairpin(Parts parts, Outbound outbound) {
        super(parts);
        this.outbound = outbound;
    }

    /// Takes a packet from inside at PREROUTING.
    Verdict enter(long now, Packet packet) {
        if (!addresses.contains(packet.destinationHigh, packet.destinationLow)) {
            return Verdict.ACCEPT;
        }
        Tuple t = tuple;
        return switch (t.read(packet)) {
            case PORTS -> turn(now, packet);
            case ERROR -> error(now, packet);
            case MALFORMED -> drop(now, packet, t.fault);
            case REQUEST, REPLY, OTHER, LATER_FRAGMENT -> nobody(now, packet);
        };
    }

    private Verdict turn(long now, Packet packet) {
        Tuple t = tuple;
        Mapping target = mappings.outside(t.protocol, t.destinationHigh, t.destinationLow, t.destinationPort);
        if (target == null || !settings.get().hairpinning()) {
            return nobody(now, packet);
        }
        Mapping own = outbound.obtain(now, packet, t, false);
        if (own == null) {
            return Verdict.TAKEN;
        }
        if (!mappings.sessions().admits(target, own.outsideHigh, own.outsideLow, own.outsidePort)) {
            return drop(now, packet, Drop.NAT_UNSOLICITED);
        }
        byte[] b = packet.bytes;
        rewriter.source(b, t, packet.checksumAt, own.outsideHigh, own.outsideLow, own.outsidePort);
        outbound.identify(packet, t);
        mappings.sessions().received(now, target, t, b);
        rewriter.destination(b, t, packet.checksumAt, target.insideHigh, target.insideLow, target.insidePort);
        context.counters().count(Counter.NAT_HAIRPINNED);
        return Verdict.ACCEPT;
    }

    private Verdict error(long now, Packet packet) {
        return turnError(packet, false) ? Verdict.ACCEPT : nobody(now, packet);
    }

    /// Rewrites an error of this box about a packet that it turned: the box sends it to its own outside address,
    /// for that is the sender whom the packet names. False when it is about another packet.
    boolean takesOwnError(Packet packet) {
        return tuple.read(packet) == Tuple.Kind.ERROR && turnError(packet, true);
    }

    /// An error about a packet that was turned: its receiver knows both endpoints by their outside (RFC 5508
    /// §5). False when it is about another packet.
    private boolean turnError(Packet packet, boolean own) {
        if (!icmp.read(packet, tuple)) {
            return false;
        }
        Mapping sender = icmp.mappingOfSource();
        Mapping receiver = icmp.mappingOfDestination();
        if (sender == null || receiver == null) {
            return false;
        }
        icmp.outward(packet, tuple, receiver, own);
        icmp.inward(packet, tuple, sender);
        context.counters().count(Counter.NAT_ICMP_ERRORS);
        return true;
    }

    /// Nobody inside is meant: this box itself, if the address is its own.
    private Verdict nobody(long now, Packet packet) {
        return box.isLocal(packet.destinationHigh, packet.destinationLow)
                ? Verdict.ACCEPT
                : drop(now, packet, Drop.NAT_UNSOLICITED);
    }
}
