package io.towpath.tcp.machine;

import io.towpath.core.Counter;
import io.towpath.core.Event;
import io.towpath.core.Signals;
import io.towpath.core.Time;
import io.towpath.tcp.SocketPair;
import io.towpath.tcp.TcpConnection;
import io.towpath.tcp.TcpError;
import io.towpath.tcp.TcpEvent;
import io.towpath.tcp.TcpState;
import io.towpath.tcp.TcpTimer;
import io.towpath.tcp.close.TimeWait;
import io.towpath.tcp.config.TimeoutAction;
import io.towpath.tcp.listen.HalfOpen;
import io.towpath.tcp.recovery.LossRecovery;
import java.util.Objects;

/// Timeouts (RFC 9293 §3.10.8): user, retransmission, TIME-WAIT; and the timers that other sections ask for. They
/// change state and mark the connection ready; the next poll sends.
public final class Timeouts {
    /// RFC 9293 §3.8.3 SHLD-10: R1 "SHOULD correspond to at least 3 retransmissions".
    private static final int R1 = 3;

    private final Engine engine;

    /// Timeouts of the rows of `engine`.
    public Timeouts(Engine engine) {
        this.engine = engine;
    }

    /// A deadline of `row` has come.
    public void on(long now, SocketPair row) {
        if (row instanceof TcpConnection c) {
            on(now, c);
        } else if (row instanceof HalfOpen half) {
            on(now, half);
        } else if (row instanceof TimeWait waiting) {
            // "If the time-wait timeout expires on a connection, delete the TCB, enter the CLOSED state, and return."
            engine.endTimeWait(now, waiting, "2 MSL passed");
        }
    }

    private void on(long now, HalfOpen half) {
        half.timeouts++;
        if (now >= half.giveUpAt || half.timeouts > half.config().opening().synAckRetries()) {
            engine.context.counters().count(Counter.TCP_OPEN_FAILURES);
            engine.forget(half);
            engine.tellState(now, half, TcpState.SYN_RECEIVED, TcpState.CLOSED, "handshake not completed");
            return;
        }
        half.retryAt = Time.NEVER;
        engine.ready(half);
        engine.schedule(half);
    }

    private void on(long now, TcpConnection c) {
        for (TcpTimer timer = c.timers.due(now); timer != null && !c.isDead(); timer = c.timers.due(now)) {
            c.timers.stop(timer);
            if (engine.context.events().wants(Event.Kind.TCP_TIMER)) {
                engine.context.events().emit(new TcpEvent.TimerFired(now, c.id(), timer));
            }
            fire(now, c, timer);
        }
        if (!c.isDead()) {
            engine.ready(c);
            engine.schedule(c);
        }
    }

    private void fire(long now, TcpConnection c, TcpTimer timer) {
        switch (timer) {
            case REORDER -> c.recovery.onReorderTimer(now, engine.context, c);
            case LOSS_PROBE -> c.recovery.onProbeTimer(now, c);
            case RETRANSMIT -> retransmit(now, c);
            case PERSIST -> {
                c.probes.onWindowProbe();
                c.probeDue = true;
            }
            case DELAYED_ACK -> c.acks.onDelayOver();
            case KEEPALIVE -> keepAlive(now, c);
            case USER_TIMEOUT -> userTimeout(now, c);
            case PACING -> {} // the next poll goes on where it was held
            case OVERRIDE -> c.overrideDue = true;
            case QUIET -> c.synDue = true;
            case ORPHAN -> orphan(now, c);
            case IDLE -> IdleBuffers.onTimer(now, c);
        }
    }

