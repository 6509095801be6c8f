package io.towpath.congestion;

import static io.towpath.congestion.Flow.MSS;
import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.congestion.CongestionTuning.AfterIdle;
import io.towpath.core.Time;
import io.towpath.wire.testing.Rfc;
import org.junit.jupiter.api.Test;

/// Congestion window validation (RFC 7661).
class WindowValidationTest {
    private final CongestionControl control =
            new NewReno(CongestionTuning.defaults().withHyStart(false).withAfterIdle(AfterIdle.VALIDATE));
    private final Flow flow = new Flow(control, 10);

    /// Writes of `segments`, each acknowledged at once and alone, for as long as `nanos`.
    private void trickle(int segments, long nanos) {
        for (long until = flow.now + nanos; flow.now < until; ) {
            flow.now += flow.rtt;
            flow.sample.cwndLimited = false;
            flow.sample.inFlightMax = (long) segments * MSS;
            small(segments);
        }
        flow.sample.cwndLimited = true;
    }

    private void small(int segments) {
        AckSample s = flow.sample;
        s.now = flow.now;
        s.ackedBytes = (long) segments * MSS;
        s.deliveredBytes = s.ackedBytes;
        s.ackedTotal += s.ackedBytes;
        s.outstanding = 0;
        control.onAck(s);
    }

    @Test
    @Rfc(value = 7661, section = "4.3")
    void whoFillsTheWindowGrowsAsEver() {
        for (int expected = 20; expected <= 320; expected *= 2) {
            assertThat(flow.round().cwnd()).isEqualTo(expected * MSS);
        }
    }

    @Test
    @Rfc(value = 7661, section = "4.3")
    void aWindowThatIsHardlyUsedIsKept() {
        flow.round().round().round();
        assertThat(control.cwnd()).isEqualTo(80 * MSS);
        assertThat(control.phase()).isEqualTo("slow start");
        trickle(5, 60 * Time.SECOND);
        assertThat(control.cwnd()).isEqualTo(80 * MSS);
        assertThat(control.phase()).isEqualTo("not validated");
        control.onIdle(flow.now + 10 * Time.SECOND, 10 * Time.SECOND, Time.SECOND);
        assertThat(control.cwnd()).isEqualTo(80 * MSS);
    }

    @Test
    @Rfc(value = 7661, section = "4.4")
    void itDoesNotGrowWhileTheApplicationIsTheLimit() {
        flow.round(); // 20 segments
        trickle(8, 10 * Time.SECOND); // less than half of them
        assertThat(control.cwnd()).isEqualTo(20 * MSS);
        trickle(11, 10 * Time.SECOND); // more than half: validated, and slow start may go on
        assertThat(control.cwnd()).isGreaterThan(20 * MSS).isLessThanOrEqualTo(34 * MSS);
    }

    @Test
    @Rfc(value = 7661, section = "4.4.3")
    void afterFiveMinutesItIsHalved() {
        flow.round().round().round();
        trickle(5, 290 * Time.SECOND);
        assertThat(control.cwnd()).isEqualTo(80 * MSS);
        trickle(5, 20 * Time.SECOND);
        assertThat(control.cwnd()).isEqualTo(40 * MSS);
        trickle(5, 300 * Time.SECOND);
        assertThat(control.cwnd()).isEqualTo(20 * MSS);
        trickle(1, 3000 * Time.SECOND);
        assertThat(control.cwnd()).isEqualTo(10 * MSS); // the initial window is the least
    }

    @Test
    @Rfc(value = 7661, section = "4.4.3")
    void silenceCountsToo() {
        flow.round().round().round();
        long silence = 400 * Time.SECOND;
        control.onIdle(flow.now + silence, silence, Time.SECOND);
        assertThat(control.cwnd()).isEqualTo(40 * MSS);
    }

    @Test
    @Rfc(value = 7661, section = "4.4.1")
    void aLossLeavesHalfOfWhatWasUsedLessWhatWasLost() {
        flow.round().round().round();
        trickle(20, 10 * Time.SECOND);
        assertThat(control.cwnd()).isEqualTo(80 * MSS);
        control.onFastRetransmit(flow.now, 6 * MSS);
        assertThat(control.cwnd()).isEqualTo(10 * MSS); // of pipeACK, not of what was in flight
        flow.sample.lostTotal += 4 * MSS;
        flow.sample.inRecovery = true;
        control.onRecoveryEnd(flow.now);
        small(1);
        assertThat(control.cwnd()).isEqualTo(8 * MSS);
        assertThat(control.ssthresh()).isEqualTo(8 * MSS);
    }

    @Test
    @Rfc(value = 7661, section = "4.4.1")
    void aLossOfWhoUsedItIsAsEver() {
        flow.round().round().round();
        control.onFastRetransmit(flow.now, 80 * MSS);
        flow.sample.lostTotal += 40 * MSS;
        control.onRecoveryEnd(flow.now);
        flow.sample.inRecovery = true;
        flow.ack(MSS);
        assertThat(control.cwnd()).isEqualTo(40 * MSS);
    }

    @Test
    @Rfc(value = 7661, section = "4.1")
    void atFirstNothingIsKnownAndTheWindowMayGrow() {
        flow.sample.cwndLimited = false;
        flow.sample.inFlightMax = 9 * MSS;
        flow.ack(MSS);
        assertThat(control.cwnd()).isEqualTo(11 * MSS);
    }
}
