package io.towpath.tcp.machine;

import io.towpath.core.Counter;
import io.towpath.core.Event;
import io.towpath.core.Packet;
import io.towpath.core.Route;
import io.towpath.core.Time;
import io.towpath.tcp.TcpConnection;
import io.towpath.tcp.TcpEvent;
import io.towpath.tcp.TcpListener;
import io.towpath.tcp.TcpState;
import io.towpath.tcp.TcpTimer;
import io.towpath.tcp.config.FastOpenConfig;
import io.towpath.tcp.config.FastOpenKey;
import io.towpath.tcp.listen.FastOpen;
import io.towpath.tcp.listen.FastOpenCookie;
import io.towpath.tcp.listen.HalfOpen;
import io.towpath.tcp.receive.Receiver;
import io.towpath.tcp.segment.Segment;
import io.towpath.wire.TcpHeader;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The server's side of Fast Open (RFC 7413 §4.2.2): a SYN with a good cookie makes a connection at once, whose
/// user may read the data that came with it and answer, while the handshake goes on.
final class FastOpenServer {
    private final Engine engine;
    private final SegmentArrival arrival;
    private final FastOpenKey hostKey;

    FastOpenServer(Engine engine, SegmentArrival arrival) {
        this.engine = engine;
        this.arrival = arrival;
        var entropy = engine.context.entropy().split("tcp.fastopen");
        this.hostKey = new FastOpenKey(entropy.nextLong(), entropy.nextLong());
    }

    /// True when a SYN is Fast Open's business at all.
    boolean isFor(long now, TcpListener listener, Segment seg) {
        FastOpenConfig config = listener.config().fastOpen();
        // A cookie and a signature do not fit into one header; and a signed SYN needs no cookie to be believed.
        return config.serverQueue() > 0
                && seg.key == null
                && seg.authentication == null
                && (seg.textLength > 0 || seg.options.fastOpenLength >= 0)
                && listener.fastOpenQueue().hasRoom(now, config.serverQueue());
    }

    /// Takes a SYN.
    ///
    /// @param row as it would be remembered for an ordinary handshake
    /// @return true when it made a connection; else the option of `row` is what the SYN-ACK must tell
    boolean open(long now, HalfOpen row, Segment seg, Packet packet) {
        FastOpenConfig config = row.listener.config().fastOpen();
        int length = seg.options.fastOpenLength;
        int key = length > 0 ? keyOf(config, seg, packet) : -1;
        if (config.serverWithoutCookie() || key >= 0) {
            // What an old key made is good, but the peer gets what the present one makes.
            FastOpenCookie newer = key > 0 ? cookie(config, seg, packet) : null;
            return begin(now, row, seg, newer);
        }
        if (length >= 0) {
            // RFC 7413 §4.1.2 and §4.2.2: to whoever asks, and to whoever has a bad one, a good one is told.
            engine.context.counters().count(Counter.TCP_FAST_OPEN_COOKIES);
            if (engine.context.events().wants(Event.Kind.TCP_FAST_OPEN)) {
                engine.context.events().emit(new TcpEvent.FastOpened(now, row.id(), TcpEvent.FastOpenStep.GRANTED, 0));
            }
            row.fastOpenCookie = cookie(config, seg, packet);
        }
        return false;
    }

    private FastOpenCookie cookie(FastOpenConfig config, Segment seg, Packet packet) {
        return new FastOpenCookie(keys(config).getFirst().cookie(packet), seg.options.fastOpenExperimental);
    }

    private List<FastOpenKey> keys(FastOpenConfig config) {
        return config.keys().isEmpty() ? List.of(hostKey) : config.keys();
    }

    /// Which key made the cookie of the segment, -1 for none.
    private int keyOf(FastOpenConfig config, Segment seg, Packet packet) {
        FastOpenCookie told = FastOpenCookie.of(seg);
        List<FastOpenKey> keys = keys(config);
        for (int i = 0; i < keys.size(); i++) {
            if (told != null && keys.get(i).cookie(packet).equals(told.octets())) {
                return i;
            }
        }
        return -1;
    }

    private boolean begin(long now, HalfOpen row, Segment seg, @Nullable FastOpenCookie newer) {
        Route route = engine.network.route(row.localAddress(), row.remoteAddress());
        if (route == null) {
            return false;
        }
        TcpListener listener = row.listener;
        engine.tellState(now, row, TcpState.LISTEN, TcpState.SYN_RECEIVED, "SYN with a Fast Open cookie");
        TcpConnection c = engine.connection(
                row.id(),
                Engine.SocketPairKey.of(row),
                listener.config(),
                route,
                TcpState.SYN_RECEIVED,
                row.iss,
                row.options);
        engine.table.add(c);
        engine.context.counters().count(Counter.TCP_PASSIVE_OPENS);
        engine.context.counters().count(Counter.TCP_FAST_OPEN_PASSIVE);
        c.rcv = new Receiver(row.irs, row.window, c.receiveRing());
        // The window begins behind our SYN, which is not acknowledged yet.
        c.snd.updateWindow(row.irs, row.iss, row.peerWindow + 1L);
        if (row.options.timestamps) {
            c.stamps.start(now, row.tsRecent, c.rcv.nxt);
        }
        c.ecn.startPassive(row.ecnPromised, row.ecn);
        FastOpen fastOpen = FastOpen.passive(listener.fastOpenQueue(), newer);
        c.fastOpen = fastOpen;
        c.listener = listener;
        engine.begin(now, c);
        take(now, c, fastOpen, seg);
        fastOpen.tell(now, engine.context, c.id(), TcpEvent.FastOpenStep.TAKEN);
        c.timers.set(TcpTimer.USER_TIMEOUT, Time.after(now, c.config().synTimeoutNanos()));
        UserTimer.onOption(now, engine, c, seg.options.userTimeout);
        c.synDue = true;
        engine.ready(c);
        engine.schedule(c);
        listener.offer(engine.context.signals(), c);
        return true;
    }

    /// The text is the user's at once. A FIN waits until it comes again: the SYN-ACK does not acknowledge it.
    private void take(long now, TcpConnection c, FastOpen fastOpen, Segment seg) {
        if (seg.textLength == 0) {
            return;
        }
        seg.dropSyn();
        seg.flags &= ~TcpHeader.FIN;
        arrival.textAndFin(now, c, seg);
        fastOpen.synText = (int) (c.rcv.nxt - c.rcv.irs - 1);
        fastOpen.acknowledged = fastOpen.synText > 0;
    }
}
