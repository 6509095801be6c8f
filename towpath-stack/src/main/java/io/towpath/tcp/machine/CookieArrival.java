package io.towpath.tcp.machine;

import io.towpath.core.Counter;
import io.towpath.core.Drop;
import io.towpath.core.Event;
import io.towpath.core.Packet;
import io.towpath.core.Route;
import io.towpath.core.TxBatch;
import io.towpath.tcp.TcpEvent;
import io.towpath.tcp.TcpListener;
import io.towpath.tcp.ecn.EcnHandshake;
import io.towpath.tcp.listen.HalfOpen;
import io.towpath.tcp.listen.SynCookies;
import io.towpath.tcp.option.Negotiation;
import io.towpath.tcp.option.Timestamps;
import io.towpath.tcp.segment.Segment;
import io.towpath.wire.Endpoint;
import io.towpath.wire.IpAddress;
import io.towpath.wire.TcpHeader;
import io.towpath.wire.TcpOptions;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/// SEGMENT ARRIVES at a listener that answers SYNs with cookies (RFC 4987 §3.6): a SYN leaves nothing behind,
/// and the acknowledgment that completes the handshake brings all that the connection begins with.
final class CookieArrival {
    private static final int CAPACITY = 1024;

    private final Engine engine;
    private final RowArrival rows;
    private final TcpOptions options = new TcpOptions();
    /// SYN-ACKs until the next poll: stateless replies, so the queue is bounded and what does not fit is forgotten.
    private final ArrayDeque<HalfOpen> answers = new ArrayDeque<>();

    CookieArrival(Engine engine, RowArrival rows) {
        this.engine = engine;
        this.rows = rows;
    }

    /// A SYN: the SYN-ACK carries all that must be known.
    @Nullable
    Drop answer(long now, TcpListener listener, Segment seg, Packet packet) {
        boolean ip4 = RowArrival.isIp4(packet);
        Negotiation agreed = Negotiation.of(listener.config(), seg.options, ip4);
        if (!agreed.timestamps) {
            // Nothing would bring the options back, so the SYN-ACK must not agree to them.
            options.clear();
            options.mss = seg.options.mss;
            agreed = Negotiation.of(listener.config(), options, ip4);
        }
        // One bit comes back: an ECN-setup SYN gets the answer of RFC 3168 §6.1.1, whatever more it asks for.
        boolean ecn = agreed.timestamps
                && listener.config().ecn().accept()
                && (seg.flags & EcnHandshake.FLAGS) == EcnHandshake.FLAGS;
        int iss = engine.synCookies.make(now, packet, seg.seq, agreed, ecn);
        // The same SYN that a connection was made for: an old duplicate, since a new incarnation has a new number.
        return engine.synCookies.isSpent(packet, iss)
                ? Drop.TCP_DUPLICATE
                : answer(now, listener, seg, packet, agreed, ecn, iss, seg.seq);
    }

    private @Nullable Drop answer(
            long now,
            TcpListener listener,
            Segment seg,
            Packet packet,
            Negotiation agreed,
            boolean ecn,
            long iss,
            long irs) {
        if (answers.size() == CAPACITY) {
            return Drop.REPLY_QUEUE_FULL;
        }
        HalfOpen row = rows.halfOpen(now, 0, listener, packet, agreed, iss & 0xffff_ffffL, irs, seg);
        row.carryCookie(SynCookies.stamp(Timestamps.value(row.tsOffset, now), agreed, ecn));
        row.ecn = ecn ? TcpHeader.ECE : 0;
        row.sent = 1;
        answers.add(row);
        listener.onCookie(now);
        tell(now, listener, packet, 0, TcpEvent.CookieStep.SENT);
        engine.context.counters().count(Counter.TCP_SYN_COOKIES_OUT);
        return null;
    }

