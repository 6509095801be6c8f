package io.towpath.net.sctp.channel;

import static com.sun.nio.sctp.SctpStandardSocketOptions.SCTP_DISABLE_FRAGMENTS;
import static com.sun.nio.sctp.SctpStandardSocketOptions.SCTP_EXPLICIT_COMPLETE;
import static com.sun.nio.sctp.SctpStandardSocketOptions.SCTP_FRAGMENT_INTERLEAVE;
import static com.sun.nio.sctp.SctpStandardSocketOptions.SCTP_INIT_MAXSTREAMS;
import static com.sun.nio.sctp.SctpStandardSocketOptions.SCTP_NODELAY;
import static com.sun.nio.sctp.SctpStandardSocketOptions.SCTP_PRIMARY_ADDR;
import static com.sun.nio.sctp.SctpStandardSocketOptions.SCTP_SET_PEER_PRIMARY_ADDR;
import static com.sun.nio.sctp.SctpStandardSocketOptions.SO_LINGER;
import static com.sun.nio.sctp.SctpStandardSocketOptions.SO_RCVBUF;
import static com.sun.nio.sctp.SctpStandardSocketOptions.SO_SNDBUF;

import com.sun.nio.sctp.MessageInfo;
import com.sun.nio.sctp.SctpSocketOption;
import com.sun.nio.sctp.SctpStandardSocketOptions.InitMaxStreams;
import io.towpath.core.Time;
import io.towpath.sctp.SctpConfig;
import java.net.SocketOption;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The options of a channel that are values, and what they make of the settings of its associations.
final class ChannelOptions {
    static final Set<SctpSocketOption<?>> OF_CHANNELS = Set.of(
            SCTP_DISABLE_FRAGMENTS,
            SCTP_EXPLICIT_COMPLETE,
            SCTP_FRAGMENT_INTERLEAVE,
            SCTP_INIT_MAXSTREAMS,
            SCTP_NODELAY,
            SCTP_PRIMARY_ADDR,
            SCTP_SET_PEER_PRIMARY_ADDR,
            SO_SNDBUF,
            SO_RCVBUF,
            SO_LINGER);

    static final Set<SctpSocketOption<?>> OF_SERVERS = Set.of(SCTP_INIT_MAXSTREAMS);

    private static final int LINGER_MAX = 65_535;
    private static final int LEVEL_MAX = 2;

    private final SctpConfig usual;
    private SctpConfig config;
    private boolean explicitComplete;
    private int level;
    private int linger = -1;

    /// @param level of interleaving (RFC 6458 §8.1.20: 0 for one association, 1 for many)
    /// @param config what holds until an option says otherwise
    ChannelOptions(int level, SctpConfig config) {
        this.level = level;
        this.usual = config;
        this.config = config;
    }

    /// @throws UnsupportedOperationException when `name` is not one of `supported`
    static void check(SocketOption<?> name, Set<SctpSocketOption<?>> supported) {
        Objects.requireNonNull(name);
        if (!supported.stream().anyMatch(each -> each.equals(name))) {
            throw new UnsupportedOperationException("'" + name + "' not supported");
        }
    }

    /// Remembers a value.
    ///
    /// @throws IllegalArgumentException when it is none for this option
    synchronized <T> void set(SctpSocketOption<T> name, @Nullable T value) {
        if (value == null || !name.type().isInstance(value)) {
            throw new IllegalArgumentException("Invalid option value");
        }
        switch (value) {
            case InitMaxStreams streams ->
                config = config.withStreams(
                        orDefault(streams.maxOutStreams(), usual.outboundStreams()),
                        orDefault(streams.maxInStreams(), usual.inboundStreamsMax()));
            case Boolean on -> setFlag(name, on);
            case Integer number -> setNumber(name, number);
            default -> throw new IllegalArgumentException("Invalid option value");
        }
    }

    /// "The default value of 0 indicates to use the endpoints default value."
    private static int orDefault(int wanted, int present) {
        return wanted == 0 ? present : wanted;
    }

    private void setFlag(SctpSocketOption<?> name, boolean on) {
        if (name.equals(SCTP_NODELAY)) {
            config = config.withNoDelay(on);
        } else if (name.equals(SCTP_DISABLE_FRAGMENTS)) {
            config = config.withLimits(config.limits().withFragments(!on));
        } else {
            explicitComplete = on;
        }
    }

    private void setNumber(SctpSocketOption<?> name, int number) {
        if (name.equals(SO_LINGER)) {
            linger = number < 0 ? -1 : Math.min(number, LINGER_MAX);
        } else if (name.equals(SCTP_FRAGMENT_INTERLEAVE)) {
            if (number < 0 || number > LEVEL_MAX) {
                throw new IllegalArgumentException("Invalid value for SCTP_FRAGMENT_INTERLEAVE");
            }
            level = number;
        } else {
            setBuffer(name, number);
        }
    }

    /// The size is a hint: less than the protocol can do with is raised.
    private void setBuffer(SctpSocketOption<?> name, int bytes) {
        if (bytes < 0) {
            throw new IllegalArgumentException("Invalid send/receive buffer size");
        }
        int size = Math.max(bytes, SctpConfig.RECEIVE_BYTES_MIN);
        config = name.equals(SO_RCVBUF)
                ? config.withBuffers(size, config.sendBytesMax())
                : config.withBuffers(config.receiveBytesMax(), size);
    }

    /// The value of an option that is one.
    synchronized <T> T get(SctpSocketOption<T> name) {
        return name.type().cast(value(name));
    }

    private Object value(SctpSocketOption<?> name) {
        if (name.equals(SCTP_INIT_MAXSTREAMS)) {
            return InitMaxStreams.create(config.inboundStreamsMax(), config.outboundStreams());
        }
        if (name.equals(SCTP_NODELAY)) {
            return config.noDelay();
        }
        if (name.equals(SCTP_DISABLE_FRAGMENTS)) {
            return !config.limits().fragments();
        }
        if (name.equals(SCTP_EXPLICIT_COMPLETE)) {
            return explicitComplete;
        }
        if (name.equals(SCTP_FRAGMENT_INTERLEAVE)) {
            return level;
        }
        if (name.equals(SO_LINGER)) {
            return linger;
        }
        return name.equals(SO_RCVBUF) ? config.receiveBytesMax() : config.sendBytesMax();
    }

    /// Settings of associations to come.
    synchronized SctpConfig config() {
        return config;
    }

    /// What `present` becomes on an association that is there: buffers, Nagle, fragments.
    synchronized SctpConfig on(SctpConfig present) {
        return present.withNoDelay(config.noDelay())
                .withBuffers(config.receiveBytesMax(), config.sendBytesMax())
                .withLimits(present.limits().withFragments(config.limits().fragments()));
    }

    /// Whether a message ends with what is sent now: `MessageInfo.isComplete` counts only where it was asked for.
    synchronized boolean completes(MessageInfo info) {
        return !explicitComplete || info.isComplete();
    }

    /// How messages in parts are mixed with others (RFC 6458 §8.1.20).
    synchronized int level() {
        return level;
    }

    /// How long to linger, in nanoseconds; 0 to abort, negative not to linger.
    ///
    /// @param blocking "intended for use with sockets that are configured in blocking mode only": a channel
    ///     that does not block does not linger, unless to abort
    synchronized long lingerNanos(boolean blocking) {
        return linger > 0 && !blocking ? -1 : linger * Time.SECOND;
    }
}
