package io.towpath.tcp.segment;

import io.towpath.core.Context;
import io.towpath.core.Counter;
import io.towpath.core.Drop;
import io.towpath.core.Network;
import io.towpath.core.Packet;
import io.towpath.core.Route;
import io.towpath.core.TxBatch;
import io.towpath.tcp.SocketPair;
import io.towpath.tcp.TcpConfig;
import io.towpath.tcp.TcpConnection;
import io.towpath.tcp.TcpState;
import io.towpath.tcp.auth.KeyRing;
import io.towpath.tcp.auth.Signatures;
import io.towpath.tcp.config.PeerKey;
import io.towpath.tcp.option.Timestamps;
import io.towpath.wire.IpAddress;
import io.towpath.wire.IpProtocol;
import io.towpath.wire.SecurityLabel;
import io.towpath.wire.TcpHeader;
import org.jspecify.annotations.Nullable;

/// Segments that need no connection: resets to nobody's segments, acknowledgments of half-open and TIME-WAIT rows.
/// They wait in a bounded queue for the next poll; what does not fit is counted and forgotten.
public final class Replies {
    private static final int CAPACITY = 1024;

    private final Context context;
    private final Network network;
    private final Signatures signatures;
    private final @Nullable Reply[] ring = new Reply[CAPACITY];
    private long head;
    private long tail;

    /// An empty queue.
    public Replies(Context context, Network network, Signatures signatures) {
        this.context = context;
        this.network = network;
        this.signatures = signatures;
    }

    /// RFC 9293 §3.10.7.1: answers a segment that belongs to no connection. The caller made sure that it is no RST.
    ///
    /// "If the ACK bit is off, sequence number zero is used, <SEQ=0><ACK=SEG.SEQ+SEG.LEN><CTL=RST,ACK>. If the ACK
    /// bit is on, <SEQ=SEG.ACK><CTL=RST>."
    ///
    /// @param as TTL and traffic class are those of this configuration; null for the host's
    public void reset(Packet packet, Segment segment, @Nullable TcpConfig as) {
        Reply reply = segment.has(TcpHeader.ACK)
                ? reset(packet, segment, (int) segment.ack, 0, TcpHeader.RST)
                : reset(packet, segment, 0, (int) (segment.seq + segment.length()), TcpHeader.RST | TcpHeader.ACK);
        if (reply != null && as != null) {
            reply.trafficClass = as.trafficClass();
            reply.hopLimit = as.hopLimit();
        }
    }

    private @Nullable Reply reset(Packet packet, Segment segment, int seq, int ack, int flags) {
        Reply reply = next();
        if (reply == null) {
            return null;
        }
        context.counters().count(Counter.TCP_RESETS_OUT);
        reply.localHigh = packet.destinationHigh;
        reply.localLow = packet.destinationLow;
        reply.remoteHigh = packet.sourceHigh;
        reply.remoteLow = packet.sourceLow;
        reply.localPort = TcpHeader.destinationPort(packet.bytes, packet.at);
        reply.remotePort = TcpHeader.sourcePort(packet.bytes, packet.at);
        reply.seq = seq;
        reply.ack = ack;
        reply.flags = flags;
        reply.window = 0;
        reply.stamped = false;
        reply.key = segment.key;
        reply.keys = KeyRing.forAnswer(packet, segment);
        return reply;
    }

    /// A RST that ends a connection: `<SEQ=SND.NXT><CTL=RST,ACK>`. The connection itself is forgotten at once.
    public void resetOf(long now, TcpConnection c) {
        Reply reply = next(c);
        if (reply == null) {
            return;
        }
        context.counters().count(Counter.TCP_RESETS_OUT);
        // In SYN-RECEIVED nobody may have heard of our numbers yet: then it answers the SYN as a host without a
        // connection does.
        reply.seq = c.snd.nxt == c.snd.iss ? 0 : (int) c.emptySequence();
        reply.ack = (int) c.rcv.nxt;
        // Before the peer's SYN is known there is nothing to acknowledge.
        reply.flags = c.state() == TcpState.SYN_SENT ? TcpHeader.RST : TcpHeader.RST | TcpHeader.ACK;
        reply.window = c.config().habits().windowInResets() ? SegmentWriter.window(c) : 0;
        reply.stamped = c.options.timestamps;
        reply.tsVal = c.stamps.value(now);
        reply.tsEcr = c.stamps.recent();
    }

    /// A RST to an acknowledgment of something never sent: `<SEQ=SEG.ACK><CTL=RST>`.
    public void reset(SocketPair row, long segAck) {
        Reply reply = next(row);
        if (reply == null) {
            return;
        }
        context.counters().count(Counter.TCP_RESETS_OUT);
        reply.seq = (int) segAck;
        reply.ack = 0;
        reply.flags = TcpHeader.RST;
        reply.window = 0;
        reply.stamped = false;
    }

