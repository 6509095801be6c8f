package io.towpath.tcp.segment;

import io.towpath.congestion.Pacer;
import io.towpath.core.Context;
import io.towpath.core.Counter;
import io.towpath.core.Event;
import io.towpath.core.Signals;
import io.towpath.core.Time;
import io.towpath.core.TxBatch;
import io.towpath.tcp.TcpConnection;
import io.towpath.tcp.TcpEvent;
import io.towpath.tcp.TcpState;
import io.towpath.tcp.TcpTimer;
import io.towpath.tcp.ecn.EcnMode;
import io.towpath.tcp.recovery.LossRecovery;
import io.towpath.tcp.send.LimitClock;
import io.towpath.tcp.send.Nagle;
import io.towpath.wire.TcpHeader;
import org.jspecify.annotations.Nullable;

/// What a connection sends next, and when it wants to wake up if it must wait: one decision, in one place. [#next]
/// decides, [#run] carries out until there is nothing more to say or no room to say it.
public final class Transmission {
    /// Packets of one connection before the others get their turn: at an MTU of 1500, about as much as a
    /// super-segment holds.
    private static final int BURST = 48;

    /// What a receiver takes for full-sized as long as it knows nothing better: the MSS of a peer that names none.
    private static final int LEAST_HALF = 536;

    private final Context context;
    private final SegmentWriter writer;
    private final Decision decision = new Decision();
    /// New segments that the connection whose turn it is has sent in this turn, one behind the other.
    private int burst;

    /// Packets of all kinds that it has sent in this turn.
    private int sent;

    /// Whose turn is not over because there was no room to say more.
    private @Nullable TcpConnection interrupted;

    /// Packets that it may still send in this turn.
    private int left = BURST;

    /// Sends by `writer`.
    public Transmission(Context context, SegmentWriter writer) {
        this.context = context;
        this.writer = writer;
    }

    /// Lets `c` say what it has to say.
    ///
    /// @return true when it has more to say
    public boolean run(long now, TcpConnection c, TxBatch out) {
        burst = 0;
        sent = c == interrupted ? sent : 0;
        interrupted = null;
        while (sent < BURST) {
            if (out.isFull()) {
                interrupted = c;
                return true;
            }
            left = Math.min(BURST - sent, out.room());
            if (next(now, c).what == Decision.What.NOTHING) {
                c.accounts.limits.become(now, limit(c));
                noteApplicationLimited(c);
                return false;
            }
            sent += carryOut(now, c, out);
        }
        return true;
    }

    /// Whether the connection that ran last has had its turn: not when the batch was full before that. Then it goes on
    /// with the rest of its turn, before all others; or else those that are cut short would always be the same.
    public boolean isTurnOver() {
        return interrupted == null;
    }

    /// draft-ietf-ccwg-bbr §4.1.2.4: nothing to send but less than a segment, nothing held back by the window,
    /// nothing lost that waits to be sent again.
    private static void noteApplicationLimited(TcpConnection c) {
        long pipe = c.pipe();
        if (c.finSequence() - c.snd.nxt < c.mss && pipe < c.congestion.cwnd() && c.flight.nextLost() < 0) {
            c.flight.rate().onApplicationLimited(pipe);
        }
    }

    /// What keeps `c` from sending more, now that it has nothing to say.
    private static LimitClock.Limit limit(TcpConnection c) {
        if (!c.state().isSynchronized()) {
            return LimitClock.Limit.IDLE;
        }
        long unsent = c.finSequence() - c.snd.nxt;
        if (unsent > 0) {
            long room = c.snd.una + c.snd.wnd - c.snd.nxt;
            return room < Math.min(unsent, c.mss) && c.pipe() < c.congestion.cwnd()
                    ? LimitClock.Limit.PEER_WINDOW
                    : LimitClock.Limit.NETWORK;
        }
        if (c.flight.isEmpty()) {
            return LimitClock.Limit.IDLE;
        }
        return c.sendRing().writable() == 0 ? LimitClock.Limit.SEND_BUFFER : LimitClock.Limit.NETWORK;
    }

