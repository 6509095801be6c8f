package io.towpath.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.towpath.wire.testing.Rfc;
import java.util.List;
import org.junit.jupiter.api.Test;

class TcpTest {
    static final Ip4Address A = new Ip4Address(0x0a000001);
    static final Ip4Address B = new Ip4Address(0x0a000002);
    /// A SYN from 10.0.0.1 to 10.0.0.2, computed apart from this project.
    static final byte[] SYN = Octets.ofHex(
                    "9c400050 000003e8 00000000 a002ffff 93200000 020405b4 0402080a 00000064 00000000 01030308")
            .toArray();

    private static final long PSEUDO = InternetChecksum.pseudo4(A.bits(), B.bits(), IpProtocol.TCP, SYN.length);

    @Test
    void aKnownSynIsReadFieldByField() {
        assertThat(TcpHeader.check(SYN, 0, SYN.length)).isEqualTo(Malformed.NONE);
        assertThat(TcpHeader.sourcePort(SYN, 0)).isEqualTo(40000);
        assertThat(TcpHeader.destinationPort(SYN, 0)).isEqualTo(80);
        assertThat(TcpHeader.sequence(SYN, 0)).isEqualTo(1000);
        assertThat(TcpHeader.acknowledgment(SYN, 0)).isZero();
        assertThat(TcpHeader.dataOffset(SYN, 0)).isEqualTo(40);
        assertThat(TcpHeader.flags(SYN, 0)).isEqualTo(TcpHeader.SYN);
        assertThat(TcpHeader.window(SYN, 0)).isEqualTo(65535);
        assertThat(TcpHeader.checksum(SYN, 0)).isEqualTo(0x9320);
        assertThat(TcpHeader.urgentPointer(SYN, 0)).isZero();
    }

    @Test
    void aKnownSynIsWrittenOctetByOctet() {
        TcpSegment syn = TcpSegment.of(40000, 80, TcpHeader.SYN, 1000, 0, 65535)
                .with(
                        new TcpOption.Mss(1460),
                        new TcpOption.SackPermitted(),
                        new TcpOption.Timestamps(100, 0),
                        new TcpOption.Nop(),
                        new TcpOption.WindowScale(8));
        assertThat(Octets.of(syn.emit(A, B))).isEqualTo(Octets.of(SYN));
        assertThat(syn).hasToString("S 1000:1000(0) win 65535 <mss 1460,sackOK,TS val 100 ecr 0,nop,wscale 8>");
        assertThat(TcpSegment.parse(SYN, 0, SYN.length)).isEqualTo(syn);
    }

    @Test
    void theOptionWritersMakeTheSameOctets() {
        byte[] b = new byte[40];
        TcpHeader.write(b, 0, 40000, 80, 1000, 0, 40, TcpHeader.SYN, 65535, 0);
        int at = TcpOptions.writeMss(b, 20, 1460);
        at = TcpOptions.writeSackPermitted(b, at);
        at = TcpOptions.writeTimestamps(b, at, 100, 0);
        at = TcpOptions.writeWindowScale(b, at, 8);
        assertThat(at).isEqualTo(40);
        TcpHeader.writeChecksum(b, 0, 40, PSEUDO);
        assertThat(Octets.of(b)).isEqualTo(Octets.of(SYN));
    }

    @Test
    @Rfc(value = 9293, section = "3.1", requirement = "MUST-3")
    void everyFlippedBitIsSeenByTheChecksum() {
        assertThat(TcpHeader.checksumOk(SYN, 0, SYN.length, PSEUDO)).isTrue();
        for (int bit = 0; bit < SYN.length * 8; bit++) {
            byte[] broken = SYN.clone();
            broken[bit >> 3] ^= (byte) (1 << (bit & 7));
            assertThat(TcpHeader.checksumOk(broken, 0, broken.length, PSEUDO))
                    .as("bit %d", bit)
                    .isFalse();
        }
    }

    @Test
    void everyTruncationOfTheHeaderIsCalledSo() {
        for (int length = 0; length < SYN.length; length++) {
            assertThat(TcpHeader.check(SYN, 0, length)).as("%d octets", length).isEqualTo(Malformed.TRUNCATED);
        }
        assertThatThrownBy(() -> TcpSegment.parse(SYN, 0, 39))
                .isInstanceOf(MalformedPacketException.class)
                .hasMessageContaining("TRUNCATED");
    }

