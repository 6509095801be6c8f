package io.towpath.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.core.Counter;
import io.towpath.core.Time;
import io.towpath.tcp.TcpConfig;
import io.towpath.tcp.TcpError;
import io.towpath.tcp.TcpState;
import io.towpath.wire.testing.Rfc;
import org.junit.jupiter.api.Test;

class ClosingTest {
    @Test
    @Rfc(value = 9293, section = "3.6")
    void bothSidesMayCloseAtOnce() {
        var lab = new Lab(1, Lab.TEN_MILLIS);
        // The server begins 30 ms later, and both finish writing at the same moment: the FINs meet on the wire.
        var conversation = lab.talk(
                TalkPlan.sending(100).writing(50, Time.SECOND),
                TalkPlan.sending(100).writing(50, 970 * Time.MILLISECOND));
        assertThat(lab.finish(conversation, 60)).isTrue();
        assertThat(conversation.isOrderly()).isTrue();
        assertThat(lab.visits(lab.client, TcpState.CLOSING)).isEqualTo(1);
        assertThat(lab.visits(lab.server, TcpState.CLOSING)).isEqualTo(1);
        assertThat(lab.visits(lab.client, TcpState.TIME_WAIT)).isEqualTo(1);
        assertThat(lab.visits(lab.server, TcpState.TIME_WAIT)).isEqualTo(1);
        lab.settle();
    }

    @Test
    @Rfc(value = 9293, section = "3.6")
    void aHalfClosedConnectionStillCarriesTheOtherDirection() {
        var lab = new Lab(2, Lab.TEN_MILLIS);
        var conversation = lab.talk(
                TalkPlan.sending(1000),
                TalkPlan.sending(200_000).writing(20_000, 30 * Time.MILLISECOND).ending(TalkPlan.Ending.ANSWER, 0));
        assertThat(lab.finish(conversation, 60)).isTrue();
        assertThat(conversation.isOrderly()).isTrue();
        assertThat(conversation.toClient().delivered()).isEqualTo(200_000);
        assertThat(lab.states()).containsSubsequence("client FIN_WAIT_2", "server LAST_ACK", "client TIME_WAIT");
    }

    @Test
    @Rfc(value = 9293, section = "3.6.1")
    void aLostLastAckIsSentAgainFromTimeWait() {
        var lab = new Lab(3, Lab.TEN_MILLIS);
        var acks = new int[1];
        lab.wire.lose(lab.client, seen -> lab.visits(lab.client, TcpState.TIME_WAIT) > 0 && acks[0]++ < 2);
        var conversation = lab.talk(TalkPlan.sending(1000), TalkPlan.receiving());
        assertThat(lab.finish(conversation, 60)).isTrue();
        assertThat(conversation.isOrderly()).isTrue();
        assertThat(acks[0]).isEqualTo(3);
        assertThat(lab.visits(lab.server, TcpState.LAST_ACK)).isEqualTo(1);
        lab.settle();
    }

    @Test
    @Rfc(value = 9293, section = "3.10.7.4")
    void aFinBeyondAHoleIsKeptUntilTheHoleIsFilled() {
        var lab = new Lab(4, Lab.TEN_MILLIS);
        var data = new int[1];
        // The third of seven segments is lost once; the FIN arrives behind the hole.
        lab.wire.lose(lab.client, seen -> seen.dataLength() > 0 && data[0]++ == 2);
        var conversation = lab.talk(TalkPlan.sending(10_000), TalkPlan.receiving());
        assertThat(lab.finish(conversation, 60)).isTrue();
        assertThat(conversation.isOrderly()).isTrue();
        assertThat(lab.server.context().counters().get(Counter.TCP_OUT_OF_ORDER))
                .isPositive();
        // Only what was lost went again: the FIN was not forgotten.
        assertThat(lab.client.context().counters().get(Counter.TCP_RETRANSMIT_FAST)
                        + lab.client.context().counters().get(Counter.TCP_RETRANSMIT_TIMEOUT))
                .isEqualTo(1);
    }

    @Test
    @Rfc(value = 9293, section = "3.6", requirement = "SHLD-3")
    void leavingWithUnreadDataResetsTheConnection() {
        var lab = new Lab(5, Lab.TEN_MILLIS);
        var sender = TalkPlan.sending(100_000);
        var leaver = TalkPlan.receiving().reading(1000, Time.SECOND).ending(TalkPlan.Ending.RELEASE, 3000);
        var conversation = lab.talk(sender, leaver);
        assertThat(lab.finish(conversation, 60)).isTrue();
        assertThat(conversation.clientTalk().error()).isEqualTo(TcpError.RESET);
        lab.settle();
    }

    @Test
    void anAbortIsAReset() {
        var lab = new Lab(6, Lab.TEN_MILLIS);
        var conversation = lab.talk(
                TalkPlan.sending(50_000).writing(5000, 50 * Time.MILLISECOND).ending(TalkPlan.Ending.ABORT, 20_000),
                TalkPlan.receiving());
        assertThat(lab.finish(conversation, 60)).isTrue();
        assertThat(conversation.clientTalk().outcome()).isEqualTo(Talk.Outcome.LEFT);
        assertThat(conversation.serverTalk().error()).isEqualTo(TcpError.RESET);
        lab.settle();
    }

    @Test
    @Rfc(value = 6191, section = "2")
    void aNewConnectionMayTakeOverTimeWait() {
        var lab = new Lab(7, Lab.TEN_MILLIS);
        var acceptor = Acceptor.listen(lab.server, Lab.PORT, 8, TcpConfig.defaults());
        // The server closes first and so has the TIME-WAIT row; the client comes again from the same port.
        var first = visit(lab, acceptor, "first");
        assertThat(lab.finish(first, 10)).isTrue();
        assertThat(lab.server.tcp().timeWaitCount()).isEqualTo(1);
        lab.world.run(lab.world.now() + Time.SECOND);
        var second = visit(lab, acceptor, "second");
        assertThat(lab.finish(second, 10)).isTrue();
        assertThat(second.isOrderly()).isTrue();
        assertThat(lab.server.context().counters().get(Counter.TCP_TIME_WAIT_REUSED))
                .isEqualTo(1);
        acceptor.close(lab.world.now());
        lab.settle();
    }

    private static Conversation visit(Lab lab, Acceptor acceptor, String name) {
        var conversation = new Conversation(
                name,
                lab.client,
                lab.server,
                TalkPlan.sending(500).ending(TalkPlan.Ending.LAST, 0),
                TalkPlan.sending(2000));
        conversation.open(lab.world.now(), acceptor, lab.server.address(4), 40_000, TcpConfig.defaults());
        return conversation;
    }
}
