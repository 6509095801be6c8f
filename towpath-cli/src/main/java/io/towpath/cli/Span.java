package io.towpath.cli;

import java.math.BigDecimal;
import java.util.Map;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// A duration.
///
/// @param nanos nanoseconds, at least 0
record Span(long nanos) {
    private static final long MAX = 86_400_000_000_000L;
    private static final Pattern FORM = Pattern.compile("([0-9]{1,16}(?:\\.[0-9]{1,9})?)\\s?(ns|us|µs|ms|s|min|m|h)");
    private static final Map<String, Long> UNITS = Map.of(
            "ns", 1L,
            "us", 1_000L,
            "µs", 1_000L,
            "ms", 1_000_000L,
            "s", 1_000_000_000L,
            "m", 60_000_000_000L,
            "min", 60_000_000_000L,
            "h", 3_600_000_000_000L);

    /// Reads `20ms`, `1.5s`, `250us`, `2min`; at most a day. `0` needs no unit.
    static final class Converter implements ITypeConverter<Span> {
        @Override
        public Span convert(String text) {
            String stripped = text.strip();
            if (stripped.equals("0")) {
                return new Span(0);
            }
            var match = FORM.matcher(stripped);
            if (!match.matches()) {
                throw expected(text);
            }
            long unit = java.util.Objects.requireNonNull(UNITS.get(match.group(2)));
            BigDecimal nanos = new BigDecimal(match.group(1)).multiply(BigDecimal.valueOf(unit));
            if (nanos.compareTo(BigDecimal.valueOf(MAX)) > 0) {
                throw expected(text);
            }
            return new Span(nanos.longValue());
        }

        private static TypeConversionException expected(String text) {
            return new TypeConversionException(
                    "expects a duration such as 20ms, 1.5s or 2min (at most 24h), not '" + text + "'");
        }
    }
}
