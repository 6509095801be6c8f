package io.towpath.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.core.Time;
import io.towpath.wire.testing.Rfc;
import org.junit.jupiter.api.Test;

/// Losses found by time: RFC 8985 §6. Segments are 1000 bytes, a round trip takes 100 ms, the window begins at
/// ten.
class RackTest {
    private static final TcpConfig RACK =
            Ladders.plain().withRecovery(Ladders.counting().withRack(true));

    @Test
    @Rfc(value = 8985, section = "6.2", requirement = "8985-6.2-5")
    void oneSackedSegmentIsEnoughOnceTheReorderingWindowHasPassed() {
        Ladder t = sent(2);
        t.after(100);
        sack(t, "1001:2001");
        t.nothing();
        assertThat(t.info().inRecovery()).isFalse();
        // A quarter of the least round trip.
        t.after(24.9);
        t.nothing();
        t.after(0.1);
        t.out(". 1:1001(1000) ack 1");
        assertThat(t.info().inRecovery()).isTrue();
    }

    @Test
    @Rfc(value = 8985, section = "6.2", requirement = "8985-6.2-5")
    void whatArrivesWithinTheReorderingWindowWasOnlyOvertaken() {
        Ladder t = sent(2);
        t.after(100);
        sack(t, "1001:2001");
        t.after(20);
        t.in(". 1:1(0) ack 2001 win 65535");
        t.after(500);
        t.nothing();
        assertThat(t.info().retransmits()).isZero();
        assertThat(t.connection().timers.isSet(TcpTimer.REORDER)).isFalse();
    }

    @Test
    @Rfc(value = 8985, section = "6.2", requirement = "8985-6.2-4")
    void withDupThreshSegmentsSackedAndNoReorderingSeenNothingIsWaitedFor() {
        Ladder t = sent(5);
        t.after(100);
        sack(t, "1001:2001");
        sack(t, "1001:3001");
        t.nothing();
        sack(t, "1001:4001");
        t.out(". 1:1001(1000) ack 1");
        t.nothing();
    }

    @Test
    @Rfc(value = 8985, section = "6.2", requirement = "8985-6.2-3")
    void onceReorderingWasSeenThreeSackedSegmentsAreNoLossYet() {
        Ladder t = sent(2);
        t.after(100);
        sack(t, "1001:2001");
        t.in(". 1:1(0) ack 2001 win 65535");
        assertThat(t.connection().recovery.rack().isReorderingSeen()).isTrue();
        t.write(5000);
        t.ignore();
        t.after(100);
        sack(t, "3001:7001");
        t.nothing();
        t.after(25);
        t.out(". 2001:3001(1000) ack 1");
    }

    @Test
    @Rfc(value = 8985, section = "6.2", requirement = "8985-6.2-5")
    void everythingSentBeforeTheLatestDeliveredIsLostAtOnceDuringRecovery() {
        Ladder t = sent(10);
        t.after(100);
        sack(t, "9001:10001 6001:7001 3001:4001");
        for (int seq : new int[] {1, 1001, 2001, 4001, 5001}) {
            t.out(". %d:%d(1000) ack 1".formatted(seq, seq + 1000));
        }
        t.nothing();
        assertThat(t.info().cwnd()).isEqualTo(5000);
    }

    @Test
    @Rfc(value = 8985, section = "6.2", requirement = "8985-6.2-5")
    void aRetransmissionIsLostTooWhenSomethingSentAfterItArrives() {
        Ladder t = sent(10);
        t.after(100);
        sack(t, "1001:7001");
        t.out(". 1:1001(1000) ack 1");
        t.write(3000);
        t.out(". 10001:11001(1000) ack 1");
        t.nothing();
        t.after(100);
        // New data that left after the retransmission is there, the retransmission is not.
        sack(t, "10001:11001 1001:10001");
        t.out(". 1:1001(1000) ack 1");
    }

    @Test
    @Rfc(value = 5681, section = "4.3")
    void theLossOfARetransmissionIsASecondIndicationOfCongestion() {
        Ladder t = lostAgain(RACK.withRecovery(RACK.recovery().withTwiceForLostAgain(true)));
        assertThat(t.info().ssthresh()).isEqualTo(2500);
        Ladder linux = lostAgain(RACK);
        assertThat(linux.info().ssthresh()).isEqualTo(5000);
    }

    private static Ladder lostAgain(TcpConfig config) {
        Ladder t = Ladders.withRoundTrip(config, 100);
        t.write(13_000);
        t.ignore();
        t.after(100);
        sack(t, "1001:7001");
        t.ignore();
        assertThat(t.info().ssthresh()).isEqualTo(5000);
        t.after(100);
        sack(t, "10001:11001 1001:10001");
        return t;
    }

    @Test
    @Rfc(value = 8985, section = "6.2", requirement = "8985-6.2-2")
    void anAnswerThatComesSoonerThanAnyRoundTripIsToTheOriginal() {
        Ladder t = sent(10);
        t.after(100);
        sack(t, "1001:4001");
        t.out(". 1:1001(1000) ack 1");
        t.after(10);
        // 10 ms after the retransmission: the original was late. Nothing sent before the retransmission is overdue.
        t.in(". 1:1(0) ack 4001 win 65535");
        t.nothing();
        assertThat(t.info().inFlight()).isEqualTo(6000);
    }

    @Test
    @Rfc(value = 8985, section = "6.3", requirement = "8985-6.3-1")
    void aTimeoutLeavesWhatWasSentOnlyNowInTheNetwork() {
        Ladder t = sent(3);
        t.after(100);
        t.in(". 1:1(0) ack 1001 win 65535");
        t.after(990);
        t.write(2000);
        t.ignore();
        t.after(10);
        t.out(". 1001:2001(1000) ack 1");
        // The first two are lost, the last two left 10 ms ago, and one is sent again.
        assertThat(t.info().inFlight()).isEqualTo(3000);
    }

    @Test
    @Rfc(value = 8985, section = "6.2", requirement = "8985-6.2-6")
    void segmentsOfOneSuperSegmentAreToldApartByTheirSequence() {
        Ladder t = Ladders.withRoundTrip(RACK, 100);
        t.offloads(new io.towpath.core.Offloads(true, 65_535));
        t.write(3000);
        t.ignore();
        t.after(100);
        // All three left at one moment: the first is older than the second, the third is not.
        sack(t, "1001:2001");
        t.after(25);
        t.out(". 1:1001(1000) ack 1");
        t.nothing();
    }

    @Test
    @Rfc(value = 8985, section = "8", requirement = "8985-8-1")
    void theReorderingTimerIsShorterThanTheTimeoutAndEndsWithTheFlight() {
        Ladder t = sent(3);
        t.after(100);
        sack(t, "2001:3001");
        assertThat(t.connection().timers.at(TcpTimer.REORDER)).isEqualTo(t.now + 25 * Time.MILLISECOND);
        t.in(". 1:1(0) ack 3001 win 65535");
        assertThat(t.connection().timers.isSet(TcpTimer.REORDER)).isFalse();
        assertThat(t.connection().timers.isSet(TcpTimer.RETRANSMIT)).isFalse();
    }

    private static void sack(Ladder t, String blocks) {
        t.in(". 1:1(0) ack %d win 65535 <nop,nop,sack %s>"
                .formatted(t.connection().snd.una - t.connection().snd.iss, blocks));
    }

    private static Ladder sent(int segments) {
        Ladder t = Ladders.withRoundTrip(RACK, 100);
        t.write(segments * 1000);
        t.ignore();
        return t;
    }
}
