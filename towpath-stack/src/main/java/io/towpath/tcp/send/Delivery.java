package io.towpath.tcp.send;

import io.towpath.tcp.option.Timestamps;
import org.jspecify.annotations.Nullable;

/// What one acknowledgment told about the [Flight]: filled in by [Flight#acknowledge] and [Flight#sack], read
/// by round-trip measurement, loss detection and congestion control. One object serves all acknowledgments of a
/// host.
public final class Delivery {
    /// No such moment or number.
    public static final long NONE = -1;

    /// When the acknowledgment arrived.
    public long now;

    /// Bytes newly delivered, acknowledged cumulatively or selectively, each once.
    public long bytes;

    /// Segments newly delivered whole.
    public long segments;

    /// Of [#bytes], those that SACK reported.
    public long sackedBytes;

    /// Of the delivered segments the one sent last, by the moment and then by its end (RFC 8985 §6.2 step 2):
    /// its moment, [#NONE] when there is none that a round trip may be taken from.
    public long latestSentAt;

    /// One past its last sequence number.
    public long latestEnd;

    /// One past the highest sequence number delivered.
    public long highestEnd;

    /// The lowest sequence number of a delivered segment that was never sent again and lies below what was
    /// delivered before: it was overtaken. [Long#MAX_VALUE] when there is none.
    public long lowestOvertaken;

    /// A segment sent before the recovery point and never sent again was delivered (F-RTO asks for it).
    public boolean original;

    /// When the first cumulatively acknowledged segment left; [#NONE] when one of them was sent more than once
    /// (Karn's algorithm, RFC 6298 §3).
    public long ackedSentAt;

    /// When the oldest cumulatively acknowledged segment that was sent more than once left the last time, or
    /// [#NONE].
    public long resentAt;

    /// Of the selectively acknowledged segments that were sent only once: when the one left that left last, or [#NONE].
    /// No acknowledgment of what is out of order is delayed, so that one brought it.
    public long sackedSentAt;

    /// The round trip that the acknowledgment measured, or [#NONE].
    public long roundTrip;

    /// The block that it reports received twice (RFC 2883), or [#NONE].
    public long dsackLeft;

    /// One past that block's last sequence number, or [#NONE].
    public long dsackRight;

    private long minRtt;
    private @Nullable Timestamps stamps;
    private int echo;
    private long fack;
    private long point;
    private boolean ambiguous;

    /// An empty delivery.
    public Delivery() {}

    /// Begins anew with the acknowledgment that arrived at `now`.
    ///
    /// @param minRtt the least round trip known
    /// @param fack one past the highest sequence number delivered before
    /// @param point the recovery point
    public void begin(long now, long minRtt, long fack, long point) {
        this.now = now;
        this.minRtt = minRtt;
        this.fack = fack;
        this.point = point;
        stamps = null;
        bytes = 0;
        segments = 0;
        sackedBytes = 0;
        latestSentAt = NONE;
        latestEnd = 0;
        highestEnd = fack;
        lowestOvertaken = Long.MAX_VALUE;
        original = false;
        ackedSentAt = NONE;
        resentAt = NONE;
        sackedSentAt = NONE;
        roundTrip = NONE;
        dsackLeft = NONE;
        dsackRight = NONE;
        ambiguous = false;
    }

    /// The acknowledgment echoes `echo` of our clock.
    public void echoes(Timestamps stamps, int echo) {
        this.stamps = stamps;
        this.echo = echo;
    }

    /// The acknowledgment reports that `[left, right)` came twice.
    public void duplicated(long left, long right) {
        dsackLeft = left;
        dsackRight = right;
    }

    /// True when something was reported received twice.
    public boolean isDuplicateReported() {
        return dsackRight >= 0;
    }

    /// One past the highest sequence number that was delivered before.
    public long fack() {
        return fack;
    }

    /// `taken` bytes of a segment that SACK had not reported were acknowledged; all of it when they reach its
    /// end.
    void acknowledged(long start, int length, int taken, long sentAt, boolean resent) {
        bytes += taken;
        if (resent) {
            ambiguous = true;
            ackedSentAt = NONE;
            resentAt = resentAt < 0 ? sentAt : resentAt;
        } else if (!ambiguous && ackedSentAt < 0) {
            ackedSentAt = sentAt;
        }
        if (taken == length) {
            delivered(start, start + length, sentAt, resent);
        }
    }

    /// Segments between two that [#acknowledged] told of were acknowledged whole, none of them sent again: what they
    /// tell of time and order the two have told.
    void between(long bytes, int segments) {
        this.bytes += bytes;
        this.segments += segments;
    }

    /// A segment was reported by SACK for the first time.
    void sacked(long start, int length, long sentAt, boolean resent) {
        bytes += length;
        sackedBytes += length;
        if (!resent) {
            sackedSentAt = Math.max(sackedSentAt, sentAt);
        }
        delivered(start, start + length, sentAt, resent);
    }

    private void delivered(long start, long end, long sentAt, boolean resent) {
        segments++;
        highestEnd = Math.max(highestEnd, end);
        if (!resent) {
            original |= end - 1 <= point;
            if (end <= fack) {
                lowestOvertaken = Math.min(lowestOvertaken, start);
            }
        } else if (isSpurious(sentAt)) {
            return;
        }
        if (sentAt > latestSentAt || sentAt == latestSentAt && end > latestEnd) {
            latestSentAt = sentAt;
            latestEnd = end;
        }
    }

    /// RFC 8985 §6.2 step 2: the acknowledgment is of an earlier transmission when its echo is older than the
    /// last one, or when it comes sooner after it than any round trip: "If ACK.ts_option.echo_reply <
    /// Segment.xmit_ts" or "rtt < RACK.min_RTT", skip.
    private boolean isSpurious(long sentAt) {
        return stamps != null && echo - stamps.value(sentAt) < 0 || now - sentAt < minRtt;
    }
}
