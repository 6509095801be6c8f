package io.towpath.cli;

import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// A share of one, given as a percentage.
///
/// @param share 0 to 1
record Percent(double share) {
    private static final Pattern FORM = Pattern.compile("([0-9]{1,3}(?:\\.[0-9]{1,9})?)\\s?(%?)");

    /// Reads `5%`, `2.5 %`, `5`, `0`. A number below 1 needs its sign: `0.05` may be meant as a share of one.
    static final class Converter implements ITypeConverter<Percent> {
        @Override
        public Percent convert(String text) {
            var match = FORM.matcher(text.strip());
            if (!match.matches()) {
                throw expected(text);
            }
            double value = Double.parseDouble(match.group(1));
            boolean unclear = match.group(2).isEmpty() && value > 0 && value < 1;
            if (value > 100) {
                throw new TypeConversionException("expects a percentage up to 100%, not '" + text + "'");
            }
            if (unclear) {
                throw expected(text);
            }
            return new Percent(value / 100);
        }

        private static TypeConversionException expected(String text) {
            return new TypeConversionException("expects a percentage such as 5%, not '" + text + "'");
        }
    }
}
