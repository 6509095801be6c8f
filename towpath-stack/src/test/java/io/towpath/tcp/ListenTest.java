package io.towpath.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.core.Drop;
import io.towpath.core.Signals;
import io.towpath.tcp.config.SynCookieUse;
import io.towpath.wire.testing.Rfc;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/// Segments for nobody (RFC 9293 §3.10.7.1), for a listener (§3.10.7.2), and the two queues of a listener.
class ListenTest {
    @Test
    @Rfc(value = 9293, section = "3.10.7.1")
    void resetForNobodyAcknowledgesTheWholeLengthOfTheSegment() {
        var t = new Ladder();
        // "<SEQ=0><ACK=SEG.SEQ+SEG.LEN><CTL=RST,ACK>": SYN, FIN and each octet of text count one.
        t.in("SF 10:30(20)");
        t.out("R. 0:0(0) ack 32 win 0");
        t.in("F 10:10(0)");
        t.out("R. 0:0(0) ack 11 win 0");
        t.in("P 10:15(5)");
        t.out("R. 0:0(0) ack 15 win 0");
    }

    @Test
    @Rfc(value = 9293, section = "3.10.7.1")
    void resetForNobodyTakesItsSequenceNumberFromTheAcknowledgment() {
        var t = new Ladder();
        for (String flags : new String[] {".", "S.", "F.", "P."}) {
            t.in(flags + " 5:5(0) ack 77");
            t.out("R 77:77(0) win 0");
        }
    }

    @Test
    @Rfc(value = 9293, section = "3.10.7.1")
    void resetForNobodyIsDiscarded() {
        var t = new Ladder();
        t.in("R 5:5(0)");
        t.in("R. 5:5(0) ack 7");
        t.in("SR 5:5(0)");
        t.nothing();
        assertThat(t.dropped(Drop.TCP_NO_CONNECTION)).isEqualTo(3);
    }

    @Test
    @Rfc(value = 9293, section = "3.10.7.2")
    void listenerIgnoresAReset() {
        var t = new Ladder();
        t.listen();
        t.in("R 0:0(0)");
        t.in("R. 0:0(0) ack 5");
        t.in("SR 0:0(0)");
        t.nothing();
        assertThat(t.dropped(Drop.TCP_NOT_ACCEPTABLE)).isEqualTo(3);
        assertThat(t.tcp.rowCount()).isZero();
    }

    @Test
    @Rfc(value = 9293, section = "3.10.7.2")
    void listenerResetsEveryAcknowledgment() {
        var t = new Ladder();
        t.listen();
        // "Any acknowledgment is bad if it arrives on a connection still in the LISTEN state."
        t.in(". 5:5(0) ack 300");
        t.out("R 300:300(0) win 0");
        t.in("S. 0:0(0) ack 301");
        t.out("R 301:301(0) win 0");
        t.in("F. 5:5(0) ack 302");
        t.out("R 302:302(0) win 0");
        assertThat(t.tcp.rowCount()).isZero();
    }

    @Test
    @Rfc(value = 9293, section = "3.10.7.2")
    void listenerDropsWhatIsNeitherSynNorAcknowledgmentNorReset() {
        var t = new Ladder();
        t.listen();
        t.in("F 5:5(0)");
        t.in("P 5:15(10)");
        t.in("- 5:5(0)");
        t.nothing();
        assertThat(t.dropped(Drop.TCP_NOT_ACCEPTABLE)).isEqualTo(3);
        assertThat(t.tcp.rowCount()).isZero();
    }

    @Test
    @Rfc(value = 9293, section = "3.10.7.2")
    void textAndFinOfASynAreNotAcknowledgedAndComeAgain() {
        var t = new Ladder();
        t.listen();
        t.in("SF 0:20(20) win 1000 <mss 1000>");
        t.out("S. 0:0(0) ack 1");
        t.in("F. 1:21(20) ack 1");
        t.out(". 1:1(0) ack 22");
        t.accept();
        assertThat(t.state()).isEqualTo(TcpState.CLOSE_WAIT);
        t.read(20);
    }

    @Test
    @Rfc(value = 9293, section = "3.9.1.1", requirement = "MUST-41")
    @Rfc(value = 9293, section = "3.9.1.1", requirement = "MUST-42")
    void passiveOpenLeavesAConnectionFromTheSamePortAlone() {
        var t = States.in(TcpState.SYN_SENT);
        t.listen(); // on the port that the connection is being opened from
        assertThat(t.state()).isEqualTo(TcpState.SYN_SENT);
        t.in("S. 0:0(0) ack 1");
        t.out(". 1:1(0) ack 1");
        assertThat(t.state()).isEqualTo(TcpState.ESTABLISHED);
        assertThat(Objects.requireNonNull(t.listener).halfOpen()).isZero();
    }

