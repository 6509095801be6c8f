package io.towpath.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.wire.testing.Rfc;
import org.junit.jupiter.api.Test;

/// The Nagle algorithm: RFC 9293 §3.7.4, RFC 1122 §4.2.3.4.
class NagleTest {
    @Test
    @Rfc(value = 9293, section = "3.7.4", requirement = "SHLD-7")
    void smallDataWaitsWhileSomethingIsUnacknowledged() {
        Ladder t = open(false);
        t.write(100);
        t.out("P. 1:101(100) ack 1");
        t.write(50);
        t.nothing();
        t.write(60);
        t.nothing();
        t.in(". 1:1(0) ack 101 win 65535");
        t.out("P. 101:211(110) ack 1");
    }

    @Test
    @Rfc(value = 9293, section = "3.7.4", requirement = "SHLD-7")
    void aFullSegmentDoesNotWait() {
        Ladder t = open(false);
        t.write(100);
        t.out("P. 1:101(100) ack 1");
        t.write(999);
        t.nothing();
        t.write(2);
        t.out(". 101:1101(1000) ack 1");
        t.nothing();
        t.in(". 1:1(0) ack 101 win 65535");
        t.nothing();
        t.in(". 1:1(0) ack 1101 win 65535");
        t.out("P. 1101:1102(1) ack 1");
    }

    @Test
    @Rfc(value = 9293, section = "3.7.4", requirement = "SHLD-7")
    void theTailBehindFullSegmentsWaitsForTheirAcknowledgment() {
        Ladder t = open(false);
        t.write(2500);
        t.out(". 1:1001(1000) ack 1");
        t.out(". 1001:2001(1000) ack 1");
        t.nothing();
        t.in(". 1:1(0) ack 2001 win 65535");
        t.out("P. 2001:2501(500) ack 1");
    }

    @Test
    @Rfc(value = 9293, section = "3.7.4", requirement = "MUST-17")
    void theUserCanTurnItOff() {
        Ladder t = open(true);
        t.write(100);
        t.out("P. 1:101(100) ack 1");
        t.write(50);
        t.out("P. 101:151(50) ack 1");
        t.write(1001);
        t.out(". 151:1151(1000) ack 1");
        t.out("P. 1151:1152(1) ack 1");
    }

    @Test
    void aCloseReleasesWhatWaits() {
        Ladder t = open(false);
        t.write(100);
        t.out("P. 1:101(100) ack 1");
        t.write(50);
        t.nothing();
        t.close();
        t.out("FP. 101:151(50) ack 1");
        assertThat(t.state()).isEqualTo(TcpState.FIN_WAIT_1);
    }

    private static Ladder open(boolean noDelay) {
        return Ladder.established(Ladders.plain().withNoDelay(noDelay), 65_535);
    }

    @Test
    void urgentDataDoesNotWait() {
        Ladder t = Ladder.established(
                TcpConfig.defaults().withTimestamps(false).withSack(false).withWindowScaling(false), 65_535);
        t.write(10);
        t.out("P. 1:11(10) ack 1");
        t.write(1);
        t.nothing();
        t.tcp.sendUrgent(t.now, t.connection());
        t.out("PU. 11:12(1) ack 1 urg 1");
    }
}
