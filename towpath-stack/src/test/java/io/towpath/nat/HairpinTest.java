package io.towpath.nat;

import static io.towpath.nat.NatWorld.ALICE;
import static io.towpath.nat.NatWorld.BOB;
import static io.towpath.nat.NatWorld.BOX;
import static io.towpath.nat.NatWorld.SERVER;
import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.core.Counter;
import io.towpath.core.Drop;
import io.towpath.nat.NatConfig.Behavior;
import io.towpath.nat.NatWorld.Datagram;
import io.towpath.stack.Packets;
import io.towpath.tcp.TcpConfig;
import io.towpath.tcp.TcpConnection;
import io.towpath.tcp.TcpListener;
import io.towpath.tcp.TcpState;
import io.towpath.udp.UdpEndpoint;
import io.towpath.udp.UdpError;
import io.towpath.wire.Bytes;
import io.towpath.wire.Endpoint;
import io.towpath.wire.IcmpHeader;
import io.towpath.wire.Ip4Header;
import io.towpath.wire.IpAddress;
import io.towpath.wire.TcpHeader;
import io.towpath.wire.testing.Rfc;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Inside hosts that meet at their outside endpoints.
class HairpinTest {
    @Test
    @Rfc(value = 4787, section = "6", requirement = "REQ-9")
    void twoInsideHostsTalkByTheirOutsideEndpoints() {
        var world = new NatWorld();
        UdpEndpoint a = NatWorld.udp(world.alice, 4000);
        UdpEndpoint b = NatWorld.udp(world.bob, 5000);
        world.send(world.bob, b, SERVER, 53, "here I am");
        world.send(world.alice, a, BOX, 5000, "hello");
        // "External source IP address and port".
        assertThat(NatWorld.receive(b)).isEqualTo(new Datagram(new Endpoint(BOX, 4000), "hello"));
        world.send(world.bob, b, BOX, 4000, "hello too");
        assertThat(NatWorld.receive(a)).isEqualTo(new Datagram(new Endpoint(BOX, 5000), "hello too"));
        assertThat(world.box.context.counters().get(Counter.NAT_HAIRPINNED)).isEqualTo(2);
        world.nothingIsLost();
    }

    @ParameterizedTest
    @EnumSource(Behavior.class)
    void theFilterAsksAsForAHostOutside(Behavior filtering) {
        var world = new NatWorld(NatConfig.outside(NatWorld.OUTSIDE).withFiltering(filtering));
        UdpEndpoint a = NatWorld.udp(world.alice, 4000);
        UdpEndpoint b = NatWorld.udp(world.bob, 5000);
        world.send(world.bob, b, SERVER, 53, "here I am");
        world.send(world.alice, a, BOX, 5000, "first");
        boolean open = filtering == Behavior.ENDPOINT_INDEPENDENT;
        assertThat(NatWorld.receive(b) != null).isEqualTo(open);
        // Bob sends to Alice's outside endpoint: she sent to his before, so both have punched their holes.
        world.send(world.bob, b, BOX, 4000, "second");
        assertThat(NatWorld.receive(a)).isEqualTo(new Datagram(new Endpoint(BOX, 5000), "second"));
        world.send(world.alice, a, BOX, 5000, "third");
        assertThat(NatWorld.receive(b)).isEqualTo(new Datagram(new Endpoint(BOX, 4000), "third"));
        world.nothingIsLost();
    }

    @Test
    @Rfc(value = 5382, section = "7.2", requirement = "REQ-8")
    void aConnectionToAForwardTurnsBack() {
        var world = new NatWorld(
                NatConfig.outside(NatWorld.OUTSIDE).withForward(PortForward.tcp(8080, new Endpoint(BOB, 80))));
        var listening = (TcpListener.Listening) world.bob.stack.tcp().listen(0, null, 80, 8, TcpConfig.defaults());
        var opened =
                (TcpConnection.Opened) world.alice.stack.tcp().connect(0, null, 0, BOX, 8080, TcpConfig.defaults());
        world.settle();
        assertThat(opened.connection().state()).isEqualTo(TcpState.ESTABLISHED);
        TcpConnection service = world.bob.stack.tcp().accept(0, listening.listener());
        assertThat(service).isNotNull();
        assertThat(service.remoteAddress()).isEqualTo(BOX);
        assertThat(world.nat.mappings(0))
                .extracting(NatMapping::state)
                .containsExactlyInAnyOrder(
                        NatMapping.State.FORWARD, NatMapping.State.ESTABLISHED, NatMapping.State.ESTABLISHED);
        world.nothingIsLost();
    }

    @Test
    void aForwardIsReachedFromOutsideAndAnswersByItsPort() {
        var world = new NatWorld(
                NatConfig.outside(NatWorld.OUTSIDE).withForward(PortForward.udp(8080, new Endpoint(BOB, 80))));
        UdpEndpoint service = NatWorld.udp(world.bob, 80);
        UdpEndpoint client = NatWorld.udp(world.server, 777);
        world.send(world.server, client, BOX, 8080, "question");
        assertThat(NatWorld.receive(service)).isEqualTo(new Datagram(new Endpoint(SERVER, 777), "question"));
        world.send(world.bob, service, SERVER, 777, "answer");
        assertThat(NatWorld.receive(client)).isEqualTo(new Datagram(new Endpoint(BOX, 8080), "answer"));
        // It stays, whatever happens.
        world.nat.forgetAll(world.now);
        world.pass(1L << 60);
        assertThat(world.nat.mappings(world.now))
                .singleElement()
                .hasToString("udp 10.0.0.3:80 = 203.0.113.1:8080 > any FORWARD");
        world.nothingIsLost();
    }

