package io.towpath.link;

import io.towpath.core.Medium;
import io.towpath.core.Packet;
import io.towpath.wire.Bytes;
import io.towpath.wire.InternetChecksum;
import org.jspecify.annotations.Nullable;

/// Cuts TCP super-segments into the segments that a wire carries, as a network card with segmentation offload does:
/// `begin(packet)`, then `next()` until it says null. What is no super-segment comes out as it went in.
///
/// One owner; the pieces come from the pool of the packet that is cut, which is released after the last.
public final class Segmenter {
    private static final int FIN = 0x01;
    private static final int PSH = 0x08;
    private static final int URG = 0x20;
    private static final int CWR = 0x80;

    private final Medium medium;
    private final Headers headers = new Headers();
    private @Nullable Packet whole;
    private int payloadAt;
    private int nextAt;

    /// A segmenter for packets on `medium`.
    public Segmenter(Medium medium) {
        this.medium = medium;
    }

    /// Starts on `packet` and takes ownership. The previous one must be finished.
    public void begin(Packet packet) {
        assert whole == null : "the previous packet is not finished";
        whole = packet;
        boolean cut = packet.segmentBytes > 0 && headers.read(packet, medium) && headers.isTcp(packet.bytes);
        if (cut) {
            payloadAt = headers.transportAt() + headers.tcpHeaderBytes(packet.bytes);
            cut = headers.end() - payloadAt > packet.segmentBytes;
        }
        nextAt = cut ? payloadAt : 0;
    }

    /// The next segment, which the caller owns; null when there is none left.
    public @Nullable Packet next() {
        Packet from = whole;
        if (from == null) {
            return null;
        }
        if (nextAt == 0) {
            whole = null;
            from.segmentBytes = 0;
            return from;
        }
        int length = Math.min(from.segmentBytes, headers.end() - nextAt);
        Packet piece = copyPiece(from, length);
        writeIpHeader(piece.bytes, length, (nextAt - payloadAt) / from.segmentBytes);
        writeTcpHeader(piece, length);
        nextAt += length;
        if (nextAt == headers.end()) {
            whole = null;
            from.release();
        }
        return piece;
    }

    /// Headers and one slice of data, at the same offsets as in the super-segment.
    private Packet copyPiece(Packet from, int length) {
        int end = payloadAt + length;
        Packet piece = from.pool().take(Math.max(0, end - Packet.HEADROOM));
        System.arraycopy(from.bytes, from.at, piece.bytes, from.at, payloadAt - from.at);
        System.arraycopy(from.bytes, nextAt, piece.bytes, payloadAt, length);
        piece.copyMetadata(from);
        piece.end = end;
        piece.segmentBytes = 0;
        return piece;
    }

    private void writeIpHeader(byte[] b, int length, int index) {
        int ip = headers.networkAt();
        int end = payloadAt + length;
        if (!headers.isIp4()) {
            Bytes.put16(b, ip + 4, end - ip - 40);
            return;
        }
        Bytes.put16(b, ip + 2, end - ip);
        // Each piece is a datagram of its own and may be fragmented further on: RFC 6864 §4.3 wants it to differ.
        Bytes.put16(b, ip + 4, Bytes.u16(b, ip + 4) + index);
        Bytes.put16(b, ip + 10, 0);
        int checksum = InternetChecksum.finish(InternetChecksum.add(0, b, ip, headers.transportAt()));
        Bytes.put16(b, ip + 10, checksum);
    }

    private void writeTcpHeader(Packet piece, int length) {
        byte[] b = piece.bytes;
        int tcp = headers.transportAt();
        int offset = nextAt - payloadAt;
        Bytes.put32(b, tcp + 4, Bytes.i32(b, tcp + 4) + offset);
        int flags = Bytes.u8(b, tcp + 13);
        if (nextAt + length < headers.end()) {
            flags &= ~(FIN | PSH);
        }
        if (offset > 0) {
            // RFC 3168 §6.1.2: CWR goes on the first new data packet.
            flags &= ~CWR;
        }
        if ((flags & URG) != 0) {
            // The urgent pointer counts from this segment's own sequence number (RFC 9293 §3.1).
            int urgent = Bytes.u16(b, tcp + 18) - offset;
            flags = urgent > 0 ? flags : flags & ~URG;
            Bytes.put16(b, tcp + 18, Math.max(0, urgent));
        }
        Bytes.put8(b, tcp + 13, flags);
        writeChecksum(piece, tcp, payloadAt + length);
    }

    /// A checksum that was left open stays so, with the pseudo-header of the piece; else it is computed.
    private void writeChecksum(Packet piece, int tcp, int end) {
        byte[] b = piece.bytes;
        long pseudo = headers.pseudoSum(b, end - tcp);
        if (piece.checksumAt != 0) {
            Bytes.put16(b, piece.checksumAt, InternetChecksum.fold(pseudo));
        } else if (!piece.checksumVerified) {
            Bytes.put16(b, tcp + 16, 0);
            Bytes.put16(b, tcp + 16, InternetChecksum.finish(InternetChecksum.add(pseudo, b, tcp, end)));
        }
    }
}
