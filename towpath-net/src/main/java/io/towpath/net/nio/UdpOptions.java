package io.towpath.net.nio;

import io.towpath.core.Network;
import io.towpath.net.socket.TcpOptions;
import io.towpath.udp.UdpConfig;
import io.towpath.udp.UdpGroups;
import io.towpath.wire.IpAddress;
import java.net.NetworkInterface;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.util.LinkedHashSet;
import java.util.Objects;
import java.util.Set;
import jdk.net.ExtendedSocketOptions;
import org.jspecify.annotations.Nullable;

/// The options of one UDP socket, before and after it is bound. Not thread-safe: the channel's lock guards it.
final class UdpOptions {
    static final Set<SocketOption<?>> ALL = Set.of(
            StandardSocketOptions.SO_SNDBUF,
            StandardSocketOptions.SO_RCVBUF,
            StandardSocketOptions.SO_REUSEADDR,
            StandardSocketOptions.SO_REUSEPORT,
            StandardSocketOptions.SO_BROADCAST,
            StandardSocketOptions.IP_TOS,
            StandardSocketOptions.IP_MULTICAST_IF,
            StandardSocketOptions.IP_MULTICAST_TTL,
            StandardSocketOptions.IP_MULTICAST_LOOP,
            ExtendedSocketOptions.IP_DONTFRAGMENT);

    private UdpConfig config = UdpConfig.defaults();
    private boolean reuseAddress;
    private boolean reusePort;
    private boolean loop = true;
    private int hops = 1;
    private @Nullable NetworkInterface outgoing;
    private @Nullable IpAddress from4;
    private @Nullable IpAddress from6;

    UdpConfig config() {
        return config;
    }

    boolean shared() {
        return reuseAddress || reusePort;
    }

    /// On the shard's owner: hands over what concerns groups.
    void apply(UdpGroups groups) {
        groups.strict(true);
        groups.loop(loop);
        groups.hopLimit(hops);
        groups.from(from4, from6);
    }

    /// Which interface groups are sent by: the JDK's name for it and the host's own addresses there.
    void outgoing(NetworkInterface named, @Nullable IpAddress ip4, @Nullable IpAddress ip6) {
        outgoing = named;
        set.add(StandardSocketOptions.IP_MULTICAST_IF);
        from4 = ip4;
        from6 = ip6;
    }

    private final Set<SocketOption<?>> set = new LinkedHashSet<>();

    /// True when [#set] was called for this option.
    boolean isSet(SocketOption<?> option) {
        return set.contains(option);
    }

    <T> void set(SocketOption<T> option, @Nullable T value) {
        Object given = TcpOptions.checked(option, value);
        set.add(option);
        if (option == StandardSocketOptions.SO_SNDBUF) {
            config = config.withSend(size(given), config.sendCountMax());
        } else if (option == StandardSocketOptions.SO_RCVBUF) {
            config = config.withReceive(size(given), config.receiveCountMax());
        } else if (option == StandardSocketOptions.SO_REUSEADDR) {
            reuseAddress = (Boolean) given;
        } else if (option == StandardSocketOptions.SO_REUSEPORT) {
            reusePort = (Boolean) given;
        } else if (option == StandardSocketOptions.SO_BROADCAST) {
            config = config.withBroadcast((Boolean) given);
        } else if (option == StandardSocketOptions.IP_TOS) {
            config = config.withTrafficClass(octet(given));
        } else if (option == StandardSocketOptions.IP_MULTICAST_TTL) {
            hops = octet(given);
        } else if (option == StandardSocketOptions.IP_MULTICAST_LOOP) {
            loop = (Boolean) given;
        } else if (option == ExtendedSocketOptions.IP_DONTFRAGMENT) {
            config = config.withDontFragment((Boolean) given);
        }
    }

    private static int size(Object bytes) {
        int value = (Integer) bytes;
        if (value < 0) {
            throw new IllegalArgumentException("Invalid send/receive buffer size");
        }
        return Math.max(1, value);
    }

    private static int octet(Object given) {
        int value = (Integer) given;
        if (value < 0 || value > 255) {
            throw new IllegalArgumentException("Invalid value '" + value + "'");
        }
        return value;
    }

    <T> @Nullable T get(SocketOption<T> option) {
        return option.type().cast(value(Objects.requireNonNull(option)));
    }

    private @Nullable Object value(SocketOption<?> option) {
        if (option == StandardSocketOptions.SO_SNDBUF) {
            return config.sendBytesMax();
        } else if (option == StandardSocketOptions.SO_RCVBUF) {
            return config.receiveBytesMax();
        } else if (option == StandardSocketOptions.SO_REUSEADDR) {
            return reuseAddress;
        } else if (option == StandardSocketOptions.SO_REUSEPORT) {
            return reusePort;
        } else if (option == StandardSocketOptions.SO_BROADCAST) {
            return config.broadcast();
        } else if (option == StandardSocketOptions.IP_TOS) {
            return config.trafficClass() == Network.DEFAULT ? 0 : config.trafficClass();
        } else if (option == StandardSocketOptions.IP_MULTICAST_IF) {
            return outgoing;
        } else if (option == StandardSocketOptions.IP_MULTICAST_TTL) {
            return hops;
        } else if (option == StandardSocketOptions.IP_MULTICAST_LOOP) {
            return loop;
        } else {
            return config.dontFragment();
        }
    }
}
