package io.towpath.sctp.machine;

import io.towpath.core.Counter;
import io.towpath.core.Drop;
import io.towpath.core.Packet;
import io.towpath.core.Signals;
import io.towpath.core.Time;
import io.towpath.sctp.Association;
import io.towpath.sctp.AssociationState;
import io.towpath.sctp.Notification;
import io.towpath.sctp.SctpError;
import io.towpath.sctp.SctpEvent;
import io.towpath.sctp.SctpTimer;
import io.towpath.sctp.ecn.CongestionEcho;
import io.towpath.sctp.packet.UnknownChunks;
import io.towpath.sctp.path.Heartbeats;
import io.towpath.sctp.path.Path;
import io.towpath.sctp.receive.Receiver;
import io.towpath.sctp.send.SackArrival;
import io.towpath.wire.Bytes;
import io.towpath.wire.Malformed;
import io.towpath.wire.SctpCauses;
import io.towpath.wire.SctpChunks;
import io.towpath.wire.SctpDataHeader;
import io.towpath.wire.SctpForwardTsnHeader;
import io.towpath.wire.SctpHeader;
import io.towpath.wire.Serial;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The chunks of a packet that is an association's. RFC 9260 §6.10: "An endpoint MUST process received chunks
/// in their order in the packet."
final class ChunkArrival {
    private final Engine engine;
    private final SackArrival sacks;
    private final Shutdown shutdown;
    private final Establishment establishment;
    private final CookieArrival cookies;
    private final AuthArrival auth;

    ChunkArrival(
            Engine engine, SackArrival sacks, Shutdown shutdown, Establishment establishment, CookieArrival cookies) {
        this.engine = engine;
        this.sacks = sacks;
        this.shutdown = shutdown;
        this.establishment = establishment;
        this.cookies = cookies;
        this.auth = new AuthArrival(engine);
    }

    /// Processes the chunks from `first` on.
    ///
    /// @param authenticated whether an AUTH chunk before them was right
    void on(long now, Association a, Packet packet, int first, boolean authenticated) {
        byte[] b = packet.bytes;
        Path from = a.paths.find(packet.sourceHigh, packet.sourceLow);
        if (from == null) {
            from = a.paths.primary();
        }
        a.tally.packetsIn++;
        Receiver receiver = a.receiver;
        boolean gapsBefore = receiver != null && receiver.tracker.hasGaps();
        boolean hasData = false;
        long lowestTsn = -1;
        boolean authentic = authenticated;
        for (int at = first; at < packet.end; at = SctpChunks.next(b, at, packet.end)) {
            Malformed fault = SctpChunks.check(b, at, packet.end);
            if (fault == Malformed.BAD_HEADER_LENGTH) {
                engine.violation(now, a, "chunk shorter than its head");
                return;
            }
            if (fault == Malformed.TRUNCATED) {
                // §6.10: "If the receiver detects a partial chunk, it MUST drop the chunk."
                break;
            }
            int type = SctpChunks.type(b, at);
            if (type == SctpChunks.AUTH && fault == Malformed.NONE && a.agreed.authentication()) {
                if (!auth.on(now, a, from, b, at, packet.end)) {
                    break;
                }
                authentic = true;
                continue;
            }
            if (!authentic && auth.isDemanded(now, a, type)) {
                continue;
            }
            a.heardAt = now;
            if (fault != Malformed.NONE) {
                engine.violation(now, a, SctpChunks.name(type) + " chunk of impossible length");
                return;
            }
            if (type == SctpChunks.DATA || type == SctpChunks.I_DATA) {
                hasData = true;
                lowestTsn = lowestTsn < 0 ? tsnInUse(a, b, at) : lowestTsn;
            }
            if (!chunk(now, a, from, packet, at, type)) {
                break;
            }
            if (a.isClosed()) {
                return;
            }
        }
        if (hasData) {
            marked(now, a, packet, lowestTsn);
            afterData(now, a, from, gapsBefore);
        }
        shutdown.proceed(now, a);
        engine.ready(a);
        engine.schedule(a);
    }

