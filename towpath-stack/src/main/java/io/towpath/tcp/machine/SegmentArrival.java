package io.towpath.tcp.machine;

import io.towpath.congestion.AckSample;
import io.towpath.core.Counter;
import io.towpath.core.Drop;
import io.towpath.core.Event;
import io.towpath.core.Signals;
import io.towpath.core.Time;
import io.towpath.tcp.TcpConnection;
import io.towpath.tcp.TcpError;
import io.towpath.tcp.TcpEvent;
import io.towpath.tcp.TcpState;
import io.towpath.tcp.TcpTimer;
import io.towpath.tcp.ecn.Ecn;
import io.towpath.tcp.ecn.EcnMode;
import io.towpath.tcp.listen.FastOpen;
import io.towpath.tcp.option.Negotiation;
import io.towpath.tcp.receive.Receiver;
import io.towpath.tcp.segment.Segment;
import io.towpath.wire.TcpHeader;
import org.jspecify.annotations.Nullable;

/// SEGMENT ARRIVES for a connection (RFC 9293 §3.10.7.3 and §3.10.7.4), in the order of the RFC's
/// steps. Segments for listeners, half-open and TIME-WAIT rows are [RowArrival]'s.
///
/// Each step returns null to go on, or the reason for which the segment is dropped.
public final class SegmentArrival {
    /// How long a connection gives no second answer to an empty segment outside the window.
    private static final long STRAY_INTERVAL = 100 * Time.MILLISECOND;

    private final Engine engine;
    private final Acknowledgment acknowledgment;

    /// Arrivals at connections of `engine`.
    public SegmentArrival(Engine engine) {
        this.engine = engine;
        this.acknowledgment = new Acknowledgment(engine, new AckSample());
    }

    /// Processes `seg`, read but not unwrapped, for `c`.
    ///
    /// @return why it was dropped, null when it was taken
    public @Nullable Drop process(long now, TcpConnection c, Segment seg) {
        seg.unwrap(c.rcv.nxt, c.snd.una);
        c.segmentsIn += seg.wireSegments;
        tell(now, c, seg);
        Drop drop = c.state() == TcpState.SYN_SENT
                ? synSent(now, c, seg)
                : isPredicted(now, c, seg) ? predicted(now, c, seg) : otherwise(now, c, seg);
        if (!c.isDead() && c.timers.takeChanged()) {
            engine.schedule(c);
        }
        return drop;
    }

    /// Header prediction (V. Jacobson, "4BSD Header Prediction", 1990): whether it is the next segment of a peer
    /// that sends and is sent nothing. All steps before the seventh come to nothing then, but for what
    /// [#predicted] does.
    private static boolean isPredicted(long now, TcpConnection c, Segment seg) {
        return c.state() == TcpState.ESTABLISHED
                && (seg.flags & ~TcpHeader.PSH) == TcpHeader.ACK
                && seg.seq == c.rcv.nxt
                && seg.textLength > 0
                && seg.textLength <= c.rcv.wnd()
                && Acknowledgment.isSilent(c, seg)
                && seg.windowBytes(c.options.sendScale) == c.snd.wnd
                && c.ecn.mode() == EcnMode.NONE
                && seg.ecn == Ecn.NOT_ECT
                && seg.options.hasTimestamp == c.options.timestamps
                && !(c.options.timestamps && c.stamps.isOld(now, seg.options.tsVal))
                && seg.options.userTimeout < 0
                && !c.userGone
                && c.config().conditions().security() == null;
    }

    /// What of the first six steps and the ACK is left for a segment that was predicted.
    private @Nullable Drop predicted(long now, TcpConnection c, Segment seg) {
        if (c.options.timestamps) {
            c.stamps.onSegment(now, seg.options.tsVal, seg.seq);
        }
        c.heardAt = now;
        c.probes.onHeard();
        c.accounts.ackReceivedAt = now;
        c.snd.updateWindow(seg.seq, seg.ack, c.snd.wnd);
        return onText(now, c, seg, false);
    }

