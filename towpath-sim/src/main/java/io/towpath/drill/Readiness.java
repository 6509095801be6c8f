package io.towpath.drill;

import io.towpath.tcp.TcpConnection;
import io.towpath.tcp.TcpState;
import io.towpath.tcp.config.SendConfig;

/// What `poll` and `epoll_wait` can tell of a socket, in the bits of `POLLIN` and its like.
final class Readiness {
    static final long IN = 1;
    static final long PRI = 2;
    static final long OUT = 4;
    static final long ERR = 8;
    static final long HUP = 16;
    static final long RDHUP = 0x2000;

    private Readiness() {}

    /// All that holds now.
    static long of(DrillSocket socket) {
        if (socket.listener != null) {
            return socket.listener.waiting() > 0 ? IN : 0;
        }
        TcpConnection c = socket.connection;
        if (c == null) {
            return socket.stream ? OUT | HUP : OUT | (socket.isReadable() ? IN : 0);
        }
        if (socket.isOpening()) {
            return 0;
        }
        boolean finished = c.endOfStream() || c.isDead();
        boolean writable = c.isDead() || c.isClosedForSending() || hasRoom(c);
        return (socket.isReadable() || socket.isAtEnd() ? IN : 0)
                | (writable ? OUT : 0)
                | (socket.waitingError() == null ? 0 : ERR)
                | (c.state() == TcpState.CLOSED || c.endOfStream() && c.isClosedForSending() ? HUP : 0)
                | (finished ? RDHUP : 0);
    }

    /// With a bound on what waits unsent, those who wait are told when less than half of it does: so has Linux
    /// it, where alone scripts set one.
    private static boolean hasRoom(TcpConnection c) {
        int most = c.config().send().unsentMax();
        return c.sendRing().writable() > 0 && (most == SendConfig.UNLIMITED || 2 * (most - c.unsentRoom()) < most);
    }

    /// A number that grows with everything that a waiter for [#IN] would be woken for.
    static long arrivals(DrillSocket socket) {
        TcpConnection c = socket.connection;
        if (c == null) {
            return socket.listener == null ? 0 : socket.listener.waiting();
        }
        return 2 * c.receiveRing().tail() + (socket.isAtEnd() ? 1 : 0);
    }
}
