package io.towpath.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.core.Time;
import io.towpath.tcp.config.TimeoutAction;
import io.towpath.tcp.config.UserTimeoutConfig;
import io.towpath.tcp.option.UserTimeout;
import io.towpath.wire.TcpOption;
import io.towpath.wire.testing.Rfc;
import org.junit.jupiter.api.Test;

/// The user timeout option: RFC 5482.
class UserTimeoutOptionTest {
    private static final TcpConfig ENABLED = TcpConfig.defaults()
            .withTimestamps(false)
            .withSack(false)
            .withWindowScaling(false)
            .withUserTimeoutNanos(300 * Time.SECOND)
            .withUserTimeout(
                    UserTimeoutConfig.defaults().withEnabled(true).withLimits(100 * Time.SECOND, 1000 * Time.SECOND));

    private static Ladder listening(TcpConfig config) {
        var t = new Ladder(config);
        t.listen();
        return t;
    }

    private static Ladder open(TcpConfig config, String option) {
        Ladder t = listening(config);
        t.in("S 0:0(0) win 65535 <mss 1000" + option + ">");
        t.ignore();
        t.in(". 1:1(0) ack 1 win 65535");
        t.accept();
        return t;
    }

    private static long timeout(Ladder t) {
        return TcpUser.status(t.connection()).timeoutNanos() / Time.SECOND;
    }

    @Test
    @Rfc(value = 5482, section = "3.1")
    void unlessEnabledItIsNeitherSentNorHeard() {
        Ladder t = listening(ENABLED.withUserTimeout(UserTimeoutConfig.defaults()));
        t.in("S 0:0(0) win 65535 <mss 1000,uto 600s>");
        t.out("S. 0:0(0) ack 1 <mss 1460>");
        t.in(". 1:1(0) ack 1 win 65535");
        t.accept();
        assertThat(timeout(t)).isEqualTo(300);
    }

    @Test
    @Rfc(value = 5482, section = "3")
    void bothSynsCarryIt() {
        Ladder t = listening(ENABLED);
        t.in("S 0:0(0) win 65535 <mss 1000,uto 600s>");
        t.out("S. 0:0(0) ack 1 <mss 1460,uto 300s>");
        t.in(". 1:1(0) ack 1 win 65535");
        t.accept();
        assertThat(timeout(t)).isEqualTo(600);
        t = new Ladder(ENABLED);
        t.connect();
        t.out("S 0:0(0) <mss 1460,uto 300s>");
        t.in("S. 0:0(0) ack 1 win 65535 <mss 1000,uto 7min>");
        assertThat(timeout(t)).isEqualTo(420);
    }

    @Test
    @Rfc(value = 9293, section = "3.1")
    void whatStandsBeforeItIsNotPaddedByTheEndOfTheList() {
        Ladder t = new Ladder(ENABLED.withSack(true).withWindowScaling(true));
        t.connect();
        var options = t.next().options();
        assertThat(options).noneMatch(TcpOption.End.class::isInstance);
        assertThat(options).anyMatch(TcpOption.UserTimeout.class::isInstance);
    }

    @Test
    @Rfc(value = 5482, section = "3.1")
    void theTimeoutIsTheLongerOfBothWithinTheLimits() {
        assertThat(timeout(open(ENABLED, ",uto 200s"))).isEqualTo(300); // ours
        assertThat(timeout(open(ENABLED, ",uto 600s"))).isEqualTo(600); // the peer's
        assertThat(timeout(open(ENABLED, ",uto 600min"))).isEqualTo(1000); // the upper limit
        Ladder t = open(ENABLED.withUserTimeoutNanos(10 * Time.SECOND), ",uto 20s");
        assertThat(timeout(t)).isEqualTo(100); // the lower limit
    }

    @Test
    @Rfc(value = 5482, section = "3.4")
    void zeroIsReservedAndIgnored() {
        assertThat(timeout(open(ENABLED, ",uto 0s"))).isEqualTo(300);
        assertThat(timeout(open(ENABLED, ",uto 0min"))).isEqualTo(300);
        assertThat(UserTimeout.encode(0)).isEqualTo(1);
    }

    @Test
    @Rfc(value = 5482, section = "3.3")
    void whatDoesNotFitSecondsIsToldInMinutes() {
        assertThat(UserTimeout.encode(32_767 * Time.SECOND)).isEqualTo(32_767);
        assertThat(UserTimeout.encode(32_768 * Time.SECOND)).isEqualTo(0x8000 | 546);
        assertThat(UserTimeout.encode(Time.NEVER)).isEqualTo(0xffff);
        assertThat(UserTimeout.decode(0x8000 | 546)).isEqualTo(546 * 60 * Time.SECOND);
    }

    @Test
    @Rfc(value = 5482, section = "3.1")
    void aTimeoutThatTheUserChangesIsToldAndThePeersChangesNothingAnyMore() {
        Ladder t = open(ENABLED, ",uto 600s");
        t.tcp.userTimeout(t.now, t.connection(), 120 * Time.SECOND, TimeoutAction.ABORT);
        t.out(". 1:1(0) ack 1 <uto 120s>");
        t.nothing();
        t.in("P. 1:11(10) ack 1 <uto 900s>");
        t.after(40);
        t.out(". 1:1(0) ack 11 <>");
        assertThat(timeout(t)).isEqualTo(120);
    }

    @Test
    @Rfc(value = 5482, section = "3.1")
    void whatThePeerAdvertisesIsNoSettingOfTheUser() {
        Ladder t = open(ENABLED, "");
        TcpConfig settings = t.connection().config();
        for (int seconds = 400; seconds < 500; seconds++) {
            t.in(". 1:1(0) ack 1 <uto " + seconds + "s>");
            assertThat(timeout(t)).isEqualTo(seconds);
        }
        assertThat(t.connection().config()).isSameAs(settings);
        // He may well insist on what his settings have been all the time.
        t.tcp.userTimeout(t.now, t.connection(), 300 * Time.SECOND, TimeoutAction.ABORT);
        assertThat(timeout(t)).isEqualTo(300);
        t.in(". 1:1(0) ack 1 <uto 600s>");
        assertThat(timeout(t)).isEqualTo(300);
    }

    @Test
    @Rfc(value = 5482, section = "3.1")
    void anOptionOnAnOpenConnectionMovesTheTimeoutThatRuns() {
        Ladder t = open(ENABLED, "");
        t.write(10);
        t.out("P. 1:11(10) ack 1");
        t.in(". 1:1(0) ack 1 <uto 400s>");
        t.after(399_999);
        assertThat(t.state()).isEqualTo(TcpState.ESTABLISHED);
        t.after(1);
        assertThat(t.state()).isEqualTo(TcpState.CLOSED);
    }

    @Test
    @Rfc(value = 5482, section = "3")
    void fullSegmentsLeaveNoRoomForItAndTheNextAckTakesIt() {
        Ladder t = open(ENABLED, "");
        t.write(1000);
        t.tcp.userTimeout(t.now, t.connection(), 120 * Time.SECOND, TimeoutAction.ABORT);
        t.out("P. 1:1001(1000) ack 1 <>");
        t.in("P. 1:11(10) ack 1001");
        t.after(40);
        t.out(". 1001:1001(0) ack 11 <uto 120s>");
    }
}
