package io.towpath.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.tcp.config.FastOpenConfig;
import io.towpath.tcp.config.PathMtuConfig;
import io.towpath.tcp.config.SynCookieUse;
import io.towpath.tcp.config.TuningConfig;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/// What cookies, Fast Open, the search for the path MTU and growing buffers do shows in events and in STATUS.
class MechanismEventsTest {
    private static final String COOKIE = "0123456789abcdef";

    private static <E extends TcpEvent> List<E> events(Ladder t, Class<E> kind) {
        return t.events.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    private static List<TcpEvent.FastOpenStep> fastOpens(Ladder t) {
        return events(t, TcpEvent.FastOpened.class).stream()
                .map(TcpEvent.FastOpened::step)
                .toList();
    }

    @Test
    void cookiesThatAreSentAcceptedAndFailedAreTold() {
        var config = Ladders.plain();
        var t = new Ladder(config.withOpening(config.opening().withSynCookies(SynCookieUse.ALWAYS)));
        t.listen();
        t.in("S 0:0(0) win 1000 <mss 1000>");
        t.ignore();
        t.in(". 1:1(0) ack 77 win 1000");
        t.in(". 1:1(0) ack 1 win 1000");
        t.accept();
        List<TcpEvent.SynCookie> told = events(t, TcpEvent.SynCookie.class);
        assertThat(told)
                .extracting(TcpEvent.SynCookie::step)
                .containsExactly(TcpEvent.CookieStep.SENT, TcpEvent.CookieStep.FAILED, TcpEvent.CookieStep.ACCEPTED);
        assertThat(told.getFirst().remote()).hasToString("10.0.0.2:40000");
        assertThat(told.getLast().connection()).isEqualTo(t.connection().id());
        assertThat(t.info().details().opening().byCookie()).isTrue();
        assertThat(t.info().details().text()).contains(" by-cookie");
        assertThat(Objects.requireNonNull(t.listener).cookies().text()).isEqualTo("cookies sent 1 accepted 1 failed 1");
    }

    @Test
    void fastOpenOfAClientIsTold() {
        var t = new Ladder(Ladders.plain().withFastOpen(FastOpenConfig.OFF.withClient(true)));
        t.connectWith(0);
        t.ignore();
        assertThat(t.info().details().opening().fastOpen()).isEqualTo("requested");
        t.in("S. 0:0(0) ack 1 win 10000 <mss 1000,FO " + COOKIE + ",nop,nop>");
        t.in("R. 1:1(0) ack 1");
        t.ignore();
        t.connectWith(100);
        t.ignore();
        t.in("S. 0:0(0) ack 101 win 10000 <mss 1000>");
        t.in("R. 1:1(0) ack 101");
        t.ignore();
        assertThat(t.info().details().text()).contains(" fast-open accepted");
        t.connectWith(50);
        t.ignore();
        t.in("S. 0:0(0) ack 1 win 10000 <mss 1000>");
        assertThat(fastOpens(t))
                .containsExactly(
                        TcpEvent.FastOpenStep.REQUESTED,
                        TcpEvent.FastOpenStep.USED,
                        TcpEvent.FastOpenStep.ACCEPTED,
                        TcpEvent.FastOpenStep.USED,
                        TcpEvent.FastOpenStep.REFUSED);
        assertThat(events(t, TcpEvent.FastOpened.class).getLast().bytes()).isEqualTo(50);
    }

    @Test
    void fastOpenOfAServerIsTold() {
        var t = new Ladder(Ladders.plain()
                .withFastOpen(FastOpenConfig.OFF.withServerQueue(4).withServerWithoutCookie(true)));
        t.listen();
        t.in("S 0:10(10) win 1000 <mss 1000>");
        assertThat(fastOpens(t)).containsExactly(TcpEvent.FastOpenStep.TAKEN);
        t = new Ladder(Ladders.plain().withFastOpen(FastOpenConfig.OFF.withServerQueue(4)));
        t.listen();
        t.in("S 0:0(0) win 1000 <mss 1000,FO,nop,nop>");
        assertThat(fastOpens(t)).containsExactly(TcpEvent.FastOpenStep.GRANTED);
    }

    @Test
    void theSearchForThePathMtuIsTold() {
        var t = new Ladder(Ladders.plain().withPathMtu(PathMtuConfig.defaults().withUse(PathMtuConfig.Use.ALWAYS)));
        t.listen();
        t.in("S 0:0(0) win 65535 <mss 1460>");
        t.ignore();
        t.after(100);
        t.in(". 1:1(0) ack 1 win 65535");
        t.accept();
        t.write(8000);
        t.ignore();
        t.after(100);
        t.in(". 1:1(0) ack 1461 win 65535");
        List<TcpEvent.PathMtuProbed> told = events(t, TcpEvent.PathMtuProbed.class);
        assertThat(told)
                .extracting(TcpEvent.PathMtuProbed::step)
                .startsWith(TcpEvent.ProbeStep.SENT, TcpEvent.ProbeStep.RAISED);
        assertThat(told.get(1).bytes()).isEqualTo(1500);
        assertThat(t.info().details().text()).contains("mtu-search ").contains(" sent 1 raised 1 black-holes 0");
        t.in(". 1:1(0) ack 8001 win 65535");
        // Nothing arrives any more.
        t.write(6000);
        t.after(10_000);
        assertThat(events(t, TcpEvent.PathMtuProbed.class))
                .extracting(TcpEvent.PathMtuProbed::step)
                .contains(TcpEvent.ProbeStep.BLACK_HOLE);
        assertThat(t.info().details().opening().pathMtu()).doesNotContain("black-holes 0");
    }

    @Test
    void buffersThatGrowAreTold() {
        var t = new Ladder(TcpConfig.defaults()
                .withSack(false)
                .withTimestamps(false)
                .withReceiveBuffer(20_000)
                .withSendBuffer(20_000)
                .withTuning(TuningConfig.defaults().withReceiveMax(150_000).withSendMax(100_000)));
        t.listen();
        t.in("S 0:0(0) win 65535 <mss 1000,nop,wscale 7>");
        t.ignore();
        t.after(100);
        t.in(". 1:1(0) ack 1 win 65535");
        t.accept();
        int at = 1;
        for (int round = 0; round < 4; round++) {
            t.after(100);
            for (long window = t.info().rcvWnd(); window >= 1000; window -= 1000) {
                t.in("P. " + at + ":" + (at + 1000) + "(1000) ack 1");
                at += 1000;
            }
            t.read(t.connection().receiveRing().readable());
            t.ignore();
        }
        t.write(20_000);
        for (int acked = 1000; acked <= 10_000; acked += 1000) {
            t.in(". " + at + ":" + at + "(0) ack " + (acked + 1) + " win 65535");
        }
        List<TcpEvent.BufferGrown> told = events(t, TcpEvent.BufferGrown.class);
        assertThat(told).extracting(TcpEvent.BufferGrown::receiving).contains(true, false);
        assertThat(told.getFirst().before()).isEqualTo(20_000);
        assertThat(told.getFirst().after()).isGreaterThan(20_000);
        assertThat(t.info().details().opening().receiveGrowths()).isPositive();
        assertThat(t.info().details().opening().sendGrowths()).isPositive();
        assertThat(t.info().details().text()).contains(" grew ");
    }

    @Test
    void theDeliveryRateOfStatusIsTheMeasuredOne() {
        Ladder t = Ladders.open();
        for (int i = 0; i < 5; i++) {
            t.write(2000);
            t.ignore();
            t.after(50);
            t.in(". 1:1(0) ack " + (2000 * (i + 1) + 1) + " win 65535");
        }
        TcpInfo info = t.info();
        assertThat(info.rates().deliveryRate()).isPositive();
        assertThat(info.details().deliveryRate()).isEqualTo(info.rates().deliveryRate());
        assertThat(KernelNames.value(info, "tcpi_delivery_rate"))
                .hasValue(info.rates().deliveryRate());
        assertThat(info.details().deliveryRateApplicationLimited())
                .isEqualTo(info.rates().applicationLimited());
    }
}
