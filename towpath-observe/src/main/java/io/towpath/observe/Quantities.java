package io.towpath.observe;

import io.towpath.core.Time;
import java.util.Locale;

/// Numbers as people read them: three or four digits and a unit. The same text in every locale.
public final class Quantities {
    private static final String[] DECIMAL = {"", "k", "M", "G", "T", "P", "E"};

    private Quantities() {}

    /// A count with commas between thousands: `13,812`.
    public static String count(long n) {
        return String.format(Locale.ROOT, "%,d", n);
    }

    /// A count with its noun, which gets an `s` unless there is one of it: `1 segment`, `13,812 segments`.
    public static String count(long n, String noun) {
        return count(n) + " " + noun + (n == 1 ? "" : "s");
    }

    /// Bytes in powers of 1000: `532 B`, `1.45 kB`, `20.0 MB`.
    public static String bytes(long n) {
        return n < 1000 ? n + " B" : scaled(n) + "B";
    }

    /// A rate in bits per second, from bytes per second: `38.2 Mbit/s`.
    public static String bitRate(double bytesPerSecond) {
        double bits = bytesPerSecond * 8;
        return bits < 1000 ? String.format(Locale.ROOT, "%.0f bit/s", bits) : scaled(bits) + "bit/s";
    }

    private static String scaled(double value) {
        int unit = 0;
        double left = value;
        // 999.5 would be written as 1000 of the smaller unit.
        while (left >= 999.5 && unit < DECIMAL.length - 1) {
            left /= 1000;
            unit++;
        }
        return String.format(
                Locale.ROOT, left < 9.995 ? "%.2f %s" : left < 99.95 ? "%.1f %s" : "%.0f %s", left, DECIMAL[unit]);
    }

    /// A share of one as a percentage: `5 %`, `0.25 %`.
    public static String percent(double share) {
        String digits = String.format(Locale.ROOT, "%.2f", share * 100);
        int last = digits.length();
        while (digits.charAt(last - 1) == '0') {
            last--;
        }
        return digits.substring(0, digits.charAt(last - 1) == '.' ? last - 1 : last) + " %";
    }

    /// A duration: `850 ns`, `12.5 µs`, `40.1 ms`, `3.21 s`, `4 min 07 s`, `1 h 02 min`.
    ///
    /// @param nanos nanoseconds, at least 0
    public static String duration(long nanos) {
        if (nanos < Time.MICROSECOND) {
            return nanos + " ns";
        }
        // From 999.5 on, three digits would round up to 1000 of the smaller unit.
        if (nanos < 999_500) {
            return digits(nanos, Time.MICROSECOND) + " µs";
        }
        if (nanos < 999_500_000) {
            return digits(nanos, Time.MILLISECOND) + " ms";
        }
        long seconds = Math.round(nanos / (double) Time.SECOND);
        if (seconds < 100) {
            return digits(nanos, Time.SECOND) + " s";
        }
        if (seconds < 3600) {
            return String.format(Locale.ROOT, "%d min %02d s", seconds / 60, seconds % 60);
        }
        long minutes = Math.round(seconds / 60.0);
        return String.format(Locale.ROOT, "%d h %02d min", minutes / 60, minutes % 60);
    }

    private static String digits(long nanos, long unit) {
        double value = nanos / (double) unit;
        return String.format(Locale.ROOT, value < 9.995 ? "%.2f" : value < 99.95 ? "%.1f" : "%.0f", value);
    }

    /// A moment of a run, always with three decimals so that columns of moments line up: `40.080 ms`, `12.345 s`, from
    /// an hour on `16:41:12.345`.
    ///
    /// @param nanos nanoseconds since the run began, at least 0
    public static String moment(long nanos) {
        if (nanos < 10 * Time.SECOND) {
            return String.format(Locale.ROOT, "%.3f ms", nanos / (double) Time.MILLISECOND);
        }
        long millis = nanos / Time.MILLISECOND;
        long seconds = millis / 1000;
        return seconds < 3600
                ? String.format(Locale.ROOT, "%d.%03d s ", seconds, millis % 1000)
                : String.format(
                        Locale.ROOT,
                        "%d:%02d:%02d.%03d",
                        seconds / 3600,
                        seconds / 60 % 60,
                        seconds % 60,
                        millis % 1000);
    }
}
