package io.towpath.net;

import io.towpath.core.Packet;
import io.towpath.core.Signals;
import io.towpath.core.Time;
import io.towpath.net.shard.Call;
import io.towpath.net.shard.Driving;
import io.towpath.net.shard.ParkingSpot;
import io.towpath.net.shard.Shard;
import io.towpath.net.shard.ShardSocket;
import io.towpath.net.shard.SocketFaults;
import io.towpath.net.shard.Timeouts;
import io.towpath.udp.UdpEndpoint;
import io.towpath.udp.UdpError;
import io.towpath.wire.Endpoint;
import io.towpath.wire.IpAddress;
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

    private final Socket socket;
    private final ReentrantLock receiveLock = new ReentrantLock();
    private final ReentrantLock sendLock = new ReentrantLock();
    private final ParkingSpot receiver;
    private final ParkingSpot sender;
    private volatile long receiveTimeoutNanos;
    private volatile boolean closed;
    private volatile boolean readable;
    private volatile boolean writable;
    private volatile @Nullable Endpoint remote;
    private volatile @Nullable IOException cause;

    /// On the shard's owner.
    UdpSocket(Shard shard, UdpEndpoint endpoint) {
        this.receiver = new ParkingSpot(shard.time());
        this.sender = new ParkingSpot(shard.time());
        this.socket = new Socket(shard, endpoint);
    }

    /// The socket as its shard knows it.
    private final class Socket extends ShardSocket {
        private final UdpEndpoint endpoint;
        private boolean released;

        Socket(Shard shard, UdpEndpoint endpoint) {
            super(shard);
            this.endpoint = endpoint;
            endpoint.attach(this);
            shard.list(this);
        }

        @Override
        protected void fulfil(long now, int bits) {
            if (!released) {
                released = true;
                endpoint.attach(null);
                shard.stack().udp().close(now, endpoint);
            }
            shard.unlist(this);
        }

        @Override
        protected void onSignals(long now, int bits, Driving driving) {
            readable = true;
            writable = true;
            receiver.wake(driving);
            if ((bits & ~Signals.READABLE) != 0) {
                sender.wake(driving);
            }
        }

        @Override
        protected void closeByHost() {
            closed = true;
            receiver.wake(Driving.ofThisThread());
            sender.wake(Driving.ofThisThread());
            ask(1);
        }

        @Override
        protected void fail(IOException why) {
            cause = why;
            closed = true;
            shard.unlist(this);
            receiver.wakeNow();
            sender.wakeNow();
        }
    }

    /// The port it is bound to.
    public int port() {
        return socket.endpoint.localPort();
    }

    /// The only peer that this socket talks to, null when it talks to everybody.
    public @Nullable Endpoint remote() {
        return remote;
    }

    /// Talks to `peer` only from now on: others' datagrams are dropped, and ICMP errors from the peer are reported.
    ///
    /// @throws java.net.NoRouteToHostException when there is no way to the peer
    public void connect(Endpoint peer) throws IOException {
        IpAddress address = peer.address();
        check();
        UdpError error = new Call<@Nullable UdpError>() {
            @Override
            @Nullable
            protected UdpError answer(long now) {
                return socket.shard.stack().udp().connect(now, socket.endpoint, address, peer.port());
            }
        }.on(socket.shard);
        if (error != null) {
            throw SocketFaults.datagram(error);
        }
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
            while (true) {
                check();
                writable = false;
                UdpError error = offer(data, offset, length, to);
                if (error == null) {
                    return;
                }
                if (error != UdpError.WOULD_BLOCK) {
                    throw SocketFaults.datagram(error);
                }
                awaitWritable();
            }
        } finally {
            sendLock.unlock();
        }
    }

    private @Nullable UdpError offer(byte[] data, int offset, int length, Endpoint to) throws SocketException {
        return new Call<@Nullable UdpError>() {
            @Override
            @Nullable
            protected UdpError answer(long now) {
                UdpEndpoint endpoint = socket.endpoint;
                UdpError pending = endpoint.takeError();
                return pending != null
                        ? pending
                        : socket.shard.stack().udp().send(now, endpoint, to.address(), to.port(), data, offset, length);
            }
        }.on(socket.shard);
    }

    private void awaitWritable() throws IOException {
        sender.enter();
        try {
            while (!writable) {
                check();
                park(sender, Time.NEVER);
            }
        } finally {
            sender.leave();
        }
    }

    private void park(ParkingSpot spot, long deadline) throws IOException {
        if (Thread.currentThread().isInterrupted()) {
            close();
            throw new ClosedByInterruptException();
        }
        spot.park(deadline);
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
            while (true) {
                check();
                readable = false;
                Datagram datagram = poll();
                if (datagram != null) {
                    return datagram;
                }
                awaitReadable(deadline);
            }
        } finally {
            receiveLock.unlock();
        }
    }

    private void awaitReadable(long deadline) throws IOException {
        receiver.enter();
        try {
            while (!readable) {
                check();
                if (receiver.isOver(deadline)) {
                    throw new SocketTimeoutException("Receive timed out");
                }
                park(receiver, deadline);
            }
        } finally {
            receiver.leave();
        }
    }

    private @Nullable Datagram poll() throws SocketException {
        @Nullable UdpError[] error = new UdpError[1];
        Datagram datagram = new Call<@Nullable Datagram>() {
            @Override
            @Nullable
            protected Datagram answer(long now) {
                Packet packet = socket.endpoint.receive();
                if (packet == null) {
                    error[0] = socket.endpoint.takeError();
                    return null;
                }
                IpAddress source = IpAddress.of(packet.sourceHigh, packet.sourceLow);
                Datagram whole = new Datagram(packet.toBytes(), new Endpoint(source, UdpEndpoint.sourcePort(packet)));
                packet.release();
                return whole;
            }
        }.on(socket.shard);
        if (error[0] != null) {
            throw SocketFaults.datagram(error[0]);
        }
        return datagram;
    }

    private void check() throws SocketException {
        if (closed) {
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

    /// Closes the socket and wakes blocked callers. Idempotent.
    @Override
    public void close() {
        closed = true;
        receiver.wakeNow();
        sender.wakeNow();
        socket.ask(1);
    }

    /// True after [#close].
    public boolean isClosed() {
        return closed;
    }

    @Override
    public String toString() {
        return "UdpSocket[" + port() + (remote == null ? "" : " -> " + remote) + "]";
    }
}
