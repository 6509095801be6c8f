package io.towpath.cli;

import io.towpath.net.SocketRow;
import io.towpath.net.control.ControlClient;
import io.towpath.net.control.ControlDirectory;
import io.towpath.observe.Quantities;
import io.towpath.observe.TextStyle.Ink;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `towpath ss`.
@Command(
        name = "ss",
        description = {
            "List the sockets of your running hosts (towpath host, towpath sctp).",
            "Hosts of another user are not shown: beside sudo towpath host use sudo towpath ss."
        },
        sortOptions = false,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:done", "1:no host or sctp process of this user is running", "2:wrong usage"})
final class SsCommand implements Callable<Integer> {
    private final Console console;

    @Parameters(arity = "0..1", paramLabel = "NAME", description = "Only this host: its device, or `sctp`.")
    private @Nullable String name;

    @Option(names = "-i", description = "Show what is known of each connection and association.")
    private boolean info;

    @Option(names = "-n", description = "Show ports as numbers.")
    private boolean numeric;

    @Option(names = "--json", description = "Print the result as JSON.")
    private boolean json;

    SsCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        List<ControlClient.Listing> listings;
        try {
            listings = ask();
        } catch (IOException e) {
            throw CommandFailure.failed(Reasons.of(e));
        }
        if (listings.isEmpty()) {
            throw CommandFailure.failed(nobody(name));
        }
        show(listings);
        return 0;
    }

    /// What is said when nobody answers.
    static String nobody(@Nullable String name) {
        return (name == null ? "no towpath host or sctp process" : "no towpath host '" + name + "'")
                + " is running (nobody of user " + System.getProperty("user.name") + " answers in "
                + ControlDirectory.path() + "; hosts of other users, such as root's, are not shown)";
    }

    private List<ControlClient.Listing> ask() throws IOException {
        var listings = new ArrayList<ControlClient.Listing>();
        for (Path socket : candidates(name)) {
            try {
                listings.add(ControlClient.ask(socket));
            } catch (IOException nobodyThere) {
                // Left behind by a process that was killed: not a host.
            }
        }
        return listings;
    }

    /// One name may be that of several hosts, in network namespaces of their own.
    private static List<Path> candidates(@Nullable String host) throws IOException {
        try {
            return host == null ? ControlDirectory.sockets() : ControlDirectory.sockets(host);
        } catch (IllegalArgumentException e) {
            throw CommandFailure.wrongUsage("NAME expects the name of a device, not '" + host + "'");
        }
    }

    /// Prints what hosts said.
    void show(List<ControlClient.Listing> listings) {
        if (json) {
            console.line(document(listings));
        } else {
            for (ControlClient.Listing listing : listings) {
                table(listing);
            }
        }
    }

    private void table(ControlClient.Listing listing) {
        console.line(console.paint(Ink.BOLD, listing.host().name()) + "  "
                + listing.host().addresses()
                + console.paint(Ink.DIM, "  process " + listing.host().process()));
        var rows = new ArrayList<String[]>();
        rows.add(new String[] {"", "State", "Recv-Q", "Send-Q", "Local", "Peer", "cwnd", "RTT", "Retrans"});
        for (SocketRow socket : listing.sockets()) {
            rows.add(cells(socket));
        }
        int[] widths = new int[rows.getFirst().length];
        for (String[] row : rows) {
            for (int i = 0; i < row.length; i++) {
                widths[i] = Math.max(widths[i], row[i].length());
            }
        }
        for (int i = 0; i < rows.size(); i++) {
            String line = line(rows.get(i), widths);
            console.line(i == 0 ? console.paint(Ink.DIM, line) : line);
            if (info && i > 0) {
                details(listing.sockets().get(i - 1));
            }
        }
    }

    private String[] cells(SocketRow socket) {
        boolean connection = socket.cwnd() > 0;
        return new String[] {
            socket.protocol(),
            socket.state(),
            Long.toString(socket.receiveQueued()),
            Long.toString(socket.sendQueued()),
            endpoint(socket.local()),
            endpoint(socket.remote()),
            connection ? Quantities.bytes(socket.cwnd()) : "",
            socket.srttNanos() > 0 ? Quantities.duration(socket.srttNanos()) : "",
            connection ? Long.toString(socket.retransmits()) : ""
        };
    }

    private String endpoint(String text) {
        return numeric ? text : ServiceNames.named(text);
    }

    private static String line(String[] cells, int[] widths) {
        var line = new StringBuilder();
        for (int i = 0; i < cells.length; i++) {
            boolean number = i == 2 || i == 3 || i >= 6;
            line.append(i == 0 ? "" : "  ")
                    .append(String.format(
                            Locale.ROOT, "%" + (number ? "" : "-") + Math.max(1, widths[i]) + "s", cells[i]));
        }
        return line.toString().stripTrailing();
    }

    private void details(SocketRow socket) {
        boolean association = socket.protocol().equals("sctp");
        if (socket.cwnd() > 0) {
            console.line("       " + socket.congestion() + " mss " + socket.mss()
                    + " cwnd " + socket.cwnd()
                    + (socket.ssthresh() == Long.MAX_VALUE ? "" : " ssthresh " + socket.ssthresh())
                    + " in-flight " + socket.inFlight()
                    + " windows " + socket.sendWindow() + "/" + socket.receiveWindow()
                    + " rtt " + Quantities.duration(socket.srttNanos())
                    + (association
                            ? ""
                            : "/" + Quantities.duration(socket.rttvarNanos()) + " min "
                                    + Quantities.duration(socket.minRttNanos()))
                    + " rto " + Quantities.duration(socket.rtoNanos())
                    + (socket.backoffs() == 0 ? "" : " backoffs " + socket.backoffs()));
            console.line("       bytes sent " + socket.bytesSent() + " acked " + socket.bytesAcked()
                    + " received " + socket.bytesReceived()
                    + (association ? " packets" : " segments") + " out " + socket.segmentsOut() + " in "
                    + socket.segmentsIn()
                    + (association ? " DATA again " : " again ") + socket.retransmits()
                    + " timeouts " + socket.timeouts()
                    + (association ? "" : " out-of-order " + socket.outOfOrder()));
            if (!association) {
                phase(socket);
            }
            if (!socket.ecn().isEmpty() && !socket.ecn().equals("none")) {
                console.line("       ecn " + socket.ecn() + " marks in " + socket.marksIn()
                        + (association ? "" : " reported " + socket.marksReported())
                        + " reductions " + socket.markReductions());
            }
            // An association's paths, each on a line of its own.
            console.line("       "
                    + (association ? socket.details().replace("; path ", "\n       path ") : socket.details()));
        } else if (socket.protocol().equals("udp")) {
            console.line("       datagrams out " + socket.segmentsOut() + " in " + socket.segmentsIn() + " dropped "
                    + socket.dropped());
        } else if (socket.state().equals("LISTEN") && !socket.details().isEmpty()) {
            console.line("       " + socket.details());
        }
    }

    private void phase(SocketRow socket) {
        console.line("       " + socket.phase()
                + (socket.deliveryRate() == 0 ? "" : " delivers " + Quantities.bytes(socket.deliveryRate()) + "/s")
                + (socket.pacingRate() == 0 ? "" : " paced " + Quantities.bytes(socket.pacingRate()) + "/s"));
    }

    private static String document(List<ControlClient.Listing> listings) {
        return Json.object(json -> json.list(
                "hosts",
                listings,
                (host, listing) -> host.put("name", listing.host().name())
                        .put("addresses", listing.host().addresses())
                        .put("process", listing.host().process())
                        .list("sockets", listing.sockets(), SsCommand::socket)));
    }

    private static void socket(Json json, SocketRow socket) {
        json.put("protocol", socket.protocol())
                .put("state", socket.state())
                .put("local", socket.local())
                .put("remote", socket.remote())
                .put("receiveQueued", socket.receiveQueued())
                .put("sendQueued", socket.sendQueued())
                .put("mss", socket.mss())
                .put("sendWindow", socket.sendWindow())
                .put("receiveWindow", socket.receiveWindow())
                .put("congestion", socket.congestion())
                .put("cwnd", socket.cwnd());
        if (socket.ssthresh() == Long.MAX_VALUE) {
            json.putNull("ssthresh");
        } else {
            json.put("ssthresh", socket.ssthresh());
        }
        json.put("inFlight", socket.inFlight())
                .put("srttNanos", socket.srttNanos())
                .put("rttvarNanos", socket.rttvarNanos())
                .put("minRttNanos", socket.minRttNanos())
                .put("rtoNanos", socket.rtoNanos())
                .put("bytesSent", socket.bytesSent())
                .put("bytesAcked", socket.bytesAcked())
                .put("bytesReceived", socket.bytesReceived())
                .put("segmentsOut", socket.segmentsOut())
                .put("segmentsIn", socket.segmentsIn())
                .put("retransmits", socket.retransmits())
                .put("timeouts", socket.timeouts())
                .put("outOfOrder", socket.outOfOrder())
                .put("phase", socket.phase())
                .put("deliveryRate", socket.deliveryRate())
                .put("pacingRate", socket.pacingRate())
                .put("ecn", socket.ecn())
                .put("marksIn", socket.marksIn())
                .put("marksReported", socket.marksReported())
                .put("markReductions", socket.markReductions())
                .put("dropped", socket.dropped())
                .put("details", socket.details());
    }
}
