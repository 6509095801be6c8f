package io.towpath.sctp.machine;

import io.towpath.core.Counter;
import io.towpath.core.Drop;
import io.towpath.core.Packet;
import io.towpath.core.Signals;
import io.towpath.core.Time;
import io.towpath.sctp.Association;
import io.towpath.sctp.AssociationState;
import io.towpath.sctp.Notification;
import io.towpath.sctp.PathState;
import io.towpath.sctp.SctpEndpoint;
import io.towpath.sctp.SctpError;
import io.towpath.sctp.SctpTimer;
import io.towpath.sctp.auth.Authentication;
import io.towpath.sctp.handshake.Collisions;
import io.towpath.sctp.handshake.PeerInit;
import io.towpath.sctp.handshake.StateCookie;
import io.towpath.sctp.packet.UnknownChunks;
import io.towpath.sctp.path.Path;
import io.towpath.sctp.send.PartialReliability;
import io.towpath.wire.Bytes;
import io.towpath.wire.SctpCauses;
import io.towpath.wire.SctpChunks;
import io.towpath.wire.SctpHeader;
import org.jspecify.annotations.Nullable;

/// COOKIE ECHO (RFC 9260 §5.1.5, §5.2.4) and the errors around cookies (§5.2.6).
final class CookieArrival {
    private static final byte[] NOTHING = {};

    private final Engine engine;
    private final Establishment establishment;

    /// The association that the rest of the packet is for, after [#echo].
    @Nullable
    Association accepted;

    private @Nullable Authentication authentication;

    CookieArrival(Engine engine, Establishment establishment) {
        this.engine = engine;
        this.establishment = establishment;
    }

    /// A COOKIE ECHO that is the first chunk of its packet.
    ///
    /// @param at where the chunk begins
    /// @param endpoint who listens, null if nobody does
    /// @param auth where an AUTH chunk before it begins, -1 if there is none
    /// @return why the packet is dropped; null when [#accepted] takes its other chunks
    @Nullable
    Drop echo(long now, Packet packet, int at, @Nullable SctpEndpoint endpoint, int auth) {
        accepted = null;
        byte[] b = packet.bytes;
        StateCookie.Content cookie = engine.cookies.open(now, b, at + SctpChunks.HEAD, SctpChunks.valueEnd(b, at));
        if (cookie == null) {
            // §5.1.5, 2: "If this comparison fails, the SCTP packet, including the COOKIE ECHO chunk and any
            // DATA chunks, SHOULD be silently discarded."
            return Drop.SCTP_BAD_COOKIE;
        }
        Peer peer = Peer.of(packet);
        // §5.1.5, 3: "Compare the port numbers and the Verification Tag contained within the COOKIE ECHO chunk
        // to the actual port numbers and the Verification Tag within the SCTP common header of the received
        // packet. If these values do not match, the packet MUST be silently discarded."
        if (cookie.localPort() != peer.localPort()
                || cookie.remotePort() != peer.remotePort()
                || SctpHeader.verificationTag(b, packet.at) != cookie.localTag()) {
            return Drop.SCTP_BAD_COOKIE;
        }
        Association a = find(packet, cookie, peer);
        authentication = AuthArrival.ofCookie(cookie, a, endpoint);
        if (!AuthArrival.accepts(authentication, b, auth, packet.end)) {
            return Drop.SCTP_NOT_AUTHENTICATED;
        }
        boolean stale = now - cookie.createdAt() > cookie.life();
        if (a == null && engine.spentTags.has(now, cookie.localTag())) {
            return Drop.SCTP_UNEXPECTED;
        }
        if (a == null) {
            return stale ? stale(now, cookie, peer) : create(now, cookie, endpoint, peer);
        }
        boolean bothMatch = cookie.localTag() == a.localTag && cookie.peerTag() == a.peerTag;
        // §5.2.4, 3: "If both Verification Tags in the State Cookie match the Verification Tags of the current
        // association, consider the State Cookie valid (this is case E) even if the lifespan is exceeded."
        return stale && !bothMatch ? stale(now, cookie, peer) : collide(now, a, cookie, peer);
    }

