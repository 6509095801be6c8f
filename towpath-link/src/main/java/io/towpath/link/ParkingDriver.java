package io.towpath.link;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// An [IoDriver] without devices: parks the thread. For shards that have only links in memory, whose hooks
/// ([MemoryLink#onReadable]) call [#wake].
public final class ParkingDriver implements IoDriver {
    private final AtomicBoolean woken = new AtomicBoolean();
    private volatile @Nullable Thread sleeper;

    /// A driver that nobody waits on yet.
    public ParkingDriver() {}

    @Override
    public void await(long nanos) {
        if (nanos > 0 && !woken.get()) {
            // The sleeper is announced before the flag is looked at again; wake() sets the flag before it looks for
            // a sleeper. So one of the two sees the other.
            sleeper = Thread.currentThread();
            if (!woken.get()) {
                if (nanos == Long.MAX_VALUE) {
                    LockSupport.park(this);
                } else {
                    LockSupport.parkNanos(this, nanos);
                }
            }
            sleeper = null;
        }
        woken.getAndSet(false); // an acquire: what the waker wrote before is seen after
    }

    @Override
    public void wake() {
        if (!woken.getAndSet(true)) {
            Thread thread = sleeper;
            if (thread != null) {
                LockSupport.unpark(thread);
            }
        }
    }

    @Override
    public void close() {}
}
