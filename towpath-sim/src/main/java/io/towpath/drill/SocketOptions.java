package io.towpath.drill;

import io.towpath.core.Network;
import io.towpath.core.Time;
import io.towpath.drill.script.Arguments;
import io.towpath.drill.script.Errno;
import io.towpath.drill.script.Outcome;
import io.towpath.drill.script.Value;
import io.towpath.tcp.TcpConfig;
import io.towpath.tcp.TcpConnection;
import io.towpath.tcp.TcpLayer;
import io.towpath.tcp.TcpListener;
import io.towpath.tcp.TcpState;
import io.towpath.tcp.config.SendConfig;
import io.towpath.tcp.config.SynConfig;
import io.towpath.udp.UdpEndpoint;
import io.towpath.wire.IpProtocol;
import java.util.List;

/// `setsockopt`, `getsockopt` and `ioctl`.
final class SocketOptions {
    private static final int SOCK_STREAM = 1;
    private static final int SOCK_DGRAM = 2;

    /// Linux's room for the name of a congestion control.
    private static final int NAME_ROOM = 16;

    private static final int AF_INET = 2;
    private static final int AF_INET6 = 10;

    private final Session session;

    SocketOptions(Session session) {
        this.session = session;
    }

    /// Sets an option. Most are part of the configuration that the connection has, or will have.
    Outcome set(DrillSocket socket, Arguments arguments) {
        String name = name(arguments);
        if (session.setUp.profile() == DrillProfile.LINUX && !OptionRange.holds(name, arguments)) {
            return Outcome.error(name.equals("TCP_CONGESTION") ? Errno.ENOENT : Errno.EINVAL);
        }
        switch (name) {
            // Ports are not kept after their sockets here; no packet is treated better than others, and there is
            // but one network device.
            case "SO_REUSEADDR", "SO_REUSEPORT", "SO_PRIORITY", "SO_MARK", "IPV6_V6ONLY" ->
                socket.kept.put(name, arguments.boxed(3));
            // Urgent data always lies in the stream (RFC 6093 §4).
            case "SO_OOBINLINE" -> requireValue(arguments, name, 1);
            case "SO_SNDBUF", "SO_SNDBUFFORCE" -> sendBuffer(socket, arguments);
            case "SO_LINGER" -> linger(socket, arguments);
            case "IP_RECVERR", "IPV6_RECVERR" -> keepReports(socket, arguments);
            case "SO_RCVLOWAT" -> socket.receiveLeast = (int) Math.max(1, arguments.boxed(3));
            case "TCP_CORK" -> cork(socket, arguments.boxed(3) != 0);
            case "TCP_QUICKACK" -> quickAck(socket, arguments.boxed(3) != 0);
            case "TCP_NOTSENT_LOWAT" -> unsentLimit(socket, arguments.boxed(3));
            case "TCP_DEFER_ACCEPT" -> deferAccept(socket, arguments.boxed(3));
            case "TCP_INQ" -> socket.tellsWaiting = arguments.boxed(3) != 0;
            case "TCP_FASTOPEN" -> fastOpen(socket, (int) arguments.boxed(3));
            case "TCP_SYNCNT" -> synRetries(socket, (int) arguments.boxed(3));
            case "TCP_FASTOPEN_CONNECT" -> {
                if (!session.setUp.fastOpen().isClient()) {
                    return Outcome.error(Errno.EOPNOTSUPP);
                }
                socket.fastConnect = arguments.boxed(3) != 0;
            }
            case "IP_MTU_DISCOVER", "IPV6_MTU_DISCOVER" -> pathMtuDiscovery(arguments);
            default -> configure(socket, name, arguments);
        }
        if (name.equals("TCP_NODELAY") && arguments.boxed(3) != 0) {
            pushCorked(socket);
        }
        return Outcome.DONE;
    }

