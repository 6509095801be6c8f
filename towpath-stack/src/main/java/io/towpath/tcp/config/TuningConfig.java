package io.towpath.tcp.config;

import io.towpath.core.ByteRing;

/// Whether buffers grow with what the path and the user can take. They begin at
/// [io.towpath.tcp.TcpConfig#receiveBuffer()] and [io.towpath.tcp.TcpConfig#sendBuffer()] and never shrink
/// below what they hold; what is not used costs no memory.
///
/// Naming a size ([io.towpath.tcp.TcpConfig#withReceiveBuffer], [io.towpath.tcp.TcpConfig#withSendBuffer])
/// turns the tuning of that buffer off: who names a size wants that size. [io.towpath.tcp.TcpConfig#withTuning]
/// afterwards turns it on again.
///
/// @param receive grow the receive buffer to twice what the user takes in one round trip
/// @param receiveMax its bound, bytes; the window scale that the SYN announces is made for it
/// @param send grow the send buffer to twice the congestion window
/// @param sendMax its bound, bytes
public record TuningConfig(boolean receive, int receiveMax, boolean send, int sendMax) {
    private static final TuningConfig DEFAULTS = new TuningConfig(true, 4 << 20, true, 4 << 20);

    /// @throws IllegalArgumentException unless the bounds are 1 to 2^30
    public TuningConfig {
        if (receiveMax < 1 || receiveMax > ByteRing.LIMIT || sendMax < 1 || sendMax > ByteRing.LIMIT) {
            throw new IllegalArgumentException(
                    "bounds of buffers out of range: " + receiveMax + ", " + sendMax + " (expected 1 to 2^30)");
        }
    }

    /// Both grow, to 4 MiB at most.
    public static TuningConfig defaults() {
        return DEFAULTS;
    }

    /// The same with another [#receive()].
    public TuningConfig withReceive(boolean value) {
        return new TuningConfig(value, receiveMax, send, sendMax);
    }

    /// The same with another [#receiveMax()].
    public TuningConfig withReceiveMax(int value) {
        return new TuningConfig(receive, value, send, sendMax);
    }

    /// The same with another [#send()].
    public TuningConfig withSend(boolean value) {
        return new TuningConfig(receive, receiveMax, value, sendMax);
    }

    /// The same with another [#sendMax()].
    public TuningConfig withSendMax(int value) {
        return new TuningConfig(receive, receiveMax, send, value);
    }
}
