package io.towpath.tcp.send;

import io.towpath.congestion.PathMtuSearch;
import io.towpath.tcp.TcpConnection;
import io.towpath.tcp.config.PathMtuConfig;
import io.towpath.tcp.recovery.LossRecovery;
import io.towpath.tcp.segment.SegmentWriter;
import io.towpath.wire.TcpHeader;
import org.jspecify.annotations.Nullable;

/// The probes of path MTU discovery as a TCP sends them (RFC 4821 §7): a probe is a segment of new data, larger
/// than the others, sent where enough data follows it for its loss to be seen.
public final class MtuProbes {
    private static final int IP4_LEAST = 576;
    private static final int IP6_LEAST = 1280;

    /// Timeouts in a row of a full-sized segment that mean a black hole.
    private static final int TIMEOUTS = 2;

    private @Nullable PathMtuSearch search;
    private long end = -1;
    /// Timeouts of packets of the present size since something was acknowledged or the size fell.
    private int timeouts;

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

    /// A probe of `text` bytes left, up to sequence number `to`.
    public void onSent(TcpConnection c, int text, long to) {
        if (search != null) {
            search.onProbeSent(search.size() + text - c.mss);
            end = to;
        }
    }

    /// True when the segment that ends at `to` is the probe under way.
    public boolean isProbe(long to) {
        return end == to && to >= 0;
    }

    /// Everything before `una` arrived.
    public void onAcknowledged(long now, long una) {
        timeouts = 0;
        if (end >= 0 && una >= end && search != null) {
            search.onProbeAcknowledged(now);
            end = -1;
        }
    }

    /// The probe was lost: the path may be as it was, and its data goes again in segments of the present size.
    public void onLost(long now, TcpConnection c) {
        if (search != null) {
            search.onProbeLost(now, 5 * c.rtt.rto());
        }
        end = -1;
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
    public boolean onTimeout(long now, TcpConnection c) {
        boolean probe = end >= 0;
        if (probe) {
            onLost(now, c);
        }
        if (search == null
                || probe
                || c.flight.isEmpty()
                || packet(c, c.flight.length(c.flight.firstIndex())) < search.size()) {
            return false;
        }
        timeouts++;
        if (timeouts < TIMEOUTS) {
            return false;
        }
        timeouts = 0;
        return search.onBlackHole(now, 5 * c.rtt.rto());
    }
}
