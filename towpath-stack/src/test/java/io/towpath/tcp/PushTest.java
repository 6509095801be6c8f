package io.towpath.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.wire.testing.Rfc;
import org.junit.jupiter.api.Test;

/// PSH and the forming of segments: RFC 9293 §3.9.1.2 and §3.9.1.3; one ACK for many segments: §3.10.7.4.
class PushTest {
    private static Ladder nagle() {
        return Ladder.established(
                TcpConfig.defaults().withTimestamps(false).withSack(false).withWindowScaling(false), 65_535);
    }

    @Test
    @Rfc(value = 9293, section = "3.9.1.2", requirement = "MUST-60")
    void dataIsNotHeldForEver() {
        Ladder t = nagle();
        t.write(10);
        t.out("P. 1:11(10) ack 1"); // at once, when nothing is under way
        t.write(10);
        t.nothing();
        t.in(". 1:1(0) ack 11");
        t.out("P. 11:21(10) ack 1");
        // …and also when the window holds back less than a segment.
        t.in(". 1:1(0) ack 21 win 5");
        t.write(10);
        t.nothing();
        t.after(200);
        t.out(". 21:26(5) ack 1");
    }

    @Test
    @Rfc(value = 9293, section = "3.9.1.2", requirement = "MUST-61")
    void theLastSegmentOfTheQueueIsPushedAndNoOther() {
        Ladder t = Ladder.established();
        t.write(3500);
        t.out(". 1:1001(1000) ack 1");
        t.out(". 1001:2001(1000) ack 1");
        t.out(". 2001:3001(1000) ack 1");
        t.out("P. 3001:3501(500) ack 1");
        t.write(1000);
        t.out("P. 3501:4501(1000) ack 1");
        t.after(1000);
        t.out(". 1:1001(1000) ack 1");
    }

    @Test
    @Rfc(value = 9293, section = "3.9.1.2", requirement = "SHLD-27")
    @Rfc(value = 9293, section = "3.9.1.2", requirement = "SHLD-28")
    @Rfc(value = 9293, section = "3.9.1.2", requirement = "MAY-16")
    void successiveWritesCollapseIntoSegmentsOfFullSize() {
        Ladder t = nagle();
        t.write(10);
        t.out("P. 1:11(10) ack 1");
        for (int i = 0; i < 25; i++) {
            t.write(100);
        }
        t.out(". 11:1011(1000) ack 1");
        t.out(". 1011:2011(1000) ack 1");
        t.nothing();
        t.in(". 1:1(0) ack 2011");
        t.out("P. 2011:2511(500) ack 1");
        t.nothing();
    }

    @Test
    @Rfc(value = 9293, section = "3.9.1.3")
    void receivedDataReachesTheUserWithOrWithoutAPush() {
        Ladder t = Ladder.established();
        t.in(". 1:11(10) ack 1");
        t.read(10);
        t.in("P. 11:21(10) ack 1");
        t.read(10);
    }

    @Test
    @Rfc(value = 9293, section = "3.10.7.4", requirement = "MUST-58")
    @Rfc(value = 9293, section = "3.10.7.4", requirement = "MUST-59")
    void oneAckAnswersAllSegmentsThatCameTogether() {
        Ladder t = Ladder.established();
        t.together(
                ". 1:1001(1000) ack 1",
                ". 1001:2001(1000) ack 1",
                ". 2001:3001(1000) ack 1",
                ". 3001:4001(1000) ack 1",
                "P. 4001:5001(1000) ack 1");
        t.out(". 1:1(0) ack 5001");
        t.nothing();
        t.together(". 6001:7001(1000) ack 1", ". 5001:6001(1000) ack 1", "FP. 7001:8001(1000) ack 1");
        t.out(". 1:1(0) ack 8002");
        t.nothing();
        assertThat(t.state()).isEqualTo(TcpState.CLOSE_WAIT);
    }

    @Test
    @Rfc(value = 9293, section = "3.10.7.4", requirement = "MUST-58")
    void dataCarriesTheAck() {
        Ladder t = Ladder.established();
        t.in("P. 1:101(100) ack 1");
        t.write(10);
        t.out("P. 1:11(10) ack 101");
        t.after(500);
        t.nothing();
    }

    @Test
    @Rfc(value = 9293, section = "3.9.1.2", requirement = "MUST-61")
    void everySecondSegmentOfABurstMayBePushedToo() {
        Ladder t = Ladder.established(Ladders.plain().withPushPairs(true).withInitialWindowSegments(5), 65_535);
        t.write(10_000);
        t.out(". 1:1001(1000) ack 1");
        t.out("P. 1001:2001(1000) ack 1");
        t.out(". 2001:3001(1000) ack 1");
        t.out("P. 3001:4001(1000) ack 1");
        t.out(". 4001:5001(1000) ack 1");
        // One segment alone is no pair.
        t.in(". 1:1(0) ack 1001 win 5000");
        t.out(". 5001:6001(1000) ack 1");
    }
}
