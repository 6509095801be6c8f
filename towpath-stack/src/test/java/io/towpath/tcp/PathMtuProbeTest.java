package io.towpath.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.core.NetworkError;
import io.towpath.tcp.config.EcnConfig;
import io.towpath.tcp.config.PathMtuConfig;
import io.towpath.wire.testing.Rfc;
import org.junit.jupiter.api.Test;

/// Path MTU discovery by the connection itself: RFC 4821 §7, RFC 8899.
class PathMtuProbeTest {
    private static Ladder open(PathMtuConfig.Use use) {
        var t = new Ladder(TcpConfig.defaults()
                .withTimestamps(false)
                .withWindowScaling(false)
                .withNoDelay(true)
                .withPathMtu(PathMtuConfig.defaults().withUse(use)));
        t.listen();
        t.in("S 0:0(0) win 65535 <mss 1460,sackOK>");
        t.out("S. 0:0(0) ack 1 <mss 1460,nop,nop,sackOK>");
        t.after(100);
        t.in(". 1:1(0) ack 1 win 65535");
        t.accept();
        return t;
    }

    @Test
    @Rfc(value = 8899, section = "5.2")
    void aProbeIsOneLargerSegmentAndItsAcknowledgmentRaisesTheSize() {
        Ladder t = open(PathMtuConfig.Use.ALWAYS);
        assertThat(t.info().mss()).isEqualTo(1160);
        t.write(8000);
        t.out(". 1:1461(1460) ack 1");
        t.out(". 1461:2621(1160) ack 1");
        t.ignore();
        t.after(100);
        t.in(". 1:1(0) ack 1461 win 65535");
        assertThat(t.info().mss()).isEqualTo(1460);
        assertThat(t.info().details().pathMtu()).isEqualTo(1500);
    }

    @Test
    @Rfc(value = 8899, section = "3")
    void aLostProbeIsSentAgainInSmallSegmentsAndTheWindowStays() {
        Ladder t = open(PathMtuConfig.Use.ALWAYS);
        t.write(8000);
        t.ignore();
        long window = t.connection().congestion.cwnd();
        t.after(100);
        t.in(". 1:1(0) ack 1 win 65535 <nop,nop,sack 1461:2621>");
        t.in(". 1:1(0) ack 1 win 65535 <nop,nop,sack 1461:3781>");
        t.in(". 1:1(0) ack 1 win 65535 <nop,nop,sack 1461:4941>");
        t.out(". 1:1161(1160) ack 1");
        t.in(". 1:1(0) ack 1 win 65535 <nop,nop,sack 1461:6101>");
        t.out(". 1161:1461(300) ack 1");
        assertThat(t.connection().congestion.cwnd()).isGreaterThanOrEqualTo(window);
        assertThat(t.info().mss()).isEqualTo(1160);
    }

    @Test
    @Rfc(value = 8899, section = "3")
    void aProbeThatTimesOutIsSentAgainInSmallSegments() {
        Ladder t = open(PathMtuConfig.Use.ALWAYS);
        t.write(8000);
        t.ignore();
        t.connection().timers.stop(TcpTimer.LOSS_PROBE);
        t.after(1_000);
        assertThat(t.info().timeouts()).isEqualTo(1);
        t.out(". 1:1161(1160) ack 1");
        t.after(100);
        t.in(". 1:1(0) ack 1161 win 65535");
        t.out(". 1161:1461(300) ack 1");
        t.out(". 1461:2621(1160) ack 1");
    }

    @Test
    @Rfc(value = 8985, section = "7.3")
    void aTailLossProbeIsNoLargerThanWhatIsKnownToGetThrough() {
        Ladder t = open(PathMtuConfig.Use.ALWAYS);
        t.in(". 1:1(0) ack 1 win 1460");
        t.write(8000);
        t.out(". 1:1461(1460) ack 1");
        t.nothing();
        t.after(450);
        t.out(". 1161:1461(300) ack 1");
        t.nothing();
        assertThat(t.info().timeouts()).isZero();
    }

