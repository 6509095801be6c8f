package io.towpath.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.core.Counter;
import io.towpath.core.Offloads;
import org.junit.jupiter.api.Test;

/// Packets that stand for several wire segments, which the link cuts or has joined: what the peer sees and what the
/// connection counts is as if each had come alone.
class SuperSegmentTest {
    @Test
    void textLeavesAsOnePacketOfFullSegments() {
        Ladder t = open(65_535);
        t.write(3000);
        t.out("P. 1:3001(3000) ack 1");
        t.nothing();
        assertThat(t.segmentSizes.getLast()).isEqualTo(1000);
        assertThat(t.info().inFlight()).isEqualTo(3000);
        assertThat(t.connection().flight.size()).isEqualTo(3);
        assertThat(t.info().segmentsOut()).isEqualTo(3);
    }

    @Test
    void aPacketTakesAThirdOfTheCongestionWindowAtMostSoThatItsLossIsSeen() {
        Ladder t = open(65_535);
        t.write(10_000);
        t.out(". 1:3001(3000) ack 1");
        t.out(". 3001:6001(3000) ack 1");
        t.out(". 6001:9001(3000) ack 1");
        t.out("P. 9001:10001(1000) ack 1");
        t.nothing();
        assertThat(t.info().inFlight()).isEqualTo(10_000);
    }

    @Test
    void theLastWireSegmentMayBeShort() {
        Ladder t = open(65_535);
        t.write(2001);
        t.out("P. 1:2002(2001) ack 1");
        assertThat(t.segmentSizes.getLast()).isEqualTo(1000);
        assertThat(t.connection().flight.size()).isEqualTo(3);
        assertThat(t.info().segmentsOut()).isEqualTo(3);
    }

    @Test
    void oneSegmentIsAnOrdinaryPacket() {
        Ladder t = open(65_535);
        t.write(1000);
        t.out("P. 1:1001(1000) ack 1");
        assertThat(t.segmentSizes.getLast()).isZero();
    }

    @Test
    void aPacketIsNeverLargerThanTheLinkTakesAndHoldsWholeSegments() {
        Ladder t = open(3000);
        t.write(5000);
        t.out(". 1:2001(2000) ack 1");
        t.out(". 2001:4001(2000) ack 1");
        t.out("P. 4001:5001(1000) ack 1");
    }

    @Test
    void theCongestionWindowIsFilledInWholeSegments() {
        Ladder t = open(65_535);
        t.write(12_500);
        t.out(". 1:3001(3000) ack 1");
        t.out(". 3001:6001(3000) ack 1");
        t.out(". 6001:9001(3000) ack 1");
        t.out(". 9001:10001(1000) ack 1");
        t.nothing();
        t.in(". 1:1(0) ack 1001 win 65535");
        t.out(". 10001:12001(2000) ack 1");
        t.nothing();
    }

    @Test
    void theFinRidesOnTheLastWireSegment() {
        Ladder t = open(65_535);
        t.write(3000);
        t.close();
        t.out("FP. 1:3001(3000) ack 1");
        assertThat(t.segmentSizes.getLast()).isEqualTo(1000);
        assertThat(t.connection().flight.size()).isEqualTo(3);
        assertThat(t.info().inFlight()).isEqualTo(3001);
        t.in(". 1:1(0) ack 2001 win 65535");
        t.after(1000);
        t.out("FP. 2001:3001(1000) ack 1");
    }

    @Test
    void ofALostWireSegmentOnlyThatOneIsSentAgain() {
        Ladder t = open(65_535);
        t.write(10_000);
        t.ignore();
        t.in(". 1:1(0) ack 2001 win 65535 <nop,nop,sack 3001:6001>");
        t.out(". 2001:3001(1000) ack 1");
        t.nothing();
        t.in(". 1:1(0) ack 10001 win 65535");
        assertThat(t.info().retransmits()).isEqualTo(1);
        assertThat(t.info().inFlight()).isZero();
    }

    @Test
    void anAcknowledgmentMayEndInsideAWireSegment() {
        Ladder t = open(65_535);
        t.write(3000);
        t.ignore();
        t.in(". 1:1(0) ack 1501 win 65535");
        assertThat(t.info().inFlight()).isEqualTo(1500);
        t.after(1000);
        t.out(". 1501:2001(500) ack 1");
    }

    @Test
    void aJoinedPacketCountsEachSegmentAndIsAcknowledgedAtOnce() {
        Ladder t = open(65_535);
        long before = t.info().segmentsIn();
        t.inject(t.segment("P. 1:5001(5000) ack 1").emit(Ladder.PEER, Ladder.HOST), 1000);
        t.out(". 1:1(0) ack 5001");
        t.nothing();
        assertThat(t.info().segmentsIn() - before).isEqualTo(5);
        t.read(5000);
    }

    @Test
    void aJoinedPacketTeachesTheSizeOfItsSegmentsAndNotItsOwn() {
        Ladder t = open(65_535);
        t.inject(t.segment("P. 1:5001(5000) ack 1").emit(Ladder.PEER, Ladder.HOST), 1000);
        t.out(". 1:1(0) ack 5001");
        t.in(". 5001:6001(1000) ack 1");
        t.nothing();
        t.in(". 6001:7001(1000) ack 1");
        t.out(". 1:1(0) ack 7001");
    }

    @Test
    void aJoinedPacketBeyondAHoleCountsEachSegmentOutOfOrder() {
        Ladder t = open(65_535);
        t.inject(t.segment("P. 1001:4001(3000) ack 1").emit(Ladder.PEER, Ladder.HOST), 1000);
        t.out(". 1:1(0) ack 1 <nop,nop,sack 1001:4001>");
        assertThat(t.info().outOfOrder()).isEqualTo(3);
        assertThat(t.counters().get(Counter.TCP_OUT_OF_ORDER)).isEqualTo(3);
        t.in(". 1:1001(1000) ack 1");
        t.out(". 1:1(0) ack 4001");
        t.read(4000);
    }

    @Test
    void aJoinedPacketThatOverlapsTheWindowIsTrimmed() {
        Ladder t = open(65_535);
        t.in("P. 1:1001(1000) ack 1");
        t.inject(t.segment("P. 501:3501(3000) ack 1").emit(Ladder.PEER, Ladder.HOST), 1000);
        t.out(". 1:1(0) ack 3501");
        t.read(3500);
    }

    private static Ladder open(int segmentationMax) {
        Ladder t = Ladders.withSack();
        t.offloads(new Offloads(true, segmentationMax));
        return t;
    }
}
