package io.towpath.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.core.Time;
import io.towpath.wire.testing.Rfc;
import org.junit.jupiter.api.Test;

/// The retransmission timer: RFC 6298.
class RtoTest {
    @Test
    @Rfc(value = 6298, section = "2.1", requirement = "6298-2.1")
    void beforeTheFirstMeasurementTheTimeoutIsOneSecond() {
        var t = new Ladder(Ladders.plain());
        t.connect();
        t.out("S 0:0(0)");
        t.after(999.999);
        t.nothing();
        t.after(0.001);
        t.out("S 0:0(0)");
    }

    @Test
    @Rfc(value = 6298, section = "2.2", requirement = "6298-2.2")
    @Rfc(value = 9293, section = "3.8.1", requirement = "MUST-18")
    void theFirstMeasurementGivesSrttItsHalfAsVariationAndTheTimeout() {
        Ladder t = openedInMillis(800);
        assertThat(t.info().srttNanos()).isEqualTo(800 * Time.MILLISECOND);
        assertThat(t.info().rttvarNanos()).isEqualTo(400 * Time.MILLISECOND);
        assertThat(t.info().rtoNanos()).isEqualTo(2400 * Time.MILLISECOND);
        t.write(100);
        t.out("P. 1:101(100) ack 1");
        t.after(2399);
        t.nothing();
        t.after(1);
        t.out("P. 1:101(100) ack 1");
    }

    @Test
    @Rfc(value = 6298, section = "2.3", requirement = "6298-2.3")
    void laterMeasurementsMoveSrttByAnEighthAndTheVariationByAQuarter() {
        Ladder t = openedInMillis(800);
        t.write(100);
        t.out("P. 1:101(100) ack 1");
        t.after(1200);
        t.in(". 1:1(0) ack 101 win 65535");
        // RTTVAR = 3/4 * 400 + 1/4 * |800 - 1200|, with the old SRTT; SRTT = 7/8 * 800 + 1/8 * 1200.
        assertThat(t.info().rttvarNanos()).isEqualTo(400 * Time.MILLISECOND);
        assertThat(t.info().srttNanos()).isEqualTo(850 * Time.MILLISECOND);
        assertThat(t.info().rtoNanos()).isEqualTo(2450 * Time.MILLISECOND);
    }

    @Test
    @Rfc(value = 6298, section = "2.4", requirement = "6298-2.4")
    void theTimeoutIsNeverBelowOneSecond() {
        Ladder t = openedInMillis(3);
        assertThat(t.info().srttNanos()).isEqualTo(3 * Time.MILLISECOND);
        assertThat(t.info().rtoNanos()).isEqualTo(Time.SECOND);
    }

    @Test
    @Rfc(value = 6298, section = "2.5", requirement = "6298-2.5")
    void theTimeoutIsNeverAboveTheMaximum() {
        Ladder t = Ladders.open();
        t.write(1000);
        t.out("P. 1:1001(1000) ack 1");
        for (int seconds : new int[] {1, 2, 4, 8, 16, 32, 60, 60}) {
            t.after(seconds * 1000 - 1);
            t.nothing();
            t.after(1);
            t.out("P. 1:1001(1000) ack 1");
        }
        assertThat(t.info().rtoNanos()).isEqualTo(60 * Time.SECOND);
    }

    @Test
    @Rfc(value = 6298, section = "3", requirement = "6298-3")
    @Rfc(value = 9293, section = "3.8.1", requirement = "MUST-18")
    void aSegmentThatWasSentAgainIsNotMeasuredAndTheBackoffStays() {
        Ladder t = openedInMillis(10);
        t.write(1000);
        t.out("P. 1:1001(1000) ack 1");
        t.after(1000);
        t.out("P. 1:1001(1000) ack 1");
        t.after(10);
        t.in(". 1:1(0) ack 1001 win 65535");
        assertThat(t.info().srttNanos()).isEqualTo(10 * Time.MILLISECOND);
        assertThat(t.info().rttvarNanos()).isEqualTo(5 * Time.MILLISECOND);
        t.write(1000);
        t.out("P. 1001:2001(1000) ack 1");
        t.after(1999);
        t.nothing();
        t.after(1);
        t.out("P. 1001:2001(1000) ack 1");
    }

    @Test
    @Rfc(value = 6298, section = "5")
    void aNewMeasurementEndsTheBackoff() {
        Ladder t = openedInMillis(10);
        t.write(1000);
        t.ignore();
        t.after(1000);
        t.out("P. 1:1001(1000) ack 1");
        t.in(". 1:1(0) ack 1001 win 65535");
        assertThat(t.info().rtoNanos()).isEqualTo(2 * Time.SECOND);
        t.write(1000);
        t.out("P. 1001:2001(1000) ack 1");
        t.after(10);
        t.in(". 1:1(0) ack 2001 win 65535");
        assertThat(t.info().rtoNanos()).isEqualTo(Time.SECOND);
    }

    @Test
    @Rfc(value = 6298, section = "5.1", requirement = "6298-5.1")
    void dataSentWhileTheTimerRunsDoesNotRestartIt() {
        Ladder t = Ladders.open();
        t.write(1000);
        t.out("P. 1:1001(1000) ack 1");
        t.after(700);
        t.write(1000);
        t.out("P. 1001:2001(1000) ack 1");
        t.after(299);
        t.nothing();
        t.after(1);
        t.out(". 1:1001(1000) ack 1");
    }

