package io.towpath.junit.lockstep;

import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/// How long to wait, in real time, for threads that are out of sight: those that wait for a lock, a future or a
/// real clock, and those that somebody else started. Only a thread's state tells what it does; for a virtual
/// thread that is exact, since its state changes in the very call that wakes it. A platform thread seems to
/// wait until its processor wakes up, so it gets a grace.
///
/// All waits are bounded. The first is told to people, once, for it is where a run may stop repeating itself.
final class Patience {
    /// Grace for threads whose state lags behind.
    private static final long GRACE_NANOS = 500_000;

    /// Between two looks at a thread that runs.
    private static final long LOOK_NANOS = 30_000;

    /// A player may run so long out of sight before the others go on without it.
    private static final long BUSY_NANOS_MAX = 10_000_000_000L;

    /// The same for a thread that never used a host.
    private static final long STRANGER_NANOS_MAX = 200_000_000;

    /// So long may one sleep of a thread hold virtual time to the pace of real time.
    private static final long SLEEP_NANOS_MAX = 1_000_000_000;

    private final Consumer<String> notices;
    private final Set<Thread> known = Collections.newSetFromMap(new IdentityHashMap<>());
    private final IdentityHashMap<Thread, Long> busyStrangers = new IdentityHashMap<>();
    private Thread[] threads = new Thread[64];
    private boolean said;
    private boolean sleeping;

    /// @param notices is told the first wait
    Patience(Consumer<String> notices) {
        this.notices = notices;
        int count = platformThreads();
        known.addAll(Arrays.asList(threads).subList(0, count));
    }

    /// The threads of the conductor itself are nobody's strangers.
    void ignore(Thread thread) {
        known.add(thread);
    }

    private int platformThreads() {
        ThreadGroup root = Thread.currentThread().getThreadGroup();
        for (ThreadGroup above = root.getParent(); above != null; above = root.getParent()) {
            root = above;
        }
        int count = root.enumerate(threads, true);
        while (count == threads.length) {
            threads = new Thread[count * 2];
            count = root.enumerate(threads, true);
        }
        return count;
    }

    /// True when all that are out of sight certainly wait for others.
    static boolean isCertain(List<Player> players) {
        for (int i = 0; i < players.size(); i++) {
            Player player = players.get(i);
            if (player.state == Player.State.AWAY && !waitsForCertain(player)) {
                return false;
            }
        }
        return true;
    }

    private static boolean waitsForCertain(Player player) {
        Thread thread = player.thread;
        if (player.inside || !thread.isVirtual()) {
            return false;
        }
        Thread.State state = thread.getState();
        return state == Thread.State.NEW
                || (state == Thread.State.WAITING || state == Thread.State.TIMED_WAITING)
                        && LockSupport.getBlocker(thread) != null;
    }

    /// True when `player`, who has the turn, waits out of sight and must give it up.
    boolean isBlocked(Player player, long real) {
        if (player.inside) {
            return false;
        }
        Thread.State state = player.thread.getState();
        if (state == Thread.State.RUNNABLE || state == Thread.State.NEW) {
            player.quietSince = 0;
            player.busySince = player.busySince == 0 ? real : player.busySince;
            if (real - player.busySince > BUSY_NANOS_MAX) {
                say(player, "has been running for ten seconds without a call to the network");
                return true;
            }
            return false;
        }
        Object at = LockSupport.getBlocker(player.thread);
        player.quietSince = player.quietSince == 0 || player.quietAt != at ? real : player.quietSince;
        player.quietAt = at;
        // A short wait, for the lock of a logger for instance, is no reason to let another one run.
        boolean certain = waitsForCertain(player);
        if (real - player.quietSince < (certain ? LOOK_NANOS : GRACE_NANOS)) {
            return false;
        }
        say(player, "waits for something that is not the network");
        return true;
    }

    private void say(Player player, String what) {
        if (!said) {
            said = true;
            notices.accept(player.name() + " " + what + ", at " + player.place()
                    + ": it is waited for in real time, within bounds, and runs of one seed may differ");
        }
    }

    /// How long to wait before the others may go on; 0 when they may.
    ///
    /// @param real now, in real time
    /// @param since when the last turn ended, in real time
    long nap(List<Player> players, long real, long since) {
        sleeping = false;
        long nap = 0;
        boolean anyAway = false;
        for (int i = 0; i < players.size(); i++) {
            Player player = players.get(i);
            if (player.state == Player.State.AWAY) {
                anyAway = true;
                nap = Math.max(nap, nap(player, real, since));
            }
        }
        return anyAway ? Math.max(nap, napForStrangers(players, real, since)) : nap;
    }

    private long nap(Player player, long real, long since) {
        if (player.inside) {
            return LOOK_NANOS; // about to say what it wants
        }
        Thread.State state = player.thread.getState();
        if (state == Thread.State.NEW || state == Thread.State.TERMINATED) {
            return 0;
        }
        if (state == Thread.State.RUNNABLE) {
            player.quietSince = 0;
            player.sleepSince = 0;
            player.busySince = player.busySince == 0 ? real : player.busySince;
            if (real - player.busySince < BUSY_NANOS_MAX) {
                return LOOK_NANOS;
            }
            say(player, "has been running for ten seconds without a call to the network");
            return 0;
        }
        player.busySince = 0;
        player.quietSince = player.quietSince == 0 ? real : player.quietSince;
        if (state == Thread.State.TIMED_WAITING && LockSupport.getBlocker(player.thread) == null) {
            player.sleepSince = player.sleepSince == 0 ? real : player.sleepSince;
            sleeping |= real - player.sleepSince < SLEEP_NANOS_MAX;
        }
        long grace = waitsForCertain(player) ? 0 : GRACE_NANOS;
        return Math.max(0, grace - (real - Math.max(player.quietSince, since)));
    }

    /// Threads that came after the network did, and are none of its players yet: those of an HTTP client for
    /// instance.
    private long napForStrangers(List<Player> players, long real, long since) {
        int count = platformThreads();
        boolean any = false;
        long nap = 0;
        for (int i = 0; i < count; i++) {
            Thread thread = threads[i];
            if (known.contains(thread) || isPlayer(players, thread) || carries(thread)) {
                continue;
            }
            any = true;
            if (thread.getState() != Thread.State.RUNNABLE) {
                busyStrangers.remove(thread);
            } else if (real - busyStrangers.computeIfAbsent(thread, first -> real) < STRANGER_NANOS_MAX) {
                nap = LOOK_NANOS;
            }
        }
        Arrays.fill(threads, 0, count, null);
        return any ? Math.max(nap, GRACE_NANOS - (real - since)) : nap;
    }

    private static boolean isPlayer(List<Player> players, Thread thread) {
        for (int i = 0; i < players.size(); i++) {
            if (players.get(i).thread == thread) {
                return true;
            }
        }
        return false;
    }

    /// The JDK's own, which run virtual threads.
    private static boolean carries(Thread thread) {
        ThreadGroup group = thread.getThreadGroup();
        String name = thread.getName();
        return name.startsWith("VirtualThread-")
                || name.startsWith("ForkJoinPool-1-worker")
                || group != null && group.getName().equals("CarrierThreads");
    }

    /// True when, at the last [#nap], somebody slept by the real clock: virtual time may not overtake it.
    boolean isSleeping() {
        return sleeping;
    }
}
