package io.towpath.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.core.Drop;
import io.towpath.core.Signals;
import io.towpath.wire.testing.Rfc;
import org.junit.jupiter.api.Test;

/// Opening a connection: RFC 9293 §3.5.
class HandshakeTest {
    @Test
    @Rfc(value = 9293, section = "3.5")
    void passiveOpenCompletesTheThreeWayHandshake() {
        var t = new Ladder(TcpConfig.defaults());
        t.listen();
        t.in("S 0:0(0) win 65535 <mss 1460,sackOK,TS val 100 ecr 0,nop,wscale 7>");
        t.out("S. 0:0(0) ack 1 win 65535 <mss 1460,sackOK,TS val * ecr 100,nop,wscale 7>");
        t.in(". 1:1(0) ack 1 win 1000 <nop,nop,TS val 101 ecr *>");
        t.nothing();
        assertThat(t.signals() & Signals.ACCEPTABLE).isNotZero();
        assertThat(t.accept().state()).isEqualTo(TcpState.ESTABLISHED);
        assertThat(t.info().sndWnd()).isEqualTo(1000 << 7);
    }

    @Test
    @Rfc(value = 9293, section = "3.5")
    void activeOpenCompletesTheThreeWayHandshake() {
        var t = new Ladder();
        t.connect();
        t.out("S 0:0(0) win 65535 <mss 1460>");
        assertThat(t.state()).isEqualTo(TcpState.SYN_SENT);
        t.in("S. 0:0(0) ack 1 win 2000 <mss 1000>");
        t.out(". 1:1(0) ack 1");
        assertThat(t.state()).isEqualTo(TcpState.ESTABLISHED);
        assertThat(t.signals() & Signals.CONNECTED).isNotZero();
        assertThat(t.info().mss()).isEqualTo(1000);
    }

    @Test
    @Rfc(value = 9293, section = "3.5", requirement = "MUST-10")
    void simultaneousOpenEndsInOneConnection() {
        var t = new Ladder();
        t.connect();
        t.out("S 0:0(0) win 65535 <mss 1460>");
        t.in("S 0:0(0) win 2000 <mss 1000>");
        t.out("S. 0:0(0) ack 1 <mss 1460>");
        assertThat(t.state()).isEqualTo(TcpState.SYN_RECEIVED);
        t.in("S. 0:0(0) ack 1 win 2000 <mss 1000>");
        assertThat(t.state()).isEqualTo(TcpState.ESTABLISHED);
        t.write(10);
        t.out("P. 1:11(10) ack 1");
    }

    @Test
    @Rfc(value = 9293, section = "3.10.7.1")
    void segmentForNobodyIsAnsweredWithAReset() {
        var t = new Ladder();
        t.in("S 0:0(0) win 1000");
        t.out("R. 0:0(0) ack 1 win 0");
        t.in(". 5:5(0) ack 77 win 1000");
        t.out("R 77:77(0)");
        t.in("R 5:5(0)");
        t.nothing();
        assertThat(t.dropped(Drop.TCP_NO_CONNECTION)).isEqualTo(3);
    }

    @Test
    @Rfc(value = 9293, section = "3.8.3")
    void synIsSentAgainWithBackoffUntilTheOpenIsGivenUp() {
        var t = new Ladder();
        t.connect();
        t.out("S 0:0(0) win 65535 <mss 1460>");
        t.after(999);
        t.nothing();
        t.after(1);
        t.out("S 0:0(0) win 65535 <mss 1460>");
        t.after(180_000);
        t.ignore();
        assertThat(t.state()).isEqualTo(TcpState.CLOSED);
        assertThat(t.connection().error()).isEqualTo(TcpError.TIMED_OUT);
        assertThat(t.signals() & Signals.CLOSED).isNotZero();
    }
}
