package io.towpath.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.core.Counter;
import io.towpath.core.Drop;
import io.towpath.core.Offloads;
import io.towpath.core.Time;
import io.towpath.link.Impairments;
import io.towpath.tcp.TcpConfig;
import io.towpath.tcp.TcpError;
import io.towpath.wire.testing.Rfc;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TroubleTest {
    @Test
    @Rfc(value = 9293, section = "3.8.6.1", requirement = "MUST-36")
    void aLostWindowUpdateIsFoundByProbing() {
        var lab = new Lab(1, Lab.TEN_MILLIS);
        // The reader rests for 5 s with its buffer full; the update that follows its next read is lost.
        lab.wire.lose(lab.server, seen -> lab.world.now() >= 5 * Time.SECOND && lab.world.now() < 6 * Time.SECOND);
        var config = TcpConfig.defaults().withReceiveBuffer(4096);
        var conversation = lab.talk(
                "window",
                TalkPlan.sending(30_000),
                TalkPlan.receiving().reading(4096, 5 * Time.SECOND),
                TcpConfig.defaults(),
                config);
        assertThat(lab.finish(conversation, 300)).isTrue();
        assertThat(conversation.isOrderly()).isTrue();
        assertThat(lab.client.context().counters().get(Counter.TCP_WINDOW_PROBES))
                .isPositive();
        lab.settle();
    }

    @Test
    @Rfc(value = 9293, section = "3.8.6.1", requirement = "MUST-37")
    void aWindowThatStaysShutDoesNotEndTheConnection() {
        var lab = new Lab(2, Lab.TEN_MILLIS);
        var config = TcpConfig.defaults().withReceiveBuffer(4096);
        var conversation = lab.talk(
                "shut",
                TalkPlan.sending(10_000),
                TalkPlan.receiving().reading(4096, 3600 * Time.SECOND),
                TcpConfig.defaults(),
                config);
        assertThat(lab.finish(conversation, 4 * 3600)).isTrue();
        assertThat(conversation.isOrderly()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"true, true", "true, false", "false, true", "false, false"})
    void thirtyPercentLossIsSlowButHarmless(boolean sack, boolean timestamps) {
        var lab = new Lab(3, Lab.TEN_MILLIS.withLoss(0.3));
        // Without timestamps few round trips can be timed, and by Karn's rule the timeout stays backed off (RFC 6298
        // §3):
        // only the user decides when that is too long.
        var config =
                TcpConfig.defaults().withSack(sack).withTimestamps(timestamps).withUserTimeoutNanos(Time.NEVER);
        var conversation = lab.talk("loss", TalkPlan.sending(200_000), TalkPlan.receiving(), config, config);
        assertThat(lab.finish(conversation, 36_000)).isTrue();
        assertThat(conversation.isOrderly()).isTrue();
        assertThat(conversation.toServer().delivered()).isEqualTo(200_000);
        lab.settle();
    }

    @Test
    void aPartitionThatHealsIsSurvived() {
        var lab = new Lab(4, Lab.TEN_MILLIS);
        var conversation =
                lab.talk(TalkPlan.sending(500_000).writing(10_000, 200 * Time.MILLISECOND), TalkPlan.receiving());
        lab.world.at(Time.SECOND, "cut", () -> lab.wire.impair(Impairments.PARTITION));
        lab.world.at(61 * Time.SECOND, "mended", () -> lab.wire.impair(Lab.TEN_MILLIS));
        assertThat(lab.finish(conversation, 300)).isTrue();
        assertThat(conversation.isOrderly()).isTrue();
        assertThat(lab.client.context().counters().get(Counter.TCP_TIMEOUTS)).isBetween(3L, 10L);
    }

    @Test
    @Rfc(value = 9293, section = "3.5.1")
    void aRebootedHostIsFoundOutByTheNextSegment() {
        var lab = new Lab(5, Lab.TEN_MILLIS);
        var conversation = lab.talk(TalkPlan.sending(10_000).writing(100, Time.SECOND), TalkPlan.receiving());
        lab.world.at(10 * Time.SECOND + 1, "reboot", lab.server::reboot);
        assertThat(lab.finish(conversation, 60)).isTrue();
        assertThat(conversation.clientTalk().error()).isEqualTo(TcpError.RESET);
        assertThat(conversation.clientTalk().finishedAt()).isLessThan(12 * Time.SECOND);
    }

    @Test
    @Rfc(value = 9293, section = "3.8.4")
    void aRebootedHostIsFoundOutByKeepAliveWhenNobodyWrites() {
        var lab = new Lab(6, Lab.TEN_MILLIS);
        var config = TcpConfig.defaults()
                .withKeepAlive(true)
                .withKeepAliveIdleNanos(30 * Time.SECOND)
                .withKeepAliveIntervalNanos(Time.SECOND);
        var conversation = lab.talk(
                "idle",
                TalkPlan.receiving(),
                TalkPlan.sending(10_000).writing(100, 100 * Time.SECOND),
                config,
                TcpConfig.defaults());
        lab.world.at(10 * Time.SECOND, "reboot", lab.server::reboot);
        assertThat(lab.finish(conversation, 60)).isTrue();
        assertThat(conversation.clientTalk().error()).isEqualTo(TcpError.RESET);
        assertThat(lab.client.context().counters().get(Counter.TCP_KEEPALIVES)).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({"4, 1500, 1200", "4, 9000, 600", "6, 1500, 1280", "6, 9000, 1400"})
    @Rfc(value = 9293, section = "3.7.2")
    void aPathThatTakesOnlySmallerPacketsIsLearnt(int version, int mtu, int farMtu) {
        var world = new World(7);
        String prefix = version == 4 ? "10.0." : "fd00:";
        String tail = version == 4 ? "." : "::";
        String any = version == 4 ? "0.0.0.0/0" : "::/0";
        String length = version == 4 ? "/24" : "/64";
        var client = world.host("client").address(prefix + 1 + tail + 1 + length);
        var router = world.host("router").forwarding().address(prefix + 1 + tail + 9 + length);
        world.connect(client, router, mtu, Offloads.NONE, Lab.TEN_MILLIS);
        router.address(prefix + 2 + tail + 9 + length);
        // A third link, so that the narrow one is known to neither end.
        var beyond = world.host("beyond").forwarding().address(prefix + 2 + tail + 8 + length);
        world.connect(router, beyond, farMtu, Offloads.NONE, Lab.TEN_MILLIS);
        beyond.address(prefix + 3 + tail + 9 + length);
        var server = world.host("server").address(prefix + 3 + tail + 2 + length);
        world.connect(beyond, server, mtu, Offloads.NONE, Lab.TEN_MILLIS);
        router.route(any, prefix + 2 + tail + 8);
        beyond.route(any, prefix + 2 + tail + 9);
        client.route(any, prefix + 1 + tail + 9);
        server.route(any, prefix + 3 + tail + 9);
        var transfer = Transfer.of(client, server, 300_000).start();
        assertThat(world.runUntil(transfer::isDone, 60 * Time.SECOND)).isTrue();
        assertThat(transfer.isIntact()).isTrue();
        assertThat(router.context().counters().get(Drop.TOO_BIG)).isPositive();
    }
}
