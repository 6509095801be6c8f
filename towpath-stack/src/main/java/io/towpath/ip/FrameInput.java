package io.towpath.ip;

import io.towpath.core.Context;
import io.towpath.core.Counter;
import io.towpath.core.Drop;
import io.towpath.core.Event;
import io.towpath.core.Medium;
import io.towpath.core.Packet;
import io.towpath.wire.EtherType;
import io.towpath.wire.EthernetHeader;
import io.towpath.wire.Ip4Header;

/// The first step of a packet that comes in: what the link put in front of the IP header.
final class FrameInput {
    private final Context context;
    private final Ip4Input ip4;
    private final Ip6Input ip6;
    private final ArpInput arp;

    FrameInput(Context context, Ip4Input ip4, Ip6Input ip6, ArpInput arp) {
        this.context = context;
        this.ip4 = ip4;
        this.ip6 = ip6;
        this.arp = arp;
    }

    void input(long now, IpInterface from, Packet packet) {
        context.counters().count(Counter.IP_IN);
        packet.interfaceIndex = from.index();
        packet.toGroup = false;
        if (context.events().wants(Event.Kind.PACKET_IN)) {
            context.events().emit(new IpEvent.PacketIn(now, from.index(), packet));
        }
        if (!from.isUp()) {
            context.drop(now, packet, Drop.LINK_DOWN);
        } else if (from.medium() == Medium.ETHERNET) {
            ethernet(now, from, packet);
        } else {
            raw(now, from, packet);
        }
    }

    private void raw(long now, IpInterface from, Packet packet) {
        if (packet.length() < 1) {
            context.drop(now, packet, Drop.TRUNCATED);
            return;
        }
        switch (Ip4Header.version(packet.bytes, packet.at)) {
            case 4 -> ip4.input(now, packet, from);
            case 6 -> ip6.input(now, packet, from);
            default -> context.drop(now, packet, Drop.UNKNOWN_ETHERTYPE);
        }
    }

    private void ethernet(long now, IpInterface from, Packet packet) {
        byte[] b = packet.bytes;
        int at = packet.at;
        if (!EthernetHeader.check(b, at, packet.end).ok()) {
            context.drop(now, packet, Drop.TRUNCATED);
            return;
        }
        boolean group = EthernetHeader.isGroup(b, at);
        if (!group && EthernetHeader.destination(b, at) != from.macBits()) {
            context.drop(now, packet, Drop.OTHER_LINK_ADDRESS);
            return;
        }
        packet.toGroup = group;
        packet.at += EthernetHeader.LENGTH;
        switch (EthernetHeader.type(b, at)) {
            case EtherType.IPV4 -> ip4.input(now, packet, from);
            case EtherType.IPV6 -> ip6.input(now, packet, from);
            case EtherType.ARP -> arp.input(now, packet, from);
            default -> context.drop(now, packet, Drop.UNKNOWN_ETHERTYPE);
        }
    }
}
