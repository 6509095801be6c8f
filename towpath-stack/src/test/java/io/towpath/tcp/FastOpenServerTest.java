package io.towpath.tcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.towpath.core.Counter;
import io.towpath.core.Drop;
import io.towpath.tcp.config.FastOpenConfig;
import io.towpath.tcp.config.FastOpenKey;
import io.towpath.wire.Octets;
import io.towpath.wire.TcpOption;
import io.towpath.wire.TcpOptions;
import io.towpath.wire.TcpSegment;
import io.towpath.wire.testing.Rfc;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/// The server's side of TCP Fast Open: RFC 7413 §4.1.2 and §4.2.2.
class FastOpenServerTest {
    private static final FastOpenKey KEY = FastOpenKey.parse("00112233-44556677-8899aabb-ccddeeff");
    private static final FastOpenKey OLD_KEY = FastOpenKey.parse("a1a1a1a1-b2b2b2b2-c3c3c3c3-d4d4d4d4");

    private static FastOpenConfig server(int queue) {
        return FastOpenConfig.OFF.withServerQueue(queue).withKeys(List.of(KEY));
    }

    private static Ladder listening(FastOpenConfig fastOpen) {
        var t = new Ladder(Ladders.plain().withFastOpen(fastOpen));
        t.listen();
        return t;
    }

    /// The cookie that the host gives to the peer, in hexadecimal digits.
    private static String cookie(FastOpenConfig fastOpen) {
        Ladder t = listening(fastOpen);
        t.in("S 0:0(0) win 1000 <mss 1000,FO,nop,nop>");
        return told(t.next());
    }

    private static String told(TcpSegment segment) {
        for (TcpOption option : segment.options()) {
            if (option instanceof TcpOption.Opaque(int kind, Octets data) && kind == TcpOptions.FAST_OPEN) {
                return data.toString();
            }
        }
        return "";
    }

    /// A connection that a SYN with `n` octets made; its SYN-ACK was seen.
    private static Ladder opened(int n) {
        Ladder t = listening(server(4));
        t.in("S 0:" + n + "(" + n + ") win 1000 <mss 1000,FO " + cookie(server(4)) + ",nop,nop>");
        t.out("S. 0:0(0) ack " + (n + 1) + " <mss 1460>");
        return t;
    }

    @Test
    @Rfc(value = 7413, section = "4.1.2")
    void requestIsAnsweredWithACookieThatDependsOnTheKeyAndThePeer() {
        String cookie = cookie(server(4));
        assertThat(cookie).hasSize(16).isEqualTo(cookie(server(4)));
        assertThat(cookie(server(4).withKeys(List.of(OLD_KEY)))).isNotEqualTo(cookie);
        // Without a key the host draws one.
        assertThat(cookie(server(4).withKeys(List.of()))).hasSize(16).isNotEqualTo(cookie);
    }

    @Test
    @Rfc(value = 7413, section = "3.1")
    void dataOfASynWithAGoodCookieIsReadAndAnsweredBeforeTheHandshakeIsComplete() {
        Ladder t = opened(100);
        t.accept();
        assertThat(t.state()).isEqualTo(TcpState.SYN_RECEIVED);
        assertThat(t.info().synData()).isTrue();
        t.read(100);
        t.write(500);
        t.out("P. 1:501(500) ack 101");
        t.in(". 101:101(0) ack 501 win 1000");
        assertThat(t.state()).isEqualTo(TcpState.ESTABLISHED);
        assertThat(t.info().sendQueued()).isZero();
        t.in("P. 101:201(100) ack 501 win 1000");
        t.read(100);
        assertThat(t.counters().get(Counter.TCP_FAST_OPEN_PASSIVE)).isEqualTo(1);
    }

    @Test
    @Rfc(value = 7413, section = "4.2.2")
    void synWithACookieAndWithoutDataMakesAConnectionToo() {
        Ladder t = opened(0);
        t.accept();
        assertThat(t.info().synData()).isFalse();
        t.write(10);
        t.out("P. 1:11(10) ack 1");
    }

    @Test
    @Rfc(value = 7413, section = "4.2.2")
    void synWithABadCookieGetsAGoodOneAndItsDataIsNotTaken() {
        Ladder t = listening(server(4));
        t.in("S 0:100(100) win 1000 <mss 1000,FO aaaaaaaaaaaaaaaa,nop,nop>");
        t.out("S. 0:0(0) ack 1 <mss 1460,FO " + cookie(server(4)) + ",nop,nop>");
        assertThat(Objects.requireNonNull(t.listener).waiting()).isZero();
        t.in("P. 1:101(100) ack 1 win 1000");
        t.accept();
        t.read(100);
        assertThat(t.info().synData()).isFalse();
    }

