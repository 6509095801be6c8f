package io.towpath.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.core.Entropy;
import io.towpath.core.Time;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The connection table against a map.
class ConnectionTableTest {
    private record Key(long localHigh, long localLow, int localPort, long remoteHigh, long remoteLow, int remotePort) {}

    private static final class Row extends SocketPair {
        Row(Key key) {
            super(1, key.localHigh, key.localLow, key.localPort, key.remoteHigh, key.remoteLow, key.remotePort);
        }

        @Override
        public TcpState state() {
            return TcpState.TIME_WAIT;
        }

        @Override
        public TcpConfig config() {
            return TcpConfig.defaults();
        }

        @Override
        public long deadline() {
            return Time.NEVER;
        }
    }

    /// Few keys and a small table, so that rows meet in one run of slots and at its wrap all the time; then many.
    @ParameterizedTest
    @ValueSource(ints = {8, 20, 60, 400, 5000})
    void holdsWhatTheMapHolds(int keys) {
        for (int seed = 1; seed <= 10; seed++) {
            Entropy chance = Entropy.seeded(seed);
            var table = new ConnectionTable(chance.split("table"));
            Map<Key, Row> map = new HashMap<>();
            List<Key> all = keys(chance, keys);
            int steps = 2000 + 4 * keys;
            for (int step = 0; step < steps; step++) {
                // Fills, then empties, so that the table grows and shrinks.
                boolean filling = step * 4 / steps % 2 == 0;
                Key key = all.get(chance.nextInt(keys));
                Row row = map.get(key);
                assertThat(find(table, key)).isSameAs(row);
                if (row == null && chance.chance(filling ? 0.9 : 0.2)) {
                    map.put(key, new Row(key));
                    table.add(map.get(key));
                } else if (row != null && chance.chance(filling ? 0.2 : 0.9)) {
                    map.remove(key);
                    assertThat(table.remove(row)).isTrue();
                    assertThat(table.remove(row)).isFalse();
                }
                assertThat(table.size()).isEqualTo(map.size());
            }
            for (Key key : all) {
                assertThat(find(table, key)).isSameAs(map.get(key));
            }
            Set<SocketPair> shown = new HashSet<>();
            table.forEach(row -> assertThat(shown.add(row)).isTrue());
            assertThat(shown).isEqualTo(new HashSet<>(map.values()));
        }
    }

    @Test
    void everyPartOfThePairCounts() {
        var table = new ConnectionTable(Entropy.seeded(1));
        var key = new Key(1, 2, 3, 4, 5, 6);
        var row = new Row(key);
        table.add(row);
        assertThat(find(table, key)).isSameAs(row);
        assertThat(find(table, new Key(9, 2, 3, 4, 5, 6))).isNull();
        assertThat(find(table, new Key(1, 9, 3, 4, 5, 6))).isNull();
        assertThat(find(table, new Key(1, 2, 9, 4, 5, 6))).isNull();
        assertThat(find(table, new Key(1, 2, 3, 9, 5, 6))).isNull();
        assertThat(find(table, new Key(1, 2, 3, 4, 9, 6))).isNull();
        assertThat(find(table, new Key(1, 2, 3, 4, 5, 9))).isNull();
        assertThat(find(table, new Key(4, 5, 6, 1, 2, 3))).isNull();
    }

    private static SocketPair find(ConnectionTable table, Key key) {
        return table.find(key.localHigh, key.localLow, key.localPort, key.remoteHigh, key.remoteLow, key.remotePort);
    }

    private static List<Key> keys(Entropy chance, int count) {
        Set<Key> keys = new HashSet<>();
        List<Key> list = new ArrayList<>();
        while (list.size() < count) {
            var key = new Key(
                    chance.nextInt(2),
                    chance.nextInt(3),
                    1 + chance.nextInt(65_535),
                    chance.nextInt(2),
                    chance.nextInt(100),
                    1 + chance.nextInt(65_535));
            if (keys.add(key)) {
                list.add(key);
            }
        }
        return list;
    }
}
