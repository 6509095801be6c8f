package io.towpath.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.wire.Endpoint;
import java.io.IOException;
import java.net.SocketException;
import java.nio.channels.ClosedByInterruptException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Blocked callers, platform threads and virtual ones, are woken by close and by interruption.
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class WakingTest {
    private HostPair pair;

    @BeforeEach
    void start() throws IOException {
        pair = Towpath.memoryPair("10.0.0.1/24", "10.0.0.2/24");
    }

    @AfterEach
    void stop() {
        pair.close();
    }

    /// Something that blocks.
    private interface Blocking {
        void run() throws IOException;
    }

    /// A thread in a blocking call, and what the call ends with.
    private record Blocked(Thread thread, CompletableFuture<Throwable> end) {
        static Blocked in(boolean virtual, Blocking call) throws InterruptedException {
            CompletableFuture<Throwable> end = new CompletableFuture<>();
            Thread thread = (virtual ? Thread.ofVirtual() : Thread.ofPlatform().daemon()).start(() -> {
                try {
                    call.run();
                    end.complete(new AssertionError("the call returned"));
                } catch (Throwable e) {
                    end.complete(e);
                }
            });
            while (thread.getState() != Thread.State.WAITING && thread.getState() != Thread.State.TIMED_WAITING) {
                Thread.yield();
            }
            return new Blocked(thread, end);
        }

        void endsClosed() {
            assertThat(end.join()).isInstanceOf(SocketException.class).hasMessage("Socket closed");
        }

        void endsInterrupted() {
            thread.interrupt();
            assertThat(end.join()).isInstanceOf(ClosedByInterruptException.class);
        }
    }

    private static Blocking write(TcpStream stream) {
        return () -> {
            while (true) {
                stream.write(new byte[100_000]);
            }
        };
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aReaderByClose(boolean virtual) throws Exception {
        TcpServer server = pair.b().listen(5);
        TcpStream client = pair.a().connect("10.0.0.2", 5);
        Blocked reader = Blocked.in(virtual, () -> client.read(new byte[1]));
        client.close();
        reader.endsClosed();
        assertThat(server.accept().read(new byte[1])).isEqualTo(-1);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aWriterByClose(boolean virtual) throws Exception {
        pair.b().listen(5);
        TcpStream client = pair.a().connect("10.0.0.2", 5);
        Blocked writer = Blocked.in(virtual, write(client));
        client.close();
        writer.endsClosed();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aReaderAndAWriterTogetherByAbort(boolean virtual) throws Exception {
        pair.b().listen(5);
        TcpStream client = pair.a().connect("10.0.0.2", 5);
        Blocked reader = Blocked.in(virtual, () -> client.read(new byte[1]));
        Blocked writer = Blocked.in(virtual, write(client));
        client.abort();
        reader.endsClosed();
        writer.endsClosed();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aWriterByShutdownOutput(boolean virtual) throws Exception {
        pair.b().listen(5);
        TcpStream client = pair.a().connect("10.0.0.2", 5);
        Blocked writer = Blocked.in(virtual, write(client));
        client.shutdownOutput();
        assertThat(writer.end().join()).isInstanceOf(SocketException.class).hasMessage("Socket output is shutdown");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anAcceptorByClose(boolean virtual) throws Exception {
        TcpServer server = pair.b().listen(5);
        Blocked acceptor = Blocked.in(virtual, server::accept);
        server.close();
        acceptor.endsClosed();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aReceiverByClose(boolean virtual) throws Exception {
        UdpSocket socket = pair.a().udp(0);
        Blocked receiver = Blocked.in(virtual, socket::receive);
        socket.close();
        receiver.endsClosed();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void allByTheHostsClose(boolean virtual) throws Exception {
        TcpServer server = pair.b().listen(5);
        TcpStream client = pair.a().connect("10.0.0.2", 5);
        TcpStream accepted = server.accept();
        UdpSocket socket = pair.b().udp(0);
        Endpoint nobody = Endpoint.parse("10.0.0.99:1");
        Blocked reader = Blocked.in(virtual, () -> accepted.read(new byte[1]));
        Blocked acceptor = Blocked.in(virtual, server::accept);
        Blocked receiver = Blocked.in(virtual, socket::receive);
        Blocked opener = Blocked.in(virtual, () -> pair.b().connect(nobody, Duration.ofSeconds(50)));
        client.close();
        pair.b().close();
        assertThat(reader.end().join()).isInstanceOfAny(SocketException.class, AssertionError.class);
        acceptor.endsClosed();
        receiver.endsClosed();
        opener.endsClosed();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void interruptingAReaderClosesTheConnection(boolean virtual) throws Exception {
        TcpServer server = pair.b().listen(5);
        TcpStream client = pair.a().connect("10.0.0.2", 5);
        Blocked.in(virtual, () -> client.read(new byte[1])).endsInterrupted();
        assertThat(client.isClosed()).isTrue();
        assertThat(server.accept().read(new byte[1])).isEqualTo(-1);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void interruptingAWriterClosesTheConnection(boolean virtual) throws Exception {
        pair.b().listen(5);
        TcpStream client = pair.a().connect("10.0.0.2", 5);
        Blocked.in(virtual, write(client)).endsInterrupted();
        assertThat(client.isClosed()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void interruptingAConnectGivesItUp(boolean virtual) throws Exception {
        Endpoint nobody = Endpoint.parse("10.0.0.99:1");
        Blocked.in(virtual, () -> pair.a().connect(nobody, Duration.ofSeconds(50)))
                .endsInterrupted();
        assertThat(pair.a().snapshot().tcp()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void interruptingAnAcceptorClosesTheServer(boolean virtual) throws Exception {
        TcpServer server = pair.b().listen(5);
        Blocked.in(virtual, server::accept).endsInterrupted();
        assertThat(server.isClosed()).isTrue();
    }
}
