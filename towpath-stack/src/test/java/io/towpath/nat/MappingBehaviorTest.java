package io.towpath.nat;

import static io.towpath.nat.RawNat.ALICE;
import static io.towpath.nat.RawNat.BOB;
import static io.towpath.nat.RawNat.BOX;
import static io.towpath.nat.RawNat.OTHER;
import static io.towpath.nat.RawNat.SERVER;
import static io.towpath.nat.RawNat.udp;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.towpath.core.Drop;
import io.towpath.core.Event;
import io.towpath.core.Time;
import io.towpath.nat.NatConfig.Behavior;
import io.towpath.nat.NatConfig.Limits;
import io.towpath.nat.NatConfig.Pooling;
import io.towpath.nat.NatConfig.PortAssignment;
import io.towpath.stack.TestHost;
import io.towpath.udp.UdpConfig;
import io.towpath.udp.UdpEndpoint;
import io.towpath.wire.Endpoint;
import io.towpath.wire.IpAddress;
import io.towpath.wire.Prefix;
import io.towpath.wire.UdpHeader;
import io.towpath.wire.testing.Rfc;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Which outside endpoint an inside one gets, who may send to it, and how long.
class MappingBehaviorTest {
    private static int port(RawNat nat, IpAddress from, int fromPort, IpAddress to, int toPort) {
        return UdpHeader.sourcePort(
                nat.outFrames(udp(from, fromPort, to, toPort)).getFirst(), 20);
    }

    private static NatConfig mapping(Behavior behavior) {
        return RawNat.config().withMapping(behavior).withPorts(PortAssignment.RANDOM);
    }

    @ParameterizedTest
    @CsvSource({
        "ENDPOINT_INDEPENDENT, true, true",
        "ADDRESS_DEPENDENT, true, false",
        "ADDRESS_AND_PORT_DEPENDENT, false, false"
    })
    @Rfc(value = 4787, section = "4.1", requirement = "REQ-1")
    void anInsideEndpointKeepsItsOutsideEndpointAsFarAsTheBehaviorSays(
            Behavior behavior, boolean otherPort, boolean otherAddress) {
        var nat = new RawNat(mapping(behavior));
        int first = port(nat, ALICE, 4000, SERVER, 53);
        assertThat(port(nat, ALICE, 4000, SERVER, 53)).isEqualTo(first);
        assertThat(port(nat, ALICE, 4000, SERVER, 54) == first).isEqualTo(otherPort);
        assertThat(port(nat, ALICE, 4000, OTHER, 53) == first).isEqualTo(otherAddress);
        nat.nothingIsLost();
    }

    @ParameterizedTest
    @CsvSource({
        "ENDPOINT_INDEPENDENT, true, true",
        "ADDRESS_DEPENDENT, true, false",
        "ADDRESS_AND_PORT_DEPENDENT, false, false"
    })
    @Rfc(value = 4787, section = "5", requirement = "REQ-8")
    void anOutsideEndpointTakesWhatTheFilterAdmits(Behavior behavior, boolean otherPort, boolean otherAddress) {
        var nat = new RawNat(RawNat.config().withFiltering(behavior));
        nat.out(udp(ALICE, 4000, SERVER, 53));
        assertThat(nat.in(udp(SERVER, 53, BOX, 4000)))
                .singleElement()
                .asString()
                .startsWith("198.51.100.7:53 > 10.0.0.2:4000");
        assertThat(!nat.in(udp(SERVER, 54, BOX, 4000)).isEmpty()).isEqualTo(otherPort);
        assertThat(!nat.in(udp(OTHER, 53, BOX, 4000)).isEmpty()).isEqualTo(otherAddress);
        long dropped = (otherPort ? 0 : 1) + (otherAddress ? 0 : 1);
        assertThat(nat.drops(Drop.NAT_UNSOLICITED)).isEqualTo(dropped);
        // Silently: nobody outside learns that the port is in use.
        assertThat(nat.box.frames(nat.now, nat.outside)).isEmpty();
        nat.nothingIsLost();
    }

    @Test
    @Rfc(value = 4787, section = "4.2.1", requirement = "REQ-3")
    void twoInsideHostsWithOnePortGetTwo() {
        var nat = new RawNat();
        assertThat(port(nat, ALICE, 4000, SERVER, 53)).isEqualTo(4000);
        int second = port(nat, BOB, 4000, SERVER, 53);
        assertThat(second).isNotEqualTo(4000).isGreaterThanOrEqualTo(1024).isEven();
        assertThat(nat.in(udp(SERVER, 53, BOX, second)))
                .singleElement()
                .asString()
                .contains("> 10.0.0.3:4000");
        assertThat(nat.in(udp(SERVER, 53, BOX, 4000)))
                .singleElement()
                .asString()
                .contains("> 10.0.0.2:4000");
        nat.nothingIsLost();
    }

