package io.towpath.cli;

import io.towpath.core.Offloads;
import io.towpath.core.Time;
import io.towpath.link.MemoryLink;
import io.towpath.link.tun.NetworkNamespace;
import io.towpath.link.tun.TunLink;
import io.towpath.link.tun.TunSetup;
import io.towpath.net.Host;
import io.towpath.net.TcpServer;
import io.towpath.net.TcpStream;
import io.towpath.net.Towpath;
import io.towpath.observe.Quantities;
import io.towpath.observe.TextStyle.Ink;
import io.towpath.tcp.TcpConfig;
import io.towpath.wire.IpAddress;
import io.towpath.wire.Prefix;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `towpath bench`.
@Command(
        name = "bench",
        description = "Measure what this machine gets out of Towpath.",
        synopsisSubcommandLabel = "WHAT")
final class BenchCommand implements Runnable {
    private final Console console;

    @CommandLine.Spec
    @SuppressWarnings("NullAway.Init")
    private CommandLine.Model.CommandSpec spec;

    BenchCommand(Console console) {
        this.console = console;
    }

    @Override
    public void run() {
        spec.commandLine().usage(console.out());
    }

    /// `towpath bench tcp`.
    @Command(
            name = "tcp",
            description = {
                "TCP: bulk, round trips, connections, bytes allocated per segment.",
                "Over memory: two stacks in this process. Over TUN: the kernel's TCP against Towpath's, in a network "
                        + "namespace of its own (Linux, needs root or unshare -Urn)."
            },
            sortOptions = false,
            exitCodeListHeading = "%nExit codes:%n",
            exitCodeList = {"0:done", "1:failed", "2:wrong usage"},
            footerHeading = "%nSuper-segments:%n",
            footer = {
                "  Segments larger than the MTU that a link takes whole, as with segmentation offload. Each is",
                "  counted as the wire segments that a network would carry."
            })
    static final class Tcp implements Callable<Integer> {
        private static final String DEVICE = "tpbench%d";
        private static final String OWN = "10.99.77.2";
        private static final String KERNEL = "10.99.77.1";
        private static final int IDLE = 2000;
        private static final Offloads ALL = new Offloads(true, 65_535);

        private final Console console;

        @Option(
                names = "--link",
                paramLabel = "LINK",
                defaultValue = "memory",
                description = "memory or tun (default: ${DEFAULT-VALUE}).")
        private LinkKind link = LinkKind.memory;

        @Option(
                names = "--mtu",
                paramLabel = "BYTES",
                defaultValue = "1500",
                description = "Largest IP packet (default: ${DEFAULT-VALUE}).")
        private int mtu = 1500;

        @Option(
                names = "--seconds",
                paramLabel = "S",
                defaultValue = "6",
                description =
                        "How long to measure the streams; the engine takes half of it (default: ${DEFAULT-VALUE}).")
        private double seconds = 6;

        @Option(
                names = "--only",
                paramLabel = "TEXT",
                defaultValue = "",
                description = "Measure only what has TEXT in its name: engine, streams, packets, super-segments or "
                        + "connection; over TUN also send or receive.")
        private String only = "";

        @Option(names = "--json", description = "Print the result as JSON.")
        private boolean json;

        /// Links; the names as users write them.
        enum LinkKind {
            memory,
            tun
        }

        /// What makes one row of the result.
        private interface Measurement {
            Row run(String name) throws IOException;
        }

        /// One row of the result.
        private record Row(
                String name,
                EngineBench.@Nullable Result engine,
                SocketBench.@Nullable Result sockets,
                @Nullable Double connections) {
            Row(String name, EngineBench.@Nullable Result engine, SocketBench.@Nullable Result sockets) {
                this(name, engine, sockets, null);
            }
        }

        Tcp(Console console) {
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
            try {
                List<Row> rows = link == LinkKind.memory ? memory() : tun();
                if (rows.isEmpty()) {
                    throw CommandFailure.wrongUsage("--only expects a part of a name, which \"" + only + "\" is not");
                }
                if (json) {
                    console.line(document(rows));
                }
                return 0;
            } catch (IOException e) {
                throw CommandFailure.failed(Reasons.of(e));
            }
        }

