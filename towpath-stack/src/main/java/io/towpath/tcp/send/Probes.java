package io.towpath.tcp.send;

import io.towpath.core.Time;

/// What the persist and keep-alive timers count: zero-window probes back off (RFC 9293 §3.8.6.1, SHLD-30 "increase
/// exponentially the interval between successive probes"), keep-alive probes do not (§3.8.4).
public final class Probes {
    private int windowProbes;
    private int keepAlives;

    /// No probe sent.
    public Probes() {}

    /// Interval until the next zero-window probe. The first comes "when a zero window has existed for the
    /// retransmission timeout period" (SHLD-29).
    public long windowInterval(long rtoNanos, long maxNanos) {
        long interval = rtoNanos << Math.min(windowProbes, 20);
        return interval <= 0 || interval > maxNanos ? Math.max(maxNanos, Time.MILLISECOND) : interval;
    }

    /// A zero-window probe is due.
    public void onWindowProbe() {
        windowProbes++;
    }

    /// The window opened.
    public void onWindowOpen() {
        windowProbes = 0;
    }

    /// Zero-window probes since the window closed.
    public int windowProbes() {
        return windowProbes;
    }

    /// A keep-alive probe is due.
    public void onKeepAlive() {
        keepAlives++;
    }

    /// Something came from the peer.
    public void onHeard() {
        keepAlives = 0;
    }

    /// Keep-alive probes since the peer was last heard.
    public int keepAlives() {
        return keepAlives;
    }
}
