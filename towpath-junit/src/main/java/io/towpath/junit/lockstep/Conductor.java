package io.towpath.junit.lockstep;

import io.towpath.core.Entropy;
import io.towpath.core.Time;
import io.towpath.link.IoDriver;
import io.towpath.net.time.Driven;
import io.towpath.net.time.Timekeeper;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Gives the turn to one thread at a time, and makes the clock jump when none can run.
///
/// A thread that waits for the network, for a moment or for another player gives up its turn here and conducts:
/// it does what is due at this moment (scripted actions, hosts), draws who runs next among those who can, and
/// when there is nobody goes on to the next moment. So one thread that waits for a packet drives the hosts by
/// itself until the packet is there, without any change of threads.
///
/// Conducting goes on under one lock; players run without it. A thread of the conductor's own looks, in real
/// time, at players that wait where nobody sees them, and conducts when they are out of sight: see [Patience].
public final class Conductor implements Timekeeper, AutoCloseable {
    /// Calls of one thread in one turn, none of which waits: then it is made to wait a little, since it may be
    /// asking again and again for something that takes time.
    private static final int USES_MAX = 2_000;

    private static final long PAUSE_NANOS = Time.MILLISECOND;

    /// Rounds at one moment before the hosts are said to spin.
    private static final int ROUNDS_MAX = 200_000;

    /// So long, in real time, nothing may happen while somebody is out of sight.
    private static final long IDLE_NANOS_MAX = 10_000_000_000L;

    /// The same when all who are out of sight certainly wait for others.
    private static final long IDLE_NANOS_CERTAIN = 2_000_000_000L;

    private static final long WATCH_NANOS = 50_000;
    private static final long IDLE_NAP_NANOS = 500_000;

    private final ReentrantLock lock = new ReentrantLock();
    private final Clockwork clockwork = new Clockwork();
    private final Entropy chance;
    private final Patience patience;
    private final Function<String, ? extends RuntimeException> stalemates;
    private final Thread watch;

    // Looked up, never walked through: who runs next does not depend on it.
    private final ConcurrentHashMap<Thread, Player> byThread = new ConcurrentHashMap<>();
    private final List<Player> players = new ArrayList<>();
    private final List<Player> ready = new ArrayList<>();
    private Player first;
    private @Nullable Player turn;
    private boolean conducting;
    private int rounds;
    private long limit;
    private volatile @Nullable String stalemate;

    /// Who lets [#first] lead, null when nobody does.
    private @Nullable Player follower;
    private volatile boolean over;

    // In real time.
    private long turnEndedAt;
    private long idleSince;
    private long paceRealAt;
    private long paceAt;

    /// A conductor whose first player is the calling thread, which has the turn.
    ///
    /// @param chance who runs next
    /// @param limit the moment, in virtual time, at which it is over
    /// @param stalemates what the first player is thrown when nothing will happen any more; is given who waits
    ///     where
    /// @param notices told when a thread waits out of sight, once
    public Conductor(
            Entropy chance,
            long limit,
            Function<String, ? extends RuntimeException> stalemates,
            Consumer<String> notices) {
        this.chance = chance;
        this.limit = limit;
        this.stalemates = stalemates;
        patience = new Patience(notices);
        first = new Player(Thread.currentThread(), true, Player.State.RUNS);
        players.add(first);
        byThread.put(first.thread, first);
        turn = first;
        watch = Thread.ofPlatform().name("towpath-conductor").daemon(true).unstarted(this::watch);
        patience.ignore(watch);
        watch.start();
    }

    // ---- what players call ----------------------------------------------------------------------------------------

    @Override
    public long now() {
        return clockwork.now();
    }

    @Override
    public void enter() {
        if (lock.isHeldByCurrentThread()) {
            return; // a scripted action: it has the world for itself
        }
        Player me = me();
        if (me.state != Player.State.RUNS) {
            come(me);
        } else if (++me.uses > USES_MAX && !over) {
            park("many calls without waiting", now() + PAUSE_NANOS);
        }
    }