    /// The association that exists with this peer. Its INIT may have come from an address that this side does
    /// not know yet, when this side began, too, with another of the peer's addresses: as with the INIT itself
    /// (§5.1.2 D), any address that it lists identifies the association.
    private @Nullable Association find(Packet packet, StateCookie.Content cookie, Peer peer) {
        Association a = engine.table.find(
                packet.destinationHigh,
                packet.destinationLow,
                peer.localPort(),
                packet.sourceHigh,
                packet.sourceLow,
                peer.remotePort());
        if (PathChanges.atPresent(a, packet) != null) {
            return a;
        }
        Association atSource = engine.table.find(
                packet.destinationHigh,
                packet.destinationLow,
                peer.localPort(),
                cookie.source().high(),
                cookie.source().low(),
                peer.remotePort());
        return atSource != null ? atSource : InitArrival.byAddresses(engine, packet, cookie.bytes(), cookie.initAt());
    }

    /// §5.1.5, 4: "the endpoint MUST transmit an ERROR chunk with a 'Stale Cookie' error cause to the peer
    /// endpoint"; §3.3.10.3: the measure of staleness is "in microseconds".
    private Drop stale(long now, StateCookie.Content cookie, Peer peer) {
        long micros = (now - cookie.createdAt() - cookie.life()) / Time.MICROSECOND;
        byte[] staleness = new byte[4];
        Bytes.putU32(staleness, 0, Math.min(0xffff_ffffL, micros));
        engine.replies.error(peer, cookie.peerTag(), SctpCauses.STALE_COOKIE, staleness);
        return Drop.SCTP_STALE_COOKIE;
    }

    private @Nullable Drop create(long now, StateCookie.Content cookie, @Nullable SctpEndpoint endpoint, Peer peer) {
        if (endpoint == null || !endpoint.isListening()) {
            engine.replies.abort(peer, cookie.peerTag(), 0);
            return Drop.SCTP_OUT_OF_THE_BLUE;
        }
        if (!endpoint.hasAcceptRoom()) {
            engine.replies.abort(peer, cookie.peerTag(), 0, SctpCauses.OUT_OF_RESOURCE, NOTHING);
            return Drop.SCTP_ACCEPT_QUEUE_FULL;
        }
        Association a = engine.association(
                endpoint, endpoint.config(), cookie.remotePort(), cookie.localTag(), cookie.localTsn());
        a.encapsulationPort = peer.encapsulationPort();
        // §5.4, 2: "For the receiver of the COOKIE ECHO chunk, the only CONFIRMED address is the one to which
        // the INIT ACK chunk was sent."
        if (engine.addPath(a, cookie.source(), PathState.ACTIVE) == null) {
            return Drop.NO_ROUTE;
        }
        engine.register(a);
        a.authentication = authentication;
        establishment.take(now, a, PeerInit.read(cookie.bytes(), cookie.initAt(), a.config()), cookie.source());
        establishment.established(now, a, true);
        endpoint.offer(engine.context, a);
        return acknowledged(a, peer);
    }

    /// §5.1.5, 6: "Send a COOKIE ACK chunk to the peer acknowledging receipt of the COOKIE ECHO chunk."
    private @Nullable Drop acknowledged(Association a, Peer peer) {
        a.control.cookieAckDue = true;
        a.control.cookieAckPath = a.paths.find(peer.remote());
        engine.ready(a);
        engine.schedule(a);
        accepted = a;
        return null;
    }

    private @Nullable Drop collide(long now, Association a, StateCookie.Content cookie, Peer peer) {
        Collisions collision = Collisions.of(a, cookie);
        if (collision == Collisions.RESTART && engine.spentTags.has(now, cookie.localTag())) {
            return Drop.SCTP_UNEXPECTED;
        }
        return switch (collision) {
            case RESTART -> restart(now, a, cookie, peer);
            case NEW_PEER_TAG -> {
                PeerInit init = PeerInit.read(cookie.bytes(), cookie.initAt(), a.config());
                if (isOpening(a)) {
                    a.authentication = authentication;
                    establishment.take(now, a, init, cookie.source());
                    establishment.established(now, a, true);
                } else {
                    // (B): "The endpoint SHOULD stay in or enter the ESTABLISHED state, but it MUST update its
                    // peer's Verification Tag from the State Cookie, stop any T1-init or T1-cookie timers that
                    // might be running, and send a COOKIE ACK chunk."
                    a.peerTag = cookie.peerTag();
                }
                yield acknowledged(a, peer);
            }
            case SAME -> {
                // (D): "the endpoint SHOULD enter the ESTABLISHED state, if it is in the COOKIE-ECHOED state.
                // It SHOULD stop any T1-cookie timer that might be running and send a COOKIE ACK chunk."
                if (isOpening(a)) {
                    establishment.established(now, a, true);
                }
                yield acknowledged(a, peer);
            }
            case LATE, UNKNOWN -> Drop.SCTP_UNEXPECTED;
        };
    }

