package io.towpath.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.Socket;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// `java.net` sockets, blocking, each with a virtual thread at both ends.
@Timeout(value = 170, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class TenThousandConnectionsTest {
    private static final int CONNECTIONS = 10_000;

    @Test
    void allAreOpenAtOnceAndEachEchoesAKibibyte() throws Exception {
        try (HostPair pair = Towpath.memoryPair("10.0.0.1/16", "10.0.0.2/16")) {
            EchoServer.start(pair.b(), 7, CONNECTIONS);
            CountDownLatch allOpen = new CountDownLatch(CONNECTIONS);
            CountDownLatch allAnswered = new CountDownLatch(CONNECTIONS);
            AtomicInteger intact = new AtomicInteger();
            ConcurrentLinkedQueue<Throwable> failures = new ConcurrentLinkedQueue<>();
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < CONNECTIONS; i++) {
                byte[] message = new byte[1024];
                new Random(i).nextBytes(message);
                threads.add(Thread.ofVirtual().start(() -> {
                    try (Socket socket = pair.a().socketFactory().createSocket("10.0.0.2", 7)) {
                        allOpen.countDown();
                        allOpen.await();
                        socket.getOutputStream().write(message);
                        if (Arrays.equals(socket.getInputStream().readNBytes(message.length), message)) {
                            intact.incrementAndGet();
                        }
                        allAnswered.countDown();
                        allAnswered.await(); // nobody leaves before
                    } catch (Throwable failure) {
                        failures.add(failure);
                        allOpen.countDown();
                        allAnswered.countDown();
                    }
                }));
            }
            for (Thread thread : threads) {
                thread.join();
            }
            assertThat(failures).isEmpty();
            assertThat(intact).hasValue(CONNECTIONS);
        }
    }
}
