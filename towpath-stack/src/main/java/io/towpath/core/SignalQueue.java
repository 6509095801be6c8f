package io.towpath.core;

import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/// Sockets with signals that nobody took yet, in the order in which they first had one.
public final class SignalQueue {
    private final ArrayDeque<SignalSource> queue = new ArrayDeque<>();

    /// An empty queue.
    public SignalQueue() {}

    void add(SignalSource source) {
        queue.add(source);
    }

    /// The next socket with signals, or null. The caller goes on with [SignalSource#takeSignals].
    public @Nullable SignalSource next() {
        return queue.poll();
    }

    /// Takes the signals of all sockets, for users who look at their sockets without being told.
    public void discard() {
        for (SignalSource source = next(); source != null; source = next()) {
            int ignored = source.takeSignals();
        }
    }

    /// True when no socket waits.
    public boolean isEmpty() {
        return queue.isEmpty();
    }
}
