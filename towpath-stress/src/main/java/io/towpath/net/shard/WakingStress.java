package io.towpath.net.shard;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.towpath.link.IoDriver;
import io.towpath.net.time.Driven;
import io.towpath.net.time.Timekeeper;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/// A caller is about to wait for data at the moment in which the shard's owner brings it. One of them must see the
/// other: else the caller sleeps though there is something to read.
@JCStressTest
@Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "the caller saw the data, and is woken needlessly")
@Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "the caller saw the data")
@Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "the caller sleeps and is woken")
@Outcome(id = "0, 0", expect = FORBIDDEN, desc = "the caller sleeps for ever")
@State
public class WakingStress {
    private int data;
    private int woken;
    private final ParkingSpot spot = new ParkingSpot(new Witness());

    /// Notes who is woken.
    private final class Witness implements Timekeeper {
        @Override
        public long now() {
            return 0;
        }

        @Override
        public void enter() {}

        @Override
        public void park(Object at, long deadline) {}

        @Override
        public void unpark(Thread thread) {
            woken = 1;
        }

        @Override
        public @Nullable IoDriver drive(Driven host) {
            return null;
        }
    }

    /// The application's thread, as far as the decision to sleep.
    @Actor
    public void caller(II_Result result) {
        spot.enter();
        result.r1 = data;
    }

    /// The shard's owner.
    @Actor
    public void owner(II_Result result) {
        data = 1;
        VarHandle.fullFence(); // as sockets do before they look for callers
        spot.wakeNow();
        result.r2 = woken;
    }
}
