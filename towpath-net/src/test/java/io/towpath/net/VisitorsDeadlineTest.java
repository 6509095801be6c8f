package io.towpath.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.core.Counters;
import io.towpath.core.Medium;
import io.towpath.core.Offloads;
import io.towpath.core.Time;
import io.towpath.core.TxBatch;
import io.towpath.link.Link;
import io.towpath.link.LinkInfo;
import io.towpath.link.RxBatch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// A thread that visits a host may leave a deadline behind; then the loop thread, asleep, must hear of it.
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class VisitorsDeadlineTest {
    /// Nothing comes and goes here, but when told to it wants to be looked at soon, and at that very moment another
    /// thread wants something of the host.
    private static final class Wire implements Link {
        final CountDownLatch lookedAt = new CountDownLatch(1);
        volatile Host host;
        volatile boolean armed;

        // The owner's.
        private long seen;
        private long dueAt = Time.NEVER;

        @Override
        public LinkInfo info() {
            return new LinkInfo("wire", Medium.RAW_IP, 1500, Offloads.NONE);
        }

        @Override
        public int receive(long now, RxBatch into) {
            seen = now;
            if (now >= dueAt) {
                dueAt = Time.NEVER;
                lookedAt.countDown();
            }
            return 0;
        }

        @Override
        public int transmit(long now, TxBatch from) {
            int count = from.size();
            from.releaseAll();
            return count;
        }

        @Override
        public long deadline() {
            if (armed) {
                armed = false;
                long began = System.nanoTime();
                Thread knocking = Thread.ofPlatform().daemon().start(() -> ask(host));
                while (knocking.getState() != Thread.State.WAITING) {
                    Thread.onSpinWait(); // until the baton knows that he waits
                }
                dueAt = seen + (System.nanoTime() - began) + 100 * Time.MILLISECOND;
            }
            return dueAt;
        }

        @Override
        public Counters counters() {
            return new Counters();
        }

        @Override
        public int held() {
            return 0;
        }

        @Override
        public void close() {}
    }

    private static void ask(Host host) {
        try {
            assertThat(host.snapshot()).isNotNull();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Thread loopThread(String host) {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("towpath-" + host))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aDeadlineLeftByAVisitorIsKeptThoughAnotherOneKnockedMeanwhile() throws Exception {
        Wire wire = new Wire();
        try (Host host =
                Towpath.host("visited").link(wire).address("10.0.0.1/24").start()) {
            wire.host = host;
            Thread loop = loopThread("visited");
            while (loop.getState() != Thread.State.WAITING) {
                Thread.onSpinWait(); // until it sleeps without a limit
            }
            wire.armed = true;
            ask(host);
            assertThat(wire.lookedAt.await(10, TimeUnit.SECONDS)).isTrue();
        }
    }
}
