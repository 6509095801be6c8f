package io.towpath.sim;

import io.towpath.core.Counter;
import io.towpath.core.Counters;
import io.towpath.core.Drop;
import io.towpath.link.ImpairmentStats;
import io.towpath.nat.Nat;
import io.towpath.tcp.SocketPair;
import java.util.ArrayList;
import java.util.List;

/// Counts packets: what went in must have come out, or been dropped for a named reason, or be held somewhere. Holds at
/// every moment at which the world has settled.
public final class Ledger {
    /// Why the Internet layer drops a whole packet that came from a link.
    private static final List<Drop> INPUT_DROPS = List.of(
            Drop.TRUNCATED,
            Drop.UNKNOWN_ETHERTYPE,
            Drop.BAD_IP_HEADER,
            Drop.BAD_IP_CHECKSUM,
            Drop.BAD_IP_OPTIONS,
            Drop.MARTIAN_SOURCE,
            Drop.MARTIAN_DESTINATION,
            Drop.NOT_FOR_US,
            Drop.UNKNOWN_PROTOCOL,
            Drop.FILTERED);

    private Ledger() {}

    /// Checks the books of every wire and every host, and complains to the world's findings.
    public static void check(World world) {
        for (Wire wire : world.wires()) {
            long off = wireBalance(wire);
            if (off != 0) {
                complain(
                        world,
                        "wire " + wire + ": " + off + " packets more went in than came out, were dropped or are"
                                + " held");
            }
        }
        for (SimHost host : world.hosts()) {
            checkPool(world, host);
            checkInput(world, host);
            checkDelivery(world, host);
        }
    }

    private static void complain(World world, String what) {
        world.findings().add(world.now(), "ledger", what);
    }

    /// Packets that went into the wire at either end, less all that are accounted for: 0 when the books are right.
    static long wireBalance(Wire wire) {
        return sent(wire.a()) + sent(wire.b()) - wire.a().packetsIn() - wire.b().packetsIn() - wire.held();
    }

    private static long sent(Port port) {
        ImpairmentStats stats = port.impairment.stats();
        long waiting = port.iface().outbox().size(); // shown to taps already, but not taken by the wire
        return port.packetsOut() - waiting + stats.cut() + stats.duplicated() - port.link.drops();
    }

    /// Packets on the books of the host's pool are in its stack or on its side of its wires.
    private static void checkPool(World world, SimHost host) {
        Nat nat = host.stack().nat();
        long held = host.stack().ip().packetsHeld();
        if (nat != null) {
            held += nat.packetsHeld();
        }
        for (Port port : host.ports()) {
            held += port.impairment.stats().held();
        }
        long outstanding = host.context().pool().outstanding();
        // After a reboot, packets of the old pool may still be on the wire.
        if (host.isRebooted() ? outstanding > held : outstanding != held) {
            complain(
                    world,
                    host.name() + ": the pool has " + outstanding + " packets out, but stack and wires hold " + held);
        }
    }

    /// Every packet that a link brought was counted by the Internet layer.
    private static void checkInput(World world, SimHost host) {
        long arrived = 0;
        for (Port port : host.ports()) {
            arrived += port.packetsInSinceBoot();
        }
        long counted = host.context().counters().get(Counter.IP_IN);
        if (counted != arrived) {
            complain(world, host.name() + ": links brought " + arrived + " packets, the stack counted " + counted);
        }
    }

    /// What came was delivered, dropped by the Internet layer for a named reason, or is a fragment. (A router passes
    /// packets on, and drops of what it passes on and of its own share their names, so it is left out.)
    private static void checkDelivery(World world, SimHost host) {
        Counters counters = host.context().counters();
        if (host.stack().config().ip().forwarding() || counters.get(Drop.BAD_FRAGMENT) > 0) {
            return; // a bad fragment may or may not have been counted as one
        }
        long whole = counters.get(Counter.IP_IN)
                - counters.get(Counter.IP_FRAGMENTS_IN)
                + counters.get(Counter.IP_REASSEMBLED);
        long accounted = counters.get(Counter.IP_DELIVERED);
        for (Drop reason : INPUT_DROPS) {
            accounted += counters.get(reason);
        }
        if (whole != accounted) {
            complain(
                    world,
                    host.name() + ": " + whole + " packets came in whole, but " + accounted
                            + " were delivered or dropped for a reason");
        }
    }

    /// True when no host remembers any connection and no packet is anywhere.
    public static boolean isEmpty(World world) {
        for (SimHost host : world.hosts()) {
            if (host.tcp().rowCount() > 0 || host.context().pool().outstanding() > 0) {
                return false;
            }
        }
        for (Wire wire : world.wires()) {
            if (wire.held() > 0) {
                return false;
            }
        }
        return true;
    }

    /// What keeps the world from being empty, for messages.
    public static String leftovers(World world) {
        List<String> left = new ArrayList<>();
        for (SimHost host : world.hosts()) {
            host.tcp()
                    .forEachRow((SocketPair row) -> left.add(
                            host.name() + " has " + row + " in " + row.state().rfcName()));
            if (host.context().pool().outstanding() > 0) {
                left.add(host.name() + " has " + host.context().pool().outstanding() + " packets out");
            }
        }
        for (Wire wire : world.wires()) {
            if (wire.held() > 0) {
                left.add("wire " + wire + " holds " + wire.held() + " packets");
            }
        }
        return String.join("; ", left);
    }
}
