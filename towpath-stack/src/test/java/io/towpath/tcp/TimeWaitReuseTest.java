package io.towpath.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.core.Counter;
import io.towpath.core.Drop;
import io.towpath.core.Time;
import io.towpath.wire.testing.Rfc;
import org.junit.jupiter.api.Test;

/// What ends TIME-WAIT early and what does not: RFC 6191, RFC 1337. The old connection's last number from the peer is
/// 1, its FIN; its last timestamp 103.
class TimeWaitReuseTest {
    @Test
    @Rfc(value = 6191, section = "2")
    void aSynWithAGreaterTimestampBeginsANewConnectionWhateverItsNumber() {
        Ladder t = waitingWithTimestamps();
        t.in("S 4294000000:4294000000(0) win 65535 <mss 1000,nop,nop,TS val 104 ecr 0>");
        t.out("S. 0:0(0) ack 4294000001 <mss 1460,nop,nop,TS val * ecr 104>");
        isReused(t);
    }

    @Test
    @Rfc(value = 6191, section = "2")
    void aSynWithTheSameTimestampNeedsAGreaterSequenceNumber() {
        Ladder t = waitingWithTimestamps();
        t.in("S 1:1(0) win 65535 <mss 1000,nop,nop,TS val 103 ecr 0>");
        isAnsweredInTimeWait(t);
        t.in("S 2:2(0) win 65535 <mss 1000,nop,nop,TS val 103 ecr 0>");
        t.out("S. 0:0(0) ack 3");
        isReused(t);
    }

    @Test
    @Rfc(value = 6191, section = "2")
    void aSynWithALesserTimestampIsOld() {
        Ladder t = waitingWithTimestamps();
        t.in("S 5000:5000(0) win 65535 <mss 1000,nop,nop,TS val 102 ecr 0>");
        isAnsweredInTimeWait(t);
    }

    @Test
    @Rfc(value = 6191, section = "2")
    void aSynWithoutTimestampAfterAConnectionWithThemNeedsAGreaterSequenceNumber() {
        Ladder t = waitingWithTimestamps();
        t.in("S 1:1(0) win 65535 <mss 1000>");
        isAnsweredInTimeWait(t);
        t.in("S 2:2(0) win 65535 <mss 1000>");
        t.out("S. 0:0(0) ack 3 <mss 1460>");
        isReused(t);
    }

    @Test
    @Rfc(value = 6191, section = "2")
    void aSynWithTimestampAfterAConnectionWithoutThemIsEnough() {
        Ladder t = waiting(Ladders.plain().withTimestamps(true));
        t.in("S 4294000000:4294000000(0) win 65535 <mss 1000,nop,nop,TS val 7 ecr 0>");
        t.out("S. 0:0(0) ack 4294000001 <mss 1460,nop,nop,TS val * ecr 7>");
        isReused(t);
    }

    @Test
    @Rfc(value = 6191, section = "2")
    void withoutTimestampsTheSequenceNumberMustBeGreater() {
        Ladder t = waiting(Ladders.plain());
        t.in("S 1:1(0) win 65535 <mss 1000>");
        isAnsweredInTimeWait(t);
        t.in("S 2:2(0) win 65535 <mss 1000>");
        t.out("S. 0:0(0) ack 3");
        isReused(t);
    }

    @Test
    @Rfc(value = 9293, section = "3.4.1")
    void theNewConnectionsNumbersAreBeyondTheOldOnes() {
        var t = new Ladder(Ladders.plain());
        t.listen();
        t.in("S 0:0(0) win 65535 <mss 1000>");
        long iss = t.next().sequence();
        t.in(". 1:1(0) ack 1 win 65535");
        t.accept();
        // Faster than the clock of initial numbers runs: one megabyte in no time.
        for (int i = 0; i < 100; i++) {
            t.write(10_000);
            t.ignore();
            t.in(". 1:1(0) ack %d win 65535".formatted(10_000 * (i + 1) + 1));
        }
        t.close();
        t.ignore();
        t.in("F. 1:1(0) ack 1000002");
        t.ignore();
        t.in("S 500:500(0) win 65535 <mss 1000>");
        long distance = t.next().sequence() - iss & 0xffff_ffffL;
        assertThat(distance).isBetween(1_000_003L, 1_000_002L + 100_000);
    }

