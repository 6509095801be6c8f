package io.towpath.sctp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.towpath.core.Drop;
import io.towpath.wire.Bytes;
import io.towpath.wire.Crc32c;
import io.towpath.wire.IpAddress;
import io.towpath.wire.SctpChunk;
import io.towpath.wire.SctpChunks;
import io.towpath.wire.SctpParameter;
import io.towpath.wire.SctpReconfigParameters;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/// An association goes on in another process: its state is saved when nothing is on its way, and restored
/// elsewhere.
class HandoverTest {
    static SavedAssociation save(SctpLadder t) {
        t.notifications();
        SavedAssociation.Result result = t.sctp.save(t.now, t.association());
        assertThat(result).isInstanceOf(SavedAssociation.Saved.class);
        return ((SavedAssociation.Saved) result).state();
    }

    /// Another process with the same addresses, which has the association.
    static SctpLadder restored(SctpLadder before, SavedAssociation saved) {
        var t = new SctpLadder(before.config, before.peers.size());
        t.hostTag = before.hostTag;
        t.hostTsn = before.hostTsn;
        t.now = before.now;
        var result = t.sctp.restore(t.now, SavedAssociation.parse(saved.toBytes()), t.config);
        assertThat(result).isInstanceOf(Association.Opened.class);
        t.association = ((Association.Opened) result).association();
        return t;
    }

    /// Some messages each way, all acknowledged.
    private static SctpLadder talked(SctpConfig config, int paths) {
        var t = SctpLadder.established(config, 100_000, paths);
        t.send(2, 10);
        t.send(2, 10);
        t.ignore();
        t.in(t.sack(2, 90_000), t.data(1, 1, 0, 10), t.data(2, 1, 1, 10));
        t.ignore();
        t.after(1000);
        t.ignore();
        assertThat(t.messages()).containsExactly("1:10", "1:10");
        return t;
    }

    private static SctpLadder talked() {
        return talked(SctpLadder.plain(), 1);
    }

    @Test
    void messagesGoOnWithTheirNumbersInAnotherProcess() {
        var before = talked();
        var t = restored(before, save(before));
        t.out("SACK[..., cum_tsn=2, ...]");
        assertThat(t.state()).isEqualTo(AssociationState.Name.ESTABLISHED);
        t.send(2, 20);
        t.out("DATA[..., tsn=3, sid=2, ssn=2, ...]");
        t.in(t.sack(3, 90_000), t.data(3, 1, 2, 30));
        t.out("SACK[..., cum_tsn=3, ...]");
        assertThat(t.messages()).containsExactly("1:30");
        t.in(t.data(2, 1, 1, 10));
        t.out("SACK[..., cum_tsn=3, ..., dups=[2]]");
        assertThat(t.messages()).isEmpty();
        t.in(t.shutdownChunk(3));
        t.out("SHUTDOWN_ACK[flgs=0]");
    }

    @Test
    void theOldProcessHasNoAssociationAndKeepsQuiet() {
        var t = talked();
        save(t);
        assertThat(t.association().isClosed()).isTrue();
        assertThat(t.association().error()).isEqualTo(SctpError.HANDED_OVER);
        assertThat(t.sctp.size()).isZero();
        t.nothing();
        long dropped = t.dropped(Drop.SCTP_OUT_OF_THE_BLUE);
        t.in(t.data(3, 1, 2, 10));
        t.nothing();
        assertThat(t.dropped(Drop.SCTP_OUT_OF_THE_BLUE)).isEqualTo(dropped + 1);
        assertThat(t.notifications())
                .anyMatch(n -> n instanceof Notification.CommunicationLost(SctpError error, byte[] reason)
                        && error == SctpError.HANDED_OVER
                        && reason.length == 0);
    }

    @Test
    void itIsNotSavedWhileSomethingIsOnItsWay() {
        var t = SctpLadder.established();
        t.in(t.sack(0, 0));
        t.send(0, 10);
        assertThat(t.sctp.handoverReadiness(t.association())).containsExactly(HandoverObstacle.MESSAGES_QUEUED);
        t.in(t.sack(0, 90_000));
        t.ignore();
        assertThat(t.sctp.handoverReadiness(t.association())).containsExactly(HandoverObstacle.DATA_OUTSTANDING);
        t.in(t.sack(1, 90_000));
        assertThat(t.sctp.handoverReadiness(t.association())).isEmpty();
        t.in(t.data(2, 0, 1, 10));
        t.ignore();
        assertThat(t.sctp.handoverReadiness(t.association()))
                .containsExactly(HandoverObstacle.DATA_MISSING, HandoverObstacle.MESSAGES_INCOMPLETE);
        assertThat(t.sctp.save(t.now, t.association()))
                .isEqualTo(new SavedAssociation.NotReady(t.sctp.handoverReadiness(t.association())));
        t.in(t.data(1, 0, 0, 10));
        t.ignore();
        assertThat(t.sctp.handoverReadiness(t.association())).containsExactly(HandoverObstacle.NOT_RECEIVED);
        assertThat(t.messages()).hasSize(2);
        t.in(t.data("B", 3, 0, 2, 10));
        t.ignore();
        assertThat(t.sctp.handoverReadiness(t.association())).containsExactly(HandoverObstacle.MESSAGES_INCOMPLETE);
        t.in(t.data("E", 4, 0, 2, 10));
        t.ignore();
        assertThat(t.messages()).hasSize(1);
        assertThat(t.sctp.handoverReadiness(t.association())).isEmpty();
        t.shutdown();
        assertThat(t.sctp.handoverReadiness(t.association())).containsExactly(HandoverObstacle.NOT_ESTABLISHED);
    }

