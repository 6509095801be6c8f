package io.towpath.tcp.machine;

import io.towpath.congestion.AckSample;
import io.towpath.core.Drop;
import io.towpath.core.Event;
import io.towpath.core.Signals;
import io.towpath.core.Time;
import io.towpath.tcp.TcpConnection;
import io.towpath.tcp.TcpEvent;
import io.towpath.tcp.TcpTimer;
import io.towpath.tcp.ecn.EcnFeedback;
import io.towpath.tcp.ecn.EcnMode;
import io.towpath.tcp.recovery.LossRecovery;
import io.towpath.tcp.segment.Segment;
import io.towpath.tcp.send.Delivery;
import io.towpath.wire.Serial;
import io.towpath.wire.TcpHeader;
import org.jspecify.annotations.Nullable;

/// The fifth step of §3.10.7.4 in the synchronised states: what an acknowledgment does to the flight, the round-trip
/// time, loss recovery, the congestion window, the send ring and the timers, in this order.
final class Acknowledgment {
    private final Engine engine;
    private final AckSample sample;
    private final Delivery delivery = new Delivery();

    Acknowledgment(Engine engine, AckSample sample) {
        this.engine = engine;
        this.sample = sample;
    }

    @Nullable
    Drop process(long now, TcpConnection c, Segment seg) {
        var snd = c.snd;
        // RFC 5961 §5.2: acceptable is "((SND.UNA - MAX.SND.WND) <= SEG.ACK <= SND.NXT)"; all else "MUST be discarded
        // and an ACK sent back".
        if (!mayBeTrue(c, seg)) {
            if (seg.ack <= snd.nxt || !c.config().habits().unsentAckIgnored()) {
                engine.challenge(now, c);
            }
            return Drop.TCP_BAD_ACK;
        }
        c.accounts.ackReceivedAt = now;
        long before = snd.wnd;
        boolean updated =
                seg.ack >= snd.una && snd.updateWindow(seg.seq, seg.ack, seg.windowBytes(c.options.sendScale));
        if (seg.ack < snd.una) {
            return null; // "If the ACK is a duplicate (SEG.ACK =< SND.UNA), it can be ignored."
        }
        if (updated && snd.wnd != before) {
            onWindow(now, c);
        }
        boolean windowSame = snd.wnd == before;
        long acked = seg.ack - snd.una;
        if (isSilent(c, seg)) {
            engine.ready(c);
            return null;
        }
        long pipeBefore = c.pipe();
        c.flight.rate().begin(now);
        delivery.begin(now, c.rtt.minRttOrZero(), c.recovery.fack(), c.recovery.point());
        boolean stamped = isStamped(c, seg);
        if (stamped) {
            delivery.echoes(c.stamps, seg.options.tsEcr);
        }
        if (acked > 0) {
            advance(c, seg);
        }
        if (c.options.sack && seg.options.sackCount > 0) {
            takeSack(c, seg);
        }
        measure(now, c, seg);
        c.flight.rate().finish(c.rtt.minRttOrZero());
        boolean duplicate = acked == 0 && isDuplicate(c, seg, windowSame);
        boolean timeout = c.recovery.phase() == LossRecovery.Phase.TIMEOUT;
        int echo = stamped ? seg.options.tsEcr : c.stamps.value(now);
        boolean ended = c.recovery.onAcknowledgment(now, engine.context, c, acked, echo, delivery, duplicate);
        // What arrived was under way, though it was deemed lost when a window seemed to have refused it.
        EcnFeedback.onAck(now, c, seg, Math.max(pipeBefore, delivery.bytes), delivery.segments, engine.context);
        if (timeout && c.recovery.phase() != LossRecovery.Phase.TIMEOUT) {
            c.accounts.timeoutNanos += now - c.accounts.timeoutAt;
        }
        c.accounts.delivered += delivery.segments;
        boolean news = acked > 0 || delivery.sackedBytes > 0;
        if (news) {
            grow(now, c, acked, pipeBefore, ended);
        }
        if (acked > 0) {
            rearm(now, c);
            EcnFeedback.rearm(now, c);
            engine.network.confirmReachable(now, c.route);
        } else if (snd.wnd == 0 && c.probing) {
            // RFC 9293 §3.8.6.1 MUST-37: as long as the peer answers probes the connection stays open.
            if (!c.userGone) {
                c.timers.set(TcpTimer.USER_TIMEOUT, Time.after(now, c.userTimeoutNanos));
            }
        }
        if (news) {
            c.recovery.scheduleProbe(now, c);
        }
        engine.ready(c);
        return null;
    }

