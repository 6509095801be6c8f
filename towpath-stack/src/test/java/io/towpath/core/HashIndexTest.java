package io.towpath.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HashIndexTest {
    private record Row(long hash, int name) {}

    /// Entries of the hash; 31 of its bits decide, so that others may be found with them.
    private static List<Row> found(HashIndex<Row> index, long hash) {
        List<Row> rows = new ArrayList<>();
        for (int at = index.first(hash); at != HashIndex.NONE; at = index.next(at, hash)) {
            Row row = index.get(at);
            assertThat((row.hash ^ hash) << 33).isZero();
            if (row.hash == hash) {
                rows.add(row);
            }
        }
        return rows;
    }

    /// Few hashes put many entries in one place, hashes of which only high bits differ have one home, and those round
    /// the end of the array have their neighbours at its beginning.
    @ParameterizedTest
    @ValueSource(longs = {1, 1L << 20, 1L << 28, 0x1_0000_0007L})
    void itFindsWhatAListWithTheSameHistoryHas(long step) {
        Entropy chance = Entropy.seeded(7);
        var index = new HashIndex<Row>();
        List<Row> model = new ArrayList<>();
        for (int i = 0; i < 5_000; i++) {
            if (chance.chance(i < 2_500 ? 0.6 : 0.4) || model.isEmpty()) {
                var row = new Row((chance.nextInt(40) - 20) * step, i);
                index.add(row.hash, row);
                model.add(row);
            } else {
                Row row = model.remove(chance.nextInt(model.size()));
                index.remove(row.hash, row);
            }
            assertThat(index.size()).isEqualTo(model.size());
            long hash = (chance.nextInt(40) - 20) * step;
            assertThat(found(index, hash))
                    .containsExactlyInAnyOrderElementsOf(
                            model.stream().filter(row -> row.hash == hash).toList());
        }
    }

    @Test
    void anEntryOfHashZeroIsFoundAndAnEmptyIndexHasNone() {
        var index = new HashIndex<Row>();
        assertThat(index.first(0)).isEqualTo(HashIndex.NONE);
        var row = new Row(0, 1);
        index.add(0, row);
        assertThat(found(index, 0)).containsExactly(row);
        index.remove(0, row);
        assertThat(index.first(0)).isEqualTo(HashIndex.NONE);
    }

    @Test
    void anEqualEntryIsNoOtherOne() {
        var index = new HashIndex<Row>();
        var first = new Row(3, 1);
        var second = new Row(3, 1);
        index.add(3, first);
        index.add(3, second);
        index.remove(3, second);
        assertThat(found(index, 3)).hasSize(1).first().isSameAs(first);
    }

    @Test
    void whatIsNotThereCannotBeTakenOut() {
        var index = new HashIndex<Row>();
        assertThatThrownBy(() -> index.remove(3, new Row(3, 1))).isInstanceOf(AssertionError.class);
    }
}
