package io.towpath.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.tcp.config.EcnConfig;
import io.towpath.tcp.ecn.Ecn;
import io.towpath.wire.testing.Rfc;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Accurate ECN: RFC 9768. In the notation A is AE, W is CWR, E is ECE; the ACE field is A W E.
class AccurateEcnTest {
    private static TcpConfig accurate() {
        return Ladders.plain().withEcn(EcnConfig.ACCURATE);
    }

    /// A connection opened by the peer, nothing marked so far.
    private static Ladder passive() {
        var t = new Ladder(accurate());
        t.listen();
        t.in("SEWA 0:0(0) win 65535 <mss 1000>");
        t.out("SW. 0:0(0) ack 1");
        t.in("W. 1:1(0) ack 1 win 65535");
        t.accept();
        return t;
    }

    @ParameterizedTest
    @CsvSource({"0, SW.", "1, SEW.", "2, SA.", "3, SWA."})
    @Rfc(value = 9768, section = "3.1.1")
    void theSynAckTellsInWhatFieldTheSynArrived(int field, String flags) {
        var t = new Ladder(accurate());
        t.listen();
        t.ecn = field;
        t.in("SEWA 0:0(0) win 65535 <mss 1000>");
        t.out(flags + " 0:0(0) ack 1");
    }

    @Test
    @Rfc(value = 9768, section = "3.1.1")
    void anAnswerToACrossingSynThatNeverLeftPromisesNothing() {
        var t = new Ladder(Ladders.plain().withEcn(EcnConfig.ACCURATE.withRequest(false)));
        t.connect();
        t.out("S 0:0(0)");
        // Its own SYN asks, but its SYN-ACK is there before our answer to that has left: it does not know of any.
        t.together("SEWA 0:0(0) win 65535 <mss 1000>", "S. 0:0(0) ack 1 win 65535 <mss 1000>");
        t.write(10);
        t.out("P. 1:11(10) ack 1");
        assertThat(t.info().ecn().feedback()).isEqualTo("none");
    }

    @ParameterizedTest
    @CsvSource({"SEW, SE.", "S, S.", "SA, SW.", "SE, SW.", "SWA, SW."})
    @Rfc(value = 9768, section = "3.1.2")
    @Rfc(value = 9768, section = "3.1.3")
    void aSynThatAsksForTheOldFeedbackGetsItAndUnknownCombinationsCountAsAccurate(String syn, String answer) {
        var t = new Ladder(accurate());
        t.listen();
        t.in(syn + " 0:0(0) win 65535 <mss 1000>");
        t.out(answer + " 0:0(0) ack 1");
    }

    @ParameterizedTest
    @CsvSource({
        "SW., accurate",
        "SEW., accurate",
        "SA., accurate",
        "SWA., accurate",
        "SE., classic",
        "SEA., classic",
        "S., none",
        "SEWA., none"
    })
    @Rfc(value = 9768, section = "3.1.2")
    void theAnswerDecidesOnTheFeedback(String answer, String feedback) {
        var t = new Ladder(accurate());
        t.connect();
        t.out("SEWA 0:0(0)");
        t.in(answer + " 0:0(0) ack 1 win 65535 <mss 1000>");
        assertThat(t.info().ecn().feedback()).isEqualTo(feedback);
    }

    @ParameterizedTest
    @CsvSource({"0, W.", "1, EW.", "2, A.", "3, WA."})
    @Rfc(value = 9768, section = "3.2.2.1")
    void theAcknowledgmentOfTheSynAckTellsInWhatFieldThatArrived(int field, String flags) {
        var t = new Ladder(accurate());
        t.connect();
        t.out("SEWA 0:0(0)");
        t.ecn = field;
        t.in("SW. 0:0(0) ack 1 win 65535 <mss 1000>");
        t.out(flags + " 1:1(0) ack 1");
        t.write(100);
        // From then on the counter, which began at 5 and counted the SYN-ACK.
        t.out((field == Ecn.CE ? "PWA." : "PEA.") + " 1:101(100) ack 1");
        assertThat(t.ecnOut).isEqualTo(Ecn.ECT_0);
    }

