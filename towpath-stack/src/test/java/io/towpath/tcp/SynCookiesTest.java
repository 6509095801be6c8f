package io.towpath.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.core.Counter;
import io.towpath.core.Drop;
import io.towpath.core.Time;
import io.towpath.tcp.config.OpeningConfig;
import io.towpath.tcp.config.SynCookieUse;
import io.towpath.wire.TcpOption;
import io.towpath.wire.TcpSegment;
import io.towpath.wire.testing.Rfc;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// SYN cookies: RFC 4987 §3.6.
class SynCookiesTest {
    private static TcpConfig plain() {
        return Ladders.plain();
    }

    private static TcpConfig using(TcpConfig config, SynCookieUse use) {
        return config.withOpening(config.opening().withSynCookies(use));
    }

    private static Ladder listening(TcpConfig config) {
        var t = new Ladder(using(config, SynCookieUse.ALWAYS));
        t.listen();
        return t;
    }

    private static void from(Ladder t, int port, String notation) {
        TcpSegment s = t.segment(notation);
        t.inject(
                new TcpSegment(
                                port,
                                s.destinationPort(),
                                s.sequence(),
                                s.acknowledgment(),
                                s.flags(),
                                s.window(),
                                0,
                                s.options(),
                                s.payload())
                        .emit(Ladder.PEER, Ladder.HOST),
                0);
    }

