package io.towpath.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.towpath.wire.testing.Rfc;
import org.junit.jupiter.api.Test;

class IpTest {
    /// A widely printed example of a header with its checksum, and the start of a UDP datagram.
    private static final byte[] KNOWN4 =
            Octets.ofHex("4500 0073 0000 4000 4011 b861 c0a8 0001 c0a8 00c7").toArray();
    /// FIN and ACK from 2001:db8::1 to 2001:db8::2, computed apart from this project.
    static final byte[] FIN6 = Octets.ofHex("6000000000140640 20010db8000000000000000000000001"
                    + "20010db8000000000000000000000002 00509c4000001388000003e9501101f59e680000")
            .toArray();

    private static byte[] whole4() {
        return java.util.Arrays.copyOf(KNOWN4, 0x73);
    }

    @Test
    @Rfc(value = 791, section = "3.1")
    void aKnownIpv4HeaderIsReadFieldByField() {
        byte[] b = whole4();
        assertThat(Ip4Header.check(b, 0, b.length)).isEqualTo(Malformed.NONE);
        assertThat(Ip4Header.headerLength(b, 0)).isEqualTo(20);
        assertThat(Ip4Header.totalLength(b, 0)).isEqualTo(115);
        assertThat(Ip4Header.identification(b, 0)).isZero();
        assertThat(Ip4Header.dontFragment(b, 0)).isTrue();
        assertThat(Ip4Header.moreFragments(b, 0)).isFalse();
        assertThat(Ip4Header.isFragment(b, 0)).isFalse();
        assertThat(Ip4Header.timeToLive(b, 0)).isEqualTo(64);
        assertThat(Ip4Header.protocol(b, 0)).isEqualTo(IpProtocol.UDP);
        assertThat(new Ip4Address(Ip4Header.source(b, 0))).hasToString("192.168.0.1");
        assertThat(new Ip4Address(Ip4Header.destination(b, 0))).hasToString("192.168.0.199");
    }

    @Test
    void theSameHeaderIsWrittenOctetByOctet() {
        byte[] b = new byte[20];
        Ip4Header.write(b, 0, 0, 115, 0, Ip4Header.DONT_FRAGMENT, 64, IpProtocol.UDP, 0xc0a80001, 0xc0a800c7);
        assertThat(Octets.of(b)).isEqualTo(Octets.of(KNOWN4));
    }

    @Test
    void everyTruncationOfAnIpv4PacketIsCalledSo() {
        byte[] b = whole4();
        for (int length = 0; length < b.length; length++) {
            assertThat(Ip4Header.check(b, 0, length)).isEqualTo(Malformed.TRUNCATED);
        }
    }

    @Test
    void paddingBehindTheTotalLengthIsIgnored() {
        byte[] b = java.util.Arrays.copyOf(KNOWN4, 200);
        assertThat(Ip4Packet.parse(b, 0, 200).payload().length()).isEqualTo(95);
    }

    @Test
    @Rfc(value = 1122, section = "3.2.1.2")
    void everyFlippedBitOfAnIpv4HeaderIsSeen() {
        for (int bit = 0; bit < 160; bit++) {
            byte[] b = whole4();
            b[bit >> 3] ^= (byte) (1 << (bit & 7));
            assertThat(Ip4Header.check(b, 0, b.length)).as("bit %d", bit).isNotEqualTo(Malformed.NONE);
        }
    }

    @Test
    void eachFaultOfAnIpv4HeaderHasItsName() {
        byte[] b = whole4();
        b[0] = 0x65;
        assertThat(Ip4Header.check(b, 0, b.length)).isEqualTo(Malformed.BAD_VERSION);
        b[0] = 0x44;
        assertThat(Ip4Header.check(b, 0, b.length)).isEqualTo(Malformed.BAD_HEADER_LENGTH);
        b = whole4();
        Bytes.put16(b, 2, 19);
        assertThat(Ip4Header.check(b, 0, b.length)).isEqualTo(Malformed.BAD_TOTAL_LENGTH);
        b = whole4();
        b[8]--;
        assertThat(Ip4Header.check(b, 0, b.length)).isEqualTo(Malformed.BAD_CHECKSUM);
        assertThat(Ip4Header.checkQuoted(b, 0, 20)).isEqualTo(Malformed.NONE);
    }

