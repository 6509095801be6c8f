package io.towpath.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.core.Counter;
import io.towpath.tcp.config.EcnConfig;
import io.towpath.tcp.ecn.Ecn;
import io.towpath.wire.TcpOption;
import io.towpath.wire.testing.Rfc;
import org.junit.jupiter.api.Test;

/// The option of Accurate ECN, and what its ACE field counts beside data: RFC 9768. In the notation A is AE, W is
/// CWR, E is ECE; the ACE field is A W E.
class AccurateEcnOptionTest {
    private static TcpConfig telling() {
        return Ladders.plain().withEcn(EcnConfig.ACCURATE.withOption(true));
    }

    /// A connection opened by the peer; the ACK of the handshake and the host's first segment carried the option.
    private static Ladder passive(TcpConfig config) {
        var t = new Ladder(config);
        t.listen();
        t.in("SEWA 0:0(0) win 65535 <mss 1000>");
        t.out("SW. 0:0(0) ack 1");
        t.in("W. 1:1(0) ack 1 win 65535 <AccECN e0b 1 ceb 0 e1b 1>");
        t.accept();
        t.write(10);
        t.next();
        t.in("EA. 1:1(0) ack 11 win 65535");
        return t;
    }

    private static Ladder passive() {
        return passive(telling());
    }

    private static void data(Ladder t, int field, int from, int to) {
        t.ecn = field;
        t.in("EA. " + from + ":" + to + "(" + (to - from) + ") ack 11 win 65535");
        t.ecn = 0;
    }

    @Test
    @Rfc(value = 9768, section = "3.2.3.2.1")
    void synAckTellsTheInitialCountersOnceAndASynNever() {
        var t = new Ladder(telling());
        t.listen();
        t.in("SEWA 0:0(0) win 65535 <mss 1000>");
        t.out("SW. 0:0(0) ack 1 <mss 1460,AccECN e0b 1 ceb 0 e1b 1,nop>");
        t.after(1000);
        t.out("SW. 0:0(0) ack 1 <mss 1460>");
        // The option may be why it was lost: this connection does without.
        t.in("W. 1:1(0) ack 1 win 65535");
        t.accept();
        t.write(10);
        t.out("PEA. 1:11(10) ack 1 <>");

        t = new Ladder(telling());
        t.connect();
        t.out("SEWA 0:0(0) <mss 1460>");
    }

    @Test
    @Rfc(value = 9768, section = "3.2.3.2.1")
    void clientTellsThemInItsFirstAckAndItsFirstData() {
        var t = new Ladder(telling());
        t.connect();
        t.out("SEWA 0:0(0)");
        t.in("SW. 0:0(0) ack 1 win 65535 <mss 1000,AccECN e0b 1 ceb 0 e1b 1>");
        t.out("W. 1:1(0) ack 1 <AccECN e0b 1 ceb 0 e1b 1,nop>");
        t.write(10);
        t.out("PEA. 1:11(10) ack 1 <AccECN e0b 1 ceb 0 e1b 1,nop>");
        t.write(10);
        t.out("PEA. 11:21(10) ack 1 <>");
        assertThat(t.info().ecn().option()).isTrue();
    }

    @Test
    @Rfc(value = 9768, section = "3.2.3.3")
    void anotherFieldIsToldAtOnceAndOnceMore() {
        Ladder t = passive();
        data(t, Ecn.ECT_0, 1, 101);
        t.after(300);
        t.out("EA. 11:11(0) ack 101 <AccECN e0b 101 ceb 0>");
        data(t, Ecn.CE, 101, 301);
        t.out("WA. 11:11(0) ack 301 <AccECN e0b 101 ceb 200>"); // at once, and ACE is 6
        data(t, Ecn.ECT_0, 301, 401);
        t.out("WA. 11:11(0) ack 401 <AccECN e0b 201 ceb 200>"); // the marks ended: at once, too
        data(t, Ecn.ECT_0, 401, 501);
        t.nothing();
        t.after(300);
        t.out("WA. 11:11(0) ack 501 <AccECN e0b 301 ceb 200>");
        assertThat(t.info().ecn().markedBytesIn()).isEqualTo(200);
    }

    @Test
    @Rfc(value = 9768, section = "3.2.3.3")
    void aCounterThatGoesOnIsToldNowAndThen() {
        Ladder t = passive();
        int told = 0;
        for (int at = 1; at < 2001; at += 100) {
            data(t, Ecn.ECT_0, at, at + 100);
            t.after(300);
            told += t.next().options().stream().anyMatch(TcpOption.AccEcn.class::isInstance) ? 1 : 0;
        }
        assertThat(told).isBetween(5, 10);
    }

    @Test
    @Rfc(value = 9768, section = "3.2.3")
    void theFirstFieldIsThatOfTheCodepointInUse() {
        Ladder t = passive();
        data(t, Ecn.ECT_1, 1, 101);
        t.after(300);
        t.out("EA. 11:11(0) ack 101 <AccECN e1b 101 ceb 0>");
        data(t, Ecn.ECT_0, 101, 201);
        t.out("EA. 11:11(0) ack 201 <AccECN e0b 101 ceb 0 e1b 101,nop>"); // both are in use
    }

