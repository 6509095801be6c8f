package io.towpath.net.sctp;

import io.towpath.net.sctp.port.AssociationCalls;
import io.towpath.net.sctp.port.AssociationPort;
import io.towpath.net.sctp.port.SctpFaults;
import io.towpath.net.shard.Interrupts;
import io.towpath.net.shard.Timeouts;
import io.towpath.sctp.Message;
import io.towpath.sctp.Notification;
import io.towpath.sctp.Received;
import io.towpath.sctp.SctpConfig;
import io.towpath.sctp.SctpError;
import io.towpath.sctp.SctpInfo;
import io.towpath.sctp.SendOptions;
import io.towpath.wire.IpAddress;
import java.io.IOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedByInterruptException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// An SCTP association with blocking calls, for any number of threads: RFC 6458's one-to-one style. [#close]
/// shuts it down in order; interrupting a blocked caller aborts it and throws [ClosedByInterruptException].
public final class SctpSocket implements AutoCloseable {
    private static final long NO_LINGER = -1;

    private final AssociationCalls calls;
    private final SctpAssociation association;
    private final ReentrantLock receiveLock = new ReentrantLock();
    private final ReentrantLock sendLock = new ReentrantLock();
    private volatile SendOptions defaults = SendOptions.defaults();
    private volatile Predicate<? super Notification> interest = notification -> true;
    private volatile long receiveTimeoutNanos;
    private volatile long lingerNanos = NO_LINGER;

    SctpSocket(AssociationPort port) {
        this(port, new SctpAssociation(port));
    }

    /// An association that another socket had until now; it is told of signals already.
    SctpSocket(AssociationPort port, SctpAssociation association) {
        this.calls = new AssociationCalls(port, Interrupts.CLOSE);
        this.association = association;
    }

    void awaitConnected(Duration timeout) throws IOException {
        try {
            calls.awaitConnected(Timeouts.nanos(timeout));
        } catch (IOException e) {
            abort();
            throw e;
        }
    }

    /// What can be seen of the association and set on it.
    public SctpAssociation association() {
        return association;
    }

    // ---- sending --------------------------------------------------------------------------------------------------

    /// How messages are sent that come without options of their own (`SCTP_DEFAULT_SNDINFO`,
    /// `SCTP_DEFAULT_PRINFO`); at first ordered and reliable on stream 0.
    public void setDefaults(SendOptions options) {
        defaults = Objects.requireNonNull(options);
    }

    /// Sends a message by the defaults, waiting while the send queue is full.
    ///
    /// @throws SocketException when the association is closed or shutting down
    public void send(byte[] data) throws IOException {
        send(data, 0, data.length, defaults);
    }

    /// Sends a message, waiting while the send queue is full.
    public void send(byte[] data, SendOptions options) throws IOException {
        send(data, 0, data.length, options);
    }

    /// Sends a message of `length` bytes, waiting while the send queue is full.
    ///
    /// Small messages that a thread gives one right after the other are gathered and travel together, also with
    /// [SctpConfig#withNoDelay]; none of them waits for a timer. Should the association end before they left, they
    /// come back as [Notification.SendFailed].
    ///
    /// @throws SocketException when the association is closed or shutting down, the stream does not exist, or
    /// the message is empty or too long
    /// @throws IllegalArgumentException when `options` name a shared key that the association does not send with
    /// @throws ClosedByInterruptException when the caller was interrupted while it waited
    public void send(byte[] data, int offset, int length, SendOptions options) throws IOException {
        Objects.requireNonNull(options);
        Objects.checkFromIndexSize(offset, length, data.length);
        sendLock.lock();
        try {
            SctpError error = calls.send(data, offset, length, options);
            if (error != null) {
                throw calls.port().sendFault(error);
            }
        } finally {
            sendLock.unlock();
        }
    }

    /// Sends a message if there is room for it now.
    ///
    /// @return false when there is none
    /// @throws SocketException as when it waits for room
    public boolean trySend(byte[] data, SendOptions options) throws IOException {
        Objects.requireNonNull(options);
        SctpError error = calls.port().send(data, 0, data.length, options);
        if (error != null && error != SctpError.WOULD_BLOCK) {
            throw calls.port().sendFault(error);
        }
        return error == null;
    }

