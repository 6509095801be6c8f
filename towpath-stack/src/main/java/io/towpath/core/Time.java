package io.towpath.core;

/// Units of the stack's time. A moment is nanoseconds since the run began (`0 <= now < 2^62`), a duration is
/// nanoseconds too; names end in `At` for moments and in `Nanos` for durations.
public final class Time {
    /// The moment that never comes: the deadline of a machine that waits for nothing.
    public static final long NEVER = Long.MAX_VALUE;

    /// One microsecond in nanoseconds.
    public static final long MICROSECOND = 1_000L;

    /// One millisecond in nanoseconds.
    public static final long MILLISECOND = 1_000_000L;

    /// One second in nanoseconds.
    public static final long SECOND = 1_000_000_000L;

    private Time() {}

    /// The moment `nanos` after `now`; [#NEVER] when `nanos` is [#NEVER] or the sum would overflow.
    public static long after(long now, long nanos) {
        long at = now + nanos;
        return nanos == NEVER || at < now ? NEVER : at;
    }
}
