package io.towpath.sctp.packet;

import io.towpath.core.Context;
import io.towpath.core.Counter;
import io.towpath.core.Drop;
import io.towpath.core.Event;
import io.towpath.core.Network;
import io.towpath.core.Packet;
import io.towpath.core.Route;
import io.towpath.core.TxBatch;
import io.towpath.sctp.Association;
import io.towpath.sctp.SctpEvent;
import io.towpath.sctp.SendOptions;
import io.towpath.sctp.auth.Authentication;
import io.towpath.sctp.ecn.CongestionEcho;
import io.towpath.sctp.path.Path;
import io.towpath.wire.Crc32c;
import io.towpath.wire.SctpChunks;
import io.towpath.wire.SctpHeader;
import io.towpath.wire.SctpPacket;
import org.jspecify.annotations.Nullable;

/// One packet in the making: chunks are written straight into it (RFC 9260 §6.10). One object for all
/// associations of a host; a packet is begun and finished within one call.
public final class PacketBuilder {
    private final Context context;
    private final Encapsulation encapsulation;
    private final Crc32c crc;
    private @Nullable Packet packet;
    private @Nullable Association association;
    private @Nullable Path path;
    private int limit;
    private boolean oversized;
    private @Nullable Authentication authentication;
    private int authAt;
    private int reserved;
    private @Nullable Route via;
    private boolean mayBeMarked;
    private boolean again;

    /// Builds packets that leave by `encapsulation`.
    public PacketBuilder(Context context, Encapsulation encapsulation, Crc32c crc) {
        this.context = context;
        this.encapsulation = encapsulation;
        this.crc = crc;
    }

    /// Begins a packet of `a` to `path`.
    ///
    /// @param tag the verification tag
    public void begin(Association a, Path to, int tag) {
        begin(a, to, tag, to.chunkSpace(), Authentication.reserve(a));
    }

    /// Begins a packet that is larger than those that are known to get through, and that must not be
    /// fragmented.
    public void beginProbe(Association a, Path to, int tag, int chunkBytes) {
        Authentication present = Authentication.agreed(a);
        int code = present != null && present.peerDemands().has(SctpChunks.HEARTBEAT) ? present.chunkLength() : 0;
        begin(a, to, tag, chunkBytes, code);
    }

    /// Begins a packet with room for one chunk that is larger than the path carries whole: the network
    /// fragments it.
    public void beginOversized(Association a, Path to, int tag, int chunkBytes) {
        Authentication present = Authentication.agreed(a);
        int code = present == null ? 0 : present.chunkLength();
        begin(a, to, tag, chunkBytes + code, code);
        oversized = true;
    }

    /// @param forCode bytes of these that are kept for an AUTH chunk
    private void begin(Association a, Path to, int tag, int chunkBytes, int forCode) {
        Packet fresh = context.pool().take(SctpHeader.LENGTH + chunkBytes);
        SctpHeader.write(fresh.bytes, fresh.at, a.localPort(), a.remotePort(), tag);
        fresh.transportAt = fresh.at;
        fresh.end = fresh.at + SctpHeader.LENGTH;
        reserved = forCode;
        limit = fresh.end + chunkBytes - forCode;
        authentication = tag == 0 ? null : Authentication.agreed(a);
        authAt = -1;
        via = null;
        mayBeMarked = false;
        again = false;
        packet = fresh;
        association = a;
        path = to;
        oversized = false;
    }

    private Packet packet() {
        Packet present = packet;
        if (present == null) {
            throw new IllegalStateException("no packet was begun");
        }
        return present;
    }

    /// The path it goes to.
    public Path path() {
        Path present = path;
        if (present == null) {
            throw new IllegalStateException("no packet was begun");
        }
        return present;
    }

    /// The array that chunks are written into.
    public byte[] bytes() {
        return packet().bytes;
    }

    /// Where the next chunk begins.
    public int at() {
        return packet().end;
    }

    /// DATA was added. RFC 3168 §6.1.5: a packet may be marked unless it has some that was sent before.
    ///
    /// @param sentBefore whether it was
    public void hasData(boolean sentBefore) {
        mayBeMarked = true;
        again |= sentBefore;
    }

    private int trafficClass(Association a) {
        int wanted = a.config().trafficClass();
        return a.ecn == null || !mayBeMarked || again
                ? wanted
                : (wanted == Network.DEFAULT ? 0 : wanted & ~3) | CongestionEcho.ECT_0;
    }

    /// The packet goes another way than its path's.
    public void via(Route way) {
        via = way;
    }

    /// Bytes that still fit.
    public int room() {
        return limit - packet().end;
    }