    @Test
    void aRequestForStreamsIsFinishedBeforeAndItsNumbersGoAlong() {
        var config = SctpLadder.plain().withFeatures(SctpFeatures.none().withReconfiguration(true));
        var t = PartialReliabilityTest.established(config, SctpChunks.RECONFIG);
        t.sctp.addOutgoing(t.now, t.association(), 3);
        assertThat(t.sctp.handoverReadiness(t.association())).containsExactly(HandoverObstacle.STREAMS_CHANGING);
        t.out("RECONFIG[...]");
        t.in(reconfig(new SctpParameter.ReconfigResponse(t.ownTsn(1), SctpReconfigParameters.PERFORMED)));
        var theirs = reconfig(new SctpParameter.AddStreams(SctpReconfigParameters.ADD_OUTGOING, t.peerTsn(1), 3));
        t.in(theirs);
        t.ignore();
        var next = restored(t, save(t));
        next.ignore();
        assertThat(next.info().outboundStreams()).isEqualTo(13);
        assertThat(next.info().inboundStreams()).isEqualTo(13);
        next.in(theirs);
        next.out("RECONFIG[flgs=0, RECONFIG_RESPONSE[resp_sn=" + next.peerTsn(1) + ", result=1]]");
        assertThat(next.info().inboundStreams()).isEqualTo(13);
        next.sctp.addOutgoing(next.now, next.association(), 1);
        next.out("RECONFIG[flgs=0, ADD_OUTGOING_STREAMS[req_sn=" + next.ownTsn(2) + ", number_of_new_streams=1]]");
    }

    private static SctpChunk reconfig(SctpParameter... parameters) {
        return new SctpChunk.Parameters(SctpChunks.RECONFIG, 0, List.of(parameters));
    }

    @Test
    void pathsGoOnAsTheyWere() {
        var t = talked(SctpLadder.plain(), 3);
        t.sctp.setPrimary(t.now, t.association(), t.peers.get(2));
        t.sctp.setPath(t.now, t.association(), t.peers.get(1), 7_000_000_000L, 3);
        SctpInfo was = t.info();
        var next = restored(t, save(t));
        SctpInfo is = next.info();
        assertThat(is.primary()).isEqualTo(t.peers.get(2));
        assertThat(is.paths().stream().map(SctpInfo.PathInfo::address)).isEqualTo(t.peers);
        for (int i = 0; i < 3; i++) {
            assertThat(is.paths().get(i).state()).isEqualTo(was.paths().get(i).state());
            assertThat(is.paths().get(i).cwnd()).isEqualTo(was.paths().get(i).cwnd());
            assertThat(is.paths().get(i).source()).isEqualTo(t.own.get(i));
        }
        assertThat(is.paths().getFirst().srttNanos())
                .isEqualTo(was.paths().getFirst().srttNanos());
        SavedAssociation saved = save(next);
        assertThat(saved.paths().get(1).heartbeatInterval()).isEqualTo(7_000_000_000L);
        assertThat(saved.paths().get(1).maxRetrans()).isEqualTo(3);
    }

    @Test
    void aPathWithoutAWayWaitsForOne() {
        var t = talked(SctpLadder.plain(), 2);
        SavedAssociation saved = save(t);
        var next = new SctpLadder(t.config, 2);
        next.network.unreachable(next.peers.get(1));
        assertThat(next.sctp.restore(next.now, saved, next.config)).isInstanceOf(Association.Opened.class);
        assertThat(next.sctp.size()).isEqualTo(1);
    }

