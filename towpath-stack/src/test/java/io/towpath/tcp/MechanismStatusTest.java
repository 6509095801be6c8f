package io.towpath.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.congestion.CongestionTuning;
import io.towpath.core.Time;
import io.towpath.tcp.config.EcnConfig;
import io.towpath.tcp.config.UserTimeoutConfig;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What mechanisms do shows in STATUS, and why a segment was sent in its event.
class MechanismStatusTest {
    private static String text(Ladder t) {
        return t.info().details().text();
    }

    private static List<TcpEvent.Why> sent(Ladder t) {
        return t.events.stream()
                .filter(TcpEvent.SegmentOut.class::isInstance)
                .map(e -> ((TcpEvent.SegmentOut) e).why())
                .toList();
    }

    private static void duplicates(Ladder t, int count) {
        for (int i = 0; i < count; i++) {
            t.in(". 1:1(0) ack 1 win 65535");
            t.ignore();
        }
    }

    @Test
    void limitedTransmitIsCountedAndTold() {
        Ladder t = Ladders.open();
        t.write(15_000);
        t.ignore();
        assertThat(sent(t)).doesNotContain(TcpEvent.Why.LIMITED_TRANSMIT);
        duplicates(t, 2);
        assertThat(sent(t)).endsWith(TcpEvent.Why.LIMITED_TRANSMIT, TcpEvent.Why.LIMITED_TRANSMIT);
        assertThat(text(t)).contains(" limited-transmits 2");
        duplicates(t, 8);
        assertThat(sent(t)).contains(TcpEvent.Why.FAST).endsWith(TcpEvent.Why.DATA);
        assertThat(text(t)).contains(" limited-transmits 2");
    }

    @Test
    void limitedTransmitMayBeMarkedAsOtherNewDataMay() {
        var t = new Ladder(Ladders.plain().withEcn(EcnConfig.ECN));
        t.listen();
        t.in("SEW 0:0(0) win 65535 <mss 1000>");
        t.ignore();
        t.in(". 1:1(0) ack 1 win 65535");
        t.accept();
        t.write(15_000);
        t.ignore();
        t.in(". 1:1(0) ack 1 win 65535");
        t.out(". 10001:11001(1000) ack 1");
        assertThat(sent(t)).endsWith(TcpEvent.Why.LIMITED_TRANSMIT);
        assertThat(t.ecnOut).isEqualTo(2);
    }

    @Test
    void theLastResortIsCountedAndTold() {
        Ladder t =
                Ladders.withSack(Ladders.plain().withRecovery(Ladders.counting().withLastResort(true)));
        t.write(8000);
        t.ignore();
        t.in(". 1:1(0) ack 1 win 65535 <nop,nop,sack 1001:4001>");
        t.ignore();
        assertThat(text(t)).doesNotContain("last-resorts");
        t.in(". 1:1(0) ack 1 win 65535 <nop,nop,sack 5001:7001 1001:4001>");
        t.out(". 4001:5001(1000) ack 1");
        assertThat(sent(t)).endsWith(TcpEvent.Why.FAST, TcpEvent.Why.LAST_RESORT);
        assertThat(text(t)).contains(" last-resorts 1");
    }

    @Test
    void proportionalReductionShowsWhileItGoesOn() {
        Ladder t = Ladder.established(
                Ladders.plain().withRecovery(Ladders.counting().withPrr(true)), 65_535);
        t.write(10_000);
        t.ignore();
        assertThat(text(t)).doesNotContain(" prr");
        duplicates(t, 3);
        assertThat(text(t)).contains(" prr");
        t.in(". 1:1(0) ack 10001 win 65535");
        assertThat(text(t)).doesNotContain(" prr");
    }

    @Test
    void restartsAfterASilenceAreCounted() {
        Ladder t = Ladders.open();
        t.write(20_000);
        t.ignore();
        for (int i = 1; i <= 20; i++) {
            t.in(". 1:1(0) ack %d win 65535".formatted(i * 1000 + 1));
            t.ignore();
        }
        assertThat(text(t)).doesNotContain("idle-restarts");
        t.after(5000);
        t.write(1000);
        t.ignore();
        assertThat(text(t)).contains(" idle-restarts 1");
    }

    @Test
    void alternativeBackoffShowsWhereMarksAreAgreedOn() {
        var config = Ladders.plain()
                .withEcn(EcnConfig.ECN)
                .withCongestionTuning(CongestionTuning.defaults().withAlternativeBackoff(true));
        var t = new Ladder(config);
        t.listen();
        t.in("SEW 0:0(0) win 65535 <mss 1000>");
        t.ignore();
        t.in(". 1:1(0) ack 1 win 65535");
        t.accept();
        assertThat(text(t)).contains(" abe");
        assertThat(text(Ladder.established(config, 65_535))).doesNotContain(" abe");
    }

    @Test
    void theUserTimeoutShowsAndWhetherThePeerHadASay() {
        var config = Ladders.plain()
                .withUserTimeoutNanos(300 * Time.SECOND)
                .withUserTimeout(UserTimeoutConfig.defaults()
                        .withEnabled(true)
                        .withLimits(100 * Time.SECOND, 1000 * Time.SECOND));
        var t = new Ladder(config);
        t.listen();
        t.in("S 0:0(0) win 65535 <mss 1000>");
        t.ignore();
        t.in(". 1:1(0) ack 1 win 65535");
        t.accept();
        assertThat(text(t)).contains(" user-timeout 300000ms").doesNotContain("agreed");
        t.in(". 1:1(0) ack 1 win 65535 <uto 600s>");
        assertThat(text(t)).contains(" user-timeout 600000ms (agreed)");
    }

    @Test
    void boundsAndDuplicatesAndThatTheUserIsGoneShow() {
        var config = Ladders.plain();
        var t = Ladders.withSack(config.withSend(config.send().withUnsentMax(4000)));
        assertThat(text(t))
                .contains(" unsent-max 4000")
                .doesNotContain("dsacks")
                .doesNotContain("orphan");
        t.write(1000);
        t.ignore();
        t.in(". 1:1(0) ack 1001 win 65535 <nop,nop,sack 1:1001>");
        assertThat(text(t)).contains(" dsacks 1");
        t.write(1000);
        t.tcp.endRecord(t.now, t.connection());
        assertThat(text(t)).contains(" records 1");
        t.release();
        assertThat(text(t)).contains(" orphan");
    }
}
