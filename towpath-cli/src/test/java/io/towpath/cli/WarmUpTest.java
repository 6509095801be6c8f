package io.towpath.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class WarmUpTest {
    private static final long SECOND = 1_000_000_000L;

    @Test
    void whatTheJitLeavesAloneIsWarmAfterTwoSecondsAtTheEarliestAndTenAtTheLatest() {
        List<Long> worked = new ArrayList<>();
        WarmUp.untilCompiled(worked::add);
        assertThat(worked).hasSizeBetween(2, 10).containsOnly(SECOND);
    }

    @Test
    void workThatGetsFasterGoesOnForTwiceTheTimeOfTheMeasurement() {
        List<Long> worked = new ArrayList<>();
        double[] rate = {1};
        new WarmUp(1).run(nanos -> {
            worked.add(nanos);
            return rate[0] *= 2;
        });
        assertThat(worked.stream().mapToLong(Long::longValue).sum()).isCloseTo(2 * SECOND, within(SECOND / 20));
    }

    @Test
    void workThatIsSteadyEndsAfterThreeTenthsOfTheTimeOfTheMeasurement() {
        List<Long> worked = new ArrayList<>();
        new WarmUp(1).run(nanos -> {
            worked.add(nanos);
            return 1;
        });
        assertThat(worked.stream().mapToLong(Long::longValue).sum()).isEqualTo(3 * SECOND / 10);
    }
}