    @Test
    @Rfc(value = 5508, section = "5", requirement = "REQ-7")
    void anErrorAboutATurnedPacketTurnsBackToo() {
        var world = new NatWorld(
                NatConfig.outside(NatWorld.OUTSIDE).withForward(PortForward.udp(8080, new Endpoint(BOB, 80))));
        UdpEndpoint a = NatWorld.udp(world.alice, 4000);
        assertThat(world.alice.stack.udp().connect(0, a, BOX, 8080)).isNull();
        world.send(world.alice, a, BOX, 8080, "nobody is there");
        assertThat(a.takeError()).isEqualTo(UdpError.PORT_UNREACHABLE);
        assertThat(world.box.context.counters().get(Counter.NAT_ICMP_ERRORS)).isOne();
        world.nothingIsLost();
    }

    /// The box sends its error to its own outside address: there is nobody else whom the turned packet names.
    @Test
    @Rfc(value = 5508, section = "5", requirement = "REQ-7")
    void anErrorOfTheBoxAboutATurnedPacketReachesWhoSentIt() {
        var nat = new RawNat(RawNat.config().withPorts(NatConfig.PortAssignment.RANDOM));
        byte[] opened = nat.outFrames(RawNat.syn(BOB, 5000, SERVER, 80, 1)).getFirst();
        int port = TcpHeader.sourcePort(opened, 20);
        for (byte[] sent : List.of(
                RawNat.syn(ALICE, 4000, BOX, port, 99), RawNat.tcp(ALICE, 4000, BOX, port, TcpHeader.ACK, 100, 1))) {
            Packets.mended4(Packets.with(sent, 8, 1));
            nat.box.in(nat.now, nat.inside, sent.clone());
            byte[] back = nat.box.frames(nat.now, nat.inside).getFirst();
            assertThat(IcmpHeader.type(back, 20)).isEqualTo(IcmpHeader.TIME_EXCEEDED);
            assertThat(IpAddress.read4(back, 16)).isEqualTo(ALICE);
            byte[] quoted = Arrays.copyOfRange(back, 28, back.length);
            Bytes.put16(quoted, 4, Ip4Header.identification(sent, 0));
            assertThat(Packets.mended4(quoted)).isEqualTo(sent);
        }
        nat.nothingIsLost();
    }

    @Test
    void withoutHairpinningTheBoxAnswersForItself() {
        var world = new NatWorld(NatConfig.outside(NatWorld.OUTSIDE).withHairpinning(false));
        UdpEndpoint a = NatWorld.udp(world.alice, 4000);
        UdpEndpoint b = NatWorld.udp(world.bob, 5000);
        world.send(world.bob, b, SERVER, 53, "here I am");
        assertThat(world.alice.stack.udp().connect(0, a, BOX, 5000)).isNull();
        world.send(world.alice, a, BOX, 5000, "hello");
        assertThat(NatWorld.receive(b)).isNull();
        assertThat(a.takeError()).isEqualTo(UdpError.PORT_UNREACHABLE);
        world.nothingIsLost();
    }

    @Test
    void anInsideHostReachesASocketOfTheBoxByItsOutsideAddress() {
        var world = new NatWorld();
        UdpEndpoint service = NatWorld.udp(world.box, 53);
        UdpEndpoint a = NatWorld.udp(world.alice, 4000);
        world.send(world.alice, a, BOX, 53, "question");
        assertThat(NatWorld.receive(service)).isEqualTo(new Datagram(new Endpoint(ALICE, 4000), "question"));
        world.send(world.box, service, ALICE, 4000, "answer");
        assertThat(NatWorld.receive(a)).isNotNull();
        assertThat(world.nat.mappingCount()).isZero();
        world.nothingIsLost();
    }

    @Test
    void anOutsideAddressOfNobodyTakesNothing() {
        IpAddress routed = IpAddress.parse("198.51.100.1");
        var nat = new RawNat(RawNat.config().withAddresses(routed));
        assertThat(nat.out(RawNat.udp(RawNat.ALICE, 4000, RawNat.SERVER, 53)))
                .singleElement()
                .asString()
                .startsWith("198.51.100.1:4000 >");
        assertThat(nat.in(RawNat.udp(RawNat.SERVER, 53, routed, 4000))).hasSize(1);
        assertThat(nat.in(RawNat.udp(RawNat.SERVER, 53, routed, 4001))).isEmpty();
        assertThat(nat.turn(RawNat.udp(RawNat.BOB, 1, routed, 4001))).isEmpty();
        assertThat(nat.drops(Drop.NAT_UNSOLICITED)).isEqualTo(2);
        nat.nothingIsLost();
    }
}
