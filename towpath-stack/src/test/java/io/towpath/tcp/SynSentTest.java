package io.towpath.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.core.Drop;
import io.towpath.core.Signals;
import io.towpath.core.Time;
import io.towpath.wire.testing.Rfc;
import org.junit.jupiter.api.Test;

/// Segments that arrive in SYN-SENT: RFC 9293 §3.10.7.3.
class SynSentTest {
    @Test
    @Rfc(value = 9293, section = "3.10.7.3")
    void acknowledgmentOfWhatWasNotSentIsReset() {
        Ladder t = States.in(TcpState.SYN_SENT);
        // "If SEG.ACK =< ISS or SEG.ACK > SND.NXT, send a reset <SEQ=SEG.ACK><CTL=RST>"
        t.in(". 5:5(0) ack 0");
        t.out("R 0:0(0) win 0");
        t.in("S. 0:0(0) ack 2");
        t.out("R 2:2(0) win 0");
        t.in("F. 5:5(0) ack 3");
        t.out("R 3:3(0) win 0");
        assertThat(t.state()).isEqualTo(TcpState.SYN_SENT);
        assertThat(t.dropped(Drop.TCP_BAD_ACK)).isEqualTo(3);
    }

    @Test
    @Rfc(value = 9293, section = "3.10.7.3")
    void resetWithABadAcknowledgmentIsDropped() {
        Ladder t = States.in(TcpState.SYN_SENT);
        t.in("R. 0:0(0) ack 0");
        t.in("R. 0:0(0) ack 2");
        t.nothing();
        assertThat(t.state()).isEqualTo(TcpState.SYN_SENT);
    }

    @Test
    @Rfc(value = 9293, section = "3.10.7.3")
    void resetWithoutAcknowledgmentIsDropped() {
        Ladder t = States.in(TcpState.SYN_SENT);
        t.in("R 0:0(0)");
        t.in("SR 0:0(0)");
        t.nothing();
        assertThat(t.state()).isEqualTo(TcpState.SYN_SENT);
        assertThat(t.dropped(Drop.TCP_BAD_RST)).isEqualTo(2);
    }

    @Test
    @Rfc(value = 9293, section = "3.10.7.3")
    void resetWithAGoodAcknowledgmentRefusesTheOpen() {
        Ladder t = States.in(TcpState.SYN_SENT);
        t.in("R. 0:0(0) ack 1");
        t.nothing();
        assertThat(t.state()).isEqualTo(TcpState.CLOSED);
        assertThat(t.connection().error()).isEqualTo(TcpError.REFUSED);
        assertThat(t.signals() & Signals.CLOSED).isNotZero();
        assertThat(t.tcp.rowCount()).isZero();
    }

    @Test
    @Rfc(value = 9293, section = "3.10.7.3")
    void whatIsNeitherSynNorResetIsDropped() {
        Ladder t = States.in(TcpState.SYN_SENT);
        t.in(". 1:1(0) ack 1");
        t.in("P. 1:11(10) ack 1");
        t.in("F. 1:1(0) ack 1");
        t.in("- 1:1(0)");
        t.nothing();
        assertThat(t.state()).isEqualTo(TcpState.SYN_SENT);
        assertThat(t.dropped(Drop.TCP_NOT_ACCEPTABLE)).isEqualTo(4);
    }

    @Test
    @Rfc(value = 9293, section = "3.10.7.3")
    void synAckWithTextAndFinGoesOnAtTheSixthStep() {
        Ladder t = States.in(TcpState.SYN_SENT);
        t.in("SF. 0:20(20) ack 1 win 3000 <mss 1000>");
        t.out(". 1:1(0) ack 22");
        assertThat(t.state()).isEqualTo(TcpState.CLOSE_WAIT);
        assertThat(t.signals() & (Signals.CONNECTED | Signals.END_OF_STREAM | Signals.READABLE))
                .isEqualTo(Signals.CONNECTED | Signals.END_OF_STREAM | Signals.READABLE);
        assertThat(t.info().bytesReceived()).isEqualTo(20);
        assertThat(t.info().sndWnd()).isEqualTo(3000);
        t.read(20);
    }

    @Test
    @Rfc(value = 9293, section = "3.10.7.3")
    void dataWrittenBeforeTheOpenIsSentAfterIt() {
        Ladder t = States.in(TcpState.SYN_SENT);
        t.write(2000);
        t.nothing();
        t.in("S. 0:0(0) ack 1 win 5000 <mss 1000>");
        t.out(". 1:1001(1000) ack 1");
        t.out("P. 1001:2001(1000) ack 1");
        t.nothing();
    }

