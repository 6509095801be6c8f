package io.towpath.tcp;

import io.towpath.core.Context;
import io.towpath.core.Deadlined;
import io.towpath.core.Event;
import io.towpath.core.SignalSource;
import io.towpath.tcp.auth.KeyRing;
import io.towpath.tcp.auth.Signatures;
import io.towpath.tcp.config.AuthConfig;
import io.towpath.tcp.config.PeerKey;
import io.towpath.wire.Endpoint;
import io.towpath.wire.IpAddress;
import org.jspecify.annotations.Nullable;

/// One row of the connection table: two sockets and whatever state stands between them. A whole connection, a
/// half-open one and one in TIME-WAIT differ in size by an order of magnitude, so each is a class of its own.
///
/// Addresses are pairs of longs (IPv4 in the v4-mapped form), so that looking a segment's row up compares numbers.
public abstract class SocketPair extends SignalSource implements Deadlined {
    private final long id;
    private final long localHigh;
    private final long localLow;
    private final long remoteHigh;
    private final long remoteLow;
    private final int ports;
    private int queueIndex = -1;
    private boolean ready;
    private @Nullable SocketPair nextReady;
    private @Nullable SocketPair older;
    private @Nullable SocketPair newer;

    /// For the engine: what it has of the authentication option (RFC 5925); null when its segments carry none.
    /// That is settled by the first SYN.
    public @Nullable KeyRing keys;

    /// A row for these two sockets.
    protected SocketPair(
            long id, long localHigh, long localLow, int localPort, long remoteHigh, long remoteLow, int remotePort) {
        this.id = id;
        this.localHigh = localHigh;
        this.localLow = localLow;
        this.remoteHigh = remoteHigh;
        this.remoteLow = remoteLow;
        this.ports = localPort << 16 | remotePort;
    }

    /// Number of this row within its host: unique over the run, in order of creation. A half-open connection, the
    /// connection that grows from it and its TIME-WAIT row share one.
    public final long id() {
        return id;
    }

    /// The state of the connection.
    public abstract TcpState state();

    /// How it behaves.
    public abstract TcpConfig config();

    /// The key that segments of these two sockets are signed with by MD5 (RFC 2385); null for none.
    public final @Nullable PeerKey key() {
        if (keys != null) {
            return null;
        }
        AuthConfig config = config().authentication();
        return config.isEmpty() ? null : config.key(remoteHigh, remoteLow, remotePort());
    }

    /// True when its segments are signed, one by one.
    public final boolean isSigned() {
        return keys != null || key() != null;
    }

    /// Octets that a signature takes of every segment; 0 when there is none.
    public final int signatureBytes() {
        return Signatures.length(keys, key());
    }

    /// Own address.
    public final IpAddress localAddress() {
        return IpAddress.of(localHigh, localLow);
    }

    /// Own port.
    public final int localPort() {
        return ports >>> 16;
    }

    /// The peer's address.
    public final IpAddress remoteAddress() {
        return IpAddress.of(remoteHigh, remoteLow);
    }

    /// The peer's port.
    public final int remotePort() {
        return ports & 0xffff;
    }

    /// Own socket.
    public final Endpoint local() {
        return new Endpoint(localAddress(), localPort());
    }

    /// The peer's socket.
    public final Endpoint remote() {
        return new Endpoint(remoteAddress(), remotePort());
    }

    /// Upper half of the own address.
    public final long localHigh() {
        return localHigh;
    }

    /// Lower half of the own address.
    public final long localLow() {
        return localLow;
    }

    /// Upper half of the peer's address.
    public final long remoteHigh() {
        return remoteHigh;
    }

    /// Lower half of the peer's address.
    public final long remoteLow() {
        return remoteLow;
    }

    /// Both ports in one number, the local one above.
    final int ports() {
        return ports;
    }

    @Override
    public final int queueIndex() {
        return queueIndex;
    }

    @Override
    public final void queueIndex(int index) {
        queueIndex = index;
    }

    /// For [ReadyQueue]: true while queued.
    final boolean isReady() {
        return ready;
    }

    final void markReady(boolean on) {
        ready = on;
    }

    final @Nullable SocketPair nextReady() {
        return nextReady;
    }

    final void nextReady(@Nullable SocketPair next) {
        nextReady = next;
    }

    /// For [AgeList]: the row before this one.
    final @Nullable SocketPair older() {
        return older;
    }

    final void older(@Nullable SocketPair row) {
        older = row;
    }

    /// For [AgeList]: the row behind this one.
    final @Nullable SocketPair newer() {
        return newer;
    }

    final void newer(@Nullable SocketPair row) {
        newer = row;
    }

    /// For the engine: tells what a mechanism did, if somebody wants to know.
    public final void note(long now, Context context, TcpEvent.Note note, long value) {
        if (context.events().wants(Event.Kind.TCP_NOTE)) {
            context.events().emit(new TcpEvent.Noted(now, id(), note, value));
        }
    }

    @Override
    public String toString() {
        return state().rfcName() + " " + local() + " > " + remote();
    }
}
