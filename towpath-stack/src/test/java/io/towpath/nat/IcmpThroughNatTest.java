package io.towpath.nat;

import static io.towpath.nat.RawNat.ALICE;
import static io.towpath.nat.RawNat.BOB;
import static io.towpath.nat.RawNat.BOX;
import static io.towpath.nat.RawNat.OTHER;
import static io.towpath.nat.RawNat.SERVER;
import static io.towpath.nat.RawNat.udp;
import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.core.Counter;
import io.towpath.core.Drop;
import io.towpath.core.Time;
import io.towpath.nat.NatConfig.Behavior;
import io.towpath.nat.NatConfig.PortAssignment;
import io.towpath.stack.Packets;
import io.towpath.tcp.TcpConfig;
import io.towpath.tcp.TcpConnection;
import io.towpath.wire.Bytes;
import io.towpath.wire.IcmpHeader;
import io.towpath.wire.InternetChecksum;
import io.towpath.wire.Ip4Header;
import io.towpath.wire.IpAddress;
import io.towpath.wire.TcpHeader;
import io.towpath.wire.testing.Rfc;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// ICMP queries and errors through a NAT.
class IcmpThroughNatTest {
    private final RawNat nat = new RawNat(RawNat.config().withPorts(PortAssignment.RANDOM));

    @AfterEach
    void nothingIsLost() {
        nat.nothingIsLost();
    }

    private static byte[] error(IpAddress from, IpAddress to, int type, int code, int rest, byte[] about) {
        return Packets.error(from, to, type, code, rest, about);
    }

    /// What was sent, one hop on; with the identification that the box gave it.
    private static byte[] asSeen(byte[] sent, byte[] quoted) {
        byte[] seen = Packets.with(sent.clone(), 8, 63);
        Bytes.put16(seen, 4, Ip4Header.identification(quoted, 0));
        return Packets.mended4(seen);
    }

    /// Outer and quoted headers add up.
    private static void isIntact(byte[] packet) {
        assertThat(Ip4Header.check(packet, 0, packet.length).ok()).isTrue();
        assertThat(IcmpHeader.checksumOk(packet, 20, packet.length)).isTrue();
        assertThat(InternetChecksum.fold(InternetChecksum.add(0, packet, 28, 48)))
                .isEqualTo(0xffff);
    }

    @Test
    @Rfc(value = 5508, section = "3.1", requirement = "REQ-1")
    void queriesOfTwoHostsWithOneIdentifierAreToldApart() {
        byte[] first = nat.outFrames(Packets.echo(ALICE, SERVER, 7)).getFirst();
        byte[] second = nat.outFrames(Packets.echo(BOB, SERVER, 7)).getFirst();
        int one = IcmpHeader.identifier(first, 20);
        int two = IcmpHeader.identifier(second, 20);
        assertThat(one).isNotEqualTo(two);
        byte[] reply = second.clone();
        IcmpHeader.requestToReply(reply, 20);
        swap(reply);
        byte[] in = nat.inFrames(reply).getFirst();
        assertThat(IpAddress.read4(in, 16)).isEqualTo(BOB);
        assertThat(IcmpHeader.identifier(in, 20)).isOne();
        assertThat(IcmpHeader.checksumOk(in, 20, in.length)).isTrue();
    }

    @Test
    @Rfc(value = 5508, section = "3.1", requirement = "REQ-1")
    void theIdentifierIsTheSameForEveryDestination() {
        byte[] first = nat.outFrames(Packets.echo(ALICE, SERVER, 7)).getFirst();
        byte[] second = nat.outFrames(Packets.echo(ALICE, OTHER, 8)).getFirst();
        assertThat(IcmpHeader.identifier(first, 20)).isEqualTo(IcmpHeader.identifier(second, 20));
    }

    @Test
    @Rfc(value = 5508, section = "3.2", requirement = "REQ-2")
    void aQueryIsRememberedForAMinute() {
        nat.outFrames(Packets.echo(ALICE, SERVER, 7));
        nat.pass(60 * Time.SECOND - 1);
        assertThat(nat.nat.mappingCount()).isOne();
        nat.pass(1);
        assertThat(nat.nat.mappingCount()).isZero();
    }

