package io.towpath.core;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Finds entries by a hash that its owner reckons. Several entries may have one hash, and of a hash the low 31 bits
/// count: the owner looks whether what is found is what it wants.
///
/// ```java
/// for (int at = index.first(hash); at != HashIndex.NONE; at = index.next(at, hash)) {
///     if (isWanted(index.get(at))) ...
/// }
/// ```
///
/// Where strangers choose what is hashed the owner takes a keyed hash ([SipHash]), so that nobody can aim at one place.
/// An entry may be in several of them. Looking up, adding and removing allocate nothing, but for growing; it never
/// shrinks. There is no walk over all entries, whose order would be one of chance: owners keep a list for that.
///
/// Single owner.
public final class HashIndex<E> {
    /// The place of no entry.
    public static final int NONE = -1;

    private static final int LENGTH_FIRST = 16;
    private static final int EMPTY = 0;

    /// Set in every hash that is kept, so that none is [#EMPTY].
    private static final int TAKEN = 1 << 31;

    // Open addressing with linear probing. Hashes stand in an array of their own: most probes look at nothing else.
    private int[] hashes = new int[LENGTH_FIRST];
    private @Nullable E[] entries = places(LENGTH_FIRST);
    private int size;

    /// An index without entries.
    public HashIndex() {}

    /// Entries.
    public int size() {
        return size;
    }

    /// The place of the first entry of this hash, [#NONE] when there is none. Places are good until
    /// something is added or removed.
    public int first(long hash) {
        int kept = (int) hash | TAKEN;
        return seek(kept & hashes.length - 1, kept);
    }

    /// The place of the next entry of this hash after that at `place`; [#NONE] after the last.
    ///
    /// @param hash that by which `place` was found
    public int next(int place, long hash) {
        return seek(place + 1 & hashes.length - 1, (int) hash | TAKEN);
    }

    private int seek(int from, int kept) {
        int mask = hashes.length - 1;
        int at = from;
        while (hashes[at] != kept) {
            if (hashes[at] == EMPTY) {
                return NONE;
            }
            at = at + 1 & mask;
        }
        return at;
    }

    /// The entry at a place of [#first] or [#next].
    public E get(int place) {
        return Objects.requireNonNull(entries[place]);
    }

    /// Adds an entry.
    public void add(long hash, E entry) {
        if (4 * (size + 1) > 3 * hashes.length) {
            grow();
        }
        put((int) hash | TAKEN, entry);
        size++;
    }

    /// Takes an entry out.
    ///
    /// @param hash that it was added with
    public void remove(long hash, E entry) {
        int at = first(hash);
        while (at != NONE && entries[at] != entry) {
            at = next(at, hash);
        }
        assert at != NONE : "not there: " + entry;
        close(at);
        size--;
    }

    /// Closes the gap at a place by moving entries back that would not be found behind it.
    private void close(int place) {
        int mask = hashes.length - 1;
        int gap = place;
        for (int at = gap + 1 & mask; hashes[at] != EMPTY; at = at + 1 & mask) {
            int home = hashes[at] & mask;
            if ((at - home & mask) >= (at - gap & mask)) {
                hashes[gap] = hashes[at];
                entries[gap] = entries[at];
                gap = at;
            }
        }
        hashes[gap] = EMPTY;
        entries[gap] = null;
    }

    private void put(int kept, @Nullable E entry) {
        int mask = hashes.length - 1;
        int at = kept & mask;
        while (hashes[at] != EMPTY) {
            at = at + 1 & mask;
        }
        hashes[at] = kept;
        entries[at] = entry;
    }

    private void grow() {
        int[] oldHashes = hashes;
        @Nullable E[] oldEntries = entries;
        hashes = new int[2 * oldHashes.length];
        entries = places(hashes.length);
        for (int i = 0; i < oldHashes.length; i++) {
            if (oldHashes[i] != EMPTY) {
                put(oldHashes[i], oldEntries[i]);
            }
        }
    }

    @SuppressWarnings("unchecked") // nobody else sees the array
    private static <E> @Nullable E[] places(int length) {
        return (E[]) new Object[length];
    }
}