    /// RFC 6298 §5.4 to §5.6: "Retransmit the earliest segment that has not been acknowledged […] set RTO
    /// <- RTO * 2".
    private void retransmit(long now, TcpConnection c) {
        boolean waited = c.ecn.release();
        if (waited && c.flight.isEmpty()) {
            c.rtt.backOff();
            return;
        }
        engine.context.counters().count(Counter.TCP_TIMEOUTS);
        c.timeouts++;
        c.rtt.backOff();
        if (c.fastOpen != null) {
            engine.fastOpen.onTimeout(now, c, c.fastOpen);
        }
        if (!c.state().isSynchronized()) {
            if (c.synsSent > synRetries(c)) {
                engine.end(now, c, timeoutReason(c, TcpError.TIMED_OUT), "SYN unanswered");
                return;
            }
            c.synDue = true;
            c.synLost = true;
            return;
        }
        if (c.flight.isEmpty()) {
            return;
        }
        if (c.rtt.backoffs() == R1) {
            // RFC 9293 §3.8.3 (a): beyond R1, "pass negative advice to the IP layer".
            engine.network.suspectUnreachable(now, c.route);
            // SHLD-9: "TCP implementations SHOULD inform the application of the delivery problem […] when R1 is
            // reached and before R2".
            if (c.softError == null) {
                c.softError = TcpError.TIMED_OUT;
            }
            c.tell(engine.context, Signals.ERROR);
        }
        if (c.recovery.phase() != LossRecovery.Phase.TIMEOUT) {
            c.accounts.timeoutRecoveries++;
            c.accounts.timeoutAt = now;
        }
        c.recovery.onTimeout(now, engine.context, c);
        if (c.mtuProbes.onTimeout(now, engine.context, c)) {
            engine.refresh(now, c);
        }
    }

    private static int synRetries(TcpConnection c) {
        var opening = c.config().opening();
        return c.state() == TcpState.SYN_SENT ? opening.synRetries() : opening.synAckRetries();
    }

    /// RFC 9293 §3.8.4. A connection with something under way is watched by the retransmission timer instead.
    private void keepAlive(long now, TcpConnection c) {
        var config = c.config();
        long idle = now - c.heardAt;
        if (idle < config.keepAliveIdleNanos()) {
            c.timers.set(TcpTimer.KEEPALIVE, c.heardAt + config.keepAliveIdleNanos());
            return;
        }
        if (!c.flight.isEmpty()) {
            c.timers.set(TcpTimer.KEEPALIVE, now + config.keepAliveIntervalNanos());
            return;
        }
        if (c.probes.keepAlives() >= config.keepAliveProbes()) {
            engine.reset(now, c, timeoutReason(c, TcpError.TIMED_OUT), "keep-alive probes unanswered");
            return;
        }
        c.probes.onKeepAlive();
        c.keepAliveDue = true;
        // An answer takes a round trip: with less time between probes than that, all could be out before the first
        // answer can be here.
        c.timers.set(TcpTimer.KEEPALIVE, now + Math.max(config.keepAliveIntervalNanos(), c.rtt.srtt()));
    }

    /// §3.10.8: "If the user timeout expires, flush all queues, signal the user "error: connection aborted
    /// due to user timeout" […] delete the TCB, enter the CLOSED state".
    private void userTimeout(long now, TcpConnection c) {
        if (c.config().userTimeout().action() == TimeoutAction.REPORT
                && c.state().isSynchronized()) {
            c.userTimeouts++;
            c.tell(engine.context, Signals.ERROR);
            c.timers.set(TcpTimer.USER_TIMEOUT, Time.after(now, c.userTimeoutNanos));
            return;
        }
        engine.end(now, c, timeoutReason(c, TcpError.TIMED_OUT), "user timeout");
    }

    /// What ICMP said last is a better reason than silence (RFC 9293 §3.9.2.2).
    private static TcpError timeoutReason(TcpConnection c, TcpError otherwise) {
        return Objects.requireNonNullElse(c.softError, otherwise);
    }

    /// Nobody will ever read from or write to this connection, and the peer does not finish its part.
    private void orphan(long now, TcpConnection c) {
        if (c.state() == TcpState.FIN_WAIT_2) {
            engine.end(now, c, null, "peer did not close");
        } else if (c.probing) {
            engine.reset(now, c, TcpError.TIMED_OUT, "window stayed closed after the user had gone");
        } else {
            c.timers.set(TcpTimer.ORPHAN, Time.after(now, c.config().orphanNanos()));
        }
    }
}
