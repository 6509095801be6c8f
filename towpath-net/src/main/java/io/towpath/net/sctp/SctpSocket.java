package io.towpath.net.sctp;

import io.towpath.core.Signals;
import io.towpath.core.Time;
import io.towpath.net.shard.Call;
import io.towpath.net.shard.Driving;
import io.towpath.net.shard.Interrupts;
import io.towpath.net.shard.ParkingSpot;
import io.towpath.net.shard.Shard;
import io.towpath.net.shard.ShardSocket;
import io.towpath.net.shard.SocketFaults;
import io.towpath.net.shard.Timeouts;
import io.towpath.sctp.Association;
import io.towpath.sctp.AssociationState;
import io.towpath.sctp.Message;
import io.towpath.sctp.Received;
import io.towpath.sctp.SctpError;
import io.towpath.sctp.SctpInfo;
import io.towpath.sctp.SctpLayer;
import io.towpath.sctp.SendOptions;
import io.towpath.wire.IpAddress;
import java.io.IOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedByInterruptException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// An SCTP association with blocking calls, for any number of threads. [#close] shuts it down in order;
/// interrupting a blocked caller aborts it and throws [ClosedByInterruptException].
public final class SctpSocket implements AutoCloseable {
    private static final int SHUTDOWN = 1;
    private static final int RELEASE = 1 << 1;
    private static final int ABORT = 1 << 2;

    private final Socket socket;
    private final ReentrantLock receiveLock = new ReentrantLock();
    private final ReentrantLock sendLock = new ReentrantLock();
    private final ParkingSpot receiver;
    private final ParkingSpot sender;
    private volatile long receiveTimeoutNanos;
    private volatile boolean released;
    private volatile boolean readable;
    private volatile boolean writable;
    private volatile @Nullable IOException cause;

    /// On the shard's owner.
    SctpSocket(Shard shard, Association association) {
        receiver = new ParkingSpot(shard.time());
        sender = new ParkingSpot(shard.time());
        socket = new Socket(shard, association);
    }

    /// The socket as its shard knows it.
    private final class Socket extends ShardSocket {
        private final Association association;

        Socket(Shard shard, Association association) {
            super(shard);
            this.association = association;
            association.attach(this);
            shard.list(this);
        }

        @Override
        protected void fulfil(long now, int bits) {
            SctpLayer sctp = shard.stack().sctp();
            if ((bits & ABORT) != 0) {
                sctp.abort(now, association);
            } else {
                sctp.shutdown(now, association);
            }
            if ((bits & RELEASE) != 0) {
                discard(now);
            }
            forgetIfOver();
        }

        @Override
        protected void onSignals(long now, int bits, Driving driving) {
            if (released) {
                discard(now);
            }
            forgetIfOver();
            readable = true;
            writable = true;
            receiver.wake(driving);
            if ((bits & ~Signals.READABLE) != 0) {
                sender.wake(driving);
            }
        }

        /// What comes for a user who is gone makes no window small, so that the shutdown can end.
        private void discard(long now) {
            Received next;
            do {
                next = shard.stack().sctp().receive(now, association);
            } while (next != null);
        }

        private void forgetIfOver() {
            if (association.isClosed()) {
                shard.unlist(this);
            }
        }

        @Override
        protected void closeByHost() {
            // A host that goes has no time for a shutdown: the peer hears of the end at once.
            released = true;
            receiver.wake(Driving.ofThisThread());
            sender.wake(Driving.ofThisThread());
            ask(ABORT | RELEASE);
        }

        @Override
        protected void fail(IOException why) {
            cause = why;
            released = true;
            shard.unlist(this);
            receiver.wakeNow();
            sender.wakeNow();
        }
    }

    void awaitConnected(Duration timeout) throws IOException {
        long deadline = sender.deadline(Timeouts.nanos(timeout));
        sender.enter();
        try {
            while (true) {
                writable = false;
                AssociationState.Name state = state();
                if (state == AssociationState.Name.CLOSED) {
                    SctpError error = socket.association.error();
                    throw SctpFaults.of(error == null ? SctpError.CLOSED : error);
                }
                if (state != AssociationState.Name.COOKIE_WAIT && state != AssociationState.Name.COOKIE_ECHOED) {
                    return;
                }
                awaitConnecting(deadline);
            }
        } finally {
            sender.leave();
        }
    }

    private void awaitConnecting(long deadline) throws IOException {
        while (!writable) {
            check();
            if (sender.isOver(deadline)) {
                abort();
                throw new SocketTimeoutException("Connect timed out");
            }
            Interrupts.CLOSE.park(sender, deadline, this::abort);
        }
    }

    private AssociationState.Name state() throws SocketException {
        return new Call<AssociationState.Name>() {
            @Override
            protected AssociationState.Name answer(long now) {
                return socket.association.stateName();
            }
        }.on(socket.shard);
    }

    /// Sends a message on stream 0, waiting while the send queue is full.
    ///
    /// @throws SocketException when the association is closed or shutting down
    public void send(byte[] data) throws IOException {
        send(data, 0, data.length, SendOptions.defaults());
    }

    /// Sends a message, waiting while the send queue is full.
    public void send(byte[] data, SendOptions options) throws IOException {
        send(data, 0, data.length, options);
    }

