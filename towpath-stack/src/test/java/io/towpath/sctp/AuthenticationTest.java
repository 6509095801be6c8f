package io.towpath.sctp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.towpath.core.Drop;
import io.towpath.sctp.Notification.Authentication.Change;
import io.towpath.wire.Octets;
import io.towpath.wire.SctpAuthHeader;
import io.towpath.wire.SctpChunk;
import io.towpath.wire.SctpChunks;
import io.towpath.wire.SctpParameter;
import io.towpath.wire.SctpParameters;
import io.towpath.wire.testing.Rfc;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

@Rfc(value = 4895, section = "6")
class AuthenticationTest {
    private static final byte[] EMPTY = {};
    private static final byte[] SECRET = "between the two of us".getBytes(StandardCharsets.US_ASCII);
    private static final List<Integer> BOTH = List.of(AuthPeer.SHA_256, AuthPeer.SHA_1);

    private static SctpConfig config(SctpAuthentication settings) {
        return SctpLadder.plain()
                .withFeatures(SctpFeatures.none().withAuthentication(true))
                .withExtensions(SctpExtensions.defaults().withAuthentication(settings));
    }

    private static SctpConfig demanding(Integer... types) {
        return config(SctpAuthentication.defaults().withChunkTypes(types));
    }

    private record Pair(SctpLadder t, AuthPeer peer) {}

    private static Pair opening(SctpConfig config, List<Integer> hmacs, Integer... demanded) {
        var t = new SctpLadder(config);
        var peer = new AuthPeer(t, hmacs, demanded);
        t.listen();
        t.in(t.init(peer.parameters()));
        peer.init();
        return new Pair(t, peer);
    }

    private static Pair established(SctpConfig config, List<Integer> hmacs, Integer... demanded) {
        Pair pair = opening(config, hmacs, demanded);
        SctpLadder t = pair.t;
        t.in(t.cookieEcho());
        t.next();
        t.accept();
        t.notifications();
        return pair;
    }

    @Test
    @Rfc(value = 4895, section = "6.1")
    void anInitOffersARandomNumberTheDemandedChunksAndTheAlgorithms() {
        var t = new SctpLadder(demanding(SctpChunks.DATA));
        var peer = new AuthPeer(t, BOTH);
        t.connect();
        peer.init();
        assertThat(peer.hostParameters()).hasSize(3);
        assertThat(((SctpParameter.Opaque) peer.hostParameters().get(0)).value().length())
                .isEqualTo(32);
        assertThat(peer.hostParameters().get(1))
                .isEqualTo(new SctpParameter.ChunkTypes(SctpParameters.CHUNK_LIST, List.of(SctpChunks.DATA)));
        assertThat(peer.hostParameters().get(2))
                .isEqualTo(new SctpParameter.Numbers(SctpParameters.HMAC_ALGORITHMS, List.of(3, 1)));
    }

    @Test
    @Rfc(value = 4895, section = "6.1")
    void aPeerWithoutAuthIsTalkedToInTheClearAndTheUserKnows() {
        var t = new SctpLadder(demanding(SctpChunks.DATA));
        t.connect();
        t.next();
        t.in(t.initAck());
        t.next();
        t.in(SctpLadder.cookieAck());
        assertThat(t.notifications()).contains(new Notification.Authentication(Change.NONE, 0));
        t.in(t.data(1, 0, 0, 10));
        assertThat(t.messages()).containsExactly("0:10");
    }

    @Test
    @Rfc(value = 4895, section = "6.1")
    void aRandomNumberOfAnotherLengthAbortsTheAssociation() {
        var t = new SctpLadder(demanding());
        t.listen();
        t.in(t.init(List.of(
                new SctpParameter.Opaque(SctpParameters.RANDOM, Octets.of(new byte[31])),
                new SctpParameter.Numbers(SctpParameters.HMAC_ALGORITHMS, BOTH))));
        t.out("ABORT[...]");
    }

    @Test
    @Rfc(value = 4895, section = "6.2")
    void whatThePeerDemandsGoesAfterAnAuthChunk() {
        Pair pair = established(demanding(), BOTH, SctpChunks.DATA);
        pair.t.send(0, 100);
        pair.peer.check(pair.t.next(), EMPTY, 0, AuthPeer.SHA_256, SctpChunks.DATA);
    }

    @Test
    @Rfc(value = 4895, section = "3.3")
    void theFirstAlgorithmOfThePeersListIsUsed() {
        Pair pair = established(demanding(), List.of(77, AuthPeer.SHA_1, AuthPeer.SHA_256), SctpChunks.DATA);
        pair.t.send(0, 100);
        pair.peer.check(pair.t.next(), EMPTY, 0, AuthPeer.SHA_1, SctpChunks.DATA);
    }

