package io.towpath.cli;

import io.towpath.observe.TextStyle;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/// A terminal that remembers: runs commands in this process and keeps what they said.
final class Terminal {
    /// What a command did.
    ///
    /// @param exitCode its exit code
    /// @param out what it printed
    /// @param err what it complained
    record Outcome(int exitCode, String out, String err) {}

    private Terminal() {}

    /// Runs the command with its output in a file.
    static Outcome run(String... arguments) {
        return run(new TextStyle(100, true, false), false, arguments);
    }

    static Outcome run(TextStyle style, boolean terminal, String... arguments) {
        var out = new ByteArrayOutputStream();
        var err = new ByteArrayOutputStream();
        int exitCode = Main.run(
                new Console(
                        new PrintStream(out, true, StandardCharsets.UTF_8),
                        new PrintStream(err, true, StandardCharsets.UTF_8),
                        style,
                        terminal),
                arguments);
        return new Outcome(exitCode, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }
}
