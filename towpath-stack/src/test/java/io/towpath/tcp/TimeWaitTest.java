package io.towpath.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.core.Counter;
import io.towpath.core.Drop;
import io.towpath.core.Signals;
import io.towpath.core.Time;
import io.towpath.wire.testing.Rfc;
import org.junit.jupiter.api.Test;

/// TIME-WAIT: RFC 9293 §3.6.1 and §3.10.7.4, RFC 6191, RFC 1337.
class TimeWaitTest {
    @Test
    @Rfc(value = 9293, section = "3.6.1", requirement = "MUST-13")
    void lastsForTwoSegmentLifetimes() {
        Ladder t = States.in(TcpState.TIME_WAIT);
        assertThat(t.config.timeWaitNanos()).isEqualTo(60 * Time.SECOND);
        t.after(59_999);
        assertThat(States.rows(t)).containsExactly(TcpState.TIME_WAIT);
        t.after(1);
        assertThat(t.tcp.rowCount()).isZero();
        assertThat(t.tcp.timeWaitCount()).isZero();
        t.in("F. 1:1(0) ack 2");
        t.out("R 2:2(0) win 0");
    }

    @Test
    @Rfc(value = 9293, section = "3.6.1", requirement = "MUST-13")
    void thePassiveCloserDoesNotWait() {
        Ladder t = States.in(TcpState.LAST_ACK);
        t.in(". 2:2(0) ack 2");
        assertThat(t.tcp.rowCount()).isZero();
    }

    @Test
    void theUserIsDoneWhenTimeWaitBegins() {
        Ladder t = States.in(TcpState.FIN_WAIT_2);
        t.in("F. 1:1(0) ack 2");
        assertThat(t.signals() & Signals.CLOSED).isNotZero();
        assertThat(t.connection().isDead()).isTrue();
        assertThat(t.connection().error()).isNull();
    }

    @Test
    @Rfc(value = 9293, section = "3.10.7.4")
    void lostLastAcknowledgmentIsSentAgainAndTheWaitBeginsAnew() {
        Ladder t = States.in(TcpState.TIME_WAIT);
        t.after(50_000);
        t.in("F. 1:1(0) ack 2");
        t.out(". 2:2(0) ack 2");
        t.after(59_999);
        assertThat(States.rows(t)).containsExactly(TcpState.TIME_WAIT);
        t.after(1);
        assertThat(t.tcp.rowCount()).isZero();
    }

    @Test
    @Rfc(value = 9293, section = "3.10.7.4")
    void finWithTextThatComesAgainRestartsTheWaitToo() {
        Ladder t = States.in(TcpState.FIN_WAIT_2);
        t.in("FP. 1:101(100) ack 2");
        t.out(". 2:2(0) ack 102");
        t.after(50_000);
        t.in("FP. 1:101(100) ack 2");
        t.out(". 2:2(0) ack 102");
        t.after(59_999);
        assertThat(t.tcp.rowCount()).isEqualTo(1);
    }

    @Test
    void otherSegmentsAreAnsweredButDoNotProlongTheWait() {
        Ladder t = States.in(TcpState.TIME_WAIT);
        t.after(50_000);
        t.in("P. 2:12(10) ack 2");
        t.out(". 2:2(0) ack 2");
        t.in("P. 1:2(1) ack 2"); // where the FIN was, without it
        t.out(". 2:2(0) ack 2");
        t.in(". 2:2(0) ack 2"); // all is well with the peer
        t.nothing();
        t.after(10_000);
        assertThat(t.tcp.rowCount()).isZero();
    }

    @Test
    @Rfc(value = 1337, section = "3")
    void resetDoesNotEndTheWait() {
        Ladder t = States.in(TcpState.TIME_WAIT);
        t.in("R 2:2(0)");
        t.in("R. 2:2(0) ack 2");
        t.nothing();
        assertThat(States.rows(t)).containsExactly(TcpState.TIME_WAIT);
        assertThat(t.dropped(Drop.TCP_DEAD)).isEqualTo(2);
    }

    @Test
    @Rfc(value = 9293, section = "3.6.1", requirement = "MAY-2")
    void synBeyondTheOldNumbersOpensANewIncarnation() {
        Ladder t = States.in(TcpState.TIME_WAIT);
        long before = t.connection().snd.nxt & 0xffff_ffffL;
        t.in("S 2:2(0) win 65535 <mss 1000>");
        var synAck = t.next();
        // "(1) assigns its initial sequence number for the new connection to be larger than the largest sequence
        // number it used on the previous connection incarnation"
        assertThat((int) (synAck.sequence() - before)).isPositive();
        assertThat(States.rows(t)).containsExactly(TcpState.SYN_RECEIVED);
        assertThat(t.counters().get(Counter.TCP_TIME_WAIT_REUSED)).isEqualTo(1);
        t.in(". 3:3(0) ack 1");
        assertThat(t.accept().state()).isEqualTo(TcpState.ESTABLISHED);
        assertThat(t.tcp.timeWaitCount()).isZero();
    }

