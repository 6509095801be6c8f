package io.towpath.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.core.Counter;
import io.towpath.core.NetworkError;
import io.towpath.core.Time;
import io.towpath.tcp.config.FastOpenConfig;
import io.towpath.tcp.config.OpeningConfig;
import io.towpath.wire.testing.Rfc;
import org.junit.jupiter.api.Test;

/// The client's side of TCP Fast Open: RFC 7413 §4.1.3 and §4.2.1.
class FastOpenClientTest {
    private static final String COOKIE = "0123456789abcdef";

    private static TcpConfig config() {
        return Ladders.plain().withFastOpen(FastOpenConfig.OFF.withClient(true));
    }

    /// A client that has the cookie of its peer, whose MSS is 1000.
    private static Ladder withCookie() {
        return withCookie(config());
    }

    private static Ladder withCookie(TcpConfig config) {
        var t = new Ladder(config);
        t.connectWith(0);
        t.out("S 0:0(0) <mss 1460,FO req,nop,nop>");
        t.in("S. 0:0(0) ack 1 win 10000 <mss 1000,FO " + COOKIE + ",nop,nop>");
        t.out(". 1:1(0) ack 1");
        t.in("R. 1:1(0) ack 1");
        assertThat(t.tcp.rowCount()).isZero();
        return t;
    }

    @Test
    @Rfc(value = 7413, section = "4.2.1")
    void firstConnectionAsksForACookieAndItsDataWaits() {
        var t = new Ladder(config());
        t.connectWith(100);
        t.out("S 0:0(0) <mss 1460,FO req,nop,nop>");
        t.in("S. 0:0(0) ack 1 win 10000 <mss 1000,FO " + COOKIE + ",nop,nop>");
        t.out("P. 1:101(100) ack 1");
        assertThat(t.info().synData()).isFalse();
    }

    @Test
    @Rfc(value = 7413, section = "4.2.1")
    void nextConnectionSendsItsDataWithTheSyn() {
        Ladder t = withCookie();
        t.connectWith(100);
        t.out("S 0:100(100) <mss 1460,FO " + COOKIE + ",nop,nop>");
        t.in("S. 0:0(0) ack 101 win 10000 <mss 1000>");
        t.out(". 101:101(0) ack 1");
        assertThat(t.state()).isEqualTo(TcpState.ESTABLISHED);
        assertThat(t.info().synData()).isTrue();
        assertThat(t.info().sendQueued()).isZero();
        t.write(10);
        t.out("P. 101:111(10) ack 1");
        assertThat(t.counters().get(Counter.TCP_FAST_OPEN_ACTIVE)).isEqualTo(1);
    }

    @Test
    @Rfc(value = 7413, section = "4.1.3")
    void synCarriesWhatTheLastMssLessAllOptionsAllows() {
        Ladder t = withCookie();
        t.connectWith(3000);
        t.out("S 0:960(960)");
        t.in("S. 0:0(0) ack 961 win 10000 <mss 1000>");
        t.out(". 961:1961(1000) ack 1");
        t.out(". 1961:2961(1000) ack 1");
        t.out("P. 2961:3001(40) ack 1");
    }

    @Test
    void connectionWithoutDataIsOpenedTheOrdinaryWay() {
        Ladder t = withCookie();
        t.connect();
        t.out("S 0:0(0) <mss 1460>");
    }

    @Test
    void clientThatDoesNotAskForFastOpenSendsDataBehindTheHandshake() {
        var t = new Ladder(Ladders.plain());
        t.connectWith(100);
        t.out("S 0:0(0) <mss 1460>");
        t.in("S. 0:0(0) ack 1 win 10000 <mss 1000,FO " + COOKIE + ",nop,nop>");
        t.out("P. 1:101(100) ack 1");
    }

