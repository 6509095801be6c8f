package io.towpath.sctp;

import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.core.Counter;
import io.towpath.core.Time;
import io.towpath.sctp.SctpEvent.Note;
import io.towpath.sctp.SendOptions.Policy;
import io.towpath.wire.SctpChunk;
import io.towpath.wire.SctpChunks;
import io.towpath.wire.SctpParameter;
import io.towpath.wire.SctpParameters;
import io.towpath.wire.SctpReconfigParameters;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What extensions do shows in events, counters and the association's information.
class ExtensionNotesTest {
    private static final int CE = 3;

    private static SctpLadder established() {
        var features = SctpFeatures.defaults().withEcn(true).withAddressConfiguration(true);
        var t = new SctpLadder(SctpLadder.plain()
                .withFeatures(features)
                .withExtensions(SctpExtensions.defaults().withPlainAddressChanges(true)));
        List<SctpParameter> parameters = List.of(
                new SctpParameter.Bare(SctpParameters.ECN_CAPABLE),
                new SctpParameter.Bare(SctpParameters.FORWARD_TSN_SUPPORTED),
                SctpParameter.supportedExtensions(
                        SctpChunks.FORWARD_TSN, SctpChunks.RECONFIG, SctpChunks.ASCONF, SctpChunks.ASCONF_ACK));
        t.listen();
        t.in(t.init(parameters));
        t.ignore();
        t.in(t.cookieEcho());
        t.ignore();
        t.accept();
        t.notifications();
        return t;
    }

    private static List<SctpEvent.Noted> notes(SctpLadder t) {
        return t.events.stream()
                .filter(SctpEvent.Noted.class::isInstance)
                .map(SctpEvent.Noted.class::cast)
                .toList();
    }

    private static void noted(SctpLadder t, Note note, long value) {
        assertThat(notes(t)).anyMatch(each -> each.note() == note && each.value() == value && each.association() == 1);
    }

    @Test
    void whatWasAgreedOnIsTold() {
        var t = established();
        assertThat(t.events).contains(new SctpEvent.Agreed(Time.SECOND, 1, t.association().agreed, 10, 10));
        assertThat(t.info().extensions().agreed()).isEqualTo(t.association().agreed);
        assertThat(t.info().extensions().agreed().interleaving()).isFalse();
        assertThat(t.info().extensions().activeKey()).isEqualTo(-1);
    }

    @Test
    void messagesGivenUpAreToldAndCounted() {
        var t = established();
        t.send(SendOptions.stream(3).withPolicy(Policy.LIFETIME, 500 * Time.MILLISECOND), 100);
        t.after(1000);
        noted(t, Note.ABANDONED, 100);
        assertThat(t.count(Counter.SCTP_ABANDONED)).isEqualTo(1);
        assertThat(t.count(Counter.SCTP_FORWARD_TSNS_OUT)).isEqualTo(1);
        assertThat(t.info().extensions().abandoned()).isEqualTo(1);
        assertThat(t.info().extensions().forwardTsnsOut()).isEqualTo(1);
    }

    @Test
    void whatThePeerGaveUpIsToldOnce() {
        var t = established();
        var forward = new SctpChunk.ForwardTsn(0, t.peerTsn(3), List.of());
        t.in(forward);
        t.in(forward);
        noted(t, Note.FORWARDED, 3);
        assertThat(t.count(Counter.SCTP_FORWARD_TSNS_IN)).isEqualTo(1);
        assertThat(t.info().extensions().forwardTsnsIn()).isEqualTo(1);
    }

