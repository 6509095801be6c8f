package io.towpath.tcp.listen;

import io.towpath.core.Time;
import java.util.ArrayDeque;

/// Connections of one listener that are open for their user before the handshake is complete (RFC 7413 §4.2.2,
/// "PendingFastOpenRequests"). Whoever has stolen a cookie can make such connections from spoofed addresses; so
/// there is a limit, above which SYNs are answered the ordinary way.
public final class FastOpenQueue {
    /// RFC 7413 §5.1: a RST from the spoofed address must not make room at once, or the limit would bound nothing.
    private static final long RESET_HOLD = 60 * Time.SECOND;

    private final ArrayDeque<Long> resets = new ArrayDeque<>();
    private int pending;

    /// Nothing pending.
    public FastOpenQueue() {}

    /// True when another one may begin.
    public boolean hasRoom(long now, int max) {
        while (!resets.isEmpty() && resets.peek() <= now) {
            resets.remove();
        }
        return pending + resets.size() < max;
    }

    /// Connections that wait for the end of their handshake.
    public int pending() {
        return pending;
    }

    /// A SYN made a connection.
    public void onBegin() {
        pending++;
    }

    /// Its handshake is complete, or it ended.
    ///
    /// @param reset true when a RST ended it
    public void onEnd(long now, boolean reset) {
        pending--;
        if (reset) {
            resets.add(now + RESET_HOLD);
        }
    }
}