    private void keepReports(DrillSocket socket, Arguments arguments) {
        if (socket.stream) {
            throw arguments.notUnderstood("the error queue of a TCP socket");
        }
        UdpEndpoint endpoint =
                socket.endpoint == null ? new DatagramCalls(session, socket).bind(socket.localPort) : socket.endpoint;
        endpoint.keepReports(arguments.boxed(3) != 0);
    }

    private void cork(DrillSocket socket, boolean on) {
        socket.corked = on;
        if (socket.connection != null) {
            tcp().cork(session.now(), socket.connection, on);
        }
    }

    /// TCP_NODELAY is "weaker" than TCP_CORK, but sends what waits by then.
    private void pushCorked(DrillSocket socket) {
        if (socket.corked) {
            cork(socket, false);
            cork(socket, true);
        }
    }

    private void quickAck(DrillSocket socket, boolean on) {
        if (socket.connection != null) {
            tcp().quickAck(session.now(), socket.connection, on);
        }
    }

    /// 0 leaves it to the system's setting.
    private void unsentLimit(DrillSocket socket, long value) {
        socket.unsentLimit = (int) value;
        SendConfig send =
                value == 0 ? session.setUp.tcp().send() : SendConfig.defaults().withUnsentMax(SetUp.unsentMax(value));
        socket.config = socket.config.withSend(send);
        session.apply(socket);
    }

    /// Linux counts in timeouts of the SYN-ACK: as many as make up for so many seconds.
    private void deferAccept(DrillSocket socket, long seconds) {
        int timeouts = 0;
        while (seconds > 0 && deferredSeconds(timeouts) < seconds) {
            timeouts++;
        }
        socket.config = socket.config.withOpening(socket.config.opening().withDeferredTimeouts(timeouts));
        session.apply(socket);
    }

    /// What so many timeouts last, each twice as long as the one before but no longer than two minutes.
    private static long deferredSeconds(int timeouts) {
        long sum = 0;
        for (int i = 0; i < timeouts; i++) {
            sum += Math.min(120, 1L << i);
        }
        return sum;
    }

    private static void requireValue(Arguments arguments, String name, long value) {
        if (arguments.boxed(3) != value) {
            throw arguments.notUnderstood(name + " " + arguments.at(3));
        }
    }

    /// The path MTU is always discovered.
    private static void pathMtuDiscovery(Arguments arguments) {
        String value = arguments.at(3).toString();
        if (!value.endsWith("_PMTUDISC_WANT]") && !value.endsWith("_PMTUDISC_DO]")) {
            throw arguments.notUnderstood("path MTU discovery " + value);
        }
    }

    private void fastOpen(DrillSocket socket, int queue) {
        socket.fastOpenQueue = queue;
        TcpListener listener = socket.listener;
        if (listener != null) {
            TcpConfig config = listener.config();
            var mode = session.setUp.fastOpen();
            tcp().configure(listener, config.withFastOpen(mode.server(config.fastOpen(), queue, socket.backlog)));
        }
    }

    private void synRetries(DrillSocket socket, int retries) {
        socket.config = socket.config.withOpening(socket.config.opening().withSynRetries(retries));
        TcpConnection c = socket.connection;
        if (c != null) {
            tcp().configure(
                            session.now(),
                            c,
                            c.config().withOpening(c.config().opening().withSynRetries(retries)));
        }
    }

    private TcpLayer tcp() {
        return session.host.stack().tcp();
    }

    private static String name(Arguments arguments) {
        List<String> names = arguments.names(2);
        if (names.size() != 1) {
            throw arguments.notUnderstood("the option " + arguments.at(2));
        }
        return names.getFirst();
    }

    private void configure(DrillSocket socket, String name, Arguments arguments) {
        try {
            if (name.equals("TCP_CONGESTION")) {
                socket.config = congestion(socket, arguments);
            } else {
                socket.config = configured(socket, name, arguments);
            }
        } catch (IllegalArgumentException e) {
            throw arguments.notUnderstood(name + " " + arguments.at(3));
        }
        session.apply(socket);
    }