    /// Decides what `c` sends next. When it must wait for time to pass, the timer that will wake it is set here.
    Decision next(long now, TcpConnection c) {
        if (c.state() == TcpState.SYN_SENT || c.state() == TcpState.SYN_RECEIVED) {
            if (c.synDue) {
                return decision.of(Decision.What.SYN, c.snd.iss, 1);
            }
            if (!c.isFastOpening()) {
                return decision.nothing();
            }
        }
        if (c.snd.wnd == 0 && !c.probing && !c.flight.isEmpty()) {
            // RFC 9293 §3.8.6 MUST-35: "If the window shrinks to zero, the TCP implementation MUST probe it in the
            // standard way" (only one that shrank can be shut while something is unacknowledged).
            persist(now, c);
        }
        boolean held = isHeldByPacer(now, c);
        if (c.recovery.isProbeDue() && !c.probing) {
            return lossProbe(now, c);
        }
        if (!held && c.recovery.prefersNew() && nextNew(now, c)) {
            return decision;
        }
        long lost = held ? -1 : c.flight.nextLost();
        if (lost >= 0 && c.mtuProbes.isProbe(c.flight.end(lost))) {
            c.mtuProbes.takeApart(now, context, c);
            lost = c.flight.nextLost();
        }
        if (lost >= 0 && !c.probing) {
            int length = Math.min(c.flight.length(lost), c.mss);
            if (c.recovery.isFirstDue() || c.pipe() + length <= c.cwnd() || c.pipe() == 0) {
                return decision.retransmit(lost, c.flight.start(lost), c.flight.length(lost));
            }
            c.windowUse.note(c.snd.una, c.snd.nxt, c.pipe(), true);
        } else if (!held && nextNew(now, c)) {
            return decision;
        } else if (!held && !c.probing) {
            long last = c.recovery.lastResort(c);
            if (last >= 0) {
                decision.retransmit(last, c.flight.start(last), c.flight.length(last));
                decision.lastResort = true;
                return decision;
            }
        }
        if (c.probeDue) {
            return decision.of(Decision.What.WINDOW_PROBE, c.snd.una, 1);
        }
        if (c.keepAliveDue) {
            return decision.of(Decision.What.KEEPALIVE, c.snd.nxt - 1, 0);
        }
        return c.acks.isDue() ? decision.of(Decision.What.ACK, c.emptySequence(), 0) : decision.nothing();
    }

    /// RFC 8985 §7.3: "If an unsent segment exists AND the receive window allows new data to be sent: transmit the
    /// lowest-sequence unsent segment of up to SMSS […] Else: Retransmit the highest-sequence segment sent so far".
    private Decision lossProbe(long now, TcpConnection c) {
        var snd = c.snd;
        long end = c.finSequence();
        long unsent = recordEnd(c, end) - snd.nxt;
        long usable = snd.una + snd.wnd - snd.nxt;
        int text = (int) Math.min(Math.min(unsent, usable), segmentSize(c, unsent, false));
        if (text > 0) {
            boolean fin = snd.closing && snd.nxt + text == end && text < usable;
            decision.of(Decision.What.DATA, snd.nxt, text + (fin ? 1 : 0));
            decision.push = snd.isPushed(text, unsent);
            return decision;
        }
        if (c.mtuProbes.isProbe(c.flight.end(c.flight.lastIndex()))) {
            // What shall find out about a loss must not be of a size that may be the reason for it.
            c.mtuProbes.takeApart(now, context, c);
        }
        long last = c.flight.lastIndex();
        return decision.retransmit(last, c.flight.start(last), c.flight.length(last));
    }

    /// Whether there is something to send for which its time has not come. The first retransmission of a
    /// recovery waits for nothing.
    private static boolean isHeldByPacer(long now, TcpConnection c) {
        if (!c.pacer.holds(now) || c.recovery.isFirstDue()) {
            return false;
        }
        long end = c.finSequence();
        boolean unsent = c.snd.nxt < end || c.snd.nxt == end && c.snd.closing;
        if (unsent || c.flight.nextLost() >= 0) {
            c.timers.set(TcpTimer.PACING, c.pacer.nextAt());
        }
        return true;
    }

