package io.towpath.cli;

import io.towpath.observe.TextStyle;
import io.towpath.observe.TextStyle.Ink;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// Where a command writes: data to `out`, complaints to `err`, in the style that the reader can show.
///
/// @param out standard output
/// @param err standard error
/// @param style what the paper behind `out` can show
/// @param isTerminal true when a person watches `out`: then lines may be drawn over
/// @param isPipe true when another process reads `out`, as `head` in `towpath demo | head`
record Console(PrintStream out, PrintStream err, TextStyle style, boolean isTerminal, boolean isPipe) {
    private static final int WIDTH_OTHERWISE = 100;
    private static final int WIDTH_MAX = 116;

    /// Characters that ladders and bars are made of.
    private static final String GLYPHS = "─│├┤►◄✗…⋮█░▁µ";

    /// Output that is no pipe.
    Console(PrintStream out, PrintStream err, TextStyle style, boolean isTerminal) {
        this(out, err, style, isTerminal, false);
    }

    /// The process's own streams.
    static Console ofProcess() {
        boolean terminal = outputIsTerminal();
        TextStyle style = style(System.out, terminal, System.getenv());
        return new Console(System.out, System.err, style, terminal, outputIs("pipe:", "socket:"));
    }

    /// What can be shown on `out`.
    ///
    /// @param terminal true when `out` is a terminal
    /// @param environment of the process: NO_COLOR (no-color.org), TERM and COLUMNS count
    static TextStyle style(PrintStream out, boolean terminal, Map<String, String> environment) {
        boolean unicode = out.charset().newEncoder().canEncode(GLYPHS);
        boolean wanted = environment.getOrDefault("NO_COLOR", "").isEmpty();
        boolean colours =
                terminal && wanted && !environment.getOrDefault("TERM", "").equals("dumb");
        return new TextStyle(width(terminal, environment), unicode, colours);
    }

    private static int width(boolean terminal, Map<String, String> environment) {
        String columns = environment.getOrDefault("COLUMNS", "");
        if (columns.matches("[1-9][0-9]{0,3}")) {
            return Math.min(Integer.parseInt(columns), WIDTH_MAX);
        }
        return terminal ? Math.min(terminalWidth(), WIDTH_MAX) : WIDTH_OTHERWISE;
    }

    /// Asks the terminal driver; Java has no call for it.
    private static int terminalWidth() {
        try {
            Process process = new ProcessBuilder(List.of("stty", "size"))
                    .redirectInput(Path.of("/dev/tty").toFile())
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip();
            process.waitFor(1, TimeUnit.SECONDS);
            String[] rowsAndColumns = said.split(" ");
            int columns = rowsAndColumns.length == 2 ? Integer.parseInt(rowsAndColumns[1]) : 0;
            return columns > 0 ? columns : WIDTH_OTHERWISE;
        } catch (IOException | NumberFormatException e) {
            return WIDTH_OTHERWISE;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return WIDTH_OTHERWISE;
        }
    }

    /// The JDK's console wants both input and output to be a terminal; here output is what matters.
    private static boolean outputIsTerminal() {
        java.io.Console console = System.console();
        if (console != null && console.isTerminal()) {
            return true;
        }
        return outputIs("/dev/pts/", "/dev/tty");
    }

    private static boolean outputIs(String... kinds) {
        try {
            String target = Files.readSymbolicLink(Path.of("/proc/self/fd/1")).toString();
            return List.of(kinds).stream().anyMatch(target::startsWith);
        } catch (IOException | UnsupportedOperationException e) {
            return false;
        }
    }

    /// One line of output.
    void line(String text) {
        out.println(text);
    }

    /// An empty line.
    void line() {
        out.println();
    }

    /// `text` in `ink`, if there are colours.
    String paint(Ink ink, String text) {
        return style.paint(ink, text);
    }
}
