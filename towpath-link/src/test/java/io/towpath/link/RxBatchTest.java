package io.towpath.link;

import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.core.Packet;
import io.towpath.core.PacketPool;
import org.junit.jupiter.api.Test;

/// When a batch of received packets is full.
final class RxBatchTest {
    private final PacketPool pool = new PacketPool();

    private int fill(RxBatch batch, int bytes) {
        while (!batch.isFull()) {
            Packet packet = pool.take(bytes);
            packet.end += bytes;
            batch.add(packet);
        }
        return batch.size();
    }

    @Test
    void packetsOfAnEthernetAreCounted() {
        assertThat(fill(new RxBatch(64, pool), 1500)).isEqualTo(64);
    }

    @Test
    void superSegmentsAreFewToABatch() {
        assertThat(fill(new RxBatch(64, pool), 65_000)).isEqualTo(5);
    }

    @Test
    void aBatchThatWasReadHasRoomAgain() {
        var batch = new RxBatch(64, pool);
        fill(batch, 65_000);

        batch.releaseAll();

        assertThat(batch.isFull()).isFalse();
        assertThat(fill(batch, 100)).isEqualTo(64);
        batch.releaseAll();
        assertThat(pool.outstanding()).isZero();
    }
}
