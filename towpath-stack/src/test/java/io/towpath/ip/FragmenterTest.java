package io.towpath.ip;

import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.core.Entropy;
import io.towpath.core.Packet;
import io.towpath.core.PacketPool;
import io.towpath.stack.Packets;
import io.towpath.wire.Bytes;
import io.towpath.wire.Ip4Header;
import io.towpath.wire.Ip4Packet;
import io.towpath.wire.Octets;
import io.towpath.wire.testing.Rfc;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FragmenterTest {
    private final PacketPool pool = new PacketPool();
    private final Fragmenter fragmenter = new Fragmenter(pool);

    private List<byte[]> cut(byte[] bytes, int mtu) {
        Packet packet = pool.take(bytes.length);
        System.arraycopy(bytes, 0, packet.bytes, packet.at, bytes.length);
        packet.end = packet.at + bytes.length;
        fragmenter.begin(packet, mtu, 77);
        List<byte[]> parts = new ArrayList<>();
        for (Packet part = fragmenter.next(); part != null; part = fragmenter.next()) {
            parts.add(part.toBytes());
            part.release();
        }
        packet.release();
        assertThat(pool.outstanding()).isZero();
        return parts;
    }

    private static byte[] joined(List<byte[]> parts) {
        var out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            assertThat(Ip4Header.check(part, 0, part.length).ok()).isTrue();
            assertThat(Ip4Header.fragmentOffset(part, 0)).isEqualTo(out.size());
            int header = Ip4Header.headerLength(part, 0);
            out.write(part, header, part.length - header);
        }
        return out.toByteArray();
    }

    @Test
    @Rfc(value = 791, section = "3.2")
    void everyCutKeepsTheBytesAndTheLimit() {
        Entropy chance = Entropy.seeded(1);
        for (int round = 0; round < 200; round++) {
            byte[] data = Packets.data(1 + chance.nextInt(20_000));
            int mtu = 68 + chance.nextInt(1500);
            List<byte[]> parts = cut(Packets.ip(Packets.PEER4, Packets.HOST4, 17, data), mtu);
            assertThat(parts).allMatch(part -> part.length <= mtu);
            assertThat(joined(parts)).isEqualTo(data);
            assertThat(Ip4Header.moreFragments(parts.getLast(), 0)).isFalse();
        }
    }

    @Test
    @Rfc(value = 791, section = "3.2")
    void aFragmentMayBeCutAgain() {
        byte[] data = Packets.data(4000);
        List<byte[]> parts = new ArrayList<>();
        for (byte[] part : cut(Packets.ip(Packets.PEER4, Packets.HOST4, 17, data), 1500)) {
            parts.addAll(cut(part, 600));
        }
        assertThat(joined(parts)).isEqualTo(data);
        assertThat(parts.subList(0, parts.size() - 1)).allMatch(part -> Ip4Header.moreFragments(part, 0));
    }

    @Test
    @Rfc(value = 791, section = "3.1")
    void onlyOptionsWithTheCopiedFlagGoIntoLaterFragments() {
        Octets options = Octets.of(
                (byte) 7,
                (byte) 7,
                (byte) 4,
                (byte) 0,
                (byte) 0,
                (byte) 0,
                (byte) 0, // record route: not copied
                (byte) 148,
                (byte) 4,
                (byte) 0,
                (byte) 0, // router alert: copied
                (byte) 0);
        byte[] packet = new Ip4Packet(
                        0, 5, 0, 64, 17, Packets.PEER4, Packets.HOST4, options, Octets.of(Packets.data(200)))
                .emit();
        List<byte[]> parts = cut(packet, 100);
        assertThat(Ip4Header.headerLength(parts.get(0), 0)).isEqualTo(32);
        assertThat(Ip4Header.headerLength(parts.get(1), 0)).isEqualTo(24);
        assertThat(Bytes.u8(parts.get(1), 20)).isEqualTo(148);
        assertThat(joined(parts)).isEqualTo(Packets.data(200));
    }

    @Test
    @Rfc(value = 8200, section = "4.5")
    void ip6FragmentsCarryTheHeaderAndTheIdentification() {
        List<byte[]> parts = cut(Packets.ip(Packets.PEER6, Packets.HOST6, 17, Packets.data(3000)), 1280);
        assertThat(parts).hasSize(3).allMatch(part -> part.length <= 1280);
        assertThat(parts).allMatch(part -> part[6] == 44 && part[40] == 17 && Bytes.i32(part, 44) == 77);
        assertThat(parts).extracting(part -> Bytes.u16(part, 42)).containsExactly(1, 1232 | 1, 2464);
    }
}
