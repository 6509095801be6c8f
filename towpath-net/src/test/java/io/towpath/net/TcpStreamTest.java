package io.towpath.net;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.towpath.wire.Endpoint;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class TcpStreamTest {
    private HostPair pair;

    @BeforeEach
    void start() throws IOException {
        pair = Towpath.memoryPair("10.0.0.1/24 fd00::1/64", "10.0.0.2/24 fd00::2/64");
    }

    @AfterEach
    void stop() {
        pair.close();
    }

    private TcpServer echoServer() throws IOException {
        TcpServer server = pair.b().listen(7);
        Thread.ofVirtual().start(() -> {
            try {
                while (true) {
                    TcpStream stream = server.accept();
                    Thread.ofVirtual().start(() -> echo(stream));
                }
            } catch (IOException closed) {
                // the test is over
            }
        });
        return server;
    }

    private static void echo(TcpStream stream) {
        try (stream) {
            stream.input().transferTo(stream.output());
        } catch (IOException broken) {
            // the test shows it at the other end
        }
    }

    @Test
    void echoesOverIp4AndIp6() throws IOException {
        try (var server = echoServer();
                var four = pair.a().connect("10.0.0.2", 7);
                var six = pair.a().connect("fd00::2", 7)) {
            for (TcpStream stream : new TcpStream[] {four, six}) {
                stream.write("hello".getBytes(UTF_8));
                assertThat(stream.input().readNBytes(5)).isEqualTo("hello".getBytes(UTF_8));
            }
        }
    }

    @Test
    void fiftyMegabytesArriveIntactInBothDirections() throws Exception {
        long total = 50L << 20;
        byte[] pattern = new byte[1 << 20];
        new Random(1).nextBytes(pattern);
        try (var server = echoServer();
                var stream = pair.a().connect("10.0.0.2", 7)) {
            var sent = MessageDigest.getInstance("SHA-256");
            var received = MessageDigest.getInstance("SHA-256");
            Thread writer = Thread.ofVirtual().start(() -> {
                try {
                    for (long at = 0; at < total; at += pattern.length) {
                        sent.update(pattern);
                        stream.write(pattern);
                    }
                    stream.shutdownOutput();
                } catch (IOException e) {
                    stream.abort();
                }
            });
            byte[] buffer = new byte[100_000];
            long count = 0;
            for (int n = stream.read(buffer); n >= 0; n = stream.read(buffer)) {
                received.update(buffer, 0, n);
                count += n;
            }
            writer.join();
            assertThat(count).isEqualTo(total);
            assertThat(received.digest()).isEqualTo(sent.digest());
        }
    }

    @Test
    void theOtherHalfGoesOnAfterShutdownOutput() throws IOException {
        try (var server = pair.b().listen(5);
                var client = pair.a().connect("10.0.0.2", 5);
                var accepted = server.accept()) {
            client.write("question".getBytes(UTF_8));
            client.shutdownOutput();
            assertThat(accepted.input().readAllBytes()).isEqualTo("question".getBytes(UTF_8));
            accepted.write("answer".getBytes(UTF_8));
            accepted.close();
            assertThat(client.input().readAllBytes()).isEqualTo("answer".getBytes(UTF_8));
            assertThatThrownBy(() -> client.write(new byte[1]))
                    .isInstanceOf(SocketException.class)
                    .hasMessage("Socket output is shutdown");
        }
    }

    @Test
    void aClosedPortRefuses() {
        assertThatThrownBy(() -> pair.a().connect("10.0.0.2", 1))
                .isInstanceOf(ConnectException.class)
                .hasMessage("Connection refused");
    }

    @Test
    void noRouteIsSaidAtOnce() {
        assertThatThrownBy(() -> pair.a().connect("192.0.2.1", 1)).isInstanceOf(NoRouteToHostException.class);
    }

    @Test
    void aConnectTimesOutWhenNobodyAnswers() {
        Endpoint nobody = Endpoint.parse("10.0.0.77:1");
        assertThatThrownBy(() -> pair.a().connect(nobody, Duration.ofMillis(50)))
                .isInstanceOf(SocketTimeoutException.class)
                .hasMessage("Connect timed out");
    }

    @Test
    void aPortIsListenedToOnce() throws IOException {
        try (var server = pair.b().listen(80)) {
            assertThatThrownBy(() -> pair.b().listen(80))
                    .isInstanceOf(BindException.class)
                    .hasMessage("Address already in use");
        }
    }

    @Test
    void aReadTimesOutAndTheStreamStaysUsable() throws IOException {
        try (var server = echoServer();
                var stream = pair.a().connect("10.0.0.2", 7)) {
            stream.setReadTimeout(Duration.ofMillis(30));
            assertThatThrownBy(stream.input()::read)
                    .isInstanceOf(SocketTimeoutException.class)
                    .hasMessage("Read timed out");
            stream.write(new byte[] {42});
            stream.setReadTimeout(Duration.ofSeconds(10));
            assertThat(stream.input().read()).isEqualTo(42);
        }
    }

    @Test
    void anAcceptTimesOut() throws IOException {
        try (var server = pair.b().listen(80)) {
            assertThatThrownBy(() -> server.accept(Duration.ofMillis(30)))
                    .isInstanceOf(SocketTimeoutException.class)
                    .hasMessage("Accept timed out");
        }
    }

    @Test
    void whatWasReceivedIsReadBeforeTheReset() throws IOException {
        try (var server = pair.b().listen(5);
                var client = pair.a().connect("10.0.0.2", 5);
                var accepted = server.accept()) {
            accepted.write("last words".getBytes(UTF_8));
            while (client.available() < 10) {
                Thread.onSpinWait();
            }
            accepted.abort();
            while (client.info().error() == null) {
                Thread.onSpinWait();
            }
            assertThat(client.input().readNBytes(10)).isEqualTo("last words".getBytes(UTF_8));
            assertThatThrownBy(client.input()::read)
                    .isInstanceOf(SocketException.class)
                    .hasMessage("Connection reset");
            assertThatThrownBy(() -> client.write(new byte[1]))
                    .isInstanceOf(SocketException.class)
                    .hasMessage("Connection reset");
        }
    }
}
