package io.towpath.net.shard;

import io.towpath.core.Time;
import io.towpath.net.time.Timekeeper;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/// Where one blocked caller waits for a shard. At most one thread uses it at a time (its socket's lock sees to that).
/// All calls that wait for the network wait here, and count their timeouts by this clock.
///
/// The handshake is Dekker's: the caller makes itself visible and then looks at the condition; the shard makes the
/// condition true and then looks for a caller. One of them must see the other.
public final class ParkingSpot {
    private final Timekeeper time;
    private volatile @Nullable Thread parked;

    // The caller's own.
    private boolean interrupted;

    /// A place where nobody waits, and time passes as `time` says: [Shard#time] of the shard that is waited for.
    public ParkingSpot(Timekeeper time) {
        this.time = time;
    }

    /// When a wait that begins now must end.
    ///
    /// @param nanos how long it may take; 0 for ever
    public long deadline(long nanos) {
        return nanos == 0 ? Time.NEVER : time.now() + nanos;
    }

    /// True when the moment has come. [Time#NEVER] never does.
    public boolean isOver(long deadline) {
        return deadline != Time.NEVER && deadline - time.now() <= 0;
    }

    /// Caller: from now on [#wake] reaches this thread. Look at the condition after this call, not before.
    public void enter() {
        parked = Thread.currentThread();
        VarHandle.fullFence();
    }

    /// Caller: done waiting.
    public void leave() {
        parked = null;
        if (interrupted) {
            interrupted = false;
            Thread.currentThread().interrupt();
        }
    }

    /// Caller: clears its interrupt status until [#leave].
    void keepInterrupt() {
        interrupted |= Thread.interrupted();
    }

    /// Caller, between [#enter] and [#leave]: sleeps until woken, or until `deadline`. May return early for no
    /// reason.
    public void park(long deadline) {
        time.park(this, deadline);
    }

    /// The shard's owner, after it published the condition and fenced: wakes the caller once the baton is free.
    public void wake(Driving driving) {
        Thread thread = parked;
        if (thread != null) {
            driving.wake(time, thread);
        }
    }

    /// Any thread: wakes the caller at once.
    public void wakeNow() {
        Thread thread = parked;
        if (thread != null) {
            time.unpark(thread);
        }
    }
}
