package io.towpath.sctp;

import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.core.Counter;
import io.towpath.core.Drop;
import io.towpath.wire.SctpChunk;
import io.towpath.wire.SctpChunks;
import io.towpath.wire.SctpParameter;
import io.towpath.wire.SctpReconfigParameters;
import io.towpath.wire.testing.Rfc;
import java.util.List;
import org.junit.jupiter.api.Test;

@Rfc(value = 6525, section = "5")
class ReconfigurationTest {
    private static SctpLadder established() {
        return PartialReliabilityTest.established(
                SctpLadder.plain().withFeatures(SctpFeatures.none().withReconfiguration(true)), SctpChunks.RECONFIG);
    }

    private static SctpChunk reconfig(SctpParameter... parameters) {
        return new SctpChunk.Parameters(SctpChunks.RECONFIG, 0, List.of(parameters));
    }

    private static SctpChunk response(SctpLadder t, int number, int result) {
        return reconfig(new SctpParameter.ReconfigResponse(t.ownTsn(number), result));
    }

    @Test
    @Rfc(value = 6525, section = "5.1.2")
    void outgoingStreamsBeginAnewWhenThePeerSaysSo() {
        var t = established();
        t.send(2, 10);
        t.out("DATA[..., tsn=1, sid=2, ssn=0, ...]");
        t.in(t.sack(1, 100_000));
        assertThat(t.sctp.resetOutgoing(t.now, t.association(), 2)).isNull();
        t.out("RECONFIG[flgs=0, OUTGOING_SSN_RESET[req_sn=" + t.ownTsn(1) + ", resp_sn=" + t.peerTsn(0) + ", last_tsn="
                + t.ownTsn(1) + ", sids=[2]]]");
        assertThat(t.trySend(SendOptions.stream(2), 10)).isEqualTo(SctpError.WOULD_BLOCK);
        assertThat(t.sctp.resetOutgoing(t.now, t.association(), 3)).isEqualTo(SctpError.IN_PROGRESS);
        t.after(1000);
        t.out("RECONFIG[...]");
        t.in(response(t, 1, SctpReconfigParameters.PERFORMED));
        assertThat(t.notifications())
                .anyMatch(n ->
                        n instanceof Notification.StreamsReset reset && reset.error() == null && !reset.incoming());
        t.send(2, 10);
        t.out("DATA[..., tsn=2, sid=2, ssn=0, ...]");
    }

    @Test
    @Rfc(value = 6525, section = "5.1.2")
    void messagesHandedOverBeforeTheResetKeepTheirNumbers() {
        var t = established();
        t.in(t.sack(0, 0));
        t.send(2, 10);
        assertThat(t.sctp.resetOutgoing(t.now, t.association(), 2)).isNull();
        t.nothing();
        t.in(t.sack(0, 100_000));
        t.out("DATA[..., tsn=1, sid=2, ssn=0, ...]");
        t.out("RECONFIG[..., OUTGOING_SSN_RESET[...]]".replace("..., OUT", "flgs=0, OUT"));
    }

    @Test
    void aDeniedResetLeavesTheNumbersAlone() {
        var t = established();
        t.send(2, 10);
        t.ignore();
        t.sctp.resetOutgoing(t.now, t.association(), 2);
        t.ignore();
        t.in(response(t, 1, SctpReconfigParameters.DENIED), t.sack(1, 100_000));
        assertThat(t.notifications())
                .anyMatch(n -> n instanceof Notification.StreamsReset reset && reset.error() == SctpError.DENIED);
        t.send(2, 10);
        t.out("DATA[..., sid=2, ssn=1, ...]");
    }

    @Test
    @Rfc(value = 6525, section = "5.2.2")
    void thePeersStreamsBeginAnewOnceItsDataCame() {
        var t = established();
        var request = reconfig(new SctpParameter.OutgoingReset(t.peerTsn(1), t.ownTsn(0), t.peerTsn(2), List.of(1)));
        t.in(t.data(1, 1, 0, 10));
        t.out("SACK[...]");
        t.in(request);
        t.out("RECONFIG[flgs=0, RECONFIG_RESPONSE[resp_sn=" + t.peerTsn(1) + ", result=6]]");
        t.in(t.data(2, 1, 1, 20));
        t.in(request);
        t.out("RECONFIG[flgs=0, RECONFIG_RESPONSE[resp_sn=" + t.peerTsn(1) + ", result=1]]");
        t.in(request);
        t.out("RECONFIG[flgs=0, RECONFIG_RESPONSE[resp_sn=" + t.peerTsn(1) + ", result=1]]");
        t.in(t.data(3, 1, 0, 30));
        assertThat(t.messages()).containsExactly("1:10", "1:20", "1:30");
        var odd = reconfig(new SctpParameter.OutgoingReset(t.peerTsn(9), t.ownTsn(0), t.peerTsn(3), List.of(1)));
        t.ignore();
        t.in(odd);
        t.out("RECONFIG[flgs=0, RECONFIG_RESPONSE[resp_sn=" + t.peerTsn(9) + ", result=5]]");
    }

