package io.towpath.sim;

import io.towpath.wire.Serial;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The rules for what one host sends on one incarnation of one connection. It knows what the host sent
/// before and what it received (at most), nothing of the host's inside.
final class FlowLint {
    private static final int DEFAULT_MSS_4 = 536;
    private static final int DEFAULT_MSS_6 = 1220;

    private final int iss;
    private final int ownScale; // -1 when the SYN offered none
    private final boolean ownSack;
    private final boolean ownTimestamps;
    private @Nullable HalfFlow peer;
    private long peerBefore; // how far the peer had come before the present segment

    // Sent: positions relative to iss, the SYN is 0.
    private long sentMax = 1;
    private long textMax; // of that, without a SYN
    private boolean synSent;
    private long finAt = -1;
    private boolean aborted;
    private long tsvalMax;
    // Received: the right edge that the peer offered, relative to iss.
    private long peerEdge;
    private long peerAck;
    // Promised: what this host acknowledged and offered, relative to irs.
    private long ackMax = -1;
    private long ownEdge = -1;
    private final EcnLint ecn = new EcnLint();
    private final TimingLint timing;
    private boolean open; // sent more than a SYN
    private String wrong = "";

    FlowLint(Sighting syn, long slopNanos) {
        timing = new TimingLint(slopNanos);
        iss = syn.seq;
        ownScale = syn.scale;
        ownSack = syn.sackPermitted;
        ownTimestamps = syn.timestamps;
        tsvalMax = syn.tsval & 0xffff_ffffL;
    }

    /// True when `syn` is this incarnation's SYN once more.
    boolean isSame(Sighting syn) {
        return syn.seq == iss;
    }

    /// True when `s`, which is no SYN, lies within what this incarnation sent, or follows it.
    boolean fits(Sighting s) {
        long seq = Serial.unwrap(s.seq - iss, sentMax);
        return seq >= 0 && seq <= sentMax;
    }

    boolean isBound() {
        return peer != null;
    }

    @Nullable
    HalfFlow peer() {
        return peer;
    }

    /// Decides which of the peer's incarnations this one talks to: the one whose bytes it acknowledges.
    void bind(List<HalfFlow> candidates, Sighting s) {
        for (int i = candidates.size() - 1; i >= 0 && peer == null; i--) {
            HalfFlow candidate = candidates.get(i);
            long ack = candidate.relative(s.ack);
            if (ack >= 1 && ack <= candidate.contiguous()) {
                peer = candidate;
                peerEdge = Math.max(peerEdge, 1 + candidate.window); // of its SYN, whose window begins behind ours
            }
        }
    }

    /// A segment is about to be taken note of.
    void beforeArrival() {
        peerBefore = peer == null ? 0 : peer.contiguous();
    }

    /// True when it extended what is in order.
    boolean isExtended() {
        return peer != null && peer.contiguous() > peerBefore;
    }

    /// The times of what is sent.
    TimingLint timing() {
        return timing;
    }

    /// True when more than a SYN was sent, and no reset.
    boolean isOpen() {
        return open && !aborted;
    }

    /// The host received `s` from the peer.
    ///
    /// @param advanced true when it extended what is in order
    void received(Sighting s, List<HalfFlow> candidates, boolean advanced) {
        HalfFlow from = peer;
        long end = from != null ? from.relative(s.seq) + s.dataLength() : -1;
        long news = s.has(Sighting.ACK) ? Serial.unwrap(s.ack - iss, sentMax) : -1;
        // RFC 9293 §3.10.7.4: an empty segment below RCV.NXT, or at or beyond the window's edge, is not acceptable,
        // nor is its echo.
        long start = end - s.dataLength();
        boolean taken = from == null || ownEdge < 0 || start >= peerBefore && (start < ownEdge || start == ackMax);
        ecn.received(s, end, advanced, taken && news > peerAck && news <= sentMax ? news : -1);
        int scale = 0;
        if (!s.has(Sighting.SYN) && ownScale >= 0) {
            for (HalfFlow candidate : candidates) {
                scale = Math.max(scale, candidate.scale);
            }
        }
        long window = (long) s.window << Math.min(scale, 14);
        if (!s.has(Sighting.ACK)) {
            if (s.has(Sighting.SYN)) {
                peerEdge = Math.max(peerEdge, 1 + window); // a crossing SYN: its window begins at our first byte
            }
            return;
        }
        long ack = Serial.unwrap(s.ack - iss, sentMax);
        if (ack >= 0 && ack <= sentMax) {
            peerAck = Math.max(peerAck, ack);
            peerEdge = Math.max(peerEdge, ack + window);
        }
    }

