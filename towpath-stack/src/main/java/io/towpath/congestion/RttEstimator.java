package io.towpath.congestion;

import io.towpath.core.Time;

/// The round-trip time of one path and the retransmission timeout that follows from it (RFC 6298).
///
/// All times are nanoseconds. Which segments may be measured (Karn's rule, RFC 6298 §3) is the caller's
/// business: it feeds only measurements that are unambiguous. Single owner.
public final class RttEstimator {
    /// RFC 6298 §5.7: the timeout to begin data transmission with when the SYN had to be sent again.
    public static final long RTO_AFTER_SYN_LOSS = 3 * Time.SECOND;

    // Keeps sums far from overflow; nine years is no round trip.
    private static final long RTT_MAX = 1L << 58;

    private long minRto;
    private long maxRto;
    private long srtt;
    private long rttvar;
    private long latest;
    private long minRtt = Time.NEVER;
    private long base;
    private int backoffs;
    /// The least that is added to SRTT: the clock granularity G, or more.
    private long leastVariance;
    private long slop;

    /// An estimator without measurements.
    ///
    /// @param initialRtoNanos timeout before the first measurement; RFC 6298 §2.1: 1 second
    /// @param minRtoNanos the least timeout; RFC 6298 §2.4: 1 second, in practice less
    /// @param maxRtoNanos the largest timeout, backed off or not; RFC 6298 §2.5: at least 60 seconds
    /// @param granularityNanos clock granularity G, at least 1
    /// @throws IllegalArgumentException unless `0 < minRto <= maxRto`, and the others are positive
    public RttEstimator(long initialRtoNanos, long minRtoNanos, long maxRtoNanos, long granularityNanos) {
        if (initialRtoNanos <= 0 || minRtoNanos <= 0 || maxRtoNanos < minRtoNanos || granularityNanos <= 0) {
            throw new IllegalArgumentException("timeouts must be positive and in order: initial " + initialRtoNanos
                    + ", least " + minRtoNanos + ", largest " + maxRtoNanos + ", granularity " + granularityNanos);
        }
        minRto = minRtoNanos;
        maxRto = maxRtoNanos;
        leastVariance = granularityNanos;
        base = bounded(initialRtoNanos);
    }

    /// Two habits of kernels beyond RFC 6298.
    ///
    /// @param leastVarianceNanos the least that is added to SRTT (Linux: what it calls the smallest timeout); 0
    ///     for RFC 6298, which has a least timeout only
    /// @param slopNanos what is added to every timeout but the one before the first measurement (FreeBSD); 0
    ///     for RFC 6298
    public void margins(long leastVarianceNanos, long slopNanos) {
        leastVariance = Math.max(leastVariance, leastVarianceNanos);
        slop = slopNanos;
    }

    /// Other bounds from now on; what was measured stays.
    ///
    /// @param initialRtoNanos timeout as long as nothing was measured
    /// @param minRtoNanos the least timeout
    /// @param maxRtoNanos the largest timeout, not less than the least
    public void bounds(long initialRtoNanos, long minRtoNanos, long maxRtoNanos) {
        minRto = minRtoNanos;
        maxRto = maxRtoNanos;
        base = hasSample() ? timeout() : bounded(initialRtoNanos);
    }

    /// Takes one measurement, one per round trip. Ends any back-off.
    ///
    /// @param rtt nanoseconds; a negative value counts as 0
    public void sample(long rtt) {
        sample(rtt, 1);
    }

    /// Takes one of several measurements per round trip, each with less weight (RFC 7323 appendix G). Ends any
    /// back-off.
    ///
    /// @param rtt nanoseconds; a negative value counts as 0
    /// @param expectedSamplesPerRtt RFC 7323: `ceiling(FlightSize / (SMSS * 2))`, at least 1 is used
    public void sample(long rtt, int expectedSamplesPerRtt) {
        long r = Math.clamp(rtt, 0, RTT_MAX);
        if (hasSample()) {
            // RFC 6298 §2.3: RTTVAR first, with the old SRTT; alpha = 1/8, beta = 1/4.
            long expected = Math.max(1, expectedSamplesPerRtt);
            rttvar += (Math.abs(srtt - r) - rttvar) / (4 * expected);
            srtt += (r - srtt) / (8 * expected);
        } else {
            // RFC 6298 §2.2: "SRTT <- R, RTTVAR <- R/2".
            srtt = r;
            rttvar = r / 2;
        }
        latest = r;
        minRtt = Math.min(minRtt, r);
        base = timeout();
        backoffs = 0;
    }

    /// True when a round trip was measured.
    public boolean hasSample() {
        return minRtt != Time.NEVER;
    }

    /// Smoothed round-trip time; 0 before the first measurement.
    public long srtt() {
        return srtt;
    }

    /// Round-trip time variation; 0 before the first measurement.
    public long rttvar() {
        return rttvar;
    }

    /// The least round trip ever measured; [Time#NEVER] before the first measurement.
    public long minRtt() {
        return minRtt;
    }

    /// [#minRtt], but 0 before the first measurement.
    public long minRttOrZero() {
        return hasSample() ? minRtt : 0;
    }

    /// The last round trip measured; 0 before the first measurement.
    public long latest() {
        return latest;
    }

    /// The retransmission timeout, doubled for each back-off and never above the largest.
    public long rto() {
        boolean largest = backoffs >= Long.numberOfLeadingZeros(base) || base > maxRto >> backoffs;
        long more = hasSample() || backoffs > 0 ? slop : 0;
        return largest ? maxRto : Math.min(maxRto, (base << backoffs) + more);
    }

    /// The timer expired: doubles the timeout (RFC 6298 §5.5).
    public void backOff() {
        backoffs++;
    }

    /// How often the timer expired since the last measurement or reset.
    public int backoffs() {
        return backoffs;
    }

    /// Ends the back-off without a measurement: data got through, though its round trip is ambiguous.
    public void resetBackOff() {
        backoffs = 0;
    }

    /// To be told when the handshake is complete and its SYN had to be sent again. RFC 6298 §5.7: a timeout of
    /// less than 3 seconds "MUST be re-initialized to 3 seconds when data transmission begins".
    public void onSynRetransmitted() {
        base = Math.min(maxRto, Math.max(base, RTO_AFTER_SYN_LOSS));
        backoffs = 0;
    }

    /// A timeout turned out to be spurious: its segment was only late. RFC 4015 §3.2 (7): "SRTT <- max
    /// (SRTT_prev, RTT-SAMPLE), RTTVAR <- max (RTTVAR_prev, RTT-SAMPLE/2)", so that the next one waits for a
    /// round trip like that.
    ///
    /// @param rtt the round trip of the segment that was late; nothing happens when it is negative
    public void onSpuriousTimeout(long rtt) {
        backoffs = 0;
        if (rtt >= 0 && hasSample()) {
            long r = Math.min(rtt, RTT_MAX);
            srtt = Math.max(srtt, r);
            rttvar = Math.max(rttvar, r / 2);
            base = timeout();
        }
    }

    private long timeout() {
        return bounded(srtt + Math.max(leastVariance, 4 * rttvar));
    }

    private long bounded(long rto) {
        return Math.clamp(rto, minRto, maxRto);
    }

    @Override
    public String toString() {
        return "RttEstimator[srtt " + srtt + ", rttvar " + rttvar + ", rto " + rto() + " ns]";
    }
}