    /// New data, and the FIN behind the last byte.
    private boolean nextNew(long now, TcpConnection c) {
        var snd = c.snd;
        long end = c.finSequence();
        if (snd.nxt > end || snd.nxt == end && !snd.closing) {
            return false;
        }
        if (c.ecn.isHeld()) {
            return false;
        }
        long usable = snd.una + snd.wnd - snd.nxt;
        if (usable <= 0) {
            // RFC 9293 §3.8.6.1: the window is shut and nothing is under way that would bring news of it.
            if (c.flight.isEmpty() && !c.timers.isSet(TcpTimer.PERSIST)) {
                persist(now, c);
            }
            return false;
        }
        // What lies behind the end of a record goes into segments of its own; what lies before waits for no more.
        long queued = recordEnd(c, end) - snd.nxt;
        boolean ended = queued < end - snd.nxt;
        boolean idle = c.flight.isEmpty();
        restartAfterIdle(now, c, idle);
        int mss = segmentSize(c, queued, idle && queued <= usable);
        long room = Math.max(0, c.cwnd() - c.pipe());
        // Urgent data waits for nothing: it would come too late to be urgent.
        boolean eager = c.noDelay || snd.closing || snd.up > snd.nxt || ended;
        boolean quiet = idle || c.config().nagleSmallOnly() && snd.smallEnd <= snd.una;
        long n = Nagle.sendable(queued, usable, mss, snd.maxWnd, quiet, eager, c.overrideDue);
        if (snd.pushed <= snd.nxt && !snd.closing && !c.overrideDue && !ended) {
            // RFC 9293 §3.9.1.2: "If the PUSH flag is not set, the data may be combined with data from subsequent
            // SENDs"; MUST-60: not indefinitely, which the override timer sees to.
            n -= n % mss;
        }
        if (n > room) {
            c.windowUse.note(snd.una, snd.nxt, c.pipe(), true);
            n = room >= mss ? room - room % mss : 0;
        }
        int extra = mss == c.mss ? c.mtuProbes.extra(now, c, queued, usable, room) : 0;
        if (extra > 0) {
            decision.of(Decision.What.MTU_PROBE, snd.nxt, mss + extra);
            return true;
        }
        n = atOnce(c, n, mss, queued);
        if (c.fastOpen != null) {
            n = Math.min(n, c.fastOpen.upToNewText(snd.nxt - snd.iss - 1));
        }
        boolean fin = snd.closing && !ended && n == queued && n < usable && (n > 0 || room > 0 || idle);
        if (n == 0 && !fin) {
            if (queued > 0 && idle && !c.timers.isSet(TcpTimer.OVERRIDE)) {
                c.timers.set(TcpTimer.OVERRIDE, now + c.config().send().override(c.rtt.rto()));
            }
            return false;
        }
        decision.of(Decision.What.DATA, snd.nxt, (int) n + (fin ? 1 : 0));
        decision.push = n > 0 && (snd.isPushed(n, queued) || c.config().pushPairs() && isPushedToo(c, n, mss));
        return true;
    }

    /// The second one of a pair, all that is more than one, and what the override timer sends.
    private boolean isPushedToo(TcpConnection c, long n, int mss) {
        return n > mss || n == mss && burst % 2 == 1 || c.overrideDue;
    }

    /// RFC 5681 §4.1: "if the TCP has not sent data in an interval exceeding the retransmission timeout".
    private void restartAfterIdle(long now, TcpConnection c, boolean idle) {
        long quiet = now - c.sentAt;
        if (idle && c.sentAt > 0 && quiet > c.rtt.rto()) {
            long before = c.congestion.cwnd();
            c.congestion.onIdle(now, quiet, c.rtt.rto());
            if (c.congestion.cwnd() < before) {
                c.accounts.idleRestarts++;
                c.note(now, context, TcpEvent.Note.IDLE_RESTART, c.congestion.cwnd());
            }
        }
    }

    /// The largest text of a new segment: options that ride along, SACK and Accurate ECN, take their share.
    ///
    /// @param queued bytes that wait
    /// @param alone nothing is in flight, and the window takes all that waits
    private static int segmentSize(TcpConnection c, long queued, boolean alone) {
        int blocks = SegmentWriter.sackBlocks(c, Integer.MAX_VALUE);
        int riders = (blocks == 0 ? 0 : 4 + 8 * blocks) + c.ecn.optionRoom();
        int whole = Math.max(c.mss - riders, Math.min(c.mss, 8));
        // What is all there is, and fits one segment, is no reason for two: Nagle would hold the second one back until
        // the delayed acknowledgment of the first.
        return alone && queued <= whole && queued < c.sendRing().capacityMax() ? whole : Math.min(whole, halfBuffer(c));
    }

    /// RFC 9293 §3.8.6.3 has an ACK come at once for "every second full-sized segment", and for a single one only
    /// after a delay. A send buffer that holds no two segments, as one of 64 KiB on a loopback of that MTU, would
    /// wait for that delay again and again: it is sent in halves instead, to which the receiver's idea of
    /// full-sized adapts. Kernels do so with small windows.
    private static int halfBuffer(TcpConnection c) {
        return Math.max(LEAST_HALF, c.sendRing().capacityMax() / 2);
    }

