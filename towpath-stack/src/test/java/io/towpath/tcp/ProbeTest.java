package io.towpath.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.core.Counter;
import io.towpath.wire.testing.Rfc;
import org.junit.jupiter.api.Test;

/// Zero-window probes: RFC 9293 §3.8.6.1.
class ProbeTest {
    /// 1000 octets are acknowledged, and the window is shut at 1001.
    private static Ladder shut() {
        Ladder t = Ladder.established();
        t.write(1000);
        t.out("P. 1:1001(1000) ack 1");
        t.in(". 1:1(0) ack 1001 win 0");
        return t;
    }

    @Test
    @Rfc(value = 9293, section = "3.8.6.1", requirement = "SHLD-29")
    @Rfc(value = 9293, section = "3.8.6.1", requirement = "SHLD-30")
    void probesFollowAfterOneTimeoutAndBackOffExponentially() {
        Ladder t = shut();
        t.write(500);
        t.nothing();
        for (long wait : new long[] {1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000}) {
            t.after(wait - 1);
            t.nothing();
            t.after(1);
            t.out("P. 1001:1002(1) ack 1");
            t.nothing();
            t.in(". 1:1(0) ack 1001 win 0");
        }
        assertThat(t.counters().get(Counter.TCP_WINDOW_PROBES)).isEqualTo(8);
        assertThat(t.info().timeouts()).isZero();
        assertThat(t.info().cwnd()).isGreaterThanOrEqualTo(10_000); // silence at a shut window is not congestion
    }

    @Test
    @Rfc(value = 9293, section = "3.8.6.1", requirement = "MUST-36")
    void shutWindowWithNothingToSendIsNotProbed() {
        Ladder t = shut();
        t.after(3_600_000);
        t.nothing();
    }

    @Test
    @Rfc(value = 9293, section = "3.8.6.1", requirement = "MUST-37")
    void connectionLivesAsLongAsProbesAreAnswered() {
        Ladder t = shut();
        t.write(500);
        for (int minute = 0; minute < 120; minute++) {
            t.after(60_000);
            t.ignore();
            t.in(". 1:1(0) ack 1001 win 0");
        }
        assertThat(t.state()).isEqualTo(TcpState.ESTABLISHED);
        t.in(". 1:1(0) ack 1001 win 65535");
        t.out(". 1001:1002(1) ack 1");
        t.out("P. 1002:1501(499) ack 1");
    }

    @Test
    @Rfc(value = 9293, section = "3.8.6.1", requirement = "MUST-37")
    void connectionLivesAsLongAsProbesAreTaken() {
        // A peer that takes the octet of each probe and still offers nothing.
        Ladder t = shut();
        t.write(500);
        t.nothing();
        int next = 1001;
        for (int minute = 0; minute < 60; minute++) {
            t.after(60_000);
            t.ignore();
            next = (int) t.info().sndNxt();
            t.in(". 1:1(0) ack " + next + " win 0");
            assertThat(t.state()).as("minute %d", minute).isEqualTo(TcpState.ESTABLISHED);
        }
        assertThat(next).isGreaterThan(1040);
    }

    @Test
    @Rfc(value = 9293, section = "3.8.3")
    void connectionDiesWhenProbesGoUnanswered() {
        Ladder t = shut();
        t.write(500);
        t.nothing();
        t.after(1000);
        t.ignore();
        t.after(299_999);
        assertThat(t.state()).isEqualTo(TcpState.ESTABLISHED);
        t.after(1);
        assertThat(t.state()).isEqualTo(TcpState.CLOSED);
        assertThat(t.connection().error()).isEqualTo(TcpError.TIMED_OUT);
    }

    @Test
    void probingEndsWhenTheLastOctetWasTaken() {
        Ladder t = shut();
        t.write(1);
        t.nothing();
        t.after(1000);
        t.out("P. 1001:1002(1) ack 1");
        t.in(". 1:1(0) ack 1002 win 0");
        t.after(3_600_000);
        t.nothing();
        assertThat(t.state()).isEqualTo(TcpState.ESTABLISHED);
        t.write(10);
        t.nothing();
        t.after(1000); // a new wait, which begins with one timeout
        t.out("P. 1002:1003(1) ack 1");
        t.in(". 1:1(0) ack 1003 win 5000");
        t.out("P. 1003:1012(9) ack 1");
    }

    @Test
    void finProbesAShutWindow() {
        Ladder t = shut();
        t.close();
        t.nothing();
        t.after(1000);
        t.out("F. 1001:1001(0) ack 1");
        t.in(". 1:1(0) ack 1002 win 0");
        assertThat(t.state()).isEqualTo(TcpState.FIN_WAIT_2);
        t.after(3_600_000);
        t.nothing();
    }

    @Test
    @Rfc(value = 9293, section = "3.8.6.1", requirement = "MUST-36")
    void lostWindowUpdateIsMadeGoodByTheNextProbe() {
        Ladder t = shut();
        t.write(2000);
        t.nothing();
        t.after(1000);
        t.out("P. 1001:1002(1) ack 1");
        t.in(". 1:1(0) ack 1002 win 4000"); // taken, and the window is open
        t.out(". 1002:2002(1000) ack 1");
        t.out("P. 2002:3001(999) ack 1");
        t.in(". 1:1(0) ack 3001 win 4000");
        t.after(60_000);
        t.nothing();
    }

    @Test
    void windowThatIsShutFromTheStartIsProbed() {
        Ladder t = Ladder.established(TcpConfig.defaults().withTimestamps(false).withSack(false), 0);
        t.write(10);
        t.nothing();
        t.after(1000);
        t.out("P. 1:2(1) ack 1");
    }

    @Test
    @Rfc(value = 9293, section = "3.10.7.4")
    void whatIsSaidBesideAProbeBeginsWhereThePeerTakesIt() {
        var t = Ladder.established();
        t.write(1000);
        t.out("P. 1:1001(1000) ack 1");
        t.in(". 1:1(0) ack 1001 win 0");
        t.write(500);
        t.nothing();
        t.after(1000);
        t.out("P. 1001:1002(1) ack 1");
        t.in(". 1:1001(1000) ack 1001 win 0");
        t.in(". 1001:2001(1000) ack 1001 win 0");
        t.out(". 1001:1001(0) ack 2001");
        t.abort();
        t.out("R. 1001:1001(0) ack 2001");
    }

    /// draft-ietf-ccwg-bbr: a sample of an octet in seconds would become the bandwidth of the path once those before
    /// it are forgotten, and the pace with it.
    @Test
    void aProbeOfTheWindowTellsNothingOfTheNetworksRate() {
        Ladder t = Ladder.established();
        t.write(30_000);
        t.ignore();
        t.after(100);
        t.in(". 1:1(0) ack 10001 win 0");
        t.nothing();
        assertThat(t.connection().flight.rate().isApplicationLimited()).isFalse();
        long rate = t.connection().flight.rate().rate();
        t.after(1500);
        assertThat(t.next().payload().length()).isEqualTo(1);
        t.after(300);
        t.in(". 1:1(0) ack 10002 win 65535");
        assertThat(t.connection().flight.rate().rate()).isEqualTo(rate);
    }
}
