package io.towpath.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.core.Counter;
import io.towpath.core.Drop;
import io.towpath.core.Signals;
import io.towpath.wire.testing.Rfc;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/// SYN-RECEIVED, which a passive and an active open reach and leave differently: RFC 9293 §3.5 (MUST-11) and
/// §3.10.7.4.
class SynReceivedTest {
    @Test
    @Rfc(value = 9293, section = "3.8.1")
    void lostSynAckIsSentAgainWithBackoff() {
        Ladder t = States.halfOpen();
        t.after(999);
        t.nothing();
        t.after(1);
        t.out("S. 0:0(0) ack 1");
        t.after(1999);
        t.nothing();
        t.after(1);
        t.out("S. 0:0(0) ack 1");
        t.in(". 1:1(0) ack 1");
        t.accept();
        assertThat(t.state()).isEqualTo(TcpState.ESTABLISHED);
        assertThat(t.counters().get(Counter.TCP_RETRANSMIT_SYN)).isEqualTo(2);
    }

    @Test
    @Rfc(value = 9293, section = "3.8.3", requirement = "MUST-22")
    void synAckIsGivenUpInTheEnd() {
        Ladder t = States.halfOpen();
        t.after(179_999);
        assertThat(t.tcp.rowCount()).isEqualTo(1);
        t.after(1);
        assertThat(t.tcp.rowCount()).isZero();
        assertThat(Objects.requireNonNull(t.listener).halfOpen()).isZero();
        // Sent at 0, 1, 3, 7, 15, 31, 63, 123 s: doubled up to one minute.
        assertThat(t.counters().get(Counter.TCP_RETRANSMIT_SYN)).isEqualTo(7);
        assertThat(t.counters().get(Counter.TCP_OPEN_FAILURES)).isEqualTo(1);
    }

    @Test
    void theSameSynAgainIsAnsweredAgain() {
        Ladder t = States.halfOpen();
        t.in("S 0:0(0) win 65535 <mss 1000>");
        t.out("S. 0:0(0) ack 1");
        t.nothing();
        assertThat(t.tcp.rowCount()).isEqualTo(1);
    }

    @Test
    @Rfc(value = 9293, section = "3.10.7.4")
    void lostAckOfTheSynAckIsMadeGoodByTheData() {
        Ladder t = States.halfOpen();
        t.in("P. 1:101(100) ack 1 win 3000");
        t.accept();
        assertThat(t.state()).isEqualTo(TcpState.ESTABLISHED);
        assertThat(t.info().sndWnd()).isEqualTo(3000);
        t.read(100);
        t.after(40);
        t.out(". 1:1(0) ack 101");
    }

    @Test
    @Rfc(value = 9293, section = "3.10.7.4")
    void dataBeyondAHoleCompletesTheHandshakeAndIsKept() {
        Ladder t = States.halfOpen();
        t.in("P. 101:201(100) ack 1");
        t.out(". 1:1(0) ack 1");
        t.accept();
        assertThat(t.state()).isEqualTo(TcpState.ESTABLISHED);
        t.in("P. 1:101(100) ack 1");
        t.out(". 1:1(0) ack 201");
        t.read(200);
    }

    @Test
    @Rfc(value = 9293, section = "3.10.7.4")
    void finCompletesAPassiveOpenAndClosesIt() {
        Ladder t = States.halfOpen();
        t.in("F. 1:1(0) ack 1");
        t.out(". 1:1(0) ack 2");
        t.accept();
        assertThat(t.state()).isEqualTo(TcpState.CLOSE_WAIT);
    }

