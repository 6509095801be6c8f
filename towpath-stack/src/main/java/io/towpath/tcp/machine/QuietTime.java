package io.towpath.tcp.machine;

import io.towpath.core.Time;
import io.towpath.tcp.TcpConfig;

/// The quiet time of a host that starts (RFC 9293 §3.4.3): hosts that "lose knowledge of the last sequence
/// numbers transmitted on each active (i.e., not closed) connection shall delay emitting any TCP segments for
/// at least the agreed MSL". Active opens wait for its end, and SYNs that come before are not heard; whether
/// there is such a time is each open's choice ([io.towpath.tcp.config.OpenConditions#quietTimeNanos()]), as the
/// RFC allows. Resets occupy no sequence numbers and are sent.
public final class QuietTime {
    private static final long UNKNOWN = -1;

    private long startedAt = UNKNOWN;

    QuietTime() {}

    /// The host is alive at `now`: the first call is its start.
    public void begin(long now) {
        if (startedAt == UNKNOWN) {
            startedAt = now;
        }
    }

    /// The earliest moment from `now` on at which an open of this kind may assign a sequence number.
    long end(long now, TcpConfig config) {
        begin(now);
        return Math.max(now, Time.after(startedAt, config.conditions().quietTimeNanos()));
    }
}