    private TcpConfig configured(DrillSocket socket, String name, Arguments arguments) {
        TcpConfig config = socket.config;
        long value = arguments.boxed(3);
        return switch (name) {
            case "SO_RCVBUF", "SO_RCVBUFFORCE" -> receiveBuffer(socket, (int) value);
            case "SO_KEEPALIVE" -> config.withKeepAlive(value != 0);
            case "TCP_NODELAY" -> config.withNoDelay(value != 0);
            case "TCP_MAXSEG" -> config.withMss((int) value);
            case "TCP_KEEPIDLE" -> config.withKeepAliveIdleNanos(value * Time.SECOND);
            case "TCP_KEEPINTVL" -> config.withKeepAliveIntervalNanos(value * Time.SECOND);
            case "TCP_KEEPCNT" -> config.withKeepAliveProbes((int) value);
            case "TCP_KEEPINIT" -> config.withSynTimeoutNanos(value * Time.SECOND);
            case "TCP_SYNCNT" -> config.withSynTimeoutNanos(((2L << value) - 1) * config.initialRtoNanos());
            case "TCP_USER_TIMEOUT" -> config.withUserTimeoutNanos(value * Time.MILLISECOND);
            case "TCP_LINGER2" -> config.withOrphanNanos(value * Time.SECOND);
            case "IP_TTL", "IPV6_UNICAST_HOPS" -> config.withHopLimit((int) value);
            case "IP_TOS", "IPV6_TCLASS" -> config.withTrafficClass((int) value & ~3);
            default -> throw arguments.notUnderstood("the option " + name);
        };
    }

    private static TcpConfig congestion(DrillSocket socket, Arguments arguments) {
        if (socket.connection != null || !(arguments.at(3) instanceof Value.Text(String name))) {
            throw arguments.notUnderstood("TCP_CONGESTION " + arguments.at(3));
        }
        return socket.config.withCongestion(SetUp.congestion(name));
    }

    /// Linux doubles what is asked for, as room for its own bookkeeping.
    private int doubled(int value) {
        return session.setUp.profile() == DrillProfile.LINUX ? 2 * value : value;
    }

    private TcpConfig receiveBuffer(DrillSocket socket, int value) {
        socket.receiveBuffer = doubled(value);
        TcpConfig config = socket.config.withReceiveBuffer(value);
        // A buffer of a size that was asked for does not grow: its window needs no larger shift.
        return session.setUp.profile() == DrillProfile.LINUX
                ? config.withSyn(config.syn().withWindowScale(SynConfig.COMPUTED))
                : config;
    }

    private void sendBuffer(DrillSocket socket, Arguments arguments) {
        int value = (int) arguments.boxed(3);
        socket.sendBuffer = doubled(value);
        // A third of what Linux grants is its bookkeeping.
        int room = session.setUp.profile() == DrillProfile.LINUX ? socket.sendBuffer / 3 * 2 : value;
        socket.config = socket.config.withSendBuffer(Math.max(1, room));
        session.apply(socket);
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
        socket.lingerNanos = arguments.number(on) != 0 ? arguments.number(time) * Time.SECOND : 0;
    }

