package io.towpath.tcp.close;

import org.jspecify.annotations.Nullable;

/// Keeps the number of TIME-WAIT rows bounded: when there are too many the oldest goes early. The rows themselves are
/// in the connection table; here they are linked by age, so that one that ends leaves nothing behind, however old the
/// rows before it are (a peer can keep its row alive by sending its FIN again and again).
public final class TimeWaitTable {
    private static final int ROWS_MAX = 131_072;

    private final int max;
    private @Nullable TimeWait oldest;
    private @Nullable TimeWait newest;
    private int size;

    /// No rows.
    public TimeWaitTable() {
        this(ROWS_MAX);
    }

    /// No rows.
    ///
    /// @param max how many there may be
    public TimeWaitTable(int max) {
        this.max = max;
    }

    /// Adds a row.
    ///
    /// @return a row that must go because there are too many, or null
    public @Nullable TimeWait add(TimeWait row) {
        TimeWait last = newest;
        row.older = last;
        if (last == null) {
            oldest = row;
        } else {
            last.newer = row;
        }
        newest = row;
        size++;
        return size > max ? oldest : null;
    }

    /// A row ended.
    public void remove(TimeWait row) {
        TimeWait before = row.older;
        TimeWait after = row.newer;
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

    /// Rows alive.
    public int size() {
        return size;
    }
}
