package io.towpath.sctp;

import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.core.Drop;
import io.towpath.wire.IpAddress;
import io.towpath.wire.Octets;
import io.towpath.wire.SctpChunk;
import io.towpath.wire.SctpChunks;
import io.towpath.wire.SctpParameter;
import io.towpath.wire.testing.Rfc;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Unexpected INITs and COOKIE ECHOs, and packets without an association.
@Rfc(value = 9260, section = "5.2")
class CollisionTest {
    @Test
    @Rfc(value = 9260, section = "5.2.1", requirement = "9260-5.2.1-1")
    void crossedInitsMakeOneAssociationWithTheTagsOfTheInits() {
        var t = new SctpLadder();
        t.connect();
        t.out("INIT[...]");
        long tag = t.hostTag;
        t.in(t.init());
        t.out("INIT_ACK[flgs=0, tag=" + tag + ", ..., tsn=1, ...]");
        assertThat(t.state()).isEqualTo(AssociationState.Name.COOKIE_WAIT);
        t.in(t.cookieEcho());
        t.out("COOKIE_ACK[flgs=0]");
        assertThat(t.state()).isEqualTo(AssociationState.Name.ESTABLISHED);
        assertThat(t.sctp.size()).isEqualTo(1);
        t.after(10_000);
        t.nothing();
        t.send(0, 10);
        assertThat(t.next().packet().verificationTag()).isEqualTo(t.peerTag);
    }

    @Test
    @Rfc(value = 9260, section = "5.2.1", requirement = "9260-5.2.1-1")
    @Rfc(value = 9260, section = "5.1.2")
    void crossedInitsMakeOneAssociationWhenThePeersComesFromAnAddressThatTheHostDoesNotKnow() {
        var t = new SctpLadder(SctpLadder.plain(), 2);
        t.connect(List.of(IpAddress.parse("10.0.0.2")));
        t.sctp.listen(t.now, t.association().endpoint(), 1);
        t.out("INIT[...]");
        long tag = t.hostTag;
        t.inFrom(1, t.init());
        t.outTo(1, "INIT_ACK[flgs=0, tag=" + tag + ", ..., tsn=1, ...]");
        t.inFrom(1, t.cookieEcho());
        t.outTo(1, "COOKIE_ACK[flgs=0]");
        assertThat(t.state()).isEqualTo(AssociationState.Name.ESTABLISHED);
        assertThat(t.sctp.size()).isEqualTo(1);
    }

    @Test
    @Rfc(value = 9260, section = "5.2.4", requirement = "9260-5.2.4-3")
    void aCookieWithAnotherPeersTagUpdatesTheTag() {
        var t = new SctpLadder();
        t.connect();
        t.out("INIT[...]");
        t.in(t.initAck());
        t.out("COOKIE_ECHO[...]");
        t.peerTag = 0xbeef;
        t.in(t.init());
        t.out("INIT_ACK[...]");
        t.in(t.cookieEcho());
        t.out("COOKIE_ACK[flgs=0]");
        assertThat(t.info().peerTag()).isEqualTo(0xbeef);
        assertThat(t.state()).isEqualTo(AssociationState.Name.ESTABLISHED);
    }

    @Test
    @Rfc(value = 9260, section = "5.2.4", requirement = "9260-5.2.4-5")
    void theSameCookieAgainIsAcknowledgedAgainEvenIfItIsStale() {
        var t = SctpLadder.established();
        t.in(t.cookieEcho());
        t.out("COOKIE_ACK[flgs=0]");
        t.after(100_000);
        t.in(t.cookieEcho());
        t.out("COOKIE_ACK[flgs=0]");
        assertThat(t.notifications()).isEmpty();
    }

