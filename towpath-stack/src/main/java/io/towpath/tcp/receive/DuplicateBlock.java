package io.towpath.tcp.receive;

import io.towpath.core.IntervalSet;

/// The D-SACK block: what came twice. RFC 2883 §4: "the first block of the SACK option field" of the acknowledgment
/// for a segment with duplicate data specifies "the sequence numbers of the duplicate segment", and "each duplicate
/// contiguous sequence of data received is reported in at most one D-SACK block", so it is forgotten once told.
final class DuplicateBlock {
    private long left;
    private long right;

    /// Looks for what of `[from, to)` was there before: below `nxt`, or within `beyond`. Only the first contiguous
    /// part is kept (RFC 2883 §4.3 has one block for each ACK).
    void look(long from, long to, long nxt, IntervalSet beyond) {
        if (from < nxt) {
            keep(from, Math.min(to, nxt));
            return;
        }
        for (int i = 0; i < beyond.size() && beyond.start(i) < to; i++) {
            if (beyond.end(i) > from) {
                keep(Math.max(from, beyond.start(i)), Math.min(to, beyond.end(i)));
                return;
            }
        }
    }

    private void keep(long from, long to) {
        if (from < to) {
            left = from;
            right = to;
        }
    }

    boolean isKnown() {
        return left < right;
    }

    long left() {
        return left;
    }

    long right() {
        return right;
    }

    void forget() {
        left = 0;
        right = 0;
    }
}
