package io.towpath.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.towpath.wire.testing.Rfc;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IpAddressTest {
    @Test
    void anIpv4AddressIsHeldMapped() {
        IpAddress address = IpAddress.parse("10.1.2.3");
        assertThat(address.high()).isZero();
        assertThat(address.low()).isEqualTo(0x0000_ffff_0a01_0203L);
        assertThat(IpAddress.of(address.high(), address.low())).isEqualTo(new Ip4Address(0x0a010203));
        assertThat(IpAddress.parse("255.0.0.255").low()).isEqualTo(0x0000_ffff_ff00_00ffL);
    }

    @Test
    void aMappedAddressIsNeverAnIpv6Address() {
        assertThat(IpAddress.parse("::ffff:10.1.2.3")).isEqualTo(IpAddress.parse("10.1.2.3"));
        byte[] mapped = Octets.ofHex("00000000000000000000ffff0a010203").toArray();
        assertThat(IpAddress.read6(mapped, 0)).isEqualTo(IpAddress.parse("10.1.2.3"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Ip6Address(0, 0x0000_ffff_0a01_0203L))
                .withMessageContaining("10.1.2.3");
    }

    @ParameterizedTest
    @Rfc(value = 5952, section = "4")
    @CsvSource({
        "2001:0db8:0:0:0:0:2:1, 2001:db8::2:1",
        "2001:db8:0:1:1:1:1:1, 2001:db8:0:1:1:1:1:1",
        "2001:0:0:1:0:0:0:1, 2001:0:0:1::1",
        "2001:db8:0:0:1:0:0:1, 2001:db8::1:0:0:1",
        "2001:DB8::ABCD, 2001:db8::abcd",
        "0:0:0:0:0:0:0:0, ::",
        "0:0:0:0:0:0:0:1, ::1",
        "1:0:0:0:0:0:0:0, 1::",
        "1:2:3:4:5:6:7::, 1:2:3:4:5:6:7:0",
        "::2:3:4:5:6:7:8, 0:2:3:4:5:6:7:8",
        "ff01::101, ff01::101",
        "64:ff9b::192.0.2.33, 64:ff9b::c000:221",
        "1:2:3:4:5:6:192.0.2.33, 1:2:3:4:5:6:c000:221",
    })
    void textIsReadAsRfc4291SaysAndWrittenCanonically(String text, String canonical) {
        assertThat(IpAddress.parse(text).toString()).isEqualTo(canonical);
        assertThat(IpAddress.parse(canonical)).isEqualTo(IpAddress.parse(text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "1",
                "1.2.3",
                "1.2.3.4.5",
                "1.2.3.256",
                "01.2.3.4",
                "1.2.3.-4",
                "1.2.3.+4",
                "1.2..3",
                "1.2.3.4 ",
                "localhost",
                "0x7f.0.0.1",
                "1.2.3.٤",
                ":",
                ":::",
                "1::2::3",
                "1:2:3:4:5:6:7",
                "1:2:3:4:5:6:7:8:9",
                "1:2:3:4::5:6:7:8",
                "12345::",
                "g::",
                "::1%eth0",
                "[::1]",
                ":1:2:3:4:5:6:7",
                "1:2:3:4:5:6:7:",
                "::1.2.3",
                "1.2.3.4::",
                "1:2:3:4:5:6:7:1.2.3.4",
                "::1.2.3.4:5",
                "::٤",
                "1:",
                "::ffff:1.2.3.999"
            })
    void whatIsNoAddressIsRefusedInOneLineThatQuotesIt(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> IpAddress.parse(text))
                .withMessageStartingWith("not an IP")
                .withMessageContaining("\"" + text + "\"")
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("\n"));
    }

    @Test
    void kindsOfAddressesAreTold() {
        assertThat(Stream.of("0.0.0.0", "::").map(IpAddress::parse)).allMatch(IpAddress::isUnspecified);
        assertThat(Stream.of("127.0.0.1", "127.255.0.1", "::1").map(IpAddress::parse))
                .allMatch(IpAddress::isLoopback);
        assertThat(Stream.of("224.0.0.1", "239.9.9.9", "ff02::1").map(IpAddress::parse))
                .allMatch(IpAddress::isMulticast);
        assertThat(Stream.of("169.254.1.1", "fe80::1", "febf::1").map(IpAddress::parse))
                .allMatch(IpAddress::isLinkLocal);
        assertThat(IpAddress.parse("255.255.255.255").isBroadcast()).isTrue();
        assertThat(Stream.of("10.0.0.1", "2001:db8::1", "fec0::1", "240.0.0.1").map(IpAddress::parse))
                .noneMatch(a ->
                        a.isUnspecified() || a.isLoopback() || a.isMulticast() || a.isLinkLocal() || a.isBroadcast());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "224.0.0.1",
                "239.255.255.255",
                "223.255.255.255",
                "240.0.0.0",
                "255.255.255.255",
                "255.255.255.254",
                "ff02::1",
                "fe80::1",
                "febf::1",
                "fec0::1",
                "::",
                "::1",
                "::fffe:ffff:ffff",
                "fe80::ffff:ffff:ffff"
            })
    void twoLongsTellTheKindOfTheirAddress(String text) {
        IpAddress address = IpAddress.parse(text);
        assertThat(IpAddress.isMulticast(address.high(), address.low()))
                .isEqualTo(address.isMulticast())
                .isEqualTo(text.startsWith("ff") || text.startsWith("224") || text.startsWith("239"));
        assertThat(IpAddress.isBroadcast(address.high(), address.low()))
                .isEqualTo(address.isBroadcast())
                .isEqualTo(text.equals("255.255.255.255"));
        assertThat(Ip6Address.isLinkLocal(address.high())).isEqualTo(text.startsWith("fe8") || text.startsWith("feb"));
    }

    @Test
    void addressesAreOrderedByVersionThenAsUnsignedNumbers() {
        List<IpAddress> sorted = Stream.of("ff02::1", "::1", "200.0.0.1", "10.0.0.1", "2001:db8::1", "fe80::2")
                .map(IpAddress::parse)
                .sorted()
                .toList();
        assertThat(sorted)
                .extracting(IpAddress::toString)
                .containsExactly("10.0.0.1", "200.0.0.1", "::1", "2001:db8::1", "fe80::2", "ff02::1");
    }

    @Test
    @Rfc(value = 4291, section = "2.7.1")
    void theSolicitedNodeAddressKeepsTheLast24Bits() {
        IpAddress address = IpAddress.parse("4037::01:800:200E:8C6C");
        assertThat(Ip6Address.solicitedNode(address.low())).hasToString("ff02::1:ff0e:8c6c");
    }

    @Test
    void everyAddressComesBackFromTextAndFromOctets() {
        var random = new SplittableRandom(4291);
        for (int i = 0; i < 20_000; i++) {
            // Masks of groups make runs of zeros likely.
            long high = random.nextLong() & mask(random);
            long low = random.nextLong() & mask(random);
            IpAddress address = i % 4 == 0 ? new Ip4Address((int) low) : IpAddress.of(high, low);
            assertThat(IpAddress.parse(address.toString())).isEqualTo(address);
            byte[] b = address.toBytes();
            assertThat(b).hasSize(address.byteLength());
            assertThat(address.isIp4() ? IpAddress.read4(b, 0) : IpAddress.read6(b, 0))
                    .isEqualTo(address);
        }
    }

    private static long mask(SplittableRandom random) {
        long mask = 0;
        for (int group = 0; group < 4; group++) {
            mask = mask << 16 | (random.nextBoolean() ? 0xffff : random.nextInt(16) == 0 ? 0xf : 0);
        }
        return mask;
    }
}
