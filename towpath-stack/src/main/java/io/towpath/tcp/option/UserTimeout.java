package io.towpath.tcp.option;

import io.towpath.core.Time;
import io.towpath.tcp.TcpConnection;
import io.towpath.wire.TcpOptions;

/// The user timeout option (RFC 5482): each host tells the other after which time of silence it gives up, so
/// that the other may wait as long. Advice only, and off unless
/// [io.towpath.tcp.config.UserTimeoutConfig#enabled()].
public final class UserTimeout {
    /// Bytes of the option.
    public static final int LENGTH = 4;

    private static final int MINUTES = 0x8000;
    private static final int VALUE_MAX = 0x7fff;

    private UserTimeout() {}

    /// RFC 5482 §3.3: "Granularity (1 bit): when set, the time interval is expressed in minutes; if not set, in
    /// seconds", and 15 bits of time. §3.4: "An implementation […] MUST NOT send" a timeout of 0, so the least
    /// is one second; what does not fit is told as the longest.
    public static int encode(long nanos) {
        long seconds = Math.max(1, nanos / Time.SECOND);
        return seconds <= VALUE_MAX ? (int) seconds : MINUTES | (int) Math.min(VALUE_MAX, seconds / 60);
    }

    /// What the 16 bits of an option say, in nanoseconds; 0 for the reserved value, which "MUST be ignored".
    public static long decode(int bits) {
        return (bits & VALUE_MAX) * ((bits & MINUTES) == 0 ? Time.SECOND : 60 * Time.SECOND);
    }

    /// Writes the option.
    ///
    /// @return the offset after it
    public static int write(byte[] b, int at, long nanos) {
        return TcpOptions.writeUserTimeout(b, at, encode(nanos));
    }

    /// The timeout that follows from the peer's option. RFC 5482 §3.1: "USER_TIMEOUT = min(U_LIMIT,
    /// max(ADV_UTO, REMOTE_UTO, L_LIMIT))".
    ///
    /// @param bits what the peer's option said, -1 when it sent none
    /// @return the connection's timeout as it is when the option changes nothing
    public static long agreed(TcpConnection c, int bits) {
        var settings = c.config().userTimeout();
        if (bits < 0 || !settings.enabled() || !settings.changeable() || decode(bits) == 0) {
            return c.userTimeoutNanos;
        }
        long longest = Math.max(Math.max(c.advertisedTimeout, decode(bits)), settings.lowestNanos());
        return Math.min(settings.highestNanos(), longest);
    }
}
