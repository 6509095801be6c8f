package io.towpath.tcp.option;

import io.towpath.core.Time;

/// The timestamp state of one connection (RFC 7323 §3 to §5). The clock ticks once a millisecond from an offset that
/// differs for each pair of hosts, so that it tells nobody how long this host runs.
public final class Timestamps {
    /// RFC 7323 §5.5: a TS.Recent older than 24 days is no longer valid.
    private static final long OUTDATED = 24L * 24 * 3600 * Time.SECOND;

    private final int offset;
    private int recent;
    private long recentAt;
    /// RCV.NXT at the last acknowledgment sent (Last.ACK.sent).
    private long lastAckSent;

    /// A clock that starts at `offset`.
    public Timestamps(int offset) {
        this.offset = offset;
    }

    /// Our clock's value (TSval) at `now`.
    public int value(long now) {
        return value(offset, now);
    }

    /// The value at `now` of a clock with this offset.
    public static int value(int offset, long now) {
        return (int) (now / Time.MILLISECOND) + offset;
    }

    /// The offset of our clock.
    public int offset() {
        return offset;
    }

    /// TS.Recent: what we echo.
    public int recent() {
        return recent;
    }

    /// Sets TS.Recent from a SYN.
    public void start(long now, int tsVal, long rcvNxt) {
        recent = tsVal;
        recentAt = now;
        lastAckSent = rcvNxt;
    }

    /// An acknowledgment of everything before `rcvNxt` leaves.
    public void onAckSent(long rcvNxt) {
        lastAckSent = rcvNxt;
    }

    /// RFC 7323 §4.3 (2): "If: SEG.TSval >= TS.Recent and SEG.SEQ <= Last.ACK.sent then SEG.TSval is copied to
    /// TS.Recent". An outdated TS.Recent is replaced whatever it says (§5.5).
    public void onSegment(long now, int tsVal, long seq) {
        if ((tsVal - recent >= 0 || now - recentAt >= OUTDATED) && seq <= lastAckSent) {
            recent = tsVal;
            recentAt = now;
        }
    }

    /// PAWS, RFC 7323 §5.3 R1: true when the segment's timestamp says that it is an old duplicate.
    public boolean isOld(long now, int tsVal) {
        return tsVal - recent < 0 && now - recentAt < OUTDATED;
    }

    /// RTTM: the time since the peer's echo of our clock left us, at least half a tick; -1 when it cannot be.
    public long roundTrip(long now, int tsEcr) {
        int ticks = value(now) - tsEcr;
        return ticks < 0 ? -1 : Math.max(ticks * Time.MILLISECOND, Time.MILLISECOND / 2);
    }
}
