package io.towpath.congestion;

import java.util.Objects;

/// Settings of congestion control that hold whichever algorithm is chosen; an algorithm to which one means
/// nothing does not look at it. Immutable.
///
/// @param hyStart leave the first slow start when the round-trip time rises, before anything is lost
/// (HyStart++, RFC     9406)
/// @param alternativeBackoff answer congestion marks by a smaller reduction than losses (ABE, RFC 8511,
///     experimental)
/// @param pacing spread segments over the round trip instead of sending them as acknowledgments come; what is
/// made to     be paced always is
/// @param afterIdle what becomes of the window when it was not used
/// @param fromWindow reckon a reduction from the congestion window, as Linux does, and not from what is in
///     flight as RFC 5681 §3.1 and RFC 9438 §4.6 have it: who does not fill his window loses less
public record CongestionTuning(
        boolean hyStart, boolean alternativeBackoff, boolean pacing, AfterIdle afterIdle, boolean fromWindow) {
    /// What becomes of a congestion window that was not used for a while.
    public enum AfterIdle {
        /// RFC 5681 §4.1: after more than one retransmission timeout without sending it is at most the initial
        /// window.
        RESTART,
        /// It stays as it is: the network may have changed meanwhile, and is not asked.
        KEEP,
        /// RFC 7661 (experimental): while less than half of it was used lately it neither grows nor falls, but
        /// a loss then leaves no more than half of what was used; after five minutes of that it is halved.
        VALIDATE
    }

    private static final CongestionTuning DEFAULTS = new CongestionTuning(true, false, false, AfterIdle.RESTART, false);

    /// Nothing null.
    public CongestionTuning {
        Objects.requireNonNull(afterIdle);
    }

    /// What the standards-track RFCs recommend.
    public static CongestionTuning defaults() {
        return DEFAULTS;
    }

    /// This with another [#hyStart()].
    public CongestionTuning withHyStart(boolean value) {
        return new CongestionTuning(value, alternativeBackoff, pacing, afterIdle, fromWindow);
    }

    /// This with another [#alternativeBackoff()].
    public CongestionTuning withAlternativeBackoff(boolean value) {
        return new CongestionTuning(hyStart, value, pacing, afterIdle, fromWindow);
    }

    /// This with another [#pacing()].
    public CongestionTuning withPacing(boolean value) {
        return new CongestionTuning(hyStart, alternativeBackoff, value, afterIdle, fromWindow);
    }

    /// This with another [#afterIdle()].
    public CongestionTuning withAfterIdle(AfterIdle value) {
        return new CongestionTuning(hyStart, alternativeBackoff, pacing, value, fromWindow);
    }

    /// This with another [#fromWindow()].
    public CongestionTuning withFromWindow(boolean value) {
        return new CongestionTuning(hyStart, alternativeBackoff, pacing, afterIdle, value);
    }
}
