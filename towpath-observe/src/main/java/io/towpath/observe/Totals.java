package io.towpath.observe;

import io.towpath.core.Counter;
import io.towpath.core.Counters;
import io.towpath.core.Drop;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;

/// What several stacks and links counted, added up: a snapshot. Only what is not zero.
public final class Totals {
    private final Map<Counter, Long> counts = new EnumMap<>(Counter.class);
    private final Map<Drop, Long> drops = new EnumMap<>(Drop.class);

    private Totals() {}

    /// The sum of `counters` as they are now. Counters of a live host must be read by its owner.
    public static Totals of(Counters... counters) {
        var totals = new Totals();
        for (Counters some : counters) {
            for (Counter counter : Counter.values()) {
                add(totals.counts, counter, some.get(counter));
            }
            for (Drop reason : Drop.values()) {
                add(totals.drops, reason, some.get(reason));
            }
        }
        return totals;
    }

    private static <K> void add(Map<K, Long> sums, K key, long n) {
        if (n != 0) {
            sums.merge(key, n, Long::sum);
        }
    }

    /// The sum of `counter`.
    public long get(Counter counter) {
        return counts.getOrDefault(counter, 0L);
    }

    /// How many packets were dropped for `reason`.
    public long get(Drop reason) {
        return drops.getOrDefault(reason, 0L);
    }

    /// All TCP segments sent again, whatever the cause.
    public long retransmissions() {
        return get(Counter.TCP_RETRANSMIT_TIMEOUT) + get(Counter.TCP_RETRANSMIT_FAST) + get(Counter.TCP_RETRANSMIT_SYN);
    }

    /// Counters that are not zero, in the order of [Counter].
    public Map<Counter, Long> counts() {
        return Collections.unmodifiableMap(counts);
    }

    /// Reasons for which packets were dropped, in the order of [Drop].
    public Map<Drop, Long> drops() {
        return Collections.unmodifiableMap(drops);
    }

    /// The name of a counter or reason as it is shown: `tcp-retransmit-fast`.
    public static String name(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
