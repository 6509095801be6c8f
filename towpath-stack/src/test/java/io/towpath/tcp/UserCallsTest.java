package io.towpath.tcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.towpath.core.Signals;
import io.towpath.wire.testing.Rfc;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// OPEN, SEND, RECEIVE, ABORT and STATUS: RFC 9293 §3.9.1 and §3.10.1 to §3.10.6. CLOSE is [CloseTest]'s.
class UserCallsTest {
    @ParameterizedTest
    @ValueSource(ints = {-1, 65_536, Integer.MIN_VALUE, Integer.MAX_VALUE})
    void whatIsNoPortIsRefused(int port) {
        var t = new Ladder();
        assertThatIllegalArgumentException().isThrownBy(() -> t.tcp.listen(t.now, null, port, 1, t.config));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> t.tcp.connect(t.now, null, port, Ladder.PEER, 80, t.config));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> t.tcp.connect(t.now, null, 0, Ladder.PEER, port, t.config));
        assertThat(t.tcp.rowCount()).isZero();
    }

    @ParameterizedTest
    @EnumSource(
            value = TcpState.class,
            names = {"SYN_RECEIVED", "ESTABLISHED", "FIN_WAIT_1", "FIN_WAIT_2", "CLOSE_WAIT"})
    @Rfc(value = 9293, section = "3.10.5")
    void abortSendsAReset(TcpState state) {
        Ladder t = States.in(state);
        int snd = States.hostNext(state);
        t.abort();
        t.out("R. " + snd + ":" + snd + "(0) ack " + States.peerNext(state) + " win 0");
        t.nothing();
        assertThat(t.signals() & Signals.CLOSED).isNotZero();
        t.after(3_600_000);
        t.nothing();
    }

    @ParameterizedTest
    @EnumSource(
            value = TcpState.class,
            names = {"SYN_SENT", "CLOSING", "LAST_ACK"})
    @Rfc(value = 9293, section = "3.10.5")
    void abortWithoutAReset(TcpState state) {
        Ladder t = States.in(state);
        t.abort();
        t.nothing();
        assertThat(t.state()).isEqualTo(TcpState.CLOSED);
        assertThat(t.tcp.rowCount()).isZero();
        t.after(3_600_000);
        t.nothing();
    }

    @Test
    @Rfc(value = 9293, section = "3.10.5")
    void abortThrowsAwayWhatWasNotSent() {
        Ladder t = Ladder.established();
        t.write(100_000);
        t.ignore(); // ten segments
        t.abort();
        t.out("R. 10001:10001(0) ack 1 win 0"); // <SEQ=SND.NXT>
        t.nothing();
        t.in(". 1:1(0) ack 10001");
        t.out("R 10001:10001(0) win 0");
    }

    @Test
    @Rfc(value = 9293, section = "3.10.5")
    void abortOfAClosingConnectionWhoseDataWasNotSentTellsThePeer() {
        Ladder t = Ladder.established();
        t.write(100_000);
        t.in("F. 1:1(0) ack 1");
        t.close();
        t.ignore();
        assertThat(t.state()).isEqualTo(TcpState.LAST_ACK);
        t.abort();
        t.out("R. 10001:10001(0) ack 2 win 0");
    }

    @Test
    @Rfc(value = 9293, section = "3.10.5")
    void abortAfterTheEndDoesNothing() {
        Ladder t = States.in(TcpState.TIME_WAIT);
        t.abort();
        t.nothing();
        Ladder closed = States.in(TcpState.LAST_ACK);
        closed.in(". 2:2(0) ack 2");
        closed.abort();
        closed.nothing();
        assertThat(closed.connection().error()).isNull();
    }

    @Test
    @Rfc(value = 9293, section = "3.10.2")
    void dataWrittenInSynReceivedIsQueued() {
        Ladder t = States.in(TcpState.SYN_RECEIVED);
        t.write(100);
        t.nothing();
        t.in(". 1:1(0) ack 1");
        t.out("P. 1:101(100) ack 1");
    }

    @ParameterizedTest
    @EnumSource(
            value = TcpState.class,
            names = {"FIN_WAIT_1", "FIN_WAIT_2", "CLOSING", "LAST_ACK", "TIME_WAIT"})
    @Rfc(value = 9293, section = "3.10.2")
    void nothingCanBeSentOnceClosing(TcpState state) {
        Ladder t = States.in(state);
        assertThat(t.connection().isClosedForSending()).isTrue();
        t.tcp.written(t.now, t.connection());
        t.tcp.sendUrgent(t.now, t.connection());
        t.nothing();
    }

    @Test
    @Rfc(value = 9293, section = "3.10.3")
    void receiveInCloseWaitIsServedFromWhatIsAtHand() {
        Ladder t = Ladder.established();
        t.in("FP. 1:101(100) ack 1");
        t.ignore();
        assertThat(t.state()).isEqualTo(TcpState.CLOSE_WAIT);
        t.read(100);
        t.nothing(); // the peer sends no more: no window update
        assertThat(t.connection().endOfStream()).isTrue();
    }

    @Test
    @Rfc(value = 9293, section = "3.10.6")
    void statusTellsTheVariables() {
        Ladder t = Ladder.established();
        t.write(1500);
        t.ignore();
        t.in(". 1:1(0) ack 1001 win 40000");
        t.in("P. 1:301(300) ack 1001 win 40000");
        TcpInfo info = t.info();
        assertThat(info.state()).isEqualTo(TcpState.ESTABLISHED);
        assertThat(info.local().toString()).isEqualTo("10.0.0.1:80");
        assertThat(info.remote().toString()).isEqualTo("10.0.0.2:40000");
        assertThat(info.sndUna()).isEqualTo(1001);
        assertThat(info.sndNxt()).isEqualTo(1501);
        assertThat(info.sndWnd()).isEqualTo(40_000);
        assertThat(info.sendQueued()).isEqualTo(500);
        assertThat(info.bytesAcked()).isEqualTo(1000);
        assertThat(info.rcvNxt()).isEqualTo(301);
        assertThat(info.rcvWnd()).isEqualTo(65_235);
        assertThat(info.receiveQueued()).isEqualTo(300);
        assertThat(info.bytesReceived()).isEqualTo(300);
        assertThat(info.inFlight()).isEqualTo(500);
        assertThat(info.mss()).isEqualTo(1000);
        assertThat(info.error()).isNull();
    }

    @ParameterizedTest
    @EnumSource(
            value = TcpState.class,
            names = {
                "SYN_SENT",
                "SYN_RECEIVED",
                "ESTABLISHED",
                "FIN_WAIT_1",
                "FIN_WAIT_2",
                "CLOSE_WAIT",
                "CLOSING",
                "LAST_ACK",
                "TIME_WAIT"
            })
    @Rfc(value = 9293, section = "3.10.6")
    void statusTellsEveryState(TcpState state) {
        Ladder t = States.in(state);
        assertThat(t.info().state()).isEqualTo(state);
        assertThat(States.rows(t)).containsExactly(state);
    }

    @Test
    @Rfc(value = 9293, section = "3.10.1")
    void anotherOpenOfTheSamePairFails() {
        Ladder t = States.in(TcpState.SYN_SENT);
        var again = t.tcp.connect(t.now, null, Ladder.HOST_PORT, Ladder.PEER, Ladder.PEER_PORT, t.config);
        assertThat(again).isEqualTo(new TcpConnection.Failed(TcpError.ADDRESS_IN_USE));
        assertThat(t.state()).isEqualTo(TcpState.SYN_SENT);
        t.nothing();
    }

    @Test
    @Rfc(value = 9293, section = "3.10.1")
    void openWithoutAPortTakesAFreshOneEachTime() {
        var t = new Ladder();
        var first = t.tcp.connect(t.now, null, 0, Ladder.PEER, Ladder.PEER_PORT, t.config);
        var second = t.tcp.connect(t.now, null, 0, Ladder.PEER, Ladder.PEER_PORT, t.config);
        int one = ((TcpConnection.Opened) first).connection().localPort();
        int two = ((TcpConnection.Opened) second).connection().localPort();
        assertThat(one).isNotEqualTo(two).isBetween(1024, 65_535);
        assertThat(two).isBetween(1024, 65_535);
        t.ignore();
    }
}