    private void tell(long now, TcpConnection c, Segment seg) {
        if (engine.context.events().wants(Event.Kind.TCP_SEGMENT_IN)) {
            boolean synSent = c.state() == TcpState.SYN_SENT;
            engine.context
                    .events()
                    .emit(new TcpEvent.SegmentIn(
                            now,
                            c.id(),
                            synSent ? 0 : seg.seq - c.rcv.irs,
                            seg.has(TcpHeader.ACK) ? seg.ack - c.snd.iss : -1,
                            seg.flags,
                            seg.textLength,
                            seg.windowBytes(c.options.sendScale),
                            c.state()));
        }
    }

    /// §3.10.7.3 SYN-SENT STATE.
    private @Nullable Drop synSent(long now, TcpConnection c, Segment seg) {
        boolean ack = seg.has(TcpHeader.ACK);
        // "If SEG.ACK =< ISS or SEG.ACK > SND.NXT, send a reset (unless the RST bit is set …)"
        if (ack && (seg.ack <= c.snd.iss || seg.ack > c.snd.nxt)) {
            if (!seg.has(TcpHeader.RST)) {
                engine.replies.reset(c, seg.ack);
            }
            return Drop.TCP_BAD_ACK;
        }
        if (seg.has(TcpHeader.RST)) {
            // "If the ACK was acceptable, then signal to the user "error: connection reset", drop the segment, enter
            // CLOSED state". Without ACK: drop.
            if (ack) {
                engine.end(now, c, TcpError.REFUSED, "refused by the peer");
            }
            return ack ? null : Drop.TCP_BAD_RST;
        }
        if (ack && isEchoForeign(now, c, seg)) {
            engine.replies.reset(c, seg.ack);
            return Drop.TCP_BAD_ACK;
        }
        if (!c.config().conditions().isSecure(seg.bytes, seg.securityAt)) {
            // Third: "If the security/compartment in the segment does not exactly match the security/compartment in
            // the TCB, send a reset". Without ACK its form has ACK of the segment; the connection keeps on trying.
            if (ack) {
                engine.replies.reset(c, seg.ack);
            } else {
                engine.replies.resetUnacknowledged(c, seg);
            }
            return Drop.TCP_SECURITY;
        }
        if (!seg.has(TcpHeader.SYN)) {
            return Drop.TCP_NOT_ACCEPTABLE;
        }
        takeSyn(now, c, seg);
        if (!ack) {
            c.ecn.onCrossingSyn(c.config().ecn(), seg);
            // Simultaneous open: "Otherwise, enter SYN-RECEIVED, form a SYN,ACK segment <SEQ=ISS><ACK=RCV.NXT>".
            c.become(now, TcpState.SYN_RECEIVED, engine.context, "simultaneous open");
            c.synDue = true;
            engine.ready(c);
            return null;
        }
        c.snd.una = seg.ack;
        c.ecn.startActive(seg);
        c.become(now, TcpState.ESTABLISHED, engine.context, "SYN acknowledged");
        sampleHandshake(now, c);
        c.snd.updateWindow(seg.seq + 1, seg.ack, seg.window);
        engine.start(now, c);
        if (c.fastOpen != null) {
            engine.fastOpen.onSynAck(now, c, c.fastOpen, seg);
            if (seg.ack > c.snd.iss + 1) {
                c.acks.onOpenedWithData(now);
            }
        }
        c.acks.demand();
        c.tell(engine.context, Signals.CONNECTED | Signals.WRITABLE);
        seg.dropSyn();
        // "If there are other controls or text in the segment, then continue processing at the sixth step".
        return textAndFin(now, c, seg);
    }

    /// Whether the echo in a SYN-ACK is of no timestamp that our SYNs carried, where that counts
    /// ([io.towpath.tcp.config.HabitConfig#foreignEchoRefused()]).
    private static boolean isEchoForeign(long now, TcpConnection c, Segment seg) {
        if (!c.config().habits().foreignEchoRefused() || !c.config().timestamps() || !seg.options.hasTimestamp) {
            return false;
        }
        int echo = seg.options.tsEcr;
        return echo != 0 && (echo - c.stamps.value(c.accounts.openedAt) < 0 || c.stamps.value(now) - echo < 0);
    }

