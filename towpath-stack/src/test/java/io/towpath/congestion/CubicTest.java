package io.towpath.congestion;

import static io.towpath.congestion.Flow.MSS;
import static io.towpath.core.Time.MILLISECOND;
import static io.towpath.core.Time.SECOND;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.towpath.wire.testing.Rfc;
import org.junit.jupiter.api.Test;

/// CUBIC against the formulas of RFC 9438, reckoned here in the RFC's own units: segments and seconds.
class CubicTest {
    private static final double C = 0.4;
    private static final double BETA = 0.7;
    private static final double ALPHA = 3 * (1 - 0.7) / (1 + 0.7);

    @Test
    @Rfc(value = 9438, section = "4.6", requirement = "9438-4.6-1")
    void aLossLeavesSevenTenths() {
        var flow = new Flow(new Cubic(), 100);
        flow.control.onFastRetransmit(flow.now, 100 * MSS);
        assertThat(flow.segments()).isCloseTo(70, within(0.001));
        assertThat(flow.control.ssthresh()).isEqualTo(flow.cwnd());
    }

    @Test
    @Rfc(value = 9438, section = "4.6", requirement = "9438-4.6-2")
    void theThresholdIsSevenTenthsOfWhatIsInFlight() {
        var flow = new Flow(new Cubic(), 100);
        flow.control.onFastRetransmit(flow.now, 80 * MSS);
        assertThat(flow.segments()).isCloseTo(56, within(0.001));
    }

    @Test
    @Rfc(value = 9438, section = "4.2", requirement = "9438-4.2-1")
    void theWindowIsBackAtItsOldSizeAfterKSeconds() {
        var flow = new Flow(new Cubic(), 1000).loss();
        double k = Math.cbrt((1000 - 700) / C);
        flow.run((long) (k * SECOND));
        assertThat(flow.segments()).isCloseTo(1000, within(1.0));
    }

    @Test
    @Rfc(value = 9438, section = "4.4", requirement = "9438-4.4-1")
    void theWindowFollowsTheCubicFunctionBelowWMax() {
        var flow = new Flow(new Cubic(), 1000).loss();
        double k = Math.cbrt((1000 - 700) / C);
        long start = flow.now;
        for (double part = 0.2; part < 1; part += 0.2) {
            flow.run(start + (long) (part * k * SECOND) - flow.now);
            double t = (flow.now - start) / (double) SECOND;
            // It aims at W_cubic(t + RTT) and gets there one round trip later.
            assertThat(flow.segments()).isBetween(wCubic(t - 0.1, k, 1000), wCubic(t + 0.1, k, 1000));
        }
    }

    @Test
    @Rfc(value = 9438, section = "4.5", requirement = "9438-4.5-1")
    @Rfc(value = 9293, section = "3.8.2", requirement = "MAY-18")
    void theWindowFollowsTheCubicFunctionBeyondWMax() {
        var flow = new Flow(new Cubic(), 1000).loss();
        double k = Math.cbrt((1000 - 700) / C);
        long start = flow.now;
        flow.run((long) (1.8 * k * SECOND));
        double t = (flow.now - start) / (double) SECOND;
        assertThat(flow.segments()).isGreaterThan(1100);
        assertThat(flow.segments()).isBetween(wCubic(t - 0.1, k, 1000), wCubic(t + 0.1, k, 1000));
    }

    @Test
    @Rfc(value = 9438, section = "4.4", requirement = "9438-4.4-1")
    void eachAcknowledgmentAddsItsShareOfTheWayToTheTarget() {
        var flow = new Flow(new Cubic(), 100).loss();
        double k = Math.cbrt((100 - 70) / C);
        flow.ack(MSS); // the stage begins
        flow.now += SECOND;
        double cwnd = flow.segments();
        flow.ack(7 * MSS);
        double target = wCubic(1.1, k, 100);
        assertThat(flow.segments()).isCloseTo(cwnd + (target - cwnd) * 7 / cwnd, within(0.002));
    }

