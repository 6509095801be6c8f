package io.towpath.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.core.Counter;
import io.towpath.core.Drop;
import io.towpath.core.Signals;
import io.towpath.core.Time;
import io.towpath.wire.testing.Rfc;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// First, check sequence number: RFC 9293 §3.4 and §3.10.7.4, with the table of four cases.
class SequenceCheckTest {
    private static final int WINDOW = 5000;

    private static Ladder window() {
        return Ladder.established(
                TcpConfig.defaults()
                        .withTimestamps(false)
                        .withSack(false)
                        .withWindowScaling(false)
                        .withDelayedAckNanos(0)
                        .withReceiveBuffer(WINDOW),
                65_535);
    }

    /// A ladder whose receive window is shut: RCV.NXT is 5001.
    private static Ladder shut() {
        Ladder t = window();
        for (int from = 1; from < WINDOW; from += 1000) {
            t.in(". " + from + ":" + (from + 1000) + "(1000) ack 1");
            t.ignore();
        }
        assertThat(t.info().rcvWnd()).isZero();
        return t;
    }

    @ParameterizedTest
    @CsvSource({
        // the window is 1 … 5000: RCV.NXT 1, RCV.WND 5000
        "1, 0, true", // at the left edge, without text
        "5000, 0, true", // the last number inside
        "5001, 0, false", // the right edge is outside
        "0, 0, false", // one before
        "1, 1, true",
        "5000, 1, true",
        "5000, 500, true", // begins inside
        "5001, 1, false",
        "5500, 100, false",
    })
    @Rfc(value = 9293, section = "3.10.7.4")
    void theTableWithAnOpenWindow(long seq, int length, boolean acceptable) {
        Ladder t = window();
        t.in(". " + seq + ":" + (seq + length) + "(" + length + ") ack 1");
        assertThat(t.dropped(Drop.TCP_OUT_OF_WINDOW)).isEqualTo(acceptable ? 0 : 1);
        if (!acceptable) {
            t.out(". 1:1(0) ack 1 win " + WINDOW); // "an acknowledgment should be sent in reply"
            assertThat(t.info().outOfOrder()).isZero();
        }
    }

    @Test
    @Rfc(value = 9293, section = "3.10.7.4")
    void segmentThatOverlapsTheLeftEdgeIsTakenFromThereOn() {
        Ladder t = window();
        t.in(". 1:101(100) ack 1");
        t.out(". 1:1(0) ack 101");
        t.in(". 51:201(150) ack 1");
        t.out(". 1:1(0) ack 201");
        t.in(". 1:201(200) ack 1"); // ends before RCV.NXT: a duplicate
        t.out(". 1:1(0) ack 201");
        assertThat(t.dropped(Drop.TCP_OUT_OF_WINDOW)).isEqualTo(1);
        t.read(200);
    }

    @Test
    @Rfc(value = 9293, section = "3.10.7.4")
    void segmentThatOverlapsTheRightEdgeIsTrimmedToTheWindow() {
        Ladder t = window();
        t.in("P. 1:4001(4000) ack 1");
        t.out(". 1:1(0) ack 4001 win 1000");
        t.in("FP. 4001:5501(1500) ack 1");
        t.out(". 1:1(0) ack 5001 win 0");
        assertThat(t.state()).isEqualTo(TcpState.ESTABLISHED); // the FIN lay beyond the edge
        t.read(5000);
        t.out(". 1:1(0) ack 5001 win 5000");
        t.in("FP. 5001:5501(500) ack 1");
        t.out(". 1:1(0) ack 5502");
        assertThat(t.state()).isEqualTo(TcpState.CLOSE_WAIT);
    }

    @Test
    @Rfc(value = 9293, section = "3.10.7.4")
    void finBehindTextThatFillsTheWindowLiesOutsideIt() {
        Ladder t = shut();
        t.read(5000);
        t.ignore();
        for (int from = 5001; from < 9001; from += 1000) {
            t.in(". " + from + ":" + (from + 1000) + "(1000) ack 1");
        }
        t.ignore();
        t.in("FP. 9001:10001(1000) ack 1");
        t.out(". 1:1(0) ack 10001 win 0");
        assertThat(t.state()).isEqualTo(TcpState.ESTABLISHED);
        t.read(5000);
        t.ignore();
        t.in("F. 10001:10001(0) ack 1");
        t.out(". 1:1(0) ack 10002");
        assertThat(t.state()).isEqualTo(TcpState.CLOSE_WAIT);
    }