    @Test
    @Rfc(value = 6525, section = "5.2.3")
    void thePeerMayAskForTheResetOfOurStreams() {
        var t = established();
        t.in(reconfig(new SctpParameter.IncomingReset(t.peerTsn(1), List.of(4))));
        t.out("RECONFIG[flgs=0, RECONFIG_RESPONSE[resp_sn=" + t.peerTsn(1) + ", result=1]]");
        t.out("RECONFIG[flgs=0, OUTGOING_SSN_RESET[req_sn=" + t.ownTsn(1) + ", resp_sn=" + t.peerTsn(1) + ", last_tsn="
                + t.ownTsn(0) + ", sids=[4]]]");
    }

    @Test
    @Rfc(value = 6525, section = "5.1.5")
    void moreStreamsAreUsedOnceThePeerAgrees() {
        var t = established();
        assertThat(t.trySend(SendOptions.stream(10), 1)).isEqualTo(SctpError.BAD_STREAM);
        assertThat(t.sctp.addOutgoing(t.now, t.association(), 5)).isNull();
        t.out("RECONFIG[flgs=0, ADD_OUTGOING_STREAMS[req_sn=" + t.ownTsn(1) + ", number_of_new_streams=5]]");
        t.in(response(t, 1, SctpReconfigParameters.PERFORMED));
        t.send(14, 1);
        t.out("DATA[..., sid=14, ...]");
        assertThat(t.notifications())
                .anyMatch(n -> n instanceof Notification.StreamsChanged changed && changed.outboundStreams() == 15);
    }

    @Test
    @Rfc(value = 6525, section = "5.2.5")
    void thePeerMayHaveMoreStreams() {
        var t = established();
        t.in(reconfig(new SctpParameter.AddStreams(SctpReconfigParameters.ADD_OUTGOING, t.peerTsn(1), 7)));
        t.out("RECONFIG[flgs=0, RECONFIG_RESPONSE[resp_sn=" + t.peerTsn(1) + ", result=1]]");
        t.in(t.data(1, 16, 0, 10));
        assertThat(t.messages()).containsExactly("16:10");
    }

    @Test
    void withoutAgreementThereIsNothingToAskFor() {
        var t = SctpLadder.established();
        assertThat(t.sctp.resetOutgoing(t.now, t.association(), 1)).isEqualTo(SctpError.NOT_SUPPORTED);
    }

    // ---- SSNs and TSNs of the whole association

    private static SctpChunk response(SctpLadder t, int number, int result, long peersNext, long ownNext) {
        return reconfig(
                new SctpParameter.ReconfigResponse(t.ownTsn(number), result, t.peerTsn(peersNext), t.ownTsn(ownNext)));
    }

    private static SctpChunk resets(SctpLadder t, int number) {
        return reconfig(new SctpParameter.Word(SctpReconfigParameters.SSN_TSN_RESET, t.peerTsn(number) & 0xffff_ffffL));
    }

    private static String accepted(SctpLadder t, int number, long ownNext, long peersNext) {
        return "RECONFIG[flgs=0, RECONFIG_RESPONSE[resp_sn=" + t.peerTsn(number) + ", result=1, sender_next_tsn="
                + t.ownTsn(ownNext) + ", receiver_next_tsn=" + t.peerTsn(peersNext) + "]]";
    }

    private static final long FAR = 1L << 30;

