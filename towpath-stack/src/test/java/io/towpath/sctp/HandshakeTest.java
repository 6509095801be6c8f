package io.towpath.sctp;

import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.wire.Octets;
import io.towpath.wire.SctpCause;
import io.towpath.wire.SctpCauses;
import io.towpath.wire.SctpChunk;
import io.towpath.wire.SctpChunks;
import io.towpath.wire.SctpParameter;
import io.towpath.wire.testing.Rfc;
import java.util.List;
import org.junit.jupiter.api.Test;

@Rfc(value = 9260, section = "5.1")
class HandshakeTest {
    @Test
    @Rfc(value = 9260, section = "5.1", requirement = "9260-5.1-1")
    void aPeerBeginsAnAssociationWithFourChunks() {
        var t = new SctpLadder();
        t.listen();
        t.in(t.init());
        t.out("INIT_ACK[flgs=0, tag=..., a_rwnd=262144, os=10, is=2048, tsn=1, STATE_COOKIE[...]]");
        assertThat(t.sctp.size())
                .as("no state is kept before the cookie comes back")
                .isZero();
        t.in(t.cookieEcho());
        t.out("COOKIE_ACK[flgs=0]");
        t.nothing();
        t.accept();
        assertThat(t.state()).isEqualTo(AssociationState.Name.ESTABLISHED);
        assertThat(t.notifications()).containsExactly(new Notification.CommunicationUp(10, 10));
    }

    @Test
    @Rfc(value = 9260, section = "4", requirement = "9260-4-1")
    void theHostBeginsAnAssociationWithFourChunks() {
        var t = new SctpLadder();
        t.connect();
        t.out("INIT[flgs=0, tag=..., a_rwnd=262144, os=10, is=2048, tsn=1, SUPPORTED_ADDRESS_TYPES[...]]");
        t.in(t.initAck());
        t.out("COOKIE_ECHO[flgs=0, len=12, val=...]");
        assertThat(t.state()).isEqualTo(AssociationState.Name.COOKIE_ECHOED);
        t.in(SctpLadder.cookieAck());
        t.nothing();
        assertThat(t.state()).isEqualTo(AssociationState.Name.ESTABLISHED);
        assertThat(t.notifications()).containsExactly(new Notification.CommunicationUp(10, 10));
    }

    @Test
    @Rfc(value = 9260, section = "5.1", requirement = "9260-5.1-2")
    void dataGoesAlongWithTheCookieAndNothingElseUntilItIsAcknowledged() {
        var t = new SctpLadder();
        t.connect();
        t.send(0, 100);
        t.out("INIT[...]");
        t.in(t.initAck());
        t.out("COOKIE_ECHO[...]", "DATA[flgs=BE, len=116, tsn=1, sid=0, ssn=0, ppid=0]");
        t.send(1, 100);
        t.nothing();
        t.in(SctpLadder.cookieAck(), t.sack(1, 100_000));
        t.out("DATA[flgs=BE, len=116, tsn=2, sid=1, ssn=0, ppid=0]");
    }

    @Test
    @Rfc(value = 9260, section = "5.1", requirement = "9260-5.1-3")
    void dataWithTheCookieIsAcknowledgedBehindTheCookieAck() {
        var t = new SctpLadder();
        t.listen();
        t.in(t.init());
        t.out("INIT_ACK[...]");
        t.in(t.cookieEcho(), t.data(1, 0, 0, 100));
        t.out("COOKIE_ACK[flgs=0]", "SACK[flgs=0, cum_tsn=1, a_rwnd=262044, gaps=[], dups=[]]");
        t.accept();
        assertThat(t.receive().length()).isEqualTo(100);
    }

    @Test
    @Rfc(value = 9260, section = "5.1.4", requirement = "9260-5.1.4-2")
    void anInitIsSentAgainAfterEachDoubledTimeoutAndThenGivenUp() {
        var t = new SctpLadder(
                SctpLadder.plain().withLimits(SctpLimits.defaults().withRetransmissions(10, 5, 2)));
        t.connect();
        t.out("INIT[...]");
        t.after(999);
        t.nothing();
        t.after(1);
        t.out("INIT[...]");
        t.after(2000);
        t.out("INIT[...]");
        t.after(3999);
        t.nothing();
        t.after(1);
        t.nothing();
        assertThat(t.association().isClosed()).isTrue();
        assertThat(t.association().error()).isEqualTo(SctpError.TIMED_OUT);
        assertThat(t.sctp.size()).isZero();
    }

