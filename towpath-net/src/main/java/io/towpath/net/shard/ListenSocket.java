package io.towpath.net.shard;

import io.towpath.core.Signals;
import io.towpath.tcp.TcpConnection;
import io.towpath.tcp.TcpListener;
import io.towpath.wire.IpAddress;
import java.io.IOException;
import java.lang.invoke.VarHandle;
import java.net.SocketException;
import java.util.ArrayDeque;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// A listening TCP socket without blocking, between application threads and its shard. Connections are fetched from
/// the shard several at a time.
public final class ListenSocket extends ShardSocket {
    /// Connections fetched at one visit.
    private static final int FETCH_MAX = 16;

    private final TcpListener listener;
    private final ReentrantLock lock = new ReentrantLock();
    private final ArrayDeque<StreamSocket> fetched = new ArrayDeque<>();
    private volatile int fetchedCount;
    private volatile boolean waiting;
    private volatile boolean closed;
    private volatile Readiness readiness = Readiness.NOBODY;
    private volatile @Nullable IOException cause;

    /// On the shard's owner.
    ListenSocket(Shard shard, TcpListener listener) {
        super(shard);
        this.listener = listener;
        listener.attach(this);
        shard.list(this);
    }

    // ---- the shard's side -----------------------------------------------------------------------------------------

    @Override
    protected void fulfil(long now, int bits) {
        if (!listener.isClosed()) {
            listener.attach(null);
            shard.stack().tcp().close(now, listener);
        }
        shard.unlist(this);
    }

    @Override
    protected void onSignals(long now, int bits, Driving driving) {
        if ((bits & Signals.CLOSED) != 0) {
            closed = true;
        }
        waiting = listener.waiting() > 0;
        VarHandle.fullFence(); // before looking for callers: see ParkingSpot
        readiness.onReady(bits, driving);
    }

    @Override
    protected boolean isListening() {
        return true;
    }

    @Override
    protected int refuse(long now, int max) {
        int count = 0;
        while (count < max) {
            TcpConnection connection = shard.stack().tcp().accept(now, listener);
            if (connection == null) {
                break;
            }
            shard.stack().tcp().abort(now, connection);
            count++;
        }
        return count;
    }

    @Override
    protected void closeByHost() {
        closed = true;
        readiness.onReady(Signals.CLOSED, Driving.ofThisThread());
        ask(1);
    }

    @Override
    protected void fail(IOException why) {
        cause = why;
        closed = true;
        shard.unlist(this);
        readiness.onReady(Signals.CLOSED, Driving.ofThisThread());
    }

    private int fetch(long now) {
        int count = 0;
        while (count < FETCH_MAX) {
            TcpConnection connection = shard.stack().tcp().accept(now, listener);
            if (connection == null) {
                break;
            }
            fetched.add(new StreamSocket(shard, connection));
            count++;
        }
        waiting = listener.waiting() > 0;
        return count;
    }

    // ---- the application's side -----------------------------------------------------------------------------------

    /// The port it listens on.
    public int port() {
        return listener.localPort();
    }

    /// The address it listens on, null for every address of the host.
    public @Nullable IpAddress address() {
        return listener.localAddress();
    }

    /// Sets who is told of signals from now on.
    public void readiness(Readiness reader) {
        readiness = reader;
    }

    /// True when [#poll] would not return null, as far as is known; also when it would throw.
    public boolean canAccept() {
        return fetchedCount > 0 || waiting || closed;
    }

    /// The next connection, null when none waits.
    ///
    /// @throws SocketException when the socket is closed
    public @Nullable StreamSocket poll() throws SocketException {
        lock.lock();
        try {
            check();
            if (fetched.isEmpty() && waiting) {
                int ignored = new Call<Integer>() {
                    @Override
                    protected Integer answer(long now) {
                        return fetch(now);
                    }
                }.on(shard);
            }
            StreamSocket next = fetched.poll();
            fetchedCount = fetched.size();
            return next;
        } finally {
            lock.unlock();
        }
    }

    /// @throws SocketException when the socket is closed
    public void check() throws SocketException {
        if (closed) {
            IOException why = cause;
            throw why == null ? SocketFaults.closed() : SocketFaults.dead(why);
        }
    }

    /// Stops listening. Connections that nobody accepted are reset; accepted ones go on. Idempotent. Callers that
    /// are blocked must be woken by whoever blocked them.
    public void close() {
        closed = true;
        ask(1);
        lock.lock();
        try {
            for (StreamSocket next = fetched.poll(); next != null; next = fetched.poll()) {
                boolean ignored = next.close(true);
            }
            fetchedCount = 0;
        } finally {
            lock.unlock();
        }
    }

    /// True after [#close].
    public boolean isClosed() {
        return closed;
    }

    @Override
    public String toString() {
        return listener.toString();
    }
}
