package io.towpath.congestion;

import static io.towpath.congestion.Flow.MSS;
import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.wire.testing.Rfc;
import org.junit.jupiter.api.Test;

class NewRenoTest {
    private final Flow flow = new Flow(new NewReno(), 20);

    @Test
    @Rfc(value = 5681, section = "3.1")
    void aLossHalvesTheWindow() {
        flow.control.onFastRetransmit(flow.now, 20 * MSS);
        assertThat(flow.control.ssthresh()).isEqualTo(10 * MSS);
        assertThat(flow.cwnd()).isEqualTo(10 * MSS);
    }

    @Test
    @Rfc(value = 5681, section = "3.1", requirement = "5681-3.1-8")
    void theThresholdIsHalfOfWhatIsInFlightAndNotHalfOfTheWindow() {
        flow.control.onFastRetransmit(flow.now, 12 * MSS);
        assertThat(flow.control.ssthresh()).isEqualTo(6 * MSS);
    }

    @Test
    void itMayBeHalfOfTheWindowWhereThatIsAskedFor() {
        var kernel = new NewReno(CongestionTuning.defaults().withFromWindow(true));
        kernel.start(1000, 20_000);
        kernel.onFastRetransmit(1, 4000);
        assertThat(kernel.ssthresh()).isEqualTo(10_000);
        assertThat(kernel.cwnd()).isEqualTo(10_000);
    }

    @Test
    @Rfc(value = 5681, section = "3.1", requirement = "5681-3.1-7")
    void congestionAvoidanceAddsOneSegmentPerRoundTrip() {
        flow.loss();
        for (int expected = 11; expected < 60; expected++) {
            assertThat(flow.round().cwnd()).isEqualTo(expected * MSS);
        }
    }

    @Test
    @Rfc(value = 3465, section = "2.1")
    void growthDependsOnBytesAndNotOnHowManyAcknowledgmentsBringThem() {
        flow.loss();
        for (int i = 0; i < 5; i++) {
            flow.ack(2 * MSS); // delayed acknowledgments
        }
        assertThat(flow.cwnd()).isEqualTo(11 * MSS);
        for (int i = 0; i < 110; i++) {
            assertThat(flow.cwnd()).isEqualTo(11 * MSS);
            flow.ack(100); // divided acknowledgments
        }
        assertThat(flow.cwnd()).isEqualTo(12 * MSS);
    }

    @Test
    @Rfc(value = 3465, section = "2.1")
    void bytesBeyondAWindowCountForTheNextOne() {
        flow.loss();
        flow.ack(6 * MSS).ack(6 * MSS);
        assertThat(flow.cwnd()).isEqualTo(11 * MSS);
        flow.ack(9 * MSS);
        assertThat(flow.cwnd()).isEqualTo(12 * MSS);
    }

    @Test
    void oneHugeAcknowledgmentAddsOneSegment() {
        flow.loss();
        flow.ack(1000 * MSS);
        assertThat(flow.cwnd()).isEqualTo(11 * MSS);
    }

    @Test
    void bytesCountedBeforeALossAreForgotten() {
        flow.loss();
        flow.ack(9 * MSS);
        flow.loss();
        assertThat(flow.cwnd()).isEqualTo(5 * MSS);
        flow.ack(4 * MSS);
        assertThat(flow.cwnd()).isEqualTo(5 * MSS);
        flow.ack(MSS);
        assertThat(flow.cwnd()).isEqualTo(6 * MSS);
    }

    @Test
    @Rfc(value = 5681, section = "3.1", requirement = "5681-3.1-11")
    void afterATimeoutSlowStartGoesUpToTheThresholdAndNoFurther() {
        flow.control.onTimeout(flow.now, 20 * MSS, true);
        assertThat(flow.control.ssthresh()).isEqualTo(10 * MSS);
        assertThat(flow.round().cwnd()).isEqualTo(2 * MSS);
        assertThat(flow.round().cwnd()).isEqualTo(4 * MSS);
        assertThat(flow.round().cwnd()).isEqualTo(8 * MSS);
        assertThat(flow.round().cwnd()).isEqualTo(10 * MSS); // two segments of it; six more count towards avoidance
        assertThat(flow.round().cwnd()).isEqualTo(11 * MSS);
    }
}
