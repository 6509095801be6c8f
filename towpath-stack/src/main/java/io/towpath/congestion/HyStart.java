package io.towpath.congestion;

import io.towpath.core.Time;

/// HyStart++ (RFC 9406): slow start ends when the round-trip time rises, because then a queue builds up and
/// the next thing would be a loss. As a rise may be chance, what follows first is conservative slow start
/// (CSS), which grows a quarter as fast; when the round-trip time comes down again slow start resumes, else
/// congestion avoidance begins.
///
/// ```
///               delay rises            5 rounds
///   SLOW START ─────────────▶ CSS ───────────────▶ over
///        ▲                     │
///        └─────────────────────┘ delay is less than when CSS began
/// ```
///
/// Names are the RFC's.
final class HyStart {
    /// RFC 9406 §4.3.
    static final long MIN_RTT_THRESH = 4 * Time.MILLISECOND;

    /// RFC 9406 §4.3.
    static final long MAX_RTT_THRESH = 16 * Time.MILLISECOND;

    private static final int MIN_RTT_DIVISOR = 8;
    static final int N_RTT_SAMPLE = 8;
    private static final int CSS_GROWTH_DIVISOR = 4;
    static final int CSS_ROUNDS = 5;
    private static final long INFINITE = Long.MAX_VALUE;

    private long windowEnd;
    private long lastRoundMinRtt;
    private long currentRoundMinRtt;
    private int rttSampleCount;
    private long cssBaselineMinRtt;
    private int cssRounds;
    private boolean css;
    private boolean over;

    HyStart() {
        reset();
    }

    /// Begins with the connection's first slow start. RFC 9406 §4.3: it "SHOULD" be used "only for the initial
    /// slow start".
    void reset() {
        windowEnd = 0;
        lastRoundMinRtt = INFINITE;
        currentRoundMinRtt = INFINITE;
        rttSampleCount = 0;
        cssBaselineMinRtt = INFINITE;
        cssRounds = 0;
        css = false;
        over = false;
    }

    /// Takes an acknowledgment in slow start.
    ///
    /// @param growth bytes by which plain slow start would let the window grow; *deviation* from §4.2's
    ///     `min(N, L * SMSS)`: L is infinite here, see [LossBased#onAck]
    /// @return bytes by which it may grow
    long onAck(AckSample s, long growth) {
        if (windowEnd == 0) {
            windowEnd = s.ackedTotal + s.outstanding;
        }
        if (s.rttNanos >= 0) {
            currentRoundMinRtt = Math.min(currentRoundMinRtt, s.rttNanos);
            rttSampleCount++;
        }
        boolean valid = rttSampleCount >= N_RTT_SAMPLE && currentRoundMinRtt != INFINITE;
        if (css) {
            if (valid && currentRoundMinRtt < cssBaselineMinRtt) {
                // §4.2: the exit was spurious: "cssBaselineMinRtt = infinity, resume slow start".
                cssBaselineMinRtt = INFINITE;
                css = false;
            }
        } else if (valid && lastRoundMinRtt != INFINITE && currentRoundMinRtt >= lastRoundMinRtt + threshold()) {
            cssBaselineMinRtt = currentRoundMinRtt;
            css = true;
            cssRounds = 0;
        }
        long grown = css ? growth / CSS_GROWTH_DIVISOR : growth;
        if (s.ackedTotal >= windowEnd) {
            endRound(s);
        }
        return grown;
    }

    /// RttThresh of §4.2.
    private long threshold() {
        return Math.max(MIN_RTT_THRESH, Math.min(lastRoundMinRtt / MIN_RTT_DIVISOR, MAX_RTT_THRESH));
    }

    /// §4.2: "At the start of each round during standard slow start […] windowEnd = SND.NXT". A part of a
    /// round counts towards the limit of CSS like a whole one.
    private void endRound(AckSample s) {
        // With nothing under way the round begins with what is sent next: its first acknowledgment tells how far.
        windowEnd = s.outstanding == 0 ? 0 : s.ackedTotal + s.outstanding;
        lastRoundMinRtt = currentRoundMinRtt;
        currentRoundMinRtt = INFINITE;
        rttSampleCount = 0;
        if (css && ++cssRounds >= CSS_ROUNDS) {
            over = true;
        }
    }

    /// True in conservative slow start.
    boolean isConservative() {
        return css;
    }

    /// True when slow start shall end: "ssthresh = cwnd".
    boolean isOver() {
        return over;
    }
}
