package io.towpath.sim;

import io.towpath.core.Packet;
import io.towpath.ip.Hook;
import io.towpath.stack.Stack;
import io.towpath.wire.Bytes;
import io.towpath.wire.InternetChecksum;
import io.towpath.wire.Ip4Header;
import io.towpath.wire.Ip6Extensions;
import io.towpath.wire.Ip6Header;
import io.towpath.wire.IpProtocol;
import io.towpath.wire.UdpHeader;

/// What a NAT box does to a host's datagrams from one UDP port: others see another port, and now and then a new one,
/// after which the one before leads nowhere. Datagrams to the port itself come in, as by a rule of forwarding.
final class PortRewriter implements Hook {
    private static final int FIRST = 40_000;
    private static final int PORTS = 1000;

    private final int port;
    private final long rebindNanos;
    private final long until;

    /// @param port the host's own
    /// @param rebindNanos how long others see one port, 0 for ever
    /// @param until when ports change for the last time
    PortRewriter(int port, long rebindNanos, long until) {
        this.port = port;
        this.rebindNanos = rebindNanos;
        this.until = until;
    }

    /// Puts it into a stack: once, and again after a reboot.
    void install(Stack stack) {
        stack.ip().hooks().add(Point.PREROUTING, this);
        stack.ip().hooks().add(Point.POSTROUTING, this);
    }

    /// What others see at a moment.
    private int outside(long now) {
        return FIRST + (rebindNanos == 0 ? 0 : (int) (Math.min(now, until) / rebindNanos % PORTS));
    }

    @Override
    public Verdict apply(long now, Point point, Packet packet) {
        int at = udpAt(packet);
        if (at < 0) {
            return Verdict.ACCEPT;
        }
        byte[] b = packet.bytes;
        if (point == Point.POSTROUTING) {
            if (UdpHeader.sourcePort(b, at) == port) {
                rewrite(b, at, at, outside(now));
            }
            return Verdict.ACCEPT;
        }
        int to = UdpHeader.destinationPort(b, at);
        if (to == outside(now)) {
            rewrite(b, at, at + 2, port);
            return Verdict.ACCEPT;
        }
        return to >= FIRST && to < FIRST + PORTS ? Verdict.DROP : Verdict.ACCEPT;
    }

    /// Where the UDP header begins, -1 when there is none in this packet.
    private static int udpAt(Packet packet) {
        byte[] b = packet.bytes;
        int at = packet.networkAt;
        if (Ip4Header.version(b, at) == 4) {
            boolean udp = Ip4Header.protocol(b, at) == IpProtocol.UDP && Ip4Header.fragmentOffset(b, at) == 0;
            return udp ? at + Ip4Header.headerLength(b, at) : -1;
        }
        int next = Ip6Header.nextHeader(b, at);
        int upper = at + Ip6Header.LENGTH;
        if (next == IpProtocol.FRAGMENT && Ip6Extensions.fragmentOffset(b, upper) == 0) {
            next = Bytes.u8(b, upper);
            upper += Ip6Extensions.FRAGMENT_LENGTH;
        }
        return next == IpProtocol.UDP ? upper : -1;
    }

    private static void rewrite(byte[] b, int udpAt, int portAt, int changed) {
        int checksum = UdpHeader.checksum(b, udpAt);
        int before = Bytes.u16(b, portAt);
        Bytes.put16(b, portAt, changed);
        if (checksum != 0) {
            UdpHeader.setChecksum(b, udpAt, InternetChecksum.update16(checksum, before, changed));
        }
    }
}
