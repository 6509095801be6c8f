package io.towpath.cli;

import io.towpath.observe.Quantities;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `towpath bench sctp`.
@Command(
        name = "sctp",
        description = {
            "Messages in one direction over an association between two stacks of this process, one thread for both.",
            "Between two programs, and over UDP or TUN: towpath sctp perf."
        },
        sortOptions = false,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:done", "2:wrong usage"})
final class BenchSctpCommand implements Callable<Integer> {
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

    @Option(names = "--json", description = "Print the result as JSON.")
    private boolean json;

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
        var results = new ArrayList<MessageBench.Result>();
        for (ByteSize size : sizes) {
            MessageBench.Result result = MessageBench.run(mtu, (int) size.bytes(), unordered, seconds);
            results.add(result);
            if (!json) {
                show(result);
            }
        }
        if (json) {
            console.line(document(results));
        }
        return 0;
    }

    private void show(MessageBench.Result result) {
        console.line(String.format(
                Locale.ROOT,
                "%9s messages: %s, %s messages/s, %s packets/s, %.2f bytes allocated per message beside it",
                Quantities.bytes(result.messageBytes()),
                Quantities.bitRate(result.bytesPerSecond()),
                Quantities.count((long) result.messagesPerSecond()),
                Quantities.count((long) result.packetsPerSecond()),
                result.allocatedPerMessage()));
        console.out().flush();
    }

    private String document(List<MessageBench.Result> results) {
        return Json.object(json -> json.put("mtu", mtu)
                .put("seconds", seconds)
                .put("unordered", unordered)
                .put("java", Runtime.version().toString())
                .put("processors", Runtime.getRuntime().availableProcessors())
                .list(
                        "results",
                        results,
                        (each, result) -> each.put("messageBytes", result.messageBytes())
                                .put("bytesPerSecond", result.bytesPerSecond())
                                .put("messagesPerSecond", result.messagesPerSecond())
                                .put("packetsPerSecond", result.packetsPerSecond())
                                .put("allocatedBytesPerMessage", result.allocatedPerMessage())));
    }
}
