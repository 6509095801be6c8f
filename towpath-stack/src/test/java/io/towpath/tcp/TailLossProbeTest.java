package io.towpath.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.core.Counter;
import io.towpath.core.Time;
import io.towpath.wire.testing.Rfc;
import org.junit.jupiter.api.Test;

/// Tail loss probes: RFC 8985 §7. Segments are 1000 bytes, a round trip takes 100 ms, the peer may delay an
/// acknowledgment for 200 ms.
class TailLossProbeTest {
    private static final TcpConfig PROBING = Ladders.plain()
            .withRecovery(Ladders.counting().withRack(true).withTailLossProbe(true))
            .withMinRtoNanos(400 * Time.MILLISECOND);

    @Test
    @Rfc(value = 8985, section = "7.2", requirement = "8985-7.2-1")
    void afterTwoRoundTripsOfSilenceTheLastSegmentGoesAgain() {
        Ladder t = sent(3);
        t.after(199.9);
        t.nothing();
        t.after(0.1);
        t.out("P. 2001:3001(1000) ack 1");
        t.nothing();
        assertThat(t.counters().get(Counter.TCP_LOSS_PROBES)).isEqualTo(1);
        assertThat(t.info().inRecovery()).isFalse();
        assertThat(t.info().cwnd()).isEqualTo(10_000);
    }

    @Test
    @Rfc(value = 8985, section = "7.2", requirement = "8985-7.2-2")
    void aSingleSegmentLeavesTheTimeOfADelayedAcknowledgmentToThePeer() {
        Ladder t = sent(1, PROBING.withMinRtoNanos(Time.SECOND));
        t.after(399.9);
        t.nothing();
        t.after(0.1);
        t.out("P. 1:1001(1000) ack 1");
    }

    @Test
    @Rfc(value = 8985, section = "7.2", requirement = "8985-7.2-3")
    void theProbeIsNeverLaterThanTheTimeout() {
        Ladder t = sent(1, PROBING.withMinRtoNanos(350 * Time.MILLISECOND));
        t.after(349.9);
        t.nothing();
        t.after(0.1);
        t.out("P. 1:1001(1000) ack 1");
        assertThat(t.info().timeouts()).isZero();
        assertThat(t.info().cwnd()).isEqualTo(10_000);
    }

    @Test
    @Rfc(value = 8985, section = "7.2", requirement = "8985-7.2-4")
    void nothingIsProbedWhileSomethingAboveAHoleIsSacked() {
        Ladder t = sent(3);
        t.after(150);
        // The timer of RACK watches instead.
        t.in(". 1:1(0) ack 1 win 65535 <nop,nop,sack 1001:2001>");
        assertThat(t.connection().timers.isSet(TcpTimer.LOSS_PROBE)).isFalse();
        assertThat(t.connection().timers.isSet(TcpTimer.REORDER)).isTrue();
    }

    @Test
    @Rfc(value = 8985, section = "7.2", requirement = "8985-7.2-4")
    void withoutSackNothingIsProbed() {
        Ladder t = Ladder.established(PROBING, 65_535);
        t.write(3000);
        t.ignore();
        assertThat(t.connection().timers.isSet(TcpTimer.LOSS_PROBE)).isFalse();
    }

    @Test
    @Rfc(value = 8985, section = "7.2", requirement = "8985-7.2-5")
    void anAcknowledgmentBeginsTheWaitAnew() {
        Ladder t = sent(3);
        t.after(150);
        t.in(". 1:1(0) ack 1001 win 65535");
        t.after(200);
        t.nothing();
        // The round trip of 150 ms has raised the average.
        t.after(12.5);
        t.out("P. 2001:3001(1000) ack 1");
    }

    @Test
    @Rfc(value = 8985, section = "7.3", requirement = "8985-7.3-1")
    void newDataIsTheBetterProbe() {
        Ladder t = sent(10);
        t.write(3000);
        t.nothing();
        t.after(200);
        // The congestion window is full; one segment more may leave.
        t.out(". 10001:11001(1000) ack 1");
        t.nothing();
        assertThat(t.info().retransmits()).isZero();
    }

    @Test
    @Rfc(value = 8985, section = "7.3", requirement = "8985-7.3-1")
    void newDataThatThePeersWindowForbidsIsNoProbe() {
        Ladder t = Ladders.withRoundTrip(PROBING, 100);
        t.in(". 1:1(0) ack 1 win 3000");
        t.write(5000);
        t.ignore();
        t.after(200);
        t.out(". 2001:3001(1000) ack 1");
    }

    @Test
    @Rfc(value = 8985, section = "7.3", requirement = "8985-7.3-2")
    void afterTheProbeTheTimeoutIsWaitedForAndNoSecondProbeLeaves() {
        Ladder t = sent(3);
        t.after(200);
        t.out("P. 2001:3001(1000) ack 1");
        t.after(399.9);
        t.nothing();
        t.after(0.1);
        t.out(". 1:1001(1000) ack 1");
        assertThat(t.info().timeouts()).isEqualTo(1);
    }

    @Test
    @Rfc(value = 8985, section = "7.4.1", requirement = "8985-7.4.1-1")
    void theSackOfTheProbeTellsWhatIsLost() {
        Ladder t = sent(4);
        t.after(200);
        t.out("P. 3001:4001(1000) ack 1");
        t.after(100);
        t.in(". 1:1(0) ack 1 win 65535 <nop,nop,sack 3001:4001>");
        t.out(". 1:1001(1000) ack 1");
        t.out(". 1001:2001(1000) ack 1");
        assertThat(t.info().details().lostSegments()).isEqualTo(3);
        assertThat(t.info().timeouts()).isZero();
    }

