package io.towpath.ip;

import io.towpath.core.Context;
import io.towpath.core.DeadlineQueue;
import io.towpath.core.Drop;
import io.towpath.core.Entropy;
import io.towpath.core.Event;
import io.towpath.core.Packet;
import io.towpath.core.SipHash;
import io.towpath.core.Time;
import io.towpath.core.TxBatch;
import io.towpath.wire.IpAddress;
import io.towpath.wire.MacAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Neighbours of all Ethernet interfaces with the state machine of RFC 4861 §7.3, for IPv6 and for IPv4 alike.
///
/// Bounded: when it is full the neighbour used longest ago goes, those with an answer outstanding included.
final class NeighborTable {
    // RFC 4861 §10.
    static final int MAX_MULTICAST_SOLICIT = 3;
    static final int MAX_UNICAST_SOLICIT = 3;
    static final long RETRANS_TIMER = Time.SECOND;
    static final long REACHABLE_TIME = 30 * Time.SECOND;
    static final long DELAY_FIRST_PROBE_TIME = 5 * Time.SECOND;

    /// Told when packets must be given up because their neighbour does not answer; takes ownership.
    @FunctionalInterface
    interface Unreachable {
        void giveUp(long now, Packet packet);
    }

    private final Context context;
    private final IpConfig.Neighbors config;
    private final LinkOutput link;
    private final Solicitations solicitations;
    private final Unreachable unreachable;
    private final Entropy entropy;
    private final AddressTable<Neighbor> table;
    private final DeadlineQueue<Neighbor> deadlines = new DeadlineQueue<>();

    NeighborTable(
            Context context,
            IpConfig.Neighbors config,
            LinkOutput link,
            Solicitations solicitations,
            Unreachable unreachable) {
        this.context = context;
        this.config = config;
        this.link = link;
        this.solicitations = solicitations;
        this.unreachable = unreachable;
        this.entropy = context.entropy().split("neighbors");
        this.table = new AddressTable<>(new SipHash(entropy.nextLong(), entropy.nextLong()), config.max());
    }

    @Nullable
    Neighbor find(IpInterface via, long high, long low) {
        return table.get(high, low, via.index());
    }

    /// The neighbour, made in state INCOMPLETE when it is not known.
    Neighbor obtain(long now, IpInterface via, long high, long low) {
        Neighbor known = find(via, high, low);
        return known == null ? make(now, via, high, low) : known;
    }

    private Neighbor make(long now, IpInterface via, long high, long low) {
        Neighbor oldest = table.oldest();
        if (table.isFull() && oldest != null) {
            remove(now, oldest, Drop.NEIGHBOR_QUEUE_FULL);
        }
        var made = new Neighbor(via, high, low);
        table.add(made);
        return made;
    }

    /// Sends a packet (IP header at `at`) to `neighbor`, or lets it wait for its link-layer address.
    void send(long now, Packet packet, Neighbor neighbor, @Nullable TxBatch out) {
        switch (neighbor.state) {
            case INCOMPLETE -> {
                hold(now, packet, neighbor);
                return;
            }
            case REACHABLE -> {
                if (now > neighbor.reachableUntil) {
                    delay(now, neighbor);
                }
            }
            case STALE -> delay(now, neighbor);
            case DELAY, PROBE -> {}
            case FAILED -> throw new IllegalStateException("not in the table: " + neighbor);
        }
        link.to(now, packet, neighbor.via, neighbor.mac, out);
    }

    private void delay(long now, Neighbor neighbor) {
        // RFC 4861 §7.3.3: "The first time a node sends a packet to a neighbor whose entry is STALE, the sender
        // changes the state to DELAY and sets a timer".
        table.touch(neighbor);
        become(now, neighbor, NeighborState.DELAY);
        schedule(neighbor, now + DELAY_FIRST_PROBE_TIME);
    }

