package io.towpath.sctp;

import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.core.Drop;
import io.towpath.sctp.Notification.LocalAddressChanged;
import io.towpath.sctp.Notification.PathChanged.Change;
import io.towpath.wire.IpAddress;
import io.towpath.wire.SctpChunk;
import io.towpath.wire.SctpChunks;
import io.towpath.wire.SctpParameter;
import io.towpath.wire.SctpParameters;
import io.towpath.wire.testing.Rfc;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

@Rfc(value = 5061, section = "5")
class AddressChangeTest {
    private static final SctpConfig PLAIN = SctpLadder.plain()
            .withFeatures(SctpFeatures.none().withAddressConfiguration(true))
            .withExtensions(SctpExtensions.defaults().withPlainAddressChanges(true));
    private static final IpAddress NEW_OWN = IpAddress.parse("10.0.0.7");
    private static final IpAddress NEW_PEER = IpAddress.parse("10.0.1.2");
    private static final IpAddress ANY = IpAddress.parse("0.0.0.0");

    /// An association of `paths` paths, all confirmed, whose sides may change addresses without AUTH.
    private static SctpLadder established(int paths) {
        var t = new SctpLadder(PLAIN, paths);
        List<SctpParameter> parameters = new ArrayList<>(t.peerAddresses());
        parameters.add(SctpParameter.supportedExtensions(SctpChunks.ASCONF, SctpChunks.ASCONF_ACK));
        t.listen();
        t.in(t.init(parameters));
        t.out("INIT_ACK[...]");
        t.in(t.cookieEcho());
        t.out("COOKIE_ACK[flgs=0]");
        t.accept();
        t.confirmPaths();
        t.notifications();
        return t;
    }

    private static SctpChunk asconf(SctpLadder t, long serial, SctpParameter... requests) {
        List<SctpParameter> all = new ArrayList<>();
        all.add(new SctpParameter.Address(t.peers.getFirst()));
        all.addAll(List.of(requests));
        return new SctpChunk.AddressConfiguration(SctpChunks.ASCONF, 0, t.peerTsn(serial), all);
    }

    private static SctpParameter change(int type, long correlation, IpAddress address) {
        return new SctpParameter.AddressChange(type, correlation, address);
    }

    private static SctpChunk ack(SctpLadder t, long serial, SctpParameter... answers) {
        return new SctpChunk.AddressConfiguration(SctpChunks.ASCONF_ACK, 0, t.ownTsn(serial), List.of(answers));
    }

    private static String acked(SctpLadder t, long serial) {
        return "ASCONF_ACK[flgs=0, serial=" + t.peerTsn(serial) + "...";
    }

    /// One more address of each side, on a path of its own.
    private static void secondPath(SctpLadder t) {
        t.own.add(IpAddress.parse("10.0.1.1"));
        t.peers.add(NEW_PEER);
    }

    // ---- what the peer asks for

    @Test
    @Rfc(value = 5061, section = "5.3")
    void anAddedAddressIsProvedBeforeDataGoesThere() {
        var t = established(1);
        secondPath(t);
        t.in(asconf(t, 1, change(SctpParameters.ADD_ADDRESS, 9, NEW_PEER)));
        t.outTo(0, acked(t, 1));
        SctpLadder.Departed heartbeat = t.next();
        assertThat(heartbeat.path()).isEqualTo(1);
        assertThat(t.sctp.setPrimary(t.now, t.association(), NEW_PEER)).isNull();
        t.send(0, 10);
        t.outTo(0, "DATA[...]");
        t.inFrom(1, SctpLadder.heartbeatAck(heartbeat));
        t.send(0, 10);
        t.outTo(1, "DATA[...]");
        assertThat(t.notifications())
                .extracting(n -> n instanceof Notification.PathChanged changed ? changed.change() : null)
                .contains(Change.ADDED, Change.CONFIRMED);
    }

    @Test
    @Rfc(value = 5061, section = "5.2")
    void aRequestThatComesAgainIsAnsweredAgainAndDoneOnce() {
        var t = established(2);
        SctpChunk removal = asconf(t, 1, change(SctpParameters.DELETE_ADDRESS, 9, t.peers.get(1)));
        t.in(removal);
        t.outTo(0, acked(t, 1));
        t.in(removal);
        t.outTo(0, acked(t, 1));
        assertThat(t.info().paths()).hasSize(1);
        assertThat(t.notifications().stream()
                        .filter(n -> n instanceof Notification.PathChanged c && c.change() == Change.REMOVED))
                .hasSize(1);
        // Ahead of its turn: "silently discard".
        t.in(asconf(t, 4, change(SctpParameters.ADD_ADDRESS, 9, NEW_PEER)));
        t.nothing();
        t.in(asconf(t, 2));
        t.outTo(0, acked(t, 2));
    }

