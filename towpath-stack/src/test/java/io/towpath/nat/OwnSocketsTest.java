package io.towpath.nat;

import static io.towpath.nat.NatWorld.ALICE;
import static io.towpath.nat.NatWorld.BOX;
import static io.towpath.nat.NatWorld.SERVER;
import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.core.Drop;
import io.towpath.core.Time;
import io.towpath.nat.NatWorld.Datagram;
import io.towpath.sctp.SctpConfig;
import io.towpath.sctp.SctpEndpoint;
import io.towpath.stack.Packets;
import io.towpath.stack.Pinger;
import io.towpath.tcp.BoundPorts;
import io.towpath.tcp.TcpConfig;
import io.towpath.tcp.TcpConnection;
import io.towpath.tcp.TcpListener;
import io.towpath.tcp.TcpState;
import io.towpath.udp.UdpConfig;
import io.towpath.udp.UdpEndpoint;
import io.towpath.udp.UdpError;
import io.towpath.wire.Endpoint;
import io.towpath.wire.IpAddress;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Sockets of the NAT box itself, beside the mappings.
class OwnSocketsTest {
    private final NatWorld world = new NatWorld();

    @AfterEach
    void nothingIsLost() {
        world.nothingIsLost();
    }

    @Test
    void datagramsOfTheBoxGoOutAndComeInAsTheyAre() {
        UdpEndpoint own = NatWorld.udp(world.box, 4000);
        UdpEndpoint peer = NatWorld.udp(world.server, 53);
        world.send(world.box, own, SERVER, 53, "mine");
        assertThat(NatWorld.receive(peer)).isEqualTo(new Datagram(new Endpoint(BOX, 4000), "mine"));
        world.send(world.server, peer, BOX, 4000, "yours");
        assertThat(NatWorld.receive(own)).isEqualTo(new Datagram(new Endpoint(SERVER, 53), "yours"));
        assertThat(world.nat.mappingCount()).isZero();
        // An inside host with the same port gets another one.
        UdpEndpoint client = NatWorld.udp(world.alice, 4000);
        world.send(world.alice, client, SERVER, 53, "hers");
        Datagram got = NatWorld.receive(peer);
        assertThat(got).isNotNull();
        assertThat(got.from().port()).isNotEqualTo(4000);
        world.send(world.server, peer, BOX, got.from().port(), "to her");
        assertThat(NatWorld.receive(client)).isNotNull();
    }

    @Test
    void connectionsOfTheBoxWorkBothWays() {
        world.server.stack.tcp().listen(0, null, 80, 8, TcpConfig.defaults());
        world.box.stack.tcp().listen(0, null, 22, 8, TcpConfig.defaults());
        var out = (TcpConnection.Opened) world.box.stack.tcp().connect(0, null, 0, SERVER, 80, TcpConfig.defaults());
        var in = (TcpConnection.Opened) world.server.stack.tcp().connect(0, null, 0, BOX, 22, TcpConfig.defaults());
        world.settle();
        assertThat(out.connection().state()).isEqualTo(TcpState.ESTABLISHED);
        assertThat(in.connection().state()).isEqualTo(TcpState.ESTABLISHED);
        // An inside host that would want the port of the box's own connection to the same server gets another.
        int port = out.connection().localPort();
        var client =
                (TcpConnection.Opened) world.alice.stack.tcp().connect(0, null, port, SERVER, 80, TcpConfig.defaults());
        world.settle();
        assertThat(client.connection().state()).isEqualTo(TcpState.ESTABLISHED);
        assertThat(world.nat.mappings(0))
                .singleElement()
                .extracting(it -> it.outside().port())
                .isNotEqualTo(port);
    }