        private List<Row> memory() throws IOException {
            var rows = new ArrayList<Row>();
            add(
                    rows,
                    "engine, one thread, packets of " + mtu + " bytes with checksums",
                    name -> new Row(name, EngineBench.run(mtu, Offloads.NONE, seconds / 2), null));
            add(
                    rows,
                    "engine, one thread, super-segments of up to 64 KiB",
                    name -> new Row(name, EngineBench.run(mtu, ALL, seconds / 2), null));
            add(
                    rows,
                    "engine, one thread, one connection after the other",
                    name -> new Row(name, null, null, connections(1)));
            add(
                    rows,
                    "engine, one thread, 32 connections at a time",
                    name -> new Row(name, null, null, connections(32)));
            add(
                    rows,
                    "blocking streams, packets of " + mtu + " bytes with checksums",
                    name -> new Row(name, null, streams(Offloads.NONE)));
            add(rows, "blocking streams, super-segments of up to 64 KiB", name -> new Row(name, null, streams(ALL)));
            return rows;
        }

        /// Measures it if the user wants it, and shows it at once: all together take half a minute.
        private void add(List<Row> rows, String name, Measurement measurement) throws IOException {
            if (name.contains(only)) {
                Row row = measurement.run(name);
                rows.add(row);
                if (!json) {
                    show(row);
                }
            }
        }

        /// Connections come and go by the ten thousand per second: TIME-WAIT of a minute would use up all ports.
        private static TcpConfig config() {
            return TcpConfig.defaults().withNoDelay(true).withTimeWaitNanos(Time.MILLISECOND);
        }

        private double connections(int together) {
            var engine = new EngineConnections(mtu, together);
            long nanos = (long) (seconds / 2 * 1e9);
            double ignored = engine.run(nanos); // the JIT compiles
            return engine.run(nanos);
        }

        private SocketBench.Result streams(Offloads offloads) throws IOException {
            MemoryLink.Pair wire = MemoryLink.sharedPair("bench", mtu, offloads, 1024);
            try (Host client = Towpath.host("client")
                            .tcp(config())
                            .link(wire.a())
                            .address("10.0.0.1/24")
                            .start();
                    Host server = Towpath.host("server")
                            .tcp(config())
                            .link(wire.b())
                            .address("10.0.0.2/24")
                            .start()) {
                SocketBench.serve(server);
                try (TcpServer idle = server.listen(IDLE, 1024)) {
                    return SocketBench.run(
                            new SocketBench.Dialer() {
                                @Override
                                public SocketBench.Line dial(int port) throws IOException {
                                    return line(client.connect("10.0.0.2", port));
                                }

                                @Override
                                public void openAndClose() throws IOException {
                                    TcpStream open = client.connect("10.0.0.2", IDLE);
                                    TcpStream accepted = idle.accept();
                                    open.close();
                                    accepted.close();
                                }
                            },
                            seconds);
                }
            }
        }

        private static SocketBench.Line line(TcpStream open) {
            return new SocketBench.Line() {
                @Override
                public InputStream in() {
                    return open.input();
                }

                @Override
                public OutputStream out() {
                    return open.output();
                }

                @Override
                public void close() {
                    open.close();
                }
            };
        }

        /// In a network namespace, so that nothing of the machine's own is touched or in the way.
        private List<Row> tun() throws IOException {
            return NetworkNamespace.call(() -> {
                var rows = new ArrayList<Row>();
                for (boolean offload : List.of(true, false)) {
                    for (boolean sends : List.of(false, true)) {
                        add(
                                rows,
                                (sends ? "send to" : "receive from") + " the kernel, one thread, "
                                        + (offload ? "super-segments of up to 64 KiB" : "packets of " + mtu + " bytes"),
                                name -> new Row(name, TunEngineBench.run(mtu, offload, sends, seconds / 2), null));
                    }
                }
                add(
                        rows,
                        "streams to the kernel's sockets, a thread for the host, super-segments of up to 64 KiB",
                        name -> new Row(name, null, kernelToHost()));
                return rows;
            });
        }

        private SocketBench.Result kernelToHost() throws IOException {
            TunLink device = TunLink.open(DEVICE, mtu, true);
            try (device) {
                new TunSetup(List.of(Prefix.parse(KERNEL + "/30")), List.of()).apply(device);
                try (Host host = Towpath.host("bench")
                        .tcp(config())
                        .link(device)
                        .address(OWN + "/30")
                        .start()) {
                    var address = InetAddress.getByAddress(IpAddress.parse(OWN).toBytes());
                    return overTun(host, address);
                }
            }
        }

