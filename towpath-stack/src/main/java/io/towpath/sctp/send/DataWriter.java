package io.towpath.sctp.send;

import io.towpath.core.Context;
import io.towpath.core.Counter;
import io.towpath.core.Time;
import io.towpath.sctp.Association;
import io.towpath.sctp.AssociationState;
import io.towpath.sctp.SctpTimer;
import io.towpath.sctp.auth.Authentication;
import io.towpath.sctp.packet.PacketBuilder;
import io.towpath.sctp.path.Path;
import io.towpath.sctp.path.PathPicker;
import io.towpath.sctp.path.PathTimer;
import io.towpath.sctp.send.OutstandingData.Chunk;
import io.towpath.wire.IpAddress;
import io.towpath.wire.SctpChunks;
import io.towpath.wire.SctpDataHeader;
import org.jspecify.annotations.Nullable;

/// Which DATA goes into the next packet, and where it goes (RFC 9260 §6.1, §6.9, §6.10). Messages are cut into
/// fragments when they get their TSNs, to what every path carries whole.
public final class DataWriter {
    private final Context context;
    private final PartialReliability partial;

    /// Writes DATA of any association.
    public DataWriter(Context context, PartialReliability partial) {
        this.context = context;
        this.partial = partial;
    }

    /// Gives up what is not to be sent any more.
    public void expire(long now, Association a) {
        partial.expireQueued(now, a);
        partial.expireLost(now, a);
        Authentication.tellFree(context, a);
        PartialReliability.advance(a);
    }

    /// The path to which DATA may be sent now, null if there is none to send or it may not be sent.
    public @Nullable Path next(long now, Association a) {
        if (!a.state().sendsData()) {
            return null;
        }
        Chunk lost = a.outstanding.firstLost();
        if (lost != null) {
            Path path = usable(a, lost.path());
            // §6.1 C: "before sending new DATA chunks, the sender MUST first transmit any DATA chunks that are
            // marked for retransmission (limited by the current cwnd)."
            return a.freeRetransmission || path.window.allows(path.flight) ? path : null;
        }
        return nextNew(now, a, false);
    }

    private static Path usable(Association a, Path path) {
        return path.isActive() ? path : PathPicker.forData(a.paths, path);
    }

    /// @param begun the packet has DATA already: what is more fills it up
    private @Nullable Path nextNew(long now, Association a, boolean begun) {
        OutStream stream = a.sendQueue.next();
        OutgoingMessage message = stream == null ? null : stream.head();
        if (message == null || !windowAllows(now, a, message)) {
            return null;
        }
        Path path = destination(a, message);
        // §5.4: "An endpoint MUST NOT send any chunks to an UNCONFIRMED address".
        if (!path.isConfirmed() || a.burst <= 0 && a.config().limits().maxBurst() > 0) {
            return null;
        }
        idle(now, path);
        boolean filling = begun && path.window.isOnePacket();
        if (!filling && !path.window.allows(path.flight)) {
            return null;
        }
        return !begun && isHeldBack(a, path, message) ? null : path;
    }

    private static Path destination(Association a, OutgoingMessage message) {
        IpAddress wanted = message.options.destination();
        return PathPicker.forData(a.paths, wanted == null ? null : a.paths.find(wanted));
    }

    /// §7.2.1: the window of a path that carried nothing shrinks with every RTO.
    private static void idle(long now, Path path) {
        if (path.flight == 0 && path.dataAt >= 0) {
            long rtos = (now - path.dataAt) / path.rto();
            if (rtos > 0) {
                path.window.onIdle(rtos);
                path.dataAt = now;
            }
        }
    }

    /// §6.1 A: "the data sender MUST NOT transmit new data to any destination transport address if its peer's
    /// rwnd indicates that the peer has no buffer space […] However, regardless of the value of rwnd (including
    /// if it is 0), the data sender can always have one DATA chunk in flight to the receiver if allowed by
    /// cwnd". A fragment is not made smaller to fit a small window (silly window syndrome, RFC 1122 §4.2.3.4).
    private boolean windowAllows(long now, Association a, OutgoingMessage message) {
        int size = Math.min(message.length - message.sent, fragmentMax(a));
        if (a.peerRwnd >= size) {
            return true;
        }
        if (a.outstanding.inFlight() > 0 || a.outstanding.lost() > 0) {
            return false;
        }
        if (a.peerAdvertised > 0) {
            return true;
        }
        // "The sender SHOULD send the first zero window probe after 1 RTO when it detects that the receiver has
        // closed its window and SHOULD increase the probe interval exponentially afterwards."
        if (a.probeDue) {
            return true;
        }
        if (a.windowClosedAt < 0) {
            a.windowClosedAt = now;
            long rto = a.paths.primary().rto();
            a.timers.set(
                    SctpTimer.WINDOW_PROBE,
                    Time.after(
                            now,
                            Math.min(
                                    rto << Math.min(a.probes, 6),
                                    a.config().times().rtoMax())));
        }
        return false;
    }

