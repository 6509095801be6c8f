package io.towpath.sctp;

import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.core.Signals;
import io.towpath.wire.IpAddress;
import io.towpath.wire.SctpChunks;
import io.towpath.wire.testing.Rfc;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What the sockets interface of RFC 6458 asks of the engine.
class SocketsInterfaceTest {
    @Test
    @Rfc(value = 6458, section = "8.1.20")
    void noOtherMessageComesBetweenTheParts() {
        var t = partly();
        t.sctp.interleaveParts(t.now, t.association(), false);
        assertThat(t.messages()).containsExactly("0:2800+");
        t.in(t.data("BE", 5, 1, 0, 10));
        assertThat(t.messages()).isEmpty();
        assertThat(t.association().readable()).as("nothing that may come now").isFalse();
        t.in(t.data("", 3, 0, 0, 100));
        t.in(t.data("E", 4, 0, 0, 100));
        assertThat(t.association().readable()).isTrue();
        assertThat(t.messages()).containsExactly("0:200", "1:10");
    }

    @Test
    @Rfc(value = 6458, section = "8.1.20")
    void messagesOfOtherStreamsComeBetweenThePartsAtLevelTwo() {
        var t = partly();
        assertThat(t.messages()).containsExactly("0:2800+");
        t.in(t.data("BE", 5, 1, 0, 10));
        assertThat(t.messages()).containsExactly("1:10");
        t.in(t.data("", 3, 0, 0, 100));
        t.in(t.data("E", 4, 0, 0, 100));
        assertThat(t.messages()).containsExactly("0:200");
    }

    @Test
    @Rfc(value = 6458, section = "6.1.7")
    void aMessageThatBreaksOffHoldsNobodyUp() {
        var t = partly();
        t.sctp.interleaveParts(t.now, t.association(), false);
        assertThat(t.messages()).containsExactly("0:2800+");
        t.in(t.data("BE", 5, 1, 0, 10));
        t.abort();
        assertThat(t.sctp.receive(t.now, t.association())).isInstanceOf(Notification.CommunicationLost.class);
        assertThat(t.sctp.receive(t.now, t.association()))
                .isEqualTo(new Notification.PartialDeliveryAborted(0, 0, false, t.peerTsn(1) & 0xffff_ffffL));
        assertThat(t.messages()).containsExactly("1:10");
    }

    @Test
    @Rfc(value = 6458, section = "8.1.21")
    void aMessageIsDeliveredInPartsFromThePartialDeliveryPointOn() {
        var t = SctpLadder.established(SctpLadder.plain().withBuffers(100_000, 4000), 100_000);
        assertThat(t.sctp.setPartialDeliveryPoint(t.now, t.association(), 2000)).isNull();
        t.in(t.data("B", 1, 0, 0, 1400));
        assertThat(t.messages()).isEmpty();
        t.in(t.data("", 2, 0, 0, 1400));
        assertThat(t.messages()).containsExactly("0:2800+");
        t.in(t.data("", 4, 0, 0, 1400));
        t.in(t.data("E", 5, 0, 0, 1400));
        assertThat(t.messages()).as("a hole").isEmpty();
        t.in(t.data("", 3, 0, 0, 1400));
        assertThat(t.messages()).containsExactly("0:4200");
        t.in(t.data("BE", 6, 0, 1, 1400));
        assertThat(t.messages()).containsExactly("0:1400");
    }

    @Test
    @Rfc(value = 6458, section = "8.1.21")
    void thePartialDeliveryPointIsNoMoreThanTheReceiveBuffer() {
        var t = SctpLadder.established(SctpLadder.plain().withBuffers(4000, 4000), 100_000);
        assertThat(t.sctp.setPartialDeliveryPoint(t.now, t.association(), 4001)).isEqualTo(SctpError.INVALID);
        assertThat(t.sctp.setPartialDeliveryPoint(t.now, t.association(), -1)).isEqualTo(SctpError.INVALID);
        assertThat(t.sctp.setPartialDeliveryPoint(t.now, t.association(), 4000)).isNull();
    }

    private static SctpLadder partly() {
        var t = SctpLadder.established(SctpLadder.plain().withBuffers(4000, 4000), 100_000);
        t.in(t.data("B", 1, 0, 0, 1400));
        t.in(t.data("", 2, 0, 0, 1400));
        return t;
    }

