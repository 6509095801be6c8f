package io.towpath.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class CaptureTest {
    private static final byte[] PACKET =
            Ip4Packet.of(TcpTest.A, TcpTest.B, IpProtocol.TCP, TcpTest.SYN).emit();

    private static List<CapturedPacket> readAll(byte[] file) {
        CaptureReader reader = CaptureReader.open(file);
        List<CapturedPacket> packets = new ArrayList<>();
        for (CapturedPacket packet = reader.next(); packet != null; packet = reader.next()) {
            packets.add(packet);
        }
        return packets;
    }

    private static byte[] written() {
        var writer = new PcapngWriter();
        writer.sectionHeader("towpath");
        assertThat(writer.interfaceBlock(LinkType.RAW, 0, "a")).isZero();
        assertThat(writer.interfaceBlock(LinkType.ETHERNET, 16, "wire b")).isEqualTo(1);
        writer.packetBlock(0, 1_234_567_890_123_456_789L, PACKET, 0, PACKET.length, "SYN, because the user asked");
        writer.packetBlock(0, 5, PACKET, 3, 8, null);
        writer.packetBlock(1, 7, PACKET, 0, 20, 99, PcapngWriter.OUTBOUND, "grüße");
        writer.packetBlock(1, 8, PACKET, 0, 0, 0, PcapngWriter.INBOUND, null);
        return writer.drain();
    }

    @Test
    void whatWasWrittenIsRead() {
        List<CapturedPacket> packets = readAll(written());
        assertThat(packets)
                .containsExactly(
                        new CapturedPacket(
                                0,
                                LinkType.RAW,
                                1_234_567_890_123_456_789L,
                                PACKET.length,
                                Octets.of(PACKET),
                                "SYN, because the user asked"),
                        new CapturedPacket(0, LinkType.RAW, 5, 5, Octets.of(PACKET, 3, 8), null),
                        new CapturedPacket(1, LinkType.ETHERNET, 7, 99, Octets.of(PACKET, 0, 16), "grüße"),
                        new CapturedPacket(1, LinkType.ETHERNET, 8, 0, Octets.EMPTY, null));
        assertThat(packets.get(0).toString())
                .startsWith("10.0.0.1:40000 > ")
                .endsWith("  # SYN, because the user asked");
    }

    @Test
    void theFormIsTheOneOfTheSpecification() {
        var writer = new PcapngWriter();
        writer.sectionHeader("t");
        writer.interfaceBlock(LinkType.RAW, 0, "a");
        writer.packetBlock(0, 1L << 32 | 2, new byte[] {1, 2, 3}, 0, 3, "hi");
        assertThat(Octets.of(writer.drain()))
                .isEqualTo(Octets.ofHex("0a0d0d0a 00000028 1a2b3c4d 00010000 ffffffffffffffff 00040001 74000000"
                        + " 0000000000000028 00000001 00000028 00650000 00000000 00020001 61000000 00090001"
                        + " 09000000 0000000000000028 00000006 00000030 00000000 00000001 00000002 00000003"
                        + " 00000003 0102030000010002 68690000 00000000 00000030"));
    }

    @Test
    void theBufferGrowsUntilItIsDrained() {
        var writer = new PcapngWriter();
        writer.sectionHeader("towpath");
        writer.interfaceBlock(LinkType.RAW, 0, "a");
        byte[] big = new byte[100_000];
        Arrays.fill(big, (byte) 7);
        byte[] head = writer.drain();
        writer.packetBlock(0, 1, big, 0, big.length, null);
        assertThat(writer.size()).isEqualTo(100_032);
        byte[] all = Arrays.copyOf(head, head.length + writer.size());
        System.arraycopy(writer.buffer(), 0, all, head.length, writer.size());
        writer.clear();
        assertThat(writer.size()).isZero();
        assertThat(readAll(all))
                .singleElement()
                .extracting(CapturedPacket::data)
                .isEqualTo(Octets.of(big));
    }

    @Test
    void aCommentBeyondTheLengthFieldIsCutAtACharacter() {
        var writer = new PcapngWriter();
        writer.sectionHeader("towpath");
        writer.interfaceBlock(LinkType.RAW, 0, "a");
        writer.packetBlock(0, 1, PACKET, 0, 20, "é".repeat(40_000));
        assertThat(readAll(writer.drain()).get(0).comment()).isEqualTo("é".repeat(32_767));
    }

    @Test
    void aPacketOfAnUnknownInterfaceIsNotWritten() {
        var writer = new PcapngWriter();
        writer.sectionHeader("towpath");
        assertThatIllegalArgumentException().isThrownBy(() -> writer.packetBlock(0, 1, PACKET, 0, 20, null));
    }

    @Test
    void littleEndianSectionsAndMicrosecondsAreRead() {
        // Section, interface without options (microseconds), a block nobody knows, a packet, a simple packet.
        byte[] file = Octets.ofHex("0a0d0d0a 1c000000 4d3c2b1a 01000000 ffffffffffffffff 1c000000"
                        + "01000000 14000000 65000000 04000000 14000000"
                        + "ad0b0000 10000000 01020304 10000000"
                        + "06000000 24000000 00000000 01000000 02000000 01000000 3c000000 45000000 24000000"
                        + "03000000 14000000 3c000000 45010203 14000000")
                .toArray();
        List<CapturedPacket> packets = readAll(file);
        assertThat(packets)
                .containsExactly(
                        new CapturedPacket(0, 101, ((1L << 32) + 2) * 1_000, 60, Octets.ofHex("45"), null),
                        new CapturedPacket(0, 101, 0, 60, Octets.ofHex("45010203"), null));
    }

    @Test
    void resolutionsOfOtherPowersAreBroughtToNanoseconds() {
        assertThat(nanosAt(0, 3)).isEqualTo(3_000_000_000L);
        assertThat(nanosAt(3, 1_500)).isEqualTo(1_500_000_000L);
        assertThat(nanosAt(12, 1_234_567)).isEqualTo(1_234);
        assertThat(nanosAt(0x80 | 10, 1536)).isEqualTo(1_500_000_000L);
        assertThat(nanosAt(0x80 | 40, 3L << 39)).isEqualTo(1_500_000_000L);
        assertThat(nanosAt(0x80, 2)).isEqualTo(2_000_000_000L);
        assertThat(nanosAt(0xff, 2)).isZero();
    }

    private static long nanosAt(int resolution, long units) {
        byte[] file = written();
        // The interface's resolution is the first octet behind the option's head.
        int at = indexOf(file, Octets.ofHex("00090001 09"));
        file[at + 4] = (byte) resolution;
        int packet = indexOf(file, Octets.ofHex("00000006")) + 12;
        Bytes.put64(file, packet, units);
        CapturedPacket first = CaptureReader.open(file).next();
        return first == null ? -1 : first.nanos();
    }

    private static int indexOf(byte[] file, Octets what) {
        for (int at = 0; at + what.length() <= file.length; at++) {
            if (Octets.of(file, at, at + what.length()).equals(what)) {
                return at;
            }
        }
        throw new AssertionError("not found: " + what);
    }

    @Test
    void pcapFilesOfEitherByteOrderAndResolutionAreRead() {
        String data = "4500";
        byte[] micros = Octets.ofHex("a1b2c3d4 0002 0004 00000000 00000000 0000ffff 00000065"
                        + "00000001 00000002 00000002 0000003c" + data)
                .toArray();
        byte[] nanos = Octets.ofHex("4d3cb2a1 0200 0400 00000000 00000000 ffff0000 65000000"
                        + "01000000 02000000 02000000 3c000000" + data)
                .toArray();
        assertThat(readAll(micros))
                .containsExactly(new CapturedPacket(0, 101, 1_000_002_000L, 60, Octets.ofHex(data), null));
        assertThat(readAll(nanos))
                .containsExactly(new CapturedPacket(0, 101, 1_000_000_002L, 60, Octets.ofHex(data), null));
    }

    @Test
    void everyTruncationEndsAtABlockOrIsToldWithItsOffset() {
        byte[] file = written();
        for (int length = 0; length < file.length; length++) {
            byte[] cut = Arrays.copyOf(file, length);
            try {
                assertThat(readAll(cut).size()).isLessThan(4);
            } catch (MalformedCaptureException e) {
                assertThat(e.offset()).isBetween(0L, (long) length);
                assertThat(e).hasMessageContaining("octet " + e.offset());
            }
        }
    }

    @Test
    void aPacketMayFillItsBlockButNotLeaveIt() {
        byte[] file = Octets.ofHex("0a0d0d0a 0000001c 1a2b3c4d 00010000 ffffffffffffffff 0000001c"
                        + "00000001 00000014 00650000 00000000 00000014"
                        + "00000006 00000024 00000000 00000000 00000001 00000004 00000004 45000000 00000024")
                .toArray();
        assertThat(readAll(file))
                .singleElement()
                .extracting(CapturedPacket::data)
                .isEqualTo(Octets.ofHex("45000000"));
        Bytes.put32(file, 48 + 20, 5);
        assertThatThrownBy(() -> readAll(file))
                .isInstanceOf(MalformedCaptureException.class)
                .hasMessageContaining("a packet longer than its block");
    }

    @Test
    void anythingElseThanACaptureIsRefused() {
        assertThatThrownBy(() -> CaptureReader.open(new byte[100]))
                .isInstanceOf(MalformedCaptureException.class)
                .hasMessageContaining("neither pcap nor pcapng");
        assertThatThrownBy(() -> CaptureReader.open(new byte[3])).isInstanceOf(MalformedCaptureException.class);
    }

    @Test
    void mutatedFilesGiveNothingButTheirOwnException() {
        var generated = new Generated(20);
        byte[] pcap = Octets.ofHex("a1b2c3d4 0002 0004 00000000 00000000 0000ffff 00000065"
                        + "00000001 00000002 00000002 0000003c 4500 00000001 00000002 00000000 00000000")
                .toArray();
        int refused = 0;
        for (int i = 0; i < 20_000; i++) {
            byte[] file = i % 3 == 0 ? pcap.clone() : written();
            for (int count = 1 + generated.below(4); count > 0; count--) {
                file[generated.below(file.length)] = (byte) (generated.below(3) == 0 ? 0xff : generated.below(256));
            }
            try {
                readAll(file).forEach(packet -> assertThat(packet.toString()).isNotEmpty());
            } catch (MalformedCaptureException e) {
                refused++;
            }
        }
        assertThat(refused).isBetween(1_000, 19_000);
    }
}