    /// The TSN of a chunk of data by which a mark of its packet can be told; -1 when it is one of before a reset
    /// and the peer knows nothing of it any more, or may be. What may be of after the next one comes again anyway.
    private static long tsnInUse(Association a, byte[] b, int at) {
        Receiver receiver = a.receiver;
        if (receiver == null) {
            return -1;
        }
        long tsn = Serial.unwrap(SctpDataHeader.tsn(b, at), receiver.tracker.cumulative());
        boolean elsewhere = a.reconfiguration.isLeftBehind(tsn, receiver.tracker.cumulative())
                || a.reconfiguration.isBygone(tsn, receiver.tracker.highest());
        return elsewhere ? -1 : tsn;
    }

    /// The network marked a packet with DATA: the peer hears of it at once.
    ///
    /// @param lowestTsn by which it can be told, -1 for none
    private void marked(long now, Association a, Packet packet, long lowestTsn) {
        CongestionEcho ecn = a.ecn;
        Receiver receiver = a.receiver;
        boolean marked = lowestTsn >= 0 && CongestionEcho.isMarked(packet.trafficClass);
        if (ecn != null && receiver != null && marked) {
            engine.context.counters().count(Counter.SCTP_MARKS_IN);
            a.note(now, engine.context, SctpEvent.Note.MARKED, 0);
            ecn.onMark(lowestTsn);
            receiver.sacks.demand();
        }
    }

    private void afterData(long now, Association a, Path from, boolean gapsBefore) {
        Receiver receiver = a.receiver;
        if (receiver == null) {
            return;
        }
        shutdown.onData(a);
        boolean gaps = gapsBefore || receiver.tracker.hasGaps();
        if (receiver.sacks.onPacketEnd(from, gaps, a.config().limits().sackFrequency())) {
            long delay = a.config().times().sackDelay();
            if (delay == 0) {
                receiver.sacks.demand();
            } else if (!a.timers.isSet(SctpTimer.DELAYED_SACK)) {
                a.timers.set(SctpTimer.DELAYED_SACK, Time.after(now, delay));
            }
        }
        a.dataAt = now;
        if (a.readable()) {
            a.tell(engine.context, Signals.READABLE);
        }
    }

    /// One chunk that passed its gate. False when the rest of the packet is to be discarded.
    private boolean chunk(long now, Association a, Path from, Packet packet, int at, int type) {
        byte[] b = packet.bytes;
        switch (type) {
            case SctpChunks.DATA -> data(now, a, from, b, at);
            case SctpChunks.SACK -> sack(now, a, b, at);
            case SctpChunks.HEARTBEAT -> heartbeat(a, from, b, at);
            case SctpChunks.HEARTBEAT_ACK -> heartbeatAck(now, a, b, at);
            case SctpChunks.ABORT -> abort(now, a, b, at);
            case SctpChunks.SHUTDOWN -> shutdown(now, a, from, b, at);
            case SctpChunks.SHUTDOWN_ACK -> shutdown.onShutdownAck(now, a, from);
            case SctpChunks.SHUTDOWN_COMPLETE -> {
                // §6.10: it "MUST NOT" be bundled "with any other chunks"; one that is ends nothing.
                boolean alone = at == packet.at + SctpHeader.LENGTH && SctpChunks.next(b, at, packet.end) == packet.end;
                if (alone) {
                    shutdown.onShutdownComplete(now, a);
                }
            }
            case SctpChunks.ERROR -> error(now, a, b, at);
            case SctpChunks.COOKIE_ACK -> cookieAck(now, a);
            case SctpChunks.I_DATA -> {
                if (!a.agreed.interleaving()) {
                    return UnknownChunks.on(a, from, b, at);
                }
                data(now, a, from, b, at);
            }
            case SctpChunks.ECNE, SctpChunks.CWR -> {
                CongestionEcho ecn = a.ecn;
                if (ecn == null || a.receiver == null) {
                    return UnknownChunks.on(a, from, b, at);
                }
                if (CongestionEcho.isBygone(a, b, at)) {
                    bygone(now, a, type);
                } else if (type == SctpChunks.ECNE) {
                    if (ecn.onEcho(a, b, at)) {
                        engine.context.counters().count(Counter.SCTP_MARK_REDUCTIONS);
                        a.note(now, engine.context, SctpEvent.Note.REDUCED_FOR_MARKS, 0);
                    }
                } else {
                    ecn.onReduced(a, b, at);
                }
            }
            case SctpChunks.RECONFIG -> {
                if (!a.agreed.reconfiguration()) {
                    return UnknownChunks.on(a, from, b, at);
                }
                if (a.receiver != null && a.state().takesData()) {
                    engine.streamResponses.on(now, a, from, b, at);
                }
            }
            case SctpChunks.ASCONF, SctpChunks.ASCONF_ACK -> {
                if (!a.agreed.addressConfiguration()) {
                    return UnknownChunks.on(a, from, b, at);
                }
                addresses(now, a, packet, at, type);
            }
            case SctpChunks.FORWARD_TSN, SctpChunks.I_FORWARD_TSN -> {
                boolean interleaved = type == SctpChunks.I_FORWARD_TSN;
                if (!a.agreed.partialReliability() || interleaved != a.agreed.interleaving()) {
                    return UnknownChunks.on(a, from, b, at);
                }
                forwardTsn(now, a, b, at, interleaved);
            }
            // §5.2.3: late; and a COOKIE ECHO that is not the first chunk is none.
            case SctpChunks.INIT, SctpChunks.INIT_ACK, SctpChunks.COOKIE_ECHO -> {
                return type == SctpChunks.COOKIE_ECHO;
            }
            case SctpChunks.PAD -> {
                // RFC 4820 §3: "The receiver of the PAD chunk MUST discard this chunk and continue processing".
            }
            default -> {
                return UnknownChunks.on(a, from, b, at);
            }
        }
        return true;
    }