    /// Bytes that still fit of a chunk of this type, with the AUTH chunk that it may need.
    public int room(int type) {
        Authentication present = authentication;
        if (present == null
                || authAt >= 0
                || reserved > 0
                || !present.peerDemands().has(type)) {
            return room();
        }
        return room() - present.chunkLength();
    }

    /// Whether a chunk of this type may be authenticated under a key here. RFC 6458 §5.3.8: "the SCTP implementation
    /// must not bundle user messages that need to be authenticated using different shared key identifiers." What
    /// is no user's message is under the active key: it must get through whatever key a user names.
    ///
    /// @param keyId the key, [SendOptions#ACTIVE_KEY] for the active one
    public boolean takes(int type, int keyId) {
        Authentication own = authentication;
        return own == null || authAt < 0 || !own.peerDemands().has(type) || own.isUnder(packet().bytes, authAt, keyId);
    }

    /// Whether it has no chunk yet.
    public boolean isEmpty() {
        Packet present = packet();
        return present.end == present.at + SctpHeader.LENGTH;
    }

    /// A chunk was written whose value ends at `valueEnd`; its length is filled in and it is padded.
    public void finishChunk(int valueEnd) {
        finishChunk(valueEnd, SendOptions.ACTIVE_KEY);
    }

    /// The same for a chunk that is authenticated under a key, if the peer demands that.
    ///
    /// @param keyId the key, which [#takes] allowed
    public void finishChunk(int valueEnd, int keyId) {
        Packet present = packet();
        int at = present.end;
        present.end = SctpChunks.finish(present.bytes, at, valueEnd);
        protect(present, at, keyId);
    }

    /// Several chunks were written that are complete and end at `end`.
    public void finishChunks(int end) {
        Packet present = packet();
        int at = present.end;
        present.end = end;
        protect(present, at, SendOptions.ACTIVE_KEY);
    }

    /// Adds a chunk that is ready and padded.
    public void add(byte[] chunk) {
        Packet present = packet();
        System.arraycopy(chunk, 0, present.bytes, present.end, chunk.length);
        int at = present.end;
        present.end += chunk.length;
        protect(present, at, SendOptions.ACTIVE_KEY);
    }

    /// RFC 4895 §6.2: chunks that the peer wants to be authenticated come after an AUTH chunk: it is put
    /// before the first of them.
    private void protect(Packet present, int at, int keyId) {
        Authentication own = authentication;
        if (own == null || authAt >= 0 || !own.peerDemands().has(SctpChunks.type(present.bytes, at))) {
            return;
        }
        int n = own.chunkLength();
        System.arraycopy(present.bytes, at, present.bytes, at + n, present.end - at);
        own.write(present.bytes, at, keyId);
        present.end += n;
        limit += reserved;
        authAt = at;
    }

    /// Gives the packet up.
    public void cancel() {
        packet().release();
        packet = null;
    }

    /// RFC 9653 §5.2: packets "containing an INIT chunk" and those "containing a COOKIE ECHO chunk" have
    /// their checksum. So has a SHUTDOWN ACK: the peer may have sent its SHUTDOWN COMPLETE and forgotten the
    /// association, and with it that a checksum may be missing; its answer to a packet out of the blue is what
    /// ends the association then.
    private static boolean mayLeaveOut(Packet ready) {
        int first = SctpChunks.type(ready.bytes, ready.at + SctpHeader.LENGTH);
        return first != SctpChunks.INIT
                && first != SctpChunks.COOKIE_ECHO
                && first != SctpChunks.SHUTDOWN_ACK
                && first != SctpChunks.AUTH;
    }

    /// Completes the packet and sends it; one without a way is dropped, and timers find out.
    public void finish(long now, TxBatch out) {
        Packet ready = packet();
        Association a = association;
        Path to = path();
        packet = null;
        if (authAt >= 0 && authentication != null) {
            authentication.sign(ready.bytes, authAt, ready.end);
        }
        // The header was written without a checksum: where both sides agreed on that, it stays so.
        if (a == null || !a.agreed.zeroChecksum() || !mayLeaveOut(ready)) {
            SctpHeader.writeChecksum(ready.bytes, ready.at, ready.end, crc);
        }
        Route route = via != null ? via : to.route;
        if (route == null || a == null) {
            context.drop(now, ready, Drop.NO_ROUTE);
            return;
        }
        context.counters().count(Counter.SCTP_OUT);
        a.tally.packetsOut++;
        if (context.events().wants(Event.Kind.SCTP_PACKET_OUT)) {
            SctpPacket value = SctpPacket.parse(ready.bytes, ready.at, ready.end);
            context.events().emit(new SctpEvent.PacketOut(now, a.id(), to.address(), value));
        }
        encapsulation.output(
                now,
                ready,
                route,
                to.encapsulationPort(),
                trafficClass(a),
                a.config().hopLimit(),
                !oversized,
                out);
    }
}
