package io.towpath.tcp.close;

import io.towpath.tcp.AgeList;
import org.jspecify.annotations.Nullable;

/// Keeps the number of TIME-WAIT rows bounded: when there are too many the oldest goes early. The rows themselves are
/// in the connection table; here they are linked by age (a peer can keep its row alive by sending its FIN again and
/// again, so the oldest need not be the first to end).
public final class TimeWaitTable {
    private static final int ROWS_MAX = 131_072;

    private final int max;
    private final AgeList<TimeWait> rows = new AgeList<>();

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
        rows.add(row);
        return rows.size() > max ? rows.oldest() : null;
    }

    /// A row ended.
    public void remove(TimeWait row) {
        rows.remove(row);
    }

    /// Rows alive.
    public int size() {
        return rows.size();
    }
}