    @Test
    @Rfc(value = 7413, section = "4.2.1")
    void dataThatTheSynAckDoesNotAcknowledgeIsSentAgainAtOnce() {
        Ladder t = withCookie();
        t.connectWith(900);
        t.out("S 0:900(900)");
        t.in("S. 0:0(0) ack 1 win 10000 <mss 1000>");
        t.out("P. 1:901(900) ack 1");
        assertThat(t.info().synData()).isFalse();
        assertThat(t.info().cwnd()).isGreaterThan(1000); // it is no sign of congestion
        assertThat(t.counters().get(Counter.TCP_FAST_OPEN_FALLBACK)).isEqualTo(1);
        t.in(". 1:1(0) ack 901 win 10000");
        assertThat(t.info().sendQueued()).isZero();
    }

    @Test
    void partOfTheDataMayBeAcknowledged() {
        Ladder t = withCookie();
        t.connectWith(900);
        t.out("S 0:900(900)");
        t.in("S. 0:0(0) ack 301 win 10000 <mss 1000>");
        t.out("P. 301:901(600) ack 1");
        assertThat(t.info().sendQueued()).isEqualTo(600);
    }

    @Test
    @Rfc(value = 7413, section = "4.1.3.1")
    void synThatIsSentAgainHasNeitherDataNorOption() {
        Ladder t = withCookie();
        t.connectWith(100);
        t.out("S 0:100(100) <mss 1460,FO " + COOKIE + ",nop,nop>");
        t.after(1000);
        t.out("S 0:0(0) <mss 1460>");
        t.in("S. 0:0(0) ack 101 win 10000 <mss 1000>"); // the first one came through after all
        t.out(". 101:101(0) ack 1");
        assertThat(t.info().sendQueued()).isZero();
    }

    @Test
    @Rfc(value = 7413, section = "4.1.3.1")
    void afterTwoLossesInARowTheServerGetsNoDataForAWhile() {
        Ladder t = withCookie();
        for (int i = 0; i < 2; i++) {
            t.connectWith(100);
            t.out("S 0:100(100)");
            t.after(1000);
            t.out("S 0:0(0)");
            t.in("S. 0:0(0) ack 1 win 10000 <mss 1000>");
            t.ignore();
            t.in("R. 1:1(0) ack 1");
        }
        t.connectWith(100);
        t.out("S 0:0(0) <mss 1460>");
        t.abort();
        t.after(240_000);
        t.connectWith(100);
        t.out("S 0:100(100) <mss 1460,FO " + COOKIE + ",nop,nop>");
    }

    @Test
    @Rfc(value = 7413, section = "4.1.3.1")
    void thirdTimeoutInARowEndsDataInSynsForAllServers() {
        Ladder t = withCookie();
        t.connectWith(100);
        t.out("S 0:100(100)");
        t.after(7_000); // sent at 0, 1, 3 s, and nothing came
        t.abort();
        t.ignore();
        t.connectWith(100);
        t.out("S 0:0(0) <mss 1460>");
        t.abort();
        t.after(3600_000);
        t.connectWith(100);
        t.out("S 0:100(100) <mss 1460,FO " + COOKIE + ",nop,nop>");
    }

    @Test
    @Rfc(value = 7413, section = "4.1.3.1")
    void icmpAboutASynWithDataBringsAnOrdinarySynAtOnce() {
        Ladder t = withCookie();
        t.connectWith(900);
        t.out("S 0:900(900)");
        t.icmp(NetworkError.Kind.TOO_BIG, 800, 0);
        t.out("S 0:0(0) <mss 760>");
        t.in("S. 0:0(0) ack 1 win 10000 <mss 1000>");
        t.out(". 1:761(760) ack 1");
        t.out("P. 761:901(140) ack 1");
    }

    @Test
    @Rfc(value = 7413, section = "4.1.1")
    void withoutAnAnswerTheExperimentalFormIsTriedOnce() {
        var t = new Ladder(config());
        String[] expected = {"FO req,nop,nop", "exp-254 f989", "FO req,nop,nop", "FO req,nop,nop"};
        for (String option : expected) {
            t.connectWith(0);
            t.out("S 0:0(0) <mss 1460," + option + ">");
            t.in("S. 0:0(0) ack 1 win 10000 <mss 1000>");
            t.ignore();
            t.in("R. 1:1(0) ack 1");
        }
    }

