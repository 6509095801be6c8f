package io.towpath.sctp.machine;

import io.towpath.core.Counter;
import io.towpath.core.Route;
import io.towpath.core.Time;
import io.towpath.sctp.Association;
import io.towpath.sctp.AssociationState;
import io.towpath.sctp.HandoverObstacle;
import io.towpath.sctp.SavedAssociation;
import io.towpath.sctp.SctpConfig;
import io.towpath.sctp.SctpEndpoint;
import io.towpath.sctp.SctpError;
import io.towpath.sctp.address.AddressChanges;
import io.towpath.sctp.auth.Authentication;
import io.towpath.sctp.auth.KeyVector;
import io.towpath.sctp.auth.SharedKeys;
import io.towpath.sctp.ecn.CongestionEcho;
import io.towpath.sctp.path.Path;
import io.towpath.sctp.receive.Receiver;
import io.towpath.sctp.send.PartialReliability;
import io.towpath.sctp.stream.Reconfiguration;
import io.towpath.wire.IpAddress;
import io.towpath.wire.Octets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Associations that another process goes on with. What is saved is what no packet could tell again: tags,
/// numbers, what was agreed on. It is taken at a moment when no message is on its way, so that none must be
/// carried; what the peer sends meanwhile is lost like any packet, and comes again.
public final class Handover {
    /// How long packets of the peer go unanswered where the association was. A peer that hears nothing gives up
    /// within minutes (RFC 9260 §16: ten retransmissions, with at most a minute between them).
    private static final long SILENCE = 1800 * Time.SECOND;

    private final Engine engine;
    private final Establishment establishment;

    Handover(Engine engine, Establishment establishment) {
        this.engine = engine;
        this.establishment = establishment;
    }

    /// What stands in the way.
    public Set<HandoverObstacle> obstacles(Association a) {
        Set<HandoverObstacle> found = EnumSet.noneOf(HandoverObstacle.class);
        Receiver receiver = a.receiver;
        if (a.stateName() != AssociationState.Name.ESTABLISHED || receiver == null || a.shutdownWanted) {
            found.add(HandoverObstacle.NOT_ESTABLISHED);
        }
        if (!a.sendQueue.isEmpty()) {
            found.add(HandoverObstacle.MESSAGES_QUEUED);
        }
        if (!a.outstanding.isEmpty()) {
            found.add(HandoverObstacle.DATA_OUTSTANDING);
        }
        if (receiver != null && receiver.tracker.hasGaps()) {
            found.add(HandoverObstacle.DATA_MISSING);
        }
        if (receiver != null && receiver.hasIncomplete()) {
            found.add(HandoverObstacle.MESSAGES_INCOMPLETE);
        }
        if (a.inbox.messages() > 0 || a.waitsForAccept) {
            found.add(HandoverObstacle.NOT_RECEIVED);
        }
        if (a.reconfiguration.request != null || a.reconfiguration.holding) {
            found.add(HandoverObstacle.STREAMS_CHANGING);
        }
        if (a.isChangingAddresses()) {
            found.add(HandoverObstacle.ADDRESSES_CHANGING);
        }
        if (!a.control.isEmpty()) {
            found.add(HandoverObstacle.REPLIES_QUEUED);
        }
        return found;
    }

    /// Saves its state and ends it here, without a word to the peer.
    public SavedAssociation.Result save(long now, Association a) {
        Set<HandoverObstacle> obstacles = obstacles(a);
        if (!obstacles.isEmpty()) {
            return new SavedAssociation.NotReady(obstacles);
        }
        SavedAssociation saved = state(a);
        engine.handedOver.add(now, a.localTag, Time.after(now, SILENCE));
        engine.end(now, a, SctpError.HANDED_OVER, "handed over");
        engine.context.counters().count(Counter.SCTP_HANDED_OVER);
        return new SavedAssociation.Saved(saved);
    }