    /// Whether the acknowledgment number is one that RFC 5961 §5.2 finds acceptable.
    static boolean mayBeTrue(TcpConnection c, Segment seg) {
        return seg.ack <= c.snd.nxt && seg.ack >= c.snd.una - c.snd.maxWnd;
    }

    /// Whether it can tell nothing more: nothing is in flight, and neither probes nor marks wait for an answer. So it
    /// is with each segment of a peer that sends and is sent nothing, for which the rest would be a third of the
    /// work of taking its text.
    static boolean isSilent(TcpConnection c, Segment seg) {
        return seg.ack == c.snd.una
                && c.flight.isEmpty()
                && seg.options.sackCount == 0
                && !c.probing
                && !c.recovery.isActive()
                && c.ecn.mode() != EcnMode.ACCURATE;
    }

    private static boolean isStamped(TcpConnection c, Segment seg) {
        return c.options.timestamps && seg.options.hasTimestamp;
    }

    private static void onWindow(long now, TcpConnection c) {
        if (c.snd.wnd > 0 && c.probing) {
            endProbing(c);
            if (!c.flight.isEmpty()) {
                // The octet that probed was refused, or all that a shrunken window cut off: it goes again at once, and
                // not as a sign of congestion.
                c.flight.markFirstLost();
                c.flight.beginMarking();
                c.flight.markLostBelow(c.snd.nxt);
                // The congestion window may hold it back yet: from here on this timer watches it instead.
                c.timers.set(TcpTimer.RETRANSMIT, Time.after(now, c.rtt.rto()));
            }
        }
    }

    private static void endProbing(TcpConnection c) {
        c.probing = false;
        c.probeDue = false;
        c.probes.onWindowOpen();
        c.timers.stop(TcpTimer.PERSIST);
    }

    private void advance(TcpConnection c, Segment seg) {
        var snd = c.snd;
        snd.una = seg.ack;
        c.softError = null; // whatever it was, it did not keep this from arriving
        snd.up = Math.max(snd.up, seg.ack);
        c.flight.acknowledge(seg.ack, delivery);
        c.mtuProbes.onAcknowledged(delivery.now, engine.context, c, seg.ack);
        if (c.records != null) {
            c.records.acknowledge(seg.ack);
        }
        long end = Math.min(snd.position(seg.ack), c.sendRing().tail());
        if (end > c.sendRing().head()) {
            c.sendRing().release(end);
            c.tell(engine.context, Signals.WRITABLE);
        }
        if (c.flight.isEmpty() && c.sendRing().readable() == 0) {
            IdleBuffers.watch(delivery.now, c);
        }
    }

    /// Takes a round-trip sample: from the moment a segment left when it was sent only once (Karn's algorithm),
    /// else from the timestamp echo (RFC 7323 §4.1, RTTM), but only when it echoes the last transmission. An older
    /// echo may mean that the original arrived late, or that its acknowledgment was lost and the timeout is in the
    /// figure. For the same reason the echo is taken when it says less than the first segment acknowledged: then
    /// acknowledgments before this one were lost.
    private void measure(long now, TcpConnection c, Segment seg) {
        long rtt = -1;
        if (delivery.ackedSentAt >= 0) {
            rtt = now - delivery.ackedSentAt;
            long echoed = isStamped(c, seg) ? c.stamps.roundTrip(now, seg.options.tsEcr) : -1;
            if (echoed >= 0 && echoed + 2 * Time.MILLISECOND < rtt) {
                rtt = echoed;
            }
        } else if (delivery.sackedSentAt >= 0) {
            rtt = now - delivery.sackedSentAt;
        } else if (isStamped(c, seg) && delivery.resentAt >= 0) {
            if (seg.options.tsEcr - c.stamps.value(delivery.resentAt) >= 0) {
                rtt = c.stamps.roundTrip(now, seg.options.tsEcr);
            }
        }
        sample.rttNanos = rtt;
        delivery.roundTrip = rtt;
        if (rtt >= 0) {
            c.rtt.sample(rtt);
            c.rtt.resetBackOff();
        }
    }

    private void takeSack(TcpConnection c, Segment seg) {
        for (int i = 0; i < seg.options.sackCount; i++) {
            long left = Serial.unwrap(seg.options.left[i], c.snd.una);
            long right = Serial.unwrap(seg.options.right[i], c.snd.una);
            // A block beyond SND.NXT reports nonsense.
            if (left >= right || right > c.snd.nxt) {
                continue;
            }
            if (i == 0 && isDuplicateReport(c, seg, left, right)) {
                c.accounts.duplicatesReported++;
                delivery.duplicated(left, right);
            } else if (left > c.snd.una) {
                c.flight.sack(left, right, delivery);
            }
        }
    }