    @Test
    @Rfc(value = 4787, section = "8", requirement = "REQ-11")
    void aCollisionOfPortsChangesNoBehavior() {
        var nat = new RawNat(RawNat.config().withFiltering(Behavior.ADDRESS_DEPENDENT));
        port(nat, ALICE, 4000, SERVER, 53);
        int second = port(nat, BOB, 4000, SERVER, 53);
        assertThat(port(nat, BOB, 4000, OTHER, 53)).isEqualTo(second);
        assertThat(nat.in(udp(SERVER, 54, BOX, second))).hasSize(1);
        assertThat(nat.in(udp(IpAddress.parse("198.51.100.9"), 53, BOX, second)))
                .isEmpty();
        nat.nothingIsLost();
    }

    @Test
    @Rfc(value = 4787, section = "4.2.1")
    void portsBelow1024AreForPortsBelow1024() {
        var nat = new RawNat(RawNat.config().withPorts(PortAssignment.RANDOM));
        for (int port = 1; port < 100; port++) {
            assertThat(port(nat, ALICE, port, SERVER, 53)).isBetween(1, 1023);
            assertThat(port(nat, ALICE, 2000 + port, SERVER, 53)).isBetween(1024, 65_535);
        }
        nat.nothingIsLost();
    }

    @Test
    @Rfc(value = 4787, section = "4.2.2", requirement = "REQ-4")
    void evenPortsStayEvenAndOddOnesOddWhileThereAreAny() {
        var nat = new RawNat(RawNat.config().withPorts(PortAssignment.RANDOM));
        for (int port = 4000; port < 4100; port++) {
            assertThat(port(nat, ALICE, port, SERVER, 53) & 1).isEqualTo(port & 1);
        }
        // 511 even ports below 1024 (0 is none): the next even one gets an odd port.
        List<Integer> given = new ArrayList<>();
        for (int i = 0; i < 512; i++) {
            IpAddress host = IpAddress.of(0, IpAddress.MAPPED_PREFIX | 0x0a00_0010L + i / 100);
            given.add(port(nat, host, 2 + 2 * (i % 100), SERVER, 53));
        }
        assertThat(given).doesNotHaveDuplicates().allMatch(port -> port >= 1 && port < 1024);
        assertThat(given.subList(0, 511)).allMatch(port -> port % 2 == 0);
        assertThat(given.getLast()).isOdd();
        nat.nothingIsLost();
    }

    @Test
    @Rfc(value = 5508, section = "6", requirement = "REQ-8")
    void whoGetsNoPortIsTold() {
        var nat = new RawNat();
        for (int i = 0; i < 1023; i++) {
            IpAddress host = IpAddress.of(0, IpAddress.MAPPED_PREFIX | 0x0a00_0010L + i / 100);
            assertThat(nat.out(udp(host, 1 + i % 100, SERVER, 53))).hasSize(1);
        }
        nat.box.in(nat.now, nat.inside, udp(BOB, 500, SERVER, 53));
        assertThat(RawNat.text(nat.box.frames(nat.now, nat.inside)))
                .singleElement()
                .asString()
                .contains("> 10.0.0.3")
                .contains("administratively prohibited");
        assertThat(nat.drops(Drop.NAT_PORTS_EXHAUSTED)).isOne();
        // The other range has ports.
        assertThat(nat.out(udp(BOB, 5000, SERVER, 53))).hasSize(1);
        nat.nothingIsLost();
    }

    @Test
    void oneHostCannotTakeAllMappings() {
        var limits = Limits.defaults().withMappings(10, 4);
        var nat = new RawNat(RawNat.config().withLimits(limits));
        for (int i = 0; i < 6; i++) {
            assertThat(nat.out(udp(ALICE, 4000 + i, SERVER, 53))).hasSize(i < 4 ? 1 : 0);
        }
        assertThat(nat.out(udp(BOB, 4000, SERVER, 53))).hasSize(1);
        assertThat(nat.drops(Drop.NAT_LIMIT)).isEqualTo(2);
        nat.pass(301 * Time.SECOND);
        assertThat(nat.nat.mappingCount()).isZero();
        assertThat(nat.out(udp(ALICE, 4004, SERVER, 53))).hasSize(1);
        nat.nothingIsLost();
    }

