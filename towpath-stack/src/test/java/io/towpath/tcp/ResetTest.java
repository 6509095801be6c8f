package io.towpath.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.core.Drop;
import io.towpath.core.Signals;
import io.towpath.wire.testing.Rfc;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Second, check the RST bit; fourth, the SYN bit; fifth, that there is an ACK: RFC 9293 §3.5.3 and §3.10.7.4, for
/// each state.
class ResetTest {
    @ParameterizedTest
    @EnumSource(
            value = TcpState.class,
            names = {"ESTABLISHED", "FIN_WAIT_1", "FIN_WAIT_2", "CLOSE_WAIT"})
    @Rfc(value = 9293, section = "3.10.7.4")
    @Rfc(value = 9293, section = "3.6", requirement = "MUST-12")
    void resetAbortsTheConnectionAndTheUserHears(TcpState state) {
        Ladder t = States.in(state);
        int peer = States.peerNext(state);
        t.in("R " + peer + ":" + peer + "(0)");
        t.nothing();
        assertThat(t.state()).isEqualTo(TcpState.CLOSED);
        assertThat(t.connection().error()).isEqualTo(TcpError.RESET);
        assertThat(t.signals() & Signals.CLOSED).isNotZero();
        assertThat(t.tcp.rowCount()).isZero();
    }

    @ParameterizedTest
    @EnumSource(
            value = TcpState.class,
            names = {"CLOSING", "LAST_ACK"})
    @Rfc(value = 9293, section = "3.10.7.4")
    void resetWhileClosingEndsTheConnectionWithoutAnError(TcpState state) {
        Ladder t = States.in(state);
        t.in("R 2:2(0)");
        t.nothing();
        assertThat(t.state()).isEqualTo(TcpState.CLOSED);
        assertThat(t.connection().error()).isNull();
        assertThat(t.tcp.rowCount()).isZero();
    }

    @ParameterizedTest
    @EnumSource(
            value = TcpState.class,
            names = {"SYN_RECEIVED", "ESTABLISHED", "FIN_WAIT_1", "FIN_WAIT_2", "CLOSE_WAIT", "CLOSING", "LAST_ACK"})
    @Rfc(value = 9293, section = "3.10.7.4")
    void resetBesideTheExpectedNumberIsChallenged(TcpState state) {
        Ladder t = States.in(state);
        int peer = States.peerNext(state) + 1;
        int snd = States.hostNext(state);
        t.in("R " + peer + ":" + peer + "(0)");
        if (state.isSynchronized()) {
            t.out(". " + snd + ":" + snd + "(0) ack " + (peer - 1));
        }
        t.nothing();
        assertThat(t.state()).isEqualTo(state);
        assertThat(t.dropped(Drop.TCP_BAD_RST)).isEqualTo(1);
    }

    @Test
    @Rfc(value = 9293, section = "3.5.3")
    void resetIsJudgedByItsSequenceNumberAlone() {
        // "In all states except SYN-SENT, all reset (RST) segments are validated by checking their SEQ fields."
        Ladder t = States.in(TcpState.ESTABLISHED);
        t.in("R. 1:1(0) ack 77777");
        assertThat(t.state()).isEqualTo(TcpState.CLOSED);
        assertThat(t.connection().error()).isEqualTo(TcpError.RESET);
    }

    @Test
    @Rfc(value = 9293, section = "3.5.3", requirement = "SHLD-2")
    void resetMayCarryText() {
        Ladder t = States.in(TcpState.ESTABLISHED);
        t.in("R. 1:41(40) ack 1");
        t.nothing();
        assertThat(t.state()).isEqualTo(TcpState.CLOSED);
        assertThat(t.connection().receiveRing().readable()).isZero();
    }

    @Test
    void whatWasReceivedBeforeTheResetCanStillBeRead() {
        Ladder t = States.in(TcpState.ESTABLISHED);
        t.in("P. 1:41(40) ack 1");
        t.in("R 41:41(0)");
        assertThat(t.state()).isEqualTo(TcpState.CLOSED);
        t.read(40);
    }

    @Test
    @Rfc(value = 9293, section = "3.5.1")
    void activeSideDiscoversThatThePeerForgotTheConnection() {
        // Figure 11: the peer crashed; data to it is answered by a RST.
        Ladder t = States.in(TcpState.ESTABLISHED);
        t.write(10);
        t.out("P. 1:11(10) ack 1");
        t.in("R 1:1(0)");
        assertThat(t.state()).isEqualTo(TcpState.CLOSED);
        t.after(10_000);
        t.nothing();
    }

