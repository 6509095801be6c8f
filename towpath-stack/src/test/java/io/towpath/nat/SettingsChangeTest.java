package io.towpath.nat;

import static io.towpath.nat.RawNat.ALICE;
import static io.towpath.nat.RawNat.BOB;
import static io.towpath.nat.RawNat.BOX;
import static io.towpath.nat.RawNat.OTHER;
import static io.towpath.nat.RawNat.SERVER;
import static io.towpath.nat.RawNat.udp;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.towpath.core.Time;
import io.towpath.nat.NatConfig.Behavior;
import io.towpath.nat.NatConfig.Ip6;
import io.towpath.nat.NatConfig.PortAssignment;
import io.towpath.wire.Endpoint;
import io.towpath.wire.IpAddress;
import io.towpath.wire.Prefix;
import io.towpath.wire.TcpHeader;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Settings that change while the NAT runs: what stays, and what goes.
class SettingsChangeTest {
    private static final PortForward WEB = PortForward.tcp(8080, new Endpoint(BOB, 80));

    private static void change(RawNat nat, UnaryOperator<NatConfig> change) {
        assertThat(nat.box.stack.changeNat(nat.now, change.apply(nat.nat.config())))
                .isSameAs(nat.nat);
    }

    private static List<String> texts(RawNat nat) {
        return nat.mappings().stream().map(NatMapping::toString).toList();
    }

    @Test
    void mappingsStayWhenSettingsChangeThatTheyDoNotDependOn() {
        var nat = new RawNat(RawNat.config()
                .withForward(WEB)
                .withMapping(Behavior.ADDRESS_AND_PORT_DEPENDENT)
                .withFiltering(Behavior.ADDRESS_DEPENDENT));
        nat.connect(5000);
        nat.out(udp(ALICE, 4000, SERVER, 53));
        List<String> before = texts(nat);
        change(
                nat,
                c -> c.withPorts(PortAssignment.RANDOM)
                        .withPooling(NatConfig.Pooling.ARBITRARY)
                        .withHairpinning(false)
                        .withRefreshInbound(true)
                        .withLimits(new NatConfig.Limits(1, 1, 1, 1, 0)));
        assertThat(texts(nat)).isEqualTo(before);
        // They are in use, and the bounds are for others.
        assertThat(nat.out(RawNat.tcp(ALICE, 5000, SERVER, 80, TcpHeader.ACK, 100, 500)))
                .hasSize(1);
        assertThat(nat.in(udp(SERVER, 53, BOX, 4000))).hasSize(1);
        assertThat(nat.turn(udp(ALICE, 4001, SERVER, 53)))
                .singleElement()
                .asString()
                .contains("administratively prohibited");
        assertThat(nat.in(RawNat.syn(SERVER, 1, BOX, 9, 1))).isEmpty();
        assertThat(nat.nat.packetsHeld()).isZero();
        nat.nothingIsLost();
    }

    @Test
    void otherTimeoutsCountFromTheLastPacketOfEachMapping() {
        var nat = new RawNat(RawNat.config().withFiltering(Behavior.ADDRESS_DEPENDENT));
        nat.connect(5000);
        nat.out(udp(ALICE, 4000, SERVER, 53));
        nat.pass(30 * Time.SECOND);
        nat.out(udp(ALICE, 4001, SERVER, 53));
        nat.pass(30 * Time.SECOND);
        change(
                nat,
                c -> c.withTimeouts(
                        c.timeouts().withUdp(50 * Time.SECOND).withTcp(100 * Time.SECOND, 70 * Time.SECOND)));
        assertThat(nat.mappings())
                .extracting(it -> it.inside().port(), NatMapping::secondsLeft)
                .containsExactly(tuple(5000, 40L), tuple(4001, 20L));
        change(nat, c -> c.withTimeouts(c.timeouts().withUdp(Time.NEVER)));
        nat.pass(39 * Time.SECOND);
        assertThat(nat.mappings()).hasSize(2);
        nat.pass(Time.SECOND);
        assertThat(nat.mappings())
                .singleElement()
                .extracting(it -> it.inside().port())
                .isEqualTo(4001);
        // How long ago its last packet was is not known any more.
        change(nat, c -> c.withTimeouts(c.timeouts().withUdp(10 * Time.SECOND)));
        nat.pass(9 * Time.SECOND);
        assertThat(nat.in(udp(SERVER, 53, BOX, 4001))).hasSize(1);
        nat.pass(Time.SECOND);
        assertThat(nat.mappings()).isEmpty();
        nat.nothingIsLost();
    }

