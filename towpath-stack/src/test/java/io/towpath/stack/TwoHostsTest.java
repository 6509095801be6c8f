package io.towpath.stack;

import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.core.Packet;
import io.towpath.core.Time;
import io.towpath.udp.UdpConfig;
import io.towpath.udp.UdpEndpoint;
import io.towpath.udp.UdpError;
import io.towpath.wire.IpAddress;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TwoHostsTest {
    private final TestHost a = new TestHost("a", 1);
    private final TestHost b = new TestHost("b", 2);
    private final TestWire wire = new TestWire()
            .join(a, a.raw(1500, "10.0.0.1/24", "fd00::1/64"))
            .join(b, b.raw(1500, "10.0.0.2/24", "fd00::2/64"));

    @AfterEach
    void noPacketIsLost() {
        assertThat(a.pool.outstanding()).isZero();
        assertThat(b.pool.outstanding()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.0.0.2", "fd00::2", "127.0.0.1", "::1", "10.0.0.1", "fd00::1"})
    void aPingIsAnsweredWithItsRoundTripTime(String destination) {
        Pinger pinger = a.stack.openPinger();
        assertThat(pinger.ping(5, IpAddress.parse(destination), 7, new byte[56]))
                .isTrue();
        wire.settle(5 + Time.MILLISECOND);
        assertThat(a.context.signals().next()).isSameAs(pinger);
        assertThat(pinger.next())
                .isEqualTo(new Pinger.Reply(7, IpAddress.parse(destination), Time.MILLISECOND, 64, 56));
        assertThat(pinger.next()).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.0.0.2", "fd00::2"})
    void aPingLargerThanTheMtuGoesInFragmentsBothWays(String destination) {
        Pinger pinger = a.stack.openPinger();
        pinger.ping(0, IpAddress.parse(destination), 1, new byte[60_000]);
        wire.settle(0);
        assertThat(pinger.next()).isEqualTo(new Pinger.Reply(1, IpAddress.parse(destination), 0, 64, 60_000));
        assertThat(wire.frames).hasSizeGreaterThan(80).allMatch(frame -> frame.length <= 1500);
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.0.0.2", "fd00::2"})
    void aDatagramArrivesWithItsBoundsAndItsSender(String destination) {
        UdpEndpoint server = bind(b, 53);
        UdpEndpoint client = bind(a, 0);
        byte[] data = "hello".getBytes();
        assertThat(a.stack.udp().send(0, client, IpAddress.parse(destination), 53, data, 0, 5))
                .isNull();
        assertThat(a.stack.udp().send(0, client, IpAddress.parse(destination), 53, data, 1, 4))
                .isNull();
        wire.settle(0);
        Packet first = server.receive();
        assertThat(new String(first.toBytes())).isEqualTo("hello");
        assertThat(UdpEndpoint.sourcePort(first)).isEqualTo(client.localPort());
        first.release();
        Packet second = server.receive();
        assertThat(new String(second.toBytes())).isEqualTo("ello");
        second.release();
        assertThat(server.receive()).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.0.0.2", "fd00::2"})
    void aConnectedSocketHearsThatThePortIsClosed(String destination) {
        UdpEndpoint client = bind(a, 0);
        assertThat(a.stack.udp().connect(0, client, IpAddress.parse(destination), 9))
                .isNull();
        assertThat(a.stack.udp().send(0, client, new byte[10], 0, 10)).isNull();
        wire.settle(0);
        assertThat(client.takeError()).isEqualTo(UdpError.PORT_UNREACHABLE);
        assertThat(client.takeError()).isNull();
    }

    @Test
    void theSnapshotShowsWhatIsThere() {
        bind(a, 7);
        Snapshot snapshot = a.stack.snapshot(3);
        assertThat(snapshot.interfaces())
                .extracting(Snapshot.InterfaceInfo::name)
                .containsExactly("lo", "if");
        assertThat(snapshot.udp()).extracting(Snapshot.UdpInfo::localPort).containsExactly(7);
        assertThat(snapshot.routes()).hasSize(2);
    }

    private static UdpEndpoint bind(TestHost host, int port) {
        var bound = host.stack.udp().bind(0, null, port, UdpConfig.defaults());
        assertThat(bound).isInstanceOf(UdpEndpoint.Bound.class);
        return ((UdpEndpoint.Bound) bound).endpoint();
    }
}