    /// What an acknowledgment is to a listener whose cookies are out, NONE for any other.
    SynCookies.Verdict check(long now, TcpListener listener, Segment seg, Packet packet) {
        if (seg.has(TcpHeader.SYN | TcpHeader.RST) || !listener.hasCookiesOut(now)) {
            return SynCookies.Verdict.NONE;
        }
        var verdict = engine.synCookies.check(
                now, packet, seg.seq, seg.ack, seg.length(), isStamped(listener, seg), seg.options.tsEcr);
        if (verdict != SynCookies.Verdict.NONE && engine.synCookies.isSpent(packet, seg.ack - 1)) {
            return SynCookies.Verdict.NONE;
        }
        if (verdict == SynCookies.Verdict.NONE) {
            engine.context.counters().count(Counter.TCP_SYN_COOKIES_BAD);
            tell(now, listener, packet, 0, TcpEvent.CookieStep.FAILED);
        }
        return verdict;
    }

    private void tell(long now, TcpListener listener, Packet packet, long connection, TcpEvent.CookieStep step) {
        listener.cookies().count(step);
        if (engine.context.events().wants(Event.Kind.TCP_SYN_COOKIE)) {
            int localPort = TcpHeader.destinationPort(packet.bytes, packet.at);
            int remotePort = TcpHeader.sourcePort(packet.bytes, packet.at);
            var local = new Endpoint(IpAddress.of(packet.destinationHigh, packet.destinationLow), localPort);
            var remote = new Endpoint(IpAddress.of(packet.sourceHigh, packet.sourceLow), remotePort);
            engine.context.events().emit(new TcpEvent.SynCookie(now, connection, local, remote, step));
        }
    }

    private static boolean isStamped(TcpListener listener, Segment seg) {
        return listener.config().timestamps() && seg.options.hasTimestamp;
    }

    /// A cookie came back.
    @Nullable
    Drop acknowledged(long now, TcpListener listener, Segment seg, Packet packet, SynCookies.Verdict verdict) {
        if (verdict == SynCookies.Verdict.LATER) {
            // RFC 9293 §3.10.7.2 has a reset here. *Deviation*: the peer is in ESTABLISHED, its first segment
            // was lost or overtaken, and comes again.
            return Drop.TCP_COOKIE_LATER;
        }
        boolean stamped = isStamped(listener, seg);
        boolean ecn = engine.synCookies.open(packet, seg.ack, stamped, seg.options.tsEcr, options);
        Negotiation agreed = Negotiation.of(listener.config(), options, RowArrival.isIp4(packet));
        if (verdict == SynCookies.Verdict.KEEPALIVE) {
            // Nothing will ever come again but probes. The SYN-ACK once more makes the peer repeat the acknowledgment
            // (RFC 5961 §4.2).
            return answer(now, listener, seg, packet, agreed, ecn, seg.ack - 1, seg.seq);
        }
        if (!listener.hasAcceptRoom()) {
            return Drop.TCP_ACCEPT_QUEUE_FULL;
        }
        HalfOpen row = rows.halfOpen(now, engine.nextId(), listener, packet, agreed, seg.ack - 1, seg.seq - 1, seg);
        row.carryCookie(0);
        row.ecn = ecn ? TcpHeader.ECE : 0;
        row.ecnPromised = row.ecn;
        engine.synCookies.spend(packet, seg.ack - 1);
        engine.context.counters().count(Counter.TCP_SYN_COOKIES_IN);
        tell(now, listener, packet, row.id(), TcpEvent.CookieStep.ACCEPTED);
        return rows.establish(now, row, seg);
    }

    /// A cookie came back where a row is for the same two sockets, made for the SYN that came again.
    @Nullable
    Drop acknowledgedBeside(long now, HalfOpen half, Segment seg, Packet packet, SynCookies.Verdict verdict) {
        if (verdict != SynCookies.Verdict.FIRST || !half.listener.hasAcceptRoom()) {
            return Drop.TCP_COOKIE_LATER;
        }
        rows.drop(now, half, "the answer with a cookie was first");
        return acknowledged(now, half.listener, seg, packet, verdict);
    }

    /// Sends what waits while `out` has room.
    ///
    /// @return true when more waits
    boolean poll(long now, TxBatch out) {
        while (!out.isFull()) {
            HalfOpen row = answers.poll();
            if (row == null) {
                return false;
            }
            Route route = engine.network.route(row.localAddress(), row.remoteAddress());
            if (route == null) {
                engine.context.counters().dropped(Drop.NO_ROUTE);
            } else {
                engine.writer.writeSynAck(now, row, route, out);
            }
        }
        return !answers.isEmpty();
    }
}
