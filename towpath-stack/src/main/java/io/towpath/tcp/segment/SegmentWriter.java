package io.towpath.tcp.segment;

import io.towpath.core.Context;
import io.towpath.core.Counter;
import io.towpath.core.Event;
import io.towpath.core.Network;
import io.towpath.core.Packet;
import io.towpath.core.Route;
import io.towpath.core.TxBatch;
import io.towpath.tcp.SocketPair;
import io.towpath.tcp.TcpConfig;
import io.towpath.tcp.TcpConnection;
import io.towpath.tcp.TcpEvent;
import io.towpath.tcp.TcpState;
import io.towpath.tcp.TcpTimer;
import io.towpath.tcp.auth.Signatures;
import io.towpath.tcp.config.SynLayout;
import io.towpath.tcp.ecn.ByteCounters;
import io.towpath.tcp.ecn.Ecn;
import io.towpath.tcp.listen.FastOpenCookie;
import io.towpath.tcp.listen.HalfOpen;
import io.towpath.tcp.option.Negotiation;
import io.towpath.tcp.option.UserTimeout;
import io.towpath.wire.InternetChecksum;
import io.towpath.wire.IpProtocol;
import io.towpath.wire.TcpHeader;
import io.towpath.wire.TcpOptions;
import org.jspecify.annotations.Nullable;

/// Writes segments: header, options, text out of the send ring, checksum; and hands them to the network.
public final class SegmentWriter {
    /// Bytes of a padded timestamps option.
    public static final int STAMP_BYTES = 12;

    private static final int CHECKSUM_AT = 16;

    private final Context context;
    private final Network network;
    private final Signatures signatures;
    private final SegmentTrain train;

    /// Writes into packets of `context`'s pool.
    public SegmentWriter(Context context, Network network, Signatures signatures) {
        this.context = context;
        this.network = network;
        this.signatures = signatures;
        train = new SegmentTrain(context, network);
    }

    /// Writes `length` sequence numbers from `seq` on: text of the send ring and the FIN when they reach it; or an
    /// empty segment when `length` is 0. With ACK, in every state in which this is called.
    public void write(long now, TcpConnection c, long seq, int length, int moreFlags, TcpEvent.Why why, TxBatch out) {
        boolean fin = length > 0 && c.snd.closing && seq + length > c.finSequence();
        int text = fin ? (int) (c.finSequence() - seq) : length;
        int sackRoom = Math.max(0, c.mss - text);
        int blocks = sackBlocks(c, (sackRoom - 4) / 8);
        boolean timeout = c.timeoutDue && blocks == 0 && text + UserTimeout.LENGTH <= c.mss;
        // SACK blocks and an MD5 signature align each other.
        boolean together = c.key() != null && blocks > 0;
        int riders = blocks > 0 ? 8 * blocks + (together ? 0 : 4) : timeout ? UserTimeout.LENGTH : 0;
        int header = TcpHeader.LENGTH + optionBytes(c) + riders;
        int counters = c.ecn.optionBytes(Math.min(TcpHeader.LENGTH_MAX - header, c.mss - text - riders));
        header += counters;
        boolean newData = text > 0 && isNew(why) && !wasWithSyn(c, seq + text);
        int flags = TcpHeader.ACK
                | moreFlags
                | (fin ? TcpHeader.FIN : 0)
                | c.ecn.flags(newData, text == 0 && c.snd.nxt == c.snd.iss + 1 && c.rcv.nxt == c.rcv.irs + 1);
        int urgent = 0;
        if (c.snd.up > Math.max(seq, c.snd.una)) {
            // What is acknowledged is urgent no more, though a probe begins below it.
            // RFC 9293 §3.8.5: the pointer is an offset from the sequence number and has 16 bits.
            flags |= TcpHeader.URG;
            urgent = (int) Math.min(0xffff, c.snd.up - seq);
        }
        Packet packet = context.pool().take(header + text);
        byte[] b = packet.bytes;
        int at = packet.at;
        packet.end = at + header + text;
        int window = window(c);
        TcpHeader.write(
                b, at, c.localPort(), c.remotePort(), (int) seq, (int) c.rcv.nxt, header, flags, window, urgent);
        int option = at + TcpHeader.LENGTH;
        if (c.options.timestamps) {
            option = stamp(b, option, c.stamps.value(now), c.stamps.recent());
        }
        if (blocks > 0) {
            writeSack(b, together ? option : TcpOptions.writeNop(b, TcpOptions.writeNop(b, option)), c, blocks);
        } else if (timeout) {
            UserTimeout.write(b, option, c.advertisedTimeout);
            c.timeoutDue = false;
        }
        Signatures.reserve(b, at + header, !together, c.keys, c.key());
        int front = optionBytes(c) - c.signatureBytes() + riders + (together ? 2 : 0);
        c.ecn.writeOption(b, at + TcpHeader.LENGTH + front, counters);
        if (text > 0) {
            c.sendRing().peek(c.snd.position(seq), b, at + header, text);
            c.acks.onDataSent(now, c.config().delayedAckNanos());
            c.bytesSent += text;
            if (text > c.mss && !c.mtuProbes.isProbe(seq + text)) {
                packet.segmentBytes = c.mss;
            }
        }
        long told = (long) window << c.options.receiveScale;
        if (text == c.mss) {
            train.lead(b, at, header, told);
        }
        c.accounts.ackSentAt = now;
        onAckSent(c);
        send(now, c, packet, text, why, seq, flags, c.ecn.codepoint(newData), told, out);
    }