    private static SavedAssociation state(Association a) {
        Receiver receiver = a.receiver();
        List<SavedAssociation.OutStream> out = new ArrayList<>();
        a.sendQueue.forEachStream(stream -> {
            if (stream.nextSsn != 0 || stream.nextUnordered != 0 || stream.value != 0) {
                int next = a.agreed.interleaving() ? stream.nextSsn : stream.nextSsn & 0xffff;
                out.add(new SavedAssociation.OutStream(stream.id, next, stream.nextUnordered, stream.value));
            }
        });
        List<SavedAssociation.InStream> in = new ArrayList<>();
        receiver.forEachNext((id, next) -> {
            if (next != 0) {
                in.add(new SavedAssociation.InStream(id, next));
            }
        });
        List<SavedAssociation.Path> paths = new ArrayList<>();
        int primary = 0;
        for (int i = 0; i < a.paths.size(); i++) {
            Path path = a.paths.get(i);
            primary = path == a.paths.primary() ? i : primary;
            paths.add(path(path));
        }
        CongestionEcho ecn = a.ecn;
        return new SavedAssociation(
                a.localPort(),
                a.remotePort(),
                a.endpoint().localAddresses(),
                a.localAddresses,
                a.localTag,
                a.peerTag,
                a.localInitialTsn,
                a.peerInitialTsn,
                a.agreed,
                a.outstanding.nextTsn(),
                receiver.tracker.cumulative(),
                a.peerAdvertised,
                Math.max(a.peerAdvertised, a.peerRwndMax),
                a.encapsulationPort,
                a.sendQueue.scheduler().policy(),
                a.outboundStreams(),
                receiver.streamCount(),
                out,
                in,
                primary,
                paths,
                requests(a.reconfiguration),
                changes(a.addressChanges),
                authentication(Authentication.agreed(a)),
                ecn == null ? -1 : ecn.echo());
    }

    private static SavedAssociation.Requests requests(Reconfiguration r) {
        int[] tsns = r.lastTsns;
        return new SavedAssociation.Requests(
                r.sequence,
                r.expected,
                r.lastResult,
                tsns == null ? List.of() : List.of(tsns[0], tsns[1]),
                r.tsnsWereReset);
    }

    private static SavedAssociation.Path path(Path path) {
        Route route = path.route;
        return new SavedAssociation.Path(
                path.address(),
                route == null ? null : route.source(),
                path.state(),
                path.encapsulationPort(),
                path.errors,
                path.maxRetrans,
                path.heartbeatInterval,
                path.window.cwnd(),
                path.window.ssthresh(),
                path.rtt.hasSample() ? path.rtt.srtt() : -1);
    }

    private static SavedAssociation.@Nullable AddressChanges changes(@Nullable AddressChanges changes) {
        return changes == null
                ? null
                : new SavedAssociation.AddressChanges(
                        changes.serial(), changes.expected(), Octets.of(changes.answer()), changes.former());
    }

    private static SavedAssociation.@Nullable Authentication authentication(@Nullable Authentication agreed) {
        KeyVector peer = agreed == null ? null : agreed.peer();
        return agreed == null || peer == null
                ? null
                : new SavedAssociation.Authentication(
                        Octets.of(agreed.own().toOctets()),
                        Octets.of(peer.toOctets()),
                        agreed.keys().active());
    }

    // ---- the other process

    /// Goes on with it.
    public Association.Result restore(long now, SctpEndpoint endpoint, SavedAssociation saved, SctpConfig config) {
        Authentication authentication = null;
        SavedAssociation.Authentication keys = saved.authentication();
        if (keys != null) {
            authentication = authentication(keys, config);
            if (authentication == null) {
                return new Association.Failed(SctpError.NOT_SUPPORTED);
            }
        }
        boolean tunnelled = saved.encapsulationPort() != 0;
        for (SavedAssociation.Path path : saved.paths()) {
            tunnelled |= path.encapsulationPort() != 0;
            if (UserCalls.isKnown(endpoint, path.address(), saved.remotePort())) {
                return new Association.Failed(SctpError.ALREADY_CONNECTED);
            }
        }
        if (tunnelled && engine.encapsulation.localPort() == 0) {
            return new Association.Failed(SctpError.NOT_SUPPORTED);
        }
        Association a =
                engine.association(endpoint, config, saved.remotePort(), saved.localTag(), saved.localInitialTsn());
        a.localAddresses = saved.localAddresses();
        SctpError unreachable = paths(a, saved);
        if (unreachable != null) {
            engine.table.remove(a);
            return new Association.Failed(unreachable);
        }
        a.authentication = authentication;
        numbers(a, saved);
        receiver(a, saved);
        saved.localAddresses().forEach(endpoint::reach);
        engine.register(a);
        // If it was handed over here before, it came back.
        engine.handedOver.forget(a.localTag);
        engine.context.counters().count(Counter.SCTP_RESTORED);
        a.heardAt = now;
        engine.become(now, a, new AssociationState.Established(), "restored");
        establishment.start(now, a);
        // What was lost between the two processes is sent again sooner when the peer hears of it; and the window
        // may be another one.
        a.receiver().sacks.demand();
        return new Association.Opened(a);
    }