    @Test
    void whereThePeerWouldNotFindItItIsNotRestored() {
        SavedAssociation saved = save(talked());
        var elsewhere = new SctpLadder(SctpLadder.plain());
        elsewhere.own.set(0, IpAddress.parse("10.0.0.77"));
        assertThat(elsewhere.sctp.restore(0, saved, elsewhere.config))
                .isEqualTo(new Association.Failed(SctpError.ADDRESS_NOT_AVAILABLE));
        var cut = new SctpLadder(SctpLadder.plain());
        cut.network.unreachable(cut.peers.getFirst());
        assertThat(cut.sctp.restore(0, saved, cut.config)).isEqualTo(new Association.Failed(SctpError.NO_ROUTE));
        var twice = new SctpLadder(SctpLadder.plain());
        assertThat(twice.sctp.restore(0, saved, twice.config)).isInstanceOf(Association.Opened.class);
        assertThat(twice.sctp.restore(0, saved, twice.config))
                .isEqualTo(new Association.Failed(SctpError.ALREADY_CONNECTED));
        // What failed left nothing behind: the port is free.
        assertThat(cut.sctp.bind(0, List.of(), SctpLadder.HOST_PORT, cut.config))
                .isInstanceOf(SctpEndpoint.Bound.class);
    }

    /// The tag of an association that came back is like any other, when it is over in the end: a peer that asks
    /// whether it is over is answered.
    @Test
    void whereItCameBackToIsNotQuietForEver() {
        var t = talked();
        SavedAssociation saved = save(t);
        var result = t.sctp.restore(t.now, saved, t.config);
        t.association = ((Association.Opened) result).association();
        t.out("SACK[...");
        t.shutdown();
        t.out("SHUTDOWN[...");
        t.in(SctpLadder.bare(SctpChunks.SHUTDOWN_ACK));
        t.out("SHUTDOWN_COMPLETE[flgs=0]");
        t.in(SctpLadder.bare(SctpChunks.SHUTDOWN_ACK));
        t.out("SHUTDOWN_COMPLETE[flgs=T]");
    }

    @Test
    void itGoesOnBesideWhatListensOnItsPort() {
        var before = talked();
        SavedAssociation saved = save(before);
        var t = new SctpLadder();
        t.listen();
        var result = t.sctp.restore(t.now, saved, t.config);
        assertThat(((Association.Opened) result).association().endpoint()).isSameAs(t.endpoint);
        assertThat(t.sctp.accept(t.now, java.util.Objects.requireNonNull(t.endpoint)))
                .isNull();
    }

    @Test
    void bytesSayWhatTheRecordSays() {
        SavedAssociation saved = save(talked(SctpLadder.plain(), 2));
        assertThat(SavedAssociation.parse(saved.toBytes())).isEqualTo(saved);
    }

    @Test
    void bytesThatAreNotAllThereAreRefused() {
        byte[] bytes = save(talked()).toBytes();
        for (int length = 0; length < bytes.length; length++) {
            byte[] part = Arrays.copyOf(bytes, length);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> SavedAssociation.parse(part))
                    .withMessageMatching(".*saved association.*");
        }
        byte[] more = Arrays.copyOf(bytes, bytes.length + 1);
        assertThatIllegalArgumentException().isThrownBy(() -> SavedAssociation.parse(more));
    }

    @Test
    void anotherVersionIsNamed() {
        byte[] bytes = save(talked()).toBytes();
        Bytes.put16(bytes, 4, 1);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SavedAssociation.parse(bytes))
                .withMessage("saved association: its format is 1, this version reads 2");
    }

    /// Bytes by somebody else, with the right sum: refused by one line, or an association like any other.
    @Test
    void hostileBytesAreRefusedOrMakeAnAssociation() {
        var config = SctpLadder.plain()
                .withFeatures(SctpFeatures.defaults().withEcn(true).withInterleaving(true));
        byte[] bytes = save(talked(config, 2)).toBytes();
        int restored = 0;
        for (int at = 0; at < bytes.length - 4; at++) {
            for (int value : new int[] {0, 1, 0x7f, 0x80, 0xff}) {
                byte[] hostile = bytes.clone();
                hostile[at] = (byte) value;
                Bytes.put32(hostile, bytes.length - 4, new Crc32c().of(hostile, 0, bytes.length - 4));
                restored += survives(hostile, config) ? 1 : 0;
            }
        }
        assertThat(restored).isPositive();
    }

    private static boolean survives(byte[] hostile, SctpConfig config) {
        SavedAssociation saved;
        try {
            saved = SavedAssociation.parse(hostile);
        } catch (IllegalArgumentException e) {
            assertThat(e).hasMessageContaining("saved association").hasMessageNotContaining("\n");
            return false;
        }
        var t = new SctpLadder(config, 2);
        if (!(t.sctp.restore(t.now, saved, config) instanceof Association.Opened(Association a))) {
            assertThat(t.sctp.size()).isZero();
            return false;
        }
        t.association = a;
        t.hostTag = saved.localTag();
        t.hostTsn = saved.localInitialTsn();
        t.ignore();
        t.trySend(SendOptions.defaults(), 100);
        t.in(t.data(1, 0, 0, 10));
        t.ignore();
        t.after(10_000);
        t.abort();
        t.ignore();
        return true;
    }
}