    @Test
    @Rfc(value = 7413, section = "4.1.1")
    void optionOfAnIllegalLengthIsIgnored() {
        for (String cookie : new String[] {"aa", "aaaa", "aaaaaaaaaa", "aabbccddeeff00112233445566778899aabb"}) {
            Ladder t = listening(server(4));
            TcpSegment syn = t.segment("S 0:0(0) win 1000 <mss 1000>");
            t.inject(
                    syn.with(new TcpOption.Mss(1000), new TcpOption.Opaque(TcpOptions.FAST_OPEN, Octets.ofHex(cookie)))
                            .emit(Ladder.PEER, Ladder.HOST),
                    0);
            assertThat(told(t.next())).isEmpty();
        }
    }

    @Test
    @Rfc(value = 7413, section = "4.1.1")
    void experimentalFormIsAnsweredInKind() {
        Ladder t = listening(server(4));
        t.in("S 0:0(0) win 1000 <mss 1000,FOEXP>");
        TcpOption.Opaque option = (TcpOption.Opaque) t.next().options().get(1);
        assertThat(option.kind()).isEqualTo(TcpOptions.EXPERIMENT_2);
        assertThat(option.data().toString()).isEqualTo("f989" + cookie(server(4)));
        t = listening(server(4));
        t.in("S 0:100(100) win 1000 <mss 1000,FOEXP " + cookie(server(4)) + ">");
        t.out("S. 0:0(0) ack 101 <mss 1460>");
    }

    @Test
    @Rfc(value = 7413, section = "4.1.2")
    void cookieOfAnOlderKeyIsGoodAndANewOneIsTold() {
        String old = cookie(server(4).withKeys(List.of(OLD_KEY)));
        Ladder t = listening(server(4).withKeys(List.of(KEY, OLD_KEY)));
        t.in("S 0:100(100) win 1000 <mss 1000,FO " + old + ",nop,nop>");
        t.out("S. 0:0(0) ack 101 <mss 1460,FO " + cookie(server(4)) + ",nop,nop>");
    }

    @Test
    void listenerThatDoesNotAskForFastOpenIgnoresIt() {
        Ladder t = listening(FastOpenConfig.OFF);
        t.in("S 0:100(100) win 1000 <mss 1000,FO " + cookie(server(4)) + ",nop,nop>");
        t.out("S. 0:0(0) ack 1 <mss 1460>");
        t = listening(FastOpenConfig.OFF);
        t.in("S 0:0(0) win 1000 <mss 1000,FO,nop,nop>");
        t.out("S. 0:0(0) ack 1 <mss 1460>");
    }

    @Test
    void serverWithoutCookiesTakesDataFromEverySyn() {
        Ladder t = listening(server(4).withServerWithoutCookie(true));
        t.in("S 0:100(100) win 1000 <mss 1000>");
        t.out("S. 0:0(0) ack 101 <mss 1460>");
        t.accept();
        t.read(100);
    }

    @Test
    @Rfc(value = 7413, section = "4.2.2")
    void aboveTheLimitSynsAreAnsweredTheOrdinaryWay() {
        Ladder t = listening(server(1));
        String cookie = cookie(server(1));
        TcpSegment other = t.segment("S 0:100(100) win 1000 <mss 1000,FO " + cookie + ",nop,nop>");
        t.inject(from(40_001, other).emit(Ladder.PEER, Ladder.HOST), 0);
        t.next();
        t.in("S 0:100(100) win 1000 <mss 1000,FO " + cookie + ",nop,nop>");
        t.out("S. 0:0(0) ack 1 <mss 1460>");
    }

    private static TcpSegment from(int port, TcpSegment s) {
        return new TcpSegment(
                port,
                s.destinationPort(),
                s.sequence(),
                s.acknowledgment(),
                s.flags(),
                s.window(),
                0,
                s.options(),
                s.payload());
    }

    @Test
    @Rfc(value = 7413, section = "5.1")
    void resetMakesNoRoomForAMinute() {
        Ladder t = listening(server(1));
        String syn = "S 0:100(100) win 1000 <mss 1000,FO " + cookie(server(1)) + ",nop,nop>";
        t.in(syn);
        t.out("S. 0:0(0) ack 101");
        t.in("R 101:101(0)"); // from a host whose address was stolen
        assertThat(Objects.requireNonNull(t.listener).fastOpenQueue().pending()).isZero();
        t.in(syn);
        t.out("S. 0:0(0) ack 1");
        t.in("R 1:1(0)");
        t.after(60_000);
        t.in(syn);
        t.out("S. 0:0(0) ack 101");
    }

