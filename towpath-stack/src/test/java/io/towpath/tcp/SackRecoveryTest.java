package io.towpath.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.wire.testing.Rfc;
import org.junit.jupiter.api.Test;

/// Loss recovery with SACK: RFC 6675, and RFC 2018 §5 and §8. Segments are 1000 bytes, the window begins at ten.
class SackRecoveryTest {
    @Test
    @Rfc(value = 6675, section = "5", requirement = "6675-5-1")
    void threeDuplicateAcknowledgmentsWithNewBlocksBringRecovery() {
        Ladder t = sent(10);
        t.in(". 1:1(0) ack 1 win 65535 <nop,nop,sack 1001:2001>");
        t.nothing();
        t.in(". 1:1(0) ack 1 win 65535 <nop,nop,sack 1001:3001>");
        t.nothing();
        assertThat(t.info().inRecovery()).isFalse();
        t.in(". 1:1(0) ack 1 win 65535 <nop,nop,sack 1001:4001>");
        t.out(". 1:1001(1000) ack 1");
        t.nothing();
        assertThat(t.info().inRecovery()).isTrue();
        // FlightSize is what is not acknowledged cumulatively; half of it.
        assertThat(t.info().ssthresh()).isEqualTo(5000);
        assertThat(t.info().cwnd()).isEqualTo(5000);
    }

    @Test
    @Rfc(value = 6675, section = "5", requirement = "6675-5-3")
    @Rfc(value = 3042, section = "2")
    void beforeRecoveryEachNewBlockLetsOneNewSegmentLeave() {
        Ladder t = sent(10);
        t.write(5000);
        t.nothing();
        t.in(". 1:1(0) ack 1 win 65535 <nop,nop,sack 1001:2001>");
        t.out(". 10001:11001(1000) ack 1");
        t.in(". 1:1(0) ack 1 win 65535 <nop,nop,sack 1001:3001>");
        t.out(". 11001:12001(1000) ack 1");
        t.nothing();
        assertThat(t.info().inRecovery()).isFalse();
    }

    @Test
    @Rfc(value = 6675, section = "2", requirement = "6675-2-1")
    void acknowledgmentsWithoutNewBlocksDoNotCountAsDuplicates() {
        Ladder t = sent(10);
        for (int i = 0; i < 8; i++) {
            t.in(". 1:1(0) ack 1 win 65535 <nop,nop,sack 1001:2001>");
        }
        t.nothing();
        assertThat(t.info().inRecovery()).isFalse();
    }

    @Test
    @Rfc(value = 6675, section = "5", requirement = "6675-5-2")
    void recoveryBeginsAtOnceWhenMoreThanTwoSegmentsAboveTheHoleAreKnown() {
        Ladder t = sent(10);
        t.in(". 1:1(0) ack 1 win 65535 <nop,nop,sack 1001:3001>");
        t.nothing();
        t.in(". 1:1(0) ack 1 win 65535 <nop,nop,sack 1001:4001>");
        t.out(". 1:1001(1000) ack 1");
    }

    @Test
    @Rfc(value = 6675, section = "4", requirement = "6675-4-1")
    void isLostByThreeDiscontiguousSequencesOfSmallSegments() {
        Ladder t = Ladders.withSack();
        for (int i = 0; i < 8; i++) {
            t.write(100);
            t.ignore();
        }
        // One acknowledgment tells of three sequences above byte 1, of one above byte 201, of two above byte 401.
        t.in(". 1:1(0) ack 1 win 65535 <nop,nop,sack 501:601 301:401 101:201>");
        t.out(". 1:101(100) ack 1");
        t.nothing();
        t.in(". 1:1(0) ack 1 win 65535 <nop,nop,sack 701:801 501:601 301:401 101:201>");
        t.out(". 201:301(100) ack 1");
        t.nothing();
    }

