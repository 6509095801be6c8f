package io.towpath.udp;

import io.towpath.core.NetworkError;
import io.towpath.core.Packet;
import io.towpath.core.Route;
import io.towpath.core.SignalQueue;
import io.towpath.core.SignalSource;
import io.towpath.core.Signals;
import io.towpath.core.Transport;
import io.towpath.wire.IpAddress;
import io.towpath.wire.UdpHeader;
import java.util.ArrayDeque;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// A UDP socket: a local port, perhaps a local address, perhaps a peer, and two bounded queues. Its rules are in
/// [UdpLayer]; it belongs to the owner of the stack.
///
/// Signals: READABLE when datagrams came, WRITABLE when a full send queue has room again, ERROR when [#takeError]
/// has something to say, CLOSED.
public final class UdpEndpoint extends SignalSource {
    /// The outcome of [UdpLayer#bind].
    public sealed interface Result {}

    /// The socket is there.
    ///
    /// @param endpoint the socket
    public record Bound(UdpEndpoint endpoint) implements Result {}

    /// It is not.
    ///
    /// @param error why
    public record Failed(UdpError error) implements Result {}

    /// How many ICMP messages are kept; older ones give way.
    public static final int REPORTS_MAX = 16;

    UdpConfig config;
    final boolean shared;
    final UdpGroups groups;
    final int localPort;
    final @Nullable IpAddress localAddress;
    final ArrayDeque<Packet> received = new ArrayDeque<>();
    final ArrayDeque<Outgoing> outgoing = new ArrayDeque<>();
    int receivedBytes;
    int outgoingBytes;
    boolean blocked;
    boolean ready;
    boolean closed;
    long drops;
    long datagramsIn;
    long datagramsOut;

    /// Whose packets its datagrams carry; null when they are for a user.
    @Nullable
    Transport carried;

    /// How many datagrams [#carried] sent; null when it sends none.
    @Nullable
    LongSupplier carriedOut;

    @Nullable
    IpAddress connectedLocal;

    @Nullable
    IpAddress remoteAddress;

    int remotePort;
    /// The way to whom was sent last: the peer's if connected.
    @Nullable
    Route route;

    @Nullable
    UdpError error;

    @Nullable
    UdpEndpoint nextAtPort;

    private @Nullable ArrayDeque<NetworkError> reports;

    private final SignalQueue signals;

    /// A datagram that waits to be sent: UDP header and payload, and the way it goes. Objects are reused.
    static final class Outgoing {
        @Nullable
        Packet packet;

        @Nullable
        Route route;

        /// Takes the packet out; the object may be used again.
        Packet take() {
            Packet taken = packet;
            if (taken == null) {
                throw new IllegalStateException("holds no datagram");
            }
            packet = null;
            route = null;
            return taken;
        }
    }

    UdpEndpoint(
            SignalQueue signals,
            UdpConfig config,
            @Nullable IpAddress localAddress,
            int localPort,
            boolean shared,
            UdpGroups groups) {
        this.signals = signals;
        this.config = config;
        this.localAddress = localAddress;
        this.localPort = localPort;
        this.shared = shared;
        this.groups = groups;
    }

    void raise(int bits) {
        signal(signals, bits);
    }

    /// The next datagram, or null. The caller owns it: `bytes[at..end)` is the payload, the packet's fields tell the
    /// source and destination addresses, [#sourcePort] the sender's port.
    public @Nullable Packet receive() {
        Packet packet = received.poll();
        if (packet != null) {
            receivedBytes -= packet.length();
        }
        return packet;
    }

    /// The sender's port of a datagram got by [#receive]; 0 when the sender wants no reply.
    public static int sourcePort(Packet packet) {
        return UdpHeader.sourcePort(packet.bytes, packet.transportAt);
    }

    /// Whether [#receive] has a datagram.
    public boolean readable() {
        return !received.isEmpty();
    }

    /// Whether a datagram of `length` bytes may wait for the user; an empty queue takes any one.
    boolean hasReceiveRoom(int length) {
        return received.isEmpty()
                || (received.size() < config.receiveCountMax() && receivedBytes + length <= config.receiveBytesMax());
    }