    @Test
    @Rfc(value = 9293, section = "3.10.7.4")
    void badAcknowledgmentIsResetAndThePassiveOpenGoesOn() {
        Ladder t = States.halfOpen();
        t.in(". 1:1(0) ack 0");
        t.out("R 0:0(0) win 0");
        t.in(". 1:1(0) ack 2");
        t.out("R 2:2(0) win 0");
        assertThat(t.dropped(Drop.TCP_BAD_ACK)).isEqualTo(2);
        assertThat(Objects.requireNonNull(t.listener).halfOpen()).isEqualTo(1);
        assertThat(t.listener.waiting()).isZero();
        t.in(". 1:1(0) ack 1");
        t.accept();
        assertThat(t.state()).isEqualTo(TcpState.ESTABLISHED);
    }

    @Test
    @Rfc(value = 9293, section = "3.10.7.4")
    void badAcknowledgmentIsResetAndTheCrossedOpenGoesOn() {
        Ladder t = States.in(TcpState.SYN_RECEIVED);
        t.in(". 1:1(0) ack 0");
        t.out("R 0:0(0) win 0");
        t.in(". 1:1(0) ack 2");
        t.out("R 2:2(0) win 0");
        t.in(". 1:1(0) ack 1");
        assertThat(t.state()).isEqualTo(TcpState.ESTABLISHED);
    }

    @Test
    @Rfc(value = 9293, section = "3.10.7.4")
    void segmentWithoutAcknowledgmentIsDropped() {
        Ladder t = States.halfOpen();
        t.in("P 1:11(10)");
        t.in("F 1:1(0)");
        t.nothing();
        assertThat(t.dropped(Drop.TCP_NO_ACK)).isEqualTo(2);
        Ladder crossed = States.in(TcpState.SYN_RECEIVED);
        crossed.in("P 1:11(10)");
        crossed.nothing();
        assertThat(crossed.dropped(Drop.TCP_NO_ACK)).isEqualTo(1);
        assertThat(crossed.state()).isEqualTo(TcpState.SYN_RECEIVED);
    }

    @Test
    @Rfc(value = 9293, section = "3.10.7.4")
    void segmentOutsideTheWindowIsAnsweredByWhatIsExpected() {
        Ladder t = States.halfOpen();
        // The window is 65,535 from 1 on.
        t.in(". 65536:65536(0) ack 1");
        t.out(". 1:1(0) ack 1 win 65535");
        t.in("P. 70000:70010(10) ack 1");
        t.out(". 1:1(0) ack 1 win 65535");
        assertThat(States.rows(t)).containsExactly(TcpState.SYN_RECEIVED);
        t.in("R 65536:65536(0)");
        t.nothing();
        assertThat(t.dropped(Drop.TCP_OUT_OF_WINDOW)).isEqualTo(3);
        t.in(". 65535:65535(0) ack 1"); // the last number inside
        t.accept();
    }

    @Test
    @Rfc(value = 9293, section = "3.5", requirement = "MUST-11")
    void resetSendsAPassiveOpenBackToListen() {
        Ladder t = States.halfOpen();
        t.in("R 1:1(0)");
        t.nothing();
        assertThat(t.tcp.rowCount()).isZero();
        TcpListener listener = Objects.requireNonNull(t.listener);
        assertThat(listener.halfOpen()).isZero();
        assertThat(listener.waiting()).isZero();
        assertThat(t.signals()).isZero(); // "The user need not be informed."
        assertThat(listener.state()).isEqualTo(TcpState.LISTEN);
    }

    @Test
    @Rfc(value = 9293, section = "3.5", requirement = "MUST-11")
    void resetOfACrossedOpenIsARefusal() {
        Ladder t = States.in(TcpState.SYN_RECEIVED);
        t.in("R 1:1(0)");
        t.nothing();
        assertThat(t.state()).isEqualTo(TcpState.CLOSED);
        assertThat(t.connection().error()).isEqualTo(TcpError.REFUSED);
        assertThat(t.signals() & Signals.CLOSED).isNotZero();
    }