    @ParameterizedTest
    @CsvSource({
        "5001, 0, true", // RCV.WND = 0: only SEG.SEQ = RCV.NXT
        "5000, 0, false",
        "5002, 0, false",
        "5001, 1, false", // "not acceptable" with text, wherever
        "5000, 2, false",
    })
    @Rfc(value = 9293, section = "3.10.7.4")
    void theTableWithAZeroWindow(long seq, int length, boolean acceptable) {
        Ladder t = shut();
        t.in(". " + seq + ":" + (seq + length) + "(" + length + ") ack 1");
        assertThat(t.dropped(Drop.TCP_OUT_OF_WINDOW)).isEqualTo(acceptable ? 0 : 1);
        if (acceptable) {
            t.nothing();
        } else {
            t.out(". 1:1(0) ack 5001 win 0");
        }
        assertThat(t.info().bytesReceived()).isEqualTo(5000);
    }

    @Test
    @Rfc(value = 9293, section = "3.4")
    @Rfc(value = 9293, section = "3.10.7.4")
    void zeroWindowStillTakesAcknowledgments() {
        Ladder t = shut();
        t.write(500);
        t.out("P. 1:501(500) ack 5001 win 0");
        t.in(". 5001:5001(0) ack 501 win 700");
        assertThat(t.info().sendQueued()).isZero();
        assertThat(t.info().sndWnd()).isEqualTo(700);
        t.write(300);
        t.out("P. 501:801(300) ack 5001");
        // …and those of segments whose text it must refuse.
        t.in("P. 5001:5101(100) ack 801 win 900");
        t.out(". 801:801(0) ack 5001 win 0");
        assertThat(t.info().sendQueued()).isZero();
        assertThat(t.info().sndWnd()).isEqualTo(900);
    }

    @Test
    @Rfc(value = 9293, section = "3.4", requirement = "MUST-66")
    void zeroWindowStillTakesAReset() {
        Ladder t = shut();
        t.in("R 5001:5001(0)");
        assertThat(t.state()).isEqualTo(TcpState.CLOSED);
        assertThat(t.connection().error()).isEqualTo(TcpError.RESET);
    }

    @Test
    @Rfc(value = 9293, section = "3.4", requirement = "MUST-66")
    @Rfc(value = 9293, section = "3.5.3", requirement = "SHLD-2")
    void zeroWindowStillTakesAResetWithText() {
        Ladder t = shut();
        t.in("R. 5001:5021(20) ack 1");
        t.nothing();
        assertThat(t.state()).isEqualTo(TcpState.CLOSED);
        assertThat(t.connection().error()).isEqualTo(TcpError.RESET);
    }

    @Test
    @Rfc(value = 9293, section = "3.4", requirement = "MUST-66")
    void zeroWindowStillTakesTheUrgentPointer() {
        Ladder t = shut();
        t.read(1); // less than is worth an update
        t.nothing();
        t.signals();
        t.in("U. 5001:5001(0) ack 1 urg 40");
        assertThat(t.signals() & Signals.URGENT).isNotZero();
        t.in("PU. 5001:5101(100) ack 1 urg 60"); // the text is refused, the pointer is not
        t.out(". 1:1(0) ack 5001");
        assertThat(t.signals() & Signals.URGENT).isNotZero();
        assertThat(t.connection().rcv.up - t.connection().rcv.irs).isEqualTo(5061);
    }

    @Test
    @Rfc(value = 9293, section = "3.10.7.4")
    void unacceptableResetIsDroppedWithoutAWord() {
        Ladder t = window();
        t.in("R 0:0(0)");
        t.in("R 5001:5001(0)");
        t.in("R. 5001:5021(20) ack 1");
        t.nothing();
        assertThat(t.state()).isEqualTo(TcpState.ESTABLISHED);
        assertThat(t.dropped(Drop.TCP_OUT_OF_WINDOW)).isEqualTo(3);
    }

    @ParameterizedTest
    @EnumSource(
            value = TcpState.class,
            names = {"ESTABLISHED", "FIN_WAIT_1", "FIN_WAIT_2", "CLOSE_WAIT", "CLOSING", "LAST_ACK", "TIME_WAIT"})
    @Rfc(value = 9293, section = "3.10.7.4")
    void everySynchronisedStateAnswersAnOldSegmentWithWhatItExpects(TcpState state) {
        Ladder t = States.in(state);
        int snd = States.hostNext(state);
        t.in("P. 0:1(1) ack 1"); // where the SYN was
        t.out(". " + snd + ":" + snd + "(0) ack " + States.peerNext(state));
        t.nothing();
    }

