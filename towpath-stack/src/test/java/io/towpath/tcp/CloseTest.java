package io.towpath.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.core.Drop;
import io.towpath.core.Signals;
import io.towpath.wire.testing.Rfc;
import org.junit.jupiter.api.Test;

/// Closing a connection: RFC 9293 §3.6, CLOSE of §3.10.4, and the FIN bit, eighth step of §3.10.7.4.
class CloseTest {
    @Test
    @Rfc(value = 9293, section = "3.6")
    void finFollowsTheLastByteInOneSegment() {
        Ladder t = Ladder.established();
        t.write(1500);
        t.close();
        t.out(". 1:1001(1000) ack 1");
        t.out("FP. 1001:1501(500) ack 1");
        assertThat(t.state()).isEqualTo(TcpState.FIN_WAIT_1);
        t.in(". 1:1(0) ack 1501");
        assertThat(t.state()).isEqualTo(TcpState.FIN_WAIT_1); // the text, not the FIN
        t.in(". 1:1(0) ack 1502");
        assertThat(t.state()).isEqualTo(TcpState.FIN_WAIT_2);
        t.nothing();
    }

    @Test
    @Rfc(value = 9293, section = "3.10.4")
    void closingAgainSendsNoSecondFin() {
        for (TcpState state : States.ALIVE) {
            if (state == TcpState.ESTABLISHED || state == TcpState.CLOSE_WAIT || state == TcpState.SYN_RECEIVED) {
                continue;
            }
            Ladder t = States.in(state);
            t.close();
            t.nothing();
            assertThat(t.state()).isEqualTo(state);
        }
        Ladder t = States.in(TcpState.TIME_WAIT);
        t.close();
        t.nothing();
    }

    @Test
    @Rfc(value = 9293, section = "3.10.4")
    void closeBeforeAnAnswerDeletesTheConnection() {
        Ladder t = States.in(TcpState.SYN_SENT);
        t.write(10);
        t.close();
        t.nothing();
        assertThat(t.state()).isEqualTo(TcpState.CLOSED);
        assertThat(t.connection().error()).isNull();
        assertThat(t.tcp.rowCount()).isZero();
        t.in("S. 0:0(0) ack 1");
        t.out("R 1:1(0) win 0");
    }

    @Test
    void nothingCanBeSentAfterClose() {
        Ladder t = Ladder.established();
        assertThat(t.connection().isClosedForSending()).isFalse();
        t.close();
        assertThat(t.connection().isClosedForSending()).isTrue();
        t.out("F. 1:1(0) ack 1");
        t.in(". 1:1(0) ack 2");
        assertThat(t.connection().isClosedForSending()).isTrue();
    }

    @Test
    @Rfc(value = 9293, section = "3.6")
    void halfClosedConnectionGoesOnReceiving() {
        Ladder t = States.in(TcpState.FIN_WAIT_2);
        for (int from = 1; from < 300_000; from += 2000) {
            t.in(". " + from + ":" + (from + 1000) + "(1000) ack 2");
            t.in(". " + (from + 1000) + ":" + (from + 2000) + "(1000) ack 2");
            t.out(". 2:2(0) ack " + (from + 2000));
            t.read(2000);
            t.ignore(); // a window update, at times
        }
        assertThat(t.state()).isEqualTo(TcpState.FIN_WAIT_2);
        assertThat(t.info().bytesReceived()).isEqualTo(300_000);
        t.in("F. 300001:300001(0) ack 2");
        t.out(". 2:2(0) ack 300002");
        assertThat(t.state()).isEqualTo(TcpState.TIME_WAIT);
    }

    @Test
    @Rfc(value = 9293, section = "3.6")
    void theOtherHalfGoesOnSending() {
        Ladder t = States.in(TcpState.CLOSE_WAIT);
        t.write(2500);
        t.out(". 1:1001(1000) ack 2");
        t.out(". 1001:2001(1000) ack 2");
        t.out("P. 2001:2501(500) ack 2");
        t.in(". 2:2(0) ack 2501");
        t.after(3_600_000);
        assertThat(t.state()).isEqualTo(TcpState.CLOSE_WAIT);
        t.write(10);
        t.close();
        t.out("FP. 2501:2511(10) ack 2");
        t.in(". 2:2(0) ack 2511");
        assertThat(t.state()).isEqualTo(TcpState.LAST_ACK);
        t.in(". 2:2(0) ack 2512");
        assertThat(t.state()).isEqualTo(TcpState.CLOSED);
        assertThat(t.connection().error()).isNull();
        assertThat(t.tcp.rowCount()).isZero();
    }

