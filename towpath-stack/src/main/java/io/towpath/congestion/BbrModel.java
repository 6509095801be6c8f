package io.towpath.congestion;

import io.towpath.core.Time;

/// What BBR knows of the path (draft-ietf-ccwg-bbr §2.9 to §2.13): its bandwidth, its propagation delay, how
/// much it aggregates acknowledgments, and how much of late it could not take. Names are the draft's without
/// `BBR.`.
final class BbrModel {
    static final long INFINITE = Long.MAX_VALUE;
    /// BBR.Beta: what a loss leaves of the short-term bounds.
    static final double BETA = 0.7;
    /// BBR.LossThresh: more than this share lost is too much.
    static final double LOSS_THRESH = 0.02;

    private static final long MIN_RTT_FILTER_LENGTH = 10 * Time.SECOND;
    private static final long PROBE_RTT_INTERVAL = 5 * Time.SECOND;
    private static final int EXTRA_ACKED_ROUNDS = 10;

    // Two cycles of ProbeBW: the present and the one before.
    private final long[] maxBwFilter = new long[2];
    private final WindowedMax extraAcked = new WindowedMax(EXTRA_ACKED_ROUNDS);

    long minRtt = INFINITE;
    private long minRttStamp;
    private long probeRttMinDelay = INFINITE;
    long probeRttMinStamp;
    boolean probeRttExpired;

    long bwShortterm = INFINITE;
    long inflightShortterm = INFINITE;
    long inflightLongterm = INFINITE;

    private long bwLatest;
    private long inflightLatest;
    private long lossRoundDelivered;
    boolean lossRoundStart;
    boolean lossInRound;
    private int lossEventsInRound;
    private long lostTotal;

    private long nextRoundDelivered;
    boolean roundStart;
    long roundCount;

    private long extraAckedIntervalStart;
    private long extraAckedDelivered;

    BbrModel() {}

    /// Takes an acknowledgment.
    ///
    /// @param probing true while probing for bandwidth: losses then are looked for, and set no short-term
    ///     bounds
    /// @param fullPipe true when the bandwidth was found
    /// @param cwnd congestion window in bytes
    void update(AckSample s, boolean probing, boolean fullPipe, long cwnd) {
        if (s.lostTotal > lostTotal) {
            noteLoss(s.deliveredTotal);
            lossEventsInRound++;
            lostTotal = s.lostTotal;
        }
        updateLatestSignals(s);
        updateRound(s);
        // "an app-limited sample […] is only used when it is at least the present estimate".
        if (s.deliveryRate > 0 && (s.deliveryRate >= maxBw() || !s.applicationLimited)) {
            maxBwFilter[1] = Math.max(maxBwFilter[1], s.deliveryRate);
        }
        if (lossRoundStart) {
            if (lossInRound && !probing) {
                adaptLowerBounds(cwnd);
            }
        }
        updateAckAggregation(s, fullPipe, cwnd);
    }

    private void updateLatestSignals(AckSample s) {
        lossRoundStart = false;
        bwLatest = Math.max(bwLatest, s.deliveryRate);
        inflightLatest = Math.max(inflightLatest, s.rateDelivered);
        if (s.hasRate && s.priorDelivered >= lossRoundDelivered) {
            lossRoundDelivered = s.deliveredTotal;
            lossRoundStart = true;
        }
    }

    private void updateRound(AckSample s) {
        roundStart = s.hasRate && s.priorDelivered >= nextRoundDelivered;
        if (roundStart) {
            startRound(s.deliveredTotal);
            roundCount++;
        }
    }

    void startRound(long delivered) {
        nextRoundDelivered = delivered;
    }

    /// §4.5.10.3: when losses are found outside of a probe, the bounds fall to what was delivered lately.
    private void adaptLowerBounds(long cwnd) {
        // *deviation*: the draft lowers the bound by whatever the round's rate was. A round in which none could be
        // measured (its samples were shorter than a round trip) says nothing of the bandwidth: taken for zero it would
        // stop the connection.
        if (bwLatest > 0) {
            bwShortterm = bwShortterm == INFINITE ? maxBw() : bwShortterm;
            bwShortterm = Math.max(bwLatest, (long) (BETA * bwShortterm));
        }
        inflightShortterm = inflightShortterm == INFINITE ? cwnd : inflightShortterm;
        inflightShortterm = Math.max(inflightLatest, (long) (BETA * inflightShortterm));
    }

