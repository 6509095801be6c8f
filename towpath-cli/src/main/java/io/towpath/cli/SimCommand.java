package io.towpath.cli;

import io.towpath.observe.Quantities;
import io.towpath.observe.TextStyle.Ink;
import io.towpath.sim.SctpRunner;
import io.towpath.sim.SimResult;
import io.towpath.sim.SimRunner;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/// `towpath sim`.
@Command(
        name = "sim",
        description = {
            "Run random scenarios in a simulated network with faults, every packet and byte checked.",
            "A seed that fails is printed with the command that plays it again."
        },
        sortOptions = false,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:all seeds passed", "1:a seed failed", "2:wrong usage"})
final class SimCommand implements Callable<Integer> {
    private static final int SEEDS_MAX = 1_000_000;

    private final Console console;

    @Option(
            names = "--seeds",
            paramLabel = "N",
            defaultValue = "100",
            description = "How many scenarios to run (default: ${DEFAULT-VALUE}).")
    private int seeds = 100;

    @Option(
            names = "--base",
            paramLabel = "SEED",
            defaultValue = "1",
            description = "The seeds follow from it: numbers of their own, not 1, 2, 3 (default: ${DEFAULT-VALUE}).")
    private long base = 1;

    @Option(
            names = "--threads",
            paramLabel = "N",
            description = "How many run at once (default: one for each processor).")
    private int threads = Runtime.getRuntime().availableProcessors();

    @Option(names = "--replay", paramLabel = "SEED", description = "Run this one seed and tell all that happens.")
    private @Nullable Long replay;

    @Option(names = "--sctp", description = "Play SCTP over one to three paths instead of TCP and UDP.")
    private boolean sctp;

    @Option(names = "--list", description = "Name the seeds that pass too, one a line.")
    private boolean list;

    @Option(names = "--json", description = "Print the result as JSON.")
    private boolean json;

    @CommandLine.Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    SimCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws InterruptedException {
        if (seeds < 1 || seeds > SEEDS_MAX) {
            throw CommandFailure.wrongUsage("--seeds expects 1 to " + SEEDS_MAX + ", not " + seeds);
        }
        if (threads < 1 || threads > 256) {
            throw CommandFailure.wrongUsage("--threads expects 1 to 256, not " + threads);
        }
        Long one = replay;
        if (one != null) {
            refuseWhatIsForMany();
        }
        return one == null ? runAll() : replay(one);
    }

    private void refuseWhatIsForMany() {
        for (String option : List.of("--seeds", "--base", "--threads", "--list")) {
            if (spec.commandLine().getParseResult().hasMatchedOption(option)) {
                throw CommandFailure.wrongUsage("--replay plays one seed; " + option + " is for a run of many");
            }
        }
    }

    private int replay(long seed) {
        SimResult result = replayed(seed);
        if (json) {
            console.line(Json.object(document -> describe(document, result)));
        }
        return result.passed() ? 0 : 1;
    }

    private SimResult replayed(long seed) {
        if (sctp) {
            return json ? SctpRunner.run(seed) : SctpRunner.replay(seed, console.out());
        }
        return json ? SimRunner.runHashed(seed) : SimRunner.replay(seed, console.out());
    }

    private int runAll() throws InterruptedException {
        long began = System.nanoTime();
        int[] done = {0};
        LongFunction<SimResult> player = sctp ? SctpRunner::run : SimRunner::run;
        List<SimResult> results = SimRunner.run(base, seeds, threads, player, result -> {
            done[0]++;
            if (!json) {
                tell(result, done[0]);
            }
        });
        long realNanos = System.nanoTime() - began;
        List<SimResult> failed =
                results.stream().filter(result -> !result.passed()).toList();
        if (json) {
            console.line(Json.object(document -> document.put("base", base)
                    .put("seeds", results.size())
                    .put("failed", failed.size())
                    .put("packets", packets(results))
                    .put("bytes", bytes(results))
                    .put("virtualNanos", virtualNanos(results))
                    .put("realNanos", realNanos)
                    .list("failures", failed, SimCommand::describe)));
        } else {
            summary(results, failed.size(), realNanos);
        }
        return failed.isEmpty() ? 0 : 1;
    }

    private static void describe(Json json, SimResult result) {
        json.put("seed", result.seed())
                .put("passed", result.passed())
                .put("scenario", result.scenario())
                .put("failure", result.failure())
                .put("hash", Long.toHexString(result.hash()))
                .put("virtualNanos", result.virtualNanos())
                .put("packets", result.packets())
                .put("bytes", result.bytes())
                .put("replay", result.replayCommand());
    }

    private void tell(SimResult result, int done) {
        String clear = console.isTerminal() ? "\r\u001b[K" : "";
        if (!result.passed()) {
            console.line(clear + console.paint(Ink.BAD, "seed " + result.seed() + " failed") + ": " + result.failure());
            console.line("  scenario: " + result.scenario());
            console.line("  replay:   " + result.replayCommand());
        } else if (list) {
            console.line(clear + "seed " + result.seed() + " passed");
        }
        if (console.isTerminal()) {
            console.out().print("\r" + done + " of " + seeds + " seeds");
            console.out().flush();
        }
    }

    private void summary(List<SimResult> results, int failed, long realNanos) {
        String verdict = failed == 0
                ? console.paint(Ink.GOOD, Quantities.count(results.size(), "seed") + " passed")
                : console.paint(Ink.BAD, failed + " of " + Quantities.count(results.size(), "seed") + " failed");
        console.line((console.isTerminal() ? "\r\u001b[K" : "") + verdict + ": "
                + Quantities.count(packets(results), "packet") + ", "
                + Quantities.bytes(bytes(results)) + " delivered and checked, "
                + Quantities.duration(virtualNanos(results)) + " of virtual time in "
                + Quantities.duration(realNanos) + ".");
        String last = results.size() == 1 ? "" : " … " + results.getLast().seed();
        console.line("Base seed " + base + " gave the seeds "
                + results.getFirst().seed()
                + console.style().glyph(last, last.replace("…", "...")) + " (--list names each); towpath sim "
                + (sctp ? "--sctp " : "") + "--replay "
                + results.getFirst().seed() + " plays the first again.");
    }

    private static long packets(List<SimResult> results) {
        return results.stream().mapToLong(SimResult::packets).sum();
    }

    private static long bytes(List<SimResult> results) {
        return results.stream().mapToLong(SimResult::bytes).sum();
    }

    private static long virtualNanos(List<SimResult> results) {
        return results.stream().mapToLong(SimResult::virtualNanos).sum();
    }
}
