package io.towpath.drill;

import io.towpath.drill.script.Arguments;
import io.towpath.drill.script.Errno;
import io.towpath.drill.script.Outcome;
import io.towpath.drill.script.Value;
import io.towpath.tcp.TcpConfig;
import io.towpath.tcp.TcpConnection;
import io.towpath.tcp.TcpError;
import io.towpath.tcp.TcpLayer;
import io.towpath.tcp.TcpListener;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Calls on one TCP socket, as POSIX means them.
final class StreamCalls {
    private static final int IP4_AND_TCP = 40;
    private static final int IP6_AND_TCP = 60;

    private final Session session;
    private final DrillSocket socket;

    StreamCalls(Session session, DrillSocket socket) {
        this.session = session;
        this.socket = socket;
    }

    private TcpLayer tcp() {
        return session.host.stack().tcp();
    }

    static Outcome failed(TcpError error) {
        Errno errno = Errno.of(error);
        return Outcome.error(errno == null ? Errno.ECONNABORTED : errno);
    }

    /// How a connection of this socket will behave.
    private TcpConfig config() {
        if (session.setUp.profile() != DrillProfile.BSD) {
            return socket.config;
        }
        // FreeBSD makes the buffer of a connection a whole number of segments.
        int mss = session.host.mtu() - (VirtualHost.isIp4(session.local) ? IP4_AND_TCP : IP6_AND_TCP);
        int segments = (socket.config.receiveBuffer() + mss - 1) / mss;
        return socket.config.withReceiveBuffer(segments * mss);
    }

    Outcome listen(int backlog) {
        if (socket.localPort == 0) {
            socket.localPort = Session.PORT;
        }
        socket.backlog = backlog;
        TcpConfig config = config();
        config = config.withFastOpen(session.setUp.fastOpen().server(config.fastOpen(), socket.fastOpenQueue, backlog));
        return switch (tcp().listen(session.now(), null, socket.localPort, backlog, config)) {
            case TcpListener.Listening(TcpListener listener) -> {
                socket.listener = listener;
                session.onListen(socket);
                yield Outcome.DONE;
            }
            case TcpListener.Failed(TcpError error) -> failed(error);
        };
    }

    @Nullable
    Outcome accept(int descriptor) {
        TcpListener listener = socket.listener;
        if (listener == null) {
            return Outcome.error(Errno.EINVAL);
        }
        TcpConnection connection = tcp().accept(session.now(), listener);
        if (connection == null) {
            return socket.nonBlocking ? Outcome.error(Errno.EAGAIN) : null;
        }
        var accepted = new DrillSocket(true, socket.config);
        accepted.connection = connection;
        accepted.localPort = socket.localPort;
        accepted.connectTold = true;
        session.descriptors().put(descriptor, accepted);
        session.onAccept(accepted);
        return Outcome.of(descriptor);
    }

    Outcome.Attempt connect(Arguments arguments) {
        if (!isFamilyKnown(arguments.at(1))) {
            return this::disconnect;
        }
        int port = arguments.port(1, Session.PORT);
        if (port != Session.PORT) {
            throw arguments.notUnderstood("a peer's port that is not " + Session.PORT);
        }
        boolean[] begun = {false};
        return () -> {
            TcpConnection present = socket.connection;
            if (socket.deferred) {
                return Outcome.error(Errno.EISCONN);
            }
            if (present == null) {
                begun[0] = true;
                if (socket.fastConnect) {
                    return new FastOpenCalls(session, socket).connect();
                }
                return open(port);
            }
            if (begun[0]) {
                return waitForOpen();
            }
            return connectAgain();
        };
    }

    /// `connect` to no address at all ends the connection; the socket is as new.
    private Outcome disconnect() {
        TcpConnection c = socket.connection;
        if (c != null) {
            tcp().abort(session.now(), c);
            socket.disconnect();
        }
        return Outcome.DONE;
    }

    private @Nullable Outcome open(int port) {
        if (!socket.stream) {
            throw new IllegalStateException("not a stream");
        }
        var result = tcp().connect(session.now(), null, socket.localPort, session.remote, port, config());
        return switch (result) {
            case TcpConnection.Opened(TcpConnection connection) -> {
                socket.connection = connection;
                session.onConnect(socket, connection.localPort());
                yield socket.nonBlocking ? Outcome.error(Errno.EINPROGRESS) : null;
            }
            case TcpConnection.Failed(TcpError error) -> failed(error);
        };
    }

    private @Nullable Outcome waitForOpen() {
        if (socket.isOpening()) {
            return null;
        }
        Errno error = socket.takeError();
        socket.connectTold = true;
        return error == null ? Outcome.DONE : Outcome.error(error);
    }

