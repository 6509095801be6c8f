package io.towpath.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.towpath.core.Entropy;
import io.towpath.core.Offloads;
import io.towpath.link.Impairment;
import io.towpath.link.Impairments;
import io.towpath.link.Link;
import io.towpath.link.MemoryLink;
import io.towpath.wire.Endpoint;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// A host `a` with connections to `b` is closed.
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ClosingTest {
    /// Three times what the engine holds of resets.
    private static final int MANY = 3000;

    private final MemoryLink.Pair wire = MemoryLink.sharedPair("wire", 1500, Offloads.NONE, 256);
    private final List<Host> hosts = new ArrayList<>();

    private Host host(Link link, String address, Duration linger) throws IOException {
        Host host = Towpath.host("closing")
                .link(link)
                .address(address)
                .linger(linger)
                .start();
        hosts.add(host);
        return host;
    }

    @AfterEach
    void close() {
        hosts.forEach(Host::close);
    }

    /// Opens `count` connections from `a`; their ends at `b`.
    private static List<TcpStream> open(Host a, Host b, int count) throws IOException {
        List<TcpStream> accepted = new ArrayList<>();
        try (TcpServer server = b.listen(5)) {
            for (int i = 0; i < count; i++) {
                TcpStream unused = a.connect("10.0.0.2", 5);
                accepted.add(server.accept());
            }
        }
        return accepted;
    }

    /// Returns when no connection is left on `host`; never, if a peer was not told.
    private static void awaitNoConnection(Host host) throws IOException {
        while (!host.sockets().isEmpty()) {
            Thread.yield();
        }
    }

    @Test
    void everyPeerHearsOfTheEndThoughItDoesNotCloseItself() throws IOException {
        Host a = host(wire.a(), "10.0.0.1/24", Duration.ofMillis(50));
        Host b = host(wire.b(), "10.0.0.2/24", Duration.ZERO);
        List<TcpStream> peers = open(a, b, MANY);
        a.close();
        awaitNoConnection(b);
        assertThat(peers.getLast().read(new byte[1])).isEqualTo(-1);
    }

    @Test
    void everyPeerHearsThatItsDataWasNotRead() throws IOException {
        Host a = host(wire.a(), "10.0.0.1/24", Duration.ofSeconds(30));
        Host b = host(wire.b(), "10.0.0.2/24", Duration.ZERO);
        List<TcpStream> peers = open(a, b, MANY);
        for (TcpStream peer : peers) {
            peer.write(new byte[1]);
        }
        for (TcpStream peer : peers) {
            while (peer.info().bytesAcked() == 0) {
                Thread.yield(); // until `a` has it
            }
        }
        a.close();
        awaitNoConnection(b);
        for (TcpStream peer : peers) {
            assertThatThrownBy(() -> peer.read(new byte[1]))
                    .isInstanceOf(SocketException.class)
                    .hasMessage("Connection reset");
        }
    }

    @Test
    void everyPeerThatWasNotAcceptedIsReset() throws IOException {
        Host a = host(wire.a(), "10.0.0.1/24", Duration.ofSeconds(30));
        Host b = host(wire.b(), "10.0.0.2/24", Duration.ZERO);
        try (TcpServer server = a.listen(5, MANY)) {
            for (int i = 0; i < MANY; i++) {
                TcpStream unused = b.connect("10.0.0.1", 5);
            }
            a.close();
            assertThat(server.isClosed()).isTrue();
        }
        awaitNoConnection(b);
    }

    @Test
    void aLinkThatDelaysStillDeliversTheReset() throws IOException {
        Impairments slow = Impairments.NONE.withDelay(20_000_000);
        Host a = host(Impairment.onTransmit(wire.a(), slow, Entropy.seeded(1)), "10.0.0.1/24", Duration.ZERO);
        Host b = host(wire.b(), "10.0.0.2/24", Duration.ZERO);
        open(a, b, 1);
        a.close();
        awaitNoConnection(b);
    }

    @Test
    void aPeerWhoseLinkTakesNothingDoesNotHoldUpTheEnd() throws IOException {
        Host a = host(wire.a(), "10.0.0.1/24", Duration.ZERO);
        UdpSocket socket = a.udp(5);
        for (int i = 0; i < 400; i++) {
            socket.send(new byte[1], Endpoint.parse("10.0.0.2:5"));
        }
        long begun = System.nanoTime();
        a.close();
        assertThat(System.nanoTime() - begun).isLessThan(TimeUnit.SECONDS.toNanos(10));
    }

    /// The calling thread drives both hosts, so what `a` does in a turn is counted as its own.
    @Test
    void whileItWaitsForPeersATurnDoesNotWalkAllConnections() throws Exception {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        Host a = host(wire.a(), "10.0.0.1/24", Duration.ofSeconds(30));
        Host b = host(wire.b(), "10.0.0.2/24", Duration.ZERO);
        List<TcpStream> peers = open(a, b, MANY);
        Thread closer = Thread.ofPlatform().start(a::close);
        for (TcpStream peer : peers) {
            assertThat(peer.read(new byte[1])).isEqualTo(-1);
        }
        long before = threads.getCurrentThreadAllocatedBytes();
        for (TcpStream peer : peers) {
            peer.close();
        }
        long allocated = threads.getCurrentThreadAllocatedBytes() - before;
        assertThat(allocated / MANY).isLessThan(8_000);
        assertThat(closer.join(Duration.ofSeconds(10))).isTrue();
    }
}