    @Test
    void dataOnItsWayToADeletedAddressGoesAnotherWay() {
        var t = established(2);
        t.sctp.setPrimary(t.now, t.association(), t.peers.get(1));
        t.send(0, 100);
        t.outTo(1, "DATA[..., tsn=1, ...]");
        t.in(asconf(t, 1, change(SctpParameters.DELETE_ADDRESS, 9, t.peers.get(1))));
        t.outTo(0, acked(t, 1), "DATA[..., tsn=1, ...]");
        t.in(t.sack(1, 100_000));
        assertThat(t.info().outstandingBytes()).isZero();
        assertThat(t.path(0).flight()).isZero();
        t.after(5000);
        t.nothing();
    }

    @Test
    @Rfc(value = 9260, section = "5.2.2")
    void theInitOfTheAssociationThatComesLateAddsNoAddress() {
        var t = established(2);
        t.in(asconf(t, 1, change(SctpParameters.DELETE_ADDRESS, 9, t.peers.get(1))));
        t.out(acked(t, 1));
        t.in(t.init());
        t.out("INIT_ACK[...]");
        t.in(t.init(t.peerTag + 1, 100_000, 10, 10, t.peerAddresses()));
        t.out("ABORT[...RESTART_WITH_NEW_ADDRESSES...]");
        assertThat(t.association().isClosed()).isFalse();
    }

    @Test
    void whatComesLateFromADeletedAddressIsThePeersStill() {
        var t = established(2);
        t.in(asconf(t, 1, change(SctpParameters.DELETE_ADDRESS, 9, t.peers.get(1))));
        t.out(acked(t, 1));
        t.inFrom(1, t.data(1, 0, 0, 10));
        t.outTo(0, "SACK[...]");
        // A new association from there is not this one.
        t.inFrom(1, t.init(77, 100_000, 10, 10, List.of()));
        t.outTo(1, "INIT_ACK[...]");
        assertThat(t.info().paths()).hasSize(1);
    }

    @Test
    @Rfc(value = 5061, section = "5.3")
    void theLastAddressAndThatOfThePacketCannotBeDeleted() {
        var t = established(1);
        t.in(asconf(t, 1, change(SctpParameters.DELETE_ADDRESS, 9, t.peers.getFirst())));
        t.out("ASCONF_ACK[...DELETE_LAST_ADDRESS...");
        var two = established(2);
        two.in(asconf(two, 1, change(SctpParameters.DELETE_ADDRESS, 9, two.peers.getFirst())));
        two.out("ASCONF_ACK[...DELETE_SOURCE_ADDRESS...");
        assertThat(two.info().paths()).hasSize(2);
    }

    @Test
    @Rfc(value = 5061, section = "4.2.5")
    void aRefusalAmongOthersNamesWhatWasDone() {
        var t = established(1);
        secondPath(t);
        t.in(asconf(
                t,
                1,
                change(SctpParameters.ADD_ADDRESS, 1, NEW_PEER),
                change(SctpParameters.DELETE_ADDRESS, 2, IpAddress.parse("10.9.9.9"))));
        var answer = (SctpChunk.AddressConfiguration) t.next().packet().chunks().getFirst();
        assertThat(answer.parameters()).hasSize(2);
        assertThat(answer.parameters().get(0)).isEqualTo(new SctpParameter.Word(SctpParameters.SUCCESS_INDICATION, 1));
        assertThat(((SctpParameter.ErrorIndication) answer.parameters().get(1)).correlation())
                .isEqualTo(2);
        assertThat(t.info().paths()).hasSize(2);
    }

    @Test
    @Rfc(value = 5061, section = "5.2")
    void aPeerThatMovedIsFoundByTheAddressInTheChunk() {
        var t = established(1);
        secondPath(t);
        t.inFrom(1, asconf(t, 1, change(SctpParameters.ADD_ADDRESS, 1, ANY)));
        t.outTo(1, acked(t, 1));
        SctpLadder.Departed heartbeat = t.next();
        assertThat(heartbeat.path()).isEqualTo(1);
        t.inFrom(1, asconf(t, 2, change(SctpParameters.DELETE_ADDRESS, 2, ANY)));
        t.outTo(1, acked(t, 2));
        assertThat(t.info().paths()).hasSize(1);
        assertThat(t.info().primary()).isEqualTo(NEW_PEER);
        // Nothing but heartbeats goes to an address that is not proved, though there is no other.
        t.send(0, 10);
        t.nothing();
        t.inFrom(1, SctpLadder.heartbeatAck(heartbeat));
        t.outTo(1, "DATA[...]");
    }

