package io.towpath.tcp.recovery;

import io.towpath.core.Context;
import io.towpath.core.Event;
import io.towpath.core.Time;
import io.towpath.tcp.TcpConnection;
import io.towpath.tcp.TcpEvent;
import io.towpath.tcp.TcpEvent.Cause;
import io.towpath.tcp.TcpTimer;
import io.towpath.tcp.config.RecoveryConfig;
import io.towpath.tcp.send.Delivery;
import io.towpath.tcp.send.Flight;

/// Where a connection stands between loss and repair: when recovery begins and ends, and what that does to the
/// congestion window. What is lost is found out by [Rack], or without it by [LossBoundary] and [DuplicateAcks]. All of
/// them mark entries of the [Flight] and set timers, and none sends: `segment.Transmission` sends what is marked.
public final class LossRecovery {
    /// Where a connection stands.
    public enum Phase {
        /// Nothing is deemed lost.
        OPEN,
        /// Between fast retransmit and the acknowledgment of the recovery point.
        FAST,
        /// Between a retransmission timeout and the acknowledgment of the recovery point.
        TIMEOUT
    }

    private final RecoveryConfig config;
    private final Rack rack = new Rack();
    private final DuplicateAcks duplicates = new DuplicateAcks();
    private final Reordering reordering;
    private Phase phase = Phase.OPEN;
    /// RecoveryPoint of RFC 6675, `recover` of RFC 6582: SND.NXT - 1 when recovery began.
    private long point = Long.MIN_VALUE;

    /// RACK.fack (RFC 8985 §6.2 step 3): one past the highest sequence number that was delivered.
    private long fack;
    /// When the congestion window was reduced last.
    private long reducedAt;
    /// The first retransmission of a recovery leaves whatever the pipe says.
    private boolean firstDue;

    /// Starts open.
    public LossRecovery(RecoveryConfig config) {
        this.config = config;
        this.reordering = new Reordering(config.reordering());
    }

    /// Where the connection stands.
    public Phase phase() {
        return phase;
    }

    /// True in [Phase#FAST] or [Phase#TIMEOUT].
    public boolean isActive() {
        return phase != Phase.OPEN;
    }

    /// The sequence number whose acknowledgment ends the present recovery.
    public long point() {
        return point;
    }

    /// One past the highest sequence number that was delivered.
    public long fack() {
        return fack;
    }

    /// The state of RACK.
    public Rack rack() {
        return rack;
    }

    /// How far segments overtake one another here.
    public Reordering reordering() {
        return reordering;
    }

    /// Bytes estimated to be in the network.
    public long pipe(Flight flight) {
        return Math.max(0, flight.pipe() - duplicates.countedOut());
    }

    /// True when the first retransmission of this recovery has not left yet. RFC 6675 §5 (4.3): "Retransmit the first
    /// data segment presumed dropped" comes before the pipe is asked.
    public boolean isFirstDue() {
        return firstDue;
    }

    /// A retransmission left.
    public void onRetransmitted() {
        firstDue = false;
    }

    /// Takes an acknowledgment; [Flight#acknowledge] and [Flight#sack] have run.
    ///
    /// @param acked by how much SND.UNA moved
    /// @param duplicate true for a duplicate acknowledgment (RFC 5681 §2) of a peer without SACK
    /// @return true when recovery ended with it
    public boolean onAcknowledgment(
            long now, Context context, TcpConnection c, long acked, Delivery delivery, boolean duplicate) {
        fack = Math.max(fack, delivery.highestEnd);
        boolean ended = acked > 0 && advance(now, context, c, acked);
        if (c.options.sack) {
            reordering.onDelivery(delivery, c.mss);
            rack.onDelivery(delivery);
            if (delivery.sackedBytes > 0) {
                duplicates.add(c.flight, c.mss, false);
            }
            if (delivery.bytes > 0) {
                detect(now, context, c);
            }
        } else if (duplicate) {
            onDuplicate(now, context, c);
        }
        return ended;
    }

    private boolean advance(long now, Context context, TcpConnection c, long acked) {
        duplicates.onAdvance(c.flight, acked, c.mss);
        if (phase == Phase.OPEN) {
            duplicates.clear();
            return false;
        }
        if (c.snd.una > point) {
            end(now, context, c);
            return true;
        }
        if (phase == Phase.FAST && !c.options.sack) {
            // RFC 6582 §3.2 step 3, partial acknowledgment: "retransmit the first unacknowledged segment".
            c.flight.markFirstLost();
            firstDue = true;
        }
        return false;
    }

    private void end(long now, Context context, TcpConnection c) {
        phase = Phase.OPEN;
        duplicates.clear();
        firstDue = false;
        rack.onRecoveryEnd();
        c.congestion.onRecoveryEnd(now);
        tell(now, context, c, false, Cause.ACKNOWLEDGED);
    }

