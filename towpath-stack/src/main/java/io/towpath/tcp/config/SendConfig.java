package io.towpath.tcp.config;

import io.towpath.core.Time;

/// How much a connection takes from its user before the network takes it. Immutable.
///
/// @param unsentMax the user may hand over more only while less than this many bytes wait unsent, whatever room
///     the send buffer has: what waits there can no longer be changed, and comes late. [#UNLIMITED] leaves it
///     to the buffer
/// @param overrideNanos how long less than a segment is held back at most while nothing is under way, for a
///     window that is small or for a user who has more; RFC 9293 §3.8.6.2.1 has it "in the range of 0.1 - 1.0
///     seconds". [#OVERRIDE_AFTER_TIMEOUT] takes the retransmission timeout where it is in that range, its
///     nearer end else
public record SendConfig(int unsentMax, long overrideNanos) {
    /// As much as the send buffer holds.
    public static final int UNLIMITED = Integer.MAX_VALUE;

    /// As long as the retransmission timeout.
    public static final long OVERRIDE_AFTER_TIMEOUT = 0;

    private static final long OVERRIDE_MIN = 100 * Time.MILLISECOND;
    private static final long OVERRIDE_MAX = Time.SECOND;
    private static final SendConfig DEFAULTS = new SendConfig(UNLIMITED, 200 * Time.MILLISECOND);

    /// Checks the ranges.
    ///
    /// @throws IllegalArgumentException when a value is out of range
    public SendConfig {
        if (unsentMax <= 0) {
            throw new IllegalArgumentException("unsentMax out of range: " + unsentMax);
        }
        if (overrideNanos != OVERRIDE_AFTER_TIMEOUT && (overrideNanos < OVERRIDE_MIN || overrideNanos > OVERRIDE_MAX)) {
            throw new IllegalArgumentException("overrideNanos out of range: " + overrideNanos);
        }
    }

    /// The send buffer alone is the bound, and 0.2 seconds.
    public static SendConfig defaults() {
        return DEFAULTS;
    }

    /// A copy with another [#unsentMax()].
    ///
    /// @throws IllegalArgumentException when the value is not positive
    public SendConfig withUnsentMax(int value) {
        return new SendConfig(value, overrideNanos);
    }

    /// A copy with another [#overrideNanos()].
    ///
    /// @throws IllegalArgumentException when the value is out of range
    public SendConfig withOverrideNanos(long value) {
        return new SendConfig(unsentMax, value);
    }

    /// How long less than a segment is held back at most.
    ///
    /// @param rtoNanos the retransmission timeout
    public long override(long rtoNanos) {
        return overrideNanos == OVERRIDE_AFTER_TIMEOUT
                ? Math.clamp(rtoNanos, OVERRIDE_MIN, OVERRIDE_MAX)
                : overrideNanos;
    }
}