    /// Sends a message of `length` bytes, waiting while the send queue is full.
    ///
    /// @throws SocketException when the association is closed or shutting down, the stream does not exist, or
    /// the message is empty or too long
    /// @throws ClosedByInterruptException when the caller was interrupted while it waited
    public void send(byte[] data, int offset, int length, SendOptions options) throws IOException {
        Objects.requireNonNull(options);
        Objects.checkFromIndexSize(offset, length, data.length);
        sendLock.lock();
        try {
            while (true) {
                check();
                writable = false;
                SctpError error = offer(data, offset, length, options);
                if (error == null) {
                    return;
                }
                if (error != SctpError.WOULD_BLOCK) {
                    throw SctpFaults.of(error);
                }
                awaitWritable();
            }
        } finally {
            sendLock.unlock();
        }
    }

    private @Nullable SctpError offer(byte[] data, int offset, int length, SendOptions options) throws SocketException {
        return new Call<@Nullable SctpError>() {
            @Override
            @Nullable
            protected SctpError answer(long now) {
                return socket.shard.stack().sctp().send(now, socket.association, data, offset, length, options);
            }
        }.on(socket.shard);
    }

    private void awaitWritable() throws IOException {
        sender.enter();
        try {
            while (!writable) {
                check();
                Interrupts.CLOSE.park(sender, Time.NEVER, this::abort);
            }
        } finally {
            sender.leave();
        }
    }

    /// Waits for the next message; notifications that come before it are passed over.
    ///
    /// @return null when the association was shut down in order and nothing more will come
    /// @throws SocketTimeoutException when none came within the receive timeout
    /// @throws SocketException when the association was lost or the socket is closed
    /// @throws ClosedByInterruptException when the caller was interrupted while it waited
    public @Nullable Message receive() throws IOException {
        Received next = next();
        while (next != null && !(next instanceof Message)) {
            next = next();
        }
        return (Message) next;
    }

    /// Waits for the next message or notification.
    ///
    /// @return null when the association was shut down in order and nothing more will come
    /// @throws SocketTimeoutException when none came within the receive timeout
    /// @throws SocketException when the association was lost or the socket is closed
    /// @throws ClosedByInterruptException when the caller was interrupted while it waited
    public @Nullable Received next() throws IOException {
        long deadline = receiver.deadline(receiveTimeoutNanos);
        receiveLock.lock();
        try {
            while (true) {
                check();
                readable = false;
                Next next = poll();
                if (next.received() != null) {
                    return next.received();
                }
                if (next.over()) {
                    SctpError error = next.error();
                    if (error == null) {
                        return null;
                    }
                    throw SctpFaults.of(error);
                }
                awaitReadable(deadline);
            }
        } finally {
            receiveLock.unlock();
        }
    }

    private record Next(
            @Nullable Received received,
            boolean over,
            @Nullable SctpError error) {}

    private Next poll() throws SocketException {
        return new Call<Next>() {
            @Override
            protected Next answer(long now) {
                Association a = socket.association;
                Received received = socket.shard.stack().sctp().receive(now, a);
                return new Next(received, a.isClosed(), a.error());
            }
        }.on(socket.shard);
    }

    private void awaitReadable(long deadline) throws IOException {
        receiver.enter();
        try {
            while (!readable) {
                check();
                if (receiver.isOver(deadline)) {
                    throw new SocketTimeoutException("Receive timed out");
                }
                Interrupts.CLOSE.park(receiver, deadline, this::abort);
            }
        } finally {
            receiver.leave();
        }
    }

    private void check() throws SocketException {
        if (released) {
            IOException why = cause;
            throw why == null ? SocketFaults.closed() : SocketFaults.dead(why);
        }
    }

    /// How long [#receive] may wait; [Duration#ZERO] (the default) for ever.
    ///
    /// @throws IllegalArgumentException when negative
    public void setReceiveTimeout(Duration timeout) {
        receiveTimeoutNanos = Timeouts.nanos(timeout);
    }

    /// Makes another of the peer's addresses the primary path.
    ///
    /// @throws SocketException when it is none of them
    public void setPrimary(IpAddress address) throws IOException {
        SctpError error = new Call<@Nullable SctpError>() {
            @Override
            @Nullable
            protected SctpError answer(long now) {
                return socket.shard.stack().sctp().setPrimary(now, socket.association, address);
            }
        }.on(socket.shard);
        if (error != null) {
            throw SctpFaults.of(error);
        }
    }

    /// What can be seen of the association now.
    public SctpInfo info() throws IOException {
        return new Call<SctpInfo>() {
            @Override
            protected SctpInfo answer(long now) {
                return socket.shard.stack().sctp().info(now, socket.association);
            }
        }.on(socket.shard);
    }

    /// Own port.
    public int port() {
        return socket.association.localPort();
    }

    /// The peer's port.
    public int remotePort() {
        return socket.association.remotePort();
    }

    /// Shuts the association down: no more messages are taken, those that were are delivered. Messages of the
    /// peer that are on their way can still be received, until [#receive] returns null.
    public void shutdown() {
        socket.ask(SHUTDOWN);
    }

    /// Ends the association at once; what was not delivered is lost.
    public void abort() {
        released = true;
        receiver.wakeNow();
        sender.wakeNow();
        socket.ask(ABORT | RELEASE);
    }

    /// Shuts the association down and forgets it: what the peer still sends is dropped. Wakes blocked callers.
    /// Idempotent.
    @Override
    public void close() {
        if (!released) {
            released = true;
            receiver.wakeNow();
            sender.wakeNow();
            socket.ask(SHUTDOWN | RELEASE);
        }
    }

    /// True after [#close] or [#abort].
    public boolean isClosed() {
        return released;
    }

    @Override
    public String toString() {
        return "SctpSocket[" + port() + " -> " + remotePort() + "]";
    }
}