    /// The peer's SYN is known: "RCV.NXT is set to SEG.SEQ+1, IRS is set to SEG.SEQ".
    private void takeSyn(long now, TcpConnection c, Segment seg) {
        c.options = Negotiation.of(c.config(), seg.options, c.route.source().isIp4());
        long window = Math.min(0xffff, c.config().receiveBuffer());
        Receiver before = c.rcv;
        c.rcv = new Receiver(seg.seq, window, c.receiveRing());
        c.rcv.allocatedAs(before);
        if (c.keys != null) {
            c.keys.begin(seg.seq);
        }
        UserTimer.onOption(now, engine, c, seg.options.userTimeout);
        if (c.options.timestamps) {
            c.stamps.start(now, seg.options.tsVal, c.rcv.nxt);
        }
        // RFC 7323 §2.2: "The window field in a segment where the SYN bit is set MUST NOT be scaled."
        c.snd.updateWindow(seg.seq, c.snd.una, seg.window);
    }

    private static void sampleHandshake(long now, TcpConnection c) {
        if (c.synsSent == 1) {
            c.rtt.sample(now - (c.fastOpen == null ? c.sentAt : c.fastOpen.sentAt));
        }
        if (c.synLost) {
            // RFC 6298 §5.7: "If the timer expires awaiting the ACK of a SYN segment and the TCP implementation is
            // using an RTO less than 3 seconds, the RTO MUST be re-initialized to 3 seconds when data transmission
            // begins". Until then SYNs back off as all else does.
            c.rtt.onSynRetransmitted();
        }
    }

    /// §3.10.7.4 OTHER STATES.
    private @Nullable Drop otherwise(long now, TcpConnection c, Segment seg) {
        if (c.state() == TcpState.SYN_RECEIVED && seg.has(TcpHeader.SYN) && seg.seq == c.rcv.irs) {
            // The peer's SYN again, perhaps now with the ACK of ours (figure 8 of §3.5): what follows it counts.
            if (!seg.has(TcpHeader.ACK)) {
                c.synDue = true;
                engine.ready(c);
                return Drop.TCP_DUPLICATE;
            }
            c.ecn.onCrossingSynAck(seg);
            seg.dropSyn();
        }
        Drop drop = checkSequence(now, c, seg);
        if (drop == null) {
            drop = checkReset(now, c, seg);
        }
        if (drop == null && !c.isDead() && !c.config().conditions().isSecure(seg.bytes, seg.securityAt)) {
            // Third, check security. *Deviation:* the RFC aborts the connection here, which its §A.1 calls "a possible
            // attack vector"; a segment with another label is dropped, and the connection goes on.
            drop = Drop.TCP_SECURITY;
        }
        if (drop == null && !c.isDead()) {
            drop = checkSyn(now, c, seg);
        }
        if (drop == null && !c.isDead()) {
            drop = checkAck(now, c, seg);
        }
        return drop == null && !c.isDead() ? textAndFin(now, c, seg) : drop;
    }

    /// First, check sequence number; before it PAWS (RFC 7323 §5.3 R1).
    private @Nullable Drop checkSequence(long now, TcpConnection c, Segment seg) {
        if (c.options.timestamps) {
            if (seg.options.hasTimestamp) {
                // "…and the RST bit is not set": R1 exempts resets.
                if (!seg.has(TcpHeader.RST) && c.stamps.isOld(now, seg.options.tsVal)) {
                    acknowledgeUnacceptable(now, c, seg);
                    return Drop.TCP_PAWS;
                }
            } else if (!seg.has(TcpHeader.RST) && !c.config().habits().missingTimestamps()) {
                // RFC 7323 §3.2: "If a non-RST segment is received without a TSopt, a TCP SHOULD silently drop the
                // segment."
                return Drop.TCP_NO_TIMESTAMP;
            }
        }
        if (!c.rcv.isAcceptable(seg.seq, seg.length())) {
            // "If the RCV.WND is zero, no segments will be acceptable, but special allowance should be made to accept
            // valid ACKs, URGs, and RSTs."
            boolean allowance = c.rcv.wnd() == 0 && seg.seq == c.rcv.nxt;
            if (seg.has(TcpHeader.RST)) {
                return allowance ? null : Drop.TCP_OUT_OF_WINDOW;
            }
            acknowledgeUnacceptable(now, c, seg);
            if (allowance && isWorthItsAck(c, seg)) {
                Drop drop = checkAck(now, c, seg);
                if (drop != null) {
                    return drop;
                }
                if (c.state().mayReceive()) {
                    checkUrgent(c, seg);
                }
            }
            return Drop.TCP_OUT_OF_WINDOW;
        }
        if (c.options.timestamps && seg.options.hasTimestamp && Acknowledgment.mayBeTrue(c, seg)) {
            // (Not from a segment that the fifth step will drop: whoever guesses a sequence number in the window could
            // make all that the peer sends look old.)
            c.stamps.onSegment(now, seg.options.tsVal, seg.seq);
        }
        c.heardAt = now;
        c.probes.onHeard();
        if (seg.options.userTimeout >= 0) {
            UserTimer.onOption(now, engine, c, seg.options.userTimeout);
        }
        takeMarks(now, c, seg);
        return null;
    }

