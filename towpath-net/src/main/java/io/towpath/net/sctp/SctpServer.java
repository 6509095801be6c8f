package io.towpath.net.sctp;

import io.towpath.net.sctp.port.AcceptPort;
import io.towpath.net.sctp.port.AssociationPort;
import io.towpath.net.shard.Interrupts;
import io.towpath.net.shard.ParkingSpot;
import io.towpath.net.shard.Timeouts;
import io.towpath.sctp.SctpConfig;
import io.towpath.wire.IpAddress;
import java.io.IOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedByInterruptException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;

/// A listening SCTP endpoint. Any number of threads may accept; [#close] from another thread wakes them with
/// `SocketException("Socket closed")`. Interrupting a blocked caller closes the server and throws
/// [ClosedByInterruptException].
public final class SctpServer implements AutoCloseable {
    private final AcceptPort port;
    private final ReentrantLock lock = new ReentrantLock();
    private final ParkingSpot acceptor;

    SctpServer(AcceptPort port) {
        this.port = port;
        this.acceptor = new ParkingSpot(port.shard.time());
        port.readiness((signals, driving) -> acceptor.wake(driving));
    }

    /// The port it listens on.
    public int port() {
        return port.port();
    }

    /// The addresses it listens on: those it is bound to, or all of the host.
    ///
    /// @throws SocketException when the host is closed
    public List<IpAddress> addresses() throws IOException {
        return port.addresses();
    }

    /// Listens on one more address, for associations to come (`sctp_bindx`).
    ///
    /// @throws SocketException when it is none of the host's, in use, or the server listens on it already
    public void bindAddress(IpAddress address) throws IOException {
        port.change(Objects.requireNonNull(address), true);
    }

    /// Listens on one address less, for associations to come. The last one stays.
    ///
    /// @throws SocketException when it does not listen on it, or on no other
    public void unbindAddress(IpAddress address) throws IOException {
        port.change(Objects.requireNonNull(address), false);
    }

    /// Other settings for associations to come.
    ///
    /// @throws SocketException when the host is closed
    public void configure(SctpConfig config) throws IOException {
        port.configure(Objects.requireNonNull(config));
    }

    /// Waits for the next association.
    ///
    /// @throws SocketException when the server is closed
    /// @throws ClosedByInterruptException when the caller was interrupted while it waited
    public SctpSocket accept() throws IOException {
        return accept(Duration.ZERO);
    }

    /// Waits for the next association, no longer than `timeout` ([Duration#ZERO]: for ever).
    ///
    /// @throws SocketTimeoutException when none came in time
    /// @throws SocketException when the server is closed
    /// @throws ClosedByInterruptException when the caller was interrupted while it waited
    public SctpSocket accept(Duration timeout) throws IOException {
        long deadline = acceptor.deadline(Timeouts.nanos(timeout));
        lock.lock();
        try {
            while (true) {
                AssociationPort next = port.poll();
                if (next != null) {
                    return new SctpSocket(next);
                }
                Interrupts.CLOSE.await(acceptor, port::canAccept, deadline, "Accept timed out", this::close);
            }
        } finally {
            lock.unlock();
        }
    }

    /// Stops listening. Associations that nobody accepted are aborted; accepted ones go on. Idempotent.
    @Override
    public void close() {
        port.close();
        acceptor.wakeNow();
    }

    /// True after [#close].
    public boolean isClosed() {
        return port.isClosed();
    }

    @Override
    public String toString() {
        return "SctpServer[" + port() + "]";
    }
}