    @Test
    void fragmentsLeaveRoomForTheCode() {
        Pair pair = established(demanding(), BOTH, SctpChunks.DATA);
        pair.t.send(0, 3000);
        for (int i = 0; i < 3; i++) {
            SctpLadder.Departed departed = pair.t.next();
            assertThat(departed.packet().emit().length).isLessThanOrEqualTo(1480);
            pair.peer.check(departed, EMPTY, 0, AuthPeer.SHA_256, SctpChunks.DATA);
        }
        pair.t.nothing();
    }

    @Test
    @Rfc(value = 4895, section = "6.2")
    void anAbortIsAuthenticatedWhenThePeerWantsThat() {
        Pair pair = established(demanding(), BOTH, SctpChunks.ABORT);
        pair.t.abort();
        pair.peer.check(pair.t.next(), EMPTY, 0, AuthPeer.SHA_256, SctpChunks.ABORT);
    }

    @Test
    @Rfc(value = 4895, section = "6.2")
    void aCookieEchoIsAuthenticatedWhenThePeerWantsThat() {
        var t = new SctpLadder(demanding());
        var peer = new AuthPeer(t, BOTH, SctpChunks.COOKIE_ECHO, SctpChunks.DATA);
        t.connect();
        peer.init();
        t.send(0, 10);
        t.in(t.initAck(peer.parameters().toArray(SctpParameter[]::new)));
        SctpLadder.Departed departed = t.next();
        peer.check(departed, EMPTY, 0, AuthPeer.SHA_256, SctpChunks.COOKIE_ECHO, SctpChunks.DATA);
        assertThat(departed.packet().chunks().getFirst().type()).isEqualTo(SctpChunks.AUTH);
    }

    @Test
    @Rfc(value = 4895, section = "6.3")
    void aDemandedChunkWithoutAuthIsDroppedInSilence() {
        Pair pair = established(demanding(SctpChunks.DATA), BOTH);
        pair.t.in(pair.t.data(1, 0, 0, 10));
        pair.t.nothing();
        assertThat(pair.t.messages()).isEmpty();
        assertThat(pair.t.dropped(Drop.SCTP_NOT_AUTHENTICATED)).isEqualTo(1);
        pair.t.in(pair.peer.signed(EMPTY, 0, AuthPeer.SHA_1, pair.t.data(1, 0, 0, 10)));
        pair.t.out("SACK[...]");
        assertThat(pair.t.messages()).containsExactly("0:10");
    }

    @Test
    @Rfc(value = 4895, section = "6.3")
    void whatComesBeforeTheAuthChunkIsNotAuthenticatedByIt() {
        Pair pair = established(demanding(SctpChunks.DATA), BOTH);
        List<SctpChunk> chunks = new ArrayList<>();
        chunks.add(pair.t.data(1, 0, 0, 10));
        chunks.addAll(List.of(pair.peer.signed(EMPTY, 0, AuthPeer.SHA_256, pair.t.data(2, 0, 1, 20))));
        pair.t.in(chunks.toArray(SctpChunk[]::new));
        pair.t.out("SACK[..., cum_tsn=0, ..., gaps=[2:2], ...]");
    }

    @Test
    @Rfc(value = 4895, section = "6.3")
    void aWrongCodeDropsTheRestOfThePacket() {
        Pair pair = established(demanding(), BOTH);
        pair.t.in(pair.peer.signed(SECRET, 0, AuthPeer.SHA_256, pair.t.data(1, 0, 0, 10)));
        pair.t.nothing();
        assertThat(pair.t.dropped(Drop.SCTP_NOT_AUTHENTICATED)).isEqualTo(1);
    }

    @Test
    @Rfc(value = 4895, section = "6.3")
    void aKeyThatIsNotKnownDropsTheRestOfThePacket() {
        Pair pair = established(demanding(), BOTH);
        pair.t.in(pair.peer.signed(EMPTY, 9, AuthPeer.SHA_256, pair.t.data(1, 0, 0, 10)));
        pair.t.nothing();
    }

    @Test
    @Rfc(value = 4895, section = "4.1")
    void anAlgorithmThatWasNotOfferedIsReported() {
        Pair pair = established(config(SctpAuthentication.defaults().withHmacs(SctpAuthHeader.SHA_1)), BOTH);
        pair.t.in(pair.peer.signed(EMPTY, 0, AuthPeer.SHA_256, pair.t.data(1, 0, 0, 10)));
        pair.t.out("ERROR[flgs=0, UNSUPPORTED_HMAC_IDENTIFIER[hmac=3]]");
        pair.t.nothing();
    }

    @Test
    @Rfc(value = 4895, section = "6.3")
    void aCookieEchoWithoutTheDemandedCodeMakesNoAssociation() {
        Pair pair = opening(demanding(SctpChunks.COOKIE_ECHO), BOTH);
        pair.t.in(pair.t.cookieEcho());
        pair.t.nothing();
        pair.t.in(pair.peer.signed(SECRET, 0, AuthPeer.SHA_256, pair.t.cookieEcho()));
        pair.t.nothing();
        assertThat(pair.t.sctp.size()).isZero();
        pair.t.in(pair.peer.signed(EMPTY, 0, AuthPeer.SHA_256, pair.t.cookieEcho(), pair.t.data(1, 0, 0, 10)));
        pair.t.out("COOKIE_ACK[flgs=0]", "SACK[...]");
        pair.t.accept();
        assertThat(pair.t.messages()).containsExactly("0:10");
    }