    @Test
    @Rfc(value = 6525, section = "5.1.4")
    void allNumbersBeginAnewAsThePeerSays() {
        var t = established();
        t.send(2, 10);
        t.out("DATA[..., tsn=1, sid=2, ssn=0, ...]");
        t.in(t.sack(1, 100_000), t.data(1, 3, 0, 10));
        t.out("SACK[...]");
        assertThat(t.sctp.resetAssociation(t.now, t.association())).isNull();
        t.out("RECONFIG[flgs=0, SSN_TSN_RESET[req_sn=" + t.ownTsn(1) + "]]");
        assertThat(t.trySend(SendOptions.stream(2), 10)).isEqualTo(SctpError.WOULD_BLOCK);
        t.in(response(t, 1, SctpReconfigParameters.PERFORMED, 501, 901));
        assertThat(t.notifications()).contains(new Notification.AssociationReset(null));
        t.send(2, 10);
        t.out("DATA[..., tsn=901, sid=2, ssn=0, ...]");
        t.in(t.sack(901, 100_000), t.data(501, 3, 0, 20));
        t.after(300);
        t.out("SACK[flgs=0, cum_tsn=501, ...]");
        assertThat(t.messages()).containsExactly("3:20");
        // The next request has the next number.
        t.sctp.resetAssociation(t.now, t.association());
        t.out("RECONFIG[flgs=0, SSN_TSN_RESET[req_sn=" + t.ownTsn(2) + "]]");
    }

    @Test
    @Rfc(value = 6525, section = "5.1.4")
    void whatHasOldNumbersArrivesFirst() {
        var t = established();
        t.send(2, 10);
        t.out("DATA[..., tsn=1, ...]");
        t.sctp.resetAssociation(t.now, t.association());
        t.nothing();
        t.in(t.sack(1, 100_000));
        t.out("RECONFIG[flgs=0, SSN_TSN_RESET[...]]");
    }

    /// Between what the peer did and its response, its numbers mean something else.
    @Test
    void whatOvertakesTheResponseIsNeitherTakenNorAViolation() {
        var t = established();
        t.in(t.data(1, 3, 0, 10));
        t.out("SACK[...]");
        t.sctp.resetAssociation(t.now, t.association());
        t.out("RECONFIG[...]");
        t.in(t.sack(FAR, 100_000), t.data(1 + FAR, 3, 0, 20));
        t.out("SACK[flgs=0, cum_tsn=1, ..., gaps=[], ...]");
        // What was sent before is taken, in order or not: the peer waits until it is acknowledged.
        t.in(t.data(3, 3, 2, 40));
        t.out("SACK[flgs=0, cum_tsn=1, ..., gaps=[2:2], ...]");
        t.in(t.data(2, 3, 1, 30));
        t.ignore();
        t.in(response(t, 1, SctpReconfigParameters.PERFORMED, 1 + FAR, 1 + FAR));
        t.in(t.data(1 + FAR, 3, 0, 20));
        assertThat(t.messages()).containsExactly("3:10", "3:30", "3:40", "3:20");
        assertThat(t.state()).isEqualTo(AssociationState.Name.ESTABLISHED);
    }

    @Test
    void aShutdownThatOvertakesTheResponseShutsDown() {
        var t = established();
        t.sctp.resetAssociation(t.now, t.association());
        t.out("RECONFIG[...]");
        t.in(t.shutdownChunk(FAR));
        t.out("SHUTDOWN_ACK[flgs=0]");
    }

    @Test
    void aShutdownOfTheUserWaitsForTheResponse() {
        var t = established();
        t.sctp.resetAssociation(t.now, t.association());
        t.out("RECONFIG[...]");
        t.shutdown();
        t.nothing();
        t.in(response(t, 1, SctpReconfigParameters.PERFORMED, 501, 901));
        t.out("SHUTDOWN[flgs=0, cum_tsn=500]");
    }

    @Test
    void aDeniedResetOfAllLeavesAllNumbersAlone() {
        var t = established();
        t.sctp.resetAssociation(t.now, t.association());
        t.ignore();
        t.in(response(t, 1, SctpReconfigParameters.DENIED));
        assertThat(t.notifications()).contains(new Notification.AssociationReset(SctpError.DENIED));
        t.send(2, 10);
        t.out("DATA[..., tsn=1, sid=2, ssn=0, ...]");
    }

