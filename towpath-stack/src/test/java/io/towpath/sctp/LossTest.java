package io.towpath.sctp;

import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.wire.SctpCause;
import io.towpath.wire.testing.Rfc;
import org.junit.jupiter.api.Test;

/// Timeouts, fast retransmit, congestion windows.
class LossTest {
    @Test
    @Rfc(value = 9260, section = "6.3.3", requirement = "9260-6.3.3-1")
    @Rfc(value = 9260, section = "8.1", requirement = "9260-8.1-1")
    void dataIsSentAgainAfterDoublingTimeoutsUntilThePeerIsGivenUp() {
        var t = SctpLadder.established(
                SctpLadder.plain().withLimits(SctpLimits.defaults().withRetransmissions(3, 5, 8)), 100_000);
        t.send(0, 100);
        t.out("DATA[..., tsn=1, ...]");
        t.after(1000);
        t.out("DATA[..., tsn=1, ...]");
        t.after(2000);
        t.out("DATA[..., tsn=1, ...]");
        t.after(3999);
        t.nothing();
        t.after(1);
        t.out("DATA[..., tsn=1, ...]");
        t.after(8000);
        t.out("ABORT[flgs=0]");
        assertThat(t.association().error()).isEqualTo(SctpError.TIMED_OUT);
        assertThat(t.notifications())
                .anyMatch(n -> n instanceof Notification.SendFailed failed && failed.data().length == 100);
    }

    @Test
    @Rfc(value = 9260, section = "6.3.3", requirement = "9260-6.3.3-1")
    @Rfc(value = 9260, section = "7.2.3", requirement = "9260-7.2.3-1")
    void aTimeoutShrinksTheWindowToOnePacketAndTheRestFollowsTheSacks() {
        var t = SctpLadder.established();
        t.send(0, 1400);
        t.send(0, 1400);
        t.send(0, 1400);
        t.ignore();
        t.after(1000);
        t.out("DATA[..., tsn=1, ...]");
        t.nothing();
        assertThat(t.path(0).cwnd()).isEqualTo(1468);
        assertThat(t.path(0).ssthresh()).isEqualTo(4 * 1468);
        t.in(t.sack(1, 100_000));
        t.out("DATA[..., tsn=2, ...]");
        t.out("DATA[..., tsn=3, ...]");
    }

    @Test
    @Rfc(value = 9260, section = "7.2.4", requirement = "9260-7.2.4-1")
    void aThirdMissIndicationSendsAgainAtOnceAndHalvesTheWindow() {
        var t = SctpLadder.established();
        grow(t);
        for (int i = 0; i < 5; i++) {
            t.send(0, 1400);
            t.ignore();
        }
        long tsn = t.info().outstandingChunks();
        assertThat(tsn).isEqualTo(5);
        t.in(t.sack(20, 100_000, 2, 2));
        t.in(t.sack(20, 100_000, 2, 3));
        t.nothing();
        t.in(t.sack(20, 100_000, 2, 4));
        t.out("DATA[..., tsn=21, ...]");
        long halved = t.path(0).cwnd();
        assertThat(halved).isEqualTo(t.path(0).ssthresh());
        t.in(t.sack(20, 100_000, 2, 5));
        t.nothing();
        assertThat(t.path(0).cwnd()).as("once for one loss").isEqualTo(halved);
        t.in(t.sack(25, 100_000));
        t.after(5000);
        t.nothing();
    }

    @Test
    @Rfc(value = 9260, section = "6.2.1", requirement = "9260-6.2.1-2")
    void aTsnThatVanishesFromTheGapBlocksIsOutstandingAgain() {
        var t = SctpLadder.established();
        t.send(0, 100);
        t.send(1, 100);
        t.ignore();
        t.in(t.sack(0, 100_000, 2, 2));
        assertThat(t.info().outstandingBytes()).isEqualTo(100);
        t.in(t.sack(0, 100_000));
        assertThat(t.info().outstandingBytes()).isEqualTo(200);
        t.after(1000);
        t.out("DATA[..., tsn=1, ...]", "DATA[..., tsn=2, ...]");
    }

    @Test
    @Rfc(value = 9260, section = "6.2.1", requirement = "9260-6.2.1-1")
    void anOldSackIsDroppedAndOneOfTheFutureAborts() {
        var t = SctpLadder.established();
        t.send(0, 100);
        t.ignore();
        t.in(t.sack(1, 100_000));
        t.in(t.sack(0, 50));
        assertThat(t.info().peerRwnd()).isEqualTo(100_000);
        t.in(t.sack(2, 100_000));
        t.out("ABORT[flgs=0, PROTOCOL_VIOLATION[...]]");
    }

