package io.towpath.ip;

import io.towpath.core.HashIndex;
import io.towpath.core.SipHash;
import org.jspecify.annotations.Nullable;

/// A bounded hash table of entries keyed by an address (two longs) and one more number, kept in order of last use.
///
/// The hash is keyed, so nobody outside can aim at one place. Walking goes from the longest unused entry to the one
/// used last and therefore does not depend on the hash. Look-ups allocate nothing.
final class AddressTable<E extends AddressTable.Entry<E>> {
    /// What an entry carries for the table's sake.
    abstract static class Entry<E extends Entry<E>> {
        final long high;
        final long low;
        final long key;

        @Nullable
        E older;

        @Nullable
        E newer;

        Entry(long high, long low, long key) {
            this.high = high;
            this.low = low;
            this.key = key;
        }

        /// What it is found by. Entries that are told apart by more than address and key hash all of it: a stranger
        /// who could choose many of one hash would have the table walk them all for each look-up.
        long hash(SipHash hash) {
            return hash.hash(high, low, key);
        }
    }

    private final SipHash hash;
    private final HashIndex<E> index = new HashIndex<>();
    private final int max;
    private @Nullable E oldest;
    private @Nullable E newest;

    AddressTable(SipHash hash, int max) {
        this.hash = hash;
        this.max = max;
    }

    int size() {
        return index.size();
    }

    boolean isFull() {
        return index.size() >= max;
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
        long hash = this.hash.hash(high, low, key);
        for (int at = index.first(hash); at != HashIndex.NONE; at = index.next(at, hash)) {
            E entry = index.get(at);
            if (entry.low == low && entry.high == high && entry.key == key) {
                return entry;
            }
        }
        return null;
    }

    /// The place of the first entry of this hash, [HashIndex#NONE] when there is none: for tables whose entries hash
    /// more than address and key ([Entry#hash]), and which compare it themselves.
    int first(long hash) {
        return index.first(hash);
    }

    /// The place of the next entry of this hash after that at `place`; [HashIndex#NONE] after the last.
    int next(int place, long hash) {
        return index.next(place, hash);
    }

    /// The entry at a place of [#first] or [#next].
    E at(int place) {
        return index.get(place);
    }

    /// Adds an entry as the one used last. The caller made room first ([#isFull], [#oldest], [#remove]).
    void add(E entry) {
        assert !isFull() : "table is full";
        index.add(entry.hash(hash), entry);
        linkNewest(entry);
    }

    void remove(E entry) {
        index.remove(entry.hash(hash), entry);
        unlink(entry);
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
}
