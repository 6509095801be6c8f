package io.towpath.sim;

import io.towpath.core.IntervalSet;
import io.towpath.wire.Serial;

/// What one host has received from one peer on one socket pair since a certain SYN: a superset of what its TCP may
/// have taken in, since a TCP may ignore segments but cannot receive what never came. Positions are relative to the
/// peer's initial sequence number: the SYN is 0, the first byte 1.
final class HalfFlow {
    private static final int HOLES_MAX = 1 << 14;
    private static final long FAR = 1L << 30;

    final int irs;
    final int mss; // -1 when the SYN named none
    final int scale; // -1 when the SYN named none
    final boolean sackPermitted;
    final boolean timestamps;
    final int window; // of the SYN, never scaled

    int synFlags; // of the last SYN or SYN-ACK

    private final IntervalSet received = new IntervalSet(HOLES_MAX);
    private boolean complete = true;
    private long finAt = -1;
    private long lastTsval;
    private boolean sawTsval;

    HalfFlow(Sighting syn) {
        irs = syn.seq;
        mss = syn.mss;
        scale = syn.scale;
        sackPermitted = syn.sackPermitted;
        timestamps = syn.timestamps;
        window = syn.window;
    }

    /// Takes note of a segment of this incarnation.
    void on(Sighting s) {
        long seq = relative(s.seq);
        if (seq < -FAR || seq > contiguous() + FAR) {
            return;
        }
        if (received.contains(seq, seq + 1) || received.indexOf(seq) >= 0) {
            received.add(seq, seq + s.span());
        } else {
            complete &= received.add(seq, seq + s.span());
        }
        if (s.has(Sighting.SYN)) {
            // In a simultaneous open the SYN-ACK is the answer, however late the SYN comes.
            synFlags = s.has(Sighting.ACK) || (synFlags & Sighting.ACK) == 0 ? s.flags : synFlags;
        }
        if (s.has(Sighting.FIN)) {
            finAt = seq + s.dataLength() + (s.has(Sighting.SYN) ? 1 : 0);
        }
        if (s.timestamps) {
            long tsval = sawTsval ? Serial.unwrap(s.tsval, lastTsval) : s.tsval & 0xffff_ffffL;
            lastTsval = sawTsval ? Math.max(lastTsval, tsval) : tsval;
            sawTsval = true;
        }
    }

    /// The 64-bit position of a sequence number of the peer.
    long relative(int wire) {
        return Serial.unwrap(wire - irs, contiguous());
    }

    /// The first position that did not come yet: the largest acknowledgment that may be sent.
    long contiguous() {
        int i = received.indexOf(0);
        return i < 0 ? 0 : received.end(i);
    }

    /// True when every position in `[start, end)` came.
    boolean came(long start, long end) {
        return !complete || received.contains(start, end);
    }

    boolean isComplete() {
        return complete;
    }

    /// True when `position` lies beyond the peer's FIN.
    boolean isBeyondFin(long position) {
        return finAt >= 0 && position > finAt;
    }

    /// True when the peer sent `tsecr` or something later as a timestamp.
    boolean isEcho(int tsecr) {
        return sawTsval && Serial.unwrap(tsecr, lastTsval) <= lastTsval;
    }
}
