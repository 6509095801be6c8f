package io.towpath.junit;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.towpath.net.Host;
import io.towpath.net.TcpServer;
import io.towpath.net.TcpStream;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/// Threads that wait for something that is not the network, and threads that somebody else started.
class OutOfSightTest {
    private static String withQueuesAndFutures(long seed) throws Exception {
        String[] capture = new String[1];
        Network.simulate(seed, net -> {
            Host server = net.host("server");
            Host client = net.host("client");
            net.wire(server, client).delay(ofMillis(100)).loss(0.1);
            BlockingQueue<byte[]> queue = new ArrayBlockingQueue<>(1);
            CompletableFuture<Integer> sum = new CompletableFuture<>();
            try (TcpServer listening = Echo.start(net, server, 7)) {
                net.start("producer", () -> {
                    for (int i = 0; i < 20; i++) {
                        queue.put(new byte[500 + i]);
                        net.sleep(ofSeconds(3));
                    }
                    queue.put(new byte[0]);
                });
                net.start("client", () -> {
                    int total = 0;
                    try (TcpStream stream = client.connect(net.endpoint(server, 7))) {
                        for (byte[] next = queue.take(); next.length > 0; next = queue.take()) {
                            stream.write(next);
                            total += stream.input().readNBytes(next.length).length;
                        }
                    }
                    sum.complete(total);
                });
                assertThat(sum.get(30, TimeUnit.SECONDS)).isEqualTo(20 * 500 + 190);
            }
            capture[0] = Digest.of(net.capture());
            assertThat(net.now()).isGreaterThanOrEqualTo(ofMinutes(1));
            assertThat(net.notices()).hasSize(1).first().asString().contains("that is not the network");
        });
        return capture[0];
    }

    @Test
    void queuesAndFuturesBetweenThreadsInLockStepRepeatThemselves() throws Exception {
        String first = withQueuesAndFutures(5);
        long begun = System.nanoTime();
        for (int i = 0; i < 5; i++) {
            assertThat(withQueuesAndFutures(5)).isEqualTo(first);
        }
        assertThat(System.nanoTime() - begun).isLessThan(5_000_000_000L);
        assertThat(withQueuesAndFutures(6)).isNotEqualTo(first);
    }

    @TowpathTest
    void whileSomebodySleepsByTheRealClockVirtualTimeDoesNotOvertakeIt(Network net) throws Exception {
        Task<Duration> sleeper = net.call("sleeper", () -> {
            Thread.sleep(200);
            return net.now();
        });
        Task<?> other = net.start("other", () -> net.sleep(ofMinutes(10)));
        assertThat(sleeper.join()).isBetween(ofMillis(50), ofSeconds(5));
        other.join();
        assertThat(net.now()).isEqualTo(ofMinutes(10));
    }

    @TowpathTest
    void locksAreHandedOnWhileTheirOwnerWaitsForTheNetwork(Network net) throws Exception {
        Object lock = new Object();
        AtomicReference<Duration> held = new AtomicReference<>();
        Task<?> owner = net.start("owner", () -> {
            synchronized (lock) {
                net.sleep(ofSeconds(30));
            }
        });
        net.sleep(ofSeconds(1));
        synchronized (lock) {
            held.set(net.now());
        }
        owner.join();
        assertThat(held.get()).isEqualTo(ofSeconds(30));
    }

