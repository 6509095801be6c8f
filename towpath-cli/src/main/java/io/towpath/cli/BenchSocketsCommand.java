package io.towpath.cli;

import io.towpath.observe.Quantities;
import io.towpath.observe.TextStyle.Ink;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `towpath bench sockets`.
@Command(
        name = "sockets",
        description = {
            "java.net and java.nio over Towpath, beside the system's loopback.",
            "The same unmodified code over two hosts with a wire in memory between them, and over the operating "
                    + "system's loopback, one right after the other."
        },
        sortOptions = false,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:done", "1:failed", "2:wrong usage"},
        footerHeading = "%nThe ratio:%n",
        footer = {
            "  Towpath's figure divided by the loopback's: above 1 Towpath carries more, or with round trips takes",
            "  longer. Machines differ and shared ones change by the minute: compare ratios, not figures."
        })
final class BenchSocketsCommand implements Callable<Integer> {
    private static final int KIB = 1024;

    private final Console console;

    @Option(
            names = "--seconds",
            paramLabel = "S",
            defaultValue = "3",
            description = "How long to measure each figure (default: ${DEFAULT-VALUE}), after as long a time that "
                    + "does not count: the JIT compiles, buffers grow.")
    private double seconds = 3;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "1",
            description = "Measure each N times by turns and take the medians (default: ${DEFAULT-VALUE}).")
    private int rounds = 1;

    @Option(
            names = "--only",
            paramLabel = "TEXT",
            defaultValue = "",
            description = "Measure only what has this text in its name, such as: connections.")
    private String only = "";

    @Option(names = "--json", description = "Print the result as JSON.")
    private boolean json;

    BenchSocketsCommand(Console console) {
        this.console = console;
    }

    /// How a figure is written.
    private enum Unit {
        BYTES_PER_SECOND,
        NANOS,
        PER_SECOND;

        String text(double value) {
            return switch (this) {
                case BYTES_PER_SECOND -> Quantities.bitRate(value);
                case NANOS -> Quantities.duration((long) value);
                case PER_SECOND -> Quantities.count((long) value) + "/s";
            };
        }
    }

    private interface Measure {
        double run(JavaSocketBench bench) throws IOException;
    }

    private record Item(String name, String key, Unit unit, Measure measure) {}

    private record Row(Item item, double towpath, double loopback) {
        double ratio() {
            return towpath / loopback;
        }
    }

    private static final List<Item> ITEMS = List.of(
            new Item("Socket, bulk, 64 KiB", "socketBulk64", Unit.BYTES_PER_SECOND, b -> b.socketBulk(64 * KIB)),
            new Item("Socket, bulk, 128 KiB", "socketBulk128", Unit.BYTES_PER_SECOND, b -> b.socketBulk(128 * KIB)),
            new Item("channel, bulk, 64 KiB", "channelBulk64", Unit.BYTES_PER_SECOND, b -> b.channelBulk(64 * KIB)),
            new Item("channel, bulk, 128 KiB", "channelBulk128", Unit.BYTES_PER_SECOND, b -> b.channelBulk(128 * KIB)),
            new Item("Socket, byte there and back", "socketRoundTrip", Unit.NANOS, JavaSocketBench::socketRoundTrip),
            new Item("channel, byte there and back", "channelRoundTrip", Unit.NANOS, JavaSocketBench::channelRoundTrip),
            new Item("Socket, connections", "socketConnections", Unit.PER_SECOND, JavaSocketBench::socketConnections),
            new Item(
                    "channel, connections",
                    "channelConnections",
                    Unit.PER_SECOND,
                    JavaSocketBench::channelConnections));

    @Override
    public Integer call() {
        if (!(seconds >= 0.05 && seconds <= 3600)) {
            throw CommandFailure.wrongUsage("--seconds expects 0.05 to 3600, not " + seconds);
        }
        if (rounds < 1 || rounds > 99) {
            throw CommandFailure.wrongUsage("--rounds expects 1 to 99, not " + rounds);
        }
        List<Item> chosen =
                ITEMS.stream().filter(item -> item.name().contains(only)).toList();
        if (chosen.isEmpty()) {
            throw CommandFailure.wrongUsage("--only expects a part of a name, which \"" + only + "\" is not");
        }
        var rows = new ArrayList<Row>();
        try (var towpath = new JavaSockets.OverMemory();
                var loopback = new JavaSockets.Loopback()) {
            for (Item item : chosen) {
                Row row = measure(item, towpath, loopback);
                rows.add(row);
                if (!json) {
                    show(row);
                }
            }
        } catch (IOException e) {
            throw CommandFailure.failed(Reasons.of(e));
        }
        if (json) {
            console.line(document(rows));
        }
        return 0;
    }

    private Row measure(Item item, JavaSockets towpath, JavaSockets loopback) throws IOException {
        double[] ours = new double[rounds];
        double[] theirs = new double[rounds];
        for (int i = 0; i < rounds; i++) {
            theirs[i] = item.measure().run(new JavaSocketBench(loopback, seconds));
            ours[i] = item.measure().run(new JavaSocketBench(towpath, seconds));
        }
        Arrays.sort(ours);
        Arrays.sort(theirs);
        return new Row(item, ours[rounds / 2], theirs[rounds / 2]);
    }

    private void show(Row row) {
        Unit unit = row.item().unit();
        console.line(String.format(
                Locale.ROOT,
                "%-30s %14s   loopback %14s   ratio %s",
                row.item().name(),
                unit.text(row.towpath()),
                unit.text(row.loopback()),
                console.paint(Ink.BOLD, String.format(Locale.ROOT, "%.2f", row.ratio()))));
    }

    private String document(List<Row> rows) {
        return Json.object(json -> json.put("seconds", seconds)
                .put("rounds", rounds)
                .put("java", Runtime.version().toString())
                .put("processors", Runtime.getRuntime().availableProcessors())
                .list(
                        "results",
                        rows,
                        (each, row) -> each.put("name", row.item().key())
                                .put("unit", row.item().unit().name())
                                .put("towpath", row.towpath())
                                .put("loopback", row.loopback())
                                .put("ratio", row.ratio())));
    }
}
