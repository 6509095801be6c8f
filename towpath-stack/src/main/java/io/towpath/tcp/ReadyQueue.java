package io.towpath.tcp;

import org.jspecify.annotations.Nullable;

/// Rows that have something to send, first come first served. The list runs through the rows themselves.
public final class ReadyQueue {
    private @Nullable SocketPair first;
    private @Nullable SocketPair last;

    /// An empty queue.
    public ReadyQueue() {}

    /// Queues `row` at the end unless it is queued already.
    public void add(SocketPair row) {
        if (row.isReady()) {
            return;
        }
        row.markReady(true);
        row.nextReady(null);
        if (last == null) {
            first = row;
        } else {
            last.nextReady(row);
        }
        last = row;
    }

    /// Queues `row` before all others unless it is queued already.
    public void addFirst(SocketPair row) {
        if (row.isReady()) {
            return;
        }
        row.markReady(true);
        row.nextReady(first);
        first = row;
        if (last == null) {
            last = row;
        }
    }

    /// Takes the first row out, null when there is none.
    public @Nullable SocketPair poll() {
        SocketPair row = first;
        if (row != null) {
            first = row.nextReady();
            if (first == null) {
                last = null;
            }
            row.nextReady(null);
            row.markReady(false);
        }
        return row;
    }

    /// True when nothing waits.
    public boolean isEmpty() {
        return first == null;
    }
}
