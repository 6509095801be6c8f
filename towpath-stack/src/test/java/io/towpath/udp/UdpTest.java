package io.towpath.udp;

import static io.towpath.stack.Packets.HOST4;
import static io.towpath.stack.Packets.HOST6;
import static io.towpath.stack.Packets.PEER4;
import static io.towpath.stack.Packets.PEER6;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.towpath.core.Counter;
import io.towpath.core.Drop;
import io.towpath.core.Offloads;
import io.towpath.core.Packet;
import io.towpath.core.Signals;
import io.towpath.stack.Interface;
import io.towpath.stack.Packets;
import io.towpath.stack.TestHost;
import io.towpath.stack.TestWire;
import io.towpath.wire.Bytes;
import io.towpath.wire.Endpoint;
import io.towpath.wire.InternetChecksum;
import io.towpath.wire.Ip4Header;
import io.towpath.wire.IpAddress;
import io.towpath.wire.IpProtocol;
import io.towpath.wire.UdpHeader;
import io.towpath.wire.testing.Rfc;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UdpTest {
    private final TestHost host = new TestHost("host", 1);
    private final Interface link = host.raw(1500, "10.0.0.1/24", "fd00::1/64");
    private final UdpLayer udp = host.stack.udp();
    private final List<UdpEndpoint> open = new ArrayList<>();

    @AfterEach
    void noPacketIsLost() {
        open.forEach(socket -> udp.close(0, socket));
        host.frames(0, link);
        assertThat(host.pool.outstanding()).isZero();
        assertThat(host.stack.snapshot(0).udp()).isEmpty();
    }

    private UdpEndpoint bind(@Nullable String address, int port, UdpConfig config) {
        var result = udp.bind(0, address == null ? null : IpAddress.parse(address), port, config);
        assertThat(result).isInstanceOf(UdpEndpoint.Bound.class);
        UdpEndpoint socket = ((UdpEndpoint.Bound) result).endpoint();
        open.add(socket);
        return socket;
    }

    private UdpEndpoint bind(@Nullable String address, int port) {
        return bind(address, port, UdpConfig.defaults());
    }

    private UdpError failed(String address, int port) {
        var result = udp.bind(0, address == null ? null : IpAddress.parse(address), port, UdpConfig.defaults());
        return ((UdpEndpoint.Failed) result).error();
    }

    private @Nullable UdpError send(UdpEndpoint socket, IpAddress to, int port, int length) {
        return udp.send(0, socket, to, port, Packets.data(length), 0, length);
    }

    private void in(IpAddress from, int fromPort, IpAddress to, int toPort) {
        host.in(0, link, Packets.udp(from, fromPort, to, toPort, (byte) 1));
    }

    private static boolean took(UdpEndpoint socket) {
        Packet packet = socket.receive();
        if (packet != null) {
            packet.release();
        }
        return packet != null;
    }

    // ---- binding

    @ParameterizedTest
    @CsvSource(
            nullValues = "null",
            value = {
                "null, null, true", "null, 10.0.0.1, true", "10.0.0.1, null, true", "10.0.0.1, 10.0.0.1, true",
                "0.0.0.0, 10.0.0.1, true", "0.0.0.0, 127.0.0.1, true", "::, fd00::1, true", "0.0.0.0, null, true",
                "10.0.0.1, 127.0.0.1, false", "0.0.0.0, ::, false", "10.0.0.1, fd00::1, false", "fd00::1, ::1, false"
            })
    void anAddressIsInUseWhenDatagramsCouldBeForBoth(@Nullable String first, @Nullable String second, boolean clash) {
        bind(first, 53);
        if (clash) {
            assertThat(failed(second, 53)).isEqualTo(UdpError.ADDRESS_IN_USE);
        } else {
            bind(second, 53);
        }
        bind(second, 54);
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 65_536, 70_000, Integer.MIN_VALUE, Integer.MAX_VALUE})
    void whatIsNoPortIsRefusedAndHarmsNothing(int port) {
        assertThatThrownBy(() -> udp.bind(0, null, port, UdpConfig.defaults()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a port is 0 to 65535, not " + port);
        assertThat(host.stack.snapshot(0).udp()).isEmpty();
    }

    @Test
    void aForeignAddressCannotBeBound() {
        assertThat(failed("10.0.0.9", 53)).isEqualTo(UdpError.ADDRESS_NOT_AVAILABLE);
    }

    @Test
    void aClosedPortCanBeBoundAgain() {
        UdpEndpoint first = bind(null, 53);
        udp.close(0, first);
        assertThat(first.isClosed()).isTrue();
        assertThat(send(first, PEER4, 1, 1)).isEqualTo(UdpError.CLOSED);
        bind(null, 53);
    }

    @Test
    @Rfc(value = 6056, section = "3.2")
    void ephemeralPortsAreDifferentAndInTheirRange() {
        Set<Integer> ports = new HashSet<>();
        for (int i = 0; i < 500; i++) {
            UdpEndpoint socket = bind(null, 0);
            assertThat(socket.localPort()).isBetween(49_152, 65_535);
            assertThat(ports.add(socket.localPort())).isTrue();
        }
    }

    // ---- receiving

    @Test
    void theMostSpecificSocketGetsADatagram() {
        UdpEndpoint any = bind("0.0.0.0", 53);
        UdpEndpoint any6 = bind("::", 53);
        in(PEER4, 1, HOST4, 53);
        assertThat(took(any)).isTrue();
        in(PEER6, 1, HOST6, 53);
        assertThat(took(any6)).isTrue();
        UdpEndpoint own = bind("10.0.0.1", 60);
        UdpEndpoint loop = bind("127.0.0.1", 60);
        in(PEER4, 1, HOST4, 60);
        assertThat(took(own)).isTrue();
        assertThat(took(loop)).isFalse();
    }

    @Test
    void aConnectedSocketHearsOnlyItsPeer() {
        UdpEndpoint socket = bind(null, 53);
        assertThat(udp.connect(0, socket, PEER4, 1000)).isNull();
        assertThat(socket.localAddress()).isEqualTo(HOST4);
        in(PEER4, 1000, HOST4, 53);
        assertThat(took(socket)).isTrue();
        in(PEER4, 1001, HOST4, 53);
        in(IpAddress.parse("10.0.0.3"), 1000, HOST4, 53);
        assertThat(took(socket)).isFalse();
        assertThat(host.drops(Drop.UDP_NOT_PEER)).isEqualTo(2);
        assertThat(host.frames(0, link)).isEmpty();
        udp.disconnect(0, socket);
        in(PEER4, 1001, HOST4, 53);
        assertThat(took(socket)).isTrue();
    }

    @Test
    void aSocketCanBeConnectedAgainToTheOtherFamily() {
        UdpEndpoint socket = bind(null, 53);
        assertThat(udp.connect(0, socket, PEER4, 1000)).isNull();
        assertThat(udp.connect(0, socket, PEER6, 1000)).isNull();
        assertThat(socket.localAddress()).isEqualTo(HOST6);
        assertThat(send(socket, PEER4, 1000, 1)).isEqualTo(UdpError.OTHER_PEER);
    }

    @Test
    void theReceiveQueueIsBoundedByCountAndByBytes() {
        UdpEndpoint counted = bind(null, 53, UdpConfig.defaults().withReceive(1000, 3));
        UdpEndpoint weighed = bind(null, 54, UdpConfig.defaults().withReceive(1000, 100));
        for (int i = 0; i < 5; i++) {
            in(PEER4, 1, HOST4, 53);
            host.in(0, link, Packets.udp(PEER4, 1, HOST4, 54, new byte[400]));
        }
        assertThat(counted.drops()).isEqualTo(2);
        assertThat(weighed.drops()).isEqualTo(3);
        assertThat(weighed.receivedBytes()).isEqualTo(800);
        assertThat(host.drops(Drop.UDP_QUEUE_FULL)).isEqualTo(5);
    }

    @Test
    void aShortDatagramDoesNotPinALargeBuffer() {
        UdpEndpoint socket = bind(null, 53);
        byte[] bytes = Packets.udp(PEER4, 1, HOST4, 53, (byte) 9);
        Packet large = host.pool.take(60_000);
        System.arraycopy(bytes, 0, large.bytes, large.at, bytes.length);
        large.end = large.at + bytes.length;
        host.stack.input(0, link, large);
        Packet received = socket.receive();
        assertThat(received.bytes.length).isLessThan(3000);
        assertThat(received.toBytes()).containsExactly(9);
        assertThat(UdpEndpoint.sourcePort(received)).isOne();
        received.release();
    }

    @Test
    @Rfc(value = 768, section = "Fields")
    void aDatagramFromPortZeroIsTaken() {
        UdpEndpoint socket = bind(null, 53);
        in(PEER4, 0, HOST4, 53);
        assertThat(took(socket)).isTrue();
    }

    @Test
    @Rfc(value = 768, section = "Fields")
    @Rfc(value = 1122, section = "4.1.3.4")
    void withoutAChecksumADatagramIsTakenOverIp4Only() {
        UdpEndpoint socket = bind(null, 53);
        byte[] packet4 = Packets.udp(PEER4, 1, HOST4, 53, (byte) 1);
        Bytes.put16(packet4, 26, 0);
        host.in(0, link, packet4);
        assertThat(took(socket)).isTrue();
        byte[] packet6 = Packets.udp(PEER6, 1, HOST6, 53, (byte) 1);
        Bytes.put16(packet6, 46, 0);
        host.in(0, link, packet6);
        assertThat(took(socket)).isFalse();
        assertThat(host.drops(Drop.BAD_UDP_CHECKSUM)).isOne();
    }

    @Test
    @Rfc(value = 1122, section = "4.1.3.4")
    void aWrongChecksumIsSilentlyDiscarded() {
        bind(null, 53);
        host.in(0, link, Packets.with(Packets.udp(PEER4, 1, HOST4, 53, (byte) 1), 28, 2));
        assertThat(host.drops(Drop.BAD_UDP_CHECKSUM)).isOne();
        assertThat(host.frames(0, link)).isEmpty();
    }

    @Test
    void impossibleLengthsAreDiscarded() {
        bind(null, 53);
        for (int length : new int[] {0, 7, 10, 65_535}) {
            byte[] packet = Packets.udp(PEER4, 1, HOST4, 53, (byte) 1);
            Bytes.put16(packet, 24, length);
            host.in(0, link, packet);
        }
        host.in(0, link, Packets.ip(PEER4, HOST4, IpProtocol.UDP, new byte[7]));
        assertThat(host.drops(Drop.BAD_UDP_HEADER)).isEqualTo(5);
    }

    @Test
    void readableIsSignalledOnceForManyDatagrams() {
        UdpEndpoint socket = bind(null, 53);
        in(PEER4, 1, HOST4, 53);
        in(PEER4, 1, HOST4, 53);
        assertThat(host.context.signals().next()).isSameAs(socket);
        assertThat(host.context.signals().next()).isNull();
        assertThat(socket.takeSignals()).isEqualTo(Signals.READABLE);
    }

    // ---- sending

    @ParameterizedTest
    @CsvSource({"10.0.0.2", "fd00::2"})
    void whatIsSentIsAWellFormedDatagram(String to) {
        UdpEndpoint socket = bind(null, 53);
        IpAddress peer = IpAddress.parse(to);
        assertThat(send(socket, peer, 99, 333)).isNull();
        byte[] packet = host.frames(0, link).getFirst();
        int header = peer.isIp4() ? 20 : 40;
        IpAddress own = peer.isIp4() ? HOST4 : HOST6;
        long pseudo = InternetChecksum.pseudo(own.high(), own.low(), peer.high(), peer.low(), 17, 341);
        assertThat(UdpHeader.check(packet, header, packet.length).ok()).isTrue();
        assertThat(UdpHeader.checksumOk(packet, header, pseudo)).isTrue();
        assertThat(UdpHeader.sourcePort(packet, header)).isEqualTo(53);
        assertThat(host.context.counters().get(Counter.UDP_OUT)).isOne();
        assertThat(new Endpoint(peer, 99).port()).isEqualTo(99);
    }

    @Test
    @Rfc(value = 768, section = "Fields")
    void aChecksumOfZeroIsSentAsAllOnes() {
        UdpEndpoint socket = bind(null, 53);
        byte[] data = new byte[2];
        long pseudo = InternetChecksum.pseudo(HOST4.high(), HOST4.low(), PEER4.high(), PEER4.low(), 17, 10);
        int sum = InternetChecksum.fold(pseudo + 53 + 99 + 10);
        Bytes.put16(data, 0, 0xffff - sum);
        udp.send(0, socket, PEER4, 99, data, 0, 2);
        byte[] packet = host.frames(0, link).getFirst();
        assertThat(UdpHeader.checksum(packet, 20)).isEqualTo(0xffff);
    }

    @Test
    @Rfc(value = 768, section = "Fields")
    void theChecksumCanBeLeftOutOverIp4ButNotOverIp6() {
        UdpEndpoint socket = bind(null, 53, UdpConfig.defaults().withChecksum4(false));
        send(socket, PEER4, 99, 10);
        send(socket, PEER6, 99, 10);
        List<byte[]> packets = host.frames(0, link);
        assertThat(UdpHeader.checksum(packets.get(0), 20)).isZero();
        assertThat(UdpHeader.checksum(packets.get(1), 40)).isNotZero();
    }

    @Test
    void aLinkThatCompletesChecksumsGetsThePseudoHeaderSum() {
        TestHost fast = new TestHost("fast", 1);
        Interface at = fast.raw(1500, new Offloads(true, 0), "10.0.0.1/24");
        var socket = ((UdpEndpoint.Bound) fast.stack.udp().bind(0, null, 53, UdpConfig.defaults())).endpoint();
        fast.stack.udp().send(0, socket, PEER4, 99, Packets.data(100), 0, 100);
        fast.stack.poll(0);
        Packet packet = at.outbox().get(0);
        assertThat(packet.checksumAt).isEqualTo(packet.at + 26);
        long pseudo = InternetChecksum.pseudo(HOST4.high(), HOST4.low(), PEER4.high(), PEER4.low(), 17, 108);
        assertThat(Bytes.u16(packet.bytes, packet.checksumAt)).isEqualTo(InternetChecksum.fold(pseudo));
        at.outbox().releaseAll();
        // Fragments are completed by us.
        fast.stack.udp().send(0, socket, PEER4, 99, Packets.data(3000), 0, 3000);
        assertThat(fast.frames(0, at)).hasSize(3);
    }

    @Test
    void limitsOfLengthAreThoseOfTheFormat() {
        UdpEndpoint socket = bind(null, 53, UdpConfig.defaults().withSend(1 << 20, 100));
        assertThat(send(socket, PEER4, 99, 65_508)).isEqualTo(UdpError.TOO_LONG);
        assertThat(send(socket, PEER4, 99, 65_507)).isNull();
        assertThat(send(socket, PEER6, 99, 65_528)).isEqualTo(UdpError.TOO_LONG);
        assertThat(send(socket, PEER6, 99, 65_527)).isNull();
        assertThat(host.frames(0, link)).hasSize(45 + 46);
    }

    @ParameterizedTest
    @CsvSource({"10.0.0.2, 65507", "fd00::2, 65527", "10.0.0.1, 65507", "fd00::1, 65527"})
    void theLongestDatagramArrives(String to, int length) {
        TestHost peer = new TestHost("peer", 2);
        TestWire wire = new TestWire().join(host, link).join(peer, peer.raw(1500, "10.0.0.2/24", "fd00::2/64"));
        UdpEndpoint socket = bind(null, 53);
        boolean local = to.endsWith("1");
        UdpEndpoint server = local
                ? bind(null, 7)
                : ((UdpEndpoint.Bound) peer.stack.udp().bind(0, null, 7, UdpConfig.defaults())).endpoint();
        assertThat(send(socket, IpAddress.parse(to), 7, length)).isNull();
        wire.settle(0);
        Packet received = server.receive();
        assertThat(received.toBytes()).isEqualTo(Packets.data(length));
        received.release();
        assertThat(peer.pool.outstanding()).isZero();
    }

    @Test
    void anEmptyDatagramIsADatagram() {
        UdpEndpoint socket = bind(null, 53);
        assertThat(send(socket, HOST4, 53, 0)).isNull();
        host.frames(0, link);
        assertThat(took(socket)).isTrue();
    }

    @Test
    void impossibleDestinationsAreRefused() {
        UdpEndpoint socket = bind(null, 53);
        assertThat(send(socket, PEER4, 0, 1)).isEqualTo(UdpError.BAD_DESTINATION);
        assertThat(send(socket, IpAddress.parse("0.0.0.0"), 1, 1)).isEqualTo(UdpError.BAD_DESTINATION);
        assertThat(send(socket, IpAddress.parse("192.0.2.1"), 1, 1)).isEqualTo(UdpError.NO_ROUTE);
        assertThat(send(bind("10.0.0.1", 54), PEER6, 1, 1)).isEqualTo(UdpError.BAD_DESTINATION);
        assertThat(udp.send(0, socket, new byte[1], 0, 1)).isEqualTo(UdpError.NOT_CONNECTED);
        assertThat(udp.connect(0, socket, PEER4, 0)).isEqualTo(UdpError.BAD_DESTINATION);
    }

    @ParameterizedTest
    @CsvSource({"255.255.255.255", "10.0.0.255"})
    @Rfc(value = 1122, section = "3.3.6")
    void broadcastNeedsPermission(String to) {
        IpAddress group = IpAddress.parse(to);
        assertThat(send(bind(null, 53), group, 1, 1)).isEqualTo(UdpError.BROADCAST_FORBIDDEN);
        assertThat(send(bind(null, 54, UdpConfig.defaults().withBroadcast(true)), group, 1, 1))
                .isNull();
        assertThat(host.frames(0, link)).hasSize(1);
    }

    @Test
    void aFullSendQueueBlocksAndSignalsWhenThereIsRoom() {
        UdpEndpoint socket = bind(null, 53, UdpConfig.defaults().withSend(2000, 100));
        assertThat(send(socket, PEER4, 1, 1500)).isNull();
        assertThat(send(socket, PEER4, 1, 1500)).isEqualTo(UdpError.WOULD_BLOCK);
        assertThat(socket.writable(1500)).isFalse();
        assertThat(socket.takeSignals()).isZero();
        host.frames(0, link);
        assertThat(socket.takeSignals()).isEqualTo(Signals.WRITABLE);
        assertThat(socket.outgoingBytes()).isZero();
    }

    @Test
    void socketsTakeTurnsInSending() {
        UdpEndpoint first = bind(null, 1000);
        UdpEndpoint second = bind(null, 2000);
        for (int i = 0; i < 3; i++) {
            send(first, PEER4, 9, 1);
        }
        send(second, PEER4, 9, 1);
        assertThat(host.frames(0, link).stream().map(packet -> UdpHeader.sourcePort(packet, 20)))
                .containsExactly(1000, 2000, 1000, 1000);
    }

    @Test
    void optionsOfASocketShowInItsPackets() {
        UdpEndpoint socket = bind(
                null,
                53,
                UdpConfig.defaults().withHopLimit(9).withTrafficClass(0xb8).withDontFragment(true));
        send(socket, PEER4, 9, 1);
        byte[] packet = host.frames(0, link).getFirst();
        assertThat(Ip4Header.timeToLive(packet, 0)).isEqualTo(9);
        assertThat(Ip4Header.trafficClass(packet, 0)).isEqualTo(0xb8);
        assertThat(Ip4Header.dontFragment(packet, 0)).isTrue();
        assertThat(send(socket, PEER4, 9, 1473)).isEqualTo(UdpError.TOO_LONG);
    }

    @Test
    void aDatagramWhoseRouteVanishedIsACountedDrop() {
        UdpEndpoint socket = bind(null, 53);
        send(socket, PEER4, 9, 1);
        link.removeAddress(HOST4);
        assertThat(host.frames(0, link)).isEmpty();
        assertThat(host.drops(Drop.NO_ROUTE)).isOne();
    }

    // ---- errors

    @Test
    @Rfc(value = 1122, section = "4.1.3.3")
    void onlyAConnectedSocketHearsOfErrors() {
        UdpEndpoint connected = bind(null, 53);
        UdpEndpoint unconnected = bind(null, 54);
        udp.connect(0, connected, PEER4, 9);
        send(connected, PEER4, 9, 1);
        send(unconnected, PEER4, 9, 1);
        for (byte[] packet : host.frames(0, link)) {
            host.in(0, link, Packets.error(PEER4, HOST4, 3, 3, 0, packet));
        }
        assertThat(connected.takeSignals() & Signals.ERROR).isNotZero();
        assertThat(connected.takeError()).isEqualTo(UdpError.PORT_UNREACHABLE);
        assertThat(unconnected.takeSignals()).isZero();
        assertThat(unconnected.takeError()).isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "3, 0, NETWORK_UNREACHABLE",
        "3, 1, HOST_UNREACHABLE",
        "3, 2, PROTOCOL_UNREACHABLE",
        "3, 13, PROHIBITED",
        "11, 0, HOST_UNREACHABLE"
    })
    void errorsKeepTheirMeaning(int type, int code, UdpError error) {
        UdpEndpoint socket = bind(null, 53);
        udp.connect(0, socket, PEER4, 9);
        host.in(0, link, Packets.error(PEER4, HOST4, type, code, 0, Packets.udp(HOST4, 53, PEER4, 9)));
        assertThat(socket.takeError()).isEqualTo(error);
    }

    @Test
    @Rfc(value = 5927, section = "4")
    void anErrorAboutAnotherPeerIsIgnored() {
        UdpEndpoint socket = bind(null, 53);
        udp.connect(0, socket, PEER4, 9);
        host.in(0, link, Packets.error(PEER4, HOST4, 3, 3, 0, Packets.udp(HOST4, 53, PEER4, 10)));
        assertThat(socket.takeError()).isNull();
    }
}
