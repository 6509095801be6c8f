package io.towpath.core;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The timers of one connection: a moment for each constant of an enum, [Time#NEVER] while it is stopped. Setting one
/// costs a store; nothing is allocated after the first, unless [#trim] gave it back. Single owner.
///
/// @param <E> the enum that names the timers
public final class Timers<E extends Enum<E>> {
    private static final long[] NONE = {};

    private final E[] names;
    private long[] moments = NONE;
    private boolean changed;

    /// All timers stopped.
    ///
    /// @param names all constants of the enum in their order (`E.values()`, kept in a constant so that connections
    ///     share it). The array is kept, not copied, and must not be changed.
    public Timers(E[] names) {
        this.names = names;
        assert inOrder(names);
    }

    /// Sets `timer` to fire at the moment `at`; [Time#NEVER] stops it.
    public void set(E timer, long at) {
        if (moments.length == 0) {
            if (at == Time.NEVER) {
                return;
            }
            moments = new long[names.length];
            Arrays.fill(moments, Time.NEVER);
        }
        moments[timer.ordinal()] = at;
        changed = true;
    }

    /// Stops `timer`.
    public void stop(E timer) {
        if (moments.length > 0) {
            moments[timer.ordinal()] = Time.NEVER;
            changed = true;
        }
    }

    /// True when a timer was set or stopped since this was asked last: only then can [#earliest] be another.
    public boolean takeChanged() {
        boolean was = changed;
        changed = false;
        return was;
    }

    /// Stops all timers.
    public void stopAll() {
        changed = true;
        Arrays.fill(moments, Time.NEVER);
    }

    /// True while `timer` runs (or is due and was not stopped or set again).
    public boolean isSet(E timer) {
        return at(timer) != Time.NEVER;
    }

    /// When `timer` fires; [Time#NEVER] when it is stopped.
    public long at(E timer) {
        return moments.length == 0 ? Time.NEVER : moments[timer.ordinal()];
    }

    /// When the first timer fires; [Time#NEVER] when all are stopped.
    public long earliest() {
        long earliest = Time.NEVER;
        for (long moment : moments) {
            earliest = Math.min(earliest, moment);
        }
        return earliest;
    }

    /// The timer that should fire first among those whose moment has come (`at(timer) <= now`), or null. Of equal
    /// moments the one that the enum names first. It stays set: the caller stops it or sets it anew.
    public @Nullable E due(long now) {
        int first = -1;
        for (int i = 0; i < moments.length; i++) {
            if (moments[i] <= now && (first < 0 || moments[i] < moments[first])) {
                first = i;
            }
        }
        return first < 0 ? null : names[first];
    }

    /// Gives the memory of the moments back while all are stopped.
    public void trim() {
        if (earliest() == Time.NEVER) {
            moments = NONE;
        }
    }

    private static boolean inOrder(Enum<?>[] names) {
        for (int i = 0; i < names.length; i++) {
            if (names[i].ordinal() != i) {
                return false;
            }
        }
        return true;
    }

    @Override
    public String toString() {
        var text = new StringBuilder("{");
        for (int i = 0; i < moments.length; i++) {
            if (moments[i] != Time.NEVER) {
                text.append(text.length() == 1 ? "" : " ")
                        .append(names[i])
                        .append('=')
                        .append(moments[i]);
            }
        }
        return text.append('}').toString();
    }
}