    private static void swap(byte[] packet) {
        int source = Ip4Header.source(packet, 0);
        Bytes.put32(packet, 12, Ip4Header.destination(packet, 0));
        Bytes.put32(packet, 16, source);
    }

    @ParameterizedTest
    @CsvSource({"3, 3, 0", "3, 4, 1280", "3, 1, 0", "11, 0, 0", "12, 0, 0"})
    @Rfc(value = 5508, section = "4.2", requirement = "REQ-4")
    @Rfc(value = 5382, section = "7.3", requirement = "REQ-9")
    void anErrorFromOutsideReachesTheInsideHostAndQuotesWhatItSent(int type, int code, int rest) {
        byte[] sent = RawNat.syn(ALICE, 5000, SERVER, 80, 99);
        byte[] seen = nat.outFrames(sent.clone()).getFirst();
        byte[] in = nat.inFrames(error(OTHER, BOX, type, code, rest, seen)).getFirst();
        isIntact(in);
        assertThat(IpAddress.read4(in, 12)).isEqualTo(OTHER);
        assertThat(IpAddress.read4(in, 16)).isEqualTo(ALICE);
        assertThat(IcmpHeader.type(in, 20)).isEqualTo(type);
        assertThat(IcmpHeader.code(in, 20)).isEqualTo(code);
        assertThat(IcmpHeader.rest(in, 20)).isEqualTo(rest);
        byte[] quoted = Arrays.copyOfRange(in, 28, in.length);
        // All else is as Alice sent it.
        assertThat(quoted).isEqualTo(asSeen(sent, quoted));
        assertThat(nat.box.context.counters().get(Counter.NAT_ICMP_ERRORS)).isOne();
    }

    @Test
    @Rfc(value = 4787, section = "9", requirement = "REQ-12")
    @Rfc(value = 5382, section = "7.3", requirement = "REQ-10")
    @Rfc(value = 5508, section = "4.3", requirement = "REQ-6")
    void noErrorEndsAMappingOrKeepsItAlive() {
        byte[] seen = nat.outFrames(udp(ALICE, 4000, SERVER, 53)).getFirst();
        for (int i = 0; i < 5; i++) {
            nat.pass(50 * Time.SECOND);
            assertThat(nat.in(error(SERVER, BOX, 3, 3, 0, seen))).hasSize(1);
        }
        nat.pass(50 * Time.SECOND - 1);
        assertThat(nat.nat.mappingCount()).isOne();
        nat.pass(1);
        assertThat(nat.nat.mappingCount()).isZero();
    }

    @Test
    @Rfc(value = 5508, section = "4.2", requirement = "REQ-5")
    void anErrorFromInsideQuotesTheOutsideEndpointAndComesFromIt() {
        int port =
                TcpHeader.sourcePort(nat.outFrames(udp(ALICE, 4000, SERVER, 53)).getFirst(), 20);
        byte[] answer = udp(SERVER, 53, BOX, port);
        byte[] delivered = nat.inFrames(answer.clone()).getFirst();
        IpAddress router = IpAddress.parse("10.0.0.9");
        byte[] out = nat.outFrames(error(router, SERVER, 3, 1, 0, delivered)).getFirst();
        isIntact(out);
        assertThat(IpAddress.read4(out, 12)).isEqualTo(BOX);
        assertThat(IpAddress.read4(out, 16)).isEqualTo(SERVER);
        assertThat(Arrays.copyOfRange(out, 28, out.length)).isEqualTo(Packets.mended4(Packets.with(answer, 8, 63)));
    }

    @Test
    void anErrorOfTheBoxItselfAboutAPacketForInsideQuotesWhatCame() {
        int port =
                TcpHeader.sourcePort(nat.outFrames(udp(ALICE, 4000, SERVER, 53)).getFirst(), 20);
        byte[] answer = Packets.mended4(Packets.with(udp(SERVER, 53, BOX, port), 8, 1));
        assertThat(nat.in(answer.clone())).isEmpty();
        byte[] out = nat.box.frames(nat.now, nat.outside).getFirst();
        isIntact(out);
        assertThat(IcmpHeader.type(out, 20)).isEqualTo(IcmpHeader.TIME_EXCEEDED);
        assertThat(IpAddress.read4(out, 12)).isEqualTo(BOX);
        assertThat(Arrays.copyOfRange(out, 28, out.length)).isEqualTo(answer);
    }