    @Test
    @Rfc(value = 5061, section = "4.2.4")
    void thePeerChoosesThePrimaryPath() {
        var t = established(2);
        t.in(asconf(t, 1, change(SctpParameters.SET_PRIMARY, 1, t.peers.get(1))));
        t.out(acked(t, 1));
        t.send(0, 10);
        t.outTo(1, "DATA[...]");
        t.in(asconf(t, 2, change(SctpParameters.SET_PRIMARY, 1, IpAddress.parse("10.9.9.9"))));
        t.out("ASCONF_ACK[...UNRESOLVABLE...");
    }

    @Test
    void aPeerHasNoMoreThan32Addresses() {
        var t = established(1);
        for (int i = 1; i <= 40; i++) {
            t.in(asconf(t, i, change(SctpParameters.ADD_ADDRESS, i, IpAddress.parse("10.0.0." + (100 + i)))));
            t.ignore();
        }
        assertThat(t.info().paths()).hasSize(32);
    }

    // ---- what this side asks for

    @Test
    @Rfc(value = 5061, section = "5.1")
    void oneChangeIsOutAtATimeAndGoesAgainUnchanged() {
        var t = established(1);
        t.own.add(NEW_OWN);
        assertThat(t.sctp.addAddress(t.now, t.association(), NEW_OWN)).isNull();
        assertThat(t.sctp.askPrimary(t.now, t.association(), NEW_OWN)).isNull();
        String add = "ASCONF[flgs=0, serial=" + t.ownTsn(1) + ", ...10.0.0.1...ADD...10.0.0.7...";
        t.out(add);
        t.nothing();
        t.after(1000);
        t.out(add);
        assertThat(t.info().localAddresses()).containsExactly(t.own.getFirst());
        t.in(ack(t, 1));
        assertThat(t.info().localAddresses()).containsExactly(t.own.getFirst(), NEW_OWN);
        t.out("ASCONF[flgs=0, serial=" + t.ownTsn(2) + ", ...SET_PRIMARY...10.0.0.7...");
        t.in(ack(t, 2));
        assertThat(t.notifications())
                .contains(
                        new LocalAddressChanged(NEW_OWN, LocalAddressChanged.Change.ADDED, null),
                        new LocalAddressChanged(NEW_OWN, LocalAddressChanged.Change.MADE_PRIMARY, null));
        t.after(10_000);
        t.nothing();
    }

    @Test
    @Rfc(value = 5061, section = "5.3")
    void aRemovedAddressIsASourceNoMoreAtOnce() {
        var t = established(1);
        t.own.add(NEW_OWN);
        t.sctp.addAddress(t.now, t.association(), NEW_OWN);
        t.ignore();
        t.in(ack(t, 1));
        IpAddress old = t.own.getFirst();
        assertThat(t.path(0).source()).isEqualTo(old);
        assertThat(t.sctp.removeAddress(t.now, t.association(), old)).isNull();
        t.out("ASCONF[...10.0.0.1...DELETE...10.0.0.1...");
        assertThat(t.path(0).source()).isEqualTo(NEW_OWN);
        assertThat(t.info().localAddresses()).containsExactly(NEW_OWN);
        // Until the peer agrees it may still send there.
        t.in(t.data(1, 0, 0, 10), ack(t, 2));
        t.out("SACK[...]");
        assertThat(t.sctp.removeAddress(t.now, t.association(), NEW_OWN)).isEqualTo(SctpError.DENIED);
    }

    @Test
    void aRefusedRemovalLeavesTheAddress() {
        var t = established(1);
        t.own.add(NEW_OWN);
        t.sctp.addAddress(t.now, t.association(), NEW_OWN);
        t.ignore();
        t.in(ack(t, 1, new SctpParameter.ErrorIndication(t.ownTsn(1), List.of())));
        assertThat(t.info().localAddresses()).containsExactly(t.own.getFirst());
        assertThat(t.notifications())
                .contains(new LocalAddressChanged(NEW_OWN, LocalAddressChanged.Change.ADDED, SctpError.DENIED));
    }