    /// How much of `n` bytes is sent by this decision: one segment, a super-segment, or a train of segments.
    private long atOnce(TcpConnection c, long n, int mss, long queued) {
        if (n <= mss || mss != c.mss) {
            return Math.min(n, mss);
        }
        if (c.route.offloads().segmentationMax() > 0) {
            return Math.min(n, superSegment(c, mss));
        }
        if (!isTrainPossible(c)) {
            return mss;
        }
        long train = Math.min(n, (long) left * mss);
        train -= train % mss;
        // The last one may have the FIN with it, and goes on its own.
        return c.snd.closing && train == queued ? train - mss : train;
    }

    /// Whether the next segments differ in nothing but their numbers and leave without a second thought in between:
    /// nothing is lost, nothing is paced, nothing rides along.
    private static boolean isTrainPossible(TcpConnection c) {
        return c.recovery.phase() == LossRecovery.Phase.OPEN
                && !c.recovery.isProbeDue()
                && c.pipe() == c.flight.outstanding()
                && c.congestion.pacingRate() == 0
                && c.snd.up <= c.snd.nxt
                && c.snd.pushed == Long.MAX_VALUE
                && !c.config().pushPairs()
                && !c.timeoutDue
                && !c.isSigned()
                && c.fastOpen == null
                && c.ecn.mode() != EcnMode.ACCURATE;
    }

    /// The most text that one packet may carry: several segments when the link cuts them, but no more than a third of
    /// the congestion window. What is lost as one packet must leave enough behind it for its loss to be seen.
    private static int superSegment(TcpConnection c, int mss) {
        int most = c.route.offloads().segmentationMax();
        if (c.snd.up > c.snd.nxt
                || c.config().conditions().security() != null
                || c.isSigned() // a signature is of one segment
                || c.ecn.mode() == EcnMode.ACCURATE) {
            // (Who cuts clears CWR in all pieces but the first, which with Accurate ECN is a bit of the counter.)
            return mss;
        }
        int whole = Math.min(most, 0xffff) - c.route.headerBytes() - TcpHeader.LENGTH_MAX;
        long paced = Pacer.quantum(c.congestion.pacingRate(), mss);
        int text = (int) Math.min(Math.min(whole, paced), c.congestion.cwnd() / 3);
        return Math.max(mss, text - text % mss);
    }

    /// Carries out what was decided.
    ///
    /// @return how many packets that made
    private int carryOut(long now, TcpConnection c, TxBatch out) {
        long seq = decision.seq;
        int length = decision.length;
        switch (decision.what) {
            case SYN -> sendSyn(now, c, out);
            case DATA -> {
                int segments = isTrain(c, length) ? length / c.mss : 1;
                sendNew(now, c, seq, length, decision.push, out);
                burst += segments;
                return segments;
            }
            case MTU_PROBE -> sendMtuProbe(now, c, seq, length, out);
            case RETRANSMIT -> sendAgain(now, c, decision.index, seq, length, out);
            case WINDOW_PROBE -> sendProbe(now, c, out);
            case KEEPALIVE -> {
                c.keepAliveDue = false;
                context.counters().count(Counter.TCP_KEEPALIVES);
                writer.write(now, c, seq, 0, 0, TcpEvent.Why.KEEPALIVE, out);
            }
            case ACK -> {
                TcpEvent.Why why = c.challenge
                        ? TcpEvent.Why.CHALLENGE
                        : c.acks.isUpdateOnly() ? TcpEvent.Why.WINDOW : TcpEvent.Why.ACK;
                writer.write(now, c, seq, 0, 0, why, out);
            }
            case NOTHING -> {}
        }
        return 1;
    }

    /// Whether new data of this length is a train ([#atOnce]); with a FIN one segment is one number longer.
    private static boolean isTrain(TcpConnection c, int length) {
        return length >= 2 * c.mss && c.route.offloads().segmentationMax() == 0;
    }

