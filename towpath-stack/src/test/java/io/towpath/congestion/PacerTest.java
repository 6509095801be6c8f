package io.towpath.congestion;

import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.core.Time;
import org.junit.jupiter.api.Test;

class PacerTest {
    private static final long MILLI = Time.MILLISECOND;
    private static final int MSS = 1000;

    @Test
    void withoutARateNothingIsHeld() {
        var pacer = new Pacer();
        pacer.onSent(5, 1 << 20, 0, MSS);
        assertThat(pacer.holds(5)).isFalse();
        assertThat(Pacer.quantum(0, MSS)).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void inTheLongRunTheRateIsKept() {
        var pacer = new Pacer();
        long rate = 1_000_000; // a segment each millisecond
        long now = Time.SECOND;
        int sent = 0;
        for (long until = now + Time.SECOND; now < until; now = Math.max(now, pacer.nextAt())) {
            pacer.onSent(now, MSS, rate, MSS);
            sent++;
        }
        assertThat(sent).isBetween(1000, 1002);
    }

    @Test
    void aLateWakeUpIsMadeUpForByOneQuantumAtMost() {
        var pacer = new Pacer();
        long rate = 1_000_000;
        pacer.onSent(Time.SECOND, MSS, rate, MSS);
        long late = Time.SECOND + 100 * MILLI;
        int burst = 0;
        while (!pacer.holds(late)) {
            pacer.onSent(late, MSS, rate, MSS);
            burst++;
        }
        assertThat(burst).isEqualTo(2);
        assertThat(pacer.nextAt()).isEqualTo(late + MILLI);
    }

    @Test
    void aQuantumIsAMillisecondButNeverLessThanTwoSegments() {
        assertThat(Pacer.quantum(1000, MSS)).isEqualTo(2 * MSS);
        assertThat(Pacer.quantum(10_000_000, MSS)).isEqualTo(10_000);
        assertThat(Pacer.quantum(10_000_000_000L, MSS)).isEqualTo(65_536);
    }
}
