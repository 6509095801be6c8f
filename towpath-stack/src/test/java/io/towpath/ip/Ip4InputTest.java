package io.towpath.ip;

import static io.towpath.stack.Packets.HOST4;
import static io.towpath.stack.Packets.PEER4;
import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.core.Counter;
import io.towpath.core.Drop;
import io.towpath.core.Packet;
import io.towpath.stack.Interface;
import io.towpath.stack.Packets;
import io.towpath.stack.TestHost;
import io.towpath.udp.UdpConfig;
import io.towpath.udp.UdpEndpoint;
import io.towpath.wire.Ip4Address;
import io.towpath.wire.Ip4Packet;
import io.towpath.wire.IpAddress;
import io.towpath.wire.Octets;
import io.towpath.wire.UdpDatagram;
import io.towpath.wire.testing.Rfc;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class Ip4InputTest {
    private final TestHost host = new TestHost("host", 1);
    private final Interface link = host.raw(1500, "10.0.0.1/24");
    private final UdpEndpoint socket =
            ((UdpEndpoint.Bound) host.stack.udp().bind(0, null, 7, UdpConfig.defaults())).endpoint();

    @AfterEach
    void noPacketIsLost() {
        assertThat(host.pool.outstanding()).isZero();
    }

    private byte[] datagram() {
        return Packets.udp(PEER4, 99, HOST4, 7, (byte) 1, (byte) 2);
    }

    private void dropped(Drop reason, byte[] packet) {
        host.in(0, link, packet);
        assertThat(host.drops(reason)).isOne();
        assertThat(host.context.counters().drops()).isOne();
        assertThat(host.frames(0, link)).isEmpty();
        assertThat(socket.readable()).isFalse();
    }

    private byte[] received() {
        Packet packet = socket.receive();
        assertThat(packet).isNotNull();
        byte[] bytes = packet.toBytes();
        packet.release();
        return bytes;
    }

    @Test
    @Rfc(value = 1122, section = "3.2.1.2")
    void aWrongHeaderChecksumIsSilentlyDiscarded() {
        dropped(Drop.BAD_IP_CHECKSUM, Packets.with(datagram(), 11, 0));
    }

    @Test
    @Rfc(value = 1122, section = "3.2.1.1")
    void anotherVersionIsSilentlyDiscarded() {
        dropped(Drop.UNKNOWN_ETHERTYPE, Packets.with(datagram(), 0, 0x55));
    }

    @Test
    void aHeaderLengthBelowTwentyIsSilentlyDiscarded() {
        dropped(Drop.BAD_IP_HEADER, Packets.with(datagram(), 0, 0x44));
    }

    @Test
    void aPacketShorterThanItsTotalLengthIsDiscarded() {
        dropped(Drop.TRUNCATED, Arrays.copyOf(datagram(), 25));
    }

    @Test
    void anEmptyFrameIsDiscarded() {
        dropped(Drop.TRUNCATED, new byte[0]);
    }

    @Test
    void paddingBehindTheTotalLengthIsCutOff() {
        host.in(0, link, Arrays.copyOf(datagram(), 60));
        assertThat(received()).containsExactly(1, 2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0.0.0.0",
                "0.1.2.3",
                "127.0.0.1",
                "224.0.0.1",
                "255.255.255.255",
                "240.0.0.1",
                "10.0.0.255",
                "10.0.0.1"
            })
    @Rfc(value = 1122, section = "3.2.1.3")
    void aSourceThatNoHostMayHaveIsDiscarded(String source) {
        dropped(Drop.MARTIAN_SOURCE, Packets.udp(IpAddress.parse(source), 99, HOST4, 7, (byte) 1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0", "127.0.0.1", "127.9.9.9", "241.0.0.1"})
    @Rfc(value = 1122, section = "3.2.1.3")
    void aDestinationThatMayNotBeOnAWireIsDiscarded(String destination) {
        dropped(Drop.MARTIAN_DESTINATION, Packets.udp(PEER4, 99, IpAddress.parse(destination), 7, (byte) 1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.0.0.3", "192.0.2.1", "224.0.0.9"})
    @Rfc(value = 1122, section = "3.2.1.3")
    void aPacketForAnotherHostIsDiscardedByAHostThatDoesNotForward(String destination) {
        dropped(Drop.NOT_FOR_US, Packets.udp(PEER4, 99, IpAddress.parse(destination), 7, (byte) 1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"255.255.255.255", "10.0.0.255", "224.0.0.1"})
    @Rfc(value = 1122, section = "3.3.6")
    void broadcastsAndTheAllHostsGroupAreReceived(String destination) {
        host.in(0, link, Packets.udp(PEER4, 99, IpAddress.parse(destination), 7, (byte) 5));
        assertThat(received()).containsExactly(5);
    }

    @Test
    @Rfc(value = 1122, section = "3.2.1.8")
    void optionsAreSkippedAndThePacketIsTaken() {
        byte[] payload = new UdpDatagram(99, 7, Octets.of((byte) 9)).emit(PEER4, HOST4);
        Octets recordRoute = Octets.of((byte) 7, (byte) 7, (byte) 4, (byte) 0, (byte) 0, (byte) 0, (byte) 0, (byte) 0);
        host.in(0, link, new Ip4Packet(0, 1, 0, 64, 17, PEER4, HOST4, recordRoute, Octets.of(payload)).emit());
        assertThat(received()).containsExactly(9);
    }

    @Test
    @Rfc(value = 7126, section = "4.3.5")
    void aSourceRouteIsRefused() {
        byte[] payload = new UdpDatagram(99, 7, Octets.of((byte) 9)).emit(PEER4, HOST4);
        Octets route = Octets.of((byte) 131, (byte) 7, (byte) 4, (byte) 10, (byte) 0, (byte) 0, (byte) 9, (byte) 0);
        dropped(Drop.BAD_IP_OPTIONS, new Ip4Packet(0, 1, 0, 64, 17, PEER4, HOST4, route, Octets.of(payload)).emit());
    }

    @Test
    void anOptionBeyondTheHeaderIsDiscarded() {
        Octets options = Octets.of((byte) 7, (byte) 9, (byte) 4, (byte) 0);
        dropped(Drop.BAD_IP_OPTIONS, new Ip4Packet(0, 1, 0, 64, 17, PEER4, HOST4, options, Octets.EMPTY).emit());
    }

    @Test
    @Rfc(value = 1122, section = "3.2.2.1")
    void anUnknownProtocolIsAnsweredWithProtocolUnreachable() {
        host.in(0, link, Packets.ip(PEER4, HOST4, 200, (byte) 1, (byte) 2));
        assertThat(host.out(0, link)).singleElement().asString().contains("protocol unreachable");
        assertThat(host.drops(Drop.UNKNOWN_PROTOCOL)).isOne();
    }

    @ParameterizedTest
    @CsvSource({"10.0.0.1", "10.9.0.1"})
    @Rfc(value = 1122, section = "3.3.4.2")
    void aPacketForAnyOfTheHostsAddressesIsTakenOnAnyInterface(String destination) {
        host.raw(1500, "10.9.0.1/24");
        host.in(0, link, Packets.udp(PEER4, 99, IpAddress.parse(destination), 7, (byte) 3));
        assertThat(received()).containsExactly(3);
    }

    @Test
    @Rfc(value = 3168, section = "5")
    void theTrafficClassReachesTheTransport() {
        byte[] packet = Packets.mended4(Packets.with(datagram(), 1, 0xb9));
        host.in(0, link, packet);
        Packet received = socket.receive();
        assertThat(received.trafficClass).isEqualTo(0xb9);
        assertThat(received.hopLimit).isEqualTo(64);
        assertThat(IpAddress.of(received.sourceHigh, received.sourceLow)).isEqualTo(PEER4);
        received.release();
    }

    @Test
    void anInterfaceThatIsDownTakesNothing() {
        link.setUp(0, false);
        host.in(0, link, datagram());
        assertThat(host.drops(Drop.LINK_DOWN)).isOne();
        link.setUp(0, true);
        host.in(0, link, datagram());
        assertThat(received()).containsExactly(1, 2);
    }

    @Test
    void receivedAndDeliveredPacketsAreCounted() {
        host.in(0, link, datagram());
        received();
        assertThat(host.context.counters().get(Counter.IP_IN)).isOne();
        assertThat(host.context.counters().get(Counter.IP_DELIVERED)).isOne();
        assertThat(new Ip4Address(0).isUnspecified()).isTrue();
    }
}
