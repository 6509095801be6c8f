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
    public int duplicatesReported;

    /// Bytes of data sent again.
    public long bytesRetransmitted;

    /// Timeouts that began a recovery.
    public int timeoutRecoveries;

    /// When the present one began.
    public long timeoutAt;

    /// Time spent in recovery from timeouts that is over, nanoseconds.
    public long timeoutNanos;

    /// How often the receive buffer grew by itself.
    public int receiveGrowths;

    /// How often the send buffer did.
    public int sendGrowths;

    /// Segments that limited transmit sent (RFC 3042).
    public int limitedTransmits;

    /// How often the congestion window shrank after a silence.
    public int idleRestarts;

    /// Segments signed; this and the next two without the authentication option's, which its keys count.
    public int signedOut;

    /// Segments that came with the right signature.
    public int signedIn;

    /// Segments dropped because of theirs.
    public int signedWrong;

    /// A SYN cookie made the connection.
    public boolean byCookie;

    /// Nothing happened.
    public TcpAccounts() {}
}
