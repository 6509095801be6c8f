package io.towpath.sctp.machine;

import io.towpath.core.Context;
import io.towpath.core.Counter;
import io.towpath.core.Event;
import io.towpath.core.Time;
import io.towpath.sctp.Association;
import io.towpath.sctp.AssociationState;
import io.towpath.sctp.SctpError;
import io.towpath.sctp.SctpEvent;
import io.towpath.sctp.SctpTimer;
import io.towpath.sctp.address.AddressRequests;
import io.towpath.sctp.path.Heartbeats;
import io.towpath.sctp.path.MtuProbes;
import io.towpath.sctp.path.Path;
import io.towpath.sctp.path.PathPicker;
import io.towpath.sctp.path.PathStates;
import io.towpath.sctp.path.PathTimer;
import io.towpath.sctp.send.OutstandingData;
import io.towpath.sctp.send.OutstandingData.Chunk;
import io.towpath.sctp.send.OutstandingData.ChunkState;
import io.towpath.sctp.send.PartialReliability;

/// Timers that expired (RFC 9260 §5.1, §6.3.3, §8, §9.2).
final class Timeouts {
    private final Engine engine;
    private final Context context;
    private final Shutdown shutdown;

    Timeouts(Engine engine, Shutdown shutdown) {
        this.engine = engine;
        this.context = engine.context;
        this.shutdown = shutdown;
    }

    /// Runs the timers of an association whose moment has come.
    void on(long now, Association a) {
        for (SctpTimer timer = a.timers.due(now); timer != null && !a.isClosed(); timer = a.timers.due(now)) {
            a.timers.stop(timer);
            engine.fired(now, a, timer.name());
            on(now, a, timer);
        }
        for (int i = 0; i < a.paths.size() && !a.isClosed(); i++) {
            Path path = a.paths.get(i);
            for (PathTimer timer = path.timers.due(now); timer != null && !a.isClosed(); ) {
                path.timers.stop(timer);
                engine.fired(now, a, timer.name());
                switch (timer) {
                    case T3_RTX -> retransmit(now, a, path);
                    case HEARTBEAT -> heartbeat(now, a, path);
                    case MTU_PROBE -> {
                        MtuProbes probes = path.probes;
                        if (probes != null) {
                            probes.onTimer(now, path);
                        }
                    }
                }
                timer = path.timers.due(now);
            }
        }
        if (!a.isClosed()) {
            a.burst = Math.max(a.burst, Math.max(1, a.config().limits().maxBurst()));
            engine.ready(a);
            engine.schedule(a);
        }
    }

    private void on(long now, Association a, SctpTimer timer) {
        switch (timer) {
            case T1_INIT, T1_COOKIE -> handshake(now, a);
            case T2_SHUTDOWN -> shutdownAgain(now, a);
            case T5_SHUTDOWN_GUARD -> shutdown.onGuard(now, a);
            case DELAYED_SACK -> a.receiver().sacks.demand();
            case WINDOW_PROBE -> {
                a.probeDue = true;
            }
            case RECONFIGURATION -> requestAgain(now, a);
            case ADDRESS_CHANGE -> addressesAgain(now, a);
            case AUTOCLOSE -> autoclose(now, a);
        }
    }

    /// §5.1.4: "If the timer expires, the endpoint retransmits the COOKIE ECHO chunk and restarts the T1-cookie
    /// timer. This is repeated until either a COOKIE ACK chunk is received or 'Max.Init.Retransmits' is
    /// reached, causing the peer endpoint to be marked unreachable (and thus the association enters the CLOSED
    /// state)." T1-init likewise.
    private void handshake(long now, Association a) {
        int max = a.config().limits().maxInitRetransmits();
        switch (a.state()) {
            case AssociationState.CookieWait state -> {
                state.path.rtt.backOff();
                if (++state.retransmissions > max) {
                    engine.end(now, a, SctpError.TIMED_OUT, "no answer to INIT");
                    return;
                }
                state.path = PathPicker.afterTimeout(a.paths, state.path);
                state.initDue = true;
            }
            case AssociationState.CookieEchoed state -> {
                state.path.rtt.backOff();
                if (++state.retransmissions > max) {
                    // The peer may have the association already, and only its COOKIE ACKs are lost: an ABORT spares
                    // it the wait.
                    engine.abort(now, a, SctpError.TIMED_OUT, 0, new byte[0], "no answer to COOKIE ECHO");
                    return;
                }
                a.outstanding.markAllLost();
                state.path = PathPicker.afterTimeout(a.paths, state.path);
                state.echoDue = true;
            }
            default -> {
                // The handshake is over.
            }
        }
    }

    /// T3-rtx expired (§6.3.3).
    private void retransmit(long now, Association a, Path path) {
        boolean forwards = PartialReliability.isWaiting(a);
        if (path.flight == 0 && !forwards || !a.state().sendsData() && !isEchoing(a)) {
            return;
        }
        // RFC 3758 §3.5 C5 and F: an unacknowledged FORWARD-TSN is sent again.
        a.forwardTsnDue |= forwards;
        context.counters().count(Counter.SCTP_TIMEOUTS);
        path.timeouts++;
        // §6.1 A: "If the sender continues to receive SACKs from the peer while doing zero window probing, the
        // unacknowledged window probes SHOULD NOT increment the error counter for the association or any
        // destination transport address."
        boolean probing = a.peerAdvertised == 0 && now - a.sackedAt <= 2 * path.rto();
        // E1: "adjust its ssthresh with rules defined in Section 7.2.3 and set cwnd = PMDCS."
        if (a.peerAdvertised > 0) {
            path.window.onTimeout();
        }
        // E2: "set RTO = RTO * 2 ('back off the timer')".
        path.rtt.backOff();
        path.timedTsn = -1;
        if (!probing) {
            PathStates.onError(a, context, path);
            if (error(now, a)) {
                return;
            }
        }
        var route = path.route;
        if (route != null) {
            engine.network.suspectUnreachable(now, route);
        }
        a.fastRecoveryExit = -1;
        markLost(now, a, path);
        // E3: the earliest of them go at once, in one packet, "to the destination endpoint", by another path if
        // there is one (§6.4).
        a.freeRetransmission = true;
    }

