package io.towpath.junit;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.towpath.nat.NatConfig.PortAssignment;
import io.towpath.nat.PortForward;
import io.towpath.net.Host;
import io.towpath.net.TcpServer;
import io.towpath.net.TcpStream;
import io.towpath.net.UdpSocket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import org.junit.jupiter.api.Test;

/// A NAT box forgets: mappings that were idle for too long, or all at once. Nobody is told.
class NatForgetsTest {
    private static NatBox box(Network net, Host laptop, Host server) {
        NatBox home = net.nat("home");
        home.inside(laptop).delay(ofMillis(1));
        home.outside(server).delay(ofMillis(10));
        return home;
    }

    @TowpathTest
    void anIdleConnectionIsForgottenAndGoesOnWhenTheInsideHostSpeaksAndGetsItsOldPort(Network net) throws Exception {
        Host laptop = net.host("laptop");
        Host server = net.host("server");
        NatBox home = box(net, laptop, server).tcpTimeout(ofSeconds(60));
        Echo.start(net, server, 7);
        try (TcpStream stream = laptop.connect(net.endpoint(server, 7))) {
            net.sleep(ofSeconds(59));
            assertThat(home.mappings()).hasSize(1);
            net.sleep(ofSeconds(2));
            assertThat(home.mappings()).isEmpty();
            stream.write(new byte[10]);
            assertThat(stream.input().readNBytes(10)).hasSize(10);
            assertThat(home.mappings()).hasSize(1);
        }
        net.capture().resets().none();
    }

    @TowpathTest
    void anIdleConnectionIsForgottenAndResetWhenTheInsideHostGetsAnotherPort(Network net) throws Exception {
        Host laptop = net.host("laptop");
        Host server = net.host("server");
        NatBox home = box(net, laptop, server)
                .configure(c -> c.withPorts(PortAssignment.RANDOM))
                .tcpTimeout(ofSeconds(60));
        Echo.start(net, server, 7);
        try (TcpStream stream = laptop.connect(net.endpoint(server, 7))) {
            net.sleep(ofSeconds(61));
            stream.write(new byte[10]);
            assertThatThrownBy(() -> stream.read(new byte[1])).isInstanceOf(SocketException.class);
            net.capture().from(server).resets().exactly(1);
            net.capture().from(home.host()).to(laptop).resets().exactly(1);
        }
    }

    @TowpathTest
    void aConnectionOutlivesAForwardAndAnotherTimeoutWhichCountsForItToo(Network net) throws Exception {
        Host laptop = net.host("laptop");
        Host server = net.host("server");
        NatBox home = box(net, laptop, server);
        home.configure(c -> c.withPorts(PortAssignment.RANDOM));
        Echo.start(net, server, 7);
        Echo.start(net, laptop, 7);
        try (TcpStream stream = laptop.connect(net.endpoint(server, 7))) {
            home.forward(PortForward.tcp(8080, net.endpoint(laptop, 7)));
            Echo.exchange(server, home.endpoint(8080), 100, net);
            stream.write(new byte[10]);
            assertThat(stream.input().readNBytes(10)).hasSize(10);
            home.tcpTimeout(ofSeconds(60));
            net.sleep(ofSeconds(58));
            stream.write(new byte[10]);
            assertThat(stream.input().readNBytes(10)).hasSize(10);
            net.sleep(ofSeconds(61));
            stream.write(new byte[10]);
            assertThatThrownBy(() -> stream.read(new byte[1])).isInstanceOf(SocketException.class);
        }
    }

    @TowpathTest
    void aServerThatSpeaksAfterTheTimeoutIsNotHeardUntilTheInsideHostSpeaks(Network net) throws Exception {
        Host laptop = net.host("laptop");
        Host server = net.host("server");
        NatBox home = box(net, laptop, server).tcpTimeout(ofSeconds(60));
        TcpServer listener = server.listen(80);
        net.start("server", () -> {
            try (TcpStream stream = listener.accept()) {
                net.sleep(ofSeconds(61));
                stream.write(new byte[10]);
                assertThat(stream.input().readNBytes(1)).hasSize(1);
            }
        });
        try (TcpStream stream = laptop.connect(net.endpoint(server, 80))) {
            stream.setReadTimeout(ofSeconds(100));
            assertThatThrownBy(() -> stream.read(new byte[10])).isInstanceOf(SocketTimeoutException.class);
            net.capture().from(server).retransmissions().atLeast(4);
            net.capture().to(laptop).data().none();
            assertThat(home.mappings()).isEmpty();
            stream.write(new byte[1]);
            assertThat(stream.input().readNBytes(10)).hasSize(10);
        }
    }

    @TowpathTest
    void keepAliveThatIsFasterThanTheTimeoutKeepsAConnection(Network net) throws Exception {
        Host laptop = net.host("laptop");
        Host server = net.host("server");
        // With other ports the connection would not survive that its mapping is made anew.
        NatBox home = box(net, laptop, server)
                .configure(c -> c.withPorts(PortAssignment.RANDOM))
                .tcpTimeout(ofSeconds(60));
        TcpServer listener = server.listen(80);
        net.start("server", () -> {
            try (TcpStream stream = listener.accept()) {
                net.sleep(ofSeconds(600));
                stream.write(new byte[10]);
            }
        });
        try (TcpStream stream = laptop.connect(net.endpoint(server, 80))) {
            stream.setKeepAlive(ofSeconds(45));
            assertThat(stream.input().readNBytes(10)).hasSize(10);
            assertThat(net.now()).isBetween(ofSeconds(600), ofSeconds(601));
            assertThat(home.mappings()).hasSize(1);
        }
        net.capture().from(server).retransmissions().none();
        net.capture().resets().none();
    }

