package io.towpath.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.congestion.CongestionTuning;
import io.towpath.core.Time;
import io.towpath.tcp.TcpEvent.Note;
import io.towpath.tcp.config.AuthConfig;
import io.towpath.tcp.config.EcnConfig;
import io.towpath.tcp.config.PeerKey;
import io.towpath.tcp.config.UserTimeoutConfig;
import io.towpath.wire.Octets;
import io.towpath.wire.Prefix;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What mechanisms do now and then shows in events.
class MechanismNotesTest {
    private static List<TcpEvent.Noted> noted(Ladder t) {
        return t.events.stream()
                .filter(TcpEvent.Noted.class::isInstance)
                .map(TcpEvent.Noted.class::cast)
                .toList();
    }

    private static List<Note> notes(Ladder t) {
        return noted(t).stream().map(TcpEvent.Noted::note).toList();
    }

    private static Ladder asked(EcnConfig ecn, String flags) {
        var t = new Ladder(Ladders.plain().withEcn(ecn));
        t.listen();
        t.in("S" + flags + " 0:0(0) win 65535 <mss 1000>");
        t.ignore();
        return t;
    }

    @Test
    void whatTheSynsAgreeOnAboutCongestionMarksIsTold() {
        assertThat(notes(Ladders.open())).containsExactly(Note.ECN_NONE);
        Ladder t = asked(EcnConfig.ACCURATE, "EW");
        t.in(". 1:1(0) ack 1 win 65535");
        t.accept();
        assertThat(notes(t)).containsExactly(Note.ECN_CLASSIC);
        assertThat(noted(t).getFirst().connection()).isEqualTo(t.connection().id());
        t = asked(EcnConfig.ACCURATE.withOption(true), "EWA");
        t.in("W. 1:1(0) ack 1 win 65535");
        assertThat(notes(t)).containsExactly(Note.ECN_ACCURATE);
        assertThat(noted(t).getFirst().value()).isOne();
        t = asked(EcnConfig.ACCURATE.withOption(false), "EWA");
        t.in("W. 1:1(0) ack 1 win 65535");
        assertThat(noted(t).getFirst().value()).isZero();
    }

    @Test
    void thatTheFeedbackIsMangledIsToldOnce() {
        Ladder t = asked(EcnConfig.ACCURATE, "EWA");
        t.in(". 1:1(0) ack 1 win 65535"); // an ACE field of zero
        t.accept();
        t.in("P. 1:11(10) ack 1 win 65535");
        assertThat(notes(t)).containsExactly(Note.ECN_ACCURATE, Note.ECN_DISTRUSTED);
        t = new Ladder(Ladders.plain().withEcn(EcnConfig.ACCURATE));
        t.connect();
        t.ignore();
        t.in("SWA. 0:0(0) ack 1 win 65535 <mss 1000>"); // it says that the SYN arrived marked
        assertThat(notes(t)).containsExactly(Note.ECN_ACCURATE, Note.ECN_DISTRUSTED);
    }

    @Test
    void aWindowThatShrinksAfterASilenceIsTold() {
        Ladder t = Ladders.open();
        t.write(20_000);
        t.ignore();
        for (int i = 1; i <= 10; i++) {
            t.in(". 1:1(0) ack %d win 65535".formatted(i * 1000 + 1));
        }
        t.ignore();
        t.in(". 1:1(0) ack 20001 win 65535");
        t.after(5000);
        t.write(1000);
        t.ignore();
        assertThat(noted(t).getLast().note()).isEqualTo(Note.IDLE_RESTART);
        assertThat(noted(t).getLast().value()).isEqualTo(10_000);
        t.in(". 1:1(0) ack 21001 win 65535");
        t.after(5000);
        t.write(1000);
        t.ignore(); // as small as it gets
        assertThat(notes(t)).containsOnlyOnce(Note.IDLE_RESTART);
    }

