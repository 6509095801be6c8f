package io.towpath.ip;

import static io.towpath.stack.Packets.HOST4;
import static io.towpath.stack.Packets.HOST6;
import static io.towpath.stack.Packets.PEER4;
import static io.towpath.stack.Packets.PEER6;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.towpath.core.Drop;
import io.towpath.core.Entropy;
import io.towpath.core.Packet;
import io.towpath.core.Time;
import io.towpath.stack.Interface;
import io.towpath.stack.Packets;
import io.towpath.stack.TestHost;
import io.towpath.udp.UdpConfig;
import io.towpath.udp.UdpEndpoint;
import io.towpath.wire.Bytes;
import io.towpath.wire.Ip6Extensions;
import io.towpath.wire.IpProtocol;
import io.towpath.wire.Octets;
import io.towpath.wire.UdpDatagram;
import io.towpath.wire.testing.Rfc;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Rfc(value = 791, section = "3.2")
@Rfc(value = 8200, section = "4.5")
class ReassemblyTest {
    private final TestHost host = new TestHost("host", 1);
    private final Interface link = host.raw(1500, "10.0.0.1/24", "fd00::1/64");
    private final UdpEndpoint socket =
            ((UdpEndpoint.Bound) host.stack.udp().bind(0, null, 7, UdpConfig.defaults())).endpoint();
    private final byte[] data = Packets.data(4000);
    private final byte[] datagram4 = new UdpDatagram(99, 7, Octets.of(data)).emit(PEER4, HOST4);
    private final byte[] datagram6 = new UdpDatagram(99, 7, Octets.of(data)).emit(PEER6, HOST6);

    @AfterEach
    void noPacketIsLost() {
        assertThat(host.pool.outstanding()).isEqualTo(host.stack.ip().packetsHeld());
        host.tick(200 * Time.SECOND);
        host.frames(200 * Time.SECOND, link);
        assertThat(host.pool.outstanding()).isZero();
        assertThat(host.stack.ip().reassemblyBytes()).isZero();
    }

    private byte[] part(int version, int id, int from, int to, boolean more) {
        return version == 4
                ? Packets.fragment4(id, IpProtocol.UDP, datagram4, from, to, more)
                : Packets.fragment6(id, IpProtocol.UDP, datagram6, from, to, more);
    }

    private List<byte[]> parts(int version, int id, int step) {
        List<byte[]> parts = new ArrayList<>();
        for (int at = 0; at < datagram4.length; at += step) {
            int end = Math.min(at + step, datagram4.length);
            parts.add(part(version, id, at, end, end < datagram4.length));
        }
        return parts;
    }

