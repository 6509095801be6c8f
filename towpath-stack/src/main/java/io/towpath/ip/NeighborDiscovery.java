package io.towpath.ip;

import io.towpath.core.Context;
import io.towpath.core.Drop;
import io.towpath.core.Medium;
import io.towpath.core.Packet;
import io.towpath.wire.Icmp6Header;
import io.towpath.wire.Ip6Address;
import io.towpath.wire.IpAddress;
import io.towpath.wire.MacAddress;
import io.towpath.wire.NdHeader;
import io.towpath.wire.NdOptions;

/// Neighbour discovery messages that come in (RFC 4861). Solicitations for our addresses are answered and both kinds
/// teach the [NeighborTable]; addresses are static, so router advertisements and redirects are checked and ignored.
final class NeighborDiscovery {
    private final Context context;
    private final Interfaces interfaces;
    private final NeighborTable neighbors;
    private final Solicitations solicitations;
    private final NdOptions options = new NdOptions();

    NeighborDiscovery(Context context, Interfaces interfaces, NeighborTable neighbors, Solicitations solicitations) {
        this.context = context;
        this.interfaces = interfaces;
        this.neighbors = neighbors;
        this.solicitations = solicitations;
    }

    /// Takes a message whose ICMPv6 checksum is right, `at == transportAt`.
    void input(long now, Packet packet) {
        byte[] b = packet.bytes;
        int at = packet.at;
        IpInterface via = interfaces.get(packet.interfaceIndex);
        // RFC 4861 §6.1, §7.1, §8.1: a hop limit of 255 means that no router forwarded it.
        if (packet.hopLimit != Solicitations.ND_HOP_LIMIT
                || !NdHeader.check(b, at, packet.end).ok()) {
            context.drop(now, packet, Drop.BAD_NEIGHBOR_DISCOVERY);
            return;
        }
        if (via.medium() != Medium.ETHERNET) {
            context.drop(now, packet, Drop.ICMP_UNWANTED);
            return;
        }
        options.parse(b, NdHeader.optionsAt(b, at), packet.end);
        boolean good = switch (Icmp6Header.type(b, at)) {
            case Icmp6Header.NEIGHBOR_SOLICITATION -> onSolicitation(now, packet, via);
            case Icmp6Header.NEIGHBOR_ADVERTISEMENT -> onAdvertisement(now, packet, via);
            default -> {
                context.drop(now, packet, Drop.ICMP_UNWANTED);
                yield true;
            }
        };
        if (!good) {
            context.drop(now, packet, Drop.BAD_NEIGHBOR_DISCOVERY);
        }
    }

    /// RFC 4861 §7.1.1 and §7.2.3. False when the message is not valid.
    private boolean onSolicitation(long now, Packet packet, IpInterface via) {
        byte[] b = packet.bytes;
        long targetHigh = NdHeader.targetHigh(b, packet.at);
        long targetLow = NdHeader.targetLow(b, packet.at);
        boolean probe = (packet.sourceHigh | packet.sourceLow) == 0;
        if (IpAddress.isMulticast(targetHigh, targetLow)) {
            return false;
        }
        if (probe && (options.sourceLink >= 0 || !isSolicitedNode(packet))) {
            return false;
        }
        if (isBadLinkAddress(options.sourceLink)) {
            return false;
        }
        if (!via.hasAddress(targetHigh, targetLow)) {
            context.drop(now, packet, Drop.ICMP_UNWANTED);
            return true;
        }
        if (probe) {
            // "the Solicited flag to zero and multicast the advertisement to the all-nodes address."
            Ip6Address all = Ip6Address.ALL_NODES;
            long group = MacAddress.multicastBits(all.high(), all.low());
            solicitations.advertise(now, via, targetHigh, targetLow, all.high(), all.low(), group, NdHeader.OVERRIDE);
        } else {
            answer(now, packet, via, targetHigh, targetLow);
        }
        packet.release();
        return true;
    }

    private void answer(long now, Packet packet, IpInterface via, long targetHigh, long targetLow) {
        if (options.sourceLink >= 0) {
            neighbors.heard(now, via, packet.sourceHigh, packet.sourceLow, options.sourceLink, true);
        }
        Neighbor asker = neighbors.find(via, packet.sourceHigh, packet.sourceLow);
        if (asker == null || asker.state == NeighborState.INCOMPLETE) {
            return; // A unicast solicitation without its option, from somebody we do not know: it asks again by group.
        }
        solicitations.advertise(
                now,
                via,
                targetHigh,
                targetLow,
                packet.sourceHigh,
                packet.sourceLow,
                asker.mac,
                NdHeader.SOLICITED | NdHeader.OVERRIDE);
    }

    private static boolean isSolicitedNode(Packet packet) {
        return packet.destinationHigh == 0xff02_0000_0000_0000L
                && (packet.destinationLow & 0xffff_ffff_ff00_0000L) == 0x0000_0001_ff00_0000L;
    }

    private static boolean isBadLinkAddress(long mac) {
        return mac == 0 || (mac >= 0 && (mac & 0x0100_0000_0000L) != 0);
    }

    /// RFC 4861 §7.1.2 and §7.2.5. False when the message is not valid.
    private boolean onAdvertisement(long now, Packet packet, IpInterface via) {
        byte[] b = packet.bytes;
        long targetHigh = NdHeader.targetHigh(b, packet.at);
        long targetLow = NdHeader.targetLow(b, packet.at);
        int flags = NdHeader.neighborFlags(b, packet.at);
        boolean solicited = (flags & NdHeader.SOLICITED) != 0;
        if (IpAddress.isMulticast(targetHigh, targetLow)
                || (packet.toGroup && solicited)
                || isBadLinkAddress(options.targetLink)) {
            return false;
        }
        neighbors.answered(
                now, via, targetHigh, targetLow, options.targetLink, solicited, (flags & NdHeader.OVERRIDE) != 0);
        packet.release();
        return true;
    }
}
