package io.towpath.sim;

import io.towpath.core.Time;
import io.towpath.tcp.TcpConfig;
import io.towpath.tcp.TcpConnection;
import io.towpath.tcp.TcpListener;
import io.towpath.wire.Endpoint;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// A server's listener: gives each accepted connection to the [Conversation] whose client opened it. A connection that
/// nobody expects is aborted.
public final class Acceptor implements Actor {
    private final SimHost host;
    private final int port;
    private final int backlog;
    private final TcpConfig config;
    private final TreeMap<Endpoint, Conversation> expected = new TreeMap<>();
    private @Nullable TcpListener listener;
    private boolean closed;
    private long accepted;

    private Acceptor(SimHost host, int port, int backlog, TcpConfig config) {
        this.host = host;
        this.port = port;
        this.backlog = backlog;
        this.config = config;
    }

    /// Listens on `port` of `host`, on all its addresses.
    ///
    /// @throws IllegalStateException when the port is taken
    public static Acceptor listen(SimHost host, int port, int backlog, TcpConfig config) {
        var acceptor = new Acceptor(host, port, backlog, config);
        acceptor.open(host.now());
        host.add(acceptor);
        return acceptor;
    }

    /// Nobody listens on `port` of `host`.
    public static Acceptor absent(SimHost host, int port) {
        var acceptor = new Acceptor(host, port, 0, TcpConfig.defaults());
        acceptor.closed = true;
        return acceptor;
    }

    private void open(long now) {
        switch (host.tcp().listen(now, null, port, backlog, config)) {
            case TcpListener.Listening listening -> {
                listener = listening.listener();
                listening.listener().attach(this);
            }
            case TcpListener.Failed failed ->
                throw new IllegalStateException(host.name() + " cannot listen on " + port + ": " + failed.error());
        }
    }

    void expect(Endpoint client, Conversation conversation) {
        expected.put(client, conversation);
    }

    /// Where it listens.
    public SimHost host() {
        return host;
    }

    /// Its port.
    public int port() {
        return port;
    }

    /// Connections accepted so far.
    public long accepted() {
        return accepted;
    }

    /// Stops listening.
    public void close(long now) {
        TcpListener open = listener;
        if (!closed && open != null) {
            host.tcp().close(now, open);
        }
        closed = true;
    }

    /// Listens again after [#close].
    public void reopen(long now) {
        if (closed) {
            closed = false;
            open(now);
        }
    }

    @Override
    public void on(long now) {
        TcpListener open = listener;
        if (closed || open == null) {
            return;
        }
        for (TcpConnection c = host.tcp().accept(now, open);
                c != null;
                c = host.tcp().accept(now, open)) {
            accepted++;
            var from = new Endpoint(c.remoteAddress(), c.remotePort());
            Conversation conversation = expected.get(from);
            if (conversation == null || conversation.serverTalk().connection() != null) {
                host.tcp().abort(now, c);
            } else {
                conversation.serverTalk().over(now, c);
            }
        }
    }

    @Override
    public long deadline() {
        return Time.NEVER;
    }

    @Override
    public boolean isDone() {
        return closed;
    }

    @Override
    public void onReboot(long now) {
        if (!closed) {
            open(now);
        }
    }

    @Override
    public String status() {
        return host.name() + " listens on " + port + (closed ? " no more" : "") + ", accepted " + accepted;
    }
}
