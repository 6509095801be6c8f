package io.towpath.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.core.Counter;
import io.towpath.core.Time;
import io.towpath.wire.testing.Rfc;
import org.junit.jupiter.api.Test;

/// Keep-alives: RFC 9293 §3.8.4.
class KeepAliveTest {
    private static final int IDLE = 10_000;
    private static final int INTERVAL = 1000;

    private static TcpConfig plain() {
        return TcpConfig.defaults().withTimestamps(false).withSack(false).withWindowScaling(false);
    }

    private static Ladder alive() {
        return Ladder.established(
                plain().withKeepAlive(true)
                        .withKeepAliveIdleNanos(IDLE * Time.MILLISECOND)
                        .withKeepAliveIntervalNanos(INTERVAL * Time.MILLISECOND)
                        .withKeepAliveProbes(3),
                65_535);
    }

    @Test
    @Rfc(value = 9293, section = "3.8.4", requirement = "MUST-25")
    void keepAliveIsOffUnlessAskedFor() {
        assertThat(TcpConfig.defaults().keepAlive()).isFalse();
        Ladder t = Ladder.established();
        t.after(24 * 3_600_000.0);
        t.nothing();
        assertThat(t.state()).isEqualTo(TcpState.ESTABLISHED);
    }

    @Test
    @Rfc(value = 9293, section = "3.8.4", requirement = "MUST-28")
    @Rfc(value = 9293, section = "3.8.4", requirement = "MUST-24")
    @Rfc(value = 9293, section = "3.8.4", requirement = "MAY-5")
    void theFirstOneFollowsAfterTwoHoursUnlessSet() {
        Ladder t = Ladder.established(plain().withKeepAlive(true), 65_535);
        t.after(7_199_999);
        t.nothing();
        t.after(1);
        t.out(". 0:0(0) ack 1");
    }

    @Test
    @Rfc(value = 9293, section = "3.8.4", requirement = "MUST-27")
    @Rfc(value = 9293, section = "3.8.4", requirement = "SHLD-12")
    void probeIsAnOldNumberWithoutDataAfterTheIntervalThatWasSet() {
        Ladder t = alive();
        t.after(IDLE - 1);
        t.nothing();
        t.after(1);
        t.out(". 0:0(0) ack 1"); // SEG.SEQ = SND.NXT-1
        t.nothing();
        t.in(". 1:1(0) ack 1");
        t.after(IDLE - 1);
        t.nothing();
        t.after(1);
        t.out(". 0:0(0) ack 1");
        assertThat(t.counters().get(Counter.TCP_KEEPALIVES)).isEqualTo(2);
    }

    @Test
    @Rfc(value = 9293, section = "3.8.4", requirement = "MUST-26")
    void whatIsReceivedPutsTheProbeOff() {
        Ladder t = alive();
        t.after(6000);
        t.in("P. 1:11(10) ack 1");
        t.after(6000);
        t.ignore(); // the delayed ACK
        t.in(". 11:11(0) ack 1"); // an acknowledgment counts as well
        t.after(IDLE - 1);
        t.nothing();
        t.after(1);
        t.out(". 0:0(0) ack 11");
    }

    @Test
    @Rfc(value = 9293, section = "3.8.4", requirement = "MUST-26")
    void noProbeWhileDataIsOutstanding() {
        Ladder t = alive();
        t.write(10);
        t.out("P. 1:11(10) ack 1");
        t.after(100_000);
        int probes = 0;
        while (t.pendingSegments() > 0) {
            probes += t.next().payload().length() == 0 ? 1 : 0;
        }
        assertThat(probes).isZero();
        assertThat(t.counters().get(Counter.TCP_KEEPALIVES)).isZero();
    }

    @Test
    @Rfc(value = 9293, section = "3.8.4", requirement = "MUST-29")
    void unansweredProbesEndTheConnectionOnlyAfterSeveral() {
        Ladder t = alive();
        t.after(IDLE);
        t.out(". 0:0(0) ack 1");
        for (int i = 0; i < 2; i++) {
            t.after(INTERVAL - 1);
            t.nothing();
            t.after(1);
            t.out(". 0:0(0) ack 1");
            assertThat(t.state()).isEqualTo(TcpState.ESTABLISHED);
        }
        t.after(INTERVAL);
        t.out("R. 1:1(0) ack 1 win 0");
        assertThat(t.state()).isEqualTo(TcpState.CLOSED);
        assertThat(t.connection().error()).isEqualTo(TcpError.TIMED_OUT);
    }

    @Test
    @Rfc(value = 9293, section = "3.8.4", requirement = "MUST-29")
    void anAnswerStartsTheCountAnew() {
        Ladder t = alive();
        for (int round = 0; round < 5; round++) {
            t.after(IDLE);
            t.after(INTERVAL);
            t.ignore();
            t.in(". 1:1(0) ack 1");
        }
        assertThat(t.state()).isEqualTo(TcpState.ESTABLISHED);
    }

    @Test
    @Rfc(value = 9293, section = "3.8.4")
    void thePeersKeepAliveIsAnswered() {
        Ladder t = Ladder.established();
        t.in(". 0:0(0) ack 1");
        t.out(". 1:1(0) ack 1");
        t.in(". 0:1(1) ack 1"); // with one garbage octet
        t.out(". 1:1(0) ack 1");
        assertThat(t.info().receiveQueued()).isZero();
    }

    @Test
    @Rfc(value = 9293, section = "3.8.4")
    void resetAnswersTheProbeOfAForgottenConnection() {
        Ladder t = alive();
        t.after(IDLE);
        t.out(". 0:0(0) ack 1");
        t.in("R 1:1(0)");
        assertThat(t.connection().error()).isEqualTo(TcpError.RESET);
    }
}
