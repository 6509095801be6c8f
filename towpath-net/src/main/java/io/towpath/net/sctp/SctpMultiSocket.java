package io.towpath.net.sctp;

import io.towpath.net.sctp.port.AssociationPort;
import io.towpath.net.sctp.port.EndpointCalls;
import io.towpath.net.sctp.port.EndpointPort;
import io.towpath.net.shard.Interrupts;
import io.towpath.net.shard.Timeouts;
import io.towpath.sctp.Notification;
import io.towpath.sctp.Received;
import io.towpath.sctp.SctpConfig;
import io.towpath.sctp.SctpError;
import io.towpath.sctp.SendOptions;
import io.towpath.wire.Endpoint;
import io.towpath.wire.IpAddress;
import java.io.IOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedByInterruptException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Many associations on one port, with blocking calls, for any number of threads: RFC 6458's one-to-many style.
/// Peers begin associations by themselves, and a message to a peer begins one where there is none.
/// [#close] shuts all of them down in order; interrupting a blocked caller closes the socket and throws
/// [ClosedByInterruptException].
///
/// ```java
/// try (SctpMultiSocket socket = host.sctp().bind(5000)) {
///     while (true) {
///         if (socket.receive() instanceof SctpMultiSocket.Arrival(SctpAssociation from, Message message)) {
///             socket.send(from, message.data(), SendOptions.stream(message.streamId()));
///         }
///     }
/// }
/// ```
public final class SctpMultiSocket implements AutoCloseable {
    /// A message or notification, and whose it is.
    ///
    /// @param association the association
    /// @param received what it had
    public record Arrival(SctpAssociation association, Received received) {}

    private final EndpointCalls calls;
    private final ReentrantLock receiveLock = new ReentrantLock();
    private final ReentrantLock sendLock = new ReentrantLock();
    private volatile Predicate<? super Notification> interest = notification -> true;
    private volatile long receiveTimeoutNanos;

    SctpMultiSocket(EndpointPort port) {
        this.calls = new EndpointCalls(port, Interrupts.CLOSE);
    }

    private EndpointPort endpoint() {
        return calls.port();
    }

    // ---- associations ---------------------------------------------------------------------------------------------

    /// Begins an association and waits until it is established.
    ///
    /// @throws java.net.ConnectException when the peer refuses or does not answer
    /// @throws java.net.NoRouteToHostException when there is no way to the peer
    public SctpAssociation connect(Endpoint to) throws IOException {
        return connect(List.of(to.address()), to.port(), Duration.ZERO);
    }

    /// Begins an association (`sctp_connectx`) and waits until it is established.
    ///
    /// @param remote addresses of the peer, the one to begin with first; the peer tells more
    /// @param timeout how long to wait, [Duration#ZERO] for as long as the protocol tries
    /// @throws SocketTimeoutException when it took longer; the association is given up
    /// @throws java.net.ConnectException when the peer refuses or does not answer, or there is an association
    ///     with it already
    /// @throws java.net.NoRouteToHostException when there is no way to the peer
    /// @throws ClosedByInterruptException when the caller was interrupted while it waited
    public SctpAssociation connect(List<IpAddress> remote, int port, Duration timeout) throws IOException {
        long nanos = Timeouts.nanos(timeout);
        sendLock.lock();
        try {
            AssociationPort opening = endpoint().connect(remote, port, config(), (now, sctp, a) -> null);
            try {
                calls.awaitConnected(opening, nanos);
            } catch (SocketTimeoutException e) {
                opening.abort();
                throw e;
            }
            return new SctpAssociation(opening);
        } finally {
            sendLock.unlock();
        }
    }

    /// The association with the peer that has this address and port; null when there is none.
    ///
    /// @throws SocketException when the socket is closed
    public @Nullable SctpAssociation find(Endpoint peer) throws IOException {
        AssociationPort found = endpoint().find(peer.address(), peer.port());
        return found == null ? null : new SctpAssociation(found);
    }

