package io.towpath.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.congestion.Congestion;
import io.towpath.core.Time;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// The table of goodput in docs/goodput.tsv, made anew: who changes a figure changes the table with it
/// (`-Dtowpath.write=goodput`), and the difference is there to be judged.
@Timeout(value = 600, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class GoodputTest {
    private static final Path TABLE = Path.of("../docs/goodput.tsv");
    private static final double[] LOSSES = {0, 0.001, 0.01, 0.05};
    private static final long[] ROUND_TRIPS = {1, 20, 100, 300};
    private static final double[] QUEUES = {1, 4};
    private static final Congestion[] CONTROLS = {Congestion.NEWRENO, Congestion.CUBIC, Congestion.BBR};
    private static final long ALONE = 10 * Time.SECOND;
    private static final long TOGETHER = 40 * Time.SECOND;

    private static List<String> table() {
        List<String> lines = new ArrayList<>();
        lines.add("# kbit/s of one transfer of 10 s through 10 Mbit/s: by congestion control");
        lines.add("loss\trtt-ms\tqueue-bdp\tnewreno\tcubic\tbbr");
        for (double loss : LOSSES) {
            for (long rtt : ROUND_TRIPS) {
                for (double queue : QUEUES) {
                    var path = new Goodput.Path(loss, rtt * Time.MILLISECOND, queue);
                    if (queue > 1 && path.isLeastQueue()) {
                        continue; // the line above again
                    }
                    var line = new StringBuilder(
                            String.format(Locale.ROOT, "%s %%\t%d\t%s", percent(loss), rtt, number(queue)));
                    for (Congestion control : CONTROLS) {
                        line.append('\t').append(Goodput.alone(1, control, path, ALONE) / 1000);
                    }
                    lines.add(line.toString());
                }
            }
        }
        lines.add("");
        lines.add("# kbit/s of two transfers that share it, in the second half of 40 s, and Jain's index of fairness");
        lines.add("rtt-ms\tqueue-bdp\tone\tother\tfirst\tsecond\tfairness");
        for (long rtt : new long[] {20, 100}) {
            for (double queue : new double[] {1, 4}) {
                for (int one = 0; one < CONTROLS.length; one++) {
                    for (int other = one; other < CONTROLS.length; other++) {
                        var path = new Goodput.Path(0, rtt * Time.MILLISECOND, queue);
                        var shares = Goodput.together(1, CONTROLS[one], CONTROLS[other], path, TOGETHER);
                        lines.add(String.format(
                                Locale.ROOT,
                                "%d\t%s\t%s\t%s\t%d\t%d\t%.2f",
                                rtt,
                                number(queue),
                                name(CONTROLS[one]),
                                name(CONTROLS[other]),
                                shares.first() / 1000,
                                shares.second() / 1000,
                                shares.fairness()));
                    }
                }
            }
        }
        return lines;
    }

    private static String percent(double share) {
        return number(share * 100);
    }

    private static String number(double value) {
        return value == Math.rint(value) ? Long.toString(Math.round(value)) : Double.toString(value);
    }

    private static String name(Congestion control) {
        return control.name().toLowerCase(Locale.ROOT);
    }

    @Test
    void theTableIsWhatTheCodeDoes() throws IOException {
        List<String> table = table();
        if ("goodput".equals(System.getProperty("towpath.write"))) {
            Files.write(TABLE, table);
        }
        assertThat(table).isEqualTo(Files.readAllLines(TABLE));
    }
}
