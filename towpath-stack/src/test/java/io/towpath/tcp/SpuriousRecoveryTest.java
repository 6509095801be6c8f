package io.towpath.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.core.Counter;
import io.towpath.tcp.config.RecoveryConfig;
import io.towpath.wire.testing.Rfc;
import org.junit.jupiter.api.Test;

/// Retransmissions that were not needed: D-SACK (RFC 2883), Eifel (RFC 3522, RFC 4015), F-RTO (RFC 5682). Segments are
/// 1000 bytes, with timestamps 988.
class SpuriousRecoveryTest {
    private static final RecoveryConfig COUNTING = Ladders.counting();

    // ---- D-SACK ------------------------------------------------------------------------------------------------

    @Test
    @Rfc(value = 2883, section = "5", requirement = "2883-5-1")
    void aReductionIsTakenBackWhenAllThatWasSentAgainArrivedTwice() {
        Ladder t = recovering(COUNTING.withDsackUndo(true));
        t.in(". 1:1(0) ack 10001 win 65535");
        assertThat(t.info().cwnd()).isEqualTo(5000);
        t.in(". 1:1(0) ack 10001 win 65535 <nop,nop,sack 1:1001>");
        assertThat(t.info().cwnd()).isEqualTo(10_000);
        assertThat(t.info().ssthresh()).isEqualTo(Long.MAX_VALUE);
        assertThat(t.counters().get(Counter.TCP_RECOVERIES_UNDONE)).isOne();
        assertThat(t.info().details().duplicatesReported()).isOne();
    }

    @Test
    @Rfc(value = 2883, section = "5", requirement = "2883-5-1")
    void withOneRetransmissionUnaccountedForTheReductionStands() {
        Ladder t = Ladders.withSack(plain(COUNTING.withDsackUndo(true)));
        t.write(10_000);
        t.ignore();
        // Two segments lost, both sent again.
        t.in(". 1:1(0) ack 1 win 65535 <nop,nop,sack 2001:8001>");
        t.out(". 1:1001(1000) ack 1");
        t.out(". 1001:2001(1000) ack 1");
        t.in(". 1:1(0) ack 10001 win 65535 <nop,nop,sack 1:1001>");
        assertThat(t.info().cwnd()).isEqualTo(5000);
        t.in(". 1:1(0) ack 10001 win 65535 <nop,nop,sack 1001:2001>");
        assertThat(t.info().cwnd()).isEqualTo(10_000);
    }

    @Test
    @Rfc(value = 2883, section = "4", requirement = "2883-4-1")
    void aDuplicateReportMayLieWithinTheBlockThatFollowsIt() {
        Ladder t = Ladders.withSack(plain(COUNTING.withDsackUndo(true)));
        t.write(10_000);
        t.ignore();
        t.in(". 1:1(0) ack 1 win 65535 <nop,nop,sack 2001:3001 2001:5001>");
        assertThat(t.info().details().duplicatesReported()).isOne();
        assertThat(t.info().details().sackedSegments()).isEqualTo(3);
    }

    @Test
    @Rfc(value = 2883, section = "4", requirement = "2883-4-2")
    void aDuplicateFromBeforeTheRecoveryTakesNothingBack() {
        Ladder t = Ladders.withSack(plain(COUNTING.withDsackUndo(true)));
        t.write(5000);
        t.ignore();
        t.in(". 1:1(0) ack 5001 win 65535");
        t.write(10_000);
        t.ignore();
        t.in(". 1:1(0) ack 5001 win 65535 <nop,nop,sack 6001:9001>");
        t.out(". 5001:6001(1000) ack 1");
        t.in(". 1:1(0) ack 5001 win 65535 <nop,nop,sack 1:1001 6001:10001>");
        assertThat(t.info().inRecovery()).isTrue();
        assertThat(t.counters().get(Counter.TCP_RECOVERIES_UNDONE)).isZero();
    }

    @Test
    void withTheSwitchOffNothingIsTakenBack() {
        Ladder t = recovering(COUNTING);
        t.in(". 1:1(0) ack 10001 win 65535 <nop,nop,sack 1:1001>");
        assertThat(t.info().cwnd()).isEqualTo(5000);
    }