    private void data(long now, Association a, Path from, byte[] b, int at) {
        Receiver receiver = a.receiver;
        if (receiver == null || !a.state().takesData()) {
            return;
        }
        boolean interleaved = SctpChunks.type(b, at) == SctpChunks.I_DATA;
        if (interleaved != a.agreed.interleaving()) {
            // RFC 8260 §2.2.2: after the negotiation of I-DATA "any DATA chunk received […] MUST" be answered
            // by an ABORT.
            engine.violation(now, a, "DATA instead of I-DATA");
            return;
        }
        int header = interleaved ? SctpDataHeader.I_LENGTH : SctpDataHeader.LENGTH;
        int length = SctpChunks.length(b, at) - header;
        if (length == 0) {
            // §6.2: "If an endpoint receives a DATA chunk with no user data (i.e., the Length field is set to
            // 16), it SHOULD send an ABORT chunk with a 'No User Data' error cause."
            byte[] tsn = Arrays.copyOfRange(b, at + 4, at + 8);
            engine.abort(now, a, SctpError.PROTOCOL_VIOLATION, SctpCauses.NO_USER_DATA, tsn, "DATA without user data");
            return;
        }
        long tsn = Serial.unwrap(SctpDataHeader.tsn(b, at), receiver.tracker.cumulative());
        boolean ofAfter = a.reconfiguration.isOfAfter(tsn, receiver.tracker.cumulative());
        if (!ofAfter && a.reconfiguration.isBygone(tsn, receiver.tracker.highest())) {
            bygone(now, a, SctpChunks.type(b, at));
            return;
        }
        engine.context.counters().count(Counter.SCTP_DATA_IN);
        a.tally.dataIn++;
        if (ofAfter) {
            // RFC 6525 §5.2.4: what its numbers mean is known when the response is here.
            receiver.refuse();
            return;
        }
        if (tsn > receiver.tracker.cumulative() + 1) {
            engine.context.counters().count(Counter.SCTP_OUT_OF_ORDER);
        }
        receiver.source = from.address();
        Receiver.Outcome outcome = interleaved
                ? receiver.onInterleaved(
                        b,
                        at + header,
                        length,
                        tsn,
                        SctpDataHeader.streamId(b, at),
                        SctpDataHeader.mid(b, at),
                        SctpDataHeader.ppidOrFsn(b, at) & 0xffff_ffffL,
                        SctpChunks.flags(b, at))
                : receiver.onData(
                        b,
                        at + header,
                        length,
                        tsn,
                        SctpDataHeader.streamId(b, at),
                        SctpDataHeader.ssn(b, at),
                        SctpDataHeader.ppid(b, at) & 0xffff_ffffL,
                        SctpChunks.flags(b, at));
        switch (outcome) {
            // The SACK tells of both.
            case NEW -> a.tally.bytesIn += length;
            case REFUSED -> {}
            case DUPLICATE -> {
                engine.context.counters().count(Counter.SCTP_DUPLICATES_IN);
                a.tally.duplicates++;
            }
            case BAD_STREAM -> {
                // §6.5: "it MUST acknowledge the reception of the DATA chunk following the normal procedure,
                // immediately send an ERROR chunk with cause set to 'Invalid Stream Identifier', and discard
                // the DATA chunk."
                byte[] stream = new byte[4];
                Bytes.put16(stream, 0, SctpDataHeader.streamId(b, at));
                a.control.reply(UnknownChunks.error(SctpCauses.INVALID_STREAM, stream, 0, 4), from);
            }
            case VIOLATION -> engine.violation(now, a, "fragments or stream numbers out of sequence");
        }
    }

