package io.towpath.ip;

import io.towpath.core.Context;
import io.towpath.core.Drop;
import io.towpath.core.Packet;
import io.towpath.wire.ArpHeader;
import io.towpath.wire.IpAddress;

/// ARP packets that come in, RFC 826 "Packet Reception": learn from the sender, answer if we are asked.
final class ArpInput {
    private final Context context;
    private final NeighborTable neighbors;
    private final Solicitations solicitations;

    ArpInput(Context context, NeighborTable neighbors, Solicitations solicitations) {
        this.context = context;
        this.neighbors = neighbors;
        this.solicitations = solicitations;
    }

    /// Takes an ARP packet, `at` behind the Ethernet header.
    void input(long now, Packet packet, IpInterface via) {
        byte[] b = packet.bytes;
        int at = packet.at;
        if (!ArpHeader.check(b, at, packet.end).ok()) {
            context.drop(now, packet, Drop.BAD_ARP);
            return;
        }
        long senderMac = ArpHeader.senderHardware(b, at);
        int sender = ArpHeader.senderProtocol(b, at);
        long senderLow = mapped(sender);
        long targetLow = mapped(ArpHeader.targetProtocol(b, at));
        boolean probe = sender == 0; // RFC 5227 §2.1.1: somebody asks whether an address is free.
        boolean groupMac = (senderMac & 0x0100_0000_0000L) != 0 || senderMac == 0;
        boolean badSender = !probe && (IpAddress.isMulticast(0, senderLow) || via.isBroadcast(0, senderLow));
        if (groupMac || badSender || via.hasAddress(0, senderLow)) {
            context.drop(now, packet, Drop.BAD_ARP);
            return;
        }
        boolean forUs = via.hasAddress(0, targetLow);
        switch (ArpHeader.operation(b, at)) {
            case ArpHeader.REQUEST -> {
                if (!probe) {
                    // RFC 826: known senders are updated in any case, new ones are learnt when we are the target;
                    // those of other networks are no neighbours.
                    neighbors.heard(now, via, 0, senderLow, senderMac, forUs && via.isOnLink(0, senderLow));
                }
                if (forUs) {
                    solicitations.arp(now, via, ArpHeader.REPLY, (int) targetLow, senderMac, sender, senderMac);
                }
                packet.release();
            }
            case ArpHeader.REPLY -> {
                boolean solicited = forUs && ArpHeader.targetHardware(b, at) == via.macBits();
                if (!probe) {
                    neighbors.answered(now, via, 0, senderLow, senderMac, solicited, true);
                }
                packet.release();
            }
            default -> context.drop(now, packet, Drop.BAD_ARP);
        }
    }

    private static long mapped(int bits) {
        return IpAddress.MAPPED_PREFIX | (bits & 0xffff_ffffL);
    }
}
