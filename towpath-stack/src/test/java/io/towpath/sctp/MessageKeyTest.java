package io.towpath.sctp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.towpath.core.Drop;
import io.towpath.core.Time;
import io.towpath.sctp.Notification.Authentication.Change;
import io.towpath.wire.Octets;
import io.towpath.wire.SctpChunk;
import io.towpath.wire.SctpChunks;
import io.towpath.wire.SctpParameter;
import io.towpath.wire.SctpParameters;
import io.towpath.wire.testing.Rfc;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Messages that name the shared key under which they are authenticated.
@Rfc(value = 6458, section = "5.3.8")
class MessageKeyTest {
    private static final byte[] FOUR = {4, 4, 4};
    private static final byte[] SEVEN = {7, 7, 7, 7, 7};
    private static final List<Integer> HMACS = List.of(AuthPeer.SHA_256);
    private static final SendOptions UNDER_FOUR = SendOptions.stream(1).withKey(4);
    private static final SendOptions UNDER_SEVEN = SendOptions.stream(2).withKey(7);

    /// A host with three keys, and a peer that demands that some chunks be authenticated.
    private static final class Ends {
        final SctpLadder t;
        final AuthPeer peer;

        Ends(boolean interleaving, Integer... demanded) {
            var features = SctpFeatures.none().withAuthentication(true).withInterleaving(interleaving);
            t = new SctpLadder(SctpLadder.plain()
                    .withFeatures(features)
                    .withExtensions(SctpExtensions.defaults()
                            .withAuthentication(SctpAuthentication.defaults()
                                    .withKey(4, FOUR)
                                    .withKey(7, SEVEN)
                                    .withActiveKey(4))));
            peer = new AuthPeer(t, HMACS, demanded);
            t.listen();
            List<SctpParameter> parameters = new ArrayList<>(peer.parameters());
            if (interleaving) {
                parameters.add(new SctpParameter.Opaque(
                        SctpParameters.SUPPORTED_EXTENSIONS,
                        Octets.of(new byte[] {(byte) SctpChunks.I_DATA, (byte) SctpChunks.I_FORWARD_TSN})));
            }
            t.in(t.init(parameters));
            peer.init();
            t.in(t.cookieEcho());
            t.next();
            t.accept();
            t.notifications();
        }

        void outUnderFour(int... chunks) {
            peer.check(t.next(), FOUR, 4, AuthPeer.SHA_256, chunks);
        }

        void outUnderSeven(int... chunks) {
            peer.check(t.next(), SEVEN, 7, AuthPeer.SHA_256, chunks);
        }
    }

    private final Ends ends = new Ends(false, SctpChunks.DATA);
    private final SctpLadder t = ends.t;
    private final AuthPeer peer = ends.peer;

    private void outUnderFour(int... chunks) {
        ends.outUnderFour(chunks);
    }

    private void outUnderSeven(int... chunks) {
        ends.outUnderSeven(chunks);
    }

    private static Notification free(int id) {
        return new Notification.Authentication(Change.FREE_KEY, id);
    }

    @Test
    void allFragmentsOfAMessageAreUnderTheKeyThatItNames() {
        t.send(UNDER_SEVEN, 3000);
        outUnderSeven(SctpChunks.DATA);
        outUnderSeven(SctpChunks.DATA);
        outUnderSeven(SctpChunks.DATA);
        t.nothing();
    }

    @Test
    void messagesUnderDifferentKeysAreNotBundled() {
        // So much is in flight that the window has no room, and all that waits goes out after the SACK.
        t.send(UNDER_SEVEN, 4000);
        t.ignore();
        t.send(UNDER_SEVEN, 300);
        t.send(UNDER_SEVEN, 300);
        t.send(UNDER_FOUR, 300);
        t.send(SendOptions.stream(3), 300);
        t.send(UNDER_SEVEN, 300);
        t.in(t.sack(t.info().outstandingChunks(), 100_000));
        outUnderSeven(SctpChunks.DATA, SctpChunks.DATA);
        outUnderFour(SctpChunks.DATA, SctpChunks.DATA);
        outUnderSeven(SctpChunks.DATA);
        t.nothing();
    }

    @Test
    void messagesUnderDifferentKeysAreBundledWhereNothingIsAuthenticated() {
        var plain = new Ends(false, SctpChunks.ASCONF);
        plain.t.send(UNDER_SEVEN, 300);
        plain.t.out("DATA[...");
        plain.t.send(UNDER_FOUR, 300);
        plain.t.send(UNDER_SEVEN, 300);
        plain.t.in(plain.t.sack(1, 100_000));
        plain.t.out("DATA[...", "DATA[...");
    }

