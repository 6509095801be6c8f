package io.towpath.nat;

import io.towpath.wire.Bytes;
import io.towpath.wire.Crc32c;
import io.towpath.wire.Icmp6Header;
import io.towpath.wire.IcmpHeader;
import io.towpath.wire.InternetChecksum;
import io.towpath.wire.Ip4Header;
import io.towpath.wire.IpProtocol;
import io.towpath.wire.SctpHeader;
import io.towpath.wire.UdpHeader;

/// Writes another endpoint into a packet, or into a quoted one, and mends what sums it up.
///
/// Checksums are changed by the difference (RFC 1624), so that a packet that came damaged stays damaged and its
/// receiver sees it.
final class Rewriter {
    private static final int TCP_CHECKSUM = 16;
    private static final int ICMP_CHECKSUM = 2;
    private static final int ICMP_IDENTIFIER = 4;

    private final Crc32c crc = new Crc32c();

    /// Gives the packet of `t` another source.
    ///
    /// @param openAt where a checksum is that a link completes ([io.towpath.core.Packet#checksumAt]), 0 for
    ///     none
    void source(byte[] b, Tuple t, int openAt, long high, long low, int port) {
        long difference = address(b, t, t.ip4 ? 12 : 8, high, low);
        transport(b, t, openAt, difference, true, port);
        t.sourceHigh = high;
        t.sourceLow = low;
        t.sourcePort = port;
    }

    /// Gives the packet of `t` another destination.
    void destination(byte[] b, Tuple t, int openAt, long high, long low, int port) {
        long difference = address(b, t, t.ip4 ? 16 : 24, high, low);
        transport(b, t, openAt, difference, false, port);
        t.destinationHigh = high;
        t.destinationLow = low;
        t.destinationPort = port;
    }

    /// Writes an address at an offset of the network header.
    ///
    /// @return what a pseudo-header's sum changes by (RFC 1624 eqn. 3, as a partial sum)
    private static long address(byte[] b, Tuple t, int offset, long high, long low) {
        int at = t.networkAt + offset;
        if (t.ip4) {
            int old = Bytes.i32(b, at);
            Bytes.put32(b, at, (int) low);
            int checksum = InternetChecksum.update32(Ip4Header.checksum(b, t.networkAt), old, (int) low);
            Bytes.put16(b, t.networkAt + 10, checksum);
            return (~old & 0xffff_ffffL) + (low & 0xffff_ffffL);
        }
        long difference = InternetChecksum.add(0, ~Bytes.i64(b, at));
        difference = InternetChecksum.add(difference, ~Bytes.i64(b, at + 8));
        Bytes.put64(b, at, high);
        Bytes.put64(b, at + 8, low);
        return InternetChecksum.add(InternetChecksum.add(difference, high), low);
    }

    private void transport(byte[] b, Tuple t, int openAt, long addresses, boolean source, int port) {
        switch (t.protocol) {
            case IpProtocol.TCP -> ports(b, t, openAt, addresses, source, port, TCP_CHECKSUM);
            case IpProtocol.UDP -> ports(b, t, openAt, addresses, source, port, UdpHeader.CHECKSUM);
            case IpProtocol.SCTP -> sctp(b, t, source ? 0 : 2, port);
            case IpProtocol.ICMP -> icmp(b, t, 0, source, port);
            case IpProtocol.ICMPV6 -> icmp(b, t, addresses, source, port);
            default -> {}
        }
    }

    private static void ports(
            byte[] b, Tuple t, int openAt, long addresses, boolean source, int port, int checksumOffset) {
        int portAt = t.transportAt + (source ? 0 : 2);
        int old = Bytes.u16(b, portAt);
        Bytes.put16(b, portAt, port);
        int at = t.transportAt + checksumOffset;
        if (at + 2 > t.end) {
            return; // quoted, and cut off before it
        }
        int checksum = Bytes.u16(b, at);
        if (openAt == at) {
            // What is there so far is the pseudo-header's sum, not complemented; the ports are summed up later.
            Bytes.put16(b, at, InternetChecksum.fold(checksum + addresses));
            return;
        }
        boolean udp = t.protocol == IpProtocol.UDP;
        // RFC 768: zero means that the sender computed none.
        if (udp && checksum == 0) {
            return;
        }
        int mended = InternetChecksum.finish((~checksum & 0xffffL) + addresses + (~old & 0xffffL) + port);
        Bytes.put16(b, at, udp && mended == 0 ? 0xffff : mended);
    }

    /// SCTP's CRC32c has no pseudo-header, so only the port matters to it. One that was right is computed
    /// again, one that was not stays: damaged on the way, or zero by agreement (RFC 9653).
    private void sctp(byte[] b, Tuple t, int portOffset, int port) {
        if (Bytes.u16(b, t.transportAt + portOffset) == port) {
            return;
        }
        boolean whole = !t.quoted && SctpHeader.checksumOk(b, t.transportAt, t.end, crc);
        Bytes.put16(b, t.transportAt + portOffset, port);
        if (whole) {
            SctpHeader.writeChecksum(b, t.transportAt, t.end, crc);
        }
    }

    /// The identifier of a query belongs to who asked: to the source of a request and the destination of a
    /// reply. An error has none.
    private static void icmp(byte[] b, Tuple t, long addresses, boolean source, int identifier) {
        int at = t.transportAt + ICMP_CHECKSUM;
        long difference = addresses;
        if (isQueryOf(b, t, source)) {
            int old = IcmpHeader.identifier(b, t.transportAt);
            Bytes.put16(b, t.transportAt + ICMP_IDENTIFIER, identifier);
            difference += (~old & 0xffffL) + identifier;
        }
        Bytes.put16(b, at, InternetChecksum.finish((~Bytes.u16(b, at) & 0xffffL) + difference));
    }

    private static boolean isQueryOf(byte[] b, Tuple t, boolean source) {
        int type = IcmpHeader.type(b, t.transportAt);
        if (t.protocol == IpProtocol.ICMP) {
            return source
                    ? type == IcmpHeader.ECHO_REQUEST || type == IcmpHeader.TIMESTAMP
                    : type == IcmpHeader.ECHO_REPLY || type == IcmpHeader.TIMESTAMP_REPLY;
        }
        return type == (source ? Icmp6Header.ECHO_REQUEST : Icmp6Header.ECHO_REPLY);
    }
}
