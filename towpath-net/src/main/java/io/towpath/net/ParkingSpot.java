package io.towpath.net;

import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// Where one blocked caller waits for a shard. At most one thread uses it at a time (its socket's lock sees to that).
///
/// The handshake is Dekker's: the caller makes itself visible and then looks at the condition; the shard makes the
/// condition true and then looks for a caller. One of them must see the other.
final class ParkingSpot {
    private volatile @Nullable Thread parked;

    /// Caller: from now on [#wake] reaches this thread. Look at the condition after this call, not before.
    void enter() {
        parked = Thread.currentThread();
        VarHandle.fullFence();
    }

    /// Caller: done waiting.
    void leave() {
        parked = null;
    }

    /// Caller, between [#enter] and [#leave]: sleeps until woken, or until [System#nanoTime] reaches `deadline` if
    /// `timed`. May return early for no reason.
    void park(boolean timed, long deadline) {
        if (timed) {
            LockSupport.parkNanos(this, deadline - System.nanoTime());
        } else {
            LockSupport.park(this);
        }
    }

    /// The shard's owner, after it published the condition and fenced: wakes the caller once the baton is free.
    void wake(Driving driving) {
        Thread thread = parked;
        if (thread != null) {
            driving.wake(thread);
        }
    }

    /// Any thread: wakes the caller at once.
    void wakeNow() {
        Thread thread = parked;
        if (thread != null) {
            LockSupport.unpark(thread);
        }
    }
}
