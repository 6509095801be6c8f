package io.towpath.tcp.listen;

import org.jspecify.annotations.Nullable;

/// The half-open connections of one listener, by age. The rows themselves are in the connection table.
public final class SynQueue {
    private @Nullable HalfOpen oldest;
    private @Nullable HalfOpen newest;
    private int size;

    /// No rows.
    public SynQueue() {}

    /// How many there are.
    public int size() {
        return size;
    }

    /// A SYN was remembered.
    public void add(HalfOpen row) {
        HalfOpen last = newest;
        row.older = last;
        if (last == null) {
            oldest = row;
        } else {
            last.newer = row;
        }
        newest = row;
        size++;
    }

    /// A row opened or ended.
    public void remove(HalfOpen row) {
        HalfOpen before = row.older;
        HalfOpen after = row.newer;
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
        row.older = null;
        row.newer = null;
        size--;
    }

    /// The row that gives way to a new SYN when there is no room (RFC 4987 §3.4): the oldest, once its
    /// SYN-ACK went out twice. A peer that is there has answered the first one by then; those who never
    /// answer would keep everybody out for minutes.
    ///
    /// @return null when the oldest is not that old
    public @Nullable HalfOpen recyclable() {
        HalfOpen row = oldest;
        return row != null && row.sent > 1 ? row : null;
    }
}
