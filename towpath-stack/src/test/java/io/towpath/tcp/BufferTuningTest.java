package io.towpath.tcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.towpath.core.Drop;
import io.towpath.tcp.config.TuningConfig;
import io.towpath.wire.testing.Rfc;
import org.junit.jupiter.api.Test;

/// Buffers that grow with what the path and the user can take, and what the memory of a connection is bounded
/// by.
class BufferTuningTest {
    private static final TcpConfig TUNED = TcpConfig.defaults()
            .withSack(false)
            .withTimestamps(false)
            .withReceiveBuffer(20_000)
            .withSendBuffer(20_000)
            .withTuning(TuningConfig.defaults().withReceiveMax(150_000).withSendMax(100_000));

    private static Ladder open(TcpConfig config, String syn, String ack) {
        var t = new Ladder(config);
        t.listen();
        t.in(syn);
        t.ignore();
        t.after(100);
        t.in(ack);
        t.accept();
        return t;
    }

    private static Ladder tuned() {
        return open(TUNED, "S 0:0(0) win 65535 <mss 1000,nop,wscale 7>", ". 1:1(0) ack 1 win 65535");
    }

    /// The peer sends whole windows, one a round trip of 100 ms, and the user takes all.
    private static int sendWindows(Ladder t, int rounds) {
        int at = 1;
        for (int round = 0; round < rounds; round++) {
            t.after(100);
            long window = t.info().rcvWnd();
            for (long sent = 0; sent + 1000 <= window; sent += 1000) {
                t.in("P. " + at + ":" + (at + 1000) + "(1000) ack 1");
                at += 1000;
            }
            t.read(t.connection().receiveRing().readable());
            t.ignore();
        }
        return at;
    }

    @Test
    @Rfc(value = 7323, section = "2.3")
    void theWindowScaleIsMadeForTheLargestBuffer() {
        var t = new Ladder(TUNED.withTuning(TuningConfig.defaults().withReceiveMax(4 << 20)));
        t.connect();
        t.out("S 0:0(0) win 20000 <mss 1460,nop,wscale 7>");
    }

    @Test
    void theReceiveBufferGrowsWithWhatTheUserTakesAndNotBeyondItsBound() {
        Ladder t = tuned();
        assertThat(t.info().details().receiveBuffer()).isEqualTo(20_000);
        sendWindows(t, 3);
        assertThat(t.info().details().receiveBuffer()).isGreaterThan(40_000);
        assertThat(t.info().details().receiveRttNanos()).isBetween(90_000_000L, 210_000_000L);
        sendWindows(t, 0);
        int at = sendWindows(t, 0);
        assertThat(at).isEqualTo(1);
    }

    @Test
    void theReceiveBufferStopsAtItsBound() {
        Ladder t = tuned();
        sendWindows(t, 12);
        assertThat(t.info().details().receiveBuffer()).isEqualTo(150_000);
        assertThat(t.info().rcvWnd()).isGreaterThan(140_000);
        assertThat(t.info().details().receiveSpace()).isGreaterThan(50_000);
    }

    @Test
    void aUserWhoTakesLittleKeepsASmallBuffer() {
        Ladder t = tuned();
        int at = 1;
        for (int i = 0; i < 50; i++) {
            t.after(100);
            t.in("P. " + at + ":" + (at + 1000) + "(1000) ack 1");
            at += 1000;
            t.read(1000);
            t.ignore();
        }
        assertThat(t.info().details().receiveBuffer()).isEqualTo(20_000);
    }

    @Test
    void aUserWhoTakesNothingKeepsASmallBuffer() {
        Ladder t = tuned();
        for (int at = 1; at < 19_000; at += 1000) {
            t.after(100);
            t.in("P. " + at + ":" + (at + 1000) + "(1000) ack 1");
            t.ignore();
        }
        assertThat(t.info().details().receiveBuffer()).isEqualTo(20_000);
    }

