package io.towpath.tcp.machine;

import io.towpath.core.Counter;
import io.towpath.core.Drop;
import io.towpath.core.Event;
import io.towpath.core.Packet;
import io.towpath.core.Route;
import io.towpath.core.Time;
import io.towpath.core.TxBatch;
import io.towpath.tcp.TcpConfig;
import io.towpath.tcp.TcpConnection;
import io.towpath.tcp.TcpEvent;
import io.towpath.tcp.TcpListener;
import io.towpath.tcp.TcpState;
import io.towpath.tcp.auth.KeyRing;
import io.towpath.tcp.close.TimeWait;
import io.towpath.tcp.ecn.EcnHandshake;
import io.towpath.tcp.listen.HalfOpen;
import io.towpath.tcp.listen.SynCookies;
import io.towpath.tcp.option.Negotiation;
import io.towpath.tcp.receive.Receiver;
import io.towpath.tcp.segment.Segment;
import io.towpath.wire.TcpHeader;
import org.jspecify.annotations.Nullable;

/// SEGMENT ARRIVES where there is no whole connection: CLOSED (RFC 9293 §3.10.7.1), LISTEN (§3.10.7.2), SYN-RECEIVED
/// of a passive open, and TIME-WAIT.
public final class RowArrival {
    private final Engine engine;
    private final SegmentArrival arrival;
    private final CookieArrival cookies;
    private final FastOpenServer fastOpen;

    /// Arrivals at rows of `engine`; a completed handshake goes on in `arrival`.
    public RowArrival(Engine engine, SegmentArrival arrival) {
        this.engine = engine;
        this.arrival = arrival;
        this.cookies = new CookieArrival(engine, this);
        this.fastOpen = new FastOpenServer(engine, arrival);
    }

    /// What it does with SYN cookies.
    CookieArrival cookies() {
        return cookies;
    }

    /// §3.10.7.1 CLOSED STATE: "An incoming segment containing a RST is discarded. An incoming segment not
    /// containing a RST causes a RST to be sent in response."
    public Drop closed(Segment seg, Packet packet) {
        if (!seg.has(TcpHeader.RST)) {
            int port = TcpHeader.destinationPort(packet.bytes, packet.at);
            engine.replies.reset(
                    packet, seg, engine.bound.answering(packet.destinationHigh, packet.destinationLow, port));
        }
        return Drop.TCP_NO_CONNECTION;
    }

    /// §3.10.7.2 LISTEN STATE.
    public @Nullable Drop listen(long now, TcpListener listener, Segment seg, Packet packet) {
        return listen(now, listener, seg, packet, -1);
    }

    private @Nullable Drop listen(long now, TcpListener listener, Segment seg, Packet packet, long after) {
        if (seg.has(TcpHeader.RST)) {
            return Drop.TCP_NOT_ACCEPTABLE; // "An incoming RST should be ignored."
        }
        if (seg.has(TcpHeader.ACK)) {
            var verdict = cookies.check(now, listener, seg, packet);
            if (verdict != SynCookies.Verdict.NONE) {
                return cookies.acknowledged(now, listener, seg, packet, verdict);
            }
            // "Any acknowledgment is bad if it arrives on a connection still in the LISTEN state."
            engine.replies.reset(packet, seg, null);
            return Drop.TCP_NOT_ACCEPTABLE;
        }
        if (!seg.has(TcpHeader.SYN)) {
            return Drop.TCP_NOT_ACCEPTABLE;
        }
        if (engine.quietTime.end(now, listener.config()) > now) {
            return Drop.TCP_QUIET_TIME; // "keep quiet" (§3.4.3): the peer will try again
        }
        if (!listener.config().conditions().accept(packet, seg.securityAt)) {
            // "If the SYN bit is set, check the security. If the security/compartment on the incoming segment does not
            // exactly match the security/compartment in the TCB, then send a reset and return."
            engine.replies.reset(packet, seg, null);
            return Drop.TCP_SECURITY;
        }
        if (!listener.hasAcceptRoom()) {
            return Drop.TCP_ACCEPT_QUEUE_FULL;
        }
        if (after < 0 && listener.answersWithCookies()) {
            return cookies.answer(now, listener, seg, packet);
        }
        // A cookie cannot be chosen beyond the numbers of an incarnation in TIME-WAIT: that needs a row, and gets it
        // though the queue be full. Nobody makes more of these than there were rows in TIME-WAIT.
        if (after < 0 && !listener.hasSynRoom() && !recycle(now, listener)) {
            return Drop.TCP_SYN_QUEUE_FULL;
        }
        HalfOpen row = remember(now, listener, seg, packet, after);
        row.ecn = EcnHandshake.answer(listener.config().ecn(), seg.flags, seg.ecn);
        row.ecnPromised = row.ecn;
        row.userTimeout = seg.options.userTimeout;
        if (fastOpen.isFor(now, listener, seg) && fastOpen.open(now, row, seg, packet)) {
            return null;
        }
        engine.table.add(row);
        listener.synQueue().add(row);
        engine.tellState(now, row, TcpState.LISTEN, TcpState.SYN_RECEIVED, "SYN received");
        engine.ready(row);
        engine.schedule(row);
        return null;
    }