    @Test
    void aConnectionOfTheBoxIsNotTakenFromItByAMappingWithItsPort() {
        world.server.stack.tcp().listen(0, null, 80, 8, TcpConfig.defaults());
        world.other.stack.tcp().listen(0, null, 80, 8, TcpConfig.defaults());
        var own = (TcpConnection.Opened) world.box.stack.tcp().connect(0, null, 5000, SERVER, 80, TcpConfig.defaults());
        world.settle();
        // The same port to another server: the mapping is the first with this port of NAT, and admits everybody.
        var hers = (TcpConnection.Opened)
                world.alice.stack.tcp().connect(0, null, 5000, NatWorld.OTHER, 80, TcpConfig.defaults());
        world.settle();
        assertThat(hers.connection().state()).isEqualTo(TcpState.ESTABLISHED);
        assertThat(world.nat.mappings(0))
                .singleElement()
                .extracting(it -> it.outside().port())
                .isEqualTo(5000);
        own.connection().sendRing().write(new byte[100], 0, 100);
        world.box.stack.tcp().written(0, own.connection());
        world.settle();
        world.pass(Time.SECOND);
        assertThat(own.connection().sendRing().readable()).isZero();
        // To the server that the box talks to from there, she gets no way from this port.
        var second =
                (TcpConnection.Opened) world.alice.stack.tcp().connect(0, null, 5001, SERVER, 80, TcpConfig.defaults());
        var third = world.alice.stack.tcp().connect(0, ALICE, 5000, SERVER, 80, TcpConfig.defaults());
        world.settle();
        assertThat(second.connection().state()).isEqualTo(TcpState.ESTABLISHED);
        assertThat(((TcpConnection.Opened) third).connection().state()).isNotEqualTo(TcpState.ESTABLISHED);
        assertThat(own.connection().state()).isEqualTo(TcpState.ESTABLISHED);
        assertThat(world.drops(Drop.NAT_PORTS_EXHAUSTED)).isPositive();
    }

    @Test
    void aServiceOnTheInsideAddressDoesNotMindAMappingWithItsPort() {
        world.send(world.alice, NatWorld.udp(world.alice, 53), SERVER, 53, "from port 53");
        IpAddress insideAddress = IpAddress.parse("10.0.0.1");
        assertThat(world.box.stack.udp().bind(0, insideAddress, 53, UdpConfig.defaults()))
                .isInstanceOf(UdpEndpoint.Bound.class);
        assertThat(world.box.stack.udp().bind(0, BOX, 53, UdpConfig.defaults()))
                .isEqualTo(new UdpEndpoint.Failed(UdpError.ADDRESS_IN_USE));
        assertThat(world.box.stack.udp().bind(0, IpAddress.parse("0.0.0.0"), 53, UdpConfig.defaults()))
                .isEqualTo(new UdpEndpoint.Failed(UdpError.ADDRESS_IN_USE));
    }

    @Test
    void aPortOfAMappingIsNoneForSocketsOfTheBox() {
        UdpEndpoint client = NatWorld.udp(world.alice, 4000);
        world.send(world.alice, client, SERVER, 53, "hello");
        assertThat(world.box.stack.udp().bind(0, null, 4000, UdpConfig.defaults()))
                .isEqualTo(new UdpEndpoint.Failed(UdpError.ADDRESS_IN_USE));
        world.alice.stack.tcp().connect(0, null, 5000, SERVER, 80, TcpConfig.defaults());
        world.settle();
        assertThat(world.box.stack.tcp().listen(0, null, 5000, 8, TcpConfig.defaults()))
                .isInstanceOf(TcpListener.Failed.class);
        assertThat(world.box.stack.tcp().bind(0, null, 5000, true)).isInstanceOf(BoundPorts.Failed.class);
        assertThat(world.box.stack.tcp().connect(0, null, 5000, SERVER, 80, TcpConfig.defaults()))
                .isInstanceOf(TcpConnection.Failed.class);
        // Of another protocol it is free, and of this one when the mapping is gone.
        assertThat(world.box.stack.sctp().bind(0, List.of(), 5000, SctpConfig.defaults()))
                .isInstanceOf(SctpEndpoint.Bound.class);
        world.pass(300 * Time.SECOND);
        assertThat(NatWorld.udp(world.box, 4000)).isNotNull();
    }

