package io.towpath.net;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.towpath.core.Entropy;
import io.towpath.core.Offloads;
import io.towpath.link.Impairment;
import io.towpath.link.Impairments;
import io.towpath.link.Link;
import io.towpath.link.MemoryLink;
import io.towpath.tcp.TcpConfig;
import io.towpath.tcp.TcpState;
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
    private static final String B = "10.0.0.2";
    private HostPair pair;

    @BeforeEach
    void start() throws IOException {
        pair = Towpath.memoryPair("10.0.0.1/24 fd00::1/64", B + "/24 fd00::2/64");
    }

    @AfterEach
    void stop() {
        pair.close();
    }

    /// Both ends of one connection.
    private record Ends(TcpStream client, TcpStream server) {}

    private Ends connected() throws IOException {
        try (TcpServer server = pair.b().listen(5)) {
            TcpStream client = pair.a().connect(B, 5);
            return new Ends(client, server.accept());
        }
    }

    @Test
    void echoesOverIp4AndIp6() throws IOException {
        EchoServer.start(pair.b(), 7, 10);
        for (String address : new String[] {B, "fd00::2"}) {
            try (TcpStream stream = pair.a().connect(address, 7)) {
                stream.write("hello".getBytes(UTF_8));
                assertThat(stream.input().readNBytes(5)).isEqualTo("hello".getBytes(UTF_8));
            }
        }
    }

    @Test
    void portZeroRefusesAndNobodyWaits() {
        assertThatThrownBy(() -> pair.a().connect(B, 0))
                .isInstanceOf(ConnectException.class)
                .hasMessage("Connection refused");
    }

    @Test
    void aNumericAddressMayHaveATimeoutToo() throws IOException {
        try (TcpServer server = pair.b().listen(5);
                TcpStream client = pair.a().connect(B, 5, Duration.ofSeconds(5))) {
            assertThat(client.remote().port()).isEqualTo(server.port());
        }
        assertThatThrownBy(() -> pair.a().connect("10.0.0.77", 5, Duration.ofMillis(20)))
                .isInstanceOf(SocketTimeoutException.class);
    }

    @Test
    void aServerForOnePeerTakesThatOneOnly() throws IOException {
        Endpoint peer = Endpoint.parse("10.0.0.1:4000");
        try (TcpServer server = pair.b().listen(null, 5, peer, TcpConfig.defaults())) {
            assertThatThrownBy(() -> pair.a().connect(B, 5)).isInstanceOf(ConnectException.class);
            try (TcpStream client = pair.a()
                            .connect(null, 4000, Endpoint.parse(B + ":5"), Duration.ZERO, TcpConfig.defaults());
                    TcpStream accepted = server.accept()) {
                client.write(new byte[10]);
                assertThat(accepted.input().readNBytes(10)).hasSize(10);
            }
        }
        assertThatThrownBy(() -> pair.b().listen(null, 5, Endpoint.parse("224.0.0.1:1"), TcpConfig.defaults()))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void statusTellsTheFieldsOfTheRfc() throws IOException {
        Ends ends = connected();
        var status = ends.client().status();
        assertThat(status.state()).isEqualTo(TcpState.ESTABLISHED);
        assertThat(status.remote()).isEqualTo(Endpoint.parse(B + ":5"));
        assertThat(status.source().port()).isEqualTo(ends.client().local().port());
        assertThat(status.timeoutNanos()).isEqualTo(TcpConfig.defaults().userTimeoutNanos());
        ends.client().close();
        ends.server().close();
    }

    @Test
    void fiftyMegabytesArriveIntactInBothDirections() throws Exception {
        long total = 50L << 20;
        byte[] pattern = new byte[1 << 20];
        new Random(1).nextBytes(pattern);
        EchoServer.start(pair.b(), 7, 10);
        try (TcpStream stream = pair.a().connect(B, 7)) {
            MessageDigest sent = MessageDigest.getInstance("SHA-256");
            MessageDigest received = MessageDigest.getInstance("SHA-256");
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
        Ends ends = connected();
        ends.client().write("question".getBytes(UTF_8));
        ends.client().shutdownOutput();
        assertThat(ends.server().input().readAllBytes()).isEqualTo("question".getBytes(UTF_8));
        ends.server().write("answer".getBytes(UTF_8));
        ends.server().close();
        assertThat(ends.client().input().readAllBytes()).isEqualTo("answer".getBytes(UTF_8));
        assertThatThrownBy(() -> ends.client().write(new byte[1]))
                .isInstanceOf(SocketException.class)
                .hasMessage("Socket output is shutdown");
    }

    @Test
    void aClosedPortRefuses() {
        assertThatThrownBy(() -> pair.a().connect(B, 1))
                .isInstanceOf(ConnectException.class)
                .hasMessage("Connection refused");
    }

    @Test
    void noRouteIsSaidAtOnce() {
        assertThatThrownBy(() -> pair.a().connect("192.0.2.1", 1)).isInstanceOf(NoRouteToHostException.class);
    }

    @Test
    void aConnectTimesOutWhenNobodyAnswers() throws IOException {
        Endpoint nobody = Endpoint.parse("10.0.0.77:1");
        assertThatThrownBy(() -> pair.a().connect(nobody, Duration.ofMillis(50)))
                .isInstanceOf(SocketTimeoutException.class)
                .hasMessage("Connect timed out");
        assertThat(pair.a().snapshot().tcp()).isEmpty();
    }

    @Test
    void aPortIsListenedToOnce() throws IOException {
        int port = pair.b().listen(0).port();
        assertThatThrownBy(() -> pair.b().listen(port))
                .isInstanceOf(BindException.class)
                .hasMessage("Address already in use");
    }

    @Test
    void aPortIsFreeAgainAfterItsServerClosed() throws IOException {
        pair.b().listen(80).close();
        assertThat(pair.b().listen(80).port()).isEqualTo(80);
    }

    @Test
    void aReadTimesOutAndTheStreamStaysUsable() throws IOException {
        Ends ends = connected();
        ends.client().setReadTimeout(Duration.ofMillis(30));
        assertThatThrownBy(ends.client().input()::read)
                .isInstanceOf(SocketTimeoutException.class)
                .hasMessage("Read timed out");
        ends.server().write(new byte[] {42});
        ends.client().setReadTimeout(Duration.ofSeconds(10));
        assertThat(ends.client().input().read()).isEqualTo(42);
    }

    @Test
    void anAcceptTimesOut() throws IOException {
        TcpServer server = pair.b().listen(80);
        assertThatThrownBy(() -> server.accept(Duration.ofMillis(30)))
                .isInstanceOf(SocketTimeoutException.class)
                .hasMessage("Accept timed out");
    }

    @Test
    void whatWasReceivedIsReadBeforeTheReset() throws IOException {
        Ends ends = connected();
        TcpStream client = ends.client();
        ends.server().write("last words".getBytes(UTF_8));
        await(() -> client.available() == 10);
        ends.server().abort();
        await(() -> client.info().error() != null);
        assertThat(client.input().readNBytes(10)).isEqualTo("last words".getBytes(UTF_8));
        assertThatThrownBy(client.input()::read)
                .isInstanceOf(SocketException.class)
                .hasMessage("Connection reset");
        assertThatThrownBy(() -> client.write(new byte[1]))
                .isInstanceOf(SocketException.class)
                .hasMessage("Connection reset");
    }

    @Test
    void whatWasWrittenIsReadAfterTheWriterClosed() throws IOException {
        Ends ends = connected();
        byte[] data = new byte[200_000];
        new Random(2).nextBytes(data);
        ends.client().write(data);
        ends.client().close();
        assertThat(ends.server().input().readAllBytes()).isEqualTo(data);
    }

    @Test
    void closingWithUnreadDataResets() throws IOException {
        Ends ends = connected();
        ends.client().write(new byte[100]);
        await(() -> ends.server().available() == 100);
        ends.server().close();
        assertThatThrownBy(ends.client().input()::read)
                .isInstanceOf(SocketException.class)
                .hasMessage("Connection reset");
    }

    @Test
    void aSlowReaderHoldsTheWriterBackWithoutLoss() throws Exception {
        Ends ends = connected();
        byte[] data = new byte[3 << 20];
        new Random(3).nextBytes(data);
        Thread writer = Thread.ofVirtual().start(() -> {
            try {
                ends.client().write(data);
                ends.client().shutdownOutput();
            } catch (IOException e) {
                ends.client().abort();
            }
        });
        await(() -> ends.client().info().sndWnd() == 0);
        assertThat(writer.isAlive()).isTrue();
        assertThat(ends.server().input().readAllBytes()).isEqualTo(data);
        writer.join();
    }

    @Test
    void singleBytesPassOneByOneWithoutNagle() throws IOException {
        TcpServer server = pair.b().listen(6);
        TcpConfig noDelay = TcpConfig.defaults().withNoDelay(true);
        TcpStream client = pair.a().connect(Endpoint.parse(B + ":6"), Duration.ZERO, noDelay);
        TcpStream accepted = server.accept();
        for (int i = 0; i < 1000; i++) {
            client.output().write(i);
            assertThat(accepted.input().read()).isEqualTo(i & 0xff);
        }
    }

    @Test
    void infoTellsTheState() throws IOException {
        Ends ends = connected();
        assertThat(ends.client().info().state()).isEqualTo(TcpState.ESTABLISHED);
        assertThat(ends.client().info().remote()).isEqualTo(Endpoint.parse(B + ":5"));
    }

    /// RFC 9293 §3.7.4 MUST-17: "there MUST be a way for an application to disable the Nagle algorithm on an
    /// individual connection".
    @Test
    void nagleIsTurnedOffOnAnOpenStreamAndWhatItHeldBackLeaves() throws IOException {
        Impairments slow = Impairments.NONE.withDelay(800_000_000);
        MemoryLink.Pair wire = MemoryLink.sharedPair("slow", 1500, Offloads.NONE, 64);
        Link answers = Impairment.onTransmit(wire.b(), slow, Entropy.seeded(1));
        try (Host a = Towpath.host("a")
                        .link(wire.a())
                        .address("10.0.1.1/24")
                        .linger(Duration.ZERO)
                        .start();
                Host b = Towpath.host("b")
                        .link(answers)
                        .address("10.0.1.2/24")
                        .linger(Duration.ZERO)
                        .start();
                TcpServer server = b.listen(5);
                TcpStream stream = a.connect("10.0.1.2", 5);
                TcpStream accepted = server.accept()) {
            assertThat(stream.noDelay()).isFalse();
            stream.write(new byte[1]); // leaves; its acknowledgment does not come for long
            stream.write(new byte[2]);
            assertThat(accepted.read(new byte[9])).isEqualTo(1);
            assertThat(accepted.available()).isZero();
            stream.setNoDelay(true);
            assertThat(stream.noDelay()).isTrue();
            assertThat(accepted.read(new byte[9])).isEqualTo(2);
            stream.write(new byte[3]);
            assertThat(accepted.read(new byte[9])).isEqualTo(3);
            assertThat(stream.info().bytesAcked()).isZero();
        }
    }

    @Test
    void aStreamTellsWhenItAsksItsPeerWhetherItIsThere() throws IOException {
        try (TcpStream stream = connected().client()) {
            assertThat(stream.keepAlive()).isZero();
            stream.setKeepAlive(Duration.ofSeconds(45));
            assertThat(stream.keepAlive()).isEqualTo(Duration.ofSeconds(45));
            stream.setKeepAlive(Duration.ZERO);
            assertThat(stream.keepAlive()).isZero();
            stream.setKeepAlive(Duration.ofSeconds(Long.MAX_VALUE));
            assertThat(stream.keepAlive()).isGreaterThan(Duration.ofDays(50_000));
            assertThatThrownBy(() -> stream.setKeepAlive(Duration.ofSeconds(-1)))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void nagleAndKeepAliveCannotBeChangedOnAClosedStream() throws IOException {
        TcpStream stream = connected().client();
        stream.close();
        assertThatThrownBy(() -> stream.setKeepAlive(Duration.ofSeconds(1)))
                .isInstanceOf(SocketException.class)
                .hasMessage("Socket closed");
        assertThatThrownBy(() -> stream.setNoDelay(true))
                .isInstanceOf(SocketException.class)
                .hasMessage("Socket closed");
    }

    @Test
    void aHostTalksToItself() throws IOException {
        EchoServer.start(pair.a(), 7, 10);
        try (TcpStream stream = pair.a().connect("10.0.0.1", 7)) {
            stream.write(new byte[] {1, 2, 3});
            assertThat(stream.input().readNBytes(3)).containsExactly(1, 2, 3);
        }
    }

    /// Something that becomes true.
    interface Condition {
        boolean holds() throws IOException;
    }

    private static void await(Condition condition) throws IOException {
        while (!condition.holds()) {
            Thread.yield();
        }
    }
}
