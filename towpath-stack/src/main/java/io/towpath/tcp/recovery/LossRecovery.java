package io.towpath.tcp.recovery;

import io.towpath.tcp.send.Flight;

/// Decides what is lost, and when recovery begins and ends. It marks entries of the [Flight] and never sends:
/// `segment.Transmission` sends what is marked.
///
/// With SACK this is RFC 6675; without, duplicate acknowledgments stand for the SACK blocks that the peer cannot send
/// (RFC 5681 §3.2, RFC 6582): each takes one segment out of the pipe, which is what inflating the window by one
/// segment says the other way round, and what makes limited transmit (RFC 3042) follow by itself.
public final class LossRecovery {
    /// Where a connection stands.
    public enum Phase {
        /// Nothing is deemed lost.
        OPEN,
        /// Between fast retransmit and the acknowledgment of the recovery point.
        FAST,
        /// Between a retransmission timeout and the acknowledgment of the recovery point.
        TIMEOUT
    }

    private final int duplicateThreshold;
    private Phase phase = Phase.OPEN;
    /// RecoveryPoint of RFC 6675, `recover` of RFC 6582: SND.NXT when recovery began.
    private long point = Long.MIN_VALUE;

    private int duplicates;
    /// Bytes that duplicate acknowledgments say have left the network; only without SACK.
    private long countedOut;
    /// The first retransmission of a recovery leaves whatever the pipe says.
    private boolean firstDue;

    /// Starts open.
    public LossRecovery(int duplicateThreshold) {
        this.duplicateThreshold = duplicateThreshold;
    }

    /// Where the connection stands.
    public Phase phase() {
        return phase;
    }

    /// True in [Phase#FAST] or [Phase#TIMEOUT].
    public boolean isActive() {
        return phase != Phase.OPEN;
    }

    /// The sequence number whose acknowledgment ends the present recovery.
    public long point() {
        return point;
    }

    /// Consecutive duplicate acknowledgments.
    public int duplicates() {
        return duplicates;
    }

    /// Bytes estimated to be in the network.
    public long pipe(Flight flight) {
        return Math.max(0, flight.pipe() - countedOut);
    }

    /// True when the first retransmission of this recovery has not left yet. RFC 6675 §5 (4.3): "Retransmit the first
    /// data segment presumed dropped" comes before the pipe is asked.
    public boolean isFirstDue() {
        return firstDue;
    }

    /// A retransmission left.
    public void onRetransmitted() {
        firstDue = false;
    }

    /// Takes a duplicate acknowledgment without SACK (RFC 5681 §2).
    ///
    /// @return true when recovery begins with it
    public boolean onDuplicateAck(Flight flight, long una, long nxt, int mss) {
        duplicates++;
        if (phase != Phase.TIMEOUT && !flight.isEmpty()) {
            countedOut =
                    Math.min(countedOut + mss, Math.max(0, flight.outstanding() - flight.length(flight.firstIndex())));
        }
        // RFC 6582 §3.2 step 2: enter only if "the Cumulative Acknowledgment field covers more than recover". One that
        // covers just that much may be an answer to something that was sent again needlessly (§4).
        if (phase == Phase.OPEN && duplicates >= duplicateThreshold && una - 1 > point) {
            begin(flight, nxt);
            flight.markFirstLost();
            return true;
        }
        return false;
    }

    /// Takes an acknowledgment that brought new SACK information (a duplicate acknowledgment of RFC 6675 §2).
    ///
    /// @return true when recovery begins with it
    public boolean onSack(Flight flight, long una, long nxt, int mss) {
        duplicates++;
        if (phase == Phase.TIMEOUT) {
            return false;
        }
        long boundary = flight.lossBoundary(duplicateThreshold, mss);
        if (phase == Phase.FAST) {
            flight.markLostBelow(boundary);
            return false;
        }
        // RFC 6675 §5 (1) and (2): DupAcks >= DupThresh, or IsLost(HighACK + 1).
        if (una > point && (boundary > una || duplicates >= duplicateThreshold)) {
            begin(flight, nxt);
            flight.markFirstLost();
            flight.markLostBelow(boundary);
            return true;
        }
        return false;
    }

    private void begin(Flight flight, long nxt) {
        phase = Phase.FAST;
        point = nxt - 1;
        firstDue = true;
        flight.beginMarking();
    }

    /// Takes an acknowledgment that moved SND.UNA by `acked`; [Flight#acknowledge] has run.
    ///
    /// @return true when recovery ends with it
    public boolean onAdvance(Flight flight, long una, long acked, int mss, boolean sack) {
        duplicates = 0;
        // The first newly acknowledged segment is the one that was missing; those behind it were counted before.
        countedOut = Math.max(0, countedOut - Math.max(0, acked - mss));
        countedOut = Math.min(countedOut, flight.outstanding());
        if (phase == Phase.OPEN) {
            countedOut = 0;
            return false;
        }
        if (una > point) {
            phase = Phase.OPEN;
            countedOut = 0;
            firstDue = false;
            return true;
        }
        if (phase == Phase.FAST && !sack) {
            // RFC 6582 §3.2 step 3, partial acknowledgment: "retransmit the first unacknowledged segment".
            flight.markFirstLost();
            firstDue = true;
        }
        return false;
    }

    /// A retransmission timeout: everything outstanding is deemed lost.
    public void onTimeout(Flight flight, long nxt) {
        phase = Phase.TIMEOUT;
        point = nxt - 1;
        duplicates = 0;
        countedOut = 0;
        firstDue = true;
        flight.markAllLost();
    }
}