    /// RFC 2883 §4: the first block reports a duplicate when it lies below the cumulative acknowledgment, or within
    /// the second block. What is too old to have been in flight lately is not believed.
    private static boolean isDuplicateReport(TcpConnection c, Segment seg, long left, long right) {
        if (right <= c.snd.una) {
            return left >= c.snd.una - c.snd.maxWnd;
        }
        return seg.options.sackCount > 1
                && left >= Serial.unwrap(seg.options.left[1], c.snd.una)
                && right <= Serial.unwrap(seg.options.right[1], c.snd.una);
    }

    /// RFC 5681 §2: a duplicate acknowledgment is one with outstanding data, no data, neither SYN nor FIN, the
    /// greatest acknowledgment number seen, and the window unchanged.
    private static boolean isDuplicate(TcpConnection c, Segment seg, boolean windowSame) {
        return !c.flight.isEmpty()
                && seg.textLength == 0
                && !seg.has(TcpHeader.SYN | TcpHeader.FIN)
                && windowSame
                && !c.probing;
    }

    private void grow(long now, TcpConnection c, long acked, long pipeBefore, boolean ended) {
        sample.now = now;
        sample.ackedBytes = c.recovery.growth(acked, delivery);
        sample.deliveredBytes = delivery.bytes;
        sample.inFlightBefore = pipeBefore;
        sample.inFlight = c.pipe();
        sample.minRttNanos = c.rtt.minRttOrZero();
        sample.srttNanos = c.rtt.srtt();
        sample.cwndLimited = c.windowUse.isFull();
        sample.inFlightMax = c.windowUse.most();
        sample.ackedTotal = c.snd.una - c.snd.iss;
        sample.outstanding = c.snd.nxt - c.snd.una;
        c.flight.rate().tell(sample);
        sample.inRecovery = ended || c.recovery.phase() == LossRecovery.Phase.FAST || c.ecn.isReducing();
        sample.inTimeoutRecovery = c.recovery.phase() == LossRecovery.Phase.TIMEOUT;
        String phase = c.congestion.phase();
        c.congestion.onAck(sample);
        tellPhase(now, c, phase);
        tuneSendBuffer(now, c);
        if (engine.context.events().wants(Event.Kind.TCP_ACK)) {
            engine.context
                    .events()
                    .emit(new TcpEvent.Acked(
                            now,
                            c.id(),
                            c.snd.una - c.snd.iss,
                            c.cwnd(),
                            c.congestion.ssthresh(),
                            sample.srttNanos,
                            c.rtt.rto(),
                            sample.inFlight));
        }
    }

    private void tellPhase(long now, TcpConnection c, String before) {
        String phase = c.congestion.phase();
        if (!phase.equals(before) && engine.context.events().wants(Event.Kind.TCP_CONGESTION)) {
            engine.context.events().emit(new TcpEvent.CongestionPhase(now, c.id(), before, phase, c.congestion.cwnd()));
        }
    }

    /// A send buffer of twice the congestion window: one half is under way, the other is what it grows by in a
    /// round trip of slow start.
    private void tuneSendBuffer(long now, TcpConnection c) {
        if (c.config().tuning().send()) {
            long wanted = Math.min(2 * c.congestion.cwnd(), c.config().sendBufferMax());
            if (wanted > c.sendRing().capacityMax()) {
                engine.tellGrowth(now, c, false, c.sendRing().capacityMax(), (int) wanted);
                c.sendRing().capacityMax((int) wanted);
            }
        }
    }

    /// RFC 6298 §5.2 and §5.3: "When all outstanding data has been acknowledged, turn off the
    /// retransmission timer";
    /// "When an ACK is received that acknowledges new data, restart the retransmission timer".
    private static void rearm(long now, TcpConnection c) {
        boolean idle = c.flight.isEmpty();
        if (idle && c.probing && c.snd.nxt == c.finSequence() + (c.snd.closing ? 1 : 0)) {
            endProbing(c); // the probes have carried all there was, and nothing waits for the window
        }
        if (idle) {
            c.timers.stop(TcpTimer.RETRANSMIT);
            c.recovery.onIdle(c);
        } else if (!c.probing) {
            c.timers.set(TcpTimer.RETRANSMIT, Time.after(now, c.rtt.rto()));
        }
        if (idle && !c.probing) {
            c.timers.stop(TcpTimer.USER_TIMEOUT);
        } else {
            c.timers.set(TcpTimer.USER_TIMEOUT, Time.after(now, c.userTimeoutNanos));
        }
    }
}