    @Test
    void requestsForStreamsOfEitherSideAreTold() {
        var t = established();
        t.in(new SctpChunk.Parameters(
                SctpChunks.RECONFIG,
                0,
                List.of(new SctpParameter.AddStreams(SctpReconfigParameters.ADD_OUTGOING, t.peerTsn(1), 7))));
        noted(t, Note.RECONFIGURED, SctpReconfigParameters.ADD_OUTGOING);
        t.sctp.addOutgoing(t.now, t.association(), 5);
        t.ignore();
        var answer = new SctpChunk.Parameters(
                SctpChunks.RECONFIG,
                0,
                List.of(new SctpParameter.ReconfigResponse(t.ownTsn(1), SctpReconfigParameters.PERFORMED)));
        t.in(answer);
        t.in(answer);
        noted(t, Note.RECONFIGURATION_ANSWERED, SctpReconfigParameters.PERFORMED);
        assertThat(t.count(Counter.SCTP_RECONFIGURATIONS)).isEqualTo(2);
        assertThat(t.info().extensions().reconfigurations()).isEqualTo(2);
    }

    @Test
    void changesOfAddressesAreTold() {
        var t = established();
        List<SctpParameter> parameters = List.of(
                new SctpParameter.Address(t.peers.getFirst()),
                new SctpParameter.AddressChange(SctpParameters.SET_PRIMARY, 5, t.peers.getFirst()));
        t.in(new SctpChunk.AddressConfiguration(SctpChunks.ASCONF, 0, t.peerTsn(1), parameters));
        noted(t, Note.ADDRESSES_CHANGED, t.peerTsn(1));
        t.sctp.askPrimary(t.now, t.association(), t.own.getFirst());
        t.ignore();
        t.in(new SctpChunk.AddressConfiguration(SctpChunks.ASCONF_ACK, 0, t.ownTsn(1), List.of()));
        noted(t, Note.ADDRESS_CHANGE_ANSWERED, 0);
        assertThat(t.count(Counter.SCTP_ADDRESS_CHANGES)).isEqualTo(2);
        assertThat(t.info().extensions().addressChanges()).isEqualTo(2);
    }

    @Test
    void marksOfCongestionAreTold() {
        var t = established();
        t.arrivingTrafficClass = CE;
        t.in(t.data(1, 0, 0, 10));
        noted(t, Note.MARKED, 0);
        t.ignore();
        t.send(0, 100);
        t.ignore();
        t.in(new SctpChunk.Tsn(SctpChunks.ECNE, 0, t.ownTsn(1)));
        t.in(new SctpChunk.Tsn(SctpChunks.ECNE, 0, t.ownTsn(1)));
        noted(t, Note.REDUCED_FOR_MARKS, 0);
        assertThat(t.count(Counter.SCTP_MARKS_IN)).isEqualTo(1);
        assertThat(t.count(Counter.SCTP_MARK_REDUCTIONS)).isEqualTo(1);
        assertThat(t.info().extensions().marksIn()).isEqualTo(1);
        assertThat(t.info().extensions().markReductions()).isEqualTo(1);
    }

    @Test
    void anotherUdpPortOfThePeerIsTold() {
        var t = established();
        t.sctp.encapsulate(SctpLadder.OWN_UDP_PORT, 0);
        t.peerUdpPort = 40_000;
        t.in(t.data(1, 0, 0, 10));
        t.in(t.data(2, 0, 1, 10));
        assertThat(notes(t).stream().filter(each -> each.note() == Note.ENCAPSULATION_CHANGED))
                .hasSize(1)
                .allMatch(each -> each.value() == 40_000);
    }

    @Test
    void chunksThatAreNotAuthenticatedAreTold() {
        var config = SctpLadder.plain()
                .withFeatures(SctpFeatures.none().withAuthentication(true))
                .withExtensions(SctpExtensions.defaults()
                        .withAuthentication(SctpAuthentication.defaults().withChunkTypes(SctpChunks.DATA)));
        var t = new SctpLadder(config);
        var peer = new AuthPeer(t, List.of(AuthPeer.SHA_256, AuthPeer.SHA_1));
        t.listen();
        t.in(t.init(peer.parameters()));
        peer.init();
        t.in(t.cookieEcho());
        t.ignore();
        t.accept();
        t.in(t.data(1, 0, 0, 10));
        noted(t, Note.NOT_AUTHENTICATED, SctpChunks.DATA);
        assertThat(t.info().extensions().notAuthenticated()).isEqualTo(1);
        assertThat(t.info().extensions().activeKey()).isZero();
    }
}
