package io.towpath.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Every seed that ever failed stays green: the tables `sim/seeds.tsv` (TCP) and
/// `sim/sctp-seeds.tsv`, with what each of them found.
class SeedCorpusTest {
    private record Entry(long seed, String found) {
        @Override
        public String toString() {
            return seed + ": " + found;
        }
    }

    private static Stream<Entry> seeds() throws IOException {
        return read("/sim/seeds.tsv");
    }

    private static Stream<Entry> sctpSeeds() throws IOException {
        return read("/sim/sctp-seeds.tsv");
    }

    private static Stream<Entry> read(String name) throws IOException {
        var table = Objects.requireNonNull(SeedCorpusTest.class.getResourceAsStream(name));
        try (var lines = new BufferedReader(new InputStreamReader(table, StandardCharsets.UTF_8))) {
            List<Entry> entries = lines.lines()
                    .filter(line -> !line.startsWith("#"))
                    .map(line -> line.split("\t", 2))
                    .map(cells -> new Entry(Long.parseLong(cells[0]), cells[1]))
                    .toList();
            return entries.stream();
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void aSeedThatFailedOnceStaysGreen(Entry entry) {
        assertThat(SimRunner.run(entry.seed()).failure()).as(entry.toString()).isNull();
    }

    @ParameterizedTest
    @MethodSource("sctpSeeds")
    void anSctpSeedThatFailedOnceStaysGreen(Entry entry) {
        assertThat(SctpRunner.run(entry.seed()).failure()).as(entry.toString()).isNull();
    }
}
