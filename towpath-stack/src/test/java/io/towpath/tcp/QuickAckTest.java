package io.towpath.tcp;

import io.towpath.tcp.config.ReceiveConfig;
import io.towpath.wire.testing.Rfc;
import org.junit.jupiter.api.Test;

/// Acknowledging more often than one must: RFC 9293 §3.8.6.3 asks for "at least every second full-sized segment".
class QuickAckTest {
    private static Ladder open(ReceiveConfig receive) {
        return Ladder.established(Ladders.plain().withReceive(receive), 65_535);
    }

    @Test
    @Rfc(value = 9293, section = "3.8.6.3")
    void theFirstSegmentsAreAcknowledgedAtOnce() {
        Ladder t = open(ReceiveConfig.defaults().withQuickAcks(2));
        t.in("P. 1:101(100) ack 1");
        t.out(". 1:1(0) ack 101");
        t.in("P. 101:201(100) ack 1");
        t.out(". 1:1(0) ack 201");
        t.in("P. 201:301(100) ack 1");
        t.nothing();
        t.after(40);
        t.out(". 1:1(0) ack 301");
    }

    @Test
    @Rfc(value = 9293, section = "3.8.6.3")
    void aUserWhoAnswersEndsTheHaste() {
        Ladder t = open(ReceiveConfig.defaults().withQuickAcks(16));
        t.in("P. 1:101(100) ack 1");
        t.out(". 1:1(0) ack 101");
        t.write(10);
        t.out("P. 1:11(10) ack 101");
        t.in("P. 101:201(100) ack 11");
        t.nothing();
        t.after(40);
        t.out(". 11:11(0) ack 201");
        // Nobody answered that one: the peer may be in bulk again.
        t.in("P. 201:301(100) ack 11");
        t.out(". 11:11(0) ack 301");
    }

    @Test
    @Rfc(value = 9293, section = "3.8.6.3")
    void aPeerThatBeginsAnewIsAcknowledgedAtOnceAgain() {
        Ladder t = open(ReceiveConfig.defaults().withQuickAcks(1));
        t.in("P. 1:101(100) ack 1");
        t.out(". 1:1(0) ack 101");
        t.in("P. 101:201(100) ack 1");
        t.nothing();
        t.after(40);
        t.out(". 1:1(0) ack 201");
        t.after(2000);
        t.in("P. 201:301(100) ack 1");
        t.out(". 1:1(0) ack 301");
    }

    @Test
    @Rfc(value = 9293, section = "3.8.6.3")
    void everySecondSegmentMayCountWhateverItsSize() {
        Ladder t = open(ReceiveConfig.defaults().withEverySecond(true));
        t.in("P. 1:3(2) ack 1");
        t.nothing();
        t.in("P. 3:5(2) ack 1");
        t.out(". 1:1(0) ack 5");
        t.in("P. 5:7(2) ack 1");
        t.nothing();
    }

    @Test
    @Rfc(value = 9293, section = "3.8.6.2.2")
    void aSlidingWindowMovesByLessThanASegmentWhileThereIsRoom() {
        Ladder t = Ladder.established(
                Ladders.plain()
                        .withReceiveBuffer(10_000)
                        .withReceive(ReceiveConfig.defaults().withSlidingWindow(true)),
                65_535);
        t.in("P. 1:101(100) ack 1");
        t.read(100);
        t.after(40);
        t.out(". 1:1(0) ack 101 win 10000");
        // With little room left the steps are whole segments.
        for (int at = 101; at < 8101; at += 1000) {
            t.in(". %d:%d(1000) ack 1".formatted(at, at + 1000));
        }
        t.ignore();
        t.in(". 8101:9001(900) ack 1");
        t.after(40);
        t.out(". 1:1(0) ack 9001 win 1100");
        t.read(100);
        t.in("P. 9001:9101(100) ack 1");
        t.after(40);
        t.out(". 1:1(0) ack 9101 win 1000");
    }
}