    private void takeMarks(long now, TcpConnection c, Segment seg) {
        if (seg.ecn == Ecn.CE) {
            engine.context.counters().count(Counter.TCP_CE_IN, seg.wireSegments);
        }
        boolean trusted = c.state().isSynchronized() && !c.ecn.isDistrusted();
        if (c.ecn.onSegment(seg)) {
            c.acks.demand();
        }
        if (trusted && c.ecn.isDistrusted()) {
            c.note(now, engine.context, TcpEvent.Note.ECN_DISTRUSTED, 0);
        }
    }

    private static boolean isWorthItsAck(TcpConnection c, Segment seg) {
        return seg.has(TcpHeader.ACK) && !seg.has(TcpHeader.SYN) && c.state().isSynchronized();
    }

    /// "If an incoming segment is not acceptable, an acknowledgment should be sent in reply":
    /// <SEQ=SND.NXT><ACK=RCV.NXT><CTL=ACK>. One with data is an ordinary duplicate and is always answered; an empty
    /// one may be a guess, and two hosts could answer each other for ever: it counts as a challenge.
    private void acknowledgeUnacceptable(long now, TcpConnection c, Segment seg) {
        if (seg.length() > 0 && seg.seq <= c.rcv.nxt && !seg.has(TcpHeader.SYN)) {
            engine.context.counters().count(Counter.TCP_DUPLICATES_IN);
            c.rcv.onDuplicate(seg.seq, seg.textLength);
            c.acks.demand();
            c.heardAt = now;
            c.probes.onHeard();
            engine.ready(c);
        } else if (seg.length() == 0) {
            onStray(now, c, seg);
        } else {
            engine.challenge(now, c);
        }
    }

    /// An empty segment outside the window. Two hosts that disagree about their numbers would answer each other
    /// for ever, as fast as the wire allows: so a connection answers such segments only so often, as RFC 5961
    /// §7 advises. Whoever really probes does so far more rarely.
    private void onStray(long now, TcpConnection c, Segment seg) {
        boolean keepAlive = seg.seq == c.rcv.nxt - 1;
        if (keepAlive) {
            c.heardAt = now;
            c.probes.onHeard();
        }
        if (now - c.strayAnsweredAt < STRAY_INTERVAL) {
            engine.context.counters().count(Counter.TCP_CHALLENGE_ACKS_LIMITED);
            return;
        }
        c.strayAnsweredAt = now;
        if (keepAlive) {
            c.acks.demand();
            engine.ready(c);
        } else {
            engine.challenge(now, c);
        }
    }

    /// Second, check the RST bit, with RFC 5961 §3.2.
    private @Nullable Drop checkReset(long now, TcpConnection c, Segment seg) {
        if (!seg.has(TcpHeader.RST)) {
            return null;
        }
        // "If the RST bit is set and the sequence number exactly matches the next expected sequence number (RCV.NXT),
        // then TCP MUST reset the connection"; elsewhere in the window it "MUST send an acknowledgment (challenge
        // ACK)".
        if (seg.seq != c.rcv.nxt) {
            engine.challenge(now, c);
            return Drop.TCP_BAD_RST;
        }
        engine.context.counters().count(Counter.TCP_RESETS_IN);
        switch (c.state()) {
            case SYN_RECEIVED ->
                engine.end(now, c, c.isFastOpening() ? TcpError.RESET : TcpError.REFUSED, "refused by the peer");
            case CLOSING, LAST_ACK -> engine.end(now, c, null, "reset while closing");
            default -> engine.end(now, c, TcpError.RESET, "reset by the peer");
        }
        return null;
    }

