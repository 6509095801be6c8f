package io.towpath.cli;

import io.towpath.net.service.SctpService;
import io.towpath.net.service.SctpServing;
import io.towpath.observe.Quantities;
import io.towpath.observe.TextStyle.Ink;
import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `towpath sctp echo`, `discard`, `daytime` and `chargen`.
@Command(
        sortOptions = false,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"1:could not start", "2:wrong usage", "130:ended by Ctrl-C", "143:ended by kill (SIGTERM)"})
final class SctpServeCommand implements Callable<Integer> {
    private final Console console;
    private final SctpService service;

    @Option(
            names = "--listen",
            paramLabel = "PORT",
            description = "SCTP port to listen on (default: the service's own).")
    private @Nullable Integer listen;

    @Mixin
    private final SctpSide side = new SctpSide();

    @Option(names = "--json", description = "Print every association that is over as a JSON document.")
    private boolean json;

    SctpServeCommand(Console console, SctpService service) {
        this.console = console;
        this.service = service;
    }

    @Override
    public Integer call() throws InterruptedException {
        side.check();
        int port = listen == null ? 0 : listen;
        if (listen != null) {
            checkPort("--listen", port);
        }
        SctpSide.Running running = side.start();
        SctpServing serving;
        try {
            serving = SctpServing.start(running.host(), service, port, SctpSide.config(), this::tell);
        } catch (IOException e) {
            running.close();
            throw CommandFailure.failed("port " + (port == 0 ? "of " + service.word() : port) + ": " + Reasons.of(e));
        }
        SctpSide.closeAtExit(() -> {
            serving.close();
            running.close();
        });
        if (!json) {
            console.line(
                    console.paint(Ink.BOLD, service.word()) + " at SCTP port " + serving.port() + ", " + side.text());
            console.line(console.paint(Ink.DIM, "Ctrl-C ends it; `towpath ss` lists its associations."));
            console.out().flush();
        }
        new CountDownLatch(1).await();
        return 0;
    }

    /// Ports of SCTP are those of UDP and TCP.
    static void checkPort(String option, int port) {
        if (port < 1 || port > 65_535) {
            throw CommandFailure.wrongUsage(option + " expects a port from 1 to 65535, not " + port);
        }
    }

    private synchronized void tell(SctpServing.Ended ended) {
        if (json) {
            console.line(document(ended));
        } else {
            console.line(line(ended));
        }
        console.out().flush();
    }

    /// What is said of an association that is over.
    static String line(SctpServing.Ended ended) {
        SctpServing.Tally tally = ended.tally();
        long bytes = tally.bytesIn() + tally.bytesOut();
        IOException fault = ended.fault();
        return ended.peer() + "  in " + Quantities.count(tally.messagesIn(), "message") + ", "
                + Quantities.bytes(tally.bytesIn()) + ", out " + Quantities.count(tally.messagesOut(), "message")
                + ", " + Quantities.bytes(tally.bytesOut()) + ", in " + Quantities.duration(ended.nanos())
                + (ended.nanos() == 0 ? "" : ", " + Quantities.bitRate(bytes * 1e9 / ended.nanos()))
                + (fault == null ? "" : "  broken: " + Reasons.of(fault));
    }

    /// The same as data.
    static String document(SctpServing.Ended ended) {
        SctpServing.Tally tally = ended.tally();
        IOException fault = ended.fault();
        return Json.object(json -> json.put("peer", ended.peer())
                .put("messagesIn", tally.messagesIn())
                .put("bytesIn", tally.bytesIn())
                .put("messagesOut", tally.messagesOut())
                .put("bytesOut", tally.bytesOut())
                .put("nanos", ended.nanos())
                .put("fault", fault == null ? null : Reasons.of(fault)));
    }
}