    @Test
    void ephemeralPortsOfTheBoxGoRoundThoseOfMappings() {
        world.box.stack.udp().portTable().ephemeralRange(50_000, 50_003);
        for (int port = 50_000; port < 50_003; port++) {
            world.send(world.alice, NatWorld.udp(world.alice, port), SERVER, 53, "hello");
        }
        assertThat(NatWorld.udp(world.box, 0).localPort()).isEqualTo(50_003);
        assertThat(world.box.stack.udp().bind(0, null, 0, UdpConfig.defaults()))
                .isEqualTo(new UdpEndpoint.Failed(UdpError.NO_PORTS));
    }

    @Test
    void thePingsOfTheBoxComeBack() {
        Pinger pinger = world.box.stack.openPinger();
        pinger.ping(0, SERVER, 1, new byte[8]);
        world.settle();
        assertThat(pinger.next()).isInstanceOf(Pinger.Reply.class);
        assertThat(world.nat.mappingCount()).isZero();
        pinger.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.0.0.1", "203.0.113.1", "127.0.0.1", "127.0.0.2"})
    void theBoxPingsItself(String address) {
        Pinger pinger = world.box.stack.openPinger();
        pinger.ping(0, IpAddress.parse(address), 1, new byte[8]);
        world.settle();
        world.pass(1);
        assertThat(pinger.next()).isInstanceOf(Pinger.Reply.class);
        pinger.close();
    }

    @Test
    void aSocketBoundToTheInsideAddressIsTranslatedToo() {
        IpAddress insideAddress = IpAddress.parse("10.0.0.1");
        var bound = (UdpEndpoint.Bound) world.box.stack.udp().bind(0, insideAddress, 4000, UdpConfig.defaults());
        UdpEndpoint peer = NatWorld.udp(world.server, 53);
        world.send(world.box, bound.endpoint(), SERVER, 53, "from inside");
        Datagram got = NatWorld.receive(peer);
        assertThat(got).isNotNull();
        assertThat(got.from().address()).isEqualTo(BOX);
        world.send(world.server, peer, BOX, got.from().port(), "back");
        assertThat(NatWorld.receive(bound.endpoint())).isEqualTo(new Datagram(new Endpoint(SERVER, 53), "back"));
    }

    @Test
    void withOtherOutsideAddressesTheBoxKeepsThoseOfItsOutsideLinkForItself() {
        var nat = new RawNat(RawNat.config().withAddresses(IpAddress.parse("198.51.100.1")));
        nat.box.stack.tcp().listen(0, null, 22, 8, TcpConfig.defaults());
        nat.box.in(0, nat.outside, RawNat.syn(RawNat.SERVER, 9, BOX, 22, 1));
        nat.box.in(0, nat.outside, Packets.echo(RawNat.SERVER, BOX, 7));
        nat.box.in(0, nat.outside, Packets.mended4(Packets.with(RawNat.udp(RawNat.SERVER, 9, BOX, 99), 8, 1)));
        assertThat(RawNat.text(nat.box.frames(0, nat.outside))).hasSize(3).allMatch(it -> it.startsWith("203.0.113.1"));
        assertThat(nat.nat.mappingCount()).isZero();
        nat.nothingIsLost();
    }

    @Test
    void aPortThatIsForwardedIsNoneForSocketsOfTheBoxFromTheBeginning() {
        var nat = new RawNat(RawNat.config().withForward(PortForward.udp(53, new Endpoint(ALICE, 53))));
        assertThat(nat.box.stack.udp().bind(0, null, 53, UdpConfig.defaults()))
                .isEqualTo(new UdpEndpoint.Failed(UdpError.ADDRESS_IN_USE));
        nat.nothingIsLost();
    }

    @Test
    void anInsideHostHearsOfAnOutsideNeighborThatIsNotThere() {
        IpAddress nobody = IpAddress.parse("203.0.113.99");
        UdpEndpoint client = NatWorld.udp(world.alice, 4000);
        assertThat(world.alice.stack.udp().connect(0, client, nobody, 53)).isNull();
        world.send(world.alice, client, nobody, 53, "hello?");
        world.pass(10 * Time.SECOND);
        assertThat(client.takeError()).isEqualTo(UdpError.HOST_UNREACHABLE);
        assertThat(world.nat.mappings(world.now))
                .singleElement()
                .extracting(NatMapping::inside)
                .isEqualTo(new Endpoint(ALICE, 4000));
    }
}
