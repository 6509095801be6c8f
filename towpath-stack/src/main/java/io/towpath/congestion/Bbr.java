package io.towpath.congestion;

import io.towpath.core.Time;

/// BBR version 3 (draft-ietf-ccwg-bbr): sends at the bandwidth that the path was seen to deliver, keeps no
/// more in flight than that needs, and probes for more from time to time. What is known of the path is
/// [BbrModel]'s.
///
/// ```
///   STARTUP --> DRAIN --> DOWN --> CRUISE --> REFILL --> UP      PROBE_RTT, from anywhere, each five seconds
///                          ^                             |
///                          +-----------------------------+
/// ```
///
/// *Deviations:* losses are looked at when acknowledgments tell of them, not segment by segment, so that the
/// long-term bound is what was in flight and not interpolated; a congestion mark counts as a loss; ProbeRTT
/// does not mark the connection as limited by the application; the wait between probes comes from a counter
/// that is mixed with the connection's own numbers, as there is no chance in here. Names are the draft's.
/// Single owner.
public final class Bbr implements CongestionControl {
    private enum State {
        STARTUP("startup", 2.77, 2),
        DRAIN("drain", 0.5, 2),
        DOWN("probe bandwidth: down", 0.9, 2),
        CRUISE("probe bandwidth: cruise", 1, 2),
        REFILL("probe bandwidth: refill", 1, 2),
        UP("probe bandwidth: up", 1.25, 2.25),
        PROBE_RTT("probe round-trip time", 1, 0.5);

        final String text;
        final double pacingGain;
        final double cwndGain;

        State(String text, double pacingGain, double cwndGain) {
            this.text = text;
            this.pacingGain = pacingGain;
            this.cwndGain = cwndGain;
        }

        boolean isProbeBw() {
            return this == DOWN || this == CRUISE || this == REFILL || this == UP;
        }

        /// True when losses are what one looks for.
        boolean isProbing() {
            return this == STARTUP || this == REFILL || this == UP;
        }
    }

    private static final int MIN_PIPE_SEGMENTS = 4;
    private static final double PACING_MARGIN = 0.99;
    private static final double HEADROOM = 0.15;
    private static final int FULL_BW_ROUNDS = 3;
    private static final double FULL_BW_GROWTH = 1.25;
    private static final int STARTUP_FULL_LOSSES = 6;
    private static final long PROBE_RTT_DURATION = 200 * Time.MILLISECOND;
    private static final long PROBE_WAIT_LEAST = 2 * Time.SECOND;
    private static final int RENO_ROUNDS_MAX = 63;

    private BbrModel model = new BbrModel();
    private State state = State.STARTUP;
    private int mss = 1;
    private long initialCwnd = 1;
    private long cwnd = 1;
    private long priorCwnd;
    private long pacingRate;
    private long delivered;

    private boolean fullBwNow;
    private boolean fullBwReached;
    private long fullBw;
    private int fullBwCount;

    private long cycleStamp;
    private long probeWait;
    private long roundsSinceProbe;
    private long probeCount;
    private boolean probeSamples;
    private boolean probeFeedbackDue;
    private int probeUpRounds;
    private long probeUpAcks;
    private long probeUpCount = BbrModel.INFINITE;

    private long probeRttDoneStamp;
    private boolean probeRttRoundDone;
    private boolean idleRestart;
    private boolean repairing;

    // What a loss overwrites.
    private boolean saved;
    private State undoState = State.STARTUP;
    private long undoBwShortterm;
    private long undoInflightShortterm;
    private long undoInflightLongterm;

    /// A window that waits for [#start].
    public Bbr() {}

    @Override
    public String name() {
        return "bbr";
    }

    @Override
    public long cwnd() {
        return cwnd;
    }

    @Override
    public long ssthresh() {
        return NO_SSTHRESH;
    }

    @Override
    public String phase() {
        return state.text;
    }

    @Override
    public long pacingRate() {
        return pacingRate;
    }

    @Override
    public boolean reducesOnLoss() {
        return false;
    }

    @Override
    public void start(int mss, long initialWindow) {
        this.mss = mss;
        initialCwnd = Math.max(mss, initialWindow);
        cwnd = initialCwnd;
        model = new BbrModel();
        state = State.STARTUP;
        // Until a round trip is known nothing is paced: *deviation* from the draft's guess of one millisecond.
        pacingRate = 0;
        fullBwReached = false;
        resetFullBw();
    }

