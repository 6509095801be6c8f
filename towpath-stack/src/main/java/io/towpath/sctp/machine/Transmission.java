package io.towpath.sctp.machine;

import io.towpath.core.Context;
import io.towpath.core.Counter;
import io.towpath.core.Time;
import io.towpath.core.TxBatch;
import io.towpath.sctp.Association;
import io.towpath.sctp.AssociationState;
import io.towpath.sctp.SctpTimer;
import io.towpath.sctp.address.AddressRequests;
import io.towpath.sctp.auth.Authentication;
import io.towpath.sctp.handshake.InitWriter;
import io.towpath.sctp.packet.PacketBuilder;
import io.towpath.sctp.path.Heartbeats;
import io.towpath.sctp.path.MtuProbes;
import io.towpath.sctp.path.Path;
import io.towpath.sctp.path.PathPicker;
import io.towpath.sctp.receive.Receiver;
import io.towpath.sctp.receive.SackWriter;
import io.towpath.sctp.send.DataWriter;
import io.towpath.sctp.send.OutstandingData.Chunk;
import io.towpath.wire.SctpChunks;
import io.towpath.wire.SctpDataHeader;
import org.jspecify.annotations.Nullable;

/// What an association sends next. One packet at a time: first what the state demands, then control chunks,
/// then DATA, each bundled with what goes the same way (RFC 9260 §6.10: "control chunks first").
public final class Transmission {
    private final Context context;
    private final Engine engine;
    private final PacketBuilder packet;
    private final DataWriter data;

    Transmission(Engine engine, DataWriter data) {
        this.engine = engine;
        this.context = engine.context;
        this.packet = engine.builder;
        this.data = data;
    }

    /// Writes packets while there are some to write and `out` has room.
    ///
    /// @return true when more would come
    boolean run(long now, Association a, TxBatch out) {
        while (!out.isFull()) {
            if (!one(now, a, out)) {
                a.burst = 0;
                return false;
            }
        }
        return true;
    }

    private boolean one(long now, Association a, TxBatch out) {
        return switch (a.state()) {
            case AssociationState.Closed ignored -> false;
            case AssociationState.CookieWait state -> init(now, a, state, out);
            case AssociationState.CookieEchoed state -> cookieEcho(now, a, state, out);
            case AssociationState.Established ignored -> open(now, a, out);
            case AssociationState.ShutdownPending ignored -> open(now, a, out);
            case AssociationState.ShutdownReceived ignored -> open(now, a, out);
            case AssociationState.ShutdownSent state -> control(now, a, out) || shutdown(now, a, state, out);
            case AssociationState.ShutdownAckSent state -> control(now, a, out) || shutdownAck(now, a, state, out);
        };
    }

    // ---- the handshake

    private boolean init(long now, Association a, AssociationState.CookieWait state, TxBatch out) {
        if (!state.initDue) {
            return false;
        }
        state.initDue = false;
        state.sentAt = now;
        Path path = state.path;
        var told = LocalAddresses.told(
                engine.network, a.localAddresses, a.config(), path.address(), path.encapsulationPort() != 0);
        Authentication own = a.authentication;
        var writer = new InitWriter(
                SctpChunks.INIT,
                a.localTag,
                a.localInitialTsn,
                a.config().outboundStreams(),
                a.config(),
                told,
                InitWriter.keyVectorLength(own == null ? null : own.own()));
        writer.keyVector(own == null ? null : own.own());
        if (state.preservativeMillis > 0) {
            writer.preservative(state.preservativeMillis);
        }
        // §8.5.1 A: "The sender MUST set the Verification Tag of the packet to 0."
        packet.begin(a, path, 0);
        packet.add(writer.toChunk());
        packet.finish(now, out);
        a.timers.set(SctpTimer.T1_INIT, Time.after(now, path.rto()));
        return true;
    }

    private boolean cookieEcho(long now, Association a, AssociationState.CookieEchoed state, TxBatch out) {
        if (!state.echoDue) {
            return false;
        }
        state.echoDue = false;
        if (state.retransmissions == 0) {
            state.echoedAt = now;
        }
        Path path = state.path;
        byte[] cookie = state.cookie;
        if (SctpChunks.padded(SctpChunks.HEAD + cookie.length) > path.chunkSpace() - Authentication.reserve(a)) {
            packet.beginOversized(a, path, a.peerTag, SctpChunks.padded(SctpChunks.HEAD + cookie.length));
        } else {
            packet.begin(a, path, a.peerTag);
        }
        byte[] b = packet.bytes();
        int next = SctpChunks.writeHead(b, packet.at(), SctpChunks.COOKIE_ECHO, 0, SctpChunks.HEAD);
        System.arraycopy(cookie, 0, b, next, cookie.length);
        packet.finishChunk(next + cookie.length);
        replies(a, path);
        // §5.1 C: "The COOKIE ECHO chunk MAY be bundled with any pending outbound DATA chunks, but it MUST be
        // the first chunk in the packet and until the COOKIE ACK chunk is returned the sender MUST NOT send any
        // other packets to the peer."
        data.fillFirst(now, a, packet);
        packet.finish(now, out);
        a.timers.set(SctpTimer.T1_COOKIE, Time.after(now, path.rto()));
        return true;
    }

