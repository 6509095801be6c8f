package io.towpath.net.shard;

/// Who is told by a shard's owner when a signal of a socket came. Must not block, and must not call into a shard.
@FunctionalInterface
public interface Readiness {
    /// Nobody.
    Readiness NOBODY = (signals, driving) -> {};

    /// @param signals as in [io.towpath.core.Signals]; what they tell is published already
    void onReady(int signals, Driving driving);
}
