package io.towpath.nat;

import static io.towpath.nat.RawNat.ALICE;
import static io.towpath.nat.RawNat.BOX;
import static io.towpath.nat.RawNat.SERVER;
import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.core.Offloads;
import io.towpath.core.Packet;
import io.towpath.core.TxBatch;
import io.towpath.ip.IpConfig;
import io.towpath.stack.Interface;
import io.towpath.stack.Packets;
import io.towpath.stack.TestHost;
import io.towpath.stack.TestWire;
import io.towpath.tcp.TcpConfig;
import io.towpath.wire.Bytes;
import io.towpath.wire.InternetChecksum;
import io.towpath.wire.Ip4Header;
import io.towpath.wire.IpAddress;
import io.towpath.wire.IpProtocol;
import io.towpath.wire.Prefix;
import io.towpath.wire.TcpHeader;
import io.towpath.wire.TcpSegment;
import io.towpath.wire.UdpHeader;
import io.towpath.wire.testing.Rfc;
import org.junit.jupiter.api.Test;

/// Checksums that are not there yet, not there at all, or of more than one packet.
class OffloadTest {
    private final TestHost box = new TestHost("box", 3, IpConfig.defaults().withForwarding(true));
    private final Offloads offloads = new Offloads(true, 65_535);
    private final Interface inside = box.raw(1500, offloads, "10.0.0.1/24");
    private final Interface outside = box.raw(1500, offloads, "203.0.113.1/24");

    OffloadTest() {
        box.stack.addRoute(Prefix.parse("0.0.0.0/0"), outside, null, 0);
        Object ignored = box.stack.nat(NatConfig.outside(2).withPorts(NatConfig.PortAssignment.RANDOM));
    }

    @Test
    void anUnfinishedChecksumIsFinishedRightByTheLink() {
        var opened = box.stack.tcp().connect(0, IpAddress.parse("10.0.0.1"), 4000, SERVER, 80, TcpConfig.defaults());
        assertThat(opened).isNotNull();
        box.stack.poll(0);
        TxBatch outbox = outside.outbox();
        assertThat(outbox.size()).isOne();
        Packet packet = outbox.get(0);
        byte[] b = packet.bytes;
        assertThat(IpAddress.read4(b, packet.networkAt + 12)).isEqualTo(BOX);
        assertThat(packet.checksumAt).isEqualTo(packet.transportAt + 16);
        // As a link does it.
        int sum = InternetChecksum.finish(InternetChecksum.add(0, b, packet.transportAt, packet.end));
        Bytes.put16(b, packet.checksumAt, sum);
        int length = packet.end - packet.transportAt;
        assertThat(TcpHeader.checksumOk(
                        b, packet.transportAt, packet.end, Ip4Header.pseudo(b, packet.networkAt, length)))
                .isTrue();
        outbox.releaseAll();
        box.stack.shutDown(0);
        assertThat(box.pool.outstanding()).isZero();
    }

    @Test
    void aSuperSegmentPassesAsOne() {
        byte[] segment = TcpSegment.of(4000, 80, TcpHeader.ACK, 1, 1, 1000)
                .withPayload(Packets.data(5000))
                .emit(ALICE, SERVER);
        Packet packet = TestWire.packet(box, Packets.ip(ALICE, SERVER, IpProtocol.TCP, segment));
        packet.segmentBytes = 1460;
        packet.checksumVerified = true;
        box.stack.input(0, inside, packet);
        box.stack.poll(0);
        Packet out = outside.outbox().get(0);
        assertThat(out.segmentBytes).isEqualTo(1460);
        assertThat(out.checksumVerified).isTrue();
        assertThat(TcpHeader.checksumOk(
                        out.bytes,
                        out.transportAt,
                        out.end,
                        Ip4Header.pseudo(out.bytes, out.networkAt, out.end - out.transportAt)))
                .isTrue();
        outside.outbox().releaseAll();
        assertThat(box.pool.outstanding()).isZero();
    }

    @Test
    void aDatagramWithoutAChecksumStaysWithout() {
        byte[] packet = RawNat.udp(ALICE, 4000, SERVER, 53);
        Bytes.put16(packet, 26, 0);
        box.in(0, inside, packet);
        byte[] out = box.frames(0, outside).getFirst();
        assertThat(UdpHeader.checksum(out, 20)).isZero();
    }

    @Test
    @Rfc(value = 1624, section = "3")
    void noChecksumBecomesZeroByChance() {
        for (int i = 0; i < 70_000; i++) {
            byte[] packet = Packets.udp(ALICE, 4000, SERVER, 53, (byte) (i >> 8), (byte) i);
            box.in(0, inside, packet);
            byte[] out = box.frames(0, outside).getFirst();
            int checksum = UdpHeader.checksum(out, 20);
            assertThat(checksum).isNotZero();
            assertThat(UdpHeader.checksumOk(out, 20, Ip4Header.pseudo(out, 0, 10)))
                    .isTrue();
        }
    }
}
