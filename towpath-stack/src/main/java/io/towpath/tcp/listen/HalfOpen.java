package io.towpath.tcp.listen;

import io.towpath.core.Time;
import io.towpath.tcp.SocketPair;
import io.towpath.tcp.TcpConfig;
import io.towpath.tcp.TcpListener;
import io.towpath.tcp.TcpState;
import io.towpath.tcp.option.Negotiation;
import io.towpath.tcp.option.Timestamps;
import org.jspecify.annotations.Nullable;

/// A passive open in SYN-RECEIVED: what must be remembered until the third segment of the handshake, and no more.
public final class HalfOpen extends SocketPair {
    /// The listener it came to.
    public final TcpListener listener;

    /// What the SYN offered and we accept.
    public final Negotiation options;

    /// Our initial sequence number.
    public final long iss;

    /// The peer's.
    public final long irs;

    /// The window of the SYN, never scaled.
    public final int peerWindow;

    /// The receive window that our SYN-ACK offers.
    public final int window;

    /// The user timeout that the SYN advertised, as on the wire; -1 for none.
    public int userTimeout = -1;

    /// TSval of the latest SYN.
    public int tsRecent;

    /// Offset of our timestamp clock.
    public final int tsOffset;

    /// ECN flags of our next SYN-ACK.
    public int ecn;

    /// ECN flags of the first SYN-ACK: what it promised stands.
    public int ecnPromised;

    /// When the first SYN-ACK left; 0 before.
    public long sentAt;

    /// SYN-ACKs sent so far.
    public int sent;

    /// How often the SYN-ACK went unanswered until its time was over.
    public int timeouts;

    /// The peer acknowledged our SYN, and we wait for his data.
    public boolean acknowledged;

    /// When the SYN-ACK is sent again.
    public long retryAt = Time.NEVER;

    /// When the open is given up.
    public final long giveUpAt;

    /// The Fast Open cookie that the SYN-ACK tells, null for none.
    public @Nullable FastOpenCookie fastOpenCookie;

    private boolean ended;
    private boolean cookie;
    private int cookieStamp;

    /// Remembers a SYN.
    public HalfOpen(
            long id,
            TcpListener listener,
            long localHigh,
            long localLow,
            int localPort,
            long remoteHigh,
            long remoteLow,
            int remotePort,
            Negotiation options,
            long iss,
            long irs,
            int peerWindow,
            int window,
            int tsRecent,
            int tsOffset,
            long giveUpAt) {
        super(id, localHigh, localLow, localPort, remoteHigh, remoteLow, remotePort);
        this.listener = listener;
        this.options = options;
        this.iss = iss;
        this.irs = irs;
        this.peerWindow = peerWindow;
        this.window = window;
        this.tsRecent = tsRecent;
        this.tsOffset = tsOffset;
        this.giveUpAt = giveUpAt;
    }

    /// Its SYN-ACK carries a cookie: it is in no table and is forgotten when that was sent.
    ///
    /// @param stamp the TSval that carries the options
    public void carryCookie(int stamp) {
        cookie = true;
        cookieStamp = stamp;
    }

    /// True when its SYN-ACK carries a cookie.
    public boolean isCookie() {
        return cookie;
    }

    /// TSval of the SYN-ACK.
    public int tsVal(long now) {
        return cookie ? cookieStamp : Timestamps.value(tsOffset, now);
    }

    /// Whether a bare acknowledgment of our SYN does not open the connection yet: the listener waits for data.
    public boolean defers() {
        return timeouts < listener.config().opening().deferredTimeouts();
    }

    /// Whether the SYN-ACK needs no answer now. At the end of the time in which the listener waits for data it
    /// is sent once more: its ACK will open the connection.
    public boolean isQuiet() {
        return acknowledged && defers();
    }

    /// False once it became a connection or was given up.
    public boolean isAlive() {
        return !ended;
    }

    /// It is out of the table.
    public void end() {
        ended = true;
    }

    @Override
    public TcpConfig config() {
        return listener.config();
    }

    @Override
    public TcpState state() {
        return TcpState.SYN_RECEIVED;
    }

    @Override
    public long deadline() {
        return Math.min(retryAt, giveUpAt);
    }
}
