package io.towpath.tcp.send;

/// When a segment is worth sending: the Nagle algorithm (RFC 9293 §3.7.4) and the sender's half of silly-window
/// avoidance (§3.8.6.2.1), which the RFC asks to be combined.
public final class Nagle {
    private Nagle() {}

    /// How much of what waits is sent now.
    ///
    /// @param queued bytes of data not yet sent (D)
    /// @param usable bytes of the offered window not yet used (U); not negative
    /// @param mss effective send MSS
    /// @param maxWnd largest window the peer ever offered
    /// @param idle true when nothing is unacknowledged (SND.NXT = SND.UNA)
    /// @param noDelay true when the user turned Nagle off
    /// @param override true when the override timer fired
    /// @return bytes to send, 0 to wait
    public static long sendable(
            long queued, long usable, int mss, long maxWnd, boolean idle, boolean noDelay, boolean override) {
        long n = Math.min(queued, usable);
        if (n >= mss) {
            // (1) "if a maximum-sized segment can be sent". A tail behind full segments leaves only under (2).
            return queued <= usable && noDelay ? n : n - n % mss;
        }
        // "[SND.NXT = SND.UNA and]" the bracketed condition is Nagle's; every write counts as pushed.
        boolean quiet = idle || noDelay;
        if (quiet && queued <= usable) {
            return queued; // (2)
        }
        if (quiet && 2 * n >= maxWnd) {
            return n; // (3) with Fs = 1/2
        }
        return override ? n : 0; // (4)
    }
}
