package io.towpath.link.udp;

import io.towpath.core.Counters;
import io.towpath.core.Drop;
import io.towpath.core.Medium;
import io.towpath.core.Offloads;
import io.towpath.core.Packet;
import io.towpath.core.PacketPool;
import io.towpath.core.Time;
import io.towpath.core.TxBatch;
import io.towpath.link.Link;
import io.towpath.link.LinkInfo;
import io.towpath.link.RxBatch;
import io.towpath.wire.Ip4Header;
import io.towpath.wire.Ip6Header;
import io.towpath.wire.IpAddress;
import io.towpath.wire.IpProtocol;
import io.towpath.wire.Prefix;
import io.towpath.wire.UdpHeader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A link whose wire is one UDP socket of the operating system. The host's UDP datagrams that come from the socket's
/// own port leave by the socket, to the address and port that they are for; what the socket receives comes in as if
/// it had been sent to the host. IP and UDP headers of the host stay inside: the operating system writes its own.
///
/// All else that the host sends by this link is dropped, fragments of IP among it. What a host behind it gets is SCTP
/// in UDP (RFC 6951), without privileges and on any system. The operating system does not tell of ICMP errors, and
/// neither DSCP nor ECN of the host's packets come into the datagrams.
///
/// The host needs an address of its own that no peer has, for a peer may be on this very machine: [#ADDRESSES].
public final class UdpSocketLink implements Link {
    /// What a host behind a socket calls itself; no packet outside has it. RFC 7600 §4.8 made 192.0.0.8 the IPv4 dummy
    /// address; 100::/64 leads nowhere by RFC 6666.
    public static final List<Prefix> ADDRESSES = List.of(Prefix.parse("192.0.0.8/32"), Prefix.parse("100::1/128"));

    /// RFC 6951 §5.6: "If the implementation does not allow control of the Don't Fragment (DF) bit contained in the
    /// IPv4 header, then Path MTU discovery can't be used. In this case, an implementation-specific value should be
    /// used instead": every path of IPv6 takes 1280 bytes, and those of IPv4 do in practice.
    public static final int MTU = 1280;

    private static final int DATAGRAM_MAX = 65_535;
    private static final int BUFFER = 4 << 20;
    private static final int HOP_LIMIT = 64;
    private static final int KNOWN = 64;

    private final DatagramChannel channel;
    private final int port;
    private final LinkInfo info;
    private final Counters counters = new Counters();
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(DATAGRAM_MAX);
    private final @Nullable InetSocketAddress[] known = new InetSocketAddress[KNOWN];
    private final long[] knownHigh = new long[KNOWN];
    private final long[] knownLow = new long[KNOWN];
    private boolean blocked;
    private boolean closed;

    private UdpSocketLink(DatagramChannel channel, int port, int mtu) {
        this.channel = channel;
        this.port = port;
        this.info = new LinkInfo("udp" + port, Medium.RAW_IP, mtu, new Offloads(true, 0));
    }

    /// Opens a socket on all addresses of the machine.
    ///
    /// @param port 1 to 65,535, or 0 for any free one
    /// @throws java.net.BindException when the port is in use, or needs privileges
    public static UdpSocketLink open(int port) throws IOException {
        return open(new InetSocketAddress(port), MTU);
    }

    /// Opens a socket.
    ///
    /// @param local address and port, the latter 0 for any free one
    /// @param mtu largest IP packet, its header and that of UDP included, 68 to 65,535
    /// @throws java.net.BindException when the port is in use, or needs privileges
    public static UdpSocketLink open(InetSocketAddress local, int mtu) throws IOException {
        DatagramChannel channel = DatagramChannel.open();
        try {
            channel.configureBlocking(false);
            channel.setOption(StandardSocketOptions.SO_RCVBUF, BUFFER);
            channel.setOption(StandardSocketOptions.SO_SNDBUF, BUFFER);
            channel.bind(local);
            return new UdpSocketLink(channel, ((InetSocketAddress) channel.getLocalAddress()).getPort(), mtu);
        } catch (Throwable failure) {
            channel.close();
            throw failure;
        }
    }

    /// The socket's port, 1 to 65,535: the one from which the host must send.
    public int port() {
        return port;
    }

    @Override
    public LinkInfo info() {
        return info;
    }

    /// For [SelectorDriver].
    DatagramChannel channel() {
        return channel;
    }

    /// True when the last [#transmit] found the socket's buffer full.
    boolean isBlocked() {
        return blocked;
    }

    // ---- in

    @Override
    public int receive(long now, RxBatch into) {
        int before = into.size();
        while (!closed && !into.isFull()) {
            buffer.clear();
            InetSocketAddress from = receive();
            if (from == null) {
                break;
            }
            buffer.flip();
            Packet packet = packet(into.pool(), from);
            if (packet == null) {
                counters.dropped(Drop.BAD_UDP_HEADER);
            } else {
                packet.timeAt = now;
                into.add(packet);
            }
        }
        return into.size() - before;
    }

    /// Null when there is nothing more for now.
    private @Nullable InetSocketAddress receive() {
        try {
            return (InetSocketAddress) channel.receive(buffer);
        } catch (IOException refused) {
            // Windows tells here that a datagram sent before found nobody: RFC 6951 §5.5 does without such news.
            counters.dropped(Drop.ICMP_UNWANTED);
            return null;
        }
    }

