package io.towpath.sctp.machine;

import io.towpath.core.Signals;
import io.towpath.core.Time;
import io.towpath.sctp.Association;
import io.towpath.sctp.AssociationState;
import io.towpath.sctp.Notification;
import io.towpath.sctp.SctpError;
import io.towpath.sctp.SctpTimer;
import io.towpath.sctp.SctpTimes;
import io.towpath.sctp.address.AddressChanges;
import io.towpath.sctp.path.Path;
import io.towpath.sctp.path.PathStates;
import io.towpath.sctp.send.PartialReliability;

/// The shutdown sequence (RFC 9260 §9.2): three chunks, and what may cross them.
final class Shutdown {
    private final Engine engine;

    Shutdown(Engine engine) {
        this.engine = engine;
    }

    /// The user's SHUTDOWN primitive, or what stands for it.
    void begin(long now, Association a) {
        switch (a.state()) {
            case AssociationState.Closed ignored -> {
                // Nothing to do.
            }
            case AssociationState.CookieWait ignored -> {
                if (a.sendQueue.isEmpty()) {
                    engine.end(now, a, null, new byte[0], "shutdown before the handshake");
                } else {
                    a.shutdownWanted = true;
                }
            }
            case AssociationState.CookieEchoed ignored -> a.shutdownWanted = true;
            case AssociationState.Established ignored -> {
                a.timers.stop(SctpTimer.AUTOCLOSE);
                engine.become(now, a, new AssociationState.ShutdownPending(), "shutdown by the user");
                guard(now, a);
                proceed(now, a);
            }
            case AssociationState.ShutdownPending ignored -> proceed(now, a);
            // "Once an endpoint has reached the SHUTDOWN-RECEIVED state, it MUST ignore ULP shutdown requests."
            case AssociationState.ShutdownReceived ignored -> proceed(now, a);
            case AssociationState.ShutdownSent ignored -> {
                // Begun already.
            }
            case AssociationState.ShutdownAckSent ignored -> {
                // Begun already.
            }
        }
    }

    /// "The sender of the SHUTDOWN chunk MAY also start an overall guard timer 'T5-shutdown-guard' to bound the
    /// overall time for the shutdown sequence. […] it SHOULD be set to the RECOMMENDED value of 5 times
    /// 'RTO.Max'."
    private static void guard(long now, Association a) {
        SctpTimes times = a.config().times();
        long guard = times.shutdownGuard() > 0 ? times.shutdownGuard() : 5 * times.rtoMax();
        a.timers.set(SctpTimer.T5_SHUTDOWN_GUARD, Time.after(now, guard));
    }

    /// "Once all its outstanding data has been acknowledged, the endpoint sends a SHUTDOWN chunk"; or, after
    /// the peer's, a SHUTDOWN ACK chunk.
    void proceed(long now, Association a) {
        if (!PartialReliability.isSettled(a) || !a.sendQueue.isEmpty()) {
            return;
        }
        AddressChanges changes = a.addressChanges;
        if (changes != null && changes.pending() > 0) {
            // A change of addresses that is under way is finished first: the peer might look for this side in
            // vain.
            return;
        }
        if (a.state() instanceof AssociationState.ShutdownPending) {
            if (a.reconfiguration.isResettingTsns()) {
                // What this SHUTDOWN acknowledges would mean something else to a peer that has reset its TSNs.
                return;
            }
            engine.become(now, a, new AssociationState.ShutdownSent(), "everything is acknowledged");
            stopHeartbeats(a);
        } else if (a.state() instanceof AssociationState.ShutdownReceived) {
            engine.become(now, a, new AssociationState.ShutdownAckSent(), "everything is acknowledged");
            stopHeartbeats(a);
        }
    }

    /// §8.3: HEARTBEAT sending "is discontinued after sending either a SHUTDOWN chunk or SHUTDOWN ACK chunk."
    private static void stopHeartbeats(Association a) {
        for (int i = 0; i < a.paths.size(); i++) {
            Path path = a.paths.get(i);
            path.heartbeat.due = false;
            path.heartbeat.outstanding = false;
            path.timers.stop(io.towpath.sctp.path.PathTimer.HEARTBEAT);
        }
    }

