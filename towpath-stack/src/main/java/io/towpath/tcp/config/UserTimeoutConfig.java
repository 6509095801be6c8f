package io.towpath.tcp.config;

import io.towpath.core.Time;

/// What the user timeout ([io.towpath.tcp.TcpConfig#userTimeoutNanos()]) does when it passes, and whether the
/// two hosts tell each other theirs by the user timeout option (RFC 5482).
///
/// @param action what becomes of the connection
/// @param enabled RFC 5482 §3.1 ENABLED: the option is sent and listened to; off by default
/// @param changeable CHANGEABLE: what the peer advertises may change the timeout; turns false for a connection
///     whose user set the timeout himself
/// @param lowestNanos L_LIMIT: the timeout never becomes shorter than this by the peer's option
/// @param highestNanos U_LIMIT: nor longer than this
public record UserTimeoutConfig(
        TimeoutAction action, boolean enabled, boolean changeable, long lowestNanos, long highestNanos) {
    private static final UserTimeoutConfig DEFAULTS =
            new UserTimeoutConfig(TimeoutAction.ABORT, false, true, 100 * Time.SECOND, 3600 * Time.SECOND);

    /// @throws IllegalArgumentException unless 0 < lowest <= highest
    public UserTimeoutConfig {
        if (lowestNanos <= 0 || highestNanos < lowestNanos) {
            throw new IllegalArgumentException(
                    "limits of the user timeout out of range: " + lowestNanos + " to " + highestNanos);
        }
    }

    /// Aborts; no option. The limits are the 100 seconds of RFC 1122 §4.2.3.5 and one hour.
    public static UserTimeoutConfig defaults() {
        return DEFAULTS;
    }

    /// The same with another [#action()].
    public UserTimeoutConfig withAction(TimeoutAction value) {
        return new UserTimeoutConfig(value, enabled, changeable, lowestNanos, highestNanos);
    }

    /// The same with another [#enabled()].
    public UserTimeoutConfig withEnabled(boolean value) {
        return new UserTimeoutConfig(action, value, changeable, lowestNanos, highestNanos);
    }

    /// The same with another [#changeable()].
    public UserTimeoutConfig withChangeable(boolean value) {
        return new UserTimeoutConfig(action, enabled, value, lowestNanos, highestNanos);
    }

    /// The same with other limits.
    public UserTimeoutConfig withLimits(long lowest, long highest) {
        return new UserTimeoutConfig(action, enabled, changeable, lowest, highest);
    }
}
