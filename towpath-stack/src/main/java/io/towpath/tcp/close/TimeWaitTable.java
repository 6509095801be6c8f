package io.towpath.tcp.close;

import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/// Keeps the number of TIME-WAIT rows bounded: when there are too many the oldest goes early. The rows themselves are
/// in the connection table.
public final class TimeWaitTable {
    private static final int ROWS_MAX = 131_072;

    private final ArrayDeque<TimeWait> byAge = new ArrayDeque<>();
    private int size;

    /// No rows.
    public TimeWaitTable() {}

    /// Adds a row.
    ///
    /// @return a row that must go because there are too many, or null
    public @Nullable TimeWait add(TimeWait row) {
        TimeWait oldest = null;
        if (size == ROWS_MAX) {
            oldest = byAge.peek();
        }
        byAge.add(row);
        size++;
        return oldest;
    }

    /// A row ended.
    public void remove(TimeWait row) {
        row.end();
        size--;
        for (TimeWait first = byAge.peek(); first != null && first.isEnded(); first = byAge.peek()) {
            byAge.remove();
        }
    }

    /// Rows alive.
    public int size() {
        return size;
    }
}
