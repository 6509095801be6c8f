package io.towpath.ip;

import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.core.Counter;
import io.towpath.core.Drop;
import io.towpath.core.Offloads;
import io.towpath.core.Packet;
import io.towpath.core.Time;
import io.towpath.stack.Interface;
import io.towpath.stack.Packets;
import io.towpath.stack.TestHost;
import io.towpath.stack.TestWire;
import io.towpath.wire.Bytes;
import io.towpath.wire.Ip4Address;
import io.towpath.wire.Ip4Header;
import io.towpath.wire.Ip4Packet;
import io.towpath.wire.IpAddress;
import io.towpath.wire.IpProtocol;
import io.towpath.wire.Octets;
import io.towpath.wire.Prefix;
import io.towpath.wire.testing.Rfc;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// A router between 10.0.0.0/24 (MTU 1500) and 10.9.0.0/24 (MTU 1300), and the same for IPv6.
class ForwardingTest {
    private static final IpAddress LEFT4 = IpAddress.parse("10.0.0.2");
    private static final IpAddress RIGHT4 = IpAddress.parse("10.9.0.2");
    private static final IpAddress LEFT6 = IpAddress.parse("fd00::2");
    private static final IpAddress RIGHT6 = IpAddress.parse("fd09::2");

    private final TestHost router =
            new TestHost("router", 1, IpConfig.defaults().withForwarding(true));
    private final Interface left = router.raw(1500, "10.0.0.1/24", "fd00::1/64");
    private final Interface right = router.raw(1300, "10.9.0.1/24", "fd09::1/64");

    @AfterEach
    void noPacketIsLost() {
        router.frames(0, left);
        router.frames(0, right);
        assertThat(router.pool.outstanding()).isZero();
    }

    @Test
    @Rfc(value = 1812, section = "5.3.1")
    void aPacketIsPassedOnWithOneHopLess() {
        byte[] packet = Packets.udp(LEFT4, 1, RIGHT4, 2, Packets.data(100));
        router.in(0, left, packet);
        byte[] out = router.frames(0, right).getFirst();
        assertThat(Ip4Header.check(out, 0, out.length).ok()).isTrue();
        assertThat(out).isEqualTo(Packets.mended4(Packets.with(packet, 8, 63)));
        assertThat(router.context.counters().get(Counter.IP_FORWARDED)).isOne();
    }