    private boolean recycle(long now, TcpListener listener) {
        HalfOpen old = listener.synQueue().recyclable();
        if (old != null) {
            drop(now, old, "gave way to a new SYN");
        }
        return old != null;
    }

    /// "ISS should be selected".
    private HalfOpen remember(long now, TcpListener listener, Segment seg, Packet packet, long after) {
        long iss = engine.initialSequence.iss(
                now,
                packet.destinationHigh,
                packet.destinationLow,
                TcpHeader.destinationPort(packet.bytes, packet.at),
                packet.sourceHigh,
                packet.sourceLow,
                TcpHeader.sourcePort(packet.bytes, packet.at));
        if (after >= 0) {
            iss = UserCalls.beyond(after, iss);
        }
        Negotiation options = Negotiation.of(listener.config(), seg.options, isIp4(packet));
        return halfOpen(now, engine.nextId(), listener, packet, options, iss, seg.seq, seg);
    }

    static boolean isIp4(Packet packet) {
        return packet.destinationHigh == 0 && packet.destinationLow >>> 32 == 0xffff;
    }

    /// "Set RCV.NXT to SEG.SEQ+1, IRS is set to SEG.SEQ, and any other control or text should be queued for
    /// processing later." Text that comes with the SYN is not kept: it is not acknowledged, so the peer sends
    /// it again once the connection is open (what nearly every stack does without Fast Open).
    HalfOpen halfOpen(
            long now,
            long id,
            TcpListener listener,
            Packet packet,
            Negotiation options,
            long iss,
            long irs,
            Segment seg) {
        TcpConfig config = listener.config();
        var row = new HalfOpen(
                id,
                listener,
                packet.destinationHigh,
                packet.destinationLow,
                TcpHeader.destinationPort(packet.bytes, packet.at),
                packet.sourceHigh,
                packet.sourceLow,
                TcpHeader.sourcePort(packet.bytes, packet.at),
                options,
                iss,
                irs,
                seg.window,
                Math.min(0xffff, config.receiveBuffer()),
                seg.options.tsVal,
                engine.initialSequence.clockOffset(
                        packet.destinationHigh, packet.destinationLow, packet.sourceHigh, packet.sourceLow),
                Time.after(now, config.synTimeoutNanos()));
        row.keys = KeyRing.of(row, config.authentication(), iss);
        if (row.keys != null) {
            row.keys.beginPassive(irs, seg);
        }
        return row;
    }

    /// §3.10.7.4 for SYN-RECEIVED of a passive open.
    public @Nullable Drop halfOpen(long now, HalfOpen half, Segment seg, Packet packet) {
        seg.unwrap(half.irs + 1, half.iss);
        tell(now, half, seg);
        if (seg.has(TcpHeader.SYN) && !seg.has(TcpHeader.RST) && seg.seq == half.irs) {
            // The same SYN again: our SYN-ACK was lost, or is late.
            half.tsRecent = seg.options.hasTimestamp ? seg.options.tsVal : half.tsRecent;
            if (EcnHandshake.answer(half.config().ecn(), seg.flags, seg.ecn) != half.ecn) {
                half.ecn = 0; // it asks for something else now: for nothing, most likely
            }
            half.acknowledged = false;
            engine.ready(half);
            return Drop.TCP_DUPLICATE;
        }
        boolean stamped = half.options.timestamps && seg.options.hasTimestamp;
        if (half.options.timestamps
                && !stamped
                && !seg.has(TcpHeader.RST)
                && !half.config().habits().missingTimestamps()) {
            return Drop.TCP_NO_TIMESTAMP;
        }
        if (stamped && !seg.has(TcpHeader.RST) && seg.options.tsVal - half.tsRecent < 0) {
            challenge(now, half);
            return Drop.TCP_PAWS;
        }
        if (!isAcceptable(half, seg)) {
            if (!seg.has(TcpHeader.RST)) {
                challenge(now, half);
            }
            return Drop.TCP_OUT_OF_WINDOW;
        }
        if (seg.has(TcpHeader.RST)) {
            return reset(now, half, seg);
        }
        if (!half.config().conditions().isSecure(seg.bytes, seg.securityAt)) {
            // Third: "If the security/compartment in the segment does not exactly match the security/compartment in
            // the TCB, then send a reset and return."
            engine.replies.reset(half, seg.ack);
            return Drop.TCP_SECURITY;
        }
        if (seg.has(TcpHeader.SYN)) {
            // "If the connection was initiated with a passive OPEN, then return this connection to the LISTEN state".
            drop(now, half, "another SYN");
            return Drop.TCP_BAD_SYN;
        }
        if (!seg.has(TcpHeader.ACK)) {
            return Drop.TCP_NO_ACK;
        }
        if (seg.ack != half.iss + 1) {
            var verdict = cookies.check(now, half.listener, seg, packet);
            if (verdict != SynCookies.Verdict.NONE) {
                // An earlier SYN was answered with a cookie, and that answer was first.
                return cookies.acknowledgedBeside(now, half, seg, packet, verdict);
            }
            engine.replies.reset(half, seg.ack);
            return Drop.TCP_BAD_ACK;
        }
        if (!half.listener.hasAcceptRoom()) {
            // Nothing is promised to the peer yet but our SYN: it will try again, and so do we.
            return Drop.TCP_ACCEPT_QUEUE_FULL;
        }
        if (seg.length() == 0 && half.defers()) {
            half.acknowledged = true;
            half.note(now, engine.context, TcpEvent.Note.ACCEPT_DEFERRED, 0);
            return Drop.TCP_DEFERRED;
        }
        return establish(now, half, seg);
    }

