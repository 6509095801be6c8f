package io.towpath.congestion;

import static io.towpath.congestion.Flow.MSS;
import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.core.Time;
import io.towpath.wire.testing.Rfc;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// HyStart++: RFC 9406.
class HyStartTest {
    private static final long MILLI = Time.MILLISECOND;

    private static Flow flow(CongestionTuning tuning) {
        return new Flow(Congestion.NEWRENO.create(tuning), 10);
    }

    private static Flow flow() {
        return flow(CongestionTuning.defaults());
    }

    /// A round trip of `millis` in which every segment of the window is acknowledged by itself.
    private static Flow round(Flow flow, long millis) {
        flow.rtt = millis * MILLI;
        return flow.round();
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "BBR")
    @Rfc(value = 9406, section = "4.2")
    @Rfc(value = 9438, section = "4.10", requirement = "9438-4.10-1")
    void aRisingRoundTripTimeSlowsGrowthToAQuarter(Congestion congestion) {
        var flow = new Flow(congestion.create(), 10);
        round(round(flow, 100), 100);
        long before = flow.cwnd();
        assertThat(before).isEqualTo(40 * MSS);
        // 100 / 8 = 12.5 ms more: eight samples see it, the rest of the round counts a quarter.
        round(flow, 113);
        assertThat(flow.control.phase()).isEqualTo("conservative slow start");
        assertThat(flow.cwnd() - before).isEqualTo(7 * MSS + 33 * MSS / 4);
        before = flow.cwnd();
        round(flow, 113);
        assertThat(flow.cwnd() - before).isBetween(before / 4 - MSS, before / 4);
    }

    @ParameterizedTest
    @Rfc(value = 9406, section = "4.2")
    @Rfc(value = 9406, section = "4.3")
    @CsvSource({
        "16, 20, true",
        "16, 19, false",
        "100, 113, true",
        "100, 112, false",
        "400, 416, true",
        "400, 415, false"
    })
    void theThresholdIsAnEighthBetweenFourAndSixteenMilliseconds(long before, long after, boolean slow) {
        Flow flow = flow();
        round(round(flow, before), after);
        assertThat(flow.control.phase().equals("conservative slow start")).isEqualTo(slow);
    }

    @Test
    @Rfc(value = 9406, section = "4.2")
    void fewerThanEightSamplesInARoundSayNothing() {
        Flow flow = new Flow(Congestion.NEWRENO.create(), 7);
        flow.rtt = 100 * MILLI;
        flow.round();
        flow.sample.cwndLimited = false; // keeps the window at 14 segments
        flow.rtt = 200 * MILLI;
        for (int i = 0; i < 7; i++) {
            flow.ack(2 * MSS);
        }
        assertThat(flow.control.phase()).isEqualTo("slow start");
    }

    @Test
    @Rfc(value = 9406, section = "4.2")
    void afterFiveConservativeRoundsCongestionAvoidanceBegins() {
        Flow flow = flow();
        round(round(flow, 100), 150);
        assertThat(flow.control.phase()).isEqualTo("conservative slow start");
        // The round in which it began counts: four whole rounds more.
        for (int i = 0; i < 3; i++) {
            round(flow, 150);
            assertThat(flow.control.ssthresh()).isEqualTo(CongestionControl.NO_SSTHRESH);
        }
        round(flow, 150);
        assertThat(flow.control.phase()).isEqualTo("congestion avoidance");
        assertThat(flow.control.ssthresh()).isLessThanOrEqualTo(flow.cwnd());
    }

    @Test
    @Rfc(value = 9406, section = "4.2")
    void aRoundTripTimeThatComesDownResumesSlowStart() {
        Flow flow = flow();
        round(round(flow, 100), 150);
        assertThat(flow.control.phase()).isEqualTo("conservative slow start");
        round(flow, 140);
        assertThat(flow.control.phase()).isEqualTo("slow start");
        long before = flow.cwnd();
        round(flow, 140);
        assertThat(flow.cwnd()).isEqualTo(2 * before);
    }

    @Test
    @Rfc(value = 9406, section = "4.2")
    void aLossEndsItForGood() {
        Flow flow = flow();
        round(round(flow, 100), 150);
        flow.loss();
        assertThat(flow.control.phase()).isEqualTo("congestion avoidance");
        long threshold = flow.control.ssthresh();
        flow.control.onTimeout(flow.now, flow.cwnd(), true);
        // §4.3: later slow starts know a threshold and do without.
        for (int i = 0; flow.cwnd() < threshold / 2; i++) {
            long before = flow.cwnd();
            round(flow, 200 + 20L * i);
            assertThat(flow.cwnd()).isGreaterThanOrEqualTo(Math.min(2 * before, threshold / 2));
        }
    }

    @Test
    void whenTurnedOffARisingRoundTripTimeChangesNothing() {
        Flow flow = flow(CongestionTuning.defaults().withHyStart(false));
        round(round(round(flow, 100), 200), 400);
        assertThat(flow.cwnd()).isEqualTo(80 * MSS);
    }
}