    /// The datagram in the buffer with the headers that the host expects.
    private @Nullable Packet packet(PacketPool pool, InetSocketAddress from) {
        byte[] address = from.getAddress().getAddress();
        boolean ip4 = address.length == 4;
        int header = ip4 ? Ip4Header.LENGTH : Ip6Header.LENGTH;
        int length = buffer.remaining() + UdpHeader.LENGTH;
        if (from.getPort() == 0 || length + header > DATAGRAM_MAX) {
            return null;
        }
        Packet packet = pool.take(header + length);
        byte[] b = packet.bytes;
        int at = packet.at;
        IpAddress source = ip4 ? IpAddress.read4(address, 0) : IpAddress.read6(address, 0);
        IpAddress own = ADDRESSES.get(ip4 ? 0 : 1).address();
        if (ip4) {
            Ip4Header.write(
                    b, at, 0, header + length, 0, 0, HOP_LIMIT, IpProtocol.UDP, (int) source.low(), (int) own.low());
        } else {
            Ip6Header.write(
                    b, at, 0, 0, length, IpProtocol.UDP, HOP_LIMIT, source.high(), source.low(), own.high(), own.low());
        }
        UdpHeader.write(b, at + header, from.getPort(), port, length);
        packet.end = at + header + length;
        buffer.get(b, at + header + UdpHeader.LENGTH, buffer.remaining());
        // The operating system looked at the checksum that was outside.
        packet.checksumVerified = true;
        return packet;
    }

    // ---- out

    @Override
    public int transmit(long now, TxBatch from) {
        blocked = false;
        int taken = 0;
        while (taken < from.size() && send(from.get(taken))) {
            taken++;
        }
        from.removeFirst(taken);
        return taken;
    }

    /// False when the socket is full; the packet is then still the batch's.
    private boolean send(Packet packet) {
        Drop fault = closed ? Drop.LINK_DOWN : fault(packet);
        if (fault != null) {
            counters.dropped(fault);
            packet.release();
            return true;
        }
        boolean ip4 = Ip4Header.version(packet.bytes, packet.at) == 4;
        int udpAt = packet.at + (ip4 ? Ip4Header.headerLength(packet.bytes, packet.at) : Ip6Header.LENGTH);
        int dataAt = udpAt + UdpHeader.LENGTH;
        buffer.clear();
        buffer.put(packet.bytes, dataAt, packet.end - dataAt).flip();
        int length = buffer.remaining();
        try {
            int sent = channel.send(buffer, destination(packet, ip4, UdpHeader.destinationPort(packet.bytes, udpAt)));
            if (sent == 0 && length > 0) {
                blocked = true;
                return false;
            }
        } catch (IOException failure) {
            // No way there, or larger than the path's MTU as the system knows it: a packet lost like another one.
            counters.dropped(Drop.LINK_DOWN);
        }
        packet.release();
        return true;
    }

    /// Why the packet cannot go by this socket; null when it can.
    private @Nullable Drop fault(Packet packet) {
        byte[] b = packet.bytes;
        int at = packet.at;
        if (!info.fits(packet.length(), 0)) {
            return Drop.TOO_BIG;
        }
        boolean ip4 = Ip4Header.version(b, at) == 4;
        if (ip4 && Ip4Header.isFragment(b, at)) {
            return Drop.TOO_BIG;
        }
        int protocol = ip4 ? Ip4Header.protocol(b, at) : Ip6Header.nextHeader(b, at);
        int udpAt = at + (ip4 ? Ip4Header.headerLength(b, at) : Ip6Header.LENGTH);
        if (protocol != IpProtocol.UDP
                || !UdpHeader.check(b, udpAt, packet.end).ok()
                || UdpHeader.sourcePort(b, udpAt) != port) {
            return Drop.FILTERED;
        }
        return null;
    }

    private InetSocketAddress destination(Packet packet, boolean ip4, int toPort) {
        byte[] b = packet.bytes;
        long high = ip4 ? 0 : Ip6Header.destinationHigh(b, packet.at);
        long low = ip4
                ? IpAddress.MAPPED_PREFIX | (Ip4Header.destination(b, packet.at) & 0xffff_ffffL)
                : Ip6Header.destinationLow(b, packet.at);
        int slot = (int) (low ^ low >>> 8 ^ high ^ toPort) & KNOWN - 1;
        InetSocketAddress before = known[slot];
        if (before != null && before.getPort() == toPort && knownHigh[slot] == high && knownLow[slot] == low) {
            return before;
        }
        InetSocketAddress made = new InetSocketAddress(inet(IpAddress.of(high, low)), toPort);
        known[slot] = made;
        knownHigh[slot] = high;
        knownLow[slot] = low;
        return made;
    }

    private static InetAddress inet(IpAddress address) {
        try {
            return InetAddress.getByAddress(address.toBytes());
        } catch (UnknownHostException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    // ---- the rest

    @Override
    public long deadline() {
        return Time.NEVER;
    }

    @Override
    public Counters counters() {
        return counters;
    }

    /// Always 0: what the system holds is not counted.
    @Override
    public int held() {
        return 0;
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            try {
                channel.close();
            } catch (IOException ignored) {
                // It is gone either way.
            }
        }
    }
}