    @Test
    void aMappingGivesWayToAForwardThatHasItsInsideEndpointOrItsOutsidePort() {
        var nat = new RawNat(RawNat.config().withMapping(Behavior.ADDRESS_DEPENDENT));
        nat.out(RawNat.syn(BOB, 80, SERVER, 1, 1));
        nat.out(RawNat.syn(BOB, 80, OTHER, 1, 1));
        nat.out(RawNat.syn(BOB, 81, SERVER, 1, 1));
        nat.out(RawNat.syn(ALICE, 8080, SERVER, 1, 1));
        nat.out(udp(ALICE, 8080, SERVER, 53));
        change(nat, c -> c.withForward(WEB));
        assertThat(nat.mappings())
                .extracting(it -> it.protocol() + " " + it.inside() + " = " + it.outside())
                .containsExactlyInAnyOrder(
                        "6 10.0.0.3:80 = 203.0.113.1:8080",
                        "6 10.0.0.3:81 = 203.0.113.1:81",
                        "17 10.0.0.2:8080 = 203.0.113.1:8080");
        assertThat(nat.in(RawNat.syn(SERVER, 9, BOX, 8080, 1)))
                .singleElement()
                .asString()
                .contains("> 10.0.0.3:80");
        nat.nothingIsLost();
    }

    @Test
    void aForwardThatIsTakenBackIsOverWithItsConnections() {
        var nat = new RawNat(RawNat.config().withForward(WEB));
        nat.in(RawNat.syn(SERVER, 9, BOX, 8080, 1));
        nat.out(RawNat.tcp(BOB, 80, SERVER, 9, TcpHeader.SYN | TcpHeader.ACK, 7, 2));
        assertThat(nat.nat.sessionCount()).isEqualTo(1);
        PortForward other = PortForward.tcp(8080, new Endpoint(ALICE, 80));
        change(nat, c -> RawNat.config().withForward(other));
        assertThat(nat.mappings())
                .singleElement()
                .extracting(NatMapping::inside)
                .isEqualTo(other.inside());
        assertThat(nat.nat.sessionCount()).isZero();
        change(nat, c -> RawNat.config());
        assertThat(nat.mappings()).isEmpty();
        nat.nothingIsLost();
    }

    @ParameterizedTest
    @EnumSource(Behavior.class)
    void withOtherMannersAllIsForgottenButForwards(Behavior behavior) {
        for (UnaryOperator<NatConfig> manners : List.<UnaryOperator<NatConfig>>of(
                c -> c.withMapping(behavior), c -> c.withFiltering(behavior), c -> c.withIp6(Ip6.TRANSLATED))) {
            var nat = new RawNat(RawNat.config().withForward(WEB));
            nat.connect(5000);
            assertThat(nat.in(RawNat.syn(SERVER, 1, BOX, 9, 1))).isEmpty();
            NatConfig before = nat.nat.config();
            change(nat, manners);
            boolean same = nat.nat.config().equals(before);
            assertThat(nat.mappings()).hasSize(same ? 2 : 1);
            assertThat(nat.nat.sessionCount()).isEqualTo(same ? 1 : 0);
            assertThat(nat.nat.packetsHeld()).isEqualTo(same ? 1 : 0);
            assertThat(nat.in(RawNat.syn(SERVER, 9, BOX, 8080, 1))).hasSize(1);
            nat.nothingIsLost();
        }
    }

    @Test
    void ip6IsTreatedOtherwiseFromNowOn() {
        var nat = new RawNat(RawNat.config().withIp6(Ip6.FILTERED));
        byte[] packet = udp(RawNat.ALICE6, 4000, RawNat.SERVER6, 53);
        assertThat(nat.out(packet.clone())).singleElement().asString().startsWith("[fd00::2]:4000 >");
        change(nat, c -> c.withIp6(Ip6.TRANSLATED));
        assertThat(nat.out(packet.clone())).singleElement().asString().startsWith("[2001:db8::1]:4000 >");
        change(nat, c -> c.withIp6(Ip6.FORWARDED));
        assertThat(nat.out(packet.clone())).singleElement().asString().startsWith("[fd00::2]:4000 >");
        assertThat(nat.mappings()).isEmpty();
        nat.nothingIsLost();
    }

