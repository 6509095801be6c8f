/// A network in one process and in virtual time: real stacks, impaired wires, scripted users, and checkers that look at
/// every packet and every byte.
///
/// - [io.towpath.sim.World] holds the clock, [io.towpath.sim.SimHost]s and [io.towpath.sim.Wire]s, and runs them. It
///   never sleeps: it goes from one deadline to the next. Everything follows from one seed.
/// - Workloads live on hosts: [io.towpath.sim.Talk] is one side of a TCP connection with a [io.towpath.sim.TalkPlan],
///   [io.towpath.sim.Transfer] a bulk transfer made of two, [io.towpath.sim.UdpExchange] and [io.towpath.sim.Pings]
///   what their names say.
/// - Checkers: [io.towpath.sim.ByteOracle] (every delivered byte is right), [io.towpath.sim.WireLint] (every packet
/// sent
///   is legal), [io.towpath.sim.Transitions] (only legal changes of state), [io.towpath.sim.Ledger] (no packet is lost
///   without a reason), [io.towpath.sim.RunHash] (two runs of one seed are the same run).
/// - [io.towpath.sim.Scenario] draws a whole run from a seed, [io.towpath.sim.Swarm] plays it: a phase with faults in
///   which nothing wrong may happen, then a healed one in which everything must end. [io.towpath.sim.SimRunner] runs
///   many.
///
/// One world belongs to one thread. Nothing here reads a clock.
@NullMarked
package io.towpath.sim;

import org.jspecify.annotations.NullMarked;
