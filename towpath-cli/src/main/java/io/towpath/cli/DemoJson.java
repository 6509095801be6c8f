package io.towpath.cli;

import io.towpath.core.Counter;
import io.towpath.observe.Ladder;
import io.towpath.observe.LadderArrow;
import io.towpath.observe.LadderItem;
import io.towpath.observe.LadderLabel;
import io.towpath.observe.LadderRun;
import io.towpath.observe.Totals;
import java.util.ArrayList;
import java.util.List;

/// The demo as data: all durations in nanoseconds, all amounts in bytes.
final class DemoJson implements DemoViewer {
    private record Row(Demo.Part part, Ladder ladder, LadderItem item) {}

    private final List<Row> rows = new ArrayList<>();

    @Override
    public void begin() {}

    @Override
    public void part(Demo.Part part, Ladder drawn, List<LadderItem> items) {
        for (LadderItem item : items) {
            rows.add(new Row(part, drawn, item));
        }
    }

    @Override
    public void progress(long received, long nanos) {}

    String text(DemoReport report) {
        return Json.object(json -> json.put("intact", report.isIntact())
                .object(
                        "options",
                        options -> options.put("seed", report.options().seed())
                                .put("loss", report.options().loss())
                                .put("delayNanos", report.options().delayNanos())
                                .put("size", report.options().size()))
                .object("transfer", transfer -> transfer(transfer, report))
                .object(
                        "udp",
                        udp -> udp.put("wanted", report.datagrams().wanted())
                                .put("echoed", report.datagrams().echoed())
                                .put("sent", report.datagrams().sent())
                                .put("intact", report.datagrams().intact()))
                .object(
                        "ping",
                        ping -> ping.put("sent", report.pings().sent())
                                .put("answered", report.pings().answered())
                                .put("minNanos", report.pings().minNanos())
                                .put("meanNanos", report.pings().meanNanos())
                                .put("maxNanos", report.pings().maxNanos()))
                .object(
                        "sctp",
                        sctp -> sctp.put("sent", report.messages().sent())
                                .put("delivered", report.messages().delivered())
                                .put("streams", report.messages().streams())
                                .put("bytes", report.messages().bytes())
                                .put("equal", report.messages().equal())
                                .put("pathsLost", report.messages().pathsLost())
                                .put("pauseNanos", report.messages().pauseNanos())
                                .put("closedInOrder", report.messages().closed())
                                .put("error", report.messages().error()))
                .counts("counters", report.totals().counts())
                .counts("drops", report.totals().drops())
                .put("virtualNanos", report.virtualNanos())
                .put("realNanos", report.realNanos())
                .put("hash", Long.toHexString(report.hash()))
                .list("ladder", rows, this::row));
    }

    private static void transfer(Json json, DemoReport report) {
        DemoReport.Transfer transfer = report.transfer();
        json.put("received", transfer.received())
                .put("sha256Sent", transfer.sentHex())
                .put("sha256Received", transfer.arrived() == null ? null : transfer.arrivedHex())
                .put("closedInOrder", transfer.closed())
                .put("error", transfer.error() == null ? null : Totals.name(transfer.error()))
                .put("virtualNanos", transfer.nanos())
                .put("goodputBytesPerSecond", report.goodput())
                .put("retransmittedFast", report.totals().get(Counter.TCP_RETRANSMIT_FAST))
                .put("retransmittedTimeout", report.totals().get(Counter.TCP_RETRANSMIT_TIMEOUT))
                .put("retransmittedSyn", report.totals().get(Counter.TCP_RETRANSMIT_SYN));
    }

    private void row(Json json, Row row) {
        json.put("part", Totals.name(row.part())).put("atNanos", row.item().departAt());
        switch (row.item()) {
            case LadderArrow arrow -> arrow(json, row, arrow);
            case LadderRun run -> {
                json.put("packets", run.packets());
                direction(json, "toServer", run.direction(true));
                direction(json, "toClient", run.direction(false));
            }
        }
    }

    private static void direction(Json json, String name, LadderRun.Direction way) {
        json.object(
                name,
                members -> members.put("dataSegments", way.dataSegments())
                        .put("otherPackets", way.otherPackets())
                        .put("bytes", way.dataBytes())
                        .put("again", way.again())
                        .put("lost", way.missing()));
    }

    private static void arrow(Json json, Row row, LadderArrow arrow) {
        json.put("from", arrow.fromLeft() ? "client" : "server");
        if (arrow.isMissing()) {
            json.putNull("arrivedAtNanos");
        } else {
            json.put("arrivedAtNanos", arrow.arriveAt());
        }
        switch (arrow.label()) {
            case LadderLabel.Other other -> json.put("packet", other.text());
            case LadderLabel.Sctp sctp -> {
                json.put("chunks", sctp.text()).put("length", sctp.dataBytes()).put("again", sctp.isAgain());
                json.put("clientState", row.ladder().stateName(arrow, true))
                        .put("serverState", row.ladder().stateName(arrow, false));
            }
            case LadderLabel.Tcp tcp -> {
                json.put("flags", tcp.flagNames()).put("seq", tcp.seq());
                if (tcp.ack() >= 0) {
                    json.put("ack", tcp.ack());
                }
                json.put("length", tcp.dataBytes())
                        .put("window", tcp.window())
                        .put("options", tcp.options())
                        .put("again", tcp.isAgain());
                json.put("clientState", row.ladder().stateName(arrow, true))
                        .put("serverState", row.ladder().stateName(arrow, false));
            }
        }
    }
}
