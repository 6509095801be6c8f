package io.towpath.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.core.Counter;
import io.towpath.core.Drop;
import io.towpath.wire.testing.Rfc;
import org.junit.jupiter.api.Test;

/// Guesses of somebody who cannot see the connection: RFC 5961.
class BlindAttackTest {
    @Test
    @Rfc(value = 5961, section = "3.2", requirement = "5961-3.2-2")
    void aResetAtExactlyTheNextSequenceNumberResets() {
        Ladder t = Ladders.open();
        t.in("R 1:1(0)");
        t.nothing();
        assertThat(t.state()).isEqualTo(TcpState.CLOSED);
        assertThat(t.connection().error()).isEqualTo(TcpError.RESET);
    }

    @Test
    @Rfc(value = 5961, section = "3.2", requirement = "5961-3.2-3")
    void aResetElsewhereInTheWindowIsAnsweredWithAChallengeAck() {
        Ladder t = Ladders.open();
        t.in("R 2:2(0)");
        t.out(". 1:1(0) ack 1");
        t.in("R 65535:65535(0)");
        t.out(". 1:1(0) ack 1");
        assertThat(t.state()).isEqualTo(TcpState.ESTABLISHED);
        assertThat(t.dropped(Drop.TCP_BAD_RST)).isEqualTo(2);
        assertThat(t.counters().get(Counter.TCP_CHALLENGE_ACKS)).isEqualTo(2);
    }

    @Test
    @Rfc(value = 5961, section = "3.2", requirement = "5961-3.2-1")
    void aResetOutsideTheWindowIsSilentlyDropped() {
        Ladder t = Ladders.open();
        t.in("R 0:0(0)");
        t.in("R 65536:65536(0)");
        t.in("R 2000000000:2000000000(0)");
        t.nothing();
        assertThat(t.state()).isEqualTo(TcpState.ESTABLISHED);
        assertThat(t.dropped(Drop.TCP_OUT_OF_WINDOW)).isEqualTo(3);
    }

    @Test
    @Rfc(value = 5961, section = "3.2", requirement = "5961-3.2-3")
    void thePeerThatReallyResetAnswersTheChallengeWithAnExactOne() {
        Ladder t = Ladders.open();
        t.in("R 101:101(0)");
        t.out(". 1:1(0) ack 1");
        t.in("R 1:1(0)");
        assertThat(t.state()).isEqualTo(TcpState.CLOSED);
    }

    @Test
    @Rfc(value = 5961, section = "4.2", requirement = "5961-4.2-1")
    void aSynIsAnsweredWithAChallengeAckWhateverItsSequenceNumber() {
        for (String syn : new String[] {"S 1:1(0)", "S 0:0(0)", "S 5000:5000(0)", "S 2000000000:2000000000(0)"}) {
            Ladder t = Ladders.open();
            t.in(syn);
            t.out(". 1:1(0) ack 1");
            t.nothing();
            assertThat(t.state()).isEqualTo(TcpState.ESTABLISHED);
            assertThat(t.counters().get(Counter.TCP_CHALLENGE_ACKS)).isEqualTo(1);
        }
    }

    @Test
    @Rfc(value = 5961, section = "5.2", requirement = "5961-5.2-1")
    @Rfc(value = 9293, section = "3.10.7.4", requirement = "MAY-12")
    void dataWithAnAcknowledgmentOfTheFutureIsDroppedAndAnswered() {
        Ladder t = Ladders.open();
        t.write(1000);
        t.ignore();
        t.in(". 1:101(100) ack 1002");
        t.out(". 1001:1001(0) ack 1");
        assertThat(t.info().rcvNxt()).isEqualTo(1);
        assertThat(t.dropped(Drop.TCP_BAD_ACK)).isEqualTo(1);
    }

    @Test
    @Rfc(value = 5961, section = "5.2", requirement = "5961-5.2-1")
    void dataWithAnAcknowledgmentOlderThanTheLargestWindowIsDroppedAndAnswered() {
        Ladder t = acknowledged70000();
        // SND.UNA - MAX.SND.WND = 70001 - 65535.
        t.in(". 1:101(100) ack 4465");
        t.out(". 70001:70001(0) ack 1");
        assertThat(t.info().rcvNxt()).isEqualTo(1);
        assertThat(t.dropped(Drop.TCP_BAD_ACK)).isEqualTo(1);
    }

    @Test
    @Rfc(value = 5961, section = "5.2", requirement = "5961-5.2-2")
    void dataWithAnAcknowledgmentWithinTheLargestWindowIsTaken() {
        Ladder t = acknowledged70000();
        t.in(". 1:101(100) ack 4466");
        t.after(40);
        t.out(". 70001:70001(0) ack 101");
    }

    @Test
    @Rfc(value = 5961, section = "7", requirement = "5961-7-1")
    void challengeAcksHaveALimitPerSecond() {
        Ladder t = Ladders.open();
        int answers = guesses(t, "R 2:2(0)", 3000);
        assertThat(answers).isBetween(500, 1500);
        assertThat(t.counters().get(Counter.TCP_CHALLENGE_ACKS)).isEqualTo(answers);
        assertThat(t.counters().get(Counter.TCP_CHALLENGE_ACKS_LIMITED)).isEqualTo(3000 - answers);
        t.after(1000);
        assertThat(guesses(t, "R 2:2(0)", 3000)).isBetween(500, 1500);
        assertThat(t.state()).isEqualTo(TcpState.ESTABLISHED);
    }

    @Test
    @Rfc(value = 5961, section = "7", requirement = "5961-7-1")
    void synsOfThePastCountAgainstTheLimitToo() {
        assertThat(guesses(Ladders.open(), "S 0:0(0)", 3000)).isBetween(500, 1500);
    }

    @Test
    @Rfc(value = 5961, section = "7", requirement = "5961-7-1")
    void hostsThatDisagreeAboutNumbersDoNotAnswerEachOthersAnswersForEver() {
        for (String stray : new String[] {". 0:0(0) ack 1", ". 90000:90000(0) ack 1", ". 0:0(0) ack 5000"}) {
            Ladder t = Ladders.open();
            t.after(1000);
            assertThat(guesses(t, stray, 1)).as(stray).isEqualTo(1);
            assertThat(guesses(t, stray, 3000)).as(stray).isZero();
            t.after(100);
            assertThat(guesses(t, stray, 3000)).as(stray).isEqualTo(1);
        }
    }

    @Test
    void whatAPeerMustHearIsNotLimited() {
        Ladder t = Ladders.open();
        t.in("P. 1:101(100) ack 1");
        guesses(t, "R 200:200(0)", 3000);
        t.in("P. 1:101(100) ack 1");
        t.out(". 1:1(0) ack 101");
    }

    private static int guesses(Ladder t, String guess, int times) {
        for (int i = 0; i < times; i++) {
            t.in(guess);
        }
        int answers = t.pendingSegments();
        t.ignore();
        return answers;
    }

    private static Ladder acknowledged70000() {
        Ladder t = Ladders.open();
        for (int sent = 10_000; sent <= 70_000; sent += 10_000) {
            t.write(10_000);
            t.ignore();
            t.in(". 1:1(0) ack %d win 65535".formatted(1 + sent));
        }
        return t;
    }
}
