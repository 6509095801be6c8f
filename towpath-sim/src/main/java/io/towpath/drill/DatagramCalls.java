package io.towpath.drill;

import io.towpath.core.Packet;
import io.towpath.drill.script.Errno;
import io.towpath.drill.script.Outcome;
import io.towpath.udp.UdpConfig;
import io.towpath.udp.UdpEndpoint;
import io.towpath.udp.UdpError;
import io.towpath.udp.UdpLayer;
import org.jspecify.annotations.Nullable;

/// Calls on one UDP socket.
final class DatagramCalls {
    private final Session session;
    private final DrillSocket socket;

    DatagramCalls(Session session, DrillSocket socket) {
        this.session = session;
        this.socket = socket;
    }

    private UdpLayer udp() {
        return session.host.stack().udp();
    }

    /// Binds it; the script now speaks of this socket.
    ///
    /// @param port 0 to choose one
    UdpEndpoint bind(int port) {
        return switch (udp().bind(session.now(), null, port, UdpConfig.defaults())) {
            case UdpEndpoint.Bound(UdpEndpoint endpoint) -> {
                socket.endpoint = endpoint;
                session.onConnect(socket, endpoint.localPort());
                yield endpoint;
            }
            case UdpEndpoint.Failed(UdpError error) -> throw new IllegalStateException("cannot bind: " + error);
        };
    }

    Outcome connect() {
        UdpEndpoint endpoint = socket.endpoint == null ? bind(0) : socket.endpoint;
        UdpError error = udp().connect(session.now(), endpoint, session.remote, Session.PORT);
        return error == null ? Outcome.DONE : Outcome.error(Errno.of(error));
    }

    Outcome send(int length) {
        UdpEndpoint endpoint = socket.endpoint == null ? bind(0) : socket.endpoint;
        byte[] data = new byte[length];
        UdpError error = endpoint.isConnected()
                ? udp().send(session.now(), endpoint, data, 0, length)
                : udp().send(session.now(), endpoint, session.remote, session.flow().remotePort, data, 0, length);
        return error == null ? Outcome.of(length) : Outcome.error(Errno.of(error));
    }

    @Nullable
    Outcome receive(int length) {
        Errno error = socket.takeError();
        if (error != null) {
            return Outcome.error(error);
        }
        Packet packet = socket.endpoint == null ? null : socket.endpoint.receive();
        if (packet == null) {
            return socket.nonBlocking ? Outcome.error(Errno.EAGAIN) : null;
        }
        int count = Math.min(length, packet.length());
        packet.release();
        return Outcome.of(count);
    }

    void close() {
        if (socket.endpoint != null) {
            udp().close(session.now(), socket.endpoint);
        }
    }
}