    @Test
    @Rfc(value = 9260, section = "5.2.2", requirement = "9260-5.2.2-2")
    @Rfc(value = 9260, section = "5.2.4", requirement = "9260-5.2.4-1")
    void aRestartedPeerBeginsAnewInTheSameAssociation() {
        var t = SctpLadder.established();
        t.send(0, 100);
        t.ignore();
        t.in(t.data(1, 0, 0, 10));
        t.ignore();
        long oldTag = t.hostTag;
        t.peerTag = 0xcafe;
        t.in(t.init());
        t.out("INIT_ACK[...]");
        assertThat(t.hostTag).isNotEqualTo(oldTag);
        assertThat(t.info().localTag()).as("nothing changes before the cookie").isEqualTo((int) oldTag);
        t.in(t.cookieEcho());
        t.out("COOKIE_ACK[flgs=0]");
        assertThat(t.info().peerTag()).isEqualTo(0xcafe);
        List<Notification> told = t.notifications();
        assertThat(told).anyMatch(n -> n instanceof Notification.Restarted);
        assertThat(told).anyMatch(n -> n instanceof Notification.SendFailed);
        t.send(0, 10);
        t.out("DATA[flgs=BE, len=26, tsn=1, sid=0, ssn=0, ppid=0]");
        t.in(t.data(1, 0, 0, 20));
        assertThat(t.messages()).containsExactly("0:20");
        t.after(20_000);
    }

    @Test
    @Rfc(value = 9260, section = "5.2.2", requirement = "9260-5.2.2-1")
    void aRestartWithNewAddressesIsRefused() {
        var t = SctpLadder.established();
        t.in(t.init(99, 100_000, 10, 10, List.of(new SctpParameter.Address(IpAddress.parse("10.9.9.9")))));
        var abort = t.next();
        assertThat(abort.packet().verificationTag()).isEqualTo(99);
        assertThat(t.text(abort.packet()))
                .isEqualTo("sctp: ABORT[flgs=0, RESTART_WITH_NEW_ADDRESSES[params=[IPV4_ADDRESS[addr=10.9.9.9]]]]");
        assertThat(t.state()).isEqualTo(AssociationState.Name.ESTABLISHED);
    }

    @Test
    @Rfc(value = 9260, section = "5.2.4", requirement = "9260-5.2.4-2")
    void aCookieOfARestartDuringTheShutdownIsAnsweredByTheShutdownAck() {
        var t = SctpLadder.established();
        SctpChunk shutdown = t.shutdownChunk(0);
        t.peerTag = 0xcafe;
        t.in(t.init());
        t.out("INIT_ACK[...]");
        long newTag = t.hostTag;
        t.inject(0, t.info().localTag() & 0xffff_ffffL, shutdown);
        t.out("SHUTDOWN_ACK[flgs=0]");
        t.inject(0, newTag, t.cookieEcho());
        t.out("ERROR[flgs=0, COOKIE_RECEIVED_WHILE_SHUTTING_DOWN[...]]");
        t.out("SHUTDOWN_ACK[flgs=0]");
    }

    @Test
    @Rfc(value = 9260, section = "5.3.1", requirement = "9260-5.3.1-1")
    void aCookieOfAnAssociationThatIsOverMakesNoOther() {
        var t = SctpLadder.established();
        t.in(t.shutdownChunk(0));
        t.out("SHUTDOWN_ACK[flgs=0]");
        t.in(SctpLadder.bare(SctpChunks.SHUTDOWN_COMPLETE));
        t.after(30_000);
        t.in(t.cookieEcho(), t.data(1, 0, 0, 10));
        t.nothing();
        assertThat(t.sctp.size()).isZero();
        t.in(t.init());
        t.out("INIT_ACK[...]");
        t.in(t.cookieEcho());
        t.out("COOKIE_ACK[flgs=0]");
    }

    @Test
    @Rfc(value = 9260, section = "8.4", requirement = "9260-8.4-1")
    void packetsOutOfTheBlueAreAnsweredAsTheirChunksSay() {
        var t = new SctpLadder();
        t.inject(0, 55, t.data(1, 0, 0, 10));
        var abort = t.next();
        assertThat(t.text(abort.packet())).isEqualTo("sctp: ABORT[flgs=T]");
        assertThat(abort.packet().verificationTag()).isEqualTo(55);
        t.inject(0, 55, SctpLadder.bare(SctpChunks.SHUTDOWN_ACK));
        var complete = t.next();
        assertThat(t.text(complete.packet())).isEqualTo("sctp: SHUTDOWN_COMPLETE[flgs=T]");
        assertThat(complete.packet().verificationTag()).isEqualTo(55);
        t.inject(0, 55, SctpLadder.abortChunk());
        t.inject(0, 55, t.data(1, 0, 0, 10), SctpLadder.abortChunk());
        t.inject(0, 55, SctpLadder.bare(SctpChunks.SHUTDOWN_COMPLETE));
        t.inject(0, 55, SctpLadder.bare(SctpChunks.COOKIE_ACK));
        t.nothing();
    }

