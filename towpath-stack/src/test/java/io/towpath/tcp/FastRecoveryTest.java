package io.towpath.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.wire.testing.Rfc;
import org.junit.jupiter.api.Test;

/// Fast retransmit and fast recovery of a peer without SACK: RFC 5681 §3.2, RFC 6582, RFC 3042. Segments are 1000
/// bytes, the window begins at ten of them.
class FastRecoveryTest {
    @Test
    @Rfc(value = 5681, section = "3.2", requirement = "5681-3.2-1")
    void theThirdDuplicateAcknowledgmentSendsTheMissingSegmentAndHalvesTheWindow() {
        Ladder t = sent(10);
        duplicates(t, 2);
        t.nothing();
        assertThat(t.info().cwnd()).isEqualTo(10_000);
        duplicates(t, 1);
        t.out(". 1:1001(1000) ack 1");
        t.nothing();
        assertThat(t.info().ssthresh()).isEqualTo(5000);
        assertThat(t.info().cwnd()).isEqualTo(5000);
    }

    @Test
    @Rfc(value = 5681, section = "3.1", requirement = "5681-3.1-8")
    void theThresholdIsNeverBelowTwoSegments() {
        Ladder t = sent(4);
        duplicates(t, 3);
        t.out(". 1:1001(1000) ack 1");
        assertThat(t.info().ssthresh()).isEqualTo(2000);
    }

    @Test
    @Rfc(value = 5681, section = "3.2", requirement = "5681-3.2-2")
    void eachFurtherDuplicateLetsOneSegmentLeaveOnceHalfTheWindowIsOut() {
        Ladder t = sent(10);
        t.write(5000);
        t.nothing();
        // Limited transmit: the first two each let one new segment leave.
        duplicates(t, 1);
        t.out(". 10001:11001(1000) ack 1");
        duplicates(t, 1);
        t.out(". 11001:12001(1000) ack 1");
        duplicates(t, 1);
        t.out(". 1:1001(1000) ack 1");
        t.nothing();
        // Of the 12,000 bytes that are out limited transmit sent two thousand, which "MUST NOT be included": a window
        // of 5000. With the three counted, 9000 are in the network.
        duplicates(t, 4);
        t.nothing();
        duplicates(t, 1);
        t.out(". 12001:13001(1000) ack 1");
        duplicates(t, 1);
        t.out(". 13001:14001(1000) ack 1");
        t.nothing();
    }

    @Test
    @Rfc(value = 6298, section = "5", requirement = "6298-5-1")
    void theTimeoutOfASegmentSentAgainCountsFromItsLastTransmission() {
        Ladder t = sent(10);
        t.after(900);
        duplicates(t, 3);
        t.out(". 1:1001(1000) ack 1");
        t.after(999);
        t.nothing();
        t.after(1);
        t.out(". 1:1001(1000) ack 1");
        assertThat(t.info().timeouts()).isEqualTo(1);
    }

    @Test
    @Rfc(value = 5681, section = "3.2", requirement = "5681-3.2-3")
    void theAcknowledgmentOfEverythingEndsRecoveryWithTheWindowAtTheThreshold() {
        Ladder t = sent(10);
        duplicates(t, 3);
        t.out(". 1:1001(1000) ack 1");
        duplicates(t, 4);
        t.in(". 1:1(0) ack 10001 win 65535");
        assertThat(t.info().inRecovery()).isFalse();
        assertThat(t.info().cwnd()).isEqualTo(5000);
        assertThat(t.info().ssthresh()).isEqualTo(5000);
    }

    @Test
    @Rfc(value = 3042, section = "2")
    void theFirstTwoDuplicatesLetAtMostTwoNewSegmentsLeave() {
        Ladder t = sent(10);
        t.write(5000);
        t.nothing();
        duplicates(t, 1);
        t.out(". 10001:11001(1000) ack 1");
        t.nothing();
        duplicates(t, 1);
        t.out(". 11001:12001(1000) ack 1");
        t.nothing();
        assertThat(t.info().cwnd()).isEqualTo(10_000);
    }

    @Test
    @Rfc(value = 5681, section = "2", requirement = "5681-2-1")
    void acknowledgmentsWithDataOrAnotherWindowAreNoDuplicates() {
        Ladder t = sent(10);
        for (int i = 0; i < 5; i++) {
            t.in(". 1:1(0) ack 1 win %d".formatted(65_000 - i));
        }
        t.nothing();
        for (int i = 0; i < 4; i++) {
            t.in(". %d:%d(100) ack 1 win 64996".formatted(1 + 100 * i, 101 + 100 * i));
        }
        t.nothing();
        assertThat(t.info().inRecovery()).isFalse();
        assertThat(t.info().cwnd()).isEqualTo(10_000);
    }

    @Test
    @Rfc(value = 5681, section = "2", requirement = "5681-2-1")
    void withNothingOutstandingThereAreNoDuplicates() {
        Ladder t = Ladders.open();
        duplicates(t, 5);
        t.nothing();
        assertThat(t.info().cwnd()).isEqualTo(10_000);
    }

