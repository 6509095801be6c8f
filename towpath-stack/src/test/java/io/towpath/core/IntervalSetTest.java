package io.towpath.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.BitSet;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class IntervalSetTest {
    private static final int SPACE = 200;

    @Test
    void startsEmpty() {
        var set = new IntervalSet(4);
        assertThat(set.isEmpty()).isTrue();
        assertThat(set.bytes()).isZero();
        assertThat(set.indexOf(0)).isEqualTo(-1);
        assertThat(set.contains(0, 1)).isFalse();
        assertThat(set).hasToString("{}");
    }

    @Test
    void keepsIntervalsInAscendingOrder() {
        assertThat(of(4, 30, 40, 10, 20, 50, 60)).hasToString("{[10,20) [30,40) [50,60)}");
    }

    @Test
    void intervalsThatTouchBecomeOne() {
        assertThat(of(4, 10, 20, 20, 30)).hasToString("{[10,30)}");
        assertThat(of(4, 20, 30, 10, 20)).hasToString("{[10,30)}");
    }

    @Test
    void anIntervalThatBridgesManySwallowsThem() {
        assertThat(of(4, 10, 20, 30, 40, 50, 60, 15, 55)).hasToString("{[10,60)}");
        assertThat(of(4, 10, 20, 30, 40, 50, 60, 0, 100)).hasToString("{[0,100)}");
    }

    @Test
    void anIntervalWithinAnotherChangesNothing() {
        assertThat(of(4, 10, 60, 20, 30)).hasToString("{[10,60)}");
    }

    @Test
    void anEmptyIntervalChangesNothing() {
        var set = of(1, 10, 20);
        assertThat(set.add(30, 30)).isTrue();
        assertThat(set.add(40, 35)).isTrue();
        assertThat(set).hasToString("{[10,20)}");
        assertThat(set.contains(50, 50)).isTrue();
    }

    @Test
    void aFullSetRefusesOneMoreAndIsUnchanged() {
        var set = of(2, 10, 20, 30, 40);
        assertThat(set.add(22, 28)).isFalse();
        assertThat(set.add(0, 5)).isFalse();
        assertThat(set.add(50, 60)).isFalse();
        assertThat(set).hasToString("{[10,20) [30,40)}");
    }

    @Test
    void aFullSetTakesWhatMerges() {
        var set = of(2, 10, 20, 30, 40);
        assertThat(set.add(40, 50)).isTrue();
        assertThat(set.add(20, 30)).isTrue();
        assertThat(set).hasToString("{[10,50)}");
    }

    @Test
    void removingBelowCutsAnIntervalInTwo() {
        var set = of(4, 10, 20, 30, 40);
        set.removeBelow(10);
        assertThat(set).hasToString("{[10,20) [30,40)}");
        set.removeBelow(15);
        assertThat(set).hasToString("{[15,20) [30,40)}");
        set.removeBelow(20);
        assertThat(set).hasToString("{[30,40)}");
        set.removeBelow(1000);
        assertThat(set.isEmpty()).isTrue();
    }

    @Test
    void positionsAtTheEdgesAreFound() {
        var set = of(4, 10, 20, 30, 40);
        assertThat(set.indexOf(9)).isEqualTo(-1);
        assertThat(set.indexOf(10)).isZero();
        assertThat(set.indexOf(19)).isZero();
        assertThat(set.indexOf(20)).isEqualTo(-1);
        assertThat(set.indexOf(39)).isEqualTo(1);
        assertThat(set.indexOf(40)).isEqualTo(-1);
        assertThat(set.indexOf(Long.MAX_VALUE)).isEqualTo(-1);
        assertThat(set.contains(10, 20)).isTrue();
        assertThat(set.contains(10, 21)).isFalse();
        assertThat(set.contains(15, 35)).isFalse();
    }

    @Test
    void aSetOfNothingIsRefused() {
        assertThatThrownBy(() -> new IntervalSet(0)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void behavesLikeASetOfBitsUnderRandomOperations() {
        for (int seed = 0; seed < 200; seed++) {
            var random = new SplittableRandom(seed);
            int max = 1 + random.nextInt(40);
            var set = new IntervalSet(max);
            var bits = new BitSet();
            for (int step = 0; step < 150; step++) {
                int a = random.nextInt(SPACE);
                int b = Math.min(SPACE, a + random.nextInt(12));
                switch (random.nextInt(16)) {
                    case 0 -> {
                        set.removeBelow(a);
                        bits.clear(0, a);
                    }
                    case 1 -> {
                        if (random.nextInt(4) == 0) {
                            set.clear();
                            bits.clear();
                        }
                    }
                    default -> {
                        var wanted = (BitSet) bits.clone();
                        wanted.set(a, b);
                        boolean fits = runs(wanted) <= max;
                        assertThat(set.add(a, b)).isEqualTo(fits);
                        bits = fits ? wanted : bits;
                    }
                }
                agree(set, bits, a, b, "seed " + seed + " step " + step);
            }
        }
    }

    private static void agree(IntervalSet set, BitSet bits, int a, int b, String where) {
        assertThat(set.size()).as(where).isEqualTo(runs(bits));
        assertThat(set.bytes()).as(where).isEqualTo(bits.cardinality());
        assertThat(set.isEmpty()).as(where).isEqualTo(bits.isEmpty());
        int at = 0;
        for (int i = 0; i < set.size(); i++) {
            at = bits.nextSetBit(at);
            assertThat(set.start(i)).as(where).isEqualTo(at);
            at = bits.nextClearBit(at);
            assertThat(set.end(i)).as(where).isEqualTo(at);
        }
        assertThat(set.indexOf(a) >= 0).as(where).isEqualTo(bits.get(a));
        assertThat(set.contains(a, b)).as(where).isEqualTo(bits.nextClearBit(a) >= b);
    }

    private static int runs(BitSet bits) {
        int runs = 0;
        for (int at = bits.nextSetBit(0); at >= 0; at = bits.nextSetBit(bits.nextClearBit(at))) {
            runs++;
        }
        return runs;
    }

    private static IntervalSet of(int max, long... edges) {
        var set = new IntervalSet(max);
        for (int i = 0; i < edges.length; i += 2) {
            assertThat(set.add(edges[i], edges[i + 1])).isTrue();
        }
        return set;
    }
}
