package io.towpath.link;

import io.towpath.core.Medium;
import io.towpath.core.Packet;
import io.towpath.core.PacketPool;
import io.towpath.wire.Bytes;
import io.towpath.wire.InternetChecksum;

/// Packets for tests of links, built byte by byte.
public final class Samples {
    public static final int ACK = 0x10;
    public static final int PSH = 0x08;
    public static final int FIN = 0x01;
    public static final int URG = 0x20;
    public static final int CWR = 0x80;

    private Samples() {}

    /// A packet of `length` bytes that carries `number` in its first eight; not IP.
    public static Packet numbered(PacketPool pool, int length, long number) {
        Packet packet = pool.take(length);
        packet.end = packet.at + length;
        Bytes.put64(packet.bytes, packet.at, number);
        return packet;
    }

    public static long number(Packet packet) {
        return Bytes.i64(packet.bytes, packet.at);
    }

    /// A TCP segment over IPv4 or IPv6 with a timestamp option and `payload` bytes that count up, all checksums right.
    public static Packet tcp(PacketPool pool, boolean ip4, int seq, int flags, int payload) {
        int header = ip4 ? 20 : 40;
        Packet packet = ip(pool, ip4, 6, 32 + payload);
        byte[] b = packet.bytes;
        int tcp = packet.at + header;
        Bytes.put16(b, tcp, 4000);
        Bytes.put16(b, tcp + 2, 80);
        Bytes.put32(b, tcp + 4, seq);
        Bytes.put32(b, tcp + 8, 777);
        Bytes.put8(b, tcp + 12, 8 << 4);
        Bytes.put8(b, tcp + 13, flags);
        Bytes.put16(b, tcp + 14, 5000);
        Bytes.put32(b, tcp + 20, 0x0101080a);
        Bytes.put32(b, tcp + 24, 123_456);
        Bytes.put32(b, tcp + 28, 654_321);
        fill(b, tcp + 32, payload, seq);
        return seal(packet);
    }

    /// A UDP datagram with `payload` bytes that count up, all checksums right.
    public static Packet udp(PacketPool pool, boolean ip4, int payload) {
        Packet packet = ip(pool, ip4, 17, 8 + payload);
        byte[] b = packet.bytes;
        int udp = packet.at + (ip4 ? 20 : 40);
        Bytes.put16(b, udp, 5353);
        Bytes.put16(b, udp + 2, 53);
        Bytes.put16(b, udp + 4, 8 + payload);
        Bytes.put16(b, udp + 6, 1);
        fill(b, udp + 8, payload, 0);
        return seal(packet);
    }

    /// An IP header for `length` bytes of `protocol`, from 10.0.0.1 to 10.0.0.2 or fd00::1 to fd00::2.
    public static Packet ip(PacketPool pool, boolean ip4, int protocol, int length) {
        int header = ip4 ? 20 : 40;
        Packet packet = pool.take(header + length);
        byte[] b = packet.bytes;
        int at = packet.at;
        packet.end = at + header + length;
        java.util.Arrays.fill(b, at, packet.end, (byte) 0);
        if (ip4) {
            Bytes.put8(b, at, 0x45);
            Bytes.put16(b, at + 2, header + length);
            Bytes.put16(b, at + 4, 0xfffe);
            Bytes.put16(b, at + 6, 0x4000);
            Bytes.put8(b, at + 8, 64);
            Bytes.put8(b, at + 9, protocol);
            Bytes.put32(b, at + 12, 0x0a000001);
            Bytes.put32(b, at + 16, 0x0a000002);
        } else {
            Bytes.put8(b, at, 0x60);
            Bytes.put16(b, at + 4, length);
            Bytes.put8(b, at + 6, protocol);
            Bytes.put8(b, at + 7, 64);
            Bytes.put64(b, at + 8, 0xfd00L << 48);
            Bytes.put64(b, at + 16, 1);
            Bytes.put64(b, at + 24, 0xfd00L << 48);
            Bytes.put64(b, at + 32, 2);
        }
        return packet;
    }

    static void fill(byte[] b, int at, int length, int from) {
        for (int i = 0; i < length; i++) {
            b[at + i] = (byte) (from + i);
        }
    }

    /// Writes the IPv4 header checksum and the transport checksum.
    public static Packet seal(Packet packet) {
        byte[] b = packet.bytes;
        int at = packet.at;
        if ((b[at] >>> 4 & 0xf) == 4) {
            Bytes.put16(b, at + 10, 0);
            Bytes.put16(b, at + 10, InternetChecksum.finish(InternetChecksum.add(0, b, at, at + 20)));
        }
        Headers headers = headers(packet);
        Checksums.write(b, headers);
        return packet;
    }

    /// Replaces the transport checksum by the pseudo-header's sum and marks it, as an offloading stack does.
    public static Packet unseal(Packet packet) {
        Headers headers = headers(packet);
        int checksumAt = headers.checksumAt(packet.bytes);
        long pseudo = headers.pseudoSum(packet.bytes, headers.end() - headers.transportAt());
        Bytes.put16(packet.bytes, checksumAt, InternetChecksum.fold(pseudo));
        packet.checksumAt = checksumAt;
        return packet;
    }

    public static Headers headers(Packet packet) {
        Headers headers = new Headers();
        if (!headers.read(packet, Medium.RAW_IP)) {
            throw new AssertionError("not IP: " + packet);
        }
        return headers;
    }

    /// True when the IPv4 header checksum and the transport checksum are right, computed word by word as RFC 1071 §1
    /// defines it and not by the code under test.
    public static boolean isSealed(Packet packet) {
        byte[] b = packet.bytes;
        int at = packet.at;
        boolean ip4 = (b[at] >>> 4 & 0xf) == 4;
        if (ip4 && sum(0, b, at, at + 20) != 0xffff) {
            return false;
        }
        int transport = at + (ip4 ? 20 : 40);
        int length = packet.end - transport;
        int protocol = b[ip4 ? at + 9 : at + 6];
        int pseudo = sum(protocol + length, b, ip4 ? at + 12 : at + 8, transport);
        return sum(pseudo, b, transport, packet.end) == 0xffff;
    }

    private static int sum(int start, byte[] b, int from, int to) {
        int sum = start;
        for (int i = from; i < to; i += 2) {
            sum += (b[i] & 0xff) << 8 | (i + 1 < to ? b[i + 1] & 0xff : 0);
            sum = (sum & 0xffff) + (sum >>> 16);
        }
        return sum;
    }
}