    /// Whether a datagram of `length` bytes fits into the send queue now.
    public boolean writable(int length) {
        return outgoing.isEmpty()
                || (outgoing.size() < config.sendCountMax() && outgoingBytes + length <= config.sendBytesMax());
    }

    /// The last error that ICMP reported, once; null when there was none since.
    public @Nullable UdpError takeError() {
        UdpError taken = error;
        error = null;
        return taken;
    }

    /// Keeps what ICMP reports for [#takeReport] from now on, or no more: the last [#REPORTS_MAX] messages.
    public void keepReports(boolean on) {
        reports = on ? new ArrayDeque<>() : null;
    }

    /// The oldest of the ICMP messages about datagrams from here that are kept, with the details that
    /// [#takeError] does not tell: which kind, about whom, from whom, and the MTU of a packet that was too big.
    /// Null when there is none.
    public @Nullable NetworkError takeReport() {
        return reports == null ? null : reports.poll();
    }

    void report(NetworkError message) {
        ArrayDeque<NetworkError> kept = reports;
        if (kept == null) {
            return;
        }
        if (kept.size() == REPORTS_MAX) {
            kept.remove();
        }
        kept.add(message);
        raise(Signals.ERROR);
    }

    /// The address it is bound to; when connected, the one it sends from; null for any.
    public @Nullable IpAddress localAddress() {
        return connectedLocal == null ? localAddress : connectedLocal;
    }

    /// The port it is bound to.
    public int localPort() {
        return localPort;
    }

    /// The peer's address; null when it is not connected.
    public @Nullable IpAddress remoteAddress() {
        return remoteAddress;
    }

    /// The peer's port; 0 when it is not connected.
    public int remotePort() {
        return remotePort;
    }

    /// Whether it has a peer.
    public boolean isConnected() {
        return remoteAddress != null;
    }

    /// Whether it was closed.
    public boolean isClosed() {
        return closed;
    }

    /// Payload bytes that wait for the user.
    public int receivedBytes() {
        return receivedBytes;
    }

    /// Payload bytes that wait to be sent.
    public int outgoingBytes() {
        return outgoingBytes;
    }

    /// Packets in its two queues.
    public int packetsHeld() {
        return received.size() + outgoing.size();
    }

    /// Datagrams dropped because the receive queue was full.
    public long drops() {
        return drops;
    }

    /// Datagrams taken in.
    public long datagramsIn() {
        return datagramsIn;
    }

    /// Datagrams sent, those with packets of another transport included.
    public long datagramsOut() {
        LongSupplier others = carriedOut;
        return datagramsOut + (others == null ? 0 : others.getAsLong());
    }

    /// What it has to do with multicast groups.
    public UdpGroups groups() {
        return groups;
    }

    /// Its settings.
    public UdpConfig config() {
        return config;
    }

    /// How well it fits a datagram: the number of fields it names; -1 when it does not fit.
    int score(long localHigh, long localLow, long remoteHigh, long remoteLow, int port) {
        int score = 0;
        IpAddress local = localAddress();
        if (local != null) {
            if (!takes(local, localHigh, localLow)) {
                return -1;
            }
            score = local.isUnspecified() ? 1 : 2;
        }
        IpAddress remote = remoteAddress;
        if (remote != null) {
            if (remotePort != port || remote.low() != remoteLow || remote.high() != remoteHigh) {
                return -1;
            }
            score += 4;
        }
        return score;
    }

    private static boolean takes(IpAddress local, long high, long low) {
        if (local.isUnspecified()) {
            return local.isIp4() == IpAddress.isIp4(high, low);
        }
        return local.low() == low && local.high() == high;
    }

    @Override
    public String toString() {
        return "udp " + (localAddress() == null ? "*" : localAddress()) + ":" + localPort
                + (remoteAddress == null ? "" : " - " + remoteAddress + ":" + remotePort)
                + (closed ? " closed" : "");
    }

    void raiseClosed() {
        raise(Signals.CLOSED);
    }
}