    @Test
    @Rfc(value = 8200, section = "3")
    void anIp6PacketIsPassedOnWithOneHopLess() {
        byte[] packet = Packets.udp(LEFT6, 1, RIGHT6, 2, Packets.data(100));
        router.in(0, left, packet);
        assertThat(router.frames(0, right)).containsExactly(Packets.with(packet, 7, 63));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    @Rfc(value = 1812, section = "5.3.1")
    @Rfc(value = 4443, section = "3.3")
    void aPacketOutOfHopsIsAnsweredWithTimeExceeded(int hops) {
        router.in(0, left, Packets.ip(LEFT4, RIGHT4, hops, 17, new byte[8]));
        assertThat(router.out(0, left))
                .singleElement()
                .asString()
                .startsWith("10.0.0.1 > 10.0.0.2")
                .contains("time exceeded in transit");
        router.in(0, left, Packets.ip(LEFT6, RIGHT6, hops, 17, new byte[8]));
        assertThat(router.out(0, left)).singleElement().asString().contains("time exceeded in transit");
        assertThat(router.drops(Drop.HOP_LIMIT_EXCEEDED)).isEqualTo(2);
    }

    @Test
    @Rfc(value = 1812, section = "5.2.7.1")
    @Rfc(value = 4443, section = "3.1")
    void aDestinationWithoutARouteIsAnsweredWithUnreachable() {
        router.in(0, left, Packets.udp(LEFT4, 1, IpAddress.parse("192.0.2.1"), 2));
        assertThat(router.out(0, left)).singleElement().asString().contains("net unreachable");
        router.in(0, left, Packets.udp(LEFT6, 1, IpAddress.parse("2001:db8::1"), 2));
        assertThat(router.out(0, left)).singleElement().asString().contains("no route");
    }

    @Test
    @Rfc(value = 791, section = "3.2")
    void aLargePacketIsCutForANarrowLink() {
        byte[] data = Packets.data(1400);
        router.in(0, left, Packets.ip(LEFT4, RIGHT4, IpProtocol.UDP, data));
        List<byte[]> parts = router.frames(0, right);
        assertThat(parts).hasSize(2).allMatch(part -> part.length <= 1300);
        assertThat(parts).allMatch(part -> Ip4Header.check(part, 0, part.length).ok());
        assertThat(parts).allMatch(part -> Ip4Header.identification(part, 0) == 1);
        assertThat(Ip4Header.moreFragments(parts.get(0), 0)).isTrue();
        assertThat(Ip4Header.fragmentOffset(parts.get(1), 0)).isEqualTo(1280);
        assertThat(Ip4Header.moreFragments(parts.get(1), 0)).isFalse();
    }

    @Test
    @Rfc(value = 1191, section = "4")
    void aLargePacketThatMustNotBeCutIsAnsweredWithTheMtu() {
        byte[] packet = Ip4Packet.of((Ip4Address) LEFT4, (Ip4Address) RIGHT4, 17, Packets.data(1400))
                .emit();
        router.in(0, left, packet);
        byte[] answer = router.frames(0, left).getFirst();
        assertThat(Bytes.u16(answer, 20)).isEqualTo(3 << 8 | 4);
        assertThat(Bytes.u16(answer, 26)).isEqualTo(1300);
        assertThat(router.drops(Drop.TOO_BIG)).isOne();
    }

    @Test
    @Rfc(value = 8200, section = "5")
    @Rfc(value = 4443, section = "3.2")
    void aLargeIp6PacketIsNeverCutByARouter() {
        router.in(0, left, Packets.ip(LEFT6, RIGHT6, 17, Packets.data(1400)));
        assertThat(router.out(0, left)).singleElement().asString().contains("packet too big mtu 1300");
        assertThat(router.frames(0, right)).isEmpty();
    }

    @Test
    void whatARouterLearntForItselfDoesNotCutTheFlowsOfOthers() {
        router.stack.ip().acceptPathMtu(0, RIGHT6, 1280);
        router.stack.ip().acceptPathMtu(0, RIGHT4, 600);
        router.in(0, left, Packets.ip(LEFT6, RIGHT6, 17, Packets.data(1255)));
        router.in(
                0,
                left,
                Ip4Packet.of((Ip4Address) LEFT4, (Ip4Address) RIGHT4, 17, Packets.data(1270))
                        .emit());
        assertThat(router.frames(0, right)).hasSize(2);
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.0.2, 224.0.0.9",
        "10.0.0.2, 10.9.0.255",
        "10.0.0.2, 169.254.1.1",
        "169.254.1.1, 10.9.0.2",
        "fd00::2, ff05::9",
        "fd00::2, fe80::9",
        "fe80::2, fd09::2"
    })
    @Rfc(value = 4291, section = "2.5.6")
    @Rfc(value = 2644, section = "4")
    void groupsAndLinkLocalAddressesAreNotPassedOn(String from, String to) {
        router.in(0, left, Packets.udp(IpAddress.parse(from), 1, IpAddress.parse(to), 2));
        assertThat(router.drops(Drop.NOT_FOR_US)).isOne();
        assertThat(router.frames(0, right)).isEmpty();
    }

    @Test
    void anIp6PacketWithOptionsThatWeDoNotKnowIsPassedOn() {
        byte[] payload = {17, 0, (byte) 0xde, 4, 1, 2, 3, 4};
        router.in(0, left, Packets.ip(LEFT6, RIGHT6, IpProtocol.DESTINATION_OPTIONS, payload));
        assertThat(router.frames(0, right)).hasSize(1);
    }

    @Test
    void aNeighborThatDoesNotAnswerIsReportedToTheSender() {
        Interface lan = router.ethernet("02:00:00:00:00:01", "10.5.0.1/24");
        router.in(0, left, Packets.udp(LEFT4, 1, IpAddress.parse("10.5.0.7"), 2));
        for (long now = 0; now <= 3 * Time.SECOND; now += Time.SECOND) {
            router.tick(now);
        }
        assertThat(router.out(0, left)).singleElement().asString().contains("host unreachable");
        router.frames(0, lan);
    }