    private static boolean isOpening(Association a) {
        return a.state() instanceof AssociationState.CookieWait || a.state() instanceof AssociationState.CookieEchoed;
    }

    /// (A): "the existing session is treated the same as if it received an ABORT chunk followed by a new COOKIE
    /// ECHO chunk", but "a notification of RESTART SHOULD be sent to the ULP instead of a 'COMMUNICATION LOST'
    /// notification. All the congestion control parameters (e.g., cwnd, ssthresh) related to this peer MUST be
    /// reset to their initial values".
    private @Nullable Drop restart(long now, Association a, StateCookie.Content cookie, Peer peer) {
        if (a.state() instanceof AssociationState.ShutdownAckSent state) {
            // "it MUST NOT set up a new association but instead resend the SHUTDOWN ACK chunk and send an ERROR
            // chunk with a 'Cookie Received While Shutting Down' error cause to its peer." The peer knows its
            // new tag only.
            Path path = a.paths.find(peer.remote());
            state.ackDue = true;
            a.control.reply(UnknownChunks.error(SctpCauses.COOKIE_WHILE_SHUTTING_DOWN, NOTHING, 0, 0), path);
            a.peerTag = cookie.peerTag();
            engine.ready(a);
            return Drop.SCTP_UNEXPECTED;
        }
        engine.context.counters().count(Counter.SCTP_RESTARTS);
        engine.spend(now, a);
        engine.giveBack(a, SctpError.ABORTED);
        a.receiver().end();
        a.control.clear();
        a.timers.stopAll();
        a.authentication = authentication;
        a.localTag = cookie.localTag();
        a.localInitialTsn = cookie.localTsn();
        a.outstanding.start(cookie.localTsn() & 0xffff_ffffL);
        PartialReliability.start(a);
        a.sendQueue.restartNumbers();
        a.fastRecoveryExit = -1;
        a.windowClosedAt = -1;
        a.probeDue = false;
        a.errors = 0;
        a.shutdownWanted = false;
        for (int i = 0; i < a.paths.size(); i++) {
            a.paths.get(i).restart(a.config().times());
        }
        establishment.take(now, a, PeerInit.read(cookie.bytes(), cookie.initAt(), a.config()), cookie.source());
        engine.become(now, a, new AssociationState.Established(), "restart of the peer");
        establishment.start(now, a);
        a.inbox.add(new Notification.Restarted(a.outboundStreams(), a.receiver().streamCount()));
        a.tell(engine.context, Signals.READABLE | Signals.WRITABLE);
        return acknowledged(a, peer);
    }

    /// §5.2.6: an ERROR with a "Stale Cookie" cause came. "If the association is in the COOKIE-ECHOED state,
    /// the endpoint MAY elect one of the following three alternatives"; the third is done: "Send a new INIT
    /// chunk to the endpoint, adding a Cookie Preservative parameter requesting an extension to the life time
    /// of the State Cookie. When calculating the time extension, an implementation SHOULD use the RTT
    /// information measured based on the previous COOKIE ECHO / ERROR chunk exchange and SHOULD add no more
    /// than 1 second beyond the measured RTT".
    void staleCookie(long now, Association a) {
        if (!(a.state() instanceof AssociationState.CookieEchoed echoed)) {
            return;
        }
        a.timers.stop(SctpTimer.T1_COOKIE);
        if (echoed.staleCookies >= a.config().limits().maxInitRetransmits()) {
            engine.end(now, a, SctpError.STALE_COOKIE, "cookies turn stale");
            return;
        }
        long rtt = Math.max(0, now - echoed.echoedAt);
        var again = new AssociationState.CookieWait(echoed.path, echoed.staleCookies + 1);
        again.preservativeMillis = (int) Math.min(60_000, rtt / Time.MILLISECOND + 1000);
        a.outstanding.markAllLost();
        engine.become(now, a, again, "stale cookie");
        engine.schedule(a);
    }
}