    @Test
    void chunksOfInterleavedMessagesKeepTheirKeys() {
        var both = new Ends(true, SctpChunks.I_DATA);
        both.t.send(UNDER_SEVEN, 1400);
        both.outUnderSeven(SctpChunks.I_DATA);
        both.t.send(UNDER_SEVEN, 300);
        both.t.send(UNDER_FOUR, 300);
        both.t.in(both.t.sack(1, 100_000));
        both.outUnderSeven(SctpChunks.I_DATA);
        both.outUnderFour(SctpChunks.I_DATA);
    }

    @Test
    void aRetransmissionIsUnderTheKeyOfItsMessage() {
        t.send(UNDER_SEVEN, 300);
        outUnderSeven(SctpChunks.DATA);
        t.sctp.putKey(t.now, t.association(), 9, new byte[] {9});
        assertThat(t.sctp.activateKey(t.now, t.association(), 9)).isNull();
        t.after(1000);
        outUnderSeven(SctpChunks.DATA);
    }

    @Test
    void lostMessagesUnderDifferentKeysGoInPacketsOfTheirOwn() {
        t.sctp.configure(t.now, t.association(), t.config.withNoDelay(true));
        t.send(UNDER_SEVEN, 300);
        outUnderSeven(SctpChunks.DATA);
        t.send(UNDER_FOUR, 300);
        outUnderFour(SctpChunks.DATA);
        t.send(SendOptions.stream(3), 300);
        outUnderFour(SctpChunks.DATA);
        t.after(1000);
        outUnderSeven(SctpChunks.DATA);
        t.in(t.sack(1, 100_000));
        outUnderFour(SctpChunks.DATA, SctpChunks.DATA);
        t.nothing();
    }

    @Test
    void aSackIsUnderTheActiveKeyWhateverKeyAMessageNames() {
        var both = new Ends(false, SctpChunks.DATA, SctpChunks.SACK);
        both.t.in(both.t.data(1, 0, 0, 10));
        both.t.ignore();
        both.t.in(both.t.data(2, 0, 1, 10));
        both.t.send(UNDER_SEVEN, 300);
        both.outUnderFour(SctpChunks.SACK);
        both.outUnderSeven(SctpChunks.DATA);
        both.t.in(both.t.data(3, 0, 2, 10), both.t.sack(1, 100_000));
        both.t.send(UNDER_FOUR, 300);
        both.outUnderFour(SctpChunks.SACK, SctpChunks.DATA);
    }

    @Test
    void aPeerWithAnotherSecretDropsTheMessage() {
        t.send(UNDER_SEVEN, 300);
        SctpLadder.Departed departed = t.next();
        var auth = (SctpChunk.Auth) departed.packet().chunks().getFirst();
        SctpChunk data = departed.packet().chunks().get(1);
        assertThat(peer.signed(SEVEN, 7, AuthPeer.SHA_256, data)[0]).isEqualTo(auth);
        assertThat(peer.signed(FOUR, 7, AuthPeer.SHA_256, data)[0]).isNotEqualTo(auth);
        // And this side, which is a peer too, takes what comes under the right one alone.
        t.in(peer.signed(FOUR, 7, AuthPeer.SHA_256, t.data(1, 0, 0, 10)));
        assertThat(t.dropped(Drop.SCTP_NOT_AUTHENTICATED)).isEqualTo(1);
        t.in(peer.signed(SEVEN, 7, AuthPeer.SHA_256, t.data(1, 0, 0, 10)));
        assertThat(t.messages()).containsExactly("0:10");
    }