    @Test
    @Rfc(value = 8985, section = "6.2", requirement = "8985-6.2-4")
    void eachRoundWithADuplicateReportWidensTheReorderingWindow() {
        TcpConfig rack = plain(COUNTING.withRack(true));
        Ladder t = Ladders.withRoundTrip(rack, 100);
        t.write(4000);
        t.ignore();
        t.after(100);
        t.in(". 1:1(0) ack 1 win 65535 <nop,nop,sack 1001:4001>");
        t.out(". 1:1001(1000) ack 1");
        t.after(100);
        t.in(". 1:1(0) ack 4001 win 65535");
        t.in(". 1:1(0) ack 4001 win 65535 <nop,nop,sack 1:1001>");
        assertThat(t.info().details().reorderingWindowSteps()).isEqualTo(2);
        // A second report within the same round counts no more.
        t.write(1000);
        t.ignore();
        t.in(". 1:1(0) ack 4001 win 65535 <nop,nop,sack 1:1001>");
        t.in(". 1:1(0) ack 4001 win 65535 <nop,nop,sack 1:1001>");
        assertThat(t.info().details().reorderingWindowSteps()).isEqualTo(3);
    }

    // ---- Eifel -------------------------------------------------------------------------------------------------

    @Test
    @Rfc(value = 3522, section = "3.2", requirement = "3522-3.2-1")
    void anEchoFromBeforeTheRetransmissionSaysThatTheOriginalArrived() {
        Ladder t = stamped(COUNTING.withEifel(true), 3);
        t.after(1000);
        t.out(". 1:989(988) ack 1");
        assertThat(t.info().cwnd()).isEqualTo(988);
        t.after(5);
        t.in(". 1:1(0) ack 989 win 65535 <nop,nop,TS val 102 ecr " + t.stampSent() + ">");
        assertThat(t.info().inRecovery()).isFalse();
        assertThat(t.info().cwnd()).isGreaterThanOrEqualTo(9880);
        t.nothing();
    }

    @Test
    @Rfc(value = 4015, section = "3.2", requirement = "4015-3.2-1")
    void theTimeoutGrowsToTheRoundTripThatItMissed() {
        Ladder t = delayed();
        t.after(50);
        t.in(". 1:1(0) ack 989 win 65535 <nop,nop,TS val 103 ecr " + t.stampSent() + ">");
        assertThat(t.info().inRecovery()).isFalse();
        assertThat(t.info().srttNanos()).isGreaterThanOrEqualTo(1_049_000_000L);
        assertThat(t.info().backoffs()).isZero();
    }

    @Test
    @Rfc(value = 4015, section = "3.2", requirement = "4015-3.2-1")
    void anAnswerThatMayBeOneToTheRetransmissionIsNoLongRoundTrip() {
        Ladder t = delayed();
        t.after(150);
        // The acknowledgment of the original was lost; this one came for the second copy and echoes the first.
        t.in(". 1:1(0) ack 989 win 65535 <nop,nop,TS val 103 ecr " + t.stampSent() + ">");
        assertThat(t.info().inRecovery()).isFalse();
        assertThat(t.info().srttNanos()).isLessThanOrEqualTo(100_000_000L);
        assertThat(t.info().backoffs()).isZero();
    }

    /// The handshake took 100 ms for its round trip; the first segment was sent again after a second.
    private static Ladder delayed() {
        var t = new Ladder(plain(COUNTING.withEifel(true)).withTimestamps(true));
        t.listen();
        t.in("S 0:0(0) win 65535 <mss 1000,nop,nop,TS val 100 ecr 0>");
        t.ignore();
        t.after(100);
        t.in(". 1:1(0) ack 1 win 65535 <nop,nop,TS val 101 ecr *>");
        t.accept();
        t.write(988);
        t.ignore();
        t.rememberStamp();
        t.after(1000);
        t.out("P. 1:989(988) ack 1");
        return t;
    }

    @Test
    @Rfc(value = 3522, section = "3.2", requirement = "3522-3.2-1")
    void anEchoOfTheRetransmissionSaysThatItWasNeeded() {
        Ladder t = stamped(COUNTING.withEifel(true), 3);
        t.after(1000);
        t.out(". 1:989(988) ack 1");
        t.after(50);
        t.in(". 1:1(0) ack 989 win 65535 <nop,nop,TS val 102 ecr *>");
        assertThat(t.info().inRecovery()).isTrue();
        assertThat(t.counters().get(Counter.TCP_RECOVERIES_UNDONE)).isZero();
    }

    @Test
    @Rfc(value = 7323, section = "4.1")
    void anAcknowledgmentThatOthersWereLostBeforeIsMeasuredByItsEcho() {
        Ladder t = stamped(COUNTING, 1);
        t.after(500);
        t.write(988);
        t.out("P. 989:1977(988) ack 1");
        t.after(40);
        // What answered the first segment was lost; this answers the second and covers both.
        t.in(". 1:1(0) ack 1977 win 65535 <nop,nop,TS val 102 ecr *>");
        assertThat(t.info().srttNanos()).isLessThanOrEqualTo(40_000_000L);
    }

    // ---- F-RTO -------------------------------------------------------------------------------------------------