    /// Finds out what is lost, and begins recovery with the first that is.
    private void detect(long now, Context context, TcpConnection c) {
        if (config.rack()) {
            detectByTime(now, context, c);
        } else if (phase != Phase.TIMEOUT) {
            detectByNumber(now, context, c);
        }
    }

    private void detectByTime(long now, Context context, TcpConnection c) {
        boolean enough = c.flight.sackedSegments() >= reordering.threshold();
        rack.updateWindow(isActive(), enough, c.rtt.hasSample() ? c.rtt.minRtt() : 0, c.rtt.srtt());
        long again = rack.detect(now, c.flight);
        if (again > 0) {
            c.timers.set(TcpTimer.REORDER, Time.after(now, again));
        } else {
            c.timers.stop(TcpTimer.REORDER);
        }
        if (!rack.foundLoss()) {
            return;
        }
        if (phase == Phase.OPEN) {
            begin(now, context, c, Cause.RACK);
        } else if (config.twiceForLostAgain() && rack.lostAgainSentAt() >= reducedAt) {
            // RFC 5681 §4.3: "the loss of a retransmission, should be taken as two indications of congestion and,
            // therefore, cwnd (and ssthresh) MUST be lowered twice". Once for each round of retransmissions.
            c.congestion.onRecoveryEnd(now);
            reduce(now, c);
        }
    }

    /// RFC 6675 §5 (1) and (2): DupAcks >= DupThresh, or IsLost(HighACK + 1).
    private void detectByNumber(long now, Context context, TcpConnection c) {
        int threshold = reordering.threshold();
        long boundary = LossBoundary.of(c.flight, threshold, c.mss);
        boolean first = boundary > c.snd.una || duplicates.count() >= threshold;
        if (phase == Phase.OPEN && first && c.snd.una > point) {
            begin(now, context, c, Cause.DUPLICATES);
            c.flight.markFirstLost();
        }
        if (phase == Phase.FAST) {
            c.flight.markLostBelow(boundary);
        }
    }

    /// A duplicate acknowledgment without SACK (RFC 5681 §2).
    private void onDuplicate(long now, Context context, TcpConnection c) {
        duplicates.add(c.flight, c.mss, phase != Phase.TIMEOUT);
        // RFC 6582 §3.2 step 2: enter only if "the Cumulative Acknowledgment field covers more than recover". One that
        // covers just that much may be an answer to something that was sent again needlessly (§4).
        if (phase == Phase.OPEN && duplicates.count() >= config.reordering() && c.snd.una - 1 > point) {
            begin(now, context, c, Cause.DUPLICATES);
            c.flight.markFirstLost();
        }
    }

    private void begin(long now, Context context, TcpConnection c, Cause cause) {
        phase = Phase.FAST;
        point = c.snd.nxt - 1;
        firstDue = true;
        c.flight.beginMarking();
        reduce(now, c);
        tell(now, context, c, true, cause);
    }

    private void reduce(long now, TcpConnection c) {
        reducedAt = now;
        c.congestion.onFastRetransmit(now, flightSize(c));
        c.ecn.onReduced(c.snd.nxt);
    }

    /// FlightSize of RFC 5681 §2. §3.2 step 2: what limited transmit sent beyond the congestion window "MUST NOT be
    /// included in this calculation".
    private static long flightSize(TcpConnection c) {
        return Math.min(c.flight.outstanding(), Math.max(c.congestion.cwnd(), c.mss));
    }

    /// The reordering timer expired (RFC 8985 §6.2 step 5).
    public void onReorderTimer(long now, Context context, TcpConnection c) {
        if (!c.flight.isEmpty()) {
            detectByTime(now, context, c);
        }
    }

    /// A retransmission timeout.
    public void onTimeout(long now, Context context, TcpConnection c) {
        c.congestion.onTimeout(now, flightSize(c), phase != Phase.TIMEOUT);
        c.ecn.onReduced(c.snd.nxt);
        reducedAt = now;
        reordering.onTimeout(phase, c.flight.sackedSegments());
        phase = Phase.TIMEOUT;
        point = c.snd.nxt - 1;
        duplicates.clear();
        firstDue = true;
        c.timers.stop(TcpTimer.REORDER);
        if (c.flight.isReneged()) {
            // RFC 2018 §8: after a timeout SACK information is not relied on when the oldest segment has it.
            c.flight.forgetSacks();
            c.flight.markAllLost();
        } else if (config.rack() && c.options.sack) {
            rack.markLossesOnTimeout(now, c.flight);
        } else {
            c.flight.markAllLost();
        }
        tell(now, context, c, true, Cause.TIMEOUT);
    }

    private void tell(long now, Context context, TcpConnection c, boolean began, Cause cause) {
        if (context.events().wants(Event.Kind.TCP_RECOVERY)) {
            context.events().emit(new TcpEvent.Recovery(now, c.id(), began, cause, point - c.snd.iss));
        }
    }
}
