package io.towpath.sctp;

import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.core.Counter;
import io.towpath.core.Signals;
import io.towpath.core.Time;
import io.towpath.wire.Octets;
import io.towpath.wire.SctpChunk;
import io.towpath.wire.testing.Rfc;
import org.junit.jupiter.api.Test;

/// DATA in and out, streams, fragments, SACKs.
class DataTest {
    @Test
    @Rfc(value = 9260, section = "6.2")
    void theChunkThatAllOthersWaitForIsTakenHoweverFullTheBufferIs() {
        var t = SctpLadder.established(SctpLadder.plain().withBuffers(4000, 4000), 100_000);
        t.in(t.data(2, 0, 1, 3900));
        t.in(t.data(3, 0, 2, 3900));
        t.in(t.data(1, 0, 0, 1000));
        assertThat(t.messages()).containsExactly("0:1000", "0:3900", "0:3900");
    }

    @Test
    @Rfc(value = 9260, section = "6.2")
    void theNextChunkIsRefusedWhileTheUserHasSomethingToTake() {
        var t = SctpLadder.established(SctpLadder.plain().withBuffers(4000, 4000), 100_000);
        t.in(t.data(1, 0, 0, 4000));
        t.in(t.data(2, 0, 1, 1000));
        assertThat(t.messages()).containsExactly("0:4000");
    }

    @Test
    @Rfc(value = 9260, section = "5.1", requirement = "9260-5.1-4")
    @Rfc(value = 9260, section = "6.2", requirement = "9260-6.2-1")
    void theFirstDataIsAcknowledgedAtOnceThenEverySecondPacketOrAfterTheDelay() {
        var t = SctpLadder.established();
        t.in(t.data(1, 0, 0, 100));
        t.out("SACK[flgs=0, cum_tsn=1, a_rwnd=262044, gaps=[], dups=[]]");
        t.in(t.data(2, 0, 1, 100));
        t.nothing();
        t.in(t.data(3, 0, 2, 100));
        t.out("SACK[flgs=0, cum_tsn=3, ...]");
        t.in(t.data(4, 0, 3, 100));
        t.after(199);
        t.nothing();
        t.after(1);
        t.out("SACK[flgs=0, cum_tsn=4, ...]");
        assertThat(t.messages()).containsExactly("0:100", "0:100", "0:100", "0:100");
    }

    @Test
    @Rfc(value = 9260, section = "6.2", requirement = "9260-6.2-2")
    void severalChunksInOnePacketCountAsOnePacket() {
        var t = SctpLadder.established();
        t.in(t.data(1, 0, 0, 10));
        t.out("SACK[...]");
        t.in(t.data(2, 0, 1, 10), t.data(3, 0, 2, 10), t.data(4, 0, 3, 10));
        t.nothing();
        t.after(200);
        t.out("SACK[flgs=0, cum_tsn=4, ...]");
    }

    @Test
    @Rfc(value = 9260, section = "3.3.1", requirement = "9260-3.3.1-1")
    void theImmediateBitAsksForASackAtOnce() {
        var t = SctpLadder.established();
        t.in(t.data(1, 0, 0, 10));
        t.out("SACK[...]");
        t.in(t.data("IBE", 2, 0, 1, 10));
        t.out("SACK[flgs=0, cum_tsn=2, ...]");
    }

    @Test
    @Rfc(value = 9260, section = "7.2.4")
    @Rfc(value = 9260, section = "6.7", requirement = "9260-6.7-1")
    void gapsAreReportedAtOnceUntilTheyAreFilled() {
        var t = SctpLadder.established();
        t.in(t.data(1, 0, 0, 10));
        t.out("SACK[...]");
        t.in(t.data(3, 0, 2, 10));
        t.out("SACK[flgs=0, cum_tsn=1, a_rwnd=..., gaps=[2:2], dups=[]]");
        t.in(t.data(5, 0, 4, 10), t.data(6, 0, 5, 10));
        t.out("SACK[flgs=0, cum_tsn=1, a_rwnd=..., gaps=[2:2, 4:5], dups=[]]");
        t.in(t.data(2, 0, 1, 10));
        t.out("SACK[flgs=0, cum_tsn=3, a_rwnd=..., gaps=[2:3], dups=[]]");
        t.in(t.data(4, 0, 3, 10));
        t.out("SACK[flgs=0, cum_tsn=6, a_rwnd=..., gaps=[], dups=[]]");
    }