    /// Writes new text as a [SegmentTrain]: the caller sees to it that nothing else rides along which goes only once.
    ///
    /// @param length a multiple of the MSS, two at least; `out` has room for all
    /// @param push whether the last one is pushed
    void writeTrain(long now, TcpConnection c, long seq, int length, boolean push, TcpEvent.Why why, TxBatch out) {
        write(now, c, seq, c.mss, 0, why, out);
        train.follow(now, c, seq + c.mss, seq + length, push, why, out);
    }

    private static boolean isNew(TcpEvent.Why why) {
        return why == TcpEvent.Why.DATA || why == TcpEvent.Why.LIMITED_TRANSMIT;
    }

    /// True when the text that ends at `end` went with the SYN, whatever became of it.
    private static boolean wasWithSyn(TcpConnection c, long end) {
        return c.fastOpen != null && !c.fastOpen.isPassive() && end <= c.snd.iss + 1 + c.fastOpen.synText;
    }

    /// Octets of the options that every segment of `c` carries.
    public static int optionBytes(TcpConnection c) {
        return (c.options.timestamps ? STAMP_BYTES : 0) + c.signatureBytes();
    }

    /// The number of SACK blocks to write, a D-SACK block in front of them counted, when `room` fit.
    static int sackBlocks(TcpConnection c, int room) {
        int head = c.key() != null ? 0 : 4; // an MD5 signature brings the padding along
        int taken = optionBytes(c) + head;
        int left = TcpHeader.LENGTH_MAX - TcpHeader.LENGTH - taken;
        int max = Math.min(room, left / 8);
        if (max > 1) {
            // Who must tell marks tells one block less, but for the first: that is the news.
            max = Math.max(1, Math.min(max, (left - c.ecn.optionRoom()) / 8));
        }
        if (!c.options.sack || max <= 0) {
            return 0;
        }
        int duplicates = hasDuplicate(c) ? 1 : 0;
        return duplicates + (c.rcv.hasHoles() ? c.rcv.sackBlocks(max - duplicates) : 0);
    }

    private static boolean hasDuplicate(TcpConnection c) {
        return c.rcv.hasDuplicate() && c.config().receive().duplicateSack();
    }

