package io.towpath.core;

/// What a driver drives: a stack, an engine, a connection. Input marks, [#poll] writes.
///
/// The grammar is the same at every level: feed input, then [#tick] when the deadline has come, then [#poll] until
/// it has nothing more to say. No call blocks, and none re-enters another machine's user.
public interface Machine {
    /// When [#tick] wants to be called next, in nanoseconds of the run; [Time#NEVER] when only input can wake it.
    /// A deadline that is not after `now` asks to be ticked at once.
    long deadline();

    /// Runs every timer whose moment has come. Marks work for [#poll]; writes no packet itself.
    void tick(long now);

    /// Appends packets that are due to `out` while it has room. Returns true when there is more to write than fitted.
    boolean poll(long now, TxBatch out);
}