    @Test
    @Rfc(value = 9293, section = "3.6.1", requirement = "MAY-2")
    void oldDuplicateOfTheSynOpensNothing() {
        // "(2) returns to TIME-WAIT state if the SYN turns out to be an old duplicate."
        Ladder t = States.in(TcpState.TIME_WAIT);
        t.in("S 0:0(0) win 65535 <mss 1000>");
        t.out(". 2:2(0) ack 2");
        t.in("S 1:1(0) win 65535 <mss 1000>"); // the number of the FIN, the last one seen
        t.out(". 2:2(0) ack 2");
        assertThat(States.rows(t)).containsExactly(TcpState.TIME_WAIT);
    }

    @Test
    @Rfc(value = 9293, section = "3.6.1", requirement = "SHLD-4")
    @Rfc(value = 6191, section = "2")
    void newerTimestampOpensANewIncarnationWhateverItsSequenceNumber() {
        Ladder t = stamped();
        t.in("S 0:0(0) win 65535 <mss 1000,TS val 104 ecr 0>");
        t.out("S. 0:0(0) ack 1 <mss 1460,nop,nop,TS val * ecr 104>");
        assertThat(States.rows(t)).containsExactly(TcpState.SYN_RECEIVED);
    }

    @Test
    @Rfc(value = 6191, section = "2")
    void olderTimestampOpensNothingWhateverItsSequenceNumber() {
        Ladder t = stamped();
        t.in("S 5000:5000(0) win 65535 <mss 1000,TS val 102 ecr 0>");
        t.out(". 2:2(0) ack 2");
        assertThat(States.rows(t)).containsExactly(TcpState.TIME_WAIT);
    }

    @Test
    @Rfc(value = 6191, section = "2")
    void equalTimestampsAreDecidedBySequenceNumbers() {
        Ladder t = stamped();
        t.in("S 1:1(0) win 65535 <mss 1000,TS val 103 ecr 0>");
        t.out(". 2:2(0) ack 2");
        t.in("S 2:2(0) win 65535 <mss 1000,TS val 103 ecr 0>");
        t.out("S. 0:0(0) ack 3");
    }

    /// In TIME-WAIT with timestamps; the last one that came was 103.
    private static Ladder stamped() {
        var t = new Ladder(TcpConfig.defaults().withSack(false).withWindowScaling(false));
        t.listen();
        t.in("S 0:0(0) win 65535 <mss 1000,TS val 100 ecr 0>");
        t.out("S. 0:0(0) ack 1");
        t.in(". 1:1(0) ack 1 <nop,nop,TS val 101 ecr *>");
        t.accept();
        t.close();
        t.out("F. 1:1(0) ack 1");
        t.in(". 1:1(0) ack 2 <nop,nop,TS val 102 ecr *>");
        t.in("F. 1:1(0) ack 2 <nop,nop,TS val 103 ecr *>");
        t.out(". 2:2(0) ack 2");
        assertThat(States.rows(t)).containsExactly(TcpState.TIME_WAIT);
        return t;
    }

    @Test
    void synWithoutAListenerOpensNothing() {
        Ladder t = States.in(TcpState.TIME_WAIT);
        t.tcp.close(t.now, java.util.Objects.requireNonNull(t.listener));
        t.in("S 3:3(0) win 65535 <mss 1000>");
        t.out(". 2:2(0) ack 2");
        assertThat(States.rows(t)).containsExactly(TcpState.TIME_WAIT);
    }

    @Test
    @Rfc(value = 9293, section = "3.4.1")
    void activeOpenMayFollowAtOnceWithLargerNumbers() {
        Ladder t = States.in(TcpState.TIME_WAIT);
        long before = t.connection().snd.nxt & 0xffff_ffffL;
        t.connect();
        var syn = t.next();
        assertThat((int) (syn.sequence() - before)).isPositive();
        assertThat(States.rows(t)).containsExactly(TcpState.SYN_SENT);
        assertThat(t.tcp.timeWaitCount()).isZero();
    }

    @Test
    @Rfc(value = 9293, section = "3.10.7.4")
    void aSegmentInTheWindowWithoutAckIsDroppedInSilence() {
        Ladder t = States.in(TcpState.TIME_WAIT);
        t.in("P 2:12(10)");
        t.in("F 2:2(0)");
        t.nothing();
        assertThat(t.dropped(Drop.TCP_NO_ACK)).isEqualTo(2);
        t.in("P 1:2(1)");
        t.out(". 2:2(0) ack 2");
    }
}