    @Test
    @Rfc(value = 9768, section = "3.2.3")
    void dataIsCountedAndNotItsHeadersNorWhatIsUnmarked() {
        Ladder t = passive();
        t.ecn = Ecn.CE;
        t.in("EA. 1:1(0) ack 11 win 65535");
        t.ecn = 0;
        data(t, Ecn.NOT_ECT, 1, 101);
        assertThat(t.info().ecn().markedBytesIn()).isZero();
        assertThat(t.info().ecn().marksIn()).isEqualTo(1);
    }

    @Test
    @Rfc(value = 9768, section = "3.2.3")
    void optionIsNotSentUnlessConfiguredButItIsRead() {
        Ladder t = passive(Ladders.plain().withEcn(EcnConfig.ACCURATE));
        data(t, Ecn.CE, 1, 101);
        t.out("WA. 11:11(0) ack 101 <>");
        assertThat(t.info().ecn().option()).isTrue();
    }

    // ---- what the peer tells -----------------------------------------------------------------------------------

    /// Sends twelve segments, which one acknowledgment acknowledges.
    private static Ladder twelve(String synAckOption) {
        var t = new Ladder(telling().withInitialWindowSegments(20));
        t.connect();
        t.out("SEWA 0:0(0)");
        t.in("SW. 0:0(0) ack 1 win 65535 <mss 1000" + synAckOption + ">");
        t.write(12_000);
        t.ignore();
        return t;
    }

    @Test
    @Rfc(value = 9768, section = "3.2.2.5.2")
    void withoutTheOptionACounterMayHaveGoneRound() {
        // ACE did not move, though twelve segments arrived: eight of them may have been marked.
        Ladder t = twelve("");
        t.in("EA. 1:1(0) ack 12001 win 65535");
        assertThat(t.info().ecn().marksReported()).isEqualTo(8);
    }

    @Test
    @Rfc(value = 9768, section = "3.2.3")
    void theOptionShowsThatACounterDidNotGoRound() {
        Ladder t = twelve(",AccECN e0b 1 ceb 0 e1b 1");
        t.in("EA. 1:1(0) ack 12001 win 65535 <AccECN e0b 12001 ceb 0>");
        assertThat(t.info().ecn().marksReported()).isZero();
        assertThat(t.info().ecn().reductions()).isZero();
    }

    @Test
    @Rfc(value = 9768, section = "3.2.3")
    void theOptionShowsThatItDid() {
        Ladder t = twelve(",AccECN e0b 1 ceb 0 e1b 1");
        t.in("EA. 1:1(0) ack 12001 win 65535 <AccECN e0b 4001 ceb 8000>");
        assertThat(t.info().ecn().marksReported()).isEqualTo(8);
        assertThat(t.info().ecn().markedBytesReported()).isEqualTo(8000);
        assertThat(t.counters().get(Counter.TCP_ECN_OPTIONS_IN)).isEqualTo(1);
    }

    @Test
    @Rfc(value = 9768, section = "A.2.2")
    void moreMarkedBytesThanTheCounterAllowsShowThatItDidThoughTheSegmentsWereSmall() {
        Ladder t = twelve(",AccECN e0b 1 ceb 0 e1b 1");
        t.in("EA. 1:1(0) ack 12001 win 65535 <AccECN e0b 8401 ceb 3600>");
        assertThat(t.info().ecn().marksReported()).isEqualTo(8);
        assertThat(t.info().ecn().reductions()).isEqualTo(1);
    }

    @Test
    @Rfc(value = 9768, section = "A.2.2")
    void aFullSegmentOfMarkedBytesIsTheOneThatTheCounterTells() {
        Ladder t = twelve(",AccECN e0b 1 ceb 0 e1b 1");
        t.in("WA. 1:1(0) ack 12001 win 65535 <AccECN e0b 11001 ceb 1000>");
        assertThat(t.info().ecn().marksReported()).isEqualTo(1);
    }

    @Test
    @Rfc(value = 9768, section = "3.2.3.2.4")
    void anOptionThatSomebodyZeroesIsNotBelieved() {
        Ladder t = twelve(",AccECN e0b 0 ceb 0 e1b 0");
        t.in("EA. 1:1(0) ack 12001 win 65535 <AccECN e0b 12001 ceb 0>");
        assertThat(t.info().ecn().marksReported()).isEqualTo(8);
        assertThat(t.info().ecn().option()).isFalse();
    }

    @Test
    @Rfc(value = 9768, section = "3.2.3")
    void anOlderOptionTakesNothingBack() {
        Ladder t = twelve(",AccECN e0b 1 ceb 0 e1b 1");
        t.in("WA. 1:1(0) ack 1001 win 65535 <AccECN e0b 1 ceb 1000>");
        assertThat(t.info().ecn().marksReported()).isEqualTo(1);
        t.in("WA. 1:1(0) ack 2001 win 65535 <AccECN e0b 1 ceb 900>");
        assertThat(t.info().ecn().markedBytesReported()).isEqualTo(1000);
    }

    // ---- packets without data ----------------------------------------------------------------------------------

    @Test
    @Rfc(value = 9768, section = "3.2.2.5.1")
    void marksOnAcknowledgmentsCountAndThreeOfThemAreAnswered() {
        Ladder t = passive();
        t.ecn = Ecn.CE;
        t.in("EA. 1:1(0) ack 11 win 65535");
        t.in("EA. 1:1(0) ack 11 win 65535");
        t.nothing();
        t.in("EA. 1:1(0) ack 11 win 65535");
        t.out(". 11:11(0) ack 1"); // 5 + 3 is 0 modulo 8
    }
}