    @Test
    @Rfc(value = 8985, section = "7.4.2", requirement = "8985-7.4.2-1")
    void aLossThatTheProbeRepairedHalvesTheWindow() {
        Ladder t = sent(4);
        t.after(200);
        t.out("P. 3001:4001(1000) ack 1");
        t.after(100);
        t.in(". 1:1(0) ack 4001 win 65535");
        assertThat(t.info().ssthresh()).isEqualTo(Long.MAX_VALUE);
        t.write(1000);
        t.ignore();
        t.after(100);
        // Nobody said that the last segment came twice.
        t.in(". 1:1(0) ack 5001 win 65535");
        assertThat(t.info().ssthresh()).isLessThan(10_000);
        assertThat(t.info().inRecovery()).isFalse();
    }

    @Test
    @Rfc(value = 8985, section = "7.4.2", requirement = "8985-7.4.2-2")
    void aDsackOfTheProbeSaysThatNothingWasLost() {
        Ladder t = sent(4);
        t.after(200);
        t.out("P. 3001:4001(1000) ack 1");
        t.after(50);
        t.in(". 1:1(0) ack 4001 win 65535");
        t.in(". 1:1(0) ack 4001 win 65535 <nop,nop,sack 3001:4001>");
        acknowledgeOneMore(t);
        assertThat(t.info().ssthresh()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    @Rfc(value = 8985, section = "7.4.2", requirement = "8985-7.4.2-3")
    void aPlainDuplicateAcknowledgmentSaysSoToo() {
        Ladder t = sent(4);
        t.after(200);
        t.out("P. 3001:4001(1000) ack 1");
        t.after(50);
        t.in(". 1:1(0) ack 4001 win 65535");
        t.write(1000);
        t.ignore();
        t.in(". 1:1(0) ack 4001 win 65535");
        t.after(100);
        t.in(". 1:1(0) ack 5001 win 65535");
        assertThat(t.info().ssthresh()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    @Rfc(value = 8985, section = "7.4.2", requirement = "8985-7.4.2-4")
    void aProbeOfNewDataRepairsNothing() {
        Ladder t = sent(10);
        t.write(2000);
        t.nothing();
        t.after(200);
        t.out(". 10001:11001(1000) ack 1");
        t.in(". 1:1(0) ack 11001 win 65535");
        t.ignore();
        t.after(100);
        t.in(". 1:1(0) ack 12001 win 65535");
        assertThat(t.info().ssthresh()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    @Rfc(value = 8985, section = "7.3", requirement = "8985-7.3-3")
    void withoutARoundTripMeasuredSinceTheLastProbeThereIsNone() {
        Ladder t = sent(1);
        t.after(400);
        t.out("P. 1:1001(1000) ack 1");
        // What answers may answer either copy: no measurement (Karn).
        t.in(". 1:1(0) ack 1001 win 65535");
        t.in(". 1:1(0) ack 1001 win 65535 <nop,nop,sack 1:1001>");
        t.write(2000);
        t.ignore();
        assertThat(t.connection().timers.isSet(TcpTimer.LOSS_PROBE)).isFalse();
        t.after(100);
        t.in(". 1:1(0) ack 2001 win 65535");
        assertThat(t.connection().timers.isSet(TcpTimer.LOSS_PROBE)).isTrue();
    }

    @Test
    @Rfc(value = 8985, section = "8", requirement = "8985-8-1")
    void aShutWindowIsNotProbedForLosses() {
        Ladder t = sent(2);
        t.in(". 1:1(0) ack 1001 win 0");
        t.after(10);
        assertThat(t.connection().probing).isTrue();
        assertThat(t.connection().timers.isSet(TcpTimer.LOSS_PROBE)).isFalse();
    }

    @Test
    @Rfc(value = 8985, section = "7.4.2", requirement = "8985-7.4.2-1")
    void aDuplicateOfAnEarlierRecoveryDoesNotTakeTheReductionBack() {
        Ladder t = sent(10, PROBING.withRecovery(PROBING.recovery().withDsackUndo(true)));
        t.after(100);
        t.in(". 1:1(0) ack 1 win 65535 <nop,nop,sack 1001:10001>");
        t.out(". 1:1001(1000) ack 1");
        t.after(100);
        t.in(". 1:1(0) ack 10001 win 65535");
        t.write(4000);
        t.ignore();
        t.after(250);
        t.out("P. 13001:14001(1000) ack 1");
        t.after(100);
        t.in(". 1:1(0) ack 14001 win 65535");
        long before = t.info().cwnd();
        t.write(1000);
        t.ignore();
        t.after(100);
        t.in(". 1:1(0) ack 15001 win 65535");
        long reduced = t.info().cwnd();
        assertThat(reduced).isLessThan(before);
        t.in(". 1:1(0) ack 15001 win 65535 <nop,nop,sack 1:1001>");
        assertThat(t.info().cwnd()).isEqualTo(reduced);
        assertThat(t.counters().get(Counter.TCP_RECOVERIES_UNDONE)).isZero();
    }

    private static void acknowledgeOneMore(Ladder t) {
        t.write(1000);
        t.ignore();
        t.after(100);
        t.in(". 1:1(0) ack 5001 win 65535");
    }

    private static Ladder sent(int segments) {
        return sent(segments, PROBING);
    }

    private static Ladder sent(int segments, TcpConfig config) {
        Ladder t = Ladders.withRoundTrip(config, 100);
        t.write(segments * 1000);
        t.ignore();
        return t;
    }
}