    @Override
    public void onAck(AckSample s) {
        delivered = s.deliveredTotal;
        model.update(s, state.isProbing(), fullBwReached, cwnd);
        roundsSinceProbe += model.roundStart ? 1 : 0;
        checkFullBw(s);
        checkStartup(s);
        if (state == State.DRAIN && s.inFlight <= inflight(1)) {
            startDown(s.now);
        }
        updateProbeBw(s);
        model.updateMinRtt(s);
        checkProbeRtt(s);
        model.advance(s);
        setPacingRate(s);
        setCwnd(s);
    }

    // ---- Startup and Drain -------------------------------------------------------------------------------------

    private void resetFullBw() {
        fullBw = 0;
        fullBwCount = 0;
        fullBwNow = false;
    }

    /// §4.3.1.2: the pipe is full when three rounds brought less than a quarter more.
    private void checkFullBw(AckSample s) {
        if (fullBwNow || !model.roundStart || s.applicationLimited) {
            return;
        }
        if (s.deliveryRate >= fullBw * FULL_BW_GROWTH) {
            resetFullBw();
            fullBw = s.deliveryRate;
            return;
        }
        fullBwCount++;
        fullBwNow = fullBwCount >= FULL_BW_ROUNDS;
        fullBwReached |= fullBwNow;
    }

    private void checkStartup(AckSample s) {
        if (state != State.STARTUP) {
            return;
        }
        // §4.3.1.3: or when a round in recovery lost too much in too many places.
        if (model.lossRoundStart
                && repairing
                && model.lossEventsInRound() >= STARTUP_FULL_LOSSES
                && BbrModel.isLossTooHigh(s)) {
            fullBwReached = true;
            model.inflightLongterm = Math.max(bdp(1), model.inflightLatest());
        }
        if (fullBwReached) {
            state = State.DRAIN;
        }
    }

    // ---- ProbeBW -----------------------------------------------------------------------------------------------

    private void startDown(long now) {
        model.resetCongestionSignals();
        probeUpCount = BbrModel.INFINITE;
        pickProbeWait(now);
        cycleStamp = now;
        probeFeedbackDue = true;
        model.startRound(delivered);
        state = State.DOWN;
    }

    /// §4.3.3.5.3: two to three seconds, "randomized", so that flows do not probe in step.
    private void pickProbeWait(long now) {
        probeCount++;
        long mixed = (now ^ delivered ^ probeCount << 40) * 0x9e37_79b9_7f4a_7c15L;
        roundsSinceProbe = mixed >>> 63;
        probeWait = PROBE_WAIT_LEAST + (mixed >>> 34) % Time.SECOND;
    }

    private void startRefill() {
        model.resetLowerBounds();
        probeUpRounds = 0;
        probeUpAcks = 0;
        probeFeedbackDue = false;
        model.startRound(delivered);
        state = State.REFILL;
    }

    private void startUp(AckSample s) {
        model.startRound(delivered);
        resetFullBw();
        fullBw = s.deliveryRate;
        state = State.UP;
        raiseLongtermSlope();
    }

    private void updateProbeBw(AckSample s) {
        if (!fullBwReached) {
            return;
        }
        adaptLongtermModel(s);
        switch (state) {
            case DOWN -> {
                if (!probeAgain(s) && s.inFlight <= inflightWithHeadroom() && s.inFlight <= inflight(1)) {
                    state = State.CRUISE;
                }
            }
            case CRUISE -> probeAgain(s);
            case REFILL -> {
                if (model.roundStart) {
                    probeSamples = true;
                    startUp(s);
                }
            }
            case UP -> {
                if (s.cwndLimited && cwnd >= model.inflightLongterm) {
                    resetFullBw();
                    fullBw = s.deliveryRate;
                } else if (fullBwNow) {
                    startDown(s.now);
                }
            }
            case STARTUP, DRAIN, PROBE_RTT -> {}
        }
    }

    private boolean probeAgain(AckSample s) {
        // §4.3.3.5.2: as soon as Reno would have grown back, so as to live with it.
        long renoRounds = Math.min(Math.min(bdp(1), cwnd) / mss, RENO_ROUNDS_MAX);
        if (s.now - cycleStamp > probeWait || roundsSinceProbe >= renoRounds) {
            startRefill();
            return true;
        }
        return false;
    }

