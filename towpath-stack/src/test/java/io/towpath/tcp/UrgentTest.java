package io.towpath.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.core.Signals;
import io.towpath.wire.testing.Rfc;
import org.junit.jupiter.api.Test;

/// The urgent mechanism: RFC 9293 §3.8.5, and the URG bit, sixth step of §3.10.7.4.
class UrgentTest {
    private static boolean told(Ladder t) {
        return (t.signals() & Signals.URGENT) != 0;
    }

    @Test
    @Rfc(value = 9293, section = "3.8.5", requirement = "MUST-30")
    @Rfc(value = 9293, section = "3.8.5", requirement = "MUST-62")
    void pointerNamesTheOctetAfterTheUrgentData() {
        Ladder t = Ladder.established();
        t.write(100);
        t.tcp.sendUrgent(t.now, t.connection());
        t.out("PU. 1:101(100) ack 1 urg 100");
        t.write(50);
        t.out("P. 101:151(50) ack 1"); // no longer
    }

    @Test
    @Rfc(value = 9293, section = "3.8.5", requirement = "MUST-62")
    void everySegmentBeforeTheEndOfUrgentDataPointsToIt() {
        Ladder t = Ladder.established();
        t.write(2500);
        t.tcp.sendUrgent(t.now, t.connection());
        t.write(500);
        t.out("U. 1:1001(1000) ack 1 urg 2500");
        t.out("U. 1001:2001(1000) ack 1 urg 1500");
        t.out("PU. 2001:3001(1000) ack 1 urg 500");
        t.after(1000);
        t.out("U. 1:1001(1000) ack 1 urg 2500"); // a retransmission as well
    }

    @Test
    @Rfc(value = 9293, section = "3.8.5", requirement = "MUST-31")
    void urgentDataMayBeLongerThanThePointer() {
        Ladder t = Ladder.established(
                TcpConfig.defaults()
                        .withTimestamps(false)
                        .withSack(false)
                        .withInitialWindowSegments(200)
                        .withNoDelay(true),
                65_535);
        t.write(100_000);
        t.tcp.sendUrgent(t.now, t.connection());
        t.out("U. 1:1001(1000) ack 1 urg 65535");
        t.ignore();
        t.in(". 1:1(0) ack 40001 win 65535");
        t.ignore();
        t.in(". 1:1(0) ack 65001 win 65535");
        t.ignore();
        t.in(". 1:1(0) ack 90001 win 65535");
        t.ignore();
        t.close();
        t.after(1000);
        t.out("U. 90001:91001(1000) ack 1 urg 10000");
    }

    @Test
    @Rfc(value = 9293, section = "3.8.5", requirement = "MUST-31")
    void urgentDataOfAnyLengthIsReceived() {
        Ladder t = Ladder.established();
        t.in("U. 1:1001(1000) ack 1 urg 65535");
        assertThat(t.connection().urgentBytes()).isEqualTo(65_535);
        t.read(1000);
        t.in("U. 1001:2001(1000) ack 1 urg 65535");
        assertThat(t.connection().urgentBytes()).isEqualTo(65_535);
        t.read(1000);
        t.in("U. 2001:3001(1000) ack 1 urg 200");
        assertThat(t.connection().urgentBytes()).isEqualTo(64_535); // RCV.UP <- max(RCV.UP, SEG.UP)
    }

    @Test
    @Rfc(value = 9293, section = "3.8.5", requirement = "MUST-30")
    @Rfc(value = 9293, section = "3.8.5", requirement = "MUST-32")
    void userHearsOfUrgentDataBeforeItIsThere() {
        Ladder t = Ladder.established();
        t.signals();
        t.in("U. 1:1(0) ack 1 urg 500");
        assertThat(told(t)).isTrue();
        assertThat(t.connection().receiveRing().readable()).isZero();
        assertThat(t.connection().urgentBytes()).isEqualTo(500);
    }

    @Test
    @Rfc(value = 9293, section = "3.8.5", requirement = "MUST-32")
    void userHearsAgainWhenThePointerAdvancesAndOnlyThen() {
        Ladder t = Ladder.established();
        t.in("U. 1:101(100) ack 1 urg 150");
        assertThat(told(t)).isTrue();
        t.in("U. 101:111(10) ack 1 urg 50"); // the same place
        assertThat(told(t)).isFalse();
        t.in("U. 111:121(10) ack 1 urg 20"); // back: 131
        assertThat(told(t)).isFalse();
        t.in("U. 121:131(10) ack 1 urg 31"); // 152
        assertThat(told(t)).isTrue();
        t.in("P. 131:141(10) ack 1");
        assertThat(told(t)).isFalse();
    }

    @Test
    @Rfc(value = 9293, section = "3.8.5", requirement = "MUST-32")
    void pointerBesideTheBitMeansNothing() {
        Ladder t = Ladder.established();
        t.signals();
        t.in("P. 1:101(100) ack 1 urg 50");
        assertThat(told(t)).isFalse();
        assertThat(t.connection().urgentBytes()).isZero();
    }

    @Test
    @Rfc(value = 9293, section = "3.8.5", requirement = "MUST-33")
    void userCanAskHowMuchUrgentDataIsLeft() {
        Ladder t = Ladder.established();
        t.in("PU. 1:101(100) ack 1 urg 60");
        assertThat(t.connection().urgentBytes()).isEqualTo(60);
        t.read(20);
        assertThat(t.connection().urgentBytes()).isEqualTo(40);
        t.read(40);
        assertThat(t.connection().urgentBytes()).isZero();
        t.read(40);
        assertThat(t.connection().urgentBytes()).isZero();
    }

    @Test
    @Rfc(value = 9293, section = "3.10.7.4")
    void urgentBitAfterThePeersFinIsIgnored() {
        for (TcpState state : new TcpState[] {TcpState.CLOSE_WAIT, TcpState.CLOSING, TcpState.LAST_ACK}) {
            Ladder t = States.in(state);
            t.in("U. 2:2(0) ack 1 urg 50");
            assertThat(told(t)).isFalse();
            assertThat(t.connection().urgentBytes()).isZero();
        }
    }
}
