package io.towpath.drill;

import io.towpath.drill.script.Errno;
import io.towpath.drill.script.Outcome;
import io.towpath.tcp.TcpConfig;
import io.towpath.tcp.TcpConnection;
import io.towpath.tcp.TcpError;
import io.towpath.tcp.TcpLayer;
import org.jspecify.annotations.Nullable;

/// Calls that open a connection with data (RFC 7413), as Linux has them: `sendto` with `MSG_FASTOPEN`, and the
/// socket option `TCP_FASTOPEN_CONNECT`, with which `connect` waits for the first data.
final class FastOpenCalls {
    private final Session session;
    private final DrillSocket socket;

    FastOpenCalls(Session session, DrillSocket socket) {
        this.session = session;
        this.socket = socket;
    }

    private TcpLayer tcp() {
        return session.host.stack().tcp();
    }

    private TcpConfig config() {
        return socket.config.withFastOpen(session.setUp.fastOpen().client(socket.config.fastOpen()));
    }

    private int room() {
        return tcp().fastOpenRoom(session.now(), null, session.remote, config());
    }

    /// `connect` of a socket with `TCP_FASTOPEN_CONNECT`: done at once when a cookie is there, and then nothing
    /// is sent.
    @Nullable
    Outcome connect() {
        if (room() > 0) {
            socket.deferred = true;
            return Outcome.DONE;
        }
        return open(0);
    }

    /// Opens with data: `length` bytes or as many of them as the SYN may carry.
    private @Nullable Outcome open(int length) {
        byte[] data = new byte[Math.min(length, room())];
        var result = tcp().connect(
                        session.now(),
                        null,
                        socket.localPort,
                        session.remote,
                        Session.PORT,
                        config(),
                        data,
                        0,
                        data.length);
        socket.deferred = false;
        return switch (result) {
            case TcpConnection.Opened(TcpConnection connection) -> {
                socket.connection = connection;
                session.onConnect(socket, connection.localPort());
                yield socket.nonBlocking ? Outcome.error(Errno.EINPROGRESS) : null;
            }
            case TcpConnection.Failed(TcpError error) -> StreamCalls.failed(error);
        };
    }

    /// Sends `length` bytes on a socket that has no connection yet.
    ///
    /// @param written how many are in the send buffer; changed by this
    /// @param goOn sends what is left, once the connection is open
    Outcome.Attempt send(int length, int[] written, boolean blocks, Outcome.Attempt goOn) {
        boolean[] begun = {false};
        return () -> {
            TcpConnection present = socket.connection;
            if (present != null && !begun[0]) {
                return Outcome.error(socket.isOpening() ? Errno.EALREADY : Errno.EISCONN);
            }
            if (present == null) {
                if (!session.setUp.fastOpen().isClient()) {
                    return Outcome.error(Errno.EOPNOTSUPP);
                }
                begun[0] = true;
                Outcome outcome = open(length);
                TcpConnection made = socket.connection;
                if (made == null) {
                    return outcome;
                }
                written[0] = made.sendRing().readable();
                if (!blocks) {
                    return written[0] > 0 ? Outcome.of(written[0]) : Outcome.error(Errno.EINPROGRESS);
                }
                session.openingWithData(true);
                return null;
            }
            session.openingWithData(socket.isOpening());
            return goOn.attempt();
        };
    }
}
