package io.towpath.cli;

import io.towpath.core.Counter;
import io.towpath.core.Drop;
import io.towpath.observe.Ladder;
import io.towpath.observe.LadderItem;
import io.towpath.observe.LadderText;
import io.towpath.observe.Quantities;
import io.towpath.observe.TextStyle.Ink;
import io.towpath.observe.Totals;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The demo as people see it: the ladder grows while it runs, then comes the summary, then the datagrams and pings.
final class DemoScreen implements DemoViewer {
    private static final int LABEL = 14;

    private final Console console;
    private final DemoOptions options;
    private final ProgressBar bar;
    private final List<String> datagrams = new ArrayList<>();
    private final List<String> pings = new ArrayList<>();
    private final List<String> association = new ArrayList<>();
    private @Nullable LadderText text;
    private long received;
    private long nanos;

    DemoScreen(Console console, DemoOptions options) {
        this.console = console;
        this.options = options;
        this.bar = new ProgressBar(console, options.size());
    }

    @Override
    public void begin() {
        console.line();
        console.line("  " + console.paint(Ink.BOLD, "Two hosts, one wire") + ": " + options.delay() + " each way, "
                + (options.loss() == 0
                        ? "no packet lost"
                        : Quantities.percent(options.loss()) + " of the packets lost each way")
                + ", seed " + options.seed() + ", "
                + (options.realTime() ? "virtual time paced by the clock on the wall." : "virtual time."));
        console.line("  "
                + console.paint(
                        Ink.DIM,
                        "Both hosts use a minimum RTO of " + Demo.RTO_NANOS_MIN / 1_000_000 + " ms, as Linux does."));
        console.line();
    }

    @Override
    public void part(Demo.Part part, Ladder ladder, List<LadderItem> items) {
        var pen = text;
        if (pen == null || part == Demo.Part.ASSOCIATION) {
            pen = new LadderText(ladder, console.style());
            text = pen;
        }
        switch (part) {
            case HANDSHAKE -> {
                pen.heading().forEach(console::line);
                pen.lines(items).forEach(console::line);
                console.line();
            }
            case TRANSFER -> {
                bar.end(received, nanos);
                console.line();
                console.line("  "
                        + console.paint(
                                Ink.DIM,
                                "The transfer's first and last packets, then the close; "
                                        + "those between are counted:"));
                console.line();
                pen.lines(items).forEach(console::line);
            }
            case CLOSE -> pen.lines(items).forEach(console::line);
            case UDP -> datagrams.addAll(pen.lines(items));
            case PING -> pings.addAll(pen.lines(items));
            case ASSOCIATION -> {
                association.add(
                        "  " + console.paint(Ink.DIM, "An SCTP association over this wire and a second one like it:"));
                association.add("");
                association.addAll(pen.heading());
                association.addAll(pen.lines(items));
            }
            case MESSAGES, SHUTDOWN -> association.addAll(pen.lines(items));
            case CUT -> {
                association.add("");
                association.add("  " + console.paint(Ink.BAD, "The first path is cut:"));
                association.add("");
                association.addAll(pen.lines(items));
            }
        }
    }

    @Override
    public void progress(long bytes, long virtualNanos) {
        received = bytes;
        nanos = virtualNanos;
        bar.update(bytes, virtualNanos);
    }

    void show(DemoReport report) {
        console.line();
        transfer(report);
        console.line();
        datagrams.forEach(console::line);
        pings.forEach(console::line);
        console.line();
        datagrams(report.datagrams());
        pings(report.pings());
        console.line();
        association.forEach(console::line);
        console.line();
        messages(report.messages());
        verdict(report);
    }

    private void row(String label, String value) {
        console.line("  " + console.paint(Ink.DIM, String.format(Locale.ROOT, "%-" + LABEL + "s", label)) + value);
    }

