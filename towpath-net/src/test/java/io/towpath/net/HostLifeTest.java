package io.towpath.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.towpath.core.Entropy;
import io.towpath.core.Event;
import io.towpath.core.Offloads;
import io.towpath.core.PacketPool;
import io.towpath.link.Impairment;
import io.towpath.link.Impairments;
import io.towpath.link.MemoryLink;
import io.towpath.link.RxBatch;
import io.towpath.tcp.TcpState;
import io.towpath.wire.Endpoint;
import java.io.IOException;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class HostLifeTest {
    private static long loopThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("towpath-life-"))
                .count();
    }

    private static Host host(String name, MemoryLink link, String address) throws IOException {
        return Towpath.host("life-" + name).link(link).address(address).start();
    }

    @Test
    void closedHostsLeaveNoThreadAndNoPacketBehind() throws IOException {
        for (int i = 0; i < 20; i++) {
            MemoryLink.Pair wire = MemoryLink.sharedPair("wire", 1500, Offloads.NONE, 64);
            Host a = host("a", wire.a(), "10.0.0.1/24");
            Host b = host("b", wire.b(), "10.0.0.2/24");
            try (a;
                    b) {
                TcpServer server = b.listen(5);
                TcpStream client = a.connect("10.0.0.2", 5);
                TcpStream accepted = server.accept();
                client.write(new byte[50_000]);
                accepted.write(new byte[50_000]);
                a.udp(9).send(new byte[5000], Endpoint.parse("10.0.0.2:9"));
                if (i % 2 == 0) {
                    client.close();
                }
            }
            assertThat(a.context().pool().outstanding()).isZero();
            assertThat(b.context().pool().outstanding()).isZero();
        }
        assertThat(loopThreads()).isZero();
    }

    @Test
    void closeWaitsUntilThePeerHasEverything() throws IOException {
        MemoryLink.Pair wire = MemoryLink.sharedPair("wire", 1500, Offloads.NONE, 64);
        Impairments slow = Impairments.NONE.withDelay(20_000_000);
        Host a = Towpath.host("life-a")
                .link(Impairment.onTransmit(wire.a(), slow, Entropy.seeded(1)))
                .address("10.0.0.1/24")
                .start();
        try (Host b = host("b", wire.b(), "10.0.0.2/24")) {
            TcpServer server = b.listen(5);
            TcpStream client = a.connect("10.0.0.2", 5);
            TcpStream accepted = server.accept();
            client.write(new byte[100_000]);
            a.close();
            assertThat(accepted.input().readAllBytes()).hasSize(100_000);
        }
    }

    @Test
    void closeDoesNotWaitForEverForAPeerThatDoesNotRead() throws IOException {
        MemoryLink.Pair wire = MemoryLink.sharedPair("wire", 1500, Offloads.NONE, 64);
        Host a = Towpath.host("life-a")
                .link(wire.a())
                .address("10.0.0.1/24")
                .linger(Duration.ofMillis(100))
                .start();
        try (Host b = host("b", wire.b(), "10.0.0.2/24")) {
            TcpServer server = b.listen(5);
            TcpStream client = a.connect("10.0.0.2", 5);
            TcpStream accepted = server.accept();
            client.write(new byte[300_000]);
            long begun = System.nanoTime();
            a.close();
            assertThat(System.nanoTime() - begun).isLessThan(TimeUnit.SECONDS.toNanos(10));
            assertThatThrownBy(() -> accepted.input().readAllBytes())
                    .isInstanceOf(SocketException.class)
                    .hasMessage("Connection reset");
        }
    }

    @Test
    void everythingOnAClosedHostSaysSocketClosed() throws IOException {
        MemoryLink.Pair wire = MemoryLink.sharedPair("wire", 1500, Offloads.NONE, 64);
        Host a = host("a", wire.a(), "10.0.0.1/24");
        TcpServer server = a.listen(5);
        UdpSocket socket = a.udp(5);
        a.close();
        a.close();
        assertThat(a.isClosed()).isTrue();
        assertClosed(() -> a.listen(6));
        assertClosed(() -> a.connect("10.0.0.2", 5));
        assertClosed(() -> a.udp(6));
        assertClosed(a::snapshot);
        assertClosed(server::accept);
        assertClosed(socket::receive);
        server.close();
        socket.close();
    }

    /// A call that fails.
    private interface Failing {
        void run() throws IOException;
    }

    private static void assertClosed(Failing call) {
        assertThatThrownBy(call::run).isInstanceOf(SocketException.class).hasMessage("Socket closed");
    }

    @Test
    void aFailureOfTheStackReachesEverySocketAndIsReportedOnce() throws Exception {
        MemoryLink.Pair wire = MemoryLink.sharedPair("wire", 1500, Offloads.NONE, 64);
        AtomicBoolean broken = new AtomicBoolean();
        List<Throwable> reported = new ArrayList<>();
        RuntimeException defect = new IllegalStateException("made by the test");
        Host a = Towpath.host("life-a")
                .link(wire.a())
                .address("10.0.0.1/24")
                .events(
                        event -> {
                            if (broken.get()) {
                                throw defect;
                            }
                        },
                        Event.Kind.PACKET_IN)
                .onFailure(failure -> {
                    reported.add(failure);
                    throw new IllegalStateException("the reader fails too");
                })
                .start();
        try (Host b = host("b", wire.b(), "10.0.0.2/24")) {
            TcpServer server = b.listen(5);
            TcpStream client = a.connect("10.0.0.2", 5);
            TcpStream accepted = server.accept();
            TcpServer own = a.listen(6);
            AtomicReference<Thread> acceptor = new AtomicReference<>();
            CompletableFuture<Throwable> end = new CompletableFuture<>();
            acceptor.set(Thread.ofVirtual().start(() -> {
                try {
                    own.accept();
                } catch (IOException e) {
                    end.complete(e);
                }
            }));
            broken.set(true);
            accepted.write(new byte[1]);
            assertThatThrownBy(() -> client.read(new byte[1]))
                    .isInstanceOf(SocketException.class)
                    .hasRootCause(defect);
            assertThat(end.join()).isInstanceOf(SocketException.class).hasRootCause(defect);
            assertThatThrownBy(a::snapshot).hasRootCause(defect);
        }
        a.close();
        assertThat(reported).containsExactly(defect);
        assertThat(loopThreads()).isZero();
    }

    @Test
    void aHostThatCannotStartClosesItsLinks() {
        MemoryLink.Pair wire = MemoryLink.sharedPair("wire", 1500, Offloads.NONE, 64);
        assertThatThrownBy(() -> Towpath.host("life-a")
                        .link(wire.a())
                        .address("224.0.0.1/24")
                        .start())
                .isInstanceOf(IllegalArgumentException.class);
        RxBatch none = new RxBatch(1, new PacketPool());
        assertThat(wire.a().receive(0, none)).isZero();
        assertThat(loopThreads()).isZero();
    }

    @Test
    void addressesComeAfterALink() {
        assertThatThrownBy(() -> Towpath.host("life-a").address("10.0.0.1/24"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("name a link before its addresses and routes");
    }

    @Test
    void aClosedConnectionIsInTimeWaitAndListed() throws IOException {
        try (HostPair pair = Towpath.memoryPair("10.0.0.1/24", "10.0.0.2/24")) {
            TcpServer server = pair.b().listen(5);
            TcpStream client = pair.a().connect("10.0.0.2", 5);
            TcpStream accepted = server.accept();
            client.close();
            assertThat(accepted.read(new byte[1])).isEqualTo(-1);
            accepted.close();
            while (!pair.b().snapshot().tcp().isEmpty()) {
                Thread.yield();
            }
            assertThat(pair.a().sockets())
                    .anyMatch(row -> row.state().equals(TcpState.TIME_WAIT.rfcName())
                            && row.remote().equals("10.0.0.2:5"));
            assertThat(pair.b().sockets())
                    .anyMatch(row -> row.state().equals("LISTEN") && row.local().equals("*:5"));
        }
    }
}