    @Test
    @Rfc(value = 9260, section = "5.1.4", requirement = "9260-5.1.4-1")
    void aCookieEchoIsSentAgainWithItsData() {
        var t = new SctpLadder();
        t.connect();
        t.send(0, 100);
        t.out("INIT[...]");
        t.in(t.initAck());
        t.out("COOKIE_ECHO[...]", "DATA[..., tsn=1, ...]");
        t.after(1000);
        t.out("COOKIE_ECHO[...]", "DATA[..., tsn=1, ...]");
        t.in(SctpLadder.cookieAck(), t.sack(1, 100_000));
        t.after(10_000);
        t.nothing();
    }

    @Test
    @Rfc(value = 9260, section = "5.1.1", requirement = "9260-5.1.1-1")
    void streamsAreTheFewerOfWhatOneWantsAndTheOtherTakes() {
        var t = new SctpLadder();
        t.listen();
        t.in(t.init(t.peerTag, 100_000, 5000, 3, List.of()));
        t.out("INIT_ACK[..., os=3, is=2048, ...]");
        t.in(t.cookieEcho());
        t.out("COOKIE_ACK[flgs=0]");
        t.accept();
        assertThat(t.notifications()).containsExactly(new Notification.CommunicationUp(3, 2048));
        assertThat(t.trySend(SendOptions.stream(3), 1)).isEqualTo(SctpError.BAD_STREAM);
    }

    @Test
    @Rfc(value = 9260, section = "8.4", requirement = "9260-8.4-1")
    void nobodyListensAndTheInitIsAnsweredByAnAbortWithItsTag() {
        var t = new SctpLadder();
        t.in(t.init());
        var abort = t.next();
        assertThat(t.text(abort.packet())).isEqualTo("sctp: ABORT[flgs=0]");
        assertThat(abort.packet().verificationTag()).isEqualTo(t.peerTag);
    }

    @Test
    @Rfc(value = 9260, section = "3.3.2", requirement = "9260-3.3.2-1")
    void anInitWithoutStreamsOrWithATinyWindowIsAnsweredByAnAbort() {
        var t = new SctpLadder();
        t.listen();
        t.in(t.init(t.peerTag, 100_000, 0, 10, List.of()));
        t.out("ABORT[flgs=0, INVALID_MANDATORY_PARAMETER[...]]");
        t.in(t.init(t.peerTag, 100_000, 10, 0, List.of()));
        t.out("ABORT[flgs=0, INVALID_MANDATORY_PARAMETER[...]]");
        t.in(t.init(t.peerTag, 1499, 10, 10, List.of()));
        t.out("ABORT[flgs=0, INVALID_MANDATORY_PARAMETER[...]]");
        t.in(t.init(0, 100_000, 10, 10, List.of()));
        t.nothing();
    }

    @Test
    @Rfc(value = 9260, section = "3.2.1", requirement = "9260-3.2.1-1")
    @Rfc(value = 9260, section = "3.2.2", requirement = "9260-3.2.2-1")
    void unknownParametersAreSkippedReportedOrEndTheReadingByTheirHighBits() {
        var t = new SctpLadder();
        t.listen();
        var skip = new SctpParameter.Opaque(0xbf01, Octets.of((byte) 1));
        var report = new SctpParameter.Opaque(0xff02, Octets.of((byte) 2));
        var stopAndReport = new SctpParameter.Opaque(0x7f03, Octets.of((byte) 3));
        var behind = new SctpParameter.Opaque(0xff04, Octets.of((byte) 4));
        t.in(t.init(List.of(skip, report, stopAndReport, behind)));
        t.out("INIT_ACK[..., STATE_COOKIE[...], UNRECOGNIZED_PARAMETER[...0xff02...],"
                + " UNRECOGNIZED_PARAMETER[...0x7f03...]]");
        var stop = new SctpParameter.Opaque(0x3f05, Octets.of((byte) 5));
        t.in(t.init(List.of(stop, report)));
        var reply = t.next();
        assertThat(t.text(reply.packet())).doesNotContain("UNRECOGNIZED");
    }