    @Test
    @Rfc(value = 8899, section = "3")
    void whatIsLostBesideAProbeIsASignOfCongestion() {
        Ladder t = open(PathMtuConfig.Use.ALWAYS);
        t.write(1160);
        t.out("P. 1:1161(1160) ack 1");
        t.write(100);
        t.out("P. 1161:1261(100) ack 1");
        t.after(60);
        t.write(8000);
        t.out(". 1261:2721(1460) ack 1");
        t.ignore();
        long window = t.connection().congestion.cwnd();
        t.after(40);
        t.in(". 1:1(0) ack 1 win 65535 <nop,nop,sack 1161:1261>");
        t.after(30);
        t.out(". 1:1161(1160) ack 1");
        assertThat(t.connection().congestion.ssthresh()).isLessThan(window);
        t.after(100);
        t.in(". 1:1(0) ack 1261 win 65535 <nop,nop,sack 2721:9261>");
        t.out(". 1261:2421(1160) ack 1");
        assertThat(t.connection().congestion.ssthresh()).isLessThan(window);
        assertThat(t.connection().congestion.cwnd()).isLessThan(window);
    }

    @Test
    @Rfc(value = 8899, section = "3")
    void aLossThatIsFoundAfterTheProbesIsASignOfCongestion() {
        Ladder t = open(PathMtuConfig.Use.ALWAYS);
        t.write(12_000);
        t.ignore();
        long window = t.connection().congestion.cwnd();
        t.after(100);
        t.in(". 1:1(0) ack 1 win 65535 <nop,nop,sack 1461:4941>");
        t.ignore();
        assertThat(t.info().inRecovery()).isTrue();
        assertThat(t.connection().congestion.ssthresh()).isEqualTo(Long.MAX_VALUE);
        t.after(50);
        t.in(". 1:1(0) ack 1 win 65535 <nop,nop,sack 1461:4941 6101:9581>");
        t.ignore();
        assertThat(t.connection().congestion.ssthresh()).isLessThan(window);
    }

    @Test
    @Rfc(value = 8899, section = "3")
    void withoutSackAProbeIsRepairedInOrderAndTheWindowStays() {
        Ladder t = Ladder.established(
                Ladders.plain()
                        .withPathMtu(PathMtuConfig.defaults()
                                .withUse(PathMtuConfig.Use.ALWAYS)
                                .withBase(700)),
                65_535);
        t.write(5000);
        t.ignore();
        long mss = t.info().mss();
        long window = t.connection().congestion.cwnd();
        for (int i = 0; i < 4; i++) {
            t.in(". 1:1(0) ack 1 win 65535");
        }
        t.out(". 1:661(660) ack 1");
        t.out(". 661:1001(340) ack 1");
        t.in(". 1:1(0) ack 661 win 65535");
        t.nothing();
        t.in(". 1:1(0) ack 5001 win 65535");
        assertThat(t.info().inRecovery()).isFalse();
        assertThat(t.connection().congestion.cwnd()).isGreaterThanOrEqualTo(window);
        assertThat(t.info().mss()).isEqualTo(mss);
        assertThat(t.info().retransmits()).isEqualTo(2);
    }

    private static Ladder openWithEcn() {
        var t = new Ladder(TcpConfig.defaults()
                .withTimestamps(false)
                .withWindowScaling(false)
                .withNoDelay(true)
                .withInitialWindowSegments(20)
                .withEcn(EcnConfig.ACCEPT)
                .withPathMtu(PathMtuConfig.defaults().withUse(PathMtuConfig.Use.ALWAYS)));
        t.listen();
        t.in("SEW 0:0(0) win 65535 <mss 1460,sackOK>");
        t.ignore();
        t.after(100);
        t.in(". 1:1(0) ack 1 win 65535");
        t.accept();
        return t;
    }

    @Test
    @Rfc(value = 3168, section = "6.1.2")
    void marksAreObeyedWhileNothingButAProbeIsRepaired() {
        Ladder t = openWithEcn();
        t.write(1460 + 3 * 1160);
        t.ignore();
        long window = t.connection().congestion.cwnd();
        t.after(100);
        t.in(". 1:1(0) ack 1 win 65535 <nop,nop,sack 1461:4941>");
        t.out(". 1:1161(1160) ack 1");
        t.out(". 1161:1461(300) ack 1");
        assertThat(t.connection().congestion.cwnd()).isEqualTo(window);
        t.in("E. 1:1(0) ack 1161 win 65535 <nop,nop,sack 1461:4941>");
        assertThat(t.info().ecn().reductions()).isEqualTo(1);
        assertThat(t.connection().congestion.cwnd()).isLessThan(window);
        t.in("E. 1:1(0) ack 4941 win 65535");
        assertThat(t.info().ecn().reductions()).isEqualTo(1);
        t.write(1160);
        t.out("PW. 4941:6101(1160) ack 1");
    }

