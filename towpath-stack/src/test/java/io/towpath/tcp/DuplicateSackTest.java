package io.towpath.tcp;

import io.towpath.tcp.config.ReceiveConfig;
import io.towpath.wire.testing.Rfc;
import org.junit.jupiter.api.Test;

/// What came twice is reported: RFC 2883 §4.
class DuplicateSackTest {
    @Test
    @Rfc(value = 2883, section = "4")
    void aSegmentBelowTheWindowIsReported() {
        Ladder t = Ladders.withSack();
        t.in(". 1:1001(1000) ack 1");
        t.in(". 1001:2001(1000) ack 1");
        t.out(". 1:1(0) ack 2001 <>");
        t.in(". 1:1001(1000) ack 1");
        t.out(". 1:1(0) ack 2001 <nop,nop,sack 1:1001>");
    }

    @Test
    @Rfc(value = 2883, section = "4")
    void whatLiesBeforeThePeersSynNeverCameAndIsNotReported() {
        Ladder t = Ladders.withSack();
        t.in(". 1:1001(1000) ack 1");
        t.in(". 1001:2001(1000) ack 1");
        t.out(". 1:1(0) ack 2001 <>");
        t.in(". 4000000000:4000001000(1000) ack 1"); // an earlier incarnation's
        t.out(". 1:1(0) ack 2001 <>");
    }

    @Test
    @Rfc(value = 2883, section = "4")
    void aDuplicateIsReportedOnce() {
        Ladder t = Ladders.withSack();
        t.in(". 1001:2001(1000) ack 1");
        t.ignore();
        t.in(". 1001:2001(1000) ack 1");
        t.out(". 1:1(0) ack 1 <nop,nop,sack 1001:2001 1001:2001>");
        t.in(". 3001:4001(1000) ack 1");
        t.out(". 1:1(0) ack 1 <nop,nop,sack 3001:4001 1001:2001>");
    }

    @Test
    @Rfc(value = 2883, section = "4")
    void aPartOfASegmentIsReportedAlone() {
        Ladder t = Ladders.withSack();
        t.in(". 1:501(500) ack 1");
        t.ignore();
        t.in(". 1:1001(1000) ack 1");
        t.in(". 2001:3001(1000) ack 1");
        t.ignore();
        // The first 400 octets are old, the rest is new and beyond the hole.
        t.in(". 2501:3501(1000) ack 1");
        t.out(". 1:1(0) ack 1001 <nop,nop,sack 2501:3001 2001:3501>");
    }

    @Test
    @Rfc(value = 2883, section = "4")
    void ofSeveralDuplicatePartsTheFirstIsReported() {
        Ladder t = Ladders.withSack();
        t.in(". 1001:2001(1000) ack 1");
        t.in(". 3001:4001(1000) ack 1");
        t.ignore();
        t.in(". 1:4001(4000) ack 1");
        t.out(". 1:1(0) ack 4001 <nop,nop,sack 1001:2001>");
    }

    @Test
    @Rfc(value = 2883, section = "4")
    void theReportStandsInFrontOfThreeOtherBlocks() {
        Ladder t = Ladders.withSack();
        for (int at = 1001; at < 9000; at += 2000) {
            t.in(". %d:%d(1000) ack 1".formatted(at, at + 1000));
        }
        t.ignore();
        t.in(". 1001:2001(1000) ack 1");
        t.out(". 1:1(0) ack 1 <nop,nop,sack 1001:2001 1001:2001 7001:8001 5001:6001>");
    }

    @Test
    @Rfc(value = 2883, section = "4")
    void nothingIsReportedWhenItIsTurnedOff() {
        ReceiveConfig silent = ReceiveConfig.defaults().withDuplicateSack(false);
        Ladder t = Ladders.withSack(Ladders.plain().withReceive(silent));
        t.in(". 1:1001(1000) ack 1");
        t.in(". 1:1001(1000) ack 1");
        t.out(". 1:1(0) ack 1001 <>");
    }
}
