package io.towpath.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.wire.testing.Rfc;
import org.junit.jupiter.api.Test;

/// Moving data on an open connection: RFC 9293 §3.8.
class DataTransferTest {
    @Test
    void dataIsCutIntoSegmentsAndAcknowledged() {
        var t = Ladder.established();
        t.write(2500);
        t.out(". 1:1001(1000) ack 1");
        t.out(". 1001:2001(1000) ack 1");
        t.out("P. 2001:2501(500) ack 1");
        t.in(". 1:1(0) ack 2501 win 65535");
        t.nothing();
        assertThat(t.info().sendQueued()).isZero();
    }

    @Test
    @Rfc(value = 9293, section = "3.8.6.3")
    void everySecondFullSegmentIsAcknowledged() {
        var t = Ladder.established();
        t.in(". 1:1001(1000) ack 1");
        t.nothing();
        t.in(". 1001:2001(1000) ack 1");
        t.out(". 1:1(0) ack 2001");
        t.in("P. 2001:2101(100) ack 1");
        t.nothing();
        t.after(40);
        t.out(". 1:1(0) ack 2101");
        t.read(2100);
    }

    @Test
    void holesAreFilledAndFinBeyondAHoleIsNotLost() {
        var t = Ladder.established();
        t.in("F. 2001:2501(500) ack 1");
        t.out(". 1:1(0) ack 1");
        t.in(". 1:1001(1000) ack 1");
        t.out(". 1:1(0) ack 1001");
        t.in(". 1001:2001(1000) ack 1");
        t.out(". 1:1(0) ack 2502");
        assertThat(t.state()).isEqualTo(TcpState.CLOSE_WAIT);
        t.read(2500);
        assertThat(t.connection().endOfStream()).isTrue();
    }

    @Test
    @Rfc(value = 9293, section = "3.6")
    void normalCloseRunsThroughTimeWait() {
        var t = Ladder.established();
        t.close();
        t.out("F. 1:1(0) ack 1");
        assertThat(t.state()).isEqualTo(TcpState.FIN_WAIT_1);
        t.in(". 1:1(0) ack 2");
        assertThat(t.state()).isEqualTo(TcpState.FIN_WAIT_2);
        t.in("F. 1:1(0) ack 2");
        t.out(". 2:2(0) ack 2");
        assertThat(t.state()).isEqualTo(TcpState.TIME_WAIT);
        assertThat(t.tcp.timeWaitCount()).isEqualTo(1);
        t.after(60_000);
        assertThat(t.tcp.rowCount()).isZero();
    }

    @Test
    @Rfc(value = 5681, section = "3.2")
    void threeDuplicateAcknowledgmentsBringAFastRetransmit() {
        var t = Ladder.established();
        t.write(5000);
        t.ignore();
        for (int i = 0; i < 2; i++) {
            t.in(". 1:1(0) ack 1 win 65535");
            t.nothing();
        }
        t.in(". 1:1(0) ack 1 win 65535");
        t.out(". 1:1001(1000) ack 1");
        t.nothing();
        t.in(". 1:1(0) ack 5001 win 65535");
        assertThat(t.info().inRecovery()).isFalse();
    }

    @Test
    @Rfc(value = 6298, section = "5.4", requirement = "6298-5.4")
    void timeoutSendsTheEarliestSegmentAgainAndBacksOff() {
        var t = Ladder.established();
        t.write(3000);
        t.ignore();
        t.after(999);
        t.nothing();
        t.after(1);
        t.out(". 1:1001(1000) ack 1");
        t.nothing();
        t.after(1999);
        t.nothing();
        t.after(1);
        t.out(". 1:1001(1000) ack 1");
        t.in(". 1:1(0) ack 1001 win 65535");
        t.out(". 1001:2001(1000) ack 1");
        t.out("P. 2001:3001(1000) ack 1");
    }

    @Test
    @Rfc(value = 9293, section = "3.8.6.1", requirement = "MUST-36")
    void zeroWindowIsProbedWithOneOctetUntilItOpens() {
        var t = Ladder.established();
        t.write(1000);
        t.out("P. 1:1001(1000) ack 1");
        t.in(". 1:1(0) ack 1001 win 0");
        t.write(500);
        t.nothing();
        t.after(1000);
        t.out("P. 1001:1002(1) ack 1");
        t.in(". 1:1(0) ack 1001 win 0");
        t.after(1999);
        t.nothing();
        t.after(1);
        t.out("P. 1001:1002(1) ack 1");
        t.in(". 1:1(0) ack 1001 win 2000");
        t.out(". 1001:1002(1) ack 1");
        t.out("P. 1002:1501(499) ack 1");
    }
}
