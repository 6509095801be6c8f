package io.towpath.sctp.machine;

import io.towpath.core.Context;
import io.towpath.core.Counter;
import io.towpath.core.Drop;
import io.towpath.core.Network;
import io.towpath.core.Packet;
import io.towpath.core.Route;
import io.towpath.core.TxBatch;
import io.towpath.sctp.Association;
import io.towpath.sctp.SendOptions;
import io.towpath.sctp.auth.Authentication;
import io.towpath.sctp.packet.Encapsulation;
import io.towpath.sctp.path.Path;
import io.towpath.wire.Crc32c;
import io.towpath.wire.SctpCauses;
import io.towpath.wire.SctpChunks;
import io.towpath.wire.SctpHeader;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/// Packets that belong to no association, or to one that is over: INIT ACK, ABORT, SHUTDOWN COMPLETE, ERROR.
/// They wait in a short queue for the next poll; beyond it they are not sent.
public final class Replies {
    private static final int CAPACITY = 256;
    private static final byte[] NOTHING = {};

    private final Context context;
    private final Network network;
    private final Encapsulation encapsulation;
    private final Crc32c crc;
    private final ArrayDeque<Reply> waiting = new ArrayDeque<>(4);

    private record Reply(Packet packet, Peer peer) {}

    Replies(Context context, Network network, Encapsulation encapsulation, Crc32c crc) {
        this.context = context;
        this.network = network;
        this.encapsulation = encapsulation;
        this.crc = crc;
    }

    /// Whether one more fits.
    public boolean hasRoom() {
        if (waiting.size() < CAPACITY) {
            return true;
        }
        context.counters().dropped(Drop.REPLY_QUEUE_FULL);
        return false;
    }

    /// Packets that wait.
    public int size() {
        return waiting.size();
    }

    /// An ABORT with one cause; code 0 for none.
    public void abort(Peer peer, int tag, int flags, int code, byte[] information) {
        if (!hasRoom()) {
            return;
        }
        context.counters().count(Counter.SCTP_ABORTS_OUT);
        failure(peer, tag, SctpChunks.ABORT, flags, code, information);
    }

    /// An ABORT of an association with one cause; code 0 for none. It is authenticated if the peer wants that.
    void abort(Association a, Path path, int code, byte[] information) {
        byte[] chunk = new byte[SctpChunks.padded(failureLength(code, information))];
        failure(chunk, 0, SctpChunks.ABORT, 0, code, information);
        context.counters().count(Counter.SCTP_ABORTS_OUT);
        chunk(a, Peer.of(a, path), chunk);
    }

    /// A chunk of an association, padded, to an address that is none of its paths; authenticated if the peer
    /// wants that.
    void chunk(Association a, Peer peer, byte[] chunk) {
        if (!hasRoom()) {
            return;
        }
        Authentication own = Authentication.agreed(a);
        Authentication code = own != null && own.peerDemands().has(SctpChunks.type(chunk, 0)) ? own : null;
        Packet packet = begin(peer, a.peerTag, chunk.length + (code == null ? 0 : code.chunkLength()));
        int at = packet.end;
        if (code != null) {
            packet.end = code.write(packet.bytes, at, SendOptions.ACTIVE_KEY);
        }
        System.arraycopy(chunk, 0, packet.bytes, packet.end, chunk.length);
        packet.end += chunk.length;
        if (code != null) {
            code.sign(packet.bytes, at, packet.end);
        }
        add(packet, peer);
    }

    /// An ABORT without a cause.
    public void abort(Peer peer, int tag, int flags) {
        abort(peer, tag, flags, 0, NOTHING);
    }

    /// An ERROR with one cause.
    public void error(Peer peer, int tag, int code, byte[] information) {
        if (hasRoom()) {
            failure(peer, tag, SctpChunks.ERROR, 0, code, information);
        }
    }

    private void failure(Peer peer, int tag, int type, int flags, int code, byte[] information) {
        Packet packet = begin(peer, tag, failureLength(code, information));
        packet.end = failure(packet.bytes, packet.end, type, flags, code, information);
        add(packet, peer);
    }

    private static int failureLength(int code, byte[] information) {
        return SctpChunks.HEAD + (code == 0 ? 0 : SctpCauses.HEAD + information.length);
    }

    private static int failure(byte[] b, int at, int type, int flags, int code, byte[] information) {
        int next = SctpChunks.writeHead(b, at, type, flags, SctpChunks.HEAD);
        if (code != 0) {
            next = SctpCauses.writeOctets(b, next, code, information, 0, information.length);
        }
        return SctpChunks.finish(b, at, next);
    }

    /// An ABORT whose causes are ready, each padded.
    public void abort(Peer peer, int tag, int flags, byte[] causes) {
        if (!hasRoom()) {
            return;
        }
        context.counters().count(Counter.SCTP_ABORTS_OUT);
        Packet packet = begin(peer, tag, SctpChunks.HEAD + causes.length);
        byte[] b = packet.bytes;
        int at = packet.end;
        int next = SctpChunks.writeHead(b, at, SctpChunks.ABORT, flags, SctpChunks.HEAD);
        System.arraycopy(causes, 0, b, next, causes.length);
        packet.end = SctpChunks.finish(b, at, next + causes.length);
        add(packet, peer);
    }

    /// A chunk without a value.
    public void bare(Peer peer, int tag, int type, int flags) {
        if (hasRoom()) {
            Packet packet = begin(peer, tag, SctpChunks.HEAD);
            packet.end = SctpChunks.writeHead(packet.bytes, packet.end, type, flags, SctpChunks.HEAD);
            add(packet, peer);
        }
    }

    /// A packet to which the caller adds at most `chunkBytes` of chunks from `packet.end` on.
    Packet begin(Peer peer, int tag, int chunkBytes) {
        Packet packet = context.pool().take(SctpHeader.LENGTH + SctpChunks.padded(chunkBytes));
        SctpHeader.write(packet.bytes, packet.at, peer.localPort(), peer.remotePort(), tag);
        packet.transportAt = packet.at;
        packet.end = packet.at + SctpHeader.LENGTH;
        return packet;
    }

    /// Queues a packet that is complete but for its checksum.
    void add(Packet packet, Peer peer) {
        SctpHeader.writeChecksum(packet.bytes, packet.at, packet.end, crc);
        waiting.add(new Reply(packet, peer));
    }

    /// Sends what waits while `out` has room.
    void poll(long now, TxBatch out) {
        while (!waiting.isEmpty() && !out.isFull()) {
            Reply reply = waiting.remove();
            @Nullable Route route = network.route(reply.peer.local(), reply.peer.remote());
            if (route == null) {
                context.drop(now, reply.packet, Drop.NO_ROUTE);
            } else {
                context.counters().count(Counter.SCTP_OUT);
                int port = reply.peer.encapsulationPort();
                encapsulation.output(now, reply.packet, route, port, Network.DEFAULT, Network.DEFAULT, false, out);
            }
        }
    }

    void discard(long now) {
        while (!waiting.isEmpty()) {
            context.drop(now, waiting.remove().packet, Drop.SHUT_DOWN);
        }
    }
}
