package io.towpath.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `towpath demo`.
@Command(
        name = "demo",
        description = {
            "Two hosts, one bad wire, virtual time: watch them shake hands, move a file, and close.",
            "The same seed gives the same run, packet by packet. No network, no root."
        },
        sortOptions = false,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:everything arrived intact",
            "1:something did not, or the output could not be written",
            "2:wrong usage"
        })
final class DemoCommand implements Callable<Integer> {
    private static final long SIZE_MAX = 4_000_000_000L;

    private final Console console;

    @Option(names = "--seed", paramLabel = "N", description = "All chance follows from it (default: ${DEFAULT-VALUE}).")
    private long seed = 1;

    @Option(
            names = "--loss",
            paramLabel = "PERCENT",
            defaultValue = "5%",
            description = "Share of packets that the wire loses, each way, less than 90%% (default: ${DEFAULT-VALUE}).")
    private Percent loss = new Percent(0.05);

    @Option(
            names = "--delay",
            paramLabel = "TIME",
            defaultValue = "20ms",
            description = "How long the wire takes, each way (default: ${DEFAULT-VALUE}).")
    private Span delay = new Span(20_000_000);

    @Option(
            names = "--size",
            paramLabel = "BYTES",
            defaultValue = "20M",
            description = "Size of the file: 20M is 20,000,000 bytes, 20MiB is 20,971,520 (default: ${DEFAULT-VALUE}).")
    private ByteSize size = new ByteSize(20_000_000);

    @Option(
            names = "--pcap",
            paramLabel = "FILE",
            description = {
                "Write both ends' packets to a pcapng file. Each host is an interface of the file, so a packet that "
                        + "arrives is in it twice; see one end only with the filter frame.interface_id == 0 (client) "
                        + "or 1 (server)."
            })
    private @Nullable Path pcap;

    @Option(names = "--real-time", description = "Let virtual time run as fast as the clock on the wall.")
    private boolean realTime;

    @Option(names = "--json", description = "Print the result as JSON.")
    private boolean json;

    DemoCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        if (loss.share() >= 0.9) {
            throw CommandFailure.wrongUsage("--loss expects less than 90%, or hardly anything would ever arrive");
        }
        if (size.bytes() > SIZE_MAX) {
            throw CommandFailure.wrongUsage("--size expects at most 4G: every packet of it is played");
        }
        if (delay.nanos() > 60_000_000_000L) {
            throw CommandFailure.wrongUsage("--delay expects at most 60s");
        }
        var options = new DemoOptions(seed, loss.share(), delay.nanos(), size.bytes(), pcap, realTime);
        DemoReport report;
        if (json) {
            var document = new DemoJson();
            report = Demo.play(options, document);
            console.line(document.text(report));
        } else {
            var screen = new DemoScreen(console, options);
            report = Demo.play(options, screen);
            screen.show(report);
        }
        return report.isIntact() ? 0 : 1;
    }
}
