package io.towpath.ip;

import io.towpath.core.Drop;
import io.towpath.core.Network;
import io.towpath.core.NetworkError;
import io.towpath.core.Packet;
import io.towpath.core.Transport;
import io.towpath.wire.Icmp6Header;
import io.towpath.wire.IcmpHeader;
import io.towpath.wire.Ip4Header;
import io.towpath.wire.Ip6Extensions;
import io.towpath.wire.Ip6Header;
import io.towpath.wire.IpAddress;
import org.jspecify.annotations.Nullable;

/// The packet that an ICMP error quotes: one at a time, read in place. Everything in it is a claim of the reporter's
/// (RFC 5927); it must at least come from an address of ours, and the transport judges the rest.
final class QuotedPacket {
    /// RFC 792: "Internet Header + 64 bits of Original Data Datagram".
    private static final int TRANSPORT_BYTES_MIN = 8;
    /// RFC 1191 §3: every router must forward 68 bytes without fragmenting.
    private static final int MTU_MIN_4 = 68;

    private final Network network;
    private final Delivery.Transports transports;
    private final Ip6Extensions extensions = new Ip6Extensions();
    private boolean ip4;
    private int protocol;
    private int transportAt;
    private int totalLength;
    private long sourceHigh;
    private long sourceLow;
    private long destinationHigh;
    private long destinationLow;

    QuotedPacket(Network network, Delivery.Transports transports) {
        this.network = network;
        this.transports = transports;
    }

    int protocol() {
        return protocol;
    }

    int transportAt() {
        return transportAt;
    }

    /// Reads the packet quoted in the ICMP error at `packet.at`. Returns why it is of no use, or null.
    @Nullable
    Drop read(Packet packet) {
        byte[] b = packet.bytes;
        int at = packet.at + IcmpHeader.LENGTH;
        ip4 = IpAddress.isIp4(packet.destinationHigh, packet.destinationLow);
        boolean readable = ip4 ? read4(b, at, packet.end) : read6(b, at, packet.end);
        if (!readable || packet.end - transportAt < TRANSPORT_BYTES_MIN) {
            return Drop.BAD_ICMP;
        }
        return network.isLocal(sourceHigh, sourceLow) ? null : Drop.ICMP_UNWANTED;
    }

    private boolean read4(byte[] b, int at, int end) {
        // A later fragment has no transport header to match.
        if (!Ip4Header.checkQuoted(b, at, end).ok() || Ip4Header.fragmentOffset(b, at) != 0) {
            return false;
        }
        protocol = Ip4Header.protocol(b, at);
        transportAt = at + Ip4Header.headerLength(b, at);
        totalLength = Ip4Header.totalLength(b, at);
        sourceHigh = 0;
        sourceLow = IpAddress.MAPPED_PREFIX | (Ip4Header.source(b, at) & 0xffff_ffffL);
        destinationHigh = 0;
        destinationLow = IpAddress.MAPPED_PREFIX | (Ip4Header.destination(b, at) & 0xffff_ffffL);
        return true;
    }

    private boolean read6(byte[] b, int at, int end) {
        if (!Ip6Header.checkQuoted(b, at, end).ok()
                || !extensions.walk(b, at, end).ok()) {
            return false;
        }
        int fragmentAt = extensions.fragmentAt;
        if (fragmentAt >= 0 && Ip6Extensions.fragmentOffset(b, fragmentAt) != 0) {
            return false;
        }
        protocol = extensions.upperProtocol;
        transportAt = extensions.upperAt;
        totalLength = Ip6Header.totalLength(b, at);
        sourceHigh = Ip6Header.sourceHigh(b, at);
        sourceLow = Ip6Header.sourceLow(b, at);
        destinationHigh = Ip6Header.destinationHigh(b, at);
        destinationLow = Ip6Header.destinationLow(b, at);
        return true;
    }

    /// What the message says, in common terms; null when it says nothing that concerns a transport.
    @Nullable
    NetworkError error(Packet packet) {
        int type = IcmpHeader.type(packet.bytes, packet.at);
        int code = IcmpHeader.code(packet.bytes, packet.at);
        NetworkError.Kind kind = ip4 ? IcmpErrorKinds.kind4(type, code) : IcmpErrorKinds.kind6(type, code);
        if (kind == null) {
            return null;
        }
        int mtu = 0;
        if (kind == NetworkError.Kind.TOO_BIG) {
            mtu = ip4 ? mtu4(packet) : mtu6(packet);
            if (mtu == 0) {
                return null;
            }
        }
        return new NetworkError(
                kind,
                IpAddress.of(sourceHigh, sourceLow),
                IpAddress.of(destinationHigh, destinationLow),
                mtu,
                IpAddress.of(packet.sourceHigh, packet.sourceLow));
    }

    private int mtu4(Packet packet) {
        int mtu = IcmpHeader.nextHopMtu(packet.bytes, packet.at);
        // RFC 1191 §5: a router older than the RFC says 0; the next plateau below the packet's length is tried.
        int claimed = mtu == 0 ? IcmpErrorKinds.plateauBelow(totalLength) : mtu;
        return Math.max(claimed, MTU_MIN_4);
    }

    /// RFC 8201 §4: "If a node receives a Packet Too Big message reporting a next-hop MTU that is less than the IPv6
    /// minimum link MTU, it must discard it": 0.
    private static int mtu6(Packet packet) {
        long mtu = Icmp6Header.mtu(packet.bytes, packet.at);
        return mtu < Ip6Header.MTU_MIN ? 0 : (int) Math.min(mtu, 0xffff);
    }

    /// Hands the error to the transport whose packet is quoted, if there is one.
    void deliver(long now, NetworkError error, Packet packet) {
        Transport transport = transports.get(protocol);
        if (transport != null) {
            transport.onNetworkError(now, error, packet.bytes, transportAt, packet.end);
        }
    }

    void acceptPathMtu(long now, NetworkError error) {
        network.acceptPathMtu(now, error.remote(), error.mtu());
    }
}
