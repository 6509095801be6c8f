package io.towpath.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.core.Time;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// A lost packet of one stream holds up no other (RFC 9260 §1.2): measured in virtual time, and written down in
/// `docs/head-of-line.tsv`. To write it anew, run this test with `-Dtowpath.write=head-of-line`.
@Timeout(value = 300, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class HeadOfLineTest {
    private static final long SEED = 9260;
    private static final int RUNS = 4;
    private static final int[] ROUND_TRIPS = {20, 50};
    private static final int[] LOSSES = {2, 5};
    private static final String FILE = "docs/head-of-line.tsv";
    private static final String TITLE = "round trip ms\tloss %\tTCP 50th ms\tTCP 99th ms\tSCTP 50th ms\tSCTP 99th ms";

    /// How far a time may be from the one written down: better or worse loss recovery changes it, and then the table is
    /// to be written anew.
    private static final double TOLERANCE = 0.5;

    private record Row(int roundTrip, int loss, double tcp50, double tcp99, double sctp50, double sctp99) {
        static Row measure(int roundTrip, int loss) {
            Murmur.Traffic traffic = Murmur.Traffic.usual();
            List<Murmur.Latencies> overTcp = new ArrayList<>();
            List<Murmur.Latencies> overSctp = new ArrayList<>();
            for (long seed = SEED; seed < SEED + RUNS; seed++) {
                overTcp.add(Murmur.overTcp(seed, roundTrip * Time.MILLISECOND, loss / 100.0, traffic));
                overSctp.add(Murmur.overSctp(seed, roundTrip * Time.MILLISECOND, loss / 100.0, traffic));
            }
            Murmur.Latencies tcp = Murmur.Latencies.of(overTcp);
            Murmur.Latencies sctp = Murmur.Latencies.of(overSctp);
            return new Row(
                    roundTrip,
                    loss,
                    millis(tcp.percentile(50)),
                    millis(tcp.percentile(99)),
                    millis(sctp.percentile(50)),
                    millis(sctp.percentile(99)));
        }

        private static double millis(long nanos) {
            return Math.round(nanos / (double) (Time.MILLISECOND / 10)) / 10.0;
        }

        static Row parse(String line) {
            String[] cells = line.split("\t");
            return new Row(
                    Integer.parseInt(cells[0]),
                    Integer.parseInt(cells[1]),
                    Double.parseDouble(cells[2]),
                    Double.parseDouble(cells[3]),
                    Double.parseDouble(cells[4]),
                    Double.parseDouble(cells[5]));
        }

        @Override
        public String toString() {
            return roundTrip + "\t" + loss + "\t" + tcp50 + "\t" + tcp99 + "\t" + sctp50 + "\t" + sctp99;
        }

        boolean resembles(Row other) {
            return near(tcp50, other.tcp50)
                    && near(tcp99, other.tcp99)
                    && near(sctp50, other.sctp50)
                    && near(sctp99, other.sctp99);
        }

        private static boolean near(double a, double b) {
            return Math.abs(a - b) <= TOLERANCE * Math.max(a, b);
        }
    }

    @Test
    void aQuietStreamIsHeldUpLessThanHalfAsLongAsOverTcp() throws IOException {
        List<Row> measured = new ArrayList<>();
        for (int roundTrip : ROUND_TRIPS) {
            for (int loss : LOSSES) {
                measured.add(Row.measure(roundTrip, loss));
            }
        }
        Path file = file();
        if ("head-of-line".equals(System.getProperty("towpath.write"))) {
            List<String> lines = new ArrayList<>(List.of(TITLE));
            measured.forEach(row -> lines.add(row.toString()));
            Files.write(file, lines);
        }
        List<Row> written =
                Files.readAllLines(file).stream().skip(1).map(Row::parse).toList();
        assertThat(measured).hasSameSizeAs(written);
        for (int i = 0; i < written.size(); i++) {
            assertThat(measured.get(i).resembles(written.get(i)))
                    .as("measured %s, written down %s", measured.get(i), written.get(i))
                    .isTrue();
        }
        assertThat(measured)
                .filteredOn(row -> row.loss() == 5)
                .allSatisfy(row -> assertThat(row.sctp99()).as(row.toString()).isLessThan(row.tcp99() / 2));
    }

    @Test
    void withoutLossThereIsNothingToWaitFor() {
        Murmur.Traffic traffic = new Murmur.Traffic(8, 10 * Time.MILLISECOND, 500, 100 * Time.MILLISECOND, 100, 10);
        long oneWay = 10 * Time.MILLISECOND;
        assertThat(Murmur.overTcp(SEED, 2 * oneWay, 0, traffic).percentile(100)).isEqualTo(oneWay);
        assertThat(Murmur.overSctp(SEED, 2 * oneWay, 0, traffic).percentile(100))
                .isEqualTo(oneWay);
    }

    private static Path file() {
        Path folder = Path.of("").toAbsolutePath();
        while (!Files.exists(folder.resolve("docs/sctp.md"))) {
            folder = folder.getParent();
        }
        return folder.resolve(FILE);
    }
}
