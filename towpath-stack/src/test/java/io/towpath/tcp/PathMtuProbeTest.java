package io.towpath.tcp;

import static org.assertj.core.api.Assertions.assertThat;

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
