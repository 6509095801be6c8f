package io.towpath.tcp.receive;

import io.towpath.tcp.option.Timestamps;
import org.jspecify.annotations.Nullable;

/// Grows the receive buffer, and with it the window, to what this path and this user need (dynamic
/// right-sizing): a sender that is not to stand still wants twice as much window as the user takes in one round
/// trip, and more while that still rises, for a sender in slow start doubles each round trip.
///
/// The receiver sees the round trip by the echoes of its own timestamps (RFC 7323 §4), or, without them, as the
/// time in which the peer fills one window: never less than a round trip.
public final class WindowTuner {
    /// Segments of headroom that every estimate gets.
    private static final int SPARE_SEGMENTS = 16;

    private final int initial;
    private long rtt;
    private int lastEcho;
    private boolean byStamps;
    private long windowEnd;
    private long windowAt;
    private long periodAt = -1;
    private long periodHead;
    private long space;

    /// Knows nothing yet.
    ///
    /// @param initial bytes that are taken for granted in the first round trip
    public WindowTuner(int initial) {
        this.initial = initial;
        this.space = initial;
    }

    /// Data came in order.
    ///
    /// @param nxt RCV.NXT after it
    /// @param wnd RCV.WND after it
    /// @param stamps our clock, when timestamps are in use and the segment echoes it
    /// @param echo what it echoes
    public void onData(long now, long nxt, long wnd, @Nullable Timestamps stamps, int echo) {
        if (stamps != null) {
            if (!byStamps || echo != lastEcho) {
                onRoundTrip(stamps.roundTrip(now, echo));
                byStamps = true;
                lastEcho = echo;
            }
            return;
        }
        if (nxt >= windowEnd) {
            if (windowEnd > 0) {
                long sample = Math.max(1, now - windowAt);
                rtt = rtt == 0 ? sample : Math.min(rtt, sample);
            }
            windowEnd = nxt + wnd + 1; // told by a window that is yet to be offered, and answered after that
            windowAt = now;
        }
    }

    private void onRoundTrip(long sample) {
        if (sample >= 0) {
            rtt = rtt == 0 ? Math.max(1, sample) : rtt + (sample - rtt) / 8;
        }
    }

    /// The user took bytes: the buffer that this asks for.
    ///
    /// @param head position of the stream up to which he took
    /// @param buffer the buffer's present bound
    /// @param max its largest
    /// @param mss the peer's segment size
    /// @param senderRtt the round trip that this side measured with its own data, 0 when it sent none
    /// @return `buffer`, or more
    public int onConsumed(long now, long head, int buffer, int max, int mss, long senderRtt) {
        if (periodAt < 0) {
            periodAt = now;
            periodHead = head;
            return buffer;
        }
        long period = senderRtt > 0 && (rtt == 0 || senderRtt < rtt) ? senderRtt : rtt;
        if (period == 0 || now - periodAt < period) {
            return buffer;
        }
        long taken = head - periodHead;
        periodAt = now;
        periodHead = head;
        if (taken <= space) {
            return buffer;
        }
        long window = 2 * taken + (long) SPARE_SEGMENTS * mss;
        window += 2 * (window * (taken - space) / space);
        space = taken;
        return (int) Math.max(buffer, Math.min(window, max));
    }

    /// Round-trip time as the receiver sees it, nanoseconds; 0 when unknown.
    public long rtt() {
        return rtt;
    }

    /// The most bytes that the user took in one round trip; 0 when none was measured.
    public long space() {
        return space == initial ? 0 : space;
    }
}