    @Test
    @Rfc(value = 6525, section = "5.2.4")
    void thePeerMayResetAllNumbers() {
        var t = established();
        t.send(2, 10);
        t.out("DATA[..., tsn=1, sid=2, ssn=0, ...]");
        t.in(t.sack(1, 100_000), t.data(1, 3, 0, 10));
        t.out("SACK[...]");
        t.in(resets(t, 1));
        t.out(accepted(t, 1, 2 + FAR, 2 + FAR));
        t.in(resets(t, 1));
        t.out(accepted(t, 1, 2 + FAR, 2 + FAR));
        assertThat(t.notifications()).contains(new Notification.AssociationReset(null));
        // A late copy of what came before is one.
        t.in(t.data(1, 3, 0, 10));
        t.out("SACK[flgs=0, cum_tsn=" + (1 + FAR) + ", ..., dups=[1]]");
        t.in(t.data(2 + FAR, 3, 0, 20));
        t.ignore();
        assertThat(t.messages()).containsExactly("3:20");
        // So is a late SACK, and what it tells.
        t.in(t.sack(1, 100_000));
        t.send(2, 30);
        t.out("SACK[...]", "DATA[..., tsn=" + (2 + FAR) + ", sid=2, ssn=0, ...]");
        t.in(t.sack(2 + FAR, 100_000));
        assertThat(t.state()).isEqualTo(AssociationState.Name.ESTABLISHED);
    }

    /// After two resets of TSNs that the peer asked for; one chunk was sent and acknowledged before them.
    private static SctpLadder afterTwoResets() {
        var t = established();
        t.send(2, 10);
        t.out("DATA[..., tsn=1, sid=2, ssn=0, ...]");
        t.in(t.sack(1, 100_000), t.data(1, 3, 0, 10));
        t.in(resets(t, 1));
        t.ignore();
        t.in(resets(t, 2));
        t.out(accepted(t, 2, 2 + 2 * FAR, 2 + 2 * FAR));
        t.messages();
        return t;
    }

    @Test
    @Rfc(value = 6525, section = "5.2.4")
    @Rfc(value = 9260, section = "11.4")
    void aSackOfBeforeTheTsnsWereResetEndsNothing() {
        SctpLadder t = afterTwoResets();
        t.in(t.sack(0, 100_000));
        t.in(t.sack(1, 100_000));
        assertThat(t.state()).isEqualTo(AssociationState.Name.ESTABLISHED);
        assertThat(t.dropped(Drop.SCTP_BYGONE_TSN)).isPositive();
        t.nothing();
        t.send(2, 30);
        t.out("DATA[..., tsn=" + (2 + 2 * FAR) + ", sid=2, ssn=0, ...]");
        // What no reset can explain does.
        t.in(t.sack(100 + 2 * FAR, 100_000));
        t.out("ABORT[...]");
    }

    /// That resets were agreed on explains no number: only one that was done does.
    @Test
    @Rfc(value = 9260, section = "11.4")
    void aSackOfWhatWasNeverSentEndsAnAssociationWhoseTsnsWereNeverReset() {
        var t = established();
        t.send(2, 10);
        t.out("DATA[..., tsn=1, sid=2, ssn=0, ...]");
        t.in(t.sack(FAR, 100_000));
        t.out("ABORT[...]");
    }

    @Test
    @Rfc(value = 9260, section = "11.4")
    void aSackOfWhatWasNeverSentEndsItInAnotherProcessToo() {
        SctpLadder before = established();
        SctpLadder t = HandoverTest.restored(before, HandoverTest.save(before));
        t.ignore();
        t.in(t.sack(FAR, 100_000));
        t.out("ABORT[...]");
    }

    @Test
    @Rfc(value = 6525, section = "5.2.4")
    void aSackOfBeforeTheTsnsWereResetEndsNothingInAnotherProcessEither() {
        SctpLadder before = afterTwoResets();
        before.after(1000);
        before.ignore();
        SctpLadder t = HandoverTest.restored(before, HandoverTest.save(before));
        t.ignore();
        t.in(t.sack(0, 100_000));
        assertThat(t.state()).isEqualTo(AssociationState.Name.ESTABLISHED);
        assertThat(t.dropped(Drop.SCTP_BYGONE_TSN)).isEqualTo(1);
        t.nothing();
    }

    /// The side that asked for the resets remembers them as well.
    @Test
    @Rfc(value = 6525, section = "5.2.7")
    void aSackOfBeforeTheOwnResetsEndsNothing() {
        var t = established();
        for (int i = 1; i <= 2; i++) {
            assertThat(t.sctp.resetAssociation(t.now, t.association())).isNull();
            t.out("RECONFIG[...]");
            t.in(response(t, i, SctpReconfigParameters.PERFORMED, 1 + i * FAR, 1 + i * FAR));
            t.ignore();
        }
        t.in(t.sack(-1, 100_000));
        assertThat(t.state()).isEqualTo(AssociationState.Name.ESTABLISHED);
        assertThat(t.dropped(Drop.SCTP_BYGONE_TSN)).isEqualTo(1);
        t.nothing();
    }