    @Test
    void aKeyThatTheAssociationDoesNotHaveIsRefused() {
        assertThat(t.trySend(SendOptions.defaults().withKey(5), 10)).isEqualTo(SctpError.BAD_KEY);
        t.nothing();
        assertThat(t.info().queuedBytes()).isZero();
        SctpLadder plain = SctpLadder.established();
        assertThat(plain.trySend(SendOptions.defaults().withKey(0), 10)).isEqualTo(SctpError.BAD_KEY);
        assertThatThrownBy(() -> SendOptions.defaults().withKey(65_536)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> SendOptions.defaults().withKey(-2)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    @Rfc(value = 6458, section = "8.3.4")
    void aDeactivatedKeyIsFreeWhenItsLastMessageIsAcknowledged() {
        t.send(UNDER_SEVEN, 300);
        outUnderSeven(SctpChunks.DATA);
        t.send(UNDER_SEVEN, 300);
        var a = t.association();
        assertThat(t.sctp.deactivateKey(t.now, a, 7)).isNull();
        assertThat(t.sctp.deactivateKey(t.now, a, 7)).as("a second time").isNull();
        assertThat(t.trySend(UNDER_SEVEN, 10)).isEqualTo(SctpError.BAD_KEY);
        assertThat(t.sctp.activateKey(t.now, a, 7)).isEqualTo(SctpError.INVALID);
        assertThat(t.sctp.deleteKey(t.now, a, 7)).as("in use").isEqualTo(SctpError.INVALID);
        t.in(t.sack(1, 100_000));
        outUnderSeven(SctpChunks.DATA);
        assertThat(t.notifications()).doesNotContain(free(7));
        t.in(t.sack(2, 100_000));
        assertThat(t.notifications()).containsOnlyOnce(free(7));
        assertThat(t.sctp.deleteKey(t.now, a, 7)).isNull();
        assertThat(t.notifications()).as("told before").doesNotContain(free(7));
    }

    @Test
    @Rfc(value = 6458, section = "8.3.4")
    void aDeactivatedKeyIsFreeWhenItsLastMessageIsGivenUp() {
        t.sctp.configure(t.now, t.association(), t.config.withNoDelay(false));
        t.send(UNDER_FOUR, 300);
        outUnderFour(SctpChunks.DATA);
        t.send(UNDER_SEVEN.withPolicy(SendOptions.Policy.LIFETIME, 50 * Time.MILLISECOND), 300);
        assertThat(t.sctp.deactivateKey(t.now, t.association(), 7)).isNull();
        assertThat(t.notifications()).doesNotContain(free(7));
        t.after(60);
        t.send(UNDER_FOUR, 300);
        t.nothing();
        assertThat(t.notifications()).containsOnlyOnce(free(7));
    }

    @Test
    @Rfc(value = 6458, section = "8.3.4")
    void aDeactivatedKeyIsFreeWhenAShutdownAcknowledgesItsLastMessage() {
        t.send(UNDER_SEVEN, 300);
        outUnderSeven(SctpChunks.DATA);
        assertThat(t.sctp.deactivateKey(t.now, t.association(), 7)).isNull();
        t.in(t.shutdownChunk(1));
        assertThat(t.state()).isEqualTo(AssociationState.Name.SHUTDOWN_ACK_SENT);
        assertThat(t.notifications()).containsOnlyOnce(free(7));
    }

    @Test
    @Rfc(value = 6458, section = "8.3.4")
    void theActiveKeyAndOneThatIsNoneAreNotDeactivated() {
        var a = t.association();
        assertThat(t.sctp.deactivateKey(t.now, a, 4)).isEqualTo(SctpError.INVALID);
        assertThat(t.sctp.deactivateKey(t.now, a, 5)).isEqualTo(SctpError.INVALID);
        assertThat(t.sctp.deactivateKey(t.now, a, 7)).isNull();
        assertThat(t.notifications()).containsExactly(free(7));
        t.sctp.putKey(t.now, a, 7, SEVEN);
        t.send(UNDER_SEVEN, 10);
        outUnderSeven(SctpChunks.DATA);
    }

    @Test
    @Rfc(value = 6458, section = "8.3.5")
    void aKeyThatMessagesWaitUnderIsNotDeleted() {
        var a = t.association();
        t.send(UNDER_SEVEN, 300);
        outUnderSeven(SctpChunks.DATA);
        assertThat(t.sctp.deleteKey(t.now, a, 7)).isEqualTo(SctpError.INVALID);
        t.after(1000);
        outUnderSeven(SctpChunks.DATA);
        t.in(t.sack(1, 100_000));
        assertThat(t.sctp.deleteKey(t.now, a, 7)).isNull();
        assertThat(t.notifications()).contains(free(7));
    }

    @Test
    void dataUnderAnotherKeyDoesNotGoWithAnAuthenticatedCookieEcho() {
        var client = new SctpLadder(t.config);
        var other = new AuthPeer(client, HMACS, SctpChunks.COOKIE_ECHO, SctpChunks.DATA);
        client.connect();
        other.init();
        client.send(UNDER_SEVEN, 10);
        client.in(client.initAck(other.parameters().toArray(SctpParameter[]::new)));
        other.check(client.next(), FOUR, 4, AuthPeer.SHA_256, SctpChunks.COOKIE_ECHO);
        client.in(SctpLadder.cookieAck());
        other.check(client.next(), SEVEN, 7, AuthPeer.SHA_256, SctpChunks.DATA);
    }
}
