package io.towpath.link;

/// Where the thread that drives a shard waits: the one place that blocks.
///
/// A driver's turn is receive → tick → poll → transmit, until nothing is left to do; then it computes how long nothing
/// will happen by itself and calls [#await]. Only that thread calls `await`; anybody calls [#wake].
///
/// A wake-up is never lost: one that comes while nobody waits makes the next [#await] return at once. Several may
/// count as one.
public interface IoDriver extends AutoCloseable {
    /// Blocks until something can be read, [#wake] is called, or `nanos` have passed; may return early without
    /// reason.
    ///
    /// @param nanos how long to wait at most; 0 or less returns at once, [Long#MAX_VALUE] waits without limit
    void await(long nanos);

    /// Makes [#await] return. From any thread; cheap when nobody waits; never blocks. Without effect after [#close].
    void wake();

    /// Gives up what the driver holds. Only when no thread is in [#await].
    @Override
    void close();
}