    /// The window field, and the note that it was told.
    static int window(TcpConnection c) {
        long offer = c.rcv.offer(c.rcv.mss(), c.config().receive().slidingWindow());
        int window = (int) Math.min(0xffff, offer >> c.options.receiveScale);
        c.rcv.onOffered((long) window << c.options.receiveScale);
        return window;
    }

    private static void writeSack(byte[] b, int at, TcpConnection c, int blocks) {
        int option = TcpOptions.writeSackHead(b, at, blocks);
        int others = blocks;
        if (hasDuplicate(c)) {
            // RFC 2883 §4: "The left edge of the D-SACK block specifies the first sequence number of the duplicate
            // contiguous sequence"; it is the first block, and told once.
            option = TcpOptions.writeSackBlock(b, option, (int) c.rcv.duplicateLeft(), (int) c.rcv.duplicateRight());
            others--;
        }
        for (int i = 0; i < others; i++) {
            option = TcpOptions.writeSackBlock(b, option, (int) c.rcv.sackLeft(i), (int) c.rcv.sackRight(i));
        }
    }

    private static void onAckSent(TcpConnection c) {
        c.acks.onAckSent();
        c.rcv.forgetDuplicate();
        c.challenge = false;
        c.timers.stop(TcpTimer.DELAYED_ACK);
        c.stamps.onAckSent(c.rcv.nxt);
    }

    /// Writes the SYN of an active open, or the SYN-ACK of a connection.
    ///
    /// @param text octets of text that go with it (RFC 7413)
    public void writeSyn(long now, TcpConnection c, int text, TxBatch out) {
        boolean ack = c.state() == TcpState.SYN_RECEIVED;
        TcpConfig config = c.config();
        // An answer offers only what the peer's SYN offered too (RFC 7323 §1.3, RFC 2018 §2).
        int scale = !config.windowScaling() || ack && !c.options.scaling
                ? -1
                : config.syn().scaleFor(config.receiveBufferMax());
        boolean stamps = ack ? c.options.timestamps : config.timestamps();
        boolean sack = ack ? c.options.sack : config.sack();
        int window = Math.min(0xffff, config.receiveBuffer());
        int ecn = ack ? c.ecn.answer() : c.ecn.request(config.ecn(), c.synsSent);
        if (c.isFastOpening()) {
            window = (int)
                    Math.min(window, c.rcv.offer(c.rcv.mss(), config.receive().slidingWindow()));
            c.rcv.onOffered(window);
        }
        Packet packet = syn(
                config.syn().layout(),
                c.localPort(),
                c.remotePort(),
                c.snd.iss,
                ack ? c.rcv.nxt : 0,
                ack,
                ecn,
                window,
                announcedMss(config, c.route),
                scale,
                sack,
                stamps,
                c.stamps.value(now),
                ack ? c.stamps.recent() : 0,
                c.fastOpen != null && c.synsSent == 1 ? c.fastOpen.cookie() : null,
                text);
        addLastOptions(packet, config, c, ack && !c.synLost && Ecn.tellsBytes(config.ecn(), ecn));
        if (text > 0) {
            c.sendRing().peek(0, packet.bytes, packet.end, text);
            packet.end += text;
            c.bytesSent += text;
        }
        if (ack) {
            onAckSent(c);
        }
        int flags = (ack ? TcpHeader.SYN | TcpHeader.ACK : TcpHeader.SYN) | ecn;
        TcpEvent.Why why = c.synLost ? TcpEvent.Why.SYN_AGAIN : TcpEvent.Why.HANDSHAKE;
        send(now, c, packet, text, why, c.snd.iss, flags, Ecn.NOT_ECT, window, out);
    }

