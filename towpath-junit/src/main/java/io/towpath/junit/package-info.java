/// Tests on simulated networks. Hosts of a [Network][io.towpath.junit.Network] are those of
/// [io.towpath.net.Host]; ordinary blocking code uses them, on ordinary threads, while time is virtual: it
/// stands still while somebody computes and jumps while everybody waits. The same seed gives the same run.
///
/// Start with [TowpathTest][io.towpath.junit.TowpathTest], or without JUnit with
/// [Network#simulate][io.towpath.junit.Network#simulate(long)]; then [Wire][io.towpath.junit.Wire] for what can
/// go wrong and [Traffic][io.towpath.junit.Traffic] for what must have happened on the wire.
@NullMarked
package io.towpath.junit;

import org.jspecify.annotations.NullMarked;
