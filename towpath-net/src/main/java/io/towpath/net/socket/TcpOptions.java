package io.towpath.net.socket;

import io.towpath.core.Time;
import io.towpath.net.shard.StreamSocket;
import io.towpath.tcp.TcpConfig;
import java.net.SocketException;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.util.LinkedHashSet;
import java.util.Objects;
import java.util.Set;
import java.util.function.UnaryOperator;
import jdk.net.ExtendedSocketOptions;
import org.jspecify.annotations.Nullable;

/// The options of one TCP socket, before and after its connection is opened. Not thread-safe: the socket's lock
/// guards it.
public final class TcpOptions {
    /// What a linger interval is reduced to, as the JDK does.
    private static final int LINGER_MAX = 65_535;

    /// Buffers that are asked for are at least this large.
    private static final int BUFFER_MIN = 2048;

    private static final int BUFFER_MAX = 1 << 30;

    private static final Set<SocketOption<?>> CONNECTIONS;
    private static final Set<SocketOption<?>> LISTENERS;

    static {
        Set<SocketOption<?>> all = new LinkedHashSet<>();
        all.add(StandardSocketOptions.SO_RCVBUF);
        all.add(StandardSocketOptions.SO_REUSEADDR);
        all.add(StandardSocketOptions.SO_REUSEPORT);
        all.add(StandardSocketOptions.IP_TOS);
        all.add(ExtendedSocketOptions.TCP_KEEPIDLE);
        all.add(ExtendedSocketOptions.TCP_KEEPINTERVAL);
        all.add(ExtendedSocketOptions.TCP_KEEPCOUNT);
        all.add(ExtendedSocketOptions.TCP_QUICKACK);
        LISTENERS = Set.copyOf(all);
        all.add(StandardSocketOptions.SO_SNDBUF);
        all.add(StandardSocketOptions.SO_KEEPALIVE);
        all.add(StandardSocketOptions.SO_LINGER);
        all.add(StandardSocketOptions.TCP_NODELAY);
        CONNECTIONS = Set.copyOf(all);
    }

    private TcpConfig config;
    private final long delayedAckNanos;
    private @Nullable StreamSocket socket;
    private boolean reuseAddress;
    private boolean reusePort;
    private int linger = -1;
    private final Set<SocketOption<?>> set = new LinkedHashSet<>();

    /// Options that begin as `config` says.
    public TcpOptions(TcpConfig config) {
        this.config = config;
        this.delayedAckNanos = config.delayedAckNanos();
    }

    /// The options of connections.
    public static Set<SocketOption<?>> ofConnections() {
        return CONNECTIONS;
    }

    /// The options of listening `java.net` sockets.
    public static Set<SocketOption<?>> ofListeners() {
        return LISTENERS;
    }

    /// The settings of a connection to be opened.
    public TcpConfig config() {
        return config;
    }

    /// The connection is there: options are its from now on.
    public void attach(StreamSocket opened) {
        socket = opened;
        config = opened.config();
    }

    /// Seconds that a close waits for the peer to have everything; 0 resets the connection, negative does neither.
    public int linger() {
        return linger;
    }

    /// Whether the port may be shared with connections of before.
    public boolean reuseAddress() {
        return reuseAddress;
    }

    /// See [#reuseAddress()].
    public void reuseAddress(boolean value) {
        reuseAddress = value;
    }

    /// Whether the socket's port may be shared when it is bound.
    public boolean shared() {
        return reuseAddress || reusePort;
    }

    private void change(UnaryOperator<TcpConfig> change) throws SocketException {
        StreamSocket open = socket;
        if (open == null) {
            config = change.apply(config);
        } else if (!open.isClosed()) {
            open.configure(change);
            config = open.config();
        }
    }

