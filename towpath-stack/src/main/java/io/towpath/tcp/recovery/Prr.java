package io.towpath.tcp.recovery;

/// Proportional rate reduction (RFC 6937 §3): during fast recovery each acknowledgment lets go as much as
/// brings the data in flight evenly from what it was to ssthresh, and no more than was delivered when losses
/// took it below. Whether a lossy recovery may catch up as in slow start depends on the acknowledgment: only
/// one that moves SND.UNA and shows no further loss is safe (SafeACK of RFC 9937).
final class Prr {
    private long ssthresh;
    private long recoverFs;
    private long delivered;
    private long out;
    private long window;

    Prr() {}

    /// Fast recovery begins.
    ///
    /// @param ssthresh the flight size to end with
    /// @param flightSize RecoverFS: FlightSize at the start of recovery
    /// @param pipe bytes estimated to be in the network
    void begin(long ssthresh, long flightSize, long pipe) {
        this.ssthresh = ssthresh;
        recoverFs = Math.max(1, flightSize);
        delivered = 0;
        out = 0;
        window = pipe;
    }

    /// The target fell once more.
    void lower(long ssthresh) {
        this.ssthresh = ssthresh;
    }

    /// Takes an acknowledgment.
    ///
    /// @param newly DeliveredData: bytes that it says have newly reached the peer
    /// @param pipe bytes estimated to be in the network after it
    /// @param safe true when it moved SND.UNA and showed no further loss
    void onAcknowledgment(long newly, long pipe, boolean safe, int mss) {
        if (newly <= 0) {
            return;
        }
        delivered += newly;
        long count;
        if (pipe > ssthresh) {
            // "sndcnt = CEIL(prr_delivered * ssthresh / RecoverFS) - prr_out"
            count = Math.ceilDiv(delivered * ssthresh, recoverFs) - out;
        } else {
            // "limit = MAX(prr_delivered - prr_out, DeliveredData)", and one segment more when it is safe;
            // "sndcnt = MIN(ssthresh - pipe, limit)".
            long limit = Math.max(delivered - out, newly) + (safe ? mss : 0);
            count = Math.min(ssthresh - pipe, limit);
        }
        // RFC 9937: the first acknowledgment always lets the fast retransmit leave.
        window = pipe + Math.max(count, out == 0 ? mss : 0);
    }

    /// So many bytes were sent, new or again ("prr_out += (data sent)").
    void onSent(int bytes) {
        out += bytes;
    }

    /// How much may be in the network until the next acknowledgment.
    long window() {
        return window;
    }
}