    @Test
    @Rfc(value = 5061, section = "5.3")
    void aHostThatMovedTellsItFromItsNewAddress() {
        var t = established(1);
        t.own.addFirst(NEW_OWN);
        t.own.removeLast();
        assertThat(t.sctp.addAddress(t.now, t.association(), NEW_OWN)).isNull();
        SctpLadder.Departed departed = t.next();
        assertThat(departed.packet().chunks().getFirst().type()).isEqualTo(SctpChunks.ASCONF);
        assertThat(t.network.lastSource).isEqualTo(NEW_OWN);
        t.send(0, 10);
        t.nothing();
        t.in(ack(t, 1));
        t.out("DATA[...]");
        assertThat(t.network.lastSource).isEqualTo(NEW_OWN);
    }

    @Test
    @Rfc(value = 5061, section = "5.1")
    void anAnswerToNothingAbortsTheAssociation() {
        var t = established(1);
        t.in(ack(t, 0));
        t.nothing();
        t.in(ack(t, 1));
        t.out("ABORT[flgs=0, ILLEGAL_ASCONF_ACK[]]");
    }

    // ---- AUTH

    @Test
    @Rfc(value = 5061, section = "4.1.1")
    void withoutAuthThereAreNoAddressChanges() {
        var t = new SctpLadder(PLAIN.withExtensions(SctpExtensions.defaults()));
        t.listen();
        t.in(t.init(List.of(SctpParameter.supportedExtensions(SctpChunks.ASCONF, SctpChunks.ASCONF_ACK))));
        t.out("INIT_ACK[...]");
        t.in(t.cookieEcho());
        t.ignore();
        t.accept();
        assertThat(t.sctp.addAddress(t.now, t.association(), NEW_OWN)).isEqualTo(SctpError.NOT_SUPPORTED);
        t.in(asconf(t, 1, change(SctpParameters.ADD_ADDRESS, 9, NEW_PEER)));
        t.out("ERROR[flgs=0, UNRECOGNIZED_CHUNK...");
    }

    @Test
    @Rfc(value = 5061, section = "4.1.1")
    void anAddressChangeWithoutACodeIsDroppedInSilence() {
        var t = new SctpLadder(SctpLadder.plain()
                .withFeatures(SctpFeatures.none().withAuthentication(true).withAddressConfiguration(true)));
        var peer = new AuthPeer(t, List.of(AuthPeer.SHA_256, AuthPeer.SHA_1), SctpChunks.ASCONF, SctpChunks.ASCONF_ACK);
        List<SctpParameter> parameters = new ArrayList<>(peer.parameters());
        parameters.add(SctpParameter.supportedExtensions(SctpChunks.ASCONF, SctpChunks.ASCONF_ACK, SctpChunks.AUTH));
        t.listen();
        t.in(t.init(parameters));
        peer.init();
        t.in(t.cookieEcho());
        t.ignore();
        t.accept();
        t.in(asconf(t, 1, change(SctpParameters.ADD_ADDRESS, 9, NEW_PEER)));
        t.nothing();
        assertThat(t.dropped(Drop.SCTP_NOT_AUTHENTICATED)).isEqualTo(1);
        t.in(peer.signed(new byte[0], 0, AuthPeer.SHA_256, asconf(t, 1)));
        peer.check(t.next(), new byte[0], 0, AuthPeer.SHA_256, SctpChunks.ASCONF_ACK);
        t.own.add(NEW_OWN);
        t.sctp.addAddress(t.now, t.association(), NEW_OWN);
        peer.check(t.next(), new byte[0], 0, AuthPeer.SHA_256, SctpChunks.ASCONF);
    }

    @Test
    void anotherProcessAnswersAChangeThatComesAgainAsItWasAnswered() {
        var t = established(1);
        secondPath(t);
        var adds = asconf(t, 1, change(SctpParameters.ADD_ADDRESS, 5, NEW_PEER));
        t.in(adds);
        t.out(acked(t, 1));
        t.confirmPaths();
        t.notifications();
        var removes = asconf(t, 2, change(SctpParameters.DELETE_ADDRESS, 6, NEW_PEER));
        t.in(removes);
        t.out(acked(t, 2));
        SavedAssociation saved = HandoverTest.save(t);
        assertThat(saved.addressChanges()).isNotNull();
        SctpLadder next = HandoverTest.restored(t, saved);
        next.ignore();
        next.in(removes);
        next.out(acked(next, 2));
        next.inFrom(1, next.data(1, 0, 0, 10));
        next.out("SACK[...");
        assertThat(next.messages()).containsExactly("0:10");
    }
}
