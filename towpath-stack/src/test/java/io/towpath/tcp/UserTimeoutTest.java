package io.towpath.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.core.Signals;
import io.towpath.core.Time;
import io.towpath.wire.testing.Rfc;
import org.junit.jupiter.api.Test;

/// Failures: R1, R2 and the user timeout, RFC 9293 §3.8.3, §3.9.1 and §3.10.8.
class UserTimeoutTest {
    private static TcpConfig plain() {
        return TcpConfig.defaults().withTimestamps(false).withSack(false).withWindowScaling(false);
    }

    @Test
    @Rfc(value = 9293, section = "3.8.3", requirement = "MUST-20")
    @Rfc(value = 9293, section = "3.8.3", requirement = "SHLD-10")
    void ipIsAdvisedAtTheThirdRetransmissionAndNotBefore() {
        Ladder t = Ladder.established();
        t.write(1000);
        t.ignore();
        t.after(1000);
        t.after(2000);
        t.out("P. 1:1001(1000) ack 1");
        t.out("P. 1:1001(1000) ack 1");
        assertThat(t.network.suspected).isZero();
        t.after(4000);
        t.out("P. 1:1001(1000) ack 1");
        assertThat(t.network.suspected).isEqualTo(1);
    }

    @Test
    @Rfc(value = 9293, section = "3.8.3", requirement = "SHLD-9")
    @Rfc(value = 9293, section = "3.9.1.8", requirement = "MUST-47")
    void userHearsOfTroubleBetweenR1AndR2() {
        Ladder t = Ladder.established();
        t.write(1000);
        t.ignore();
        t.signals();
        t.after(6999);
        assertThat(t.signals() & Signals.ERROR).isZero();
        t.after(1);
        assertThat(t.signals() & Signals.ERROR).isNotZero();
        assertThat(t.connection().softError).isEqualTo(TcpError.TIMED_OUT);
        assertThat(t.state()).isEqualTo(TcpState.ESTABLISHED);
        t.ignore();
        t.in(". 1:1(0) ack 1001");
        assertThat(t.connection().error()).isNull();
    }

    @Test
    @Rfc(value = 9293, section = "3.8.3", requirement = "MUST-20")
    @Rfc(value = 9293, section = "3.8.3", requirement = "SHLD-11")
    @Rfc(value = 9293, section = "3.10.8")
    void connectionEndsAtR2() {
        assertThat(TcpConfig.defaults().userTimeoutNanos()).isGreaterThanOrEqualTo(100 * Time.SECOND);
        Ladder t = Ladder.established();
        t.write(1000);
        t.ignore();
        t.after(299_999);
        assertThat(t.state()).isEqualTo(TcpState.ESTABLISHED);
        t.ignore();
        t.signals();
        t.after(1);
        t.nothing(); // §3.10.8: no segment, the TCB is deleted
        assertThat(t.state()).isEqualTo(TcpState.CLOSED);
        assertThat(t.connection().error()).isEqualTo(TcpError.TIMED_OUT);
        assertThat(t.signals() & Signals.CLOSED).isNotZero();
        assertThat(t.tcp.rowCount()).isZero();
    }

    @Test
    @Rfc(value = 9293, section = "3.8.3", requirement = "MUST-21")
    void userSetsR2() {
        Ladder t = Ladder.established(plain().withUserTimeoutNanos(5 * Time.SECOND), 65_535);
        t.write(1000);
        t.ignore();
        t.after(4999);
        assertThat(t.state()).isEqualTo(TcpState.ESTABLISHED);
        t.after(1);
        assertThat(t.state()).isEqualTo(TcpState.CLOSED);
    }

    @Test
    @Rfc(value = 9293, section = "3.8.3", requirement = "MUST-21")
    void userMayAskForNoR2AtAll() {
        Ladder t = Ladder.established(plain().withUserTimeoutNanos(Time.NEVER), 65_535);
        t.write(1000);
        t.ignore();
        t.after(24 * 3_600_000.0);
        assertThat(t.state()).isEqualTo(TcpState.ESTABLISHED);
        t.ignore();
        t.in(". 1:1(0) ack 1001");
        assertThat(t.info().sendQueued()).isZero();
    }

    @Test
    void everyAcknowledgmentOfNewDataStartsTheUserTimeoutAnew() {
        Ladder t = Ladder.established(plain().withUserTimeoutNanos(5 * Time.SECOND), 65_535);
        t.write(3000);
        t.ignore();
        t.after(4000);
        t.in(". 1:1(0) ack 1001");
        t.after(4000);
        assertThat(t.state()).isEqualTo(TcpState.ESTABLISHED);
        t.in(". 1:1(0) ack 1001"); // nothing new
        t.after(1000);
        assertThat(t.state()).isEqualTo(TcpState.CLOSED);
    }

    @Test
    void userTimeoutRunsOnlyWhileSomethingIsOutstanding() {
        Ladder t = Ladder.established(plain().withUserTimeoutNanos(5 * Time.SECOND), 65_535);
        t.write(1000);
        t.ignore();
        t.in(". 1:1(0) ack 1001");
        t.after(3_600_000);
        assertThat(t.state()).isEqualTo(TcpState.ESTABLISHED);
    }

    @Test
    @Rfc(value = 9293, section = "3.8.3", requirement = "MUST-21")
    void finIsUnderTheUserTimeoutToo() {
        Ladder t = States.in(TcpState.FIN_WAIT_1);
        t.after(300_000);
        assertThat(t.state()).isEqualTo(TcpState.CLOSED);
        assertThat(t.connection().error()).isEqualTo(TcpError.TIMED_OUT);
    }

    @Test
    @Rfc(value = 9293, section = "3.8.3", requirement = "MUST-22")
    @Rfc(value = 9293, section = "3.8.3", requirement = "MUST-23")
    void synIsSentAgainForThreeMinutes() {
        Ladder t = States.in(TcpState.SYN_SENT);
        long[] waits = {1000, 2000, 4000, 8000, 16_000, 32_000, 60_000}; // until 123 s
        for (long wait : waits) {
            t.after(wait - 1);
            t.nothing();
            t.after(1);
            t.out("S 0:0(0) win 65535 <mss 1460>");
        }
        t.after(56_999);
        assertThat(t.state()).isEqualTo(TcpState.SYN_SENT);
        t.after(1);
        t.nothing();
        assertThat(t.state()).isEqualTo(TcpState.CLOSED);
        assertThat(t.connection().error()).isEqualTo(TcpError.TIMED_OUT);
    }

    @Test
    @Rfc(value = 9293, section = "3.8.3", requirement = "MUST-22")
    void userSetsHowLongAnOpenIsTried() {
        var t = new Ladder(plain().withSynTimeoutNanos(10 * Time.SECOND));
        t.connect();
        t.ignore();
        t.after(9999);
        assertThat(t.state()).isEqualTo(TcpState.SYN_SENT);
        t.after(1);
        assertThat(t.state()).isEqualTo(TcpState.CLOSED);
        assertThat(t.connection().error()).isEqualTo(TcpError.TIMED_OUT);
    }
}
