package io.towpath.cli;

import java.math.BigDecimal;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// An amount of data.
///
/// @param bytes at least 0
record ByteSize(long bytes) {
    private static final long MAX = 1L << 50;
    private static final Pattern FORM = Pattern.compile("([0-9]{1,16}(?:\\.[0-9]{1,9})?)\\s?([a-z]*)");
    private static final Map<String, Long> UNITS = Map.ofEntries(
            Map.entry("", 1L),
            Map.entry("b", 1L),
            Map.entry("k", 1_000L),
            Map.entry("kb", 1_000L),
            Map.entry("m", 1_000_000L),
            Map.entry("mb", 1_000_000L),
            Map.entry("g", 1_000_000_000L),
            Map.entry("gb", 1_000_000_000L),
            Map.entry("ki", 1L << 10),
            Map.entry("kib", 1L << 10),
            Map.entry("mi", 1L << 20),
            Map.entry("mib", 1L << 20),
            Map.entry("gi", 1L << 30),
            Map.entry("gib", 1L << 30));

    /// Reads `1500`, `64KiB` (powers of 1024), `20M` and `20MB` (powers of 1000), in upper or lower case.
    static final class Converter implements ITypeConverter<ByteSize> {
        @Override
        public ByteSize convert(String text) {
            var match = FORM.matcher(text.strip().toLowerCase(Locale.ROOT));
            Long unit = match.matches() ? UNITS.get(match.group(2)) : null;
            if (unit == null) {
                throw expected(text);
            }
            BigDecimal bytes = new BigDecimal(match.group(1)).multiply(BigDecimal.valueOf(unit));
            if (bytes.compareTo(BigDecimal.valueOf(MAX)) > 0) {
                throw expected(text);
            }
            return new ByteSize(bytes.longValue());
        }

        private static TypeConversionException expected(String text) {
            return new TypeConversionException("expects a size such as 20M, 1.5G or 64KiB, not '" + text + "'");
        }
    }
}