    @Test
    @Rfc(value = 9293, section = "3.10.7.4")
    void finWithTextIsAcknowledgedAsOne() {
        Ladder t = Ladder.established();
        t.in("FP. 1:101(100) ack 1");
        t.out(". 1:1(0) ack 102");
        assertThat(t.state()).isEqualTo(TcpState.CLOSE_WAIT);
        assertThat(t.connection().endOfStream()).isTrue();
        assertThat(t.signals() & Signals.END_OF_STREAM).isNotZero();
        assertThat(t.info().bytesReceived()).isEqualTo(100);
        t.read(100);
    }

    @Test
    @Rfc(value = 9293, section = "3.10.7.4")
    void finBeyondAHoleWaitsForWhatIsMissing() {
        Ladder t = Ladder.established();
        t.in("F. 101:101(0) ack 1");
        t.out(". 1:1(0) ack 1");
        assertThat(t.state()).isEqualTo(TcpState.ESTABLISHED);
        assertThat(t.connection().endOfStream()).isFalse();
        t.in("P. 1:51(50) ack 1");
        t.out(". 1:1(0) ack 51");
        assertThat(t.state()).isEqualTo(TcpState.ESTABLISHED);
        t.in("P. 51:101(50) ack 1");
        t.out(". 1:1(0) ack 102"); // the FIN did not have to come again
        assertThat(t.state()).isEqualTo(TcpState.CLOSE_WAIT);
        t.read(100);
    }

    @Test
    void textThatClaimsToFollowAFinIsNoPartOfTheStream() {
        Ladder t = Ladder.established();
        t.in("F. 101:101(0) ack 1");
        t.out(". 1:1(0) ack 1");
        t.in("P. 1:201(200) ack 1");
        t.out(". 1:1(0) ack 102");
        assertThat(t.state()).isEqualTo(TcpState.CLOSE_WAIT);
        t.read(100);
        assertThat(t.connection().receiveRing().readable()).isZero();
    }

    @Test
    @Rfc(value = 9293, section = "3.10.7.4")
    void finThatComesAgainIsAcknowledgedAgain() {
        for (TcpState state : new TcpState[] {TcpState.CLOSE_WAIT, TcpState.CLOSING, TcpState.LAST_ACK}) {
            Ladder t = States.in(state);
            int snd = States.hostNext(state);
            t.in("F. 1:1(0) ack 1");
            t.out(". " + snd + ":" + snd + "(0) ack 2");
            t.nothing();
            assertThat(t.state()).isEqualTo(state); // "Remain in the … state."
        }
    }

    @Test
    @Rfc(value = 9293, section = "3.6")
    void lostFinIsSentAgain() {
        Ladder t = States.in(TcpState.FIN_WAIT_1);
        t.after(999);
        t.nothing();
        t.after(1);
        t.out("F. 1:1(0) ack 1");
        t.in(". 1:1(0) ack 2");
        assertThat(t.state()).isEqualTo(TcpState.FIN_WAIT_2);
        Ladder last = States.in(TcpState.LAST_ACK);
        last.after(1000);
        last.out("F. 1:1(0) ack 2");
        last.in(". 2:2(0) ack 2");
        assertThat(last.state()).isEqualTo(TcpState.CLOSED);
    }

    @Test
    @Rfc(value = 9293, section = "3.6")
    void threeSegmentsCloseAConnection() {
        Ladder t = States.in(TcpState.FIN_WAIT_1);
        t.in("F. 1:1(0) ack 2");
        t.out(". 2:2(0) ack 2");
        t.nothing();
        assertThat(t.state()).isEqualTo(TcpState.TIME_WAIT);
    }

    @Test
    @Rfc(value = 9293, section = "3.6")
    void simultaneousClose() {
        // Figure 13.
        Ladder t = States.in(TcpState.FIN_WAIT_1);
        t.in("F. 1:1(0) ack 1");
        t.out(". 2:2(0) ack 2");
        assertThat(t.state()).isEqualTo(TcpState.CLOSING);
        t.in(". 2:2(0) ack 1");
        assertThat(t.state()).isEqualTo(TcpState.CLOSING);
        t.in(". 2:2(0) ack 2");
        t.nothing();
        assertThat(t.state()).isEqualTo(TcpState.TIME_WAIT);
        assertThat(States.rows(t)).containsExactly(TcpState.TIME_WAIT);
    }

    @Test
    @Rfc(value = 9293, section = "3.6")
    void simultaneousCloseInWhichOurFinIsLost() {
        Ladder t = States.in(TcpState.CLOSING);
        t.after(1000);
        t.out("F. 1:1(0) ack 2");
        t.in(". 2:2(0) ack 2");
        assertThat(t.state()).isEqualTo(TcpState.TIME_WAIT);
    }

