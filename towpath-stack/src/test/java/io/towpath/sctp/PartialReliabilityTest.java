package io.towpath.sctp;

import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.core.Time;
import io.towpath.sctp.SendOptions.Policy;
import io.towpath.wire.SctpChunk;
import io.towpath.wire.SctpChunks;
import io.towpath.wire.SctpParameter;
import io.towpath.wire.SctpParameters;
import io.towpath.wire.testing.Rfc;
import java.util.List;
import org.junit.jupiter.api.Test;

@Rfc(value = 3758, section = "3.5")
class PartialReliabilityTest {
    private static final SctpConfig CONFIG =
            SctpLadder.plain().withFeatures(SctpFeatures.none().withPartialReliability(true));

    static SctpLadder established(SctpConfig config, int... extensions) {
        var t = new SctpLadder(config);
        t.listen();
        List<SctpParameter> parameters = List.of(
                new SctpParameter.Bare(SctpParameters.FORWARD_TSN_SUPPORTED),
                SctpParameter.supportedExtensions(extensions));
        t.in(t.init(parameters));
        t.out("INIT_ACK[...]");
        t.in(t.cookieEcho());
        t.out("COOKIE_ACK[flgs=0]");
        t.accept();
        t.notifications();
        return t;
    }

    private static SctpLadder established() {
        return established(CONFIG, SctpChunks.FORWARD_TSN);
    }

    @Test
    @Rfc(value = 3758, section = "3.3.1")
    void bothSidesSayThatTheyKnowForwardTsn() {
        var t = new SctpLadder(CONFIG);
        t.connect();
        t.out("INIT[..., FORWARD_TSN_SUPPORTED[], SUPPORTED_EXTENSIONS[types=[FORWARD_TSN]], ...]");
        t.in(t.initAck(new SctpParameter.Bare(SctpParameters.FORWARD_TSN_SUPPORTED)));
        assertThat(t.association().agreed.partialReliability()).isTrue();
    }

    @Test
    @Rfc(value = 3758, section = "4.1")
    void aMessagePastItsLifetimeIsNotSentAgainAndThePeerIsToldToSkipIt() {
        var t = established();
        t.send(SendOptions.stream(3).withPolicy(Policy.LIFETIME, 500 * Time.MILLISECOND), 100);
        t.out("DATA[..., tsn=1, sid=3, ssn=0, ...]");
        t.after(1000);
        t.out("FORWARD_TSN[cum_tsn=1, ids=[{3,0}]]");
        assertThat(t.notifications())
                .anyMatch(n -> n instanceof Notification.SendFailed failed
                        && failed.error() == SctpError.EXPIRED
                        && failed.sent());
        t.after(2000);
        t.out("FORWARD_TSN[cum_tsn=1, ids=[{3,0}]]");
        t.in(t.sack(1, 100_000));
        t.after(20_000);
        t.nothing();
        t.send(3, 10);
        t.out("DATA[flgs=BE, len=26, tsn=2, sid=3, ssn=1, ppid=0]");
    }

    @Test
    @Rfc(value = 3758, section = "4.1")
    void aMessageWhoseLifetimeEndsInTheQueueUsesNoTsn() {
        var t = SctpLadder.established(SctpLadder.plain(), 1500);
        t.send(0, 1400);
        t.out("DATA[..., tsn=1, ...]");
        t.send(SendOptions.defaults().withPolicy(Policy.LIFETIME, 300 * Time.MILLISECOND), 1000);
        t.nothing();
        t.after(300);
        t.in(t.sack(1, 1500));
        t.nothing();
        assertThat(t.notifications()).anyMatch(n -> n instanceof Notification.SendFailed failed && !failed.sent());
        t.send(0, 10);
        t.out("DATA[flgs=BE, len=26, tsn=2, sid=0, ssn=1, ppid=0]");
    }

    @Test
    @Rfc(value = 7496, section = "3.1")
    void aMessageIsSentAgainAsOftenAsItsPolicySays() {
        var t = established();
        t.send(SendOptions.defaults().withUnordered(true).withPolicy(Policy.RETRANSMISSIONS, 1), 100);
        t.out("DATA[flgs=UBE, len=116, tsn=1, ...]");
        t.after(1000);
        t.out("DATA[flgs=UBE, len=116, tsn=1, ...]");
        t.after(2000);
        t.out("FORWARD_TSN[cum_tsn=1, ids=[]]");
    }

