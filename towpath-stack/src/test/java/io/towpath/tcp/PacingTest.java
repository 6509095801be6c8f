package io.towpath.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.congestion.CongestionTuning;
import org.junit.jupiter.api.Test;

/// Segments are spread over the round trip when told to, and the delivery rate is measured.
class PacingTest {
    private static Ladder paced() {
        var config =
                Ladders.plain().withCongestionTuning(CongestionTuning.defaults().withPacing(true));
        var t = new Ladder(config);
        t.listen();
        t.in("S 0:0(0) win 65535 <mss 1000>");
        t.out("S. 0:0(0) ack 1");
        t.after(100);
        t.in(". 1:1(0) ack 1 win 65535"); // a round trip of 100 ms
        t.accept();
        t.write(1000);
        t.out("P. 1:1001(1000) ack 1");
        t.after(100);
        t.in(". 1:1(0) ack 1001 win 65535");
        assertThat(t.info().rates().pacingRate()).isEqualTo(200_000); // twice ten segments in a tenth of a second
        return t;
    }

    @Test
    void twiceTheWindowLeavesInARoundTripOfSlowStart() {
        Ladder t = paced();
        t.write(20_000);
        assertThat(t.pendingSegments()).isEqualTo(2);
        t.after(10); // 200 bytes per millisecond
        assertThat(t.pendingSegments()).isEqualTo(4);
        t.after(30);
        assertThat(t.pendingSegments()).isEqualTo(10);
        t.after(20);
        assertThat(t.pendingSegments()).isEqualTo(10); // the window is full
    }

    @Test
    void whatIsNotHeldLeavesAtOnce() {
        Ladder t = paced();
        t.after(500);
        t.write(1000);
        t.out("P. 1001:2001(1000) ack 1");
        t.write(1000);
        t.out("P. 2001:3001(1000) ack 1");
        t.write(1000);
        t.nothing();
        // An acknowledgment does not wait behind data.
        t.in("P. 1:101(100) ack 1001 win 65535");
        t.in("P. 101:1101(1000) ack 1001 win 65535");
        t.after(40);
        assertThat(t.next().acknowledgment()).isNotZero();
    }

    @Test
    void withoutPacingTheWindowLeavesAtOnce() {
        Ladder t = Ladders.open();
        t.write(20_000);
        assertThat(t.pendingSegments()).isEqualTo(10);
        assertThat(t.info().rates().pacingRate()).isZero();
    }

    @Test
    void theDeliveryRateIsMeasured() {
        Ladder t = Ladders.open();
        t.write(10_000);
        t.ignore();
        t.after(100);
        t.in(". 1:1(0) ack 10001 win 65535");
        assertThat(t.info().rates().deliveryRate()).isEqualTo(100_000);
        assertThat(t.info().rates().applicationLimited())
                .as("before it, nothing was to be sent")
                .isTrue();
        t.write(1000);
        t.ignore();
        t.after(100);
        t.in(". 1:1(0) ack 11001 win 65535");
        assertThat(t.info().rates().deliveryRate())
                .as("held down by the application")
                .isEqualTo(100_000);
    }
}
