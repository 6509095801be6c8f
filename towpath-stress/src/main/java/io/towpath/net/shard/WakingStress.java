package io.towpath.net.shard;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.towpath.core.Time;
import io.towpath.link.IoDriver;
import io.towpath.net.time.Driven;
import io.towpath.net.time.Timekeeper;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/// A caller is about to wait for data at the moment in which the shard's owner brings it. One of them must see the
/// other: else the caller sleeps though there is something to read. It may look as long as it is not asleep, and then
/// it is enough to tell it to look again.
@JCStressTest
@Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "the caller saw the data at once")
@Outcome(id = "2, 0", expect = ACCEPTABLE, desc = "the caller was told to look again, and saw the data")
@Outcome(id = "3, 1", expect = ACCEPTABLE, desc = "the caller sleeps and is woken")
@Outcome(id = "3, 0", expect = FORBIDDEN, desc = "the caller sleeps for ever")
@Outcome(id = "4, .*", expect = FORBIDDEN, desc = "the caller was told to look again, and saw nothing")
@State
public class WakingStress {
    private int data;
    private int woken;
    private final ParkingSpot spot = new ParkingSpot(new Witness());

    /// Instead of sleeping: the caller stays where it sleeps.
    private static final class Asleep extends RuntimeException {
        private static final long serialVersionUID = 1;
        static final Asleep HERE = new Asleep();

        private Asleep() {
            super(null, null, false, false);
        }
    }

    /// Notes who is woken.
    private final class Witness implements Timekeeper {
        @Override
        public long now() {
            return 0;
        }

        @Override
        public void enter() {}

        @Override
        public void park(Object at, long deadline) {
            throw Asleep.HERE;
        }

        @Override
        public void unpark(Thread thread) {
            woken = 1;
        }

        @Override
        public @Nullable IoDriver drive(Driven host) {
            return null;
        }
    }

    /// The application's thread, until it sleeps or sees the data.
    @Actor
    public void caller(II_Result result) {
        spot.enter();
        if (data == 1) {
            result.r1 = 1;
            return;
        }
        try {
            spot.park(Time.NEVER);
            result.r1 = data == 1 ? 2 : 4;
        } catch (Asleep sleeps) {
            result.r1 = 3;
        }
    }

    /// The shard's owner.
    @Actor
    public void owner() {
        data = 1;
        VarHandle.fullFence(); // as sockets do before they look for callers
        spot.wakeNow();
    }

    /// After both.
    @Arbiter
    public void after(II_Result result) {
        result.r2 = woken;
    }
}