    @Test
    @Rfc(value = 6675, section = "4", requirement = "6675-4-1")
    void onlyWhatHasMoreThanTwoSegmentsSackedAboveItIsLost() {
        Ladder t = sent(10);
        t.in(". 1:1(0) ack 1 win 65535 <nop,nop,sack 7001:10001 3001:5001>");
        t.out(". 1:1001(1000) ack 1");
        // 1, 1001, 2001, 5001 and 6001 are lost, five are SACKed: the pipe holds what was sent again alone.
        t.out(". 1001:2001(1000) ack 1");
        t.out(". 2001:3001(1000) ack 1");
        t.out(". 5001:6001(1000) ack 1");
        t.out(". 6001:7001(1000) ack 1");
        t.nothing();
        assertThat(t.info().cwnd()).isEqualTo(5000);
        assertThat(t.info().inFlight()).isEqualTo(5000);
        t.in(". 1:1(0) ack 1001 win 65535 <nop,nop,sack 7001:10001 3001:5001>");
        t.nothing();
        t.in(". 1:1(0) ack 10001 win 65535");
        assertThat(t.info().inRecovery()).isFalse();
    }

    @Test
    @Rfc(value = 6675, section = "4", requirement = "6675-4-3")
    void lostSegmentsGoBeforeNewDataAndNewDataBeforeWhatIsNotLost() {
        Ladder t = sent(10);
        t.write(3000);
        t.nothing();
        t.in(". 1:1(0) ack 1 win 65535 <nop,nop,sack 1001:4001>");
        t.out(". 1:1001(1000) ack 1");
        t.nothing();
        // The pipe: 10 sent, 3 SACKed, 1 lost and sent again: 7. It takes new data below 5000.
        t.in(". 1:1(0) ack 1 win 65535 <nop,nop,sack 1001:5001>");
        t.nothing();
        t.in(". 1:1(0) ack 1 win 65535 <nop,nop,sack 1001:6001>");
        t.nothing();
        t.in(". 1:1(0) ack 1 win 65535 <nop,nop,sack 1001:7001>");
        t.out(". 10001:11001(1000) ack 1");
        t.nothing();
        assertThat(t.info().inFlight()).isEqualTo(5000);
    }

    @Test
    @Rfc(value = 6675, section = "5", requirement = "6675-5-4")
    void aWindowIsReducedOnceHoweverManySegmentsItLost() {
        Ladder t = sent(10);
        t.in(". 1:1(0) ack 1 win 65535 <nop,nop,sack 1001:4001>");
        t.out(". 1:1001(1000) ack 1");
        t.in(". 1:1(0) ack 4001 win 65535 <nop,nop,sack 5001:8001>");
        t.out(". 4001:5001(1000) ack 1");
        assertThat(t.info().cwnd()).isEqualTo(5000);
        t.in(". 1:1(0) ack 8001 win 65535 <nop,nop,sack 9001:10001>");
        assertThat(t.info().inRecovery()).isTrue();
        assertThat(t.info().cwnd()).isEqualTo(5000);
        assertThat(t.info().ssthresh()).isEqualTo(5000);
    }

    @Test
    @Rfc(value = 6675, section = "5", requirement = "6675-5-5")
    void recoveryLastsUntilAllThatWasSentBeforeItIsAcknowledged() {
        Ladder t = sent(10);
        t.in(". 1:1(0) ack 1 win 65535 <nop,nop,sack 1001:4001>");
        t.out(". 1:1001(1000) ack 1");
        t.in(". 1:1(0) ack 10000 win 65535");
        assertThat(t.info().inRecovery()).isTrue();
        t.in(". 1:1(0) ack 10001 win 65535");
        assertThat(t.info().inRecovery()).isFalse();
    }

