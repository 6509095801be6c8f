package io.towpath.tcp.recovery;

import io.towpath.tcp.send.Flight;

/// Duplicate acknowledgments. Without SACK they stand for the blocks that the peer cannot send (RFC 5681 §3.2,
/// RFC 6582): each takes one segment out of the pipe, which is what inflating the window by one segment says
/// the other way round, and what makes limited transmit (RFC 3042) follow by itself.
final class DuplicateAcks {
    private int count;
    /// Bytes that duplicate acknowledgments say have left the network; only without SACK.
    private long countedOut;

    DuplicateAcks() {}

    /// Counts one; without SACK it also takes a segment out of the pipe.
    void add(Flight flight, int mss, boolean takesOut) {
        count++;
        if (takesOut && !flight.isEmpty()) {
            long most = flight.outstanding() - flight.length(flight.firstIndex());
            countedOut = Math.min(countedOut + mss, Math.max(0, most));
        }
    }

    /// SND.UNA moved by `acked`. The first newly acknowledged segment is the one that was missing; those behind
    /// it were counted before.
    ///
    /// @return of `acked` what was not counted out before: what is news of delivery (RFC 6937 §2, DeliveredData)
    long onAdvance(Flight flight, long acked, int mss) {
        count = 0;
        long counted = Math.min(countedOut, Math.max(0, acked - mss));
        countedOut = Math.min(countedOut - counted, flight.outstanding());
        return acked - counted;
    }

    void clear() {
        count = 0;
        countedOut = 0;
    }

    int count() {
        return count;
    }

    long countedOut() {
        return countedOut;
    }
}
