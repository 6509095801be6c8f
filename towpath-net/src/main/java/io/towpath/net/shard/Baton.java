package io.towpath.net.shard;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// Who owns a shard: one word, taken by one compare-and-set.
///
/// Whoever has something for the shard makes it visible first (in a queue) and then calls [#request]. Either the
/// caller becomes the owner, or the owner of the moment is told by the WORK bit that it must look again before it
/// lets go. Giving back and telling are compare-and-sets on the same word, so no request falls between "nothing left
/// to do" and "the baton is free".
///
/// The loop thread of the shard may also wait for the baton: then the owner hands over at its next look.
final class Baton {
    /// What an owner learns when it wants to let go.
    enum Release {
        /// The baton is free.
        FREE,
        /// Work came in: the caller still owns the baton and must look again.
        AGAIN,
        /// The loop thread waited, and now has or will take the baton.
        TO_LOOP
    }

    private static final int HELD = 1;
    private static final int WORK = 1 << 1;
    private static final int LOOP = 1 << 2;
    private static final VarHandle STATE;

    static {
        try {
            STATE = MethodHandles.lookup()
                    .findVarHandle(Baton.class, "state", int.class)
                    .withInvokeExactBehavior();
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private volatile int state;
    private volatile @Nullable Thread loop;

    /// Any thread: announces work. True when the caller now owns the baton and must do it; false when the owner of
    /// the moment will see it.
    boolean request() {
        while (true) {
            int now = state;
            if ((now & HELD) == 0) {
                if (STATE.compareAndSet(this, now, HELD)) {
                    return true;
                }
            } else if ((now & WORK) != 0 || STATE.compareAndSet(this, now, now | WORK)) {
                return false;
            }
        }
    }

    /// Any thread: takes the baton if it is free. Announces nothing: an owner who is told of work looks again before it
    /// lets go, so whoever asked again and again by [#request] could keep it from ever letting go.
    boolean take() {
        int now = state;
        return (now & HELD) == 0 && STATE.compareAndSet(this, now, HELD);
    }

    /// Any thread: announces work without becoming the owner. False when nobody is: then the loop thread must be woken.
    boolean announce() {
        while (true) {
            int now = state;
            if ((now & HELD) == 0) {
                return false;
            }
            if ((now & WORK) != 0 || STATE.compareAndSet(this, now, now | WORK)) {
                return true;
            }
        }
    }

    /// The loop thread, and nobody else: waits until it owns the baton. Not interruptible.
    void acquire() {
        boolean interrupted = false;
        while (true) {
            int now = state;
            if ((now & HELD) == 0) {
                if (STATE.compareAndSet(this, now, HELD)) {
                    break;
                }
            } else if ((now & LOOP) != 0) {
                LockSupport.park(this);
                interrupted |= Thread.interrupted();
            } else {
                loop = Thread.currentThread();
                STATE.compareAndSet(this, now, now | LOOP);
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /// The owner, with nothing left to do: gives the baton back, unless work came in or the loop thread waits.
    Release release() {
        while (true) {
            int now = state;
            if (now == HELD) {
                if (STATE.compareAndSet(this, HELD, 0)) {
                    return Release.FREE;
                }
            } else if ((now & LOOP) != 0) {
                yieldToLoop();
                return Release.TO_LOOP;
            } else if (STATE.compareAndSet(this, now, HELD)) {
                return Release.AGAIN;
            }
        }
    }

    /// The owner, with or without work left: gives the baton back. True when the loop thread waited for it and was
    /// woken; else the caller wakes it if work is left.
    boolean yieldToLoop() {
        int before = (int) STATE.getAndBitwiseAnd(this, ~(HELD | LOOP));
        if ((before & LOOP) == 0) {
            return false;
        }
        LockSupport.unpark(loop);
        return true;
    }

    /// True when work was announced that the owner has not looked at.
    boolean hasWork() {
        return (state & WORK) != 0;
    }
}
