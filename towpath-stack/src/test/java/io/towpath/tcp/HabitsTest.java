package io.towpath.tcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.towpath.congestion.RttEstimator;
import io.towpath.core.Drop;
import io.towpath.core.Time;
import io.towpath.tcp.config.ReceiveConfig;
import io.towpath.tcp.config.SendConfig;
import io.towpath.wire.testing.Rfc;
import org.junit.jupiter.api.Test;

/// Settings for what kernels do beyond the RFCs, or instead of what they recommend.
class HabitsTest {
    private static final long MS = Time.MILLISECOND;

    @Test
    void aQuietTimeWaitAnswersNothingWithoutAck() {
        Ladder t = timeWait(Ladders.plain().withQuietTimeWait(true));
        t.in("SF 2:2(0) win 1000");
        t.nothing();
        t.in("F 900000:900000(0) win 1000");
        t.nothing();
        t.in(". 1:1(0) ack 2");
        t.out(". 2:2(0) ack 2");
    }

    private static Ladder timeWait(TcpConfig config) {
        Ladder t = Ladder.established(config, 65_535);
        t.close();
        t.out("F. 1:1(0) ack 1");
        t.in("F. 1:1(0) ack 2");
        t.out(". 2:2(0) ack 2");
        return t;
    }

    @Test
    @Rfc(value = 9293, section = "3.10.7.2")
    void aSynWithFinMayBeDropped() {
        var t = new Ladder(Ladders.plain().withDropSynFin(true));
        t.listen();
        t.in("SF 0:0(0) win 65535 <mss 1000>");
        t.nothing();
        assertThat(t.dropped(Drop.TCP_BAD_SYN)).isEqualTo(1);
        t.in("S 0:0(0) win 65535 <mss 1000>");
        t.out("S. 0:0(0) ack 1 <mss 1460>");
    }

    @Test
    @Rfc(value = 6298, section = "2.4", requirement = "6298-2.4")
    void theLeastTimeoutMayCountFromTheRoundTrip() {
        var rtt = new RttEstimator(Time.SECOND, 200 * MS, 60 * Time.SECOND, MS);
        rtt.margins(200 * MS, 0);
        rtt.sample(100 * MS);
        assertThat(rtt.rto()).isEqualTo(300 * MS);
        for (int i = 0; i < 50; i++) {
            rtt.sample(100 * MS);
        }
        assertThat(rtt.rto()).isEqualTo(300 * MS);
    }

    @Test
    @Rfc(value = 6298, section = "5")
    void allTimeoutsButTheFirstMayBeLonger() {
        var rtt = new RttEstimator(Time.SECOND, 30 * MS, 64 * Time.SECOND, MS);
        rtt.margins(0, 200 * MS);
        assertThat(rtt.rto()).isEqualTo(Time.SECOND);
        rtt.backOff();
        assertThat(rtt.rto()).isEqualTo(2200 * MS);
        rtt.sample(10 * MS);
        assertThat(rtt.rto()).isEqualTo(230 * MS);
        for (int i = 0; i < 20; i++) {
            rtt.backOff();
        }
        assertThat(rtt.rto()).isEqualTo(64 * Time.SECOND);
    }

    @Test
    @Rfc(value = 9293, section = "3.8.6.1")
    void aShutWindowMayBeProbedByEmptySegments() {
        Ladder t = Ladder.established(Ladders.plain().withEmptyProbes(true), 65_535);
        t.in(". 1:1(0) ack 1 win 0");
        t.write(500);
        t.nothing();
        t.after(1000);
        t.out(". 0:0(0) ack 1");
        t.in(". 1:1(0) ack 1 win 0");
        t.after(2000);
        t.out(". 0:0(0) ack 1");
        t.in(". 1:1(0) ack 1 win 1000");
        t.out("P. 1:501(500) ack 1");
    }

    @Test
    @Rfc(value = 9293, section = "3.8.6.3")
    void theAcknowledgmentOfAFinMayWait() {
        ReceiveConfig patient = ReceiveConfig.defaults().withQuickAcks(16).withDelayedFin(true);
        Ladder t = Ladder.established(Ladders.plain().withReceive(patient), 65_535);
        t.in("F. 1:1(0) ack 1");
        t.nothing();
        t.after(40);
        t.out(". 1:1(0) ack 2");
    }

    @Test
    @Rfc(value = 9293, section = "3.7.4")
    void aSmallSegmentMayWaitForNoFullOnes() {
        Ladder t = Ladder.established(Ladders.plain().withNoDelay(false).withNagleSmallOnly(true), 65_535);
        t.write(1300);
        t.out(". 1:1001(1000) ack 1");
        t.out("P. 1001:1301(300) ack 1");
        // Now a small one is under way.
        t.write(200);
        t.nothing();
        t.in(". 1:1(0) ack 1301");
        t.out("P. 1301:1501(200) ack 1");
    }

    @Test
    @Rfc(value = 9293, section = "3.8.5")
    void aProbeBelowTheWindowIsNotUrgent() {
        Ladder t = Ladder.established(Ladders.plain().withEmptyProbes(true), 65_535);
        t.write(100);
        t.out("P. 1:101(100) ack 1");
        t.in(". 1:1(0) ack 101 win 0");
        t.write(100);
        t.nothing();
        t.after(3000);
        t.out(". 100:100(0) ack 1");
    }

    @Test
    void theOverrideTimeMayBeThatOfTheRetransmissionTimer() {
        SendConfig send = SendConfig.defaults();
        assertThat(send.override(700 * MS)).isEqualTo(200 * MS);
        send = send.withOverrideNanos(SendConfig.OVERRIDE_AFTER_TIMEOUT);
        assertThat(send.override(700 * MS)).isEqualTo(700 * MS);
        assertThat(send.override(20 * MS)).isEqualTo(100 * MS);
        assertThat(send.override(5 * Time.SECOND)).isEqualTo(Time.SECOND);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SendConfig.defaults().withOverrideNanos(99 * MS));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SendConfig.defaults().withUnsentMax(0));
    }

    @Test
    void theUserIsToldWhenLessWaitsUnsentThanHeAllows() {
        Ladder t = Ladder.established(
                Ladders.plain()
                        .withInitialWindowSegments(2)
                        .withSend(SendConfig.defaults().withUnsentMax(1000)),
                65_535);
        TcpConnection c = t.connection();
        t.write(3500);
        t.out(". 1:1001(1000) ack 1");
        t.out(". 1001:2001(1000) ack 1");
        t.nothing();
        assertThat(c.writable()).isZero();
        t.in(". 1:1(0) ack 1001");
        t.out(". 2001:3001(1000) ack 1");
        t.out("P. 3001:3501(500) ack 1");
        assertThat(c.writable()).isPositive();
    }
}
