package io.towpath.cli;

import io.towpath.observe.Quantities;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `towpath bench memory`.
@Command(
        name = "memory",
        description = {
            "Heap of established connections and associations on which nothing happens.",
            "Never used, and after a message each way. Both ends are in this process, so half as many connections as"
                    + " endpoints are opened."
        },
        sortOptions = false,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:every connection carried its message", "1:failed", "2:wrong usage"},
        footerHeading = "%nMore than the heap takes:%n",
        footer = {"  TOWPATH_JAVA_OPTS=-Xmx5g towpath bench memory --endpoints 1000000"})
final class BenchMemoryCommand implements Callable<Integer> {
    private static final int ENDPOINTS_MIN = 1_000;
    private static final int ENDPOINTS_MAX = 2_000_000;

    private final Console console;

    @Option(
            names = "--endpoints",
            paramLabel = "N",
            defaultValue = "200000",
            description = "How many, " + ENDPOINTS_MIN + " to " + ENDPOINTS_MAX + " (default: ${DEFAULT-VALUE}).")
    private int endpoints = 200_000;

    @Option(names = "--sctp", description = "Associations of SCTP with one path, instead of connections of TCP.")
    private boolean sctp;

    @Option(names = "--json", description = "Print the result as JSON.")
    private boolean json;

    BenchMemoryCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        if (endpoints < ENDPOINTS_MIN || endpoints > ENDPOINTS_MAX) {
            throw CommandFailure.wrongUsage(
                    "--endpoints expects " + ENDPOINTS_MIN + " to " + ENDPOINTS_MAX + ", not " + endpoints);
        }
        EndpointBench.Result result;
        try {
            result = EndpointBench.run(endpoints / 2, sctp, this::progress);
        } catch (OutOfMemoryError full) {
            throw CommandFailure.failed(
                    "the heap of " + Quantities.bytes(Runtime.getRuntime().maxMemory()) + " is too small for "
                            + endpoints + " endpoints: see --help");
        }
        if (json) {
            console.line(Json.object(each -> each.put("protocol", sctp ? "sctp" : "tcp")
                    .put("endpoints", result.endpoints())
                    .put("heapBytesPerFreshEndpoint", result.fresh())
                    .put("heapBytesPerUsedEndpoint", result.talked())
                    .put("echoed", result.echoed())));
        } else {
            console.line(String.format(
                    Locale.ROOT,
                    "%s endpoints: %.0f bytes of heap each, %.0f after a message each way; %s of %s messages came back",
                    Quantities.count(result.endpoints()),
                    result.fresh(),
                    result.talked(),
                    Quantities.count(result.echoed()),
                    Quantities.count(result.endpoints() / 2)));
        }
        return result.echoed() == result.endpoints() / 2 ? 0 : 1;
    }

    private void progress(long done) {
        if (console.isTerminal() && !json) {
            console.out().print("\r" + Quantities.count(done) + " connections \r");
            console.out().flush();
        }
    }
}