    private Outcome connectAgain() {
        if (socket.isOpening()) {
            return Outcome.error(Errno.EALREADY);
        }
        Errno error = socket.takeError();
        if (error != null) {
            return Outcome.error(error);
        }
        // Linux tells once that a connection that was begun without waiting is open.
        if (!socket.connectTold && session.setUp.profile() == DrillProfile.LINUX) {
            socket.connectTold = true;
            return Outcome.DONE;
        }
        return Outcome.error(Errno.EISCONN);
    }

    Outcome.Attempt receive(Arguments arguments, int length, List<String> flags) {
        boolean peek = false;
        boolean wait = !socket.nonBlocking;
        for (String flag : flags) {
            switch (flag) {
                case "MSG_PEEK" -> peek = true;
                case "MSG_DONTWAIT" -> wait = false;
                default -> throw arguments.notUnderstood("the flag " + flag);
            }
        }
        boolean keep = peek;
        boolean blocks = wait;
        return () -> receive(length, keep, blocks);
    }

    private @Nullable Outcome receive(int length, boolean keep, boolean blocks) {
        TcpConnection c = socket.connection;
        if (c == null) {
            return Outcome.error(Errno.ENOTCONN);
        }
        int count = Math.min(length, c.receiveRing().readable());
        if (count > 0 || length == 0) {
            if (!keep) {
                c.receiveRing().release(c.receiveRing().head() + count);
                tcp().consumed(session.now(), c);
            }
            return Outcome.of(count);
        }
        Errno error = socket.takeError();
        if (error != null) {
            return Outcome.error(error);
        }
        if (socket.isAtEnd()) {
            return Outcome.DONE;
        }
        return blocks ? null : Outcome.error(Errno.EAGAIN);
    }

    Outcome.Attempt send(Arguments arguments, int length, List<String> flags) {
        boolean urgent = false;
        boolean fast = socket.deferred;
        boolean wait = !socket.nonBlocking;
        for (String flag : flags) {
            switch (flag) {
                case "MSG_OOB" -> urgent = true;
                case "MSG_DONTWAIT" -> wait = false;
                // There are no signals here.
                case "MSG_NOSIGNAL" -> {}
                case "MSG_FASTOPEN" -> fast = true;
                default -> throw arguments.notUnderstood("the flag " + flag);
            }
        }
        boolean asUrgent = urgent;
        boolean blocks = wait;
        int[] written = {0};
        if (fast && arguments.count() > 4 && !isFamilyKnown(arguments.at(4))) {
            return () -> Outcome.error(Errno.EOPNOTSUPP);
        }
        Outcome.Attempt goOn = () -> send(length, written, asUrgent, blocks);
        return fast ? new FastOpenCalls(session, socket).send(length, written, blocks, goOn) : goOn;
    }

    private static boolean isFamilyKnown(Value address) {
        return !(address instanceof Value.Names(List<String> names) && names.equals(List.of("AF_UNSPEC")));
    }

    private @Nullable Outcome send(int length, int[] written, boolean urgent, boolean blocks) {
        TcpConnection c = socket.connection;
        if (c == null) {
            return Outcome.error(Errno.EPIPE);
        }
        Errno error = socket.takeError();
        if (error != null) {
            return Outcome.error(error);
        }
        if (socket.isOpening()) {
            return blocks ? null : Outcome.error(Errno.EAGAIN);
        }
        if (socket.writeShut || c.isClosedForSending()) {
            return Outcome.error(Errno.EPIPE);
        }
        int room = Math.min(length - written[0], c.sendRing().writable());
        if (room > 0) {
            written[0] += c.sendRing().write(new byte[room], 0, room);
            if (urgent && written[0] == length) {
                tcp().sendUrgent(session.now(), c);
            }
            tcp().written(session.now(), c);
        }
        if (written[0] == length || !blocks && written[0] > 0) {
            return Outcome.of(written[0]);
        }
        return blocks ? null : Outcome.error(Errno.EAGAIN);
    }

    Outcome shutdown(int how) {
        TcpConnection c = socket.connection;
        if (c == null || c.isDead() && !socket.isAtEnd()) {
            return Outcome.error(Errno.ENOTCONN);
        }
        socket.readShut |= how != 1;
        if (how != 0) {
            socket.writeShut = true;
            tcp().close(session.now(), c);
        }
        return Outcome.DONE;
    }

    void close() {
        TcpListener listener = socket.listener;
        TcpConnection c = socket.connection;
        if (listener != null) {
            tcp().close(session.now(), listener);
        } else if (c != null && socket.closeAborts) {
            tcp().abort(session.now(), c);
        } else if (c != null) {
            tcp().release(session.now(), c);
        }
    }
}