    @Test
    @Rfc(value = 9260, section = "3.2.2", requirement = "9260-3.2.2-2")
    void unknownParametersOfAnInitAckAreReportedWithTheCookie() {
        var t = new SctpLadder();
        t.connect();
        t.out("INIT[...]");
        t.in(t.initAck(new SctpParameter.Opaque(0xff02, Octets.of((byte) 2))));
        t.out("COOKIE_ECHO[...]", "ERROR[flgs=0, UNRECOGNIZED_PARAMETERS[params=[...0xff02...]]]");
    }

    @Test
    @Rfc(value = 9260, section = "3.3.2.1", requirement = "9260-3.3.2.1-1")
    void aHostNameIsRefused() {
        var t = new SctpLadder();
        t.listen();
        t.in(t.init(List.of(new SctpParameter.Opaque(11, Octets.of(new byte[] {'a', 0})))));
        t.out("ABORT[flgs=0, UNRESOLVABLE_ADDRESS[...]]");
    }

    @Test
    @Rfc(value = 9260, section = "3.3.3", requirement = "9260-3.3.3-1")
    void anInitAckWithoutACookieEndsTheAttempt() {
        var t = new SctpLadder();
        t.connect();
        t.out("INIT[...]");
        t.in(t.initAck(100_000, 10, 10, List.of()));
        t.out("ABORT[flgs=0, MISSING_MANDATORY_PARAMETER[types=[STATE_COOKIE]]]");
        assertThat(t.association().isClosed()).isTrue();
    }

    @Test
    void anAbortRefusesTheAssociation() {
        var t = new SctpLadder();
        t.connect();
        t.out("INIT[...]");
        t.in(SctpLadder.abortChunk());
        assertThat(t.association().error()).isEqualTo(SctpError.REFUSED);
        t.after(10_000);
        t.nothing();
    }

    @Test
    @Rfc(value = 9260, section = "5.1.5", requirement = "9260-5.1.5-1")
    void aCookieThatThisHostDidNotMakeIsDiscarded() {
        var t = new SctpLadder();
        t.listen();
        t.in(t.init());
        t.out("INIT_ACK[...]");
        for (int i = 0; i < t.cookie.length; i += 7) {
            t.cookie[i] ^= 1;
            t.in(t.cookieEcho());
            t.cookie[i] ^= 1;
        }
        t.nothing();
        t.inject(0, t.hostTag + 1, t.cookieEcho());
        t.nothing();
        assertThat(t.sctp.size()).isZero();
        t.in(t.cookieEcho());
        t.out("COOKIE_ACK[flgs=0]");
    }

    @Test
    @Rfc(value = 9260, section = "5.1.5", requirement = "9260-5.1.5-2")
    void aStaleCookieIsAnsweredByAnErrorWithItsStaleness() {
        var t = new SctpLadder();
        t.listen();
        t.in(t.init());
        t.out("INIT_ACK[...]");
        t.after(60_000.5);
        t.in(t.cookieEcho());
        t.out("ERROR[flgs=0, STALE_COOKIE_ERROR[staleness=500]]");
        assertThat(t.sctp.size()).isZero();
    }

    @Test
    @Rfc(value = 9260, section = "3.3.2.1", requirement = "9260-3.3.2.1-2")
    void aCookiePreservativeLetsTheCookieLiveLonger() {
        var t = new SctpLadder();
        t.listen();
        t.in(t.init(List.of(new SctpParameter.Word(9, 2000))));
        t.out("INIT_ACK[...]");
        t.after(61_999);
        t.in(t.cookieEcho());
        t.out("COOKIE_ACK[flgs=0]");
    }

