package io.towpath.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.wire.testing.Rfc;
import org.junit.jupiter.api.Test;

/// No silly windows on either side: RFC 9293 §3.8.6.2.
class SillyWindowTest {
    @Test
    @Rfc(value = 9293, section = "3.8.6.2.1", requirement = "MUST-38")
    void theSenderLeavesASmallWindowAloneUntilTheOverrideTimeout() {
        Ladder t = Ladder.established(Ladders.plain(), 4000);
        t.write(9000);
        t.ignore();
        t.in(". 1:1(0) ack 4001 win 300");
        t.nothing();
        t.after(199);
        t.nothing();
        t.after(1);
        t.out(". 4001:4301(300) ack 1");
        t.nothing();
    }

    @Test
    @Rfc(value = 9293, section = "3.8.6.2.1", requirement = "MUST-38")
    void theSenderUsesAWindowOfHalfTheLargestEverOffered() {
        Ladder t = Ladder.established(Ladders.plain(), 900);
        t.write(5000);
        t.out(". 1:901(900) ack 1");
        t.in(". 1:1(0) ack 901 win 449");
        t.nothing();
        t.in(". 1:1(0) ack 901 win 450");
        t.out(". 901:1351(450) ack 1");
    }

    @Test
    @Rfc(value = 9293, section = "3.8.6.2.1", requirement = "MUST-38")
    void theSenderSendsAllThereIsWhenItFitsTheWindow() {
        Ladder t = Ladder.established(Ladders.plain(), 4000);
        t.write(4100);
        t.ignore();
        t.in(". 1:1(0) ack 4001 win 100");
        t.out("P. 4001:4101(100) ack 1");
    }

    @Test
    @Rfc(value = 9293, section = "3.8.6.2.1", requirement = "MUST-38")
    void theSenderUsesFullSegmentsOfAWindowAndLeavesTheRest() {
        Ladder t = Ladder.established(Ladders.plain().withNoDelay(false), 8000);
        t.write(20_000);
        t.ignore();
        t.in(". 1:1(0) ack 8001 win 2500");
        t.out(". 8001:9001(1000) ack 1");
        t.out(". 9001:10001(1000) ack 1");
        t.nothing();
    }

    @Test
    @Rfc(value = 9293, section = "3.8.6.2.2", requirement = "MUST-39")
    void theReceiverDoesNotMoveTheRightEdgeByLessThanASegment() {
        Ladder t = filled();
        t.read(999);
        t.nothing();
        t.in(". 4001:4002(1) ack 1");
        t.out(". 1:1(0) ack 4001 win 0");
        t.read(1);
        t.out(". 1:1(0) ack 4001 win 1000");
    }

    @Test
    @Rfc(value = 9293, section = "3.8.6.2.2", requirement = "MUST-39")
    void theReceiverDoesNotMoveTheRightEdgeByLessThanHalfASmallBuffer() {
        Ladder t = Ladder.established(Ladders.plain().withReceiveBuffer(1000), 65_535);
        t.in(". 1:1001(1000) ack 1");
        t.after(40);
        t.out(". 1:1(0) ack 1001 win 0");
        t.read(499);
        t.nothing();
        t.read(1);
        t.out(". 1:1(0) ack 1001 win 500");
    }

    @Test
    @Rfc(value = 9293, section = "3.8.6.2.2", requirement = "MUST-39")
    void theOfferedWindowShrinksByWhatCameAndNothingElse() {
        Ladder t = Ladder.established(Ladders.plain().withReceiveBuffer(4000), 65_535);
        t.in("P. 1:1001(1000) ack 1");
        t.after(40);
        t.out(". 1:1(0) ack 1001 win 3000");
        t.read(700);
        t.nothing();
        t.in("P. 1001:1301(300) ack 1");
        t.after(40);
        t.out(". 1:1(0) ack 1301 win 2700");
        t.read(300);
        t.in("P. 1301:1302(1) ack 1");
        t.after(40);
        // By now a whole segment was taken: the edge moves as far as it can.
        t.out(". 1:1(0) ack 1302 win 3699");
        t.read(301);
    }

    @Test
    @Rfc(value = 9293, section = "3.8.6", requirement = "SHLD-14")
    void theRightEdgeNeverMovesBack() {
        Ladder t = Ladder.established(Ladders.plain().withReceiveBuffer(4000), 65_535);
        t.connection().receiveRing().capacityMax(1000);
        t.in(". 1:1001(1000) ack 1");
        t.in(". 1001:2001(1000) ack 1");
        t.out(". 1:1(0) ack 2001 win 2000");
        assertThat(t.info().rcvWnd()).isEqualTo(2000);
    }

    private static Ladder filled() {
        Ladder t = Ladder.established(Ladders.plain().withReceiveBuffer(4000), 65_535);
        for (int from = 1; from < 4001; from += 1000) {
            t.in(". %d:%d(1000) ack 1".formatted(from, from + 1000));
        }
        t.out(". 1:1(0) ack 2001 win 2000");
        t.out(". 1:1(0) ack 4001 win 0");
        return t;
    }
}
