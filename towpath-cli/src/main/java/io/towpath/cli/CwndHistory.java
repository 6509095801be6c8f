package io.towpath.cli;

import io.towpath.core.Event;
import io.towpath.core.Events;
import io.towpath.tcp.TcpEvent;
import java.util.Arrays;

/// The congestion window over time, in a fixed number of columns: each keeps the mean of its time. When time runs out
/// of columns, two become one.
final class CwndHistory implements Events.Reader {
    private static final int COLUMNS = 60;

    private final double[] sums = new double[COLUMNS];
    private final long[] counts = new long[COLUMNS];
    private long columnNanos = 10_000_000;
    private long beganAt = -1;
    private long max;

    @Override
    public void on(Event event) {
        if (!(event instanceof TcpEvent.Acked acked)) {
            return;
        }
        if (beganAt < 0) {
            beganAt = acked.at();
        }
        max = Math.max(max, acked.cwnd());
        long column = (acked.at() - beganAt) / columnNanos;
        while (column >= COLUMNS) {
            halve();
            column = (acked.at() - beganAt) / columnNanos;
        }
        sums[(int) column] += acked.cwnd();
        counts[(int) column]++;
    }

    private void halve() {
        for (int i = 0; i < COLUMNS; i++) {
            boolean inside = 2 * i + 1 < COLUMNS;
            sums[i] = inside ? sums[2 * i] + sums[2 * i + 1] : 0;
            counts[i] = inside ? counts[2 * i] + counts[2 * i + 1] : 0;
        }
        columnNanos *= 2;
    }

    /// Largest window seen, bytes.
    long max() {
        return max;
    }

    /// The windows in bytes; a time without news keeps the one before.
    long[] columns() {
        int last = COLUMNS;
        while (last > 0 && counts[last - 1] == 0) {
            last--;
        }
        long[] windows = new long[last];
        long before = 0;
        for (int i = 0; i < last; i++) {
            before = counts[i] == 0 ? before : Math.round(sums[i] / counts[i]);
            windows[i] = before;
        }
        return windows;
    }

    /// The windows as one line of bars; empty when there is nothing to draw.
    String sparkline() {
        String bars = "▁▂▃▄▅▆▇█";
        long[] windows = columns();
        long highest = Arrays.stream(windows).max().orElse(0);
        var line = new StringBuilder();
        for (long window : windows) {
            line.append(bars.charAt(highest == 0 ? 0 : (int) (window * (bars.length() - 1) / highest)));
        }
        return line.toString();
    }
}