    // ---- the open association

    private boolean open(long now, Association a, TxBatch out) {
        if (control(now, a, out)) {
            return true;
        }
        if (engine.streamRequests.isReady(a)) {
            Path to = PathPicker.forData(a.paths, null);
            packet.begin(a, to, a.peerTag);
            engine.streamRequests.write(a, packet);
            packet.finish(now, out);
            a.timers.set(SctpTimer.RECONFIGURATION, Time.after(now, to.rto()));
            return true;
        }
        if (AddressRequests.isReady(a)) {
            AddressRequests.prepare(a);
            engine.refresh(a);
            Path to = AddressRequests.path(a);
            packet.begin(a, to, a.peerTag);
            engine.addressRequests.write(a, packet);
            packet.finish(now, out);
            a.timers.set(SctpTimer.ADDRESS_CHANGE, Time.after(now, to.rto()));
            return true;
        }
        data.expire(now, a);
        if (a.forwardTsnDue) {
            packet.begin(a, PathPicker.forData(a.paths, null), a.peerTag);
            sack(a, false);
            engine.partial.write(now, a, packet);
            data.fill(now, a, packet);
            packet.finish(now, out);
            return true;
        }
        Path path = data.next(now, a);
        if (path != null) {
            Chunk oversized = data.oversized(a, path);
            if (oversized != null) {
                packet.beginOversized(
                        a, path, a.peerTag, SctpChunks.padded(SctpDataHeader.I_LENGTH + oversized.length));
                data.sendOversized(now, a, oversized, packet);
                packet.finish(now, out);
                return true;
            }
            packet.begin(a, path, a.peerTag);
            // §6.1: "Before an endpoint transmits a DATA chunk, if any received DATA chunks have not been
            // acknowledged (e.g., due to delayed ack), the sender SHOULD create a SACK and bundle it with the
            // outbound DATA chunk".
            sack(a, false);
            if (data.fill(now, a, packet) > 0 || !packet.isEmpty()) {
                packet.finish(now, out);
                return true;
            }
            packet.cancel();
        }
        return sackAlone(now, a, out);
    }

    private boolean sackAlone(long now, Association a, TxBatch out) {
        Receiver receiver = a.receiver;
        if (receiver == null || !receiver.sacks.isDue()) {
            return false;
        }
        Path path = receiver.sacks.path();
        if (path == null || !path.isConfirmed()) {
            path = PathPicker.forData(a.paths, null);
        }
        if (!path.isConfirmed()) {
            // §5.4: nothing goes to an unconfirmed address, and there is no other: the peer moved.
            return false;
        }
        packet.begin(a, path, a.peerTag);
        SackWriter.write(a, context, packet);
        packet.finish(now, out);
        return true;
    }

    /// Adds a SACK to the packet in hand if one is due, or, when not only if due, pending.
    private void sack(Association a, boolean onlyIfDue) {
        Receiver receiver = a.receiver;
        if (receiver != null && (onlyIfDue ? receiver.sacks.isDue() : receiver.sacks.isPending())) {
            SackWriter.write(a, context, packet);
        }
    }

    /// Control chunks that are nobody's: COOKIE ACK, replies, heartbeats. What else is due goes along.
    private boolean control(long now, Association a, TxBatch out) {
        ControlChunks control = a.control;
        if (control.cookieAckDue) {
            control.cookieAckDue = false;
            Path path = reachable(a, control.cookieAckPath);
            packet.begin(a, path, a.peerTag);
            int at = packet.at();
            packet.finishChunk(SctpChunks.writeHead(packet.bytes(), at, SctpChunks.COOKIE_ACK, 0, SctpChunks.HEAD));
            if (!path.isConfirmed()) {
                // §5.4: "A COOKIE ACK MAY be sent to an UNCONFIRMED address, but it MUST be bundled with a
                // HEARTBEAT including a nonce."
                heartbeat(now, path);
                packet.finish(now, out);
                return true;
            }
            replies(a, path);
            along(now, a);
            packet.finish(now, out);
            return true;
        }
        ControlChunks.Reply first = control.peek();
        if (first != null) {
            Path path = reachable(a, first.path());
            if (first.chunk().length > path.chunkSpace() - Authentication.reserve(a)) {
                packet.beginOversized(a, path, a.peerTag, first.chunk().length);
            } else {
                packet.begin(a, path, a.peerTag);
            }
            sack(a, true);
            replies(a, path);
            if (packet.isEmpty()) {
                packet.add(first.chunk());
                control.remove();
            }
            if (path.isConfirmed()) {
                along(now, a);
            }
            packet.finish(now, out);
            return true;
        }
        return heartbeats(now, a, out) || mtuProbes(now, a, out);
    }

