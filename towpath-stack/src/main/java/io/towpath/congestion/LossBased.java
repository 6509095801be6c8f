package io.towpath.congestion;

import io.towpath.core.Time;
import org.jspecify.annotations.Nullable;

/// What algorithms that take loss for congestion have in common: slow start, the fall after a timeout, the restart
/// after idle periods, one reduction per window. How the window grows beyond slow start and how far it is cut is the
/// subclass's.
abstract sealed class LossBased implements CongestionControl permits NewReno, Cubic {
    private static final int SLOW_START_PACING = 200;
    private static final int AVOIDANCE_PACING = 120;

    private final CongestionTuning tuning;
    private final HyStart hyStart = new HyStart();
    private final @Nullable WindowValidation validation;
    private int mss = 1;
    private long initialWindow = 1;
    private long cwnd = 1;
    private long ssthresh = NO_SSTHRESH;
    private boolean reducing;
    private long srtt;

    LossBased(CongestionTuning tuning) {
        this.tuning = tuning;
        this.validation = tuning.afterIdle() == CongestionTuning.AfterIdle.VALIDATE ? new WindowValidation() : null;
    }

    @Override
    public final long cwnd() {
        return cwnd;
    }

    @Override
    public final long ssthresh() {
        return ssthresh;
    }

    @Override
    public final void start(int mss, long initialWindow) {
        this.mss = mss;
        this.initialWindow = Math.max(mss, initialWindow);
        cwnd(this.initialWindow);
        ssthresh = NO_SSTHRESH;
        reducing = false;
        hyStart.reset();
        if (validation != null) {
            validation.forget();
        }
        forget();
    }

    @Override
    public final void onAck(AckSample s) {
        srtt = s.srttNanos;
        boolean mayGrow = validation == null || isValidated(validation, s);
        if (s.inRecovery || s.ackedBytes <= 0 || !mayGrow) {
            return;
        }
        if (cwnd < ssthresh) {
            inSlowStart(s);
            slowStart(s);
        } else {
            inCongestionAvoidance(s);
        }
    }

    /// RFC 7661 §4.4: in the non-validated phase only a sender whom the window limits may let it grow.
    private boolean isValidated(WindowValidation validation, AckSample s) {
        validation.onAck(s);
        long left = validation.afterRecovery(cwnd);
        if (left < cwnd) {
            cwnd(left);
            ssthresh = atLeastTwoSegments(Math.min(ssthresh, cwnd));
        }
        if (validation.isValidated(s.now, cwnd)) {
            return true;
        }
        endNonValidated(validation, s.now);
        return s.cwndLimited;
    }

    /// RFC 7661 §4.4.3, at the end of the phase: "ssthresh = max(ssthresh, 3*cwnd/4)", "cwnd = max(1/2*cwnd,
    /// IW)".
    private void endNonValidated(WindowValidation validation, long now) {
        if (validation.isOver(now)) {
            ssthresh = Math.max(ssthresh, 3 * cwnd / 4);
            cwnd(Math.min(cwnd, Math.max(cwnd / 2, initialWindow)));
        }
    }

    private void slowStart(AckSample s) {
        // *Deviation* from RFC 5681 §3.1, "cwnd += min (N, SMSS)", and from L = 2 of RFC 3465 §2.2: all that is
        // acknowledged counts, as in Linux and in QUIC (RFC 9002 §7.3.1). Receivers acknowledge whole batches now, and
        // a bound per acknowledgment would make slow start linear. After a timeout an acknowledgment may cover much
        // that left long ago, so RFC 3465 §2.3 keeps it to one segment.
        long growth = s.inTimeoutRecovery ? Math.min(s.ackedBytes, mss) : s.ackedBytes;
        boolean initial = ssthresh == NO_SSTHRESH && tuning.hyStart();
        if (initial) {
            growth = hyStart.onAck(s, growth);
        }
        // A window of twice what was in flight has room for the next round trip of slow start: no need for more, but
        // below that it grows also when the application left a little of it unused.
        if (s.cwndLimited || cwnd < 2 * s.inFlightMax) {
            cwnd(cwnd + growth);
        }
        if (initial && hyStart.isOver()) {
            ssthresh = cwnd;
        }
    }

    @Override
    public final String phase() {
        if (reducing) {
            return "recovery";
        }
        if (validation != null && validation.isSuspended()) {
            return "not validated";
        }
        if (cwnd >= ssthresh) {
            return "congestion avoidance";
        }
        return ssthresh == NO_SSTHRESH && hyStart.isConservative() ? "conservative slow start" : "slow start";
    }

    final CongestionTuning tuning() {
        return tuning;
    }

