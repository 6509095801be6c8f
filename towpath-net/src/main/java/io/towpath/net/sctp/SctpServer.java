package io.towpath.net.sctp;

import io.towpath.net.sctp.port.AssociationPort;
import io.towpath.net.sctp.port.SctpFaults;
import io.towpath.net.shard.Call;
import io.towpath.net.shard.Driving;
import io.towpath.net.shard.Interrupts;
import io.towpath.net.shard.ParkingSpot;
import io.towpath.net.shard.Shard;
import io.towpath.net.shard.ShardSocket;
import io.towpath.net.shard.SocketFaults;
import io.towpath.net.shard.Timeouts;
import io.towpath.sctp.Association;
import io.towpath.sctp.SctpEndpoint;
import io.towpath.sctp.SctpError;
import io.towpath.wire.IpAddress;
import java.io.IOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedByInterruptException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// A listening SCTP endpoint. Any number of threads may accept; [#close] from another thread wakes them with
/// `SocketException("Socket closed")`. Interrupting a blocked caller closes the server and throws
/// [ClosedByInterruptException].
public final class SctpServer implements AutoCloseable {
    private final Socket socket;
    private final ReentrantLock lock = new ReentrantLock();
    private final ParkingSpot acceptor;
    private volatile boolean acceptable;
    private volatile boolean closed;
    private volatile @Nullable IOException cause;

    /// On the shard's owner.
    SctpServer(Shard shard, SctpEndpoint endpoint) {
        acceptor = new ParkingSpot(shard.time());
        socket = new Socket(shard, endpoint);
    }

    private final class Socket extends ShardSocket {
        private final SctpEndpoint endpoint;

        Socket(Shard shard, SctpEndpoint endpoint) {
            super(shard);
            this.endpoint = endpoint;
            endpoint.attach(this);
            shard.list(this);
        }

        @Override
        protected void fulfil(long now, int bits) {
            endpoint.attach(null);
            // Stops listening: associations that were accepted go on.
            shard.stack().sctp().release(now, endpoint);
            shard.unlist(this);
        }

        @Override
        protected void onSignals(long now, int bits, Driving driving) {
            acceptable = true;
            acceptor.wake(driving);
        }

        @Override
        protected boolean isListening() {
            return true;
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
    }

    /// The port it listens on.
    public int port() {
        return socket.endpoint.localPort();
    }

    /// The addresses it listens on: those it is bound to, or all of the host.
    ///
    /// @throws SocketException when the host is closed
    public List<IpAddress> addresses() throws IOException {
        return new Call<List<IpAddress>>() {
            @Override
            protected List<IpAddress> answer(long now) {
                return socket.shard.stack().sctp().addresses(socket.endpoint.localAddresses());
            }
        }.on(socket.shard);
    }

    /// Listens on one more address, for associations to come (`sctp_bindx`).
    ///
    /// @throws SocketException when it is none of the host's, in use, or the server listens on it already
    public void bindAddress(IpAddress address) throws IOException {
        change(address, true);
    }

    /// Listens on one address less, for associations to come. The last one stays.
    ///
    /// @throws SocketException when it does not listen on it, or on no other
    public void unbindAddress(IpAddress address) throws IOException {
        change(address, false);
    }

    private void change(IpAddress address, boolean add) throws IOException {
        Objects.requireNonNull(address);
        SctpError error = new Call<@Nullable SctpError>() {
            @Override
            @Nullable
            protected SctpError answer(long now) {
                var sctp = socket.shard.stack().sctp();
                return add
                        ? sctp.bindAddress(now, socket.endpoint, address)
                        : sctp.unbindAddress(now, socket.endpoint, address);
            }
        }.on(socket.shard);
        if (error != null) {
            throw SctpFaults.of(error);
        }
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
                check();
                acceptable = false;
                SctpSocket next = poll();
                if (next != null) {
                    return next;
                }
                await(deadline);
            }
        } finally {
            lock.unlock();
        }
    }

    private void await(long deadline) throws IOException {
        acceptor.enter();
        try {
            while (!acceptable) {
                check();
                if (acceptor.isOver(deadline)) {
                    throw new SocketTimeoutException("Accept timed out");
                }
                Interrupts.CLOSE.park(acceptor, deadline, this::close);
            }
        } finally {
            acceptor.leave();
        }
    }

    private @Nullable SctpSocket poll() throws SocketException {
        return new Call<@Nullable SctpSocket>() {
            @Override
            @Nullable
            protected SctpSocket answer(long now) {
                Association a = socket.shard.stack().sctp().accept(now, socket.endpoint);
                if (a == null) {
                    return null;
                }
                socket.shard.stack().sctp().interleaveParts(now, a, false);
                return new SctpSocket(new AssociationPort(socket.shard, a));
            }
        }.on(socket.shard);
    }

    private void check() throws SocketException {
        if (closed) {
            IOException why = cause;
            throw why == null ? SocketFaults.closed() : SocketFaults.dead(why);
        }
    }

    /// Stops listening. Associations that nobody accepted are aborted; accepted ones go on. Idempotent.
    @Override
    public void close() {
        closed = true;
        acceptor.wakeNow();
        socket.ask(1);
    }

    /// True after [#close].
    public boolean isClosed() {
        return closed;
    }

    @Override
    public String toString() {
        return "SctpServer[" + port() + "]";
    }
}
