package io.towpath.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.core.Time;
import org.junit.jupiter.api.Test;

class TimingLintTest {
    private static final long MS = Time.MILLISECOND;

    private final TimingLint timing = new TimingLint();

    @Test
    void anAcknowledgmentMayWaitHalfASecond() {
        assertThat(timing.received(0, true)).isEmpty();
        assertThat(timing.acknowledged(500 * MS)).isEmpty();
        assertThat(timing.received(800 * MS, false)).isEmpty();
    }

    @Test
    void anAcknowledgmentThatComesTooLateIsFound() {
        timing.received(0, true);
        assertThat(timing.acknowledged(501 * MS)).contains("data waited 0.501000 s");
    }

    @Test
    void anAcknowledgmentThatNeverComesIsFoundAtTheNextSegment() {
        timing.received(0, true);
        timing.received(200 * MS, true);
        assertThat(timing.received(501 * MS, true)).contains("data waited");
    }

    @Test
    void whatCameToADeadConnectionNeedsNoAcknowledgment() {
        timing.received(0, true);
        timing.over();
        assertThat(timing.received(5000 * MS, false)).isEmpty();
    }

    @Test
    void anOldDuplicateBehindAResetIsOwedNothing() {
        timing.over();
        timing.received(1000 * MS, true);
        assertThat(timing.received(2000 * MS, true)).isEmpty();
    }

    @Test
    void whoSpeaksOnAfterAResetWasNotReset() {
        timing.over();
        timing.acknowledged(0);
        timing.received(1000 * MS, true);
        assertThat(timing.received(2000 * MS, true)).contains("data waited 1.000000 s");
    }

    @Test
    void retransmissionsAtDoubledIntervalsAreRight() {
        timing.again(0, 1);
        assertThat(timing.again(1000 * MS, 1)).isEmpty();
        assertThat(timing.again(3000 * MS, 1)).isEmpty();
        assertThat(timing.again(7000 * MS, 1)).isEmpty();
    }

    @Test
    void retransmissionsAtEqualIntervalsAreFound() {
        timing.again(0, 1);
        timing.again(1000 * MS, 1);
        assertThat(timing.again(2000 * MS, 1)).contains("sent again 1.000000 s after the last time");
    }

    @Test
    void whatIsAddedToEveryTimeoutNeedNotDouble() {
        var sloppy = new TimingLint(200 * MS);
        sloppy.again(0, 1);
        sloppy.again(1200 * MS, 1);
        assertThat(sloppy.again(3400 * MS, 1)).isEmpty();
        assertThat(sloppy.again(7600 * MS, 1)).isEmpty();
        assertThat(sloppy.again(15_000 * MS, 1)).contains("sent again 7.400000 s after the last time");
    }

    @Test
    void anAnswerEndsTheSilence() {
        timing.again(0, 1);
        timing.again(1000 * MS, 1);
        timing.received(1500 * MS, false);
        assertThat(timing.again(2000 * MS, 1)).isEmpty();
        assertThat(timing.again(2500 * MS, 1)).isEmpty();
    }

    @Test
    void intervalsNeedNotGrowBeyondTheLargestTimeout() {
        timing.again(0, 1);
        timing.again(60_000 * MS, 1);
        assertThat(timing.again(120_000 * MS, 1)).isEmpty();
    }
}
