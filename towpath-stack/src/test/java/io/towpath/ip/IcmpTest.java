package io.towpath.ip;

import static io.towpath.stack.Packets.HOST4;
import static io.towpath.stack.Packets.HOST6;
import static io.towpath.stack.Packets.PEER4;
import static io.towpath.stack.Packets.PEER6;
import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.core.Drop;
import io.towpath.core.NetworkError;
import io.towpath.core.Time;
import io.towpath.stack.Interface;
import io.towpath.stack.Packets;
import io.towpath.stack.Pinger;
import io.towpath.stack.TestHost;
import io.towpath.wire.Icmp6Message;
import io.towpath.wire.IcmpMessage;
import io.towpath.wire.Ip4Header;
import io.towpath.wire.IpAddress;
import io.towpath.wire.IpProtocol;
import io.towpath.wire.Octets;
import io.towpath.wire.testing.Rfc;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IcmpTest {
    private final TestHost host = new TestHost("host", 1);
    private final Interface link = host.raw(1500, "10.0.0.1/24", "fd00::1/64");

    @AfterEach
    void noPacketIsLost() {
        assertThat(host.pool.outstanding()).isZero();
    }

    private String reply(byte[] packet) {
        host.in(0, link, packet);
        return String.join("\n", host.out(0, link));
    }

    @Test
    @Rfc(value = 1122, section = "3.2.2.6")
    @Rfc(value = 792, section = "Echo or Echo Reply Message")
    void anEchoRequestIsAnsweredWithAllItsData() {
        host.in(0, link, Packets.echo(PEER4, HOST4, 9, Packets.data(1000)));
        byte[] reply = host.frames(0, link).getFirst();
        assertThat(Ip4Header.check(reply, 0, reply.length).ok()).isTrue();
        assertThat(reply).hasSize(1028);
        IcmpMessage message = IcmpMessage.parse(reply, 20, reply.length);
        assertThat(message).isEqualTo(IcmpMessage.echo(0, 1, 9, Packets.data(1000)));
        assertThat(Arrays.copyOfRange(reply, 20, reply.length)).isEqualTo(message.emit());
    }

    @Test
    @Rfc(value = 4443, section = "4.2")
    void anEcho6RequestIsAnsweredWithAllItsData() {
        host.in(0, link, Packets.echo(PEER6, HOST6, 9, Packets.data(1000)));
        byte[] reply = host.frames(0, link).getFirst();
        Icmp6Message message = Icmp6Message.parse(reply, 40, reply.length);
        assertThat(message).isEqualTo(Icmp6Message.echo(129, 1, 9, Packets.data(1000)));
        assertThat(Arrays.copyOfRange(reply, 40, reply.length)).isEqualTo(message.emit(HOST6, PEER6));
    }

    @Test
    @Rfc(value = 1122, section = "3.2.2.6")
    void theReplyComesFromTheAddressThatWasAsked() {
        link.addAddress(io.towpath.wire.Prefix.parse("10.0.0.77/24"));
        assertThat(reply(Packets.echo(PEER4, IpAddress.parse("10.0.0.77"), 1))).startsWith("10.0.0.77 > 10.0.0.2");
    }

    @ParameterizedTest
    @ValueSource(strings = {"255.255.255.255", "10.0.0.255", "224.0.0.1"})
    @Rfc(value = 1122, section = "3.2.2.6")
    void anEchoRequestToAGroupIsNotAnswered(String group) {
        assertThat(reply(Packets.echo(PEER4, IpAddress.parse(group), 1))).isEmpty();
        assertThat(host.drops(Drop.ICMP_UNWANTED)).isOne();
    }

    @Test
    void echoCanBeTurnedOff() {
        TestHost quiet = new TestHost("quiet", 1, IpConfig.defaults().withAnswerEcho(false));
        Interface at = quiet.raw(1500, "10.0.0.1/24");
        quiet.in(0, at, Packets.echo(PEER4, HOST4, 1));
        assertThat(quiet.out(0, at)).isEmpty();
    }

    @Test
    void aWrongChecksumIsDiscarded() {
        byte[] packet = Packets.echo(PEER4, HOST4, 1, (byte) 1);
        packet[packet.length - 1] ^= 1;
        assertThat(reply(packet)).isEmpty();
        byte[] packet6 = Packets.echo(PEER6, HOST6, 1, (byte) 1);
        packet6[packet6.length - 1] ^= 1;
        assertThat(reply(packet6)).isEmpty();
        assertThat(host.drops(Drop.BAD_ICMP_CHECKSUM)).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 5, 9, 10, 13, 14, 17, 255})
    @Rfc(value = 1122, section = "3.2.2")
    void messagesOfOtherTypesAreDiscardedInSilence(int type) {
        byte[] message = new IcmpMessage(type, 0, 0, Octets.of(new byte[12])).emit();
        assertThat(reply(Packets.ip(PEER4, HOST4, IpProtocol.ICMP, message))).isEmpty();
        assertThat(host.drops(Drop.ICMP_UNWANTED)).isOne();
    }

    @Test
    void aMessageCutShortIsDiscarded() {
        assertThat(reply(Packets.ip(PEER4, HOST4, IpProtocol.ICMP, new byte[7])))
                .isEmpty();
        assertThat(reply(Packets.ip(PEER6, HOST6, IpProtocol.ICMPV6, new byte[3])))
                .isEmpty();
        assertThat(host.drops(Drop.BAD_ICMP)).isEqualTo(2);
    }

    @Test
    @Rfc(value = 1122, section = "3.2.2.1")
    void aClosedPortIsAnsweredWithPortUnreachable() {
        assertThat(reply(Packets.udp(PEER4, 99, HOST4, 9, (byte) 1)))
                .startsWith("10.0.0.1 > 10.0.0.2")
                .contains("port unreachable for [10.0.0.2:99 > 10.0.0.1:9");
        assertThat(reply(Packets.udp(PEER6, 99, HOST6, 9, (byte) 1)))
                .startsWith("fd00::1 > fd00::2")
                .contains("port unreachable for [[fd00::2]:99 > [fd00::1]:9");
        assertThat(host.drops(Drop.UDP_NO_SOCKET)).isEqualTo(2);
    }

    @Test
    @Rfc(value = 1812, section = "4.3.2.3")
    void anErrorQuotesUpTo576Octets() {
        host.in(0, link, Packets.udp(PEER4, 99, HOST4, 9, Packets.data(1400)));
        byte[] error = host.frames(0, link).getFirst();
        assertThat(error).hasSize(576);
        byte[] about = Packets.udp(PEER4, 99, HOST4, 9, Packets.data(1400));
        assertThat(Arrays.copyOfRange(error, 28, 576)).isEqualTo(Arrays.copyOf(about, 548));
    }

    @Test
    @Rfc(value = 4443, section = "2.4")
    void anErrorQuotesUpToTheMinimumMtuOfIp6() {
        host.in(0, link, Packets.udp(PEER6, 99, HOST6, 9, Packets.data(1400)));
        assertThat(host.frames(0, link).getFirst()).hasSize(1280);
    }

    @ParameterizedTest
    @ValueSource(strings = {"255.255.255.255", "10.0.0.255"})
    @Rfc(value = 1122, section = "3.2.2")
    void noErrorIsSentAboutAPacketToAGroup(String group) {
        assertThat(reply(Packets.udp(PEER4, 99, IpAddress.parse(group), 9))).isEmpty();
        assertThat(reply(Packets.ip(PEER4, IpAddress.parse(group), 200, new byte[20])))
                .isEmpty();
    }

    @Test
    @Rfc(value = 1122, section = "3.2.2")
    @Rfc(value = 4443, section = "2.4")
    void noErrorIsSentAboutAnError() {
        TestHost router = new TestHost("router", 1, IpConfig.defaults().withForwarding(true));
        Interface at = router.raw(1500, "10.0.0.1/24", "fd00::1/64");
        IpAddress far4 = IpAddress.parse("192.0.2.1");
        IpAddress far6 = IpAddress.parse("2001:db8::1");
        byte[] quote4 = Packets.udp(far4, 1, PEER4, 2);
        router.in(0, at, Packets.error(PEER4, far4, 3, 1, 0, quote4));
        assertThat(router.out(0, at)).isEmpty();
        router.in(0, at, Packets.echo(PEER4, far4, 1));
        assertThat(router.out(0, at)).singleElement().asString().contains("net unreachable");
        byte[] quote6 = Packets.udp(far6, 1, PEER6, 2);
        router.in(0, at, Packets.error(PEER6, far6, 1, 0, 0, quote6));
        assertThat(router.out(0, at)).isEmpty();
        // The error hides behind an extension header.
        byte[] message = new Icmp6Message(1, 0, 0, Octets.of(quote6)).emit(PEER6, far6);
        byte[] hidden = new byte[8 + message.length];
        hidden[0] = IpProtocol.ICMPV6;
        hidden[2] = 1;
        hidden[3] = 4;
        System.arraycopy(message, 0, hidden, 8, message.length);
        router.in(0, at, Packets.ip(PEER6, far6, IpProtocol.DESTINATION_OPTIONS, hidden));
        assertThat(router.out(0, at)).isEmpty();
        router.in(0, at, Packets.echo(PEER6, far6, 1));
        assertThat(router.out(0, at)).hasSize(1);
        assertThat(router.pool.outstanding()).isZero();
    }

    @Test
    @Rfc(value = 4443, section = "2.4")
    void errorsAreRateLimited() {
        TestHost limited =
                new TestHost("limited", 1, IpConfig.defaults().withIcmpErrors(new IpConfig.IcmpErrors(10, 3)));
        Interface at = limited.raw(1500, "10.0.0.1/24");
        for (int i = 0; i < 10; i++) {
            limited.in(0, at, Packets.udp(PEER4, 99, HOST4, 9));
        }
        assertThat(limited.out(0, at)).hasSize(3);
        assertThat(limited.drops(Drop.ICMP_SUPPRESSED)).isEqualTo(7);
        for (int i = 0; i < 10; i++) {
            limited.in(200 * Time.MILLISECOND, at, Packets.udp(PEER4, 99, HOST4, 9));
        }
        assertThat(limited.out(0, at)).hasSize(2);
        for (int i = 0; i < 10; i++) {
            limited.in(100 * Time.SECOND, at, Packets.udp(PEER4, 99, HOST4, 9));
        }
        assertThat(limited.out(0, at)).hasSize(3);
    }

    @ParameterizedTest
    @CsvSource({
        "3, 0, NETWORK_UNREACHABLE", "3, 1, HOST_UNREACHABLE", "3, 2, PROTOCOL_UNREACHABLE", "3, 3, PORT_UNREACHABLE",
        "3, 9, PROHIBITED", "3, 10, PROHIBITED", "3, 13, PROHIBITED", "11, 0, TIME_EXCEEDED",
        "11, 1, REASSEMBLY_TIMEOUT", "12, 0, PARAMETER_PROBLEM"
    })
    @Rfc(value = 1122, section = "3.2.2.1")
    void anErrorAboutAPingReachesThePinger(int type, int code, NetworkError.Kind kind) {
        Pinger pinger = host.stack.openPinger();
        pinger.ping(0, PEER4, 5, new byte[8]);
        byte[] request = host.frames(0, link).getFirst();
        IpAddress router = IpAddress.parse("192.0.2.9");
        host.in(Time.MILLISECOND, link, Packets.error(router, HOST4, type, code, 0, request));
        assertThat(pinger.next()).isEqualTo(new Pinger.Refused(5, router, Time.MILLISECOND, kind));
    }

    @ParameterizedTest
    @CsvSource({
        "1, 0, NETWORK_UNREACHABLE", "1, 1, PROHIBITED", "1, 3, HOST_UNREACHABLE", "1, 4, PORT_UNREACHABLE",
        "3, 0, TIME_EXCEEDED", "3, 1, REASSEMBLY_TIMEOUT", "4, 1, PROTOCOL_UNREACHABLE", "4, 0, PARAMETER_PROBLEM"
    })
    @Rfc(value = 4443, section = "3")
    void anError6AboutAPingReachesThePinger(int type, int code, NetworkError.Kind kind) {
        Pinger pinger = host.stack.openPinger();
        pinger.ping(0, PEER6, 5, new byte[8]);
        byte[] request = host.frames(0, link).getFirst();
        host.in(0, link, Packets.error(PEER6, HOST6, type, code, 0, request));
        assertThat(pinger.next()).isEqualTo(new Pinger.Refused(5, PEER6, 0, kind));
    }

    @Test
    @Rfc(value = 5927, section = "4")
    void anErrorAboutAPacketThatWeCannotHaveSentIsDiscarded() {
        byte[] foreign = Packets.udp(IpAddress.parse("10.0.0.9"), 1, PEER4, 2);
        assertThat(reply(Packets.error(PEER4, HOST4, 3, 3, 0, foreign))).isEmpty();
        assertThat(host.drops(Drop.ICMP_UNWANTED)).isOne();
        byte[] stump = Arrays.copyOf(Packets.udp(HOST4, 1, PEER4, 2), 27);
        assertThat(reply(Packets.error(PEER4, HOST4, 3, 3, 0, stump))).isEmpty();
        assertThat(host.drops(Drop.BAD_ICMP)).isOne();
        byte[] later = Packets.with(Packets.udp(HOST4, 1, PEER4, 2), 7, 9);
        assertThat(reply(Packets.error(PEER4, HOST4, 3, 3, 0, later))).isEmpty();
        assertThat(host.drops(Drop.BAD_ICMP)).isEqualTo(2);
    }

    @Test
    void aReplyThatNobodyAskedForIsDiscarded() {
        byte[] reply = IcmpMessage.echo(0, 4, 4).emit();
        host.in(0, link, Packets.ip(PEER4, HOST4, IpProtocol.ICMP, reply));
        assertThat(host.drops(Drop.ICMP_UNWANTED)).isOne();
    }

    @Test
    void aPingWithASmallHopLimitShowsIt() {
        Pinger pinger = host.stack.openPinger();
        pinger.ping(0, null, PEER4, 1, 3, new byte[0]);
        assertThat(host.frames(0, link).getFirst()[8]).isEqualTo((byte) 3);
        assertThat(pinger.ping(0, IpAddress.parse("192.0.2.1"), 1, new byte[0])).isFalse();
        pinger.close();
    }
}
