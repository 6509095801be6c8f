package io.towpath.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.tcp.TcpConfig;
import io.towpath.tcp.TcpError;
import io.towpath.tcp.TcpState;
import io.towpath.wire.testing.Rfc;
import org.junit.jupiter.api.Test;

class OpeningTest {
    @Test
    @Rfc(value = 9293, section = "3.5", requirement = "MUST-10")
    void bothSidesMayOpenAtOnce() {
        var lab = new Lab(1, Lab.TEN_MILLIS);
        var conversation = crossing(lab, TalkPlan.sending(5000), TalkPlan.sending(7000));
        assertThat(lab.finish(conversation, 60)).isTrue();
        assertThat(conversation.isOrderly()).isTrue();
        assertThat(conversation.toServer().delivered()).isEqualTo(5000);
        assertThat(conversation.toClient().delivered()).isEqualTo(7000);
        assertThat(lab.visits(lab.client, TcpState.SYN_RECEIVED)).isEqualTo(1);
        assertThat(lab.visits(lab.server, TcpState.SYN_RECEIVED)).isEqualTo(1);
        lab.settle();
    }

    @Test
    void aCrossingOpenSurvivesTheLossOfEitherAnswer() {
        var lab = new Lab(2, Lab.TEN_MILLIS);
        var first = new int[1];
        lab.wire.lose(lab.client, seen -> seen.has(Sighting.SYN) && seen.has(Sighting.ACK) && first[0]++ == 0);
        var conversation = crossing(lab, TalkPlan.sending(100), TalkPlan.sending(100));
        assertThat(lab.finish(conversation, 60)).isTrue();
        assertThat(conversation.isOrderly()).isTrue();
        assertThat(first[0]).isPositive();
    }

    @Test
    @Rfc(value = 9293, section = "3.10.4")
    void whoClosesInSynReceivedStillSendsWhatItWrote() {
        var lab = new Lab(3, Lab.TEN_MILLIS);
        var answers = new int[1];
        // The client's answers are lost for a while: the server is established long before the client.
        lab.wire.lose(lab.server, seen -> seen.has(Sighting.SYN) && seen.has(Sighting.ACK) && answers[0]++ < 2);
        var conversation = crossing(lab, TalkPlan.sending(3000), TalkPlan.receiving());
        assertThat(lab.finish(conversation, 120)).isTrue();
        assertThat(conversation.isOrderly()).isTrue();
        assertThat(conversation.toServer().delivered()).isEqualTo(3000);
    }

    @Test
    void nobodyListeningRefusesTheConnection() {
        var lab = new Lab(4, Lab.TEN_MILLIS);
        var conversation =
                new Conversation("refused", lab.client, lab.server, TalkPlan.sending(10), TalkPlan.receiving());
        conversation.open(0, Acceptor.absent(lab.server, 81), lab.server.address(6), 0, TcpConfig.defaults());
        assertThat(lab.finish(conversation, 10)).isTrue();
        assertThat(conversation.clientTalk().error()).isEqualTo(TcpError.REFUSED);
        lab.settle();
    }

    private static Conversation crossing(Lab lab, TalkPlan client, TalkPlan server) {
        var conversation = new Conversation("crossing", lab.client, lab.server, client, server);
        conversation.openBoth(
                lab.world.now(),
                lab.client.address(4),
                2000,
                lab.server.address(4),
                3000,
                TcpConfig.defaults(),
                TcpConfig.defaults());
        return conversation;
    }
}
