package io.towpath.sctp.machine;

import io.towpath.core.Packet;
import io.towpath.core.Route;
import io.towpath.core.Time;
import io.towpath.sctp.Association;
import io.towpath.sctp.AssociationState;
import io.towpath.sctp.PathState;
import io.towpath.sctp.SctpError;
import io.towpath.sctp.address.AddressChanges;
import io.towpath.sctp.address.PathTable;
import io.towpath.sctp.path.Heartbeats;
import io.towpath.sctp.path.Path;
import io.towpath.sctp.path.PathPicker;
import io.towpath.sctp.path.PathTimer;
import io.towpath.sctp.receive.Receiver;
import io.towpath.wire.IpAddress;
import io.towpath.wire.Malformed;
import io.towpath.wire.SctpCauses;
import io.towpath.wire.SctpChunks;
import io.towpath.wire.SctpHeader;
import io.towpath.wire.SctpParameters;
import org.jspecify.annotations.Nullable;

/// Paths that come and go while an association lives (RFC 5061).
final class PathChanges implements PathTable {
    private final Engine engine;

    PathChanges(Engine engine) {
        this.engine = engine;
    }

    @Override
    public @Nullable Path add(long now, Association a, IpAddress address) {
        Path path = engine.addPath(a, address, PathState.UNCONFIRMED);
        if (path != null) {
            // RFC 5061 §5.3 D1: "The receiver MUST use the path-verification procedure for the added address
            // before using that address."
            Heartbeats.start(now, path, engine.nonces);
        }
        return path;
    }

    @Override
    public void remove(long now, Association a, Path gone) {
        // Packets that left earlier still come, and are no reason for an ABORT.
        AddressChanges changes = a.addressChanges;
        IpAddress forgotten = changes == null ? gone.address() : changes.addFormer(gone.address());
        if (forgotten != null) {
            engine.table.remove(a, forgotten);
        }
        a.paths.remove(gone);
        Path other = PathPicker.forData(a.paths, null);
        a.peerRwnd += a.outstanding.move(gone, other);
        gone.timers.stopAll();
        if (other.flight == 0 && a.outstanding.lost() > 0) {
            // Nothing is on its way that could tell when to go on.
            a.freeRetransmission = true;
        }
        if (!a.outstanding.isEmpty() && !other.timers.isSet(PathTimer.T3_RTX)) {
            other.timers.set(PathTimer.T3_RTX, Time.after(now, other.rto()));
        }
        a.control.forget(gone);
        Receiver receiver = a.receiver;
        if (receiver != null) {
            receiver.sacks.forget(gone);
        }
        if (changes != null) {
            changes.forget(gone);
        }
        if (a.state() instanceof AssociationState.ShutdownSent state && state.path == gone) {
            state.path = null;
        } else if (a.state() instanceof AssociationState.ShutdownAckSent state && state.path == gone) {
            state.path = null;
        }
    }

    @Override
    public boolean isTaken(Association a, IpAddress address) {
        for (Association each : a.endpoint().associations()) {
            if (each != a && each.remotePort() == a.remotePort() && each.paths.find(address) != null) {
                return true;
            }
        }
        return false;
    }

    @Override
    public @Nullable Route from(IpAddress own, IpAddress peer) {
        if (own.isUnspecified()) {
            return engine.network.route(null, peer);
        }
        return own.isIp4() == peer.isIp4() ? engine.network.route(own, peer) : null;
    }

    @Override
    public boolean isLocal(IpAddress address) {
        return engine.network.isLocal(address.high(), address.low());
    }

    @Override
    public void answer(Association a, Packet packet, byte[] chunk) {
        engine.replies.chunk(a, Peer.of(packet), chunk);
    }

    @Override
    public void illegalAnswer(long now, Association a) {
        engine.abort(
                now,
                a,
                SctpError.PROTOCOL_VIOLATION,
                SctpCauses.ILLEGAL_ASCONF_ACK,
                new byte[0],
                "ASCONF-ACK without an ASCONF");
    }

    /// The association that the table has for a packet's source, null if the address is a former one of its
    /// peer: a new association may begin from there.
    static @Nullable Association atPresent(@Nullable Association a, Packet packet) {
        return a == null || a.paths.find(packet.sourceHigh, packet.sourceLow) == null ? null : a;
    }

    /// RFC 5061 §5.2: a packet with an ASCONF may come from an address that is not the peer's yet; then the
    /// address parameter that the chunk begins with tells whose it is. The AUTH chunk before it is judged
    /// later.
    static @Nullable Association find(Engine engine, Packet packet, int first) {
        byte[] b = packet.bytes;
        int at = first;
        if (SctpChunks.check(b, at, packet.end) == Malformed.NONE && SctpChunks.type(b, at) == SctpChunks.AUTH) {
            at = SctpChunks.next(b, at, packet.end);
        }
        if (SctpChunks.check(b, at, packet.end) != Malformed.NONE || SctpChunks.type(b, at) != SctpChunks.ASCONF) {
            return null;
        }
        int parameter = SctpChunks.variableAt(b, at);
        if (!SctpParameters.isAddress(b, parameter, SctpChunks.valueEnd(b, at))) {
            return null;
        }
        return engine.table.find(
                packet.destinationHigh,
                packet.destinationLow,
                SctpHeader.destinationPort(b, packet.at),
                SctpParameters.addressHigh(b, parameter),
                SctpParameters.addressLow(b, parameter),
                SctpHeader.sourcePort(b, packet.at));
    }
}
