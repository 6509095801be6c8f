package io.towpath.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class TxBatchTest {
    private final PacketPool pool = new PacketPool();
    private final TxBatch batch = new TxBatch(3);

    @Test
    void fillsUpToItsCapacity() {
        assertThat(batch.isEmpty()).isTrue();
        assertThat(batch.room()).isEqualTo(3);
        for (int i = 0; i < 3; i++) {
            assertThat(batch.isFull()).isFalse();
            batch.add(pool.take(10));
        }
        assertThat(batch.isFull()).isTrue();
        assertThat(batch.room()).isZero();
        assertThat(batch.size()).isEqualTo(3);
        assertThatThrownBy(() -> batch.add(pool.take(10))).isInstanceOf(ArrayIndexOutOfBoundsException.class);
    }

    @Test
    void keepsTheOrder() {
        var a = added();
        var b = added();
        assertThat(batch.get(0)).isSameAs(a);
        assertThat(batch.get(1)).isSameAs(b);
    }

    @Test
    void theRestMovesUpWhenTheFirstAreTaken() {
        added();
        added();
        var c = added();
        batch.removeFirst(2);
        assertThat(batch.size()).isEqualTo(1);
        assertThat(batch.get(0)).isSameAs(c);
        batch.removeFirst(0);
        assertThat(batch.size()).isEqualTo(1);
        assertThat(batch.room()).isEqualTo(2);
    }

    @Test
    void clearingForgetsAndReleasesNothing() {
        added();
        batch.clear();
        assertThat(batch.isEmpty()).isTrue();
        assertThat(pool.outstanding()).isEqualTo(1);
    }

    @Test
    void releasingAllGivesThemBack() {
        added();
        added();
        batch.releaseAll();
        assertThat(batch.isEmpty()).isTrue();
        assertThat(pool.outstanding()).isZero();
    }

    private Packet added() {
        var packet = pool.take(10);
        batch.add(packet);
        return packet;
    }
}
