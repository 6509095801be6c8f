package io.towpath.congestion;

/// What one acknowledgment told, in numbers: all that a [CongestionControl] sees of a connection. Filled in anew by
/// the sender for each acknowledgment that advances SND.UNA or reports new data selectively. The object is reused, so
/// whoever is handed it keeps nothing of it.
public final class AckSample {
    /// When the acknowledgment arrived, in nanoseconds of the run.
    public long now;

    /// Bytes that the window may grow for: those it acknowledged, less what had been reported selectively before.
    public long ackedBytes;

    /// Bytes acknowledged cumulatively since the connection began, this acknowledgment included.
    public long ackedTotal;

    /// Bytes sent and not acknowledged cumulatively after it: what is behind [#ackedTotal].
    public long outstanding;

    /// Bytes known to have arrived by it, cumulatively or selectively, that were not known before.
    public long deliveredBytes;

    /// Bytes in flight before it arrived.
    public long inFlightBefore;

    /// Bytes in flight after it.
    public long inFlight;

    /// True when [#deliveryRate] and what belongs to it were measured.
    public boolean hasRate;

    /// Rate at which the network delivered, in bytes per second; 0 when it gave no reliable sample.
    public long deliveryRate;

    /// Bytes delivered since the connection began.
    public long deliveredTotal;

    /// [#deliveredTotal] when the segment left that made the sample.
    public long priorDelivered;

    /// Bytes that the sample counts.
    public long rateDelivered;

    /// Time that it took for them, in nanoseconds.
    public long rateInterval;

    /// True when the application, and not the network, held the rate down.
    public boolean applicationLimited;

    /// Bytes deemed lost since the segment left that made the sample.
    public long lostSinceSent;

    /// Bytes deemed lost since the connection began.
    public long lostTotal;

    /// Bytes in flight when the segment left that made the sample.
    public long inFlightWhenSent;

    /// Round-trip time measured by it, in nanoseconds; -1 when it measured none.
    public long rttNanos;

    /// The least round-trip time known, in nanoseconds.
    public long minRttNanos;

    /// The smoothed round-trip time after it, in nanoseconds; 0 when none is known.
    public long srttNanos;

    /// True when at some moment of the round trip before it the congestion window was all in use. A flag that
    /// flickers from one acknowledgment to the next would slow growth down.
    public boolean cwndLimited;

    /// The most that was in flight at once in that round trip, in bytes.
    public long inFlightMax;

    /// True while lost data is being repaired after a fast retransmit.
    public boolean inRecovery;

    /// True while lost data is being repaired after a retransmission timeout.
    public boolean inTimeoutRecovery;

    /// An empty sample.
    public AckSample() {
        clear();
    }

    /// Back to an empty sample.
    public void clear() {
        now = 0;
        ackedBytes = 0;
        ackedTotal = 0;
        outstanding = 0;
        deliveredBytes = 0;
        inFlightBefore = 0;
        inFlight = 0;
        rttNanos = -1;
        minRttNanos = 0;
        srttNanos = 0;
        hasRate = false;
        deliveryRate = 0;
        deliveredTotal = 0;
        priorDelivered = 0;
        rateDelivered = 0;
        rateInterval = 0;
        applicationLimited = false;
        lostSinceSent = 0;
        lostTotal = 0;
        inFlightWhenSent = 0;
        cwndLimited = false;
        inFlightMax = 0;
        inRecovery = false;
        inTimeoutRecovery = false;
    }
}
