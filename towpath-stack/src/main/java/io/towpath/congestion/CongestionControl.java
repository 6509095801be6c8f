package io.towpath.congestion;

/// The congestion window of one connection. It is told what happened, in numbers, and answers how many bytes may be
/// in flight; it never sends, marks or sets a timer. Windows are bytes, moments nanoseconds of the run.
///
/// The caller decides when a loss is a loss: it calls [#onFastRetransmit] or [#onTimeout] when it finds one and
/// [#onRecoveryEnd] when everything that was outstanding then is acknowledged.
public interface CongestionControl {
    /// The largest congestion window, far above any window that TCP can offer: growth stays finite.
    long CWND_MAX = 1L << 40;

    /// Slow-start threshold of a connection that saw no congestion yet. RFC 5681 §3.1: "arbitrarily high".
    long NO_SSTHRESH = Long.MAX_VALUE;

    /// The algorithm's name, lower case.
    String name();

    /// Congestion window in bytes, at least one MSS.
    long cwnd();

    /// Slow-start threshold in bytes; [#NO_SSTHRESH] before the first congestion.
    long ssthresh();

    /// What it is doing at present, one or two words in lower case; the same object as long as it is the same.
    String phase();

    /// Begins: to be called once the connection is synchronised, before all else.
    ///
    /// @param mss SMSS in bytes, positive
    /// @param initialWindow IW in bytes, at least `mss`; also the restart window after idle periods
    void start(int mss, long initialWindow);

    /// An acknowledgment arrived: grows the window as far as the rules allow.
    void onAck(AckSample sample);

    /// A loss was found without a timeout: reduces the window, once until [#onRecoveryEnd].
    ///
    /// @param inFlight FlightSize in bytes when the loss was found
    void onFastRetransmit(long now, long inFlight);

    /// The peer reported congestion marks (RFC 3168): reduces the window. The caller calls it once per round
    /// trip, and [#onRecoveryEnd] when everything outstanding then is acknowledged.
    ///
    /// @param inFlight bytes in flight when the report came
    void onCongestionMarks(long now, long inFlight);

    /// The retransmission timer expired: the window falls to one MSS.
    ///
    /// @param inFlight FlightSize in bytes when it expired
    /// @param first false when the same data timed out before: ssthresh is then left alone
    void onTimeout(long now, long inFlight, boolean first);

    /// Everything that was outstanding when the loss was found is acknowledged.
    void onRecoveryEnd(long now);

    /// The sender is about to send after it sent nothing for a while with nothing outstanding.
    ///
    /// @param idleNanos how long nothing was sent
    /// @param rtoNanos the retransmission timeout
    void onIdle(long now, long idleNanos, long rtoNanos);

    /// The MSS changed (path MTU). The window stays as it is in bytes, but is at least one MSS.
    void onMss(int mss);

    /// The last reduction was a mistake (nothing was lost): restores what was before it, where that is more. Does
    /// nothing when there is no reduction to take back.
    void undo(long now);

    /// True when [#onFastRetransmit] cuts the window and recovery may spread that over its acknowledgments (RFC 6937);
    /// false for a control that sizes the window of a recovery itself.
    default boolean reducesOnLoss() {
        return true;
    }

    /// Bytes per second at which to space packets; 0 for no pacing.
    long pacingRate();
}