    @Test
    @Rfc(value = 9260, section = "8.5", requirement = "9260-8.5-1")
    void aWrongVerificationTagIsDiscarded() {
        var t = SctpLadder.established();
        t.inject(0, t.hostTag ^ 1, t.data(1, 0, 0, 10));
        t.nothing();
        assertThat(t.dropped(Drop.SCTP_BAD_TAG)).isEqualTo(1);
        t.inject(0, 0, t.data(1, 0, 0, 10));
        t.nothing();
    }

    @Test
    @Rfc(value = 9260, section = "6.8", requirement = "9260-6.8-1")
    void aWrongChecksumIsDiscarded() {
        var t = SctpLadder.established();
        byte[] packet = io.towpath.wire.SctpPacket.of(
                        SctpLadder.PEER_PORT, SctpLadder.HOST_PORT, t.hostTag, t.data(1, 0, 0, 10))
                .emit();
        packet[30] ^= 1;
        t.arrive(0, packet);
        t.nothing();
        assertThat(t.dropped(Drop.BAD_SCTP_CHECKSUM)).isEqualTo(1);
    }

    @Test
    @Rfc(value = 9260, section = "3.2", requirement = "9260-3.2-1")
    void unknownChunksAreSkippedReportedOrEndThePacketByTheirHighBits() {
        var t = SctpLadder.established();
        t.in(unknown(0x3f), t.data(1, 0, 0, 10));
        t.nothing();
        t.in(unknown(0x7f), t.data(1, 0, 0, 10));
        t.out("ERROR[flgs=0, UNRECOGNIZED_CHUNK_TYPE[chk=CHUNK[type=0x7f, flgs=0, len=6, val=...]]]");
        t.in(unknown(0xbf), t.data(1, 0, 0, 10));
        t.out("SACK[flgs=0, cum_tsn=1, ...]");
        t.in(unknown(0xff), t.data(2, 0, 1, 10));
        t.out("ERROR[flgs=0, UNRECOGNIZED_CHUNK_TYPE[...]]");
        t.after(200);
        t.out("SACK[flgs=0, cum_tsn=2, ...]");
    }

    @Test
    @Rfc(value = 9260, section = "8.5.1", requirement = "9260-8.5.1-2")
    void aShutdownAckDuringTheHandshakeIsOutOfTheBlue() {
        var t = new SctpLadder();
        t.connect();
        t.out("INIT[...]");
        t.inject(0, 4711, SctpLadder.bare(SctpChunks.SHUTDOWN_ACK));
        t.out("SHUTDOWN_COMPLETE[flgs=T]");
        assertThat(t.state()).isEqualTo(AssociationState.Name.COOKIE_WAIT);
    }

    @Test
    @Rfc(value = 9260, section = "8.5.1", requirement = "9260-8.5.1-2")
    void soIsOneBehindAnAuthChunkThatNobodyHasTheKeysFor() {
        var t = new SctpLadder();
        t.connect();
        t.out("INIT[...]");
        var auth = new SctpChunk.Auth(0, 0, 3, Octets.of(new byte[32]));
        t.inject(0, 4711, auth, SctpLadder.bare(SctpChunks.SHUTDOWN_ACK));
        t.out("SHUTDOWN_COMPLETE[flgs=T]");
        assertThat(t.state()).isEqualTo(AssociationState.Name.COOKIE_WAIT);
    }

    private static SctpChunk unknown(int type) {
        return new SctpChunk.Opaque(type, 0, Octets.of((byte) 1, (byte) 2));
    }
}
