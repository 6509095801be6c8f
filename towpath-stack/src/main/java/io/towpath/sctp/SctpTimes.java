package io.towpath.sctp;

import io.towpath.core.Time;

/// Durations of an association, in nanoseconds (RFC 9260 §16, "Suggested SCTP Protocol Parameter Values").
///
/// @param rtoInitial RTO.Initial: before the first measurement
/// @param rtoMin RTO.Min
/// @param rtoMax RTO.Max
/// @param sackDelay how long a SACK may be put off, at most 500 ms (RFC 9260 §6.2); 0 sends each at once
/// @param heartbeatInterval HB.interval: what a heartbeat waits beyond the RTO on an idle path; 0 for no
///     heartbeats
/// @param cookieLife Valid.Cookie.Life
/// @param shutdownGuard T5: how long a shutdown may take; 0 for five times RTO.Max, the recommended value
/// @param autoclose how long an association may be idle before it is shut down; 0 for ever
public record SctpTimes(
        long rtoInitial,
        long rtoMin,
        long rtoMax,
        long sackDelay,
        long heartbeatInterval,
        long cookieLife,
        long shutdownGuard,
        long autoclose) {
    /// RFC 9260 §6.2: "An implementation MUST NOT allow the maximum delay to be configured to be more than 500
    /// ms."
    public static final long SACK_DELAY_MAX = 500 * Time.MILLISECOND;

    /// @throws IllegalArgumentException with one line that says which value cannot be
    public SctpTimes {
        if (rtoMin <= 0 || rtoMax < rtoMin || rtoInitial < rtoMin || rtoInitial > rtoMax) {
            throw new IllegalArgumentException(
                    "retransmission timeouts must be 0 < RTO.Min <= RTO.Initial <= RTO.Max, not " + rtoMin + ", "
                            + rtoInitial + ", " + rtoMax);
        }
        if (sackDelay < 0 || sackDelay > SACK_DELAY_MAX) {
            throw new IllegalArgumentException("a SACK may be delayed by 0 to 500 ms, not " + sackDelay + " ns");
        }
        if (heartbeatInterval < 0 || cookieLife <= 0 || shutdownGuard < 0 || autoclose < 0) {
            throw new IllegalArgumentException("durations cannot be negative, and a cookie must live for a while");
        }
    }

    /// RTO 1 s initially, between 1 s and 60 s; SACK after 200 ms; heartbeats after 30 s; cookies live for 60
    /// s.
    public static SctpTimes defaults() {
        return new SctpTimes(
                Time.SECOND,
                Time.SECOND,
                60 * Time.SECOND,
                200 * Time.MILLISECOND,
                30 * Time.SECOND,
                60 * Time.SECOND,
                0,
                0);
    }

    /// The same with other retransmission timeouts.
    public SctpTimes withRto(long initial, long min, long max) {
        return new SctpTimes(initial, min, max, sackDelay, heartbeatInterval, cookieLife, shutdownGuard, autoclose);
    }

    /// The same with another delay of SACKs.
    public SctpTimes withSackDelay(long nanos) {
        return new SctpTimes(
                rtoInitial, rtoMin, rtoMax, nanos, heartbeatInterval, cookieLife, shutdownGuard, autoclose);
    }

    /// The same with another heartbeat interval; 0 for none.
    public SctpTimes withHeartbeatInterval(long nanos) {
        return new SctpTimes(rtoInitial, rtoMin, rtoMax, sackDelay, nanos, cookieLife, shutdownGuard, autoclose);
    }

    /// The same with another life of cookies.
    public SctpTimes withCookieLife(long nanos) {
        return new SctpTimes(rtoInitial, rtoMin, rtoMax, sackDelay, heartbeatInterval, nanos, shutdownGuard, autoclose);
    }

    /// The same with another guard of the shutdown sequence; 0 for five times RTO.Max.
    public SctpTimes withShutdownGuard(long nanos) {
        return new SctpTimes(rtoInitial, rtoMin, rtoMax, sackDelay, heartbeatInterval, cookieLife, nanos, autoclose);
    }

    /// The same with another idle time after which the association is shut down; 0 for none.
    public SctpTimes withAutoclose(long nanos) {
        return new SctpTimes(
                rtoInitial, rtoMin, rtoMax, sackDelay, heartbeatInterval, cookieLife, shutdownGuard, nanos);
    }
}
