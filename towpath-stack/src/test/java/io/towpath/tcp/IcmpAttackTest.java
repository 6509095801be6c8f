package io.towpath.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.core.NetworkError.Kind;
import io.towpath.core.Signals;
import io.towpath.wire.testing.Rfc;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What ICMP messages can do to a connection and what they cannot: RFC 5927; path MTU: RFC 1191 §6.4.
class IcmpAttackTest {
    @ParameterizedTest
    @EnumSource(Kind.class)
    @Rfc(value = 5927, section = "4.1")
    void errorsAboutWhatIsNotInFlightAreIgnored(Kind kind) {
        Ladder t = Ladders.open();
        t.write(3000);
        t.ignore();
        t.in(". 1:1(0) ack 1001 win 65535");
        t.signals();
        for (long seq : new long[] {0, 1000, 3001, 1_000_000}) {
            t.icmp(kind, 600, seq);
        }
        t.nothing();
        assertThat(t.network.acceptedMtu).isZero();
        assertThat(t.connection().softError).isNull();
        assertThat(t.signals()).isZero();
    }

    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            mode = EnumSource.Mode.EXCLUDE,
            names = {"TOO_BIG"})
    @Rfc(value = 5927, section = "5.2")
    void noErrorAbortsASynchronizedConnection(Kind kind) {
        Ladder t = Ladders.open();
        t.write(1000);
        t.ignore();
        t.icmp(kind, 0, 1);
        assertThat(t.state()).isEqualTo(TcpState.ESTABLISHED);
        assertThat(t.connection().softError).isNotNull();
        assertThat(t.signals() & Signals.ERROR).isNotZero();
        t.in(". 1:1(0) ack 1001 win 65535");
        assertThat(t.info().inFlight()).isZero();
    }

    @Test
    @Rfc(value = 5927, section = "5.2")
    void aHardErrorAboutOurSynEndsTheOpen() {
        var t = new Ladder(Ladders.plain());
        t.connect();
        t.out("S 0:0(0)");
        t.icmp(Kind.PORT_UNREACHABLE, 0, 0);
        assertThat(t.state()).isEqualTo(TcpState.CLOSED);
        assertThat(t.connection().error()).isEqualTo(TcpError.PORT_UNREACHABLE);
    }

    @Test
    @Rfc(value = 5927, section = "4.1")
    void aHardErrorAboutAnotherNumberThanOurSynsDoesNothing() {
        var t = new Ladder(Ladders.plain());
        t.connect();
        t.out("S 0:0(0)");
        t.icmp(Kind.PORT_UNREACHABLE, 0, 1);
        t.icmp(Kind.PORT_UNREACHABLE, 0, 77);
        assertThat(t.state()).isEqualTo(TcpState.SYN_SENT);
    }

    @Test
    @Rfc(value = 9293, section = "3.9.2.2")
    void aSoftErrorWhileOpeningIsOnlyTheReasonToGiveWhenTheOpenTimesOut() {
        var t = new Ladder(Ladders.plain());
        t.connect();
        t.out("S 0:0(0)");
        t.icmp(Kind.HOST_UNREACHABLE, 0, 0);
        assertThat(t.state()).isEqualTo(TcpState.SYN_SENT);
        t.after(181_000);
        t.ignore();
        assertThat(t.connection().error()).isEqualTo(TcpError.HOST_UNREACHABLE);
    }

    @Test
    @Rfc(value = 5927, section = "7.2")
    void aSmallerPathMtuCutsWhatIsInFlightAnewAndSendsItAgainWithoutReducingTheWindow() {
        Ladder t = Ladders.open();
        t.write(2500);
        t.ignore();
        t.icmp(Kind.TOO_BIG, 640, 1001);
        assertThat(t.network.acceptedMtu).isEqualTo(640);
        assertThat(t.info().mss()).isEqualTo(600);
        // A segment of 1000 becomes 600 and 400.
        t.out(". 1:601(600) ack 1");
        t.out(". 601:1001(400) ack 1");
        t.out(". 1001:1601(600) ack 1");
        t.out(". 1601:2001(400) ack 1");
        t.out("P. 2001:2501(500) ack 1");
        t.nothing();
        assertThat(t.info().cwnd()).isEqualTo(10_000);
        assertThat(t.info().ssthresh()).isEqualTo(Long.MAX_VALUE);
        assertThat(t.info().inRecovery()).isFalse();
        t.in(". 1:1(0) ack 2501 win 65535");
        t.write(1300);
        t.out(". 2501:3101(600) ack 1");
        t.out(". 3101:3701(600) ack 1");
        t.out("P. 3701:3801(100) ack 1");
    }

    @Test
    @Rfc(value = 1191, section = "6.4")
    void aSegmentThatATimeoutSentAgainTooLargeGoesAgainAtOnce() {
        Ladder t = Ladders.open();
        t.write(1000);
        t.ignore();
        t.after(1000);
        t.out("P. 1:1001(1000) ack 1");
        t.icmp(Kind.TOO_BIG, 640, 1);
        t.out(". 1:601(600) ack 1");
        t.out("P. 601:1001(400) ack 1");
        t.nothing();
    }

    @Test
    void whatSackReportedIsNotSentAgainForASmallerPathMtu() {
        Ladder t = Ladders.withSack();
        t.write(3000);
        t.ignore();
        t.in(". 1:1(0) ack 1 win 65535 <nop,nop,sack 1001:2001>");
        t.icmp(Kind.TOO_BIG, 540, 1);
        t.out(". 1:501(500) ack 1");
        t.out(". 501:1001(500) ack 1");
        t.out(". 2001:2501(500) ack 1");
        t.out("P. 2501:3001(500) ack 1");
        t.nothing();
    }

    @Test
    void theFinThatRodeOnAFullSegmentSurvivesTheCut() {
        Ladder t = Ladders.open();
        t.write(1000);
        t.close();
        t.out("FP. 1:1001(1000) ack 1");
        t.icmp(Kind.TOO_BIG, 540, 1);
        t.out(". 1:501(500) ack 1");
        t.out("P. 501:1001(500) ack 1");
        t.out("F. 1001:1001(0) ack 1");
        t.in(". 1:1(0) ack 1002 win 65535");
        assertThat(t.state()).isEqualTo(TcpState.FIN_WAIT_2);
    }
}