    @Test
    @Rfc(value = 9293, section = "3.9.1.1", requirement = "MUST-41")
    void secondPassiveOpenOfAPortFailsAndTheFirstOneListensOn() {
        var t = new Ladder();
        t.listen();
        var again = t.tcp.listen(t.now, null, Ladder.HOST_PORT, 1, t.config);
        assertThat(again).isEqualTo(new TcpListener.Failed(TcpError.ADDRESS_IN_USE));
        var named = t.tcp.listen(t.now, Ladder.HOST, Ladder.HOST_PORT, 1, t.config);
        assertThat(named).isEqualTo(new TcpListener.Failed(TcpError.ADDRESS_IN_USE));
        t.in("S 0:0(0)");
        t.out("S. 0:0(0) ack 1");
    }

    @Test
    @Rfc(value = 4987, section = "3.4")
    void inAFullSynQueueWhoDoesNotAnswerGivesWayAfterOneRetransmission() {
        var t = new Ladder(withoutCookies().withSynQueueMax(2));
        t.listen();
        t.in("S 0:0(0)");
        t.out("S. 0:0(0) ack 1");
        t.after(500);
        var other = t.segment("S 0:0(0)");
        t.inject(from(other, 40_001).emit(Ladder.PEER, Ladder.HOST), 0);
        t.ignore();
        t.inject(from(other, 40_002).emit(Ladder.PEER, Ladder.HOST), 0);
        t.nothing();
        assertThat(t.dropped(Drop.TCP_SYN_QUEUE_FULL)).isEqualTo(1);
        t.after(500); // the first one's SYN-ACK goes again
        t.ignore();
        t.inject(from(other, 40_002).emit(Ladder.PEER, Ladder.HOST), 0);
        assertThat(t.next().destinationPort()).isEqualTo(40_002);
        t.inject(from(other, 40_003).emit(Ladder.PEER, Ladder.HOST), 0);
        t.nothing(); // the second one has not been asked twice yet
        assertThat(t.dropped(Drop.TCP_SYN_QUEUE_FULL)).isEqualTo(2);
        assertThat(Objects.requireNonNull(t.listener).halfOpen()).isEqualTo(2);
    }

    @Test
    void synIsDroppedWithoutAWordWhenTheSynQueueIsFull() {
        var t = new Ladder(withoutCookies().withSynQueueMax(1));
        t.listen();
        t.in("S 0:0(0)");
        t.out("S. 0:0(0) ack 1");
        var second = t.segment("S 0:0(0)");
        t.inject(from(second, 40_001).emit(Ladder.PEER, Ladder.HOST), 0);
        t.nothing();
        assertThat(t.dropped(Drop.TCP_SYN_QUEUE_FULL)).isEqualTo(1);
        // The first one completes its handshake; then there is room again.
        t.in(". 1:1(0) ack 1");
        t.inject(from(second, 40_001).emit(Ladder.PEER, Ladder.HOST), 0);
        t.out("S. 0:0(0) ack 1");
    }

    private static TcpConfig withoutCookies() {
        var config = TcpConfig.defaults().withTimestamps(false);
        return config.withOpening(config.opening().withSynCookies(SynCookieUse.OFF));
    }

    private static io.towpath.wire.TcpSegment from(io.towpath.wire.TcpSegment s, int port) {
        return new io.towpath.wire.TcpSegment(
                port,
                s.destinationPort(),
                s.sequence(),
                s.acknowledgment(),
                s.flags(),
                s.window(),
                s.urgentPointer(),
                s.options(),
                s.payload());
    }

    @Test
    void synIsDroppedWithoutAWordWhenTheAcceptQueueIsFull() {
        var t = new Ladder();
        t.listen(1);
        t.in("S 0:0(0)");
        t.out("S. 0:0(0) ack 1");
        t.in(". 1:1(0) ack 1");
        var second = from(t.segment("S 0:0(0)"), 40_001);
        t.inject(second.emit(Ladder.PEER, Ladder.HOST), 0);
        t.nothing();
        assertThat(t.dropped(Drop.TCP_ACCEPT_QUEUE_FULL)).isEqualTo(1);
        t.accept();
        t.inject(second.emit(Ladder.PEER, Ladder.HOST), 0);
        t.out("S. 0:0(0) ack 1");
    }

