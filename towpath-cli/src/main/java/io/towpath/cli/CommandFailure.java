package io.towpath.cli;

/// A command cannot go on. Its message is the one line that the user sees.
final class CommandFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int exitCode;

    private CommandFailure(int exitCode, String line) {
        super(line, null, false, false);
        this.exitCode = exitCode;
    }

    /// It did not work out: exit code 1.
    static CommandFailure failed(String line) {
        return new CommandFailure(1, line);
    }

    /// The user asked for something that cannot be: exit code 2.
    static CommandFailure wrongUsage(String line) {
        return new CommandFailure(2, line);
    }

    int exitCode() {
        return exitCode;
    }
}
