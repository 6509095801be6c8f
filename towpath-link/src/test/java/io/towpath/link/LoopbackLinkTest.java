package io.towpath.link;

import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.core.Drop;
import io.towpath.core.Offloads;
import io.towpath.core.PacketPool;
import io.towpath.core.TxBatch;
import org.junit.jupiter.api.Test;

class LoopbackLinkTest {
    private final PacketPool pool = new PacketPool();
    private final TxBatch out = new TxBatch(8);
    private final RxBatch in = new RxBatch(8, pool);

    @Test
    void whatIsTransmittedIsReceived() {
        var link = new LoopbackLink("lo", 1500, Offloads.NONE, 2);
        for (int i = 0; i < 3; i++) {
            out.add(Samples.numbered(pool, 100, i));
        }
        assertThat(link.transmit(0, out)).isEqualTo(2);
        assertThat(link.held()).isEqualTo(2);
        assertThat(link.receive(1, in)).isEqualTo(2);
        assertThat(link.transmit(1, out)).isEqualTo(1);
        assertThat(link.receive(1, in)).isEqualTo(1);
        assertThat(Samples.number(in.get(2))).isEqualTo(2);
        in.releaseAll();
        assertThat(pool.outstanding()).isZero();
    }

    @Test
    void aClosedLoopDropsEverything() {
        var link = new LoopbackLink("lo", 1500, Offloads.NONE, 8);
        out.add(Samples.numbered(pool, 100, 1));
        link.transmit(0, out);
        link.close();
        out.add(Samples.numbered(pool, 100, 2));
        assertThat(link.transmit(0, out)).isEqualTo(1);
        assertThat(link.receive(0, in)).isZero();
        assertThat(link.counters().get(Drop.LINK_DOWN)).isEqualTo(2);
        assertThat(pool.outstanding()).isZero();
    }
}