    @Test
    void aDataOffsetBelowFiveWordsIsRefused() {
        for (int words = 0; words < 5; words++) {
            byte[] b = SYN.clone();
            b[12] = (byte) (words << 4);
            assertThat(TcpHeader.check(b, 0, b.length)).isEqualTo(Malformed.BAD_HEADER_LENGTH);
        }
    }

    @Test
    void theKnownOptionsAreRead() {
        var options = new TcpOptions();
        assertThat(options.parseHeader(SYN, 0)).isTrue();
        assertThat(options.mss).isEqualTo(1460);
        assertThat(options.windowScale).isEqualTo(8);
        assertThat(options.sackPermitted).isTrue();
        assertThat(options.hasTimestamp).isTrue();
        assertThat(options.tsVal).isEqualTo(100);
        assertThat(options.tsEcr).isZero();
        assertThat(options.sackCount).isZero();
    }

    private static TcpOptions read(String hex, boolean good) {
        var options = new TcpOptions();
        byte[] b = Octets.ofHex(hex).toArray();
        assertThat(options.parse(b, 0, b.length)).as(hex).isEqualTo(good);
        return options;
    }

    @Test
    void aSecondParseForgetsTheFirst() {
        var options = new TcpOptions();
        options.parseHeader(SYN, 0);
        assertThat(options.parse(new byte[0], 0, 0)).isTrue();
        assertThat(options.mss).isEqualTo(-1);
        assertThat(options.windowScale).isEqualTo(-1);
        assertThat(options.sackPermitted || options.hasTimestamp).isFalse();
    }

    @Test
    @Rfc(value = 2018, section = "3")
    void oneToFourSackBlocksAreRead() {
        TcpOptions two = read("0101 0512 00000001 00000005 fffffff0 00000000", true);
        assertThat(two.sackCount).isEqualTo(2);
        assertThat(two.left[1]).isEqualTo(-16);
        assertThat(two.right[1]).isZero();
        assertThat(read("0522" + "00000001 00000002".repeat(4), true).sackCount).isEqualTo(4);
    }

    @Test
    @Rfc(value = 9293, section = "3.1", requirement = "MUST-6")
    void unknownOptionsAreSkippedByTheirLength() {
        assertThat(read("fe06aabbccdd 0303 07 63 02 020405b4", true).mss).isEqualTo(1460);
    }

    @Test
    @Rfc(value = 9293, section = "3.2", requirement = "MUST-64")
    void optionsNeedNotBeginOnAWord() {
        TcpOptions options = read("01 020405b4 030302", true);
        assertThat(options.mss).isEqualTo(1460);
        assertThat(options.windowScale).isEqualTo(2);
    }

    @Test
    void nothingBehindTheEndOfTheListIsRead() {
        assertThat(read("0402 00 020405b4", true).mss).isEqualTo(-1);
    }

    @Test
    @Rfc(value = 9293, section = "3.1", requirement = "MUST-7")
    void illegalLengthsStopTheReadingAndAreReported() {
        for (String broken : List.of(
                "0200",
                "0201",
                "0205",
                "02",
                "0203b4",
                "020505b401",
                "0302",
                "0304 0101",
                "0403 01",
                "0502",
                "050b 000000000000000000",
                "052a" + "00".repeat(40),
                "0809 00000000000000",
                "080b" + "00".repeat(9),
                "fe00",
                "fe01",
                "fe04 01",
                "fe",
                "ff ff")) {
            TcpOptions options = read("020405b4" + broken, false);
            assertThat(options.mss).as(broken).isEqualTo(1460);
            assertThat(options.windowScale).isEqualTo(-1);
            assertThat(options.sackCount).isZero();
        }
    }

    @Test
    void aShiftAboveFourteenIsLeftToTheEngine() {
        assertThat(read("0303ff", true).windowScale).isEqualTo(255);
    }

    @Test
    @Rfc(value = 9293, section = "3.1", requirement = "MUST-69")
    void aListThatEndsEarlyIsPaddedWithZeros() {
        byte[] b = TcpOption.emit(List.of(new TcpOption.WindowScale(1), new TcpOption.SackPermitted()));
        assertThat(Octets.of(b)).isEqualTo(Octets.ofHex("030301 0402 000000"));
    }

