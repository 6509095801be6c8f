package io.towpath.net.shard;

import java.time.Duration;

/// Durations of callers as nanoseconds: 0 means no limit.
public final class Timeouts {
    private Timeouts() {}

    /// @throws IllegalArgumentException when negative
    public static long nanos(Duration timeout) {
        if (timeout.isNegative()) {
            throw new IllegalArgumentException("a timeout must not be negative: " + timeout);
        }
        // Half the range, so that a deadline far away does not overflow into the past.
        return timeout.getSeconds() > Long.MAX_VALUE / 2_000_000_000L ? Long.MAX_VALUE / 2 : timeout.toNanos();
    }
}
