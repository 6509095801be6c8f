package io.towpath.sctp.machine;

import io.towpath.core.Drop;
import io.towpath.core.Packet;
import io.towpath.core.Time;
import io.towpath.sctp.Association;
import io.towpath.sctp.AssociationState;
import io.towpath.sctp.SctpConfig;
import io.towpath.sctp.SctpEndpoint;
import io.towpath.sctp.SctpError;
import io.towpath.sctp.SctpTimer;
import io.towpath.sctp.auth.Authentication;
import io.towpath.sctp.auth.KeyVector;
import io.towpath.sctp.handshake.InitWriter;
import io.towpath.sctp.handshake.PeerInit;
import io.towpath.sctp.handshake.StateCookie;
import io.towpath.sctp.packet.UnknownChunks;
import io.towpath.sctp.path.Path;
import io.towpath.wire.IpAddress;
import io.towpath.wire.SctpCauses;
import io.towpath.wire.SctpChunks;
import io.towpath.wire.SctpHeader;
import io.towpath.wire.SctpInitHeader;
import io.towpath.wire.SctpParameters;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// INIT and INIT ACK (RFC 9260 §5.1, §5.2.1 to §5.2.3). An INIT is answered without keeping anything: "After
/// sending out an INIT ACK chunk with the State Cookie parameter, 'Z' MUST NOT allocate any resources or keep
/// any states for the new association."
final class InitArrival {
    /// What a peer may add to the life of a cookie.
    static final long PRESERVATIVE_MAX_MILLIS = 60_000;

    private static final byte[] NOTHING = {};

    private final Engine engine;
    private final Establishment establishment;

    InitArrival(Engine engine, Establishment establishment) {
        this.engine = engine;
        this.establishment = establishment;
    }

    /// An INIT that is alone in its packet, with verification tag 0.
    ///
    /// @param at where the chunk begins
    /// @param endpoint who listens, null if nobody does
    /// @param a the association that exists with one of the addresses, null if none does
    @Nullable
    Drop init(long now, Packet packet, int at, @Nullable SctpEndpoint endpoint, @Nullable Association a) {
        byte[] b = packet.bytes;
        Peer peer = Peer.of(packet);
        int tag = SctpInitHeader.initiateTag(b, at);
        // RFC 9260 §3.3.2: "If the value of the Initiate Tag in a received INIT chunk is found to be 0, the
        // receiver MUST silently discard the packet."
        if (tag == 0) {
            return Drop.BAD_SCTP_HEADER;
        }
        if (a != null && a.state() instanceof AssociationState.ShutdownAckSent state) {
            // §9.2: "it SHOULD discard the INIT chunk and retransmit the SHUTDOWN ACK chunk."
            state.ackDue = true;
            engine.ready(a);
            return null;
        }
        if (a == null && (endpoint == null || !endpoint.isListening())) {
            // §8.4, 3: "the Verification Tag of the packet containing the ABORT chunk MUST be the Initiate Tag
            // of the received INIT chunk, and the T bit of the ABORT chunk has to be set to 0".
            engine.replies.abort(peer, tag, 0);
            return Drop.SCTP_OUT_OF_THE_BLUE;
        }
        SctpConfig config = a != null ? a.config() : configOf(endpoint);
        PeerInit init = PeerInit.read(b, at, config);
        if (init.fault != 0) {
            engine.replies.abort(peer, tag, 0, init.fault, init.faultInformation);
            return Drop.BAD_SCTP_HEADER;
        }
        if (a == null) {
            if (endpoint != null && !endpoint.hasAcceptRoom()) {
                // §5.1: "decides not to establish the new association due to […] lack of local resources, it
                // SHOULD respond with an ABORT chunk."
                engine.replies.abort(peer, tag, 0, SctpCauses.OUT_OF_RESOURCE, NOTHING);
                return Drop.SCTP_ACCEPT_QUEUE_FULL;
            }
            List<IpAddress> bound = endpoint == null ? List.of() : endpoint.localAddresses();
            var choice = new StateCookie.Choice(engine.newTag(), engine.newTsn(), 0, 0, engine.keyVector(config, init));
            acknowledge(now, packet, at, init, config, bound, choice, peer);
            return null;
        }
        return collision(now, packet, at, init, a, peer);
    }

    private static SctpConfig configOf(@Nullable SctpEndpoint endpoint) {
        if (endpoint == null) {
            throw new IllegalStateException("neither an association nor an endpoint");
        }
        return endpoint.config();
    }

