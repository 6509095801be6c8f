package io.towpath.tcp.recovery;

/// Whether what was sent again in one recovery had to be: the memory of a recovery that may have been a
/// mistake. The peer tells in two ways, by timestamps that are older than the retransmission (Eifel, RFC 3522)
/// and by reports of what came twice (DSACK, RFC 2883 and RFC 3708).
final class NeedlessRetransmissions {
    private static final long NONE = Long.MIN_VALUE;

    /// SND.UNA when the recovery began; nothing can be undone while it is not set.
    private long marker = NONE;

    private int sent;
    private int duplicated;
    private boolean stamped;
    private int firstStamp;

    NeedlessRetransmissions() {}

    /// A recovery begins; `inFlight` retransmissions of an earlier one are still out.
    void begin(long una, int inFlight) {
        marker = una;
        sent = inFlight;
        duplicated = 0;
        stamped = false;
    }

    /// The reduction was taken back, or can no longer be.
    void forget() {
        marker = NONE;
    }

    boolean isOpen() {
        return marker != NONE;
    }

    /// A segment was sent again; `stamp` is its TSval.
    void onRetransmitted(int stamp) {
        sent++;
        if (!stamped) {
            stamped = true;
            firstStamp = stamp;
        }
    }

    /// The peer has `[left, right)` twice.
    void onDuplicateReport(long left, long right, int mss) {
        if (marker != NONE && right > marker) {
            duplicated += (int) ((right - left + mss - 1) / mss);
        }
    }

    /// True when everything that was sent again arrived twice.
    boolean isEverySegmentDuplicated() {
        return marker != NONE && sent > 0 && duplicated >= sent;
    }

    /// RFC 3522 §3.2 (5): "If the value of the Timestamp Echo Reply field of the acceptable ACK's Timestamps
    /// option is smaller than the value of RetransmitTS", the original has arrived.
    boolean isEchoOlder(int echo) {
        return marker != NONE && stamped && echo - firstStamp < 0;
    }
}
