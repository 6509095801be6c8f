package io.towpath.net.shard;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class BatonTest {
    @Test
    void theFirstToAskOwns() {
        Baton baton = new Baton();
        assertThat(baton.request()).isTrue();
        assertThat(baton.request()).isFalse();
    }

    @Test
    void workAnnouncedWhileOwnedIsSeenBeforeLettingGo() {
        Baton baton = new Baton();
        baton.request();
        baton.request();
        assertThat(baton.release()).isEqualTo(Baton.Release.AGAIN);
        assertThat(baton.release()).isEqualTo(Baton.Release.FREE);
        assertThat(baton.request()).isTrue();
    }

    @Test
    void whoOnlyWaitsForTheBatonDoesNotKeepItsOwner() {
        Baton baton = new Baton();
        baton.request();
        assertThat(baton.take()).isFalse();
        assertThat(baton.release()).isEqualTo(Baton.Release.FREE);
        assertThat(baton.take()).isTrue();
        assertThat(baton.request()).isFalse();
    }

    @Test
    void anOwnerHandsOverToTheWaitingLoopThread() throws InterruptedException {
        Baton baton = new Baton();
        baton.request();
        CountDownLatch owns = new CountDownLatch(1);
        Thread loop = Thread.ofPlatform().start(() -> {
            baton.acquire();
            owns.countDown();
        });
        Baton.Release release;
        do {
            release = baton.release();
            // FREE: the loop thread had not come yet
        } while (release != Baton.Release.TO_LOOP && (release != Baton.Release.FREE || baton.request()));
        owns.await();
        loop.join();
        assertThat(baton.request()).isFalse();
    }

    /// Counts how often it ran, and that it never runs twice at once.
    private static final class Tick extends Command {
        final AtomicBoolean queued = new AtomicBoolean();
        int runs;

        @Override
        void execute(long now) {
            queued.set(false);
            runs++;
        }

        @Override
        void abandon(IOException cause) {
            throw new AssertionError(cause);
        }
    }

    /// Three threads push commands and own the shard in turn, with a loop thread among them: every command runs, one
    /// owner at a time.
    @Test
    void noCommandIsLostAndNoTwoOwnersMeet() throws InterruptedException {
        Baton baton = new Baton();
        CommandQueue queue = new CommandQueue();
        AtomicInteger owners = new AtomicInteger();
        AtomicInteger meetings = new AtomicInteger();
        int rounds = 200_000;
        Tick[] ticks = {new Tick(), new Tick(), new Tick()};
        Thread[] threads = new Thread[ticks.length];
        for (int t = 0; t < threads.length; t++) {
            Tick tick = ticks[t];
            boolean loop = t == 0;
            threads[t] = Thread.ofPlatform().start(() -> {
                for (int i = 0; i < rounds; i++) {
                    while (!tick.queued.compareAndSet(false, true)) {
                        Thread.yield(); // the last one has not run yet: somebody owns the baton
                    }
                    queue.push(tick);
                    if (loop) {
                        baton.acquire();
                        work(baton, queue, owners, meetings);
                    } else if (baton.request()) {
                        work(baton, queue, owners, meetings);
                    }
                }
            });
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(meetings).hasValue(0);
        assertThat(queue.isEmpty()).isTrue();
        for (Tick tick : ticks) {
            assertThat(tick.runs).isEqualTo(rounds);
        }
    }

    private static void work(Baton baton, CommandQueue queue, AtomicInteger owners, AtomicInteger meetings) {
        do {
            if (owners.incrementAndGet() != 1) {
                meetings.incrementAndGet();
            }
            Command command = queue.takeAll();
            while (command != null) {
                Command following = command.next;
                command.next = null;
                command.execute(0);
                command = following;
            }
            owners.decrementAndGet();
        } while (baton.release() == Baton.Release.AGAIN);
    }
}