    private @Nullable Drop collision(long now, Packet packet, int at, PeerInit init, Association a, Peer peer) {
        StateCookie.Choice choice;
        if (a.state() instanceof AssociationState.CookieWait) {
            // §5.2.1: "an endpoint MUST respond with an INIT ACK chunk using the same parameters it sent in its
            // original INIT chunk (including its Initiate Tag, unchanged)"; tie-tags stay 0.
            choice = new StateCookie.Choice(a.localTag, a.localInitialTsn, 0, 0, ownVector(a, init));
        } else {
            // The INIT of the association itself may come late, when addresses of its have been removed (RFC
            // 5061).
            boolean late = a.agreed.addressConfiguration() && init.tag == a.peerTag;
            byte[] added = late ? NOTHING : addedAddresses(packet, init, a);
            if (added.length > 0) {
                // §5.2.2: "If new addresses are added to the association, the endpoint MUST respond with an
                // ABORT chunk, copying the 'Initiate Tag' of the unexpected INIT into the 'Verification Tag'".
                engine.replies.abort(peer, init.tag, 0, SctpCauses.RESTART_WITH_NEW_ADDRESSES, added);
                return Drop.SCTP_UNEXPECTED;
            }
            choice = a.state() instanceof AssociationState.CookieEchoed
                    ? new StateCookie.Choice(a.localTag, a.localInitialTsn, a.localTag, a.peerTag, ownVector(a, init))
                    // §5.2.2: "And the INIT ACK chunk MUST contain a new Initiate Tag (randomly generated)".
                    : new StateCookie.Choice(
                            engine.newTag(),
                            engine.newTsn(),
                            a.localTag,
                            a.peerTag,
                            engine.keyVector(a.config(), init));
        }
        acknowledge(now, packet, at, init, a.config(), a.localAddresses, choice, peer);
        return null;
    }

    /// What this side's INIT told, for the INIT ACK has the same parameters.
    private static @Nullable KeyVector ownVector(Association a, PeerInit init) {
        Authentication present = a.authentication;
        return present == null || init.keyVector == null ? null : present.own();
    }

    /// Address parameters of what the INIT would add to the association.
    private static byte[] addedAddresses(Packet packet, PeerInit init, Association a) {
        byte[] added = new byte[SctpParameters.IPV6_LENGTH * (init.addresses.size() + 1)];
        int at = 0;
        if (a.paths.find(packet.sourceHigh, packet.sourceLow) == null) {
            at = SctpParameters.writeAddress(added, at, packet.sourceHigh, packet.sourceLow);
        }
        for (IpAddress address : init.addresses) {
            if (a.paths.find(address) == null) {
                at = SctpParameters.writeAddress(added, at, address.high(), address.low());
            }
        }
        return Arrays.copyOf(added, at);
    }

    private void acknowledge(
            long now,
            Packet packet,
            int at,
            PeerInit init,
            SctpConfig config,
            List<IpAddress> bound,
            StateCookie.Choice choice,
            Peer peer) {
        if (!engine.replies.hasRoom()) {
            return;
        }
        // §5.1 B: "The destination IP address of the INIT ACK chunk MUST be set to the source IP address of the
        // INIT chunk".
        long life = config.times().cookieLife()
                + Math.min(init.preservativeMillis, PRESERVATIVE_MAX_MILLIS) * Time.MILLISECOND;
        byte[] cookie = engine.cookies.make(
                now, life, choice, peer.localPort(), peer.remotePort(), peer.remote(), peer.local(), packet.bytes, at);
        int streams = Math.min(config.outboundStreams(), init.inboundStreams);
        int extra = cookie.length
                + 8
                + InitWriter.unrecognizedLength(init.unrecognized)
                + InitWriter.keyVectorLength(choice.keyVector());
        List<IpAddress> told =
                LocalAddresses.told(engine.network, bound, config, peer.remote(), peer.encapsulationPort() != 0);
        var writer = new InitWriter(SctpChunks.INIT_ACK, choice.tag(), choice.tsn(), streams, config, told, extra);
        writer.keyVector(choice.keyVector());
        writer.octets(SctpParameters.STATE_COOKIE, cookie);
        writer.unrecognized(init.unrecognized);
        byte[] chunk = writer.toChunk();
        Packet reply = engine.replies.begin(peer, init.tag, chunk.length);
        System.arraycopy(chunk, 0, reply.bytes, reply.end, chunk.length);
        reply.end += chunk.length;
        engine.replies.add(reply, peer);
    }