    @Test
    @Rfc(value = 9260, section = "7.2.1", requirement = "9260-7.2.1-1")
    void slowStartGrowsByWhatIsAcknowledgedAtMostOnePacketWhileTheWindowIsInUse() {
        var t = SctpLadder.established();
        assertThat(t.path(0).cwnd()).isEqualTo(4404);
        for (int i = 0; i < 8; i++) {
            t.send(0, 1400);
        }
        assertThat(t.pending()).as("cwnd or more outstanding: 4 of 1400 bytes").isEqualTo(4);
        t.ignore();
        t.in(t.sack(2, 100_000));
        assertThat(t.path(0).cwnd()).isEqualTo(4404 + 1468);
        t.ignore();
        t.in(t.sack(7, 100_000));
        t.ignore();
        long before = t.path(0).cwnd();
        t.in(t.sack(8, 100_000));
        assertThat(t.path(0).cwnd()).as("not in use").isEqualTo(before);
    }

    @Test
    @Rfc(value = 9260, section = "6.3.1", requirement = "9260-6.3.1-1")
    void theTimeoutFollowsMeasuredRoundTripsButNotThoseOfRetransmissions() {
        var t = SctpLadder.established();
        t.send(0, 10);
        t.ignore();
        t.after(500);
        t.in(t.sack(1, 100_000));
        assertThat(t.path(0).srttNanos()).isEqualTo(500_000_000);
        assertThat(t.path(0).rtoNanos()).isEqualTo(1_500_000_000L);
        t.send(0, 10);
        t.after(1500);
        t.ignore();
        t.after(100);
        t.in(t.sack(2, 100_000));
        assertThat(t.path(0).srttNanos()).as("Karn").isEqualTo(500_000_000);
    }

    @Test
    @Rfc(value = 9260, section = "6.4", requirement = "9260-6.4-2")
    @Rfc(value = 9260, section = "8.2", requirement = "9260-8.2-1")
    void whatTimesOutOnOnePathIsSentAgainOnAnotherAndAFailedPathIsLeft() {
        var t = SctpLadder.established(
                SctpLadder.plain().withLimits(SctpLimits.defaults().withRetransmissions(10, 1, 8)), 100_000, 2);
        t.send(0, 100);
        t.outTo(0, "DATA[..., tsn=1, ...]");
        t.after(1000);
        t.outTo(1, "DATA[..., tsn=1, ...]");
        t.inFrom(1, t.sack(1, 100_000));
        t.send(0, 100);
        t.outTo(0, "DATA[..., tsn=2, ...]");
        t.after(2000);
        t.outTo(1, "DATA[..., tsn=2, ...]");
        t.inFrom(1, t.sack(2, 100_000));
        assertThat(t.path(0).state()).isEqualTo(PathState.INACTIVE);
        assertThat(t.path(1).state()).isEqualTo(PathState.ACTIVE);
        t.send(0, 100);
        t.outTo(1, "DATA[..., tsn=3, ...]");
        assertThat(t.notifications())
                .anyMatch(n -> n instanceof Notification.PathChanged changed
                        && changed.change() == Notification.PathChanged.Change.UNREACHABLE);
    }

    @Test
    @Rfc(value = 9260, section = "6.4", requirement = "9260-6.4-1")
    void aSackGoesWhereItsDataCameFrom() {
        var t = SctpLadder.established(SctpLadder.plain(), 100_000, 2);
        t.inFrom(1, t.data(1, 0, 0, 10));
        t.outTo(1, "SACK[...]");
        t.inFrom(0, t.data(2, 0, 1, 10));
        t.inFrom(0, t.data(3, 0, 2, 10));
        t.outTo(0, "SACK[...]");
    }

    @Test
    void anErrorOfThePeerIsToldToTheUser() {
        var t = SctpLadder.established();
        t.in(SctpLadder.error(new SctpCause.InvalidStream(3)));
        assertThat(t.notifications()).anyMatch(n -> n instanceof Notification.RemoteError);
        t.nothing();
    }

    /// Acknowledges 20 full packets, so that the window is large.
    private static void grow(SctpLadder t) {
        for (int i = 1; i <= 20; i++) {
            t.send(0, 1400);
        }
        for (int i = 1; i <= 20; i++) {
            t.ignore();
            t.in(t.sack(i, 100_000));
        }
        t.ignore();
        assertThat(t.info().outstandingChunks()).isZero();
    }
}