    @Test
    void refusedSignaturesAreTold() {
        var key = new PeerKey(
                Prefix.parse("10.0.0.2/32"), 0, Octets.of("secret of two".getBytes(StandardCharsets.US_ASCII)));
        var t = new Ladder(Ladders.plain().withAuthentication(AuthConfig.of(key)));
        t.connect();
        t.ignore();
        t.in("S. 0:0(0) ack 1 win 65535 <mss 1000>");
        t.in("S. 0:0(0) ack 1 win 65535 <nop,nop,md5 00112233445566778899aabbccddeeff>");
        assertThat(notes(t)).containsExactly(Note.SIGNATURE_MISSING, Note.SIGNATURE_WRONG);
        assertThat(noted(t).getFirst().connection()).isEqualTo(t.connection().id());
        t = Ladders.open();
        t.in(". 1:1(0) ack 1 win 65535 <nop,nop,md5 00112233445566778899aabbccddeeff>");
        assertThat(notes(t)).endsWith(Note.SIGNATURE_UNKNOWN);
        t = new Ladder(Ladders.plain().withAuthentication(AuthConfig.of(key)));
        t.listen();
        t.in("S 0:0(0) win 65535 <mss 1000>");
        assertThat(noted(t).getLast()).isEqualTo(new TcpEvent.Noted(t.now, 0, Note.SIGNATURE_MISSING, 0));
    }

    @Test
    void thePeersUserTimeoutIsToldAsFarAsItIsTaken() {
        var t = new Ladder(Ladders.plain()
                .withUserTimeoutNanos(300 * Time.SECOND)
                .withUserTimeout(UserTimeoutConfig.defaults()
                        .withEnabled(true)
                        .withLimits(100 * Time.SECOND, 1000 * Time.SECOND)));
        t.listen();
        t.in("S 0:0(0) win 65535 <mss 1000,uto 600s>");
        t.ignore();
        t.in(". 1:1(0) ack 1 win 65535");
        t.accept();
        t.in(". 1:1(0) ack 1 win 65535 <uto 5000s>");
        t.in(". 1:1(0) ack 1 win 65535");
        assertThat(noted(t))
                .filteredOn(e -> e.note() == Note.USER_TIMEOUT_TOLD)
                .extracting(TcpEvent.Noted::value)
                .containsExactly(600 * Time.SECOND, 1000 * Time.SECOND);
    }

    @Test
    void pacingIsToldWhenItBegins() {
        var t = new Ladder(
                Ladders.plain().withCongestionTuning(CongestionTuning.defaults().withPacing(true)));
        t.listen();
        t.in("S 0:0(0) win 65535 <mss 1000>");
        t.ignore();
        t.after(100);
        t.in(". 1:1(0) ack 1 win 65535");
        t.accept();
        t.write(1000);
        t.ignore();
        t.after(100);
        t.in(". 1:1(0) ack 1001 win 65535");
        t.write(3000);
        t.ignore();
        t.after(100);
        t.write(3000);
        t.ignore();
        assertThat(notes(t)).containsOnlyOnce(Note.PACING_BEGAN);
        assertThat(noted(t).getLast().value()).isEqualTo(t.info().rates().pacingRate());
    }

    @Test
    void aResetThatTimeWaitIgnoresIsTold() {
        Ladder t = States.in(TcpState.TIME_WAIT);
        t.in("R 2:2(0)");
        assertThat(notes(t)).endsWith(Note.RESET_IGNORED);
        assertThat(noted(t).getLast().connection()).isEqualTo(t.connection().id());
    }

    @Test
    void aHandshakeThatWaitsForDataIsTold() {
        var config = Ladders.plain();
        var t = new Ladder(config.withOpening(config.opening().withDeferredTimeouts(2)));
        t.listen();
        t.in("S 0:0(0) win 65535 <mss 1000>");
        t.ignore();
        t.in(". 1:1(0) ack 1 win 65535");
        assertThat(notes(t)).containsExactly(Note.ACCEPT_DEFERRED);
    }
}