    @Test
    @Rfc(value = 9260, section = "6.2", requirement = "9260-6.2-3")
    void duplicatesAreReportedAtOnceAndOnce() {
        var t = SctpLadder.established();
        t.in(t.data(1, 0, 0, 10));
        t.out("SACK[...]");
        t.in(t.data(1, 0, 0, 10));
        t.out("SACK[flgs=0, cum_tsn=1, a_rwnd=..., gaps=[], dups=[1]]");
        t.in(t.data(2, 0, 1, 10), t.data(1, 0, 0, 10));
        t.after(200);
        t.out("SACK[flgs=0, cum_tsn=2, a_rwnd=..., gaps=[], dups=[1]]");
        assertThat(t.messages()).containsExactly("0:10", "0:10");
        assertThat(t.count(Counter.SCTP_DUPLICATES_IN)).isEqualTo(2);
    }

    @Test
    @Rfc(value = 9260, section = "6.6", requirement = "9260-6.6-1")
    void streamsAreInOrderEachAndDoNotWaitForEachOther() {
        var t = SctpLadder.established();
        t.in(t.data(2, 1, 1, 20));
        t.in(t.data(3, 2, 0, 30));
        assertThat(t.messages()).containsExactly("2:30");
        t.in(t.data(1, 1, 0, 10));
        assertThat(t.messages()).containsExactly("1:10", "1:20");
    }

    @Test
    @Rfc(value = 9260, section = "6.6", requirement = "9260-6.6-2")
    void unorderedMessagesAreDeliveredAsTheyCome() {
        var t = SctpLadder.established();
        t.in(t.data("UBE", 3, 1, 0, 30));
        t.in(t.data(2, 1, 1, 20));
        assertThat(t.messages()).containsExactly("1:30");
        t.in(t.data(1, 1, 0, 10));
        assertThat(t.messages()).containsExactly("1:10", "1:20");
    }

    @Test
    @Rfc(value = 9260, section = "6.5", requirement = "9260-6.5-1")
    void dataOnAStreamThatDoesNotExistIsAcknowledgedAndReported() {
        var t = SctpLadder.established();
        t.in(t.data(1, 10, 0, 10));
        t.out("SACK[flgs=0, cum_tsn=1, ...]", "ERROR[flgs=0, INVALID_STREAM_IDENTIFIER[sid=10]]");
        assertThat(t.messages()).isEmpty();
    }

    @Test
    @Rfc(value = 9260, section = "6.2", requirement = "9260-6.2-4")
    void dataWithoutUserDataAbortsTheAssociation() {
        var t = SctpLadder.established();
        t.in(new SctpChunk.Data(3, t.peerTsn(1), 0, 0, 0, Octets.EMPTY));
        t.out("ABORT[flgs=0, NO_USER_DATA[tsn=...]]");
        assertThat(t.association().error()).isEqualTo(SctpError.PROTOCOL_VIOLATION);
    }

    @Test
    @Rfc(value = 9260, section = "6.9", requirement = "9260-6.9-2")
    void fragmentsMakeAMessageInWhateverOrderTheyCome() {
        var t = SctpLadder.established();
        t.in(t.data("E", 5, 3, 0, 7));
        t.in(t.data("", 3, 3, 0, 100));
        t.in(t.data("B", 2, 3, 0, 100));
        t.in(t.data("BE", 1, 0, 0, 5));
        assertThat(t.messages()).containsExactly("0:5");
        t.in(t.data("", 4, 3, 0, 100));
        assertThat(t.messages()).containsExactly("3:307");
    }

    @Test
    @Rfc(value = 9260, section = "6.9")
    void fragmentsThatContradictEachOtherAreNeverPutTogether() {
        var t = SctpLadder.established();
        t.in(t.data("B", 1, 0, 0, 100));
        t.in(t.data("BE", 3, 1, 0, 100));
        t.in(t.data("B", 2, 0, 0, 100));
        t.in(t.data("E", 4, 0, 1, 100));
        t.ignore();
        assertThat(t.messages()).containsExactly("1:100");
        assertThat(t.state()).isEqualTo(AssociationState.Name.ESTABLISHED);
    }

    @Test
    @Rfc(value = 9260, section = "6.9", requirement = "9260-6.9-1")
    void aLongMessageIsCutToWhatThePathCarries() {
        var t = SctpLadder.established();
        t.send(2, 3000);
        t.out("DATA[flgs=B, len=1468, tsn=1, sid=2, ssn=0, ppid=0]");
        t.out("DATA[flgs=0, len=1468, tsn=2, sid=2, ssn=0, ppid=0]");
        t.out("DATA[flgs=E, len=112, tsn=3, sid=2, ssn=0, ppid=0]");
        t.nothing();
    }

