package io.towpath.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.wire.testing.Rfc;
import org.junit.jupiter.api.Test;

/// Restarting idle connections: RFC 5681 §4.1.
class IdleRestartTest {
    @Test
    @Rfc(value = 5681, section = "4.1", requirement = "5681-4.1-1")
    void afterMoreThanOneTimeoutOfSilenceTheWindowIsTheInitialOne() {
        Ladder t = grown();
        t.after(1001);
        t.write(30_000);
        assertThat(t.pendingSegments()).isEqualTo(10);
        assertThat(t.info().cwnd()).isEqualTo(10_000);
    }

    @Test
    @Rfc(value = 5681, section = "4.1")
    void afterLessSilenceTheWindowStays() {
        Ladder t = grown();
        t.after(999);
        t.write(30_000);
        assertThat(t.pendingSegments()).isEqualTo(30);
        assertThat(t.info().cwnd()).isEqualTo(30_000);
    }

    @Test
    @Rfc(value = 5681, section = "4.1")
    void aWindowSmallerThanTheInitialOneDoesNotGrowByWaiting() {
        Ladder t = Ladders.open();
        t.write(1000);
        t.ignore();
        t.after(1000);
        t.out("P. 1:1001(1000) ack 1");
        t.in(". 1:1(0) ack 1001 win 65535");
        assertThat(t.info().cwnd()).isEqualTo(1000);
        t.after(60_000);
        t.write(30_000);
        assertThat(t.pendingSegments()).isEqualTo(1);
        assertThat(t.info().cwnd()).isEqualTo(1000);
    }

    /// An open connection with a window of 30 segments, and nothing under way.
    private static Ladder grown() {
        Ladder t = Ladders.open();
        t.write(20_000);
        t.ignore();
        for (int i = 1; i <= 10; i++) {
            t.in(". 1:1(0) ack %d win 65535".formatted(i * 1000 + 1));
        }
        t.ignore();
        assertThat(t.info().cwnd()).isEqualTo(20_000);
        t.in(". 1:1(0) ack 20001 win 65535");
        t.ignore();
        assertThat(t.info().cwnd()).isEqualTo(30_000);
        assertThat(t.info().inFlight()).isZero();
        return t;
    }
}