    /// Writes the SYN-ACK of a half-open connection.
    public void writeSynAck(long now, HalfOpen row, Route route, TxBatch out) {
        Negotiation options = row.options;
        Packet packet = syn(
                row.listener.config().syn().layout(),
                row.localPort(),
                row.remotePort(),
                row.iss,
                row.irs + 1,
                true,
                row.ecn,
                Math.min(0xffff, row.window),
                announcedMss(row.listener.config(), route),
                options.scaling ? options.receiveScale : -1,
                options.sack,
                options.timestamps,
                row.tsVal(now),
                row.tsRecent,
                row.fastOpenCookie,
                0);
        if (context.events().wants(Event.Kind.TCP_SEGMENT_OUT)) {
            TcpEvent.Why why = row.sent > 1 ? TcpEvent.Why.SYN_AGAIN : TcpEvent.Why.HANDSHAKE;
            context.events()
                    .emit(new TcpEvent.SegmentOut(
                            now,
                            row.id(),
                            0,
                            1,
                            TcpHeader.SYN | TcpHeader.ACK | row.ecn,
                            0,
                            Math.min(0xffff, row.window),
                            TcpState.SYN_RECEIVED,
                            why));
        }
        boolean counters = row.sent <= 1 && Ecn.tellsBytes(row.listener.config().ecn(), row.ecn);
        addLastOptions(packet, row.listener.config(), row, counters);
        complete(packet, route, row);
        context.counters().count(Counter.TCP_OUT);
        TcpConfig config = row.listener.config();
        packet.label = config.conditions().security();
        network.output(now, packet, route, IpProtocol.TCP, config.trafficClass(), config.hopLimit(), true, out);
    }

    /// RFC 5482 §3: the option may go with the SYN, where it is as reliable as the SYN; if there is room
    /// for it beside the signature, which comes last.
    ///
    /// @param counters true when a SYN-ACK should tell the counters of Accurate ECN (RFC 9768 §3.2.3.2.1), which
    ///     go once: should they be why it was lost, the next one gets through
    private static void addLastOptions(Packet packet, TcpConfig config, SocketPair row, boolean counters) {
        int signature = row.signatureBytes();
        int room = TcpHeader.LENGTH_MAX - (packet.end - packet.at) - signature;
        boolean timeout = config.userTimeout().enabled() && room >= UserTimeout.LENGTH;
        boolean counted = counters && room >= ByteCounters.WHOLE + (timeout ? UserTimeout.LENGTH : 0);
        if (timeout || counted || signature > 0) {
            TcpOptions.padByNop(packet.bytes, packet.at + TcpHeader.LENGTH, packet.end);
        }
        if (timeout) {
            packet.end = UserTimeout.write(packet.bytes, packet.end, config.userTimeoutNanos());
        }
        if (counted) {
            packet.end = ByteCounters.writeInitial(packet.bytes, packet.end);
        }
        packet.end += signature;
        Signatures.reserve(packet.bytes, packet.end, true, row.keys, row.key());
        TcpHeader.setDataOffset(packet.bytes, packet.at, packet.end - packet.at);
    }

    private Packet syn(
            SynLayout layout,
            int localPort,
            int remotePort,
            long seq,
            long ack,
            boolean withAck,
            int ecn,
            int window,
            int mss,
            int scale,
            boolean sack,
            boolean stamps,
            int tsVal,
            int tsEcr,
            @Nullable FastOpenCookie cookie,
            int room) {
        Packet packet = context.pool().take(TcpHeader.LENGTH_MAX + room);
        byte[] b = packet.bytes;
        int at = packet.at;
        int end = layout.writeOpen(b, at + TcpHeader.LENGTH, mss, scale, sack, stamps, tsVal, tsEcr);
        if (cookie != null) {
            end = TcpOptions.writeFastOpen(b, end, cookie.octets(), cookie.experimental());
        }
        end = SynLayout.pad(b, at, end);
        int flags = (withAck ? TcpHeader.SYN | TcpHeader.ACK : TcpHeader.SYN) | ecn;
        TcpHeader.write(b, at, localPort, remotePort, (int) seq, (int) ack, end - at, flags, window, 0);
        packet.end = end;
        return packet;
    }