    @Test
    @Rfc(value = 6525, section = "5.2.4")
    void dataOfBeforeTheTsnsWereResetIsNotTakenForNew() {
        SctpLadder t = afterTwoResets();
        t.in(t.data(1, 3, 0, 10));
        long counted = t.count(Counter.SCTP_DATA_IN);
        t.in(t.data(0, 3, 0, 10));
        assertThat(t.dropped(Drop.SCTP_BYGONE_TSN)).isPositive();
        assertThat(t.count(Counter.SCTP_DATA_IN)).isEqualTo(counted);
        assertThat(t.count(Counter.SCTP_OUT_OF_ORDER)).isZero();
        t.ignore();
        t.in(t.data(2 + 2 * FAR, 3, 0, 20));
        t.after(300);
        t.out("SACK[flgs=0, cum_tsn=" + (2 + 2 * FAR) + ", ..., gaps=[], ...]");
        assertThat(t.messages()).containsExactly("3:20");
    }

    @Test
    void thePeersResetWaitsForWhatIsOnItsWayAndNewMessagesWaitForIt() {
        var t = established();
        t.send(2, 10);
        t.out("DATA[..., tsn=1, ...]");
        t.in(resets(t, 1));
        t.out("RECONFIG[flgs=0, RECONFIG_RESPONSE[resp_sn=" + t.peerTsn(1) + ", result=6]]");
        t.send(2, 20);
        t.send(5, 20);
        t.nothing();
        t.in(t.sack(1, 100_000));
        t.nothing();
        t.in(resets(t, 1));
        t.out(
                accepted(t, 1, 2 + FAR, 1 + FAR),
                "DATA[..., tsn=" + (2 + FAR) + ", sid=2, ssn=0, ...]",
                "DATA[..., tsn=" + (3 + FAR) + ", sid=5, ssn=0, ...]");
    }

    @Test
    void messagesDoNotWaitForAPeerThatAsksNoMore() {
        var t = established();
        t.send(2, 10);
        t.out("DATA[..., tsn=1, ...]");
        t.in(resets(t, 1));
        t.ignore();
        t.send(2, 20);
        t.in(t.sack(1, 100_000));
        t.nothing();
        t.after(5000);
        t.out("DATA[..., tsn=2, sid=2, ssn=1, ...]");
    }

    @Test
    void aResetOfThePeersIsDeniedWhileThisSideShutsDownOrAsksItself() {
        var t = established();
        t.sctp.resetAssociation(t.now, t.association());
        t.ignore();
        t.in(resets(t, 1));
        t.out("RECONFIG[flgs=0, RECONFIG_RESPONSE[resp_sn=" + t.peerTsn(1) + ", result=4]]");
        t.in(response(t, 1, SctpReconfigParameters.ALREADY_IN_PROGRESS));
        t.shutdown();
        t.ignore();
        t.in(resets(t, 2));
        t.out("RECONFIG[flgs=0, RECONFIG_RESPONSE[resp_sn=" + t.peerTsn(2) + ", result=2]]");
    }

    @Test
    void aPeerThatRestartsAfterItAskedForAResetIsSentNewMessages() {
        var t = established();
        t.send(2, 10);
        t.out("DATA[..., tsn=1, ...]");
        t.in(resets(t, 1));
        t.out("RECONFIG[flgs=0, RECONFIG_RESPONSE[resp_sn=" + t.peerTsn(1) + ", result=6]]");
        t.peerTag = 0xcafe;
        t.in(t.init());
        t.out("INIT_ACK[...]");
        t.in(t.cookieEcho());
        t.out("COOKIE_ACK[flgs=0]");
        t.send(2, 20);
        t.send(5, 20);
        t.out("DATA[..., tsn=1, sid=2, ssn=0, ...]", "DATA[..., tsn=2, sid=5, ssn=0, ...]");
    }

    @Test
    void messagesDoNotWaitForAPeerThatAsksNoMoreAlsoWhenThisSideAskedForStreamsMeanwhile() {
        var t = established();
        t.send(2, 10);
        t.out("DATA[..., tsn=1, ...]");
        t.in(resets(t, 1));
        t.ignore();
        assertThat(t.sctp.addOutgoing(t.now, t.association(), 5)).isNull();
        t.out("RECONFIG[...]");
        t.in(response(t, 1, SctpReconfigParameters.PERFORMED), t.sack(1, 100_000));
        t.send(2, 20);
        t.after(20_000);
        t.out("DATA[..., tsn=2, sid=2, ssn=1, ...]");
    }
}
