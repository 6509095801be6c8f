package io.towpath.net;

import io.towpath.net.shard.Interrupts;
import io.towpath.net.shard.ListenSocket;
import io.towpath.net.shard.ParkingSpot;
import io.towpath.net.shard.StreamSocket;
import io.towpath.net.shard.Timeouts;
import io.towpath.wire.IpAddress;
import java.io.IOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedByInterruptException;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// A listening TCP socket. Any number of threads may accept; [#close] from another thread wakes them with
/// `SocketException("Socket closed")`. Interrupting a blocked caller closes the server and throws
/// [ClosedByInterruptException].
public final class TcpServer implements AutoCloseable {
    private final ListenSocket socket;
    private final ReentrantLock lock = new ReentrantLock();
    private final ParkingSpot acceptor;

    TcpServer(ListenSocket socket) {
        this.socket = socket;
        this.acceptor = new ParkingSpot(socket.shard.time());
        socket.readiness((signals, driving) -> acceptor.wake(driving));
    }

    /// The port it listens on.
    public int port() {
        return socket.port();
    }

    /// The address it listens on, null for every address of the host.
    public @Nullable IpAddress address() {
        return socket.address();
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
            StreamSocket next = socket.poll();
            while (next == null) {
                Interrupts.CLOSE.await(acceptor, socket::canAccept, deadline, "Accept timed out", this::close);
                next = socket.poll();
            }
            return new TcpStream(next);
        } finally {
            lock.unlock();
        }
    }

    /// Stops listening. Connections that nobody accepted are reset; accepted ones go on. Idempotent.
    @Override
    public void close() {
        socket.close();
        acceptor.wakeNow();
    }

    /// True after [#close].
    public boolean isClosed() {
        return socket.isClosed();
    }

    @Override
    public String toString() {
        return "TcpServer[" + socket + "]";
    }
}
