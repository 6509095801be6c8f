package io.towpath.link.tun;

import io.towpath.core.Medium;
import io.towpath.core.Packet;
import io.towpath.link.Headers;
import io.towpath.wire.Bytes;
import io.towpath.wire.InternetChecksum;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// Just enough TCP to be one peer of the kernel over a wire without loss: accepts one connection, acknowledges
/// everything, and once it has received something sends one answer as super-segments.
final class TunTcpPeer {
    private static final int MSS = 1400;
    private static final int SYN = 0x02;
    private static final int ACK = 0x10;
    private static final int PSH = 0x08;

    private final TunTestBed bed;
    private final Headers headers = new Headers();
    private final int answerBytes;
    private int sndNxt = 1000;
    private int sent;
    private long received;
    private int largest;
    private int largestSegment;

    TunTcpPeer(TunTestBed bed, int answerBytes) {
        this.bed = bed;
        this.answerBytes = answerBytes;
    }

    long received() {
        return received;
    }

    int largest() {
        return largest;
    }

    int largestSegment() {
        return largestSegment;
    }

    static byte answer(int index) {
        return (byte) (index * 31);
    }

    static String sha256(int bytes) throws NoSuchAlgorithmException {
        byte[] all = new byte[bytes];
        for (int i = 0; i < bytes; i++) {
            all[i] = answer(i);
        }
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(all));
    }

    void input(Packet packet) {
        if (!headers.read(packet, Medium.RAW_IP) || !headers.isTcp(packet.bytes)) {
            return;
        }
        byte[] b = packet.bytes;
        int tcp = headers.transportAt();
        int flags = Bytes.u8(b, tcp + 13);
        int seq = Bytes.i32(b, tcp + 4);
        int data = headers.end() - tcp - headers.tcpHeaderBytes(b);
        if ((flags & SYN) != 0) {
            reply(packet, seq + 1, SYN | ACK, 0);
            sndNxt++;
            return;
        }
        if (data > 0) {
            received += data;
            largest = Math.max(largest, data);
            largestSegment = Math.max(largestSegment, packet.segmentBytes);
            reply(packet, seq + data, ACK, 0);
        }
        // The answer begins when all came, so that the client is reading; two super-segments.
        while (received >= 400_000 && sent < answerBytes) {
            int length = Math.min(40_000, answerBytes - sent);
            reply(packet, seq + data, ACK | PSH, length);
            sent += length;
            sndNxt += length;
        }
    }

    private void reply(Packet to, int ack, int flags, int length) {
        int ip = headers.networkAt();
        int ipBytes = headers.isIp4() ? 20 : 40;
        boolean syn = (flags & SYN) != 0;
        int tcpBytes = syn ? 24 : 20;
        Packet packet = bed.pool.take(ipBytes + tcpBytes + length);
        byte[] b = packet.bytes;
        int at = packet.at;
        packet.end = at + ipBytes + tcpBytes + length;
        System.arraycopy(to.bytes, ip, b, at, ipBytes);
        int size = headers.isIp4() ? 4 : 16;
        int source = headers.isIp4() ? 12 : 8;
        System.arraycopy(to.bytes, ip + source, b, at + source + size, size);
        System.arraycopy(to.bytes, ip + source + size, b, at + source, size);
        if (headers.isIp4()) {
            Bytes.put16(b, at + 2, packet.length());
            Bytes.put16(b, at + 10, 0);
            Bytes.put16(b, at + 10, InternetChecksum.finish(InternetChecksum.add(0, b, at, at + 20)));
        } else {
            Bytes.put16(b, at + 4, packet.length() - 40);
        }
        int tcp = at + ipBytes;
        int from = headers.transportAt();
        Bytes.put16(b, tcp, Bytes.u16(to.bytes, from + 2));
        Bytes.put16(b, tcp + 2, Bytes.u16(to.bytes, from));
        Bytes.put32(b, tcp + 4, sndNxt);
        Bytes.put32(b, tcp + 8, ack);
        Bytes.put8(b, tcp + 12, tcpBytes << 2);
        Bytes.put8(b, tcp + 13, flags);
        Bytes.put16(b, tcp + 14, 65_535);
        Bytes.put32(b, tcp + 16, 0);
        if (syn) {
            Bytes.put32(b, tcp + 20, 0x0204_0000 | MSS);
        }
        for (int i = 0; i < length; i++) {
            b[tcp + tcpBytes + i] = answer(sent + i);
        }
        Headers written = new Headers();
        written.read(packet, Medium.RAW_IP);
        Bytes.put16(b, tcp + 16, InternetChecksum.fold(written.pseudoSum(b, packet.end - tcp)));
        packet.checksumAt = tcp + 16;
        packet.segmentBytes = length > 0 ? MSS : 0;
        bed.out.add(packet);
    }
}