    private static boolean isAcceptable(HalfOpen half, Segment seg) {
        long nxt = half.irs + 1;
        long edge = nxt + half.window;
        long last = seg.seq + Math.max(0, seg.length() - 1);
        return nxt <= seg.seq && seg.seq < edge || seg.length() > 0 && nxt <= last && last < edge;
    }

    private Drop reset(long now, HalfOpen half, Segment seg) {
        if (seg.seq != half.irs + 1) {
            challenge(now, half); // RFC 5961 §3.2
            return Drop.TCP_BAD_RST;
        }
        // "If this connection was initiated with a passive OPEN, then return this connection to LISTEN state".
        engine.context.counters().count(Counter.TCP_RESETS_IN);
        drop(now, half, "reset by the peer");
        return Drop.TCP_DEAD;
    }

    void drop(long now, HalfOpen half, String reason) {
        engine.context.counters().count(Counter.TCP_OPEN_FAILURES);
        engine.forget(half);
        engine.tellState(now, half, TcpState.SYN_RECEIVED, TcpState.LISTEN, reason);
    }

    private void challenge(long now, HalfOpen half) {
        if (engine.challengeAcks.allow(now)) {
            engine.replies.acknowledge(
                    half,
                    half.iss + 1,
                    half.irs + 1,
                    half.window >> half.options.receiveScale,
                    half.options.timestamps,
                    half.tsOffset,
                    half.tsRecent,
                    now);
        }
    }

    /// The third segment of the handshake: the row becomes a connection.
    @Nullable
    Drop establish(long now, HalfOpen half, Segment seg) {
        Route route = engine.network.route(half.localAddress(), half.remoteAddress());
        if (route == null) {
            if (!half.isCookie()) {
                drop(now, half, "no route");
            }
            return Drop.NO_ROUTE;
        }
        if (half.isCookie()) {
            engine.tellState(now, half, TcpState.LISTEN, TcpState.SYN_RECEIVED, "SYN cookie came back");
        } else {
            engine.forget(half);
        }
        TcpConnection c = engine.connection(
                half.id(),
                Engine.SocketPairKey.of(half),
                half.listener.config(),
                route,
                TcpState.SYN_RECEIVED,
                half.iss,
                half.options);
        engine.table.add(c);
        engine.context.counters().count(Counter.TCP_PASSIVE_OPENS);
        c.keys = half.keys;
        c.accounts.byCookie = half.isCookie();
        c.rcv = new Receiver(half.irs, half.window, c.receiveRing());
        c.snd.nxt = half.iss + 1;
        c.snd.updateWindow(half.irs, half.iss, half.peerWindow);
        c.sentAt = half.sentAt;
        c.synsSent = half.sent;
        c.synLost = half.sent > 1;
        if (half.options.timestamps) {
            c.stamps.start(now, half.tsRecent, c.rcv.nxt);
        }
        c.ecn.tellBytes(half.config().ecn().option() && half.sent <= 1);
        c.ecn.startPassive(half.ecnPromised, half.ecn);
        UserTimer.onOption(now, engine, c, half.userTimeout);
        c.listener = half.listener;
        Drop drop = arrival.process(now, c, seg);
        if (!c.isDead() && c.listener != null) {
            c.listener.offer(engine.context.signals(), c);
        }
        return drop;
    }

