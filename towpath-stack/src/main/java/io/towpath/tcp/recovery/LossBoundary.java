package io.towpath.tcp.recovery;

import io.towpath.tcp.send.Flight;

/// What SACK blocks say is lost by their number alone (RFC 6675 §4). The way of senders without RACK.
final class LossBoundary {
    private LossBoundary() {}

    /// The boundary of IsLost: of what is not SACKed before it, "either DupThresh discontiguous SACKed
    /// sequences have arrived above […] or more than (DupThresh - 1) * SMSS bytes".
    ///
    /// @return a sequence number, or [Long#MIN_VALUE] when nothing is lost by that rule
    static long of(Flight flight, int dupThresh, int mss) {
        if (flight.sacked() == 0) {
            return Long.MIN_VALUE;
        }
        long bytes = (long) (dupThresh - 1) * mss;
        long above = 0;
        int sequences = 0;
        boolean inside = false;
        long last = flight.indexAtOrAfter(flight.highestSacked()) - 1;
        for (long i = last; i >= flight.firstIndex() && above < flight.sacked(); i--) {
            boolean here = flight.isSacked(i);
            if (here) {
                above += flight.length(i);
                sequences += inside ? 0 : 1;
                if (above > bytes || sequences >= dupThresh) {
                    return flight.start(i);
                }
            }
            inside = here;
        }
        return Long.MIN_VALUE;
    }
}