    @Test
    @Rfc(value = 9438, section = "4.2", requirement = "9438-4.2-2")
    void theTargetIsOneAndAHalfWindowsAtMost() {
        var flow = new Flow(new Cubic(), 100).loss();
        flow.ack(MSS);
        double cwnd = flow.segments();
        flow.now += 100 * SECOND;
        flow.ack(flow.cwnd());
        assertThat(flow.segments()).isCloseTo(1.5 * cwnd, within(0.002));
    }

    @Test
    @Rfc(value = 9438, section = "4.3", requirement = "9438-4.3-1")
    void onAShortPathTheWindowGrowsAsRenosWould() {
        var flow = new Flow(new Cubic(), 20).loss();
        flow.rtt = MILLISECOND;
        double estimate = flow.segments();
        while (estimate + ALPHA < 20) {
            flow.now += flow.rtt;
            flow.ack(flow.cwnd());
            estimate += ALPHA;
            assertThat(flow.segments()).isCloseTo(estimate, within(0.01));
        }
    }

    @Test
    @Rfc(value = 9438, section = "4.3", requirement = "9438-4.3-2")
    void onceBackAtTheOldWindowTheEstimateGrowsByAWholeSegmentPerRoundTrip() {
        var flow = new Flow(new Cubic(), 20).loss();
        flow.rtt = MILLISECOND;
        while (flow.segments() < 20) {
            flow.now += flow.rtt;
            flow.ack(flow.cwnd());
        }
        double estimate = flow.segments();
        for (int i = 0; i < 20; i++) {
            flow.now += flow.rtt;
            flow.ack(flow.cwnd());
            estimate += 1;
            assertThat(flow.segments()).isCloseTo(estimate, within(0.01));
        }
    }

    @Test
    @Rfc(value = 9438, section = "4.7", requirement = "9438-4.7-1")
    void aSecondLossBelowWMaxLowersThePlateau() {
        var flow = new Flow(new Cubic(), 1000).loss();
        flow.run(SECOND);
        double before = flow.segments();
        assertThat(before).isLessThan(1000);
        flow.loss();
        double wMax = before * (1 + BETA) / 2;
        double k = Math.cbrt((wMax - flow.segments()) / C);
        flow.run((long) (k * SECOND));
        assertThat(flow.segments()).isCloseTo(wMax, within(1.0));
    }

    @Test
    @Rfc(value = 9438, section = "4.7", requirement = "9438-4.7-2")
    void aLossBeyondWMaxMakesTheWindowThePlateau() {
        var flow = new Flow(new Cubic(), 1000).loss();
        flow.run(16 * SECOND);
        double wMax = flow.segments();
        assertThat(wMax).isGreaterThan(1050);
        flow.loss();
        double k = Math.cbrt((wMax - flow.segments()) / C);
        flow.run((long) (k * SECOND));
        assertThat(flow.segments()).isCloseTo(wMax, within(1.0));
    }

    @Test
    @Rfc(value = 9438, section = "4.8", requirement = "9438-4.8-1")
    void afterATimeoutTheThresholdIsSevenTenths() {
        var flow = new Flow(new Cubic(), 100);
        flow.control.onTimeout(flow.now, 100 * MSS, true);
        assertThat(flow.cwnd()).isEqualTo(MSS);
        assertThat(flow.control.ssthresh() / (double) MSS).isCloseTo(70, within(0.001));
    }

    @Test
    @Rfc(value = 9438, section = "4.8", requirement = "9438-4.8-2")
    void afterATimeoutAvoidanceBeginsAtThePlateau() {
        var flow = new Flow(new Cubic(), 1000).loss(); // there is a W_max, which the timeout makes void
        flow.control.onTimeout(flow.now, flow.cwnd(), true);
        while (flow.cwnd() < flow.control.ssthresh()) {
            flow.now += MILLISECOND / 10;
            flow.ack(MSS);
        }
        flow.ack(1); // the stage begins: K is 0 and W_max is the window
        double wMax = flow.segments();
        long start = flow.now;
        flow.run(6 * SECOND);
        double t = (flow.now - start) / (double) SECOND;
        assertThat(flow.segments()).isBetween(wCubic(t - 0.1, 0, wMax), wCubic(t + 0.1, 0, wMax) + 0.1);
    }

