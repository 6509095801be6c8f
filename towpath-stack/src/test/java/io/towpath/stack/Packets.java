package io.towpath.stack;

import io.towpath.wire.Bytes;
import io.towpath.wire.Icmp6Message;
import io.towpath.wire.IcmpMessage;
import io.towpath.wire.Ip4Address;
import io.towpath.wire.Ip4Packet;
import io.towpath.wire.Ip6Address;
import io.towpath.wire.Ip6Extensions;
import io.towpath.wire.Ip6Packet;
import io.towpath.wire.IpAddress;
import io.towpath.wire.IpProtocol;
import io.towpath.wire.Octets;
import io.towpath.wire.UdpDatagram;
import java.util.Arrays;

/// Packets for tests, between the addresses `PEER4`/`PEER6` and `HOST4`/`HOST6`.
public final class Packets {
    public static final Ip4Address HOST4 = (Ip4Address) IpAddress.parse("10.0.0.1");
    public static final Ip4Address PEER4 = (Ip4Address) IpAddress.parse("10.0.0.2");
    public static final Ip6Address HOST6 = (Ip6Address) IpAddress.parse("fd00::1");
    public static final Ip6Address PEER6 = (Ip6Address) IpAddress.parse("fd00::2");

    private Packets() {}

    public static byte[] ip(IpAddress from, IpAddress to, int protocol, byte... payload) {
        return ip(from, to, 64, protocol, payload);
    }

    public static byte[] ip(IpAddress from, IpAddress to, int hopLimit, int protocol, byte... payload) {
        if (from instanceof Ip4Address from4 && to instanceof Ip4Address to4) {
            return new Ip4Packet(0, 1, 0, hopLimit, protocol, from4, to4, Octets.EMPTY, Octets.of(payload)).emit();
        }
        return new Ip6Packet(0, 0, protocol, hopLimit, from, to, Octets.of(payload)).emit();
    }

    public static byte[] udp(IpAddress from, int fromPort, IpAddress to, int toPort, byte... data) {
        byte[] datagram = new UdpDatagram(fromPort, toPort, Octets.of(data)).emit(from, to);
        return ip(from, to, IpProtocol.UDP, datagram);
    }

    public static byte[] echo(IpAddress from, IpAddress to, int sequence, byte... data) {
        return ip(from, to, from.isIp4() ? IpProtocol.ICMP : IpProtocol.ICMPV6, echoMessage(from, to, sequence, data));
    }

    public static byte[] echoMessage(IpAddress from, IpAddress to, int sequence, byte... data) {
        return from.isIp4()
                ? IcmpMessage.echo(8, 1, sequence, data).emit()
                : Icmp6Message.echo(128, 1, sequence, data).emit(from, to);
    }

    /// An ICMP or ICMPv6 error from `from` to `to` that quotes `about`.
    public static byte[] error(IpAddress from, IpAddress to, int type, int code, int rest, byte[] about) {
        return from.isIp4()
                ? ip(from, to, IpProtocol.ICMP, new IcmpMessage(type, code, rest, Octets.of(about)).emit())
                : ip(from, to, IpProtocol.ICMPV6, new Icmp6Message(type, code, rest, Octets.of(about)).emit(from, to));
    }

    /// A fragment of `payload`: the octets from `offset` to `end`.
    public static byte[] fragment4(int id, int protocol, byte[] payload, int offset, int end, boolean more) {
        return fragment4(id, 0, protocol, payload, offset, end, more);
    }

    public static byte[] fragment4(
            int id, int trafficClass, int protocol, byte[] payload, int offset, int end, boolean more) {
        int flags = offset >> 3 | (more ? 0x2000 : 0);
        return new Ip4Packet(
                        trafficClass,
                        id,
                        flags,
                        64,
                        protocol,
                        PEER4,
                        HOST4,
                        Octets.EMPTY,
                        Octets.of(Arrays.copyOfRange(payload, offset, end)))
                .emit();
    }

    /// The same over IPv6.
    public static byte[] fragment6(int id, int protocol, byte[] payload, int offset, int end, boolean more) {
        byte[] body = new byte[Ip6Extensions.FRAGMENT_LENGTH + end - offset];
        Ip6Extensions.writeFragment(body, 0, protocol, offset, more, id);
        System.arraycopy(payload, offset, body, Ip6Extensions.FRAGMENT_LENGTH, end - offset);
        return ip(PEER6, HOST6, IpProtocol.FRAGMENT, body);
    }

    /// Counting octets.
    public static byte[] data(int length) {
        byte[] data = new byte[length];
        for (int i = 0; i < length; i++) {
            data[i] = (byte) (i * 31 + (i >> 8));
        }
        return data;
    }

    /// The packet with its IPv4 header checksum made right again after a change.
    public static byte[] mended4(byte[] packet) {
        io.towpath.wire.Ip4Header.writeChecksum(packet, 0);
        return packet;
    }

    /// The packet with one octet set.
    public static byte[] with(byte[] packet, int at, int value) {
        Bytes.put8(packet, at, value);
        return packet;
    }
}