    @Test
    @Rfc(value = 6298, section = "5.2", requirement = "6298-5.2")
    void theTimerIsOffWhenEverythingIsAcknowledged() {
        Ladder t = Ladders.open();
        t.write(2000);
        t.ignore();
        t.in(". 1:1(0) ack 2001 win 65535");
        assertThat(t.connection().timers.isSet(TcpTimer.RETRANSMIT)).isFalse();
        t.after(100_000);
        assertThat(t.tcp.deadline()).isEqualTo(Time.NEVER);
        t.nothing();
    }

    @Test
    @Rfc(value = 6298, section = "5.3", requirement = "6298-5.3")
    void anAcknowledgmentOfNewDataRestartsTheTimer() {
        Ladder t = Ladders.open();
        t.write(2000);
        t.ignore();
        t.after(600);
        t.in(". 1:1(0) ack 1001 win 65535");
        t.after(999);
        t.nothing();
        t.after(1);
        t.out("P. 1001:2001(1000) ack 1");
    }

    @Test
    @Rfc(value = 6298, section = "5.3", requirement = "6298-5.3")
    void anAcknowledgmentOfNothingNewDoesNotRestartTheTimer() {
        Ladder t = Ladders.open();
        t.write(2000);
        t.ignore();
        t.after(600);
        t.in(". 1:1(0) ack 1 win 65535");
        t.after(400);
        t.out(". 1:1001(1000) ack 1");
    }

    @Test
    @Rfc(value = 6298, section = "5.4", requirement = "6298-5.4")
    @Rfc(value = 6298, section = "5.5", requirement = "6298-5.5")
    @Rfc(value = 6298, section = "5.6", requirement = "6298-5.6")
    @Rfc(value = 9293, section = "3.8.2", requirement = "MUST-19")
    void expirySendsTheEarliestSegmentDoublesTheTimeoutAndStartsTheTimer() {
        Ladder t = Ladders.open();
        t.write(3000);
        t.ignore();
        t.in(". 1:1(0) ack 1001 win 65535");
        t.after(1000);
        t.out(". 1001:2001(1000) ack 1");
        t.nothing();
        assertThat(t.info().rtoNanos()).isEqualTo(2 * Time.SECOND);
        t.after(1999);
        t.nothing();
        t.after(1);
        t.out(". 1001:2001(1000) ack 1");
        t.nothing();
        assertThat(t.info().rtoNanos()).isEqualTo(4 * Time.SECOND);
    }

    @Test
    @Rfc(value = 6298, section = "5.5", requirement = "6298-5.5")
    void synsBackOffExponentially() {
        var t = new Ladder(Ladders.plain());
        t.connect();
        t.out("S 0:0(0)");
        for (int seconds : new int[] {1, 2, 4, 8, 16}) {
            t.after(seconds * 1000 - 1);
            t.nothing();
            t.after(1);
            t.out("S 0:0(0)");
        }
    }

    @Test
    @Rfc(value = 6298, section = "5.5", requirement = "6298-5.5")
    void synAcksBackOffExponentially() {
        var t = new Ladder(Ladders.plain());
        t.listen();
        t.in("S 0:0(0) win 65535 <mss 1000>");
        t.out("S. 0:0(0) ack 1");
        for (int seconds : new int[] {1, 2, 4, 8, 16}) {
            t.after(seconds * 1000 - 1);
            t.nothing();
            t.after(1);
            t.out("S. 0:0(0) ack 1");
        }
    }

    @Test
    @Rfc(value = 6298, section = "5.7", requirement = "6298-5.7")
    void afterALostSynDataBeginsWithATimeoutOfThreeSeconds() {
        var t = new Ladder(Ladders.plain());
        t.connect();
        t.out("S 0:0(0)");
        t.after(1000);
        t.out("S 0:0(0)");
        t.in("S. 0:0(0) ack 1 win 65535 <mss 1000>");
        t.out(". 1:1(0) ack 1");
        assertThat(t.info().rtoNanos()).isEqualTo(3 * Time.SECOND);
        t.write(100);
        t.out("P. 1:101(100) ack 1");
        t.after(2999);
        t.nothing();
        t.after(1);
        t.out("P. 1:101(100) ack 1");
    }

    @Test
    @Rfc(value = 6298, section = "5.7", requirement = "6298-5.7")
    void afterALostSynAckDataBeginsWithATimeoutOfThreeSeconds() {
        var t = new Ladder(Ladders.plain());
        t.listen();
        t.in("S 0:0(0) win 65535 <mss 1000>");
        t.out("S. 0:0(0) ack 1");
        t.after(1000);
        t.out("S. 0:0(0) ack 1");
        t.in(". 1:1(0) ack 1 win 65535");
        t.accept();
        assertThat(t.info().rtoNanos()).isEqualTo(3 * Time.SECOND);
    }

    /// An open connection of ours whose SYN-ACK came after so many milliseconds.
    private static Ladder openedInMillis(int millis) {
        var t = new Ladder(Ladders.plain());
        t.connect();
        t.out("S 0:0(0)");
        t.after(millis);
        t.in("S. 0:0(0) ack 1 win 65535 <mss 1000>");
        t.out(". 1:1(0) ack 1");
        return t;
    }
}