    @Test
    @Rfc(value = 6675, section = "5.1", requirement = "6675-5.1-1")
    void afterATimeoutSackedSegmentsAreNotSentAgainAndTheWindowIsOne() {
        Ladder t = sent(4);
        t.in(". 1:1(0) ack 1 win 65535 <nop,nop,sack 1001:2001>");
        t.nothing();
        t.after(1000);
        t.out(". 1:1001(1000) ack 1");
        t.nothing();
        assertThat(t.info().cwnd()).isEqualTo(1000);
        t.in(". 1:1(0) ack 2001 win 65535");
        t.out(". 2001:3001(1000) ack 1");
        t.out("P. 3001:4001(1000) ack 1");
        t.nothing();
    }

    @Test
    @Rfc(value = 6675, section = "5.1", requirement = "6675-5.1-2")
    void duplicatesAfterATimeoutDoNotBringFastRecoveryAndNoSecondReduction() {
        Ladder t = sent(10);
        t.after(1000);
        t.out(". 1:1001(1000) ack 1");
        assertThat(t.info().ssthresh()).isEqualTo(5000);
        for (int to = 2001; to <= 6001; to += 1000) {
            t.in(". 1:1(0) ack 1 win 65535 <nop,nop,sack 1001:%d>".formatted(to));
        }
        assertThat(t.info().ssthresh()).isEqualTo(5000);
        assertThat(t.info().cwnd()).isEqualTo(1000);
    }

    @Test
    @Rfc(value = 2018, section = "8")
    void aPeerThatRenegesGetsEverythingAfterATimeout() {
        Ladder t = sent(4);
        t.in(". 1:1(0) ack 1 win 65535 <nop,nop,sack 1001:2001>");
        // The hole is filled and yet the acknowledgment stops short of what was SACKed: it was thrown away.
        t.in(". 1:1(0) ack 1001 win 65535");
        t.nothing();
        t.after(1000);
        t.out(". 1001:2001(1000) ack 1");
        t.in(". 1:1(0) ack 2001 win 65535");
        t.out(". 2001:3001(1000) ack 1");
        t.out("P. 3001:4001(1000) ack 1");
        t.in(". 1:1(0) ack 4001 win 65535");
        assertThat(t.info().inFlight()).isZero();
    }

    @Test
    @Rfc(value = 6298, section = "5.1", requirement = "6298-5.1")
    void aWindowThatShutDuringRecoveryAndOpensAgainLeavesTheTimerRunning() {
        Ladder t = sent(6);
        t.in(". 1:1(0) ack 1 win 65535 <nop,nop,sack 1001:2001>");
        t.in(". 1:1(0) ack 1 win 65535 <nop,nop,sack 1001:3001>");
        t.in(". 1:1(0) ack 1 win 65535 <nop,nop,sack 1001:4001>");
        t.out(". 1:1001(1000) ack 1");
        t.in(". 1:1(0) ack 1 win 0");
        t.in(". 1:1(0) ack 1 win 65535");
        t.ignore();
        // Whatever the congestion window let go at once, what is unacknowledged is not forgotten.
        t.after(1000);
        t.out(". 1:1001(1000) ack 1");
    }

    @Test
    @Rfc(value = 2018, section = "5")
    void sackedBytesStayInTheSendRingUntilTheyAreAcknowledged() {
        Ladder t = sent(4);
        t.in(". 1:1(0) ack 1 win 65535 <nop,nop,sack 1001:4001>");
        assertThat(t.info().sendQueued()).isEqualTo(4000);
    }

    @Test
    void blocksThatCannotBeAreIgnored() {
        Ladder t = sent(4);
        t.in(". 1:1(0) ack 1 win 65535 <nop,nop,sack 4001:9001 2001:1001 3001:3001>");
        t.in(". 1:1(0) ack 1 win 65535 <nop,nop,sack 0:1 2147480000:2147490000>");
        t.nothing();
        assertThat(t.info().inFlight()).isEqualTo(4000);
        assertThat(t.info().inRecovery()).isFalse();
    }

