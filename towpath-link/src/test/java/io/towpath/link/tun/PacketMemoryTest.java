package io.towpath.link.tun;

import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.core.Packet;
import io.towpath.core.PacketPool;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;

/// What system calls get of a packet.
final class PacketMemoryTest {
    private final PacketPool pool = new PacketPool();

    @Test
    void itIsThePacketsOwnArrayFromTheByteAskedForToTheEnd() {
        Packet packet = pool.take(100);

        MemorySegment memory = PacketMemory.of(packet, 118);
        memory.set(ValueLayout.JAVA_BYTE, 0, (byte) 7);

        assertThat(packet.bytes[118]).isEqualTo((byte) 7);
        assertThat(memory.byteSize()).isEqualTo(packet.bytes.length - 118L);
    }

    @Test
    void aPacketThatIsUsedAgainKeepsItWhetherItIsReadOrWritten() {
        Packet packet = pool.take(100);
        MemorySegment read = PacketMemory.of(packet, 118);
        MemorySegment written = PacketMemory.of(packet, 98);
        packet.release();

        Packet again = pool.take(100);

        assertThat(again).isSameAs(packet);
        assertThat(PacketMemory.of(again, 118)).isSameAs(read);
        assertThat(PacketMemory.of(again, 98)).isSameAs(written);
    }

    @Test
    void manyBeginningsAreRightAndKeepLittle() {
        Packet packet = pool.take(100);

        for (int at = 0; at < 128; at++) {
            packet.bytes[at] = (byte) at;
            assertThat(PacketMemory.of(packet, at).get(ValueLayout.JAVA_BYTE, 0))
                    .isEqualTo((byte) at);
        }

        int kept = 0;
        for (var each = (PacketMemory) packet.view; each != null; each = each.next()) {
            kept++;
        }
        assertThat(kept).isBetween(1, 4);
    }
}
