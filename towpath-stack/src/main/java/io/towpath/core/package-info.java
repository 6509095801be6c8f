/// The vocabulary that every engine shares: packets and their pool, batches, deadlines, rings, an index by hash,
/// chance, events, counters and the ports between layers ([Transport], [Network], [Machine]).
///
/// Nothing here does I/O, reads a clock or starts a thread. Time is a `long now` in nanoseconds handed in by the
/// driver, `0 <= now < 2^62`; chance comes from a seeded [Entropy]. Unless a type says otherwise it belongs to one
/// owner at a time: the thread that drives the stack.
///
/// Start reading at [Machine], then [Packet], then [Transport].
@NullMarked
package io.towpath.core;

import org.jspecify.annotations.NullMarked;
