package io.towpath.tcp.config;

/// How connections are opened: how often a SYN and a SYN-ACK are sent again, and what a listener does when its SYN
/// queue is full. Immutable.
///
/// The counts stand beside [io.towpath.tcp.TcpConfig#synTimeoutNanos()], which bounds the same by time:
/// whichever comes first ends the attempt.
///
/// @param synRetries how often a SYN is sent again before the open fails, 0 to 127; [#UNLIMITED] leaves it to
///     the time
/// @param synAckRetries how often a SYN-ACK is sent again before the half-open connection is forgotten, 0 to 127;
///     [#UNLIMITED] leaves it to the time
/// @param synCookies when a SYN is answered by a cookie instead of being remembered (RFC 4987 §3.6)
/// @param acceptDead true to hand over a connection also when the peer reset it before it was accepted, as Linux does:
///     its user reads what it brought, and learns of its end then; false to forget it
/// @param deferredTimeouts how many timeouts of the SYN-ACK a listener lets pass while a peer who completed the
///     handshake sends no data: until then his connection is not handed over, and the ACK counts as not come; 0
///     hands over at once, up to 127
public record OpeningConfig(
        int synRetries, int synAckRetries, SynCookieUse synCookies, boolean acceptDead, int deferredTimeouts) {
    /// No bound by count.
    public static final int UNLIMITED = Integer.MAX_VALUE;

    /// What everybody gets who asks for nothing else: time alone is the bound (RFC 9293 §3.8.3 MUST-23 asks for
    /// three minutes at least), and cookies when the queue is full.
    public static final OpeningConfig DEFAULTS =
            new OpeningConfig(UNLIMITED, UNLIMITED, SynCookieUse.WHEN_FULL, false, 0);

    private static final int RETRIES_MAX = 127;

    /// Checks the ranges.
    ///
    /// @throws IllegalArgumentException when a count is out of range
    public OpeningConfig {
        check(synRetries);
        check(synAckRetries);
        if (deferredTimeouts < 0 || deferredTimeouts > RETRIES_MAX) {
            throw new IllegalArgumentException("deferredTimeouts out of range: " + deferredTimeouts);
        }
    }

    private static void check(int retries) {
        if (retries != UNLIMITED && (retries < 0 || retries > RETRIES_MAX)) {
            throw new IllegalArgumentException("retries must be 0 to " + RETRIES_MAX + ", not " + retries);
        }
    }

    /// A copy with another [#synRetries()].
    ///
    /// @throws IllegalArgumentException when the value is out of range
    public OpeningConfig withSynRetries(int value) {
        return new OpeningConfig(value, synAckRetries, synCookies, acceptDead, deferredTimeouts);
    }

    /// A copy with another [#synAckRetries()].
    ///
    /// @throws IllegalArgumentException when the value is out of range
    public OpeningConfig withSynAckRetries(int value) {
        return new OpeningConfig(synRetries, value, synCookies, acceptDead, deferredTimeouts);
    }

    /// A copy with another [#synCookies()].
    public OpeningConfig withSynCookies(SynCookieUse value) {
        return new OpeningConfig(synRetries, synAckRetries, value, acceptDead, deferredTimeouts);
    }

    /// A copy with another [#acceptDead()].
    public OpeningConfig withAcceptDead(boolean value) {
        return new OpeningConfig(synRetries, synAckRetries, synCookies, value, deferredTimeouts);
    }

    /// A copy with another [#deferredTimeouts()].
    ///
    /// @throws IllegalArgumentException when the value is out of range
    public OpeningConfig withDeferredTimeouts(int value) {
        return new OpeningConfig(synRetries, synAckRetries, synCookies, acceptDead, value);
    }
}
