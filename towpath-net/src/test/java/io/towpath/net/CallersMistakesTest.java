package io.towpath.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.towpath.core.Context;
import io.towpath.core.Entropy;
import io.towpath.core.PacketPool;
import io.towpath.net.shard.Call;
import io.towpath.net.shard.Shard;
import io.towpath.net.time.Timekeeper;
import io.towpath.stack.Stack;
import io.towpath.stack.StackConfig;
import io.towpath.tcp.TcpConfig;
import io.towpath.udp.UdpConfig;
import io.towpath.wire.Endpoint;
import io.towpath.wire.IpAddress;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What a caller does wrong is thrown at the caller, and the host goes on.
@NullUnmarked
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class CallersMistakesTest {
    private static final Endpoint PEER = Endpoint.parse("10.0.0.2:7");

    private HostPair pair;
    private Host host;

    @BeforeEach
    void twoHosts() throws IOException {
        pair = Towpath.memoryPair("10.0.0.1/24", "10.0.0.2/24");
        host = pair.a();
    }

    @AfterEach
    void close() {
        pair.close();
    }

    private void isRefusedAsNull(ThrowingCallable... calls) throws IOException {
        for (ThrowingCallable call : calls) {
            assertThatThrownBy(call).isInstanceOf(NullPointerException.class);
        }
        assertThat(host.sockets()).hasSizeLessThan(2);
    }

    @Test
    void aHostSurvivesConnectsWithoutArguments() throws IOException {
        isRefusedAsNull(
                () -> host.connect((Endpoint) null),
                () -> host.connect((String) null, 7),
                () -> host.connect(PEER, null),
                () -> host.connect(PEER, Duration.ZERO, null),
                () -> host.connect(null, 0, null, Duration.ZERO, TcpConfig.defaults()));
    }

    @Test
    void aHostSurvivesListenersAndSocketsWithoutConfiguration() throws IOException {
        isRefusedAsNull(
                () -> host.listen(null, 80, 1, null),
                () -> host.udp(null, 80, null),
                () -> TcpConfig.defaults().withCongestion(null));
        assertThat(host.sockets()).isEmpty();
    }

    @Test
    void aHostSurvivesPingsWithoutArguments() throws IOException {
        isRefusedAsNull(() -> host.ping(null, Duration.ZERO), () -> host.ping(PEER.address(), null));
    }

    @Test
    void aHostSurvivesDatagramsWithoutArguments() throws IOException {
        try (UdpSocket socket = host.udp(0)) {
            isRefusedAsNull(
                    () -> socket.connect(null),
                    () -> socket.send(new byte[1], null),
                    () -> socket.send(null, PEER),
                    () -> socket.send(new byte[1], 0, 1, null),
                    () -> socket.setReceiveTimeout(null));
            socket.connect(PEER);
            isRefusedAsNull(() -> socket.send(null));
        }
    }

    @Test
    void aHostSurvivesStreamsWithoutBuffers() throws IOException {
        try (TcpServer server = pair.b().listen(7);
                TcpStream stream = host.connect(PEER)) {
            isRefusedAsNull(
                    () -> stream.read(null),
                    () -> stream.read(null, 0, 1),
                    () -> stream.write(null),
                    () -> stream.write(null, 0, 1),
                    () -> stream.setReadTimeout(null),
                    () -> server.accept(null));
        }
    }

    @Test
    void aBuilderTakesNoNull() throws IOException {
        HostBuilder builder = Towpath.host("x");
        isRefusedAsNull(
                () -> Towpath.host(null),
                () -> builder.link(null),
                () -> builder.link(null, null),
                () -> builder.tcp((TcpConfig) null),
                () -> builder.tcp(config -> null),
                () -> builder.ip(null),
                () -> builder.events(null),
                () -> builder.linger(null),
                () -> builder.onFailure(null));
    }

    @Test
    void aBadPortIsNamedInTheWordsOfTheJdk() throws IOException {
        List<ThrowingCallable> calls = List.of(
                () -> host.connect("10.0.0.2", 70_000),
                () -> host.connect(null, 70_000, PEER, Duration.ZERO, TcpConfig.defaults()),
                () -> host.listen(70_000),
                () -> host.udp(70_000),
                () -> host.udp(IpAddress.parse("10.0.0.1"), 70_000, UdpConfig.defaults()));
        for (ThrowingCallable call : calls) {
            assertThatThrownBy(call)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("port out of range: 70000");
        }
        assertThat(host.sockets()).isEmpty();
    }

    /// A call on `shard` that throws `exception`.
    private static void fail(Shard shard, RuntimeException exception) throws IOException {
        new Call<Boolean>() {
            @Override
            protected Boolean answer(long now) {
                throw exception;
            }
        }.on(shard);
    }

    @Test
    void whatTheStackCannotGiveIsThrownAtTheCallerAndIsNoFailure() throws IOException {
        Context context = Context.of(new PacketPool(), Entropy.seeded(1));
        Stack stack = new Stack(StackConfig.defaults("x"), context);
        List<Throwable> failures = new CopyOnWriteArrayList<>();
        Shard shard = new Shard("x", stack, Timekeeper.live(), null, failures::add);
        shard.start();
        for (RuntimeException mistake : List.of(new IllegalStateException(), new IllegalArgumentException())) {
            assertThatThrownBy(() -> fail(shard, mistake)).isSameAs(mistake);
        }
        assertThat(failures).isEmpty();
        shard.shutDown(0);
    }
}
