package io.towpath.nat;

import static io.towpath.nat.NatWorld.ALICE;
import static io.towpath.nat.NatWorld.BOX;
import static io.towpath.nat.NatWorld.SERVER;
import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.core.Counter;
import io.towpath.core.Drop;
import io.towpath.core.Time;
import io.towpath.nat.NatMapping.State;
import io.towpath.stack.Pinger;
import io.towpath.tcp.TcpConfig;
import io.towpath.tcp.TcpConnection;
import io.towpath.tcp.TcpListener;
import io.towpath.tcp.TcpState;
import io.towpath.udp.UdpEndpoint;
import io.towpath.wire.Endpoint;
import io.towpath.wire.testing.Rfc;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Real hosts on both sides of a NAT.
class NatTest {
    private final NatWorld world = new NatWorld();

    @AfterEach
    void nothingIsLost() {
        world.nothingIsLost();
    }

    @Test
    void aDatagramComesFromTheOutsideAddressAndItsAnswerComesBack() {
        UdpEndpoint client = NatWorld.udp(world.alice, 4000);
        UdpEndpoint service = NatWorld.udp(world.server, 53);
        world.send(world.alice, client, SERVER, 53, "question");
        assertThat(NatWorld.receive(service)).isEqualTo(new NatWorld.Datagram(new Endpoint(BOX, 4000), "question"));
        world.send(world.server, service, BOX, 4000, "answer");
        assertThat(NatWorld.receive(client)).isEqualTo(new NatWorld.Datagram(new Endpoint(SERVER, 53), "answer"));
        assertThat(world.nat.mappings(world.now))
                .containsExactly(new NatMapping(
                        17, new Endpoint(ALICE, 4000), new Endpoint(BOX, 4000), null, State.ACTIVE, 300));
        assertThat(world.box.context.counters().get(Counter.NAT_OUT)).isOne();
        assertThat(world.box.context.counters().get(Counter.NAT_IN)).isOne();
    }

    @Test
    void aConnectionIsOpenedUsedAndClosed() {
        var listening = (TcpListener.Listening) world.server.stack.tcp().listen(0, null, 80, 8, TcpConfig.defaults());
        var opened =
                (TcpConnection.Opened) world.alice.stack.tcp().connect(0, null, 5000, SERVER, 80, TcpConfig.defaults());
        TcpConnection client = opened.connection();
        world.settle();
        assertThat(client.state()).isEqualTo(TcpState.ESTABLISHED);
        TcpConnection service = world.server.stack.tcp().accept(0, listening.listener());
        assertThat(service).isNotNull();
        assertThat(service.remoteAddress()).isEqualTo(BOX);
        assertThat(world.nat.mappings(world.now))
                .singleElement()
                .hasToString("tcp 10.0.0.2:5000 = 203.0.113.1:5000 > 203.0.113.7:80 ESTABLISHED 7440s");
        world.alice.stack.tcp().close(0, client);
        world.settle();
        assertThat(world.nat.mappings(0))
                .singleElement()
                .extracting(NatMapping::state)
                .isEqualTo(State.CLOSING);
        world.server.stack.tcp().close(0, service);
        world.settle();
        assertThat(world.nat.mappings(0))
                .singleElement()
                .extracting(NatMapping::state)
                .isEqualTo(State.CLOSED);
        world.pass(239 * Time.SECOND);
        assertThat(world.nat.mappingCount()).isOne();
        world.pass(2 * Time.SECOND);
        assertThat(world.nat.mappingCount()).isZero();
    }

    @Test
    @Rfc(value = 5508, section = "3.1")
    void anEchoIsAnswered() {
        Pinger pinger = world.alice.stack.openPinger();
        pinger.ping(0, SERVER, 3, new byte[56]);
        world.settle();
        assertThat(pinger.next()).isEqualTo(new Pinger.Reply(3, SERVER, 0, 63, 56));
        assertThat(world.nat.mappings(0))
                .singleElement()
                .extracting(NatMapping::protocol)
                .isEqualTo(1);
        pinger.close();
    }

    @Test
    void whatNobodyAskedForIsDroppedAndCounted() {
        UdpEndpoint stranger = NatWorld.udp(world.server, 53);
        world.send(world.server, stranger, BOX, 4000, "hello");
        world.send(world.server, stranger, ALICE, 4000, "hello");
        assertThat(world.drops(Drop.NAT_UNSOLICITED)).isEqualTo(2);
        assertThat(stranger.takeError()).isNull();
    }
}
