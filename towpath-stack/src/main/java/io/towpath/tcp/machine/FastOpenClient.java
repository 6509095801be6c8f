package io.towpath.tcp.machine;

import io.towpath.core.Counter;
import io.towpath.core.Route;
import io.towpath.core.Signals;
import io.towpath.tcp.TcpConfig;
import io.towpath.tcp.TcpConnection;
import io.towpath.tcp.TcpEvent;
import io.towpath.tcp.TcpState;
import io.towpath.tcp.config.FastOpenConfig;
import io.towpath.tcp.listen.FastOpen;
import io.towpath.tcp.listen.FastOpenCache;
import io.towpath.tcp.listen.FastOpenCookie;
import io.towpath.tcp.segment.Segment;
import io.towpath.wire.TcpHeader;
import org.jspecify.annotations.Nullable;

/// The client's side of Fast Open (RFC 7413 §4.2.1): asks servers for cookies, sends data in SYNs to those that
/// gave one, and falls back to ordinary SYNs when such do not get through.
final class FastOpenClient {
    /// Room for the options of a SYN. Linux leaves all of it, whatever its own take: middleboxes add theirs.
    private static final int OPTIONS_MAX = TcpHeader.LENGTH_MAX - TcpHeader.LENGTH;

    /// RFC 7413 §4.1.3.1 has a client cache negative responses; the third timeout in a row is one about all
    /// servers.
    private static final int BLACK_HOLE_TIMEOUTS = 3;

    private final Engine engine;
    private final FastOpenCache cache = new FastOpenCache();

    FastOpenClient(Engine engine) {
        this.engine = engine;
    }

    /// What servers are known for.
    FastOpenCache cache() {
        return cache;
    }

    /// How a connection opens that has data at once, or wants a cookie for the next one.
    @Nullable
    FastOpen attempt(long now, Route route, TcpConfig config) {
        FastOpenConfig fast = config.fastOpen();
        if (!fast.client()) {
            return null;
        }
        FastOpenCookie cookie = cache.cookie(now, route.source(), route.destination(), fast);
        if (cookie == null) {
            return null;
        }
        if (fast.clientWithoutCookie()) {
            return FastOpen.active(null, room(route, config));
        }
        return FastOpen.active(cookie, cookie.isRequest() ? 0 : room(route, config));
    }

    /// RFC 7413 §4.1.3: the client caches the server's MSS, since before the SYN-ACK it knows nothing better;
    /// and no more than what the path takes.
    private int room(Route route, TcpConfig config) {
        int most = route.mtu() - route.headerBytes() - TcpHeader.LENGTH;
        int known = cache.mss(route.source(), route.destination());
        if (known > 0) {
            most = Math.min(most, known);
        }
        if (config.mss() > 0) {
            most = Math.min(most, config.mss());
        }
        return Math.max(0, most - OPTIONS_MAX);
    }

    /// The SYN-ACK of a connection that began so; it is in ESTABLISHED now.
    void onSynAck(long now, TcpConnection c, FastOpen fastOpen, Segment seg) {
        int acked = (int) (c.snd.una - c.snd.iss - 1);
        int mss = seg.options.mss >= 0 ? seg.options.mss : 0;
        cache.onSynAck(
                now,
                c.route.source(),
                c.route.destination(),
                fastOpen.cookie(),
                mss,
                FastOpenCookie.of(seg),
                fastOpen.synText,
                c.synsSent > 1,
                acked > 0);
        onAnswer(now, c, fastOpen);
    }

    /// SND.UNA tells for the first time what the peer took of a SYN's text; the connection is in ESTABLISHED now.
    void onAnswer(long now, TcpConnection c, FastOpen fastOpen) {
        int acked = (int) (c.snd.una - c.snd.iss - 1);
        int left = fastOpen.synText - acked;
        if (fastOpen.synText == 0) {
            return;
        }
        fastOpen.acknowledged = left == 0;
        engine.context.counters().count(left == 0 ? Counter.TCP_FAST_OPEN_ACTIVE : Counter.TCP_FAST_OPEN_FALLBACK);
        fastOpen.tell(
                now,
                engine.context,
                c.id(),
                left == 0 ? TcpEvent.FastOpenStep.ACCEPTED : TcpEvent.FastOpenStep.REFUSED);
        if (acked > 0) {
            c.sendRing().release(acked);
            c.tell(engine.context, Signals.WRITABLE);
        }
        // RFC 7413 §4.2.1: what the SYN-ACK does not acknowledge is sent again at once. That it was not taken
        // is no sign of congestion.
        // What is beyond the window, which is known only now, counts as never sent.
        long end = c.snd.una + Math.min(left, c.snd.wnd);
        for (long seq = c.snd.una; seq < end; seq += c.mss) {
            c.flight.add(seq, (int) Math.min(end - seq, c.mss), now);
        }
        c.snd.nxt = end;
        c.flight.markAllLost();
    }

    /// A retransmission timeout.
    void onTimeout(long now, TcpConnection c, FastOpen fastOpen) {
        boolean nothingSince = c.state() == TcpState.SYN_SENT || c.snd.una <= c.snd.iss + 1 + fastOpen.synText;
        int timeouts = c.state() == TcpState.SYN_SENT ? c.synsSent : c.rtt.backoffs();
        if (fastOpen.synText > 0 && !fastOpen.isPassive() && nothingSince && timeouts == BLACK_HOLE_TIMEOUTS) {
            cache.onBlackHole(now);
        }
    }
}