    @Test
    void anOptionThatLeavesTheHeaderIsRefused() {
        for (String options : new String[] {"07000000", "07010000", "07050000", "01010107", "83ff0000"}) {
            byte[] b = withOptions(options);
            assertThat(Ip4Header.check(b, 0, b.length)).as(options).isEqualTo(Malformed.BAD_OPTION);
        }
        byte[] good = withOptions("83030401 00ffffff");
        assertThat(Ip4Header.check(good, 0, good.length)).isEqualTo(Malformed.NONE);
        assertThat(Ip4Options.hasSourceRoute(good, 20, 28)).isTrue();
        assertThat(Ip4Options.find(good, 20, 28, 255)).isEqualTo(-1);
    }

    private static byte[] withOptions(String hex) {
        return new Ip4Packet(0, 0, 0, 64, 17, Ip4Address.LOOPBACK, Ip4Address.LOOPBACK, Octets.ofHex(hex), Octets.EMPTY)
                .emit();
    }

    @Test
    void optionsAreKeptAndMustFit() {
        byte[] b = withOptions("83030401 00000000");
        assertThat(Ip4Packet.parse(b, 0, b.length).options()).isEqualTo(Octets.ofHex("8303040100000000"));
        assertThatIllegalArgumentException().isThrownBy(() -> withOptions("0101"));
        assertThatIllegalArgumentException().isThrownBy(() -> withOptions("01".repeat(44)));
    }

    @Test
    @Rfc(value = 1624, section = "3")
    void aHopTakesOneOffAndMendsTheChecksum() {
        byte[] b = whole4();
        for (int left = 63; left >= 0; left--) {
            assertThat(Ip4Header.decrementTimeToLive(b, 0)).isEqualTo(left);
            assertThat(Ip4Header.check(b, 0, b.length)).isEqualTo(Malformed.NONE);
        }
        Ip4Header.setTrafficClass(b, 0, 0xfb);
        assertThat(Ip4Header.check(b, 0, b.length)).isEqualTo(Malformed.NONE);
        assertThat(Ip4Header.trafficClass(b, 0)).isEqualTo(0xfb);
        assertThat(Ip4Header.ecn(b, 0)).isEqualTo(3);
    }

    @Test
    @Rfc(value = 8200, section = "3")
    void aKnownIpv6PacketIsReadAndWritten() {
        assertThat(Ip6Header.check(FIN6, 0, FIN6.length)).isEqualTo(Malformed.NONE);
        Ip6Packet packet = Ip6Packet.parse(FIN6, 0, FIN6.length);
        assertThat(packet.source()).hasToString("2001:db8::1");
        assertThat(packet.hopLimit()).isEqualTo(64);
        assertThat(packet.nextHeader()).isEqualTo(IpProtocol.TCP);
        assertThat(packet).hasToString("[2001:db8::1]:80 > [2001:db8::2]:40000 F. 5000:5000(0) ack 1001 win 501");
        assertThat(Octets.of(packet.emit())).isEqualTo(Octets.of(FIN6));
    }

    @Test
    void everyTruncationOfAnIpv6PacketIsCalledSo() {
        for (int length = 0; length < FIN6.length; length++) {
            assertThat(Ip6Header.check(FIN6, 0, length)).isEqualTo(Malformed.TRUNCATED);
        }
        byte[] b = FIN6.clone();
        b[0] = 0x45;
        assertThat(Ip6Header.check(b, 0, b.length)).isEqualTo(Malformed.BAD_VERSION);
    }

    @Test
    void theFieldsOfTheFirstWordDoNotTouchEachOther() {
        byte[] b = FIN6.clone();
        Ip6Header.write(b, 0, 0xa5, 0xfffff, 20, 6, 9, 1, 2, 3, 4);
        Ip6Header.setTrafficClass(b, 0, 0x5a);
        assertThat(Ip6Header.version(b, 0)).isEqualTo(6);
        assertThat(Ip6Header.trafficClass(b, 0)).isEqualTo(0x5a);
        assertThat(Ip6Header.ecn(b, 0)).isEqualTo(2);
        assertThat(Ip6Header.flowLabel(b, 0)).isEqualTo(0xfffff);
        assertThat(Ip6Header.decrementHopLimit(b, 0)).isEqualTo(8);
        assertThat(Ip6Header.hopLimit(b, 0)).isEqualTo(8);
        assertThat(Ip6Header.destinationLow(b, 0)).isEqualTo(4);
    }

    @Test
    void generatedPacketsComeBackWhole() {
        var generated = new Generated(791);
        for (int i = 0; i < 3_000; i++) {
            Ip4Packet packet4 = generated.ip4(0);
            byte[] b = packet4.emit();
            assertThat(Ip4Packet.parse(b, 0, b.length)).isEqualTo(packet4);
            Ip6Packet packet6 = generated.ip6(0);
            b = packet6.emit();
            assertThat(Ip6Packet.parse(b, 0, b.length)).isEqualTo(packet6);
        }
    }
}
