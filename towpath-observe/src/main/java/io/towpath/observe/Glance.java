package io.towpath.observe;

import io.towpath.wire.Bytes;
import io.towpath.wire.Ip4Header;
import io.towpath.wire.Ip6Extensions;
import io.towpath.wire.Ip6Header;
import io.towpath.wire.IpAddress;
import io.towpath.wire.IpProtocol;
import io.towpath.wire.Malformed;
import io.towpath.wire.TcpHeader;
import io.towpath.wire.UdpHeader;

/// Where things are in one IP packet. Reused; fields are valid until the next [#read].
public final class Glance {
    private final Ip6Extensions extensions = new Ip6Extensions();

    /// Protocol number of what begins at [#transportAt]; of a fragment: of what was fragmented.
    public int protocol;
    /// First byte behind the IP header and its extensions.
    public int transportAt;
    /// One past the last byte of the IP packet, link padding left out.
    public int end;
    /// True for a part of a datagram: then there may be no transport header.
    public boolean fragment;

    /// Source address.
    public IpAddress source = IpAddress.of(0, 0);
    /// Destination address.
    public IpAddress destination = IpAddress.of(0, 0);
    /// Ports, of TCP and UDP only; 0 otherwise.
    public int sourcePort;

    /// See [#sourcePort].
    public int destinationPort;

    /// A glance at nothing.
    public Glance() {}

    /// Looks at the packet in `b[at..to)`, which begins with an IP header.
    ///
    /// @return false when it is not a whole IP packet with a whole transport header
    public boolean read(byte[] b, int at, int to) {
        sourcePort = 0;
        destinationPort = 0;
        fragment = false;
        if (to - at < 1) {
            return false;
        }
        boolean ok = (Bytes.u8(b, at) >>> 4) == 6 ? read6(b, at, to) : read4(b, at, to);
        return ok && (fragment || readPorts(b));
    }

    private boolean read4(byte[] b, int at, int to) {
        Malformed found = Ip4Header.check(b, at, to);
        if (!found.ok()) {
            return false;
        }
        protocol = Ip4Header.protocol(b, at);
        transportAt = at + Ip4Header.headerLength(b, at);
        end = at + Ip4Header.totalLength(b, at);
        fragment = Ip4Header.isFragment(b, at);
        source = IpAddress.read4(b, at + 12);
        destination = IpAddress.read4(b, at + 16);
        return true;
    }

    private boolean read6(byte[] b, int at, int to) {
        if (!Ip6Header.check(b, at, to).ok()) {
            return false;
        }
        end = at + Ip6Header.totalLength(b, at);
        if (!extensions.walk(b, at, end).ok()) {
            return false;
        }
        protocol = extensions.upperProtocol;
        transportAt = extensions.upperAt;
        fragment = extensions.fragmentAt >= 0 && !Ip6Extensions.isWhole(b, extensions.fragmentAt);
        source = IpAddress.read6(b, at + 8);
        destination = IpAddress.read6(b, at + 24);
        return true;
    }

    private boolean readPorts(byte[] b) {
        boolean whole = switch (protocol) {
            case IpProtocol.TCP -> TcpHeader.check(b, transportAt, end).ok();
            case IpProtocol.UDP -> UdpHeader.check(b, transportAt, end).ok();
            default -> true;
        };
        if (whole && (protocol == IpProtocol.TCP || protocol == IpProtocol.UDP)) {
            sourcePort = Bytes.u16(b, transportAt);
            destinationPort = Bytes.u16(b, transportAt + 2);
        }
        return whole;
    }
}