    /// The Nagle algorithm (RFC 1122 §4.2.3.4 by way of §6.1): less than a packet waits while DATA is
    /// unacknowledged, unless the user wants no delay or no more will come.
    private static boolean isHeldBack(Association a, Path path, OutgoingMessage message) {
        if (a.config().noDelay() || a.outstanding.inFlight() == 0 || message.sent > 0) {
            return false;
        }
        if (a.state().name() != AssociationState.Name.ESTABLISHED) {
            return false;
        }
        long chunks = a.sendQueue.queuedBytes() + (long) headerBytes(a) * a.sendQueue.queuedMessages();
        return chunks < path.chunkSpace() && a.sendQueue.queuedBytes() < fragmentMax(a);
    }

    /// Bytes of user data that a chunk may have. §6.9 and §7.3: the smallest of all paths.
    public static int fragmentMax(Association a) {
        int most = a.paths.chunkSpace() - headerBytes(a) - Authentication.reserve(a);
        int wanted = a.config().limits().fragmentMax();
        return Math.max(4, wanted > 0 ? Math.min(wanted, most) : most);
    }

    private static int type(Association a) {
        return a.agreed.interleaving() ? SctpChunks.I_DATA : SctpChunks.DATA;
    }

    private static int headerBytes(Association a) {
        return a.agreed.interleaving() ? SctpDataHeader.I_LENGTH : SctpDataHeader.LENGTH;
    }

    /// Adds DATA to the packet in hand, which goes to a path that [#next] named or that carries control chunks
    /// now.
    ///
    /// @return chunks added
    public int fill(long now, Association a, PacketBuilder packet) {
        Path path = packet.path();
        int count = lost(now, a, path, packet);
        if (a.outstanding.lost() > 0 && a.outstanding.firstLost() != null) {
            return count;
        }
        int news = 0;
        while (nextNew(now, a, count > 0) == path && addNew(now, a, path, packet)) {
            count++;
            news++;
        }
        if (news > 0) {
            // §6.1 D: "the protocol parameter Max.Burst SHOULD be used to limit the number of packets sent."
            a.burst--;
            a.sendQueue.packetEnded();
        }
        return count;
    }

    /// The packet of a COOKIE ECHO may take DATA along (§5.1 C).
    public int fillFirst(long now, Association a, PacketBuilder packet) {
        Path path = packet.path();
        int count = 0;
        for (Chunk chunk = a.outstanding.firstLost();
                chunk != null && again(now, a, chunk, path, packet);
                chunk = a.outstanding.firstLost()) {
            count++;
        }
        if (a.outstanding.lost() > 0) {
            return count;
        }
        while (!a.sendQueue.isEmpty()
                && a.peerRwnd > 0
                && path.flight < path.window.cwnd()
                && addNew(now, a, path, packet)) {
            count++;
        }
        return count;
    }

    private int lost(long now, Association a, Path path, PacketBuilder packet) {
        int count = 0;
        boolean free = a.freeRetransmission || path.window.isOnePacket() && path.flight == 0;
        Chunk chunk = a.outstanding.firstLost();
        while (chunk != null && (free || path.window.allows(path.flight))) {
            long tsn = chunk.tsn;
            if (usable(a, chunk.path()) == path) {
                if (!again(now, a, chunk, path, packet)) {
                    break;
                }
                count++;
            }
            chunk = a.outstanding.nextLost(tsn + 1);
        }
        if (count > 0) {
            a.freeRetransmission = false;
        }
        return count;
    }

    private boolean again(long now, Association a, Chunk chunk, Path path, PacketBuilder packet) {
        if (SctpChunks.padded(headerBytes(a) + chunk.length) > packet.room()
                || !packet.takes(type(a), chunk.message().options.keyId())) {
            return false;
        }
        // §6.3.1 C5, note: no measurement with a chunk sent before a retransmission of one with a lower TSN.
        for (int i = 0; i < a.paths.size(); i++) {
            Path each = a.paths.get(i);
            if (each.timedTsn >= chunk.tsn) {
                each.timedTsn = -1;
            }
        }
        boolean earliest = a.outstanding.isEarliest(chunk, path);
        a.tally.retransmissions++;
        path.retransmissions++;
        context.counters().count(chunk.timedOut ? Counter.SCTP_RETRANSMIT_TIMEOUT : Counter.SCTP_RETRANSMIT_FAST);
        write(now, a, chunk, path, packet);
        // §6.1: "If the timer for that address is already running, the sender MUST restart the timer if the
        // earliest (i.e., lowest TSN) outstanding DATA chunk sent to that address is being retransmitted."
        if (earliest) {
            path.timers.set(PathTimer.T3_RTX, Time.after(now, path.rto()));
        }
        return true;
    }

