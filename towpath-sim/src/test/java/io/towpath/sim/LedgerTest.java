package io.towpath.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.core.Packet;
import io.towpath.core.Time;
import io.towpath.core.TxBatch;
import org.junit.jupiter.api.Test;

class LedgerTest {
    private static Lab used() {
        var lab = new Lab(1, Lab.TEN_MILLIS.withLoss(0.1));
        var conversation = lab.talk(TalkPlan.sending(50_000), TalkPlan.receiving());
        assertThat(lab.finish(conversation, 600)).isTrue();
        return lab;
    }

    private static String complaint(Lab lab) {
        Ledger.check(lab.world);
        assertThat(lab.world.findings().count()).isPositive();
        return lab.world.findings().kept().getFirst().text();
    }

    @Test
    void theBooksAreRightInTheMiddleOfARun() {
        var lab = new Lab(2, Lab.TEN_MILLIS.with().duplicate(0.1).loss(0.1).build());
        lab.talk(TalkPlan.sending(200_000), TalkPlan.receiving());
        for (int i = 1; i < 100; i++) {
            lab.world.run(i * 7 * Time.MILLISECOND);
            Ledger.check(lab.world);
            assertThat(lab.world.findings().kept()).isEmpty();
        }
    }

    @Test
    void aPacketThatIsNeverGivenBackIsMissed() {
        var lab = used();
        Packet kept = lab.client.context().pool().take(100);
        assertThat(complaint(lab)).contains("client: the pool has 1 packets out");
        kept.release();
    }

    @Test
    void aPacketThatNobodySentIsNoticed() {
        var lab = used();
        var batch = new TxBatch(1);
        Packet smuggled = lab.client.context().pool().take(20);
        smuggled.end = smuggled.at + 20;
        batch.add(smuggled);
        lab.wire.a().memory.transmit(lab.world.now(), batch);
        lab.world.run(lab.world.now() + Time.SECOND);
        assertThat(complaint(lab)).contains("wire client-server: -1 packets more");
    }

    @Test
    void aPacketThatBypassesTheLinkIsNoticed() {
        var lab = used();
        Packet smuggled = lab.server.context().pool().take(20);
        smuggled.end = smuggled.at + 20;
        lab.server.stack().input(lab.world.now(), lab.wire.b().iface(), smuggled);
        assertThat(complaint(lab)).contains("server: links brought");
    }

    @Test
    void whatIsLeftIsNamed() {
        var lab = new Lab(3, Lab.TEN_MILLIS);
        lab.talk(TalkPlan.sending(1000), TalkPlan.receiving());
        lab.world.run(15 * Time.MILLISECOND);
        assertThat(Ledger.isEmpty(lab.world)).isFalse();
        assertThat(Ledger.leftovers(lab.world))
                .contains("SYN-SENT")
                .contains("SYN-RECEIVED")
                .contains("holds 1 packet");
    }
}