    /// What goes along with control chunks: a SACK that is due, and DATA.
    private void along(long now, Association a) {
        sack(a, true);
        if (a.state().sendsData()) {
            data.fill(now, a, packet);
        }
    }

    private static Path reachable(Association a, @Nullable Path wanted) {
        return wanted == null ? PathPicker.forData(a.paths, null) : wanted;
    }

    /// Adds waiting replies for `path` while they fit.
    private void replies(Association a, Path path) {
        for (ControlChunks.Reply reply = a.control.peek(); reply != null; reply = a.control.peek()) {
            Path wanted = reply.path();
            if (wanted != null && wanted != path
                    || reply.chunk().length > packet.room(SctpChunks.type(reply.chunk(), 0))) {
                return;
            }
            packet.add(reply.chunk());
            a.control.remove();
        }
    }

    private boolean heartbeats(long now, Association a, TxBatch out) {
        for (int i = 0; i < a.paths.size(); i++) {
            Path path = a.paths.get(i);
            if (path.heartbeat.due) {
                packet.begin(a, path, a.peerTag);
                heartbeat(now, path);
                packet.finish(now, out);
                return true;
            }
        }
        return false;
    }

    /// RFC 8899 §6.2: paths that carry data are probed for the size of packets that they carry.
    private boolean mtuProbes(long now, Association a, TxBatch out) {
        if (!a.state().takesData() || !a.state().sendsData()) {
            return false;
        }
        for (int i = 0; i < a.paths.size(); i++) {
            Path path = a.paths.get(i);
            MtuProbes probes = path.probes;
            if (probes == null || !path.isActive() || path.route == null) {
                continue;
            }
            int size = probes.due(now);
            if (size > path.mtu) {
                int chunkBytes = path.chunkSpace(size);
                packet.beginProbe(a, path, a.peerTag, chunkBytes);
                int whole = path.overhead() + chunkBytes;
                int end = probes.write(now, path, engine.nonces, whole, packet.room(), packet.bytes(), packet.at());
                packet.finishChunks(end);
                packet.finish(now, out);
                return true;
            }
            probes.rest(now, path);
        }
        return false;
    }

    private void heartbeat(long now, Path path) {
        context.counters().count(Counter.SCTP_HEARTBEATS_OUT);
        packet.finishChunk(Heartbeats.write(now, path, engine.nonces, packet.bytes(), packet.at()));
    }

    // ---- the end

    private boolean shutdown(long now, Association a, AssociationState.ShutdownSent state, TxBatch out) {
        if (!state.shutdownDue) {
            return sackAlone(now, a, out);
        }
        state.shutdownDue = false;
        Path path = state.path(a.paths);
        packet.begin(a, path, a.peerTag);
        int cumulative = (int) a.receiver().tracker.cumulative();
        packet.finishChunk(SctpChunks.writeWord(packet.bytes(), packet.at(), SctpChunks.SHUTDOWN, 0, cumulative));
        Receiver receiver = a.receiver();
        // §9.2: "If a SHUTDOWN chunk by itself cannot acknowledge all of the received DATA chunks (i.e., there
        // are TSNs that can be acknowledged that are larger than the cumulative TSN and thus gaps exist in the
        // TSN sequence) or if duplicate TSNs have been received, then a SACK chunk MUST also be sent."
        // And the peer, who may have much to send yet, must hear of the window, which only a SACK tells.
        long moved = Math.abs(receiver.window() - receiver.advertised);
        boolean untold = moved > a.config().receiveBytesMax() / 4;
        if (receiver.tracker.hasGaps() || receiver.tracker.duplicates() > 0 || untold) {
            SackWriter.write(a, context, packet);
        } else {
            receiver.sacks.sent();
            a.timers.stop(SctpTimer.DELAYED_SACK);
        }
        packet.finish(now, out);
        a.timers.set(SctpTimer.T2_SHUTDOWN, Time.after(now, path.rto()));
        return true;
    }

    private boolean shutdownAck(long now, Association a, AssociationState.ShutdownAckSent state, TxBatch out) {
        if (!state.ackDue) {
            return false;
        }
        state.ackDue = false;
        Path path = state.path(a.paths);
        packet.begin(a, path, a.peerTag);
        int at = packet.at();
        packet.finishChunk(SctpChunks.writeHead(packet.bytes(), at, SctpChunks.SHUTDOWN_ACK, 0, SctpChunks.HEAD));
        packet.finish(now, out);
        a.timers.set(SctpTimer.T2_SHUTDOWN, Time.after(now, path.rto()));
        return true;
    }
}
