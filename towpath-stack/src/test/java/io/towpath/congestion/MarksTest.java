package io.towpath.congestion;

import static io.towpath.congestion.Flow.MSS;
import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.wire.testing.Rfc;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// What congestion marks do to windows: RFC 3168, RFC 8511, RFC 9438 §4.6.
class MarksTest {
    @ParameterizedTest
    @CsvSource({"NEWRENO, 50", "CUBIC, 70"})
    @Rfc(value = 3168, section = "6.1.2")
    void aMarkCountsAsALoss(Congestion congestion, long segments) {
        var flow = new Flow(congestion.create(), 100);
        flow.control.onCongestionMarks(flow.now, flow.cwnd());
        assertThat(flow.cwnd()).isEqualTo(segments * MSS);
        assertThat(flow.control.ssthresh()).isEqualTo(segments * MSS);
    }

    @ParameterizedTest
    @CsvSource({"NEWRENO, 80, 50", "CUBIC, 85, 70"})
    @Rfc(value = 8511, section = "3.1")
    void withAlternativeBackoffAMarkCostsLessThanALoss(Congestion congestion, long marked, long lost) {
        var tuning = CongestionTuning.defaults().withAlternativeBackoff(true);
        var flow = new Flow(congestion.create(tuning), 100);
        flow.control.onCongestionMarks(flow.now, flow.cwnd());
        assertThat(flow.cwnd()).isEqualTo(marked * MSS);
        flow = new Flow(congestion.create(tuning), 100);
        flow.control.onFastRetransmit(flow.now, flow.cwnd());
        assertThat(flow.cwnd()).isEqualTo(lost * MSS);
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "BBR")
    @Rfc(value = 9438, section = "4.6", requirement = "9438-4.6-4")
    void marksReduceTheWindowDownToOneSegmentAndTheThresholdToTwo(Congestion congestion) {
        var flow = new Flow(congestion.create(), 3);
        for (int i = 0; i < 10; i++) {
            flow.control.onCongestionMarks(flow.now, flow.cwnd());
            flow.control.onRecoveryEnd(flow.now);
        }
        assertThat(flow.cwnd()).isEqualTo(MSS);
        assertThat(flow.control.ssthresh()).isEqualTo(2 * MSS);
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "BBR")
    @Rfc(value = 3168, section = "6.1.2")
    void marksAndLossesOfOneRoundTripAreOneReduction(Congestion congestion) {
        var flow = new Flow(congestion.create(), 100);
        flow.control.onCongestionMarks(flow.now, flow.cwnd());
        long reduced = flow.cwnd();
        flow.control.onFastRetransmit(flow.now, 100 * MSS);
        flow.control.onCongestionMarks(flow.now, 100 * MSS);
        assertThat(flow.cwnd()).isEqualTo(reduced);
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "BBR")
    void whatMarksTookNoUndoGivesBack(Congestion congestion) {
        var flow = new Flow(congestion.create(), 100).loss();
        flow.control.onCongestionMarks(flow.now, flow.cwnd());
        long reduced = flow.cwnd();
        flow.control.undo(flow.now);
        assertThat(flow.cwnd()).isEqualTo(reduced);
    }

    @Test
    @Rfc(value = 9438, section = "4.7", requirement = "9438-4.7-1")
    void cubicConvergesFastAfterMarksToo() {
        var control = new Cubic();
        var flow = new Flow(control, 100);
        control.onCongestionMarks(flow.now, flow.cwnd());
        control.onRecoveryEnd(flow.now);
        var other = new Flow(new Cubic(), 100).loss();
        assertThat(flow.run(io.towpath.core.Time.SECOND).cwnd())
                .isEqualTo(other.run(io.towpath.core.Time.SECOND).cwnd());
    }
}