    @Test
    void everyKindOfOptionHasItsText() {
        byte[] b = Octets.ofHex("1d06 0102 aabb 1c04 8005 2202 2206cafef00d fd04f989 ac08000001000002 130301 00ffff")
                .toArray();
        assertThat(TcpOption.parse(b, 0, b.length))
                .extracting(Object::toString)
                .containsExactly(
                        "tcp-ao keyid 1 rnextkeyid 2 mac aabb",
                        "uto 5min",
                        "FO req",
                        "FO cafef00d",
                        "exp-253 f989",
                        "AccECN e0b 1 ceb 2",
                        "md5 01",
                        "eol");
        assertThat(Octets.of(TcpOption.emit(TcpOption.parse(b, 0, b.length))).toString())
                .startsWith(Octets.of(b).toString());
    }

    @Test
    void brokenOptionsAreShownAsTheyAre() {
        byte[] b = Octets.ofHex("01 0809 aa").toArray();
        assertThat(TcpOption.parse(b, 0, 4)).extracting(Object::toString).containsExactly("nop", "malformed 0809aa");
    }

    @Test
    void theNotationMayBeRelative() {
        TcpSegment segment = TcpSegment.of(1, 2, TcpHeader.ACK | TcpHeader.PSH | TcpHeader.CWR, 4294967295L, 5001, 512)
                .with(
                        new TcpOption.Nop(),
                        new TcpOption.Nop(),
                        new TcpOption.Sack(List.of(new TcpOption.Sack.Block(6001, 7001))))
                .withPayload(new byte[10]);
        assertThat(segment.text(4294967285L, 5000)).isEqualTo("P.W 10:20(10) ack 1 win 512 <nop,nop,sack 1001:2001>");
        assertThat(segment).hasToString("P.W 4294967295:9(10) ack 5001 win 512 <nop,nop,sack 6001:7001>");
    }

    @Test
    void flagsAreLettersInTcpdumpsOrder() {
        assertThat(TcpHeader.flagsText(0)).isEqualTo("-");
        assertThat(TcpHeader.flagsText(TcpHeader.FLAGS)).isEqualTo("FSRP.UEWA");
        assertThat(TcpHeader.flagsText(TcpHeader.SYN | TcpHeader.ACK)).isEqualTo("S.");
        assertThat(TcpSegment.of(1, 2, TcpHeader.URG, 0, 0, 0)).hasToString("U 0:0(0) win 0 urg 0");
    }

    @Test
    void synAndFinTakeANumberEach() {
        TcpSegment segment =
                TcpSegment.of(1, 2, TcpHeader.SYN | TcpHeader.FIN, 0, 0, 0).withPayload(new byte[3]);
        assertThat(segment.sequenceLength()).isEqualTo(5);
    }

    @Test
    void moreThanFortyOctetsOfOptionsAreRefused() {
        TcpSegment segment = TcpSegment.of(1, 2, TcpHeader.ACK, 0, 0, 0);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> segment.with(new TcpOption.Opaque(254, Octets.of(new byte[39]))));
    }

    @Test
    void generatedSegmentsComeBackWhole() {
        var generated = new Generated(9293);
        var options = new TcpOptions();
        for (int i = 0; i < 5_000; i++) {
            TcpSegment segment = generated.tcp();
            Ip6Address source = generated.address6();
            Ip6Address destination = generated.address6();
            byte[] b = segment.emit(source, destination);
            assertThat(TcpHeader.check(b, 0, b.length)).isEqualTo(Malformed.NONE);
            assertThat(TcpSegment.parse(b, 0, b.length)).isEqualTo(segment);
            assertThat(options.parseHeader(b, 0)).isTrue();
            long pseudo = InternetChecksum.pseudo(
                    source.high(), source.low(), destination.high(), destination.low(), IpProtocol.TCP, b.length);
            assertThat(TcpHeader.checksumOk(b, 0, b.length, pseudo)).isTrue();
        }
    }

    @Test
    void paddingReachesTheNextWord() {
        byte[] b = new byte[12];
        int at = TcpOptions.pad(b, 1, TcpOptions.writeSackPermitted(b, TcpOptions.writeNop(b, 1)));
        assertThat(at).isEqualTo(5);
        assertThat(Octets.of(b, 0, 6)).isEqualTo(Octets.ofHex("00 01 0402 01 00"));
        assertThat(TcpOptions.pad(b, 1, 5)).isEqualTo(5);
        int end = TcpOptions.writeSackBlock(b, TcpOptions.writeSackHead(b, 0, 1), 1, -1);
        assertThat(Octets.of(b, 0, end)).isEqualTo(Octets.ofHex("050a 00000001 ffffffff"));
    }
}
