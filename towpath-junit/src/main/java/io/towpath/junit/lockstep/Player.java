package io.towpath.junit.lockstep;

import io.towpath.core.Time;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A thread that uses simulated hosts, as the conductor knows it. Its fields are the conductor's, under its
/// lock; what is volatile the thread itself reads as well.
final class Player {
    enum State {
        /// Has the turn.
        RUNS,
        /// Could run.
        WANTS,
        /// Waits for something that the conductor sees: a packet, a moment, another player.
        WAITS,
        /// Does, or waits for, something that the conductor does not see.
        AWAY
    }

    private static final Pattern MACHINERY = Pattern.compile("(java|jdk|sun)\\."
            + "|io\\.towpath\\.(net|core|link|stack|tcp|udp|ip)\\."
            + "|io\\.towpath\\.junit\\.(lockstep\\.|(Network|Task|Threads|LockStepExecutor)(\\$|$))");

    final Thread thread;

    /// True when the conductor started it; false for a thread that somebody else started.
    final boolean own;

    volatile State state;

    /// True from when the thread calls to wait until it goes on: then its thread state says nothing.
    volatile boolean inside;

    /// When it can run again by itself.
    long until = Time.NEVER;

    /// What it waits at, for messages.
    Object at = "";

    /// It was woken before it waited.
    boolean permit;

    /// It was interrupted while it waited; the thread shall see that when it goes on.
    boolean interrupted;

    /// What it is told instead of being left to wait for ever.
    @Nullable
    String stalemate;

    /// Uses of hosts since it was given the turn.
    int uses;

    // What Patience saw, in real time; 0 when it did not.
    long busySince;
    long quietSince;
    long sleepSince;

    @Nullable
    Object quietAt;

    Player(Thread thread, boolean own, State state) {
        this.thread = thread;
        this.own = own;
        this.state = state;
    }

    boolean isReady(long now) {
        return state == State.WANTS || state == State.WAITS && (until <= now || interrupted || thread.isInterrupted());
    }

    /// Begins a new look at a thread that is out of sight.
    void forget() {
        busySince = 0;
        quietSince = 0;
        sleepSince = 0;
        quietAt = null;
    }

    /// One line for people.
    String where() {
        String name = name();
        return switch (state) {
            case RUNS -> name + " runs";
            case WANTS -> name + " could run";
            case WAITS -> name + " waits" + (until == Time.NEVER ? " for ever at " : " at ") + place();
            case AWAY -> name + " is out of sight (" + thread.getState() + ") at " + place();
        };
    }

    String name() {
        return thread.getName().isEmpty() ? "a thread without a name" : "\"" + thread.getName() + "\"";
    }

    /// The frame that says most: the first that is neither the JDK's nor Towpath's.
    String place() {
        StackTraceElement[] frames = thread.getStackTrace();
        for (StackTraceElement frame : frames) {
            if (!MACHINERY.matcher(frame.getClassName()).lookingAt()) {
                return frame.toString();
            }
        }
        String what = at instanceof String text ? text : at.getClass().getSimpleName();
        return !what.isEmpty() ? what : frames.length > 0 ? frames[0].toString() : "its end";
    }
}
