package io.towpath.sctp;

import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.core.Signals;
import io.towpath.wire.SctpCause;
import io.towpath.wire.SctpCauses;
import io.towpath.wire.SctpChunk;
import io.towpath.wire.SctpChunks;
import io.towpath.wire.testing.Rfc;
import java.util.List;
import org.junit.jupiter.api.Test;

@Rfc(value = 9260, section = "9.2")
class ShutdownTest {
    @Test
    @Rfc(value = 9260, section = "4", requirement = "9260-4-1")
    void theHostShutsDownInThreeChunks() {
        var t = SctpLadder.established();
        t.shutdown();
        t.out("SHUTDOWN[flgs=0, cum_tsn=0]");
        assertThat(t.state()).isEqualTo(AssociationState.Name.SHUTDOWN_SENT);
        t.in(SctpLadder.bare(SctpChunks.SHUTDOWN_ACK));
        t.out("SHUTDOWN_COMPLETE[flgs=0]");
        assertThat(t.association().isClosed()).isTrue();
        assertThat(t.association().error()).isNull();
        assertThat(t.notifications()).containsExactly(new Notification.ShutdownComplete());
        assertThat(t.sctp.size()).isZero();
    }

    @Test
    @Rfc(value = 9260, section = "4", requirement = "9260-4-1")
    void thePeerShutsDownInThreeChunks() {
        var t = SctpLadder.established();
        t.in(t.shutdownChunk(0));
        t.out("SHUTDOWN_ACK[flgs=0]");
        assertThat(t.signals & Signals.END_OF_STREAM).isNotZero();
        t.in(SctpLadder.bare(SctpChunks.SHUTDOWN_COMPLETE));
        t.nothing();
        assertThat(t.association().isClosed()).isTrue();
        assertThat(t.notifications())
                .containsExactly(new Notification.PeerShutdown(), new Notification.ShutdownComplete());
    }

    @Test
    @Rfc(value = 9260, section = "9.2", requirement = "9260-9.2-1")
    void outstandingDataIsDeliveredBeforeTheShutdown() {
        var t = SctpLadder.established();
        t.send(0, 100);
        t.ignore();
        t.shutdown();
        assertThat(t.state()).isEqualTo(AssociationState.Name.SHUTDOWN_PENDING);
        t.nothing();
        assertThat(t.trySend(SendOptions.defaults(), 1)).isEqualTo(SctpError.SHUTTING_DOWN);
        t.after(1000);
        t.out("DATA[..., tsn=1, ...]");
        t.in(t.sack(1, 100_000));
        t.out("SHUTDOWN[flgs=0, cum_tsn=0]");
    }

    @Test
    void dataBehindAShutdownCarriesTheImmediateBitAtItsEnd() {
        var t = SctpLadder.established(SctpLadder.plain(), 1500);
        t.send(0, 1000);
        t.send(0, 1000);
        t.shutdown();
        t.out("DATA[flgs=BE, ..., tsn=1, ...]");
        t.in(t.sack(1, 1500));
        t.out("DATA[flgs=IBE, ..., tsn=2, ...]");
    }

    @Test
    @Rfc(value = 9260, section = "9.2", requirement = "9260-9.2-2")
    void aShutdownOfThePeerAcknowledgesDataAndWaitsForTheRest() {
        var t = SctpLadder.established();
        t.send(0, 100);
        t.send(0, 100);
        t.ignore();
        t.in(t.shutdownChunk(1));
        assertThat(t.state()).isEqualTo(AssociationState.Name.SHUTDOWN_RECEIVED);
        t.nothing();
        t.after(1000);
        t.out("DATA[..., tsn=2, ...]");
        t.in(t.shutdownChunk(2));
        t.out("SHUTDOWN_ACK[flgs=0]");
    }

    @Test
    @Rfc(value = 9260, section = "9.2", requirement = "9260-9.2-3")
    void dataAfterAShutdownIsAnsweredByTheShutdownAtOnce() {
        var t = SctpLadder.established();
        t.shutdown();
        t.out("SHUTDOWN[flgs=0, cum_tsn=0]");
        t.in(t.data(1, 0, 0, 10));
        t.out("SHUTDOWN[flgs=0, cum_tsn=1]");
        t.in(t.data(3, 0, 2, 10));
        t.out("SHUTDOWN[flgs=0, cum_tsn=1]", "SACK[flgs=0, cum_tsn=1, a_rwnd=..., gaps=[2:2], dups=[]]");
        assertThat(t.messages()).containsExactly("0:10");
    }

    @Test
    @Rfc(value = 9260, section = "9.2", requirement = "9260-9.2-4")
    void shutdownAndShutdownAckAreSentAgain() {
        var t = SctpLadder.established();
        t.shutdown();
        t.out("SHUTDOWN[...]");
        t.after(1000);
        t.out("SHUTDOWN[...]");
        t.after(2000);
        t.out("SHUTDOWN[...]");

        var peer = SctpLadder.established();
        peer.in(peer.shutdownChunk(0));
        peer.out("SHUTDOWN_ACK[flgs=0]");
        peer.after(1000);
        peer.out("SHUTDOWN_ACK[flgs=0]");
    }

    @Test
    @Rfc(value = 9260, section = "9.2", requirement = "9260-9.2-4")
    void aShutdownThatNobodyAnswersEndsTheAssociation() {
        var t = SctpLadder.established(
                SctpLadder.plain().withLimits(SctpLimits.defaults().withRetransmissions(2, 5, 8)), 100_000);
        t.shutdown();
        t.after(10_000);
        t.ignore();
        assertThat(t.association().isClosed()).isTrue();
        assertThat(t.association().error()).isEqualTo(SctpError.TIMED_OUT);
    }