    @Test
    @Rfc(value = 9293, section = "3.5", requirement = "MUST-11")
    void anotherSynInTheWindowSendsAPassiveOpenBackToListen() {
        // §3.10.7.4, fourth: "If the connection was initiated with a passive OPEN, then return this connection to the
        // LISTEN state and return."
        Ladder t = States.halfOpen();
        t.in("S 100:100(0)");
        t.nothing();
        assertThat(t.tcp.rowCount()).isZero();
        assertThat(t.dropped(Drop.TCP_BAD_SYN)).isEqualTo(1);
    }

    @Test
    @Rfc(value = 9293, section = "3.5", requirement = "MUST-11")
    void anotherSynInTheWindowOfACrossedOpenIsChallenged() {
        Ladder t = States.in(TcpState.SYN_RECEIVED);
        t.in("S 100:100(0)");
        t.after(0);
        assertThat(t.state()).isEqualTo(TcpState.SYN_RECEIVED);
        assertThat(t.dropped(Drop.TCP_BAD_SYN)).isEqualTo(1);
        t.in(". 1:1(0) ack 1");
        assertThat(t.state()).isEqualTo(TcpState.ESTABLISHED);
    }

    @Test
    @Rfc(value = 9293, section = "3.5.1")
    void recoveryFromAnOldDuplicateSyn() {
        // Figure 9: the listener cannot tell that the SYN is old; the peer can, and its RST makes the listener whole.
        var t = new Ladder();
        t.listen();
        t.in("S 90:90(0)");
        t.out("S. 0:0(0) ack 91");
        t.in("R 91:91(0)");
        t.nothing();
        assertThat(t.tcp.rowCount()).isZero();
        t.in("S 100:100(0)");
        t.out("S. 0:0(0) ack 101");
        t.in(". 101:101(0) ack 1");
        assertThat(Objects.requireNonNull(t.listener).waiting()).isEqualTo(1);
    }

    @Test
    @Rfc(value = 9293, section = "3.8.1")
    void lostSynAckOfACrossedOpenIsSentAgain() {
        Ladder t = States.in(TcpState.SYN_RECEIVED);
        t.after(1000);
        t.out("S. 0:0(0) ack 1 <mss 1460>");
        t.in("S 0:0(0) win 65535 <mss 1000>"); // the peer's SYN again
        t.out("S. 0:0(0) ack 1 <mss 1460>");
        t.in(". 1:1(0) ack 1");
        assertThat(t.state()).isEqualTo(TcpState.ESTABLISHED);
        t.after(10_000);
        t.nothing();
    }

    @Test
    @Rfc(value = 9293, section = "3.10.4")
    void closeOfACrossedOpenStillRepeatsTheSynAck() {
        Ladder t = States.in(TcpState.SYN_RECEIVED);
        t.close();
        t.nothing();
        // The peer heard nothing yet, not even the SYN; a FIN alone it would have to refuse.
        t.after(1000);
        t.out("S. 0:0(0) ack 1 <mss 1460>");
        t.in(". 1:1(0) ack 1");
        t.out("F. 1:1(0) ack 1");
        assertThat(t.state()).isEqualTo(TcpState.FIN_WAIT_1);
        t.in(". 1:1(0) ack 2");
        assertThat(t.state()).isEqualTo(TcpState.FIN_WAIT_2);
        t.nothing();
    }

    @Test
    @Rfc(value = 9293, section = "3.10.4")
    void closeOfACrossedOpenWithDataWaitsForTheOpen() {
        Ladder t = States.in(TcpState.SYN_RECEIVED);
        t.write(10);
        t.close();
        t.nothing();
        assertThat(t.state()).isEqualTo(TcpState.SYN_RECEIVED);
        assertThat(t.connection().isClosedForSending()).isTrue();
        t.in(". 1:1(0) ack 1");
        t.out("FP. 1:11(10) ack 1");
        assertThat(t.state()).isEqualTo(TcpState.FIN_WAIT_1);
        t.in("F. 1:1(0) ack 12");
        t.out(". 12:12(0) ack 2");
        assertThat(t.state()).isEqualTo(TcpState.TIME_WAIT);
    }
}
