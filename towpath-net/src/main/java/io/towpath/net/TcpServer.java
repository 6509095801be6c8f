package io.towpath.net;

import io.towpath.core.Signals;
import io.towpath.net.shard.Call;
import io.towpath.net.shard.Driving;
import io.towpath.net.shard.ParkingSpot;
import io.towpath.net.shard.Shard;
import io.towpath.net.shard.ShardSocket;
import io.towpath.net.shard.SocketFaults;
import io.towpath.net.shard.StreamSocket;
import io.towpath.net.shard.Timeouts;
import io.towpath.tcp.TcpConnection;
import io.towpath.tcp.TcpListener;
import io.towpath.wire.IpAddress;
import java.io.IOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedByInterruptException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// A listening TCP socket. Any number of threads may accept; [#close] from another thread wakes them with
/// `SocketException("Socket closed")`. Interrupting a blocked caller closes the server and throws
/// [ClosedByInterruptException].
public final class TcpServer implements AutoCloseable {
    /// Connections fetched from the shard at one visit.
    private static final int FETCH_MAX = 16;

    private final Socket socket;
    private final ReentrantLock lock = new ReentrantLock();
    private final ParkingSpot acceptor;
    private final ArrayDeque<StreamSocket> fetched = new ArrayDeque<>();
    private volatile boolean acceptable;
    private volatile boolean closed;
    private volatile @Nullable IOException cause;

    /// On the shard's owner.
    TcpServer(Shard shard, TcpListener listener) {
        this.acceptor = new ParkingSpot(shard.time());
        this.socket = new Socket(shard, listener);
    }

    /// The server as its shard knows it.
    private final class Socket extends ShardSocket {
        private final TcpListener listener;

        Socket(Shard shard, TcpListener listener) {
            super(shard);
            this.listener = listener;
            listener.attach(this);
            shard.list(this);
        }

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
            acceptable = true;
            acceptor.wake(driving);
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
            acceptor.wake(Driving.ofThisThread());
            ask(1);
        }

        @Override
        protected void fail(IOException why) {
            cause = why;
            closed = true;
            shard.unlist(this);
            acceptor.wakeNow();
        }

        int fetch(long now) {
            int count = 0;
            while (count < FETCH_MAX) {
                TcpConnection connection = shard.stack().tcp().accept(now, listener);
                if (connection == null) {
                    break;
                }
                fetched.add(new StreamSocket(shard, connection));
                count++;
            }
            return count;
        }
    }

    /// The port it listens on.
    public int port() {
        return socket.listener.localPort();
    }

    /// The address it listens on, null for every address of the host.
    public @Nullable IpAddress address() {
        return socket.listener.localAddress();
    }

    /// Waits for the next connection.
    ///
    /// @throws SocketException when the server is closed
    /// @throws ClosedByInterruptException when the caller was interrupted while it waited
    public TcpStream accept() throws IOException {
        return accept(Duration.ZERO);
    }

    /// Waits for the next connection, no longer than `timeout` ([Duration#ZERO]: for ever).
    ///
    /// @throws SocketTimeoutException when none came in time
    /// @throws SocketException when the server is closed
    /// @throws ClosedByInterruptException when the caller was interrupted while it waited
    public TcpStream accept(Duration timeout) throws IOException {
        long deadline = acceptor.deadline(Timeouts.nanos(timeout));
        lock.lock();
        try {
            while (true) {
                check();
                StreamSocket next = fetched.poll();
                if (next != null) {
                    return new TcpStream(next);
                }
                acceptable = false;
                if (fetch() == 0) {
                    awaitAcceptable(deadline);
                }
            }
        } finally {
            lock.unlock();
        }
    }

    private int fetch() throws SocketException {
        return new Call<Integer>() {
            @Override
            protected Integer answer(long now) {
                return socket.fetch(now);
            }
        }.on(socket.shard);
    }

    private void awaitAcceptable(long deadline) throws IOException {
        acceptor.enter();
        try {
            while (!acceptable) {
                check();
                if (acceptor.isOver(deadline)) {
                    throw new SocketTimeoutException("Accept timed out");
                }
                if (Thread.currentThread().isInterrupted()) {
                    close();
                    throw new ClosedByInterruptException();
                }
                acceptor.park(deadline);
            }
        } finally {
            acceptor.leave();
        }
    }

    private void check() throws SocketException {
        if (closed) {
            IOException why = cause;
            throw why == null ? SocketFaults.closed() : SocketFaults.dead(why);
        }
    }

    /// Stops listening. Connections that nobody accepted are reset; accepted ones go on. Idempotent.
    @Override
    public void close() {
        closed = true;
        acceptor.wakeNow();
        socket.ask(1);
        lock.lock();
        try {
            for (StreamSocket waiting = fetched.poll(); waiting != null; waiting = fetched.poll()) {
                waiting.close(true);
            }
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
        return "TcpServer[" + socket.listener + "]";
    }
}