    private boolean addNew(long now, Association a, Path path, PacketBuilder packet) {
        OutStream stream = a.sendQueue.next();
        OutgoingMessage message = stream == null ? null : stream.head();
        if (stream == null || message == null) {
            return false;
        }
        int left = message.length - message.sent;
        int most = fragmentMax(a);
        int length = Math.min(left, most);
        if (SctpChunks.padded(headerBytes(a) + length) > packet.room()
                || !packet.takes(type(a), message.options.keyId())) {
            return false;
        }
        Chunk chunk = a.outstanding.add();
        boolean unordered = message.options.unordered();
        if (message.sent == 0) {
            message.ssn = number(a, stream, unordered);
        }
        chunk.message = message;
        chunk.offset = message.sent;
        chunk.length = length;
        chunk.fsn = message.nextFsn++;
        chunk.flags = (message.sent == 0 ? SctpDataHeader.B : 0)
                | (length == left ? SctpDataHeader.E : 0)
                | (unordered ? SctpDataHeader.U : 0);
        message.outstanding++;
        a.sendQueue.taken(stream, message, length);
        if ((chunk.flags & SctpDataHeader.E) != 0 && wantsSack(a, message)) {
            chunk.flags |= SctpDataHeader.I;
        }
        if (path.timedTsn < 0) {
            path.timedTsn = chunk.tsn;
        }
        if (a.peerAdvertised == 0 && a.probeDue) {
            a.probeDue = false;
            a.windowClosedAt = -1;
            a.probes++;
            context.counters().count(Counter.SCTP_WINDOW_PROBES);
        }
        write(now, a, chunk, path, packet);
        path.activeAt = now;
        return true;
    }

    /// §6.5: SSNs count ordered messages only; RFC 8260 §2.1: message identifiers count either kind on its own.
    private static int number(Association a, OutStream stream, boolean unordered) {
        if (unordered) {
            return a.agreed.interleaving() ? stream.nextUnordered++ : 0;
        }
        int number = stream.nextSsn++;
        return a.agreed.interleaving() ? number : number & 0xffff;
    }

    /// RFC 7053 §4: the user asks for it, or the association is to be shut down and this is the last chunk.
    private static boolean wantsSack(Association a, OutgoingMessage message) {
        return message.options.sackImmediately()
                || a.state().name() == AssociationState.Name.SHUTDOWN_PENDING && a.sendQueue.isEmpty();
    }

    private void write(long now, Association a, Chunk chunk, Path path, PacketBuilder packet) {
        OutgoingMessage message = chunk.message();
        byte[] b = packet.bytes();
        int at = a.agreed.interleaving()
                ? SctpDataHeader.writeI(
                        b,
                        packet.at(),
                        chunk.flags,
                        (int) chunk.tsn,
                        message.options.streamId(),
                        message.ssn,
                        (chunk.flags & SctpDataHeader.B) != 0 ? (int) message.options.ppid() : chunk.fsn,
                        chunk.length)
                : SctpDataHeader.write(
                        b,
                        packet.at(),
                        chunk.flags,
                        (int) chunk.tsn,
                        message.options.streamId(),
                        message.ssn,
                        (int) message.options.ppid(),
                        chunk.length);
        System.arraycopy(message.data, chunk.offset, b, at, chunk.length);
        packet.finishChunk(at + chunk.length, message.options.keyId());
        packet.hasData(chunk.transmissions > 0);
        a.outstanding.sent(now, chunk, path);
        // §6.2.1 B: "Any time a DATA chunk is transmitted (or retransmitted) to a peer, the endpoint subtracts
        // the data size of the chunk from the rwnd of that peer."
        a.peerRwnd = Math.max(0, a.peerRwnd - chunk.length);
        path.dataAt = now;
        a.dataAt = now;
        a.tally.dataOut++;
        a.tally.bytesOut += chunk.length;
        context.counters().count(Counter.SCTP_DATA_OUT);
        // §6.3.2 R1. In COOKIE-ECHOED the T1-cookie timer stands for it.
        if (!path.timers.isSet(PathTimer.T3_RTX) && a.state().sendsData()) {
            path.timers.set(PathTimer.T3_RTX, Time.after(now, path.rto()));
        }
    }

    /// The first lost chunk if it is larger than any packet of its path: the path MTU shrank after it was cut.
    public @Nullable Chunk oversized(Association a, Path path) {
        Chunk lost = a.outstanding.firstLost();
        if (lost == null
                || SctpChunks.padded(headerBytes(a) + lost.length) <= path.chunkSpace() - Authentication.reserve(a)) {
            return null;
        }
        return usable(a, lost.path()) == path ? lost : null;
    }

    /// Sends such a chunk alone, to be fragmented by the network. §6.9: "Once a message is fragmented, it
    /// cannot be re-fragmented."
    public void sendOversized(long now, Association a, Chunk chunk, PacketBuilder packet) {
        again(now, a, chunk, packet.path(), packet);
        a.freeRetransmission = false;
    }
}
