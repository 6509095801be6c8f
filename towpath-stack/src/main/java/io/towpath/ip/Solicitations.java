package io.towpath.ip;

import io.towpath.core.Context;
import io.towpath.core.Counter;
import io.towpath.core.Packet;
import io.towpath.wire.ArpHeader;
import io.towpath.wire.EtherType;
import io.towpath.wire.EthernetHeader;
import io.towpath.wire.Icmp6Header;
import io.towpath.wire.Ip6Address;
import io.towpath.wire.Ip6Header;
import io.towpath.wire.IpAddress;
import io.towpath.wire.IpProtocol;
import io.towpath.wire.MacAddress;
import io.towpath.wire.NdHeader;
import io.towpath.wire.NdOptions;
import io.towpath.wire.Prefix;
import org.jspecify.annotations.Nullable;

/// Writes the questions and answers of ARP and neighbour discovery.
final class Solicitations {
    /// RFC 4861 §7.1: the hop limit that proves that a message comes from the link itself.
    static final int ND_HOP_LIMIT = 255;

    private final Context context;

    Solicitations(Context context) {
        this.context = context;
    }

    /// Asks for the link-layer address of `high:low`.
    ///
    /// @param mac whom to ask, or 0 to ask everybody
    void ask(long now, IpInterface via, long high, long low, long mac) {
        Prefix own = ownAddress(via, high, low);
        if (own == null) {
            return; // Without an address of this family there is nobody to answer to; the entry will time out.
        }
        if (IpAddress.isIp4(high, low)) {
            long to = mac == 0 ? MacAddress.BROADCAST.bits() : mac;
            arp(now, via, ArpHeader.REQUEST, (int) own.address().low(), 0, (int) low, to);
        } else {
            solicit(now, via, own.address(), high, low, mac);
        }
    }

    /// The interface's address in the same network as the target, else its first of that family.
    private static @Nullable Prefix ownAddress(IpInterface via, long high, long low) {
        boolean ip4 = IpAddress.isIp4(high, low);
        Prefix first = null;
        for (Prefix prefix : via.addresses()) {
            if (prefix.contains(high, low)) {
                return prefix;
            }
            if (first == null && prefix.address().isIp4() == ip4) {
                first = prefix;
            }
        }
        return first;
    }

    /// Sends one ARP packet.
    ///
    /// @param sender our address
    /// @param targetMac the target's link-layer address as far as is known
    /// @param to link-layer destination
    void arp(long now, IpInterface via, int operation, int sender, long targetMac, int target, long to) {
        Packet packet = context.pool().take(EthernetHeader.LENGTH + ArpHeader.LENGTH);
        EthernetHeader.write(packet.bytes, packet.at, to, via.macBits(), EtherType.ARP);
        ArpHeader.write(
                packet.bytes, packet.at + EthernetHeader.LENGTH, operation, via.macBits(), sender, targetMac, target);
        packet.end = packet.at + EthernetHeader.LENGTH + ArpHeader.LENGTH;
        via.queue(now, packet);
    }

    private void solicit(long now, IpInterface via, IpAddress own, long high, long low, long mac) {
        Packet packet = begin();
        int next = NdHeader.writeSolicitation(packet.bytes, packet.transportAt, high, low);
        // RFC 4861 §7.2.2: the option must be in a multicast solicitation and should be in a unicast one.
        packet.end = NdOptions.writeLink(packet.bytes, next, NdOptions.SOURCE_LINK, via.macBits());
        Ip6Address group = Ip6Address.solicitedNode(low);
        long toHigh = mac == 0 ? group.high() : high;
        long toLow = mac == 0 ? group.low() : low;
        long toMac = mac == 0 ? MacAddress.multicastBits(toHigh, toLow) : mac;
        complete(now, via, packet, own.high(), own.low(), toHigh, toLow, toMac);
    }

    /// Answers a solicitation for our address `ownHigh:ownLow`.
    void advertise(
            long now, IpInterface via, long ownHigh, long ownLow, long toHigh, long toLow, long toMac, int flags) {
        Packet packet = begin();
        int next = NdHeader.writeAdvertisement(packet.bytes, packet.transportAt, flags, ownHigh, ownLow);
        packet.end = NdOptions.writeLink(packet.bytes, next, NdOptions.TARGET_LINK, via.macBits());
        complete(now, via, packet, ownHigh, ownLow, toHigh, toLow, toMac);
    }

    private Packet begin() {
        Packet packet = context.pool().take(128);
        packet.transportAt = packet.at;
        packet.protocol = IpProtocol.ICMPV6;
        return packet;
    }

    private void complete(
            long now,
            IpInterface via,
            Packet packet,
            long fromHigh,
            long fromLow,
            long toHigh,
            long toLow,
            long toMac) {
        int length = packet.length();
        packet.at -= Ip6Header.LENGTH;
        packet.networkAt = packet.at;
        Ip6Header.write(
                packet.bytes,
                packet.at,
                0,
                0,
                length,
                IpProtocol.ICMPV6,
                ND_HOP_LIMIT,
                fromHigh,
                fromLow,
                toHigh,
                toLow);
        long pseudo = Ip6Header.pseudo(packet.bytes, packet.at, IpProtocol.ICMPV6, length);
        Icmp6Header.writeChecksum(packet.bytes, packet.transportAt, packet.end, pseudo);
        packet.at -= EthernetHeader.LENGTH;
        EthernetHeader.write(packet.bytes, packet.at, toMac, via.macBits(), EtherType.IPV6);
        context.counters().count(Counter.ICMP_OUT);
        context.counters().count(Counter.IP_OUT);
        via.queue(now, packet);
    }
}
