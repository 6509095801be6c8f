package io.towpath.tcp;

import io.towpath.tcp.send.LimitClock;

/// What one connection did, in counts and moments that no rule asks for: for STATUS only. The engine writes,
/// [TcpInfo] reads. Moments are nanoseconds of the run; [#NEVER_YET] before the first time.
public final class TcpAccounts {
    /// It has not happened.
    public static final long NEVER_YET = Long.MIN_VALUE;

    /// What holds the sender back.
    public final LimitClock limits = new LimitClock();

    /// When it was opened.
    public long openedAt = NEVER_YET;

    /// When data left last.
    public long dataSentAt = NEVER_YET;

    /// When a segment with ACK left last.
    public long ackSentAt = NEVER_YET;

    /// When data came last.
    public long dataReceivedAt = NEVER_YET;

    /// When an acceptable acknowledgment came last.
    public long ackReceivedAt = NEVER_YET;

    /// Segments with data sent, those sent again too.
    public long dataSegmentsOut;

    /// Segments with data received.
    public long dataSegmentsIn;

    /// Segments with data or FIN that arrived at the peer.
    public long delivered;

    /// Duplicates that the peer reported by D-SACK.
    public long duplicatesReported;

    /// Bytes of data sent again.
    public long bytesRetransmitted;

    /// Timeouts that began a recovery.
    public long timeoutRecoveries;

    /// When the present one began.
    public long timeoutAt;

    /// Time spent in recovery from timeouts that is over, nanoseconds.
    public long timeoutNanos;

    /// How often the receive buffer grew by itself.
    public long receiveGrowths;

    /// How often the send buffer did.
    public long sendGrowths;

    /// A SYN cookie made the connection.
    public boolean byCookie;

    /// Nothing happened.
    public TcpAccounts() {}
}
