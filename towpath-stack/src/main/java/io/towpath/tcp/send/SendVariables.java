package io.towpath.tcp.send;

/// Send sequence variables (RFC 9293 §3.3.1), unwrapped to 64 bits.
///
/// ```
///        1         2          3          4
///   ----------|----------|----------|----------
///          SND.UNA    SND.NXT    SND.UNA
///                               +SND.WND
/// ```
public final class SendVariables {
    /// Initial send sequence number: the sequence number of our SYN.
    public final long iss;

    /// Oldest unacknowledged sequence number.
    public long una;

    /// Next sequence number to be sent.
    public long nxt;

    /// Window the peer offers, in bytes, scaled.
    public long wnd;

    /// Segment sequence number used for the last window update.
    public long wl1;

    /// Segment acknowledgment number used for the last window update.
    public long wl2;

    /// The end of the last segment that was less than a full one.
    public long smallEnd;

    /// Send urgent pointer: one past the last urgent byte; `una` or less when there is none.
    public long up;

    /// Where the data ends that the user pushed: from here on it may wait for company (SEND without PUSH).
    /// [Long#MAX_VALUE] when all of it was.
    public long pushed = Long.MAX_VALUE;

    /// The largest window the peer ever offered (Max(SND.WND) of RFC 9293 §3.8.6.2.1).
    public long maxWnd;

    /// True once the user has closed: a FIN follows the last byte.
    public boolean closing;

    /// Starts at `iss` with nothing sent.
    public SendVariables(long iss) {
        this.iss = iss;
        this.una = iss;
        this.nxt = iss;
        this.up = iss;
    }

    /// Takes the window of an acceptable segment. RFC 9293 §3.10.7.4, ACK check in ESTABLISHED: "If SND.WL1 <
    /// SEG.SEQ or (SND.WL1 = SEG.SEQ and SND.WL2 =< SEG.ACK), set SND.WND".
    ///
    /// *Deviation:* a greater acknowledgment number alone makes a window newer, whatever the sequence number, as
    /// Linux has it. By the letter a retransmission that acknowledges more would move SND.UNA but not SND.WND, and
    /// with them the right edge to where the peer never offered it.
    ///
    /// @return true when the window was taken
    public boolean updateWindow(long segSeq, long segAck, long segWnd) {
        if (wl2 < segAck || wl2 == segAck && wl1 <= segSeq) {
            wnd = segWnd;
            wl1 = segSeq;
            wl2 = segAck;
            maxWnd = Math.max(maxWnd, segWnd);
            return true;
        }
        return false;
    }

    /// RFC 9293 §3.9.1.2: "the PSH bit will be set in the last TCP segment created from the buffer" of a SEND
    /// with PUSH. Those that follow each other collapse (SHLD-27): only the last of what waits carries it.
    ///
    /// @param n bytes of the segment that begins at SND.NXT
    /// @param queued bytes that wait, the segment's included
    public boolean isPushed(long n, long queued) {
        return pushed == Long.MAX_VALUE || closing ? n == queued : nxt < pushed && pushed <= nxt + n;
    }

    /// Position in the send ring of sequence number `seq`: the first byte after the SYN is position 0.
    public long position(long seq) {
        return seq - iss - 1;
    }

    /// Sequence number of a position in the send ring.
    public long sequence(long position) {
        return iss + 1 + position;
    }
}
