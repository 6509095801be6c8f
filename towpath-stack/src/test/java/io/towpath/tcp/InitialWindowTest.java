package io.towpath.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.wire.testing.Rfc;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The initial congestion window: RFC 6928 §2, `min (10*MSS, max (2*MSS, 14600))`.
class InitialWindowTest {
    @ParameterizedTest
    @CsvSource({
        "536, 5360, 10",
        "1000, 10000, 10",
        "1460, 14600, 10",
        "5000, 14600, 2",
        "7300, 14600, 2",
        "8000, 16000, 2"
    })
    @Rfc(value = 6928, section = "2")
    void followsFromTheSegmentSize(int mss, int window, int segments) {
        var t = new Ladder(Ladders.plain());
        t.network.mtu = 9000;
        t.listen();
        t.in("S 0:0(0) win 65535 <mss %d>".formatted(mss));
        t.out("S. 0:0(0) ack 1");
        t.in(". 1:1(0) ack 1 win 65535");
        t.accept();
        assertThat(t.info().cwnd()).isEqualTo(window);
        t.write(60_000);
        assertThat(t.pendingSegments()).isEqualTo(segments);
        assertThat(t.info().inFlight()).isEqualTo((long) segments * mss);
    }

    @Test
    @Rfc(value = 5681, section = "3.1", requirement = "5681-3.1-2")
    void isOneSegmentAfterALostSyn() {
        var t = new Ladder(Ladders.plain());
        t.connect();
        t.out("S 0:0(0)");
        t.after(1000);
        t.out("S 0:0(0)");
        t.in("S. 0:0(0) ack 1 win 65535 <mss 1000>");
        t.out(". 1:1(0) ack 1");
        assertThat(t.info().cwnd()).isEqualTo(1000);
    }

    @Test
    @Rfc(value = 5681, section = "3.1", requirement = "5681-3.1-2")
    void isOneSegmentAfterALostSynAck() {
        var t = new Ladder(Ladders.plain());
        t.listen();
        t.in("S 0:0(0) win 65535 <mss 1000>");
        t.out("S. 0:0(0) ack 1");
        t.after(1000);
        t.out("S. 0:0(0) ack 1");
        t.in(". 1:1(0) ack 1 win 65535");
        t.accept();
        assertThat(t.info().cwnd()).isEqualTo(1000);
    }

    @Test
    @Rfc(value = 5681, section = "3.1", requirement = "5681-3.1-3")
    void doesNotGrowByTheAcknowledgmentOfTheSyn() {
        assertThat(Ladders.open().info().cwnd()).isEqualTo(10_000);
    }
}