    @Override
    public final void onFastRetransmit(long now, long inFlight) {
        if (reducing) {
            return;
        }
        save();
        reducing = true;
        ssthresh =
                thresholdAfterLoss(validation == null ? base(inFlight) : validation.onLoss(now, cwnd, base(inFlight)));
        // RFC 5681 §3.2, RFC 9438 §4.6: cwnd falls to ssthresh. Never a rise, though: FlightSize may be far above cwnd
        // soon after a timeout.
        cwnd(Math.min(ssthresh, atLeastTwoSegments(cwnd)));
    }

    /// What a reduction is reckoned from.
    private long base(long inFlight) {
        return tuning.fromWindow() ? cwnd : inFlight;
    }

    @Override
    public final void onCongestionMarks(long now, long inFlight) {
        if (reducing) {
            return;
        }
        reducing = true;
        forgetSaved(); // nobody takes back what routers said
        long reduced = reducedByMarks(base(inFlight));
        // RFC 9438 §4.6: for marks cwnd may fall to one segment, while "ssthresh = max(ssthresh, 2)".
        ssthresh = atLeastTwoSegments(reduced);
        cwnd(Math.min(reduced, cwnd));
    }

    @Override
    public final void onTimeout(long now, long inFlight, boolean first) {
        // RFC 5681 §3.1: when the data had been retransmitted by the timer before, "the value of ssthresh is held
        // constant".
        if (first) {
            if (!reducing) {
                save();
            }
            ssthresh = thresholdAfterTimeout(base(inFlight));
        }
        if (validation != null) {
            validation.forget();
        }
        // RFC 5681 §3.1: "cwnd MUST be set to no more than the loss window, LW, which equals 1 full-sized segment".
        cwnd(mss);
        reducing = false;
    }

    @Override
    public final void onRecoveryEnd(long now) {
        reducing = false;
        if (validation != null) {
            validation.onRecoveryEnd();
        }
    }

    @Override
    public void onIdle(long now, long idleNanos, long rtoNanos) {
        // RFC 5681 §4.1: after more than one RTO without sending, cwnd is at most "RW = min(IW,cwnd)".
        if (idleNanos > rtoNanos && tuning.afterIdle() == CongestionTuning.AfterIdle.RESTART) {
            cwnd(Math.min(initialWindow, cwnd));
        }
        if (validation != null) {
            validation.onIdle(now, now - idleNanos, cwnd);
            endNonValidated(validation, now);
        }
    }

    @Override
    public void onMss(int mss) {
        this.mss = mss;
        cwnd(cwnd);
    }

    @Override
    public final void undo(long now) {
        restore();
        reducing = false;
        if (validation != null) {
            validation.forget();
        }
    }

    @Override
    public final long pacingRate() {
        if (!tuning.pacing() || srtt <= 0) {
            return 0;
        }
        // Faster than the window, so that it and not the clock is the limit: in slow start the next round trip's, as
        // kernels do.
        long percent = cwnd < ssthresh / 2 ? SLOW_START_PACING : AVOIDANCE_PACING;
        return Math.max(1, (long) (cwnd * (percent / 100.0) * Time.SECOND / srtt));
    }

    /// Back to what the subclass was when it was made.
    abstract void forget();

    /// An acknowledgment below ssthresh.
    abstract void inSlowStart(AckSample s);

    /// An acknowledgment at or above ssthresh.
    abstract void inCongestionAvoidance(AckSample s);

    /// The new ssthresh after a loss that a fast retransmit repairs; cwnd is still what it was.
    abstract long thresholdAfterLoss(long inFlight);

    /// The new ssthresh after the first timeout; cwnd is still what it was.
    abstract long thresholdAfterTimeout(long inFlight);

    /// What congestion marks leave of the window; cwnd is still what it was.
    abstract long reducedByMarks(long inFlight);

    /// Forgets what [#restore] would restore.
    abstract void forgetSaved();

    /// Remembers what [#restore] needs.
    abstract void save();

    /// Takes the last reduction back, once.
    abstract void restore();

    final int mss() {
        return mss;
    }

    final void cwnd(long bytes) {
        cwnd = Math.clamp(bytes, mss, CWND_MAX);
    }

    final void ssthresh(long bytes) {
        ssthresh = bytes;
    }

    /// RFC 5681 §3.1 equation 4 and RFC 9438 §4.6: ssthresh is never below two segments.
    final long atLeastTwoSegments(long bytes) {
        return Math.max(bytes, 2L * mss);
    }

    @Override
    public final String toString() {
        return name() + "[cwnd " + cwnd + ", ssthresh " + (ssthresh == NO_SSTHRESH ? "none" : ssthresh) + "]";
    }
}
