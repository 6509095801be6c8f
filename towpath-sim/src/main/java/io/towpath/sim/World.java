package io.towpath.sim;

import io.towpath.core.Context;
import io.towpath.core.Entropy;
import io.towpath.core.Event;
import io.towpath.core.Offloads;
import io.towpath.core.Packet;
import io.towpath.core.Time;
import io.towpath.link.Impairments;
import io.towpath.link.MemoryLink;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.BooleanSupplier;

/// A network in virtual time. Time begins at 0 and goes from one deadline to the next; nothing sleeps. All chance comes
/// from the seed: the same seed and the same calls give the same run.
///
/// ```java
/// var world = new World(7);
/// var client = world.host("client").address("10.0.0.1/24");
/// var server = world.host("server").address("10.0.0.2/24");
/// world.connect(client, server, Impairments.NONE.withLoss(0.05).withDelay(20 * Time.MILLISECOND));
/// var transfer = Transfer.of(client, server, 1_000_000).start();
/// world.runUntil(transfer::isDone, 600 * Time.SECOND);
/// ```
///
/// Every packet, state and byte is checked while it runs; what a checker finds ends the run as a [SimFailure]. Single
/// owner.
public final class World {
    /// A reader of what happens on all hosts.
    @FunctionalInterface
    public interface Watcher {
        /// `event` happened on `host`. Runs inside its stack: must not call back into it.
        void on(SimHost host, Event event);
    }

    /// Turns at one instant before the world is said to spin.
    private static final int ROUNDS_MAX = 200_000;

    /// Turns in which nothing happens although somebody's deadline has come.
    private static final int IDLE_ROUNDS_MAX = 3;

    private static final int DEFAULT_MTU = 1500;
    private static final int WIRE_CAPACITY = 1024;

    private record Scripted(long at, long order, String what, Runnable action) implements Comparable<Scripted> {
        @Override
        public int compareTo(Scripted other) {
            int byTime = Long.compare(at, other.at);
            return byTime != 0 ? byTime : Long.compare(order, other.order);
        }
    }

    private record Subscription(Watcher watcher, Event.Kind[] kinds) {}

    private final long seed;
    private final Entropy entropy;
    private final Findings findings = new Findings();
    private final List<SimHost> hosts = new ArrayList<>();
    private final List<Wire> wires = new ArrayList<>();
    private final List<Subscription> subscriptions = new ArrayList<>();
    private final PriorityQueue<Scripted> script = new PriorityQueue<>();
    private final RunHash hash = new RunHash();
    private long now;
    private long scripted;
    private long steps;
    private int rounds;
    private int idleRounds;

    /// An empty world.
    public World(long seed) {
        this.seed = seed;
        entropy = Entropy.seeded(seed);
    }

    // ------------------------------------------------------------------------------------------- building it

    /// The host of this name; makes it when there is none yet.
    public SimHost host(String name) {
        for (SimHost host : hosts) {
            if (host.name().equals(name)) {
                return host;
            }
        }
        var host = new SimHost(this, hosts.size(), name);
        hosts.add(host);
        return host;
    }

    /// Connects two hosts by a wire of MTU 1500 without offloads, alike in both directions.
    public Wire connect(SimHost a, SimHost b, Impairments impairments) {
        return connect(a, b, DEFAULT_MTU, Offloads.NONE, impairments);
    }

    /// Connects two hosts by a wire, alike in both directions. The addresses that were named for each host since it was
    /// last connected belong to its interface here.
    ///
    /// @param mtu largest IP packet in bytes
    /// @param offloads what the wire does for the stacks
    public Wire connect(SimHost a, SimHost b, int mtu, Offloads offloads, Impairments impairments) {
        String name = a.name() + "-" + b.name() + (wires.isEmpty() ? "" : "-" + wires.size());
        var pair = MemoryLink.pair(name, mtu, offloads, WIRE_CAPACITY);
        var endA = new Wire.End(a, "eth" + a.ports().size(), a.takeAddresses());
        var endB = new Wire.End(b, "eth" + b.ports().size(), b.takeAddresses());
        var wire = new Wire(this, name, endA, endB, pair, impairments);
        a.add(wire.a());
        b.add(wire.b());
        wires.add(wire);
        return wire;
    }

    /// Runs `action` at the moment `at`: a fault, or a user who appears.
    ///
    /// @param what one line for people
    public void at(long at, String what, Runnable action) {
        script.add(new Scripted(Math.max(at, now), scripted++, what, action));
    }

    /// Shows events of the given kinds (all when none is named) from all hosts, in the order in which they happen.
    public void watch(Watcher watcher, Event.Kind... kinds) {
        var subscription = new Subscription(watcher, kinds.clone());
        subscriptions.add(subscription);
        for (SimHost host : hosts) {
            subscribe(host, host.context(), subscription);
        }
    }

