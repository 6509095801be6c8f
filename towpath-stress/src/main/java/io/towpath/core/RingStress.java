package io.towpath.core;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.IIII_Result;

/// A producer writes three bytes; a consumer reads them, and gives
/// up the array whenever the ring is empty. What it has read is always a beginning of what was written, and the
/// rest is still there afterwards.
@JCStressTest
@Outcome(id = "0, 0, 0, 6", expect = ACCEPTABLE, desc = "the consumer was too early")
@Outcome(id = "1, 0, 0, 6", expect = ACCEPTABLE, desc = "one byte")
@Outcome(id = "1, 2, 0, 6", expect = ACCEPTABLE, desc = "two bytes")
@Outcome(id = "0, 1, 0, 6", expect = ACCEPTABLE, desc = "one byte, at the second look")
@Outcome(id = "0, 1, 2, 6", expect = ACCEPTABLE, desc = "two bytes, from the second look on")
@Outcome(id = "0, 0, 1, 6", expect = ACCEPTABLE, desc = "one byte, at the third look")
@Outcome(id = "1, 0, 2, 6", expect = ACCEPTABLE, desc = "two bytes with a pause")
@Outcome(id = "1, 2, 3, 6", expect = ACCEPTABLE, desc = "all")
@Outcome(expect = FORBIDDEN, desc = "bytes that were never written, were lost, or came in another order")
@State
public class RingStress {
    private final ByteRing ring = new ByteRing(1 << 16);
    private int sum;

    /// The one that writes.
    @Actor
    public void producer() {
        byte[] one = new byte[1];
        for (byte value = 1; value <= 3; value++) {
            one[0] = value;
            while (ring.write(one, 0, 1) == 0) {
                Thread.onSpinWait();
            }
        }
    }

    /// The one that reads, three times.
    @Actor
    public void consumer(IIII_Result result) {
        result.r1 = look();
        result.r2 = look();
        result.r3 = look();
    }

    /// The next byte, 0 when there is none yet.
    private int look() {
        byte[] one = new byte[1];
        if (ring.read(one, 0, 1) == 0) {
            boolean unused = ring.trimByConsumer();
            return 0;
        }
        sum += one[0];
        return one[0];
    }

    /// Reads what is left.
    @Arbiter
    public void after(IIII_Result result) {
        byte[] one = new byte[1];
        while (ring.read(one, 0, 1) == 1) {
            sum += one[0];
        }
        result.r4 = sum;
    }
}