    @Test
    @Rfc(value = 6458, section = "6.1.1")
    void messagesThatWereNotDeliveredFollowTheLossOfTheAssociation() {
        var t = SctpLadder.established();
        t.send(0, 100);
        t.send(1, 200);
        t.ignore();
        t.in(SctpLadder.abortChunk());
        List<Notification> told = t.notifications();
        assertThat(told).hasSize(3);
        assertThat(told.get(0))
                .isInstanceOfSatisfying(
                        Notification.CommunicationLost.class,
                        lost -> assertThat(lost.error()).isEqualTo(SctpError.ABORTED));
        assertThat(told.subList(1, 3)).allMatch(Notification.SendFailed.class::isInstance);
    }

    @Test
    @Rfc(value = 6458, section = "4.1.4")
    void whoShutDownBeforeHeWasAcceptedIsAcceptedWithWhatHeSent() {
        var t = new SctpLadder(SctpLadder.plain());
        t.listen(2);
        handshake(t);
        t.in(t.data(1, 0, 0, 100));
        t.ignore();
        t.in(t.shutdownChunk(0));
        t.ignore();
        t.in(SctpLadder.bare(SctpChunks.SHUTDOWN_COMPLETE));
        Association late = t.sctp.accept(t.now, java.util.Objects.requireNonNull(t.endpoint));
        assertThat(late).isNotNull();
        assertThat(late.isClosed()).isTrue();
        assertThat(t.sctp.receive(t.now, late)).isInstanceOf(Notification.CommunicationUp.class);
        assertThat(t.sctp.receive(t.now, late))
                .isInstanceOfSatisfying(
                        Message.class, m -> assertThat(m.length()).isEqualTo(100));
    }

    @Test
    @Rfc(value = 6458, section = "4.1.4")
    void whoWasAbortedBeforeHeWasAcceptedIsNotAccepted() {
        var t = new SctpLadder(SctpLadder.plain());
        t.listen(2);
        handshake(t);
        t.in(t.data(1, 0, 0, 100));
        t.ignore();
        t.in(SctpLadder.abortChunk());
        assertThat(t.sctp.accept(t.now, java.util.Objects.requireNonNull(t.endpoint)))
                .isNull();
    }

    private static void handshake(SctpLadder t) {
        t.in(t.init());
        t.ignore();
        t.in(t.cookieEcho());
        t.ignore();
        assertThat(t.signals & Signals.ACCEPTABLE).isNotZero();
    }

    @Test
    @Rfc(value = 6458, section = "9.1")
    void anEndpointIsBoundToMoreAddressesAndFewer() {
        var t = new SctpLadder(SctpLadder.plain(), 3);
        List<IpAddress> all = t.sctp.addresses(List.of());
        SctpEndpoint endpoint = bound(t, List.of(all.get(0)), 7000);
        assertThat(t.sctp.bindAddress(t.now, endpoint, all.get(1))).isNull();
        assertThat(endpoint.localAddresses()).containsExactly(all.get(0), all.get(1));
        assertThat(t.sctp.bindAddress(t.now, endpoint, all.get(1))).isEqualTo(SctpError.INVALID);
        assertThat(t.sctp.bindAddress(t.now, endpoint, IpAddress.parse("192.0.2.77")))
                .isEqualTo(SctpError.ADDRESS_NOT_AVAILABLE);
        SctpEndpoint other = bound(t, List.of(all.get(2)), 7000);
        assertThat(t.sctp.bindAddress(t.now, endpoint, all.get(2))).isEqualTo(SctpError.ADDRESS_IN_USE);
        assertThat(t.sctp.unbindAddress(t.now, other, all.get(2)))
                .as("the last one")
                .isEqualTo(SctpError.INVALID);
        assertThat(t.sctp.unbindAddress(t.now, endpoint, all.get(0))).isNull();
        assertThat(endpoint.localAddresses()).containsExactly(all.get(1));
        assertThat(t.sctp.unbindAddress(t.now, endpoint, all.get(0))).isEqualTo(SctpError.INVALID);
        SctpEndpoint wild = bound(t, List.of(), 7001);
        assertThat(t.sctp.bindAddress(t.now, wild, all.get(0))).isEqualTo(SctpError.INVALID);
    }

    private static SctpEndpoint bound(SctpLadder t, List<IpAddress> local, int port) {
        return ((SctpEndpoint.Bound) t.sctp.bind(t.now, local, port, SctpLadder.plain())).endpoint();
    }
}