    /// A RST to a SYN that acknowledges nothing: `<SEQ=0><ACK=SEG.SEQ+SEG.LEN><CTL=RST,ACK>`.
    public void resetUnacknowledged(SocketPair row, Segment segment) {
        Reply reply = next(row);
        if (reply == null) {
            return;
        }
        context.counters().count(Counter.TCP_RESETS_OUT);
        reply.seq = 0;
        reply.ack = (int) (segment.seq + segment.length());
        reply.flags = TcpHeader.RST | TcpHeader.ACK;
        reply.window = 0;
        reply.stamped = false;
    }

    /// An empty acknowledgment for a row that is no connection.
    ///
    /// @param window as on the wire
    /// @param stamped true when timestamps are in use
    public void acknowledge(
            SocketPair row, long seq, long ack, int window, boolean stamped, int tsOffset, int tsRecent, long now) {
        Reply reply = next(row);
        if (reply == null) {
            return;
        }
        reply.seq = (int) seq;
        reply.ack = (int) ack;
        reply.flags = TcpHeader.ACK;
        reply.window = window;
        reply.stamped = stamped;
        reply.tsVal = Timestamps.value(tsOffset, now);
        reply.tsEcr = tsRecent;
    }

    private @Nullable Reply next(SocketPair row) {
        Reply reply = next();
        if (reply != null) {
            reply.localHigh = row.localHigh();
            reply.localLow = row.localLow();
            reply.remoteHigh = row.remoteHigh();
            reply.remoteLow = row.remoteLow();
            reply.localPort = row.localPort();
            reply.remotePort = row.remotePort();
            TcpConfig config = row.config();
            reply.trafficClass = config.trafficClass();
            reply.hopLimit = config.hopLimit();
            reply.label = config.conditions().security();
            reply.key = row.key();
            reply.keys = row.keys;
        }
        return reply;
    }

    private @Nullable Reply next() {
        if (tail - head == CAPACITY) {
            context.counters().dropped(Drop.REPLY_QUEUE_FULL);
            return null;
        }
        int slot = (int) tail++ & CAPACITY - 1;
        Reply reply = ring[slot];
        if (reply == null) {
            reply = new Reply();
            ring[slot] = reply;
        }
        reply.trafficClass = 0;
        reply.label = null;
        reply.key = null;
        reply.keys = null;
        reply.hopLimit = Network.DEFAULT;
        return reply;
    }

    /// True when nothing waits.
    public boolean isEmpty() {
        return head == tail;
    }

    /// True when another one fits.
    public boolean hasRoom() {
        return tail - head < CAPACITY;
    }

    /// Writes what waits while `out` has room.
    public void poll(long now, TxBatch out) {
        while (head < tail && !out.isFull()) {
            Reply reply = ring[(int) head++ & CAPACITY - 1];
            if (reply != null) {
                write(now, reply, out);
            }
        }
    }

    private void write(long now, Reply reply, TxBatch out) {
        Route route = network.route(
                IpAddress.of(reply.localHigh, reply.localLow), IpAddress.of(reply.remoteHigh, reply.remoteLow));
        if (route == null) {
            context.counters().dropped(Drop.NO_ROUTE);
            return;
        }
        PeerKey key = reply.key;
        KeyRing keys = reply.keys;
        reply.keys = null; // a slot keeps no connection
        int length = TcpHeader.LENGTH + (reply.stamped ? SegmentWriter.STAMP_BYTES : 0) + Signatures.length(keys, key);
        Packet packet = context.pool().take(length);
        packet.end = packet.at + length;
        TcpHeader.write(
                packet.bytes,
                packet.at,
                reply.localPort,
                reply.remotePort,
                reply.seq,
                reply.ack,
                length,
                reply.flags,
                reply.window,
                0);
        if (reply.stamped) {
            SegmentWriter.stamp(packet.bytes, packet.at + TcpHeader.LENGTH, reply.tsVal, reply.tsEcr);
        }
        Signatures.reserve(packet.bytes, packet.end, true, keys, key);
        signatures.sign(packet, route, keys, key);
        SegmentWriter.complete(packet, route);
        context.counters().count(Counter.TCP_OUT);
        packet.label = reply.label;
        network.output(now, packet, route, IpProtocol.TCP, reply.trafficClass, reply.hopLimit, true, out);
    }

    private static final class Reply {
        long localHigh;
        long localLow;
        long remoteHigh;
        long remoteLow;
        int localPort;
        int remotePort;
        int seq;
        int ack;
        int flags;
        int window;
        int trafficClass;
        int hopLimit;

        @Nullable
        SecurityLabel label;

        @Nullable
        PeerKey key;

        @Nullable
        KeyRing keys;

        boolean stamped;
        int tsVal;
        int tsEcr;
    }
}