    @Test
    @Rfc(value = 1337, section = "3")
    void aResetDoesNotEndTimeWait() {
        Ladder t = waiting(Ladders.plain());
        t.in("R 2:2(0)");
        t.in("R. 2:2(0) ack 2");
        t.nothing();
        assertThat(t.tcp.timeWaitCount()).isEqualTo(1);
        assertThat(t.dropped(Drop.TCP_DEAD)).isGreaterThanOrEqualTo(2);
    }

    @Test
    @Rfc(value = 1337, section = "3")
    void oldDataIsAnsweredAndDoesNotEndTimeWait() {
        Ladder t = waiting(Ladders.plain());
        t.in(". 1:1001(1000) ack 2");
        t.out(". 2:2(0) ack 2");
        assertThat(t.tcp.timeWaitCount()).isEqualTo(1);
    }

    @Test
    void anActiveOpenMayFollowAtOnceWithNumbersBeyondTheOldOnes() {
        Ladder t = waiting(Ladders.plain());
        t.tcp.close(t.now, t.listener);
        t.connect();
        t.out("S 0:0(0)");
        assertThat(t.tcp.timeWaitCount()).isZero();
        assertThat(t.counters().get(Counter.TCP_TIME_WAIT_REUSED)).isEqualTo(1);
    }

    @Test
    @Rfc(value = 9293, section = "3.4.1")
    void anActiveOpensNumbersAreBeyondTheOldOnesWhereTheyWrapToo() {
        long atOneSecond = initialSequence(new Ladder(Ladders.plain()));
        var t = new Ladder(Ladders.plain());
        t.now += (0xffff_ff00L - atOneSecond & 0xffff_ffffL) * 4 * Time.MICROSECOND;
        long iss = initialSequence(t);
        assertThat(iss).isEqualTo(0xffff_ff00L);
        t.in(". 1:1(0) ack 1 win 65535");
        t.accept();
        for (int i = 0; i < 10; i++) { // in no time, so that the clock of initial numbers is behind
            t.write(10_000);
            t.ignore();
            t.in(". 1:1(0) ack %d win 65535".formatted(10_000 * (i + 1) + 1));
        }
        t.close();
        t.ignore();
        t.in("F. 1:1(0) ack 100002");
        t.ignore();
        t.tcp.close(t.now, t.listener);
        t.connect();
        long distance = t.next().sequence() - iss & 0xffff_ffffL;
        assertThat(distance).isBetween(100_003L, 100_002L + 100_000);
    }

    private static long initialSequence(Ladder t) {
        t.listen();
        t.in("S 0:0(0) win 65535 <mss 1000>");
        return t.next().sequence();
    }

    private static void isReused(Ladder t) {
        t.nothing();
        assertThat(t.tcp.timeWaitCount()).isZero();
        assertThat(t.counters().get(Counter.TCP_TIME_WAIT_REUSED)).isEqualTo(1);
    }

    private static void isAnsweredInTimeWait(Ladder t) {
        t.out(". 2:2(0) ack 2");
        t.nothing();
        assertThat(t.tcp.timeWaitCount()).isEqualTo(1);
    }

    private static Ladder waiting(TcpConfig config) {
        Ladder t = Ladder.established(config, 65_535);
        t.close();
        t.out("F. 1:1(0) ack 1");
        t.in("F. 1:1(0) ack 2");
        t.out(". 2:2(0) ack 2");
        assertThat(t.tcp.timeWaitCount()).isEqualTo(1);
        return t;
    }

    private static Ladder waitingWithTimestamps() {
        Ladder t = Ladders.withTimestamps();
        t.close();
        t.out("F. 1:1(0) ack 1");
        t.in(". 1:1(0) ack 2 <nop,nop,TS val 102 ecr *>");
        t.in("F. 1:1(0) ack 2 <nop,nop,TS val 103 ecr *>");
        t.out(". 2:2(0) ack 2");
        assertThat(t.tcp.timeWaitCount()).isEqualTo(1);
        return t;
    }
}