    @Test
    void sessionsAreBoundedToo() {
        var limits = Limits.defaults().withSessions(100, 5);
        var nat = new RawNat(RawNat.config()
                .withFiltering(Behavior.ADDRESS_AND_PORT_DEPENDENT)
                .withLimits(limits));
        for (int i = 0; i < 7; i++) {
            assertThat(nat.out(udp(ALICE, 4000, SERVER, 53 + i))).hasSize(i < 5 ? 1 : 0);
        }
        assertThat(nat.nat.sessionCount()).isEqualTo(5);
        // What is there goes on.
        assertThat(nat.out(udp(ALICE, 4000, SERVER, 53))).hasSize(1);
        nat.nothingIsLost();
    }

    @Test
    void aMappingLimitOfAllHostsHolds() {
        var nat = new RawNat(RawNat.config().withLimits(Limits.defaults().withMappings(3, 3)));
        assertThat(nat.out(udp(ALICE, 1, SERVER, 53))).hasSize(1);
        assertThat(nat.out(udp(BOB, 1, SERVER, 53))).hasSize(1);
        assertThat(nat.out(udp(BOB, 2, SERVER, 53))).hasSize(1);
        assertThat(nat.out(udp(ALICE, 2, SERVER, 53))).isEmpty();
        nat.nothingIsLost();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    @Rfc(value = 4787, section = "4.3", requirement = "REQ-6")
    void packetsFromInsideKeepAMappingAliveAndThoseFromOutsideIfAsked(boolean inbound) {
        for (Behavior filtering : Behavior.values()) {
            var nat = new RawNat(RawNat.config().withFiltering(filtering).withRefreshInbound(inbound));
            nat.out(udp(ALICE, 4000, SERVER, 53));
            nat.pass(200 * Time.SECOND);
            nat.out(udp(ALICE, 4000, SERVER, 53));
            nat.pass(200 * Time.SECOND);
            assertThat(nat.in(udp(SERVER, 53, BOX, 4000))).hasSize(1);
            nat.pass(200 * Time.SECOND);
            assertThat(nat.in(udp(SERVER, 53, BOX, 4000))).hasSize(inbound ? 1 : 0);
            nat.nothingIsLost();
        }
    }

    @Test
    @Rfc(value = 4787, section = "4.3", requirement = "REQ-5")
    void aUdpMappingLivesFiveMinutes() {
        var nat = new RawNat();
        nat.out(udp(ALICE, 4000, SERVER, 53));
        assertThat(nat.box.stack.deadline()).isEqualTo(300 * Time.SECOND);
        nat.pass(300 * Time.SECOND - 1);
        assertThat(nat.nat.mappingCount()).isOne();
        nat.pass(1);
        assertThat(nat.nat.mappingCount()).isZero();
        assertThat(nat.box.stack.deadline()).isEqualTo(Time.NEVER);
        nat.nothingIsLost();
    }

    @Test
    void aPacketThatComesBeforeTheTimersFindsNothingThatIsTooOld() {
        var nat = new RawNat();
        nat.out(udp(ALICE, 4000, SERVER, 53));
        nat.now += 300 * Time.SECOND;
        assertThat(nat.in(udp(SERVER, 53, BOX, 4000))).isEmpty();
        nat.nothingIsLost();
    }

    @Test
    void aLeapOfTheClockForgetsAllThatIsTooOld() {
        var nat = new RawNat(RawNat.config().withFiltering(Behavior.ADDRESS_DEPENDENT));
        for (int i = 0; i < 3000; i++) {
            nat.out(udp(ALICE, 1024 + i, SERVER, 53));
        }
        nat.connect(10_000);
        assertThat(nat.nat.mappingCount()).isEqualTo(3001);
        nat.pass(1L << 61);
        assertThat(nat.nat.mappingCount()).isZero();
        assertThat(nat.nat.sessionCount()).isZero();
        assertThat(nat.out(udp(ALICE, 4000, SERVER, 53))).hasSize(1);
        nat.nothingIsLost();
    }

    @Test
    @Rfc(value = 4787, section = "4.1", requirement = "REQ-2")
    void anInsideHostKeepsItsOutsideAddress() {
        IpAddress[] addresses = IntStream.range(1, 9)
                .mapToObj(i -> IpAddress.parse("203.0.113." + i))
                .toArray(IpAddress[]::new);
        var nat = new RawNat(RawNat.config().withAddresses(addresses));
        List<String> seen = new ArrayList<>();
        for (int host = 2; host < 40; host++) {
            IpAddress from = IpAddress.parse("10.0.0." + host);
            for (int port = 4000; port < 4004; port++) {
                nat.out(udp(from, port, SERVER, 53));
            }
            List<NatMapping> last = nat.mappings();
            List<IpAddress> outside = last.subList(last.size() - 4, last.size()).stream()
                    .map(NatMapping::outside)
                    .map(Endpoint::address)
                    .distinct()
                    .toList();
            assertThat(outside).hasSize(1);
            seen.add(outside.getFirst().toString());
        }
        assertThat(seen.stream().distinct().count()).isGreaterThan(4);
        nat.nothingIsLost();
    }

    @ParameterizedTest
    @CsvSource({"PAIRED, 0", "ARBITRARY, 1"})
    void anotherAddressHelpsOutOnlyWhenHostsAreNotPaired(Pooling pooling, int packets) {
        var nat = new RawNat(RawNat.config()
                .withAddresses(BOX, IpAddress.parse("203.0.113.2"))
                .withPooling(pooling));
        for (int port = 1; port < 1024; port++) {
            nat.out(udp(ALICE, port, SERVER, 53));
        }
        // Port 0 is a port below 1024, too.
        assertThat(nat.out(udp(ALICE, 0, SERVER, 53))).hasSize(1);
        assertThat(nat.mappings().stream().map(it -> it.outside().address()).distinct())
                .hasSize(1);
        IpAddress pairedAlike = RawNat.BOB;
        for (int host = 3; host < 20; host++) {
            pairedAlike = IpAddress.parse("10.0.0." + host);
            nat.out(udp(pairedAlike, 9999, SERVER, 53));
            List<NatMapping> all = nat.mappings();
            if (all.getLast()
                    .outside()
                    .address()
                    .equals(all.getFirst().outside().address())) {
                break;
            }
        }
        assertThat(nat.out(udp(pairedAlike, 53, SERVER, 53))).hasSize(packets);
        nat.nothingIsLost();
    }

    @Test
    void anOutsideAddressThatComesLaterIsUsedFromThenOn() {
        var nat = new RawNat();
        nat.out(udp(ALICE, 4000, SERVER, 53));
        nat.outside.addAddress(Prefix.parse("203.0.113.99/24"));
        nat.outside.removeAddress(BOX);
        assertThat(nat.out(udp(ALICE, 4001, SERVER, 53)))
                .singleElement()
                .asString()
                .startsWith("203.0.113.99:4001 >");
        // What had the address that is gone gets another.
        assertThat(nat.out(udp(ALICE, 4000, SERVER, 53)))
                .singleElement()
                .asString()
                .startsWith("203.0.113.99:4000 >");
        assertThat(nat.nat.mappingCount()).isEqualTo(2);
        nat.nothingIsLost();
    }

    @Test
    void aForwardBeginsAtTheOutsideAddressThatThereIs() {
        Endpoint inside = new Endpoint(ALICE, 80);
        Endpoint inside6 = new Endpoint(RawNat.ALICE6, 80);
        var nat = new RawNat(RawNat.config()
                .withIp6(NatConfig.Ip6.TRANSLATED)
                .withForward(PortForward.udp(8080, inside6))
                .withForward(PortForward.udp(8080, inside)));
        assertThat(nat.mappings())
                .extracting(NatMapping::outside)
                .containsExactly(new Endpoint(RawNat.BOX6, 8080), new Endpoint(BOX, 8080));
        nat.outside.removeAddress(BOX);
        assertThat(nat.mappings()).hasSize(1);
        nat.outside.addAddress(Prefix.parse("203.0.113.99/24"));
        assertThat(nat.mappings()).hasSize(2);
        assertThat(nat.in(udp(SERVER, 1, IpAddress.parse("203.0.113.99"), 8080)))
                .singleElement()
                .asString()
                .startsWith("198.51.100.7:1 > 10.0.0.2:80");
        nat.nothingIsLost();
    }

    @Test
    void whatLeavesByAnUplinkHasAnAddressOfIt() {
        var nat = new RawNat(NatConfig.outside(2, 3));
        var second = nat.box.raw(1500, "192.0.2.1/24");
        assertThat(nat.out(udp(ALICE, 4000, SERVER, 53)))
                .singleElement()
                .asString()
                .startsWith("203.0.113.1:4000 >");
        nat.box.in(0, nat.inside, udp(BOB, 4000, IpAddress.parse("192.0.2.7"), 53));
        assertThat(nat.box.out(0, second)).singleElement().asString().startsWith("192.0.2.1:4000 >");
        // From one outside to the other leads no way.
        nat.box.in(0, second, udp(IpAddress.parse("192.0.2.7"), 53, SERVER, 53));
        assertThat(nat.box.frames(0, nat.outside)).isEmpty();
        assertThat(nat.drops(Drop.NAT_UNSOLICITED)).isOne();
        nat.nothingIsLost();
    }

    @Test
    void aBroadcastOnTheOutsideLinkIsForTheBoxAndStaysThere() {
        var nat = new RawNat();
        var bound = (UdpEndpoint.Bound) nat.box.stack.udp().bind(0, null, 67, UdpConfig.defaults());
        for (String group : List.of("203.0.113.255", "255.255.255.255", "224.0.0.1")) {
            assertThat(nat.in(udp(IpAddress.parse("203.0.113.9"), 68, IpAddress.parse(group), 67)))
                    .isEmpty();
        }
        assertThat(nat.drops(Drop.NAT_UNSOLICITED)).isZero();
        assertThat(bound.endpoint().datagramsIn()).isGreaterThanOrEqualTo(2);
        nat.nothingIsLost();
    }

    @Test
    void whatIsMadeForgottenAndRefusedIsTold() {
        var nat = new RawNat(RawNat.config().withLimits(Limits.defaults().withMappings(1, 1)));
        List<String> told = new ArrayList<>();
        nat.box.context.events().add(event -> told.add(event.toString()), Event.Kind.NAT_MAPPING);
        nat.out(udp(ALICE, 4000, SERVER, 53));
        nat.out(udp(ALICE, 4000, SERVER, 53));
        nat.out(udp(ALICE, 4001, SERVER, 53));
        nat.pass(300 * Time.SECOND);
        assertThat(told)
                .containsExactly(
                        "nat: udp 10.0.0.2:4000 = 203.0.113.1:4000 > 198.51.100.7:53",
                        "nat: udp 10.0.0.2:4001 > 198.51.100.7:53 refused: NAT_LIMIT",
                        "nat: udp 10.0.0.2:4000 = 203.0.113.1:4000 forgotten");
        nat.nothingIsLost();
    }

    @Test
    void settingsThatCannotBeAreRefused() {
        Endpoint inside = new Endpoint(ALICE, 80);
        assertThatIllegalArgumentException().isThrownBy(() -> NatConfig.outside(new int[0]));
        assertThatIllegalArgumentException().isThrownBy(() -> NatConfig.outside(0));
        NatConfig config = RawNat.config();
        assertThatIllegalArgumentException().isThrownBy(() -> config.withAddresses(IpAddress.parse("224.0.0.1")));
        assertThatIllegalArgumentException().isThrownBy(() -> PortForward.udp(0, inside));
        assertThatIllegalArgumentException().isThrownBy(() -> new PortForward(1, 80, inside));
        NatConfig one = config.withForward(PortForward.tcp(80, inside));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> one.withForward(PortForward.tcp(80, new Endpoint(BOB, 80))));
        assertThatIllegalArgumentException().isThrownBy(() -> one.withForward(PortForward.tcp(81, inside)));
        assertThat(one.withForward(PortForward.udp(80, inside)).forwards()).hasSize(2);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> NatConfig.Timeouts.defaults().withUdp(0));
        assertThatIllegalArgumentException().isThrownBy(() -> Limits.defaults().withSessions(0, 1));
        var host = new TestHost("no router", 1);
        assertThatIllegalStateException().isThrownBy(() -> host.stack.nat(config));
        var nat = new RawNat();
        assertThatIllegalStateException().isThrownBy(() -> nat.box.stack.nat(config));
        assertThat(nat.box.stack.snapshot(0).nat()).isEmpty();
    }

    @Test
    void aBoxThatForgotEverythingTakesUpWhatGoesOn() {
        var nat = new RawNat();
        nat.connect(5000);
        nat.out(udp(ALICE, 4000, SERVER, 53));
        nat.nat.forgetAll(nat.now);
        assertThat(nat.nat.mappingCount()).isZero();
        assertThat(nat.in(udp(SERVER, 53, BOX, 4000))).isEmpty();
        assertThat(nat.out(udp(ALICE, 4000, SERVER, 53)))
                .singleElement()
                .asString()
                .startsWith("203.0.113.1:4000 >");
        assertThat(nat.out(RawNat.tcp(ALICE, 5000, SERVER, 80, 0x10, 100, 500))).hasSize(1);
        assertThat(nat.state()).isEqualTo(NatMapping.State.OPENING);
        assertThat(nat.in(RawNat.tcp(SERVER, 80, BOX, 5000, 0x10, 500, 100))).hasSize(1);
        assertThat(nat.state()).isEqualTo(NatMapping.State.ESTABLISHED);
        nat.nothingIsLost();
    }
}