    /// Judges a segment that the host sends on this incarnation (no RST).
    ///
    /// @param now when
    /// @param segmentBytes data bytes of each segment on the wire when `s` is a super-segment, else 0
    /// @return what is wrong with it, or the empty string
    String sent(long now, Sighting s, int segmentBytes) {
        wrong = "";
        if (s.has(Sighting.ACK)) {
            complain(timing.acknowledged(now));
        }
        if (aborted) {
            complain("sent after the connection was reset by this host");
        }
        checkOptions(s);
        if (peer != null && s.has(Sighting.ACK)) {
            checkAck(peer, s);
        }
        checkSequence(now, s);
        checkSize(s, segmentBytes);
        open |= !s.has(Sighting.SYN);
        return wrong;
    }

    /// The host sends a RST. With ACK and inside the sequence space it ends the connection.
    void reset(Sighting s) {
        timing.over();
        long seq = Serial.unwrap(s.seq - iss, sentMax);
        if (s.has(Sighting.ACK) && peer != null && seq >= 1 && seq <= sentMax) {
            aborted = true;
        }
    }

    /// True when a RST with this sequence number may come from a live connection.
    boolean mayReset(Sighting s) {
        long seq = Serial.unwrap(s.seq - iss, sentMax);
        return seq >= Math.min(peerAck, sentMax) - 1 && seq <= sentMax;
    }

    private void checkSequence(long now, Sighting s) {
        boolean syn = s.has(Sighting.SYN);
        long seq = Serial.unwrap(s.seq - iss, sentMax) + (syn ? 1 : 0); // of the data
        int length = s.dataLength();
        long end = seq + length;
        HalfFlow from = peer;
        // Behind the peer's FIN nothing will come that a mark could slow down: what echoes are for is over.
        long ack = from == null || !s.has(Sighting.ACK) || from.isBeyondFin(from.relative(s.ack))
                ? -1
                : from.relative(s.ack);
        complain(ecn.sent(s, from == null ? 0 : from.synFlags, ack, sentMax, length > 0 && seq >= sentMax));
        if (seq > sentMax) {
            complain("leaves a gap: starts at " + seq + ", only " + sentMax + " were sent");
        }
        if (!syn && seq < Math.min(peerAck, sentMax) - 1 && length == 0 && !s.has(Sighting.FIN)) {
            complain("empty segment at " + seq + " below what was acknowledged, " + peerAck);
        }
        if (length > 0 && seq < 0) {
            complain("data at " + seq + ", before its SYN");
        }
        if (finAt >= 0 && length > 0 && end > finAt) {
            complain("data up to " + end + " beyond its FIN at " + finAt);
        }
        if (s.has(Sighting.FIN)) {
            if (finAt >= 0 && end != finAt) {
                complain("FIN moved from " + finAt + " to " + end);
            }
            if (finAt < 0 && end < sentMax) {
                complain("FIN at " + end + " below what was sent, " + sentMax);
            }
            finAt = end;
        }
        // RFC 9293 §3.8.6.1: only a probe of one byte may go beyond the offered window.
        // RFC 7413 §4.2.1: before there is any, a SYN may bring data.
        boolean first = syn && !s.has(Sighting.ACK);
        if (length > 0 && end > peerEdge && !(length == 1 && seq <= peerEdge) && !first) {
            complain("data up to " + end + " beyond the window offered, " + peerEdge);
        }
        long after = end + (s.has(Sighting.FIN) ? 1 : 0);
        // What a SYN carried and nobody took goes for the first time, like all else, when it goes without it.
        if (synSent && s.span() > 0 && after <= (syn ? sentMax : textMax)) {
            complain(timing.again(now, syn ? 0 : seq));
        }
        synSent = true;
        textMax = syn ? textMax : Math.max(textMax, after);
        sentMax = Math.max(sentMax, after);
    }

    private void checkSize(Sighting s, int segmentBytes) {
        if (s.dataLength() == 0 || s.has(Sighting.SYN) && !s.has(Sighting.ACK)) {
            return;
        }
        // RFC 9293 §3.7.1 (MUST-16): Eff.snd.MSS takes the options' length off what the peer accepts.
        int announced = peer == null || peer.mss < 0 ? s.version == 4 ? DEFAULT_MSS_4 : DEFAULT_MSS_6 : peer.mss;
        int options = s.dataAt - s.transportAt - 20;
        int data = segmentBytes > 0 ? Math.min(segmentBytes, s.dataLength()) : s.dataLength();
        if (data + options > announced) {
            complain(data + " bytes of data and " + options + " of options, but the peer takes only " + announced);
        }
    }