    @Test
    @Rfc(value = 9438, section = "5.8", requirement = "9438-5.8-1")
    void timeInWhichTheApplicationWasTheLimitDoesNotCount() {
        var steady = new Flow(new Cubic(), 1000).loss();
        var paused = new Flow(new Cubic(), 1000).loss();
        steady.run(2 * SECOND);
        paused.run(2 * SECOND);
        paused.sample.cwndLimited = false;
        paused.run(100 * SECOND);
        paused.sample.cwndLimited = true;
        steady.run(2 * SECOND);
        paused.run(2 * SECOND);
        assertThat(paused.segments()).isCloseTo(steady.segments(), within(0.01));
    }

    @Test
    @Rfc(value = 9438, section = "5.8", requirement = "9438-5.8-1")
    void idleTimeDoesNotCount() {
        var steady = new Flow(new Cubic(), 1000).loss();
        var paused = new Flow(new Cubic(), 1000).loss();
        steady.run(2 * SECOND);
        paused.run(2 * SECOND);
        paused.now += 50 * SECOND;
        paused.control.onIdle(paused.now, 50 * SECOND, 60 * SECOND);
        steady.run(2 * SECOND);
        paused.run(2 * SECOND);
        assertThat(paused.segments()).isCloseTo(steady.segments(), within(0.01));
    }

    @Test
    @Rfc(value = 9438, section = "4.2", requirement = "9438-4.2-3")
    void aStageThatSlowStartInterruptsBeginsAnew() {
        var flow = new Flow(new Cubic(), 10);
        flow.run(SECOND).loss();
        flow.run(SECOND);
        flow.now += 100 * SECOND;
        flow.control.onIdle(flow.now, 100 * SECOND, SECOND);
        assertThat(flow.cwnd()).isEqualTo(10 * MSS);
        while (flow.cwnd() < flow.control.ssthresh()) {
            flow.round();
        }
        double start = flow.segments();
        assertThat(flow.round().segments()).isLessThan(start * 1.05);
    }

    @Test
    @Rfc(value = 9438, section = "4.9", requirement = "9438-4.9-1")
    void undoingALossGoesOnAsIfNothingHadHappened() {
        var plain = new Flow(new Cubic(), 1000).loss();
        var undone = new Flow(new Cubic(), 1000).loss();
        plain.run(3 * SECOND);
        undone.run(3 * SECOND);
        undone.control.onFastRetransmit(undone.now, undone.cwnd());
        undone.control.undo(undone.now);
        plain.run(3 * SECOND);
        undone.run(3 * SECOND);
        assertThat(undone.segments()).isCloseTo(plain.segments(), within(0.01));
        assertThat(undone.control.ssthresh()).isEqualTo(plain.control.ssthresh());
    }

    @Test
    void fractionsOfABytesGrowthAreNotLost() {
        var whole = new Flow(new Cubic(), 1000).loss();
        var pieces = new Flow(new Cubic(), 1000).loss();
        whole.ack(MSS);
        pieces.ack(MSS);
        for (int i = 0; i < 100; i++) {
            whole.now += MILLISECOND;
            pieces.now += MILLISECOND;
            whole.ack(MSS);
            for (int j = 0; j < 100; j++) {
                pieces.ack(MSS / 100);
            }
        }
        assertThat((double) pieces.cwnd()).isCloseTo(whole.cwnd(), within(30.0));
    }

    private static double wCubic(double t, double k, double wMax) {
        return C * Math.pow(t - k, 3) + wMax;
    }
}
