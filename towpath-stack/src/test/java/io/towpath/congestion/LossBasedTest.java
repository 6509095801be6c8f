package io.towpath.congestion;

import static io.towpath.congestion.Flow.MSS;
import static io.towpath.core.Time.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.wire.testing.Rfc;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What holds for every algorithm that takes loss for congestion.
class LossBasedTest {
    @Test
    @Rfc(value = 6928, section = "2")
    @Rfc(value = 5681, section = "3.1", requirement = "5681-3.1-1")
    void theInitialWindowIsTenSegmentsOrAboutFifteenKilobytes() {
        assertThat(Congestion.initialWindow(1460)).isEqualTo(14_600);
        assertThat(Congestion.initialWindow(536)).isEqualTo(5_360);
        assertThat(Congestion.initialWindow(8_960)).isEqualTo(17_920);
        assertThat(Congestion.initialWindow(4_000)).isEqualTo(14_600);
    }

    @Test
    void everyAlgorithmHasItsName() {
        assertThat(Congestion.NEWRENO.create().name()).isEqualTo("newreno");
        assertThat(Congestion.CUBIC.create().name()).isEqualTo("cubic");
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "BBR")
    @Rfc(value = 5681, section = "3.1", requirement = "5681-3.1-6")
    void startsWithTheInitialWindowAndAnArbitrarilyHighThreshold(Congestion congestion) {
        var flow = new Flow(congestion.create(), 10);
        assertThat(flow.cwnd()).isEqualTo(10 * MSS);
        assertThat(flow.control.ssthresh()).isEqualTo(CongestionControl.NO_SSTHRESH);
        assertThat(flow.control.pacingRate()).isZero();
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "BBR")
    @Rfc(value = 5681, section = "3.1", requirement = "5681-3.1-4")
    @Rfc(value = 9293, section = "3.8.2", requirement = "MUST-19")
    void slowStartDoublesTheWindowEachRoundTrip(Congestion congestion) {
        var flow = new Flow(congestion.create(), 10);
        for (int expected = 20; expected <= 640; expected *= 2) {
            assertThat(flow.round().cwnd()).isEqualTo(expected * MSS);
        }
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "BBR")
    @Rfc(value = 9002, section = "7.3.1")
    void slowStartGrowsByTheBytesAcknowledgedHoweverFewAcknowledgmentsBringThem(Congestion congestion) {
        var flow = new Flow(congestion.create(), 10);
        assertThat(flow.ack(1).cwnd()).isEqualTo(10 * MSS + 1);
        assertThat(flow.ack(2 * MSS).cwnd()).isEqualTo(12 * MSS + 1);
        assertThat(flow.ack(9 * MSS).cwnd()).isEqualTo(21 * MSS + 1);
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "BBR")
    @Rfc(value = 3465, section = "2.3")
    void slowStartAfterATimeoutGrowsByOneSegmentAtMost(Congestion congestion) {
        var flow = new Flow(congestion.create(), 100);
        flow.control.onTimeout(flow.now, 100 * MSS, true);
        flow.sample.inTimeoutRecovery = true;
        assertThat(flow.ack(9 * MSS).cwnd()).isEqualTo(2 * MSS);
        flow.sample.inTimeoutRecovery = false;
        assertThat(flow.ack(9 * MSS).cwnd()).isEqualTo(11 * MSS);
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "BBR")
    void nothingGrowsWhileTheWindowIsNotTheLimit(Congestion congestion) {
        var flow = new Flow(congestion.create(), 10);
        flow.sample.cwndLimited = false;
        assertThat(flow.round().round().cwnd()).isEqualTo(10 * MSS);
        flow.sample.cwndLimited = true;
        flow.run(SECOND).loss();
        long reduced = flow.cwnd();
        flow.sample.cwndLimited = false;
        assertThat(flow.run(10 * SECOND).cwnd()).isEqualTo(reduced);
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "BBR")
    void nothingGrowsDuringRecovery(Congestion congestion) {
        var flow = new Flow(congestion.create(), 100);
        flow.control.onFastRetransmit(flow.now, flow.cwnd());
        long reduced = flow.cwnd();
        flow.sample.inRecovery = true;
        assertThat(flow.run(5 * SECOND).cwnd()).isEqualTo(reduced);
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "BBR")
    void anAcknowledgmentOfNothingNewCumulativelyGrowsNothing(Congestion congestion) {
        var flow = new Flow(congestion.create(), 10);
        assertThat(flow.ack(0).cwnd()).isEqualTo(10 * MSS);
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "BBR")
    void aWindowOfLossesIsOneReduction(Congestion congestion) {
        var flow = new Flow(congestion.create(), 100);
        flow.control.onFastRetransmit(flow.now, 100 * MSS);
        long reduced = flow.cwnd();
        flow.control.onFastRetransmit(flow.now, 60 * MSS);
        assertThat(flow.cwnd()).isEqualTo(reduced);
        assertThat(flow.control.ssthresh()).isEqualTo(reduced);
        flow.control.onRecoveryEnd(flow.now);
        flow.control.onFastRetransmit(flow.now, flow.cwnd());
        assertThat(flow.cwnd()).isLessThan(reduced);
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "BBR")
    @Rfc(value = 9438, section = "4.6", requirement = "9438-4.6-3")
    void theThresholdIsAtLeastTwoSegments(Congestion congestion) {
        var flow = new Flow(congestion.create(), 2);
        flow.control.onFastRetransmit(flow.now, MSS);
        assertThat(flow.control.ssthresh()).isEqualTo(2 * MSS);
        assertThat(flow.cwnd()).isEqualTo(2 * MSS);
        flow.control.onTimeout(flow.now, 0, true);
        assertThat(flow.control.ssthresh()).isEqualTo(2 * MSS);
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "BBR")
    void aReductionNeverRaisesTheWindow(Congestion congestion) {
        var flow = new Flow(congestion.create(), 100);
        flow.control.onTimeout(flow.now, 100 * MSS, true);
        flow.ack(MSS).ack(MSS).ack(MSS);
        assertThat(flow.cwnd()).isEqualTo(4 * MSS);
        flow.control.onFastRetransmit(flow.now, 100 * MSS);
        assertThat(flow.cwnd()).isEqualTo(4 * MSS);
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "BBR")
    @Rfc(value = 5681, section = "3.1", requirement = "5681-3.1-10")
    void aTimeoutLeavesOneSegment(Congestion congestion) {
        var flow = new Flow(congestion.create(), 100);
        flow.control.onTimeout(flow.now, flow.cwnd(), true);
        assertThat(flow.cwnd()).isEqualTo(MSS);
        assertThat(flow.control.ssthresh()).isBetween(50L * MSS, 70L * MSS);
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "BBR")
    @Rfc(value = 5681, section = "3.1", requirement = "5681-3.1-9")
    void repeatedTimeoutsOfTheSameDataHoldTheThreshold(Congestion congestion) {
        var flow = new Flow(congestion.create(), 100);
        flow.control.onTimeout(flow.now, 100 * MSS, true);
        long ssthresh = flow.control.ssthresh();
        flow.control.onTimeout(flow.now, MSS, false);
        assertThat(flow.control.ssthresh()).isEqualTo(ssthresh);
        assertThat(flow.cwnd()).isEqualTo(MSS);
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "BBR")
    @Rfc(value = 5681, section = "4.1", requirement = "5681-4.1-1")
    void afterMoreThanATimeoutOfIdlenessTheWindowIsTheInitialOneAtMost(Congestion congestion) {
        var flow = new Flow(congestion.create(), 10);
        flow.run(SECOND);
        long before = flow.cwnd();
        flow.control.onIdle(flow.now, SECOND, SECOND);
        assertThat(flow.cwnd()).isEqualTo(before);
        flow.control.onIdle(flow.now, SECOND + 1, SECOND);
        assertThat(flow.cwnd()).isEqualTo(10 * MSS);
        assertThat(flow.control.ssthresh()).isEqualTo(CongestionControl.NO_SSTHRESH);
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "BBR")
    @Rfc(value = 5681, section = "4.1")
    void idlenessDoesNotRaiseASmallWindow(Congestion congestion) {
        var flow = new Flow(congestion.create(), 10);
        flow.control.onTimeout(flow.now, flow.cwnd(), true);
        flow.control.onIdle(flow.now, 10 * SECOND, SECOND);
        assertThat(flow.cwnd()).isEqualTo(MSS);
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "BBR")
    void aChangeOfTheMssKeepsTheWindowInBytes(Congestion congestion) {
        var flow = new Flow(congestion.create(), 10);
        flow.control.onMss(536);
        assertThat(flow.cwnd()).isEqualTo(10 * MSS);
        flow.control.onMss(20_000);
        assertThat(flow.cwnd()).isEqualTo(20_000);
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "BBR")
    void undoingRestoresTheWindowAndTheThresholdOnce(Congestion congestion) {
        var flow = new Flow(congestion.create(), 100);
        flow.loss();
        long ssthresh = flow.control.ssthresh();
        long reduced = flow.cwnd();
        flow.control.onTimeout(flow.now, flow.cwnd(), true);
        flow.control.undo(flow.now);
        assertThat(flow.cwnd()).isEqualTo(reduced);
        assertThat(flow.control.ssthresh()).isEqualTo(ssthresh);
        flow.control.onTimeout(flow.now, flow.cwnd(), false);
        flow.control.undo(flow.now);
        assertThat(flow.cwnd()).isEqualTo(MSS);
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "BBR")
    void undoingATimeoutInTheMidstOfARecoveryGoesBackToBeforeBoth(Congestion congestion) {
        var flow = new Flow(congestion.create(), 100);
        flow.control.onFastRetransmit(flow.now, 100 * MSS);
        flow.control.onTimeout(flow.now, 70 * MSS, true);
        flow.control.undo(flow.now);
        assertThat(flow.cwnd()).isEqualTo(100 * MSS);
        assertThat(flow.control.ssthresh()).isEqualTo(CongestionControl.NO_SSTHRESH);
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "BBR")
    void undoingWithoutAReductionDoesNothing(Congestion congestion) {
        var flow = new Flow(congestion.create(), 10);
        flow.control.undo(flow.now);
        assertThat(flow.cwnd()).isEqualTo(10 * MSS);
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "BBR")
    void startingAgainForgetsWhatWas(Congestion congestion) {
        var flow = new Flow(congestion.create(), 100);
        flow.loss();
        flow.control.start(500, 5000);
        assertThat(flow.cwnd()).isEqualTo(5000);
        assertThat(flow.control.ssthresh()).isEqualTo(CongestionControl.NO_SSTHRESH);
        flow.control.undo(flow.now);
        assertThat(flow.cwnd()).isEqualTo(5000);
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "BBR")
    void growthWithoutEndStaysFinite(Congestion congestion) {
        var flow = new Flow(congestion.create(), 10);
        flow.loss();
        for (int i = 0; i < 200_000; i++) {
            flow.now += 10 * SECOND;
            flow.ack(flow.cwnd());
            assertThat(flow.cwnd()).isBetween((long) MSS, CongestionControl.CWND_MAX);
        }
        assertThat(flow.cwnd()).isGreaterThan(100_000L * MSS);
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "BBR")
    void randomLivesKeepTheBounds(Congestion congestion) {
        for (int seed = 0; seed < 30; seed++) {
            var random = new SplittableRandom(seed);
            var flow = new Flow(congestion.create(), 1 + random.nextInt(10));
            int mss = MSS;
            for (int step = 0; step < 3000; step++) {
                flow.now += random.nextLong(SECOND);
                flow.rtt = random.nextLong(SECOND);
                flow.sample.cwndLimited = random.nextInt(4) > 0;
                long before = flow.cwnd();
                switch (random.nextInt(60)) {
                    case 0 -> flow.control.onFastRetransmit(flow.now, random.nextLong(2 * before));
                    case 1 -> flow.control.onTimeout(flow.now, random.nextLong(2 * before), random.nextBoolean());
                    case 2, 3 -> flow.control.onRecoveryEnd(flow.now);
                    case 4 -> flow.control.onIdle(flow.now, random.nextLong(SECOND), random.nextLong(SECOND));
                    case 5 -> flow.control.undo(flow.now);
                    case 6 -> flow.control.onMss(mss = 100 + random.nextInt(9000));
                    default -> {
                        flow.ack(random.nextLong(before + 1));
                        assertThat(flow.cwnd()).as("seed %d", seed).isGreaterThanOrEqualTo(before);
                    }
                }
                assertThat(flow.cwnd()).as("seed %d", seed).isBetween((long) mss, CongestionControl.CWND_MAX);
                assertThat(flow.control.ssthresh()).as("seed %d", seed).isGreaterThanOrEqualTo(200);
            }
        }
    }
}