    @Test
    void cookieInTheExperimentalFormIsUsedInIt() {
        var t = new Ladder(config());
        t.connectWith(0);
        t.ignore();
        t.in("S. 0:0(0) ack 1 win 10000 <mss 1000>");
        t.in("R. 1:1(0) ack 1");
        t.connectWith(0);
        t.ignore();
        t.in("S. 0:0(0) ack 1 win 10000 <mss 1000,FOEXP 1234abcd>");
        t.ignore();
        t.in("R. 1:1(0) ack 1");
        t.connectWith(10);
        t.out("S 0:10(10) <mss 1460,exp-254 f9891234abcd>");
    }

    @Test
    void cookieThatWasNotAskedForIsNotKept() {
        var t = new Ladder(config());
        t.connect();
        t.ignore();
        t.in("S. 0:0(0) ack 1 win 10000 <mss 1000,FO " + COOKIE + ",nop,nop>");
        t.ignore();
        t.in("R. 1:1(0) ack 1");
        t.connectWith(10);
        t.out("S 0:0(0) <mss 1460,FO req,nop,nop>");
    }

    @Test
    void newerCookieTakesThePlaceOfTheOlderOne() {
        Ladder t = withCookie();
        t.connectWith(10);
        t.ignore();
        t.in("S. 0:0(0) ack 11 win 10000 <mss 1000,FO abcd1234,nop,nop>");
        t.ignore();
        t.in("R. 1:1(0) ack 11");
        t.connectWith(10);
        t.out("S 0:10(10) <mss 1460,FO abcd1234,nop,nop>");
    }

    @Test
    void forgottenCookiesAreAskedForAnew() {
        Ladder t = withCookie();
        assertThat(t.tcp.fastOpenRoom(t.now, null, Ladder.PEER, t.config)).isEqualTo(960);
        t.tcp.forgetFastOpen();
        assertThat(t.tcp.fastOpenRoom(t.now, null, Ladder.PEER, t.config)).isZero();
        t.connectWith(10);
        t.out("S 0:0(0) <mss 1460,FO req,nop,nop>");
    }

    @Test
    void withoutCookiesDataGoesToEverybodyAndNoneIsKept() {
        var t = new Ladder(
                Ladders.plain().withFastOpen(FastOpenConfig.OFF.withClient(true).withClientWithoutCookie(true)));
        t.connectWith(2000);
        t.out("S 0:1420(1420) <mss 1460>");
        t.in("S. 0:0(0) ack 1421 win 10000 <mss 1000,FO " + COOKIE + ",nop,nop>");
        t.out("P. 1421:2001(580) ack 1");
        t.in("R. 1:1(0) ack 2001");
        t.config = config();
        t.connectWith(10);
        t.out("S 0:0(0) <mss 1460,FO req,nop,nop>");
    }

    @Test
    void acknowledgmentBeyondTheDataIsReset() {
        Ladder t = withCookie();
        t.connectWith(100);
        t.out("S 0:100(100)");
        t.in("S. 0:0(0) ack 102 win 10000 <mss 1000>");
        t.out("R 102:102(0)");
        t.in("R. 0:0(0) ack 101"); // "If the ACK was acceptable": the data is part of what was sent
        assertThat(t.connection().error()).isEqualTo(TcpError.REFUSED);
    }

    @Test
    void synAckMayBringDataAndAFin() {
        Ladder t = withCookie();
        t.connectWith(100);
        t.out("S 0:100(100)");
        t.in("SF. 0:500(500) ack 101 win 10000 <mss 1000>");
        t.out(". 101:101(0) ack 502");
        assertThat(t.state()).isEqualTo(TcpState.CLOSE_WAIT);
        t.read(500);
    }

    @Test
    void retriesAreBoundedByCount() {
        Ladder t = withCookie(config().withOpening(OpeningConfig.DEFAULTS.withSynRetries(1)));
        t.connectWith(100);
        t.out("S 0:100(100)");
        t.after(1000);
        t.out("S 0:0(0)");
        t.after(2000);
        assertThat(t.connection().error()).isEqualTo(TcpError.TIMED_OUT);
        assertThat(t.tcp.deadline()).isEqualTo(Time.NEVER);
    }
}