    @Test
    void withTimestampsTheRoundTripIsTheirs() {
        Ladder t = open(
                TUNED.withTimestamps(true),
                "S 0:0(0) win 65535 <mss 1000,nop,nop,TS val 1 ecr 0,nop,wscale 7>",
                ". 1:1(0) ack 1 win 65535 <nop,nop,TS val 1 ecr *>");
        t.after(70);
        t.in("P. 1:1001(1000) ack 1 <nop,nop,TS val 2 ecr *>");
        assertThat(t.info().details().receiveRttNanos()).isEqualTo(170_000_000L); // since the SYN-ACK
    }

    @Test
    void aSizeThatIsNamedStays() {
        Ladder t = open(
                TUNED.withReceiveBuffer(20_000).withSendBuffer(20_000),
                "S 0:0(0) win 65535 <mss 1000,nop,wscale 7>",
                ". 1:1(0) ack 1 win 65535");
        sendWindows(t, 6);
        assertThat(t.info().details().receiveBuffer()).isEqualTo(20_000);
        assertThat(t.info().details().sendBuffer()).isEqualTo(20_000);
    }

    @Test
    void theSendBufferIsTwiceTheCongestionWindowUpToItsBound() {
        Ladder t = tuned();
        int acked = 1;
        for (int round = 0; round < 8; round++) {
            t.write(t.connection().sendRing().writable());
            int sent = 0;
            for (int n = t.pendingSegments(); n > 0; n--) {
                sent += t.next().payload().length();
            }
            t.after(100);
            acked += sent;
            t.in(". 1:1(0) ack " + acked);
        }
        assertThat(t.info().cwnd()).isGreaterThan(50_000);
        assertThat(t.info().details().sendBuffer()).isEqualTo(100_000);
    }

    @Test
    void oneByteAtTheEdgeOfALargeWindowCostsNoLargeBuffer() {
        Ladder t = open(
                TcpConfig.defaults().withTimestamps(false).withReceiveBuffer(1 << 24),
                "S 0:0(0) win 65535 <mss 1000,sackOK,nop,wscale 7>",
                ". 1:1(0) ack 1 win 65535");
        t.in("P. 1:1001(1000) ack 1");
        t.in("P. 1001:2001(1000) ack 1");
        t.ignore();
        assertThat(t.info().rcvWnd()).isGreaterThan(16_000_000);
        t.in(". 16000000:16000001(1) ack 1");
        t.out(". 1:1(0) ack 2001");
        assertThat(t.dropped(Drop.TCP_RECEIVE_LIMIT)).isOne();
        assertThat(t.connection().receiveRing().allocated()).isLessThanOrEqualTo(4096);
        t.in(". 60001:61001(1000) ack 1");
        t.out(". 1:1(0) ack 2001 <nop,nop,sack 60001:61001>");
        assertThat(t.connection().receiveRing().allocated()).isLessThanOrEqualTo(65_536);
    }

    @Test
    void aSenderWhoseWindowGrowsWithAcknowledgmentsIsNeverTooFarAhead() {
        Ladder t = open(
                TcpConfig.defaults().withTimestamps(false).withReceiveBuffer(1 << 24),
                "S 0:0(0) win 65535 <mss 1000,sackOK,nop,wscale 7>",
                ". 1:1(0) ack 1 win 65535");
        int at = 1;
        for (int window = 10; window <= 1280; window *= 2) { // slow start; the first segment of each window is lost
            for (int i = 1; i < window; i++) {
                int from = at + 1000 * i;
                t.in(". " + from + ":" + (from + 1000) + "(1000) ack 1");
            }
            t.in(". " + at + ":" + (at + 1000) + "(1000) ack 1");
            at += 1000 * window;
            t.read(t.connection().receiveRing().readable());
            t.ignore();
        }
        assertThat(t.dropped(Drop.TCP_RECEIVE_LIMIT)).isZero();
        assertThat(t.info().bytesReceived()).isEqualTo(at - 1);
    }

    @Test
    void boundsMustBePossible() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TuningConfig.defaults().withReceiveMax(0));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TuningConfig.defaults().withSendMax((1 << 30) + 1));
    }
}