    @Test
    @Rfc(value = 2883, section = "4")
    void aBlockBelowTheAcknowledgmentReportsADuplicateAndMarksNothing() {
        Ladder t = sent(4);
        t.in(". 1:1(0) ack 2001 win 65535 <nop,nop,sack 1:1001>");
        t.nothing();
        assertThat(t.info().inFlight()).isEqualTo(2000);
    }

    @Test
    void aBlockThatEndsInsideASegmentLeavesThatSegmentUnmarked() {
        Ladder t = sent(4);
        t.in(". 1:1(0) ack 1 win 65535 <nop,nop,sack 1001:2500>");
        assertThat(t.info().inFlight()).isEqualTo(3000);
        t.in(". 1:1(0) ack 1 win 65535 <nop,nop,sack 1001:3001>");
        assertThat(t.info().inFlight()).isEqualTo(2000);
    }

    private static Ladder sent(int segments) {
        Ladder t = Ladders.withSack();
        t.write(segments * 1000);
        t.ignore();
        assertThat(t.info().inFlight()).isEqualTo(segments * 1000L);
        return t;
    }

    @Test
    @Rfc(value = 6675, section = "4", requirement = "6675-4-4")
    void withNothingElseToSendAHoleBelowTheHighestBlockIsFilled() {
        Ladder t = lastResort(8);
        t.in(". 1:1(0) ack 1 win 65535 <nop,nop,sack 1001:4001>");
        t.out(". 1:1001(1000) ack 1");
        t.nothing();
        t.in(". 1:1(0) ack 1 win 65535 <nop,nop,sack 5001:7001 1001:4001>");
        t.out(". 4001:5001(1000) ack 1");
        t.nothing();
    }

    @Test
    @Rfc(value = 6675, section = "4", requirement = "6675-4-5")
    void theLastSegmentIsRescuedOnceInARecovery() {
        Ladder t = lastResort(6);
        t.in(". 1:1(0) ack 1 win 65535 <nop,nop,sack 1001:4001>");
        t.out(". 1:1001(1000) ack 1");
        t.nothing();
        t.in(". 1:1(0) ack 1 win 65535 <nop,nop,sack 1001:5001>");
        t.out("P. 5001:6001(1000) ack 1");
        t.nothing();
        t.in(". 1:1(0) ack 5001 win 65535");
        t.nothing();
    }

    @Test
    @Rfc(value = 6675, section = "4", requirement = "6675-4-5")
    void theNextRecoveryRescuesAgain() {
        Ladder t = lastResort(10);
        t.in(". 1:1(0) ack 1 win 65535 <nop,nop,sack 1001:9001>");
        t.out(". 1:1001(1000) ack 1");
        t.out("P. 9001:10001(1000) ack 1");
        t.in(". 1:1(0) ack 10001 win 65535");
        t.write(5000);
        t.ignore();
        t.in(". 1:1(0) ack 15001 win 65535"); // the window grows to six segments again
        t.write(6000);
        t.ignore();
        t.in(". 1:1(0) ack 15001 win 65535 <nop,nop,sack 16001:20001>");
        t.out(". 15001:16001(1000) ack 1");
        t.out("P. 20001:21001(1000) ack 1");
        t.nothing();
    }

    @Test
    @Rfc(value = 6675, section = "4")
    void newDataGoesBeforeTheLastResort() {
        Ladder t = lastResort(6);
        t.write(1000);
        t.ignore();
        t.in(". 1:1(0) ack 1 win 65535 <nop,nop,sack 1001:4001>");
        t.out(". 1:1001(1000) ack 1");
        t.write(1000);
        t.in(". 1:1(0) ack 1 win 65535 <nop,nop,sack 1001:6001>");
        t.out("P. 7001:8001(1000) ack 1");
    }

    /// So many segments under way, counting, and what RFC 6675 has as a last resort.
    private static Ladder lastResort(int segments) {
        Ladder t =
                Ladders.withSack(Ladders.plain().withRecovery(Ladders.counting().withLastResort(true)));
        t.write(segments * 1000);
        t.ignore();
        return t;
    }
}