    /// A SHUTDOWN of the peer, whose Cumulative TSN Ack was processed.
    void onShutdown(long now, Association a, Path from) {
        switch (a.state()) {
            case AssociationState.Established ignored -> received(now, a, from);
            case AssociationState.ShutdownPending ignored -> received(now, a, from);
            case AssociationState.ShutdownReceived ignored -> proceed(now, a);
            case AssociationState.ShutdownSent ignored -> {
                // "If an endpoint is in the SHUTDOWN-SENT state and receives a SHUTDOWN chunk from its peer,
                // the endpoint SHOULD respond immediately with a SHUTDOWN ACK chunk to its peer and move into
                // the SHUTDOWN-ACK-SENT state, restarting its T2-shutdown timer."
                var next = new AssociationState.ShutdownAckSent();
                next.path = from;
                engine.become(now, a, next, "crossed SHUTDOWNs");
                a.timers.stop(SctpTimer.T2_SHUTDOWN);
            }
            // "If a SHUTDOWN chunk is received in the COOKIE-WAIT or COOKIE ECHOED state, the SHUTDOWN chunk
            // SHOULD be silently discarded."
            case AssociationState.CookieWait ignored -> {
                // Discarded.
            }
            case AssociationState.CookieEchoed ignored -> {
                // Discarded.
            }
            case AssociationState.ShutdownAckSent ignored -> {
                // The SHUTDOWN ACK is on its way.
            }
            case AssociationState.Closed ignored -> {
                // Not reached.
            }
        }
    }

    private void received(long now, Association a, Path from) {
        a.timers.stop(SctpTimer.AUTOCLOSE);
        engine.become(now, a, new AssociationState.ShutdownReceived(), "SHUTDOWN");
        boolean confirmed = false;
        for (int i = 0; i < a.paths.size(); i++) {
            confirmed |= a.paths.get(i).isConfirmed();
        }
        if (!confirmed) {
            // The peer moved and has no proved address. *Deviation* from §5.4: its SHUTDOWN from there, after
            // an authenticated ASCONF, must do, for it answers no heartbeat any more.
            PathStates.confirm(a, engine.context, from);
        }
        // Whoever sent a SHUTDOWN need not answer a HEARTBEAT any more (§8.3): its silence would mean nothing.
        stopHeartbeats(a);
        a.inbox.add(new Notification.PeerShutdown());
        a.tell(engine.context, Signals.END_OF_STREAM | Signals.READABLE);
        proceed(now, a);
    }

    /// A SHUTDOWN ACK of the peer.
    void onShutdownAck(long now, Association a, Path from) {
        // "Upon the receipt of the SHUTDOWN ACK chunk, the sender of the SHUTDOWN chunk MUST stop the
        // T2-shutdown timer, send a SHUTDOWN COMPLETE chunk to its peer, and remove all record of the
        // association."
        if (a.state() instanceof AssociationState.ShutdownSent
                || a.state() instanceof AssociationState.ShutdownAckSent) {
            engine.complete(now, a, from, "SHUTDOWN ACK");
        }
    }

    /// A SHUTDOWN COMPLETE of the peer. §8.5.1 C: "An endpoint MUST ignore the SHUTDOWN COMPLETE chunk if it is
    /// not in the SHUTDOWN-ACK-SENT state."
    void onShutdownComplete(long now, Association a) {
        if (a.state() instanceof AssociationState.ShutdownAckSent) {
            engine.context.counters().count(io.towpath.core.Counter.SCTP_SHUTDOWNS);
            engine.end(now, a, null, new byte[0], "SHUTDOWN COMPLETE");
        }
    }

    /// DATA came while SHUTDOWN is sent: "the SHUTDOWN sender MUST immediately respond to each received packet
    /// containing one or more DATA chunks with a SHUTDOWN chunk and restart the T2-shutdown timer." The
    /// retransmission count begins anew, "giving its peer ample opportunity to transmit all of its queued DATA
    /// chunks".
    void onData(Association a) {
        if (a.state() instanceof AssociationState.ShutdownSent state) {
            state.shutdownDue = true;
            state.retransmissions = 0;
            a.errors = 0;
        }
    }

    /// T5-shutdown-guard: "At the expiration of this timer, the sender SHOULD abort the association".
    void onGuard(long now, Association a) {
        engine.abort(now, a, SctpError.SHUTDOWN_TIMED_OUT, 0, new byte[0], "the shutdown took too long");
    }
}
