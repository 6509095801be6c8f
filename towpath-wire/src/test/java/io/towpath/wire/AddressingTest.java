package io.towpath.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.towpath.wire.testing.Rfc;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressingTest {
    @ParameterizedTest
    @CsvSource({
        "10.1.2.3/8, 10.255.255.255, true",
        "10.1.2.3/8, 11.0.0.0, false",
        "10.1.2.3/32, 10.1.2.3, true",
        "10.1.2.3/32, 10.1.2.2, false",
        "0.0.0.0/0, 255.1.2.3, true",
        "0.0.0.0/0, ::1, false",
        "::/0, 1.2.3.4, false",
        "::/0, 2001:db8::1, true",
        "2001:db8::/64, 2001:db8::ffff:ffff:ffff:ffff, true",
        "2001:db8::/64, 2001:db8:0:1::, false",
        "2001:db8::/65, 2001:db8::8000:0:0:0, false",
        "fe80::1/128, fe80::1, true",
        "fe80::1/128, fe80::2, false",
        "fe80::/10, febf::9, true",
        "fe80::/10, fec0::, false",
    })
    void aPrefixContainsWhatSharesItsLeadingBits(String prefix, String address, boolean contains) {
        assertThat(Prefix.parse(prefix).contains(IpAddress.parse(address))).isEqualTo(contains);
    }

    @Test
    void aPrefixKeepsItsAddressAndKnowsItsNetwork() {
        Prefix prefix = Prefix.parse("10.1.2.3/20");
        assertThat(prefix).hasToString("10.1.2.3/20");
        assertThat(prefix.network()).hasToString("10.1.0.0/20");
        assertThat(prefix.broadcast()).hasToString("10.1.15.255");
        assertThat(Prefix.parse("2001:db8::1234/113").network()).hasToString("2001:db8::/113");
        assertThat(Prefix.parse("1.2.3.4/0").network()).hasToString("0.0.0.0/0");
        assertThat(Prefix.parse("1.2.3.4/0").broadcast()).isEqualTo(Ip4Address.BROADCAST);
        assertThat(Prefix.parse("1.2.3.4")).hasToString("1.2.3.4/32");
    }

    @Test
    void noHostBitsThatAreClearedMakeAMappedAddress() {
        assertThat(Prefix.parse("0:0:0:0:0:fffe:1:1/97").network()).hasToString("::fffe:0:0/97");
        assertThat(Prefix.parse("::fffe:1:1/64").network()).hasToString("::/64");
    }

    @Test
    @Rfc(value = 3021, section = "2.1")
    void aPointToPointPrefixOf31BitsHasNoDirectedBroadcast() {
        assertThat(Prefix.parse("10.0.0.0/31").broadcast()).isEqualTo(Ip4Address.BROADCAST);
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.0.0.0/33", "::/129", "10.0.0.0/", "10.0.0.0/-1", "10.0.0.0/x", "10.0.0.0/0008", "/8"})
    void whatIsNoPrefixIsRefused(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Prefix.parse(text))
                .withMessageStartingWith("not a");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.2.3.4:80", "[::1]:80", "0.0.0.0:0", "[2001:db8::5]:65535"})
    void anEndpointIsWrittenAsItIsRead(String text) {
        assertThat(Endpoint.parse(text)).hasToString(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1.2.3.4",
                "1.2.3.4:",
                ":80",
                "::1:80",
                "[::1]",
                "[::1]80",
                "1.2.3.4:65536",
                "1.2.3.4:+1",
                "a:1",
                "[::1:80"
            })
    void whatIsNoEndpointIsRefused(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Endpoint.parse(text))
                .withMessageStartingWith("not an");
    }

    @Test
    void aMacAddressIsReadWithColonsOrHyphens() {
        assertThat(MacAddress.parse("02:00:00:AB:cd:0f")).hasToString("02:00:00:ab:cd:0f");
        assertThat(MacAddress.parse("ff-ff-ff-ff-ff-ff").isBroadcast()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "02:00:00:00:00",
                "02:00:00:00:00:0g",
                "02:00-00:00:00:00",
                "020000000000",
                "02x00x00x00x00x00"
            })
    void whatIsNoMacAddressIsRefused(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> MacAddress.parse(text))
                .withMessageContaining("\"" + text + "\"");
    }

    @Test
    @Rfc(value = 1112, section = "6.4")
    void anIpv4GroupMapsItsLow23Bits() {
        assertThat(MacAddress.ofMulticast(IpAddress.parse("239.255.1.2"))).hasToString("01:00:5e:7f:01:02");
    }

    @Test
    @Rfc(value = 2464, section = "7")
    void anIpv6GroupMapsItsLow32Bits() {
        MacAddress mac = MacAddress.ofMulticast(IpAddress.parse("ff02::1:ff0e:8c6c"));
        assertThat(mac).hasToString("33:33:ff:0e:8c:6c");
        assertThat(mac.isMulticast()).isTrue();
        assertThat(mac.isBroadcast()).isFalse();
    }
}