    /// Fourth, check the SYN bit: RFC 5961 §4.2, "irrespective of the sequence number, TCP MUST send an ACK
    /// (also referred to as challenge ACK)".
    private @Nullable Drop checkSyn(long now, TcpConnection c, Segment seg) {
        if (!seg.has(TcpHeader.SYN)) {
            return null;
        }
        engine.challenge(now, c);
        return Drop.TCP_BAD_SYN;
    }

    /// Fifth, check the ACK field.
    private @Nullable Drop checkAck(long now, TcpConnection c, Segment seg) {
        if (!seg.has(TcpHeader.ACK)) {
            return Drop.TCP_NO_ACK;
        }
        if (c.state() == TcpState.SYN_RECEIVED) {
            // "If SND.UNA < SEG.ACK =< SND.NXT, then enter ESTABLISHED state […] If the segment acknowledgment is not
            // acceptable, form a reset segment <SEQ=SEG.ACK><CTL=RST> and send it."
            if (seg.ack <= c.snd.una || seg.ack > c.snd.nxt) {
                engine.replies.reset(c, seg.ack);
                return Drop.TCP_BAD_ACK;
            }
            c.become(now, TcpState.ESTABLISHED, engine.context, "SYN acknowledged");
            sampleHandshake(now, c);
            FastOpen crossed = c.fastOpen == null || c.fastOpen.isPassive() ? null : c.fastOpen;
            c.snd.una = crossed == null ? c.snd.iss + 1 : seg.ack;
            c.snd.wl1 = seg.seq - 1;
            engine.start(now, c);
            if (crossed != null) {
                // The SYNs crossed, and ours had text: this is the answer to it.
                engine.fastOpen.onAnswer(now, c, crossed);
            }
            c.tell(engine.context, Signals.CONNECTED | Signals.WRITABLE);
            if (c.snd.closing) {
                c.become(now, TcpState.FIN_WAIT_1, engine.context, "closed by the user");
            }
        }
        Drop drop = acknowledgment.process(now, c, seg);
        if (drop == null) {
            afterAck(now, c);
        }
        return drop;
    }

    /// The closing states wait for the acknowledgment of our FIN.
    private void afterAck(long now, TcpConnection c) {
        if (!c.isFinAcknowledged()) {
            return;
        }
        switch (c.state()) {
            case FIN_WAIT_1 -> {
                c.become(now, TcpState.FIN_WAIT_2, engine.context, "FIN acknowledged");
                if (c.userGone) {
                    c.timers.set(TcpTimer.ORPHAN, Time.after(now, c.config().orphanNanos()));
                }
            }
            case CLOSING -> engine.enterTimeWait(now, c, "FIN acknowledged");
            case LAST_ACK -> engine.end(now, c, null, "FIN acknowledged");
            case ESTABLISHED, FIN_WAIT_2, CLOSE_WAIT, TIME_WAIT, CLOSED, LISTEN, SYN_SENT, SYN_RECEIVED -> {}
        }
    }

    /// Sixth, URG; seventh, the text; eighth, the FIN bit.
    @Nullable
    Drop textAndFin(long now, TcpConnection c, Segment seg) {
        if (c.isDead()) {
            return null;
        }
        if (!c.state().mayReceive()) {
            // "This should not occur since a FIN has been received from the remote side. Ignore the segment text."
            return null;
        }
        checkUrgent(c, seg);
        boolean fin = seg.has(TcpHeader.FIN);
        if (seg.textLength == 0 && !fin) {
            return null;
        }
        if (c.userGone && seg.textLength > 0 && seg.seq + seg.textLength > c.rcv.nxt) {
            // RFC 9293 §3.6 (SHLD-3): data for a user who has closed is lost; the peer is told by a RST.
            // Its number is what the peer expects next: any other would have to be challenged (RFC 5961 §3.2). Later
            // acknowledgments may have overtaken the one that this segment has.
            engine.replies.reset(c, Math.max(seg.ack, c.snd.una));
            engine.end(now, c, TcpError.ABORTED, "data after the user had closed");
            return Drop.TCP_USER_GONE;
        }
        return onText(now, c, seg, fin);
    }