    @Test
    @Rfc(value = 9260, section = "6.10")
    @Rfc(value = 9260, section = "6.1", requirement = "9260-6.1-3")
    void smallMessagesAreBundledAndTakeAPendingSackAlong() {
        var t = SctpLadder.established();
        t.in(t.data(1, 0, 0, 10));
        t.out("SACK[...]");
        t.in(t.data(2, 0, 1, 10));
        t.nothing();
        t.send(0, 100);
        t.send(1, 100);
        t.send(SendOptions.stream(1).withUnordered(true).withPpid(46), 100);
        t.out(
                "SACK[flgs=0, cum_tsn=2, ...]",
                "DATA[flgs=BE, len=116, tsn=1, sid=0, ssn=0, ppid=0]",
                "DATA[flgs=BE, len=116, tsn=2, sid=1, ssn=0, ppid=0]",
                "DATA[flgs=UBE, len=116, tsn=3, sid=1, ssn=0, ppid=46]");
        t.after(200);
        t.nothing();
    }

    @Test
    @Rfc(value = 9260, section = "6.1", requirement = "9260-6.1-4")
    void smallMessagesWaitForAcknowledgmentUnlessTheUserWantsNoDelay() {
        var t = SctpLadder.established(SctpLadder.plain().withNoDelay(false), 100_000);
        t.send(0, 100);
        t.out("DATA[..., tsn=1, ...]");
        t.send(0, 100);
        t.send(0, 100);
        t.nothing();
        t.in(t.sack(1, 100_000));
        t.out("DATA[..., tsn=2, ...]", "DATA[..., tsn=3, ...]");
    }

    @Test
    @Rfc(value = 9260, section = "6.1", requirement = "9260-6.1-1")
    void thePeersWindowLimitsWhatIsSent() {
        var t = SctpLadder.established(SctpLadder.plain(), 2000);
        t.send(0, 1000);
        t.send(0, 1000);
        t.send(0, 1000);
        t.out("DATA[..., tsn=1, ...]");
        t.out("DATA[..., tsn=2, ...]");
        t.nothing();
        t.in(t.sack(2, 1000));
        t.out("DATA[..., tsn=3, ...]");
    }

    @Test
    @Rfc(value = 9260, section = "6.1", requirement = "9260-6.1-2")
    void aClosedWindowIsProbedAfterOneRtoAndThenLessOften() {
        var t = SctpLadder.established(SctpLadder.plain(), 2000);
        t.send(0, 1000);
        t.out("DATA[..., tsn=1, ...]");
        t.in(t.sack(1, 0));
        t.send(0, 500);
        t.nothing();
        t.after(999);
        t.nothing();
        t.after(1);
        t.out("DATA[..., tsn=2, ...]");
        t.in(t.sack(1, 0));
        t.after(1000);
        t.out("DATA[..., tsn=2, ...]");
        t.in(t.sack(1, 0));
        t.after(1999);
        t.nothing();
        t.after(1);
        t.out("DATA[..., tsn=2, ...]");
        assertThat(t.path(0).errors()).as("a closed window is no error").isZero();
        t.in(t.sack(2, 2000));
        t.nothing();
    }

    @Test
    @Rfc(value = 9260, section = "6.1")
    void windowProbesThatNoSackAnswersAreErrorsWhateverElseComes() {
        var t = SctpLadder.established(
                SctpLadder.plain()
                        .withTimes(SctpTimes.defaults()
                                .withHeartbeatInterval(0)
                                .withRto(Time.SECOND, Time.SECOND, 2 * Time.SECOND)),
                2000);
        t.send(0, 1000);
        t.out("DATA[..., tsn=1, ...]");
        t.in(t.sack(1, 0));
        t.send(0, 500);
        t.after(1000);
        t.out("DATA[..., tsn=2, ...]");
        for (int i = 1; i <= 8; i++) {
            t.in(t.data(i, 0, i - 1, 10));
            t.after(2000);
        }
        assertThat(t.path(0).errors()).isGreaterThan(1);
    }

    @Test
    @Rfc(value = 9260, section = "6.2", requirement = "9260-6.2-5")
    void aReaderWhoMakesRoomTellsThePeer() {
        var t = SctpLadder.established(SctpLadder.plain().withBuffers(4000, 4000), 100_000);
        t.in(t.data(1, 0, 0, 1400));
        t.out("SACK[flgs=0, cum_tsn=1, a_rwnd=2600, ...]");
        t.in(t.data(2, 0, 1, 1400));
        t.in(t.data(3, 0, 2, 1200));
        t.out("SACK[flgs=0, cum_tsn=3, a_rwnd=0, ...]");
        t.in(t.data(4, 0, 3, 100));
        t.out("SACK[flgs=0, cum_tsn=3, a_rwnd=0, gaps=[], dups=[]]");
        t.receive();
        t.nothing();
        t.receive();
        t.out("SACK[flgs=0, cum_tsn=3, a_rwnd=2800, ...]");
    }