    @Test
    @Rfc(value = 9768, section = "3.2.2")
    void everySegmentTellsTheCounter() {
        Ladder t = passive();
        t.ecn = Ecn.CE;
        t.in("PEA. 1:101(100) ack 1 win 65535");
        t.out("WA. 1:1(0) ack 101"); // six, at once: the first mark
        t.in("PEA. 101:201(100) ack 1 win 65535");
        t.nothing(); // one mark more may wait
        t.in("PEA. 201:301(100) ack 1 win 65535");
        t.out(". 1:1(0) ack 301"); // eight is zero
        t.ecn = Ecn.ECT_0;
        t.in("PEA. 301:401(100) ack 1 win 65535");
        t.write(100);
        t.out("P. 1:101(100) ack 401");
        assertThat(t.info().ecn().marksIn()).isEqualTo(3);
    }

    @Test
    @Rfc(value = 9768, section = "3.2.2")
    void aCounterThatGrewReducesTheWindowOncePerRoundTrip() {
        Ladder t = passive();
        t.write(30_000);
        t.ignore();
        t.in("EA. 1:1(0) ack 2001 win 65535"); // five: none
        long before = t.info().cwnd();
        t.in("WA. 1:1(0) ack 3001 win 65535"); // six
        assertThat(t.info().cwnd()).isLessThan(before);
        long reduced = t.info().cwnd();
        t.in("EWA. 1:1(0) ack 5001 win 65535"); // seven, of the same round trip
        assertThat(t.info().cwnd()).isEqualTo(reduced);
        assertThat(t.info().ecn().marksReported()).isEqualTo(2);
        assertThat(t.info().ecn().reductions()).isEqualTo(1);
        // No CWR flag: the bit belongs to the counter, which stands at 5.
        while (t.pendingSegments() > 0) {
            assertThat(t.next().flags() & 0x1c0).isEqualTo(0x140);
        }
    }

    @Test
    @Rfc(value = 9768, section = "3.2.2.5.2")
    void aCounterThatMayHaveGoneRoundIsTakenForTheMostItCanBe() {
        Ladder t = passive();
        t.write(10_000);
        t.ignore();
        // All ten in one acknowledgment, the counter one further: one, or nine, and nine is safe.
        t.in("WA. 1:1(0) ack 10001 win 65535");
        assertThat(t.info().ecn().marksReported()).isEqualTo(9);
    }

    @Test
    @Rfc(value = 9768, section = "3.2.2.4")
    void aFieldThatIsZeroedFromTheFirstSegmentOnEndsMarking() {
        var t = new Ladder(accurate());
        t.listen();
        t.in("SEWA 0:0(0) win 65535 <mss 1000>");
        t.out("SW. 0:0(0) ack 1");
        t.in(". 1:1(0) ack 1 win 65535");
        t.accept();
        t.write(100);
        t.next();
        assertThat(t.ecnOut).isEqualTo(Ecn.NOT_ECT);
    }

    @Test
    @Rfc(value = 9768, section = "3.2.2.3")
    void aPeerThatSawTheSynMarkedThoughItWasNotEndsMarking() {
        var t = new Ladder(accurate());
        t.connect();
        t.out("SEWA 0:0(0)");
        t.in("SA. 0:0(0) ack 1 win 65535 <mss 1000>");
        t.next();
        t.write(100);
        t.next();
        assertThat(t.ecnOut).isEqualTo(Ecn.NOT_ECT);
    }

    @Test
    @Rfc(value = 9768, section = "3.1.4.1")
    void aSynThatIsLostAsksOnceMore() {
        var t = new Ladder(accurate());
        t.connect();
        t.out("SEWA 0:0(0)");
        t.after(1000);
        t.out("SEWA 0:0(0)");
        t.after(2000);
        t.out("S 0:0(0)");
    }
}
