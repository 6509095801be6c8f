package io.towpath.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.core.Counter;
import io.towpath.tcp.config.EcnConfig;
import io.towpath.tcp.ecn.Ecn;
import io.towpath.wire.TcpHeader;
import io.towpath.wire.testing.Rfc;
import org.junit.jupiter.api.Test;

/// Explicit congestion notification with the feedback of RFC 3168.
class EcnTest {
    private static final int ECE_CWR = TcpHeader.ECE | TcpHeader.CWR;

    /// A connection that both sides agreed on, the peer's MSS 1000.
    private static Ladder agreed(TcpConfig config) {
        var t = new Ladder(config.withEcn(EcnConfig.ACCEPT));
        t.listen();
        t.in("SEW 0:0(0) win 65535 <mss 1000>");
        t.out("SE. 0:0(0) ack 1");
        assertThat(t.ecnOut).as("SYN-ACK").isEqualTo(Ecn.NOT_ECT);
        t.in(". 1:1(0) ack 1 win 65535");
        t.accept();
        return t;
    }

    private static Ladder agreed() {
        return agreed(Ladders.plain());
    }

    @Test
    @Rfc(value = 3168, section = "6.1.1")
    void theSynAsksWithBothFlagsAndIsNotMarked() {
        var t = new Ladder(Ladders.plain().withEcn(EcnConfig.ECN));
        t.connect();
        t.out("SEW 0:0(0)");
        assertThat(t.ecnOut).isEqualTo(Ecn.NOT_ECT);
        t.in("SE. 0:0(0) ack 1 win 65535 <mss 1000>");
        t.out(". 1:1(0) ack 1");
        assertThat(t.ecnOut).as("pure ACK").isEqualTo(Ecn.NOT_ECT);
        t.write(100);
        t.out("P. 1:101(100) ack 1");
        assertThat(t.ecnOut).isEqualTo(Ecn.ECT_0);
        assertThat(t.info().ecn().feedback()).isEqualTo("classic");
    }

    @Test
    @Rfc(value = 3168, section = "6.1.1")
    void anAnswerWithoutEceOrWithBothFlagsIsNoAgreement() {
        for (String answer : new String[] {"S.", "SEW.", "SW."}) {
            var t = new Ladder(Ladders.plain().withEcn(EcnConfig.ECN));
            t.connect();
            t.out("SEW 0:0(0)");
            t.in(answer + " 0:0(0) ack 1 win 65535 <mss 1000>");
            t.out(". 1:1(0) ack 1");
            t.write(100);
            t.out("P. 1:101(100) ack 1");
            assertThat(t.ecnOut).as(answer).isEqualTo(Ecn.NOT_ECT);
        }
    }

    @Test
    @Rfc(value = 3168, section = "6.1.1")
    void aSynThatDoesNotAskIsAnsweredWithoutFlags() {
        for (String syn : new String[] {"S", "SE", "SW"}) {
            var t = new Ladder(Ladders.plain().withEcn(EcnConfig.ECN));
            t.listen();
            t.in(syn + " 0:0(0) win 65535 <mss 1000>");
            t.out("S. 0:0(0) ack 1");
        }
        var off = new Ladder(Ladders.plain().withEcn(EcnConfig.OFF));
        off.listen();
        off.in("SEW 0:0(0) win 65535 <mss 1000>");
        off.out("S. 0:0(0) ack 1");
    }

    @Test
    @Rfc(value = 3168, section = "6.1.1.1")
    void aSynThatIsLostWithTheFlagsGoesWithoutThem() {
        var t = new Ladder(Ladders.plain().withEcn(EcnConfig.ECN));
        t.connect();
        t.out("SEW 0:0(0)");
        t.after(1000);
        t.out("SEW 0:0(0)");
        t.after(2000);
        t.out("S 0:0(0)");
        // The answer to one of the first: marks are echoed, as promised, but nothing may be marked.
        t.in("SE. 0:0(0) ack 1 win 65535 <mss 1000>");
        t.out(". 1:1(0) ack 1");
        t.write(100);
        t.out("P. 1:101(100) ack 1");
        assertThat(t.ecnOut).isEqualTo(Ecn.NOT_ECT);
        t.ecn = Ecn.CE;
        t.in("P. 1:101(100) ack 101 win 65535");
        t.out("E. 101:101(0) ack 101");
    }

