package io.towpath.ip;

import static io.towpath.stack.Packets.HOST6;
import static io.towpath.stack.Packets.PEER6;
import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.core.Drop;
import io.towpath.core.Packet;
import io.towpath.stack.Interface;
import io.towpath.stack.Packets;
import io.towpath.stack.TestHost;
import io.towpath.udp.UdpConfig;
import io.towpath.udp.UdpEndpoint;
import io.towpath.wire.IpAddress;
import io.towpath.wire.IpProtocol;
import io.towpath.wire.Octets;
import io.towpath.wire.UdpDatagram;
import io.towpath.wire.testing.Rfc;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Ip6InputTest {
    private final TestHost host = new TestHost("host", 1);
    private final Interface link = host.raw(1500, "fd00::1/64");
    private final UdpEndpoint socket =
            ((UdpEndpoint.Bound) host.stack.udp().bind(0, null, 7, UdpConfig.defaults())).endpoint();

    @AfterEach
    void noPacketIsLost() {
        assertThat(host.pool.outstanding()).isZero();
    }

    /// Extension header of eight octets in front of a datagram: next header, length 0, then six octets.
    private static byte[] extended(int kind, int... six) {
        byte[] datagram = new UdpDatagram(99, 7, Octets.of((byte) 4)).emit(PEER6, HOST6);
        byte[] payload = new byte[8 + datagram.length];
        payload[0] = IpProtocol.UDP;
        for (int i = 0; i < six.length; i++) {
            payload[2 + i] = (byte) six[i];
        }
        System.arraycopy(datagram, 0, payload, 8, datagram.length);
        return Packets.ip(PEER6, HOST6, kind, payload);
    }

    private void taken(byte[] packet) {
        host.in(0, link, packet);
        Packet received = socket.receive();
        assertThat(received).isNotNull();
        received.release();
    }

    private void dropped(Drop reason, byte[] packet) {
        host.in(0, link, packet);
        assertThat(host.drops(reason)).isOne();
        assertThat(socket.readable()).isFalse();
    }

    private String reply() {
        return String.join("\n", host.out(0, link));
    }

    @ParameterizedTest
    @ValueSource(ints = {IpProtocol.HOP_BY_HOP, IpProtocol.DESTINATION_OPTIONS})
    @Rfc(value = 8200, section = "4.2")
    void optionsThatMayBeSkippedAreSkipped(int kind) {
        taken(extended(kind, 0x1e, 4, 1, 2, 3, 4));
    }

    @Test
    @Rfc(value = 8200, section = "4.2")
    void anOptionOfKind01IsDiscardedInSilence() {
        dropped(Drop.BAD_IP_OPTIONS, extended(IpProtocol.DESTINATION_OPTIONS, 0x5e, 4, 1, 2, 3, 4));
        assertThat(reply()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {0x9e, 0xde})
    @Rfc(value = 8200, section = "4.2")
    void anOptionOfKind10Or11IsAnsweredWithAParameterProblemThatPointsAtIt(int type) {
        dropped(Drop.BAD_IP_OPTIONS, extended(IpProtocol.DESTINATION_OPTIONS, type, 4, 1, 2, 3, 4));
        assertThat(reply()).contains("parameter problem code 2 at 42");
    }

    @Test
    @Rfc(value = 8200, section = "4.2")
    void toAGroupOnlyAnOptionOfKind10IsAnswered() {
        IpAddress all = IpAddress.parse("ff02::1");
        byte[] payload = {17, 0, (byte) 0xde, 4, 1, 2, 3, 4};
        dropped(Drop.BAD_IP_OPTIONS, Packets.ip(PEER6, all, IpProtocol.DESTINATION_OPTIONS, payload));
        assertThat(reply()).isEmpty();
        payload[2] = (byte) 0x9e;
        host.in(0, link, Packets.ip(PEER6, all, IpProtocol.DESTINATION_OPTIONS, payload));
        assertThat(reply()).contains("parameter problem code 2 at 42");
    }

    @Test
    @Rfc(value = 8200, section = "4.4")
    @Rfc(value = 5095, section = "3")
    void aRoutingHeaderOfType0WithSegmentsLeftIsRefused() {
        dropped(Drop.BAD_IP_OPTIONS, extended(IpProtocol.ROUTING, 0, 1, 0, 0, 0, 0));
        assertThat(reply()).contains("parameter problem code 0 at 42");
    }

    @Test
    @Rfc(value = 8200, section = "4.4")
    void aRoutingHeaderWithNothingLeftIsPassedOver() {
        taken(extended(IpProtocol.ROUTING, 0, 0, 0, 0, 0, 0));
    }

    @Test
    @Rfc(value = 8200, section = "4")
    void anUnknownNextHeaderIsAnsweredWithAParameterProblemThatPointsAtItsName() {
        host.in(0, link, Packets.ip(PEER6, HOST6, 200, new byte[8]));
        assertThat(reply()).contains("parameter problem code 1 at 6");
        byte[] behindOptions = extended(IpProtocol.DESTINATION_OPTIONS, 1, 4, 0, 0, 0, 0);
        behindOptions[40] = (byte) 200;
        host.in(0, link, behindOptions);
        assertThat(reply()).contains("parameter problem code 1 at 40");
    }

    @Test
    @Rfc(value = 8200, section = "4")
    void hopByHopOptionsInASecondPlaceAreRefusedLikeAnUnknownHeader() {
        byte[] packet = extended(IpProtocol.DESTINATION_OPTIONS, 1, 4, 0, 0, 0, 0);
        packet[40] = IpProtocol.HOP_BY_HOP;
        dropped(Drop.BAD_IP_OPTIONS, packet);
        assertThat(reply()).contains("parameter problem code 1 at 40");
    }

    @Test
    @Rfc(value = 8200, section = "4.7")
    void behindNoNextHeaderThereIsNothingAndNoError() {
        dropped(Drop.UNKNOWN_PROTOCOL, Packets.ip(PEER6, HOST6, IpProtocol.NO_NEXT_HEADER, new byte[8]));
        assertThat(reply()).isEmpty();
    }

    @Test
    void aChainThatEndsBeyondThePacketIsDiscarded() {
        byte[] packet = extended(IpProtocol.DESTINATION_OPTIONS, 1, 4, 0, 0, 0, 0);
        packet[41] = 9;
        dropped(Drop.TRUNCATED, packet);
    }

    @Test
    void aPacketShorterThanItsPayloadLengthIsDiscarded() {
        dropped(Drop.TRUNCATED, Arrays.copyOf(Packets.udp(PEER6, 1, HOST6, 7, (byte) 1), 45));
    }

    @ParameterizedTest
    @ValueSource(strings = {"::1", "ff02::1", "::", "fd00::1"})
    @Rfc(value = 4291, section = "2.5")
    void aSourceThatNoHostMayHaveIsDiscarded(String source) {
        dropped(Drop.MARTIAN_SOURCE, Packets.udp(IpAddress.parse(source), 99, HOST6, 7, (byte) 1));
    }

    @Test
    @Rfc(value = 4291, section = "2.5.5.2")
    void mappedAddressesNeverCrossAWire() {
        byte[] packet = Packets.udp(PEER6, 99, HOST6, 7, (byte) 1);
        Arrays.fill(packet, 8, 18, (byte) 0);
        packet[18] = -1;
        packet[19] = -1;
        dropped(Drop.MARTIAN_SOURCE, packet);
    }

    @ParameterizedTest
    @ValueSource(strings = {"::1", "::", "ff01::1"})
    @Rfc(value = 4291, section = "2.7")
    void aDestinationThatMayNotBeOnAWireIsDiscarded(String destination) {
        dropped(Drop.MARTIAN_DESTINATION, Packets.udp(PEER6, 99, IpAddress.parse(destination), 7, (byte) 1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"ff02::1", "ff02::1:ff00:1"})
    @Rfc(value = 4291, section = "2.8")
    void theGroupsThatEveryNodeJoinsAreReceived(String destination) {
        taken(Packets.udp(PEER6, 99, IpAddress.parse(destination), 7, (byte) 1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"ff02::2", "ff02::1:ff00:2", "ff05::1", "fd00::9", "2001:db8::1"})
    void otherDestinationsAreNotForUs(String destination) {
        dropped(Drop.NOT_FOR_US, Packets.udp(PEER6, 99, IpAddress.parse(destination), 7, (byte) 1));
    }

    @Test
    @Rfc(value = 6946, section = "4")
    void anAtomicFragmentIsTakenAtOnceAndMeetsNoOthers() {
        byte[] datagram = new UdpDatagram(99, 7, Octets.of((byte) 4)).emit(PEER6, HOST6);
        host.in(0, link, Packets.fragment6(5, IpProtocol.UDP, Packets.data(16), 0, 16, true));
        taken(Packets.fragment6(5, IpProtocol.UDP, datagram, 0, datagram.length, false));
        assertThat(host.stack.ip().packetsHeld()).isOne();
        host.tick(100_000_000_000L);
        host.frames(100_000_000_000L, link);
    }
}