    @Test
    @Rfc(value = 6582, section = "3.2")
    void aPartialAcknowledgmentSendsTheNextMissingSegmentAtOnce() {
        Ladder t = sent(10);
        duplicates(t, 3);
        t.out(". 1:1001(1000) ack 1");
        t.in(". 1:1(0) ack 4001 win 65535");
        t.out(". 4001:5001(1000) ack 1");
        t.nothing();
        assertThat(t.info().inRecovery()).isTrue();
        assertThat(t.info().cwnd()).isEqualTo(5000);
        t.in(". 1:1(0) ack 7001 win 65535");
        t.out(". 7001:8001(1000) ack 1");
        t.nothing();
        t.in(". 1:1(0) ack 10001 win 65535");
        assertThat(t.info().inRecovery()).isFalse();
        assertThat(t.info().retransmits()).isEqualTo(3);
        assertThat(t.info().timeouts()).isZero();
        assertThat(t.info().ssthresh()).isEqualTo(5000);
    }

    @Test
    @Rfc(value = 6582, section = "3.2")
    void aPartialAcknowledgmentRestartsTheRetransmissionTimer() {
        Ladder t = sent(10);
        duplicates(t, 3);
        t.out(". 1:1001(1000) ack 1");
        t.after(900);
        t.in(". 1:1(0) ack 4001 win 65535");
        t.out(". 4001:5001(1000) ack 1");
        t.after(999);
        t.nothing();
        t.after(1);
        t.out(". 4001:5001(1000) ack 1");
    }

    @Test
    @Rfc(value = 6582, section = "3.2")
    void duplicatesOfWhatATimeoutSentAgainNeedlesslyBringNoFastRetransmit() {
        Ladder t = sent(6);
        t.after(1000);
        t.out(". 1:1001(1000) ack 1");
        t.in(". 1:1(0) ack 1001 win 65535");
        t.out(". 1001:2001(1000) ack 1");
        t.out(". 2001:3001(1000) ack 1");
        // All was there: what went out again now comes back as duplicates of the last acknowledgment.
        t.in(". 1:1(0) ack 6001 win 65535");
        assertThat(t.info().inRecovery()).isFalse();
        long ssthresh = t.info().ssthresh();
        t.write(1000);
        t.out("P. 6001:7001(1000) ack 1");
        for (int i = 0; i < 4; i++) {
            t.in(". 1:1(0) ack 6001 win 65535");
        }
        t.nothing();
        assertThat(t.info().inRecovery()).isFalse();
        assertThat(t.info().ssthresh()).isEqualTo(ssthresh);
    }

    @Test
    @Rfc(value = 6582, section = "3.2")
    void aTimeoutDuringRecoveryEndsItWithTheLossWindow() {
        Ladder t = sent(10);
        duplicates(t, 3);
        t.out(". 1:1001(1000) ack 1");
        t.after(1000);
        t.out(". 1:1001(1000) ack 1");
        t.nothing();
        assertThat(t.info().cwnd()).isEqualTo(1000);
        duplicates(t, 5);
        t.nothing();
        t.in(". 1:1(0) ack 2001 win 65535");
        t.out(". 2001:3001(1000) ack 1");
        t.out(". 3001:4001(1000) ack 1");
        t.nothing();
    }

    @Test
    @Rfc(value = 5681, section = "3.1", requirement = "5681-3.1-9")
    void aTimeoutHalvesTheThresholdOnceHoweverOftenItRepeats() {
        Ladder t = sent(10);
        t.after(1000);
        t.out(". 1:1001(1000) ack 1");
        assertThat(t.info().ssthresh()).isEqualTo(5000);
        assertThat(t.info().cwnd()).isEqualTo(1000);
        t.after(2000);
        t.out(". 1:1001(1000) ack 1");
        assertThat(t.info().ssthresh()).isEqualTo(5000);
    }

    @Test
    @Rfc(value = 5681, section = "3.1", requirement = "5681-3.1-11")
    void slowStartAfterATimeoutRunsToTheThresholdAndThenGrowsBySegmentsPerRoundTrip() {
        Ladder t = sent(10);
        t.after(1000);
        t.out(". 1:1001(1000) ack 1");
        t.write(40_000);
        int acked = 1;
        for (int cwnd = 2000; cwnd <= 5000; cwnd += 1000) {
            acked += 1000;
            t.in(". 1:1(0) ack %d win 65535".formatted(acked));
            assertThat(t.info().cwnd()).isEqualTo(cwnd);
        }
        for (int i = 0; i < 5; i++) {
            assertThat(t.info().cwnd()).isEqualTo(5000);
            acked += 1000;
            t.in(". 1:1(0) ack %d win 65535".formatted(acked));
        }
        assertThat(t.info().cwnd()).isEqualTo(6000);
    }

    private static void duplicates(Ladder t, int n) {
        for (int i = 0; i < n; i++) {
            t.in(". 1:1(0) ack 1 win 65535");
        }
    }

    private static Ladder sent(int segments) {
        Ladder t = Ladders.open();
        t.write(segments * 1000);
        t.ignore();
        assertThat(t.info().inFlight()).isEqualTo(segments * 1000L);
        return t;
    }
}
