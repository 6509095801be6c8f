package io.towpath.tcp.recovery;

import io.towpath.core.Time;

/// Tail loss probe (RFC 8985 §7): when acknowledgments stay out after the end of a flight, one segment is sent
/// well before the retransmission timeout, so that its acknowledgment tells [Rack] what is lost.
public final class TailLossProbe {
    private static final long NONE = Long.MIN_VALUE;
    /// §7.2: "PTO = 1 sec" without a round trip.
    private static final long WITHOUT_SRTT = Time.SECOND;
    /// Twice the clock's granularity, so that a path without delay is not probed before it can answer.
    private static final long LEAST = 2 * Time.MILLISECOND;

    /// TLP.end_seq: SND.NXT when the probe left.
    private long endSeq = NONE;

    /// TLP.is_retrans.
    private boolean retransmission;
    private boolean due;
    /// A round trip was measured since the last probe.
    private boolean measured = true;

    TailLossProbe() {}

    /// TLP_calc_PTO of §7.2, from now.
    ///
    /// @param srtt smoothed round trip, 0 when there is none
    /// @param single true when FlightSize is one segment
    /// @param maxAckDelay TLP.max_ack_delay: how long the peer may delay an acknowledgment
    static long timeout(long srtt, boolean single, long maxAckDelay) {
        if (srtt == 0) {
            return WITHOUT_SRTT;
        }
        return Math.max(LEAST, 2 * srtt) + (single ? maxAckDelay : 0);
    }

    /// §7.3: at most one probe is outstanding, and "the sender has taken at least one RTT measurement since the
    /// last loss probe".
    boolean mayProbe() {
        return endSeq == NONE && measured;
    }

    /// The probe timer expired.
    void demand() {
        due = mayProbe();
    }

    /// True when the probe shall leave.
    boolean isDue() {
        return due;
    }

    /// The probe left: new data, or the last segment again.
    void onSent(long nxt, boolean again) {
        due = false;
        measured = false;
        endSeq = nxt;
        retransmission = again;
    }

    /// A round trip was measured.
    void onMeasured() {
        measured = true;
    }

    /// Nothing is out that could be probed.
    void cancel() {
        due = false;
    }

    /// Recovery begins: the probe has no further part.
    void forget() {
        due = false;
        endSeq = NONE;
    }

    /// TLP_process_ack of §7.4.2.
    ///
    /// @param dsackEnd the right edge of a DSACK block in the acknowledgment, or a negative number
    /// @param plainDuplicate true for a duplicate acknowledgment without any SACK block
    /// @return true when the probe repaired a loss that nobody else has noticed
    boolean onAcknowledgment(long ack, long dsackEnd, boolean plainDuplicate) {
        due = false;
        if (endSeq == NONE || ack < endSeq) {
            return false;
        }
        boolean repaired = false;
        if (!retransmission || dsackEnd == endSeq) {
            endSeq = NONE;
        } else if (ack > endSeq) {
            endSeq = NONE;
            repaired = true;
        } else if (plainDuplicate) {
            endSeq = NONE;
        }
        return repaired;
    }
}
