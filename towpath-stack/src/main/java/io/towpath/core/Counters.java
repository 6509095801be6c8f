package io.towpath.core;

/// Plain single-writer counters, always on: one long for each [Counter] and each [Drop].
public final class Counters {
    private final long[] counts = new long[Counter.values().length];
    private final long[] drops = new long[Drop.values().length];

    /// All zero.
    public Counters() {}

    /// Adds one.
    public void count(Counter counter) {
        counts[counter.ordinal()]++;
    }

    /// Adds `n`.
    public void count(Counter counter, long n) {
        counts[counter.ordinal()] += n;
    }

    /// Counts one drop.
    public void dropped(Drop reason) {
        drops[reason.ordinal()]++;
    }

    /// The value of a counter.
    public long get(Counter counter) {
        return counts[counter.ordinal()];
    }

    /// How many packets were dropped for `reason`.
    public long get(Drop reason) {
        return drops[reason.ordinal()];
    }

    /// All drops.
    public long drops() {
        long sum = 0;
        for (long n : drops) {
            sum += n;
        }
        return sum;
    }
}
