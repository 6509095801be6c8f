package io.towpath.tcp.recovery;

import io.towpath.congestion.CongestionControl;
import io.towpath.core.Context;
import io.towpath.core.Counter;
import io.towpath.core.Event;
import io.towpath.core.Time;
import io.towpath.tcp.TcpConnection;
import io.towpath.tcp.TcpEvent;
import io.towpath.tcp.TcpEvent.Cause;
import io.towpath.tcp.TcpTimer;
import io.towpath.tcp.config.RecoveryConfig;
import io.towpath.tcp.send.Delivery;
import io.towpath.tcp.send.Flight;
import org.jspecify.annotations.Nullable;

/// Where a connection stands between loss and repair: when recovery begins and ends, and what that does to the
/// congestion window. What is lost is found out by the [LossDetector]; how fast it is repaired is said by
/// [Prr]; whether it had to be, by [Frto] and [NeedlessRetransmissions]. They mark entries of the [Flight] and
/// set timers, and none sends: `segment.Transmission` sends what is marked.
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
    private final LossDetector detector;
    private final TailLossProbe probe = new TailLossProbe();
    /// Made for the first reduction.
    private @Nullable Prr prr;

    /// Made for the first timeout.
    private @Nullable Frto frto;

    /// Made for the first recovery.
    private @Nullable NeedlessRetransmissions needless;
    private final @Nullable LastResort lastResort;
    private Phase phase = Phase.OPEN;
    /// RecoveryPoint of RFC 6675, `recover` of RFC 6582: SND.NXT - 1 when recovery began.
    private long point = Long.MIN_VALUE;

    /// RACK.fack (RFC 8985 §6.2 step 3): one past the highest sequence number that was delivered.
    private long fack;
    /// When the congestion window was reduced last.
    private long reducedAt;
    /// SND.UNA when the retransmission timer expired last.
    private long timedOutAt = Long.MIN_VALUE;
    /// The congestion window was reduced in this recovery: not when nothing but a probe of the path MTU was lost.
    private boolean reduced;
    /// The first retransmission of a recovery leaves whatever the pipe says.
    private boolean firstDue;

    private long probesSent;
    private long undone;

    /// Starts open.
    public LossRecovery(RecoveryConfig config) {
        this.config = config;
        this.detector = new LossDetector(config);
        this.lastResort = config.lastResort() && !config.rack() ? new LastResort() : null;
    }

    /// Where the connection stands.
    public Phase phase() {
        return phase;
    }

    /// True in [Phase#FAST] or [Phase#TIMEOUT].
    public boolean isActive() {
        return phase != Phase.OPEN;
    }

    /// True while a loss that reduced the window is repaired: not while nothing but a probe of the path MTU is.
    public boolean isReducing() {
        return isActive() && reduced;
    }

    /// The sequence number whose acknowledgment ends the present recovery.
    public long point() {
        return point;
    }

    /// The state of RACK.
    public Rack rack() {
        return detector.rack();
    }

    /// One past the highest sequence number that was delivered.
    public long fack() {
        return fack;
    }

    /// Bytes estimated to be in the network.
    public long pipe(Flight flight) {
        return Math.max(0, flight.pipe() - detector.countedOut());
    }

    /// How many bytes may be in the network: the congestion window, or what [Prr] makes of it on the way there.
    public long window(CongestionControl congestion) {
        return prr != null && isProportional(congestion) ? prr.window() : congestion.cwnd();
    }

    private boolean isProportional(CongestionControl congestion) {
        return phase == Phase.FAST && reduced && config.prr() && congestion.reducesOnLoss();
    }

    /// True when the first retransmission of this recovery has not left yet. RFC 6675 §5 (4.3): "Retransmit the
    /// first data segment presumed dropped" comes before the pipe is asked.
    public boolean isFirstDue() {
        return firstDue;
    }

    /// True when new data goes before what is deemed lost.
    public boolean prefersNew() {
        return frto != null && frto.prefersNew();
    }

    /// How many bytes of a delivery the congestion window may grow for. What SACK reported before was counted
    /// then; and while nothing but SACK blocks comes there is no growth, unless segments are known to overtake
    /// one another here, which makes them plain progress.
    public long growth(long acked, Delivery delivery) {
        return acked > 0 || detector.reordering().isRaised() ? delivery.bytes : 0;
    }

    /// The entry to send again when nothing that is deemed lost waits for it, nor new data; -1 for none.
    /// Whoever is given one sends it.
    public long lastResort(TcpConnection c) {
        return lastResort != null && c.options.sack && phase == Phase.FAST ? lastResort.next(c) : -1;
    }

    /// What [#lastResort] gave leaves.
    public void onLastResort() {
        if (lastResort != null) {
            lastResort.onSent();
        }
    }

    /// How often there was nothing else to send.
    public int lastResorts() {
        return lastResort == null ? 0 : lastResort.sent();
    }

    /// True while the window shrinks by proportional rate reduction.
    public boolean isProportionalNow(CongestionControl congestion) {
        return prr != null && isProportional(congestion);
    }

    /// True when a tail loss probe shall leave.
    public boolean isProbeDue() {
        return probe.isDue();
    }

    /// So many bytes of new data left.
    public void onSent(long now, Context context, TcpConnection c, int bytes) {
        if (prr != null) {
            prr.onSent(bytes);
        }
        if (probe.isDue()) {
            onProbeSent(c, context, false);
        } else {
            scheduleProbe(now, c);
        }
    }

    /// Something was sent again.
    public void onRetransmitted(long now, Context context, TcpConnection c, int bytes) {
        firstDue = false;
        if (probe.isDue()) {
            onProbeSent(c, context, true);
        } else {
            if (prr != null) {
                prr.onSent(bytes);
            }
            if (needless != null) {
                needless.onRetransmitted(c.stamps.value(now));
            }
            if (lastResort != null) {
                lastResort.onRetransmitted(point);
            }
        }
    }

    private void onProbeSent(TcpConnection c, Context context, boolean again) {
        context.counters().count(Counter.TCP_LOSS_PROBES);
        probe.onSent(c.snd.nxt, again);
        probesSent++;
    }

    /// Takes an acknowledgment; [Flight#acknowledge] and [Flight#sack] have run.
    ///
    /// @param acked by how much SND.UNA moved
    /// @param echo the echo of our clock, when timestamps are on
    /// @param duplicate true for a duplicate acknowledgment (RFC 5681 §2)
    /// @return true when recovery ended with it
    public boolean onAcknowledgment(
            long now, Context context, TcpConnection c, long acked, int echo, Delivery delivery, boolean duplicate) {
        fack = Math.max(fack, delivery.highestEnd);
        long marks = c.flight.marks();
        if (needless != null && delivery.isDuplicateReported()) {
            needless.onDuplicateReport(delivery.dsackLeft, delivery.dsackRight, c.mss);
        }
        long delivered = detector.onDelivery(c, phase != Phase.TIMEOUT || prefersNew(), acked, delivery, duplicate);
        onProbeAnswer(now, context, c, delivery, duplicate);
        Phase before = phase;
        judge(now, context, c, acked, echo, delivery, duplicate);
        if (acked > 0) {
            advance(now, context, c);
        }
        if (c.options.sack ? delivery.bytes > 0 : duplicate) {
            detect(now, context, c);
        }
        if (prr != null && phase == Phase.FAST && reduced) {
            prr.onAcknowledgment(delivered, pipe(c.flight), acked > 0 && marks == c.flight.marks(), c.mss);
        }
        return before != Phase.OPEN && phase == Phase.OPEN;
    }

    /// RFC 8985 §7.4.2: a loss that the probe repaired was a loss.
    private void onProbeAnswer(long now, Context context, TcpConnection c, Delivery delivery, boolean duplicate) {
        if (delivery.roundTrip >= 0) {
            probe.onMeasured();
        }
        boolean plain = duplicate && delivery.bytes == 0 && !delivery.isDuplicateReported();
        if (probe.onAcknowledgment(c.snd.una, delivery.dsackRight, plain) && phase == Phase.OPEN) {
            // What is reported from now on of an earlier recovery cannot take this reduction back.
            forgetNeedless();
            reduce(now, c);
            c.congestion.onRecoveryEnd(now);
            tell(now, context, c, false, Cause.LOSS_PROBE);
        }
    }

    /// Takes the reduction back when it turns out that nothing was lost.
    private void judge(
            long now, Context context, TcpConnection c, long acked, int echo, Delivery delivery, boolean duplicate) {
        if (phase == Phase.TIMEOUT && c.snd.una <= point) {
            boolean news = c.options.sack ? delivery.sackedBytes > 0 : duplicate;
            boolean original = delivery.original && (c.options.sack || delivery.resentAt < 0);
            boolean room = c.snd.nxt < c.finSequence() && c.snd.una + c.snd.wnd > c.snd.nxt;
            if (frto != null && frto.onAcknowledgment(acked > 0, news, original, room)) {
                undo(now, context, c, echo, delivery, Cause.SPURIOUS_TIMEOUT);
                return;
            }
        }
        if (config.eifel()
                && c.options.timestamps
                && acked > 0
                && isActive()
                && needless != null
                && needless.isEchoOlder(echo)) {
            undo(now, context, c, echo, delivery, Cause.OLDER_ECHO);
        } else if (config.dsackUndo() && needless != null && needless.isEverySegmentDuplicated()) {
            undo(now, context, c, echo, delivery, Cause.DUPLICATE_REPORT);
        }
    }

    private void undo(long now, Context context, TcpConnection c, int echo, Delivery delivery, Cause cause) {
        if (phase == Phase.TIMEOUT && cause != Cause.DUPLICATE_REPORT) {
            c.rtt.resetBackOff();
            // RFC 4015 §3.2 (7): the timeout was too short for a round trip like this one. Not so when the answer
            // came late enough to be one to the retransmission: then only the acknowledgments of the original were
            // lost, and the timeouts in between are no round trip.
            boolean early = delivery.resentAt >= 0 && now - delivery.resentAt < c.rtt.minRtt();
            if (c.options.timestamps && early && echo != c.stamps.value(now)) {
                c.rtt.onSpuriousTimeout(c.stamps.roundTrip(now, echo));
            }
        }
        undone++;
        context.counters().count(Counter.TCP_RECOVERIES_UNDONE);
        forgetNeedless();
        endFrto();
        c.flight.unmarkLost();
        if (reduced) {
            c.congestion.undo(now);
        }
        close();
        tell(now, context, c, false, cause);
    }

    /// The window was reduced because of congestion marks: nobody takes back what routers said, and reports of
    /// duplicates from an earlier recovery come too late for that one.
    public void onMarksObeyed() {
        forgetNeedless();
    }

    private void close() {
        phase = Phase.OPEN;
        detector.onEnd();
        firstDue = false;
    }

    private void advance(long now, Context context, TcpConnection c) {
        if (phase == Phase.OPEN) {
            detector.onEnd();
        } else if (c.snd.una > point) {
            close();
            endFrto();
            detector.rack().onRecoveryEnd();
            if (reduced) {
                c.congestion.onRecoveryEnd(now);
            }
            tell(now, context, c, false, Cause.ACKNOWLEDGED);
        } else if (phase == Phase.FAST && !c.options.sack && !c.mtuProbes.isBeingRepaired(c.snd.una)) {
            // RFC 6582 §3.2 step 3, partial acknowledgment: "retransmit the first unacknowledged segment".
            c.flight.markFirstLost();
            firstDue = true;
            reduceIfMoreIsLost(now, c);
        }
    }

    /// Finds out what is lost, and begins recovery with the first that is.
    private void detect(long now, Context context, TcpConnection c) {
        Cause cause = detector.detect(now, c, phase, point);
        if (phase == Phase.FAST && !reduced) {
            reduceIfMoreIsLost(now, c);
            return;
        }
        if (cause == null) {
            return;
        }
        if (phase == Phase.OPEN) {
            begin(now, context, c, cause);
        } else if (config.twiceForLostAgain() && detector.lostAgainSentAt() >= reducedAt) {
            // RFC 5681 §4.3: "the loss of a retransmission, should be taken as two indications of congestion and,
            // therefore, cwnd (and ssthresh) MUST be lowered twice". Once for each round of retransmissions.
            c.congestion.onRecoveryEnd(now);
            reduce(now, c);
            if (prr != null) {
                prr.lower(c.congestion.ssthresh());
            }
        }
    }

    private void begin(long now, Context context, TcpConnection c, Cause cause) {
        phase = Phase.FAST;
        point = c.snd.nxt - 1;
        firstDue = true;
        probe.forget();
        c.timers.stop(TcpTimer.LOSS_PROBE);
        if (lastResort != null) {
            lastResort.begin(c.flight);
        }
        rememberNeedless(c);
        reduced = false;
        if (!c.mtuProbes.isOnlyLoss(c.flight)) {
            reduceFirst(now, c);
        }
        tell(now, context, c, true, cause);
    }

    /// More may be lost by now than the probe of the path MTU with which this recovery began.
    private void reduceIfMoreIsLost(long now, TcpConnection c) {
        if (!reduced && c.flight.lost() > 0 && !c.mtuProbes.isOnlyLoss(c.flight)) {
            reduceFirst(now, c);
        }
    }

    private void reduceFirst(long now, TcpConnection c) {
        reduced = true;
        long flightSize = flightSize(c);
        reduce(now, c);
        if (prr == null) {
            prr = new Prr();
        }
        prr.begin(c.congestion.ssthresh(), flightSize, pipe(c.flight));
    }

    private void reduce(long now, TcpConnection c) {
        reducedAt = now;
        c.congestion.onFastRetransmit(now, flightSize(c));
        c.ecn.onReduced(c.snd.nxt);
    }

    /// FlightSize of RFC 5681 §2. §3.2 step 2: what limited transmit sent beyond the congestion window "MUST
    /// NOT be included in this calculation".
    private static long flightSize(TcpConnection c) {
        return Math.min(c.flight.outstanding(), Math.max(c.congestion.cwnd(), c.mss));
    }

    /// The reordering timer expired (RFC 8985 §6.2 step 5).
    public void onReorderTimer(long now, Context context, TcpConnection c) {
        if (c.flight.isEmpty()) {
            return;
        }
        boolean open = phase == Phase.OPEN;
        detect(now, context, c);
        if (open && prr != null && phase == Phase.FAST && reduced) {
            prr.onAcknowledgment(c.mss, pipe(c.flight), false, c.mss);
        }
    }

    /// The probe timer expired (RFC 8985 §7.3). "The sender MUST re-arm the RTO timer", whether a probe leaves
    /// or not.
    public void onProbeTimer(long now, TcpConnection c) {
        if (c.flight.isEmpty() || c.probing) {
            return;
        }
        if (phase == Phase.OPEN) {
            probe.demand();
        }
        c.timers.set(TcpTimer.RETRANSMIT, Time.after(now, c.rtt.rto()));
    }

    /// Sets the probe timer after new data left or was acknowledged, when the conditions of RFC 8985 §7.2 are
    /// met: "The connection supports SACK", "has no SACKed sequences in the SACK scoreboard" and is not in loss
    /// recovery, from which whoever sends again what a shut window refused is not far.
    public void scheduleProbe(long now, TcpConnection c) {
        boolean wanted = config.tailLossProbe()
                && c.options.sack
                && phase == Phase.OPEN
                && !c.flight.isEmpty()
                && c.flight.sackedSegments() == 0
                && c.flight.resentSegments() == 0
                && !c.probing
                && probe.mayProbe();
        if (wanted) {
            boolean single = c.flight.size() == 1;
            long at = Time.after(now, TailLossProbe.timeout(c.rtt.srtt(), single, config.maxAckDelayNanos()));
            // "If Now() + PTO > TCP_RTO_expiration(): PTO = TCP_RTO_expiration() - Now()"
            c.timers.set(TcpTimer.LOSS_PROBE, Math.min(at, c.timers.at(TcpTimer.RETRANSMIT)));
        } else {
            c.timers.stop(TcpTimer.LOSS_PROBE);
        }
    }

    /// Nothing is out any more, or the window is shut.
    public void onIdle(TcpConnection c) {
        probe.cancel();
        c.timers.stop(TcpTimer.REORDER);
        c.timers.stop(TcpTimer.LOSS_PROBE);
    }

    private void endFrto() {
        if (frto != null) {
            frto.end();
        }
    }

    private void rememberNeedless(TcpConnection c) {
        if (needless == null) {
            needless = new NeedlessRetransmissions();
        }
        needless.begin(c.snd.una, c.flight.resentSegments());
    }

    private void forgetNeedless() {
        if (needless != null) {
            needless.forget();
        }
    }

    /// A retransmission timeout.
    public void onTimeout(long now, Context context, TcpConnection c) {
        boolean fresh = phase == Phase.OPEN;
        c.congestion.onTimeout(now, flightSize(c), phase != Phase.TIMEOUT);
        c.ecn.onReduced(c.snd.nxt);
        reducedAt = now;
        reduced = true;
        if (phase != Phase.TIMEOUT) {
            rememberNeedless(c);
        }
        // RFC 5682 §2.1 (1): not when the timeout comes in the middle of another recovery; Linux takes a timeout of the
        // same data again for a chance as well.
        if (frto == null) {
            frto = new Frto();
        }
        frto.begin(config.frto() && (fresh || phase == Phase.TIMEOUT && timedOutAt == c.snd.una));
        timedOutAt = c.snd.una;
        phase = Phase.TIMEOUT;
        point = c.snd.nxt - 1;
        firstDue = true;
        probe.forget();
        onIdle(c);
        detector.onTimeout(now, c, fresh);
        tell(now, context, c, true, Cause.TIMEOUT);
    }

    /// How far segments overtake one another here.
    public Reordering reordering() {
        return detector.reordering();
    }

    /// Consecutive duplicate acknowledgments.
    public int duplicates() {
        return detector.duplicates();
    }

    /// Tail loss probes sent.
    public long probesSent() {
        return probesSent;
    }

    /// Reductions taken back because nothing was lost.
    public long undone() {
        return undone;
    }

    private void tell(long now, Context context, TcpConnection c, boolean began, Cause cause) {
        if (context.events().wants(Event.Kind.TCP_RECOVERY)) {
            context.events().emit(new TcpEvent.Recovery(now, c.id(), began, cause, point - c.snd.iss));
        }
    }
}