    @Test
    @Rfc(value = 3168, section = "6.1.2")
    void aReductionForMarksEndsThoughAProbeIsRepaired() {
        Ladder t = openWithEcn();
        for (int i = 0; i < 15; i++) {
            t.write(1160);
            t.ignore();
        }
        t.after(100);
        t.in("E. 1:1(0) ack 1161 win 65535");
        assertThat(t.info().ecn().reductions()).isEqualTo(1);
        t.in(". 1:1(0) ack 16241 win 65535");
        t.write(1460 + 3 * 1160);
        t.out("W. 17401:18861(1460) ack 1");
        t.ignore();
        t.after(100);
        // What was under way at the reduction has arrived; of what followed, all but the probe.
        t.in(". 1:1(0) ack 17401 win 65535 <nop,nop,sack 18861:22341>");
        assertThat(t.info().inRecovery()).isTrue();
        t.ignore();
        long window = t.connection().congestion.cwnd();
        t.in("E. 1:1(0) ack 22341 win 65535");
        assertThat(t.connection().congestion.cwnd()).isLessThan(window);
    }

    @Test
    @Rfc(value = 4821, section = "7.2")
    void aProbeThatWasCutForASmallerPathIsNoneAnyMore() {
        Ladder t = open(PathMtuConfig.Use.ALWAYS);
        t.write(8000);
        t.ignore();
        t.icmp(NetworkError.Kind.TOO_BIG, 640, 1);
        t.ignore();
        assertThat(t.info().mss()).isEqualTo(600);
        assertThat(t.connection().mtuProbes.isProbe(t.connection().snd.iss + 1461))
                .isFalse();
        t.after(100);
        t.in(". 1:1(0) ack 6101 win 65535");
        assertThat(t.info().details().pathMtu()).isEqualTo(640);
        assertThat(t.info().mss()).isEqualTo(600);
    }

    @Test
    @Rfc(value = 8899, section = "4.3")
    void packetsThatVanishAgainAndAgainBecomeSmaller() {
        Ladder t = open(PathMtuConfig.Use.BLACK_HOLE);
        assertThat(t.info().mss()).isEqualTo(1460);
        t.write(1460);
        t.out("P. 1:1461(1460) ack 1");
        t.after(4_000);
        assertThat(t.info().mss()).isEqualTo(1160);
        t.ignore();
        t.after(60_000);
        assertThat(t.info().mss()).isEqualTo(536);
    }

    @Test
    @Rfc(value = 8899, section = "4.3")
    void packetsThatVanishNeedNotBeFullSized() {
        Ladder t = open(PathMtuConfig.Use.BLACK_HOLE);
        t.write(1300);
        t.out("P. 1:1301(1300) ack 1");
        t.after(4_000);
        assertThat(t.info().mss()).isEqualTo(1160);
    }

    @Test
    @Rfc(value = 8899, section = "4.3")
    void packetsSmallerThanTheBaseMayBeTooLargeAsWell() {
        Ladder t = open(PathMtuConfig.Use.BLACK_HOLE);
        t.write(1000);
        t.out("P. 1:1001(1000) ack 1");
        t.after(4_000);
        assertThat(t.info().mss()).isEqualTo(536);
    }

    @Test
    void lossesOfSmallPacketsSayNothingAboutTheSize() {
        Ladder t = open(PathMtuConfig.Use.BLACK_HOLE);
        t.write(100);
        t.ignore();
        t.after(60_000);
        assertThat(t.info().mss()).isEqualTo(1460);
    }

    @Test
    void unlessAskedForNothingIsProbed() {
        Ladder t = open(PathMtuConfig.Use.OFF);
        assertThat(t.info().mss()).isEqualTo(1460);
        t.write(1460);
        t.ignore();
        t.after(60_000);
        assertThat(t.info().mss()).isEqualTo(1460);
    }
}
