package io.towpath.sctp.machine;

import io.towpath.core.Counter;
import io.towpath.core.Route;
import io.towpath.core.Signals;
import io.towpath.core.Time;
import io.towpath.sctp.Association;
import io.towpath.sctp.AssociationState;
import io.towpath.sctp.Notification;
import io.towpath.sctp.PathState;
import io.towpath.sctp.SctpConfig;
import io.towpath.sctp.SctpFeatures;
import io.towpath.sctp.SctpTimer;
import io.towpath.sctp.auth.Authentication;
import io.towpath.sctp.auth.KeyVector;
import io.towpath.sctp.ecn.CongestionEcho;
import io.towpath.sctp.handshake.PeerInit;
import io.towpath.sctp.path.Heartbeats;
import io.towpath.sctp.path.Path;
import io.towpath.sctp.path.PathTimer;
import io.towpath.sctp.receive.Receiver;
import io.towpath.wire.IpAddress;
import java.util.List;

/// What becomes of an association when the peer's INIT or INIT ACK is known, and when the handshake is over.
final class Establishment {
    private final Engine engine;
    private final Shutdown shutdown;

    Establishment(Engine engine, Shutdown shutdown) {
        this.engine = engine;
        this.shutdown = shutdown;
    }

    /// Takes over what the peer told of itself.
    ///
    /// @param source where its chunk came from; confirmed, because that is where packets were exchanged
    void take(long now, Association a, PeerInit init, IpAddress source) {
        SctpConfig config = a.config();
        a.peerTag = init.tag;
        a.peerInitialTsn = init.initialTsn;
        a.peerRwnd = init.rwnd;
        a.peerAdvertised = init.rwnd;
        a.peerRwndMax = init.rwnd;
        // RFC 9260 §5.1.1: "the valid outbound stream identifier range for either endpoint is 0 to min(local
        // OS, remote MIS) - 1".
        a.sendQueue.streamCount(Math.min(config.outboundStreams(), init.inboundStreams));
        int inbound = Math.min(config.inboundStreamsMax(), init.outboundStreams);
        SctpFeatures features = init.features;
        a.agreed = features;
        authentication(a, init);
        a.ecn = features.ecn() ? new CongestionEcho(a.outstanding.cumAcked()) : null;
        a.reconfiguration.start(a.localInitialTsn, init.initialTsn);
        a.sendQueue.hold(false); // who asked for a reset that made messages wait has forgotten it, if it restarted
        a.sendQueue.interleaving(features.interleaving());
        a.receiver = new Receiver(
                engine.buffers,
                a.inbox,
                source,
                init.initialTsn & 0xffff_ffffL,
                inbound,
                config.receiveBytesMax(),
                features.interleaving());
        // §5.1.2 C: "the receiver MUST derive and record all the transport addresses from the received chunk
        // AND the source IP address that sent the INIT or INIT ACK."
        confirm(a, source);
        addresses(a, a.paths.primary());
        for (IpAddress address : init.addresses) {
            engine.addPath(a, address, PathState.UNCONFIRMED);
        }
        if (init.adaptation >= 0) {
            a.notify(engine.context, new Notification.Adaptation(init.adaptation));
        }
    }

    /// RFC 4895 §6.1: the keys follow from what both sides told. RFC 6458 §6.1.8: a user who wanted them is
    /// told when there are none.
    private void authentication(Association a, PeerInit init) {
        Authentication own = a.authentication;
        KeyVector peers = init.keyVector;
        if (own == null || peers == null || !own.agree(peers)) {
            a.authentication = null;
            a.agreed = a.agreed.withAuthentication(false);
            if (a.config().features().authentication()) {
                a.notify(engine.context, new Notification.Authentication(Notification.Authentication.Change.NONE, 0));
            }
        }
    }

    /// RFC 5061 §4.1.1: ASCONF must be authenticated, so it needs AUTH; §5.3: from now on an own address is
    /// one that the peer was told.
    private void addresses(Association a, Path path) {
        engine.forgetFormer(a);
        if (!a.agreed.authentication() && !a.config().extensions().plainAddressChanges()) {
            a.agreed = a.agreed.withAddressConfiguration(false);
        }
        Route route = path.route;
        if (a.agreed.addressConfiguration() && a.localAddresses.isEmpty() && route != null) {
            List<IpAddress> told = LocalAddresses.told(
                    engine.network, a.localAddresses, a.config(), path.address(), path.encapsulationPort() != 0);
            a.localAddresses = told.isEmpty() ? List.of(route.source()) : told;
        }
    }

    private void confirm(Association a, IpAddress address) {
        Path path = a.paths.find(address);
        if (path == null) {
            engine.addPath(a, address, PathState.ACTIVE);
        } else if (!path.isConfirmed()) {
            io.towpath.sctp.path.PathStates.confirm(a, engine.context, path);
        }
    }

    /// The handshake is over.
    void established(long now, Association a, boolean passive) {
        a.timers.stop(SctpTimer.T1_INIT);
        a.timers.stop(SctpTimer.T1_COOKIE);
        engine.context.counters().count(passive ? Counter.SCTP_PASSIVE_OPENS : Counter.SCTP_ACTIVE_OPENS);
        engine.become(now, a, new AssociationState.Established(), passive ? "COOKIE ECHO" : "COOKIE ACK");
        a.errors = 0;
        a.heardAt = now;
        start(now, a);
        a.inbox.add(new Notification.CommunicationUp(
                a.outboundStreams(), a.receiver().streamCount()));
        a.tell(engine.context, Signals.CONNECTED | Signals.READABLE | Signals.WRITABLE);
        if (a.shutdownWanted) {
            a.shutdownWanted = false;
            shutdown.begin(now, a);
        }
    }

    /// Timers of the data phase.
    void start(long now, Association a) {
        a.noteAgreed(now, engine.context);
        a.dataAt = now;
        for (int i = 0; i < a.paths.size(); i++) {
            Path path = a.paths.get(i);
            Heartbeats.start(now, path, engine.nonces);
            if (path.flight > 0 && !path.timers.isSet(PathTimer.T3_RTX)) {
                path.timers.set(PathTimer.T3_RTX, Time.after(now, path.rto()));
            }
        }
        long autoclose = a.config().times().autoclose();
        if (autoclose > 0) {
            a.timers.set(SctpTimer.AUTOCLOSE, Time.after(now, autoclose));
        }
        a.burst = Math.max(a.burst, a.config().limits().maxBurst());
        engine.ready(a);
        engine.schedule(a);
    }
}
