package io.towpath.link;

import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.core.Entropy;
import io.towpath.core.Medium;
import io.towpath.core.Packet;
import io.towpath.core.PacketPool;
import io.towpath.wire.Bytes;
import org.junit.jupiter.api.Test;

class HeadersTest {
    private final PacketPool pool = new PacketPool();
    private final Headers headers = new Headers();

    @Test
    void arbitraryBytesNeverThrow() {
        Entropy entropy = Entropy.seeded(1);
        Packet packet = pool.take(200);
        byte[] noise = new byte[200];
        int readable = 0;
        for (int i = 0; i < 200_000; i++) {
            entropy.fill(noise);
            packet.at = Packet.HEADROOM;
            packet.end = packet.at + entropy.nextInt(200);
            System.arraycopy(noise, 0, packet.bytes, packet.at, packet.length());
            Medium medium = (i & 1) == 0 ? Medium.RAW_IP : Medium.ETHERNET;
            shape(packet, medium, i);
            packet.checksumAt = 0;
            packet.checksumVerified = true;
            if (headers.read(packet, medium)) {
                readable++;
                assertThat(headers.end()).isBetween(headers.transportAt(), packet.end);
            }
            Checksums.settle(packet, medium, headers);
            packet.segmentBytes = 10;
            cutAndDiscard(packet, medium);
        }
        assertThat(readable).isGreaterThan(10_000);
        assertThat(pool.outstanding()).isEqualTo(1);
    }

    /// Makes many of the packets look like IP at first sight, else none would get far.
    private static void shape(Packet packet, Medium medium, int i) {
        int ip = packet.at;
        if (medium == Medium.ETHERNET) {
            ip += 14;
            if (packet.length() > 14) {
                Bytes.put16(packet.bytes, packet.at + 12, (i & 2) == 0 ? 0x0800 : 0x86dd);
            }
        }
        int length = packet.end - ip;
        if (length < 20) {
            return;
        }
        if ((i & 2) == 0) {
            Bytes.put8(packet.bytes, ip, 0x45 + (i & 4));
            Bytes.put16(packet.bytes, ip + 2, length - (i & 16) / 16);
            Bytes.put16(packet.bytes, ip + 6, 0);
            Bytes.put8(packet.bytes, ip + 9, (i & 8) == 0 ? 6 : 17);
        } else {
            Bytes.put8(packet.bytes, ip, 0x60);
            Bytes.put16(packet.bytes, ip + 4, Math.max(0, length - 40));
            Bytes.put8(packet.bytes, ip + 6, new int[] {0, 6, 17, 43, 44, 60, 59, 1}[i >>> 3 & 7]);
        }
    }

    private void cutAndDiscard(Packet packet, Medium medium) {
        Packet copy = pool.take(200);
        copy.copyFrom(packet);
        Segmenter segmenter = new Segmenter(medium);
        segmenter.begin(copy);
        for (Packet piece = segmenter.next(); piece != null; piece = segmenter.next()) {
            piece.release();
        }
    }

    @Test
    void extensionHeadersAreWalkedToTheTransport() {
        Packet packet = Samples.ip(pool, false, 0, 8 + 8 + 20);
        int at = packet.at + 40;
        packet.bytes[at] = 60;
        packet.bytes[at + 8] = 6;
        packet.bytes[at + 16 + 12] = 0x50;
        assertThat(headers.read(packet, Medium.RAW_IP)).isTrue();
        assertThat(headers.transportAt()).isEqualTo(at + 16);
        assertThat(headers.isTcp(packet.bytes)).isTrue();
        assertThat(headers.checksumAt(packet.bytes)).isEqualTo(at + 32);
    }

    @Test
    void aFragmentHasNoTransportChecksum() {
        Packet packet = Samples.tcp(pool, true, 1, Samples.ACK, 100);
        Bytes.put16(packet.bytes, packet.at + 6, 0x2000);
        assertThat(headers.read(packet, Medium.RAW_IP)).isTrue();
        assertThat(headers.isFragment()).isTrue();
        assertThat(headers.checksumAt(packet.bytes)).isZero();
    }

    @Test
    void paddingBehindTheIpPacketDoesNotBelongToIt() {
        Packet packet = Samples.udp(pool, true, 4);
        int end = packet.end;
        packet.end += 14;
        assertThat(headers.read(packet, Medium.RAW_IP)).isTrue();
        assertThat(headers.end()).isEqualTo(end);
        assertThat(Checksums.isRight(packet.bytes, headers)).isTrue();
    }

    @Test
    void aVlanTagIsSkipped() {
        Packet packet = Samples.udp(pool, true, 4);
        int ip = packet.at;
        packet.at -= 18;
        Bytes.put16(packet.bytes, packet.at + 12, 0x8100);
        Bytes.put16(packet.bytes, packet.at + 16, 0x0800);
        assertThat(headers.read(packet, Medium.ETHERNET)).isTrue();
        assertThat(headers.networkAt()).isEqualTo(ip);
    }

    @Test
    void aUdpDatagramOverIp4WithoutChecksumStaysWithout() {
        Packet packet = Samples.udp(pool, true, 10);
        int checksumAt = Samples.headers(packet).checksumAt(packet.bytes);
        Bytes.put16(packet.bytes, checksumAt, 0);
        packet.checksumVerified = true;
        Checksums.settle(packet, Medium.RAW_IP, headers);
        assertThat(Bytes.u16(packet.bytes, checksumAt)).isZero();
    }
}