    private void updateAckAggregation(AckSample s, boolean fullPipe, long cwnd) {
        double expected = bw() * ((s.now - extraAckedIntervalStart) / (double) Time.SECOND);
        if (extraAckedDelivered <= expected) {
            extraAckedDelivered = 0;
            extraAckedIntervalStart = s.now;
            expected = 0;
        }
        extraAckedDelivered += s.deliveredBytes;
        long extra = Math.min((long) (extraAckedDelivered - expected), cwnd);
        if (fullPipe) {
            extraAcked.update(extra, roundCount);
        } else {
            extraAcked.reset(Math.max(extra, roundStart ? 0 : extraAcked.get()), roundCount);
        }
    }

    /// The last step of an acknowledgment: "BBRAdvanceLatestDeliverySignals".
    void advance(AckSample s) {
        if (lossRoundStart) {
            bwLatest = s.deliveryRate;
            inflightLatest = s.rateDelivered;
            lossInRound = false;
            lossEventsInRound = 0;
        }
    }

    /// §4.3.4.3: the least round-trip time of ten seconds, measured in ProbeRTT at least every five.
    void updateMinRtt(AckSample s) {
        // Before the first measurement there is none that could be old: the clock did not begin with the connection.
        probeRttExpired = probeRttMinDelay != INFINITE && s.now > probeRttMinStamp + PROBE_RTT_INTERVAL;
        if (s.rttNanos >= 0 && (s.rttNanos < probeRttMinDelay || probeRttExpired)) {
            probeRttMinDelay = s.rttNanos;
            probeRttMinStamp = s.now;
        }
        boolean expired = s.now > minRttStamp + MIN_RTT_FILTER_LENGTH;
        if (probeRttMinDelay < minRtt || expired) {
            minRtt = probeRttMinDelay;
            minRttStamp = probeRttMinStamp;
        }
    }

    /// A loss or a congestion mark: the round in which it is found ends a round trip from now.
    void noteLoss(long delivered) {
        if (!lossInRound) {
            lossRoundDelivered = delivered;
        }
        lossInRound = true;
    }

    /// Acknowledgments of the present round that told of losses.
    int lossEventsInRound() {
        return lossEventsInRound;
    }

    /// IsInflightTooHigh: more than [#LOSS_THRESH] of what was in flight was lost.
    static boolean isLossTooHigh(AckSample s) {
        return s.lostSinceSent > s.inFlightWhenSent * LOSS_THRESH;
    }

    void advanceMaxBwFilter() {
        if (maxBwFilter[1] > 0) {
            maxBwFilter[0] = maxBwFilter[1];
            maxBwFilter[1] = 0;
        }
    }

    /// Bytes per second, the most of the present cycle and the one before.
    long maxBw() {
        return Math.max(maxBwFilter[0], maxBwFilter[1]);
    }

    /// The bandwidth to go by: the maximum, but no more than losses of late allow.
    long bw() {
        return Math.min(maxBw(), bwShortterm);
    }

    /// Bandwidth-delay product in bytes times `gain`.
    long bdp(double gain, long otherwise) {
        return minRtt == INFINITE ? otherwise : (long) (gain * bw() * (minRtt / (double) Time.SECOND));
    }

    long extraAcked() {
        return extraAcked.get();
    }

    long inflightLatest() {
        return inflightLatest;
    }

    void resetLowerBounds() {
        bwShortterm = INFINITE;
        inflightShortterm = INFINITE;
    }

    void resetCongestionSignals() {
        lossInRound = false;
        bwLatest = 0;
        inflightLatest = 0;
    }

    /// Aggregation is measured anew from here.
    void restart(long now) {
        extraAckedIntervalStart = now;
        extraAckedDelivered = 0;
    }
}
