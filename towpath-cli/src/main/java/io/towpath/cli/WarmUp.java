package io.towpath.cli;

import java.util.function.LongToDoubleFunction;

/// What comes before a measurement: work until it gets no faster any more, since the JIT compiler shares the processors
/// with what it compiles and takes the longer the busier they are.
final class WarmUp {
    /// The least share of the time of the measurement.
    private static final double SHARE_MIN = 0.3;

    /// The most of it, as a multiple.
    private static final double SHARE_MAX = 2;

    private static final int SLICES = 10;
    private static final int STEADY_SLICES = 5;
    private static final double FASTER = 1.05;

    private final long least;
    private final long most;

    /// @param seconds how long will be measured
    WarmUp(double seconds) {
        least = (long) (seconds * SHARE_MIN * 1e9);
        most = (long) (seconds * SHARE_MAX * 1e9);
    }

    /// Ends when the last slices of work were no faster than the best before them, at the latest after twice the time
    /// of the measurement.
    ///
    /// @param work works for so many nanoseconds and tells how fast it was, in any unit
    void run(LongToDoubleFunction work) {
        long slice = Math.max(1, least / SLICES);
        double best = 0;
        int steady = 0;
        for (long passed = 0; passed < most && (passed < least || steady < STEADY_SLICES); passed += slice) {
            double rate = work.applyAsDouble(slice);
            steady = rate > best * FASTER ? 0 : steady + 1;
            best = Math.max(best, rate);
        }
    }
}
