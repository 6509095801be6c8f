package io.towpath.congestion;

/// The greatest value of the last so many ticks of some clock (time, rounds or cycles), by the three best
/// candidates alone (K. Nichols' windowed min/max filter).
final class WindowedMax {
    private final long window;
    private final long[] values = new long[3];
    private final long[] times = new long[3];

    /// Looks back `window` ticks.
    WindowedMax(long window) {
        this.window = window;
    }

    long get() {
        return values[0];
    }

    void reset(long value, long time) {
        for (int i = 0; i < values.length; i++) {
            set(i, value, time);
        }
    }

    private void set(int i, long value, long time) {
        values[i] = value;
        times[i] = time;
    }

    /// Takes a value; afterwards [#get] is the greatest of the window that ends at `time`.
    void update(long value, long time) {
        if (value >= values[0] || time - times[2] > window) {
            reset(value, time);
            return;
        }
        if (value >= values[1]) {
            set(1, value, time);
            set(2, value, time);
        } else if (value >= values[2]) {
            set(2, value, time);
        }
        long age = time - times[0];
        if (age > window) {
            set(0, values[1], times[1]);
            set(1, values[2], times[2]);
            set(2, value, time);
            if (time - times[0] > window) {
                set(0, values[1], times[1]);
                set(1, values[2], times[2]);
            }
        } else if (times[1] == times[0] && age > window / 4) {
            set(1, value, time);
            set(2, value, time);
        } else if (times[2] == times[1] && age > window / 2) {
            set(2, value, time);
        }
    }
}