    @Test
    @Rfc(value = 9260, section = "5.2.6", requirement = "9260-5.2.6-1")
    void aStaleCookieErrorBeginsTheHandshakeAnewWithAPreservative() {
        var t = new SctpLadder();
        t.connect();
        t.send(0, 10);
        t.out("INIT[...]");
        t.in(t.initAck());
        t.out("COOKIE_ECHO[...]", "DATA[...]");
        t.after(100);
        t.in(SctpLadder.error(new SctpCause.Word(SctpCauses.STALE_COOKIE, 1000)));
        t.out("INIT[..., COOKIE_PRESERVATIVE[incr=1100]]");
        t.in(t.initAck());
        t.out("COOKIE_ECHO[...]", "DATA[..., tsn=1, ...]");
        t.in(SctpLadder.cookieAck());
        assertThat(t.state()).isEqualTo(AssociationState.Name.ESTABLISHED);
    }

    @Test
    @Rfc(value = 9260, section = "5.1", requirement = "9260-5.1-5")
    void initsBeyondTheBacklogAreRefusedForWantOfResources() {
        var t = new SctpLadder();
        t.listen(1);
        t.in(t.init());
        t.out("INIT_ACK[...]");
        t.in(t.cookieEcho());
        t.out("COOKIE_ACK[flgs=0]");
        t.arrive(
                0,
                io.towpath.wire.SctpPacket.of(6002, SctpLadder.HOST_PORT, 0, t.init())
                        .emit());
        t.out("ABORT[flgs=0, OUT_OF_RESOURCE[...]]");
        t.accept();
        t.arrive(
                0,
                io.towpath.wire.SctpPacket.of(6002, SctpLadder.HOST_PORT, 0, t.init())
                        .emit());
        t.out("INIT_ACK[...]");
    }

    @Test
    @Rfc(value = 9260, section = "6.10", requirement = "9260-6.10-1")
    void anInitThatIsNotAloneIsDiscarded() {
        var t = new SctpLadder();
        t.listen();
        t.in(t.init(), t.data(1, 0, 0, 10));
        t.nothing();
        t.inject(0, 0, t.data(1, 0, 0, 10));
        t.nothing();
    }

    @Test
    @Rfc(value = 9260, section = "5.2.3", requirement = "9260-5.2.3-1")
    @Rfc(value = 9260, section = "5.2.5", requirement = "9260-5.2.5-1")
    void aLateInitAckAndALateCookieAckAreDiscarded() {
        var t = SctpLadder.established();
        t.in(t.initAck());
        t.nothing();
        t.in(SctpLadder.bare(SctpChunks.COOKIE_ACK));
        t.nothing();
        assertThat(t.state()).isEqualTo(AssociationState.Name.ESTABLISHED);
    }

    @Test
    @Rfc(value = 9260, section = "5.1.2", requirement = "9260-5.1.2-1")
    @Rfc(value = 9260, section = "5.4", requirement = "9260-5.4-1")
    void addressesOfThePeerBecomePathsAndAreProvedByHeartbeats() {
        var t = new SctpLadder(SctpLadder.plain(), 2);
        t.listen();
        t.in(t.init());
        t.out("INIT_ACK[..., IPV4_ADDRESS[addr=10.0.0.1], IPV4_ADDRESS[addr=10.0.1.1], STATE_COOKIE[...]]");
        t.in(t.cookieEcho());
        t.outTo(0, "COOKIE_ACK[flgs=0]");
        t.accept();
        SctpLadder.Departed heartbeat = t.next();
        assertThat(heartbeat.path()).isEqualTo(1);
        assertThat(t.path(1).state()).isEqualTo(io.towpath.sctp.PathState.UNCONFIRMED);
        SctpChunk ack = SctpLadder.heartbeatAck(heartbeat);
        t.inFrom(1, ack);
        assertThat(t.path(1).state()).isEqualTo(io.towpath.sctp.PathState.ACTIVE);
        assertThat(t.notifications())
                .anyMatch(n -> n instanceof Notification.PathChanged changed
                        && changed.change() == Notification.PathChanged.Change.CONFIRMED);
    }
}