    @Test
    @Rfc(value = 4987, section = "3.6")
    void nothingIsRememberedUntilTheAcknowledgmentBringsTheConnectionBack() {
        Ladder t = listening(plain());
        t.in("S 0:0(0) win 1000 <mss 1000>");
        t.out("S. 0:0(0) ack 1 <mss 1460>");
        assertThat(t.tcp.rowCount()).isZero();
        assertThat(t.tcp.deadline()).isEqualTo(Time.NEVER); // the SYN-ACK is not sent again by itself
        t.in(". 1:1(0) ack 1 win 1000");
        t.accept();
        assertThat(t.state()).isEqualTo(TcpState.ESTABLISHED);
        t.in("P. 1:101(100) ack 1");
        t.read(100);
        t.write(10);
        assertThat(t.info().mss()).isEqualTo(536); // the largest of the table that the peer takes
        assertThat(t.counters().get(Counter.TCP_SYN_COOKIES_OUT)).isEqualTo(1);
        assertThat(t.counters().get(Counter.TCP_SYN_COOKIES_IN)).isEqualTo(1);
        assertThat(t.counters().get(Counter.TCP_PASSIVE_OPENS)).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({"48, 48", "215, 48", "216, 216", "1219, 536", "1220, 1220", "1460, 1460", "9000, 1460"})
    @Rfc(value = 4987, section = "3.6")
    void mssComesBackFromATableAndIsNeverLargerThanAnnounced(int announced, int kept) {
        Ladder t = listening(plain());
        t.in("S 0:0(0) win 1000 <mss " + announced + ">");
        t.ignore();
        t.in(". 1:1(0) ack 1 win 1000");
        t.accept();
        assertThat(t.info().mss()).isEqualTo(kept);
    }

    @Test
    @Rfc(value = 4987, section = "3.6")
    void optionsAreLostWithoutTimestamps() {
        Ladder t = listening(TcpConfig.defaults());
        t.in("S 0:0(0) win 1000 <mss 1460,sackOK,nop,wscale 7>");
        var synAck = t.next();
        // What cannot be remembered is not offered.
        assertThat(synAck.options()).containsExactly(new TcpOption.Mss(1460));
        t.in(". 1:1(0) ack 1 win 1000");
        t.accept();
        assertThat(t.info().sack()).isFalse();
        assertThat(t.info().sendScale()).isZero();
        assertThat(t.info().sndWnd()).isEqualTo(1000);
    }

    @Test
    @Rfc(value = 4987, section = "3.6")
    void timestampCarriesWindowScaleAndSack() {
        for (int scale : new int[] {-1, 0, 7, 14}) {
            for (boolean sack : new boolean[] {false, true}) {
                Ladder t = listening(TcpConfig.defaults().withReceiveBuffer(1 << 20));
                t.in("S 0:0(0) win 1000 <mss 1460,TS val 100 ecr 0" + (sack ? ",sackOK" : ",nop,nop")
                        + (scale >= 0 ? ",nop,wscale " + scale : "") + ">");
                t.ignore();
                t.after(50);
                t.in(". 1:1(0) ack 1 win 1000 <nop,nop,TS val 150 ecr *>");
                t.accept();
                assertThat(t.info().timestamps()).isTrue();
                assertThat(t.info().sack()).isEqualTo(sack);
                assertThat(t.info().sendScale()).isEqualTo(Math.max(0, scale));
                assertThat(t.info().receiveScale()).isEqualTo(scale >= 0 ? 5 : 0);
                assertThat(t.info().sndWnd()).isEqualTo(1000L << Math.max(0, scale));
                // The clock goes on from there, and never back.
                t.write(10);
                t.out("P. 1:11(10) ack 1 <nop,nop,TS val * ecr 150>");
            }
        }
    }

    @Test
    void stampIsNeverAheadOfTheClockNorASecondBehind() {
        Ladder t = listening(TcpConfig.defaults());
        for (int i = 0; i < 200; i++) {
            t.after(1);
            t.in("S 0:0(0) win 1000 <mss 1460,sackOK,TS val 100 ecr 0,nop,wscale 14>");
            long stamp = stamp(t.next());
            t.in("S 0:0(0) win 1000 <mss 1460,TS val 100 ecr 0,nop,nop>");
            assertThat(Math.abs(stamp(t.next()) - stamp)).isLessThanOrEqualTo(64);
        }
    }

    private static long stamp(TcpSegment segment) {
        return segment.options().stream()
                .filter(TcpOption.Timestamps.class::isInstance)
                .map(option -> ((TcpOption.Timestamps) option).value())
                .findFirst()
                .orElseThrow();
    }

    @Test
    @Rfc(value = 4987, section = "3.6")
    void noLaterSegmentOfTheFirstWindowIsTakenForTheFirst() {
        Ladder t = listening(plain());
        t.in("S 0:0(0) win 1000 <mss 1000>");
        t.out("S. 0:0(0) ack 1");
        for (int at = 2; at < 65_535; at++) {
            t.in(". " + at + ":" + (at + 5) + "(5) ack 1");
        }
        assertThat(t.counters().get(Counter.TCP_SYN_COOKIES_IN)).isZero();
        assertThat(t.counters().get(Counter.TCP_RESETS_OUT)).isZero();
    }

    @Test
    @Rfc(value = 4987, section = "3.6")
    void acknowledgmentOfWhatACookiesConnectionSentIsNoCookieOnceThatIsGone() {
        Ladder t = listening(plain());
        t.in("S 0:0(0) win 1000 <mss 1000>");
        t.out("S. 0:0(0) ack 1");
        t.in(". 1:1(0) ack 1 win 1000");
        t.accept();
        t.in("R. 1:1(0) ack 1");
        int resets = 0;
        for (int acked = 2; acked <= 1001; acked++) {
            t.in(". 10:20(10) ack " + acked);
            if (t.counters().get(Counter.TCP_RESETS_OUT) > resets) {
                resets++;
                t.ignore();
            }
        }
        assertThat(resets).isGreaterThan(980); // eight bits of seal, where the count fits too
    }

    @Test
    @Rfc(value = 4987, section = "3.6")
    void whatDoesNotMatchTheCookieIsReset() {
        Ladder t = listening(plain());
        t.in("S 0:0(0) win 1000 <mss 1000>");
        t.out("S. 0:0(0) ack 1");
        t.in(". 1:1(0) ack 4097");
        t.out("R 4097:4097(0) win 0");
        from(t, 40_001, ". 1:1(0) ack 1"); // the cookie of another port
        t.out("R 1:1(0) win 0");
        assertThat(t.counters().get(Counter.TCP_SYN_COOKIES_BAD)).isEqualTo(2);
        assertThat(t.tcp.rowCount()).isZero();
        assertThat(t.pendingSegments()).isZero();
    }

    @Test
    void optionsThatWereChangedOnTheWayAreNotTaken() {
        Ladder t = listening(TcpConfig.defaults());
        t.in("S 0:0(0) win 1000 <mss 1460,sackOK,TS val 100 ecr 0,nop,wscale 7>");
        long stamp = stamp(t.next());
        TcpSegment ack = t.segment(". 1:1(0) ack 1 win 1000");
        t.inject(
                ack.with(new TcpOption.Nop(), new TcpOption.Nop(), new TcpOption.Timestamps(101, stamp ^ 1))
                        .emit(Ladder.PEER, Ladder.HOST),
                0);
        t.nothing();
        assertThat(t.tcp.rowCount()).isZero();
        t.inject(ack.emit(Ladder.PEER, Ladder.HOST), 0); // nor is a segment without the timestamp
        t.nothing();
        assertThat(t.dropped(Drop.TCP_COOKIE_LATER)).isEqualTo(2);
        t.in(". 1:1(0) ack 1 win 1000 <nop,nop,TS val 101 ecr *>");
        assertThat(t.tcp.rowCount()).isEqualTo(1);
    }

    @Test
    @Rfc(value = 4987, section = "3.6")
    void cookieIsGoodForTwoMinutesAndNotForFour() {
        Ladder t = listening(plain());
        t.in("S 0:0(0) win 1000 <mss 1000>");
        t.ignore();
        t.after(128_000);
        t.in(". 1:1(0) ack 1 win 1000");
        t.accept();
        assertThat(t.state()).isEqualTo(TcpState.ESTABLISHED);
        t = listening(plain());
        t.in("S 0:0(0) win 1000 <mss 1000>");
        t.ignore();
        t.after(193_000);
        t.in("S 0:0(0) win 1000 <mss 1000>"); // so that cookies are out
        TcpSegment late = t.next();
        assertThat(late.sequence()).isNotZero();
        t.after(193_000);
        t.in(". 1:1(0) ack 1 win 1000");
        t.out("R 1:1(0) win 0");
    }

    @Test
    @Rfc(value = 4987, section = "3.6")
    void cookiesBeginWhenTheQueueIsFullAndItsRowsStay() {
        var t = new Ladder(plain().withSynQueueMax(1));
        t.listen();
        from(t, 40_001, "S 0:0(0) win 1000 <mss 1000>");
        t.ignore();
        assertThat(Objects.requireNonNull(t.listener).halfOpen()).isEqualTo(1);
        t.after(10_000);
        t.ignore();
        t.in("S 0:0(0) win 1000 <mss 1000>");
        t.out("S. 0:0(0) ack 1");
        assertThat(t.listener.halfOpen()).isEqualTo(1);
        assertThat(t.tcp.rowCount()).isEqualTo(1);
        t.in("P. 1:101(100) ack 1 win 1000"); // the handshake's last segment may bring text
        assertThat(t.accept().remotePort()).isEqualTo(Ladder.PEER_PORT);
        t.read(100);
    }

    @Test
    @Rfc(value = 4987, section = "3.6")
    void withoutCookiesOutNothingBringsAConnectionBack() {
        var t = new Ladder(plain());
        t.listen();
        t.in(". 1:1(0) ack 1 win 1000");
        t.out("R 1:1(0) win 0");
        assertThat(t.counters().get(Counter.TCP_SYN_COOKIES_BAD)).isZero();
    }

    @Test
    void laterSegmentOfAConnectionWhoseFirstOneIsMissingIsNotReset() {
        Ladder t = listening(plain());
        t.in("S 0:0(0) win 1000 <mss 1000>");
        t.out("S. 0:0(0) ack 1");
        t.in("P. 537:637(100) ack 1 win 1000");
        t.nothing();
        assertThat(t.dropped(Drop.TCP_COOKIE_LATER)).isEqualTo(1);
        t.in(". 1:537(536) ack 1 win 1000");
        t.accept();
        t.in("P. 537:637(100) ack 1 win 1000");
        t.read(636);
    }

    @Test
    @Rfc(value = 9293, section = "3.8.4")
    void keepAliveOfAPeerWhoseAcknowledgmentWasLostBringsTheConnectionBack() {
        Ladder t = listening(plain());
        t.in("S 0:0(0) win 1000 <mss 1000>");
        t.out("S. 0:0(0) ack 1");
        t.after(60_000);
        t.in(". 0:0(0) ack 1 win 1000");
        t.out("S. 0:0(0) ack 1"); // the very same one
        t.in(". 1:1(0) ack 1 win 1000"); // RFC 5961 §4.2: the peer answers a SYN with a challenge ACK
        t.accept();
        assertThat(t.state()).isEqualTo(TcpState.ESTABLISHED);
    }

    @Test
    void acknowledgmentOfACookieIsTakenThoughARowWasMadeSince() {
        var t = new Ladder(plain().withSynQueueMax(1));
        t.listen();
        from(t, 40_001, "S 0:0(0) win 1000 <mss 1000>");
        t.ignore();
        t.in("S 0:0(0) win 1000 <mss 1000>");
        t.out("S. 0:0(0) ack 1");
        TcpSegment ack = t.segment(". 1:1(0) ack 1 win 1000"); // of the cookie
        from(t, 40_001, "R 1:1(0)"); // there is room again
        assertThat(Objects.requireNonNull(t.listener).halfOpen()).isZero();
        t.in("S 0:0(0) win 1000 <mss 1000>");
        t.out("S. 0:0(0) ack 1");
        assertThat(t.listener.halfOpen()).isEqualTo(1);
        t.inject(ack.emit(Ladder.PEER, Ladder.HOST), 0);
        assertThat(t.pendingSegments()).isZero();
        assertThat(t.accept().state()).isEqualTo(TcpState.ESTABLISHED);
        assertThat(t.listener.halfOpen()).isZero();
    }

    @Test
    void cookieThatComesBackWaitsForRoomInTheAcceptQueue() {
        var t = new Ladder(using(plain(), SynCookieUse.ALWAYS));
        t.listen(1);
        from(t, 40_001, "S 0:0(0) win 1000 <mss 1000>");
        TcpSegment first = t.next();
        t.in("S 0:0(0) win 1000 <mss 1000>");
        t.out("S. 0:0(0) ack 1");
        TcpSegment ack = t.segment(". 1:1(0) ack 1 win 1000");
        t.inject(
                new TcpSegment(
                                40_001,
                                Ladder.HOST_PORT,
                                ack.sequence(),
                                first.sequence() + 1 & 0xffff_ffffL,
                                ack.flags(),
                                1000,
                                0,
                                ack.options(),
                                ack.payload())
                        .emit(Ladder.PEER, Ladder.HOST),
                0);
        assertThat(Objects.requireNonNull(t.listener).waiting()).isEqualTo(1);
        t.in(". 1:1(0) ack 1 win 1000");
        t.nothing();
        assertThat(t.dropped(Drop.TCP_ACCEPT_QUEUE_FULL)).isEqualTo(1);
        t.accept();
        t.in("P. 1:11(10) ack 1 win 1000"); // the peer goes on, and now there is room
        assertThat(t.accept().remotePort()).isEqualTo(Ladder.PEER_PORT);
        t.read(10);
    }

    @Test
    @Rfc(value = 6191, section = "2")
    void newIncarnationAfterTimeWaitGetsARowSinceItsNumbersMustGoOn() {
        Ladder t = States.in(TcpState.TIME_WAIT);
        t.tcp.close(t.now, Objects.requireNonNull(t.listener));
        t.config = using(t.config, SynCookieUse.ALWAYS);
        t.listen();
        t.in("S 1000000:1000000(0) win 1000 <mss 1000>");
        t.next();
        assertThat(t.listener.halfOpen()).isEqualTo(1);
    }

    /// Under a flood the ports of a busy client come round while their last connection is in TIME-WAIT here: its SYN
    /// gets neither a cookie nor, with the queue full, room in it.
    @Test
    @Rfc(value = 6191, section = "2")
    void newIncarnationAfterTimeWaitGetsItsRowThoughTheQueueIsFull() {
        Ladder t = States.in(TcpState.TIME_WAIT);
        t.tcp.close(t.now, Objects.requireNonNull(t.listener));
        t.config = plain().withSynQueueMax(1);
        t.listen();
        from(t, 40_001, "S 0:0(0) win 1000 <mss 1000>");
        t.ignore();
        assertThat(t.listener.halfOpen()).isEqualTo(1);
        t.in("S 1000000:1000000(0) win 1000 <mss 1000>");
        t.next();
        assertThat(t.listener.halfOpen()).isEqualTo(2);
    }

    @Test
    void oldDuplicatesOfAHandshakeMakeNoSecondConnection() {
        Ladder t = listening(plain());
        t.in("S 0:0(0) win 1000 <mss 1000>");
        t.out("S. 0:0(0) ack 1");
        TcpSegment ack = t.segment(". 1:1(0) ack 1 win 1000");
        t.in(". 1:1(0) ack 1 win 1000");
        t.accept();
        t.in("R 1:1(0)");
        assertThat(t.tcp.rowCount()).isZero();
        t.in("S 0:0(0) win 1000 <mss 1000>");
        t.nothing();
        assertThat(t.dropped(Drop.TCP_DUPLICATE)).isEqualTo(1);
        t.inject(ack.emit(Ladder.PEER, Ladder.HOST), 0);
        t.out("R 1:1(0) win 0");
        assertThat(t.tcp.rowCount()).isZero();
        // A new incarnation has another number.
        t.in("S 5000:5000(0) win 1000 <mss 1000>");
        t.out("S. 0:0(0) ack 5001");
    }

    @Test
    void synFloodCostsNoMemoryAndALegitimatePeerGetsThrough() {
        var t = new Ladder(plain().withSynQueueMax(4));
        t.listen();
        for (int i = 0; i < 5000; i++) {
            from(t, 1 + i, "S 0:0(0) win 1000 <mss 1000>");
            t.ignore();
        }
        assertThat(t.tcp.rowCount()).isEqualTo(4);
        t.in("S 0:0(0) win 1000 <mss 1000>");
        t.out("S. 0:0(0) ack 1");
        t.in(". 1:1(0) ack 1 win 1000");
        assertThat(t.accept().remotePort()).isEqualTo(Ladder.PEER_PORT);
    }

    @Test
    void answersThatDoNotFitTheQueueAreCountedAndForgotten() {
        Ladder t = listening(plain());
        String[] syns = new String[1100];
        java.util.Arrays.fill(syns, "S 0:0(0) win 1000 <mss 1000>");
        t.together(syns);
        assertThat(t.pendingSegments()).isEqualTo(1024);
        assertThat(t.dropped(Drop.REPLY_QUEUE_FULL)).isEqualTo(1100 - 1024);
    }

    // ---- how often a SYN and a SYN-ACK are sent again ------------------------------------------------------------

    @Test
    void synAckIsSentAgainAsOftenAsConfigured() {
        TcpConfig config = plain().withOpening(OpeningConfig.DEFAULTS.withSynAckRetries(2));
        var t = new Ladder(config);
        t.listen();
        t.in("S 0:0(0) win 1000 <mss 1000>");
        t.after(6_999); // at 0, 1 and 3 s, and four seconds of waiting for an answer to the last
        assertThat(t.pendingSegments()).isEqualTo(3);
        assertThat(t.tcp.rowCount()).isEqualTo(1);
        t.after(1);
        assertThat(t.tcp.rowCount()).isZero();
        assertThat(t.pendingSegments()).isEqualTo(3);
    }

    @Test
    void answersToARepeatedSynDoNotCountAsRepetitions() {
        TcpConfig config = plain().withOpening(OpeningConfig.DEFAULTS.withSynAckRetries(1));
        var t = new Ladder(config);
        t.listen();
        for (int i = 0; i < 5; i++) {
            t.in("S 0:0(0) win 1000 <mss 1000>");
            t.out("S. 0:0(0) ack 1");
        }
        t.after(1000);
        t.out("S. 0:0(0) ack 1");
        t.after(1999);
        assertThat(t.tcp.rowCount()).isEqualTo(1);
        t.after(1);
        assertThat(t.tcp.rowCount()).isZero();
    }

    @Test
    void synIsSentAgainAsOftenAsConfigured() {
        TcpConfig config = plain().withOpening(OpeningConfig.DEFAULTS.withSynRetries(1));
        var t = new Ladder(config);
        t.connect();
        t.out("S 0:0(0)");
        t.after(1000);
        t.out("S 0:0(0)");
        t.after(1999);
        assertThat(t.state()).isEqualTo(TcpState.SYN_SENT);
        t.after(1);
        assertThat(t.state()).isEqualTo(TcpState.CLOSED);
        assertThat(t.connection().error()).isEqualTo(TcpError.TIMED_OUT);
        t.nothing();
    }
}
