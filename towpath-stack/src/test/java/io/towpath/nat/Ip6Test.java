package io.towpath.nat;

import static io.towpath.nat.RawNat.ALICE6;
import static io.towpath.nat.RawNat.BOX6;
import static io.towpath.nat.RawNat.SERVER6;
import static io.towpath.nat.RawNat.udp;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.towpath.core.Drop;
import io.towpath.nat.NatConfig.Behavior;
import io.towpath.nat.NatConfig.Ip6;
import io.towpath.stack.Packets;
import io.towpath.wire.Endpoint;
import io.towpath.wire.Icmp6Header;
import io.towpath.wire.Ip6Header;
import io.towpath.wire.IpAddress;
import io.towpath.wire.IpProtocol;
import io.towpath.wire.TcpHeader;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/// What a NAT does with IPv6: by default nothing.
class Ip6Test {
    private static final IpAddress OTHER6 = IpAddress.parse("2001:db8:7::8");

    @Test
    void byDefaultItIsForwardedBothWays() {
        var nat = new RawNat();
        assertThat(nat.out(udp(ALICE6, 4000, SERVER6, 53)))
                .singleElement()
                .asString()
                .startsWith("[fd00::2]:4000 >");
        assertThat(nat.in(udp(SERVER6, 53, ALICE6, 9))).hasSize(1);
        assertThat(nat.nat.mappingCount()).isZero();
        nat.nothingIsLost();
    }

    @Test
    void translatedItGoesAsIp4Does() {
        var nat = new RawNat(RawNat.config().withIp6(Ip6.TRANSLATED));
        byte[] out = nat.outFrames(udp(ALICE6, 4000, SERVER6, 53)).getFirst();
        assertThat(out).isEqualTo(Packets.with(udp(BOX6, 4000, SERVER6, 53), 7, 63));
        byte[] in = nat.inFrames(udp(SERVER6, 53, BOX6, 4000)).getFirst();
        assertThat(in).isEqualTo(Packets.with(udp(SERVER6, 53, ALICE6, 4000), 7, 63));
        byte[] echo = nat.outFrames(Packets.echo(ALICE6, SERVER6, 3)).getFirst();
        assertThat(IpAddress.read6(echo, 8)).isEqualTo(BOX6);
        assertThat(isIntact6(echo)).isTrue();
        assertThat(nat.in(udp(SERVER6, 53, ALICE6, 4000))).isEmpty();
        assertThat(nat.drops(Drop.NAT_UNSOLICITED)).isOne();
        nat.nothingIsLost();
    }

    private static boolean isIntact6(byte[] packet) {
        long pseudo = Ip6Header.pseudo(packet, 0, IpProtocol.ICMPV6, packet.length - 40);
        return Icmp6Header.checksumOk(packet, 40, packet.length, pseudo);
    }

    @Test
    void errorsAboutTranslatedPacketsAreTranslatedBothWays() {
        var nat = new RawNat(RawNat.config().withIp6(Ip6.TRANSLATED));
        byte[] sent = udp(ALICE6, 4000, SERVER6, 53);
        byte[] seen = nat.outFrames(sent.clone()).getFirst();
        byte[] in = nat.inFrames(Packets.error(OTHER6, BOX6, 2, 0, 1280, seen)).getFirst();
        assertThat(isIntact6(in)).isTrue();
        assertThat(IpAddress.read6(in, 24)).isEqualTo(ALICE6);
        assertThat(Arrays.copyOfRange(in, 48, in.length)).isEqualTo(Packets.with(sent, 7, 63));
        byte[] answer = udp(SERVER6, 53, BOX6, 4000);
        byte[] delivered = nat.inFrames(answer.clone()).getFirst();
        byte[] out = nat.outFrames(Packets.error(ALICE6, SERVER6, 1, 4, 0, delivered))
                .getFirst();
        assertThat(isIntact6(out)).isTrue();
        assertThat(IpAddress.read6(out, 8)).isEqualTo(BOX6);
        assertThat(Arrays.copyOfRange(out, 48, out.length)).isEqualTo(Packets.with(answer, 7, 63));
        nat.nothingIsLost();
    }