    private void sendSyn(long now, TcpConnection c, TxBatch out) {
        c.synDue = false;
        c.synsSent++;
        if (c.synLost) {
            c.retransmits++;
            context.counters().count(Counter.TCP_RETRANSMIT_SYN);
        }
        int text = 0;
        if (c.fastOpen != null && c.synsSent == 1) {
            text = c.state() == TcpState.SYN_SENT
                    ? Math.min(c.fastOpen.room(), c.sendRing().readable())
                    : 0;
            c.fastOpen.synText = Math.max(c.fastOpen.synText, text);
            c.fastOpen.sentAt = now;
        }
        if (c.fastOpen != null && c.synsSent == 1 && c.state() == TcpState.SYN_SENT) {
            c.fastOpen.tellSyn(now, context, c.id());
        }
        c.snd.nxt = Math.max(c.snd.nxt, c.snd.iss + 1 + text);
        writer.writeSyn(now, c, text, out);
        c.sentAt = now;
        c.timers.set(TcpTimer.RETRANSMIT, Time.after(now, c.rtt.rto()));
    }

    private void sendNew(long now, TcpConnection c, long seq, int length, boolean push, TxBatch out) {
        c.overrideDue = false;
        c.timers.stop(TcpTimer.OVERRIDE);
        if (length % c.mss != 0) {
            c.snd.smallEnd = seq + length;
        }
        boolean limited = isLimitedTransmit(c, length);
        c.accounts.limitedTransmits += limited ? Math.ceilDiv(length, c.mss) : 0;
        TcpEvent.Why why = limited ? TcpEvent.Why.LIMITED_TRANSMIT : TcpEvent.Why.DATA;
        if (isTrain(c, length)) {
            writer.writeTrain(now, c, seq, length, push, why, out);
        } else {
            writer.write(now, c, seq, length, push ? TcpHeader.PSH : 0, why, out);
        }
        boolean held = c.unsentRoom() == 0;
        addToFlight(now, c, seq, length);
        if (held && c.unsentRoom() > 0) {
            c.tell(context, Signals.WRITABLE);
        }
        pace(now, c, length);
        long pipe = c.pipe();
        c.windowUse.note(c.snd.una, c.snd.nxt, pipe, pipe + c.mss > c.congestion.cwnd());
        armRetransmit(now, c);
        c.recovery.onSent(now, context, c, length);
    }

    /// RFC 3042 §2: "the sender transmits a segment" for duplicate acknowledgments before any loss is certain,
    /// though more than the congestion window is outstanding then.
    private static boolean isLimitedTransmit(TcpConnection c, int length) {
        long outstanding = c.flight.outstanding();
        return c.recovery.phase() == LossRecovery.Phase.OPEN
                && !c.recovery.isProbeDue()
                && c.pipe() < outstanding
                && outstanding + length > c.congestion.cwnd();
    }

    /// Where the record ends that the next byte belongs to, or `end`, where the data does.
    private static long recordEnd(TcpConnection c, long end) {
        return c.records == null ? end : c.records.endOf(c.snd.nxt, end);
    }

    private void pace(long now, TcpConnection c, int length) {
        boolean before = c.pacer.isPaced();
        long rate = c.congestion.pacingRate();
        c.pacer.onSent(now, length, rate, c.mss);
        if (!before && c.pacer.isPaced()) { // once a round trip is known there is a rate, for good
            c.note(now, context, TcpEvent.Note.PACING_BEGAN, rate);
        }
    }

    /// One segment larger than the others (RFC 4821 §7), in the flight as one: either all of it arrives or
    /// none.
    private void sendMtuProbe(long now, TcpConnection c, long seq, int length, TxBatch out) {
        c.mtuProbes.onSent(now, context, c, length, seq + length);
        writer.write(now, c, seq, length, 0, TcpEvent.Why.DATA, out);
        c.flight.add(seq, length, now);
        c.snd.nxt = seq + length;
        c.sentAt = now;
        pace(now, c, length);
        armRetransmit(now, c);
        c.recovery.onSent(now, context, c, length);
    }

    private static void addToFlight(long now, TcpConnection c, long seq, int length) {
        int mss = c.mss;
        int whole = length / mss;
        int rest = length % mss;
        if (whole > 0 && rest == 1 && c.snd.closing && seq + length > c.finSequence()) {
            // The FIN rides on the last segment and makes it one number longer than the text of a full one.
            whole--;
            rest += mss;
        }
        c.flight.addRun(seq, mss, whole, now);
        if (rest > 0) {
            c.flight.add(seq + length - rest, rest, now);
        }
        c.snd.nxt = seq + length;
        c.sentAt = now;
    }

