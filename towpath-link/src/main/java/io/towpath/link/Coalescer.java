package io.towpath.link;

import io.towpath.core.Medium;
import io.towpath.core.Packet;
import io.towpath.core.PacketPool;
import io.towpath.wire.Bytes;
import io.towpath.wire.InternetChecksum;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Joins TCP segments that came in one batch and follow each other into super-segments, as receive offload (GRO)
/// does, so that the stack works once for many. For links whose device does not do it.
///
/// Two segments are joined when cutting the result again ([Segmenter]) would give back what came, but for the IPv4
/// identification: both are whole IP packets without options or extension headers, with right checksums; the bytes of
/// IP and TCP headers are equal in all but lengths, identification, sequence number, checksums and PSH (so equal
/// acknowledgment, window and timestamps); ACK is the only other flag; the sequence numbers join; and the second is
/// no longer than those before. A shorter one and one with PSH are the last of their super-segment.
///
/// One owner; allocates nothing but packets from the pool.
public final class Coalescer {
    private static final int PSH = 0x08;
    private static final int ACK = 0x10;
    private static final int IP_PACKET_MAX = 65_535;

    private final Medium medium;
    private Headers headers = new Headers();
    private Headers headHeaders = new Headers();
    private @Nullable Packet head;
    private int headIndex;
    private int segmentBytes;
    private int nextSeq;
    private int joined;
    private boolean open;

    /// A coalescer for packets on `medium`.
    public Coalescer(Medium medium) {
        this.medium = medium;
    }

    /// Joins what can be joined among the packets of `batch` from index `from` on. Packets joined to another are
    /// released and leave the batch; the order of the others stays.
    ///
    /// @return packets that left the batch
    public int merge(RxBatch batch, int from) {
        int kept = from;
        int size = batch.size();
        for (int i = from; i < size; i++) {
            Packet packet = batch.get(i);
            boolean candidate = isCandidate(packet);
            Packet first = head;
            if (candidate && open && first != null && follows(first, packet)) {
                append(batch, first, packet);
                continue;
            }
            finish();
            batch.set(kept, packet);
            if (candidate) {
                begin(packet, kept);
            }
            kept++;
        }
        finish();
        batch.truncate(kept);
        return size - kept;
    }

    private boolean isCandidate(Packet packet) {
        byte[] b = packet.bytes;
        if (packet.segmentBytes != 0 || !headers.read(packet, medium) || !headers.isTcp(b)) {
            return false;
        }
        int ipBytes = headers.isIp4() ? 20 : 40;
        int flags = Bytes.u8(b, headers.transportAt() + 13);
        return headers.transportAt() - headers.networkAt() == ipBytes
                && (flags & ~PSH) == ACK
                && payload(b, headers) > 0
                && isIntact(packet);
    }

    private boolean isIntact(Packet packet) {
        byte[] b = packet.bytes;
        if (headers.isIp4()) {
            long sum = InternetChecksum.add(0, b, headers.networkAt(), headers.transportAt());
            if (InternetChecksum.fold(sum) != 0xffff) {
                return false;
            }
        }
        return packet.checksumVerified || Checksums.isRight(b, headers);
    }

    private static int payload(byte[] b, Headers view) {
        return view.end() - view.transportAt() - view.tcpHeaderBytes(b);
    }

    private void begin(Packet packet, int index) {
        Headers spare = headHeaders;
        headHeaders = headers;
        headers = spare;
        byte[] b = packet.bytes;
        head = packet;
        headIndex = index;
        segmentBytes = payload(b, headHeaders);
        nextSeq = Bytes.i32(b, headHeaders.transportAt() + 4) + segmentBytes;
        joined = 1;
        open = (Bytes.u8(b, headHeaders.transportAt() + 13) & PSH) == 0;
    }

    private boolean follows(Packet first, Packet packet) {
        byte[] a = first.bytes;
        byte[] b = packet.bytes;
        int length = payload(b, headers);
        return Bytes.i32(b, headers.transportAt() + 4) == nextSeq
                && length <= segmentBytes
                && first.end + length - headHeaders.networkAt() <= IP_PACKET_MAX
                && sameNetwork(first, packet)
                && sameTransport(a, headHeaders.transportAt(), b, headers.transportAt());
    }

    private boolean sameNetwork(Packet first, Packet packet) {
        byte[] a = first.bytes;
        byte[] b = packet.bytes;
        int p = headHeaders.networkAt();
        int q = headers.networkAt();
        if (headHeaders.isIp4() != headers.isIp4() || !Arrays.equals(a, first.at, p, b, packet.at, q)) {
            return false;
        }
        if (headers.isIp4()) {
            // Version, header length, class; then flags, TTL, protocol; then addresses.
            return Bytes.u16(a, p) == Bytes.u16(b, q)
                    && Bytes.i32(a, p + 6) == Bytes.i32(b, q + 6)
                    && Bytes.i64(a, p + 12) == Bytes.i64(b, q + 12);
        }
        return Bytes.i32(a, p) == Bytes.i32(b, q) && Arrays.equals(a, p + 6, p + 40, b, q + 6, q + 40);
    }

    private boolean sameTransport(byte[] a, int p, byte[] b, int q) {
        int header = headHeaders.tcpHeaderBytes(a);
        return header == headers.tcpHeaderBytes(b)
                && Bytes.i32(a, p) == Bytes.i32(b, q)
                && Bytes.i32(a, p + 8) == Bytes.i32(b, q + 8)
                && Bytes.u16(a, p + 14) == Bytes.u16(b, q + 14)
                && Arrays.equals(a, p + 20, p + header, b, q + 20, q + header);
    }

    private void append(RxBatch batch, Packet first, Packet packet) {
        Packet target = first;
        if (first.bytes.length < Packet.HEADROOM + PacketPool.LARGE) {
            target = batch.pool().take(PacketPool.LARGE);
            target.copyFrom(first);
            first.release();
            batch.set(headIndex, target);
            head = target;
        }
        byte[] b = target.bytes;
        int length = payload(packet.bytes, headers);
        if (joined == 1) {
            // Padding behind the first packet, if any, is not data.
            target.end = headHeaders.end();
        }
        System.arraycopy(packet.bytes, headers.end() - length, b, target.end, length);
        target.end += length;
        nextSeq += length;
        joined++;
        int push = Bytes.u8(packet.bytes, headers.transportAt() + 13) & PSH;
        int flagsAt = headHeaders.transportAt() + 13;
        Bytes.put8(b, flagsAt, Bytes.u8(b, flagsAt) | push);
        open = push == 0 && length == segmentBytes;
        packet.release();
    }

    /// Writes the lengths of the super-segment. Its TCP checksum stays stale: every piece was verified, and a link
    /// that sends the packet on computes it.
    private void finish() {
        Packet whole = head;
        head = null;
        open = false;
        if (whole == null || joined == 1) {
            return;
        }
        byte[] b = whole.bytes;
        int ip = headHeaders.networkAt();
        if (headHeaders.isIp4()) {
            Bytes.put16(b, ip + 2, whole.end - ip);
            Bytes.put16(b, ip + 10, 0);
            int checksum = InternetChecksum.finish(InternetChecksum.add(0, b, ip, headHeaders.transportAt()));
            Bytes.put16(b, ip + 10, checksum);
        } else {
            Bytes.put16(b, ip + 4, whole.end - ip - 40);
        }
        whole.segmentBytes = segmentBytes;
        whole.checksumVerified = true;
    }
}