    /// All that was sent of it may have arrived: the FORWARD-TSN must tell something new, or the peer would wait
    /// for the rest.
    @Test
    @Rfc(value = 3758, section = "3.5")
    void theEndOfAMessageThatWasGivenUpHalfwayHasATsnOfItsOwn() {
        var t = established(CONFIG.withLimits(SctpLimits.defaults().withInitialWindow(1)), SctpChunks.FORWARD_TSN);
        t.send(SendOptions.stream(3).withPolicy(Policy.LIFETIME, 500 * Time.MILLISECOND), 5000);
        t.out("DATA[flgs=B, ..., tsn=1, sid=3, ssn=0, ...]");
        t.after(600);
        t.in(t.sack(1, 100_000));
        t.out("FORWARD_TSN[cum_tsn=2, ids=[{3,0}]]");
        t.in(t.sack(2, 100_000));
        t.send(3, 10);
        t.out("DATA[flgs=BE, len=26, tsn=3, sid=3, ssn=1, ppid=0]");
        t.in(t.sack(3, 100_000));
        assertThat(t.info().outstandingChunks()).isZero();
    }

    @Test
    void aPeerThatCannotBeToldGetsAllOfAMessageThatWasBegun() {
        var t = new SctpLadder(CONFIG.withLimits(SctpLimits.defaults().withInitialWindow(1)));
        t.listen();
        t.in(t.init());
        t.ignore();
        t.in(t.cookieEcho());
        t.ignore();
        t.accept();
        t.send(SendOptions.stream(3).withPolicy(Policy.LIFETIME, 500 * Time.MILLISECOND), 2000);
        t.out("DATA[flgs=B, ..., tsn=1, sid=3, ssn=0, ...]");
        t.after(600);
        t.in(t.sack(1, 100_000));
        t.out("DATA[flgs=E, ..., tsn=2, sid=3, ssn=0, ...]");
    }

    @Test
    void fragmentsAreGivenUpTogetherAndWhatWasNotSentIsNotSent() {
        var t = established();
        t.send(SendOptions.stream(1).withPolicy(Policy.LIFETIME, 500 * Time.MILLISECOND), 10_000);
        t.send(1, 10);
        t.ignore();
        t.in(t.sack(1, 100_000, 2, 2));
        t.ignore();
        long sent = t.info().outstandingChunks() + 1;
        t.after(1000);
        t.out("FORWARD_TSN[cum_tsn=" + sent + ", ids=[{1,0}]]", "DATA[flgs=BE, len=26, tsn=..., sid=1, ssn=1, ppid=0]");
    }

    @Test
    @Rfc(value = 7496, section = "3.2")
    void aMoreImportantMessageTakesTheRoomOfALessImportantOne() {
        var t = established(CONFIG.withBuffers(4000, 2000), SctpChunks.FORWARD_TSN);
        t.in(t.sack(0, 0));
        t.send(SendOptions.defaults().withPolicy(Policy.PRIORITY, 5), 900);
        t.send(SendOptions.stream(1).withPolicy(Policy.PRIORITY, 9), 900);
        assertThat(t.trySend(SendOptions.stream(2).withPolicy(Policy.PRIORITY, 9), 900))
                .isEqualTo(SctpError.WOULD_BLOCK);
        assertThat(t.trySend(SendOptions.stream(2).withPolicy(Policy.PRIORITY, 7), 900))
                .isNull();
        assertThat(t.notifications())
                .anyMatch(n -> n instanceof Notification.SendFailed failed
                        && failed.options().streamId() == 1);
        assertThat(t.trySend(SendOptions.stream(2), 900)).isEqualTo(SctpError.WOULD_BLOCK);
    }

    @Test
    @Rfc(value = 3758, section = "3.6")
    void aForwardTsnLetsLaterMessagesThroughAndIsAcknowledgedAtOnce() {
        var t = established();
        t.in(t.data(3, 2, 1, 30));
        t.out("SACK[flgs=0, cum_tsn=0, a_rwnd=..., gaps=[3:3], dups=[]]");
        t.in(new SctpChunk.ForwardTsn(0, t.peerTsn(2), List.of(new SctpChunk.ForwardTsn.Skipped(2, 0))));
        t.out("SACK[flgs=0, cum_tsn=3, a_rwnd=..., gaps=[], dups=[]]");
        assertThat(t.messages()).containsExactly("2:30");
        t.in(new SctpChunk.ForwardTsn(0, t.peerTsn(1), List.of()));
        t.out("SACK[flgs=0, cum_tsn=3, a_rwnd=..., gaps=[], dups=[]]");
    }

    @Test
    @Rfc(value = 3758, section = "3.6")
    void fragmentsOfASkippedMessageAreDropped() {
        var t = established();
        t.in(t.data("B", 1, 2, 0, 30), t.data("", 2, 2, 0, 30));
        t.in(t.data(4, 2, 1, 40));
        t.in(new SctpChunk.ForwardTsn(0, t.peerTsn(3), List.of(new SctpChunk.ForwardTsn.Skipped(2, 0))));
        assertThat(t.messages()).containsExactly("2:40");
        assertThat(t.info().receivedBytes()).isZero();
    }

    @Test
    void withoutAgreementAForwardTsnIsAnUnknownChunk() {
        var t = SctpLadder.established();
        t.in(new SctpChunk.ForwardTsn(0, t.peerTsn(2), List.of()));
        t.out("ERROR[flgs=0, UNRECOGNIZED_CHUNK_TYPE[...]]");
    }
}