    /// Asks for an option; the outcome is what the script expects, or a name for what was found instead.
    Outcome get(DrillSocket socket, Arguments arguments) {
        String name = name(arguments);
        if (name.equals("TCP_CONGESTION")) {
            return congestionName(socket, arguments);
        }
        if (name.equals("SO_LINGER")) {
            return lingering(socket, arguments);
        }
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
            case "SO_RCVLOWAT" -> socket.receiveLeast;
            case "SO_REUSEADDR", "SO_REUSEPORT", "SO_PRIORITY", "SO_MARK", "IPV6_V6ONLY" ->
                socket.kept.getOrDefault(name, 0L);
            case "SO_PROTOCOL" -> socket.stream ? IpProtocol.TCP : IpProtocol.UDP;
            case "SO_DOMAIN" -> VirtualHost.isIp4(session.local) ? AF_INET : AF_INET6;
            case "TCP_CORK" -> socket.corked ? 1 : 0;
            case "TCP_NOTSENT_LOWAT" -> socket.unsentLimit;
            case "TCP_DEFER_ACCEPT" -> deferredSeconds(config.opening().deferredTimeouts());
            case "TCP_SYNCNT" -> config.opening().synRetries();
            case "TCP_FASTOPEN" -> socket.fastOpenQueue;
            case "TCP_FASTOPEN_CONNECT" -> socket.fastConnect ? 1 : 0;
            case "TCP_INQ" -> socket.tellsWaiting ? 1 : 0;
            case "SO_KEEPALIVE" -> config.keepAlive() ? 1 : 0;
            case "SO_TYPE" -> socket.stream ? SOCK_STREAM : SOCK_DGRAM;
            case "SO_ACCEPTCONN" -> socket.listener != null ? 1 : 0;
            case "TCP_NODELAY" -> config.noDelay() ? 1 : 0;
            case "TCP_KEEPIDLE" -> config.keepAliveIdleNanos() / Time.SECOND;
            case "TCP_KEEPINTVL" -> config.keepAliveIntervalNanos() / Time.SECOND;
            case "TCP_KEEPCNT" -> config.keepAliveProbes();
            case "TCP_USER_TIMEOUT" -> config.userTimeoutNanos() / Time.MILLISECOND;
            case "TCP_LINGER2" -> config.orphanNanos() / Time.SECOND;
            case "IP_TTL", "IPV6_UNICAST_HOPS" -> config.hopLimit() == Network.DEFAULT ? 64 : config.hopLimit();
            case "IP_TOS", "IPV6_TCLASS" -> config.trafficClass();
            case "TCP_MAXSEG" ->
                open != null
                        ? session.host.stack().tcp().info(session.now(), open).mss()
                        : config.mss();
            default -> throw arguments.notUnderstood("the option " + name);
        };
        require(arguments, name, Long.toString(arguments.boxed(3)), Long.toString(actual));
        return Outcome.DONE;
    }

    private static Outcome lingering(DrillSocket socket, Arguments arguments) {
        if (!(arguments.at(3) instanceof Value.Fields(var fields))) {
            throw arguments.notUnderstood("SO_LINGER " + arguments.at(3));
        }
        Value on = fields.getOrDefault("onoff", fields.get("l_onoff"));
        Value time = fields.getOrDefault("linger", fields.get("l_linger"));
        if (on == null || time == null) {
            throw arguments.notUnderstood("SO_LINGER " + arguments.at(3));
        }
        boolean lingers = socket.closeAborts || socket.lingerNanos > 0;
        require(arguments, "onoff of SO_LINGER", Long.toString(arguments.number(on)), lingers ? "1" : "0");
        String seconds = Long.toString(socket.lingerNanos / Time.SECOND);
        require(arguments, "linger of SO_LINGER", Long.toString(arguments.number(time)), seconds);
        require(arguments, "length of SO_LINGER", Long.toString(arguments.boxed(4)), "8");
        return Outcome.DONE;
    }

    private static Outcome congestionName(DrillSocket socket, Arguments arguments) {
        String actual = switch (socket.config.congestion()) {
            case NEWRENO -> "reno";
            case CUBIC -> "cubic";
            case BBR -> "bbr";
        };
        if (!(arguments.at(3) instanceof Value.Text(String expected))) {
            throw arguments.notUnderstood("TCP_CONGESTION " + arguments.at(3));
        }
        require(arguments, "TCP_CONGESTION", expected, actual);
        long room = arguments.boxed(4);
        require(arguments, "length of TCP_CONGESTION", Long.toString(room), Long.toString(Math.min(room, NAME_ROOM)));
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