        private SocketBench.Result overTun(Host host, InetAddress address) throws IOException {
            SocketBench.serve(host);
            return SocketBench.run(
                    new SocketBench.Dialer() {
                        @Override
                        public SocketBench.Line dial(int port) throws IOException {
                            return kernelLine(address, port);
                        }

                        @Override
                        public void openAndClose() throws IOException {
                            kernelLine(address, SocketBench.ECHO).close();
                        }
                    },
                    seconds);
        }

        private static SocketBench.Line kernelLine(InetAddress address, int port) throws IOException {
            var socket = new Socket();
            socket.setTcpNoDelay(true);
            // Close by RST: the kernel's TIME-WAIT would use up its ports within seconds.
            socket.setSoLinger(true, 0);
            socket.connect(new InetSocketAddress(address, port), 5000);
            return new SocketBench.Line() {
                @Override
                public InputStream in() throws IOException {
                    return socket.getInputStream();
                }

                @Override
                public OutputStream out() throws IOException {
                    return socket.getOutputStream();
                }

                @Override
                public void close() throws IOException {
                    socket.close();
                }
            };
        }

        private void show(Row row) {
            console.line(console.paint(Ink.BOLD, row.name()));
            if (row.engine() != null) {
                line(
                        "bulk",
                        Quantities.bitRate(row.engine().bytesPerSecond()) + " ("
                                + Quantities.bytes((long) row.engine().bytesPerSecond()) + "/s), "
                                + Quantities.count((long) row.engine().segmentsPerSecond()) + " wire segments/s");
                line(
                        "allocated",
                        String.format(
                                Locale.ROOT,
                                "%.2f bytes per segment",
                                row.engine().allocatedPerSegment()));
            }
            if (row.connections() != null) {
                line(
                        "connections",
                        Quantities.count(row.connections().longValue()) + " opened, accepted and closed per second");
            }
            if (row.sockets() != null) {
                line(
                        "bulk",
                        Quantities.bitRate(row.sockets().bytesPerSecond()) + " ("
                                + Quantities.bytes((long) row.sockets().bytesPerSecond()) + "/s)");
                line(
                        "round trip",
                        "median " + Quantities.duration(row.sockets().medianNanos()) + ", p99 "
                                + Quantities.duration(row.sockets().p99Nanos()));
                line("connections", Quantities.count((long) row.sockets().connectionsPerSecond()) + " per second");
            }
            console.line();
        }

        private void line(String label, String value) {
            console.line("  " + console.paint(Ink.DIM, String.format(Locale.ROOT, "%-13s", label)) + value);
        }

        private String document(List<Row> rows) {
            return Json.object(json -> json.put("link", link.name())
                    .put("mtu", mtu)
                    .put("seconds", seconds)
                    .put("java", Runtime.version().toString())
                    .put("processors", Runtime.getRuntime().availableProcessors())
                    .list("results", rows, (each, row) -> {
                        each.put("name", row.name());
                        if (row.engine() != null) {
                            each.put("bulkBytesPerSecond", row.engine().bytesPerSecond())
                                    .put("segmentsPerSecond", row.engine().segmentsPerSecond())
                                    .put(
                                            "allocatedBytesPerSegment",
                                            row.engine().allocatedPerSegment());
                        }
                        if (row.connections() != null) {
                            each.put("connectionsPerSecond", row.connections());
                        }
                        if (row.sockets() != null) {
                            each.put("bulkBytesPerSecond", row.sockets().bytesPerSecond())
                                    .put("roundTripMedianNanos", row.sockets().medianNanos())
                                    .put("roundTripP99Nanos", row.sockets().p99Nanos())
                                    .put("connectionsPerSecond", row.sockets().connectionsPerSecond());
                        }
                    }));
        }
    }

    /// The command with its subcommands.
    static CommandLine commandLine(Console console) {
        return new CommandLine(new BenchCommand(console))
                .addSubcommand(new Tcp(console))
                .addSubcommand(new BenchSctpCommand(console))
                .addSubcommand(new BenchSocketsCommand(console))
                .addSubcommand(new BenchMemoryCommand(console));
    }
}