    private void sack(long now, Association a, byte[] b, int at) {
        // In COOKIE-WAIT nothing was sent; after the end of a shutdown nothing is outstanding.
        if (a.state() instanceof AssociationState.CookieWait || a.receiver == null) {
            return;
        }
        if (a.reconfiguration.isResettingTsns()) {
            // Nothing is outstanding, and its numbers may be those of after the reset.
            return;
        }
        switch (sacks.sack(now, a, b, at)) {
            case TAKEN, OLD -> a.sackedAt = now;
            case BYGONE -> bygone(now, a, SctpChunks.SACK);
            // §11.4: "An SCTP implementation SHOULD abort the association if it receives a SACK chunk acknowledging a
            // TSN that has not been sent." One of before a reset was sent, and has been acknowledged.
            case VIOLATION -> engine.violation(now, a, "SACK of a TSN that was not sent");
        }
    }

    /// A chunk of before the TSNs were reset was long on the way.
    private void bygone(long now, Association a, int type) {
        engine.context.counters().dropped(Drop.SCTP_BYGONE_TSN);
        a.note(now, engine.context, SctpEvent.Note.BYGONE_TSN, type);
    }

    private void shutdown(long now, Association a, Path from, byte[] b, int at) {
        if (a.state() instanceof AssociationState.CookieWait
                || a.state() instanceof AssociationState.CookieEchoed
                || a.receiver == null) {
            return;
        }
        // §9.2: "verify, by checking the Cumulative TSN Ack field of the chunk, that all its outstanding DATA
        // chunks have been received by the SHUTDOWN chunk sender."
        if (!a.reconfiguration.isResettingTsns()
                && sacks.cumulativeOnly(now, a, SctpChunks.tsn(b, at)) == SackArrival.Outcome.VIOLATION) {
            engine.violation(now, a, "SHUTDOWN acknowledges a TSN that was not sent");
            return;
        }
        shutdown.onShutdown(now, a, from);
    }

    /// §8.3: "The receiver of the HEARTBEAT chunk SHOULD immediately respond with a HEARTBEAT ACK chunk that
    /// contains the Heartbeat Information TLV, together with any other received TLVs, copied unchanged"; "after
    /// entering the COOKIE-ECHOED state (INIT sender) or the ESTABLISHED state (INIT receiver), up until
    /// reaching the SHUTDOWN-SENT state (SHUTDOWN sender) or the SHUTDOWN-ACK-SENT state (SHUTDOWN receiver)."
    private void heartbeat(Association a, Path from, byte[] b, int at) {
        switch (a.stateName()) {
            case COOKIE_ECHOED, ESTABLISHED, SHUTDOWN_PENDING, SHUTDOWN_RECEIVED -> {
                int length = SctpChunks.length(b, at);
                byte[] chunk = Arrays.copyOf(Arrays.copyOfRange(b, at, at + length), SctpChunks.padded(length));
                SctpChunks.writeHead(chunk, 0, SctpChunks.HEARTBEAT_ACK, 0, length);
                a.control.reply(chunk, from);
            }
            case CLOSED, COOKIE_WAIT, SHUTDOWN_SENT, SHUTDOWN_ACK_SENT -> {
                // No answer.
            }
        }
    }

    private void heartbeatAck(long now, Association a, byte[] b, int at) {
        if (Heartbeats.onAck(now, a, engine.context, engine.nonces, b, at)) {
            // §8.1: the association's counter "MUST be reset each time […] a HEARTBEAT ACK chunk is received".
            a.errors = 0;
            // What waited for a path that carries data goes now.
            a.burst = Math.max(a.burst, Math.max(1, a.config().limits().maxBurst()));
        }
    }

