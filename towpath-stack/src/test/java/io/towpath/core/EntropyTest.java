package io.towpath.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.HashSet;
import org.junit.jupiter.api.Test;

class EntropyTest {
    @Test
    void theSameSeedGivesTheSameNumbers() {
        assertThat(draw(Entropy.seeded(7), 50)).isEqualTo(draw(Entropy.seeded(7), 50));
        assertThat(draw(Entropy.seeded(7), 50)).isNotEqualTo(draw(Entropy.seeded(8), 50));
    }

    @Test
    void theNumbersAreTheKeyedHashOfACounter() {
        var entropy = Entropy.keyed(3, 4);
        var hash = new SipHash(3, 4);
        assertThat(entropy.nextLong()).isEqualTo(hash.hash(0, 0));
        assertThat(entropy.nextLong()).isEqualTo(hash.hash(1, 0));
    }

    @Test
    void aChildDependsOnItsNameAndNotOnWhatWasDrawn() {
        var fresh = Entropy.seeded(1);
        var used = Entropy.seeded(1);
        draw(used, 10);
        assertThat(draw(used.split("isn"), 5)).isEqualTo(draw(fresh.split("isn"), 5));
        assertThat(draw(fresh.split("ports"), 5)).isNotEqualTo(draw(fresh.split("isn"), 5));
    }

    @Test
    void splittingDoesNotShiftTheParent() {
        var plain = Entropy.seeded(1);
        var split = Entropy.seeded(1);
        split.split("a").nextLong();
        assertThat(split.nextLong()).isEqualTo(plain.nextLong());
    }

    @Test
    void parentChildrenAndGrandchildrenShareNoNumbers() {
        var parent = Entropy.seeded(9);
        var seen = new HashSet<Long>();
        for (var e : new Entropy[] {
            parent, parent.split("a"), parent.split("b"), parent.split("a").split("a")
        }) {
            for (long n : draw(e, 1000)) {
                assertThat(seen.add(n)).isTrue();
            }
        }
    }

    @Test
    void nextIntIsEvenlySpread() {
        var entropy = Entropy.seeded(2);
        int[] counts = new int[10];
        for (int i = 0; i < 100_000; i++) {
            counts[entropy.nextInt(10)]++;
        }
        assertThat(counts).hasSize(10);
        for (int count : counts) {
            assertThat(count).isCloseTo(10_000, within(500));
        }
    }

    @Test
    void nextIntFavoursNothingWhenTheBoundDoesNotDivideTheSpace() {
        var entropy = Entropy.seeded(6);
        int[] counts = new int[3];
        for (int i = 0; i < 90_000; i++) {
            counts[entropy.nextInt(3 << 29) % 3]++; // without a second draw 3 : 3 : 2
        }
        for (int count : counts) {
            assertThat(count).isCloseTo(30_000, within(1000));
        }
    }

    @Test
    void nextIntStaysBelowEveryBound() {
        var entropy = Entropy.seeded(3);
        for (int bound : new int[] {1, 2, 3, 1 << 30, (1 << 30) + 1, Integer.MAX_VALUE}) {
            for (int i = 0; i < 1000; i++) {
                assertThat(entropy.nextInt(bound)).isBetween(0, bound - 1);
            }
        }
    }

    @Test
    void nextIntRefusesABoundThatIsNotPositive() {
        assertThatThrownBy(() -> Entropy.seeded(1).nextInt(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Entropy.seeded(1).nextInt(-1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void nextDoubleIsInTheUnitInterval() {
        var entropy = Entropy.seeded(4);
        double sum = 0;
        for (int i = 0; i < 100_000; i++) {
            double d = entropy.nextDouble();
            assertThat(d >= 0 && d < 1).isTrue();
            sum += d;
        }
        assertThat(sum / 100_000).isCloseTo(0.5, within(0.01));
    }

    @Test
    void chanceKeepsItsPromises() {
        var entropy = Entropy.seeded(5);
        int hits = 0;
        for (int i = 0; i < 100_000; i++) {
            assertThat(entropy.chance(0)).isFalse();
            assertThat(entropy.chance(1)).isTrue();
            hits += entropy.chance(0.05) ? 1 : 0;
        }
        assertThat(hits).isCloseTo(5_000, within(400));
    }

    @Test
    void fillReachesEveryByteAndNotOnlyWholeWords() {
        for (int length = 0; length < 20; length++) {
            byte[] seen = new byte[length];
            for (int round = 0; round < 8; round++) {
                byte[] bytes = new byte[length];
                Entropy.seeded(100 + round).fill(bytes);
                for (int i = 0; i < length; i++) {
                    seen[i] |= bytes[i];
                }
            }
            for (byte b : seen) {
                assertThat(b).isNotZero();
            }
        }
        byte[] a = new byte[17];
        byte[] b = new byte[17];
        Entropy.seeded(1).fill(a);
        Entropy.seeded(1).fill(b);
        assertThat(Arrays.equals(a, b)).isTrue();
    }

    private static long[] draw(Entropy entropy, int count) {
        long[] numbers = new long[count];
        for (int i = 0; i < count; i++) {
            numbers[i] = entropy.nextLong();
        }
        return numbers;
    }
}
