package io.towpath.cli;

import io.towpath.observe.Quantities;
import io.towpath.observe.TextStyle.Ink;
import java.util.Locale;

/// How far a transfer is: a bar that is drawn over on a terminal, and four lines elsewhere.
final class ProgressBar {
    private static final long REDRAW_NANOS = 40_000_000;
    private static final int PARTS = 4;

    private final Console console;
    private final long total;
    private long drawnAt;
    private int partsSaid;
    private boolean drawn;

    ProgressBar(Console console, long total) {
        this.console = console;
        this.total = total;
    }

    /// @param done bytes so far
    /// @param nanos virtual time since the beginning
    void update(long done, long nanos) {
        if (console.isTerminal()) {
            long now = System.nanoTime();
            if (!drawn || now - drawnAt >= REDRAW_NANOS) {
                drawnAt = now;
                drawn = true;
                console.out().print("\r" + text(done, nanos));
                console.out().flush();
            }
        } else if (total > 0 && (int) (done * PARTS / total) > partsSaid) {
            partsSaid = (int) (done * PARTS / total);
            console.line(text(done, nanos));
        }
    }

    /// The last state, which stays.
    void end(long done, long nanos) {
        if (console.isTerminal()) {
            console.line("\r" + text(done, nanos));
        } else if (partsSaid < PARTS) {
            console.line(text(done, nanos));
        }
    }

    private String text(long done, long nanos) {
        double share = total == 0 ? 1 : done / (double) total;
        int room = Math.max(10, console.style().width() - 62);
        int full = (int) (share * room);
        String bar = console.paint(Ink.GOOD, console.style().glyph("█", "#").repeat(full))
                + console.paint(Ink.DIM, console.style().glyph("░", ".").repeat(room - full));
        String numbers = String.format(
                Locale.ROOT,
                "%3.0f %%  %9s of %-8s %12s virtual",
                Math.floor(share * 100),
                Quantities.bytes(done),
                Quantities.bytes(total),
                Quantities.duration(nanos));
        return "    transfer  " + bar + "  " + numbers;
    }
}
