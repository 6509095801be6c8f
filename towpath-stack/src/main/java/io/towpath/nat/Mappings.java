package io.towpath.nat;

import io.towpath.core.Context;
import io.towpath.core.Counter;
import io.towpath.core.DeadlineQueue;
import io.towpath.core.Drop;
import io.towpath.core.Entropy;
import io.towpath.core.Event;
import io.towpath.core.SipHash;
import io.towpath.core.Time;
import io.towpath.nat.NatConfig.Behavior;
import io.towpath.wire.Endpoint;
import io.towpath.wire.IpAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// What a NAT remembers: finds, makes and forgets mappings.
final class Mappings {
    private final Settings settings;
    private final Context context;
    private final Box box;
    private final OutsideAddresses addresses;
    private final MappingTable table;
    private final Sessions sessions;
    private final InsideHosts hosts;
    private final Assignment assignment;
    private final DeadlineQueue<Expiring> queue = new DeadlineQueue<>();
    private final Remote remote = new Remote();
    private long ids;
    private int dynamic;

    /// Why [#obtain] gave nothing.
    Drop refusal = Drop.NAT_LIMIT;

    Mappings(Settings settings, Context context, Box box, OutsideAddresses addresses, Entropy entropy) {
        this.settings = settings;
        this.context = context;
        this.box = box;
        this.addresses = addresses;
        var hash = new SipHash(entropy.nextLong(), entropy.nextLong());
        table = new MappingTable(hash);
        sessions = new Sessions(settings, box, hash, queue);
        hosts = new InsideHosts(hash);
        assignment = new Assignment(settings, box, addresses, entropy);
    }

    /// What goes on in them.
    Sessions sessions() {
        return sessions;
    }

    // ---- finding

    /// The mapping that a packet from inside goes by, null when there is none yet.
    @Nullable
    Mapping find(Tuple t) {
        return find(
                t.protocol,
                t.sourceHigh,
                t.sourceLow,
                t.sourcePort,
                t.destinationHigh,
                t.destinationLow,
                t.destinationPort);
    }

    /// The mapping of an inside endpoint for a remote one.
    @Nullable
    Mapping find(int protocol, long high, long low, int port, long remoteHigh, long remoteLow, int remotePort) {
        // One for all remote endpoints goes first: forwards are of that kind whatever the others depend on.
        Mapping found = table.inside(protocol, high, low, port, all());
        if (found != null || settings.get().mapping() == Behavior.ENDPOINT_INDEPENDENT) {
            return found;
        }
        return table.inside(
                protocol, high, low, port, remote.of(settings.get().mapping(), remoteHigh, remoteLow, remotePort));
    }

    /// The mapping with this outside endpoint.
    @Nullable
    Mapping outside(int protocol, long high, long low, int port) {
        return table.outside(protocol, high, low, port);
    }

    boolean isMapped(int protocol, long high, long low, int port) {
        return assignment.isTaken(protocol, high, low, port);
    }

    // ---- making

    /// The mapping that a packet from inside goes by, made when there is none. Null when it cannot be:
    /// [#refusal].
    @Nullable
    Mapping obtain(long now, Tuple t, boolean identity) {
        Mapping found = find(t);
        if (found != null) {
            return found;
        }
        InsideHost host = hosts.obtain(t.sourceHigh, t.sourceLow);
        Mapping made = make(now, t, host, identity);
        if (made == null) {
            hosts.release(host);
        }
        return made;
    }

    /// Tells that a packet from inside got no mapping or no session.
    void tellRefused(long now, Tuple t, Drop refusal) {
        if (context.events().wants(Event.Kind.NAT_MAPPING)) {
            context.events().emit(new NatEvent.MappingRefused(now, t.protocol, source(t), destination(t), refusal));
        }
    }

    private @Nullable Mapping make(long now, Tuple t, InsideHost host, boolean identity) {
        if (dynamic >= settings.get().limits().mappings()
                || host.mappings >= settings.get().limits().mappingsPerHost()) {
            refusal = Drop.NAT_LIMIT;
            return null;
        }
        if (identity) {
            assignment.same(t);
        } else if (!assignment.choose(t, host)) {
            refusal = Drop.NAT_PORTS_EXHAUSTED;
            return null;
        }
        Remote key = identity
                ? all()
                : remote.of(settings.get().mapping(), t.destinationHigh, t.destinationLow, t.destinationPort);
        var made = new Mapping(ids++, t, key, assignment, host, false);
        add(made);
        dynamic++;
        made.keepUntil = Time.after(now, Sessions.tracksConnections(t.protocol) ? 0 : sessions.nanos(t.protocol));
        queue.update(made);
        context.counters().count(Counter.NAT_MAPPINGS);
        if (context.events().wants(Event.Kind.NAT_MAPPING)) {
            context.events()
                    .emit(new NatEvent.MappingMade(now, t.protocol, made.inside(), made.outside(), destination(t)));
        }
        return made;
    }

    /// Makes the mappings of those forwards that have none yet, as far as there are outside addresses for them.
    void forward(List<PortForward> forwards) {
        for (int i = 0; i < forwards.size(); i++) {
            forward(forwards.get(i));
        }
    }

