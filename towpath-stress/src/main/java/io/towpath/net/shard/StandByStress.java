package io.towpath.net.shard;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/// A thread that stands by gives up waiting at the moment in which another one calls it to work. Either the call
/// reaches it, or the caller does the work itself: never both, never neither, and whoever does it sees it.
@JCStressTest
@Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "who stood by was called and did it")
@Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "nobody stood by: the caller did it")
@Outcome(expect = FORBIDDEN, desc = "the work was left behind, done twice, or not seen")
@State
public class StandByStress {
    private final StandBy<StandByStress> standBy = new StandBy<>();
    private int work;
    private int byCalled;
    private int byCaller;

    /// The thread that waits.
    @Actor
    public void waits() {
        standBy.begin();
        if (!standBy.isCalled()) {
            Thread.onSpinWait();
        }
        StandByStress where = standBy.end();
        if (where != null) {
            byCalled += where.work;
        }
    }

    /// The one that brings work.
    @Actor
    public void calls() {
        work = 1;
        if (!standBy.call(this)) {
            byCaller += work;
        }
    }

    /// After both.
    @Arbiter
    public void after(II_Result result) {
        result.r1 = byCalled;
        result.r2 = byCaller;
    }
}
