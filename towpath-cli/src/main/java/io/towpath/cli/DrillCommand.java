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
import java.util.concurrent.Callable;
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
            defaultValue = "standard",
            description = {
                "How the host behaves: standard, linux or bsd (default: ${DEFAULT-VALUE}).",
                "Scripts that configure one of these systems get its profile anyway."
            })
    private String profile = "standard";

    @Option(
            names = {"-v", "--verbose"},
            description = "Show each step with its time.")
    private boolean verbose;

    @Parameters(
            paramLabel = "FILE",
            arity = "1..*",
            description = "Scripts, or folders with scripts whose names end in .pkt.")
    private List<Path> paths = List.of();

    DrillCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        DrillProfile chosen = profile();
        List<Path> files = files();
        int passed = 0;
        int failed = 0;
        int skipped = 0;
        for (Path file : files) {
            DrillResult result = run(file, chosen);
            tell(result);
            switch (result) {
                case DrillResult.Passed _ -> passed++;
                case DrillResult.Failed _ -> failed++;
                case DrillResult.Skipped _ -> skipped++;
            }
        }
        console.line(passed + " passed, " + failed + " failed, " + skipped + " skipped");
        return failed == 0 ? 0 : 1;
    }

    private DrillProfile profile() {
        return switch (profile.toLowerCase(Locale.ROOT)) {
            case "standard" -> DrillProfile.STANDARD;
            case "linux" -> DrillProfile.LINUX;
            case "bsd" -> DrillProfile.BSD;
            default ->
                throw CommandFailure.wrongUsage("--profile expects one of standard, linux, bsd, not '" + profile + "'");
        };
    }

    private List<Path> files() {
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
            DrillScript script = DrillScript.read(file);
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