    /// The MSS to announce: what our link carries whole, less the fixed headers; options are the sender's matter (RFC
    /// 6691). The way to the peer says nothing of the way from him: RFC 9293 §3.7.1 takes it from MMS_R, not MMS_S.
    public static int announcedMss(TcpConfig config, Route route) {
        int most = Math.min(0xffff, route.linkMtu() - route.headerBytes() - TcpHeader.LENGTH);
        return config.mss() == 0 ? most : Math.min(config.mss(), most);
    }

    private void send(
            long now,
            TcpConnection c,
            Packet packet,
            int text,
            TcpEvent.Why why,
            long seq,
            int flags,
            int ecn,
            long window,
            TxBatch out) {
        int wireSegments = packet.segmentBytes > 0 ? (text + packet.segmentBytes - 1) / packet.segmentBytes : 1;
        count(now, context, c, wireSegments, text > 0);
        tell(now, context, c, seq, flags, text, window, why);
        complete(packet, c.route, c);
        TcpConfig config = c.config();
        packet.label = config.conditions().security();
        int trafficClass = config.trafficClass() | ecn;
        network.output(now, packet, c.route, IpProtocol.TCP, trafficClass, config.hopLimit(), true, out);
    }

    static void count(long now, Context context, TcpConnection c, int segments, boolean data) {
        c.segmentsOut += segments;
        if (data) {
            c.accounts.dataSegmentsOut += segments;
            c.accounts.dataSentAt = now;
        }
        context.counters().count(Counter.TCP_OUT, segments);
    }

    static void tell(
            long now, Context context, TcpConnection c, long seq, int flags, int text, long window, TcpEvent.Why why) {
        if (context.events().wants(Event.Kind.TCP_SEGMENT_OUT)) {
            long ack = (flags & TcpHeader.ACK) == 0 ? -1 : c.rcv.nxt - c.rcv.irs;
            context.events()
                    .emit(new TcpEvent.SegmentOut(
                            now, c.id(), seq - c.snd.iss, ack, flags, text, window, c.state(), why));
        }
    }

    /// Writes a timestamps option, padded in front to a multiple of four.
    ///
    /// @return the offset after it
    static int stamp(byte[] b, int at, int tsVal, int tsEcr) {
        b[at] = TcpOptions.NOP;
        b[at + 1] = TcpOptions.NOP;
        return TcpOptions.writeTimestamps(b, at + 2, tsVal, tsEcr);
    }

    private void complete(Packet packet, Route route, SocketPair row) {
        signatures.sign(packet, route, row.keys, row.key());
        if (row instanceof TcpConnection c && c.isSigned()) {
            c.accounts.signedOut++;
        }
        complete(packet, route);
    }

    /// Fills in the checksum, or leaves the pseudo-header's sum for the link to complete.
    static void complete(Packet packet, Route route) {
        byte[] b = packet.bytes;
        int at = packet.at;
        long pseudo = pseudo(route, packet.length());
        if (route.offloads().checksum()) {
            leaveChecksum(packet, pseudo);
        } else {
            TcpHeader.writeChecksum(b, at, packet.end, pseudo);
        }
    }

    /// The sum of the pseudo-header of a segment of `length` octets.
    static long pseudo(Route route, int length) {
        var source = route.source();
        var destination = route.destination();
        return InternetChecksum.pseudo(
                source.high(), source.low(), destination.high(), destination.low(), IpProtocol.TCP, length);
    }

    /// Leaves the checksum to the link: the field holds the pseudo-header's sum.
    static void leaveChecksum(Packet packet, long pseudo) {
        TcpHeader.setChecksum(packet.bytes, packet.at, InternetChecksum.fold(pseudo));
        packet.checksumAt = packet.at + CHECKSUM_AT;
    }
}