    private void adaptLongtermModel(AckSample s) {
        if (probeFeedbackDue && model.roundStart) {
            // The round after a probe has ended: what it brought is known.
            probeFeedbackDue = false;
            probeSamples = false;
            if (state.isProbeBw() && !s.applicationLimited) {
                model.advanceMaxBwFilter();
            }
        }
        if (s.hasRate && BbrModel.isLossTooHigh(s)) {
            if (probeSamples) {
                onInflightTooHigh(s.now, s.inFlightWhenSent, s.applicationLimited);
            }
            return;
        }
        if (model.inflightLongterm == BbrModel.INFINITE) {
            return;
        }
        model.inflightLongterm = Math.max(model.inflightLongterm, s.inFlightWhenSent);
        if (state == State.UP) {
            probeLongtermUpward(s);
        }
    }

    private void onInflightTooHigh(long now, long inFlight, boolean applicationLimited) {
        probeSamples = false;
        if (!applicationLimited) {
            model.inflightLongterm = Math.max(inFlight, (long) (Math.min(bdp(1), cwnd) * BbrModel.BETA));
        }
        if (state == State.UP) {
            startDown(now);
        }
    }

    private void probeLongtermUpward(AckSample s) {
        if (!s.cwndLimited || cwnd < model.inflightLongterm) {
            return;
        }
        probeUpAcks += s.deliveredBytes;
        if (probeUpAcks >= probeUpCount) {
            long segments = probeUpAcks / probeUpCount;
            probeUpAcks -= segments * probeUpCount;
            model.inflightLongterm += segments * mss;
        }
        if (model.roundStart) {
            raiseLongtermSlope();
        }
    }

    /// One segment more in the first round of a probe, then two, four, …
    private void raiseLongtermSlope() {
        probeUpCount = Math.max(cwnd >> probeUpRounds, mss);
        probeUpRounds = Math.min(probeUpRounds + 1, 30);
    }

    // ---- ProbeRTT ----------------------------------------------------------------------------------------------

    private void checkProbeRtt(AckSample s) {
        if (state != State.PROBE_RTT && model.probeRttExpired && !idleRestart) {
            saveCwnd();
            state = State.PROBE_RTT;
            probeRttDoneStamp = 0;
            probeFeedbackDue = true;
            model.startRound(delivered);
        }
        if (state == State.PROBE_RTT) {
            if (probeRttDoneStamp == 0) {
                if (s.inFlight <= probeRttCwnd()) {
                    probeRttDoneStamp = s.now + PROBE_RTT_DURATION;
                    probeRttRoundDone = false;
                    model.startRound(delivered);
                }
            } else {
                probeRttRoundDone |= model.roundStart;
                if (probeRttRoundDone) {
                    checkProbeRttDone(s.now);
                }
            }
        }
        idleRestart &= s.deliveredBytes == 0;
    }

    private void checkProbeRttDone(long now) {
        if (probeRttDoneStamp == 0 || now <= probeRttDoneStamp) {
            return;
        }
        model.probeRttMinStamp = now;
        cwnd = Math.max(cwnd, priorCwnd);
        model.resetLowerBounds();
        if (fullBwReached) {
            startDown(now);
            state = State.CRUISE;
        } else {
            state = State.STARTUP;
        }
    }

    private long probeRttCwnd() {
        return Math.max(bdp(State.PROBE_RTT.cwndGain), minPipe());
    }

    // ---- what is sent ------------------------------------------------------------------------------------------

    private long minPipe() {
        return (long) MIN_PIPE_SEGMENTS * mss;
    }

    private long bdp(double gain) {
        return model.bdp(gain, initialCwnd);
    }

    /// BBRInflight with the quantization budget.
    private long inflight(double gain) {
        return quantized(bdp(gain));
    }

    private long quantized(long bytes) {
        long budget = pacingRate == 0 ? 0 : 3 * Pacer.quantum(pacingRate, mss);
        return Math.max(Math.max(bytes, budget), minPipe()) + (state == State.UP ? 2L * mss : 0);
    }

    private long inflightWithHeadroom() {
        long bound = model.inflightLongterm;
        return bound == BbrModel.INFINITE
                ? bound
                : Math.max(bound - Math.max(mss, (long) (HEADROOM * bound)), minPipe());
    }

    private void setPacingRate(AckSample s) {
        if (pacingRate == 0) {
            if (s.srttNanos <= 0) {
                return;
            }
            if (s.applicationLimited || s.rttNanos < 0 || s.deliveryRate == 0) {
                // BBRInitPacingRate: "nominal_bandwidth = InitialCwnd / SRTT". The first sample tells of a small
                // request, or of the wait for a retransmission, or of nothing. *Deviation:* one of the network is
                // taken, though it be less; startup from a guess overruns short queues by more.
                double nominal = initialCwnd * (double) Time.SECOND / s.srttNanos;
                pacingRate = Math.max(1, (long) (State.STARTUP.pacingGain * nominal));
            }
        }
        long rate = (long) (state.pacingGain * model.bw() * PACING_MARGIN);
        if (rate > 0 && (fullBwReached || rate > pacingRate)) {
            pacingRate = rate;
        }
    }

