package io.towpath.net.shard;

/// The time of live stacks: nanoseconds since this class was first used, one origin for all hosts of the process, so
/// that a packet stamped by one host means the same moment to another.
public final class Clock {
    private static final long ORIGIN = System.nanoTime();

    private Clock() {}

    /// Nanoseconds since the origin, 0 or more, never going back.
    public static long now() {
        return System.nanoTime() - ORIGIN;
    }
}
