package io.towpath.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.core.Drop;
import io.towpath.tcp.config.SynConfig;
import io.towpath.wire.testing.Rfc;
import org.junit.jupiter.api.Test;

/// Windows: RFC 9293 §3.8.6, both ends of it; the send window's update rule of §3.10.7.4.
class WindowTest {
    @Test
    @Rfc(value = 9293, section = "3.1", requirement = "MUST-1")
    @Rfc(value = 9293, section = "3.1", requirement = "REC-1")
    void windowsAreUnsigned() {
        Ladder t = Ladder.established();
        t.in(". 1:1(0) ack 1 win 32768");
        assertThat(t.info().sndWnd()).isEqualTo(32_768);
        t.in(". 1:1(0) ack 1 win 65535");
        assertThat(t.info().sndWnd()).isEqualTo(65_535);
        t.write(10_000);
        t.ignore();
        assertThat(t.info().sndNxt()).isEqualTo(10_001);
    }

    @Test
    @Rfc(value = 9293, section = "3.1", requirement = "REC-1")
    void scaledWindowsNeedMoreThanSixteenBits() {
        var t = new Ladder(TcpConfig.defaults().withTimestamps(false));
        t.listen();
        t.in("S 0:0(0) win 65535 <mss 1460,nop,wscale 14>");
        t.out("S. 0:0(0) ack 1");
        t.in(". 1:1(0) ack 1 win 65535");
        t.accept();
        assertThat(t.info().sndWnd()).isEqualTo(65_535L << 14);
    }

    @Test
    @Rfc(value = 9293, section = "3.8.6")
    void nothingIsSentBeyondTheRightEdge() {
        Ladder t = Ladder.established(
                TcpConfig.defaults().withTimestamps(false).withSack(false).withNoDelay(true), 3000);
        t.write(7000);
        t.out(". 1:1001(1000) ack 1");
        t.out(". 1001:2001(1000) ack 1");
        t.out(". 2001:3001(1000) ack 1");
        t.nothing();
        t.in(". 1:1(0) ack 1001 win 2000"); // the edge stays
        t.nothing();
        t.in(". 1:1(0) ack 2001 win 2000"); // it moves by 1000
        t.out(". 3001:4001(1000) ack 1");
        t.nothing();
        t.in(". 1:1(0) ack 2001 win 1999"); // and back by one, which undoes nothing
        t.nothing();
        assertThat(t.info().sndNxt()).isEqualTo(4001);
    }

    @Test
    @Rfc(value = 9293, section = "3.10.7.4")
    void oldSegmentsDoNotUpdateTheWindow() {
        // "SND.WL1 records the sequence number of the last segment used to update SND.WND […] The check here prevents
        // using old segments to update the window."
        Ladder t = Ladder.established();
        t.in("P. 11:21(10) ack 1 win 5000"); // sent later, here first
        assertThat(t.info().sndWnd()).isEqualTo(5000);
        t.in("P. 1:11(10) ack 1 win 100");
        assertThat(t.info().sndWnd()).isEqualTo(5000);
        t.in(". 21:21(0) ack 1 win 7000");
        assertThat(t.info().sndWnd()).isEqualTo(7000);
        t.in(". 21:21(0) ack 1 win 6000"); // same numbers: the later arrival counts
        assertThat(t.info().sndWnd()).isEqualTo(6000);
    }

    @Test
    @Rfc(value = 9293, section = "3.10.7.4")
    void oldAcknowledgmentsDoNotUpdateTheWindow() {
        Ladder t = Ladder.established();
        t.write(1000);
        t.ignore();
        t.in(". 1:1(0) ack 1001 win 4000");
        t.in(". 1:1(0) ack 501 win 9000");
        assertThat(t.info().sndWnd()).isEqualTo(4000);
        assertThat(t.info().sndUna()).isEqualTo(1001);
    }

    @Test
    @Rfc(value = 9293, section = "3.8.6", requirement = "MUST-34")
    @Rfc(value = 9293, section = "3.8.6", requirement = "SHLD-15")
    void shrunkenWindowStopsNewData() {
        Ladder t = Ladder.established();
        t.write(3000);
        t.ignore();
        t.in(". 1:1(0) ack 1001 win 500"); // the edge was 65,536 and is 1501: the usable window is -1500
        t.write(1000);
        t.nothing();
        assertThat(t.info().sndNxt()).isEqualTo(3001);
        t.in(". 1:1(0) ack 3001 win 1000");
        t.out("P. 3001:4001(1000) ack 1");
        t.nothing();
    }

    @Test
    @Rfc(value = 9293, section = "3.8.6", requirement = "SHLD-16")
    @Rfc(value = 9293, section = "3.8.6", requirement = "MAY-7")
    void shrunkenWindowDoesNotStopRetransmission() {
        Ladder t = Ladder.established();
        t.write(2000);
        t.ignore();
        t.in(". 1:1(0) ack 1 win 1500");
        t.after(1000);
        t.out(". 1:1001(1000) ack 1"); // within the window
        t.in(". 1:1(0) ack 1001 win 500");
        t.out("P. 1001:2001(1000) ack 1"); // the second half of it lies beyond; the peer takes what it can
        t.in(". 1:1(0) ack 1501 win 0");
        t.nothing();
    }