    private Player me() {
        return player(Thread.currentThread());
    }

    private Player player(Thread thread) {
        Player known = byThread.get(thread);
        return known != null ? known : adopt(thread);
    }

    /// A thread that somebody else started uses a host.
    private Player adopt(Thread thread) {
        lock.lock();
        try {
            return byThread.computeIfAbsent(thread, newcomer -> {
                Player player = new Player(newcomer, false, Player.State.AWAY);
                players.add(player);
                return player;
            });
        } finally {
            lock.unlock();
        }
    }

    /// Waits for the turn.
    private void come(Player me) {
        me.inside = true;
        lock.lock();
        try {
            if (over) {
                me.state = Player.State.RUNS;
            } else if (me.state != Player.State.RUNS) { // it may have been given the turn before it came here
                me.state = Player.State.WANTS;
            }
            goOn();
        } finally {
            lock.unlock();
        }
        awaitTurn(me);
    }

    @Override
    public void park(Object at, long deadline) {
        if (lock.isHeldByCurrentThread()) {
            throw new IllegalStateException("a scripted action must not wait: start a thread that does");
        }
        Player me = me();
        if (over) {
            LockSupport.parkNanos(at, PAUSE_NANOS);
            return;
        }
        me.inside = true;
        lock.lock();
        try {
            me.at = at;
            me.until = deadline;
            me.state = over ? Player.State.RUNS : me.permit ? Player.State.WANTS : Player.State.WAITS;
            endTurn(me);
            goOn();
        } finally {
            lock.unlock();
        }
        awaitTurn(me);
        String end = me.stalemate;
        if (end != null) {
            me.stalemate = null;
            throw stalemates.apply(end); // made here, so that its stack tells where the caller waits
        }
    }

    private void awaitTurn(Player me) {
        while (me.state != Player.State.RUNS) {
            LockSupport.park(this);
            if (me.state != Player.State.RUNS && me.thread.isInterrupted()) {
                noteInterrupt(me);
            }
        }
        me.inside = false;
        if (me.interrupted) {
            me.interrupted = false;
            me.thread.interrupt();
        }
    }

