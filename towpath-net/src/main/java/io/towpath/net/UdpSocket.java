package io.towpath.net;

import io.towpath.core.Signals;
import io.towpath.core.Time;
import io.towpath.net.shard.DatagramPort;
import io.towpath.net.shard.Interrupts;
import io.towpath.net.shard.ParkingSpot;
import io.towpath.net.shard.Timeouts;
import io.towpath.wire.Endpoint;
import java.io.IOException;
import java.net.PortUnreachableException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedByInterruptException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// A UDP socket with blocking calls, for any number of threads. [#close] from another thread wakes blocked callers
/// with `SocketException("Socket closed")`; interrupting one closes the socket and throws
/// [ClosedByInterruptException].
public final class UdpSocket implements AutoCloseable {
    /// The largest payload: 65,535 octets less the UDP header, and over IPv4 less the IP header too.
    private static final int PAYLOAD_MAX = 65_527;

    private final DatagramPort socket;
    private final ReentrantLock receiveLock = new ReentrantLock();
    private final ReentrantLock sendLock = new ReentrantLock();
    private final ParkingSpot receiver;
    private final ParkingSpot sender;
    private volatile long receiveTimeoutNanos;
    private volatile @Nullable Endpoint remote;

    UdpSocket(DatagramPort socket) {
        this.socket = socket;
        this.receiver = new ParkingSpot(socket.shard.time());
        this.sender = new ParkingSpot(socket.shard.time());
        socket.readiness((signals, driving) -> {
            receiver.wake(driving);
            if ((signals & ~Signals.READABLE) != 0) {
                sender.wake(driving);
            }
        });
    }

    /// The port it is bound to.
    public int port() {
        return socket.port();
    }

    /// The only peer that this socket talks to, null when it talks to everybody.
    public @Nullable Endpoint remote() {
        return remote;
    }

    /// Talks to `peer` only from now on: others' datagrams are dropped, and ICMP errors from the peer are reported.
    ///
    /// @throws java.net.NoRouteToHostException when there is no way to the peer
    public void connect(Endpoint peer) throws IOException {
        socket.connect(peer);
        remote = peer;
    }

    /// Sends `data` to the connected peer.
    ///
    /// @throws SocketException when the socket is not connected, or as in [#send(byte[], int, int, Endpoint)]
    public void send(byte[] data) throws IOException {
        Endpoint peer = remote;
        if (peer == null) {
            throw new SocketException("Destination address required");
        }
        send(data, 0, data.length, peer);
    }

    /// Sends `data` to `to`.
    public void send(byte[] data, Endpoint to) throws IOException {
        send(data, 0, data.length, to);
    }

    /// Sends `length` bytes to `to`, waiting while the socket's send queue is full.
    ///
    /// @throws SocketException when the datagram is too long or the socket is closed
    /// @throws java.net.NoRouteToHostException when there is no way to the destination
    /// @throws PortUnreachableException when the connected peer said that nobody listens to an earlier datagram
    /// @throws ClosedByInterruptException when the caller was interrupted while it waited
    public void send(byte[] data, int offset, int length, Endpoint to) throws IOException {
        Objects.requireNonNull(to);
        Objects.checkFromIndexSize(offset, length, data.length);
        if (length > PAYLOAD_MAX) {
            throw new SocketException("Message too long");
        }
        sendLock.lock();
        try {
            while (!socket.send(data, offset, length, to)) {
                Interrupts.CLOSE.await(sender, socket::canSend, Time.NEVER, "", this::close);
            }
        } finally {
            sendLock.unlock();
        }
    }

    /// Waits for the next datagram.
    ///
    /// @throws SocketTimeoutException when none came within the receive timeout
    /// @throws PortUnreachableException when the connected peer said that nobody listens
    /// @throws SocketException when the socket is closed
    /// @throws ClosedByInterruptException when the caller was interrupted while it waited
    public Datagram receive() throws IOException {
        long deadline = receiver.deadline(receiveTimeoutNanos);
        receiveLock.lock();
        try {
            DatagramPort.Arrived next = socket.poll();
            while (next == null) {
                Interrupts.CLOSE.await(receiver, socket::canReceive, deadline, "Receive timed out", this::close);
                next = socket.poll();
            }
            return new Datagram(next.data(), next.from());
        } finally {
            receiveLock.unlock();
        }
    }

    /// How long [#receive] may wait; [Duration#ZERO] (the default) for ever.
    ///
    /// @throws IllegalArgumentException when negative
    public void setReceiveTimeout(Duration timeout) {
        receiveTimeoutNanos = Timeouts.nanos(timeout);
    }

    /// Closes the socket and wakes blocked callers. Idempotent.
    @Override
    public void close() {
        socket.close();
        receiver.wakeNow();
        sender.wakeNow();
    }

    /// True after [#close].
    public boolean isClosed() {
        return socket.isClosed();
    }

    @Override
    public String toString() {
        return "UdpSocket[" + port() + (remote == null ? "" : " -> " + remote) + "]";
    }
}
