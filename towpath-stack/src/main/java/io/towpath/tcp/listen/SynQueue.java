package io.towpath.tcp.listen;

import io.towpath.tcp.AgeList;
import org.jspecify.annotations.Nullable;

/// The half-open connections of one listener, by age. The rows themselves are in the connection table.
public final class SynQueue {
    private final AgeList<HalfOpen> rows = new AgeList<>();

    /// No rows.
    public SynQueue() {}

    /// How many there are.
    public int size() {
        return rows.size();
    }

    /// A SYN was remembered.
    public void add(HalfOpen row) {
        rows.add(row);
    }

    /// A row opened or ended.
    public void remove(HalfOpen row) {
        rows.remove(row);
    }

    /// The row that waits longest, null when there is none.
    public @Nullable HalfOpen oldest() {
        return rows.oldest();
    }

    /// The row that gives way to a new SYN when there is no room (RFC 4987 §3.4): the oldest, once its
    /// SYN-ACK went out twice. A peer that is there has answered the first one by then; those who never
    /// answer would keep everybody out for minutes.
    ///
    /// @return null when the oldest is not that old
    public @Nullable HalfOpen recyclable() {
        HalfOpen row = rows.oldest();
        return row != null && row.sent > 1 ? row : null;
    }
}
