package io.towpath.tcp.send;

import io.towpath.congestion.PathMtuSearch;
import io.towpath.core.Context;
import io.towpath.core.Event;
import io.towpath.tcp.TcpConnection;
import io.towpath.tcp.TcpEvent;
import io.towpath.tcp.config.PathMtuConfig;
import io.towpath.tcp.recovery.LossRecovery;
import io.towpath.tcp.segment.SegmentWriter;
import io.towpath.wire.TcpHeader;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// The probes of path MTU discovery as a TCP sends them (RFC 4821 §7): a probe is a segment of new data, larger
/// than the others, sent where enough data follows it for its loss to be seen.
public final class MtuProbes {
    private static final int IP4_LEAST = 576;
    private static final int IP6_LEAST = 1280;

    /// Timeouts in a row of a segment, larger than what every path carries, that mean a black hole.
    private static final int TIMEOUTS = 2;

    private @Nullable PathMtuSearch search;
    /// The probe sent last, `[from, to)`; `to` is negative when there is none any more.
    private long from;

    private long to = -1;
    /// It was taken for lost, and its data goes again in pieces.
    private boolean apart;
    /// Timeouts of such packets since something was acknowledged or the size fell.
    private int timeouts;

    private long sent;
    private long raised;
    private long blackHoles;

    /// No search.
    public MtuProbes() {}

    /// The data phase begins.
    public void start(TcpConnection c) {
        PathMtuConfig config = c.config().pathMtu();
        if (config.use() != PathMtuConfig.Use.OFF && c.config().mss() == 0) {
            int least = c.route.source().isIp4() ? IP4_LEAST : IP6_LEAST;
            boolean trusting = config.use() == PathMtuConfig.Use.BLACK_HOLE;
            search = new PathMtuSearch(least, config.base(), c.route.mtu(), trusting);
        }
    }

    /// The largest packet to send now.
    public int mtu(TcpConnection c) {
        PathMtuSearch s = search;
        if (s == null) {
            return c.route.mtu();
        }
        s.onLimit(c.route.mtu());
        return s.size();
    }

    /// How much text beyond [TcpConnection#mss] a probe of the next segment should have; 0 for no probe. RFC
    /// 4821 §7.4: only while nothing is lost, and with enough data behind it.
    public int extra(long now, TcpConnection c, long queued, long usable, long room) {
        PathMtuSearch s = search;
        if (s == null || c.recovery.phase() != LossRecovery.Phase.OPEN || c.flight.lostSegments() > 0) {
            return 0;
        }
        int bytes = s.probeSize(now);
        int more = Math.min(bytes - s.size(), c.options.peerMss - options(c) - c.mss);
        long text = (long) c.mss + more;
        return bytes > 0 && more > 0 && queued >= text + 3L * c.mss && Math.min(usable, room) >= text ? more : 0;
    }

    /// A probe of `text` bytes left, up to sequence number `end`.
    public void onSent(long now, Context context, TcpConnection c, int text, long end) {
        if (search != null) {
            sent++;
            tell(now, context, c, TcpEvent.ProbeStep.SENT, search.size() + text - c.mss);
            search.onProbeSent(search.size() + text - c.mss);
            from = end - text;
            to = end;
            apart = false;
        }
    }

    /// True when the segment that ends at `end` is the probe under way.
    public boolean isProbe(long end) {
        return !apart && end == to && to >= 0;
    }

    /// True when nothing is deemed lost but a probe, or pieces of one that was taken apart. RFC 8899 §3:
    /// the loss of a probe "SHOULD NOT be treated as an indication of congestion".
    public boolean isOnlyLoss(Flight flight) {
        if (to < 0) {
            return false;
        }
        long bytes = 0;
        for (long i = flight.firstIndex(); i <= flight.lastIndex() && flight.end(i) <= to; i++) {
            bytes += flight.start(i) >= from && flight.isLost(i) ? flight.length(i) : 0;
        }
        return bytes == flight.lost();
    }

    /// True when `una` lies within a probe that goes again in pieces: an acknowledgment there says of no other
    /// segment that it is lost.
    public boolean isBeingRepaired(long una) {
        return apart && una < to;
    }

    /// Everything before `una` arrived.
    public void onAcknowledged(long now, Context context, TcpConnection c, long una) {
        timeouts = 0;
        if (to >= 0 && una >= to && search != null) {
            if (!apart) {
                search.onProbeAcknowledged(now);
                raised++;
                tell(now, context, c, TcpEvent.ProbeStep.RAISED, search.size());
            }
            to = -1;
        }
    }

    /// The probe was lost, or nobody can tell: the path may be as it was, and its data goes again in segments of the
    /// present size.
    public void takeApart(long now, Context context, TcpConnection c) {
        if (search != null) {
            tell(now, context, c, TcpEvent.ProbeStep.LOST, search.size());
            search.onProbeLost(now, 5 * c.rtt.rto());
        }
        apart = true;
        c.flight.resegment(c.mss);
    }

    /// Everything in flight was cut anew for a smaller size: the probe is no more, and nothing was learnt from it.
    public void forget() {
        if (to >= 0 && !apart && search != null) {
            search.onProbeForgotten();
        }
        to = -1;
    }

    /// Bytes of options that every segment carries.
    private static int options(TcpConnection c) {
        return SegmentWriter.optionBytes(c)
                + c.config().conditions().headerBytes(c.route.source().isIp4());
    }

    private static int packet(TcpConnection c, int text) {
        return text + options(c) + TcpHeader.LENGTH + c.route.headerBytes();
    }

    /// The retransmission timer expired.
    ///
    /// @return true when packets must become smaller
    public boolean onTimeout(long now, Context context, TcpConnection c) {
        boolean probe = to >= 0 && !apart && !c.flight.isSacked(c.flight.indexAtOrAfter(to) - 1);
        if (probe) {
            takeApart(now, context, c);
        }
        if (search == null || probe || c.flight.isEmpty()) {
            return false;
        }
        int bytes = packet(c, c.flight.length(c.flight.firstIndex()));
        if (!search.isDoubtful(bytes)) {
            return false;
        }
        timeouts++;
        if (timeouts < TIMEOUTS) {
            return false;
        }
        timeouts = 0;
        boolean fell = search.onBlackHole(now, 5 * c.rtt.rto(), bytes);
        if (fell) {
            blackHoles++;
            tell(now, context, c, TcpEvent.ProbeStep.BLACK_HOLE, search.size());
        }
        return fell;
    }

    private static void tell(long now, Context context, TcpConnection c, TcpEvent.ProbeStep step, int bytes) {
        if (context.events().wants(Event.Kind.TCP_PATH_MTU)) {
            context.events().emit(new TcpEvent.PathMtuProbed(now, c.id(), step, bytes));
        }
    }

    /// For STATUS: where the search stands, in lower case, with what became of its probes; empty when there is
    /// none.
    public String text() {
        PathMtuSearch s = search;
        return s == null
                ? ""
                : s.phase().name().toLowerCase(Locale.ROOT) + " sent " + sent + " raised " + raised + " black-holes "
                        + blackHoles;
    }
}
