package io.towpath.sim;

import io.towpath.core.Event;
import io.towpath.sctp.SctpEvent;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.function.Consumer;

/// Runs scenarios of SCTP by their seeds, as [SimRunner] does those of TCP.
public final class SctpRunner {
    private static final int STACK_LINES = 16;

    private SctpRunner() {}

    /// Runs one seed. Never throws for what the run finds: that is in the result.
    public static SimResult run(long seed) {
        return play(seed, swarm -> {});
    }

    /// Runs one seed and tells everything that happens.
    ///
    /// @throws UncheckedIOException when `out` cannot be written
    public static SimResult replay(long seed, Appendable out) {
        line(out, SctpDraw.draw(seed).toString());
        SimResult result = play(seed, swarm -> swarm.world().watch((host, event) -> tell(out, host, event)));
        String failure = result.failure();
        line(out, failure == null ? "passed after " + SimText.time(result.virtualNanos()) : "FAILED: " + failure);
        return result;
    }

    private static SimResult play(long seed, Consumer<SctpSwarm> before) {
        SctpScenario scenario = SctpDraw.draw(seed);
        var swarm = new SctpSwarm(scenario);
        before.accept(swarm);
        String failure = null;
        try {
            swarm.play();
        } catch (SimFailure e) {
            failure = e.getMessage();
        } catch (RuntimeException | AssertionError e) {
            var text = new StringWriter();
            e.printStackTrace(new PrintWriter(text));
            failure = "at " + SimText.time(swarm.world().now()) + ": "
                    + String.join(
                            "\n", text.toString().lines().limit(STACK_LINES).toList());
        }
        World world = swarm.world();
        return new SimResult(
                "--sctp",
                seed,
                scenario.toString(),
                failure,
                world.hash(),
                world.now(),
                swarm.packets(),
                swarm.bytesDelivered(),
                world.steps());
    }

    private static void tell(Appendable out, SimHost host, Event event) {
        if (event instanceof SctpEvent || event.kind() == Event.Kind.PACKET_DROPPED) {
            line(out, SimText.time(event.at()) + "  " + host.name() + "  " + event);
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
