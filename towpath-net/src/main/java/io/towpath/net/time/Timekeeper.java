package io.towpath.net.time;

import io.towpath.link.IoDriver;
import org.jspecify.annotations.Nullable;

/// Keeps time for hosts: says when it is, lets callers of their sockets wait, and may drive the hosts.
///
/// Hosts that can reach each other must have the same timekeeper. All methods may be called from any thread.
public interface Timekeeper {
    /// Real time: callers park, and every host has a thread of its own.
    static Timekeeper live() {
        return LiveTime.INSTANCE;
    }

    /// The present moment in nanoseconds since some origin, 0 or more, never going back.
    long now();

    /// A thread begins to use a host. May wait for the thread's turn; never for the network. Not interruptible.
    void enter();

    /// The caller waits for [#unpark], for an interrupt, or until `deadline`. A wake-up that came before makes it
    /// return at once; it may also return for no reason.
    ///
    /// @param at what it waits at, for people who look at the thread
    /// @param deadline a moment as [#now] counts, [io.towpath.core.Time#NEVER] for no limit
    void park(Object at, long deadline);

    /// Ends the [#park] of `thread`, or its next one. Never blocks.
    void unpark(Thread thread);

    /// True when a caller may look again for a moment before it waits, since others run meanwhile.
    default boolean spins() {
        return false;
    }

    /// A host comes up.
    ///
    /// @return what the host calls when it has something to do ([IoDriver#wake]) and when it is gone
    ///     ([IoDriver#close]); nobody awaits it. Null when the host shall be driven by a thread of its own
    @Nullable
    IoDriver drive(Driven host);
}