    @Test
    @Rfc(value = 9260, section = "9.2", requirement = "9260-9.2-5")
    void theGuardTimerBoundsAShutdownThatThePeerPutsOff() {
        var t = SctpLadder.established(
                SctpLadder.plain()
                        .withTimes(SctpTimes.defaults().withHeartbeatInterval(0).withShutdownGuard(5_000_000_000L)),
                100_000);
        t.shutdown();
        for (int i = 1; i <= 9; i++) {
            t.in(t.data(i, 0, i - 1, 10));
            t.after(500);
        }
        t.ignore();
        t.after(500);
        t.out("ABORT[flgs=0]");
        assertThat(t.association().error()).isEqualTo(SctpError.SHUTDOWN_TIMED_OUT);
    }

    @Test
    @Rfc(value = 9260, section = "9.2", requirement = "9260-9.2-6")
    void crossedShutdownsEndInShutdownAcks() {
        var t = SctpLadder.established();
        t.shutdown();
        t.out("SHUTDOWN[...]");
        t.in(t.shutdownChunk(0));
        t.out("SHUTDOWN_ACK[flgs=0]");
        assertThat(t.state()).isEqualTo(AssociationState.Name.SHUTDOWN_ACK_SENT);
        t.in(SctpLadder.bare(SctpChunks.SHUTDOWN_ACK));
        t.out("SHUTDOWN_COMPLETE[flgs=0]");
        assertThat(t.association().isClosed()).isTrue();
    }

    @Test
    @Rfc(value = 9260, section = "9.2", requirement = "9260-9.2-7")
    void aShutdownCompleteOutOfPlaceIsIgnored() {
        var t = SctpLadder.established();
        t.in(SctpLadder.bare(SctpChunks.SHUTDOWN_COMPLETE));
        assertThat(t.state()).isEqualTo(AssociationState.Name.ESTABLISHED);
        t.in(SctpLadder.bare(SctpChunks.SHUTDOWN_ACK));
        t.nothing();
        assertThat(t.state()).isEqualTo(AssociationState.Name.ESTABLISHED);
    }

    @Test
    @Rfc(value = 9260, section = "9.2", requirement = "9260-9.2-8")
    void anInitWhileTheShutdownAckIsOutIsAnsweredByTheShutdownAck() {
        var t = SctpLadder.established();
        t.in(t.shutdownChunk(0));
        t.out("SHUTDOWN_ACK[flgs=0]");
        t.in(t.init(77, 100_000, 1, 1, List.of()));
        t.out("SHUTDOWN_ACK[flgs=0]");
        assertThat(t.state()).isEqualTo(AssociationState.Name.SHUTDOWN_ACK_SENT);
    }

    @Test
    void aShutdownDuringTheHandshakeWaitsForItsEnd() {
        var t = SctpLadder.established();
        var c = new SctpLadder();
        c.connect();
        c.send(0, 10);
        c.out("INIT[...]");
        c.in(c.initAck());
        c.out("COOKIE_ECHO[...]", "DATA[...]");
        c.shutdown();
        c.in(SctpLadder.cookieAck(), c.sack(1, 100_000));
        c.out("SHUTDOWN[...]");
        c.in(c.shutdownChunk(1));
        c.out("SHUTDOWN_ACK[flgs=0]");
        t.nothing();
    }

    @Test
    @Rfc(value = 9260, section = "9.1", requirement = "9260-9.1-1")
    void anAbortOfTheUserTellsThePeerAndEndsAtOnce() {
        var t = SctpLadder.established();
        t.send(0, 100);
        t.ignore();
        t.sctp.abort(t.now, t.association(), new byte[] {'o', 'u', 't'});
        t.out("ABORT[flgs=0, USER_INITIATED_ABORT[...]]");
        assertThat(t.association().error()).isEqualTo(SctpError.USER_ABORT);
        t.after(100_000);
        t.nothing();
    }

    @Test
    @Rfc(value = 9260, section = "8.5.1", requirement = "9260-8.5.1-1")
    void anAbortOfThePeerIsTakenWithItsTagOrOursReflected() {
        var t = SctpLadder.established();
        t.inject(0, t.hostTag + 1, SctpLadder.abortChunk());
        t.inject(0, t.peerTag, SctpLadder.abortChunk());
        t.inject(0, t.hostTag, new SctpChunk.Failure(SctpChunks.ABORT, SctpChunks.T, List.of()));
        assertThat(t.state()).isEqualTo(AssociationState.Name.ESTABLISHED);
        t.inject(0, t.peerTag, new SctpChunk.Failure(SctpChunks.ABORT, SctpChunks.T, List.of()));
        assertThat(t.association().error()).isEqualTo(SctpError.ABORTED);

        var other = SctpLadder.established();
        other.in(SctpLadder.abortChunk(
                new SctpCause.Opaque(SctpCauses.USER_ABORT, io.towpath.wire.Octets.of((byte) 'x'))));
        assertThat(other.association().error()).isEqualTo(SctpError.ABORTED);
        assertThat(other.notifications())
                .anyMatch(n -> n instanceof Notification.CommunicationLost lost && lost.reason().length == 5);
        other.nothing();
    }

    @Test
    @Rfc(value = 9260, section = "11.1.3", requirement = "9260-11.1.3-1")
    void autocloseShutsAnIdleAssociationDown() {
        var t = SctpLadder.established(
                SctpLadder.plain()
                        .withTimes(SctpTimes.defaults().withHeartbeatInterval(0).withAutoclose(10_000_000_000L)),
                100_000);
        t.after(6000);
        t.in(t.data(1, 0, 0, 10));
        t.out("SACK[...]");
        t.after(9999);
        t.nothing();
        t.after(1);
        t.out("SHUTDOWN[flgs=0, cum_tsn=1]");
    }
}
