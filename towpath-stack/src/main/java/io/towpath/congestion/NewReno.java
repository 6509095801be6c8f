package io.towpath.congestion;

/// RFC 5681 congestion control (the window of NewReno; which segments to repair is the loss detector's), counting
/// bytes as RFC 3465 does, so that delayed or divided acknowledgments change nothing. Single owner.
public final class NewReno extends LossBased {
    private long bytesAcked;
    private long savedCwnd;
    private long savedSsthresh;

    /// A window that waits for [#start].
    public NewReno() {
        this(CongestionTuning.defaults());
    }

    NewReno(CongestionTuning tuning) {
        super(tuning);
    }

    @Override
    public String name() {
        return "newreno";
    }

    @Override
    void forget() {
        bytesAcked = 0;
        savedCwnd = 0;
    }

    @Override
    void inSlowStart(AckSample s) {
        bytesAcked = 0;
    }

    @Override
    void inCongestionAvoidance(AckSample s) {
        if (!s.cwndLimited) {
            return;
        }
        // RFC 3465 §2.1: one segment more each time a window's worth of bytes is acknowledged. A full window counts
        // once, so that one huge acknowledgment grows no more than a round trip of small ones.
        bytesAcked += Math.min(s.ackedBytes, cwnd());
        if (bytesAcked >= cwnd()) {
            bytesAcked -= cwnd();
            cwnd(cwnd() + mss());
        }
    }

    @Override
    long thresholdAfterLoss(long inFlight) {
        bytesAcked = 0;
        // RFC 5681 §3.1 equation 4: "ssthresh = max (FlightSize / 2, 2*SMSS)".
        return atLeastTwoSegments(inFlight / 2);
    }

    @Override
    long thresholdAfterTimeout(long inFlight) {
        return thresholdAfterLoss(inFlight);
    }

    @Override
    long reducedByMarks(long inFlight) {
        bytesAcked = 0;
        if (tuning().alternativeBackoff()) {
            return inFlight * 4 / 5; // RFC 8511 §3.1: beta_ecn of 0.8 for a window that losses halve
        }
        return inFlight / 2; // RFC 3168 §6.1.2: "essentially the same as the congestion control response to a […] drop"
    }

    @Override
    void forgetSaved() {
        savedCwnd = 0;
    }

    @Override
    void save() {
        savedCwnd = cwnd();
        savedSsthresh = ssthresh();
    }

    @Override
    void restore() {
        if (savedCwnd > 0) {
            cwnd(Math.max(cwnd(), savedCwnd));
            ssthresh(Math.max(ssthresh(), savedSsthresh));
            savedCwnd = 0;
        }
    }
}
