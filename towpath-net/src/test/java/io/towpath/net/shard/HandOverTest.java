package io.towpath.net.shard;

import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.net.HostPair;
import io.towpath.net.TcpServer;
import io.towpath.net.TcpStream;
import io.towpath.net.Towpath;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// More threads than processors do all at once what makes one thread work for others: answer each other, ask, wait in
/// vain, are interrupted, close hosts.
@Timeout(value = 120, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class HandOverTest {
    private static final long NANOS = 2_000_000_000L;
    private static final int PAIRS = 3;

    private final ConcurrentLinkedQueue<Throwable> failures = new ConcurrentLinkedQueue<>();
    private final List<Thread> threads = new ArrayList<>();
    private final AtomicLong rounds = new AtomicLong();
    private final long end = System.nanoTime() + NANOS;

    private interface Work {
        void run() throws IOException;
    }

    private void start(boolean virtual, Work work) {
        Thread thread = (virtual ? Thread.ofVirtual() : Thread.ofPlatform()).start(() -> {
            try {
                work.run();
            } catch (Throwable failure) {
                failures.add(failure);
            }
        });
        threads.add(thread);
    }

    private boolean goesOn() {
        return System.nanoTime() < end;
    }

    private void pingPong(HostPair pair, int port, boolean virtual) throws IOException {
        TcpServer server = pair.b().listen(port);
        TcpStream client = pair.a().connect("10.0.0.2", port);
        TcpStream accepted = server.accept();
        start(virtual, () -> {
            byte[] one = new byte[1];
            while (accepted.read(one) == 1) {
                accepted.write(one);
            }
            accepted.close();
        });
        start(false, () -> {
            byte[] one = new byte[1];
            while (goesOn()) {
                client.write(one);
                assertThat(client.read(one)).isOne();
                rounds.incrementAndGet();
            }
            client.close();
            server.close();
        });
    }

    /// Waits in vain, and so stands by and gives up again and again.
    private void waitInVain(HostPair pair, int port) throws IOException {
        TcpServer server = pair.b().listen(port);
        TcpStream client = pair.a().connect("10.0.0.2", port);
        TcpStream accepted = server.accept();
        client.setReadTimeout(Duration.ofNanos(50_000));
        start(false, () -> {
            byte[] one = new byte[1];
            while (goesOn()) {
                try {
                    assertThat(client.read(one)).isOne();
                } catch (SocketTimeoutException expected) {
                    client.info();
                }
            }
            accepted.close();
            client.close();
            server.close();
        });
    }

    /// Hosts that are opened and closed while somebody waits, who is interrupted in one case of two.
    private void openAndClose() {
        start(false, () -> {
            for (int i = 0; goesOn(); i++) {
                try (HostPair pair = Towpath.memoryPair("10.0.0.1/24", "10.0.0.2/24")) {
                    TcpServer server = pair.b().listen(7);
                    TcpStream client = pair.a().connect("10.0.0.2", 7);
                    TcpStream accepted = server.accept();
                    Thread reader = Thread.ofPlatform().start(() -> {
                        try {
                            while (accepted.read(new byte[1]) == 1) {
                                rounds.incrementAndGet();
                            }
                        } catch (IOException expected) {
                            // closed
                        }
                    });
                    client.write(new byte[1]);
                    if (i % 2 == 0) {
                        reader.interrupt();
                    }
                    client.info();
                }
            }
        });
    }

    @Test
    void nobodyWaitsForEver() throws Exception {
        List<HostPair> pairs = new ArrayList<>();
        for (int i = 0; i < PAIRS; i++) {
            HostPair pair = Towpath.memoryPair("10.0.0.1/24", "10.0.0.2/24");
            pairs.add(pair);
            pingPong(pair, 7, false);
            pingPong(pair, 8, i == 0);
            waitInVain(pair, 9);
        }
        openAndClose();
        for (Thread thread : threads) {
            thread.join();
        }
        pairs.forEach(HostPair::close);
        assertThat(failures).isEmpty();
        assertThat(rounds).hasPositiveValue();
        while (Spinning.spinners() != 0) { // another test's thread may just look on; what remains is a place lost
            Thread.onSpinWait();
        }
    }
}
