package io.towpath.tcp;

import io.towpath.tcp.config.TimeoutAction;
import org.jspecify.annotations.Nullable;

/// What a SEND asks for besides its data (RFC 9293 §3.9.1.2).
///
/// @param push transmit promptly; without it the data may wait for more and leave in full segments
/// @param urgent the last byte ends urgent data (new applications "SHOULD NOT set the URGENT flag", SHLD-13)
/// @param timeoutNanos the connection's user timeout from now on; 0 leaves it as it is
/// @param timeoutAction what becomes of the connection when it passes; null leaves it as it is
public record SendFlags(
        boolean push,
        boolean urgent,
        long timeoutNanos,
        @Nullable TimeoutAction timeoutAction) {
    /// Pushed, not urgent, timeout unchanged: what nearly every SEND wants.
    public static final SendFlags PUSH = new SendFlags(true, false, 0, null);

    /// May wait for company.
    public static final SendFlags WAIT = new SendFlags(false, false, 0, null);

    /// Pushed and urgent.
    public static final SendFlags URGENT = new SendFlags(true, true, 0, null);

    /// @throws IllegalArgumentException when the timeout is negative
    public SendFlags {
        if (timeoutNanos < 0) {
            throw new IllegalArgumentException("timeoutNanos out of range: " + timeoutNanos);
        }
    }

    /// The same with another user timeout.
    public SendFlags withTimeout(long nanos, TimeoutAction action) {
        return new SendFlags(push, urgent, nanos, action);
    }
}