    /// Its associations (`SCTP_GET_ASSOC_ID_LIST`), in the order in which they began; one that is over stays
    /// until all it had was received.
    ///
    /// @throws SocketException when the socket is closed
    public List<SctpAssociation> associations() throws IOException {
        List<SctpAssociation> all = new ArrayList<>();
        for (AssociationPort member : endpoint().members()) {
            all.add(new SctpAssociation(member));
        }
        return List.copyOf(all);
    }

    /// Takes an association out into a socket of its own (`sctp_peeloff`), with all that was not received yet.
    ///
    /// @throws IllegalArgumentException when it is not one of this socket's
    /// @throws SocketException when the socket is closed
    public SctpSocket peelOff(SctpAssociation association) throws IOException {
        AssociationPort port = association.port();
        if (!endpoint().peelOff(port)) {
            throw new IllegalArgumentException("not an association of this socket: " + association);
        }
        return new SctpSocket(port, association);
    }

    // ---- sending --------------------------------------------------------------------------------------------------

    /// Sends a message to the peer of an association, waiting while its send queue is full.
    ///
    /// @throws SocketException when the association is over or shutting down, the stream does not exist, or the
    ///     message is empty or too long; or when the socket is closed
    /// @throws ClosedByInterruptException when the caller was interrupted while it waited
    public void send(SctpAssociation to, byte[] data, SendOptions options) throws IOException {
        Objects.requireNonNull(options);
        sendLock.lock();
        try {
            endpoint().check();
            check(to.port(), calls.send(to.port(), data, 0, data.length, options));
        } finally {
            sendLock.unlock();
        }
    }

    /// Sends a message to a peer, and begins an association with it where there is none (RFC 6458 §7.5). Does
    /// not wait for the handshake: when it fails, [Notification.CommunicationLost] tells, and
    /// [Notification.SendFailed] gives the message back.
    ///
    /// @return the association
    /// @throws SocketException as for an association that is there, and when none can begin
    /// @throws ClosedByInterruptException when the caller was interrupted while it waited
    public SctpAssociation send(Endpoint to, byte[] data, SendOptions options) throws IOException {
        Objects.requireNonNull(options);
        sendLock.lock();
        try {
            AssociationPort found = endpoint().find(to.address(), to.port());
            if (found == null) {
                // Both at once, or a peer that refuses could be quicker than the message.
                return new SctpAssociation(endpoint()
                        .connect(
                                List.of(to.address()),
                                to.port(),
                                config(),
                                (now, sctp, a) -> sctp.send(now, a, data, 0, data.length, options)));
            }
            check(found, calls.send(found, data, 0, data.length, options));
            return new SctpAssociation(found);
        } finally {
            sendLock.unlock();
        }
    }

    /// Sends a message to the peer of an association if there is room for it now.
    ///
    /// @return false when there is none
    /// @throws SocketException as when it waits for room
    public boolean trySend(SctpAssociation to, byte[] data, SendOptions options) throws IOException {
        Objects.requireNonNull(options);
        endpoint().check();
        SctpError error = to.port().send(data, 0, data.length, options);
        if (error == SctpError.WOULD_BLOCK) {
            return false;
        }
        check(to.port(), error);
        return true;
    }

    private static void check(AssociationPort port, @Nullable SctpError error) throws SocketException {
        if (error != null) {
            throw port.sendFault(error);
        }
    }

    // ---- receiving ------------------------------------------------------------------------------------------------

    /// Which notifications are told (`SCTP_EVENT`); the others are passed over. At first all.
    ///
    /// @param wanted true for those that are told
    public void setInterest(Predicate<? super Notification> wanted) {
        interest = Objects.requireNonNull(wanted);
    }

    /// Waits for the next message or notification of any association; those that have something take turns. The
    /// last that an association has to say is [Notification.ShutdownComplete], or
    /// [Notification.CommunicationLost] and the [Notification.SendFailed] that follow it.
    ///
    /// @throws SocketTimeoutException when none came within the receive timeout
    /// @throws SocketException when the socket is closed
    /// @throws ClosedByInterruptException when the caller was interrupted while it waited
    public Arrival receive() throws IOException {
        receiveLock.lock();
        try {
            while (true) {
                EndpointPort.Arrived next = calls.next(receiveTimeoutNanos);
                if (isWanted(next)) {
                    return new Arrival(new SctpAssociation(next.from()), next.received());
                }
            }
        } finally {
            receiveLock.unlock();
        }
    }