    private void armRetransmit(long now, TcpConnection c) {
        c.timers.stop(TcpTimer.PERSIST);
        // RFC 6298 §5.1: "Every time a packet containing data is sent (including a retransmission), if the timer is
        // not running, start it running so that it will expire after RTO seconds".
        if (!c.timers.isSet(TcpTimer.RETRANSMIT)) {
            c.timers.set(TcpTimer.RETRANSMIT, Time.after(now, c.rtt.rto()));
        }
        if (!c.timers.isSet(TcpTimer.USER_TIMEOUT)) {
            c.timers.set(TcpTimer.USER_TIMEOUT, Time.after(now, c.userTimeoutNanos));
        }
    }

    private void sendAgain(long now, TcpConnection c, long index, long seq, int length, TxBatch out) {
        boolean timeout = c.recovery.phase() == LossRecovery.Phase.TIMEOUT;
        TcpEvent.Why why = c.recovery.isProbeDue()
                ? TcpEvent.Why.LOSS_PROBE
                : timeout ? TcpEvent.Why.TIMEOUT : decision.lastResort ? TcpEvent.Why.LAST_RESORT : TcpEvent.Why.FAST;
        boolean last = seq < c.finSequence() && seq + length >= c.finSequence();
        writer.write(now, c, seq, length, last ? TcpHeader.PSH : 0, why, out);
        if (why == TcpEvent.Why.LAST_RESORT) {
            c.recovery.onLastResort();
        }
        c.flight.onResent(index, now);
        pace(now, c, length);
        c.recovery.onRetransmitted(now, context, c, length);
        c.accounts.bytesRetransmitted += Math.min(length, Math.max(0, c.finSequence() - seq));
        c.sentAt = now;
        c.retransmits++;
        context.counters().count(timeout ? Counter.TCP_RETRANSMIT_TIMEOUT : Counter.TCP_RETRANSMIT_FAST);
        tellRetransmit(now, c, seq, length, why);
        if (index == c.flight.firstIndex()) {
            // RFC 6298 §5: "a segment is never retransmitted too early, i.e., less than one RTO after the previous
            // transmission of that segment".
            c.timers.stop(TcpTimer.RETRANSMIT);
        }
        armRetransmit(now, c);
    }

    /// A zero-window probe: "at least one octet of new data" (RFC 9293 §3.8.6.1), or the same octet again.
    private void sendProbe(long now, TcpConnection c, TxBatch out) {
        c.probeDue = false;
        context.counters().count(Counter.TCP_WINDOW_PROBES);
        // An octet in seconds says what the peer takes, and nothing of the network's rate.
        c.flight.rate().onApplicationLimited(Math.max(1, c.pipe()));
        if (c.flight.isEmpty()) {
            long seq = c.snd.nxt;
            if (c.config().emptyProbes()) {
                // One below the window: a peer answers what is not acceptable with its acknowledgment and window.
                writer.write(now, c, c.snd.una - 1, 0, 0, TcpEvent.Why.PROBE, out);
                persist(now, c);
                return;
            }
            writer.write(now, c, seq, 1, seq < c.finSequence() ? TcpHeader.PSH : 0, TcpEvent.Why.PROBE, out);
            addToFlight(now, c, seq, 1);
            if (!c.timers.isSet(TcpTimer.USER_TIMEOUT)) {
                c.timers.set(TcpTimer.USER_TIMEOUT, Time.after(now, c.userTimeoutNanos));
            }
        } else {
            long seq = c.flight.start(c.flight.firstIndex());
            writer.write(now, c, seq, 1, seq < c.finSequence() ? TcpHeader.PSH : 0, TcpEvent.Why.PROBE, out);
            c.flight.onProbed(now);
            c.retransmits++;
            tellRetransmit(now, c, seq, 1, TcpEvent.Why.PROBE);
        }
        persist(now, c);
    }

    private static void persist(long now, TcpConnection c) {
        c.probing = true;
        c.timers.stop(TcpTimer.RETRANSMIT);
        c.recovery.onIdle(c);
        long interval = c.probes.windowInterval(c.rtt.rto(), c.config().maxRtoNanos());
        c.timers.set(TcpTimer.PERSIST, Time.after(now, interval));
    }

    private void tellRetransmit(long now, TcpConnection c, long seq, int length, TcpEvent.Why why) {
        if (context.events().wants(Event.Kind.TCP_RETRANSMIT)) {
            context.events().emit(new TcpEvent.Retransmitted(now, c.id(), seq - c.snd.iss, length, why));
        }
    }
}
