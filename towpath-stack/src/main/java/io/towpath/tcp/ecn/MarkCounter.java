package io.towpath.tcp.ecn;

import io.towpath.wire.TcpHeader;

/// The counters of Accurate ECN (RFC 9768 §3.2): how many marked segments came (`r.cep`, told to the peer
/// modulo eight in the ACE field of every segment), and how many the peer says it received (`s.cep`).
final class MarkCounter {
    /// §3.2.1: both begin at 5, so that an ACE field that somebody zeroes is noticed.
    private static final int INITIAL = 5;

    private static final int DIVACE = 8;

    /// §3.2.2.5.1: with new data, an ACK is due "once 'n' CE marks have arrived since the previous ACK", n = 2
    /// recommended.
    private static final int MARKS_PER_ACK = 2;

    /// Without, "n" is at least 3, so that two hosts do not acknowledge each other's acknowledgments for ever.
    private static final int MARKS_PER_BARE_ACK = 3;

    private long received = INITIAL;
    private long told = INITIAL;
    private long reported = INITIAL;
    private boolean lastMarked;
    private boolean data;

    MarkCounter() {}

    /// The SYN-ACK came marked, or the peer says that ours did.
    void countHandshake(boolean received, boolean reported) {
        this.received += received ? 1 : 0;
        this.reported += reported ? 1 : 0;
        told = this.received;
    }

    /// A segment came in, with data or without: §3.2.2, the counter is of packets, "whether Data or Control".
    ///
    /// @return true when it wants an ACK at once: the first marked one with data after others, or enough of them
    boolean onSegment(boolean marked, int segments, boolean withData) {
        received += marked ? segments : 0;
        data |= withData;
        boolean changed = withData && marked && !lastMarked;
        lastMarked = marked;
        return changed || received - told >= (data ? MARKS_PER_ACK : MARKS_PER_BARE_ACK);
    }

    /// The flags of a segment that leaves now.
    int flags() {
        told = received;
        data = false;
        return flags((int) received & 7);
    }

    static int flags(int ace) {
        return ((ace & 4) != 0 ? TcpHeader.AE : 0)
                | ((ace & 2) != 0 ? TcpHeader.CWR : 0)
                | ((ace & 1) != 0 ? TcpHeader.ECE : 0);
    }

    static int ace(int flags) {
        return ((flags & TcpHeader.AE) != 0 ? 4 : 0)
                | ((flags & TcpHeader.CWR) != 0 ? 2 : 0)
                | ((flags & TcpHeader.ECE) != 0 ? 1 : 0);
    }

    /// Takes the ACE field of an acknowledgment (appendix A.2): the counter may have gone round as often as the
    /// segments that it acknowledges allow, and as acknowledgments get lost, most often is the safe guess. An
    /// option that tells bytes may show that it is too safe.
    ///
    /// @param segments newly acknowledged, at least 1
    /// @param bytes that arrived with a mark according to the option, -1 without
    /// @return marked segments more
    long take(int ace, long segments, long bytes, int mss) {
        long d = ace - reported & DIVACE - 1;
        if (segments >= DIVACE) {
            long safe = segments - (segments - d & DIVACE - 1);
            // A.2.2: with more bytes than that, "d.cep must have been too small". (With no more, its other condition,
            // that at the safe guess the segments would be smaller than half of an MSS, holds always.)
            boolean enough = bytes >= 0 && bytes <= d * mss;
            d = enough ? d : safe;
        }
        reported += d;
        return d;
    }
}
