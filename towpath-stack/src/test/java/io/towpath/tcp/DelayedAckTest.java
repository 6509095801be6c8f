package io.towpath.tcp;

import io.towpath.core.Time;
import io.towpath.wire.testing.Rfc;
import org.junit.jupiter.api.Test;

/// When to acknowledge: RFC 9293 §3.8.6.3, RFC 5681 §4.2.
class DelayedAckTest {
    @Test
    @Rfc(value = 9293, section = "3.8.6.3", requirement = "SHLD-18")
    @Rfc(value = 9293, section = "3.8.6.3", requirement = "MUST-40")
    void aSingleSegmentIsAcknowledgedAfterTheDelay() {
        Ladder t = Ladders.open();
        t.in("P. 1:101(100) ack 1");
        t.after(39);
        t.nothing();
        t.after(1);
        t.out(". 1:1(0) ack 101");
    }

    @Test
    @Rfc(value = 9293, section = "3.8.6.3", requirement = "MUST-40")
    void theDelayCountsFromTheFirstSegmentThatWaits() {
        Ladder t = Ladders.open();
        t.in("P. 1:101(100) ack 1");
        t.after(30);
        t.in("P. 101:201(100) ack 1");
        t.nothing();
        t.after(10);
        t.out(". 1:1(0) ack 201");
    }

    @Test
    @Rfc(value = 9293, section = "3.8.6.3", requirement = "SHLD-19")
    @Rfc(value = 5681, section = "4.2", requirement = "5681-4.2-1")
    void everySecondFullSegmentIsAcknowledgedAtOnce() {
        Ladder t = Ladders.open();
        for (int i = 0; i < 6; i += 2) {
            t.in(". %d:%d(1000) ack 1".formatted(i * 1000 + 1, i * 1000 + 1001));
            t.nothing();
            t.in(". %d:%d(1000) ack 1".formatted(i * 1000 + 1001, i * 1000 + 2001));
            t.out(". 1:1(0) ack %d".formatted(i * 1000 + 2001));
        }
    }

    @Test
    @Rfc(value = 9293, section = "3.8.6.3")
    void dataTakesTheAcknowledgmentAlong() {
        Ladder t = Ladders.open();
        t.in("P. 1:101(100) ack 1");
        t.nothing();
        t.write(10);
        t.out("P. 1:11(10) ack 101");
        t.after(100);
        t.nothing();
    }

    @Test
    @Rfc(value = 5681, section = "4.2", requirement = "5681-4.2-2")
    void whatIsOutOfOrderIsAcknowledgedAtOnce() {
        Ladder t = Ladders.open();
        t.in("P. 101:201(100) ack 1");
        t.out(". 1:1(0) ack 1");
        t.in("P. 201:301(100) ack 1");
        t.out(". 1:1(0) ack 1");
    }

    @Test
    @Rfc(value = 5681, section = "4.2", requirement = "5681-4.2-3")
    void whatFillsAHoleOrAPartOfItIsAcknowledgedAtOnce() {
        Ladder t = Ladders.open();
        t.in("P. 201:301(100) ack 1");
        t.out(". 1:1(0) ack 1");
        t.in("P. 1:101(100) ack 1");
        t.out(". 1:1(0) ack 101");
        t.in("P. 101:201(100) ack 1");
        t.out(". 1:1(0) ack 301");
    }

    @Test
    void aDuplicateIsAcknowledgedAtOnce() {
        Ladder t = Ladders.open();
        t.in("P. 1:101(100) ack 1");
        t.in("P. 1:101(100) ack 1");
        t.out(". 1:1(0) ack 101");
        t.after(100);
        t.nothing();
    }

    @Test
    void aFinIsAcknowledgedAtOnce() {
        Ladder t = Ladders.open();
        t.in("FP. 1:101(100) ack 1");
        t.out(". 1:1(0) ack 102");
    }

    @Test
    void aDelayOfNothingAcknowledgesEverySegment() {
        Ladder t = Ladder.established(Ladders.plain().withDelayedAckNanos(0), 65_535);
        t.in("P. 1:101(100) ack 1");
        t.out(". 1:1(0) ack 101");
    }

    @Test
    void theDelayIsAsConfigured() {
        Ladder t = Ladder.established(Ladders.plain().withDelayedAckNanos(200 * Time.MILLISECOND), 65_535);
        t.in("P. 1:101(100) ack 1");
        t.after(199);
        t.nothing();
        t.after(1);
        t.out(". 1:1(0) ack 101");
    }

    @Test
    void pureAcknowledgmentsAreNotAcknowledged() {
        Ladder t = Ladders.open();
        t.in(". 1:1(0) ack 1");
        t.after(1000);
        t.nothing();
    }
}
