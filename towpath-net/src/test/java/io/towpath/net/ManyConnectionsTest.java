package io.towpath.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 120, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ManyConnectionsTest {
    @Test
    void twoThousandVirtualThreadsEchoAtOnce() throws Exception {
        int connections = 2_000;
        try (HostPair pair = Towpath.memoryPair("10.0.0.1/24", "10.0.0.2/24")) {
            EchoServer.start(pair.b(), 7, connections);
            CountDownLatch allOpen = new CountDownLatch(connections);
            AtomicInteger intact = new AtomicInteger();
            ConcurrentLinkedQueue<Throwable> failures = new ConcurrentLinkedQueue<>();
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < connections; i++) {
                byte[] message = ("message of connection " + i).getBytes(java.nio.charset.StandardCharsets.UTF_8);
                threads.add(Thread.ofVirtual().start(() -> {
                    try (TcpStream stream = pair.a().connect("10.0.0.2", 7)) {
                        allOpen.countDown();
                        allOpen.await();
                        for (int round = 0; round < 3; round++) {
                            stream.write(message);
                            if (java.util.Arrays.equals(stream.input().readNBytes(message.length), message)) {
                                intact.incrementAndGet();
                            }
                        }
                    } catch (IOException | InterruptedException e) {
                        failures.add(e);
                        allOpen.countDown();
                    }
                }));
            }
            for (Thread thread : threads) {
                thread.join();
            }
            assertThat(failures).isEmpty();
            assertThat(intact).hasValue(3 * connections);
        }
    }

    @Test
    void connectionsOpenedAndClosedInAStormAllSucceed() throws Exception {
        try (HostPair pair = Towpath.memoryPair("10.0.0.1/24", "10.0.0.2/24")) {
            EchoServer.start(pair.b(), 7, 512);
            ConcurrentLinkedQueue<Throwable> failures = new ConcurrentLinkedQueue<>();
            List<Thread> threads = new ArrayList<>();
            for (int t = 0; t < 8; t++) {
                threads.add(Thread.ofVirtual().start(() -> {
                    try {
                        for (int i = 0; i < 250; i++) {
                            try (TcpStream stream = pair.a().connect("10.0.0.2", 7)) {
                                stream.write(new byte[] {1});
                                assertThat(stream.input().read()).isEqualTo(1);
                            }
                        }
                    } catch (Throwable e) {
                        failures.add(e);
                    }
                }));
            }
            for (Thread thread : threads) {
                thread.join();
            }
            assertThat(failures).isEmpty();
        }
    }
}