    // ---- receiving ------------------------------------------------------------------------------------------------

    /// Which notifications [#next] tells (`SCTP_EVENT`); the others are passed over. At first all.
    ///
    /// @param wanted true for those that are told
    public void setInterest(Predicate<? super Notification> wanted) {
        interest = Objects.requireNonNull(wanted);
    }

    /// Waits for the next message; notifications that come before it are passed over.
    ///
    /// @return null when the association was shut down in order and nothing more will come
    /// @throws SocketTimeoutException when none came within the receive timeout
    /// @throws SocketException when the association was lost or the socket is closed
    /// @throws ClosedByInterruptException when the caller was interrupted while it waited
    public @Nullable Message receive() throws IOException {
        return (Message) next(notification -> false);
    }

    /// Waits for the next message or notification.
    ///
    /// @return null when the association was shut down in order and nothing more will come
    /// @throws SocketTimeoutException when none came within the receive timeout
    /// @throws SocketException when the association was lost or the socket is closed
    /// @throws ClosedByInterruptException when the caller was interrupted while it waited
    public @Nullable Received next() throws IOException {
        return next(interest);
    }

    private @Nullable Received next(Predicate<? super Notification> wanted) throws IOException {
        receiveLock.lock();
        try {
            while (true) {
                AssociationPort.Next next = calls.next(receiveTimeoutNanos);
                Received received = next.received();
                if (received == null) {
                    SctpError error = next.error();
                    if (error != null) {
                        throw SctpFaults.of(error);
                    }
                    return null;
                }
                if (!(received instanceof Notification notification) || wanted.test(notification)) {
                    return received;
                }
            }
        } finally {
            receiveLock.unlock();
        }
    }

    /// The next message or notification that is there already.
    ///
    /// @return null when there is none; [SctpAssociation#isOver] tells whether one may come
    /// @throws SocketException when the association was lost and nothing is left, or the socket is closed
    public @Nullable Received tryNext() throws IOException {
        Predicate<? super Notification> wanted = interest;
        while (true) {
            AssociationPort.Next next = calls.port().poll();
            if (next.received() instanceof Notification notification && !wanted.test(notification)) {
                continue;
            }
            SctpError error = next.error();
            if (next.over() && error != null) {
                throw SctpFaults.of(error);
            }
            return next.received();
        }
    }

    /// How long [#receive] may wait; [Duration#ZERO] (the default) for ever.
    ///
    /// @throws IllegalArgumentException when negative
    public void setReceiveTimeout(Duration timeout) {
        receiveTimeoutNanos = Timeouts.nanos(timeout);
    }

    // ---- the association ------------------------------------------------------------------------------------------

    /// Makes another of the peer's addresses the primary path.
    ///
    /// @throws SocketException when it is none of them
    public void setPrimary(IpAddress address) throws IOException {
        association.setPrimary(address);
    }

    /// What can be seen of the association now.
    public SctpInfo info() throws IOException {
        return association.info();
    }

    /// Own port.
    public int port() {
        return association.localPort();
    }

    /// The peer's port.
    public int remotePort() {
        return association.remotePort();
    }

    // ---- the end --------------------------------------------------------------------------------------------------

    /// How long [#close] waits for the end of the shutdown (`SO_LINGER`); [Duration#ZERO] has it abort at once.
    /// Without this call it shuts down and does not wait.
    ///
    /// @throws IllegalArgumentException when negative
    public void setLinger(Duration time) {
        lingerNanos = Timeouts.nanos(time);
    }

    /// Shuts the association down: no more messages are taken, those that were are delivered. Messages of the
    /// peer that are on their way can still be received, until [#receive] returns null.
    public void shutdown() {
        calls.port().shutdown();
    }

    /// Ends the association at once; what was not delivered is lost.
    public void abort() {
        calls.abort();
    }

    /// Shuts the association down and forgets it: what the peer still sends is dropped. Wakes blocked callers.
    /// Idempotent.
    @Override
    public void close() {
        if (!isClosed()) {
            calls.close(lingerNanos);
        }
    }

    /// True after [#close] or [#abort].
    public boolean isClosed() {
        return calls.port().isReleased();
    }

    @Override
    public String toString() {
        return "SctpSocket[" + port() + " -> " + remotePort() + "]";
    }
}