    private void arrived() {
        Packet packet = socket.receive();
        assertThat(packet).isNotNull();
        assertThat(packet.toBytes()).isEqualTo(data);
        packet.release();
        assertThat(socket.readable()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 6})
    void fragmentsInAnyOrderMakeTheDatagram(int version) {
        Entropy chance = Entropy.seeded(version);
        for (int round = 0; round < 50; round++) {
            List<byte[]> parts = parts(version, round, 8 * (20 + chance.nextInt(100)));
            Collections.shuffle(parts, new java.util.Random(round));
            parts.forEach(part -> host.in(0, link, part));
            arrived();
        }
        assertThat(host.context.counters().drops()).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 6})
    void datagramsOfDifferentIdentificationDoNotMix(int version) {
        List<byte[]> first = parts(version, 1, 1000);
        List<byte[]> second = parts(version, 2, 1000);
        for (int i = 0; i < first.size() - 1; i++) {
            host.in(0, link, i % 2 == 0 ? first.get(i) : second.get(i));
        }
        host.in(0, link, first.getLast());
        assertThat(socket.readable()).isFalse();
        for (int i = 0; i < first.size() - 1; i++) {
            host.in(0, link, i % 2 == 1 ? first.get(i) : second.get(i));
        }
        arrived();
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 6})
    @Rfc(value = 5722, section = "4")
    void anOverlapDiscardsTheWholeDatagramAndWhatStillComesOfIt(int version) {
        host.in(0, link, part(version, 1, 0, 1000, true));
        host.in(0, link, part(version, 1, 2000, 3000, true));
        host.in(0, link, part(version, 1, 992, 1992, true));
        assertThat(host.drops(Drop.FRAGMENT_OVERLAP)).isEqualTo(3);
        assertThat(host.stack.ip().packetsHeld()).isZero();
        parts(version, 1, 1000).forEach(part -> host.in(0, link, part));
        assertThat(socket.readable()).isFalse();
        assertThat(host.frames(0, link)).as("silently").isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 6})
    void anExactDuplicateIsDroppedAndTheDatagramGoesOn(int version) {
        List<byte[]> parts = parts(version, 1, 1000);
        for (byte[] part : parts.subList(0, parts.size() - 1)) {
            host.in(0, link, part);
            host.in(0, link, part);
        }
        host.in(0, link, parts.getLast());
        arrived();
        assertThat(host.drops(Drop.FRAGMENT_DUPLICATE)).isEqualTo(parts.size() - 1);
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 6})
    @Rfc(value = 5722, section = "4")
    void theSameExtentWithOtherBytesIsAnOverlap(int version) {
        host.in(0, link, part(version, 1, 0, 1000, true));
        byte[] forged = part(version, 1, 0, 1000, true);
        forged[forged.length - 1] ^= 1;
        host.in(0, link, forged);
        assertThat(host.drops(Drop.FRAGMENT_OVERLAP)).isEqualTo(2);
    }

    @Test
    @Rfc(value = 1122, section = "3.3.2")
    void timeExceededIsSentWhenTheFirstFragmentCame() {
        host.in(0, link, part(4, 1, 0, 1000, true));
        assertThat(host.stack.deadline()).isEqualTo(60 * Time.SECOND);
        host.tick(60 * Time.SECOND - 1);
        assertThat(host.stack.ip().packetsHeld()).isOne();
        host.tick(60 * Time.SECOND);
        assertThat(host.out(60 * Time.SECOND, link)).singleElement().asString().contains("time exceeded in reassembly");
        assertThat(host.drops(Drop.FRAGMENT_TIMEOUT)).isOne();
        assertThat(host.stack.deadline()).isEqualTo(Time.NEVER);
    }

    @Test
    void timeExceededIsSentForIp6Too() {
        host.in(0, link, part(6, 1, 0, 1000, true));
        host.tick(60 * Time.SECOND);
        assertThat(host.out(60 * Time.SECOND, link)).singleElement().asString().contains("time exceeded in reassembly");
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 6})
    @Rfc(value = 1122, section = "3.3.2")
    void nothingIsSentWhenTheFirstFragmentNeverCame(int version) {
        host.in(0, link, part(version, 1, 1000, 2000, true));
        host.tick(60 * Time.SECOND);
        assertThat(host.frames(60 * Time.SECOND, link)).isEmpty();
        assertThat(host.drops(Drop.FRAGMENT_TIMEOUT)).isOne();
    }

    @Test
    void aMiddleFragmentWithALengthNotOfEightIsRefused() {
        host.in(0, link, part(4, 1, 0, 1001, true));
        assertThat(host.drops(Drop.BAD_FRAGMENT)).isOne();
        host.in(0, link, part(6, 1, 0, 1001, true));
        assertThat(host.out(0, link)).singleElement().asString().contains("parameter problem code 0 at 4");
    }

    @Test
    void aFragmentBeyondTheLongestDatagramIsRefused() {
        host.in(0, link, Packets.fragment4(1, 17, new byte[70_000], 65_528, 65_528 + 100, false));
        assertThat(host.drops(Drop.BAD_FRAGMENT)).isOne();
        host.in(0, link, Packets.fragment6(1, 17, new byte[70_000], 65_528, 65_528 + 100, false));
        assertThat(host.out(0, link)).singleElement().asString().contains("parameter problem code 0 at 42");
    }

    @Test
    void anEmptyFragmentIsRefused() {
        host.in(0, link, part(4, 1, 8, 8, true));
        assertThat(host.drops(Drop.BAD_FRAGMENT)).isOne();
    }

    @Test
    @Rfc(value = 7112, section = "5")
    void aFirstFragmentWithoutAllHeadersIsRefused() {
        byte[] options = new byte[24];
        options[0] = IpProtocol.UDP;
        options[1] = 9; // The destination options go on for 80 octets, beyond this fragment.
        host.in(0, link, Packets.fragment6(1, IpProtocol.DESTINATION_OPTIONS, options, 0, 24, true));
        assertThat(host.drops(Drop.BAD_FRAGMENT)).isOne();
    }

    @Test
    void aSecondLastFragmentThatNamesAnotherEndIsRefused() {
        host.in(0, link, part(4, 1, 2000, 3000, false));
        host.in(0, link, part(4, 1, 3000, 4000, true));
        host.in(0, link, part(4, 1, 8, 808, false));
        assertThat(host.drops(Drop.BAD_FRAGMENT)).isEqualTo(2);
    }

    @Test
    void aFragmentInsideAReassembledDatagramIsRefused() {
        byte[] inner = new byte[1000 + Ip6Extensions.FRAGMENT_LENGTH];
        Ip6Extensions.writeFragment(inner, 0, IpProtocol.UDP, 0, true, 77);
        host.in(0, link, Packets.fragment6(1, IpProtocol.FRAGMENT, inner, 0, 504, true));
        host.in(0, link, Packets.fragment6(1, IpProtocol.FRAGMENT, inner, 504, inner.length, false));
        assertThat(host.drops(Drop.BAD_FRAGMENT)).isPositive();
        assertThat(host.stack.ip().packetsHeld()).isZero();
    }

    @Test
    void extensionHeadersOnBothSidesOfTheFragmentHeaderAreWalked() {
        byte[] inner = new byte[8 + datagram6.length];
        inner[0] = IpProtocol.UDP;
        inner[2] = 1;
        inner[3] = 4;
        System.arraycopy(datagram6, 0, inner, 8, datagram6.length);
        for (int at = 0; at < inner.length; at += 1000) {
            int end = Math.min(at + 1000, inner.length);
            byte[] body = new byte[8 + 8 + end - at];
            body[0] = IpProtocol.FRAGMENT; // Hop-by-hop options in front.
            body[2] = 1;
            body[3] = 4;
            Ip6Extensions.writeFragment(body, 8, IpProtocol.DESTINATION_OPTIONS, at, end < inner.length, 3);
            System.arraycopy(inner, at, body, 16, end - at);
            host.in(0, link, Packets.ip(PEER6, HOST6, IpProtocol.HOP_BY_HOP, body));
        }
        arrived();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3})
    @Rfc(value = 3168, section = "5.3")
    void aMarkOnOneFragmentMarksTheWholeUnlessItContradicts(int others) {
        host.in(0, link, Packets.fragment4(1, others, IpProtocol.UDP, datagram4, 0, 2000, true));
        host.in(0, link, Packets.fragment4(1, 3, IpProtocol.UDP, datagram4, 2000, 4008, false));
        Packet packet = socket.receive();
        if (others == 0) {
            assertThat(packet).isNull();
            assertThat(host.drops(Drop.BAD_FRAGMENT)).isEqualTo(2);
        } else {
            assertThat(packet.trafficClass & 3).isEqualTo(3);
            packet.release();
        }
    }

    @Test
    void oneSourceCannotTakeMoreThanItsShare() {
        for (int id = 0; id < 5000; id++) {
            host.in(0, link, part(4, id, 0, 1000, true));
            assertThat(host.stack.ip().reassemblyBytes()).isLessThanOrEqualTo(1 << 20);
        }
        assertThat(host.drops(Drop.FRAGMENT_LIMIT)).isPositive();
        // The oldest went, so the newest can still be completed.
        parts(4, 4999, 1000).forEach(part -> host.in(0, link, part));
        arrived();
    }

    @Test
    void allSourcesTogetherCannotTakeMoreThanTheBound() {
        for (int i = 0; i < 5000; i++) {
            byte[] fragment = part(4, 1, 0, 1000, true);
            fragment[14] = (byte) (i >> 8);
            fragment[15] = (byte) (i | 4);
            host.in(0, link, Packets.mended4(fragment));
            assertThat(host.stack.ip().reassemblyBytes()).isLessThanOrEqualTo(4 << 20);
        }
        assertThat(host.drops(Drop.FRAGMENT_LIMIT)).isPositive();
    }

    @Test
    void fragmentsOfOneIdentificationToManyDestinationsAreCheap() {
        IpConfig config = IpConfig.defaults().withForwarding(true);
        var bounds = new IpConfig.Reassembly(config.reassembly().nanos(), 1 << 30, 1 << 30);
        var router = new TestHost("router", 2, config.withReassembly(bounds));
        Interface inside = router.raw(1500, "10.0.0.1/24");
        router.stack.ip().reassembleAll(false);
        byte[] fragment = Packets.fragment4(7, IpProtocol.UDP, datagram4, 0, 8, true);
        int destinations = 60_000;
        // If each looked at all that are held, there would be 1800 million comparisons for each time round.
        assertTimeoutPreemptively(Duration.ofSeconds(20), () -> {
            for (int round = 0; round < 10; round++) {
                for (int n = 0; n < destinations; n++) {
                    Bytes.put32(fragment, 16, 0xc6330000 + n);
                    router.in(0, inside, Packets.mended4(fragment.clone()));
                }
            }
        });
        assertThat(router.stack.ip().packetsHeld()).isEqualTo(destinations);
        assertThat(router.drops(Drop.FRAGMENT_DUPLICATE)).isEqualTo(9L * destinations);
    }

    @Test
    void manyTinyFragmentsOfOneDatagramAreBounded() {
        for (int at = 0; at < 4000; at += 16) {
            host.in(0, link, part(4, 1, at, at + 8, true));
        }
        assertThat(host.drops(Drop.FRAGMENT_LIMIT)).isPositive();
        assertThat(host.stack.ip().packetsHeld()).isLessThanOrEqualTo(FragmentList.COUNT_MAX);
    }
}
