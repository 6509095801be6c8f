package io.towpath.ip;

import io.towpath.core.Context;
import io.towpath.core.Counter;
import io.towpath.core.Drop;
import io.towpath.core.Event;
import io.towpath.core.Medium;
import io.towpath.core.Packet;
import io.towpath.core.TxBatch;
import io.towpath.wire.Bytes;
import io.towpath.wire.EtherType;
import io.towpath.wire.EthernetHeader;
import io.towpath.wire.InternetChecksum;
import io.towpath.wire.IpAddress;
import io.towpath.wire.IpProtocol;
import io.towpath.wire.MacAddress;
import org.jspecify.annotations.Nullable;

/// The last step of a packet: checksum completed if the link does not do it, link-layer header, into the batch or
/// the interface's queue.
final class LinkOutput {
    private final Context context;

    LinkOutput(Context context) {
        this.context = context;
    }

    /// Sends a packet that needs no neighbour: raw IP, or a group address on Ethernet.
    ///
    /// @param out where to, or null for the interface's backlog
    void direct(long now, Packet packet, IpInterface via, long nextHigh, long nextLow, @Nullable TxBatch out) {
        if (via.medium() == Medium.ETHERNET) {
            long mac = IpAddress.isMulticast(nextHigh, nextLow)
                    ? MacAddress.multicastBits(nextHigh, nextLow)
                    : MacAddress.BROADCAST.bits();
            frame(packet, via, mac);
        }
        finish(now, packet, via, out);
    }

    /// Sends a packet to a link-layer address.
    void to(long now, Packet packet, IpInterface via, long mac, @Nullable TxBatch out) {
        frame(packet, via, mac);
        finish(now, packet, via, out);
    }

    private static void frame(Packet packet, IpInterface via, long mac) {
        int type = Bytes.u8(packet.bytes, packet.at) >>> 4 == 4 ? EtherType.IPV4 : EtherType.IPV6;
        packet.at -= EthernetHeader.LENGTH;
        EthernetHeader.write(packet.bytes, packet.at, mac, via.macBits(), type);
    }

    private void finish(long now, Packet packet, IpInterface via, @Nullable TxBatch out) {
        if (!via.isUp()) {
            context.drop(now, packet, Drop.LINK_DOWN);
            return;
        }
        packet.interfaceIndex = via.index();
        if (packet.checksumAt != 0 && !via.offloads().checksum()) {
            completeChecksum(packet);
        }
        context.counters().count(Counter.IP_OUT);
        if (context.events().wants(Event.Kind.PACKET_OUT)) {
            context.events().emit(new IpEvent.PacketOut(now, via.index(), packet));
        }
        if (out != null && !out.isFull()) {
            out.add(packet);
        } else {
            via.queue(now, packet);
        }
    }

    /// The field holds the folded pseudo-header sum; the segment around it is summed as it stands.
    static void completeChecksum(Packet packet) {
        long sum = InternetChecksum.add(0, packet.bytes, packet.transportAt, packet.end);
        int checksum = InternetChecksum.finish(sum);
        // RFC 768: "If the computed checksum is zero, it is transmitted as all ones".
        Bytes.put16(
                packet.bytes,
                packet.checksumAt,
                checksum == 0 && packet.protocol == IpProtocol.UDP ? 0xffff : checksum);
        packet.checksumAt = 0;
    }
}
