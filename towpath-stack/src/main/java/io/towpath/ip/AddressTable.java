package io.towpath.ip;

import io.towpath.core.SipHash;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/// A bounded hash table of entries keyed by an address (two longs) and one more number, kept in order of last use.
///
/// The hash is keyed, so nobody outside can aim at one bucket. Walking goes from the longest unused entry to the one
/// used last and therefore does not depend on the hash. Look-ups allocate nothing.
final class AddressTable<E extends AddressTable.Entry<E>> {
    /// What an entry carries for the table's sake.
    abstract static class Entry<E extends Entry<E>> {
        final long high;
        final long low;
        final long key;

        @Nullable
        E nextInBucket;

        @Nullable
        E older;

        @Nullable
        E newer;

        Entry(long high, long low, long key) {
            this.high = high;
            this.low = low;
            this.key = key;
        }
    }

    private static final int BUCKETS_FIRST = 16;

    private final SipHash hash;
    private final IntFunction<@Nullable E[]> arrays;
    private final int max;
    private @Nullable E[] buckets;
    private @Nullable E oldest;
    private @Nullable E newest;
    private int size;

    AddressTable(SipHash hash, int max, IntFunction<@Nullable E[]> arrays) {
        this.hash = hash;
        this.max = max;
        this.arrays = arrays;
        this.buckets = arrays.apply(BUCKETS_FIRST);
    }

    int size() {
        return size;
    }

    boolean isFull() {
        return size >= max;
    }

    /// The entry used longest ago, or null when there is none.
    @Nullable
    E oldest() {
        return oldest;
    }

    /// The entry used next after `entry`, or null after the last: for walks.
    @Nullable
    E newer(E entry) {
        return entry.newer;
    }

    @Nullable
    E get(long high, long low, long key) {
        return match(buckets[bucket(high, low, key)], high, low, key);
    }

    /// The next entry with the same address and key as `entry`: for tables that tell further by the entry's own
    /// fields.
    @Nullable
    E nextSame(E entry) {
        return match(entry.nextInBucket, entry.high, entry.low, entry.key);
    }

    private @Nullable E match(@Nullable E first, long high, long low, long key) {
        for (E entry = first; entry != null; entry = entry.nextInBucket) {
            if (entry.low == low && entry.high == high && entry.key == key) {
                return entry;
            }
        }
        return null;
    }

    /// Adds an entry as the one used last. The caller made room first ([#isFull], [#oldest], [#remove]).
    void add(E entry) {
        assert size < max : "table is full";
        if (size >= buckets.length) {
            grow();
        }
        int bucket = bucket(entry.high, entry.low, entry.key);
        entry.nextInBucket = buckets[bucket];
        buckets[bucket] = entry;
        linkNewest(entry);
        size++;
    }

    void remove(E entry) {
        int bucket = bucket(entry.high, entry.low, entry.key);
        E before = null;
        E at = buckets[bucket];
        while (at != null && at != entry) {
            before = at;
            at = at.nextInBucket;
        }
        assert at == entry : "not in the table";
        if (before == null) {
            buckets[bucket] = entry.nextInBucket;
        } else {
            before.nextInBucket = entry.nextInBucket;
        }
        entry.nextInBucket = null;
        unlink(entry);
        size--;
    }

    /// Marks `entry` as the one used last.
    void touch(E entry) {
        if (entry != newest) {
            unlink(entry);
            linkNewest(entry);
        }
    }

    private void linkNewest(E entry) {
        E last = newest;
        entry.older = last;
        entry.newer = null;
        if (last == null) {
            oldest = entry;
        } else {
            last.newer = entry;
        }
        newest = entry;
    }

    private void unlink(E entry) {
        E before = entry.older;
        E after = entry.newer;
        if (before == null) {
            oldest = after;
        } else {
            before.newer = after;
        }
        if (after == null) {
            newest = before;
        } else {
            after.older = before;
        }
        entry.older = null;
        entry.newer = null;
    }

    private void grow() {
        buckets = arrays.apply(buckets.length * 2);
        for (E entry = oldest; entry != null; entry = entry.newer) {
            int bucket = bucket(entry.high, entry.low, entry.key);
            entry.nextInBucket = buckets[bucket];
            buckets[bucket] = entry;
        }
    }

    private int bucket(long high, long low, long key) {
        return (int) hash.hash(high, low, key) & (buckets.length - 1);
    }
}
