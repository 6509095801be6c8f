package io.towpath.cli;

import io.towpath.drill.DrillProfile;
import io.towpath.drill.DrillResult;
import io.towpath.drill.DrillScript;
import io.towpath.observe.TextStyle.Ink;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `towpath drill`.
@Command(
        name = "drill",
        description = {
            "Run packetdrill-language scripts against a host in virtual time, in this process.",
            "A script that holds something not understood is skipped, never passed."
        },
        sortOptions = false,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:no script failed", "1:a script failed", "2:wrong usage"})
final class DrillCommand implements Callable<Integer> {
    private static final String SUFFIX = ".pkt";

    private final Console console;

    @Option(
            names = "--profile",
            paramLabel = "NAME",
            description = {
                "How the host behaves: standard, linux, bsd, or auto, which takes the system that the script's"
                        + " path names (default: standard; with --index: auto).",
                "Scripts that configure one of these systems get its profile anyway."
            })
    private @Nullable String profile;

    @Option(
            names = "-D",
            paramLabel = "NAME=VALUE",
            description = "A word of the scripts that stands for another. May be given several times.")
    private Map<String, String> defines = new TreeMap<>();

    @Option(
            names = "--index",
            paramLabel = "TABLE",
            description = "Run the scripts that a table lists: path, tab, class; paths are relative to the table.")
    private @Nullable Path index;

    @Option(
            names = "--class",
            paramLabel = "NAME",
            split = ",",
            description = "Only the scripts of these classes of the table (--index).")
    private Set<String> classes = new TreeSet<>();

    @Option(names = "--summary", description = "Show counts by suite instead of each script.")
    private boolean summary;

    @Option(
            names = "--counts",
            paramLabel = "FILE",
            description = "Compare with counts by suite, as --summary prints them: the exit code tells whether fewer"
                    + " scripts passed than there, not whether one failed.")
    private @Nullable Path counts;

    @Option(
            names = "--report",
            paramLabel = "PAGE",
            arity = "1",
            description = "Write results into a Markdown page, between its lines '<!-- results -->' and"
                    + " '<!-- end of results -->'.")
    private @Nullable Path report;

    @Option(
            names = "--reasons",
            paramLabel = "FILE",
            description = "For --report: why failures are accepted; script, tab, reason.")
    private @Nullable Path reasons;

    @Option(
            names = {"-v", "--verbose"},
            description = "Show each step with its time.")
    private boolean verbose;

    @Parameters(
            paramLabel = "FILE",
            arity = "0..*",
            description = "Scripts, or folders with scripts whose names end in .pkt.")
    private List<Path> paths = List.of();

    DrillCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        profile(Path.of("")); // complains of a name that is none before anything else
        checkCompanions();
        List<Path> files = index == null ? files() : listed(index);
        var all = new ConformanceReport();
        int passed = 0;
        int failed = 0;
        int skipped = 0;
        for (Path file : files) {
            DrillResult result = run(file, profile(file));
            all.add(index == null ? file.toString() : ScriptIndex.name(index, file), result);
            if (!summary) {
                tell(result);
            }
            switch (result) {
                case DrillResult.Passed _ -> passed++;
                case DrillResult.Failed _ -> failed++;
                case DrillResult.Skipped _ -> skipped++;
            }
        }
        if (summary) {
            all.counts().forEach(console::line);
        }
        if (report != null && reasons != null) {
            all.writeInto(report, reasons);
        }
        List<String> below = counts == null ? List.of() : all.below(counts);
        below.forEach(console::line);
        console.line(passed + " passed, " + failed + " failed, " + skipped + " skipped");
        boolean good = counts == null ? failed == 0 : below.isEmpty();
        return good ? 0 : 1;
    }

    /// Options that say nothing without another one.
    private void checkCompanions() {
        if (index != null && !paths.isEmpty()) {
            throw CommandFailure.wrongUsage("--index takes the place of FILE: give one of both");
        }
        if (index == null && !classes.isEmpty()) {
            throw CommandFailure.wrongUsage("--class needs --index");
        }
        if ((report == null) != (reasons == null)) {
            throw CommandFailure.wrongUsage(report == null ? "--reasons needs --report" : "--report needs --reasons");
        }
    }

    private List<Path> listed(Path table) {
        List<Path> scripts = ScriptIndex.scripts(table, classes);
        if (scripts.isEmpty()) {
            throw CommandFailure.wrongUsage("no script (" + SUFFIX + ")"
                    + (classes.isEmpty() ? "" : " of class " + String.join(", ", classes)) + " in " + table);
        }
        return scripts;
    }

    private DrillProfile profile(Path file) {
        String name = profile == null ? index == null ? "standard" : "auto" : profile.toLowerCase(Locale.ROOT);
        return switch (name) {
            case "standard" -> DrillProfile.STANDARD;
            case "linux" -> DrillProfile.LINUX;
            case "bsd" -> DrillProfile.BSD;
            case "auto" -> profileOfPath(file);
            default ->
                throw CommandFailure.wrongUsage(
                        "--profile expects one of standard, linux, bsd, auto, not '" + profile + "'");
        };
    }

    /// The system that the folders of a script name; those whose suites are for Linux alone count too.
    private static DrillProfile profileOfPath(Path file) {
        for (Path part : file) {
            switch (part.toString().toLowerCase(Locale.ROOT)) {
                case "bsd", "freebsd" -> {
                    return DrillProfile.BSD;
                }
                case "linux", "google", "kselftest", "gvisor" -> {
                    return DrillProfile.LINUX;
                }
                default -> {}
            }
        }
        return DrillProfile.STANDARD;
    }

    private List<Path> files() {
        if (paths.isEmpty()) {
            throw CommandFailure.wrongUsage("no script given: name files or folders, or a table by --index");
        }
        var files = new ArrayList<Path>();
        for (Path path : paths) {
            if (!Files.exists(path)) {
                throw CommandFailure.wrongUsage("no such file: " + path);
            }
            if (!Files.isDirectory(path)) {
                files.add(path);
                continue;
            }
            try (var walk = Files.walk(path)) {
                walk.filter(file -> file.toString().endsWith(SUFFIX)).sorted().forEach(files::add);
            } catch (IOException e) {
                throw CommandFailure.failed("cannot read the folder " + path + ": " + Reasons.of(e));
            }
        }
        if (files.isEmpty()) {
            throw CommandFailure.wrongUsage("no script (" + SUFFIX + ") in " + paths.getFirst());
        }
        return files;
    }

    private DrillResult run(Path file, DrillProfile chosen) {
        try {
            DrillScript script = DrillScript.read(file).defining(defines);
            return verbose ? script.run(chosen, console::line) : script.run(chosen);
        } catch (IOException e) {
            throw CommandFailure.failed("cannot read the script " + file + ": " + Reasons.of(e));
        }
    }

    private void tell(DrillResult result) {
        String text = result.text();
        Ink ink = result instanceof DrillResult.Failed ? Ink.BAD : Ink.GOOD;
        boolean quiet = result instanceof DrillResult.Skipped;
        console.line(quiet ? text : console.paint(ink, text.substring(0, 4)) + text.substring(4));
    }
}
