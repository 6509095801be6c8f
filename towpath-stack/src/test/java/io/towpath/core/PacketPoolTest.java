package io.towpath.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import org.junit.jupiter.api.Test;

class PacketPoolTest {
    private final PacketPool pool = new PacketPool();

    @Test
    void everySizeHoldsWhatWasAskedFor() {
        for (int size : new int[] {
            0,
            1,
            1500,
            PacketPool.SMALL,
            PacketPool.SMALL + 1,
            PacketPool.MEDIUM,
            PacketPool.MEDIUM + 1,
            PacketPool.LARGE
        }) {
            var packet = pool.take(size);
            assertThat(packet.bytes.length - packet.at).isGreaterThanOrEqualTo(size);
            packet.release();
        }
    }

    @Test
    void anOrdinaryPacketIsSmall() {
        assertThat(pool.take(1500).bytes).hasSize(2048);
    }

    @Test
    void moreThanTheLargestSizeIsRefused() {
        assertThatThrownBy(() -> pool.take(PacketPool.LARGE + 1)).isInstanceOf(IllegalArgumentException.class);
        assertThat(pool.outstanding()).isZero();
    }

    @Test
    void packetsAreUsedAgainBySize() {
        var small = pool.take(10);
        var large = pool.take(PacketPool.LARGE);
        small.release();
        large.release();
        assertThat(pool.take(20)).isSameAs(small);
        assertThat(pool.take(PacketPool.LARGE - 1)).isSameAs(large);
        assertThat(pool.take(10)).isNotSameAs(small);
    }

    @Test
    void whatIsOutIsCounted() {
        var packets = new ArrayList<Packet>();
        for (int i = 0; i < 100; i++) {
            packets.add(pool.take(i));
        }
        assertThat(pool.outstanding()).isEqualTo(100);
        packets.forEach(Packet::release);
        assertThat(pool.outstanding()).isZero();
    }

    @Test
    void theFreeListIsBounded() {
        var packets = new ArrayList<Packet>();
        for (int i = 0; i < 300; i++) {
            packets.add(pool.take(PacketPool.MEDIUM));
        }
        packets.forEach(Packet::release);
        int reused = 0;
        for (int i = 0; i < 300; i++) {
            reused += packets.contains(pool.take(PacketPool.MEDIUM)) ? 1 : 0;
        }
        assertThat(reused).isEqualTo(256);
    }
}
