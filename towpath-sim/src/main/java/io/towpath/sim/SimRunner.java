package io.towpath.sim;

import io.towpath.core.Event;
import io.towpath.tcp.TcpEvent;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.function.LongFunction;

/// Runs scenarios by their seeds. Each is a world of its own, so several may run at once.
public final class SimRunner {
    private static final int STACK_LINES = 12;

    private SimRunner() {}

    /// Runs one seed. Never throws for what the run finds: that is in the result.
    public static SimResult run(long seed) {
        return play(seed, false, swarm -> {});
    }

    /// Runs one seed with every event in its fingerprint, not only every packet.
    public static SimResult runHashed(long seed) {
        return play(seed, true, swarm -> {});
    }

    /// Runs `count` seeds that follow from `baseSeed` and tells each result as soon as it and all before it
    /// are there.
    ///
    /// @param count how many, at least 0
    /// @param threads how many at once, at least 1
    /// @param onResult told of every result, in order of the seeds, on the calling thread
    /// @return all results, in order of the seeds
    /// @throws InterruptedException when the calling thread is interrupted; the runs are then abandoned
    public static List<SimResult> run(long baseSeed, int count, int threads, Consumer<SimResult> onResult)
            throws InterruptedException {
        return run(baseSeed, count, threads, SimRunner::run, onResult);
    }

    /// The same with another way to run one seed, as [SctpRunner#run] is.
    ///
    /// @throws InterruptedException when the calling thread is interrupted; the runs are then abandoned
    public static List<SimResult> run(
            long baseSeed, int count, int threads, LongFunction<SimResult> player, Consumer<SimResult> onResult)
            throws InterruptedException {
        List<SimResult> results = new ArrayList<>();
        ExecutorService workers = Executors.newFixedThreadPool(threads);
        try {
            List<Future<SimResult>> running = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                long seed = seed(baseSeed, i);
                running.add(workers.submit(() -> player.apply(seed)));
            }
            for (Future<SimResult> each : running) {
                SimResult result = each.get();
                results.add(result);
                onResult.accept(result);
            }
        } catch (ExecutionException e) {
            throw new IllegalStateException("a run ended without a result", e.getCause());
        } finally {
            workers.shutdownNow();
        }
        return results;
    }

    /// The seed number `index` that follows from `baseSeed`: a positive number of at most 48 bits, short to
    /// type.
    public static long seed(long baseSeed, int index) {
        return Content.mix(baseSeed * 0x9e37_79b9_7f4a_7c15L + index) >>> 16;
    }

    /// Runs one seed and tells everything that happens: the scenario, each fault, state, segment and drop,
    /// and the end.
    ///
    /// @throws UncheckedIOException when `out` cannot be written
    public static SimResult replay(long seed, Appendable out) {
        Scenario scenario = ScenarioDraw.draw(seed);
        line(out, scenario.toString());
        line(
                out,
                "Segments: FLAGS sequence +length ack … win …, <- received, -> sent; #1 is a host's first connection.");
        SimResult result = play(seed, true, swarm -> swarm.world().watch((host, event) -> tell(out, host, event)));
        String failure = result.failure();
        line(out, failure == null ? "passed after " + SimText.time(result.virtualNanos()) : "FAILED: " + failure);
        return result;
    }

    private static SimResult play(long seed, boolean hashed, Consumer<Swarm> before) {
        Scenario scenario = ScenarioDraw.draw(seed);
        var swarm = new Swarm(scenario);
        if (hashed) {
            swarm.world().hashEvents();
        }
        before.accept(swarm);
        String failure = null;
        try {
            swarm.play();
        } catch (SimFailure e) {
            failure = e.getMessage();
        } catch (RuntimeException | AssertionError e) {
            failure = "at " + SimText.time(swarm.world().now()) + ": " + trace(e);
        }
        World world = swarm.world();
        return new SimResult(
                "",
                seed,
                scenario.toString(),
                failure,
                world.hash(),
                world.now(),
                swarm.packets(),
                swarm.bytesDelivered(),
                world.steps());
    }

    private static String trace(Throwable thrown) {
        var text = new StringWriter();
        thrown.printStackTrace(new PrintWriter(text));
        return text.toString()
                .lines()
                .limit(STACK_LINES)
                .reduce((a, b) -> a + "\n" + b)
                .orElse("");
    }

    private static void tell(Appendable out, SimHost host, Event event) {
        if (event instanceof TcpEvent || event.kind() == Event.Kind.PACKET_DROPPED) {
            line(out, SimText.time(event.at()) + "  " + host.name() + "  " + SimText.event(event));
        }
    }

    private static void line(Appendable out, String text) {
        try {
            out.append(text).append('\n');
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