    /// DATA goes with a COOKIE ECHO.
    private static boolean isEchoing(Association a) {
        return a.state() instanceof AssociationState.CookieEchoed;
    }

    /// "Note: Any DATA chunks that were sent to the address for which the T3-rtx timer expired but did not fit
    /// in an SCTP packet of size smaller than or equal to the PMTU (rule E3 above) SHOULD be marked for
    /// retransmission and sent as soon as cwnd allows".
    private void markLost(long now, Association a, Path path) {
        OutstandingData out = a.outstanding;
        Path other = PathPicker.afterTimeout(a.paths, path);
        for (long tsn = out.cumAcked() + 1; tsn < out.nextTsn(); tsn++) {
            Chunk chunk = out.get(tsn);
            if (chunk.state == ChunkState.IN_FLIGHT && chunk.path() == path) {
                // §6.2.1 C.
                a.peerRwnd += chunk.length;
                chunk.fastRetransmitted = false;
                out.markLost(chunk, other, true);
                if (context.events().wants(Event.Kind.SCTP_RETRANSMIT)) {
                    long relative = tsn - (a.localInitialTsn & 0xffff_ffffL);
                    context.events().emit(new SctpEvent.Lost(now, a.id(), relative, path.address(), true));
                }
            }
        }
    }

    /// §8.1: "If the value of this counter exceeds the limit indicated in the protocol parameter
    /// 'Association.Max.Retrans', the endpoint SHOULD consider the peer endpoint unreachable and SHALL stop
    /// transmitting any more data to it (and thus the association enters the CLOSED state)."
    ///
    /// @return true when it ended
    private boolean error(long now, Association a) {
        if (++a.errors <= a.config().limits().associationMaxRetrans()) {
            return false;
        }
        engine.abort(now, a, SctpError.TIMED_OUT, 0, new byte[0], "the peer does not answer");
        return true;
    }

    private void heartbeat(long now, Association a, Path path) {
        if (!a.state().takesData()) {
            return;
        }
        if (a.sendQueue.heldBytes() == 0) {
            // Once in HB.interval is seldom enough not to have busy associations allocate for every flight.
            a.outstanding.trim();
            a.sendQueue.trim();
        }
        if (Heartbeats.onTimer(now, path, engine.nonces)) {
            // §5.4: "When probing UNCONFIRMED addresses, however, the association overall error count is not
            // incremented."
            boolean counts = path.isConfirmed() && path.state() != io.towpath.sctp.PathState.INACTIVE;
            PathStates.onError(a, context, path);
            if (counts) {
                error(now, a);
            }
        }
    }

    /// T2-shutdown expired (§9.2): "If the timer expires, the endpoint MUST resend the SHUTDOWN chunk with the
    /// updated last sequential TSN received from its peer"; "An endpoint SHOULD limit the number of
    /// retransmissions of the SHUTDOWN chunk to the protocol parameter 'Association.Max.Retrans'."
    private void shutdownAgain(long now, Association a) {
        switch (a.state()) {
            case AssociationState.ShutdownSent state -> {
                Path path = state.path(a.paths);
                state.retransmissions++;
                if (!unanswered(now, a, path)) {
                    state.path = PathPicker.afterTimeout(a.paths, path);
                    state.shutdownDue = true;
                }
            }
            case AssociationState.ShutdownAckSent state -> {
                Path path = state.path(a.paths);
                state.retransmissions++;
                if (!unanswered(now, a, path)) {
                    state.path = PathPicker.afterTimeout(a.paths, path);
                    state.ackDue = true;
                }
            }
            default -> {
                // The shutdown is over.
            }
        }
    }

    private boolean unanswered(long now, Association a, Path path) {
        path.rtt.backOff();
        PathStates.onError(a, context, path);
        return error(now, a);
    }

    /// RFC 6525 §5.1.1: an unanswered request is sent again, with the errors and the back-off of DATA.
    private void requestAgain(long now, Association a) {
        engine.streamResponses.onTimer(a);
        if (a.reconfiguration.request == null || !a.state().sendsData()) {
            return;
        }
        Path path = PathPicker.forData(a.paths, null);
        if (a.reconfiguration.retransmissions++ == 0 || !unanswered(now, a, path)) {
            a.reconfiguration.due = true;
        }
    }

    /// RFC 5061 §5.1, E1 to E5: an unanswered change is sent again, with the errors and the back-off of DATA.
    private void addressesAgain(long now, Association a) {
        if (!a.state().sendsData() || a.addressChanges == null) {
            return;
        }
        if (!unanswered(now, a, AddressRequests.path(a))) {
            AddressRequests.again(a);
        }
    }

    private void autoclose(long now, Association a) {
        long idle = a.config().times().autoclose();
        if (idle == 0) {
            return;
        }
        if (now - a.dataAt >= idle) {
            shutdown.begin(now, a);
        } else {
            a.timers.set(SctpTimer.AUTOCLOSE, Time.after(a.dataAt, idle));
        }
    }
}
