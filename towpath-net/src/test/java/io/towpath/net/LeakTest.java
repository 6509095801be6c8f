package io.towpath.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.core.Offloads;
import io.towpath.core.Time;
import io.towpath.link.Link;
import io.towpath.link.MemoryLink;
import io.towpath.net.shard.Call;
import io.towpath.net.shard.Shard;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Connections by the hundred thousand come and go, and nothing of them stays.
@Timeout(value = 170, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class LeakTest {
    private static final int CONNECTIONS = 100_000;
    private static final int CALLERS = 8;

    private static Host host(Link link, String address) throws IOException {
        return Towpath.host("leak")
                .link(link)
                .address(address)
                .tcp(config -> config.withTimeWaitNanos(10 * Time.MILLISECOND))
                .start();
    }

    /// Packets that were taken from the host's pool and are not back.
    private static long packetsOut(Host host) throws IOException {
        Shard shard = host.opener().shard();
        return new Call<Long>() {
            @Override
            protected Long answer(long now) {
                return shard.stack().context().pool().outstanding();
            }
        }.on(shard);
    }

    private static void exchange(Host client, int number) throws IOException {
        try (Socket socket = client.socketFactory().createSocket("10.0.0.2", 7)) {
            socket.getOutputStream().write(number);
            assertThat(socket.getInputStream().read()).isEqualTo(number & 0xff);
            if (number % 3 == 0) {
                socket.setSoLinger(true, 0); // some end by a reset
            } else if (number % 3 == 1) {
                socket.shutdownOutput(); // some wait for the peer's end
                assertThat(socket.getInputStream().read()).isEqualTo(-1);
            }
        }
    }

    @Test
    void aHundredThousandConnectionsLeaveNoEntryNoBufferAndNoThreadBehind() throws Exception {
        MemoryLink.Pair wire = MemoryLink.sharedPair("wire", 1500, Offloads.NONE, 1024);
        int threadsBefore = Thread.activeCount();
        try (Host client = host(wire.a(), "10.0.0.1/24");
                Host server = host(wire.b(), "10.0.0.2/24")) {
            EchoServer.start(server, 7, 512);
            int listening = server.sockets().size();
            AtomicInteger next = new AtomicInteger();
            ConcurrentLinkedQueue<Throwable> failures = new ConcurrentLinkedQueue<>();
            List<Thread> callers = new ArrayList<>();
            for (int i = 0; i < CALLERS; i++) {
                callers.add(Thread.ofVirtual().start(() -> {
                    try {
                        for (int n = next.getAndIncrement(); n < CONNECTIONS; n = next.getAndIncrement()) {
                            exchange(client, n);
                        }
                    } catch (Throwable failure) {
                        failures.add(failure);
                    }
                }));
            }
            for (Thread caller : callers) {
                caller.join();
            }
            assertThat(failures).isEmpty();
            awaitEmpty(client, 0);
            awaitEmpty(server, listening);
            assertThat(client.snapshot().tcp()).isEmpty();
            assertThat(packetsOut(client) + packetsOut(server)).isZero();
        }
        assertThat(Thread.activeCount()).isLessThanOrEqualTo(threadsBefore);
    }

    /// Until TIME-WAIT is over, too.
    private static void awaitEmpty(Host host, int sockets) throws Exception {
        long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (host.sockets().size() > sockets && System.nanoTime() - deadline < 0) {
            Thread.yield();
        }
        assertThat(host.sockets()).hasSize(sockets);
    }
}
