package io.towpath.net.shard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.towpath.core.Context;
import io.towpath.core.Entropy;
import io.towpath.core.PacketPool;
import io.towpath.link.IoDriver;
import io.towpath.net.time.Driven;
import io.towpath.net.time.Timekeeper;
import io.towpath.stack.Stack;
import io.towpath.stack.StackConfig;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Which shards a thread that looks on is called to.
@Timeout(value = 30, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class CalledToWorkTest {
    /// Time in which one thread at a time has the turn, as in a simulation.
    private static final class OneAtATime implements Timekeeper {
        @Override
        public long now() {
            return 0;
        }

        @Override
        public void enter() {}

        @Override
        public void park(Object at, long deadline) {
            throw new AssertionError("nobody else has the turn, and so nobody answers");
        }

        @Override
        public void unpark(Thread thread) {}

        @Override
        public IoDriver drive(Driven host) {
            return new IoDriver() {
                @Override
                public void await(long nanos) {}

                @Override
                public void wake() {}

                @Override
                public void close() {}
            };
        }
    }

    private static Shard shard(Timekeeper time) {
        var context = Context.of(new PacketPool(), Entropy.seeded(1));
        return new Shard("x", new Stack(StackConfig.defaults("x"), context), time, null, failure -> {});
    }

    /// Who runs a call.
    private static Thread runs(Shard shard) throws IOException {
        return new Call<Thread>() {
            @Override
            protected Thread answer(long now) {
                return Thread.currentThread();
            }
        }.on(shard);
    }

    /// What becomes of a call by another thread: "itself" when that thread runs it, else who does, or what it throws.
    private static AtomicReference<Object> callElsewhere(Shard shard, Thread[] other) {
        AtomicReference<Object> answer = new AtomicReference<>();
        other[0] = Thread.ofPlatform().start(() -> {
            try {
                Thread who = runs(shard);
                answer.set(who == Thread.currentThread() ? "itself" : who);
            } catch (Throwable failure) {
                answer.set(failure);
            }
        });
        return answer;
    }

    @Test
    void whoLooksOnInRealTimeIsNotCalledToASimulatedHost() throws Exception {
        Shard simulated = shard(new OneAtATime());
        assertThat(runs(simulated)).isSameAs(Thread.currentThread());
        StandBy<Shard> standBy = Driving.ofThisThread().standBy();
        standBy.begin(); // for an answer from a host in real time
        Thread[] other = new Thread[1];
        var answer = callElsewhere(simulated, other);
        other[0].join();
        assertThat(answer.get()).isEqualTo("itself");
        assertThat(standBy.end()).isNull();
    }

    @Test
    void whoLooksOnIsCalledToTheShardThatItDroveLast() throws Exception {
        assumeThat(Timekeeper.live().spins()).isTrue();
        Shard shard = shard(Timekeeper.live());
        assertThat(runs(shard)).isSameAs(Thread.currentThread());
        Driving driving = Driving.ofThisThread();
        driving.standBy().begin();
        Thread[] other = new Thread[1];
        var answer = callElsewhere(shard, other);
        while (!driving.standBy().isCalled()) {
            Thread.onSpinWait();
        }
        driving.answer();
        other[0].join();
        assertThat(answer.get()).isSameAs(Thread.currentThread());
    }
}
