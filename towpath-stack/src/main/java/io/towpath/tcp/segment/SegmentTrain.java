package io.towpath.tcp.segment;

import io.towpath.core.Context;
import io.towpath.core.Network;
import io.towpath.core.Packet;
import io.towpath.core.TxBatch;
import io.towpath.tcp.TcpConfig;
import io.towpath.tcp.TcpConnection;
import io.towpath.tcp.TcpEvent;
import io.towpath.wire.Bytes;
import io.towpath.wire.InternetChecksum;
import io.towpath.wire.IpProtocol;
import io.towpath.wire.SecurityLabel;
import io.towpath.wire.TcpHeader;
import org.jspecify.annotations.Nullable;

/// Segments of MSS octets behind one another, as a link with segmentation offload would cut them. They differ in
/// nothing but their sequence numbers, their text and whether they are pushed: the header, its checksum and all
/// settings are thought out once, which a profile showed to be half of the work beside the text's copy and sum.
final class SegmentTrain {
    private final Context context;
    private final Network network;

    /// The header of the first segment with its options, sequence number and checksum 0; room to copy it by words.
    private final byte[] header = new byte[TcpHeader.LENGTH_MAX + Long.BYTES];

    private int headerBytes;

    /// The window that it tells, in bytes.
    private long window;

    SegmentTrain(Context context, Network network) {
        this.context = context;
        this.network = network;
    }

    /// Keeps the header of a segment that is about to leave, checksum not filled in yet: others may follow.
    ///
    /// @param window what it tells, in bytes
    void lead(byte[] b, int at, int length, long window) {
        System.arraycopy(b, at, header, 0, length);
        headerBytes = length;
        this.window = window;
    }

    /// Writes the segments behind the first.
    ///
    /// @param seq of the first one to write
    /// @param end the sequence number after the last; whole segments lie in between
    /// @param push whether the last one is pushed
    void follow(long now, TcpConnection c, long seq, long end, boolean push, TcpEvent.Why why, TxBatch out) {
        int mss = c.mss;
        int length = headerBytes + mss;
        TcpConfig config = c.config();
        int trafficClass = config.trafficClass() | c.ecn.codepoint(true);
        @Nullable SecurityLabel label = config.conditions().security();
        boolean offloaded = c.route.offloads().checksum();
        long pseudo = SegmentWriter.pseudo(c.route, length);
        // CWR is told once (RFC 3168 §6.1.2), by the first.
        TcpHeader.setSequence(header, 0, 0);
        TcpHeader.setFlags(header, 0, TcpHeader.flags(header, 0) & ~(TcpHeader.CWR | TcpHeader.PSH));
        int flags = TcpHeader.flags(header, 0);
        long headerSum = InternetChecksum.add(pseudo, header, 0, headerBytes);
        int segments = 0;
        for (long next = seq; next < end; next += mss) {
            Packet packet = context.pool().take(length);
            byte[] b = packet.bytes;
            int at = packet.at;
            packet.end = at + length;
            for (int i = 0; i < headerBytes; i += Long.BYTES) {
                Bytes.put64(b, at + i, Bytes.i64(header, i));
            }
            TcpHeader.setSequence(b, at, (int) next);
            int pushed = push && end - next == mss ? TcpHeader.PSH : 0;
            if (pushed != 0) {
                TcpHeader.setFlags(b, at, flags | pushed);
            }
            c.sendRing().peek(c.snd.position(next), b, at + headerBytes, mss);
            if (offloaded) {
                SegmentWriter.leaveChecksum(packet, pseudo);
            } else {
                long sum = headerSum + (next & 0xffff_ffffL) + pushed;
                TcpHeader.setChecksum(
                        b, at, InternetChecksum.finish(InternetChecksum.add(sum, b, at + headerBytes, packet.end)));
            }
            SegmentWriter.tell(now, context, c, next, flags | pushed, mss, window, why);
            packet.label = label;
            network.output(now, packet, c.route, IpProtocol.TCP, trafficClass, config.hopLimit(), true, out);
            segments++;
        }
        c.bytesSent += (long) segments * mss;
        SegmentWriter.count(now, context, c, segments, true);
    }
}