    @TowpathTest
    void aUdpMappingLivesAsLongAsTheInsideHostSpeaks(Network net) throws Exception {
        Host laptop = net.host("laptop");
        Host server = net.host("server");
        NatBox home = box(net, laptop, server).udpTimeout(ofSeconds(30));
        try (UdpSocket inside = laptop.udp(4000);
                UdpSocket outside = server.udp(5000)) {
            inside.setReceiveTimeout(ofSeconds(1));
            for (int i = 0; i < 4; i++) {
                inside.send(new byte[1], net.endpoint(server, 5000));
                net.sleep(ofSeconds(29));
            }
            outside.send(new byte[2], home.endpoint(4000));
            assertThat(inside.receive().data()).hasSize(2);
            net.sleep(ofSeconds(1));
            // RFC 4787 §4.3: what comes from outside does not refresh it, unless told.
            outside.send(new byte[3], home.endpoint(4000));
            assertThatThrownBy(inside::receive).isInstanceOf(SocketTimeoutException.class);
        }
    }

    @TowpathTest(seed = 1, seeds = 3)
    void aTransferGoesOnWhenTheBoxForgetsInTheMiddleAndPortsStayTheSame(Network net) throws Exception {
        Host laptop = net.host("laptop");
        Host server = net.host("server");
        NatBox home = box(net, laptop, server);
        home.outside(server).rate(2_000_000);
        net.at(ofMillis(500), home::forget);
        net.at(ofMillis(900), () -> net.reboot(home.host()));
        try (var listening = Echo.start(net, server, 7)) {
            Echo.exchange(laptop, net.endpoint(server, 7), 300_000, net);
        }
        assertThat(net.now()).isGreaterThan(ofSeconds(1));
        net.capture().resets().none();
    }

    @TowpathTest
    void aTransferIsBrokenOffWhenTheBoxForgetsInTheMiddleAndChoosesOtherPorts(Network net) throws Exception {
        Host laptop = net.host("laptop");
        Host server = net.host("server");
        NatBox home = box(net, laptop, server).configure(c -> c.withPorts(PortAssignment.RANDOM));
        home.outside(server).rate(2_000_000);
        TcpServer listener = server.listen(80);
        Task<?> upload = net.start("server", () -> {
            try (TcpStream stream = listener.accept()) {
                // What it sent last is on its way to a port that nobody has any more.
                stream.setReadTimeout(ofSeconds(60));
                assertThatThrownBy(() -> stream.input().readAllBytes()).isInstanceOf(SocketTimeoutException.class);
            }
        });
        net.at(ofMillis(500), home::forget);
        try (TcpStream stream = laptop.connect(net.endpoint(server, 80))) {
            assertThatThrownBy(() -> stream.write(new byte[1_000_000])).isInstanceOf(SocketException.class);
            assertThat(net.now()).isBetween(ofMillis(500), ofSeconds(2));
        }
        upload.join();
    }

    @TowpathTest
    void aRebootedBoxHasItsSettingsAndForwardsAndNoMappings(Network net) throws Exception {
        Host laptop = net.host("laptop");
        Host server = net.host("server");
        NatBox home = box(net, laptop, server).tcpTimeout(ofSeconds(60));
        home.forward(PortForward.tcp(8080, net.endpoint(laptop, 7)));
        try (var outside = Echo.start(net, server, 7);
                var inside = Echo.start(net, laptop, 7)) {
            Echo.exchange(laptop, net.endpoint(server, 7), 100, net);
            assertThat(home.mappings()).hasSize(2);
            net.reboot(home.host());
            assertThat(home.mappings()).singleElement().hasToString("tcp 10.0.1.2:7 = 10.0.2.1:8080 > any FORWARD");
            Echo.exchange(server, home.endpoint(8080), 100, net);
            try (TcpStream stream = laptop.connect(net.endpoint(server, 7))) {
                stream.write(new byte[1]);
                assertThat(stream.input().readNBytes(1)).hasSize(1);
                assertThat(home.mappings().getLast().secondsLeft()).isEqualTo(60);
            }
        }
    }

    @Test
    void theSameSeedGivesTheSameCaptureByteForByte() throws Exception {
        String first = run(11);
        assertThat(run(11)).isEqualTo(first);
        assertThat(run(11)).isEqualTo(first);
        assertThat(run(12)).isNotEqualTo(first);
    }

    private static String run(long seed) throws Exception {
        String[] capture = new String[1];
        Network.simulate(seed, net -> {
            Host laptop = net.host("laptop");
            Host phone = net.host("phone");
            Host server = net.host("server");
            NatBox home = box(net, laptop, server).configure(c -> c.withPorts(PortAssignment.RANDOM));
            home.inside(phone).jitter(ofMillis(3)).delay(ofMillis(5)).loss(0.1);
            try (var listening = Echo.start(net, server, 7)) {
                net.run(
                        () -> Echo.exchange(laptop, net.endpoint(server, 7), 40_000, net),
                        () -> Echo.exchange(phone, net.endpoint(server, 7), 10_000, net),
                        () -> Echo.exchange(phone, net.endpoint(server, 7), 1, net));
            }
            capture[0] = Digest.of(net.capture());
        });
        return capture[0];
    }
}