    private void hold(long now, Packet packet, Neighbor neighbor) {
        ArrayDeque<Packet> waiting = neighbor.waiting;
        if (waiting == null) {
            waiting = new ArrayDeque<>();
            neighbor.waiting = waiting;
        }
        // RFC 4861 §7.2.2: "When a queue overflows, the new arrival SHOULD replace the oldest entry."
        if (waiting.size() == config.packetsMax()) {
            context.drop(now, waiting.remove(), Drop.NEIGHBOR_QUEUE_FULL);
        }
        waiting.add(context.pool().shrink(packet, packet.at));
        if (neighbor.probes == 0) {
            probe(now, neighbor, 0);
        }
    }

    private void probe(long now, Neighbor neighbor, long mac) {
        neighbor.probes++;
        solicitations.ask(now, neighbor.via, neighbor.high, neighbor.low, mac);
        schedule(neighbor, now + RETRANS_TIMER);
    }

    private void schedule(Neighbor neighbor, long at) {
        neighbor.deadlineAt = at;
        deadlines.update(neighbor);
    }

    /// The neighbour answered, or an upper layer saw it make progress (RFC 4861 §7.3.1).
    void confirm(long now, Neighbor neighbor) {
        if (neighbor.state == NeighborState.INCOMPLETE || !neighbor.isAlive()) {
            return;
        }
        neighbor.reachableUntil = now + REACHABLE_TIME;
        if (neighbor.state != NeighborState.REACHABLE) {
            reachable(now, neighbor);
        }
    }

    private void reachable(long now, Neighbor neighbor) {
        // RFC 4861 §6.3.2: uniformly between 0.5 and 1.5 times the base, so that hosts do not probe in step.
        neighbor.reachableUntil = now + REACHABLE_TIME / 2 + (long) (entropy.nextDouble() * REACHABLE_TIME);
        neighbor.probes = 0;
        schedule(neighbor, Time.NEVER);
        become(now, neighbor, NeighborState.REACHABLE);
    }

    /// An upper layer suspects the neighbour: ask it at the next packet instead of waiting for REACHABLE to run out.
    void suspect(long now, Neighbor neighbor) {
        if (neighbor.state == NeighborState.REACHABLE) {
            neighbor.reachableUntil = now;
            become(now, neighbor, NeighborState.STALE);
        }
    }

    /// A neighbour said its address without being asked, or in a question of its own: RFC 826, RFC 4861 §7.2.3.
    ///
    /// @param create whether an unknown neighbour is worth an entry
    void heard(long now, IpInterface via, long high, long low, long mac, boolean create) {
        Neighbor neighbor = find(via, high, low);
        if (neighbor == null) {
            if (!create) {
                return;
            }
            neighbor = make(now, via, high, low);
        }
        if (neighbor.state == NeighborState.INCOMPLETE || neighbor.mac != mac) {
            resolved(now, neighbor, mac, NeighborState.STALE);
        }
    }

    /// A neighbour answered: RFC 4861 §7.2.5, RFC 826.
    ///
    /// @param mac its link-layer address, or -1 when the answer names none
    void answered(long now, IpInterface via, long high, long low, long mac, boolean solicited, boolean override) {
        Neighbor neighbor = find(via, high, low);
        if (neighbor == null) {
            return; // "If no entry exists, the advertisement SHOULD be silently discarded."
        }
        if (neighbor.state == NeighborState.INCOMPLETE) {
            if (mac >= 0) {
                resolved(now, neighbor, mac, solicited ? NeighborState.REACHABLE : NeighborState.STALE);
            }
            return;
        }
        boolean differs = mac >= 0 && mac != neighbor.mac;
        if (differs && !override) {
            if (neighbor.state == NeighborState.REACHABLE) {
                become(now, neighbor, NeighborState.STALE);
            }
            return;
        }
        if (differs) {
            neighbor.mac = mac;
        }
        if (solicited) {
            reachable(now, neighbor);
        } else if (differs) {
            schedule(neighbor, Time.NEVER);
            become(now, neighbor, NeighborState.STALE);
        }
    }

