/// Ordinary threads in virtual time, one at a time.
///
/// A [Conductor][io.towpath.junit.lockstep.Conductor] is the timekeeper of simulated hosts. A thread that uses
/// them is a player: it runs while it has the turn and gives it up when it waits. When nobody can run the clock
/// jumps to the next moment at which something happens; a [Clockwork][io.towpath.junit.lockstep.Clockwork]
/// knows which. Threads that wait for something else, where the conductor cannot see them, are a matter of
/// [Patience][io.towpath.junit.lockstep.Patience].
@NullMarked
package io.towpath.junit.lockstep;

import org.jspecify.annotations.NullMarked;
