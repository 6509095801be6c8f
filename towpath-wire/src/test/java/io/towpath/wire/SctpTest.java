package io.towpath.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.towpath.wire.testing.Rfc;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SctpTest {
    /// Packets from port 5000 to 5001, computed apart from this project.
    static final byte[] INIT = Octets.ofHex("13881389 00000000 0b7cdecf"
                    + "0100002e 01020304 00010000 000a0800 fffffffe"
                    + "00050008 0a000001 c0000004 000c0008 00050006 80080006 c0820000")
            .toArray();

    static final byte[] SACK_AND_DATA = Octets.ofHex("13881389 deadbeef 559afcf9"
                    + "0300001c 0000000c 00001234 00020001 00020003 00050005 0000000b"
                    + "00030015 00000007 00010002 00000033 68656c6c6f000000")
            .toArray();

    private static final int CHUNK = SctpHeader.LENGTH;
    private final Crc32c crc = new Crc32c();

    private static SctpPacket init() {
        return SctpPacket.of(
                5000,
                5001,
                0,
                new SctpChunk.Init(
                        SctpChunks.INIT,
                        0,
                        0x01020304,
                        65536,
                        10,
                        2048,
                        0xfffffffeL,
                        List.of(
                                new SctpParameter.Address(TcpTest.A),
                                new SctpParameter.Bare(SctpParameters.FORWARD_TSN_SUPPORTED),
                                new SctpParameter.Numbers(
                                        SctpParameters.ADDRESS_TYPES,
                                        List.of(SctpParameters.IPV4, SctpParameters.IPV6)),
                                SctpParameter.supportedExtensions(SctpChunks.FORWARD_TSN, SctpChunks.RECONFIG))));
    }

    @Test
    void aKnownInitIsReadFieldByField() {
        assertThat(SctpHeader.check(INIT, 0, INIT.length)).isEqualTo(Malformed.NONE);
        assertThat(SctpHeader.sourcePort(INIT, 0)).isEqualTo(5000);
        assertThat(SctpHeader.destinationPort(INIT, 0)).isEqualTo(5001);
        assertThat(SctpHeader.verificationTag(INIT, 0)).isZero();
        assertThat(SctpHeader.checksum(INIT, 0)).isEqualTo(0x0b7cdecf);
        assertThat(SctpChunks.check(INIT, CHUNK, INIT.length)).isEqualTo(Malformed.NONE);
        assertThat(SctpChunks.type(INIT, CHUNK)).isEqualTo(SctpChunks.INIT);
        assertThat(SctpInitHeader.initiateTag(INIT, CHUNK)).isEqualTo(0x01020304);
        assertThat(SctpInitHeader.rwnd(INIT, CHUNK)).isEqualTo(65536);
        assertThat(SctpInitHeader.outboundStreams(INIT, CHUNK)).isEqualTo(10);
        assertThat(SctpInitHeader.inboundStreams(INIT, CHUNK)).isEqualTo(2048);
        assertThat(SctpInitHeader.initialTsn(INIT, CHUNK)).isEqualTo(-2);
        assertThat(SctpChunks.next(INIT, CHUNK, INIT.length)).isEqualTo(INIT.length);
    }

    @Test
    void theParametersOfAKnownInitAreWalked() {
        List<Integer> types = new ArrayList<>();
        int end = SctpChunks.valueEnd(INIT, CHUNK);
        int first = SctpChunks.variableAt(INIT, CHUNK);
        for (int at = first; at < end; at = SctpParameters.next(INIT, at, end)) {
            assertThat(SctpParameters.check(INIT, at, end)).isEqualTo(Malformed.NONE);
            types.add(SctpParameters.type(INIT, at));
        }
        assertThat(types)
                .containsExactly(
                        SctpParameters.IPV4,
                        SctpParameters.FORWARD_TSN_SUPPORTED,
                        SctpParameters.ADDRESS_TYPES,
                        SctpParameters.SUPPORTED_EXTENSIONS);
        assertThat(SctpParameters.addressHigh(INIT, first)).isZero();
        assertThat(SctpParameters.addressLow(INIT, first)).isEqualTo(TcpTest.A.low());
        assertThat(SctpParameters.numbers(INIT, first + 12)).isEqualTo(2);
        assertThat(SctpParameters.number(INIT, first + 12, 1)).isEqualTo(SctpParameters.IPV6);
        assertThat(SctpParameters.lists(INIT, first + 20, SctpChunks.RECONFIG)).isTrue();
        assertThat(SctpParameters.lists(INIT, first + 20, SctpChunks.I_DATA)).isFalse();
    }

    @Test
    void aKnownInitIsWrittenOctetByOctet() {
        assertThat(Octets.of(init().emit())).isEqualTo(Octets.of(INIT));
        assertThat(SctpPacket.parse(INIT, 0, INIT.length)).isEqualTo(init());
    }

    @Test
    void theWritersMakeTheSameOctets() {
        byte[] b = new byte[INIT.length + 5];
        java.util.Arrays.fill(b, (byte) 0xee);
        SctpHeader.write(b, 3, 5000, 5001, 0);
        int chunk = 3 + SctpHeader.LENGTH;
        int at = SctpInitHeader.write(b, chunk, SctpChunks.INIT, 0x01020304, 65536, 10, 2048, -2);
        at = SctpParameters.writeAddress(b, at, TcpTest.A.high(), TcpTest.A.low());
        at = SctpParameters.writeBare(b, at, SctpParameters.FORWARD_TSN_SUPPORTED);
        at = SctpParameters.writeOctets(b, at, SctpParameters.ADDRESS_TYPES, new byte[] {0, 5, 0, 6}, 0, 4);
        byte[] extensions = {(byte) SctpChunks.FORWARD_TSN, (byte) SctpChunks.RECONFIG};
        at = SctpParameters.writeOctets(b, at, SctpParameters.SUPPORTED_EXTENSIONS, extensions, 0, 2);
        at = SctpChunks.finish(b, chunk, at);
        assertThat(at).isEqualTo(3 + INIT.length);
        SctpHeader.writeChecksum(b, 3, at, crc);
        assertThat(Octets.of(b, 3, at)).isEqualTo(Octets.of(INIT));
        assertThat(b[at]).isEqualTo((byte) 0xee);
    }

    @Test
    @Rfc(value = 9260, section = "3.3.4")
    void aKnownSackAndKnownDataAreReadFieldByField() {
        byte[] b = SACK_AND_DATA;
        assertThat(SctpChunks.checkAll(b, CHUNK, b.length)).isEqualTo(Malformed.NONE);
        assertThat(SctpSackHeader.cumulativeTsn(b, CHUNK)).isEqualTo(12);
        assertThat(SctpSackHeader.rwnd(b, CHUNK)).isEqualTo(4660);
        assertThat(SctpSackHeader.gaps(b, CHUNK)).isEqualTo(2);
        assertThat(SctpSackHeader.gapStart(b, CHUNK, 0)).isEqualTo(2);
        assertThat(SctpSackHeader.gapEnd(b, CHUNK, 0)).isEqualTo(3);
        assertThat(SctpSackHeader.gapStart(b, CHUNK, 1)).isEqualTo(5);
        assertThat(SctpSackHeader.gapEnd(b, CHUNK, 1)).isEqualTo(5);
        assertThat(SctpSackHeader.duplicates(b, CHUNK)).isEqualTo(1);
        assertThat(SctpSackHeader.duplicate(b, CHUNK, 0)).isEqualTo(11);
        int data = SctpChunks.next(b, CHUNK, b.length);
        assertThat(SctpChunks.flags(b, data)).isEqualTo(SctpDataHeader.B | SctpDataHeader.E);
        assertThat(SctpChunks.has(b, data, SctpDataHeader.U)).isFalse();
        assertThat(SctpDataHeader.tsn(b, data)).isEqualTo(7);
        assertThat(SctpDataHeader.streamId(b, data)).isEqualTo(1);
        assertThat(SctpDataHeader.ssn(b, data)).isEqualTo(2);
        assertThat(SctpDataHeader.ppid(b, data)).isEqualTo(51);
        assertThat(Octets.of(b, data + SctpDataHeader.LENGTH, SctpChunks.valueEnd(b, data)))
                .isEqualTo(Octets.ofHex("68656c6c6f"));
        assertThat(SctpChunks.next(b, data, b.length)).isEqualTo(b.length);
        assertThat(Octets.of(SctpPacket.parse(b, 0, b.length).emit())).isEqualTo(Octets.of(b));
    }

    @Test
    @Rfc(value = 4960, section = "6.8")
    void everyFlippedBitIsSeenByTheChecksum() {
        assertThat(SctpHeader.checksumOk(INIT, 0, INIT.length, crc)).isTrue();
        for (int bit = 0; bit < INIT.length * 8; bit++) {
            byte[] broken = INIT.clone();
            broken[bit >> 3] ^= (byte) (1 << (bit & 7));
            assertThat(SctpHeader.checksumOk(broken, 0, broken.length, crc))
                    .as("bit %d", bit)
                    .isFalse();
        }
    }

    @Test
    void everyTruncationIsCalledSo() {
        for (int length = 0; length < SctpHeader.LENGTH; length++) {
            assertThat(SctpHeader.check(INIT, 0, length)).isEqualTo(Malformed.TRUNCATED);
        }
        for (int length = CHUNK; length < SctpChunks.valueEnd(INIT, CHUNK); length++) {
            assertThat(SctpChunks.check(INIT, CHUNK, length))
                    .as("%d octets", length)
                    .isEqualTo(Malformed.TRUNCATED);
        }
        assertThatThrownBy(() -> SctpPacket.parse(INIT, 0, 11))
                .isInstanceOf(MalformedPacketException.class)
                .hasMessageContaining("TRUNCATED");
    }

    @Test
    void everyTruncatedChunkOfEveryKindIsCalledSo() {
        var generated = new SctpGenerated(9260);
        for (int i = 0; i < 500; i++) {
            SctpChunk chunk = generated.chunk();
            byte[] b = SctpChunk.emit(List.of(chunk));
            for (int length = 0; length < chunk.length(); length++) {
                assertThat(SctpChunks.check(b, 0, length)).as(chunk.toString()).isEqualTo(Malformed.TRUNCATED);
            }
            assertThat(SctpChunks.check(b, 0, chunk.length()))
                    .as(chunk.toString())
                    .isEqualTo(Malformed.NONE);
        }
    }

    @Test
    void aLastChunkWithoutItsPaddingIsWhole() {
        int end = SctpChunks.valueEnd(INIT, CHUNK);
        assertThat(SctpChunks.check(INIT, CHUNK, end)).isEqualTo(Malformed.NONE);
        assertThat(SctpChunks.next(INIT, CHUNK, end)).isEqualTo(end);
        assertThat(SctpPacket.parse(INIT, 0, end)).isEqualTo(init());
    }

    private static Malformed check(String hex) {
        byte[] b = Octets.ofHex(hex).toArray();
        return SctpChunks.check(b, 0, b.length);
    }

    @Test
    void aLengthBelowTheHeadOrBelowTheFixedPartIsRefused() {
        for (int length = 0; length < SctpChunks.HEAD; length++) {
            assertThat(check("ff00000" + length + "00000000")).isEqualTo(Malformed.BAD_HEADER_LENGTH);
        }
        for (int type = 0; type < 256; type++) {
            byte[] b = new byte[64];
            int least = SctpChunks.lengthMin(type);
            SctpChunks.writeHead(b, 0, type, 0, least);
            assertThat(SctpChunks.check(b, 0, 64)).isEqualTo(Malformed.NONE);
            if (least > SctpChunks.HEAD) {
                SctpChunks.writeHead(b, 0, type, 0, least - 1);
                assertThat(SctpChunks.check(b, 0, 64)).isEqualTo(Malformed.BAD_TOTAL_LENGTH);
            }
        }
    }

    @Test
    void countsOfASackBeyondItsLengthAreRefused() {
        String head = "03000014 00000001 000005dc";
        assertThat(check(head + "00010000 00020002")).isEqualTo(Malformed.NONE);
        assertThat(check(head + "00000001 00020002")).isEqualTo(Malformed.NONE);
        assertThat(check(head + "00010001 00020002")).isEqualTo(Malformed.BAD_FIELD);
        assertThat(check(head + "ffffffff 00020002")).isEqualTo(Malformed.BAD_FIELD);
    }

    @Test
    void forwardTsnChunksHoldWholeStreams() {
        assertThat(check("c0000008 00000001")).isEqualTo(Malformed.NONE);
        assertThat(check("c000000a 00000001 0001")).isEqualTo(Malformed.BAD_TOTAL_LENGTH);
        assertThat(check("c200000c 00000001 00010000")).isEqualTo(Malformed.BAD_TOTAL_LENGTH);
        byte[] b = Octets.ofHex("c2000010 00000009 00030001 fffffff0").toArray();
        assertThat(SctpChunks.check(b, 0, b.length)).isEqualTo(Malformed.NONE);
        assertThat(SctpForwardTsnHeader.streams(b, 0)).isEqualTo(1);
        assertThat(SctpForwardTsnHeader.iStreamId(b, 0, 0)).isEqualTo(3);
        assertThat(SctpForwardTsnHeader.iUnordered(b, 0, 0)).isTrue();
        assertThat(SctpForwardTsnHeader.iMid(b, 0, 0)).isEqualTo(-16);
    }

    @Test
    @Rfc(value = 9260, section = "3.2")
    void theHighestBitsOfAnUnknownChunkSayWhatToDo() {
        assertThat(SctpChunks.unknownIsSkipped(0x3f) || SctpChunks.unknownIsReported(0x3f))
                .isFalse();
        assertThat(SctpChunks.unknownIsSkipped(0x7f)).isFalse();
        assertThat(SctpChunks.unknownIsReported(0x7f)).isTrue();
        assertThat(SctpChunks.unknownIsSkipped(0xbf)).isTrue();
        assertThat(SctpChunks.unknownIsReported(0xbf)).isFalse();
        assertThat(SctpChunks.unknownIsSkipped(0xff) && SctpChunks.unknownIsReported(0xff))
                .isTrue();
    }

    @Test
    void theWalkGoesOnBehindAChunkThatIsWrongInItself() {
        byte[] b = Octets.ofHex("0700000400000000 0b000004").toArray();
        Bytes.put16(b, 2, 5);
        List<SctpChunk> chunks = SctpChunk.parse(b, 0, b.length);
        assertThat(chunks)
                .containsExactly(
                        new SctpChunk.Opaque(SctpChunks.SHUTDOWN, 0, Octets.of((byte) 0)),
                        new SctpChunk.Bare(SctpChunks.COOKIE_ACK, 0));
        assertThat(SctpChunks.checkAll(b, 0, b.length)).isEqualTo(Malformed.BAD_TOTAL_LENGTH);
        assertThat(SctpChunks.checkAll(b, 0, 0)).isEqualTo(Malformed.TRUNCATED);
    }

    @Test
    void whatIsNoChunkIsKeptAsOctets() {
        byte[] b =
                Octets.ofHex("13881389 00000001 00000000 0b000004 0a0000ff 01").toArray();
        SctpPacket packet = SctpPacket.parse(b, 0, b.length);
        assertThat(packet.chunks().getLast()).isEqualTo(new SctpChunk.Malformed(Octets.ofHex("0a0000ff01")));
        assertThat(packet).hasToString("sctp: COOKIE_ACK[flgs=0]; malformed 0a0000ff01");
        Bytes.put32(b, 8, SctpHeader.checksum(packet.emit(), 0));
        assertThat(Octets.of(packet.emit())).isEqualTo(Octets.of(b));
    }

    @Test
    void aChunkLongerThanItsLengthFieldIsRefused() {
        SctpPacket packet = SctpPacket.of(1, 2, 3, new SctpChunk.Opaque(SctpChunks.PAD, 0, Octets.of(new byte[65532])));
        assertThatIllegalArgumentException().isThrownBy(packet::emit);
    }

    @Test
    void theDataWritersTakeNumbersModuloTheirFields() {
        byte[] b = new byte[24];
        assertThat(SctpDataHeader.write(b, 1, SctpDataHeader.B, -1, 65537, 65538, 3, 4))
                .isEqualTo(17);
        assertThat(Octets.of(b, 1, 17)).isEqualTo(Octets.ofHex("00020014 ffffffff 00010002 00000003"));
        assertThat(SctpDataHeader.writeI(b, 1, SctpDataHeader.E, -1, 65537, 5, 6, 4))
                .isEqualTo(21);
        assertThat(Octets.of(b, 1, 21)).isEqualTo(Octets.ofHex("40010018 ffffffff 00010000 00000005 00000006"));
        assertThat(SctpDataHeader.mid(b, 1)).isEqualTo(5);
        assertThat(SctpDataHeader.ppidOrFsn(b, 1)).isEqualTo(6);
        SctpSackHeader.writeGap(b, 0, 65537, 65538);
        assertThat(Octets.of(b, 0, 4)).isEqualTo(Octets.ofHex("00010002"));
        SctpForwardTsnHeader.writeStream(b, 0, 65539, 65540);
        assertThat(Octets.of(b, 0, 4)).isEqualTo(Octets.ofHex("00030004"));
    }

    @Test
    void anAuthChunkBeginsWithZerosInPlaceOfTheCode() {
        byte[] b = new byte[30];
        java.util.Arrays.fill(b, (byte) 7);
        assertThat(SctpAuthHeader.write(b, 1, 2, SctpAuthHeader.SHA_1, 20)).isEqualTo(29);
        assertThat(SctpAuthHeader.keyId(b, 1)).isEqualTo(2);
        assertThat(SctpAuthHeader.hmacId(b, 1)).isEqualTo(1);
        assertThat(SctpAuthHeader.hmacLength(b, 1)).isEqualTo(20);
        assertThat(Octets.of(b)).isEqualTo(Octets.ofHex("07 0f00001c 00020001" + "00".repeat(20) + "07"));
    }

    @Test
    void generatedPacketsComeBackWhole() {
        var generated = new SctpGenerated(132);
        for (int i = 0; i < 5_000; i++) {
            SctpPacket packet = generated.packet();
            byte[] b = packet.emit();
            assertThat(b.length & 3).isZero();
            assertThat(SctpHeader.checksumOk(b, 0, b.length, crc)).isTrue();
            assertThat(SctpChunks.checkAll(b, CHUNK, b.length)).isEqualTo(Malformed.NONE);
            assertThat(SctpPacket.parse(b, 0, b.length)).isEqualTo(packet);
        }
    }
}