    @Test
    @Rfc(value = 9293, section = "3.10.7.4", requirement = "SHLD-31")
    @Rfc(value = 9293, section = "3.10.7.4", requirement = "MAY-13")
    void segmentsOutOfOrderAreHeldAndAcknowledgedAtOnce() {
        Ladder t = Ladder.established();
        t.in("P. 301:401(100) ack 1");
        t.out(". 1:1(0) ack 1");
        t.in("P. 101:201(100) ack 1");
        t.out(". 1:1(0) ack 1");
        t.in("P. 1:101(100) ack 1");
        t.out(". 1:1(0) ack 201");
        t.in("P. 151:301(150) ack 1"); // overlaps on both sides
        t.out(". 1:1(0) ack 401");
        t.read(400);
        assertThat(t.counters().get(Counter.TCP_OUT_OF_ORDER)).isEqualTo(2);
    }

    @Test
    @Rfc(value = 9293, section = "3.4")
    void numbersOfThePeerWrap() {
        // The peer's initial number is 2^32 - 256: its octet 255 has number 2^32 - 1, the next one 0.
        Ladder t = Ladder.established();
        t.in("P. 256:356(100) ack 1");
        t.out(". 1:1(0) ack 1");
        t.in("P. 1:256(255) ack 1");
        t.out(". 1:1(0) ack 356");
        t.read(355);
        t.in("F. 356:356(0) ack 1");
        t.out(". 1:1(0) ack 357");
        assertThat(t.state()).isEqualTo(TcpState.CLOSE_WAIT);
    }

    /// A host whose initial sequence number is 2^32 - 500, towards a peer that offers 65,535.
    private static Ladder wrapping() {
        var t = new Ladder();
        t.connect();
        long iss = t.next().sequence();
        t.close();
        // "ISN = M + F(…)": M ticks every 4 microseconds, so the time at which it comes to this can be told.
        t.now += ((1L << 32) - 500 - iss & 0xffff_ffffL) * 4 * Time.MICROSECOND;
        t.connect();
        assertThat(t.next().sequence()).isEqualTo((1L << 32) - 500);
        t.in("S. 0:0(0) ack 1 win 65535 <mss 1000>");
        t.out(". 1:1(0) ack 1");
        return t;
    }

    @Test
    @Rfc(value = 9293, section = "3.4")
    void ourNumbersWrap() {
        Ladder t = wrapping();
        t.write(3000);
        t.out(". 1:1001(1000) ack 1"); // octet 500 has number 0
        t.out(". 1001:2001(1000) ack 1");
        t.in(". 1:1(0) ack 400"); // before the wrap
        assertThat(t.info().sndUna()).isEqualTo(400);
        t.in(". 1:1(0) ack 1001");
        assertThat(t.info().sndUna()).isEqualTo(1001);
        t.ignore();
        t.in(". 1:1(0) ack 3001");
        assertThat(t.info().sendQueued()).isZero();
        t.close();
        t.out("F. 3001:3001(0) ack 1");
        t.in(". 1:1(0) ack 3002");
        assertThat(t.state()).isEqualTo(TcpState.FIN_WAIT_2);
    }

    @Test
    @Rfc(value = 9293, section = "3.4")
    void retransmissionAcrossTheWrapIsTheSameSegment() {
        Ladder t = wrapping();
        t.write(1000);
        t.ignore();
        t.after(1000);
        t.out("P. 1:1001(1000) ack 1");
        t.in(". 1:1(0) ack 1001");
        assertThat(t.info().sndUna()).isEqualTo(1001);
    }

    @Test
    @Rfc(value = 9293, section = "3.4")
    void acknowledgmentBeyondTheWrapOfWhatWasNotSentIsRefused() {
        Ladder t = wrapping();
        t.write(300);
        t.ignore();
        t.in(". 1:1(0) ack 700"); // number 200 after the wrap, where nothing was sent
        t.out(". 301:301(0) ack 1");
        assertThat(t.dropped(Drop.TCP_BAD_ACK)).isEqualTo(1);
        assertThat(t.info().sndUna()).isEqualTo(1);
    }
}
