package io.towpath.tcp.machine;

import io.towpath.core.Time;
import io.towpath.tcp.TcpConfig;
import io.towpath.tcp.TcpConnection;
import io.towpath.tcp.TcpEvent;
import io.towpath.tcp.TcpTimer;
import io.towpath.tcp.config.TimeoutAction;
import io.towpath.tcp.option.UserTimeout;

/// The user timeout of an open connection changes: by its user (RFC 9293 §3.9.1.2), or by what the peer
/// advertises (RFC 5482 §3.1).
final class UserTimer {
    private UserTimer() {}

    /// The user says so. RFC 5482 §3.1: "CHANGEABLE […] becomes false when an application explicitly sets
    /// USER_TIMEOUT".
    static void set(long now, Engine engine, TcpConnection c, long nanos, TimeoutAction action) {
        TcpConfig before = c.config();
        var settings = before.userTimeout().withAction(action);
        boolean another = nanos != c.userTimeoutNanos;
        if (another) {
            settings = settings.withChangeable(false);
        }
        c.config(before.withUserTimeoutNanos(nanos).withUserTimeout(settings));
        if (another) {
            apply(now, engine, c);
        }
    }

    /// The settings have another timeout than `before`: the timer ends earlier or later by the difference, and
    /// the peer is told.
    static void changed(long now, Engine engine, TcpConnection c, long before) {
        if (c.config().userTimeoutNanos() != before) {
            apply(now, engine, c);
        }
    }

    private static void apply(long now, Engine engine, TcpConnection c) {
        long nanos = c.config().userTimeoutNanos();
        long inForce = c.userTimeoutNanos;
        c.userTimeoutNanos = nanos;
        if (c.config().userTimeout().enabled()) {
            c.advertisedTimeout = nanos;
            c.timeoutDue = c.state().isSynchronized();
            if (c.timeoutDue) {
                c.acks.demand();
                engine.ready(c);
            }
        }
        shift(now, engine, c, inForce);
    }

    /// The peer's segment brought this option; -1 for none.
    static void onOption(long now, Engine engine, TcpConnection c, int bits) {
        long agreed = UserTimeout.agreed(c, bits);
        long before = c.userTimeoutNanos;
        if (agreed != before) {
            c.userTimeoutNanos = agreed;
            shift(now, engine, c, before);
        }
        if (bits >= 0 && c.config().userTimeout().enabled()) {
            c.note(now, engine.context, TcpEvent.Note.USER_TIMEOUT_TOLD, agreed);
        }
    }

    private static void shift(long now, Engine engine, TcpConnection c, long before) {
        if (c.timers.isSet(TcpTimer.USER_TIMEOUT) && c.state().isSynchronized()) {
            long started = before == Time.NEVER ? now : c.timers.at(TcpTimer.USER_TIMEOUT) - before;
            c.timers.set(TcpTimer.USER_TIMEOUT, Time.after(started, c.userTimeoutNanos));
            engine.schedule(c);
        }
    }
}
