package io.towpath.cli;

import io.towpath.wire.IpAddress;
import io.towpath.wire.Prefix;
import java.nio.file.Path;
import java.util.StringJoiner;
import picocli.CommandLine;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// How the words of a command line become values. What a converter complains about follows the option's name:
/// `--mtu` + ` expects a whole number, not 'abc'`.
final class Arguments {
    private Arguments() {}

    /// Makes all commands below `commandLine` read values our way.
    static void register(CommandLine commandLine) {
        commandLine.registerConverter(Percent.class, new Percent.Converter());
        commandLine.registerConverter(ByteSize.class, new ByteSize.Converter());
        commandLine.registerConverter(Span.class, new Span.Converter());
        commandLine.registerConverter(Prefix.class, Arguments::prefix);
        commandLine.registerConverter(IpAddress.class, Arguments::address);
        commandLine.registerConverter(Path.class, Arguments::path);
        commandLine.registerConverter(double.class, Arguments::decimal);
        commandLine.registerConverter(Main.CompletionCommand.Shell.class, oneOf(Main.CompletionCommand.Shell.class));
        commandLine.registerConverter(BenchCommand.Tcp.LinkKind.class, oneOf(BenchCommand.Tcp.LinkKind.class));
        ITypeConverter<Long> whole = Arguments::wholeNumber;
        commandLine.registerConverter(Long.class, whole);
        commandLine.registerConverter(long.class, whole);
        ITypeConverter<Integer> small = Arguments::number;
        commandLine.registerConverter(Integer.class, small);
        commandLine.registerConverter(int.class, small);
    }

    private static Prefix prefix(String text) {
        try {
            if (text.indexOf('/') >= 0) {
                return Prefix.parse(text);
            }
        } catch (IllegalArgumentException e) {
            throw new TypeConversionException(
                    "expects an address with a prefix length such as 10.77.0.2/24: " + e.getMessage());
        }
        throw new TypeConversionException(
                "expects an address with a prefix length such as 10.77.0.2/24, not '" + text + "'");
    }

    private static IpAddress address(String text) {
        try {
            return IpAddress.parse(text);
        } catch (IllegalArgumentException e) {
            throw new TypeConversionException("expects an address such as 10.77.0.1: " + e.getMessage());
        }
    }

    private static Path path(String text) {
        try {
            return Path.of(text);
        } catch (java.nio.file.InvalidPathException e) {
            throw new TypeConversionException("expects a file name, not '" + text + "'");
        }
    }

    private static Long wholeNumber(String text) {
        try {
            return Long.parseLong(text.strip());
        } catch (NumberFormatException e) {
            if (text.strip().matches("[-+]?[0-9]+")) {
                throw new TypeConversionException(
                        "expects a whole number from " + Long.MIN_VALUE + " to " + Long.MAX_VALUE + ", not " + text);
            }
            throw new TypeConversionException("expects a whole number, not '" + text + "'");
        }
    }

    private static Double decimal(String text) {
        if (text.strip().matches("[0-9]{1,9}(\\.[0-9]{1,9})?")) {
            return Double.parseDouble(text.strip());
        }
        boolean negative = text.strip().matches("-[0-9.]+");
        throw new TypeConversionException("expects a number" + (negative ? " above 0" : "") + ", not '" + text + "'");
    }

    private static <E extends Enum<E>> ITypeConverter<E> oneOf(Class<E> type) {
        return text -> {
            for (E constant : type.getEnumConstants()) {
                if (constant.name().equals(text)) {
                    return constant;
                }
            }
            var names = new StringJoiner(", ");
            for (E constant : type.getEnumConstants()) {
                names.add(constant.name());
            }
            throw new TypeConversionException("expects one of " + names + ", not '" + text + "'");
        };
    }

    private static Integer number(String text) {
        try {
            return Integer.parseInt(text.strip());
        } catch (NumberFormatException e) {
            throw new TypeConversionException("expects a whole number, not '" + text + "'");
        }
    }
}