    @TowpathTest
    void threadsThatSomebodyElseStartedTakePart(Network net) throws Exception {
        Host server = net.host("server");
        Host client = net.host("client");
        net.wire(server, client).delay(ofMillis(100));
        CountDownLatch ended = new CountDownLatch(4);
        AtomicReference<Throwable> failure = new AtomicReference<>();
        try (TcpServer listening = Echo.start(net, server, 7)) {
            for (int i = 0; i < 4; i++) {
                var builder = i % 2 == 0 ? Thread.ofPlatform() : Thread.ofVirtual();
                builder.name("stranger-" + i).start(() -> {
                    try {
                        Echo.exchange(client, net.endpoint(server, 7), 20_000, net);
                    } catch (Throwable e) {
                        failure.set(e);
                    }
                    ended.countDown();
                });
            }
            assertThat(ended.await(20, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(failure.get()).isNull();
        assertThat(net.capture().syns().count()).isEqualTo(4);
    }

    @TowpathTest
    void aThreadThatAsksAgainAndAgainLetsTimePass(Network net) throws Exception {
        Host server = net.host("server");
        Host client = net.host("client");
        net.wire(server, client).delay(ofMillis(100));
        try (TcpServer listening = Echo.start(net, server, 7);
                TcpStream stream = client.connect(net.endpoint(server, 7))) {
            stream.write(new byte[100]);
            while (stream.available() < 100) {
                Thread.onSpinWait();
            }
            assertThat(net.now()).isBetween(ofMillis(400), ofMillis(420));
        }
    }

    @Test
    void whenNothingWillEverHappenTheTestIsToldWhoWaitsWhere() {
        assertThatThrownBy(() -> Network.simulate(1, net -> {
                    Host server = net.host("server");
                    Host client = net.host("client");
                    net.wire(server, client);
                    try (TcpServer listening = server.listen(7);
                            TcpStream stream = client.connect(net.endpoint(server, 7))) {
                        net.start("acceptor", () -> {
                            TcpStream accepted = listening.accept();
                            int ignored = accepted.read(new byte[1]);
                        });
                        int ignored = stream.read(new byte[1]);
                    }
                }))
                .isInstanceOf(StalemateException.class)
                .hasMessageStartingWith("nothing will ever happen any more")
                .hasMessageContaining("\"main\" waits for ever at io.towpath.junit.OutOfSightTest")
                .hasMessageContaining("\"acceptor\" waits for ever at io.towpath.junit.OutOfSightTest")
                .satisfies(told -> assertThat(told.getStackTrace())
                        .as("where the caller waits")
                        .anyMatch(frame -> frame.getClassName().equals(TcpStream.class.getName())));
    }

    @Test
    void whoWaitsOutOfSightForWhatNeverComesIsInterrupted() {
        assertThatThrownBy(() -> Network.simulate(1, net -> new CountDownLatch(1).await()))
                .isInstanceOf(InterruptedException.class);
    }

    @Test
    void simulatedTimeHasALimit() throws Exception {
        try (Network net = new Network(1, ofMinutes(1))) {
            assertThatThrownBy(() -> net.sleep(ofMinutes(2)))
                    .isInstanceOf(StalemateException.class)
                    .hasMessageStartingWith("the simulated time is over its limit of 60 s");
        }
    }

    @Test
    void aFailureOfAThreadThatNobodyAskedFailsTheNetwork() {
        assertThatThrownBy(() -> Network.simulate(1, net -> {
                    net.start("worker", () -> {
                        throw new AssertionError("boom");
                    });
                    net.sleep(ofSeconds(1));
                }))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("thread \"worker\" failed: java.lang.AssertionError: boom")
                .hasCauseInstanceOf(AssertionError.class);
    }

    @Test
    void whatAThreadThrewGoesToWhoAsks() throws Exception {
        Network.simulate(1, net -> {
            Task<?> worker = net.start("worker", () -> {
                throw new java.io.IOException("boom");
            });
            assertThatThrownBy(worker::join)
                    .isInstanceOf(java.io.IOException.class)
                    .hasMessage("boom");
            Task<String> slow = net.call("slow", () -> {
                net.sleep(ofSeconds(5));
                return "done";
            });
            assertThatThrownBy(() -> slow.get(1, TimeUnit.SECONDS))
                    .isInstanceOf(java.util.concurrent.TimeoutException.class);
            assertThat(net.now()).isEqualTo(ofSeconds(1));
            assertThat(slow.join()).isEqualTo("done");
        });
    }

    @Test
    void threadsThatStillWaitWhenTheNetworkIsClosedAreEnded() throws Exception {
        AtomicReference<Thread> blocked = new AtomicReference<>();
        Network.simulate(1, net -> {
            Host server = net.host("server");
            TcpServer listening = server.listen(7);
            net.start("acceptor", () -> listening.accept());
            net.start("waiter", () -> {
                blocked.set(Thread.currentThread());
                new CountDownLatch(1).await();
            });
            net.sleep(ofSeconds(1));
        });
        assertThat(blocked.get().join(ofSeconds(5))).isTrue();
    }

    @Test
    void executorsAndFactoriesRunInLockStep() throws Exception {
        Network.simulate(3, net -> {
            try (var executor = net.executor()) {
                var futures = executor.invokeAll(List.of(
                        () -> {
                            net.sleep(ofSeconds(2));
                            return "a";
                        },
                        () -> "b"));
                assertThat(futures.get(0).get()).isEqualTo("a");
                assertThat(futures.get(1).get()).isEqualTo("b");
            }
            assertThat(net.now()).isEqualTo(ofSeconds(2));
            Thread made = net.threadFactory().newThread(() -> {
                try {
                    net.sleep(ofSeconds(3));
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            });
            made.start();
            made.join();
            assertThat(net.now()).isEqualTo(ofSeconds(5));
            assertThat(net.notices()).hasSize(1); // Thread.join is out of sight
        });
    }
}
