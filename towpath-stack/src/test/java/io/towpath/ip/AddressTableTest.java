package io.towpath.ip;

import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.core.Entropy;
import io.towpath.core.HashIndex;
import io.towpath.core.SipHash;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class AddressTableTest {
    private static final SipHash HASH = new SipHash(1, 2);

    private static final class Row extends AddressTable.Entry<Row> {
        Row(long high, long low, long key) {
            super(high, low, key);
        }
    }

    private static AddressTable<Row> table(int max) {
        return new AddressTable<>(HASH, max);
    }

    private static List<Row> walk(AddressTable<Row> table) {
        List<Row> rows = new ArrayList<>();
        for (Row row = table.oldest(); row != null; row = table.newer(row)) {
            rows.add(row);
        }
        return rows;
    }

    @Test
    void itBehavesLikeAListInOrderOfUse() {
        Entropy chance = Entropy.seeded(5);
        AddressTable<Row> table = table(200);
        List<Row> model = new ArrayList<>();
        for (int step = 0; step < 20_000; step++) {
            if (!table.isFull() && chance.chance(0.5)) {
                Row row = new Row(chance.nextInt(4), chance.nextInt(50), chance.nextInt(3));
                table.add(row);
                model.add(row);
            } else if (!model.isEmpty()) {
                Row row = model.remove(chance.nextInt(model.size()));
                if (chance.chance(0.5)) {
                    table.touch(row);
                    model.add(row);
                } else {
                    table.remove(row);
                }
            }
            assertThat(table.size()).isEqualTo(model.size());
            if (step % 100 == 0) {
                assertThat(walk(table)).containsExactlyElementsOf(model);
            }
        }
        for (Row row : model) {
            long hash = row.hash(HASH);
            int at = table.first(hash);
            while (at != HashIndex.NONE && table.at(at) != row) {
                at = table.next(at, hash);
            }
            assertThat(at).isNotEqualTo(HashIndex.NONE);
            assertThat(table.get(row.high, row.low, row.key))
                    .isNotNull()
                    .extracting(it -> it.high, it -> it.low, it -> it.key)
                    .containsExactly(row.high, row.low, row.key);
        }
        assertThat(table.get(9, 9, 9)).isNull();
    }
}
