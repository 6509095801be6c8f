package io.towpath.sctp.machine;

import io.towpath.core.Drop;
import io.towpath.core.Event;
import io.towpath.core.Packet;
import io.towpath.sctp.Association;
import io.towpath.sctp.AssociationState;
import io.towpath.sctp.SctpEndpoint;
import io.towpath.sctp.SctpEvent;
import io.towpath.sctp.packet.Encapsulation;
import io.towpath.sctp.packet.TagRules;
import io.towpath.wire.IpAddress;
import io.towpath.wire.Malformed;
import io.towpath.wire.SctpChunks;
import io.towpath.wire.SctpHeader;
import io.towpath.wire.SctpPacket;
import org.jspecify.annotations.Nullable;

/// A packet that passed its checksum: whose it is, and whether its verification tag lets it in (RFC 9260 §8.4,
/// §8.5).
public final class PacketArrival {
    /// Finds who listens at a port of an address.
    @FunctionalInterface
    public interface Endpoints {
        /// The endpoint, null if there is none.
        @Nullable
        SctpEndpoint find(long high, long low, int port);
    }

    private final Engine engine;
    private final Endpoints endpoints;
    private final InitArrival inits;
    private final CookieArrival cookies;
    private final OutOfTheBlue blue;
    private final ChunkArrival chunks;

    PacketArrival(Engine engine, Endpoints endpoints, InitArrival inits, CookieArrival cookies, ChunkArrival chunks) {
        this.engine = engine;
        this.endpoints = endpoints;
        this.inits = inits;
        this.cookies = cookies;
        this.chunks = chunks;
        this.blue = new OutOfTheBlue(engine.replies, engine.handedOver);
    }

    /// RFC 9653 §5.3: a packet with "an incorrect zero checksum" is taken when this side told that it may
    /// come; one without an association, or that may make one, is not.
    boolean takesWithoutChecksum(Packet packet) {
        byte[] b = packet.bytes;
        if (SctpHeader.checksum(b, packet.at) != 0) {
            return false;
        }
        Association a = engine.table.find(
                packet.destinationHigh,
                packet.destinationLow,
                SctpHeader.destinationPort(b, packet.at),
                packet.sourceHigh,
                packet.sourceLow,
                SctpHeader.sourcePort(b, packet.at));
        int first = packet.at + SctpHeader.LENGTH;
        if (a == null || !a.agreed.zeroChecksum() || SctpChunks.check(b, first, packet.end) != Malformed.NONE) {
            return false;
        }
        int type = SctpChunks.type(b, first);
        return type != SctpChunks.INIT && type != SctpChunks.COOKIE_ECHO;
    }

