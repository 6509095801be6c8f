package io.towpath.congestion;

import io.towpath.core.Time;

/// How much of its congestion window a sender used lately, and what follows from it: congestion window
/// validation (RFC 7661, experimental), for applications that send by fits and starts.
///
/// RFC 7661 §4.2: pipeACK is the volume of data that was acknowledged within a round trip; the variable keeps the
/// greatest sample of the last sampling period, which is no shorter than three round trips and a second.
final class WindowValidation {
    /// RFC 7661 §4.4.3: the longest stay in the non-validated phase, five minutes.
    static final long NON_VALIDATED_MAX = 300 * Time.SECOND;

    private static final long PERIOD_MIN = Time.SECOND;
    private static final long UNDEFINED = -1;

    // The greatest samples of this period and of the one before: together they look back one to two periods.
    private long most = UNDEFINED;
    private long mostBefore = UNDEFINED;
    private long period = PERIOD_MIN;
    private long periodEndsAt;

    // The round trip that is being measured, in bytes acknowledged since the connection began.
    private long roundBegin = UNDEFINED;
    private long roundEnd;

    private long nonValidatedSince = Time.NEVER;
    private long lossBase = UNDEFINED;
    private boolean ended;
    private long lostBefore;
    private long lostTotal;

    /// RFC 7661 §4.1: a sender starts in the validated phase, with a pipeACK that is undefined; and so it goes on
    /// when a recovery is over.
    void forget() {
        most = UNDEFINED;
        mostBefore = UNDEFINED;
        roundBegin = UNDEFINED;
        nonValidatedSince = Time.NEVER;
        lossBase = UNDEFINED;
        ended = false;
    }

    /// Takes a sample when an acknowledgment ends a round trip.
    void onAck(AckSample s) {
        lostTotal = s.lostTotal;
        period = Math.max(3 * s.srttNanos, PERIOD_MIN);
        if (roundBegin < 0) {
            // Nothing was under way: this round trip began with what this acknowledgment is the first to report.
            roundBegin = s.ackedTotal - s.ackedBytes;
            roundEnd = s.ackedTotal + s.outstanding;
        }
        if (s.ackedTotal >= roundEnd) {
            take(s.now, s.ackedTotal - roundBegin);
            roundBegin = s.outstanding > 0 ? s.ackedTotal : UNDEFINED;
            roundEnd = s.ackedTotal + s.outstanding;
        }
    }

    private void take(long now, long sample) {
        if (now >= periodEndsAt) {
            mostBefore = now >= periodEndsAt + period ? UNDEFINED : most;
            most = sample;
            periodEndsAt = now + period;
        } else {
            most = Math.max(most, sample);
        }
    }

    /// The variable pipeACK: 0 when nothing was acknowledged lately, [#UNDEFINED] when nothing was measured
    /// yet.
    private long pipeAck(long now) {
        if (most < 0) {
            return UNDEFINED;
        }
        if (now >= periodEndsAt + period) {
            return 0;
        }
        return now >= periodEndsAt ? most : Math.max(most, mostBefore);
    }

    /// RFC 7661 §4.3: the phase is validated while "pipeACK >= (1/2)*cwnd", or undefined.
    boolean isValidated(long now, long cwnd) {
        long used = pipeAck(now);
        if (used < 0 || 2 * used >= cwnd) {
            nonValidatedSince = Time.NEVER;
            return true;
        }
        nonValidatedSince = Math.min(nonValidatedSince, now);
        return false;
    }

    /// Whether it was in the non-validated phase when [#isValidated] was asked last.
    boolean isSuspended() {
        return nonValidatedSince != Time.NEVER;
    }

    /// The sender was silent since `silentSince`, which counts for the time in the non-validated phase.
    void onIdle(long now, long silentSince, long cwnd) {
        if (!isValidated(now, cwnd)) {
            nonValidatedSince = Math.min(nonValidatedSince, silentSince);
        }
    }

    /// True once for every five minutes in the non-validated phase.
    boolean isOver(long now) {
        if (nonValidatedSince == Time.NEVER || now - nonValidatedSince < NON_VALIDATED_MAX) {
            return false;
        }
        nonValidatedSince = now;
        return true;
    }

    /// RFC 7661 §4.4.1: what a loss in the non-validated phase is reckoned from, "Max(pipeACK,LossFlightSize)".
    ///
    /// @return that; `inFlight` in the validated phase
    long onLoss(long now, long cwnd, long inFlight) {
        lossBase = UNDEFINED;
        ended = false;
        if (isValidated(now, cwnd)) {
            return inFlight;
        }
        lossBase = Math.max(pipeAck(now), inFlight);
        lostBefore = lostTotal;
        return lossBase;
    }

    /// The recovery that began with [#onLoss] is over; the acknowledgment that ended it comes next.
    void onRecoveryEnd() {
        ended = lossBase >= 0;
    }

    /// RFC 7661 §4.4.1: at the end of a recovery from a loss in the non-validated phase the window is
    /// "(Max(pipeACK,LossFlightSize) - R)/2", R being the volume of data that was retransmitted meanwhile.
    ///
    /// @return that window once, and no more than `cwnd`; `cwnd` when there was no such recovery
    long afterRecovery(long cwnd) {
        if (!ended) {
            return cwnd;
        }
        long window = (lossBase - (lostTotal - lostBefore)) / 2;
        forget();
        return Math.min(cwnd, window);
    }
}
