package io.towpath.tcp.segment;

import io.towpath.core.Packet;
import io.towpath.tcp.TcpConfig;
import io.towpath.tcp.TcpConnection;
import io.towpath.tcp.TcpState;
import io.towpath.wire.Bytes;
import io.towpath.wire.InternetChecksum;
import io.towpath.wire.IpProtocol;
import io.towpath.wire.TcpHeader;
import org.jspecify.annotations.Nullable;

/// The header of the segment that was read last, when it was one of bulk data. The next one is often the same but for
/// its sequence number, its checksum and what is pushed, as hosts that coalesce on receive know; then it is for the
/// same connection, and its options need not be read again: they are still in the [Segment].
public final class SegmentRun {
    private static final int ACKNOWLEDGMENT_AT = 8;
    private static final int STAMPED = TcpHeader.LENGTH + SegmentWriter.STAMP_BYTES;

    /// Of acknowledgment, data offset, flags and window: all but PSH.
    private static final long NOT_PUSHED = ~((long) TcpHeader.PSH << 16);

    private final Segment segment;
    private @Nullable TcpConnection connection;
    private @Nullable TcpConfig config;
    private int headerBytes;
    private int trafficClass;
    private long sourceHigh;
    private long sourceLow;
    private long destinationHigh;
    private long destinationLow;
    private int ports;
    private long acknowledgment;
    private long stampHead;
    private int stampTail;
    private long pseudo;

    /// Runs of segments that are read into `segment`.
    public SegmentRun(Segment segment) {
        this.segment = segment;
    }

    /// Another segment is read: what it begins, if anything, is told by [#begin].
    public void end() {
        connection = null;
    }

    /// Begins with the segment that was read from `packet` and was taken by `c`.
    public void begin(Packet packet, TcpConnection c) {
        if (segment.textLength == 0) {
            return;
        }
        byte[] b = packet.bytes;
        int at = packet.at;
        int header = TcpHeader.dataOffset(b, at);
        if (header != (c.options.timestamps ? STAMPED : TcpHeader.LENGTH)
                || segment.options.hasTimestamp != c.options.timestamps
                || (segment.flags & ~TcpHeader.PSH) != TcpHeader.ACK
                || packet.segmentBytes > 0
                || c.isSigned()
                || c.config().conditions().security() != null) { // it is in the IP header, which is not compared
            return;
        }
        connection = c;
        config = c.config();
        headerBytes = header;
        trafficClass = packet.trafficClass;
        sourceHigh = packet.sourceHigh;
        sourceLow = packet.sourceLow;
        destinationHigh = packet.destinationHigh;
        destinationLow = packet.destinationLow;
        ports = Bytes.i32(b, at);
        acknowledgment = Bytes.i64(b, at + ACKNOWLEDGMENT_AT) & NOT_PUSHED;
        if (header == STAMPED) {
            stampHead = Bytes.i64(b, at + TcpHeader.LENGTH);
            stampTail = Bytes.i32(b, at + TcpHeader.LENGTH + 8);
        }
        pseudo = InternetChecksum.pseudo(sourceHigh, sourceLow, destinationHigh, destinationLow, IpProtocol.TCP, 0);
    }

    /// Whether a packet goes on with the run; then its segment was read.
    ///
    /// @return whose it is, null when it is to be looked at as any other
    public @Nullable TcpConnection take(Packet packet) {
        TcpConnection c = connection;
        if (c == null) {
            return null;
        }
        byte[] b = packet.bytes;
        int at = packet.at;
        int end = packet.end;
        if (end - at <= headerBytes
                || Bytes.i32(b, at) != ports
                || (Bytes.i64(b, at + ACKNOWLEDGMENT_AT) & NOT_PUSHED) != acknowledgment
                || headerBytes == STAMPED
                        && (Bytes.i64(b, at + TcpHeader.LENGTH) != stampHead
                                || Bytes.i32(b, at + TcpHeader.LENGTH + 8) != stampTail)
                || packet.sourceLow != sourceLow
                || packet.destinationLow != destinationLow
                || packet.sourceHigh != sourceHigh
                || packet.destinationHigh != destinationHigh
                || packet.trafficClass != trafficClass
                || packet.segmentBytes > 0
                || packet.toGroup
                || c.state() != TcpState.ESTABLISHED
                || c.isSigned()
                || c.config() != config
                || !packet.checksumVerified && !TcpHeader.checksumOk(b, at, end, pseudo + (end - at))) {
            return null;
        }
        segment.follow(packet, headerBytes);
        return c;
    }
}