    private void transfer(DemoReport report) {
        DemoReport.Transfer transfer = report.transfer();
        Totals totals = report.totals();
        row(
                "file",
                Quantities.count(transfer.received()) + " of "
                        + Quantities.count(report.options().size(), "byte") + " arrived, SHA-256 "
                        + (transfer.isIntact()
                                ? console.paint(Ink.GOOD, "equal")
                                : console.paint(Ink.BAD, "not equal")));
        row("SHA-256", transfer.sentHex());
        if (!transfer.isIntact() && transfer.arrived() != null) {
            row("", transfer.arrivedHex() + " arrived");
        }
        if (transfer.error() != null) {
            row("connection", console.paint(Ink.BAD, "died: " + Totals.name(transfer.error())));
        }
        row(
                "time",
                Quantities.duration(transfer.nanos()) + " virtual for the transfer; "
                        + Quantities.duration(report.virtualNanos()) + " virtual, "
                        + Quantities.duration(report.realNanos()) + " real for all");
        row("goodput", Quantities.bitRate(report.goodput()));
        row(
                "segments",
                Quantities.count(totals.get(Counter.TCP_OUT)) + " sent, " + Quantities.count(totals.get(Counter.TCP_IN))
                        + " received, both hosts together");
        row("sent again", causes(totals));
        row("dropped", drops(totals.drops()));
        if (console.style().unicode() && report.cwnd().max() > 0) {
            row(
                    "cwnd",
                    console.paint(Ink.STATE, report.cwnd().sparkline()) + "  up to "
                            + Quantities.bytes(report.cwnd().max()));
        }
    }

    private static String causes(Totals totals) {
        return Quantities.count(totals.retransmissions(), "segment") + ": "
                + Quantities.count(totals.get(Counter.TCP_RETRANSMIT_FAST)) + " by fast retransmit and recovery, "
                + Quantities.count(totals.get(Counter.TCP_RETRANSMIT_TIMEOUT)) + " after a timeout, "
                + Quantities.count(totals.get(Counter.TCP_RETRANSMIT_SYN)) + " SYN";
    }

    private static String drops(Map<Drop, Long> drops) {
        if (drops.isEmpty()) {
            return "nothing";
        }
        var list = new ArrayList<String>();
        long sum = 0;
        for (Map.Entry<Drop, Long> entry : drops.entrySet()) {
            sum += entry.getValue();
            // On this wire nothing else comes from outside the window: not an error, though it sounds like one.
            String remark = entry.getKey() == Drop.TCP_OUT_OF_WINDOW ? " (had arrived before)" : "";
            list.add(Quantities.count(entry.getValue()) + " " + Totals.name(entry.getKey()) + remark);
        }
        return Quantities.count(sum, "packet") + ": " + String.join(", ", list);
    }

    private void datagrams(DemoReport.Datagrams datagrams) {
        row(
                "UDP",
                datagrams.echoed() + " of " + datagrams.wanted() + " datagrams echoed intact"
                        + (datagrams.sent() > datagrams.wanted()
                                ? ", " + Quantities.count(datagrams.sent() - datagrams.wanted())
                                        + " sent again by the user"
                                : "")
                        + (datagrams.echoed() > 0 ? ", round trip " + Quantities.duration(datagrams.rttNanos()) : ""));
    }

    private void pings(DemoReport.Pings pings) {
        row(
                "ping",
                pings.sent() + " sent, " + pings.answered() + " answered"
                        + (pings.answered() > 0
                                ? ", round trip min/avg/max " + Quantities.duration(pings.minNanos()) + " / "
                                        + Quantities.duration(pings.meanNanos()) + " / "
                                        + Quantities.duration(pings.maxNanos())
                                : ""));
    }

    private void messages(DemoReport.Messages messages) {
        row(
                "SCTP",
                messages.delivered() + " of " + Quantities.count(messages.sent(), "message") + " delivered on "
                        + messages.streams() + " streams, " + Quantities.bytes(messages.bytes()) + ", "
                        + (messages.equal()
                                ? console.paint(Ink.GOOD, "each stream whole and in order")
                                : console.paint(Ink.BAD, "not as they were sent")));
        String paths = "the first of two was cut half-way";
        if (messages.pauseNanos() > 0) {
            paths += "; messages went on by the second " + Quantities.duration(messages.pauseNanos()) + " later";
        }
        row("paths", paths);
        String error = messages.error();
        row(
                "association",
                error != null
                        ? console.paint(Ink.BAD, "died: " + error)
                        : messages.closed() ? "shut down in order" : console.paint(Ink.BAD, "not shut down"));
    }

    private void verdict(DemoReport report) {
        console.line();
        if (report.isIntact()) {
            console.line(
                    "  " + console.paint(Ink.GOOD, console.style().glyph("✓", "OK:")) + " Everything arrived intact.");
        } else {
            console.line("  " + console.paint(Ink.BAD, console.style().glyph("✗", "FAILED:"))
                    + " Not everything arrived intact.");
        }
        if (report.options().pcap() != null) {
            console.line("  Capture of both ends: " + report.options().pcap());
        }
        console.line();
    }
}
