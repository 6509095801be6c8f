package io.towpath.drill;

import io.towpath.drill.PacketSpec.IpSpec;
import io.towpath.drill.script.NotUnderstood;
import io.towpath.drill.sctp.PacketNotation;
import io.towpath.drill.sctp.SctpSession;
import io.towpath.wire.Icmp6Message;
import io.towpath.wire.IcmpMessage;
import io.towpath.wire.Ip4Address;
import io.towpath.wire.Ip4Header;
import io.towpath.wire.Ip4Packet;
import io.towpath.wire.Ip6Packet;
import io.towpath.wire.IpAddress;
import io.towpath.wire.IpProtocol;
import io.towpath.wire.Octets;
import io.towpath.wire.TcpHeader;
import io.towpath.wire.TcpOption;
import io.towpath.wire.TcpSegment;
import io.towpath.wire.UdpDatagram;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Makes octets of the packets that a script sends to the host.
final class Injector {
    /// What routers quote of a packet at least: the header and eight octets (RFC 792); IPv6 has room for more.
    private static final int QUOTED_OCTETS = 40;

    private final IpAddress local;
    private final IpAddress remote;
    private final SctpSession sctp;

    /// @param local the host's address
    /// @param remote the peer's, and that of every router
    /// @param sctp makes SCTP packets
    Injector(IpAddress local, IpAddress remote, SctpSession sctp) {
        this.local = local;
        this.remote = remote;
        this.sctp = sctp;
    }

    /// The octets of `spec` in `flow`.
    byte[] packet(int line, PacketSpec spec, Flow flow) {
        return switch (spec) {
            case PacketSpec.Tcp tcp ->
                ip(tcp.ip(), IpProtocol.TCP, segment(line, tcp, flow).emit(remote, local));
            case PacketSpec.Udp udp ->
                ip(
                        udp.ip(),
                        IpProtocol.UDP,
                        new UdpDatagram(flow.remotePort, flow.localPort, zeros(udp.length())).emit(remote, local));
            case PacketSpec.Sctp packet -> sctp(line, packet);
            case PacketSpec.Icmp icmp -> icmp(line, icmp, flow);
        };
    }

    private byte[] sctp(int line, PacketSpec.Sctp packet) {
        try {
            byte[] octets = sctp.octets(packet.packet());
            PacketNotation.UdpPorts ports = packet.packet().encapsulation();
            if (ports == null) {
                return ip(packet.ip(), IpProtocol.SCTP, octets);
            }
            // RFC 6951: the same packet as the data of a datagram.
            var datagram = new UdpDatagram(ports.source(), ports.destination(), Octets.of(octets));
            return ip(packet.ip(), IpProtocol.UDP, datagram.emit(remote, local));
        } catch (IllegalArgumentException e) {
            throw new NotUnderstood(line, String.valueOf(e.getMessage()));
        }
    }

    private static Octets zeros(int length) {
        return Octets.of(new byte[length]);
    }

    private static <T> T or(@Nullable T value, T otherwise) {
        return value == null ? otherwise : value;
    }

    private static TcpSegment segment(int line, PacketSpec.Tcp spec, Flow flow) {
        List<TcpOption> options = flow.wireOptions(or(spec.options(), List.of()));
        if (spec.length() > 0xffff - TcpHeader.LENGTH_MAX - 40) {
            throw new NotUnderstood(line, "a segment to the host that is larger than a packet");
        }
        return flow.signed(new TcpSegment(
                flow.remotePort,
                flow.localPort,
                flow.wireSequence(spec),
                flow.wireAcknowledgment(spec),
                spec.flags(),
                or(spec.window(), 0),
                or(spec.urgent(), 0),
                options,
                zeros(spec.length())));
    }

    private byte[] ip(IpSpec spec, int protocol, byte[] payload) {
        return ip(spec, remote, local, protocol, payload);
    }

    private static byte[] ip(IpSpec spec, IpAddress from, IpAddress to, int protocol, byte[] payload) {
        int trafficClass = or(spec.trafficClass(), 0) & ~3 | or(spec.ecn(), or(spec.trafficClass(), 0) & 3);
        int hopLimit = or(spec.hopLimit(), 64);
        if (from instanceof Ip4Address from4 && to instanceof Ip4Address to4) {
            return new Ip4Packet(
                            trafficClass,
                            0,
                            Ip4Header.DONT_FRAGMENT,
                            hopLimit,
                            protocol,
                            from4,
                            to4,
                            Octets.EMPTY,
                            Octets.of(payload))
                    .emit();
        }
        return new Ip6Packet(trafficClass, 0, protocol, hopLimit, from, to, Octets.of(payload)).emit();
    }

    private byte[] icmp(int line, PacketSpec.Icmp spec, Flow flow) {
        boolean ip4 = VirtualHost.isIp4(local);
        int typeAndCode = spec.type().typeAndCode(ip4);
        if (typeAndCode < 0) {
            throw new NotUnderstood(line, "icmp " + spec.type().notation() + " with this version of IP");
        }
        boolean advertises = spec.type() == IcmpKind.ROUTER_ADVERTISEMENT;
        Octets quoted = advertises ? mtuAdvertised(spec.mtu()) : quoted(line, spec.quoted(), flow);
        int type = typeAndCode >>> 8;
        int code = typeAndCode & 0xff;
        int rest = advertises ? 0 : (int) spec.mtu();
        return ip4
                ? ip(spec.ip(), IpProtocol.ICMP, new IcmpMessage(type, code, rest, quoted).emit())
                : ip(spec.ip(), IpProtocol.ICMPV6, new Icmp6Message(type, code, rest, quoted).emit(remote, local));
    }

    /// RFC 4861 §4.2 and §4.6.4: the times of a router advertisement, which says nothing of them, and the MTU
    /// option.
    private static Octets mtuAdvertised(long mtu) {
        return Octets.of(ByteBuffer.allocate(16)
                .position(8)
                .put((byte) 5)
                .put((byte) 1)
                .position(12)
                .putInt((int) mtu)
                .array());
    }

    /// What the host sent and the router complains of: the beginning of the packet.
    private Octets quoted(int line, @Nullable PacketSpec spec, Flow flow) {
        var none = new IpSpec(null, null, null);
        byte[] whole = switch (spec) {
            case null -> quotedSegment(TcpHeader.SYN, flow.localBase(), flow, 0);
            case PacketSpec.Tcp tcp ->
                quotedSegment(
                        tcp.flags(), or(tcp.sequence(), 0L) + flow.localBase() & 0xffff_ffffL, flow, tcp.length());
            case PacketSpec.Udp udp ->
                ip(
                        none,
                        local,
                        remote,
                        IpProtocol.UDP,
                        new UdpDatagram(flow.localPort, flow.remotePort, zeros(udp.length())).emit(local, remote));
            case PacketSpec.Sctp packet -> throw new NotUnderstood(line, "an ICMP error about " + packet);
            case PacketSpec.Icmp icmp -> throw new NotUnderstood(line, "an ICMP error about " + icmp);
        };
        return Octets.of(Arrays.copyOf(whole, Math.min(whole.length, QUOTED_OCTETS + 20)));
    }

    private byte[] quotedSegment(int flags, long sequence, Flow flow, int length) {
        var segment = new TcpSegment(
                flow.localPort, flow.remotePort, sequence, 0, flags, 0, 0, List.of(), zeros(Math.min(length, 60_000)));
        return ip(new IpSpec(null, null, null), local, remote, IpProtocol.TCP, segment.emit(local, remote));
    }
}