    @Test
    void aSuperSegmentGoesOnlyWhereItIsTaken() {
        Interface fast = router.raw(1500, new Offloads(true, 65_535), "10.7.0.1/24");
        for (String to : List.of("10.9.0.2", "10.7.0.2")) {
            Packet packet = TestWire.packet(router, Packets.ip(LEFT4, IpAddress.parse(to), 6, Packets.data(8000)));
            packet.segmentBytes = 1400;
            packet.checksumVerified = true;
            router.stack.input(0, left, packet);
        }
        assertThat(router.frames(0, fast)).hasSize(1);
        assertThat(router.frames(0, right)).isEmpty();
        assertThat(router.drops(Drop.TOO_BIG)).isOne();
    }

    @Test
    void theLongestPrefixWinsThenTheLowestMetric() {
        router.stack.addRoute(Prefix.parse("10.9.0.128/25"), left, null, 0);
        router.in(0, right, Packets.udp(RIGHT4, 1, IpAddress.parse("10.9.0.200"), 2));
        assertThat(router.frames(0, left)).hasSize(1);
        router.stack.addRoute(Prefix.parse("192.0.2.0/24"), left, null, 10);
        router.stack.addRoute(Prefix.parse("192.0.2.0/24"), right, null, 5);
        router.in(0, left, Packets.udp(LEFT4, 1, IpAddress.parse("192.0.2.1"), 2));
        assertThat(router.frames(0, right)).hasSize(1);
        right.setUp(0, false);
        router.in(0, left, Packets.udp(LEFT4, 1, IpAddress.parse("192.0.2.1"), 2));
        assertThat(router.frames(0, left))
                .as("the other route while one link is down")
                .hasSize(1);
    }

    @Test
    void aHookSeesPacketsAtItsPointsInOrder() {
        List<Hook.Point> seen = new ArrayList<>();
        for (Hook.Point point : Hook.Point.values()) {
            router.stack.ip().hooks().add(point, (now, at, packet) -> {
                assertThat(Ip4Header.version(packet.bytes, packet.at)).isEqualTo(4);
                seen.add(at);
                return Hook.Verdict.ACCEPT;
            });
        }
        router.in(0, left, Packets.udp(LEFT4, 1, RIGHT4, 2));
        assertThat(seen).containsExactly(Hook.Point.PREROUTING, Hook.Point.FORWARD, Hook.Point.POSTROUTING);
        seen.clear();
        router.in(0, left, Packets.echo(LEFT4, IpAddress.parse("10.0.0.1"), 1));
        assertThat(seen)
                .containsExactly(Hook.Point.PREROUTING, Hook.Point.INPUT, Hook.Point.OUTPUT, Hook.Point.POSTROUTING);
    }

    @Test
    void aHookMayDropTakeOrRewrite() {
        Hooks hooks = router.stack.ip().hooks();
        Hook drop = (now, at, packet) -> Hook.Verdict.DROP;
        hooks.add(Hook.Point.FORWARD, drop);
        router.in(0, left, Packets.udp(LEFT4, 1, RIGHT4, 2));
        assertThat(router.drops(Drop.FILTERED)).isOne();
        hooks.remove(Hook.Point.FORWARD, drop);
        List<Packet> taken = new ArrayList<>();
        Hook take = (now, at, packet) -> {
            taken.add(packet);
            return Hook.Verdict.TAKEN;
        };
        hooks.add(Hook.Point.PREROUTING, take);
        router.in(0, left, Packets.udp(LEFT4, 1, RIGHT4, 2));
        assertThat(taken).hasSize(1);
        taken.getFirst().release();
        hooks.remove(Hook.Point.PREROUTING, take);
        // A destination rewritten before routing leads elsewhere.
        hooks.add(Hook.Point.PREROUTING, (now, at, packet) -> {
            Bytes.put32(packet.bytes, packet.at + 16, 0x0a09_0002);
            Ip4Header.writeChecksum(packet.bytes, packet.at);
            return Hook.Verdict.ACCEPT;
        });
        router.in(0, left, Packets.ip(LEFT4, IpAddress.parse("192.0.2.1"), 99, new byte[4]));
        assertThat(router.out(0, right)).singleElement().asString().contains("10.0.0.2 > 10.9.0.2");
        assertThat(Octets.EMPTY.isEmpty()).isTrue();
    }
}
