package io.towpath.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.core.Drop;
import io.towpath.core.Time;
import io.towpath.wire.testing.Rfc;
import org.junit.jupiter.api.Test;

/// Timestamps, round-trip measurement and protection against wrapped sequence numbers: RFC 7323 §3 to §5.
class TimestampsTest {
    private static final double DAY = 24.0 * 3600 * 1000;

    @Test
    @Rfc(value = 7323, section = "3.2", requirement = "7323-3.2-1")
    void everySegmentCarriesTheOptionWhenBothSynsDid() {
        Ladder t = Ladders.withTimestamps();
        t.write(2000);
        t.out(". 1:989(988) ack 1 <nop,nop,TS val * ecr 101>");
        t.out(". 989:1977(988) ack 1 <nop,nop,TS val * ecr 101>");
        t.out("P. 1977:2001(24) ack 1 <nop,nop,TS val * ecr 101>");
        t.close();
        t.out("F. 2001:2001(0) ack 1 <nop,nop,TS val * ecr 101>");
    }

    @Test
    @Rfc(value = 7323, section = "3.2")
    @Rfc(value = 7323, section = "1.3", requirement = "7323-1.3-1")
    void theOptionIsNotSentWhenThePeersSynHadNone() {
        var t = new Ladder(Ladders.plain().withTimestamps(true));
        t.listen();
        t.in("S 0:0(0) win 65535 <mss 1000>");
        t.out("S. 0:0(0) ack 1 <mss 1460>");
        t.in(". 1:1(0) ack 1 win 65535");
        t.accept();
        assertThat(t.info().timestamps()).isFalse();
        t.write(1000);
        t.out("P. 1:1001(1000) ack 1 <>");
    }

    @Test
    @Rfc(value = 7323, section = "3.2", requirement = "7323-3.2-1")
    void theOptionIsNotSentWhenTheSynAckHadNone() {
        var t = new Ladder(Ladders.plain().withTimestamps(true));
        t.connect();
        t.out("S 0:0(0) <mss 1460,nop,nop,TS val * ecr 0>");
        t.in("S. 0:0(0) ack 1 win 65535 <mss 1000>");
        t.out(". 1:1(0) ack 1 <>");
        assertThat(t.info().mss()).isEqualTo(1000);
    }

    @Test
    @Rfc(value = 7323, section = "3.2", requirement = "7323-3.2-2")
    void aSegmentWithoutTheAgreedOptionIsSilentlyDropped() {
        Ladder t = Ladders.withTimestamps();
        t.in(". 1:101(100) ack 1");
        t.nothing();
        assertThat(t.dropped(Drop.TCP_NO_TIMESTAMP)).isEqualTo(1);
        assertThat(t.info().rcvNxt()).isEqualTo(1);
    }

    @Test
    @Rfc(value = 7323, section = "3.2", requirement = "7323-3.2-2")
    void aResetWithoutTheAgreedOptionIsTaken() {
        Ladder t = Ladders.withTimestamps();
        t.in("R. 1:1(0) ack 1");
        assertThat(t.state()).isEqualTo(TcpState.CLOSED);
        assertThat(t.connection().error()).isEqualTo(TcpError.RESET);
    }

    @Test
    @Rfc(value = 7323, section = "5.4", requirement = "7323-5.4-1")
    void theClockTicksOnceAMillisecond() {
        Ladder t = Ladders.withTimestamps();
        t.write(10);
        long first = stamp(t);
        t.after(250);
        t.write(10);
        assertThat(stamp(t)).isEqualTo(first + 250 & 0xffff_ffffL);
    }

    @Test
    @Rfc(value = 7323, section = "4.1", requirement = "7323-4.1-1")
    void theEchoMeasuresTheRoundTripOfASegmentSentAgain() {
        Ladder t = Ladders.withTimestamps();
        t.write(500);
        t.ignore();
        t.after(1000);
        t.out("P. 1:501(500) ack 1");
        t.after(80);
        t.in(". 1:1(0) ack 501 win 65535 <nop,nop,TS val 200 ecr *>");
        // The handshake took no time: SRTT = 7/8 * 0 + 1/8 * 80.
        assertThat(t.info().srttNanos()).isEqualTo(10 * Time.MILLISECOND);
        assertThat(t.info().rtoNanos()).isEqualTo(Time.SECOND);
        assertThat(t.info().backoffs()).isZero();
    }

    @Test
    @Rfc(value = 7323, section = "4.1", requirement = "7323-4.1-1")
    void anEchoOlderThanTheLastTransmissionIsNoMeasurement() {
        Ladder t = Ladders.withTimestamps();
        t.write(500);
        long original = stamp(t);
        t.after(1000);
        t.out("P. 1:501(500) ack 1");
        t.after(600);
        t.in(". 1:1(0) ack 501 win 65535 <nop,nop,TS val 200 ecr " + (int) original + ">");
        assertThat(t.info().srttNanos()).isZero();
        assertThat(t.info().backoffs()).isEqualTo(1);
    }

    @Test
    @Rfc(value = 7323, section = "4.3", requirement = "7323-4.3-1")
    void aDelayedAckEchoesTheEarliestSegmentItAcknowledges() {
        Ladder t = Ladders.withTimestamps();
        t.in(". 1:989(988) ack 1 <nop,nop,TS val 110 ecr *>");
        t.nothing();
        t.in(". 989:1977(988) ack 1 <nop,nop,TS val 120 ecr *>");
        t.out(". 1:1(0) ack 1977 <nop,nop,TS val * ecr 110>");
    }

