package io.towpath.tcp.recovery;

import io.towpath.tcp.TcpConnection;
import io.towpath.tcp.send.Flight;

/// What a recovery by SACK without RACK sends when nothing is deemed lost that was not sent again, and there is
/// no new data: rules (3) and (4) of NextSeg in RFC 6675 §4, "a sort of retransmission 'last resort'". They
/// keep the ACK clock running, so that the end of a flight need not wait for the retransmission timeout. RACK
/// has its probes for that.
final class LastResort {
    private static final long NONE = -1;

    /// RescueRxt: no rescue retransmission before this is acknowledged.
    private long rescued = Long.MIN_VALUE;

    /// Entries before this index are SACKed, lost or sent again.
    private long from;

    private boolean rescuing;
    private int sent;

    /// A recovery begins.
    void begin(Flight flight) {
        from = flight.firstIndex();
        rescuing = false;
    }

    /// The entry to send again, -1 for none. Whoever is given one sends it.
    long next(TcpConnection c) {
        rescuing = false;
        // RFC 6675 §5 (C): "If cwnd - pipe >= 1 SMSS, the sender SHOULD transmit one or more segments".
        boolean mayBeNew = c.snd.nxt < c.finSequence() && c.snd.una + c.snd.wnd > c.snd.nxt;
        if (mayBeNew || c.cwnd() - c.pipe() < c.mss) {
            return NONE;
        }
        long found = belowSacked(c.flight);
        if (found < 0 && c.snd.una > rescued) {
            found = highest(c.flight);
            rescuing = found >= 0;
        }
        return found >= 0 && c.mtuProbes.isProbe(c.flight.end(found)) ? NONE : found;
    }

    /// How often it was resorted to.
    int sent() {
        return sent;
    }

    /// What [#next] gave is sent.
    void onSent() {
        sent++;
    }

    /// Something is sent again.
    ///
    /// @param point the recovery point
    void onRetransmitted(long point) {
        if (rescuing) {
            rescued = point;
            rescuing = false;
        }
    }

    /// (3): "there exists an unSACKed sequence number 'S3' that meets the criteria for detecting loss given in
    /// steps (1.a) and (1.b)": above HighRxt, and below the highest that was SACKed; though by IsLost it is not
    /// lost.
    private long belowSacked(Flight flight) {
        long i = Math.max(from, flight.firstIndex());
        while (i <= flight.lastIndex() && flight.end(i) <= flight.highestSacked() && flight.isSettled(i)) {
            i++;
        }
        from = i;
        return i <= flight.lastIndex() && flight.end(i) <= flight.highestSacked() ? i : NONE;
    }

    /// (4): "a single 'rescue' retransmission per entry into loss recovery […] one segment of up to SMSS octets
    /// that MUST include the highest outstanding unSACKed sequence number".
    private static long highest(Flight flight) {
        long i = flight.lastIndex();
        while (i >= flight.firstIndex() && flight.isSacked(i)) {
            i--;
        }
        return i >= flight.firstIndex() ? i : NONE;
    }
}
