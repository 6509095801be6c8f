package io.towpath.cli;

import io.towpath.net.sctp.SctpSocket;
import io.towpath.net.service.SctpService;
import io.towpath.net.service.SctpServing;
import io.towpath.observe.Quantities;
import io.towpath.observe.TextStyle.Ink;
import io.towpath.sctp.Notification;
import io.towpath.sctp.Received;
import io.towpath.sctp.SctpInfo;
import io.towpath.wire.Endpoint;
import java.io.IOException;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `towpath sctp perf`, both ends.
@Command(
        name = "perf",
        description = {
            "Measure how fast messages get through: one end with --listen, which takes them, the other with TO.",
            "The other end may also be a discard server, or tsctp of usrsctp."
        },
        sortOptions = false,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:done", "1:failed", "2:wrong usage", "130:ended by Ctrl-C"})
final class SctpPerfCommand implements Callable<Integer> {
    private static final int PORT = 5001;
    private static final long SECOND = 1_000_000_000L;

    private final Console console;

    @Parameters(
            arity = "0..1",
            paramLabel = "TO",
            description = "The peer's address and SCTP port: 10.77.0.1:5001, [fd77::1]:5001.")
    private @Nullable String to;

    @Option(
            names = "--listen",
            arity = "0..1",
            paramLabel = "PORT",
            fallbackValue = "5001",
            description = "Be the end that takes messages, at this SCTP port (default: ${FALLBACK-VALUE}).")
    private @Nullable Integer listen;

    @Mixin
    private final SctpSide side = new SctpSide();

    @Mixin
    private final SctpPeer peer = new SctpPeer();

    @Option(names = "--streams", paramLabel = "N", description = "Streams that messages take turns on (default: 1).")
    private int streams = 1;

    @Option(
            names = "--size",
            paramLabel = "SIZE",
            defaultValue = "1KiB",
            description = "Bytes of one message (default: ${DEFAULT-VALUE}).")
    private ByteSize size = new ByteSize(1024);

    @Option(names = "--messages", paramLabel = "N", description = "How many messages; otherwise for --time.")
    private long messages;

    @Option(
            names = "--time",
            paramLabel = "TIME",
            defaultValue = "10s",
            description = "How long to send (default: ${DEFAULT-VALUE}).")
    private Span time = new Span(10 * SECOND);

    @Option(names = "--json", description = "Print the result as JSON.")
    private boolean json;

    private final AtomicLong abandoned = new AtomicLong();

    SctpPerfCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws InterruptedException {
        side.check();
        peer.check();
        Integer port = listen;
        String target = to;
        if ((port == null) == (target == null)) {
            throw CommandFailure.wrongUsage("expected either --listen or TO, the peer's address and port");
        }
        if (target == null) {
            serve(port == null ? PORT : port);
            return 0;
        }
        Endpoint there = SctpPeer.endpoint(target);
        if (size.bytes() < 1 || size.bytes() > SctpSide.config().sendBytesMax()) {
            throw CommandFailure.wrongUsage(
                    "--size expects 1 to " + SctpSide.config().sendBytesMax() + " bytes, not " + size.bytes());
        }
        if (streams < 1 || streams > SctpSide.config().outboundStreams()) {
            throw CommandFailure.wrongUsage(
                    "--streams expects 1 to " + SctpSide.config().outboundStreams() + ", not " + streams);
        }
        if (messages < 0) {
            throw CommandFailure.wrongUsage("--messages expects at least 1, not " + messages);
        }
        try (SctpSide.Running running = side.start(there.address())) {
            SctpSide.closeAtExit(running);
            SctpSocket socket = peer.connect(side, running, there);
            try {
                measure(socket);
            } catch (IOException e) {
                throw CommandFailure.failed(there + ": " + Reasons.of(e));
            }
        }
        return 0;
    }

    // ---- the end that takes messages

    private void serve(int port) throws InterruptedException {
        SctpServeCommand.checkPort("--listen", port);
        SctpSide.Running running = side.start();
        SctpServing serving;
        try {
            serving = SctpServing.start(running.host(), SctpService.DISCARD, port, SctpSide.config(), this::tell);
        } catch (IOException e) {
            running.close();
            throw CommandFailure.failed("port " + port + ": " + Reasons.of(e));
        }
        SctpSide.closeAtExit(() -> {
            serving.close();
            running.close();
        });
        if (!json) {
            console.line(console.paint(Ink.BOLD, "perf") + " at SCTP port " + serving.port() + ", " + side.text());
            console.line(console.paint(Ink.DIM, "Ctrl-C ends it."));
            console.out().flush();
        }
        new CountDownLatch(1).await();
    }

    private synchronized void tell(SctpServing.Ended ended) {
        console.line(json ? SctpServeCommand.document(ended) : SctpServeCommand.line(ended));
        console.out().flush();
    }

    // ---- the end that sends

    private void measure(SctpSocket socket) throws IOException, InterruptedException {
        int usable = Math.min(streams, socket.info().outboundStreams());
        Thread reader = Thread.ofVirtual().start(() -> read(socket));
        byte[] data = new byte[(int) size.bytes()];
        long begun = System.nanoTime();
        long end = messages > 0 ? Long.MAX_VALUE : time.nanos();
        long saidAt = 0;
        long sent = 0;
        while (messages > 0 ? sent < messages : System.nanoTime() - begun < end) {
            socket.send(data, peer.options((int) (sent % usable)));
            sent++;
            long passed = System.nanoTime() - begun;
            if (passed - saidAt >= SECOND) {
                saidAt = passed;
                progress(sent, passed);
            }
        }
        socket.shutdown();
        SctpInfo info = socket.info();
        reader.join();
        report(sent, usable, System.nanoTime() - begun, info, socket.info());
    }

    /// Until the association is over; counts messages that were given up.
    private void read(SctpSocket socket) {
        try {
            for (Received next = socket.next(); next != null; next = socket.next()) {
                if (next instanceof Notification.SendFailed) {
                    abandoned.incrementAndGet();
                }
            }
        } catch (IOException broken) {
            // The sender hears of it, too.
        }
    }

    private void progress(long sent, long nanos) {
        if (json) {
            return;
        }
        String line = String.format(Locale.ROOT, "%6.1f s  ", nanos / 1e9) + rates(sent, nanos);
        if (console.isTerminal()) {
            console.out().print("\r" + line + "   ");
        } else {
            console.line(line);
        }
        console.out().flush();
    }

    private String rates(long sent, long nanos) {
        return Quantities.count(sent, "message") + ", " + Quantities.bytes(sent * size.bytes()) + ", "
                + Quantities.bitRate(sent * size.bytes() * 1e9 / nanos) + ", "
                + Quantities.count((long) (sent * 1e9 / nanos), "message") + "/s";
    }

    private void report(long sent, int usable, long nanos, SctpInfo busy, SctpInfo last) {
        long delivered = sent - abandoned.get();
        if (json) {
            console.line(Json.object(document -> document.put("messages", sent)
                    .put("messageBytes", size.bytes())
                    .put("streams", usable)
                    .put("abandoned", abandoned.get())
                    .put("nanos", nanos)
                    .put("bytesPerSecond", delivered * size.bytes() * 1e9 / nanos)
                    .put("messagesPerSecond", delivered * 1e9 / nanos)
                    .put("packetsOut", last.packetsOut())
                    .put("packetsIn", last.packetsIn())
                    .put("chunksAgain", last.retransmissions())
                    .list("paths", busy.paths(), SctpSendCommand::path)));
            return;
        }
        if (console.isTerminal()) {
            console.line();
        }
        console.line(console.paint(Ink.BOLD, "delivered ")
                + rates(delivered, nanos)
                + (abandoned.get() == 0 ? "" : ", given up " + Quantities.count(abandoned.get(), "message")));
        console.line("packets out " + last.packetsOut() + ", in " + last.packetsIn() + ", chunks again "
                + last.retransmissions() + ", RTT "
                + Quantities.duration(busy.paths().getFirst().srttNanos()));
    }
}
