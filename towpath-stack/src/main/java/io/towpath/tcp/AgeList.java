package io.towpath.tcp;

import org.jspecify.annotations.Nullable;

/// Rows in the order in which they came, the oldest first. The list runs through the rows themselves, so one that
/// ends leaves nothing behind, however old the rows before it are. A row is in one list at most.
///
/// @param <R> what the rows are
public final class AgeList<R extends SocketPair> {
    private @Nullable R oldest;
    private @Nullable R newest;
    private int size;

    /// An empty list.
    public AgeList() {}

    /// Adds a row behind all others.
    public void add(R row) {
        R last = newest;
        row.older(last);
        if (last == null) {
            oldest = row;
        } else {
            last.newer(row);
        }
        newest = row;
        size++;
    }

    /// Takes a row out that is in this list.
    @SuppressWarnings("unchecked") // its neighbours came by add()
    public void remove(R row) {
        R before = (R) row.older();
        R after = (R) row.newer();
        if (before == null) {
            oldest = after;
        } else {
            before.newer(after);
        }
        if (after == null) {
            newest = before;
        } else {
            after.older(before);
        }
        row.older(null);
        row.newer(null);
        size--;
    }

    /// The row that came first, null when there is none.
    public @Nullable R oldest() {
        return oldest;
    }

    /// How many there are.
    public int size() {
        return size;
    }
}
