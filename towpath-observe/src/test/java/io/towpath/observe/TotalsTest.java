package io.towpath.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.core.Counter;
import io.towpath.core.Counters;
import io.towpath.core.Drop;
import org.junit.jupiter.api.Test;

class TotalsTest {
    @Test
    void totalsAddUpCountersAndKeepOnlyWhatIsNotZero() {
        var one = new Counters();
        one.count(Counter.TCP_OUT, 10);
        one.count(Counter.TCP_RETRANSMIT_FAST, 2);
        one.dropped(Drop.IMPAIRED_LOSS);
        var other = new Counters();
        other.count(Counter.TCP_OUT, 5);
        other.count(Counter.TCP_RETRANSMIT_TIMEOUT);
        other.dropped(Drop.IMPAIRED_LOSS);

        Totals totals = Totals.of(one, other);

        assertThat(totals.get(Counter.TCP_OUT)).isEqualTo(15);
        assertThat(totals.retransmissions()).isEqualTo(3);
        assertThat(totals.get(Drop.TOO_BIG)).isZero();
        assertThat(totals.drops()).containsExactly(java.util.Map.entry(Drop.IMPAIRED_LOSS, 2L));
        assertThat(totals.counts().keySet())
                .containsExactly(Counter.TCP_OUT, Counter.TCP_RETRANSMIT_TIMEOUT, Counter.TCP_RETRANSMIT_FAST);
    }

    @Test
    void namesAreWrittenAsWords() {
        assertThat(Totals.name(Drop.IMPAIRED_LOSS)).isEqualTo("impaired-loss");
    }
}
