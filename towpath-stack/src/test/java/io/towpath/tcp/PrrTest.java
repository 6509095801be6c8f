package io.towpath.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.wire.testing.Rfc;
import org.junit.jupiter.api.Test;

/// Proportional rate reduction: RFC 6937, with the safe acknowledgments of RFC 9937. Segments are 1000 bytes, a
/// round trip takes 100 ms.
class PrrTest {
    private static final TcpConfig PRR =
            Ladders.plain().withRecovery(Ladders.counting().withRack(true).withPrr(true));

    @Test
    @Rfc(value = 6937, section = "3", requirement = "6937-3-1")
    void oneSegmentLeavesForEverySecondThatArrivesOnTheWayToHalfTheWindow() {
        Ladder t = Ladders.withRoundTrip(PRR.withInitialWindowSegments(20), 100);
        t.write(40_000);
        t.ignore();
        assertThat(t.info().inFlight()).isEqualTo(20_000);
        t.after(100);
        sack(t, "1001:4001");
        t.out(". 1:1001(1000) ack 1");
        assertThat(t.info().ssthresh()).isEqualTo(10_000);
        // Two segments sent above the window by limited transmit would be nothing new here: the window is 20 segments
        // and of them three were SACKed at once, so nothing was.
        int left = 0;
        for (int to = 5001; to <= 15_001; to += 1000) {
            sack(t, "1001:" + to);
            left += t.pendingSegments();
            t.ignore();
        }
        // Eleven arrived after the first three: fourteen delivered, seven sent, the retransmission one of them.
        assertThat(left).isEqualTo(6);
        assertThat(t.info().inFlight()).isEqualTo(12_000);
    }

    @Test
    @Rfc(value = 6937, section = "3", requirement = "6937-3-2")
    void belowTheTargetNoMoreIsSentThanWasDelivered() {
        Ladder t = sent(10);
        t.write(5000);
        t.after(100);
        // Seven lost: three are in the network once the first is sent again. No burst fills the gap.
        sack(t, "9001:10001 8001:9001 7001:8001");
        t.out(". 1:1001(1000) ack 1");
        t.out(". 1001:2001(1000) ack 1");
        t.out(". 2001:3001(1000) ack 1");
        t.nothing();
        assertThat(t.info().inFlight()).isEqualTo(3000);
    }

    @Test
    @Rfc(value = 6937, section = "3", requirement = "6937-3-3")
    void anAcknowledgmentThatMovesOnWithoutFurtherLossLetsOneMoreSegmentLeave() {
        Ladder t = sent(10);
        t.after(100);
        sack(t, "9001:10001 8001:9001 7001:8001");
        t.ignore();
        assertThat(t.info().inFlight()).isEqualTo(3000);
        t.after(100);
        // One delivered, one more for the safe acknowledgment.
        t.in(". 1:1(0) ack 1001 win 65535 <nop,nop,sack 7001:10001>");
        t.out(". 3001:4001(1000) ack 1");
        t.out(". 4001:5001(1000) ack 1");
        t.nothing();
    }

    @Test
    @Rfc(value = 6937, section = "3", requirement = "6937-3-4")
    void theWindowEndsAtTheThreshold() {
        Ladder t = sent(10);
        t.after(100);
        sack(t, "1001:4001");
        t.out(". 1:1001(1000) ack 1");
        t.in(". 1:1(0) ack 10001 win 65535");
        assertThat(t.info().inRecovery()).isFalse();
        assertThat(t.info().cwnd()).isEqualTo(t.info().ssthresh()).isEqualTo(5000);
    }

    @Test
    @Rfc(value = 6937, section = "2", requirement = "6937-2-1")
    void withoutSackEachDuplicateStandsForOneSegmentDelivered() {
        Ladder t = Ladder.established(PRR, 65_535);
        t.write(15_000);
        t.ignore();
        for (int i = 0; i < 3; i++) {
            t.in(". 1:1(0) ack 1 win 65535");
        }
        // Two new segments by limited transmit, then the retransmission.
        t.out(". 10001:11001(1000) ack 1");
        t.out(". 11001:12001(1000) ack 1");
        t.out(". 1:1001(1000) ack 1");
        int left = 0;
        for (int i = 0; i < 6; i++) {
            t.in(". 1:1(0) ack 1 win 65535");
            left += t.pendingSegments();
            t.ignore();
        }
        // The third brings the sixth thousand of half of what was delivered; with the last the pipe is below 5000.
        assertThat(left).isEqualTo(2);
    }

    @Test
    @Rfc(value = 6937, section = "3", requirement = "6937-3-5")
    void aRecoveryThatTheReorderingTimerBeginsSendsOneSegmentAtOnce() {
        Ladder t = sent(5);
        t.after(100);
        sack(t, "3001:5001");
        t.nothing();
        t.after(25);
        t.out(". 1:1001(1000) ack 1");
        t.nothing();
        assertThat(t.info().inFlight()).isEqualTo(1000);
    }

    private static void sack(Ladder t, String blocks) {
        t.in(". 1:1(0) ack 1 win 65535 <nop,nop,sack %s>".formatted(blocks));
    }

    private static Ladder sent(int segments) {
        Ladder t = Ladders.withRoundTrip(PRR, 100);
        t.write(segments * 1000);
        t.ignore();
        return t;
    }
}
