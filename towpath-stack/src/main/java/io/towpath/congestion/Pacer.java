package io.towpath.congestion;

import io.towpath.core.Time;

/// Spaces packets: after some bytes the next must wait for as long as the rate needs for them. What was not
/// used of an idle time is kept up to one quantum, so that a late wake-up does not lower the rate.
public final class Pacer {
    /// A quantum is at least this much time of the rate (Linux's and BBR's choice): shorter waits cost more
    /// than they bring.
    private static final long QUANTUM_TIME = Time.MILLISECOND;

    private long nextAt;
    private boolean paced;

    /// Nothing sent.
    public Pacer() {}

    /// True when nothing may leave yet.
    public boolean holds(long now) {
        return now < nextAt;
    }

    /// When the next packet may leave.
    public long nextAt() {
        return nextAt;
    }

    /// True when what left last was spaced.
    public boolean isPaced() {
        return paced;
    }

    /// Bytes that may leave at once at `rate`.
    ///
    /// @param rate bytes per second, 0 for no pacing
    public static long quantum(long rate, int mss) {
        if (rate == 0) {
            return Long.MAX_VALUE;
        }
        return Math.clamp((long) (rate / (double) Time.SECOND * QUANTUM_TIME), 2L * mss, 65_536);
    }

    /// A packet left.
    ///
    /// @param bytes of text
    /// @param rate bytes per second, 0 for no pacing
    public void onSent(long now, long bytes, long rate, int mss) {
        paced = rate != 0;
        if (rate == 0) {
            nextAt = now;
            return;
        }
        long credit = nanos(quantum(rate, mss) - mss, rate);
        nextAt = Math.max(nextAt, now - credit) + nanos(bytes, rate);
    }

    private static long nanos(long bytes, long rate) {
        return (long) ((double) bytes * Time.SECOND / rate);
    }
}