    /// Takes every event into [#hash], not only packets. Before the first host is made.
    public void hashEvents() {
        watch((host, event) -> hash.add(host.index(), event));
    }

    void subscribe(SimHost host, Context context) {
        for (Subscription subscription : subscriptions) {
            subscribe(host, context, subscription);
        }
    }

    private static void subscribe(SimHost host, Context context, Subscription subscription) {
        context.events().add(event -> subscription.watcher().on(host, event), subscription.kinds());
    }

    // ------------------------------------------------------------------------------------------- running it

    /// Runs until `until`, or until nothing can happen any more; the world's time is `until` then.
    ///
    /// @throws SimFailure when a checker found something
    public void run(long until) {
        while (true) {
            settle();
            long next = earliest();
            if (next > until) {
                now = Math.max(now, until);
                return;
            }
            now = Math.max(now, next);
        }
    }

    /// Runs until `done` holds.
    ///
    /// @param limit moment at which it stops waiting
    /// @return true when `done` holds
    /// @throws SimFailure when a checker found something
    public boolean runUntil(BooleanSupplier done, long limit) {
        while (true) {
            settle();
            if (done.getAsBoolean()) {
                return true;
            }
            long next = earliest();
            if (next > limit) {
                now = Math.max(now, Math.min(limit, Time.NEVER - 1));
                return false;
            }
            now = Math.max(now, next);
        }
    }

    /// Does everything that can be done at this moment, then goes to the next one.
    ///
    /// @return false when nothing is left to happen
    /// @throws SimFailure when a checker found something
    public boolean step() {
        settle();
        long next = earliest();
        if (next == Time.NEVER) {
            return false;
        }
        now = Math.max(now, next);
        return true;
    }

    /// Turns without advancing time until nobody has anything to do.
    private void settle() {
        rounds = 0;
        idleRounds = 0;
        while (true) {
            boolean busy = runScript();
            for (int i = 0; i < hosts.size(); i++) {
                busy |= hosts.get(i).turn(now);
            }
            steps++;
            judge();
            if (!busy && earliest() > now) {
                return;
            }
            idleRounds = busy ? 0 : idleRounds + 1;
            if (++rounds > ROUNDS_MAX || idleRounds > IDLE_ROUNDS_MAX) {
                spin();
            }
        }
    }

    private void spin() {
        var who = new StringBuilder();
        for (SimHost host : hosts) {
            who.append(host.whoIsDue(now));
        }
        String what = idleRounds > IDLE_ROUNDS_MAX
                ? "asked to be called now, but does nothing: "
                : rounds + " turns without an end at one moment; due: ";
        findings.add(now, "world", what + who);
        judge();
    }

    private void judge() {
        if (!findings.isEmpty()) {
            throw new SimFailure(seed, findings.kept());
        }
    }

    private boolean runScript() {
        boolean any = false;
        for (Scripted first = script.peek(); first != null && first.at() <= now; first = script.peek()) {
            script.remove();
            hash.add(first.what());
            first.action().run();
            any = true;
        }
        return any;
    }

    private long earliest() {
        Scripted first = script.peek();
        long earliest = first == null ? Time.NEVER : first.at();
        for (int i = 0; i < hosts.size(); i++) {
            earliest = Math.min(earliest, hosts.get(i).deadline());
        }
        return earliest;
    }

    void passed(Port at, long when, boolean outbound, byte[] b, int from, int end, Packet meta) {
        hash.add((long) at.host.index() << 1 | (outbound ? 1 : 0));
        hash.add(when);
        hash.add(b, from, end);
        if (outbound) {
            at.host.lint().out(when, b, from, end, meta.segmentBytes, at.mtu());
        } else {
            at.host.lint().in(when, b, from, end);
        }
    }

    // ------------------------------------------------------------------------------------------- what it has

    /// The seed from which everything follows.
    public long seed() {
        return seed;
    }

    /// The present moment, nanoseconds since the world began.
    public long now() {
        return now;
    }

    /// Its chance; split it by a name of your own.
    public Entropy entropy() {
        return entropy;
    }

    /// What checkers found.
    public Findings findings() {
        return findings;
    }

    /// Its hosts, in the order in which they were made.
    public List<SimHost> hosts() {
        return List.copyOf(hosts);
    }

    /// Its wires, in the order in which they were made.
    public List<Wire> wires() {
        return List.copyOf(wires);
    }

    /// Fingerprint of the run so far: every packet on every wire, and every event if [#hashEvents] was called.
    public long hash() {
        return hash.value();
    }

    /// Turns taken so far.
    public long steps() {
        return steps;
    }
}
