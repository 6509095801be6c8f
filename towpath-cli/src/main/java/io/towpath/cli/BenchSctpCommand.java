package io.towpath.cli;

import io.towpath.observe.Quantities;
import io.towpath.observe.TextStyle.Ink;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `towpath bench sctp`.
@Command(
        name = "sctp",
        description = {
            "SCTP: messages in one direction over an association.",
            "Between two hosts of this process, on a wire in memory: the engines alone, driven by one thread, "
                    + "then blocking sockets of hosts with threads of their own.",
            "Between two programs, and over UDP or TUN: towpath sctp perf."
        },
        sortOptions = false,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:done", "1:failed", "2:wrong usage"})
final class BenchSctpCommand implements Callable<Integer> {
    private static final String ENGINE = "engine";
    private static final String SOCKETS = "sockets";
    private static final long SIZE_MAX = 1 << 20;

    private final Console console;

    @Option(
            names = "--size",
            paramLabel = "SIZE",
            split = ",",
            defaultValue = "64,1KiB,16KiB,64KiB",
            description = "Bytes of one message, one row for each (default: ${DEFAULT-VALUE}).")
    private List<ByteSize> sizes = new ArrayList<>();

    @Option(
            names = "--mtu",
            paramLabel = "BYTES",
            defaultValue = "1500",
            description = "Largest IP packet (default: ${DEFAULT-VALUE}).")
    private int mtu = 1500;

    @Option(names = "--unordered", description = "Send unordered messages.")
    private boolean unordered;

    @Option(
            names = "--seconds",
            paramLabel = "N",
            defaultValue = "5",
            description = "How long to measure each row (default: ${DEFAULT-VALUE}).")
    private double seconds = 5;

    @Option(
            names = "--only",
            paramLabel = "TEXT",
            defaultValue = "",
            description = "Measure only what has TEXT in its name: engine or sockets.")
    private String only = "";

    @Option(names = "--json", description = "Print the result as JSON.")
    private boolean json;

    /// What was measured with messages of one size; null what the user did not want.
    private record Row(
            int messageBytes, MessageBench.@Nullable Result engine, MessageSocketBench.@Nullable Result sockets) {}

    BenchSctpCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        if (mtu < 576 || mtu > 65_535) {
            throw CommandFailure.wrongUsage("--mtu expects 576 to 65535, not " + mtu);
        }
        if (!(seconds >= 0.1 && seconds <= 3600)) {
            throw CommandFailure.wrongUsage("--seconds expects 0.1 to 3600, not " + seconds);
        }
        for (ByteSize size : sizes) {
            if (size.bytes() < 1 || size.bytes() > SIZE_MAX) {
                throw CommandFailure.wrongUsage("--size expects 1 to " + SIZE_MAX + " bytes, not " + size.bytes());
            }
        }
        if (!ENGINE.contains(only) && !SOCKETS.contains(only)) {
            throw CommandFailure.wrongUsage("--only expects a part of a name, which \"" + only + "\" is not");
        }
        var rows = new ArrayList<Row>();
        for (ByteSize size : sizes) {
            Row row = measure((int) size.bytes());
            rows.add(row);
            if (!json) {
                show(row);
            }
        }
        if (json) {
            console.line(document(rows));
        }
        return 0;
    }

    private Row measure(int messageBytes) {
        try {
            return new Row(
                    messageBytes,
                    ENGINE.contains(only) ? MessageBench.run(mtu, messageBytes, unordered, seconds) : null,
                    SOCKETS.contains(only) ? MessageSocketBench.run(mtu, messageBytes, unordered, seconds) : null);
        } catch (IOException e) {
            throw CommandFailure.failed(Reasons.of(e));
        }
    }

    private void show(Row row) {
        console.line(console.paint(Ink.BOLD, "messages of " + Quantities.bytes(row.messageBytes())));
        MessageBench.Result engine = row.engine();
        if (engine != null) {
            line(ENGINE, engine.bytesPerSecond(), engine.messagesPerSecond());
            line(
                    "",
                    Quantities.count((long) engine.packetsPerSecond()) + " packets/s, "
                            + String.format(Locale.ROOT, "%.2f", engine.allocatedPerMessage())
                            + " bytes allocated per message beside it"
                            + (engine.chunksAgain() == 0 ? "" : ", " + engine.chunksAgain() + " chunks sent again"));
        }
        MessageSocketBench.Result sockets = row.sockets();
        if (sockets != null) {
            line(SOCKETS, sockets.bytesPerSecond(), sockets.messagesPerSecond());
        }
        console.out().flush();
    }

    private void line(String label, double bytesPerSecond, double messagesPerSecond) {
        line(
                label,
                Quantities.bitRate(bytesPerSecond) + ", " + Quantities.count((long) messagesPerSecond) + " messages/s");
    }

    private void line(String label, String value) {
        console.line("  " + console.paint(Ink.DIM, String.format(Locale.ROOT, "%-9s", label)) + value);
    }

    private String document(List<Row> rows) {
        return Json.object(json -> json.put("mtu", mtu)
                .put("seconds", seconds)
                .put("unordered", unordered)
                .put("java", Runtime.version().toString())
                .put("processors", Runtime.getRuntime().availableProcessors())
                .list("results", rows, BenchSctpCommand::result));
    }

    private static void result(Json json, Row row) {
        json.put("messageBytes", row.messageBytes());
        MessageBench.Result engine = row.engine();
        if (engine != null) {
            json.put("bytesPerSecond", engine.bytesPerSecond())
                    .put("messagesPerSecond", engine.messagesPerSecond())
                    .put("packetsPerSecond", engine.packetsPerSecond())
                    .put("allocatedBytesPerMessage", engine.allocatedPerMessage())
                    .put("chunksAgain", engine.chunksAgain());
        }
        MessageSocketBench.Result sockets = row.sockets();
        if (sockets != null) {
            json.put("socketBytesPerSecond", sockets.bytesPerSecond())
                    .put("socketMessagesPerSecond", sockets.messagesPerSecond());
        }
    }
}
