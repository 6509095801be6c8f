package io.towpath.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.core.Counter;
import io.towpath.nat.NatConfig;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Random SCTP traffic over one to three paths: each message at most once, whole, in order within its stream,
/// and none lost.
class SctpSwarmTest {
    private static final int SEEDS = Integer.getInteger("towpath.sctp.seeds", 60);

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void everySeedPasses(long base) {
        for (int i = 0; i < SEEDS; i++) {
            SimResult result = SctpRunner.run(SimRunner.seed(base + 1000, i));
            assertThat(result.failure())
                    .as("%s%n%s", result.scenario(), result.failure())
                    .isNull();
        }
    }

    @Test
    void someSeedsHaveANatBoxThatTranslatesOrForgets() {
        List<SctpScenario> behind = IntStream.range(0, 1000)
                .mapToObj(i -> SctpDraw.draw(SimRunner.seed(7, i)))
                .filter(scenario -> scenario.nat() != null)
                .toList();
        assertThat(behind).hasSizeBetween(40, 150);
        assertThat(behind).anyMatch(it -> !it.nat().forgets().isEmpty());
        assertThat(behind).anyMatch(it -> it.nat().ports() == NatConfig.PortAssignment.RANDOM && it.version() == 6);
        assertThat(behind).anyMatch(it -> it.tunnel() != null);
        // A box that is switched off and on counts from 0 again.
        for (SctpScenario scenario : behind.stream()
                .filter(it -> it.nat().forgets().isEmpty())
                .limit(20)
                .toList()) {
            var swarm = new SctpSwarm(scenario);
            swarm.play();
            var counters = swarm.world().host("box").context().counters();
            assertThat(counters.get(Counter.NAT_OUT)).as("%s", scenario).isPositive();
            assertThat(counters.get(Counter.NAT_IN)).as("%s", scenario).isPositive();
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13})
    void theSameSeedIsTheSameRun(long seed) {
        assertThat(SctpRunner.run(seed)).isEqualTo(SctpRunner.run(seed));
    }
}
