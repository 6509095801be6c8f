package io.towpath.core;

/// Something that waits for a moment, kept in a [DeadlineQueue]. An item is in one queue at most.
public interface Deadlined {
    /// When it wants to be looked at, in nanoseconds of the run; [Time#NEVER] when it waits for nothing.
    long deadline();

    /// Its place in the queue, as the queue set it last; -1 (the initial value) when it is in none.
    int queueIndex();

    /// For the queue only: remember `index`.
    void queueIndex(int index);
}
