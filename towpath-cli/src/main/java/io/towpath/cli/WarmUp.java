package io.towpath.cli;

import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;
import java.util.function.LongConsumer;
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

    /// What [#untilCompiled] looks at at a time, and how long it goes on at the least and at the most.
    private static final long LOOK_NANOS = 1_000_000_000L;

    private static final int LOOKS_MIN = 2;
    private static final int LOOKS_MAX = 10;

    /// A share of the time that may still go into compiling: there is always some method that became hot just now.
    private static final long COMPILING_MILLIS_MAX = 50;

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

    /// For work whose rate says nothing, because it moves more from one second to the next than the JIT makes of it:
    /// ends when there is nearly nothing left to compile, after two seconds at the least and ten at the most.
    ///
    /// @param work works for so many nanoseconds
    static void untilCompiled(LongConsumer work) {
        long before = compilingMillis();
        for (int looks = 1; looks <= LOOKS_MAX; looks++) {
            work.accept(LOOK_NANOS);
            long after = compilingMillis();
            if (looks >= LOOKS_MIN && after - before <= COMPILING_MILLIS_MAX) {
                return;
            }
            before = after;
        }
    }

    /// 0 for ever where nothing compiles, or nobody can tell.
    private static long compilingMillis() {
        CompilationMXBean jit = ManagementFactory.getCompilationMXBean();
        return jit != null && jit.isCompilationTimeMonitoringSupported() ? jit.getTotalCompilationTime() : 0;
    }
}
