package io.towpath.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.towpath.tcp.TcpState;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Random networks, random users, random faults. The seeds follow from `-Dtowpath.sim.base=N` (fixed by default, so
/// that
/// a build is repeatable), their number is `-Dtowpath.sim.seeds=N`.
class SwarmTest {
    private static final long BASE = Long.getLong("towpath.sim.base", 20_260_101);
    private static final int SEEDS = Integer.getInteger("towpath.sim.seeds", 400);

    @Test
    void everySeedEndsWell() throws InterruptedException {
        List<String> failures = new ArrayList<>();
        SimRunner.run(BASE, SEEDS, 2, result -> {
            if (!result.passed()) {
                failures.add(result.replayCommand() + "\n" + result.failure());
            }
        });
        if (!failures.isEmpty()) {
            fail(failures.size() + " of " + SEEDS + " seeds failed. To play one again:\n"
                    + String.join("\n", failures.subList(0, Math.min(10, failures.size()))));
        }
    }

    @Test
    void theSameSeedIsTheSameRun() {
        for (int i = 0; i < 25; i++) {
            long seed = SimRunner.seed(BASE, i);
            assertThat(SimRunner.runHashed(seed).hash())
                    .as("fingerprint of seed %d", seed)
                    .isEqualTo(SimRunner.runHashed(seed).hash());
        }
    }

    @Test
    void anotherSeedIsAnotherRun() {
        long first = SimRunner.run(SimRunner.seed(BASE, 0)).hash();
        assertThat(SimRunner.run(SimRunner.seed(BASE, 1)).hash()).isNotEqualTo(first);
    }

    @Test
    void theSeedsVisitEveryState() {
        long[] visits = new long[TcpState.values().length];
        for (int i = 0; i < 60; i++) {
            var swarm = new Swarm(ScenarioDraw.draw(SimRunner.seed(BASE, i)));
            swarm.play();
            for (SimHost host : swarm.world().hosts()) {
                for (TcpState state : TcpState.values()) {
                    visits[state.ordinal()] += host.transitions().visits(state);
                }
            }
        }
        for (TcpState state : TcpState.values()) {
            if (state != TcpState.LISTEN) { // a listener's, not a connection's
                assertThat(visits[state.ordinal()]).as(state.rfcName()).isPositive();
            }
        }
    }

    @Test
    void aReplayTellsWhatHappens() {
        var text = new StringBuilder();
        SimResult result = SimRunner.replay(SimRunner.seed(BASE, 0), text);
        assertThat(text)
                .contains("seed " + result.seed())
                .contains("CLOSED -> SYN-SENT")
                .contains("passed after");
        assertThat(result.replayCommand()).isEqualTo("./towpath sim --replay " + result.seed());
    }
}