    @Test
    void anErrorOfTheBoxAboutAPacketFromInsideQuotesWhatWasSent() {
        byte[] sent = Packets.mended4(Packets.with(udp(ALICE, 4000, SERVER, 53), 8, 1));
        nat.box.in(nat.now, nat.inside, sent.clone());
        byte[] back = nat.box.frames(nat.now, nat.inside).getFirst();
        assertThat(IpAddress.read4(back, 16)).isEqualTo(ALICE);
        assertThat(Arrays.copyOfRange(back, 28, back.length)).isEqualTo(sent);
        assertThat(nat.nat.mappingCount()).isZero();
    }

    @Test
    @Rfc(value = 4787, section = "10", requirement = "REQ-13")
    void aPacketTooBigForTheOutsideIsAnsweredWithTheMtu() {
        var narrow = new RawNat();
        byte[] big = Packets.udp(ALICE, 4000, SERVER, 53, new byte[1473]);
        Bytes.put16(big, 6, Ip4Header.DONT_FRAGMENT);
        Packets.mended4(big);
        narrow.box.in(0, narrow.inside, big);
        byte[] back = narrow.box.frames(0, narrow.inside).getFirst();
        assertThat(IcmpHeader.code(back, 20)).isEqualTo(IcmpHeader.CODE_FRAGMENTATION_NEEDED);
        assertThat(IcmpHeader.nextHopMtu(back, 20)).isEqualTo(1500);
        narrow.nothingIsLost();
    }

    @Test
    void anErrorAboutAQueryReachesWhoAsked() {
        byte[] sent = Packets.echo(ALICE, SERVER, 7);
        byte[] seen = nat.outFrames(sent.clone()).getFirst();
        byte[] in = nat.inFrames(error(OTHER, BOX, 11, 0, 0, seen)).getFirst();
        isIntact(in);
        byte[] quoted = Arrays.copyOfRange(in, 28, in.length);
        assertThat(quoted).isEqualTo(asSeen(sent, quoted));
    }

    @ParameterizedTest
    @EnumSource(Behavior.class)
    void anErrorAboutAPacketThatNobodySentIsDropped(Behavior filtering) {
        var filtered = new RawNat(RawNat.config().withFiltering(filtering));
        filtered.connect(5000);
        filtered.out(udp(ALICE, 4000, SERVER, 53));
        // No mapping at all.
        assertThat(filtered.in(error(OTHER, BOX, 3, 3, 0, udp(BOX, 4001, SERVER, 53))))
                .isEmpty();
        // A connection that is none: TCP keeps them all in mind.
        byte[] made = RawNat.tcp(BOX, 5000, OTHER, 80, TcpHeader.ACK, 1, 1);
        assertThat(filtered.in(error(OTHER, BOX, 3, 3, 0, made))).isEmpty();
        // A datagram to somebody else: where filters keep them in mind.
        boolean known = filtering == Behavior.ENDPOINT_INDEPENDENT;
        assertThat(filtered.in(error(OTHER, BOX, 3, 3, 0, udp(BOX, 4000, OTHER, 53))))
                .hasSize(known ? 1 : 0);
        filtered.nothingIsLost();
    }

    @Test
    @Rfc(value = 5508, section = "4.1", requirement = "REQ-3")
    void anErrorThatCameDamagedIsDropped() {
        byte[] seen = nat.outFrames(udp(ALICE, 4000, SERVER, 53)).getFirst();
        byte[] outer = error(SERVER, BOX, 3, 3, 0, seen);
        outer[22] ^= 1;
        assertThat(nat.in(outer)).isEmpty();
        byte[] damaged = seen.clone();
        damaged[10] ^= 1;
        assertThat(nat.in(error(SERVER, BOX, 3, 3, 0, damaged))).isEmpty();
        // What the quoted datagram says of its own octets is not looked at: most are not there.
        damaged = seen.clone();
        damaged[damaged.length - 1] ^= 1;
        assertThat(nat.in(error(SERVER, BOX, 3, 3, 0, damaged))).hasSize(1);
    }