    @Test
    @Rfc(value = 4895, section = "6.1")
    void keysHaveIdentifiersAndOneIsActive() {
        Pair pair = established(
                config(SctpAuthentication.defaults().withKey(4, SECRET).withActiveKey(4)), BOTH, SctpChunks.DATA);
        SctpLadder t = pair.t;
        t.send(0, 100);
        pair.peer.check(t.next(), SECRET, 4, AuthPeer.SHA_256, SctpChunks.DATA);
        byte[] next = {1, 2, 3};
        assertThat(t.sctp.activateKey(t.now, t.association(), 5)).isEqualTo(SctpError.INVALID);
        assertThat(t.sctp.putKey(t.now, t.association(), 5, next)).isNull();
        assertThat(t.sctp.activateKey(t.now, t.association(), 5)).isNull();
        t.send(0, 100);
        pair.peer.check(t.next(), next, 5, AuthPeer.SHA_256, SctpChunks.DATA);
        assertThat(t.sctp.deleteKey(t.now, t.association(), 5)).isEqualTo(SctpError.INVALID);
        t.in(pair.peer.signed(SECRET, 4, AuthPeer.SHA_256, t.sack(2, 100_000)));
        assertThat(t.info().outstandingChunks()).isZero();
        t.in(pair.peer.signed(next, 5, AuthPeer.SHA_256, t.data(1, 0, 0, 10)));
        assertThat(t.notifications()).contains(new Notification.Authentication(Change.NEW_KEY, 5));
        assertThat(t.sctp.deleteKey(t.now, t.association(), 4)).isNull();
        assertThat(t.notifications()).contains(new Notification.Authentication(Change.FREE_KEY, 4));
        t.ignore();
        t.in(pair.peer.signed(SECRET, 4, AuthPeer.SHA_256, t.data(2, 0, 1, 10)));
        t.nothing();
    }

    @Test
    @Rfc(value = 9260, section = "6.1")
    void anAbortThatIsNotAuthenticatedIsNoSignOfLife() {
        Pair pair = established(demanding(SctpChunks.ABORT), BOTH);
        SctpLadder t = pair.t;
        t.send(0, 10);
        t.ignore();
        t.in(t.sack(1, 0));
        t.send(0, 10);
        for (int i = 0; i < 40 && !t.association().isClosed(); i++) {
            t.after(60_000);
            t.ignore();
            t.inject(0, SctpLadder.PEER_TAG, new SctpChunk.Failure(SctpChunks.ABORT, SctpChunks.T, List.of()));
        }
        assertThat(t.association().error()).isEqualTo(SctpError.TIMED_OUT);
    }

    @Test
    @Rfc(value = 4895, section = "3.2")
    void theUserSeesWhatMustBeAuthenticated() {
        Pair pair = established(demanding(SctpChunks.DATA), BOTH, SctpChunks.ABORT, SctpChunks.INIT, SctpChunks.AUTH);
        var t = pair.t;
        assertThat(t.sctp.authenticatedChunks(t.association(), true)).containsExactly(SctpChunks.DATA);
        assertThat(t.sctp.authenticatedChunks(t.association(), false)).containsExactly(SctpChunks.ABORT);
    }

    @Test
    @Rfc(value = 4895, section = "3.2")
    void chunksThatCannotBeAuthenticatedAreNoSetting() {
        assertThatThrownBy(() -> SctpAuthentication.defaults().withChunkTypes(SctpChunks.INIT))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> SctpAuthentication.defaults().withHmacs(SctpAuthHeader.SHA_256))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void anotherProcessGoesOnWithTheKeyIfItHasIt() {
        var config = config(SctpAuthentication.defaults()
                .withChunkTypes(SctpChunks.DATA)
                .withKey(7, SECRET)
                .withActiveKey(7));
        SctpLadder t = established(config, BOTH, SctpChunks.DATA).t;
        SavedAssociation saved = HandoverTest.save(t);
        assertThat(new String(saved.toBytes(), StandardCharsets.ISO_8859_1))
                .doesNotContain(new String(SECRET, StandardCharsets.ISO_8859_1));
        var without = new SctpLadder(config(SctpAuthentication.defaults()));
        assertThat(without.sctp.restore(0, saved, without.config))
                .isEqualTo(new Association.Failed(SctpError.NOT_SUPPORTED));
        SctpLadder next = HandoverTest.restored(t, saved);
        next.ignore();
        next.send(0, 10);
        next.out("AUTH[flgs=0, key=7, ...", "DATA[...");
    }
}