    private void checkOptions(Sighting s) {
        if (s.has(Sighting.SYN)) {
            checkSynOptions(s);
            return;
        }
        if (s.mss >= 0 || s.scale >= 0 || s.sackPermitted) {
            complain("carries an option that only a SYN may carry");
        }
        boolean timestamps = ownTimestamps && peer != null && peer.timestamps;
        if (timestamps != s.timestamps) {
            complain(timestamps ? "lacks the timestamps agreed on" : "carries timestamps that were not agreed on");
        }
        if (s.sacks > 0 && !(ownSack && peer != null && peer.sackPermitted)) {
            complain("carries SACK blocks that were not agreed on");
        }
        checkTimestamps(s);
    }

    private void checkSynOptions(Sighting s) {
        if (s.mss < 0) {
            complain("SYN without an MSS option");
        }
        if (s.sacks > 0) {
            complain("SYN with SACK blocks");
        }
        if (s.scale > 14) {
            complain("window scale " + s.scale);
        }
        if (s.has(Sighting.ACK) && peer != null) {
            // RFC 7323 §1.3, RFC 2018 §2: only in answer to a SYN that offers the same. In a simultaneous open the
            // own SYN made its offer before the peer's was known.
            if (s.scale >= 0 && peer.scale < 0 && ownScale < 0
                    || s.timestamps && !peer.timestamps && !ownTimestamps
                    || s.sackPermitted && !peer.sackPermitted && !ownSack) {
                complain("SYN-ACK with an option that the SYN did not offer");
            }
        }
        checkTimestamps(s);
    }

    private void checkTimestamps(Sighting s) {
        if (!s.timestamps) {
            return;
        }
        long tsval = Serial.unwrap(s.tsval, tsvalMax);
        if (tsval < tsvalMax) {
            complain("timestamp went back by " + (tsvalMax - tsval));
        }
        tsvalMax = Math.max(tsvalMax, tsval);
        if (s.has(Sighting.ACK) && peer != null && !peer.isEcho(s.tsecr)) {
            complain("echoes a timestamp that the peer did not send");
        }
    }

    private void checkAck(HalfFlow from, Sighting s) {
        long ack = from.relative(s.ack);
        if (from.isComplete() && ack > from.contiguous()) {
            complain("acknowledges " + ack + ", but only " + from.contiguous() + " came");
        }
        if (ack < ackMax) {
            complain("acknowledgment went back from " + ackMax + " to " + ack);
        }
        ackMax = Math.max(ackMax, ack);
        checkWindow(from, s, ack);
        for (int i = 0; i < s.sacks; i++) {
            long start = from.relative(s.sackStart[i]);
            long end = from.relative(s.sackEnd[i]);
            boolean duplicate = i == 0 && end <= ack; // RFC 2883: the first block may tell of a duplicate
            if (start >= end || start <= ack && !duplicate || !from.came(start, end)) {
                complain("SACK block " + start + " to " + end + " with acknowledgment " + ack
                        + " is not what came out of order");
            }
        }
    }

    private void checkWindow(HalfFlow from, Sighting s, long ack) {
        if (from.isBeyondFin(ack)) {
            return; // nothing more can come
        }
        int scale = ownScale >= 0 && from.scale >= 0 && !s.has(Sighting.SYN) ? Math.min(ownScale, 14) : 0;
        long edge = ack + ((long) s.window << scale);
        // RFC 9293 §3.8.6.2.2 (SHLD-14): a window's right edge does not move left; RFC 7323 §2.4: but for rounding.
        // A SYN-ACK that comes again behind data (RFC 7413) cannot tell more than 16 bits have.
        boolean told = s.has(Sighting.SYN) && s.window == 0xffff;
        if (edge + (1L << Math.max(scale, 0)) <= ownEdge && !told) {
            complain("window shrank: right edge from " + ownEdge + " to " + edge);
        }
        ownEdge = Math.max(ownEdge, edge);
    }

    private void complain(String what) {
        if (what.isEmpty()) {
            return;
        }
        wrong = wrong.isEmpty() ? what : wrong + "; " + what;
    }
}
