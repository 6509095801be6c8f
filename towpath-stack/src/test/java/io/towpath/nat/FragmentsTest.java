package io.towpath.nat;

import static io.towpath.nat.NatWorld.ALICE;
import static io.towpath.nat.NatWorld.BOX;
import static io.towpath.nat.NatWorld.SERVER;
import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.core.Counter;
import io.towpath.core.Drop;
import io.towpath.core.Time;
import io.towpath.nat.NatConfig.Ip6;
import io.towpath.nat.NatWorld.Datagram;
import io.towpath.stack.Packets;
import io.towpath.udp.UdpEndpoint;
import io.towpath.wire.Bytes;
import io.towpath.wire.Endpoint;
import io.towpath.wire.Ip4Header;
import io.towpath.wire.IpAddress;
import io.towpath.wire.IpProtocol;
import io.towpath.wire.Octets;
import io.towpath.wire.UdpDatagram;
import io.towpath.wire.testing.Rfc;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Datagrams that come in fragments.
class FragmentsTest {
    private static byte[] fragment(byte[] datagram, int offset, int end) {
        byte[] part = new byte[end - offset];
        System.arraycopy(datagram, offset, part, 0, part.length);
        byte[] packet = Packets.ip(RawNat.ALICE, RawNat.SERVER, IpProtocol.UDP, part);
        Bytes.put16(packet, 6, offset >> 3 | (end < datagram.length ? Ip4Header.MORE_FRAGMENTS : 0));
        return Packets.mended4(packet);
    }

    @ParameterizedTest
    @CsvSource({"0, 1, 2", "2, 1, 0", "1, 2, 0", "1, 0, 2"})
    @Rfc(value = 4787, section = "11", requirement = "REQ-14")
    void fragmentsInAnyOrderAreTranslatedTogether(int first, int second, int third) {
        var nat = new RawNat();
        byte[] datagram = new UdpDatagram(4000, 53, Octets.of(Packets.data(3000))).emit(RawNat.ALICE, RawNat.SERVER);
        byte[][] parts = {fragment(datagram, 0, 1000), fragment(datagram, 1000, 2000), fragment(datagram, 2000, 3008)};
        assertThat(nat.out(parts[first])).isEmpty();
        assertThat(nat.out(parts[second])).isEmpty();
        List<byte[]> out = nat.outFrames(parts[third]);
        assertThat(out).hasSize(3).allMatch(part -> part.length <= 1500);
        byte[] expected = new UdpDatagram(4000, 53, Octets.of(Packets.data(3000))).emit(RawNat.BOX, RawNat.SERVER);
        byte[] whole = new byte[3008];
        for (byte[] part : out) {
            assertThat(IpAddress.read4(part, 12)).isEqualTo(RawNat.BOX);
            System.arraycopy(part, 20, whole, Ip4Header.fragmentOffset(part, 0), part.length - 20);
        }
        assertThat(whole).isEqualTo(expected);
        nat.nothingIsLost();
    }

    @Test
    void fragmentsThatStayAloneAreForgotten() {
        var nat = new RawNat();
        byte[] datagram = new UdpDatagram(4000, 53, Octets.of(Packets.data(3000))).emit(RawNat.ALICE, RawNat.SERVER);
        nat.out(fragment(datagram, 1000, 2000));
        assertThat(nat.box.stack.packetsHeld()).isOne();
        nat.pass(60 * Time.SECOND);
        assertThat(nat.box.stack.packetsHeld()).isZero();
        assertThat(nat.drops(Drop.FRAGMENT_TIMEOUT)).isOne();
        assertThat(nat.nat.mappingCount()).isZero();
        nat.nothingIsLost();
    }

    @Test
    @Rfc(value = 6864, section = "5.3.1")
    void theHostsBehindOneAddressUseNoIdentificationTwice() {
        var nat = new RawNat();
        List<Integer> seen = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            IpAddress host = i % 2 == 0 ? RawNat.ALICE : RawNat.BOB;
            // Every one of them comes with the number 1.
            byte[] out =
                    nat.outFrames(RawNat.udp(host, 4000, RawNat.SERVER, 53)).getFirst();
            assertThat(Ip4Header.check(out, 0, out.length).ok()).isTrue();
            seen.add(Ip4Header.identification(out, 0));
        }
        assertThat(seen).doesNotHaveDuplicates();
        byte[] whole = RawNat.udp(RawNat.ALICE, 4000, RawNat.SERVER, 53);
        Bytes.put16(whole, 6, Ip4Header.DONT_FRAGMENT);
        byte[] out = nat.outFrames(Packets.mended4(whole)).getFirst();
        assertThat(Ip4Header.identification(out, 0)).isOne();
        nat.nothingIsLost();
    }

    @ParameterizedTest
    @CsvSource({"4, FORWARDED", "6, TRANSLATED", "6, FILTERED", "6, FORWARDED"})
    void aLargeDatagramAndItsLargeAnswerArrive(int version, Ip6 ip6) {
        var world = new NatWorld(NatConfig.outside(NatWorld.OUTSIDE).withIp6(ip6));
        IpAddress server = version == 4 ? SERVER : IpAddress.parse("2001:db8::7");
        UdpEndpoint client = NatWorld.udp(world.alice, 4000);
        UdpEndpoint service = NatWorld.udp(world.server, 53);
        String text = "0123456789".repeat(900);
        world.send(world.alice, client, server, 53, text);
        Datagram got = NatWorld.receive(service);
        assertThat(got).isNotNull();
        assertThat(got.text()).isEqualTo(text);
        boolean translated = version == 4 || ip6 == Ip6.TRANSLATED;
        IpAddress expected = version == 4 ? BOX : IpAddress.parse(translated ? "2001:db8::1" : "fd00::2");
        assertThat(got.from()).isEqualTo(new Endpoint(expected, 4000));
        world.send(world.server, service, got.from().address(), 4000, text);
        assertThat(NatWorld.receive(client)).isEqualTo(new Datagram(new Endpoint(server, 53), text));
        assertThat(world.box.context.counters().get(Counter.IP_REASSEMBLED)).isEqualTo(translated ? 2 : 0);
        assertThat(world.outside.frames).allMatch(frame -> frame.length <= 1514);
        world.nothingIsLost();
    }

    @Test
    void aFragmentedEchoIsAnswered() {
        var world = new NatWorld();
        var pinger = world.alice.stack.openPinger();
        pinger.ping(0, SERVER, 1, new byte[5000]);
        world.settle();
        assertThat(pinger.next()).isInstanceOf(io.towpath.stack.Pinger.Reply.class);
        assertThat(world.nat.mappings(0))
                .singleElement()
                .extracting(it -> it.inside().address())
                .isEqualTo(ALICE);
        pinger.close();
        world.nothingIsLost();
    }
}