    /// The next message or notification that is there already; null when there is none.
    ///
    /// @throws SocketException when the socket is closed
    public @Nullable Arrival tryReceive() throws IOException {
        EndpointPort.Arrived next = endpoint().poll();
        while (next != null && !isWanted(next)) {
            next = endpoint().poll();
        }
        return next == null ? null : new Arrival(new SctpAssociation(next.from()), next.received());
    }

    private boolean isWanted(EndpointPort.Arrived arrived) {
        return !(arrived.received() instanceof Notification notification) || interest.test(notification);
    }

    /// How long [#receive] may wait; [Duration#ZERO] (the default) for ever.
    ///
    /// @throws IllegalArgumentException when negative
    public void setReceiveTimeout(Duration timeout) {
        receiveTimeoutNanos = Timeouts.nanos(timeout);
    }

    /// How messages that are longer than the receive buffer can hold, and so come in parts, are mixed with
    /// others (`SCTP_FRAGMENT_INTERLEAVE`). At first 1.
    ///
    /// @param level 0: not at all; 1: with messages of other associations; 2: with those of other streams, too
    /// @throws IllegalArgumentException when it is none of these
    public void setInterleave(int level) throws IOException {
        if (level < 0 || level > 2) {
            throw new IllegalArgumentException("interleaving has levels 0 to 2, not " + level);
        }
        endpoint().interleave(level);
    }

    // ---- the endpoint ---------------------------------------------------------------------------------------------

    /// Own port.
    public int port() {
        return endpoint().port();
    }

    /// Own addresses: those it is bound to, or all of the host.
    ///
    /// @throws SocketException when the host is closed
    public List<IpAddress> addresses() throws IOException {
        return endpoint().ask((now, sctp, own) -> sctp.addresses(own.localAddresses()));
    }

    /// Binds it to one more address, for associations to come (`sctp_bindx`).
    ///
    /// @throws SocketException when it is none of the host's, in use, or bound already
    public void bindAddress(IpAddress address) throws IOException {
        Objects.requireNonNull(address);
        endpoint().demand((now, sctp, own) -> sctp.bindAddress(now, own, address));
    }

    /// Takes one address away, for associations to come. The last one stays.
    ///
    /// @throws SocketException when it is not bound to it, or to no other
    public void unbindAddress(IpAddress address) throws IOException {
        Objects.requireNonNull(address);
        endpoint().demand((now, sctp, own) -> sctp.unbindAddress(now, own, address));
    }

    /// Settings of associations to come.
    ///
    /// @throws SocketException when the host is closed
    public SctpConfig config() throws IOException {
        return endpoint().ask((now, sctp, own) -> own.config());
    }

    /// Other settings for associations to come.
    ///
    /// @throws SocketException when the host is closed
    public void configure(SctpConfig config) throws IOException {
        Objects.requireNonNull(config);
        boolean ignored = endpoint().ask((now, sctp, own) -> {
            own.config(config);
            return true;
        });
    }

    /// Lets peers begin associations, as they may at first, or forbids it (`listen`).
    ///
    /// @param backlog how many may begin in one go; 0 forbids
    /// @throws SocketException when the host is closed
    public void listen(int backlog) throws IOException {
        boolean ignored = endpoint().ask((now, sctp, own) -> {
            sctp.listen(now, own, backlog);
            return true;
        });
    }

    /// Shuts all associations down and forgets them: what peers still send is dropped. Wakes blocked callers.
    /// Idempotent.
    @Override
    public void close() {
        calls.close();
    }

    /// True after [#close].
    public boolean isClosed() {
        return endpoint().isClosed();
    }

    @Override
    public String toString() {
        return "SctpMultiSocket[" + port() + "]";
    }
}
