package io.towpath.net.shard;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.towpath.net.time.Timekeeper;
import java.lang.invoke.VarHandle;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/// A caller that spins gives up at the moment in which it is woken. Its place among the spinners is given back by one
/// of the two: were it given back twice, too many would spin, and were it not, some day nobody would.
@JCStressTest
@Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "the caller gave up and gave the place back; then it was woken")
@Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "the caller was woken by who gave the place back, and saw the data")
@Outcome(id = "2, 0", expect = ACCEPTABLE, desc = "the caller was woken before it spun, and saw the data")
@Outcome(id = "3, 0", expect = ACCEPTABLE, desc = "the caller saw the data before it spun")
@Outcome(expect = FORBIDDEN, desc = "the place was given back twice or not at all, or the data was not seen")
@State
public class SpinningStress {
    private static final int NOTHING_SEEN = 100;

    private final ParkingSpot spot = new ParkingSpot(Timekeeper.live());
    private int data;

    /// The application's thread.
    @Actor
    public void caller(II_Result result) {
        spot.enter();
        if (data == 1) {
            result.r1 = 3;
        } else if (!spot.beginSpinning()) {
            result.r1 = data == 1 ? 2 : NOTHING_SEEN;
        } else if (spot.endSpinning()) {
            result.r1 = 1;
        } else if (!spot.isWoken() || data != 1) {
            result.r1 = NOTHING_SEEN;
        }
    }

    /// The shard's owner.
    @Actor
    public void owner(II_Result result) {
        data = 1;
        VarHandle.fullFence(); // as sockets do before they look for callers
        result.r2 = spot.tell() == ParkingSpot.SPINNING ? 1 : 0;
    }
}
