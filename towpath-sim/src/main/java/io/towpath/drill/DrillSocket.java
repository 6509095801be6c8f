package io.towpath.drill;

import io.towpath.drill.script.Errno;
import io.towpath.tcp.BoundPorts;
import io.towpath.tcp.TcpConfig;
import io.towpath.tcp.TcpConnection;
import io.towpath.tcp.TcpError;
import io.towpath.tcp.TcpListener;
import io.towpath.tcp.TcpState;
import io.towpath.udp.UdpEndpoint;
import io.towpath.udp.UdpError;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// A socket as the calls of a script see it: what was asked of it, and what the stack made of it.
final class DrillSocket {
    /// Whether it is a TCP socket; else a UDP one.
    final boolean stream;

    /// How its connection, or those it accepts, will behave.
    TcpConfig config;

    boolean nonBlocking;
    int localPort;

    /// Sizes as `getsockopt` tells them before there is a connection.
    int receiveBuffer;

    int sendBuffer;

    /// `SO_LINGER` with a time of 0: closing aborts.
    boolean closeAborts;

    /// `SO_LINGER` with a time: how long closing waits for the peer.
    long lingerNanos;

    /// `TCP_INQ`: `recvmsg` tells how much waits.
    boolean tellsWaiting;

    /// `TCP_CORK`.
    boolean corked;

    /// `SO_RCVLOWAT`: how many bytes must wait before one is told of them.
    int receiveLeast = 1;

    /// `TCP_NOTSENT_LOWAT` as it was set: 0 leaves it to the system's setting.
    int unsentLimit;

    /// Options that change nothing here, as they were set.
    final Map<String, Long> kept = new TreeMap<>();

    boolean readShut;
    boolean writeShut;
    boolean connectTold;

    /// `TCP_FASTOPEN_CONNECT`: `connect` waits for data to send with the SYN, and whether it does.
    boolean fastConnect;

    boolean deferred;

    /// `TCP_FASTOPEN`: how many connections may be open before their handshake is complete.
    int fastOpenQueue;

    int backlog;
    private boolean errorTaken;

    @Nullable
    TcpListener listener;

    @Nullable
    TcpConnection connection;

    /// The port that it has without connection or listener, where that shows.
    BoundPorts.@Nullable Bound bound;

    @Nullable
    UdpEndpoint endpoint;

    DrillSocket(boolean stream, TcpConfig config) {
        this.stream = stream;
        this.config = config;
        this.receiveBuffer = config.receiveBuffer();
        this.sendBuffer = config.sendBuffer();
    }

    /// It was accepted from `listening`, whose options it has.
    void takeFrom(DrillSocket listening) {
        tellsWaiting = listening.tellsWaiting;
        receiveLeast = listening.receiveLeast;
        unsentLimit = listening.unsentLimit;
        closeAborts = listening.closeAborts;
        lingerNanos = listening.lingerNanos;
        receiveBuffer = listening.receiveBuffer;
        sendBuffer = listening.sendBuffer;
        kept.putAll(listening.kept);
    }

    /// It has no connection any more.
    void disconnect() {
        connection = null;
        connectTold = false;
        errorTaken = false;
        localPort = 0;
    }

    /// The error that waits, once.
    @Nullable
    Errno takeError() {
        if (endpoint != null) {
            UdpError error = endpoint.takeError();
            return error == null ? null : Errno.of(error);
        }
        Errno error = waitingError();
        errorTaken |= error != null;
        return error;
    }

    /// The error that waits.
    @Nullable
    Errno waitingError() {
        TcpError error = connection == null ? null : connection.error();
        return error == null || errorTaken ? null : Errno.of(error);
    }

    /// Whether it is neither open nor about to be.
    boolean isClosed() {
        TcpConnection c = connection;
        return listener == null && (c == null || c.state() == TcpState.CLOSED);
    }

    /// Whether the handshake has not ended yet.
    boolean isOpening() {
        TcpConnection c = connection;
        return c != null
                && (c.state() == TcpState.SYN_SENT || c.state() == TcpState.SYN_RECEIVED && !c.isFastOpening());
    }

    /// Whether the peer has not acknowledged our FIN yet.
    boolean isFinUnacknowledged() {
        TcpConnection c = connection;
        return c != null
                && switch (c.state()) {
                    case FIN_WAIT_1, CLOSING, LAST_ACK -> true;
                    default -> false;
                };
    }

    /// Whether no more can be read than what waits.
    boolean isAtEnd() {
        TcpConnection c = connection;
        return readShut || c != null && (c.endOfStream() || c.isDead());
    }

    /// Bytes or datagrams that wait.
    boolean isReadable() {
        if (endpoint != null) {
            return endpoint.readable();
        }
        return connection != null && connection.receiveRing().readable() >= receiveLeast;
    }
}