    @Test
    @Rfc(value = 5682, section = "2.1", requirement = "5682-2.1-1")
    void afterATimeoutNewDataGoesFirstAndTheNextAdvanceShowsThatItWasSpurious() {
        Ladder t = late(Ladder.established(plain(COUNTING.withFrto(true)), 65_535));
        t.out(". 1:1001(1000) ack 1");
        t.in(". 1:1(0) ack 1001 win 65535");
        t.out(". 10001:11001(1000) ack 1");
        t.out("P. 11001:12001(1000) ack 1");
        t.nothing();
        t.in(". 1:1(0) ack 2001 win 65535");
        assertThat(t.info().inRecovery()).isFalse();
        assertThat(t.info().cwnd()).isGreaterThanOrEqualTo(10_000);
        t.nothing();
        assertThat(t.info().retransmits()).isEqualTo(1);
    }

    @Test
    @Rfc(value = 5682, section = "2.1", requirement = "5682-2.1-2")
    void aDuplicateAcknowledgmentAfterTheNewDataShowsThatTheLossWasReal() {
        Ladder t = late(Ladder.established(plain(COUNTING.withFrto(true)), 65_535));
        t.out(". 1:1001(1000) ack 1");
        t.in(". 1:1(0) ack 1001 win 65535");
        t.out(". 10001:11001(1000) ack 1");
        t.out("P. 11001:12001(1000) ack 1");
        t.in(". 1:1(0) ack 1001 win 65535");
        t.out(". 1001:2001(1000) ack 1");
        assertThat(t.info().inRecovery()).isTrue();
        assertThat(t.info().ssthresh()).isEqualTo(5000);
    }

    @Test
    @Rfc(value = 5682, section = "2.1", requirement = "5682-2.1-3")
    void withoutNewDataRecoveryGoesOnInTheOldWay() {
        Ladder t = Ladder.established(plain(COUNTING.withFrto(true)), 65_535);
        t.write(3000);
        t.ignore();
        t.after(1000);
        t.out(". 1:1001(1000) ack 1");
        t.in(". 1:1(0) ack 1001 win 65535");
        t.out(". 1001:2001(1000) ack 1");
        t.out("P. 2001:3001(1000) ack 1");
    }

    @Test
    @Rfc(value = 5682, section = "3.1", requirement = "5682-3.1-1")
    void withSackADeliveryOfWhatWasNeverSentAgainIsEnough() {
        Ladder t = late(Ladders.withSack(plain(COUNTING.withFrto(true))));
        t.out(". 1:1001(1000) ack 1");
        t.in(". 1:1(0) ack 1 win 65535 <nop,nop,sack 4001:5001>");
        assertThat(t.info().inRecovery()).isFalse();
        assertThat(t.info().cwnd()).isEqualTo(10_000);
    }

    @Test
    @Rfc(value = 5682, section = "3.1", requirement = "5682-3.1-2")
    void withSackABlockOfTheNewDataShowsThatTheLossWasReal() {
        Ladder t = late(Ladders.withSack(plain(COUNTING.withFrto(true))));
        t.out(". 1:1001(1000) ack 1");
        t.in(". 1:1(0) ack 1001 win 65535");
        t.out(". 10001:11001(1000) ack 1");
        t.out("P. 11001:12001(1000) ack 1");
        t.in(". 1:1(0) ack 1001 win 65535 <nop,nop,sack 10001:11001>");
        t.out(". 1001:2001(1000) ack 1");
        assertThat(t.info().inRecovery()).isTrue();
    }

    @Test
    @Rfc(value = 5682, section = "2.1", requirement = "5682-2.1-4")
    void aTimeoutInTheMiddleOfFastRecoveryIsTakenForReal() {
        Ladder t = recovering(COUNTING.withFrto(true));
        t.write(2000);
        t.after(1000);
        t.ignore();
        t.in(". 1:1(0) ack 1001 win 65535 <nop,nop,sack 1001:4001>");
        t.out(". 4001:5001(1000) ack 1");
        assertThat(t.info().inRecovery()).isTrue();
    }

    private static Ladder late(Ladder t) {
        t.write(12_000);
        t.ignore();
        t.after(1000);
        return t;
    }

    private static Ladder recovering(RecoveryConfig recovery) {
        Ladder t = Ladders.withSack(plain(recovery));
        t.write(10_000);
        t.ignore();
        t.in(". 1:1(0) ack 1 win 65535 <nop,nop,sack 1001:4001>");
        t.out(". 1:1001(1000) ack 1");
        return t;
    }

    private static Ladder stamped(RecoveryConfig recovery, int segments) {
        Ladder t = Ladders.withTimestamps(plain(recovery));
        t.write(segments * 988);
        t.ignore();
        t.rememberStamp();
        return t;
    }

    private static TcpConfig plain(RecoveryConfig recovery) {
        return Ladders.plain().withRecovery(recovery);
    }
}