    @Test
    @Rfc(value = 9293, section = "3.8.6", requirement = "MUST-34")
    @Rfc(value = 9293, section = "3.8.6", requirement = "MUST-35")
    void windowThatShrinksToZeroIsProbed() {
        Ladder t = Ladder.established();
        t.write(3000);
        t.ignore();
        t.in(". 1:1(0) ack 1001 win 0");
        t.after(999);
        t.nothing();
        t.after(1);
        t.out("P. 1001:1002(1) ack 1");
        t.in(". 1:1(0) ack 1001 win 0");
        t.after(1999);
        t.nothing();
        t.after(1);
        t.out("P. 1001:1002(1) ack 1");
        t.in(". 1:1(0) ack 1001 win 65535");
        t.out(". 1001:2001(1000) ack 1");
        t.in(". 1:1(0) ack 3001 win 65535");
        assertThat(t.info().sendQueued()).isZero();
    }

    @Test
    @Rfc(value = 9293, section = "3.8.6", requirement = "SHLD-17")
    void dataBeyondAShrunkenWindowDoesNotTimeTheConnectionOut() {
        Ladder t = Ladder.established();
        t.write(3000);
        t.ignore();
        t.in(". 1:1(0) ack 1001 win 0");
        for (int minute = 0; minute < 60; minute++) {
            t.after(60_000);
            t.ignore();
            t.in(". 1:1(0) ack 1001 win 0");
        }
        assertThat(t.state()).isEqualTo(TcpState.ESTABLISHED);
        t.in(". 1:1(0) ack 1001 win 65535");
        t.out(". 1001:2001(1000) ack 1");
    }

    private static Ladder small(int receiveBuffer) {
        return Ladder.established(
                TcpConfig.defaults()
                        .withTimestamps(false)
                        .withSack(false)
                        .withDelayedAckNanos(0)
                        .withReceiveBuffer(receiveBuffer),
                65_535);
    }

    @Test
    @Rfc(value = 9293, section = "3.8.6", requirement = "SHLD-14")
    void rightEdgeOfferedNeverMovesBack() {
        Ladder t = small(4000);
        long edge = 4001;
        int[] sizes = {1, 999, 1500, 7, 493, 1000};
        int from = 1;
        for (int size : sizes) {
            t.in(". " + from + ":" + (from + size) + "(" + size + ") ack 1");
            from += size;
            t.out(". 1:1(0) ack " + from + " win " + (edge - from));
        }
        assertThat(from).isEqualTo(4001); // the window is shut
        t.read(100);
        t.nothing();
        t.in("P. 4001:4002(1) ack 1"); // a probe learns the edge as it is
        t.out(". 1:1(0) ack 4001 win 0");
        t.read(3900);
        t.out(". 1:1(0) ack 4001 win 4000");
    }

    @Test
    @Rfc(value = 7323, section = "2.4", requirement = "7323-2.4-1")
    void whatWasOfferedBeforeTheScaleRoundedItAwayIsStillTaken() {
        var t = new Ladder(TcpConfig.defaults()
                .withReceiveBuffer(60_000)
                .withSyn(SynConfig.defaults().withWindowScale(3))
                .withTimestamps(false)
                .withSack(false)
                .withDelayedAckNanos(0));
        t.listen();
        t.in("S 0:0(0) win 65535 <mss 1000,nop,wscale 0>");
        t.out("S. 0:0(0) ack 1 win 60000 <mss 1460,nop,wscale 3>"); // the edge is 60,001
        t.in(". 1:1(0) ack 1");
        t.accept();
        t.in(". 1:2(1) ack 1");
        t.out(". 1:1(0) ack 2 win 7499");
        t.in(". 2:3(1) ack 1");
        t.out(". 1:1(0) ack 3 win 7499"); // and looks like 59,995 now
        t.in(". 59995:60001(6) ack 1");
        t.out(". 1:1(0) ack 3");
        assertThat(t.info().outOfOrder()).isEqualTo(1);
        t.in(". 60001:60002(1) ack 1");
        assertThat(t.dropped(Drop.TCP_OUT_OF_WINDOW)).isEqualTo(1);
    }

    @Test
    @Rfc(value = 9293, section = "3.8.6")
    void finNeedsRoomInTheWindowLikeAnOctet() {
        Ladder t = Ladder.established(
                TcpConfig.defaults().withTimestamps(false).withSack(false).withNoDelay(true), 1000);
        t.write(1000);
        t.close();
        t.out("P. 1:1001(1000) ack 1");
        t.nothing();
        t.in(". 1:1(0) ack 1001 win 1000");
        t.out("F. 1001:1001(0) ack 1");
    }

    @Test
    @Rfc(value = 9293, section = "3.8.6.1", requirement = "MAY-8")
    void windowStaysShutAsLongAsTheUserDoesNotRead() {
        Ladder t = small(1000);
        t.in("P. 1:1001(1000) ack 1");
        t.out(". 1:1(0) ack 1001 win 0");
        for (int hour = 0; hour < 5; hour++) {
            t.after(3_600_000);
            t.in("P. 1001:1002(1) ack 1");
            t.out(". 1:1(0) ack 1001 win 0");
        }
        assertThat(t.dropped(Drop.TCP_OUT_OF_WINDOW)).isEqualTo(5);
        t.read(1000);
        t.out(". 1:1(0) ack 1001 win 1000");
        t.in("P. 1001:1101(100) ack 1");
        t.out(". 1:1(0) ack 1101 win 900");
    }

    @Test
    @Rfc(value = 9293, section = "3.8.6.2.2")
    void aWindowThatCannotBeToldIsNoReasonForAnUpdate() {
        // The buffer is four times what sixteen bits can tell: after the ACK the window is as large as it can be.
        Ladder t = Ladder.established(Ladders.plain().withReceiveBuffer(262_144), 65_535);
        t.in("P. 1:101(100) ack 1");
        t.after(40);
        t.out(". 1:1(0) ack 101 win 65535");
        t.read(100);
        t.nothing();
    }
}
