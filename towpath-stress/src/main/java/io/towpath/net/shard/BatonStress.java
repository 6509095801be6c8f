package io.towpath.net.shard;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.io.IOException;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/// Two threads leave a command each for a shard that nobody drives. Whoever gets the baton works until nothing is
/// left; so both commands have run, once, when both threads are through, and what they wrote is seen.
@JCStressTest
@Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "both ran")
@Outcome(expect = FORBIDDEN, desc = "a command was left behind, ran twice, or its effect is not seen")
@State
public class BatonStress {
    private final Baton baton = new Baton();
    private final CommandQueue commands = new CommandQueue();
    private final Count first = new Count();
    private final Count second = new Count();

    /// Counts its runs without any care: the baton orders them.
    private static final class Count extends Command {
        int runs;

        @Override
        void execute(long now) {
            runs++;
        }

        @Override
        void abandon(IOException cause) {
            throw new AssertionError(cause);
        }
    }

    private void submit(Count command) {
        commands.push(command);
        if (!baton.request()) {
            return;
        }
        do {
            Command next = commands.takeAll();
            while (next != null) {
                Command following = next.next;
                next.next = null;
                next.execute(0);
                next = following;
            }
        } while (baton.release() == Baton.Release.AGAIN);
    }

    /// One thread.
    @Actor
    public void one() {
        submit(first);
    }

    /// The other.
    @Actor
    public void other() {
        submit(second);
    }

    /// When both are through.
    @Arbiter
    public void after(II_Result result) {
        result.r1 = first.runs;
        result.r2 = second.runs;
    }
}
