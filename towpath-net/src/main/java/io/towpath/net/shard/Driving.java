package io.towpath.net.shard;

import io.towpath.net.time.Timekeeper;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// What a thread carries while it drives shards: which shards to go on into, and which callers to wake.
///
/// A shard that transmits into a memory link makes the host at the other end runnable. The same thread then goes on
/// into that host after it left the first: by this queue, never by recursion, so the stack stays flat and a thread
/// owns at most one shard at a time. The number of visits is bounded: an application thread comes back from a write
/// even when two hosts would keep each other busy for ever. What is left then goes to the shards' own loop threads.
public final class Driving {
    /// Shards that one thread visits before it leaves the rest to the loop threads.
    private static final int VISITS_MAX = 64;

    private static final ThreadLocal<Driving> CURRENT = ThreadLocal.withInitial(Driving::new);

    private @Nullable Shard[] waiting = new Shard[4];
    private int first;
    private int waitingCount;
    private @Nullable Thread[] threads = new Thread[4];
    private @Nullable Timekeeper[] keepers = new Timekeeper[4];
    private int threadCount;
    private boolean active;
    private final StandBy<Shard> standBy = new StandBy<>();

    private Driving() {}

    /// Of the calling thread.
    public static Driving ofThisThread() {
        return CURRENT.get();
    }

    /// True when the calling thread is driving.
    public boolean isActive() {
        return active;
    }

    /// Enters `shard` and then the shards that become runnable by it. A thread that is already driving only puts
    /// the shard on its queue.
    public void go(Shard shard) {
        later(shard);
        if (!active) {
            goOn();
        }
    }

    /// Where others call this thread to a shard that it drove last, while it looks on: what the stack works with is in
    /// the cache of its core.
    StandBy<Shard> standBy() {
        return standBy;
    }

    /// The thread itself, which stands by and does not drive: ends that, and goes where it was called to.
    void answer() {
        Shard where = standBy.end();
        if (where != null) {
            go(where);
        }
    }

    /// Puts `shard` on the queue of shards to visit, once.
    public void later(Shard shard) {
        for (int i = 0; i < waitingCount; i++) {
            if (waiting[(first + i) & (waiting.length - 1)] == shard) {
                return;
            }
        }
        if (waitingCount == waiting.length) {
            @Nullable Shard[] larger = new Shard[waitingCount * 2];
            for (int i = 0; i < waitingCount; i++) {
                larger[i] = waiting[(first + i) & (waiting.length - 1)];
            }
            waiting = larger;
            first = 0;
        }
        waiting[(first + waitingCount++) & (waiting.length - 1)] = shard;
    }

    /// True when shards wait for a visit.
    public boolean hasMore() {
        return waitingCount > 0;
    }

    /// Visits the shards that wait, and those that they make runnable, up to the bound.
    public void goOn() {
        active = true;
        try {
            for (int visits = 0; waitingCount > 0; visits++) {
                Shard shard = next();
                if (visits < VISITS_MAX) {
                    shard.visit(this);
                } else {
                    shard.wakeLoop();
                }
            }
        } finally {
            active = false;
            wakeAll();
        }
    }

    /// The loop thread: enters and leaves driving around its own turns.
    public void active(boolean active) {
        this.active = active;
    }

    private Shard next() {
        Shard shard = waiting[first];
        waiting[first] = null;
        first = (first + 1) & (waiting.length - 1);
        waitingCount--;
        if (shard == null) {
            throw new AssertionError("an empty place in the run queue");
        }
        return shard;
    }

    /// Wakes `thread`, whose time `keeper` keeps, at the next [#wakeAll], when no shard is owned: it may want the
    /// baton at once.
    void wake(Timekeeper keeper, Thread thread) {
        if (threadCount == threads.length) {
            threads = Arrays.copyOf(threads, threadCount * 2);
            keepers = Arrays.copyOf(keepers, threadCount * 2);
        }
        keepers[threadCount] = keeper;
        threads[threadCount++] = thread;
    }

    /// Wakes the callers gathered so far.
    void wakeAll() {
        for (int i = 0; i < threadCount; i++) {
            Timekeeper keeper = keepers[i];
            Thread thread = threads[i];
            if (keeper != null && thread != null) {
                keeper.unpark(thread);
            }
            keepers[i] = null;
            threads[i] = null;
        }
        threadCount = 0;
    }
}