    @Test
    @Rfc(value = 9293, section = "3.10.7.3")
    void theWindowOfTheSynAckBindsTheFirstData() {
        Ladder t = States.in(TcpState.SYN_SENT);
        t.write(5000);
        t.in("S. 0:0(0) ack 1 win 2000 <mss 1000>");
        t.out(". 1:1001(1000) ack 1");
        t.out(". 1001:2001(1000) ack 1");
        t.nothing();
    }

    @Test
    @Rfc(value = 9293, section = "3.5", requirement = "MUST-10")
    void crossedOpenWithTheAcknowledgmentAlone() {
        // Figure 8: the peer took our SYN and answers with a bare ACK after its SYN-ACK was lost.
        Ladder t = States.in(TcpState.SYN_RECEIVED);
        t.in(". 1:1(0) ack 1");
        t.nothing();
        assertThat(t.state()).isEqualTo(TcpState.ESTABLISHED);
        assertThat(t.signals() & Signals.CONNECTED).isNotZero();
    }

    @Test
    @Rfc(value = 6298, section = "5.7", requirement = "6298-5.7")
    void crossedOpenIsNoLostSyn() {
        Ladder t = States.in(TcpState.SYN_RECEIVED);
        t.in("S. 0:0(0) ack 1 win 65535 <mss 1000>");
        assertThat(t.info().rtoNanos()).isEqualTo(Time.SECOND);
        assertThat(t.info().cwnd()).isEqualTo(10_000);
        assertThat(t.info().retransmits()).isZero();
    }

    @Test
    @Rfc(value = 9293, section = "3.5", requirement = "MUST-10")
    void crossedOpenKeepsTheOptionsOfBothSyns() {
        var t = new Ladder(TcpConfig.defaults());
        t.connect();
        t.out("S 0:0(0) win 65535 <mss 1460,sackOK,TS val * ecr 0,nop,wscale 7>");
        t.in("S 0:0(0) win 1000 <mss 1000,sackOK,TS val 50 ecr 0,nop,wscale 4>");
        t.out("S. 0:0(0) ack 1 win 65535 <mss 1460,sackOK,TS val * ecr 50,nop,wscale 7>");
        // "The window field in a segment where the SYN bit is set MUST NOT be scaled" (RFC 7323 §2.2).
        assertThat(t.info().sndWnd()).isEqualTo(1000);
        t.in("S. 0:0(0) ack 1 win 1000 <mss 1000,sackOK,TS val 51 ecr *,nop,wscale 4>");
        assertThat(t.state()).isEqualTo(TcpState.ESTABLISHED);
        assertThat(t.info().sendScale()).isEqualTo(4);
        assertThat(t.info().receiveScale()).isEqualTo(7);
        assertThat(t.info().timestamps()).isTrue();
        assertThat(t.info().sndWnd()).isEqualTo(1000);
        t.in(". 1:1(0) ack 1 win 1000 <nop,nop,TS val 52 ecr *>");
        assertThat(t.info().sndWnd()).isEqualTo(16_000);
    }

    @Test
    @Rfc(value = 9293, section = "3.5.1")
    void oldDuplicateSynAckOfAnotherIncarnationIsResetAndTheOpenGoesOn() {
        // Figure 9 seen from the active side: an acknowledgment of an old SYN is refused, the right one is taken.
        Ladder t = States.in(TcpState.SYN_SENT);
        t.in("S. 5000:5000(0) ack 91");
        t.out("R 91:91(0) win 0");
        t.in("S. 0:0(0) ack 1");
        t.out(". 1:1(0) ack 1");
        assertThat(t.state()).isEqualTo(TcpState.ESTABLISHED);
    }

    @Test
    @Rfc(value = 9293, section = "3.5.1")
    void halfOpenPeerIsDiscoveredByItsAcknowledgment() {
        // Figure 10: the peer still has an old connection and answers our SYN with an ACK of it; it gets a RST, and
        // our SYN, sent again, finds it closed.
        Ladder t = States.in(TcpState.SYN_SENT);
        t.in(". 300:300(0) ack 100");
        t.out("R 100:100(0) win 0");
        t.after(1000);
        t.out("S 0:0(0)");
        t.in("S. 0:0(0) ack 1");
        t.out(". 1:1(0) ack 1");
        assertThat(t.state()).isEqualTo(TcpState.ESTABLISHED);
    }
}