    @Test
    void lastSegmentOfAHandshakeWaitsForRoomInTheAcceptQueue() {
        var t = new Ladder();
        t.listen(1);
        var other = from(t.segment("S 0:0(0)"), 40_001);
        t.inject(other.emit(Ladder.PEER, Ladder.HOST), 0);
        var synAck = t.next();
        t.in("S 0:0(0)");
        t.out("S. 0:0(0) ack 1");
        // The other one is first.
        var ack = new io.towpath.wire.TcpSegment(
                40_001,
                Ladder.HOST_PORT,
                synAck.acknowledgment(),
                synAck.sequence() + 1 & 0xffff_ffffL,
                io.towpath.wire.TcpHeader.ACK,
                65_535,
                0,
                java.util.List.of(),
                io.towpath.wire.Octets.EMPTY);
        t.inject(ack.emit(Ladder.PEER, Ladder.HOST), 0);
        assertThat(Objects.requireNonNull(t.listener).waiting()).isEqualTo(1);
        t.in(". 1:1(0) ack 1");
        t.nothing();
        assertThat(t.dropped(Drop.TCP_ACCEPT_QUEUE_FULL)).isEqualTo(1);
        assertThat(t.accept().remotePort()).isEqualTo(40_001);
        // The SYN-ACK goes out again after the initial timeout, and its acknowledgment finds room.
        t.after(1000);
        t.out("S. 0:0(0) ack 1");
        t.in(". 1:1(0) ack 1");
        assertThat(t.accept().remotePort()).isEqualTo(Ladder.PEER_PORT);
        assertThat(t.state()).isEqualTo(TcpState.ESTABLISHED);
    }

    @Test
    @Rfc(value = 9293, section = "3.10.4")
    void closedListenerForgetsHalfOpenConnections() {
        Ladder t = States.halfOpen();
        TcpListener listener = Objects.requireNonNull(t.listener);
        t.tcp.close(t.now, listener);
        assertThat(t.tcp.rowCount()).isZero();
        assertThat(listener.halfOpen()).isZero();
        t.in(". 1:1(0) ack 1");
        t.out("R 1:1(0) win 0");
    }

    @Test
    @Rfc(value = 9293, section = "3.10.4")
    void closedListenerResetsConnectionsThatNobodyAccepted() {
        Ladder t = States.halfOpen();
        t.in("P. 1:11(10) ack 1");
        t.ignore();
        TcpListener listener = Objects.requireNonNull(t.listener);
        t.tcp.close(t.now, listener);
        t.out("R. 1:1(0) ack 11 win 0");
        assertThat(t.tcp.rowCount()).isZero();
        assertThat(listener.waiting()).isZero();
        assertThat(t.tcp.accept(t.now, listener)).isNull();
    }

    @Test
    void closedListenerResetsMoreConnectionsThanRepliesFitTheirQueue() {
        var t = new Ladder();
        t.listen(3000);
        TcpListener listener = Objects.requireNonNull(t.listener);
        for (int port = 10_000; port < 13_000; port++) {
            t.inject(from(t.segment("S 0:0(0)"), port).emit(Ladder.PEER, Ladder.HOST), 0);
            t.next();
            t.inject(from(t.segment(". 1:1(0) ack 1"), port).emit(Ladder.PEER, Ladder.HOST), 0);
        }
        assertThat(listener.waiting()).isEqualTo(3000);
        t.tcp.close(t.now, listener);
        assertThat(t.tcp.accept(t.now, listener)).isNull();
        int resets = t.pendingSegments();
        assertThat(resets).isEqualTo(3000);
        for (int i = 0; i < resets; i++) {
            assertThat(t.next().has(io.towpath.wire.TcpHeader.RST)).isTrue();
        }
        assertThat(t.tcp.rowCount()).isZero();
        assertThat(t.dropped(Drop.REPLY_QUEUE_FULL)).isZero();
    }

    @Test
    void acceptedConnectionsOutliveTheirListener() {
        Ladder t = Ladder.established();
        t.tcp.close(t.now, Objects.requireNonNull(t.listener));
        t.in("P. 1:11(10) ack 1");
        t.read(10);
        assertThat(t.state()).isEqualTo(TcpState.ESTABLISHED);
        assertThat(t.signals() & Signals.CLOSED).isNotZero(); // the listener's
        assertThat(t.connection().error()).isNull();
    }

    @Test
    void connectionThatIsResetBeforeItIsAcceptedLeavesTheQueue() {
        Ladder t = States.halfOpen();
        t.in(". 1:1(0) ack 1");
        TcpListener listener = Objects.requireNonNull(t.listener);
        assertThat(listener.waiting()).isEqualTo(1);
        t.in("R 1:1(0)");
        assertThat(listener.waiting()).isZero();
        assertThat(t.tcp.accept(t.now, listener)).isNull();
    }
}
