package io.towpath.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.core.Drop;
import io.towpath.wire.testing.Rfc;
import org.junit.jupiter.api.Test;

/// What the data receiver reports: RFC 2018 §4.
class SackReceiverTest {
    @Test
    @Rfc(value = 2018, section = "2")
    void sackIsPermittedOnlyInAnswerToAnOffer() {
        var t = new Ladder(Ladders.plain().withSack(true));
        t.listen();
        t.in("S 0:0(0) win 65535 <mss 1000>");
        t.out("S. 0:0(0) ack 1 <mss 1460>");
        t.in(". 1:1(0) ack 1 win 65535");
        t.accept();
        t.in(". 1001:2001(1000) ack 1");
        t.out(". 1:1(0) ack 1 <>");
    }

    @Test
    @Rfc(value = 2018, section = "2")
    void sackIsNotPermittedWhenItIsTurnedOff() {
        var t = new Ladder(Ladders.plain());
        t.listen();
        t.in("S 0:0(0) win 65535 <mss 1000,nop,nop,sackOK>");
        t.out("S. 0:0(0) ack 1 <mss 1460>");
    }

    @Test
    @Rfc(value = 2018, section = "4")
    void theFirstBlockHoldsTheSegmentThatTriggeredTheAck() {
        Ladder t = Ladders.withSack();
        t.in(". 1001:2001(1000) ack 1");
        t.out(". 1:1(0) ack 1 <nop,nop,sack 1001:2001>");
        t.in(". 3001:4001(1000) ack 1");
        t.out(". 1:1(0) ack 1 <nop,nop,sack 3001:4001 1001:2001>");
        // It extends the older block, which is now the newest.
        t.in(". 2001:2501(500) ack 1");
        t.out(". 1:1(0) ack 1 <nop,nop,sack 1001:2501 3001:4001>");
    }

    @Test
    @Rfc(value = 2018, section = "4")
    void aDuplicateBeyondAHoleBringsItsBlockToTheFront() {
        Ladder t = Ladders.withSack();
        t.in(". 1001:2001(1000) ack 1");
        t.in(". 3001:4001(1000) ack 1");
        t.ignore();
        t.in(". 1001:2001(1000) ack 1");
        // The first block is the duplicate itself (RFC 2883).
        t.out(". 1:1(0) ack 1 <nop,nop,sack 1001:2001 1001:2001 3001:4001>");
    }

    @Test
    @Rfc(value = 2018, section = "4")
    void theOtherBlocksAreThoseReportedMostRecently() {
        Ladder t = Ladders.withSack();
        t.in(". 1001:2001(1000) ack 1");
        t.in(". 3001:4001(1000) ack 1");
        t.in(". 5001:6001(1000) ack 1");
        t.ignore();
        // A block that grows segment by segment does not push the others out of memory.
        for (int from = 7001; from < 12_001; from += 1000) {
            t.in(". %d:%d(1000) ack 1".formatted(from, from + 1000));
            t.out(". 1:1(0) ack 1 <nop,nop,sack 7001:%d 5001:6001 3001:4001 1001:2001>".formatted(from + 1000));
        }
    }

    @Test
    @Rfc(value = 2018, section = "4")
    void atMostFourBlocksFit() {
        Ladder t = Ladders.withSack();
        for (int from = 1001; from < 11_001; from += 2000) {
            t.in(". %d:%d(1000) ack 1".formatted(from, from + 1000));
        }
        t.ignore();
        t.in(". 11001:12001(1000) ack 1");
        t.out(". 1:1(0) ack 1 <nop,nop,sack 11001:12001 9001:10001 7001:8001 5001:6001>");
    }

    @Test
    @Rfc(value = 2018, section = "3")
    void atMostThreeBlocksFitBesideTimestamps() {
        var t = new Ladder(Ladders.plain().withSack(true).withTimestamps(true));
        t.listen();
        t.in("S 0:0(0) win 65535 <mss 1000,sackOK,TS val 100 ecr 0>");
        t.out("S. 0:0(0) ack 1 <mss 1460,sackOK,TS val * ecr 100>");
        t.in(". 1:1(0) ack 1 <nop,nop,TS val 101 ecr *>");
        t.accept();
        for (int from = 1001; from < 9001; from += 2000) {
            t.in(". %d:%d(500) ack 1 <nop,nop,TS val 102 ecr *>".formatted(from, from + 500));
        }
        t.ignore();
        t.in(". 9001:9501(500) ack 1 <nop,nop,TS val 102 ecr *>");
        t.out(". 1:1(0) ack 1 <nop,nop,TS val * ecr 101,nop,nop,sack 9001:9501 7001:7501 5001:5501>");
    }

    @Test
    @Rfc(value = 2018, section = "4")
    void aFilledBlockIsReportedNoMore() {
        Ladder t = Ladders.withSack();
        t.in(". 1001:2001(1000) ack 1");
        t.in(". 3001:4001(1000) ack 1");
        t.ignore();
        t.in(". 1:1001(1000) ack 1");
        t.out(". 1:1(0) ack 2001 <nop,nop,sack 3001:4001>");
        t.in(". 2001:3001(1000) ack 1");
        t.out(". 1:1(0) ack 4001 <>");
        t.read(4000);
    }

    @Test
    @Rfc(value = 2018, section = "4")
    void blocksRideOnDataThatLeavesThemRoom() {
        Ladder t = Ladders.withSack();
        t.in(". 1001:2001(1000) ack 1");
        t.ignore();
        t.write(1500);
        // 1000 less NOP, NOP and an option of one block.
        t.out(". 1:989(988) ack 1 <nop,nop,sack 1001:2001>");
        t.out("P. 989:1501(512) ack 1 <nop,nop,sack 1001:2001>");
    }

    @Test
    @Rfc(value = 2018, section = "4")
    void aFinBeyondAHoleIsPartOfItsBlock() {
        Ladder t = Ladders.withSack();
        t.in("F. 1001:2001(1000) ack 1");
        t.out(". 1:1(0) ack 1 <nop,nop,sack 1001:2002>");
        t.in(". 1:1001(1000) ack 1");
        t.out(". 1:1(0) ack 2002 <>");
        assertThat(t.state()).isEqualTo(TcpState.CLOSE_WAIT);
        t.read(2000);
    }

    @Test
    void holesBeyondTheBoundAreRefusedByNameAndTheConnectionLives() {
        Ladder t = Ladders.withSack();
        for (int i = 0; i < 300; i++) {
            int from = 101 + i * 200;
            t.in(". %d:%d(100) ack 1".formatted(from, from + 100));
        }
        t.ignore();
        assertThat(t.dropped(Drop.TCP_RECEIVE_LIMIT)).isEqualTo(44);
        t.in(". 1:101(100) ack 1");
        t.out(". 1:1(0) ack 201");
        t.read(200);
    }
}
