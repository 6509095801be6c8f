package io.towpath.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.core.Time;
import org.junit.jupiter.api.Test;

/// A connection on which nothing happens costs no buffers.
class IdleBuffersTest {
    private static int held(Ladder t) {
        return t.connection().sendRing().allocated()
                + t.connection().receiveRing().allocated();
    }

    private static Ladder talked() {
        Ladder t = Ladders.open();
        t.write(3000);
        t.ignore();
        t.in("P. 1:1001(1000) ack 3001");
        t.read(1000);
        t.ignore();
        return t;
    }

    @Test
    void twoSecondsOfSilenceGiveTheBuffersBack() {
        Ladder t = talked();
        assertThat(held(t)).isEqualTo(8192);
        t.after(1_999);
        assertThat(held(t)).isEqualTo(8192);
        t.after(1);
        assertThat(held(t)).isZero();
        assertThat(t.tcp.deadline()).isEqualTo(Time.NEVER);
    }

    @Test
    void theConnectionGoesOnWithoutThem() {
        Ladder t = talked();
        t.after(5_000);
        t.write(500);
        t.out("P. 3001:3501(500) ack 1001");
        t.in("P. 1001:1101(100) ack 3501");
        t.read(100);
        assertThat(held(t)).isEqualTo(8192);
        t.after(5_000);
        assertThat(held(t)).isZero();
    }

    @Test
    void endsOfRecordsAreForgottenToo() {
        Ladder t = talked();
        for (int i = 0; i < 100; i++) {
            t.write(1);
            t.tcp.endRecord(t.now, t.connection());
        }
        t.ignore();
        t.in(". 1001:1001(0) ack 3101");
        assertThat(t.connection().records).isNotNull();
        t.after(5_000);
        assertThat(t.connection().records).isNull();
        t.write(10);
        t.tcp.endRecord(t.now, t.connection());
        t.out("P. 3101:3111(10) ack 1001");
    }

    @Test
    void whoTalksOnKeepsThem() {
        Ladder t = talked();
        for (int i = 0; i < 10; i++) {
            t.after(1_000);
            t.in("P. " + (1001 + i) + ":" + (1002 + i) + "(1) ack 3001");
            t.read(1);
            t.ignore();
            assertThat(held(t)).isEqualTo(8192);
        }
    }

    @Test
    void whatTheUserHasNotTakenStays() {
        Ladder t = Ladders.open();
        t.in("P. 1:1001(1000) ack 1");
        t.ignore();
        t.after(10_000);
        assertThat(held(t)).isEqualTo(4096);
        t.read(1000);
        t.after(20_000);
        assertThat(held(t)).isZero();
    }

    @Test
    void whatThePeerHasNotAcknowledgedStays() {
        Ladder t = Ladders.open();
        t.write(1000);
        t.ignore();
        t.after(2_500);
        t.ignore();
        assertThat(held(t)).isEqualTo(4096);
        t.in(". 1:1(0) ack 1001");
        t.after(2_500);
        assertThat(held(t)).isZero();
    }

    @Test
    void whatLiesBeyondAHoleStays() {
        Ladder t = Ladders.open();
        t.in("P. 101:201(100) ack 1");
        t.ignore();
        t.after(10_000);
        assertThat(held(t)).isEqualTo(4096);
        t.in("P. 1:101(100) ack 1");
        t.read(200);
        t.after(20_000);
        assertThat(held(t)).isZero();
    }
}
