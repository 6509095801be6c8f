package io.towpath.sim;

import static org.assertj.core.api.Assertions.assertThat;

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

    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13})
    void theSameSeedIsTheSameRun(long seed) {
        assertThat(SctpRunner.run(seed)).isEqualTo(SctpRunner.run(seed));
    }
}
