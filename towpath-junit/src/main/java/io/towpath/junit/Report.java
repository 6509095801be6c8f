package io.towpath.junit;

import io.towpath.junit.lockstep.Conductor;
import io.towpath.observe.Quantities;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What people want to know of a run that failed.
final class Report {
    private static final int TALKS = 2;
    private static final int LINES = 30;
    private static final int PACKETS = 12;
    private static final int NAT_LINES = 6;

    private Report() {}

    static String of(Network net, Journal journal, Conductor conductor, @Nullable Path capture) {
        List<String> lines = new ArrayList<>();
        lines.add("simulated network, seed " + net.seed() + ", at "
                + Quantities.moment(conductor.now()).strip() + " of virtual time");
        lines.add("  again: -D" + Seeds.SEED + "=" + net.seed());
        lines.add("  packets: " + (capture == null ? "none" : capture.toString()));
        net.notices().forEach(notice -> lines.add("  note: " + notice));
        String stalemate = conductor.stalemate();
        if (stalemate != null) {
            lines.add("  " + stalemate);
        } else {
            conductor.whoWaits().forEach(who -> lines.add("  " + who));
        }
        journal.natLines(NAT_LINES).forEach(line -> lines.add("  " + line));
        List<Seen> seen = journal.seen();
        List<String> ladders = journal.ladders(TALKS, LINES);
        if (ladders.isEmpty()) {
            seen.subList(Math.max(0, seen.size() - PACKETS), seen.size()).forEach(packet -> lines.add("  " + packet));
        } else {
            lines.add("");
            lines.addAll(ladders);
        }
        return String.join(System.lineSeparator(), lines);
    }
}
