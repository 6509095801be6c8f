package io.towpath.tcp.machine;

import io.towpath.core.Time;
import io.towpath.tcp.TcpConnection;
import io.towpath.tcp.TcpTimer;

/// What a connection costs while nothing happens on it: its buffers and the lists of its flight and of its records
/// are given back when they are empty and it has neither sent nor heard anything for a while. Not at once: whoever
/// asks and answers in turns would have them allocated anew for every turn.
///
/// A timer that is set once and looks at the clock when it fires costs a busy connection one look every two seconds.
final class IdleBuffers {
    static final long AFTER = 2 * Time.SECOND;

    private IdleBuffers() {}

    /// Something was put into a buffer, or all of it left: look again later.
    static void watch(long now, TcpConnection c) {
        if (!c.timers.isSet(TcpTimer.IDLE)) {
            c.timers.set(TcpTimer.IDLE, now + AFTER);
        }
    }

    static void onTimer(long now, TcpConnection c) {
        long idle = now - Math.max(c.heardAt, c.sentAt);
        if (idle < AFTER) {
            c.timers.set(TcpTimer.IDLE, now + AFTER - idle);
            return;
        }
        // What is still to be sent ends with an acknowledgment, which has us look again.
        if (c.flight.isEmpty() && c.sendRing().readable() == 0) {
            c.flight.trim();
            c.flight.rate().trim();
            c.records = null;
            boolean ignored = c.sendRing().trimByConsumer(); // the user may be writing at this moment
        }
        c.timers.trim();
        boolean trimmed = c.receiveRing().trim();
        if (!trimmed && c.receiveRing().allocated() > 0) {
            // What the user does not take we hear nothing of: the longer it lies there, the less often is it looked at.
            c.timers.set(TcpTimer.IDLE, Time.after(now, idle));
        }
    }
}
