package io.towpath.cli;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.TypeConversionException;
import picocli.CommandLine.UnmatchedArgumentException;

/// Turns what went wrong into one line: `towpath demo: --loss expects a percentage such as 5%, not 'abc'`.
final class Complaints implements IParameterExceptionHandler, IExecutionExceptionHandler {
    private final PrintStream err;

    Complaints(PrintStream err) {
        this.err = err;
    }

    @Override
    public int handleParseException(ParameterException problem, String[] arguments) {
        CommandLine command = problem.getCommandLine();
        say(command, line(problem));
        return command.getCommandSpec().exitCodeOnInvalidInput();
    }

    @Override
    public int handleExecutionException(Exception problem, CommandLine command, ParseResult parsed) throws Exception {
        if (problem instanceof CommandFailure failure) {
            say(command, String.valueOf(failure.getMessage()));
            return failure.exitCode();
        }
        // A fault of ours: the one case in which a stack trace helps, for the report.
        say(command, "internal error, please report it: " + problem);
        problem.printStackTrace(err);
        return command.getCommandSpec().exitCodeOnExecutionException();
    }

    private void say(CommandLine command, String line) {
        err.println(command.getCommandSpec().qualifiedName() + ": " + line);
    }

    private static String line(ParameterException problem) {
        if (problem.getCause() instanceof TypeConversionException wrong && problem.getArgSpec() != null) {
            return name(problem.getArgSpec()) + " " + wrong.getMessage();
        }
        if (problem.getArgSpec() instanceof OptionSpec option
                && option.typeInfo().isMap()) {
            return name(option) + " expects " + option.paramLabel() + ", not '" + problem.getValue() + "'";
        }
        return switch (problem) {
            case UnmatchedArgumentException unmatched -> unmatched(unmatched);
            case MissingParameterException missing -> missing(missing);
            default -> oneLine(String.valueOf(problem.getMessage()));
        };
    }

    private static String unmatched(UnmatchedArgumentException problem) {
        String word = problem.getUnmatched().getFirst();
        CommandLine command = problem.getCommandLine();
        var known = new ArrayList<String>(command.getSubcommands().keySet());
        String kind = known.isEmpty() ? "unexpected argument" : "unknown command";
        if (problem.isUnknownOption()) {
            kind = "unknown option";
            known.clear();
            command.getCommandSpec().options().forEach(option -> known.addAll(List.of(option.names())));
        }
        String similar = Spelling.nearest(word, known);
        String help = similar == null
                ? "see " + command.getCommandSpec().qualifiedName() + " --help"
                : "did you mean " + similar + "?";
        return kind + " '" + word + "'; " + help;
    }

    private static String missing(MissingParameterException problem) {
        if (problem.getMissing().isEmpty()) {
            return oneLine(String.valueOf(problem.getMessage()));
        }
        // picocli says "Missing required parameter for option …" when the option is there and its value is not.
        ArgSpec first = problem.getMissing().getFirst();
        boolean valueOnly = String.valueOf(problem.getMessage()).startsWith("Missing required parameter for option");
        return valueOnly
                ? name(first) + " needs a value: " + first.paramLabel()
                : (first.isOption() ? name(first) + " " : "") + first.paramLabel() + " is required" + choices(first);
    }

    /// `: bash or zsh`, when there are few to choose from.
    private static String choices(ArgSpec argument) {
        Object[] all = argument.type().getEnumConstants();
        if (all == null) {
            return "";
        }
        return ": " + String.join(" or ", Stream.of(all).map(String::valueOf).toList());
    }

    private static String name(ArgSpec argument) {
        return argument instanceof OptionSpec option ? option.longestName() : argument.paramLabel();
    }

    private static String oneLine(String message) {
        String line = message.replace("\r", "").replace('\n', ' ').strip();
        return line.isEmpty() ? line : line.substring(0, 1).toLowerCase(Locale.ROOT) + line.substring(1);
    }
}
