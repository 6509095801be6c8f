package io.towpath.sctp.path;

import io.towpath.wire.SctpDataHeader;

/// The congestion window of one path (RFC 9260 §7.2). "Unlike TCP, an SCTP sender MUST keep a set of these
/// control variables cwnd, ssthresh, and partial_bytes_acked for EACH destination address of its peer". Bytes
/// throughout.
public final class CongestionWindow {
    /// The largest window.
    private static final long CWND_MAX = 1L << 40;

    private int mtu;
    private long cwnd;
    private long ssthresh = Long.MAX_VALUE;
    private long partialBytesAcked;
    private boolean onePacket;
    private int initialPackets;

    /// The window of a fresh path.
    public CongestionWindow(int mtu) {
        start(mtu);
    }

    /// Begins with at most so many packets.
    ///
    /// @param packets 0 for what RFC 9260 allows, which is never exceeded
    public void beginWith(int packets) {
        initialPackets = packets;
        cwnd = initial();
    }

    /// Begins anew, as after the peer's restart.
    public void start(int pathMtu) {
        mtu = pathMtu;
        cwnd = initial();
        ssthresh = Long.MAX_VALUE;
        partialBytesAcked = 0;
        onePacket = false;
    }

    /// Goes on where it was in another process.
    public void restore(long windowBytes, long thresholdBytes) {
        cwnd = Math.clamp(windowBytes, mtu, CWND_MAX);
        ssthresh = thresholdBytes;
    }

    /// RFC 9260 §7.2.1: "The initial cwnd before data transmission MUST be set to min(4*MTU, max(2*MTU, 4404
    /// bytes))".
    private long initial() {
        long allowed = Math.min(4L * mtu, Math.max(2L * mtu, 4404));
        return initialPackets == 0
                ? allowed
                : Math.min(allowed, (long) initialPackets * (mtu - SctpDataHeader.I_LENGTH));
    }

    /// cwnd.
    public long cwnd() {
        return cwnd;
    }

    /// ssthresh; [Long#MAX_VALUE] before the first loss.
    public long ssthresh() {
        return ssthresh;
    }

    /// partial_bytes_acked.
    public long partialBytesAcked() {
        return partialBytesAcked;
    }

    /// Whether one more packet may be sent while `flight` bytes are outstanding. §6.1 B: "the sender MUST NOT
    /// transmit new data to a given transport address if it has cwnd or more bytes of data outstanding to that
    /// transport address."
    public boolean allows(long flight) {
        return onePacket ? flight == 0 : flight < cwnd;
    }

    /// Whether a timeout allows one packet in flight.
    public boolean isOnePacket() {
        return onePacket;
    }

    /// Data sent there was acknowledged.
    public void onAcknowledged() {
        onePacket = false;
    }

    /// Whether it is in slow start.
    public boolean inSlowStart() {
        return cwnd <= ssthresh;
    }

    /// The path MTU changed.
    public void onMtu(int pathMtu) {
        mtu = pathMtu;
        cwnd = Math.max(cwnd, mtu);
    }

    /// A SACK that advanced the Cumulative TSN Ack Point acknowledged `acked` bytes sent on this path.
    ///
    /// @param flight bytes outstanding before the SACK
    /// @param inFastRecovery whether Fast Recovery goes on
    public void onAdvance(long acked, long flight, boolean inFastRecovery) {
        if (cwnd <= ssthresh) {
            // §7.2.1: "only if the current congestion window is being fully utilized, the data sender is not in
            // Fast Recovery, and the incoming SACK chunk advances the Cumulative TSN Ack Point"; then by "the
            // lesser of 1) the total size of the previously outstanding DATA chunk(s) acknowledged and 2) L
            // times the destination's PMDCS", L being 1.
            if (flight >= cwnd && !inFastRecovery) {
                cwnd = Math.min(CWND_MAX, cwnd + Math.min(acked, mtu));
            }
            return;
        }
        // §7.2.2: "cwnd should be incremented by 1*MTU per RTT if the sender has cwnd or more bytes of data
        // outstanding".
        partialBytesAcked += acked;
        if (partialBytesAcked >= cwnd) {
            if (flight >= cwnd) {
                partialBytesAcked -= cwnd;
                cwnd = Math.min(CWND_MAX, cwnd + mtu);
            } else {
                // RFC 9260: "partial_bytes_acked = cwnd" while the window was not in full use.
                partialBytesAcked = cwnd;
            }
        }
    }

    /// §7.2.2: "When all of the data transmitted by the sender has been acknowledged by the receiver,
    /// partial_bytes_acked is initialized to 0."
    public void onAllAcknowledged() {
        partialBytesAcked = 0;
    }

    /// Losses were seen by SACK (§7.2.3).
    public void onFastRetransmit() {
        ssthresh = Math.max(cwnd / 2, 4L * mtu);
        cwnd = ssthresh;
        partialBytesAcked = 0;
    }

    /// T3-rtx expired (§7.2.3): "and ensure that no more than one SCTP packet will be in flight for that
    /// address until the endpoint receives acknowledgement for successful delivery of data to that address."
    public void onTimeout() {
        onePacket = true;
        ssthresh = Math.max(cwnd / 2, 4L * mtu);
        cwnd = mtu;
        partialBytesAcked = 0;
    }

    /// The network marked packets of a window of data (ECNE, RFC 4960 Appendix A): as for a loss, without one.
    public void onCongestionEcho() {
        onFastRetransmit();
    }

    /// Nothing was sent for this many RTOs. §7.2.1: "the cwnd of the transport address should be adjusted to
    /// max(cwnd / 2, 4*MTU) per RTO" (and, RFC 9260, ssthresh keeps what is lost).
    public void onIdle(long rtos) {
        long floor = 4L * mtu;
        if (cwnd <= floor || rtos <= 0) {
            return;
        }
        ssthresh = ssthresh == Long.MAX_VALUE ? cwnd : Math.max(ssthresh, cwnd);
        for (long i = 0; i < rtos && cwnd > floor; i++) {
            cwnd = Math.max(cwnd / 2, floor);
        }
    }

    @Override
    public String toString() {
        return "cwnd " + cwnd + ", ssthresh " + (ssthresh == Long.MAX_VALUE ? "-" : ssthresh);
    }
}
