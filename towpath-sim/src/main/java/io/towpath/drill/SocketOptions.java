package io.towpath.drill;

import io.towpath.core.Time;
import io.towpath.tcp.TcpConfig;
import io.towpath.tcp.TcpConnection;
import io.towpath.tcp.TcpState;
import java.util.List;

/// `setsockopt`, `getsockopt` and `ioctl`.
final class SocketOptions {
    private final Session session;

    SocketOptions(Session session) {
        this.session = session;
    }

    /// Sets an option. Most become part of the configuration that the connection will have, so they must come
    /// before it is opened.
    Outcome set(DrillSocket socket, Arguments arguments) {
        String name = name(arguments);
        switch (name) {
            // Ports are not kept after their sockets here.
            case "SO_REUSEADDR", "SO_REUSEPORT" -> arguments.boxed(3);
            case "SO_SNDBUF" -> sendBuffer(socket, arguments);
            case "SO_LINGER" -> linger(socket, arguments);
            default -> {
                if (socket.connection != null || socket.listener != null) {
                    throw arguments.notUnderstood(name + " on a socket that is open");
                }
                configure(socket, name, arguments);
            }
        }
        return Outcome.DONE;
    }

    private static String name(Arguments arguments) {
        List<String> names = arguments.names(2);
        if (names.size() != 1) {
            throw arguments.notUnderstood("the option " + arguments.at(2));
        }
        return names.getFirst();
    }

    private void configure(DrillSocket socket, String name, Arguments arguments) {
        TcpConfig config = socket.config;
        long value = arguments.boxed(3);
        try {
            socket.config = switch (name) {
                case "SO_RCVBUF" -> receiveBuffer(socket, (int) value);
                case "SO_KEEPALIVE" -> config.withKeepAlive(value != 0);
                case "TCP_NODELAY" -> config.withNoDelay(value != 0);
                case "TCP_MAXSEG" -> config.withMss((int) value);
                case "TCP_KEEPIDLE" -> config.withKeepAliveIdleNanos(value * Time.SECOND);
                case "TCP_KEEPINTVL" -> config.withKeepAliveIntervalNanos(value * Time.SECOND);
                case "TCP_KEEPCNT" -> config.withKeepAliveProbes((int) value);
                case "TCP_USER_TIMEOUT" -> config.withUserTimeoutNanos(value * Time.MILLISECOND);
                case "IP_TTL", "IPV6_UNICAST_HOPS" -> config.withHopLimit((int) value);
                case "IP_TOS", "IPV6_TCLASS" -> config.withTrafficClass((int) value);
                default -> throw arguments.notUnderstood("the option " + name);
            };
        } catch (IllegalArgumentException e) {
            throw arguments.notUnderstood(name + " " + value);
        }
    }

    /// Linux doubles what is asked for, as room for its own bookkeeping.
    private int doubled(int value) {
        return session.setUp.profile() == DrillProfile.LINUX ? 2 * value : value;
    }

    private TcpConfig receiveBuffer(DrillSocket socket, int value) {
        socket.receiveBuffer = doubled(value);
        return socket.config.withReceiveBuffer(value);
    }

    private void sendBuffer(DrillSocket socket, Arguments arguments) {
        int value = (int) arguments.boxed(3);
        socket.sendBuffer = doubled(value);
        socket.config = socket.config.withSendBuffer(Math.max(1, socket.sendBuffer));
        if (socket.connection != null) {
            socket.connection.sendRing().capacityMax(Math.max(1, socket.sendBuffer));
        }
    }

    private static void linger(DrillSocket socket, Arguments arguments) {
        if (!(arguments.at(3) instanceof Value.Fields(var fields))) {
            throw arguments.notUnderstood("SO_LINGER " + arguments.at(3));
        }
        Value on = fields.getOrDefault("onoff", fields.get("l_onoff"));
        Value time = fields.getOrDefault("linger", fields.get("l_linger"));
        if (on == null || time == null) {
            throw arguments.notUnderstood("SO_LINGER " + arguments.at(3));
        }
        socket.closeAborts = arguments.number(on) != 0 && arguments.number(time) == 0;
        if (arguments.number(on) != 0 && arguments.number(time) != 0) {
            throw arguments.notUnderstood("SO_LINGER with a time");
        }
    }

    /// Asks for an option; the outcome is what the script expects, or a name for what was found instead.
    Outcome get(DrillSocket socket, Arguments arguments) {
        String name = name(arguments);
        require(arguments, "length of " + name, Long.toString(arguments.boxed(4)), Integer.toString(Integer.BYTES));
        if (name.equals("SO_ERROR")) {
            return error(socket, arguments);
        }
        // A connection has its sizes once the peer's SYN is known.
        TcpConnection c = socket.connection;
        TcpConnection open = c == null || c.state() == TcpState.SYN_SENT ? null : c;
        TcpConfig config = socket.config;
        long actual = switch (name) {
            case "SO_RCVBUF" ->
                open != null && session.setUp.profile() == DrillProfile.BSD
                        ? open.config().receiveBuffer()
                        : socket.receiveBuffer;
            case "SO_SNDBUF" -> socket.sendBuffer;
            case "SO_KEEPALIVE" -> config.keepAlive() ? 1 : 0;
            case "TCP_NODELAY" -> config.noDelay() ? 1 : 0;
            case "TCP_MAXSEG" ->
                open != null
                        ? session.host.stack().tcp().info(session.now(), open).mss()
                        : config.mss();
            default -> throw arguments.notUnderstood("the option " + name);
        };
        require(arguments, name, Long.toString(arguments.boxed(3)), Long.toString(actual));
        return Outcome.DONE;
    }

    private static void require(Arguments arguments, String name, String expected, String actual) {
        if (!expected.equals(actual)) {
            throw arguments.mismatch(name, expected, actual);
        }
    }

    private static Outcome error(DrillSocket socket, Arguments arguments) {
        Errno error = socket.takeError();
        String actual = error == null ? "0" : error.name();
        String expected = arguments.at(3) instanceof Value.Listing(List<Value> items) && items.size() == 1
                ? items.getFirst().toString()
                : arguments.at(3).toString();
        require(arguments, "SO_ERROR", expected, actual);
        return Outcome.DONE;
    }

    /// What waits to be read, and what waits to be acknowledged.
    Outcome ioctl(DrillSocket socket, Arguments arguments) {
        TcpConnection c = socket.connection;
        if (c == null) {
            return Outcome.error(Errno.EINVAL);
        }
        String name = String.join("|", arguments.names(1));
        long actual = switch (name) {
            case "SIOCINQ", "FIONREAD" -> c.receiveRing().readable();
            case "SIOCOUTQ", "TIOCOUTQ" -> c.sendRing().readable();
            default -> throw arguments.notUnderstood("the request " + name);
        };
        require(arguments, name, Long.toString(arguments.boxed(2)), Long.toString(actual));
        return Outcome.DONE;
    }
}
