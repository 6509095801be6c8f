package io.towpath.congestion;

import io.towpath.core.Time;
import org.jspecify.annotations.Nullable;

/// CUBIC (RFC 9438): after a reduction the window returns to where it was along a cubic function of time, rests there
/// and then probes beyond; where Reno would be faster it does as Reno does.
///
/// The RFC counts windows in segments and time in seconds; here windows are bytes, and C is scaled by the MSS. Names
/// are the RFC's. Time is taken from the samples. Single owner.
public final class Cubic extends LossBased {
    /// RFC 9438 §4.6: what a loss leaves of the window.
    static final double BETA = 0.7;

    /// RFC 8511 §3.1: what a congestion mark leaves of it, if so set.
    static final double BETA_ECN = 0.85;

    /// RFC 9438 §5.1: segments per second cubed.
    static final double C = 0.4;

    /// RFC 9438 §4.3: Reno's increase for a window that is cut by BETA only.
    static final double ALPHA = 3 * (1 - BETA) / (1 + BETA);

    private static final long NONE = -1;

    /// What a reduction overwrites (RFC 9438 §4.9.1). Made at the first one, so that a connection without losses pays
    /// for one reference, and filled in anew by each, so that a loss costs no memory.
    private static final class Saved {
        boolean valid;
        long cwnd;
        long ssthresh;
        double wMax;
        double cwndPrior;
        double wEst;
        double k;
        long epochStart;
    }

    private double wMax; // 0: none, because the last congestion was a timeout
    private double cwndPrior;
    private double wEst;
    private double k;
    private double fraction; // what is left of cwnd's growth below one byte
    private long epochStart = NONE; // t_epoch; NONE outside a congestion avoidance stage
    private long lastAckAt;
    private @Nullable Saved saved;

    /// A window that waits for [#start].
    public Cubic() {
        this(CongestionTuning.defaults());
    }

    Cubic(CongestionTuning tuning) {
        super(tuning);
    }

    @Override
    public String name() {
        return "cubic";
    }

    @Override
    void inSlowStart(AckSample s) {
        epochStart = NONE;
    }

    @Override
    void inCongestionAvoidance(AckSample s) {
        if (epochStart == NONE) {
            beginEpoch(s.now);
        } else if (!s.cwndLimited) {
            skipTimeUntil(s.now);
        }
        lastAckAt = s.now;
        if (!s.cwndLimited) {
            return;
        }
        double cwnd = cwnd() + fraction;
        double acked = Math.min(s.ackedBytes, cwnd);
        double t = seconds(s.now - epochStart);
        // RFC 9438 §4.3: W_est grows as Reno's window would; once it reached cwnd_prior, "alpha_cubic" is 1.
        wEst += (wEst >= cwndPrior ? 1 : ALPHA) * mss() * acked / cwnd;
        if (wCubic(t) < wEst) {
            // RFC 9438 §4.3: in the Reno-friendly region cwnd "SHOULD be set to W_est".
            grow(Math.max(cwnd, wEst));
        } else {
            // RFC 9438 §4.4 and §4.5: "cwnd MUST be incremented by (target - cwnd)/cwnd for each received new ACK".
            grow(cwnd + (target(t, s.srttNanos, cwnd) - cwnd) * acked / cwnd);
        }
    }

    /// RFC 9438 §4.2: the window to reach within the next round trip.
    private double target(double t, long srttNanos, double cwnd) {
        return Math.clamp(wCubic(t + seconds(Math.max(0, srttNanos))), cwnd, 1.5 * cwnd);
    }

    /// RFC 9438 §4.2 figure 1: W_cubic(t) = C * (t - K)^3 + W_max.
    private double wCubic(double t) {
        double d = t - k;
        return C * mss() * d * d * d + wMax;
    }

    /// A congestion avoidance stage begins.
    private void beginEpoch(long now) {
        double cwndEpoch = cwnd() + fraction;
        epochStart = now;
        wEst = cwndEpoch;
        if (wMax > cwndEpoch) {
            // RFC 9438 §4.2 figure 2: the time that the function takes to come back to W_max.
            k = StrictMath.cbrt((wMax - cwndEpoch) / (C * mss()));
        } else {
            // RFC 9438 §4.8, after a timeout: "K is set to 0, and W_max is set to the congestion window size at the
            // beginning of the current congestion avoidance stage". So too when W_max was left behind already.
            k = 0;
            wMax = cwndEpoch;
        }
    }

    /// RFC 9438 §5.8: t "MUST NOT include" periods in which the application, and not cwnd, was the limit.
    private void skipTimeUntil(long now) {
        epochStart += now - lastAckAt;
    }

    private void grow(double to) {
        long whole = (long) to;
        cwnd(whole);
        fraction = cwnd() == whole ? to - whole : 0;
    }

    @Override
    long thresholdAfterLoss(long inFlight) {
        shrinkWMax();
        return atLeastTwoSegments(reduced(inFlight, cwnd()));
    }

    /// RFC 9438 §4.7, fast convergence: who still has not got back what it had leaves room for new flows.
    private void shrinkWMax() {
        double cwnd = cwnd();
        wMax = cwnd < wMax ? cwnd * (1 + BETA) / 2 : cwnd;
    }

    @Override
    long reducedByMarks(long inFlight) {
        shrinkWMax();
        return reduced(inFlight, cwnd(), tuning().alternativeBackoff() ? BETA_ECN : BETA);
    }

    @Override
    void forgetSaved() {
        if (saved != null) {
            saved.valid = false;
        }
    }

    @Override
    long thresholdAfterTimeout(long inFlight) {
        wMax = 0; // RFC 9438 §4.8: set anew when congestion avoidance begins
        return atLeastTwoSegments(reduced(inFlight, cwnd()));
    }

    private long reduced(long inFlight, double cwnd) {
        return reduced(inFlight, cwnd, BETA);
    }

    /// RFC 9438 §4.6.
    private long reduced(long inFlight, double cwnd, double beta) {
        cwndPrior = cwnd;
        epochStart = NONE;
        fraction = 0;
        return (long) (inFlight * beta);
    }

    @Override
    void forget() {
        wMax = 0;
        cwndPrior = 0;
        fraction = 0;
        epochStart = NONE;
        forgetSaved();
    }

    @Override
    public void onIdle(long now, long idleNanos, long rtoNanos) {
        super.onIdle(now, idleNanos, rtoNanos);
        fraction = 0;
        if (epochStart != NONE) {
            skipTimeUntil(now);
            lastAckAt = now;
        }
    }

    @Override
    public void onMss(int mss) {
        super.onMss(mss);
        epochStart = NONE; // K was reckoned in segments of the old size
    }

    @Override
    void save() {
        Saved s = saved == null ? new Saved() : saved;
        saved = s;
        s.valid = true;
        s.cwnd = cwnd();
        s.ssthresh = ssthresh();
        s.wMax = wMax;
        s.cwndPrior = cwndPrior;
        s.wEst = wEst;
        s.k = k;
        s.epochStart = epochStart;
    }

    @Override
    void restore() {
        Saved s = saved;
        if (s == null || !s.valid) {
            return;
        }
        // RFC 9438 §4.9: the window and the variables as they were before the spurious congestion event.
        cwnd(Math.max(cwnd(), s.cwnd));
        ssthresh(Math.max(ssthresh(), s.ssthresh));
        wMax = s.wMax;
        cwndPrior = s.cwndPrior;
        wEst = s.wEst;
        k = s.k;
        epochStart = s.epochStart;
        s.valid = false;
    }

    private static double seconds(long nanos) {
        return nanos / (double) Time.SECOND;
    }
}