    private void resolved(long now, Neighbor neighbor, long mac, NeighborState next) {
        neighbor.mac = mac;
        neighbor.probes = 0;
        if (next == NeighborState.REACHABLE) {
            reachable(now, neighbor);
        } else {
            schedule(neighbor, Time.NEVER);
            become(now, neighbor, next);
        }
        ArrayDeque<Packet> waiting = neighbor.waiting;
        neighbor.waiting = null;
        while (waiting != null && !waiting.isEmpty()) {
            send(now, waiting.remove(), neighbor, null);
        }
    }

    private void become(long now, Neighbor neighbor, NeighborState state) {
        neighbor.state = state;
        if (context.events().wants(Event.Kind.IP_CHANGED)) {
            context.events()
                    .emit(new IpEvent.NeighborChanged(
                            now, neighbor.via.index(), IpAddress.of(neighbor.high, neighbor.low), state));
        }
    }

    long deadline() {
        return deadlines.earliest();
    }

    void tick(long now) {
        for (Neighbor due = deadlines.pollDue(now); due != null; due = deadlines.pollDue(now)) {
            onTimer(now, due);
        }
    }

    private void onTimer(long now, Neighbor neighbor) {
        switch (neighbor.state) {
            case INCOMPLETE -> {
                if (neighbor.probes < MAX_MULTICAST_SOLICIT) {
                    probe(now, neighbor, 0);
                } else {
                    fail(now, neighbor);
                }
            }
            case DELAY -> {
                become(now, neighbor, NeighborState.PROBE);
                neighbor.probes = 0;
                probe(now, neighbor, neighbor.mac);
            }
            case PROBE -> {
                if (neighbor.probes < MAX_UNICAST_SOLICIT) {
                    probe(now, neighbor, neighbor.mac);
                } else {
                    fail(now, neighbor);
                }
            }
            case REACHABLE, STALE, FAILED -> {}
        }
    }

    private void fail(long now, Neighbor neighbor) {
        ArrayDeque<Packet> waiting = neighbor.waiting;
        neighbor.waiting = null;
        remove(now, neighbor, Drop.NEIGHBOR_UNREACHABLE);
        // RFC 4861 §7.2.2: an ICMP destination unreachable for each packet that waited.
        while (waiting != null && !waiting.isEmpty()) {
            unreachable.giveUp(now, waiting.remove());
        }
    }

    private void remove(long now, Neighbor neighbor, Drop reason) {
        table.remove(neighbor);
        deadlines.remove(neighbor);
        become(now, neighbor, NeighborState.FAILED);
        ArrayDeque<Packet> waiting = neighbor.waiting;
        neighbor.waiting = null;
        while (waiting != null && !waiting.isEmpty()) {
            context.drop(now, waiting.remove(), reason);
        }
    }

    /// Forgets the neighbours of an interface that went down.
    void forget(long now, IpInterface via) {
        Neighbor each = table.oldest();
        while (each != null) {
            Neighbor next = table.newer(each);
            if (each.via == via) {
                remove(now, each, Drop.LINK_DOWN);
            }
            each = next;
        }
    }

    /// Packets that wait for link-layer addresses.
    int held() {
        int sum = 0;
        for (Neighbor each = table.oldest(); each != null; each = table.newer(each)) {
            sum += each.waiting == null ? 0 : each.waiting.size();
        }
        return sum;
    }

    /// The neighbours, from the one used longest ago.
    List<NeighborInfo> infos() {
        List<NeighborInfo> list = new ArrayList<>();
        for (Neighbor each = table.oldest(); each != null; each = table.newer(each)) {
            MacAddress mac = each.state == NeighborState.INCOMPLETE ? null : new MacAddress(each.mac);
            list.add(new NeighborInfo(each.via.index(), IpAddress.of(each.high, each.low), mac, each.state));
        }
        return list;
    }
}
