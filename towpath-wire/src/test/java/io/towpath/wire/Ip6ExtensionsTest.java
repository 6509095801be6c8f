package io.towpath.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.wire.testing.Rfc;
import org.junit.jupiter.api.Test;

@Rfc(value = 8200, section = "4")
class Ip6ExtensionsTest {
    private static final String PADDED = "00 0104 00000000";
    private final Ip6Extensions extensions = new Ip6Extensions();

    private Malformed walk(int first, String hex) {
        Octets chain = Octets.ofHex(hex);
        byte[] b = Ip6Packet.of(Ip6Address.LOOPBACK, Ip6Address.LOOPBACK, first, chain.toArray())
                .emit();
        return extensions.walk(b, 0, b.length);
    }

    @Test
    void withoutExtensionsTheUpperProtocolFollowsTheHeader() {
        assertThat(walk(IpProtocol.TCP, "")).isEqualTo(Malformed.NONE);
        assertThat(extensions.upperProtocol).isEqualTo(IpProtocol.TCP);
        assertThat(extensions.upperAt).isEqualTo(40);
        assertThat(extensions.upperNamedAt).isEqualTo(6);
        assertThat(extensions.fragmentAt).isEqualTo(-1);
    }

    @Test
    void everyKindIsWalkedToTheUpperProtocol() {
        // hop-by-hop, destination, routing (no segments left), destination, UDP
        Malformed found = walk(0, "3c" + PADDED + "2b" + PADDED + "3c00 0000 00000000 1100 0104 00000000");
        assertThat(found).isEqualTo(Malformed.NONE);
        assertThat(extensions.upperProtocol).isEqualTo(IpProtocol.UDP);
        assertThat(extensions.upperAt).isEqualTo(72);
        assertThat(extensions.upperNamedAt).isEqualTo(64);
        assertThat(extensions.routingAt).isEqualTo(-1);
        assertThat(extensions.unknownOptionAt).isEqualTo(-1);
    }

    @Test
    void aFragmentIsNotLookedInto() {
        assertThat(walk(60, "2c" + PADDED + "3c00 0009 12345678 ffffffff")).isEqualTo(Malformed.NONE);
        assertThat(extensions.fragmentAt).isEqualTo(48);
        assertThat(extensions.fragmentNamedAt).isEqualTo(40);
        assertThat(extensions.upperProtocol).isEqualTo(IpProtocol.DESTINATION_OPTIONS);
        assertThat(extensions.upperAt).isEqualTo(56);
    }

    @Test
    void theFragmentHeadersFieldsAreReadAndWritten() {
        byte[] b = new byte[9];
        assertThat(Ip6Extensions.writeFragment(b, 1, 17, 1448, true, 0xcafef00d))
                .isEqualTo(9);
        assertThat(Ip6Extensions.fragmentNextHeader(b, 1)).isEqualTo(17);
        assertThat(Ip6Extensions.fragmentOffset(b, 1)).isEqualTo(1448);
        assertThat(Ip6Extensions.moreFragments(b, 1)).isTrue();
        assertThat(Ip6Extensions.identification(b, 1)).isEqualTo(0xcafef00d);
        assertThat(Ip6Extensions.isWhole(b, 1)).isFalse();
    }

    @Test
    @Rfc(value = 6946, section = "4")
    void anAtomicFragmentIsWalkedThrough() {
        assertThat(walk(44, "0600 0000 12345678")).isEqualTo(Malformed.NONE);
        assertThat(extensions.upperProtocol).isEqualTo(IpProtocol.TCP);
        assertThat(extensions.upperAt).isEqualTo(48);
        assertThat(extensions.fragmentAt).isEqualTo(40);
    }

    @Test
    void hopByHopOptionsStandFirstOrNowhere() {
        assertThat(walk(60, "00" + PADDED + "11" + PADDED)).isEqualTo(Malformed.BAD_EXTENSION);
        assertThat(extensions.faultAt).isEqualTo(40);
    }

    @Test
    void theWalkIsBounded() {
        assertThat(walk(60, ("3c" + PADDED).repeat(7) + "11" + PADDED)).isEqualTo(Malformed.NONE);
        assertThat(walk(60, ("3c" + PADDED).repeat(8) + "11" + PADDED)).isEqualTo(Malformed.TOO_MANY_EXTENSIONS);
    }

    @Test
    void aHeaderThatLeavesThePacketIsTruncated() {
        assertThat(walk(60, "11 01" + "00".repeat(13))).isEqualTo(Malformed.TRUNCATED);
        assertThat(walk(60, "11 00 0000")).isEqualTo(Malformed.TRUNCATED);
        assertThat(walk(44, "1100 0000 0000")).isEqualTo(Malformed.TRUNCATED);
    }

    @Test
    void anOptionThatLeavesItsHeaderIsRefused() {
        assertThat(walk(60, "1100 0105 00000000")).isEqualTo(Malformed.BAD_OPTION);
        assertThat(walk(60, "1100 0000 000000 01")).isEqualTo(Malformed.BAD_OPTION);
        assertThat(extensions.faultAt).isEqualTo(47);
    }

    @Test
    void aRouteThatIsNotFinishedIsTold() {
        assertThat(walk(43, "1100 0001 00000000")).isEqualTo(Malformed.NONE);
        assertThat(extensions.routingAt).isEqualTo(40);
    }

    @Test
    @Rfc(value = 8200, section = "4.2")
    void theHighestBitsOfAnUnknownOptionSayWhatToDo() {
        assertThat(walk(60, "1100 1e04 00000000")).isEqualTo(Malformed.NONE);
        assertThat(extensions.unknownOptionAt).isEqualTo(-1);
        assertThat(walk(60, "1100 8e04 00000000")).isEqualTo(Malformed.NONE);
        assertThat(extensions.unknownOptionAt).isEqualTo(42);
        assertThat(Ip6Extensions.optionNeedsReply(0x4e, false)).isFalse();
        assertThat(Ip6Extensions.optionNeedsReply(0x8e, true)).isTrue();
        assertThat(Ip6Extensions.optionNeedsReply(0xce, true)).isFalse();
        assertThat(Ip6Extensions.optionNeedsReply(0xce, false)).isTrue();
    }

    @Test
    void aSecondFragmentHeaderIsRefused() {
        assertThat(walk(44, "2c00 0000 00000001 1100 0000 00000002")).isEqualTo(Malformed.BAD_EXTENSION);
    }
}
