package io.towpath.net.shard;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class StandByTest {
    private final StandBy<String> standBy = new StandBy<>();

    @Test
    void nobodyComesWhoDoesNotStandBy() {
        assertThat(standBy.call("here")).isFalse();
        assertThat(standBy.end()).isNull();
    }

    @Test
    void whoStandsByLearnsWhereItIsCalledTo() {
        standBy.begin();
        assertThat(standBy.isCalled()).isFalse();
        assertThat(standBy.call("here")).isTrue();
        assertThat(standBy.isCalled()).isTrue();
        assertThat(standBy.end()).isEqualTo("here");
    }

    @Test
    void onlyOneCallReachesIt() {
        standBy.begin();
        assertThat(standBy.call("here")).isTrue();
        assertThat(standBy.call("there")).isFalse();
        assertThat(standBy.end()).isEqualTo("here");
    }

    @Test
    void nobodyComesAfterTheEnd() {
        standBy.begin();
        assertThat(standBy.end()).isNull();
        assertThat(standBy.call("here")).isFalse();
    }
}