    /// TIME-WAIT: a new incarnation may begin (RFC 6191, RFC 9293 §3.4.1 MAY-2); all else is answered so that the peer
    /// can finish.
    public @Nullable Drop timeWait(long now, TimeWait row, Segment seg, Packet packet, @Nullable TcpListener listener) {
        seg.unwrap(row.rcvNxt, row.sndNxt);
        if (seg.has(TcpHeader.RST)) {
            // RFC 1337 §3 (F1): "Ignore RST segments in TIME-WAIT state."
            row.note(now, engine.context, TcpEvent.Note.RESET_IGNORED, 0);
            return Drop.TCP_DEAD;
        }
        if (seg.has(TcpHeader.SYN)
                && !seg.has(TcpHeader.ACK)
                && listener != null
                && isNewIncarnation(row, seg, listener)) {
            engine.context.counters().count(Counter.TCP_TIME_WAIT_REUSED);
            engine.endTimeWait(now, row, "new incarnation");
            seg.unwrap(1L << 32, 1L << 32);
            return listen(now, listener, seg, packet, row.sndNxt);
        }
        if (!seg.has(TcpHeader.ACK) && row.config().quietTimeWait()) {
            return Drop.TCP_NO_ACK;
        }
        if (row.timestamps && seg.options.hasTimestamp && seg.options.tsVal - row.tsRecent < 0) {
            acknowledge(now, row);
            return Drop.TCP_PAWS;
        }
        if (!seg.has(TcpHeader.ACK | TcpHeader.SYN) && row.rcvNxt <= seg.seq && seg.seq < row.rcvNxt + row.rcvWnd) {
            // Fifth step, in the window: "if the ACK bit is off, drop the segment and return".
            return Drop.TCP_NO_ACK;
        }
        if (seg.has(TcpHeader.FIN) && seg.seq + seg.length() == row.rcvNxt) {
            // "The only thing that can arrive in this state is a retransmission of the remote FIN. Acknowledge it, and
            // restart the 2 MSL timeout."
            row.restart(Time.after(now, row.config().timeWaitNanos()));
            engine.schedule(row);
            engine.acknowledge(now, row);
            return Drop.TCP_DEAD;
        }
        if (seg.length() > 0 || seg.seq != row.rcvNxt) {
            acknowledge(now, row);
        }
        return Drop.TCP_DEAD;
    }

    private void acknowledge(long now, TimeWait row) {
        if (engine.challengeAcks.allow(now)) {
            engine.acknowledge(now, row);
        }
    }

    /// RFC 6191 §2: when the new connection would use timestamps, its first one must be greater than the last of
    /// the old connection (or equal, and the sequence number greater); that the old one had none is enough. Without
    /// timestamps the sequence number must be "larger than the last sequence number seen on the previous
    /// incarnation".
    private static boolean isNewIncarnation(TimeWait row, Segment seg, TcpListener listener) {
        long from = row.config().quietTimeWait() ? row.rcvNxt + 1 : row.rcvNxt;
        if (!seg.options.hasTimestamp || !listener.config().timestamps()) {
            return seg.seq >= from;
        }
        int newer = seg.options.tsVal - row.tsRecent;
        return !row.timestamps || newer > 0 || newer == 0 && seg.seq >= from;
    }

    /// Sends the SYN-ACK of a half-open connection and sets the time for the next one.
    public void poll(long now, HalfOpen half, TxBatch out) {
        Route route = engine.network.route(half.localAddress(), half.remoteAddress());
        if (route == null) {
            drop(now, half, "no route");
            return;
        }
        if (half.sent > 0 && half.isQuiet()) {
            rearm(now, half);
            return;
        }
        if (half.sent == 0) {
            half.sentAt = now;
        } else {
            engine.context.counters().count(Counter.TCP_RETRANSMIT_SYN);
        }
        half.sent++;
        engine.writer.writeSynAck(now, half, route, out);
        rearm(now, half);
    }

    private void rearm(long now, HalfOpen half) {
        TcpConfig config = half.listener.config();
        long rto = Math.min(
                slop(config, half) + (config.initialRtoNanos() << Math.min(half.timeouts, 16)), config.maxRtoNanos());
        half.retryAt = Time.after(now, rto);
        engine.schedule(half);
    }

    private static long slop(TcpConfig config, HalfOpen half) {
        return half.timeouts > 0 ? config.rtoSlopNanos() : 0;
    }

    private void tell(long now, HalfOpen half, Segment seg) {
        if (engine.context.events().wants(Event.Kind.TCP_SEGMENT_IN)) {
            engine.context
                    .events()
                    .emit(new TcpEvent.SegmentIn(
                            now,
                            half.id(),
                            seg.seq - half.irs,
                            seg.has(TcpHeader.ACK) ? seg.ack - half.iss : -1,
                            seg.flags,
                            seg.textLength,
                            seg.window,
                            TcpState.SYN_RECEIVED));
        }
    }
}