    private void forward(PortForward forward) {
        var t = new Tuple();
        t.protocol = forward.protocol();
        t.ip4 = forward.inside().address().isIp4();
        t.sourceHigh = forward.inside().address().high();
        t.sourceLow = forward.inside().address().low();
        t.sourcePort = forward.inside().port();
        Mapping there = find(t);
        if (there != null && there.forward) {
            return;
        }
        if (!t.ip4 && settings.get().ip6() == NatConfig.Ip6.FILTERED) {
            assignment.same(t);
        } else if (!assignment.fixed(t, forward.outsidePort())) {
            return;
        }
        InsideHost host = hosts.obtain(t.sourceHigh, t.sourceLow);
        var made = new Mapping(ids++, t, all(), assignment, host, true);
        made.keepUntil = Time.NEVER;
        add(made);
    }

    private void add(Mapping made) {
        if (made.ports != null) {
            made.ports.take(made.outsidePort);
        }
        made.host.mappings++;
        table.add(made);
    }

    private Remote all() {
        return remote.of(Behavior.ENDPOINT_INDEPENDENT, 0, 0, 0);
    }

    // ---- forgetting

    long deadline() {
        return queue.earliest();
    }

    void tick(long now) {
        for (Expiring due = queue.pollDue(now); due != null; due = queue.pollDue(now)) {
            switch (due) {
                case Session session -> {
                    sessions.forget(session);
                    if (session.mapping.firstSession == null) {
                        queue.update(session.mapping);
                    }
                }
                case Mapping mapping -> {
                    if (mapping.firstSession == null) {
                        forget(now, mapping);
                    }
                }
            }
        }
    }

    private void forget(long now, Mapping mapping) {
        table.remove(mapping);
        if (mapping.ports != null) {
            mapping.ports.give(mapping.outsidePort);
        }
        mapping.host.mappings--;
        hosts.release(mapping.host);
        if (!mapping.forward) {
            dynamic--;
            context.counters().count(Counter.NAT_EXPIRED);
            if (context.events().wants(Event.Kind.NAT_MAPPING)) {
                context.events()
                        .emit(new NatEvent.MappingExpired(now, mapping.protocol, mapping.inside(), mapping.outside()));
            }
        }
    }

    /// Forgets every mapping but forwards, and every session.
    void clear(long now) {
        forgetIf(now, mapping -> !mapping.forward);
        for (Mapping forward = table.oldest(); forward != null; forward = forward.newer) {
            sessions.forgetAll(forward);
        }
    }

    /// Forgets the mappings, forwards too, whose outside address is none any more: nobody answers to it.
    void readdress(long now) {
        forgetIf(now, this::isLost);
    }

    /// Forgets what does not fit the settings any more, and counts the time of what stays by them.
    void change(long now, NatConfig before) {
        boolean anew = settings.get().wantsOtherMappingsThan(before);
        forgetIf(now, mapping -> anew || isLost(mapping) || !fits(mapping));
        for (Mapping mapping = table.oldest(); mapping != null; mapping = mapping.newer) {
            sessions.retime(now, mapping, before.timeouts());
        }
    }

    private boolean isLost(Mapping mapping) {
        return mapping.ports != null && !addresses.contains(mapping.outsideHigh, mapping.outsideLow);
    }

    /// A mapping gives way to a forward of its inside endpoint or its outside one, and has its inside inside. A forward
    /// is at the first outside address.
    private boolean fits(Mapping mapping) {
        List<PortForward> forwards = settings.get().forwards();
        boolean first = addresses.isFirst(mapping.outsideHigh, mapping.outsideLow);
        if (mapping.forward) {
            return (first || mapping.ports == null)
                    && forwards.stream().anyMatch(forward -> forward.leadsTo(mapping) && forward.leadsFrom(mapping));
        }
        return !isOutside(mapping.insideHigh, mapping.insideLow)
                && forwards.stream()
                        .noneMatch(forward -> forward.leadsTo(mapping) || first && forward.leadsFrom(mapping));
    }

    /// Whether packets to an address leave by an outside interface.
    boolean isOutside(long high, long low) {
        return !box.isLocal(high, low) && settings.get().isOutside(box.interfaceTo(high, low));
    }

    private void forgetIf(long now, Predicate<Mapping> isOver) {
        Mapping mapping = table.oldest();
        while (mapping != null) {
            Mapping next = mapping.newer;
            if (isOver.test(mapping)) {
                sessions.forgetAll(mapping);
                queue.remove(mapping);
                forget(now, mapping);
            }
            mapping = next;
        }
    }

    // ---- to look at it

    int count() {
        return table.size();
    }

    List<NatMapping> list(long now) {
        List<NatMapping> all = new ArrayList<>();
        for (Mapping each = table.oldest(); each != null; each = each.newer) {
            if (each.firstSession == null || each.forward) {
                all.add(NatMapping.of(now, each, null));
            }
            for (Session session = each.firstSession; session != null; session = session.after) {
                // That of an address, for the sake of its connections, is none of its own.
                if (session.users == 0) {
                    all.add(NatMapping.of(now, each, session));
                }
            }
        }
        return List.copyOf(all);
    }

    static Endpoint source(Tuple t) {
        return new Endpoint(IpAddress.of(t.sourceHigh, t.sourceLow), t.sourcePort);
    }

    static Endpoint destination(Tuple t) {
        return new Endpoint(IpAddress.of(t.destinationHigh, t.destinationLow), t.destinationPort);
    }
}