    @Test
    void filteredItIsLetInWhenInsideAskedForIt() {
        var nat = new RawNat(RawNat.config().withIp6(Ip6.FILTERED).withFiltering(Behavior.ADDRESS_DEPENDENT));
        assertThat(nat.in(udp(SERVER6, 53, ALICE6, 4000))).isEmpty();
        assertThat(nat.out(udp(ALICE6, 4000, SERVER6, 53)))
                .singleElement()
                .asString()
                .startsWith("[fd00::2]:4000 >");
        byte[] in = nat.inFrames(udp(SERVER6, 53, ALICE6, 4000)).getFirst();
        assertThat(in).isEqualTo(Packets.with(udp(SERVER6, 53, ALICE6, 4000), 7, 63));
        assertThat(nat.in(udp(OTHER6, 53, ALICE6, 4000))).isEmpty();
        assertThat(nat.in(Packets.echo(SERVER6, ALICE6, 1))).isEmpty();
        assertThat(nat.drops(Drop.NAT_UNSOLICITED)).isEqualTo(3);
        assertThat(nat.in(RawNat.tcp(SERVER6, 80, ALICE6, 80, TcpHeader.ACK, 1, 1)))
                .isEmpty();
        nat.nothingIsLost();
    }

    @Test
    void aForwardOpensAPortOfAFilteredHost() {
        Endpoint web = new Endpoint(ALICE6, 80);
        NatConfig config = RawNat.config().withIp6(Ip6.FILTERED).withForward(PortForward.udp(80, web));
        var nat = new RawNat(config);
        assertThat(nat.in(udp(SERVER6, 9, ALICE6, 80))).hasSize(1);
        assertThat(nat.in(udp(SERVER6, 9, ALICE6, 81))).isEmpty();
        assertThat(nat.out(udp(ALICE6, 80, SERVER6, 9)))
                .singleElement()
                .asString()
                .startsWith("[fd00::2]:80 >");
        assertThatIllegalArgumentException().isThrownBy(() -> config.withForward(PortForward.tcp(8080, web)));
        nat.nothingIsLost();
    }

    @Test
    void filteredErrorsPassAsTheyAreWhenTheirPacketDid() {
        var nat = new RawNat(RawNat.config().withIp6(Ip6.FILTERED));
        byte[] seen = nat.outFrames(udp(ALICE6, 4000, SERVER6, 53)).getFirst();
        byte[] error = Packets.error(OTHER6, ALICE6, 1, 0, 0, seen);
        assertThat(nat.inFrames(error.clone()).getFirst()).isEqualTo(Packets.with(error, 7, 63));
        byte[] made = Packets.error(OTHER6, ALICE6, 1, 0, 0, udp(ALICE6, 4001, SERVER6, 53));
        assertThat(nat.in(made)).isEmpty();
        byte[] answer = nat.inFrames(udp(SERVER6, 53, ALICE6, 4000)).getFirst();
        IpAddress router = IpAddress.parse("fd00::9");
        byte[] out =
                nat.outFrames(Packets.error(router, SERVER6, 1, 0, 0, answer)).getFirst();
        assertThat(IpAddress.read6(out, 8)).isEqualTo(router);
        nat.nothingIsLost();
    }

    @Test
    void aSymmetricNatFiltersIp6ByOneMappingForEachInsideEndpoint() {
        var nat = new RawNat(RawNat.config()
                .withIp6(Ip6.FILTERED)
                .withMapping(Behavior.ADDRESS_AND_PORT_DEPENDENT)
                .withFiltering(Behavior.ADDRESS_AND_PORT_DEPENDENT));
        assertThat(nat.out(udp(ALICE6, 4000, SERVER6, 53))).hasSize(1);
        assertThat(nat.out(udp(ALICE6, 4000, OTHER6, 53))).hasSize(1);
        assertThat(nat.in(udp(SERVER6, 53, ALICE6, 4000))).hasSize(1);
        assertThat(nat.in(udp(OTHER6, 53, ALICE6, 4000))).hasSize(1);
        assertThat(nat.in(udp(OTHER6, 54, ALICE6, 4000))).isEmpty();
        nat.nothingIsLost();
    }

    @Test
    void withoutAnOutsideAddressOfItsVersionNothingLeaves() {
        var nat = new RawNat(RawNat.config().withIp6(Ip6.TRANSLATED).withAddresses(RawNat.BOX));
        assertThat(nat.out(udp(ALICE6, 4000, SERVER6, 53))).isEmpty();
        assertThat(nat.drops(Drop.NAT_PORTS_EXHAUSTED)).isOne();
        nat.nothingIsLost();
    }
}
