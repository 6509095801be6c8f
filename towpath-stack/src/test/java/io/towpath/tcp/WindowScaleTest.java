package io.towpath.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.wire.testing.Rfc;
import org.junit.jupiter.api.Test;

/// Window scaling: RFC 7323 §2.
class WindowScaleTest {
    private static final TcpConfig CONFIG =
            Ladders.plain().withWindowScaling(true).withReceiveBuffer(262_144);

    @Test
    @Rfc(value = 7323, section = "2.2")
    void aSynOffersTheShiftThatItsBufferNeeds() {
        var t = new Ladder(CONFIG.withReceiveBuffer(65_535));
        t.connect();
        t.out("S 0:0(0) win 65535 <mss 1460,nop,wscale 0>");
        t = new Ladder(CONFIG.withReceiveBuffer(65_536));
        t.connect();
        t.out("S 0:0(0) win 65535 <mss 1460,nop,wscale 1>");
        t = new Ladder(CONFIG.withReceiveBuffer(1 << 30));
        t.connect();
        t.out("S 0:0(0) win 65535 <mss 1460,nop,wscale 14>");
    }

    @Test
    @Rfc(value = 7323, section = "2.2", requirement = "7323-2.2-2")
    void aSynAckWithoutTheOptionTurnsScalingOffBothWays() {
        var t = new Ladder(CONFIG);
        t.connect();
        t.out("S 0:0(0) win 65535 <mss 1460,nop,wscale 3>");
        t.in("S. 0:0(0) ack 1 win 3000 <mss 1000>");
        t.out(". 1:1(0) ack 1 win 65535");
        assertThat(t.info().sendScale()).isZero();
        assertThat(t.info().receiveScale()).isZero();
        t.in(". 1:1(0) ack 1 win 4000");
        assertThat(t.info().sndWnd()).isEqualTo(4000);
    }

    @Test
    @Rfc(value = 7323, section = "2.2")
    @Rfc(value = 7323, section = "1.3", requirement = "7323-1.3-1")
    void aSynWithoutTheOptionGetsNoneInTheSynAck() {
        var t = new Ladder(CONFIG);
        t.listen();
        t.in("S 0:0(0) win 65535 <mss 1000>");
        t.out("S. 0:0(0) ack 1 win 65535 <mss 1460>");
    }

    @Test
    @Rfc(value = 7323, section = "2.2", requirement = "7323-2.2-2")
    void aHostThatDoesNotScaleIgnoresTheOption() {
        var t = new Ladder(Ladders.plain());
        t.listen();
        t.in("S 0:0(0) win 65535 <mss 1000,nop,wscale 7>");
        t.out("S. 0:0(0) ack 1 win 65535 <mss 1460>");
        t.in(". 1:1(0) ack 1 win 1000");
        t.accept();
        assertThat(t.info().sndWnd()).isEqualTo(1000);
    }

    @Test
    @Rfc(value = 7323, section = "2.3", requirement = "7323-2.3-1")
    void aShiftAboveFourteenCountsAsFourteen() {
        var t = new Ladder(CONFIG);
        t.listen();
        t.in("S 0:0(0) win 65535 <mss 1000,nop,wscale 200>");
        t.out("S. 0:0(0) ack 1");
        t.in(". 1:1(0) ack 1 win 3");
        t.accept();
        assertThat(t.info().sndWnd()).isEqualTo(3 << 14);
    }

    @Test
    @Rfc(value = 7323, section = "2.2", requirement = "7323-2.2-3")
    void theWindowOfASynAckIsNotScaled() {
        var t = new Ladder(CONFIG);
        t.connect();
        t.out("S 0:0(0)");
        t.in("S. 0:0(0) ack 1 win 2000 <mss 1000,nop,wscale 7>");
        t.out(". 1:1(0) ack 1");
        t.write(5000);
        t.out(". 1:1001(1000) ack 1");
        t.out(". 1001:2001(1000) ack 1");
        t.nothing();
        t.in(". 1:1(0) ack 2001 win 2000");
        assertThat(t.info().sndWnd()).isEqualTo(2000 << 7);
    }

    @Test
    @Rfc(value = 7323, section = "2.2", requirement = "7323-2.2-3")
    void theWindowOfTheSynAckInASimultaneousOpenIsNotScaled() {
        var t = new Ladder(CONFIG);
        t.connect();
        t.out("S 0:0(0)");
        t.in("S 0:0(0) win 2000 <mss 1000,nop,wscale 7>");
        t.out("S. 0:0(0) ack 1 win 65535 <mss 1460,nop,wscale 3>");
        t.in("S. 0:0(0) ack 1 win 2000 <mss 1000,nop,wscale 7>");
        assertThat(t.state()).isEqualTo(TcpState.ESTABLISHED);
        assertThat(t.info().sndWnd()).isEqualTo(2000);
    }

    @Test
    @Rfc(value = 7323, section = "2.2")
    void windowsBeyondSixtyFourKilobytesAreFilled() {
        var t = new Ladder(CONFIG.withInitialWindowSegments(1000));
        t.listen();
        t.in("S 0:0(0) win 65535 <mss 1460,nop,wscale 7>");
        t.out("S. 0:0(0) ack 1");
        t.in(". 1:1(0) ack 1 win 1600");
        t.accept();
        t.write(250_000);
        // 204,800 bytes fit the window: 140 full segments of 1460.
        for (int i = 0; i < 140; i++) {
            int from = 1 + i * 1460;
            t.out(". %d:%d(1460) ack 1".formatted(from, from + 1460));
        }
        t.nothing();
        assertThat(t.info().inFlight()).isEqualTo(204_400);
    }

    @Test
    @Rfc(value = 7323, section = "2.3", requirement = "7323-2.3-2")
    void windowsBeyondSixtyFourKilobytesAreOfferedAndTaken() {
        var t = new Ladder(CONFIG);
        t.listen();
        t.in("S 0:0(0) win 65535 <mss 1000,nop,wscale 0>");
        t.out("S. 0:0(0) ack 1 win 65535 <mss 1460,nop,wscale 3>");
        t.in(". 1:1(0) ack 1 win 65535");
        t.accept();
        t.in("P. 1:101(100) ack 1");
        t.after(40);
        // 262,144 bytes of buffer, 100 of them taken, in steps of 8 that never promise more than there is.
        t.out(". 1:1(0) ack 101 win 32755");
        assertThat(t.info().rcvWnd()).isEqualTo(32_755 * 8);
        for (int at = 101; at < 40_101; at += 1000) {
            t.in("P. " + at + ":" + (at + 1000) + "(1000) ack 1");
        }
        t.ignore();
        t.in(". 79101:80101(1000) ack 1"); // as far beyond as this peer may go by now
        t.out(". 1:1(0) ack 40101");
        assertThat(t.info().outOfOrder()).isEqualTo(1);
    }
}