    @Test
    void completedHandshakeMakesRoom() {
        Ladder t = opened(10);
        assertThat(Objects.requireNonNull(t.listener).fastOpenQueue().pending()).isEqualTo(1);
        t.in(". 11:11(0) ack 1 win 1000");
        assertThat(t.listener.fastOpenQueue().pending()).isZero();
    }

    @Test
    void resetBeforeTheHandshakeIsCompleteIsToldAsSuchAndTheDataStays() {
        Ladder t = opened(10);
        t.accept();
        t.in("R 11:11(0)");
        assertThat(t.state()).isEqualTo(TcpState.CLOSED);
        assertThat(t.connection().error()).isEqualTo(TcpError.RESET);
        t.read(10);
    }

    @Test
    void closedListenerResetsWhatItMade() {
        Ladder t = opened(10);
        t.tcp.close(t.now, Objects.requireNonNull(t.listener));
        t.out("R. 1:1(0) ack 11");
        assertThat(t.tcp.rowCount()).isZero();
    }

    @Test
    void synAckIsSentAgainAndWhatFollowedItWithIt() {
        Ladder t = opened(10);
        t.accept();
        t.write(1500);
        t.out(". 1:1001(1000) ack 11");
        t.after(1000);
        t.out("S. 0:0(0) ack 11 <mss 1460>");
        t.nothing();
        t.in(". 11:11(0) ack 1 win 60000"); // a peer in SYN-SENT took nothing but the SYN-ACK
        t.out(". 1:1001(1000) ack 11");
        t.in(". 11:11(0) ack 1001 win 60000");
        t.out("P. 1001:1501(500) ack 11");
    }

    @Test
    void dataIsRetransmittedByTheTimerOnceTheHandshakeIsComplete() {
        Ladder t = opened(10);
        t.accept();
        t.write(500);
        t.out("P. 1:501(500) ack 11");
        t.in(". 11:11(0) ack 1 win 60000");
        t.nothing();
        t.after(1100);
        t.out("P. 1:501(500) ack 11");
    }

    @Test
    void finOfASynComesAgain() {
        Ladder t = listening(server(4));
        t.in("SF 0:100(100) win 1000 <mss 1000,FO " + cookie(server(4)) + ",nop,nop>");
        t.out("S. 0:0(0) ack 101");
        t.in("F. 101:101(0) ack 1 win 1000");
        t.out(". 1:1(0) ack 102");
        t.accept();
        t.read(100);
        assertThat(t.state()).isEqualTo(TcpState.CLOSE_WAIT);
    }

    @Test
    void sameSynAgainGetsTheSynAckAgain() {
        Ladder t = listening(server(4));
        String syn = "S 0:100(100) win 1000 <mss 1000,FO " + cookie(server(4)) + ",nop,nop>";
        t.in(syn);
        t.out("S. 0:0(0) ack 101");
        t.in(syn);
        t.out("S. 0:0(0) ack 101");
        t.in("S 0:0(0) win 1000 <mss 1000>"); // the client fell back, and its first SYN came through
        t.out("S. 0:0(0) ack 101");
        t.accept();
        t.read(100);
        assertThat(t.dropped(Drop.TCP_DUPLICATE)).isEqualTo(2);
    }

    @Test
    void windowOfTheSynAckIsWhatTheDataLeaves() {
        var t = new Ladder(Ladders.plain().withFastOpen(server(4)).withReceiveBuffer(5000));
        t.listen();
        t.in("S 0:1000(1000) win 1000 <mss 1000,FO " + cookie(server(4)) + ",nop,nop>");
        t.out("S. 0:0(0) ack 1001 win 4000");
    }

    @Test
    void unansweredConnectionIsGivenUp() {
        Ladder t = opened(10);
        t.accept();
        t.after(180_000);
        assertThat(t.state()).isEqualTo(TcpState.CLOSED);
        assertThat(t.connection().error()).isEqualTo(TcpError.TIMED_OUT);
        assertThat(Objects.requireNonNull(t.listener).fastOpenQueue().pending()).isZero();
    }

    @Test
    void keysAreReadAsTheSettingOfLinuxHasThem() {
        assertThat(OLD_KEY.k0()).isEqualTo(0xb2b2b2b2a1a1a1a1L);
        assertThat(OLD_KEY.k1()).isEqualTo(0xd4d4d4d4c3c3c3c3L);
        assertThat(OLD_KEY.toString()).doesNotContain("b2b2");
        for (String text : new String[] {"", "1-2-3", "1-2-3-4-5", "1-2-3-x", "1-2-3-123456789"}) {
            assertThatThrownBy(() -> FastOpenKey.parse(text)).isInstanceOf(IllegalArgumentException.class);
        }
    }
}