    @Test
    void mappingsStayAtOutsideAddressesThatStay() {
        IpAddress second = IpAddress.parse("203.0.113.99");
        var nat = new RawNat(RawNat.config().withPooling(NatConfig.Pooling.ARBITRARY));
        nat.outside.addAddress(Prefix.parse("203.0.113.99/24"));
        for (int host = 2; host < 20; host++) {
            nat.out(udp(IpAddress.parse("10.0.0." + host), 4000, SERVER, 53));
        }
        long atSecond = nat.mappings().stream()
                .filter(it -> it.outside().address().equals(second))
                .count();
        assertThat(atSecond).isBetween(1L, 17L);
        change(nat, c -> c.withAddresses(second));
        assertThat(nat.mappings())
                .hasSize((int) atSecond)
                .allMatch(it -> it.outside().address().equals(second));
        change(nat, c -> c.withAddresses(second, BOX));
        change(nat, c -> c.withAddresses());
        assertThat(nat.mappings()).hasSize((int) atSecond);
        nat.nothingIsLost();
    }

    @Test
    void aForwardMovesToTheAddressThatIsTheFirstNow() {
        IpAddress second = IpAddress.parse("203.0.113.99");
        var nat = new RawNat(RawNat.config().withAddresses(second));
        nat.out(RawNat.syn(ALICE, 8080, SERVER, 1, 1));
        change(nat, c -> c.withAddresses(BOX, second).withForward(WEB));
        nat.in(RawNat.syn(SERVER, 9, BOX, 8080, 1));
        nat.out(RawNat.tcp(BOB, 80, SERVER, 9, TcpHeader.SYN | TcpHeader.ACK, 7, 2));
        change(nat, c -> c.withAddresses(BOX, SERVER, second));
        assertThat(forwarded(nat)).isEqualTo(new Endpoint(BOX, 8080));
        assertThat(nat.nat.sessionCount()).as("what does not collide stays").isEqualTo(2);
        change(nat, c -> c.withAddresses(second, BOX));
        assertThat(forwarded(nat)).isEqualTo(new Endpoint(second, 8080));
        assertThat(nat.mappings()).hasSize(1);
        assertThat(nat.nat.sessionCount()).isZero();
        assertThat(nat.in(RawNat.syn(SERVER, 9, second, 8080, 1)))
                .singleElement()
                .asString()
                .contains("> 10.0.0.3:80");
        nat.nothingIsLost();
    }

    @Test
    void whatIsNotTranslatedGivesWayToNoForwardOfAnotherHost() {
        var nat = new RawNat(RawNat.config().withIp6(Ip6.FILTERED));
        nat.out(udp(RawNat.ALICE6, 4000, RawNat.SERVER6, 53));
        change(nat, c -> c.withForward(PortForward.udp(4000, new Endpoint(IpAddress.parse("fd00::3"), 4000))));
        assertThat(nat.in(udp(RawNat.SERVER6, 53, RawNat.ALICE6, 4000))).hasSize(1);
        nat.nothingIsLost();
    }

    private static Endpoint forwarded(RawNat nat) {
        return nat.mappings().stream()
                .filter(it -> it.inside().equals(WEB.inside()))
                .findFirst()
                .orElseThrow()
                .outside();
    }

    @Test
    void aMappingGoesWhoseInsideIsOutsideNow() {
        var nat = new RawNat(RawNat.config().withAddresses(BOX));
        nat.out(udp(ALICE, 4000, SERVER, 53));
        List<NatMapping> before = nat.mappings();
        NatConfig both = NatConfig.outside(2, 3).withAddresses(BOX);
        change(nat, c -> both);
        assertThat(nat.mappings()).isEqualTo(before).hasSize(1);
        change(nat, c -> NatConfig.outside(1).withAddresses(BOX));
        assertThat(nat.mappings()).isEmpty();
        nat.nothingIsLost();
    }
}
