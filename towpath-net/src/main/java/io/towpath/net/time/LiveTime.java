package io.towpath.net.time;

import io.towpath.core.Time;
import io.towpath.link.IoDriver;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// Real time: nanoseconds since this class was first used, one origin for all hosts of the process, so that a packet
/// stamped by one host means the same moment to another.
final class LiveTime implements Timekeeper {
    static final LiveTime INSTANCE = new LiveTime();
    private static final boolean MANY_CORES = Runtime.getRuntime().availableProcessors() > 1;
    private static final long ORIGIN = System.nanoTime();

    private LiveTime() {}

    @Override
    public long now() {
        return System.nanoTime() - ORIGIN;
    }

    @Override
    public void enter() {}

    @Override
    public void park(Object at, long deadline) {
        if (deadline == Time.NEVER) {
            LockSupport.park(at);
        } else {
            LockSupport.parkNanos(at, deadline - now());
        }
    }

    @Override
    public void unpark(Thread thread) {
        LockSupport.unpark(thread);
    }

    @Override
    public boolean spins() {
        return MANY_CORES;
    }

    @Override
    public @Nullable IoDriver drive(Driven host) {
        return null;
    }
}