    private static @Nullable Authentication authentication(SavedAssociation.Authentication saved, SctpConfig config) {
        var authentication = new Authentication(
                KeyVector.of(saved.own().toArray()),
                new SharedKeys(config.extensions().authentication()));
        boolean has = authentication.activateKey(saved.activeKey()) == null;
        return has && authentication.agree(KeyVector.of(saved.peer().toArray())) ? authentication : null;
    }

    /// All of the peer's addresses, also those that there is no way to just now. Null when there is a way to one.
    private @Nullable SctpError paths(Association a, SavedAssociation saved) {
        boolean reachable = false;
        boolean elsewhere = false;
        for (SavedAssociation.Path each : saved.paths()) {
            Route route = route(a, saved, each);
            elsewhere |= route == null && engine.network.route(null, each.address()) != null;
            reachable |= route != null;
            a.encapsulationPort = each.encapsulationPort();
            Path path = engine.addPath(a, each.address(), each.state(), route);
            path.restore(each.state(), each.errors(), each.maxRetrans(), each.heartbeatInterval());
            path.window.restore(each.cwnd(), each.ssthresh());
            if (each.srtt() >= 0) {
                path.rtt.sample(each.srtt());
            }
        }
        a.encapsulationPort = saved.encapsulationPort();
        a.paths.primary(a.paths.get(saved.primary()));
        return reachable ? null : elsewhere ? SctpError.ADDRESS_NOT_AVAILABLE : SctpError.NO_ROUTE;
    }

    /// The way that packets took before, or another one from an address that the peer knows: it would answer
    /// packets from any other by an ABORT.
    private @Nullable Route route(Association a, SavedAssociation saved, SavedAssociation.Path path) {
        IpAddress source = path.source();
        Route before = source == null ? null : engine.network.route(source, path.address());
        if (before != null) {
            return before;
        }
        Route other = engine.route(a, path.address());
        if (other == null || saved.localAddresses().contains(other.source())) {
            return other;
        }
        for (SavedAssociation.Path each : saved.paths()) {
            if (other.source().equals(each.source())) {
                return other;
            }
        }
        return null;
    }

    private static void numbers(Association a, SavedAssociation saved) {
        a.peerTag = saved.peerTag();
        a.peerInitialTsn = saved.peerInitialTsn();
        a.agreed = saved.agreed();
        a.peerAdvertised = saved.peerWindow();
        a.peerRwnd = saved.peerWindow();
        a.peerRwndMax = saved.peerWindowMax();
        a.outstanding.start(saved.nextTsn());
        PartialReliability.start(a);
        a.sendQueue.streamCount(saved.outboundStreams());
        a.sendQueue.interleaving(saved.agreed().interleaving());
        a.sendQueue.scheduler().policy(saved.scheduler());
        for (SavedAssociation.OutStream each : saved.outStreams()) {
            var stream = a.sendQueue.stream(each.id());
            stream.nextSsn = each.next();
            stream.nextUnordered = each.nextUnordered();
            stream.value = each.value();
        }
        a.reconfiguration.start(saved.requests().sequence(), saved.requests().expected());
        a.reconfiguration.lastResult = saved.requests().lastResult();
        a.reconfiguration.tsnsWereReset = saved.requests().tsnsWereReset();
        List<Integer> tsns = saved.requests().lastTsns();
        a.reconfiguration.lastTsns = tsns.isEmpty() ? null : new int[] {tsns.get(0), tsns.get(1)};
        SavedAssociation.AddressChanges changes = saved.addressChanges();
        a.addressChanges = changes == null
                ? null
                : AddressChanges.restore(
                        changes.serial(), changes.expected(), changes.answer().toArray(), changes.former());
    }

    private void receiver(Association a, SavedAssociation saved) {
        var receiver = new Receiver(
                engine.buffers,
                a.inbox,
                a.paths.primary().address(),
                saved.cumulativeTsn() + 1,
                saved.inboundStreams(),
                a.config().receiveBytesMax(),
                saved.agreed().interleaving());
        saved.inStreams().forEach(each -> receiver.restoreNext(each.id(), each.next()));
        a.receiver = receiver;
        if (saved.agreed().ecn()) {
            var ecn = new CongestionEcho(a.outstanding.cumAcked());
            ecn.restore(saved.congestionEcho());
            a.ecn = ecn;
        }
        AddressChanges changes = a.addressChanges;
        if (changes != null) {
            for (IpAddress former : changes.former()) {
                if (a.paths.find(former) == null) {
                    engine.table.add(a, former);
                }
            }
        }
    }
}