    private void abort(long now, Association a, byte[] b, int at) {
        if (a.state() instanceof AssociationState.ShutdownAckSent && SctpChunks.has(b, at, SctpChunks.T)) {
            // The peer has no association any more, as after our SHUTDOWN ACK it should: its SHUTDOWN COMPLETE
            // was overtaken by the answer to something older. Everything was delivered.
            shutdown.onShutdownComplete(now, a);
            return;
        }
        engine.context.counters().count(Counter.SCTP_ABORTS_IN);
        boolean opening =
                a.state() instanceof AssociationState.CookieWait || a.state() instanceof AssociationState.CookieEchoed;
        byte[] causes = Arrays.copyOfRange(b, SctpChunks.variableAt(b, at), SctpChunks.valueEnd(b, at));
        engine.end(now, a, opening ? SctpError.REFUSED : SctpError.ABORTED, causes, "ABORT");
    }

    private void error(long now, Association a, byte[] b, int at) {
        int from = SctpChunks.variableAt(b, at);
        int end = SctpChunks.valueEnd(b, at);
        if (SctpCauses.has(b, from, end, SctpCauses.STALE_COOKIE)) {
            // §5.2.6: "In all cases, if the association is not in the COOKIE-ECHOED state, the ERROR chunk
            // SHOULD be silently discarded."
            cookies.staleCookie(now, a);
            return;
        }
        if (!(a.state() instanceof AssociationState.CookieWait)) {
            a.notify(engine.context, new Notification.RemoteError(Arrays.copyOfRange(b, from, end)));
        }
    }

    /// §5.1 E: "Upon reception of the COOKIE ACK chunk, endpoint 'A' moves from the COOKIE-ECHOED state to the
    /// ESTABLISHED state, stopping the T1-cookie timer"; §5.2.5: elsewhere it is discarded.
    private void cookieAck(long now, Association a) {
        if (a.state() instanceof AssociationState.CookieEchoed echoed) {
            if (echoed.retransmissions == 0) {
                echoed.path.rtt.sample(now - echoed.echoedAt);
            }
            establishment.established(now, a, false);
        }
    }

    private void addresses(long now, Association a, Packet packet, int at, int type) {
        if (a.receiver == null || !a.state().takesData() && !a.state().sendsData()) {
            return;
        }
        if (type == SctpChunks.ASCONF_ACK) {
            engine.addressRequests.onAck(now, a, packet.bytes, at);
        } else if (!engine.addressResponses.on(now, a, packet, at)) {
            engine.violation(now, a, "ASCONF without an address");
        }
    }

    /// RFC 3758 §3.6: "When a FORWARD TSN chunk arrives, the data receiver MUST first update its cumulative TSN
    /// point to the value carried in the FORWARD TSN chunk".
    private void forwardTsn(long now, Association a, byte[] b, int at, boolean interleaved) {
        @Nullable Receiver receiver = a.receiver;
        if (receiver == null || !a.state().takesData()) {
            return;
        }
        long tsn = Serial.unwrap(SctpForwardTsnHeader.cumulativeTsn(b, at), receiver.tracker.cumulative());
        if (a.reconfiguration.isOfAfter(tsn, receiver.tracker.cumulative())) {
            return;
        }
        if (a.reconfiguration.isBygone(tsn, receiver.tracker.highest())) {
            bygone(now, a, SctpChunks.type(b, at));
            return;
        }
        if (tsn > receiver.tracker.cumulative()) {
            a.tally.forwardTsnsIn++;
            engine.context.counters().count(Counter.SCTP_FORWARD_TSNS_IN);
            a.note(now, engine.context, SctpEvent.Note.FORWARDED, tsn - receiver.tracker.cumulative());
            receiver.forward(tsn);
            for (int i = 0; i < SctpForwardTsnHeader.streams(b, at); i++) {
                if (interleaved) {
                    receiver.skipInterleaved(
                            SctpForwardTsnHeader.iStreamId(b, at, i),
                            SctpForwardTsnHeader.iUnordered(b, at, i),
                            SctpForwardTsnHeader.iMid(b, at, i));
                } else {
                    receiver.skip(SctpForwardTsnHeader.streamId(b, at, i), SctpForwardTsnHeader.ssn(b, at, i));
                }
            }
            if (a.readable()) {
                a.tell(engine.context, Signals.READABLE);
            }
        }
        // "If the TSN is out of order, a SACK goes back at once": the sender may wait for it.
        receiver.sacks.demand();
    }
}