    @Test
    @Rfc(value = 3168, section = "6.1.1")
    void aSecondSynThatDoesNotAskEndsMarkingButNotEchoing() {
        var t = new Ladder(Ladders.plain());
        t.listen();
        t.in("SEW 0:0(0) win 65535 <mss 1000>");
        t.out("SE. 0:0(0) ack 1");
        t.in("S 0:0(0) win 65535 <mss 1000>");
        t.out("S. 0:0(0) ack 1");
        t.in(". 1:1(0) ack 1 win 65535");
        t.accept();
        t.write(100);
        t.out("P. 1:101(100) ack 1");
        assertThat(t.ecnOut).isEqualTo(Ecn.NOT_ECT);
        t.ecn = Ecn.CE;
        t.in("P. 1:101(100) ack 101 win 65535");
        t.out("E. 101:101(0) ack 101");
    }

    @Test
    @Rfc(value = 3168, section = "6.1.3")
    void aMarkIsEchoedUntilCwrComes() {
        Ladder t = agreed();
        t.in("P. 1:101(100) ack 1 win 65535");
        t.nothing(); // a delayed ACK
        t.ecn = Ecn.CE;
        t.in("P. 101:201(100) ack 1 win 65535");
        t.out("E. 1:1(0) ack 201"); // the first mark is told at once
        t.ecn = Ecn.ECT_0;
        t.in("P. 201:301(100) ack 1 win 65535");
        t.after(40);
        t.out("E. 1:1(0) ack 301");
        t.in("PW. 301:401(100) ack 1 win 65535");
        t.out(". 1:1(0) ack 401"); // who reduced may wait for it
        assertThat(t.info().ecn().marksIn()).isEqualTo(1);
        assertThat(t.counters().get(Counter.TCP_CE_IN)).isEqualTo(1);
    }

    @Test
    @Rfc(value = 3168, section = "6.1.3")
    void aMarkOnTheSegmentWithCwrBeginsAnew() {
        Ladder t = agreed();
        t.ecn = Ecn.CE;
        t.in("P. 1:101(100) ack 1 win 65535");
        t.out("E. 1:1(0) ack 101");
        t.in("PW. 101:201(100) ack 1 win 65535");
        t.out("E. 1:1(0) ack 201");
    }

    @Test
    @Rfc(value = 3168, section = "6.1.5")
    void marksOutsideTheWindowAndOnPureAcknowledgmentsAreNotLookedAt() {
        Ladder t = agreed();
        t.in("P. 1:101(100) ack 1 win 65535");
        t.after(40);
        t.out(". 1:1(0) ack 101");
        t.ecn = Ecn.CE;
        t.in("P. 1:101(100) ack 1 win 65535"); // an old duplicate
        t.out(". 1:1(0) ack 101");
        t.in(". 101:101(0) ack 1 win 65535");
        t.ecn = Ecn.ECT_0;
        t.in("P. 101:201(100) ack 1 win 65535");
        t.after(40);
        t.out(". 1:1(0) ack 201");
    }

    @Test
    @Rfc(value = 3168, section = "6.1.2")
    void anEchoReducesTheWindowOncePerRoundTripAndIsAnsweredByCwr() {
        Ladder t = agreed();
        t.write(40_000);
        for (int i = 0; i < 10; i++) {
            assertThat(t.next().flags() & ECE_CWR).isZero();
            assertThat(t.ecnOut).isEqualTo(Ecn.ECT_0);
        }
        t.in("E. 1:1(0) ack 2001 win 65535");
        assertThat(t.info().cwnd()).isEqualTo(5000);
        assertThat(t.info().ssthresh()).isEqualTo(5000);
        t.nothing();
        t.in("E. 1:1(0) ack 8001 win 65535"); // still what left before the reduction
        assertThat(t.info().cwnd()).isEqualTo(5000);
        t.out("W. 10001:11001(1000) ack 1");
        t.out(". 11001:12001(1000) ack 1");
        t.out(". 12001:13001(1000) ack 1");
        t.nothing();
        t.in("E. 1:1(0) ack 10001 win 65535");
        assertThat(t.info().cwnd()).isEqualTo(5000);
        t.ignore();
        t.in("E. 1:1(0) ack 11001 win 65535"); // what left after the reduction met congestion too
        assertThat(t.info().cwnd()).isEqualTo(2500);
        assertThat(t.info().ecn().reductions()).isEqualTo(2);
        assertThat(t.counters().get(Counter.TCP_ECN_REDUCTIONS)).isEqualTo(2);
        assertThat(t.events.stream().filter(TcpEvent.MarksObeyed.class::isInstance))
                .hasSize(2);
    }

