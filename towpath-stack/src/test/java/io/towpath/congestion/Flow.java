package io.towpath.congestion;

import io.towpath.core.Time;

/// A sender as a congestion control sees it: tells it of acknowledgments in virtual time.
final class Flow {
    static final int MSS = 1000;

    final CongestionControl control;
    final AckSample sample = new AckSample();
    long now = Time.SECOND;
    private long total;
    private long roundEnd;
    long rtt = 100 * Time.MILLISECOND;

    Flow(CongestionControl control, long initialSegments) {
        this.control = control;
        control.start(MSS, initialSegments * MSS);
        sample.cwndLimited = true;
    }

    long cwnd() {
        return control.cwnd();
    }

    double segments() {
        return control.cwnd() / (double) MSS;
    }

    /// One acknowledgment of `bytes`, now.
    Flow ack(long bytes) {
        sample.now = now;
        sample.ackedBytes = bytes;
        sample.deliveredBytes = bytes;
        total += bytes;
        sample.ackedTotal = total;
        // The last acknowledgment of a round trip finds the next window sent.
        sample.outstanding = roundEnd > total ? roundEnd - total : cwnd() + bytes;
        sample.inFlightBefore = cwnd();
        sample.inFlight = Math.max(0, cwnd() - bytes);
        sample.srttNanos = rtt;
        sample.minRttNanos = rtt;
        sample.rttNanos = rtt;
        control.onAck(sample);
        return this;
    }

    /// A round trip in which the whole window is acknowledged, segment by segment.
    Flow round() {
        long window = cwnd();
        long start = now;
        roundEnd = total + window;
        for (long acked = 0; acked < window; ) {
            long n = Math.min(MSS, window - acked);
            acked += n;
            now = start + rtt * acked / window;
            ack(n);
        }
        return this;
    }

    /// Round trips for at least `nanos`.
    Flow run(long nanos) {
        for (long until = now + nanos; now < until; ) {
            round();
        }
        return this;
    }

    /// A loss with the window full, found and repaired.
    Flow loss() {
        control.onFastRetransmit(now, cwnd());
        control.onRecoveryEnd(now);
        return this;
    }
}