    @Test
    @Rfc(value = 7323, section = "4.3", requirement = "7323-4.3-2")
    void aHoleIsEchoedWithTheLastSegmentThatMovedTheWindow() {
        Ladder t = Ladders.withTimestamps();
        t.in(". 1:989(988) ack 1 <nop,nop,TS val 110 ecr *>");
        t.after(40);
        t.out(". 1:1(0) ack 989 <nop,nop,TS val * ecr 110>");
        t.in(". 1977:2965(988) ack 1 <nop,nop,TS val 130 ecr *>");
        t.out(". 1:1(0) ack 989 <nop,nop,TS val * ecr 110>");
    }

    @Test
    @Rfc(value = 7323, section = "4.3", requirement = "7323-4.3-2")
    void aFilledHoleIsEchoedWithTheSegmentThatFilledIt() {
        Ladder t = Ladders.withTimestamps();
        t.in(". 989:1977(988) ack 1 <nop,nop,TS val 110 ecr *>");
        t.out(". 1:1(0) ack 1 <nop,nop,TS val * ecr 101>");
        t.in(". 1:989(988) ack 1 <nop,nop,TS val 120 ecr *>");
        t.out(". 1:1(0) ack 1977 <nop,nop,TS val * ecr 120>");
    }

    @Test
    @Rfc(value = 7323, section = "5.3", requirement = "7323-5.3-1")
    void anOldTimestampIsAnsweredWithAnAckAndDropped() {
        Ladder t = Ladders.withTimestamps();
        t.in(". 1:101(100) ack 1 <nop,nop,TS val 100 ecr *>");
        t.out(". 1:1(0) ack 1 <nop,nop,TS val * ecr 101>");
        assertThat(t.dropped(Drop.TCP_PAWS)).isEqualTo(1);
        t.in(". 1:101(100) ack 1 <nop,nop,TS val 101 ecr *>");
        t.after(40);
        t.out(". 1:1(0) ack 101");
    }

    @Test
    @Rfc(value = 7323, section = "5.3", requirement = "7323-5.3-2")
    void aResetIsExemptFromPaws() {
        Ladder t = Ladders.withTimestamps();
        t.in("R. 1:1(0) ack 1 <nop,nop,TS val 7 ecr *>");
        assertThat(t.state()).isEqualTo(TcpState.CLOSED);
    }

    @Test
    @Rfc(value = 7323, section = "5.3")
    void anUnacceptableSegmentDoesNotMoveTheEcho() {
        Ladder t = Ladders.withTimestamps();
        t.in(". 900001:900101(100) ack 1 <nop,nop,TS val 999 ecr *>");
        t.out(". 1:1(0) ack 1 <nop,nop,TS val * ecr 101>");
        t.in(". 1:101(100) ack 1 <nop,nop,TS val 102 ecr *>");
        t.after(40);
        t.out(". 1:1(0) ack 101 <nop,nop,TS val * ecr 102>");
    }

    @Test
    @Rfc(value = 7323, section = "5.3", requirement = "7323-5.3-1")
    void timestampsCompareAcrossTheWrapOfTheirClock() {
        var t = new Ladder(Ladders.plain().withTimestamps(true));
        t.listen();
        t.in("S 0:0(0) win 65535 <mss 1000,nop,nop,TS val -2 ecr 0>");
        t.out("S. 0:0(0) ack 1 <mss 1460,nop,nop,TS val * ecr 4294967294>");
        t.in(". 1:1(0) ack 1 win 65535 <nop,nop,TS val -1 ecr *>");
        t.accept();
        t.in(". 1:101(100) ack 1 <nop,nop,TS val 3 ecr *>");
        t.after(40);
        t.out(". 1:1(0) ack 101 <nop,nop,TS val * ecr 3>");
        t.in(". 101:201(100) ack 1 <nop,nop,TS val -1 ecr *>");
        t.out(". 1:1(0) ack 101 <nop,nop,TS val * ecr 3>");
        assertThat(t.dropped(Drop.TCP_PAWS)).isEqualTo(1);
    }

    @Test
    @Rfc(value = 7323, section = "5.5", requirement = "7323-5.5-1")
    void aTimestampOlderThanTwentyFourDaysIsNoLongerValid() {
        Ladder t = Ladders.withTimestamps();
        t.after(25 * DAY);
        t.in(". 1:101(100) ack 1 <nop,nop,TS val 50 ecr *>");
        t.after(40);
        t.out(". 1:1(0) ack 101 <nop,nop,TS val * ecr 50>");
        t.in(". 101:201(100) ack 1 <nop,nop,TS val 49 ecr *>");
        t.out(". 1:1(0) ack 101");
        assertThat(t.dropped(Drop.TCP_PAWS)).isEqualTo(1);
    }

    @Test
    @Rfc(value = 7323, section = "5.5", requirement = "7323-5.5-1")
    void aTimestampOfTwentyThreeDaysIsStillValid() {
        Ladder t = Ladders.withTimestamps();
        t.after(23 * DAY);
        t.in(". 1:101(100) ack 1 <nop,nop,TS val 50 ecr *>");
        t.out(". 1:1(0) ack 1");
        assertThat(t.dropped(Drop.TCP_PAWS)).isEqualTo(1);
    }

    private static long stamp(Ladder t) {
        for (var option : t.next().options()) {
            if (option instanceof io.towpath.wire.TcpOption.Timestamps stamps) {
                return stamps.value();
            }
        }
        throw new AssertionError("no timestamps option");
    }
}