    /// An INIT ACK for an association.
    @Nullable
    Drop initAck(long now, Packet packet, int at, Association a) {
        byte[] b = packet.bytes;
        // §5.2.3: "If an INIT ACK chunk is received by an endpoint in any state other than the COOKIE-WAIT or
        // CLOSED state, the endpoint SHOULD discard the INIT ACK chunk."
        if (!(a.state() instanceof AssociationState.CookieWait waiting)) {
            return Drop.SCTP_UNEXPECTED;
        }
        Peer peer = Peer.of(packet);
        int tag = SctpInitHeader.initiateTag(b, at);
        PeerInit init = PeerInit.read(b, at, a.config());
        byte[] cookie = init.cookie;
        if (tag == 0) {
            // §3.3.3: "the receiver MUST destroy the association, discarding its TCB. The receiver MAY send an
            // ABORT chunk for debugging purpose."
            // The peer's tag is not known, so it is the own one that comes back (§8.5.1 B).
            engine.replies.abort(peer, a.localTag, SctpChunks.T, SctpCauses.INVALID_MANDATORY_PARAMETER, new byte[0]);
            engine.end(now, a, SctpError.PROTOCOL_VIOLATION, "INIT ACK with tag 0");
            return Drop.BAD_SCTP_HEADER;
        }
        if (init.fault != 0 || cookie == null) {
            // §5.1: "it SHOULD respond with an ABORT chunk. It SHOULD also specify the cause of abort, such as
            // the type of the missing mandatory parameters".
            byte[] information = init.fault == SctpCauses.MISSING_PARAMETER
                    ? new byte[] {0, 0, 0, 1, 0, SctpParameters.STATE_COOKIE}
                    : init.faultInformation;
            engine.replies.abort(peer, tag, 0, init.fault, information);
            engine.end(now, a, SctpError.PROTOCOL_VIOLATION, "unusable INIT ACK");
            return Drop.BAD_SCTP_HEADER;
        }
        boolean measured = waiting.retransmissions == 0;
        establishment.take(now, a, init, peer.remote());
        a.timers.stop(SctpTimer.T1_INIT);
        Path path = a.paths.find(peer.remote());
        Path chosen = path == null ? waiting.path : path;
        if (measured && path == waiting.path && waiting.sentAt >= 0) {
            chosen.rtt.sample(now - waiting.sentAt);
        }
        engine.become(now, a, new AssociationState.CookieEchoed(cookie, chosen, waiting.staleCookies), "INIT ACK");
        if (init.unrecognized.length > 0) {
            // §3.2.2: "it SHOULD bundle the ERROR chunk containing the 'Unrecognized Parameters' error cause
            // with the COOKIE ECHO chunk".
            a.control.reply(
                    UnknownChunks.error(
                            SctpCauses.UNRECOGNIZED_PARAMETERS, init.unrecognized, 0, init.unrecognized.length),
                    chosen);
        }
        return null;
    }

    /// The association that an INIT or INIT ACK names by one of its address parameters. §5.1.2 D: it "MUST be
    /// treated as belonging to an already established association (or one in the process of being established)
    /// if the use of any of the valid address parameters contained within the chunk would identify an existing
    /// TCB."
    ///
    /// @param b holds the chunk: the packet's bytes, or a cookie's
    /// @param at where the chunk begins in `b`
    static @Nullable Association byAddresses(Engine engine, Packet packet, byte[] b, int at) {
        int localPort = SctpHeader.destinationPort(packet.bytes, packet.at);
        int remotePort = SctpHeader.sourcePort(packet.bytes, packet.at);
        int end = SctpChunks.valueEnd(b, at);
        for (int p = SctpChunks.variableAt(b, at);
                p < end && SctpParameters.check(b, p, end).ok();
                p = SctpParameters.next(b, p, end)) {
            int type = SctpParameters.type(b, p);
            if (type == SctpParameters.IPV4 || type == SctpParameters.IPV6) {
                Association a = engine.table.find(
                        packet.destinationHigh,
                        packet.destinationLow,
                        localPort,
                        SctpParameters.addressHigh(b, p),
                        SctpParameters.addressLow(b, p),
                        remotePort);
                if (a != null) {
                    return a;
                }
            }
        }
        return null;
    }
}