    @Test
    @Rfc(value = 9260, section = "6.9", requirement = "9260-6.9-3")
    void aMessageLargerThanTheBufferIsDeliveredInParts() {
        var t = SctpLadder.established(SctpLadder.plain().withBuffers(4000, 4000), 100_000);
        t.in(t.data("B", 1, 0, 0, 1400));
        t.in(t.data("", 2, 0, 0, 1400));
        assertThat(t.messages()).containsExactly("0:2800+");
        t.in(t.data("", 3, 0, 0, 1400));
        t.in(t.data("E", 4, 0, 0, 1400));
        t.in(t.data("BE", 5, 0, 1, 10));
        assertThat(t.messages()).containsExactly("0:2800", "0:10");
    }

    @Test
    void aFullSendQueueRefusesAndSignalsRoom() {
        var t = SctpLadder.established(SctpLadder.plain().withBuffers(4000, 2000), 100_000);
        t.send(0, 1500);
        assertThat(t.trySend(SendOptions.defaults(), 600)).isEqualTo(SctpError.WOULD_BLOCK);
        assertThat(t.trySend(SendOptions.defaults(), 2001)).isEqualTo(SctpError.TOO_LONG);
        assertThat(t.trySend(SendOptions.defaults(), 0)).isEqualTo(SctpError.EMPTY);
        t.ignore();
        t.signals = 0;
        t.in(t.sack(2, 100_000));
        assertThat(t.signals & Signals.WRITABLE).isNotZero();
        t.send(0, 600);
    }

    @Test
    void theUserHearsOfRoomWhenAQuarterOfTheSendQueueIsFree() {
        var t = SctpLadder.established(
                SctpLadder.plain().withBuffers(4000, 2000).withNoDelay(true), 100_000);
        for (int i = 0; i < 10; i++) {
            t.send(0, 200);
        }
        assertThat(t.trySend(SendOptions.defaults(), 1)).isEqualTo(SctpError.WOULD_BLOCK);
        t.ignore();
        t.signals = 0;
        t.in(t.sack(2, 100_000));
        assertThat(t.signals & Signals.WRITABLE).as("400 bytes are free").isZero();
        t.in(t.sack(3, 100_000));
        assertThat(t.signals & Signals.WRITABLE).as("600 bytes are free").isNotZero();
    }

    @Test
    void aPostedMessageIsTakenWithoutRoom() {
        var t = SctpLadder.established(SctpLadder.plain().withBuffers(4000, 2000), 100_000);
        t.send(0, 2000);
        assertThat(t.sctp.post(t.now, t.association(), new byte[100], 0, 100, SendOptions.defaults()))
                .isTrue();
        assertThat(t.association().heldBytes()).isEqualTo(2100);
        assertThat(t.association().writableOrTell()).isFalse();
    }

    @Test
    void aPostedMessageThatCannotBeSentComesBack() {
        var t = SctpLadder.established();
        SendOptions nowhere = SendOptions.stream(60_000);
        byte[] data = {0, 1, 2, 3};
        assertThat(t.sctp.post(t.now, t.association(), data, 1, 2, nowhere)).isTrue();
        assertThat(t.notifications()).singleElement().satisfies(told -> {
            var failed = (Notification.SendFailed) told;
            assertThat(failed.data()).containsExactly(1, 2);
            assertThat(failed.options()).isEqualTo(nowhere);
            assertThat(failed.error()).isEqualTo(SctpError.BAD_STREAM);
        });
    }

    @Test
    void oneUnreadNotificationTellsThatEverythingIsAcknowledgedAsWellAsMany() {
        var t = SctpLadder.established();
        for (int i = 1; i <= 3; i++) {
            t.send(0, 100);
            t.ignore();
            t.in(t.sack(i, 100_000));
        }
        assertThat(t.notifications()).containsExactly(new Notification.SenderDry());
        t.send(0, 100);
        t.ignore();
        t.in(t.sack(4, 100_000));
        assertThat(t.notifications()).as("it was read").containsExactly(new Notification.SenderDry());
    }

    @Test
    void theUserHearsWhenEverythingIsAcknowledged() {
        var t = SctpLadder.established();
        t.send(0, 100);
        t.ignore();
        t.in(t.sack(1, 100_000));
        assertThat(t.notifications()).containsExactly(new Notification.SenderDry());
    }
}
