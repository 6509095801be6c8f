package io.towpath.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.core.Time;
import io.towpath.tcp.TcpIndication.LocalSocket;
import io.towpath.tcp.config.OpenConditions;
import io.towpath.tcp.config.TimeoutAction;
import io.towpath.wire.Endpoint;
import io.towpath.wire.SecurityLabel;
import io.towpath.wire.testing.Rfc;
import org.junit.jupiter.api.Test;

/// STATUS RESPONSE, field by field: RFC 9293 §3.9.1.5.
@Rfc(value = 9293, section = "3.9.1.5")
class TcpStatusTest {
    private static final Endpoint PEER = new Endpoint(Ladder.PEER, Ladder.PEER_PORT);

    private static TcpIndication.StatusResponse status(Ladder t) {
        return TcpUser.status(t.connection());
    }

    @Test
    void theNameIsTheOneThatWasGiven() {
        var t = new Ladder();
        var user = new TcpUser(t.tcp);
        user.unspecifiedPassiveOpen(t.now, null, 81, t.config);
        long name = user.unspecifiedPassiveOpen(t.now, null, 82, t.config);
        user.next();
        user.next();
        user.status(t.now, name);
        assertThat(user.next()).isInstanceOfSatisfying(TcpIndication.StatusResponse.class, s -> {
            assertThat(s.connection()).isEqualTo(name);
            assertThat(s.source()).hasToString("*:82");
        });
    }

    @Test
    void theSocketsAreThoseOfTheConnection() {
        var status = status(Ladder.established());
        assertThat(status.source()).isEqualTo(new LocalSocket(Ladder.HOST, Ladder.HOST_PORT));
        assertThat(status.source()).hasToString("10.0.0.1:80");
        assertThat(status.remote()).isEqualTo(PEER);
    }

    @Test
    void aPassiveOpenNamesItsPeerWhenItHasOne() {
        var t = new Ladder();
        var user = new TcpUser(t.tcp);
        long any = user.unspecifiedPassiveOpen(t.now, null, 80, t.config);
        long full = user.fullPassiveOpen(t.now, Ladder.HOST, 80, PEER, t.config);
        user.next();
        user.next();
        user.status(t.now, any);
        user.status(t.now, full);
        assertThat(user.next())
                .isInstanceOfSatisfying(
                        TcpIndication.StatusResponse.class,
                        s -> assertThat(s.remote()).isNull());
        assertThat(user.next()).isInstanceOfSatisfying(TcpIndication.StatusResponse.class, s -> {
            assertThat(s.remote()).isEqualTo(PEER);
            assertThat(s.source()).isEqualTo(new LocalSocket(Ladder.HOST, 80));
            assertThat(s.state()).isEqualTo(TcpState.LISTEN);
        });
    }

    @Test
    void theStateIsTheConnections() {
        for (TcpState state : new TcpState[] {
            TcpState.SYN_SENT, TcpState.ESTABLISHED, TcpState.CLOSE_WAIT, TcpState.FIN_WAIT_2, TcpState.LAST_ACK
        }) {
            assertThat(status(States.in(state)).state()).isEqualTo(state);
        }
    }

    @Test
    void theReceiveWindowIsWhatThePeerMayStillSend() {
        Ladder t = Ladder.established();
        long before = status(t).receiveWindow();
        t.in("P. 1:101(100) ack 1");
        t.ignore();
        assertThat(before).isEqualTo(65_535);
        assertThat(status(t).receiveWindow()).isEqualTo(65_435);
        assertThat(status(States.in(TcpState.SYN_SENT)).receiveWindow()).isZero();
    }

    @Test
    void theSendWindowIsWhatThePeerOffers() {
        Ladder t = Ladder.established();
        t.in(". 1:1(0) ack 1 win 1234");
        assertThat(status(t).sendWindow()).isEqualTo(1234);
    }

    @Test
    void theAmountAwaitingAckCountsWhatWasSentAndWhatWaits() {
        Ladder t = Ladder.established();
        t.in(". 1:1(0) ack 1 win 1000");
        t.write(2500);
        t.ignore();
        assertThat(status(t).awaitingAck()).isEqualTo(2500);
        t.in(". 1:1(0) ack 1001 win 1000");
        t.ignore();
        assertThat(status(t).awaitingAck()).isEqualTo(1500);
    }

    @Test
    void theAmountAwaitingReceiptIsWhatTheUserHasNotTaken() {
        Ladder t = Ladder.established();
        t.in("P. 1:101(100) ack 1");
        t.in("P. 201:301(100) ack 1"); // not in order: not to be received yet
        assertThat(status(t).awaitingReceipt()).isEqualTo(100);
        t.read(30);
        assertThat(status(t).awaitingReceipt()).isEqualTo(70);
    }

    @Test
    void urgentModeLastsUntilTheUrgentDataWasReceived() {
        Ladder t = Ladder.established();
        assertThat(status(t).urgent()).isFalse();
        t.in("PU. 1:101(100) ack 1 urg 40");
        assertThat(status(t).urgent()).isTrue();
        t.read(40);
        assertThat(status(t).urgent()).isFalse();
    }

    @Test
    void urgentModeOfASenderLastsUntilItsUrgentDataIsAcknowledged() {
        Ladder t = Ladder.established();
        t.write(10);
        t.tcp.sendUrgent(t.now, t.connection());
        t.ignore();
        assertThat(status(t).urgent()).isTrue();
        t.in(". 1:1(0) ack 11");
        assertThat(status(t).urgent()).isFalse();
    }

    @Test
    void precedenceIsTheUpperThreeBitsOfTheDsField() {
        Ladder t = Ladder.established(TcpConfig.defaults().withTrafficClass(0xa8), 1000); // AF21 of class 5
        assertThat(status(t).precedence()).isEqualTo(5);
    }

    @Test
    void securityIsTheLabelOfTheConnection() {
        var label = SecurityLabel.basic(SecurityLabel.Level.SECRET, 0x80);
        var t = new Ladder(
                TcpConfig.defaults().withConditions(OpenConditions.none().withSecurity(label)));
        t.connect();
        assertThat(status(t).security()).isEqualTo(label);
        assertThat(status(Ladder.established()).security()).isNull();
    }

    @Test
    void theTimeoutAndItsActionAreThoseOfTheConnection() {
        Ladder t = Ladder.established();
        assertThat(status(t).timeoutNanos()).isEqualTo(300 * Time.SECOND); // "the present global default"
        assertThat(status(t).timeoutAction()).isEqualTo(TimeoutAction.ABORT);
        t.tcp.userTimeout(t.now, t.connection(), 9 * Time.SECOND, TimeoutAction.REPORT);
        assertThat(status(t).timeoutNanos()).isEqualTo(9 * Time.SECOND);
        assertThat(status(t).timeoutAction()).isEqualTo(TimeoutAction.REPORT);
    }
}
