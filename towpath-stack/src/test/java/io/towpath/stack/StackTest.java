package io.towpath.stack;

import static io.towpath.stack.Packets.HOST4;
import static io.towpath.stack.Packets.PEER4;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.towpath.core.Drop;
import io.towpath.core.Event;
import io.towpath.core.Offloads;
import io.towpath.core.Packet;
import io.towpath.core.Time;
import io.towpath.ip.IpEvent;
import io.towpath.udp.UdpConfig;
import io.towpath.udp.UdpEndpoint;
import io.towpath.wire.Bytes;
import io.towpath.wire.InternetChecksum;
import io.towpath.wire.IpAddress;
import io.towpath.wire.IpProtocol;
import io.towpath.wire.MacAddress;
import io.towpath.wire.Prefix;
import io.towpath.wire.UdpHeader;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class StackTest {
    private final TestHost host = new TestHost("host", 1);
    private final Interface link = host.raw(1500, "10.0.0.1/24");

    @AfterEach
    void noPacketIsLost() {
        host.frames(0, link);
        assertThat(host.pool.outstanding()).isZero();
    }

    private UdpEndpoint bind(int port) {
        return ((UdpEndpoint.Bound) host.stack.udp().bind(0, null, port, UdpConfig.defaults())).endpoint();
    }

    private void send(UdpEndpoint socket, IpAddress to, int count) {
        for (int i = 0; i < count; i++) {
            assertThat(host.stack.udp().send(0, socket, to, 9, new byte[10], 0, 10))
                    .isNull();
        }
    }

    @Test
    void inputWritesNothingBeforeThePoll() {
        host.in(0, link, Packets.echo(PEER4, HOST4, 1));
        assertThat(link.outbox().isEmpty()).isTrue();
        host.stack.poll(0);
        assertThat(link.outbox().size()).isOne();
    }

    @Test
    void packetsToOwnAddressesComeInAtTheNextPollAndTouchNoLink() {
        UdpEndpoint server = bind(9);
        send(server, HOST4, 1);
        assertThat(host.stack.poll(0)).as("there is more to do").isTrue();
        assertThat(server.readable()).isFalse();
        assertThat(host.stack.deadline()).isLessThanOrEqualTo(0);
        assertThat(host.stack.poll(0)).isFalse();
        assertThat(server.readable()).isTrue();
        assertThat(link.outbox().isEmpty()).isTrue();
        server.receive().release();
    }

    @Test
    void aFullOutboxHoldsTransportsBackAndNothingIsLost() {
        UdpEndpoint socket = bind(7);
        send(socket, PEER4, 1000);
        while (host.stack.poll(0)) {
            assertThat(link.outbox().size()).isLessThanOrEqualTo(256);
        }
        assertThat(link.outbox().size()).isBetween(193, 256);
        int sent = 0;
        while (!link.outbox().isEmpty()) {
            sent += link.outbox().size();
            link.outbox().releaseAll();
            while (host.stack.poll(0)) {}
        }
        assertThat(sent).isEqualTo(1000);
        assertThat(host.context.counters().drops()).isZero();
    }

    @Test
    void aLinkThatTakesNothingStopsHoldingUpTheOthersAfterAWhile() {
        Interface other = host.raw(1500, "10.5.0.1/24");
        UdpEndpoint socket = bind(7);
        send(socket, PEER4, 300);
        while (host.stack.poll(0)) {}
        UdpEndpoint second = bind(8);
        send(second, IpAddress.parse("10.5.0.2"), 1);
        while (host.stack.poll(0)) {}
        assertThat(other.outbox().isEmpty()).as("held up").isTrue();
        long wake = host.stack.deadline();
        assertThat(wake).isEqualTo(200 * Time.MILLISECOND);
        while (host.stack.poll(wake)) {}
        assertThat(other.outbox().size()).isOne();
        assertThat(host.stack.deadline()).as("no busy waiting").isEqualTo(Time.NEVER);
        send(socket, PEER4, 1000);
        while (host.stack.poll(wake)) {}
        send(socket, PEER4, 1000);
        while (host.stack.poll(wake)) {}
        assertThat(host.drops(Drop.TX_QUEUE_FULL)).isPositive();
        host.frames(wake, link);
        host.frames(wake, other);
    }

    @Test
    void repliesToAFloodAreBounded() {
        for (int i = 0; i < 5000; i++) {
            host.in(0, link, Packets.echo(PEER4, HOST4, i));
        }
        assertThat(host.drops(Drop.TX_QUEUE_FULL)).isEqualTo(5000 - 1024);
        assertThat(host.frames(0, link)).hasSize(1024);
    }

    @Test
    void anInterfaceThatGoesDownDropsWhatWaitedForIt() {
        host.in(0, link, Packets.echo(PEER4, HOST4, 1));
        host.stack.poll(0);
        host.in(0, link, Packets.echo(PEER4, HOST4, 2));
        link.setUp(0, false);
        assertThat(host.drops(Drop.LINK_DOWN)).isEqualTo(2);
        assertThat(host.pool.outstanding()).isZero();
        UdpEndpoint socket = bind(7);
        assertThat(host.stack.udp().send(0, socket, PEER4, 9, new byte[1], 0, 1))
                .isNotNull();
    }

    @Test
    void aHostThatIsSwitchedOffHoldsNothing() {
        UdpEndpoint socket = bind(9);
        send(socket, PEER4, 3);
        host.in(0, link, Packets.udp(PEER4, 1, HOST4, 9));
        host.in(0, link, Packets.fragment4(1, 17, new byte[100], 0, 80, true));
        host.in(0, link, Packets.echo(PEER4, HOST4, 1));
        assertThat(host.stack.packetsHeld()).isEqualTo(6).isEqualTo((int) host.pool.outstanding());
        host.stack.shutDown(0);
        assertThat(host.stack.packetsHeld()).isZero();
        assertThat(host.pool.outstanding()).isZero();
        assertThat(host.stack.poll(0)).isFalse();
        assertThat(host.stack.deadline()).isEqualTo(Time.NEVER);
    }

    @Test
    void aChecksumThatTheLinkWillNotCompleteIsCompletedHere() {
        Packet packet = host.pool.take(100);
        UdpHeader.write(packet.bytes, packet.at, 7, 9, 100);
        packet.end = packet.at + 100;
        long pseudo = InternetChecksum.pseudo(HOST4.high(), HOST4.low(), PEER4.high(), PEER4.low(), 17, 100);
        packet.checksumAt = packet.at + 6;
        Bytes.put16(packet.bytes, packet.checksumAt, InternetChecksum.fold(pseudo));
        var route = host.stack.ip().route(null, PEER4);
        var out = new io.towpath.core.TxBatch(1);
        host.stack.ip().output(0, packet, route, IpProtocol.UDP, -1, -1, true, out);
        byte[] bytes = out.get(0).toBytes();
        assertThat(UdpHeader.checksumOk(bytes, 20, pseudo)).isTrue();
        out.releaseAll();
    }

    @Test
    void aSuperSegmentNeverLeavesByALinkThatCannotTakeIt() {
        Interface fast = host.raw(1500, new Offloads(true, 32_000), "10.7.0.1/24");
        var out = new io.towpath.core.TxBatch(4);
        for (int length : new int[] {20_000, 31_980, 31_981}) {
            superSegment("10.7.0.2", length, out);
        }
        assertThat(out.size()).isEqualTo(2);
        superSegment("10.0.0.2", 20_000, out);
        assertThat(out.size()).isEqualTo(2);
        assertThat(host.drops(Drop.TOO_BIG)).isEqualTo(2);
        out.releaseAll();
        host.frames(0, fast);
    }

    private void superSegment(String to, int length, io.towpath.core.TxBatch out) {
        Packet packet = host.pool.take(length);
        packet.end = packet.at + length;
        packet.segmentBytes = 1400;
        var route = host.stack.ip().route(null, IpAddress.parse(to));
        host.stack.ip().output(0, packet, route, IpProtocol.TCP, -1, -1, true, out);
    }

    @Test
    void eventsShowEveryPacketInAndOut() {
        List<String> seen = new ArrayList<>();
        host.context
                .events()
                .add(event -> seen.add(event.getClass().getSimpleName()), Event.Kind.PACKET_IN, Event.Kind.PACKET_OUT);
        host.context.events().add(event -> seen.add(((IpEvent.PathMtuChanged) event).mtu() + ""), Event.Kind.PATH_MTU);
        host.in(0, link, Packets.echo(PEER4, HOST4, 1));
        host.stack.ip().acceptPathMtu(0, PEER4, 1000);
        assertThat(seen).containsExactly("PacketIn", "PacketOut", "1000");
    }

    @Test
    void mistakesInTheConfigurationAreToldInOneLine() {
        assertThatThrownBy(() -> link.addAddress(Prefix.parse("10.0.0.1/8")))
                .hasMessage("this host has the address already: 10.0.0.1");
        assertThatThrownBy(() -> link.addAddress(Prefix.parse("224.0.0.1/8")))
                .hasMessage("not an address for an interface: 224.0.0.1");
        assertThatThrownBy(() -> host.stack.addInterface("x", InterfaceConfig.rawIp(67)))
                .hasMessage("an MTU must be 68 to 65535, not 67");
        assertThatThrownBy(() -> host.stack.addInterface(
                        "x", InterfaceConfig.ethernet(1500, MacAddress.parse("01:00:00:00:00:00"))))
                .hasMessageStartingWith("an Ethernet interface needs a unicast MAC address");
        assertThatThrownBy(() -> host.stack.addRoute(Prefix.parse("::/0"), link, IpAddress.parse("10.0.0.2"), 0))
                .hasMessage("the gateway 10.0.0.2 is of another IP version than ::/0");
    }

    @Test
    void twoHostsFromOneSeedDoTheSame() {
        List<List<String>> runs = new ArrayList<>();
        for (int run = 0; run < 2; run++) {
            TestHost twin = new TestHost("twin", 77);
            Interface at = twin.raw(1500, "10.0.0.1/24", "fd00::1/64");
            var socket = ((UdpEndpoint.Bound) twin.stack.udp().bind(0, null, 0, UdpConfig.defaults())).endpoint();
            twin.stack.udp().send(0, socket, PEER4, 9, new byte[4000], 0, 4000);
            twin.stack.udp().send(0, socket, Packets.PEER6, 9, new byte[4000], 0, 4000);
            runs.add(twin.out(0, at));
        }
        assertThat(runs.get(0)).isEqualTo(runs.get(1));
    }
}
