package io.towpath.tcp;

import io.towpath.core.SignalQueue;
import io.towpath.core.SignalSource;
import io.towpath.core.Signals;
import io.towpath.tcp.listen.FastOpenQueue;
import io.towpath.tcp.listen.SynCookies;
import io.towpath.tcp.listen.SynQueue;
import io.towpath.wire.Endpoint;
import io.towpath.wire.IpAddress;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/// A passive open in LISTEN: its address, its SYN queue's count and its accept queue. The half-open connections
/// themselves are rows of the connection table.
public final class TcpListener extends SignalSource {
    /// Outcome of a passive open.
    public sealed interface Result {}

    /// It listens.
    ///
    /// @param listener the listener
    public record Listening(TcpListener listener) implements Result {}

    /// It could not be opened.
    ///
    /// @param error why
    public record Failed(TcpError error) implements Result {}

    private final @Nullable IpAddress local;
    private final int port;
    private final @Nullable Endpoint remote;
    private final int backlog;
    private TcpConfig config;
    private final ArrayDeque<TcpConnection> accepted = new ArrayDeque<>();
    private final SynQueue synQueue = new SynQueue();
    private final FastOpenQueue fastOpenQueue = new FastOpenQueue();
    private final CookieAccounts cookies = new CookieAccounts();
    private boolean closed;
    private long cookieAt = Long.MIN_VALUE / 2;

    TcpListener(@Nullable IpAddress local, int port, @Nullable Endpoint remote, int backlog, TcpConfig config) {
        this.local = local;
        this.port = port;
        this.remote = remote;
        this.backlog = backlog;
        this.config = config;
    }

    /// The address it listens on; null for all of them.
    public @Nullable IpAddress localAddress() {
        return local;
    }

    /// The port it listens on.
    public int localPort() {
        return port;
    }

    /// The only peer whose connections it takes (a fully specified passive OPEN); null for everybody.
    public @Nullable Endpoint remote() {
        return remote;
    }

    /// How many connections may wait to be accepted.
    public int backlog() {
        return backlog;
    }

    /// The configuration of connections accepted here.
    public TcpConfig config() {
        return config;
    }

    /// For the engine: the configuration of connections that come from now on.
    public void config(TcpConfig value) {
        config = value;
    }

    /// Half-open connections.
    public int halfOpen() {
        return synQueue.size();
    }

    /// Connections that wait to be accepted.
    public int waiting() {
        return accepted.size();
    }

    /// True after it was closed.
    public boolean isClosed() {
        return closed;
    }

    /// LISTEN, or CLOSED.
    public TcpState state() {
        return closed ? TcpState.CLOSED : TcpState.LISTEN;
    }

    /// For the engine: true when another SYN may be remembered.
    public boolean hasSynRoom() {
        return synQueue.size() < config.synQueueMax();
    }

    /// For the engine: true when the next SYN is answered with a cookie.
    public boolean answersWithCookies() {
        return switch (config.opening().synCookies()) {
            case OFF -> false;
            case WHEN_FULL -> !hasSynRoom();
            case ALWAYS -> true;
        };
    }

    /// For the engine: true when another connection may wait.
    public boolean hasAcceptRoom() {
        return accepted.size() < backlog;
    }

    /// For the engine: its half-open connections.
    public SynQueue synQueue() {
        return synQueue;
    }

    /// For the engine: connections that Fast Open made before their handshake was complete.
    public FastOpenQueue fastOpenQueue() {
        return fastOpenQueue;
    }

    /// What became of its SYN cookies.
    public CookieAccounts cookies() {
        return cookies;
    }

    /// For the engine: a SYN was answered with a cookie.
    public void onCookie(long now) {
        cookieAt = now;
    }

    /// For the engine: true when a cookie may be out that is still good.
    public boolean hasCookiesOut(long now) {
        return now - cookieAt <= SynCookies.LIFETIME_MAX;
    }

    /// For the engine: a connection is open and waits to be accepted.
    public void offer(SignalQueue signals, TcpConnection connection) {
        accepted.add(connection);
        signal(signals, Signals.ACCEPTABLE);
    }

    /// For the engine: the connection that waited longest, null when there is none.
    public @Nullable TcpConnection take() {
        return accepted.poll();
    }

    /// For the engine: a waiting connection died before it was accepted.
    public void withdraw(TcpConnection connection) {
        accepted.remove(connection);
    }

    /// For the engine: it is closed.
    public void close(SignalQueue signals) {
        closed = true;
        signal(signals, Signals.CLOSED);
    }

    @Override
    public String toString() {
        return state() + " " + (local == null ? "*" : local) + ":" + port;
    }
}