    /// Sets an option, which is one of those above.
    ///
    /// @throws IllegalArgumentException when the value is out of range
    public <T> void set(SocketOption<T> option, @Nullable T value) throws SocketException {
        Object given = checked(option, value);
        set.add(option);
        if (option == StandardSocketOptions.SO_SNDBUF) {
            int bytes = buffer(given);
            change(c -> c.withSendBuffer(bytes));
        } else if (option == StandardSocketOptions.SO_RCVBUF) {
            int bytes = buffer(given);
            change(c -> c.withReceiveBuffer(bytes));
        } else if (option == StandardSocketOptions.SO_KEEPALIVE) {
            change(c -> c.withKeepAlive((Boolean) given));
        } else if (option == StandardSocketOptions.TCP_NODELAY) {
            change(c -> c.withNoDelay((Boolean) given));
        } else if (option == StandardSocketOptions.SO_LINGER) {
            linger = Math.clamp((Integer) given, -1, LINGER_MAX);
        } else if (option == StandardSocketOptions.SO_REUSEADDR) {
            reuseAddress = (Boolean) given;
        } else if (option == StandardSocketOptions.SO_REUSEPORT) {
            reusePort = (Boolean) given;
        } else if (option == StandardSocketOptions.IP_TOS) {
            // RFC 3168 §5: the lower two bits are ECN's, not the user's.
            int dscp = inRange((Integer) given, 0, 255) & 0xfc;
            change(c -> c.withTrafficClass(dscp));
        } else if (option == ExtendedSocketOptions.TCP_KEEPIDLE) {
            long nanos = inRange((Integer) given, 1, 32_767) * Time.SECOND;
            change(c -> c.withKeepAliveIdleNanos(nanos));
        } else if (option == ExtendedSocketOptions.TCP_KEEPINTERVAL) {
            long nanos = inRange((Integer) given, 1, 32_767) * Time.SECOND;
            change(c -> c.withKeepAliveIntervalNanos(nanos));
        } else if (option == ExtendedSocketOptions.TCP_KEEPCOUNT) {
            int probes = inRange((Integer) given, 1, 127);
            change(c -> c.withKeepAliveProbes(probes));
        } else {
            change(c -> c.withDelayedAckNanos((Boolean) given ? 0 : delayedAckNanos));
        }
    }

    /// True when [#set] was called for this option.
    public boolean isSet(SocketOption<?> option) {
        return set.contains(option);
    }

    /// `value`, when it is one that the option can have.
    public static <T> T checked(SocketOption<T> option, @Nullable T value) {
        if (value == null || !option.type().isInstance(value)) {
            throw new IllegalArgumentException("Invalid value '" + value + "'");
        }
        return value;
    }

    private static int buffer(Object bytes) {
        int value = (Integer) bytes;
        if (value < 0) {
            throw new IllegalArgumentException("Invalid send/receive buffer size");
        }
        return Math.clamp(value, BUFFER_MIN, BUFFER_MAX);
    }

    private static int inRange(int value, int min, int max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException("Invalid value '" + value + "'");
        }
        return value;
    }

    /// An option's value; the option is one of those above.
    public <T> T get(SocketOption<T> option) {
        return Objects.requireNonNull(option.type().cast(value(option)));
    }

    private Object value(SocketOption<?> option) {
        if (option == StandardSocketOptions.SO_SNDBUF) {
            return config.sendBuffer();
        } else if (option == StandardSocketOptions.SO_RCVBUF) {
            return config.receiveBuffer();
        } else if (option == StandardSocketOptions.SO_KEEPALIVE) {
            return config.keepAlive();
        } else if (option == StandardSocketOptions.TCP_NODELAY) {
            return config.noDelay();
        } else if (option == StandardSocketOptions.SO_LINGER) {
            return linger;
        } else if (option == StandardSocketOptions.SO_REUSEADDR) {
            return reuseAddress;
        } else if (option == StandardSocketOptions.SO_REUSEPORT) {
            return reusePort;
        } else if (option == StandardSocketOptions.IP_TOS) {
            return config.trafficClass();
        } else if (option == ExtendedSocketOptions.TCP_KEEPIDLE) {
            return (int) (config.keepAliveIdleNanos() / Time.SECOND);
        } else if (option == ExtendedSocketOptions.TCP_KEEPINTERVAL) {
            return (int) (config.keepAliveIntervalNanos() / Time.SECOND);
        } else if (option == ExtendedSocketOptions.TCP_KEEPCOUNT) {
            return config.keepAliveProbes();
        } else {
            return config.delayedAckNanos() == 0;
        }
    }
}
