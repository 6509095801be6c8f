package io.towpath.tcp.config;

import io.towpath.core.Time;
import java.util.List;

/// TCP Fast Open (RFC 7413): data in the SYN, guarded by a cookie from an earlier connection. Off unless asked for,
/// since a SYN that is delivered twice delivers its data twice (§6.1): only for users to whom that does no harm.
/// Immutable.
///
/// @param client true to ask for cookies and to send data in the SYN, when a connection is opened with data
/// @param clientWithoutCookie true to send data without a cookie, to servers that need none
/// @param serverQueue how many connections may be open for their user whose handshake is not complete; 0 turns the
///     server's side off
/// @param serverWithoutCookie true to take data from every SYN, whoever sent it: for closed networks alone
/// @param keys the server's keys, the one in use first; what older ones made is still good. Empty: one is drawn for
///     the host.
/// @param blackHoleNanos how long a host sends no data in a SYN after a third timeout in a row met it, doubled each
///     time up to 64-fold; 0 never
public record FastOpenConfig(
        boolean client,
        boolean clientWithoutCookie,
        int serverQueue,
        boolean serverWithoutCookie,
        List<FastOpenKey> keys,
        long blackHoleNanos) {
    /// Both sides off.
    public static final FastOpenConfig OFF = new FastOpenConfig(false, false, 0, false, List.of(), 3600 * Time.SECOND);

    /// Checks the ranges, and takes a copy of the list.
    ///
    /// @throws IllegalArgumentException when a value is negative
    public FastOpenConfig {
        keys = List.copyOf(keys);
        if (serverQueue < 0 || blackHoleNanos < 0) {
            throw new IllegalArgumentException("negative: " + serverQueue + ", " + blackHoleNanos);
        }
    }

    /// A copy with another [#client()].
    public FastOpenConfig withClient(boolean value) {
        return new FastOpenConfig(value, clientWithoutCookie, serverQueue, serverWithoutCookie, keys, blackHoleNanos);
    }

    /// A copy with another [#clientWithoutCookie()].
    public FastOpenConfig withClientWithoutCookie(boolean value) {
        return new FastOpenConfig(client, value, serverQueue, serverWithoutCookie, keys, blackHoleNanos);
    }

    /// A copy with another [#serverQueue()].
    ///
    /// @throws IllegalArgumentException when the value is out of range
    public FastOpenConfig withServerQueue(int value) {
        return new FastOpenConfig(client, clientWithoutCookie, value, serverWithoutCookie, keys, blackHoleNanos);
    }

    /// A copy with another [#serverWithoutCookie()].
    public FastOpenConfig withServerWithoutCookie(boolean value) {
        return new FastOpenConfig(client, clientWithoutCookie, serverQueue, value, keys, blackHoleNanos);
    }

    /// A copy with other [#keys()].
    public FastOpenConfig withKeys(List<FastOpenKey> value) {
        return new FastOpenConfig(client, clientWithoutCookie, serverQueue, serverWithoutCookie, value, blackHoleNanos);
    }

    /// A copy with another [#blackHoleNanos()].
    ///
    /// @throws IllegalArgumentException when the value is out of range
    public FastOpenConfig withBlackHoleNanos(long value) {
        return new FastOpenConfig(client, clientWithoutCookie, serverQueue, serverWithoutCookie, keys, value);
    }
}
