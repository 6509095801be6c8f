package io.towpath.tcp.close;

import io.towpath.tcp.SocketPair;
import io.towpath.tcp.TcpConfig;
import io.towpath.tcp.TcpConnection;
import io.towpath.tcp.TcpState;

/// A connection in TIME-WAIT: enough to acknowledge the peer's FIN again and to tell an old duplicate from a new
/// incarnation (RFC 6191), and no more.
public final class TimeWait extends SocketPair {
    /// SND.NXT.
    public final long sndNxt;

    /// RCV.NXT.
    public final long rcvNxt;

    /// RCV.WND, in bytes.
    public final long rcvWnd;

    /// Window field to answer with, as on the wire.
    public final int window;

    /// True when timestamps are in use.
    public final boolean timestamps;

    /// TS.Recent.
    public final int tsRecent;

    /// Offset of our timestamp clock.
    public final int tsOffset;

    /// ISS, for relative numbers.
    public final long iss;

    /// IRS, for relative numbers.
    public final long irs;

    private final TcpConfig config;
    private long until;

    /// What remains of a connection.
    public TimeWait(TcpConnection c, long until) {
        super(c.id(), c.localHigh(), c.localLow(), c.localPort(), c.remoteHigh(), c.remoteLow(), c.remotePort());
        this.sndNxt = c.snd.nxt;
        this.rcvNxt = c.rcv.nxt;
        this.rcvWnd = c.rcv.offer(c.rcv.mss(), c.config().receive().slidingWindow());
        this.window = (int) Math.min(
                0xffff, c.rcv.offer(c.rcv.mss(), c.config().receive().slidingWindow()) >> c.options.receiveScale);
        this.timestamps = c.options.timestamps;
        this.tsRecent = c.stamps.recent();
        this.tsOffset = c.stamps.offset();
        this.iss = c.snd.iss;
        this.irs = c.rcv.irs;
        this.config = c.config();
        this.keys = c.keys;
        this.until = until;
    }

    /// Starts the quiet time anew.
    public void restart(long until) {
        this.until = until;
    }

    @Override
    public TcpConfig config() {
        return config;
    }

    @Override
    public TcpState state() {
        return TcpState.TIME_WAIT;
    }

    @Override
    public long deadline() {
        return until;
    }
}