    /// Takes note before the status is cleared, so that at every moment one of the two says it.
    private void noteInterrupt(Player me) {
        lock.lock();
        try {
            me.interrupted = true;
            boolean ignored = Thread.interrupted();
            goOn();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void unpark(Thread thread) {
        Player player = player(thread);
        lock.lock();
        try {
            if (player.state == Player.State.WAITS) {
                player.state = Player.State.WANTS;
                goOn();
            } else {
                player.permit = true;
            }
        } finally {
            lock.unlock();
        }
    }

    /// Waits until `moment`.
    ///
    /// @throws InterruptedException when the caller was interrupted meanwhile
    public void sleepUntil(long moment) throws InterruptedException {
        do {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            park("sleep", moment);
        } while (now() < moment && !over);
    }

    @Override
    public IoDriver drive(Driven host) {
        lock.lock();
        try {
            return clockwork.add(host);
        } finally {
            lock.unlock();
        }
    }

    /// Runs `action` at the moment `at`, while no player runs. It must not wait.
    public void at(long at, Runnable action) {
        lock.lock();
        try {
            clockwork.at(at, action);
            goOn();
        } finally {
            lock.unlock();
        }
    }

    // ---- threads --------------------------------------------------------------------------------------------------

    /// Makes `thread` the one that is told of a stalemate, in place of the first player. A caller that lets another
    /// lead has nothing to do but wait for it, so a stalemate does not name it.
    public void lead(Thread thread) {
        Player player = player(thread);
        Player caller = player(Thread.currentThread());
        lock.lock();
        try {
            first = player;
            follower = caller == player ? null : caller;
        } finally {
            lock.unlock();
        }
    }

    /// A virtual thread that takes part from when it is started.
    public Thread thread(String name, Runnable body) {
        Thread thread = Thread.ofVirtual().name(name).unstarted(() -> {
            Player me = me();
            come(me);
            try {
                body.run();
            } finally {
                leave(me);
            }
        });
        lock.lock();
        try {
            Player player = new Player(thread, true, Player.State.AWAY);
            players.add(player);
            byThread.put(thread, player);
        } finally {
            lock.unlock();
        }
        return thread;
    }

    /// Starts what [#thread] made; it runs when the draw says so.
    public void start(Thread thread) {
        Player player = player(thread);
        lock.lock();
        try {
            player.inside = true;
            player.state = Player.State.WANTS;
        } finally {
            lock.unlock();
        }
        thread.start();
    }

    private void leave(Player me) {
        lock.lock();
        try {
            remove(me);
            endTurn(me);
            goOn();
        } finally {
            lock.unlock();
        }
    }

    private void remove(Player player) {
        players.remove(player);
        byThread.remove(player.thread);
    }

    /// Threads it started that have not ended, but for the first player.
    public List<Thread> running() {
        lock.lock();
        try {
            List<Thread> running = new ArrayList<>();
            for (Player player : players) {
                boolean begun = player.thread.isAlive();
                if (player.own && player != first && begun) {
                    running.add(player.thread);
                }
            }
            return running;
        } finally {
            lock.unlock();
        }
    }

    /// One line for each player but the one who asks.
    public List<String> whoWaits() {
        lock.lock();
        try {
            return players.stream()
                    .filter(player -> player.thread != Thread.currentThread())
                    .map(Player::where)
                    .toList();
        } finally {
            lock.unlock();
        }
    }

    // ---- conducting: under the lock -------------------------------------------------------------------------------

    private void endTurn(Player player) {
        if (turn == player) {
            turn = null;
            turnEndedAt = System.nanoTime();
        }
    }

    /// Something changed: conducts, unless somebody has the turn, or must be waited for in real time.
    private void goOn() {
        if (turn != null || conducting || over) {
            return;
        }
        if (Patience.isCertain(players)) {
            conduct(Time.NEVER);
        } else {
            LockSupport.unpark(watch);
        }
    }

    /// Gives the turn to somebody, going on to later moments if need be.
    ///
    /// @param last the clock stays before or at this moment
    private void conduct(long last) {
        conducting = true;
        try {
            while (turn == null && !over) {
                if (clockwork.turn()) {
                    if (++rounds > ROUNDS_MAX) {
                        rounds = 0;
                        end("the hosts have no end of work at one moment: " + clockwork.whoIsDue());
                    }
                    continue;
                }
                Player next = draw();
                if (next != null) {
                    give(next);
                } else if (!advance(last)) {
                    return;
                }
            }
        } finally {
            conducting = false;
        }
    }

    private @Nullable Player draw() {
        long now = clockwork.now();
        ready.clear();
        for (int i = 0; i < players.size(); i++) {
            Player player = players.get(i);
            if (player.isReady(now)) {
                ready.add(player);
            }
        }
        return switch (ready.size()) {
            case 0 -> null;
            case 1 -> ready.getFirst();
            default -> ready.get(chance.nextInt(ready.size()));
        };
    }

    private void give(Player player) {
        turn = player;
        idleSince = 0;
        player.permit = false;
        player.until = Time.NEVER;
        player.uses = 0;
        player.forget();
        player.state = Player.State.RUNS;
        if (player.thread != Thread.currentThread()) {
            LockSupport.unpark(player.thread);
        }
    }

    /// The clock jumps. False when it may not, or when nothing will ever happen.
    private boolean advance(long last) {
        rounds = 0;
        long earliest = clockwork.earliest();
        boolean anyAway = false;
        for (int i = 0; i < players.size(); i++) {
            Player player = players.get(i);
            earliest = Math.min(earliest, player.state == Player.State.WAITS ? player.until : Time.NEVER);
            anyAway |= player.state == Player.State.AWAY && player.thread.getState() != Thread.State.NEW;
        }
        if (earliest > last) {
            clockwork.advance(last);
            return false;
        }
        if (earliest == Time.NEVER) {
            return !anyAway && end("nothing will ever happen any more");
        }
        if (earliest > limit) {
            String what = "the simulated time is over its limit of " + limit / Time.SECOND + " s";
            limit = Time.NEVER;
            return end(what);
        }
        clockwork.advance(earliest);
        return true;
    }

    /// Tells the first player that it would wait for ever.
    ///
    /// @return true when it can run now
    private boolean end(String what) {
        if (stalemate == null) {
            StringBuilder text = new StringBuilder(what);
            for (Player player : players) {
                if (player == follower) {
                    continue;
                }
                text.append(System.lineSeparator()).append("    ").append(player.where());
            }
            stalemate = text.toString();
        }
        if (first.state == Player.State.WAITS) {
            first.stalemate = stalemate;
            first.state = Player.State.WANTS;
            return true;
        }
        if (first.state == Player.State.AWAY) {
            first.thread.interrupt();
        }
        return false;
    }

    /// What it said when nothing would ever happen any more; null when that was never so.
    public @Nullable String stalemate() {
        return stalemate;
    }

    // ---- the conductor's own thread, in real time -----------------------------------------------------------------

    private void watch() {
        while (!over) {
            long nap;
            lock.lock();
            try {
                nap = over ? 0 : look(System.nanoTime());
            } finally {
                lock.unlock();
            }
            LockSupport.parkNanos(this, Math.max(nap, 1));
        }
    }

    /// Looks at the player whose turn it is, or at those out of sight.
    ///
    /// @return how long to sleep
    private long look(long real) {
        Player player = turn;
        if (player != null) {
            if (!player.thread.isAlive()) {
                remove(player);
            } else if (!lock.hasQueuedThread(player.thread) && patience.isBlocked(player, real)) {
                player.state = Player.State.AWAY;
                player.forget();
            } else {
                return WATCH_NANOS;
            }
            endTurn(player);
        }
        players.removeIf(gone -> {
            boolean dead = gone.thread.getState() == Thread.State.TERMINATED;
            if (dead) {
                byThread.remove(gone.thread);
            }
            return dead;
        });
        long nap = patience.nap(players, real, turnEndedAt);
        if (nap > 0) {
            return nap;
        }
        conduct(patience.isSleeping() ? pace(real) : unpaced());
        return turn != null ? WATCH_NANOS : idle(real);
    }

    private long unpaced() {
        paceRealAt = 0;
        return Time.NEVER;
    }

    /// How far virtual time may go while somebody sleeps by the real clock: as far as that goes.
    private long pace(long real) {
        if (paceRealAt == 0) {
            paceRealAt = real;
            paceAt = clockwork.now();
        }
        return paceAt + (real - paceRealAt);
    }

    private long idle(long real) {
        if (patience.isSleeping()) {
            return WATCH_NANOS;
        }
        idleSince = idleSince == 0 ? real : idleSince;
        if (real - idleSince > (Patience.isCertain(players) ? IDLE_NANOS_CERTAIN : IDLE_NANOS_MAX)) {
            idleSince = real;
            boolean ignored = end("nothing happens on the network, and nobody who is out of sight comes back");
        }
        return IDLE_NAP_NANOS;
    }

    // ---- the end --------------------------------------------------------------------------------------------------

    /// Lets everybody go, out of step and in real time.
    @Override
    public void close() {
        lock.lock();
        try {
            over = true;
            turn = null;
            for (Player player : players) {
                player.state = Player.State.RUNS;
                LockSupport.unpark(player.thread);
            }
            players.clear();
        } finally {
            lock.unlock();
        }
        LockSupport.unpark(watch);
    }

    /// True after [#close].
    public boolean isOver() {
        return over;
    }
}