    /// Processes a packet whose common header is whole and whose checksum is right.
    ///
    /// @return why it was dropped, null if it was not
    @Nullable
    Drop on(long now, Packet packet) {
        byte[] b = packet.bytes;
        int first = packet.at + SctpHeader.LENGTH;
        Malformed fault = SctpChunks.check(b, first, packet.end);
        if (fault == Malformed.TRUNCATED || fault == Malformed.BAD_HEADER_LENGTH) {
            return Drop.BAD_SCTP_HEADER;
        }
        int type = SctpChunks.type(b, first);
        int tag = SctpHeader.verificationTag(b, packet.at);
        int localPort = SctpHeader.destinationPort(b, packet.at);
        Association a = engine.table.find(
                packet.destinationHigh,
                packet.destinationLow,
                localPort,
                packet.sourceHigh,
                packet.sourceLow,
                SctpHeader.sourcePort(b, packet.at));
        if (type == SctpChunks.INIT || tag == 0) {
            return init(now, packet, first, type, tag, fault, PathChanges.atPresent(a, packet));
        }
        int lead = AuthArrival.lead(b, first, packet.end);
        if (SctpChunks.type(b, lead) == SctpChunks.COOKIE_ECHO) {
            SctpEndpoint endpoint = endpoints.find(packet.destinationHigh, packet.destinationLow, localPort);
            Drop drop = cookies.echo(now, packet, lead, endpoint, lead == first ? -1 : first);
            Association accepted = cookies.accepted;
            if (drop != null || accepted == null) {
                return drop;
            }
            learn(now, accepted, packet);
            chunks.on(now, accepted, packet, SctpChunks.next(b, lead, packet.end), lead != first);
            tell(now, accepted, packet);
            return null;
        }
        if (a == null && type == SctpChunks.INIT_ACK && fault == Malformed.NONE) {
            a = InitArrival.byAddresses(engine, packet, b, first);
        }
        if (a == null) {
            a = PathChanges.find(engine, packet, first);
        }
        if (a == null) {
            return blue.on(now, packet, first);
        }
        boolean strayShutdownAck = isOpening(a) && AuthArrival.isShutdownAck(b, first, packet.end);
        if (!TagRules.accepts(a, b, packet.at, first)) {
            return strayShutdownAck ? blue.on(now, packet, first) : Drop.SCTP_BAD_TAG;
        }
        if (strayShutdownAck) {
            // §8.5.1 E: "If the receiver is in COOKIE-ECHOED or COOKIE-WAIT state, the procedures in Section
            // 8.4 SHOULD be followed; in other words, it is treated as an OOTB packet."
            return blue.on(now, packet, first);
        }
        learn(now, a, packet);
        tell(now, a, packet);
        if (type == SctpChunks.INIT_ACK) {
            return fault != Malformed.NONE || !isAlone(packet, first)
                    ? Drop.BAD_SCTP_HEADER
                    : heard(a, inits.initAck(now, packet, first, a));
        }
        chunks.on(now, a, packet, first, false);
        return null;
    }

    private void learn(long now, Association a, Packet packet) {
        if (Encapsulation.learn(a, packet)) {
            a.note(now, engine.context, SctpEvent.Note.ENCAPSULATION_CHANGED, packet.encapsulationPort);
        }
    }

    private @Nullable Drop heard(Association a, @Nullable Drop drop) {
        a.tally.packetsIn++;
        return drop;
    }

    private static boolean isOpening(Association a) {
        return a.state() instanceof AssociationState.CookieWait || a.state() instanceof AssociationState.CookieEchoed;
    }

    /// §8.5.1 A: "When an endpoint receives an SCTP packet with the Verification Tag set to 0, it SHOULD verify
    /// that the packet contains only an INIT chunk. Otherwise, the receiver MUST silently discard the packet."
    private @Nullable Drop init(
            long now, Packet packet, int first, int type, int tag, Malformed fault, @Nullable Association known) {
        if (type != SctpChunks.INIT) {
            return Drop.SCTP_BAD_TAG;
        }
        if (fault != Malformed.NONE || !isAlone(packet, first)) {
            return Drop.BAD_SCTP_HEADER;
        }
        if (tag != 0) {
            // Not an INIT as §8.4, 3 wants it: answered as any other packet out of the blue.
            return blue.on(now, packet, first);
        }
        Association a = known == null ? InitArrival.byAddresses(engine, packet, packet.bytes, first) : known;
        int localPort = SctpHeader.destinationPort(packet.bytes, packet.at);
        SctpEndpoint endpoint = endpoints.find(packet.destinationHigh, packet.destinationLow, localPort);
        return inits.init(now, packet, first, endpoint, a);
    }

    /// §6.10: "An endpoint MUST NOT bundle INIT, INIT ACK, or SHUTDOWN COMPLETE chunks with any other chunks."
    private static boolean isAlone(Packet packet, int first) {
        return SctpChunks.next(packet.bytes, first, packet.end) == packet.end;
    }

    private void tell(long now, Association a, Packet packet) {
        if (engine.context.events().wants(Event.Kind.SCTP_PACKET_IN)) {
            SctpPacket value = SctpPacket.parse(packet.bytes, packet.at, packet.end);
            IpAddress source = IpAddress.of(packet.sourceHigh, packet.sourceLow);
            engine.context.events().emit(new SctpEvent.PacketIn(now, a.id(), source, value));
        }
    }
}