    @Test
    @Rfc(value = 9293, section = "3.6", requirement = "MUST-12")
    void userCanTellAnOrderlyCloseFromAnAbort() {
        Ladder closed = Ladder.established();
        closed.signals();
        closed.in("F. 1:1(0) ack 1");
        assertThat(closed.signals()).isEqualTo(Signals.END_OF_STREAM | Signals.READABLE);
        assertThat(closed.connection().error()).isNull();
        assertThat(closed.connection().endOfStream()).isTrue();
        Ladder aborted = Ladder.established();
        aborted.in("R 1:1(0)");
        assertThat(aborted.signals() & Signals.END_OF_STREAM).isZero();
        assertThat(aborted.connection().error()).isEqualTo(TcpError.RESET);
        assertThat(aborted.connection().endOfStream()).isFalse();
    }

    @Test
    @Rfc(value = 9293, section = "3.6.1", requirement = "SHLD-3")
    @Rfc(value = 9293, section = "3.6.1", requirement = "MAY-1")
    void leavingWithUnreadDataSendsAReset() {
        Ladder t = Ladder.established();
        t.in("P. 1:101(100) ack 1");
        t.read(99);
        t.release();
        t.out("R. 1:1(0) ack 101 win 0");
        t.nothing();
        assertThat(t.state()).isEqualTo(TcpState.CLOSED);
        assertThat(t.tcp.rowCount()).isZero();
    }

    @Test
    @Rfc(value = 9293, section = "3.6.1", requirement = "SHLD-3")
    void leavingWithUnreadDataAfterThePeersFinSendsAReset() {
        Ladder t = Ladder.established();
        t.in("FP. 1:101(100) ack 1");
        t.ignore();
        t.release();
        t.out("R. 1:1(0) ack 102 win 0");
        assertThat(t.state()).isEqualTo(TcpState.CLOSED);
    }

    @Test
    @Rfc(value = 9293, section = "3.6.1", requirement = "SHLD-3")
    @Rfc(value = 9293, section = "3.6.1", requirement = "MAY-1")
    void dataForAUserWhoHasLeftIsAnsweredByAReset() {
        Ladder t = Ladder.established();
        t.release();
        t.out("F. 1:1(0) ack 1");
        t.in("P. 1:101(100) ack 2");
        t.out("R 2:2(0) win 0"); // what the peer expects next, so that it need not ask
        assertThat(t.state()).isEqualTo(TcpState.CLOSED);
        assertThat(t.dropped(Drop.TCP_USER_GONE)).isEqualTo(1);
        t.in("P. 101:201(100) ack 2");
        t.out("R 2:2(0) win 0"); // now it is nobody's
    }

    @Test
    @Rfc(value = 9293, section = "3.6.1", requirement = "SHLD-3")
    void theResetForDataThatWasOvertakenHasTheNumberThatThePeerExpectsNow() {
        Ladder t = Ladder.established();
        t.write(100);
        t.out("P. 1:101(100) ack 1");
        t.release();
        t.out("F. 101:101(0) ack 1");
        t.in(". 101:101(0) ack 102");
        t.ignore();
        t.in("P. 1:101(100) ack 1"); // left before that acknowledgment
        t.out("R 102:102(0) win 0");
        assertThat(t.state()).isEqualTo(TcpState.CLOSED);
    }

    @Test
    @Rfc(value = 9293, section = "3.6.1", requirement = "MAY-1")
    void leavingWithNothingUnreadIsAnOrderlyClose() {
        Ladder t = Ladder.established();
        t.in("P. 1:101(100) ack 1");
        t.read(100);
        t.ignore();
        t.release();
        t.out("F. 1:1(0) ack 101");
        t.in("F. 101:101(0) ack 2");
        t.out(". 2:2(0) ack 102");
        assertThat(t.state()).isEqualTo(TcpState.TIME_WAIT);
    }

    @Test
    void peerThatNeverClosesIsNotWaitedForByAUserWhoHasLeft() {
        Ladder t = Ladder.established();
        t.release();
        t.ignore();
        t.in(". 1:1(0) ack 2");
        t.after(59_999);
        assertThat(t.state()).isEqualTo(TcpState.FIN_WAIT_2);
        t.after(1);
        assertThat(t.state()).isEqualTo(TcpState.CLOSED);
        t.nothing();
        // A user who only closed its half waits as long as it likes.
        Ladder half = States.in(TcpState.FIN_WAIT_2);
        half.after(3_600_000);
        assertThat(half.state()).isEqualTo(TcpState.FIN_WAIT_2);
    }
}