    /// "If the URG bit is set, RCV.UP <- max(RCV.UP,SEG.UP), and signal the user that the remote side has urgent data
    /// if the urgent pointer (RCV.UP) is in advance of the data consumed."
    private void checkUrgent(TcpConnection c, Segment seg) {
        if (!seg.has(TcpHeader.URG)) {
            return;
        }
        long up = seg.seq + seg.urgentPointer;
        if (up > c.rcv.up) {
            c.rcv.up = up;
            if (up > c.rcv.irs + 1 + c.receiveRing().head()) {
                c.tell(engine.context, Signals.URGENT);
            }
        }
    }

    private @Nullable Drop onText(long now, TcpConnection c, Segment seg, boolean fin) {
        if (seg.textLength > 0) {
            c.accounts.dataSegmentsIn += seg.wireSegments;
            c.accounts.dataReceivedAt = now;
            IdleBuffers.watch(now, c);
        }
        c.rcv.onSegmentSize(seg.wireSegmentBytes);
        Receiver.Text outcome = c.rcv.onText(seg.bytes, seg.textAt, seg.textLength, seg.seq, fin);
        switch (outcome) {
            case IN_ORDER -> {
                if (c.config().tuning().receive()) {
                    c.tuner()
                            .onData(
                                    now,
                                    c.rcv.nxt,
                                    c.rcv.wnd(),
                                    c.options.timestamps && seg.options.hasTimestamp ? c.stamps : null,
                                    seg.options.tsEcr);
                }
                if (seg.textLength > 0 && c.acks.onInOrder(now, seg.textLength, c.rcv.mss(), c.rtt.rto())
                        || c.config().delayedAckNanos() == 0) {
                    c.acks.demand();
                } else if (!c.timers.isSet(TcpTimer.DELAYED_ACK)) {
                    c.timers.set(TcpTimer.DELAYED_ACK, now + c.config().delayedAckNanos());
                }
                c.tell(engine.context, Signals.READABLE);
            }
            case FILLED_HOLE -> {
                c.acks.demand();
                c.tell(engine.context, Signals.READABLE);
            }
            case OUT_OF_ORDER -> {
                c.outOfOrder += seg.wireSegments;
                engine.context.counters().count(Counter.TCP_OUT_OF_ORDER, seg.wireSegments);
                c.acks.demand();
            }
            case DUPLICATE -> {
                engine.context.counters().count(Counter.TCP_DUPLICATES_IN);
                c.acks.demand();
            }
            case TOO_MANY_HOLES, TOO_FAR -> {
                c.acks.demand();
                engine.ready(c);
                return Drop.TCP_RECEIVE_LIMIT;
            }
        }
        if (c.rcv.hasDuplicate()) {
            // RFC 2883 §4: a D-SACK block reports the segment that triggers the acknowledgment; it does not wait.
            c.acks.demand();
        }
        engine.ready(c);
        if (c.rcv.finReached()) {
            onFin(now, c);
        }
        return null;
    }

    /// Eighth, check the FIN bit: RCV.NXT has passed it.
    private void onFin(long now, TcpConnection c) {
        boolean mayWait = c.config().receive().delayedFin() && c.state() == TcpState.ESTABLISHED;
        if (!mayWait || !c.timers.isSet(TcpTimer.DELAYED_ACK)) {
            c.acks.demand();
        }
        c.tell(engine.context, Signals.END_OF_STREAM | Signals.READABLE);
        switch (c.state()) {
            case SYN_RECEIVED, ESTABLISHED -> c.become(now, TcpState.CLOSE_WAIT, engine.context, "peer closed");
            case FIN_WAIT_1 -> {
                // "If our FIN has been ACKed (perhaps in this segment), then enter TIME-WAIT […] otherwise, enter the
                // CLOSING state": the acknowledgment was processed before, so here it is not acknowledged.
                c.become(now, TcpState.CLOSING, engine.context, "simultaneous close");
            }
            case FIN_WAIT_2 -> engine.enterTimeWait(now, c, "peer closed");
            case CLOSE_WAIT, CLOSING, LAST_ACK, TIME_WAIT, CLOSED, LISTEN, SYN_SENT -> {}
        }
    }
}