    private void setCwnd(AckSample s) {
        long most = quantized(bdp(state.cwndGain) + model.extraAcked());
        if (fullBwReached) {
            cwnd = Math.min(cwnd + s.deliveredBytes, most);
        } else if (cwnd < most || delivered < initialCwnd) {
            cwnd += s.deliveredBytes;
        }
        cwnd = Math.max(cwnd, repairing && cwnd < minPipe() ? mss : minPipe());
        if (state == State.PROBE_RTT) {
            cwnd = Math.min(cwnd, probeRttCwnd());
        }
        long cap = BbrModel.INFINITE;
        if (state.isProbeBw() && state != State.CRUISE) {
            cap = model.inflightLongterm;
        } else if (state == State.PROBE_RTT || state == State.CRUISE) {
            cap = inflightWithHeadroom();
        }
        cap = Math.max(Math.min(cap, model.inflightShortterm), minPipe());
        cwnd = Math.clamp(Math.min(cwnd, cap), mss, CWND_MAX);
    }

    private void saveCwnd() {
        priorCwnd = repairing || state == State.PROBE_RTT ? Math.max(priorCwnd, cwnd) : cwnd;
    }

    // ---- losses ------------------------------------------------------------------------------------------------

    private void onCongestion() {
        if (!saved) {
            saved = true;
            undoState = state;
            undoBwShortterm = model.bwShortterm;
            undoInflightShortterm = model.inflightShortterm;
            undoInflightLongterm = model.inflightLongterm;
        }
        model.noteLoss(delivered);
        saveCwnd();
        repairing = true;
    }

    @Override
    public void onFastRetransmit(long now, long inFlight) {
        onCongestion();
    }

    @Override
    public void onCongestionMarks(long now, long inFlight) {
        onCongestion();
        saved = false; // nobody takes back what routers said
        if (probeSamples) {
            onInflightTooHigh(now, inFlight, false);
        }
        if (state == State.STARTUP) {
            // A queue has built up: the pipe is full.
            fullBwReached = true;
            model.inflightLongterm = Math.max(bdp(1), model.inflightLatest());
            state = State.DRAIN;
        }
    }

    /// §4.6.4.2: all is deemed lost, so hardly anything is in flight; one segment finds out.
    @Override
    public void onTimeout(long now, long inFlight, boolean first) {
        onCongestion();
        cwnd = mss;
    }

    @Override
    public void onRecoveryEnd(long now) {
        repairing = false;
        saved = false;
        cwnd = Math.max(cwnd, priorCwnd);
    }

    @Override
    public void onIdle(long now, long idleNanos, long rtoNanos) {
        idleRestart = true;
        model.restart(now);
        if (state.isProbeBw()) {
            // "Pace at the estimated bandwidth": a probe that idleness interrupted is not gone on with.
            long rate = (long) (model.bw() * PACING_MARGIN);
            pacingRate = rate > 0 ? rate : pacingRate;
        } else if (state == State.PROBE_RTT) {
            checkProbeRttDone(now);
        }
    }

    @Override
    public void onMss(int mss) {
        this.mss = mss;
        cwnd = Math.max(cwnd, mss);
    }

    /// §4.5.10.4: the bounds are what they were, where that is more, and a probe that was broken off begins
    /// again.
    @Override
    public void undo(long now) {
        if (!saved) {
            return;
        }
        saved = false;
        repairing = false;
        model.lossInRound = false;
        resetFullBw();
        model.bwShortterm = Math.max(model.bwShortterm, undoBwShortterm);
        model.inflightShortterm = Math.max(model.inflightShortterm, undoInflightShortterm);
        model.inflightLongterm = Math.max(model.inflightLongterm, undoInflightLongterm);
        cwnd = Math.max(cwnd, priorCwnd);
        if (state != State.PROBE_RTT && state != undoState) {
            if (undoState == State.STARTUP) {
                fullBwReached = false;
                state = State.STARTUP;
            } else if (undoState == State.UP) {
                startRefill();
            }
        }
    }

    @Override
    public String toString() {
        return name() + "[" + phase() + ", cwnd " + cwnd + ", bw " + model.bw() + "]";
    }
}
