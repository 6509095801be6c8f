package io.towpath.drill;

import io.towpath.drill.script.Arguments;
import io.towpath.drill.script.Errno;
import io.towpath.drill.script.Outcome;
import io.towpath.drill.script.Value;
import io.towpath.tcp.BoundPorts;
import io.towpath.tcp.TcpConfig;
import io.towpath.tcp.TcpConnection;
import io.towpath.tcp.TcpError;
import io.towpath.tcp.TcpLayer;
import io.towpath.tcp.TcpListener;
import io.towpath.tcp.config.SendConfig;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Calls on one TCP socket, as POSIX means them.
final class StreamCalls {
    private static final int IP4_AND_TCP = 40;
    private static final int IP6_AND_TCP = 60;

    /// What fits into the largest packet that Linux hands to its device.
    private static final long PACKET_MAX = 65_215;

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

    /// The port is this socket's from now on: FreeBSD answers segments for it with the socket's TTL.
    void take() {
        if (tcp().bind(session.now(), null, socket.localPort, true) instanceof BoundPorts.Bound bound) {
            socket.bound = bound;
            bound.answersAs(socket.config);
        }
    }

    private void giveBack() {
        if (socket.bound != null) {
            tcp().unbind(socket.bound);
            socket.bound = null;
        }
    }

    Outcome listen(int backlog) {
        giveBack();
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
    Outcome accept(int descriptor, boolean nonBlocking) {
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
        accepted.nonBlocking = nonBlocking;
        accepted.localPort = socket.localPort;
        accepted.connectTold = true;
        accepted.takeFrom(socket);
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
        giveBack();
        if (!socket.stream) {
            throw new IllegalStateException("not a stream");
        }
        var result = tcp().connect(session.now(), null, socket.localPort, session.remote, port, config());
        return switch (result) {
            case TcpConnection.Opened(TcpConnection connection) -> {
                socket.connection = connection;
                tcp().cork(session.now(), connection, socket.corked);
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
        boolean all = false;
        boolean wait = !socket.nonBlocking;
        for (String flag : flags) {
            switch (flag) {
                case "MSG_PEEK" -> peek = true;
                case "MSG_DONTWAIT" -> wait = false;
                case "MSG_WAITALL" -> all = true;
                case "MSG_NOSIGNAL" -> {}
                default -> throw arguments.notUnderstood("the flag " + flag);
            }
        }
        if (arguments.isNull(1) && length > 0) {
            return this::badAddress;
        }
        boolean keep = peek;
        boolean blocks = wait;
        int least = blocks ? Math.min(length, all ? length : socket.receiveLeast) : 0;
        return () -> receive(length, least, keep, blocks);
    }

    private @Nullable Outcome receive(int length, int least, boolean keep, boolean blocks) {
        TcpConnection c = socket.connection;
        if (c == null) {
            return Outcome.error(Errno.ENOTCONN);
        }
        int count = Math.min(length, c.receiveRing().readable());
        if (count < least && !socket.isAtEnd() && socket.waitingError() == null) {
            return null;
        }
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
        boolean more = false;
        boolean record = false;
        for (String flag : flags) {
            switch (flag) {
                case "MSG_OOB" -> urgent = true;
                case "MSG_MORE" -> more = true;
                case "MSG_EOR" -> record = true;
                case "MSG_DONTWAIT" -> wait = false;
                // There are no signals here.
                case "MSG_NOSIGNAL" -> {}
                case "MSG_FASTOPEN" -> fast = true;
                default -> throw arguments.notUnderstood("the flag " + flag);
            }
        }
        var manner = new Manner(urgent, more, record);
        boolean blocks = wait;
        int[] written = {0};
        if (arguments.isNull(1) && length > 0) {
            if (fast) {
                throw arguments.notUnderstood("no data for Fast Open");
            }
            return this::badAddress;
        }
        if (fast && arguments.count() > 4 && !isFamilyKnown(arguments.at(4))) {
            return () -> Outcome.error(Errno.EOPNOTSUPP);
        }
        Outcome.Attempt goOn = () -> send(length, written, manner, blocks);
        return fast ? new FastOpenCalls(session, socket).send(length, written, blocks, goOn) : goOn;
    }

    private static boolean isFamilyKnown(Value address) {
        return !(address instanceof Value.Names(List<String> names) && names.equals(List.of("AF_UNSPEC")));
    }

    /// How a call sends.
    ///
    /// @param urgent `MSG_OOB`
    /// @param more `MSG_MORE`: an incomplete segment may wait
    /// @param record `MSG_EOR`: what follows begins a new segment
    private record Manner(boolean urgent, boolean more, boolean record) {}

    /// A call that gave no buffer, but a length.
    private Outcome badAddress() {
        return Outcome.error(socket.connection == null ? Errno.ENOTCONN : Errno.EFAULT);
    }

    private @Nullable Outcome send(int length, int[] written, Manner manner, boolean blocks) {
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
        while (written[0] < length) {
            int room = Math.min(length - written[0], room(c));
            if (room == 0) {
                break;
            }
            write(c, room, written[0] + room == length, manner);
            written[0] += room;
            if (written[0] < length) {
                session.host.poll();
            }
        }
        if (written[0] == length || !blocks && written[0] > 0) {
            return Outcome.of(written[0]);
        }
        return blocks ? null : Outcome.error(Errno.EAGAIN);
    }

    /// How much may be written at once. Linux looks at the bound of what waits unsent only when it begins a new
    /// packet, and its packets are as large as half the largest window that the peer offered.
    private int room(TcpConnection c) {
        int room = c.sendRing().writable();
        if (c.config().send().unsentMax() == SendConfig.UNLIMITED) {
            return room;
        }
        var info = tcp().info(session.now(), c);
        int mss = info.mss();
        long packet = Math.max(mss, Math.min(c.largestWindow() / 2, PACKET_MAX) / mss * mss);
        long begun = info.details().unsent() % packet;
        return begun == 0 && c.writable() == 0 ? 0 : (int) Math.min(room, packet - begun);
    }

    private void write(TcpConnection c, int length, boolean last, Manner manner) {
        int before = c.sendRing().readable();
        c.sendRing().write(new byte[length], 0, length);
        int count = c.sendRing().readable() - before;
        if (last && manner.urgent) {
            tcp().sendUrgent(session.now(), c);
        }
        if (manner.more) {
            tcp().writtenToWait(session.now(), c, count);
            return;
        }
        if (last && manner.record) {
            tcp().endRecord(session.now(), c);
        }
        tcp().written(session.now(), c);
    }

    Outcome shutdown(int how) {
        TcpConnection c = socket.connection;
        if (c == null || c.isDead() && !socket.isAtEnd()) {
            return Outcome.error(Errno.ENOTCONN);
        }
        socket.readShut |= how != 1;
        if (how != 0) {
            socket.writeShut = true;
            if (socket.readShut && session.setUp.profile() == DrillProfile.LINUX) {
                tcp().finish(session.now(), c);
            } else {
                tcp().close(session.now(), c);
            }
        }
        return Outcome.DONE;
    }

    void close() {
        giveBack();
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
