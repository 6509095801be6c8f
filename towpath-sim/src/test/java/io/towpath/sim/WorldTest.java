package io.towpath.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.towpath.core.Time;
import io.towpath.link.Impairments;
import org.junit.jupiter.api.Test;

class WorldTest {
    @Test
    void timeGoesFromDeadlineToDeadlineAndNeverSleeps() {
        var lab = new Lab(1, Lab.TEN_MILLIS);
        var seen = new StringBuilder();
        lab.world.at(3 * Time.SECOND, "b", () -> seen.append("b at ").append(lab.world.now()));
        lab.world.at(
                Time.SECOND,
                "a",
                () -> seen.append("a at ").append(lab.world.now()).append(", "));
        lab.world.run(3600 * Time.SECOND);
        assertThat(seen).hasToString("a at 1000000000, b at 3000000000");
        assertThat(lab.world.now()).isEqualTo(3600 * Time.SECOND);
        assertThat(lab.world.steps()).isLessThan(100);
    }

    @Test
    void aTransferArrivesIntact() {
        var lab = new Lab(2, Lab.TEN_MILLIS.withLoss(0.05));
        var progress = new long[1];
        var transfer = Transfer.of(lab.client, lab.server, 300_000)
                .onProgress(bytes -> progress[0] = bytes)
                .start();
        assertThat(lab.world.runUntil(transfer::isDone, 600 * Time.SECOND)).isTrue();
        assertThat(transfer.isIntact()).isTrue();
        assertThat(progress[0]).isEqualTo(300_000);
        lab.settle();
    }

    @Test
    void datagramsAndPingsComeBack() {
        var lab = new Lab(3, Lab.TEN_MILLIS);
        var echo = UdpEcho.serve(lab.server, 7);
        var exchange = UdpExchange.start(lab.client, lab.server.address(6), 7, 10, 4000, 5 * Time.MILLISECOND);
        var pings = Pings.start(lab.client, lab.server.address(4), 4, 3000, Time.SECOND);
        lab.world.run(60 * Time.SECOND);
        assertThat(exchange.answered()).isEqualTo(10);
        assertThat(pings.answered()).isEqualTo(4);
        assertThat(pings.lastRttNanos()).isEqualTo(20 * Time.MILLISECOND);
        echo.close(lab.world.now());
        lab.settle();
    }

    @Test
    void aUserWhoNeverRestsIsNamed() {
        var lab = new Lab(4, Lab.TEN_MILLIS);
        lab.client.add(new Restless());
        assertThatThrownBy(() -> lab.world.run(Time.SECOND))
                .isInstanceOf(SimFailure.class)
                .hasMessageContaining("turns without an end")
                .hasMessageContaining("restless");
    }

    @Test
    void aFindingEndsTheRun() {
        var lab = new Lab(5, Impairments.NONE);
        lab.world.at(Time.SECOND, "found", () -> lab.world.findings().add(lab.world.now(), "test", "something"));
        assertThatThrownBy(() -> lab.world.run(10 * Time.SECOND))
                .isInstanceOf(SimFailure.class)
                .hasMessageContaining("world of seed 5")
                .hasMessageContaining("1.000000 s  test: something");
    }

    /// Always wants to be called at once.
    private static final class Restless implements Actor {
        @Override
        public void on(long now) {}

        @Override
        public long deadline() {
            return 0;
        }

        @Override
        public boolean isDone() {
            return false;
        }

        @Override
        public void onReboot(long now) {}

        @Override
        public String status() {
            return "restless";
        }
    }
}