    @ParameterizedTest
    @EnumSource(
            value = TcpState.class,
            names = {"ESTABLISHED", "FIN_WAIT_1", "FIN_WAIT_2", "CLOSE_WAIT", "CLOSING", "LAST_ACK"})
    @Rfc(value = 9293, section = "3.10.7.4")
    void synInTheWindowIsChallenged(TcpState state) {
        Ladder t = States.in(state);
        int peer = States.peerNext(state);
        int snd = States.hostNext(state);
        t.in("S " + peer + ":" + peer + "(0)");
        t.out(". " + snd + ":" + snd + "(0) ack " + peer);
        t.in("S. " + (peer + 9) + ":" + (peer + 9) + "(0) ack " + snd);
        t.out(". " + snd + ":" + snd + "(0) ack " + peer);
        t.nothing();
        assertThat(t.state()).isEqualTo(state);
        assertThat(t.dropped(Drop.TCP_BAD_SYN)).isEqualTo(2);
    }

    @ParameterizedTest
    @EnumSource(
            value = TcpState.class,
            names = {"ESTABLISHED", "FIN_WAIT_1", "FIN_WAIT_2", "CLOSE_WAIT", "CLOSING", "LAST_ACK"})
    @Rfc(value = 9293, section = "3.10.7.4")
    void synOfThePeersRestartIsChallenged(TcpState state) {
        // Figure 10: an unacceptable SYN is answered with what is expected; the peer will reset.
        Ladder t = States.in(state);
        int peer = States.peerNext(state);
        int snd = States.hostNext(state);
        t.in("S 900000:900000(0)");
        t.out(". " + snd + ":" + snd + "(0) ack " + peer);
        t.nothing();
        t.in("R " + peer + ":" + peer + "(0)");
        assertThat(t.state()).isEqualTo(TcpState.CLOSED);
    }

    @ParameterizedTest
    @EnumSource(
            value = TcpState.class,
            names = {"ESTABLISHED", "FIN_WAIT_1", "FIN_WAIT_2", "CLOSE_WAIT", "CLOSING", "LAST_ACK"})
    @Rfc(value = 9293, section = "3.10.7.4")
    void segmentWithoutAcknowledgmentIsDropped(TcpState state) {
        // "if the ACK bit is off, drop the segment and return"
        Ladder t = States.in(state);
        int peer = States.peerNext(state);
        t.in("FP " + peer + ":" + (peer + 10) + "(10)");
        t.nothing();
        assertThat(t.state()).isEqualTo(state);
        assertThat(t.connection().receiveRing().readable()).isZero();
        assertThat(t.dropped(Drop.TCP_NO_ACK)).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource(
            value = TcpState.class,
            names = {"ESTABLISHED", "FIN_WAIT_1", "FIN_WAIT_2", "CLOSE_WAIT", "CLOSING", "LAST_ACK"})
    @Rfc(value = 9293, section = "3.10.7.4")
    void acknowledgmentOfWhatWasNotSentIsAnsweredAndDropped(TcpState state) {
        // "If the ACK acks something not yet sent (SEG.ACK > SND.NXT), then send an ACK, drop the segment, and
        // return."
        Ladder t = States.in(state);
        int peer = States.peerNext(state);
        int snd = States.hostNext(state);
        t.in("P. " + peer + ":" + (peer + 10) + "(10) ack " + (snd + 1));
        t.out(". " + snd + ":" + snd + "(0) ack " + peer);
        t.nothing();
        assertThat(t.state()).isEqualTo(state);
        assertThat(t.info().sndUna()).isLessThanOrEqualTo(snd);
        assertThat(t.connection().receiveRing().readable()).isZero();
        assertThat(t.dropped(Drop.TCP_BAD_ACK)).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource(
            value = TcpState.class,
            names = {"ESTABLISHED", "FIN_WAIT_1", "FIN_WAIT_2"})
    @Rfc(value = 9293, section = "3.10.7.4")
    void textIsTakenBeforeThePeersFin(TcpState state) {
        Ladder t = States.in(state);
        int snd = States.hostNext(state);
        t.in("P. 1:101(100) ack 1"); // an old acknowledgment does not hurt its text
        t.after(40);
        t.out(". " + snd + ":" + snd + "(0) ack 101");
        assertThat(t.state()).isEqualTo(state);
        t.read(100);
    }

    @ParameterizedTest
    @EnumSource(
            value = TcpState.class,
            names = {"CLOSE_WAIT", "CLOSING", "LAST_ACK"})
    @Rfc(value = 9293, section = "3.10.7.4")
    void textAfterThePeersFinIsIgnored(TcpState state) {
        Ladder t = States.in(state);
        t.in("P. 2:102(100) ack 1");
        t.nothing();
        assertThat(t.state()).isEqualTo(state);
        assertThat(t.connection().receiveRing().readable()).isZero();
        assertThat(t.info().bytesReceived()).isZero();
    }
}
