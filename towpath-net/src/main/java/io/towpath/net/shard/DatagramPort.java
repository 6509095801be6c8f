package io.towpath.net.shard;

import io.towpath.core.Packet;
import io.towpath.core.Signals;
import io.towpath.udp.UdpConfig;
import io.towpath.udp.UdpEndpoint;
import io.towpath.udp.UdpError;
import io.towpath.udp.UdpLayer;
import io.towpath.wire.Endpoint;
import io.towpath.wire.IpAddress;
import java.net.SocketException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A UDP socket without blocking, between application threads and its shard.
public final class DatagramPort extends ShardPort {
    /// A datagram that was received.
    ///
    /// @param data its payload, whole
    /// @param from who sent it
    public record Arrived(byte[] data, Endpoint from) {}

    /// Something that runs on the shard's owner.
    public interface Work<T> {
        /// @param udp the engine
        /// @param endpoint this socket's
        T run(long now, UdpLayer udp, UdpEndpoint endpoint);
    }

    private final UdpEndpoint endpoint;
    private boolean released;
    private volatile boolean waiting;
    private volatile boolean blocked;

    /// On the shard's owner.
    DatagramPort(Shard shard, UdpEndpoint endpoint) {
        super(shard);
        this.endpoint = endpoint;
        endpoint.attach(this);
        shard.list(this);
    }

    // ---- the shard's side -----------------------------------------------------------------------------------------

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
        if ((bits & (Signals.READABLE | Signals.ERROR)) != 0) {
            waiting = true;
        }
        if ((bits & ~Signals.READABLE) != 0) {
            blocked = false;
        }
        tell(bits, driving);
    }

    // ---- the application's side -----------------------------------------------------------------------------------

    /// The port it is bound to.
    public int port() {
        return endpoint.localPort();
    }

    /// True when [#poll] would not return null, as far as is known; also when it would throw.
    public boolean canReceive() {
        return waiting || isClosed();
    }

    /// True when there is room to send, or [#send] would throw.
    public boolean canSend() {
        return !blocked || isClosed();
    }

    /// The next datagram, null when none waits.
    ///
    /// @throws SocketException when the socket is closed
    /// @throws java.net.PortUnreachableException when the connected peer said that nobody listens
    public @Nullable Arrived poll() throws SocketException {
        check();
        if (!waiting) {
            return null;
        }
        @Nullable UdpError[] error = new UdpError[1];
        Arrived arrived = new Call<@Nullable Arrived>() {
            @Override
            protected @Nullable Arrived answer(long now) {
                Packet packet = endpoint.receive();
                if (packet == null) {
                    error[0] = endpoint.takeError();
                    waiting = false;
                    return null;
                }
                waiting = endpoint.readable();
                IpAddress source = IpAddress.of(packet.sourceHigh, packet.sourceLow);
                Arrived whole = new Arrived(packet.toBytes(), new Endpoint(source, UdpEndpoint.sourcePort(packet)));
                packet.release();
                return whole;
            }
        }.on(shard);
        if (error[0] != null) {
            throw SocketFaults.datagram(error[0]);
        }
        return arrived;
    }

    /// Sends `n` bytes of `data`.
    ///
    /// @return false when there is no room
    /// @throws SocketException when it cannot be sent, or an error came for what was sent before
    public boolean send(byte[] data, int at, int n, Endpoint to) throws SocketException {
        check();
        UdpError error = new Call<@Nullable UdpError>() {
            @Override
            protected @Nullable UdpError answer(long now) {
                UdpError pending = endpoint.takeError();
                UdpError outcome = pending != null
                        ? pending
                        : shard.stack().udp().send(now, endpoint, to.address(), to.port(), data, at, n);
                blocked = outcome == UdpError.WOULD_BLOCK;
                return outcome;
            }
        }.on(shard);
        if (error == null) {
            return true;
        }
        if (error == UdpError.WOULD_BLOCK) {
            return false;
        }
        throw SocketFaults.datagram(error);
    }

    /// Talks to `peer` only from now on.
    public void connect(Endpoint peer) throws SocketException {
        Objects.requireNonNull(peer);
        check();
        UdpError error =
                this.<@Nullable UdpError>ask((now, udp, own) -> udp.connect(now, own, peer.address(), peer.port()));
        if (error != null) {
            throw SocketFaults.datagram(error);
        }
    }

    /// Runs `work` on the shard's owner and waits for its answer.
    public <T extends @Nullable Object> T ask(Work<T> work) throws SocketException {
        return new Call<T>() {
            @Override
            protected T answer(long now) {
                return work.run(now, shard.stack().udp(), endpoint);
            }
        }.on(shard);
    }

    /// Changes its settings.
    public void configure(UdpConfig config) throws SocketException {
        boolean ignored = ask((now, udp, own) -> {
            udp.configure(now, own, config);
            return true;
        });
    }
}