    @Test
    void aQuoteMayBeCutOffAnywhere() {
        byte[] udp = nat.outFrames(udp(ALICE, 4000, SERVER, 53)).getFirst();
        byte[] tcp = nat.outFrames(RawNat.syn(ALICE, 5000, SERVER, 80, 99)).getFirst();
        byte[] echo = nat.outFrames(Packets.echo(ALICE, SERVER, 7)).getFirst();
        for (byte[] seen : new byte[][] {udp, tcp, echo}) {
            for (int length = 0; length <= seen.length; length++) {
                byte[] quote = Arrays.copyOf(seen, length);
                assertThat(nat.in(error(SERVER, BOX, 3, 3, 0, quote)))
                        .as("%s octets", length)
                        .hasSize(length >= 28 ? 1 : 0);
            }
        }
        for (byte[] sent : new byte[][] {udp(ALICE, 4000, SERVER, 53), RawNat.syn(ALICE, 5000, SERVER, 80, 99)}) {
            for (int length = 0; length <= sent.length; length++) {
                nat.out(error(ALICE, SERVER, 3, 3, 0, Arrays.copyOf(sent, length)));
            }
        }
    }

    @Test
    void anErrorForTheBoxItselfIsItsOwn() {
        assertThat(nat.in(error(SERVER, BOX, 3, 3, 0, udp(BOX, 700, SERVER, 53))))
                .isEmpty();
        assertThat(nat.drops(Drop.NAT_UNSOLICITED)).isZero();
        assertThat(nat.box.context.counters().get(Counter.ICMP_IN)).isOne();
    }

    @Test
    void anErrorAboutAConnectionOfTheBoxIsItsOwnThoughAMappingHasItsPort() {
        var shared = new RawNat();
        assertThat(shared.box.stack.tcp().connect(0, null, 5000, SERVER, 80, TcpConfig.defaults()))
                .isInstanceOf(TcpConnection.Opened.class);
        assertThat(shared.box.frames(0, shared.outside)).hasSize(1);
        assertThat(shared.out(RawNat.syn(ALICE, 5000, OTHER, 80, 1)))
                .singleElement()
                .asString()
                .startsWith("203.0.113.1:5000 >");
        byte[] own = RawNat.tcp(BOX, 5000, SERVER, 80, TcpHeader.SYN, 1, 0);
        assertThat(shared.in(error(SERVER, BOX, 3, 1, 0, own))).isEmpty();
        assertThat(shared.box.context.counters().get(Counter.ICMP_IN)).isOne();
        byte[] hers = RawNat.tcp(BOX, 5000, OTHER, 80, TcpHeader.SYN, 1, 0);
        assertThat(shared.in(error(SERVER, BOX, 3, 1, 0, hers))).hasSize(1);
        shared.nothingIsLost();
    }

    @Test
    void theBoxAnswersAnEchoToItsOutsideAddress() {
        nat.box.in(0, nat.outside, Packets.echo(SERVER, BOX, 7));
        assertThat(RawNat.text(nat.box.frames(0, nat.outside)))
                .singleElement()
                .asString()
                .contains("echo reply");
        nat.box.in(0, nat.inside, Packets.echo(ALICE, BOX, 7));
        assertThat(RawNat.text(nat.box.frames(0, nat.inside)))
                .singleElement()
                .asString()
                .contains("echo reply");
    }

    @Test
    void whatHasNoPortsIsDroppedByItsName() {
        assertThat(nat.out(Packets.ip(ALICE, SERVER, 47, new byte[20]))).isEmpty();
        assertThat(nat.drops(Drop.NAT_UNTRANSLATABLE)).isOne();
        assertThat(nat.in(Packets.ip(SERVER, ALICE, 47, new byte[20]))).isEmpty();
        assertThat(nat.drops(Drop.NAT_UNSOLICITED)).isOne();
    }
}