    @Test
    @Rfc(value = 3168, section = "6.1.2")
    @Rfc(value = 3168, section = "6.1.5")
    void aLossIsAnsweredByCwrOnNewDataAndWhatIsSentAgainIsNotMarked() {
        Ladder t = agreed();
        t.write(40_000);
        t.ignore();
        for (int i = 0; i < 3; i++) {
            t.in("E. 1:1(0) ack 1 win 65535");
        }
        // One reduction for the marks and the loss of the same round trip.
        long reduced = t.info().cwnd();
        assertThat(reduced).isEqualTo(5000);
        t.out(". 1:1001(1000) ack 1");
        assertThat(t.ecnOut).isEqualTo(Ecn.NOT_ECT);
        t.in("E. 1:1(0) ack 10001 win 65535");
        assertThat(t.info().cwnd()).isEqualTo(reduced);
        t.out("W. 10001:11001(1000) ack 1");
        assertThat(t.ecnOut).isEqualTo(Ecn.ECT_0);
        t.out(". 11001:12001(1000) ack 1");
    }

    @Test
    @Rfc(value = 3168, section = "6.1.2")
    @Rfc(value = 9438, section = "4.6", requirement = "9438-4.6-5")
    void atAWindowOfOneSegmentOnlyTheRetransmissionTimerLetsTheNextOneGo() {
        Ladder t = agreed();
        t.write(1000);
        t.ignore();
        t.after(1000);
        t.out("P. 1:1001(1000) ack 1"); // a timeout: one segment
        t.in(". 1:1(0) ack 1001 win 65535");
        t.write(10_000);
        t.out("W. 1001:2001(1000) ack 1");
        assertThat(t.info().cwnd()).isEqualTo(1000);
        t.in("E. 1:1(0) ack 2001 win 65535");
        t.nothing();
        assertThat(t.info().cwnd()).isEqualTo(1000);
        t.after(999);
        t.nothing();
        t.after(1);
        t.out("W. 2001:3001(1000) ack 1");
        t.nothing();
    }

    @Test
    @Rfc(value = 3168, section = "6.1.6")
    void aProbeOfTheWindowIsNotMarked() {
        Ladder t = agreed();
        t.in(". 1:1(0) ack 1 win 0");
        t.write(100);
        t.nothing();
        t.after(1500);
        assertThat(t.next().payload().length()).isEqualTo(1);
        assertThat(t.ecnOut).isEqualTo(Ecn.NOT_ECT);
    }

    @Test
    @Rfc(value = 3168, section = "6.1.1")
    void withoutAgreementNothingIsMarkedEchoedOrObeyed() {
        Ladder t = Ladders.open();
        t.ecn = Ecn.CE;
        t.in("P. 1:101(100) ack 1 win 65535");
        t.after(40);
        t.out(". 1:1(0) ack 101");
        t.write(20_000);
        t.ignore();
        long before = t.info().cwnd();
        t.in("E. 101:101(0) ack 1001 win 65535");
        assertThat(t.info().cwnd()).isGreaterThanOrEqualTo(before);
        assertThat(t.info().ecn().feedback()).isEqualTo("none");
    }

    @Test
    @Rfc(value = 3168, section = "6.1.2")
    void marksAreObeyedWhenTheWindowHadSeemedShutMeanwhile() {
        Ladder t = agreed();
        t.write(5000);
        t.ignore();
        t.in(". 1:1(0) ack 1 win 0"); // late, and no longer true
        t.in("E. 1:1(0) ack 5001 win 65535");
        t.write(1000);
        t.out("PW. 5001:6001(1000) ack 1");
        assertThat(t.info().cwnd()).isLessThan(10_000);
    }

    @Test
    @Rfc(value = 3168, section = "6.1.2")
    void aDuplicateOfAnEarlierRecoveryDoesNotEndTheReductionForMarks() {
        var t = new Ladder(Ladders.plain()
                .withSack(true)
                .withRecovery(Ladders.counting().withDsackUndo(true))
                .withEcn(EcnConfig.ACCEPT));
        t.listen();
        t.in("SEW 0:0(0) win 65535 <mss 1000,nop,nop,sackOK>");
        t.ignore();
        t.in(". 1:1(0) ack 1 win 65535");
        t.accept();
        t.write(10_000);
        t.ignore();
        t.in(". 1:1(0) ack 1 win 65535 <nop,nop,sack 1001:10001>");
        t.in(". 1:1(0) ack 10001 win 65535");
        t.write(4000);
        t.ignore();
        t.in("E. 1:1(0) ack 14001 win 65535");
        long reduced = t.info().cwnd();
        t.in("E. 1:1(0) ack 14001 win 65535 <nop,nop,sack 1:1001>");
        assertThat(t.info().cwnd()).isEqualTo(reduced);
        assertThat(t.counters().get(Counter.TCP_RECOVERIES_UNDONE)).isZero();
    }
}
