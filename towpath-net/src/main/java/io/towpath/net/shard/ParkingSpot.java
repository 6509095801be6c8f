package io.towpath.net.shard;

import io.towpath.core.Time;
import io.towpath.net.time.Timekeeper;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// Where one blocked caller waits for a shard. At most one thread uses it at a time (its socket's lock sees to that).
/// All calls that wait for the network wait here, and count their timeouts by this clock.
///
/// The handshake is Dekker's: the caller makes itself visible and then looks at the condition; the shard makes the
/// condition true and then looks for a caller. One of them must see the other.
///
/// A caller that is visible is either LOOKING (at its condition), SPINNING (looking on for a moment, as [Spinning]
/// allows) or ASLEEP. Waking the first two kinds is one compare-and-set; only the third costs a call of the system.
/// Who wakes a spinning caller also gives its place among the spinners back: the caller may not have the core, and
/// the waker may want the place for its own next wait.
public final class ParkingSpot {
    private static final int AWAY = 0;
    private static final int LOOKING = 1;
    private static final int WOKEN = 2;
    private static final int ASLEEP = 3;
    static final int SPINNING = 4;

    /// Bound of [#inVain]: one wait of 64 is still tried by spinning.
    private static final int IN_VAIN_MAX = 6;

    private static final VarHandle STATE;

    static {
        try {
            STATE = MethodHandles.lookup()
                    .findVarHandle(ParkingSpot.class, "state", int.class)
                    .withInvokeExactBehavior();
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Timekeeper time;
    private volatile int state = AWAY;
    private volatile @Nullable Thread caller; // set before the state leaves AWAY

    // The caller's own.
    private boolean interrupted;
    private byte inVain; // tries in a row that ended in a long sleep
    private byte restraint; // waits until the next try
    private boolean sharesCore; // whoever woke it last ran while it had given its core way

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
        caller = Thread.currentThread();
        look();
    }

    private void look() {
        state = LOOKING;
        VarHandle.fullFence();
    }

    /// Caller: done waiting.
    public void leave() {
        state = AWAY;
        caller = null;
        if (interrupted) {
            interrupted = false;
            Thread.currentThread().interrupt();
        }
    }

    /// Caller: clears its interrupt status until [#leave].
    void keepInterrupt() {
        interrupted |= Thread.interrupted();
    }

    /// Caller, between [#enter] and [#leave], having seen that the condition does not hold: waits until woken, or
    /// until `deadline`. May return early for no reason.
    public void park(long deadline) {
        if (!time.spins()) {
            sleep(deadline);
        } else if (restraint > 0) {
            restraint--;
            sleepAndLearn(deadline);
        } else if (!Spinning.spin(this, deadline == Time.NEVER ? Time.NEVER : deadline - time.now())) {
            sleepAndLearn(deadline);
        }
        look();
    }

    /// Caller: waits until `condition` holds, or `deadline` has come, or the thread is interrupted, and then goes on.
    public void linger(BooleanSupplier condition, long deadline) {
        enter();
        try {
            while (!condition.getAsBoolean()
                    && !isOver(deadline)
                    && !Thread.currentThread().isInterrupted()) {
                park(deadline);
            }
        } finally {
            leave();
        }
    }

    /// Whoever slept long after it had spun spins less and less often, until it sleeps but shortly again.
    private void sleepAndLearn(long deadline) {
        long began = System.nanoTime();
        sleep(deadline);
        if (System.nanoTime() - began < Spinning.WORTH_NANOS) {
            inVain = 0;
            restraint = 0;
        } else if (restraint == 0) {
            inVain = (byte) Math.min(inVain + 1, IN_VAIN_MAX);
            restraint = (byte) ((1 << inVain) - 1);
        }
    }

    private void sleep(long deadline) {
        if (STATE.compareAndSet(this, LOOKING, ASLEEP)) {
            time.park(this, deadline);
        }
    }

    /// The caller, which has a place among the spinners: leaves giving it back to whoever wakes it.
    ///
    /// @return false when it was woken before
    boolean beginSpinning() {
        return STATE.compareAndSet(this, LOOKING, SPINNING);
    }

    /// The caller, which still spins.
    ///
    /// @return true when the place is its own again; false when it was woken, and the place was given back
    boolean endSpinning() {
        return STATE.compareAndSet(this, SPINNING, LOOKING);
    }

    /// True when the caller, which does not sleep, was woken.
    boolean isWoken() {
        return state == WOKEN;
    }

    /// What [Spinning] remembers from one wait to the next: true when the answer comes from a thread that needs this
    /// one's core for it.
    boolean sharesCore() {
        return sharesCore;
    }

    /// See the other.
    void sharesCore(boolean shares) {
        sharesCore = shares;
    }

    /// The shard's owner, after it published the condition and fenced: wakes the caller once the baton is free.
    public void wake(Driving driving) {
        if (isAsleep()) {
            Thread thread = caller;
            if (thread != null) {
                driving.wake(time, thread);
            }
        }
    }

    /// Any thread, after it published the condition and fenced: wakes the caller at once.
    public void wakeNow() {
        if (isAsleep()) {
            Thread thread = caller;
            if (thread != null) {
                time.unpark(thread);
            }
        }
    }

    /// Tells the caller to look again. True when it sleeps and does not hear it.
    private boolean isAsleep() {
        int before = tell();
        if (before == SPINNING) {
            Spinning.givePlaceBack();
        }
        return before == ASLEEP;
    }

    /// Tells the caller to look again, unless it sleeps.
    ///
    /// @return its state before; [#SPINNING]: whoever calls this gives the place back
    int tell() {
        int now = state;
        while ((now == LOOKING || now == SPINNING) && !STATE.compareAndSet(this, now, WOKEN)) {
            now = state;
        }
        return now;
    }
}
