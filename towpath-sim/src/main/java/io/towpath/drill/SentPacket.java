package io.towpath.drill;

import io.towpath.wire.Bytes;
import io.towpath.wire.Ip4Header;
import io.towpath.wire.Ip6Header;
import io.towpath.wire.IpAddress;
import io.towpath.wire.IpProtocol;
import io.towpath.wire.Octets;
import io.towpath.wire.TcpHeader;
import io.towpath.wire.TcpOption;
import io.towpath.wire.TcpSegment;
import io.towpath.wire.UdpDatagram;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A packet that the host sent, read.
///
/// @param at when, nanoseconds of the host's clock
/// @param trafficClass DSCP and ECN
/// @param hopLimit TTL or hop limit
/// @param protocol what it carries
/// @param tcp the segment, null when it carries none
/// @param udp the datagram, null when it carries none
/// @param sctp the SCTP packet, null when it carries none
/// @param destination where it goes
record SentPacket(
        long at,
        int trafficClass,
        int hopLimit,
        int protocol,
        @Nullable TcpSegment tcp,
        @Nullable UdpDatagram udp,
        @Nullable Octets sctp,
        IpAddress destination) {

    /// Reads what the host sent.
    static SentPacket read(VirtualHost.Sent sent) {
        byte[] b = sent.bytes;
        boolean ip4 = b[0] >>> 4 == 4;
        int at = ip4 ? Ip4Header.headerLength(b, 0) : Ip6Header.LENGTH;
        int protocol = ip4 ? Ip4Header.protocol(b, 0) : Ip6Header.nextHeader(b, 0);
        return new SentPacket(
                sent.at,
                ip4 ? Ip4Header.trafficClass(b, 0) : Ip6Header.trafficClass(b, 0),
                ip4 ? Ip4Header.timeToLive(b, 0) : Ip6Header.hopLimit(b, 0),
                protocol,
                protocol == IpProtocol.TCP ? TcpSegment.parse(b, at, b.length) : null,
                protocol == IpProtocol.UDP ? UdpDatagram.parse(b, at, b.length) : null,
                protocol == IpProtocol.SCTP ? Octets.of(b, at, b.length) : null,
                ip4
                        ? IpAddress.of(0, 0xffff_0000_0000L | Bytes.u32(b, 16))
                        : IpAddress.of(Bytes.i64(b, 24), Bytes.i64(b, 32)));
    }

    /// Whether it belongs to `flow`. A flow whose own port is not known yet takes what goes to its peer.
    boolean isOf(Flow flow) {
        if (tcp != null) {
            return tcp.destinationPort() == flow.remotePort
                    && (flow.localPort == 0 || tcp.sourcePort() == flow.localPort);
        }
        return true;
    }

    /// This segment and the data of the next one, as if the host had not cut them apart; null when `next` does
    /// not continue this one.
    @Nullable
    SentPacket joined(SentPacket next) {
        TcpSegment a = tcp;
        TcpSegment b = next.tcp;
        int alone = TcpHeader.SYN | TcpHeader.RST | TcpHeader.FIN;
        if (a == null
                || b == null
                || (a.flags() & alone) != 0
                || (b.flags() & TcpHeader.SYN) != 0
                || b.sequence() != (a.sequence() + a.payload().length() & 0xffff_ffffL)
                || b.payload().isEmpty()
                || b.acknowledgment() != a.acknowledgment()
                || b.window() != a.window()
                || next.trafficClass != trafficClass
                || !b.options().equals(a.options())) {
            return null;
        }
        byte[] data = new byte[a.payload().length() + b.payload().length()];
        b.payload().write(data, a.payload().write(data, 0));
        var both = new TcpSegment(
                a.sourcePort(),
                a.destinationPort(),
                a.sequence(),
                a.acknowledgment(),
                a.flags() | b.flags(),
                a.window(),
                a.urgentPointer(),
                a.options(),
                Octets.of(data));
        return new SentPacket(at, trafficClass, hopLimit, protocol, both, null, null, destination);
    }

    /// The same segment with more flags.
    SentPacket with(int moreFlags) {
        TcpSegment a = tcp;
        if (a == null) {
            return this;
        }
        var changed = new TcpSegment(
                a.sourcePort(),
                a.destinationPort(),
                a.sequence(),
                a.acknowledgment(),
                a.flags() | moreFlags,
                a.window(),
                a.urgentPointer(),
                a.options(),
                a.payload());
        return new SentPacket(at, trafficClass, hopLimit, protocol, changed, null, null, destination);
    }

    /// The packet in the script's notation, with the numbers of `flow`.
    String text(Flow flow) {
        if (tcp != null) {
            return spec(flow, tcp).toString();
        }
        if (udp != null) {
            return "udp(" + udp.payload().length() + ")";
        }
        return "a packet of protocol " + protocol;
    }

    private static PacketSpec spec(Flow flow, TcpSegment segment) {
        boolean syn = segment.has(TcpHeader.SYN);
        long sequence =
                syn ? flow.scriptSynSequence(segment.sequence()) : segment.sequence() - flow.localBase() & 0xffff_ffffL;
        return new PacketSpec.Tcp(
                new PacketSpec.IpSpec(null, null, null),
                segment.flags(),
                sequence,
                false,
                segment.payload().length(),
                segment.has(TcpHeader.ACK)
                        ? segment.acknowledgment() - flow.acknowledgmentBase(segment) & 0xffff_ffffL
                        : null,
                segment.window(),
                segment.has(TcpHeader.URG) ? segment.urgentPointer() : null,
                options(flow, segment));
    }

    /// The options of `segment` with the numbers of `flow`.
    static List<TcpOption> options(Flow flow, TcpSegment segment) {
        return OptionNotation.relative(OptionNotation.spread(flow.judged(segment)), flow.remoteBase());
    }
}
