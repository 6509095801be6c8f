package io.towpath.net.time;

/// A host as whoever keeps its time sees it. One thread at a time calls it.
public interface Driven {
    /// The host's name, for people.
    String name();

    /// Does what can be done now: reads its links, runs timers that are due, sends, wakes callers. Goes on into the
    /// hosts at the other ends of memory links. Never blocks.
    void visit();

    /// When [#visit] wants to be called next: not after [Timekeeper#now] when at once, [io.towpath.core.Time#NEVER]
    /// when only others can give it something to do. Nothing but [#visit] and the host's own callers move it.
    long deadline();
}
