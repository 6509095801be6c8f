package io.towpath.junit;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.nat.NatConfig;
import io.towpath.nat.NatConfig.Behavior;
import io.towpath.net.Datagram;
import io.towpath.net.Host;
import io.towpath.net.TcpStream;
import io.towpath.net.UdpSocket;
import io.towpath.tcp.TcpConfig;
import io.towpath.wire.Endpoint;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// Two homes, each behind a box of its own, talk to each other through both.
class HolePunchingTest {
    private static final int MEETING = 3478;

    /// Two homes at the internet, and a server there that tells each what the other looks like from outside.
    private record Street(Network net, Host alice, Host bob, NatBox left, NatBox right, Endpoint meeting) {
        static Street of(Network net, UnaryOperator<NatConfig> how) throws IOException {
            Host internet = net.router("internet");
            NatBox left = net.nat("left", how);
            NatBox right = net.nat("right", how);
            Host alice = net.host("alice");
            Host bob = net.host("bob");
            Host server = net.host("server");
            left.inside(alice).delay(ofMillis(1));
            right.inside(bob).delay(ofMillis(1));
            left.outside(internet).delay(ofMillis(10)).loss(0.1);
            right.outside(internet).delay(ofMillis(25)).loss(0.1);
            net.wire(internet, server);
            UdpSocket socket = server.udp(MEETING);
            net.start("meeting", () -> introduce(socket));
            return new Street(net, alice, bob, left, right, net.endpoint(server, MEETING));
        }

        private static void introduce(UdpSocket socket) throws IOException {
            Endpoint[] known = new Endpoint[2];
            while (!socket.isClosed()) {
                Datagram hello;
                try {
                    hello = socket.receive();
                } catch (java.net.SocketException closed) {
                    return;
                }
                int who = hello.data()[0];
                known[who] = hello.from();
                if (known[1 - who] != null) {
                    socket.send(known[1 - who].toString().getBytes(StandardCharsets.US_ASCII), hello.from());
                }
            }
        }

        /// Asks the server for the other's endpoint, again and again, and calls the other by it.
        ///
        /// @return whence the other was heard, null when it was not
        @Nullable
        Endpoint call(Host host, int who) throws IOException {
            try (UdpSocket socket = host.udp(4000)) {
                socket.setReceiveTimeout(ofMillis(200));
                Endpoint other = null;
                Endpoint heard = null;
                for (int i = 0; i < 50; i++) {
                    socket.send(new byte[] {(byte) who}, meeting);
                    if (other != null) {
                        socket.send(new byte[] {(byte) (2 + who)}, other);
                    }
                    try {
                        Datagram got = socket.receive();
                        if (got.data().length == 1) {
                            heard = got.from();
                        } else {
                            other = Endpoint.parse(new String(got.data(), StandardCharsets.US_ASCII));
                        }
                    } catch (SocketTimeoutException again) {
                        continue;
                    }
                }
                return heard;
            }
        }
    }

    @TowpathTest(seed = 1, seeds = 3)
    void datagramsMeetWhereMappingsAreTheSameForAll(Network net) throws Exception {
        Street street = Street.of(net, c -> c.withFiltering(Behavior.ADDRESS_AND_PORT_DEPENDENT));
        Task<@Nullable Endpoint> alice = net.call("alice", () -> street.call(street.alice(), 0));
        assertThat(street.call(street.bob(), 1)).isEqualTo(street.left().endpoint(4000));
        assertThat(alice.join()).isEqualTo(street.right().endpoint(4000));
    }

    @TowpathTest(seed = 1, seeds = 3)
    void datagramsDoNotMeetWhereEachRemoteEndpointHasAMappingOfItsOwn(Network net) throws Exception {
        Street street = Street.of(
                net,
                c -> c.withMapping(Behavior.ADDRESS_AND_PORT_DEPENDENT)
                        .withFiltering(Behavior.ADDRESS_AND_PORT_DEPENDENT));
        Task<@Nullable Endpoint> alice = net.call("alice", () -> street.call(street.alice(), 0));
        assertThat(street.call(street.bob(), 1)).isNull();
        assertThat(alice.join()).isNull();
        // One for the server, one for where the other was thought to be.
        assertThat(street.left().mappings()).hasSize(2);
    }

    @TowpathTest(seed = 1, seeds = 3)
    void twoWhoConnectToEachOtherAtOnceMeetBetweenTwoBoxes(Network net) throws Exception {
        NatBox left = net.nat("left", c -> c.withFiltering(Behavior.ADDRESS_AND_PORT_DEPENDENT));
        NatBox right = net.nat("right", c -> c.withFiltering(Behavior.ADDRESS_AND_PORT_DEPENDENT));
        Host alice = net.host("alice");
        Host bob = net.host("bob");
        left.inside(alice);
        right.inside(bob);
        left.outside(right).delay(ofMillis(20)).loss(0.1);
        // RFC 5382 §4.3: the SYN that came too early is held, and dropped without a word when the other's leaves.
        Task<Integer> first = net.call("alice", () -> {
            try (TcpStream stream = meet(alice, right.endpoint(5000))) {
                stream.write(new byte[50_000]);
                stream.shutdownOutput();
                return stream.input().readAllBytes().length;
            }
        });
        net.sleep(ofMillis(300));
        try (TcpStream stream = meet(bob, left.endpoint(5000))) {
            stream.write(new byte[1000]);
            stream.shutdownOutput();
            assertThat(stream.input().readAllBytes()).hasSize(50_000);
        }
        assertThat(first.join()).isEqualTo(1000);
        net.capture().resets().none();
    }

    private static TcpStream meet(Host host, Endpoint other) throws IOException {
        return host.connect(null, 5000, other, ofSeconds(60), TcpConfig.defaults());
    }

    @TowpathTest
    void twoBehindOneBoxMeetByItsOutsideAddress(Network net) throws Exception {
        NatBox home = net.nat("home");
        Host alice = net.host("alice");
        Host bob = net.host("bob");
        Wire left = home.inside(alice);
        Wire right = home.inside(bob);
        Wire wan = home.outside(net.host("server"));
        home.forward(io.towpath.nat.PortForward.tcp(7000, net.endpoint(bob, 7)));
        try (var listening = Echo.start(net, bob, 7)) {
            Echo.exchange(alice, home.endpoint(7000), 20_000, net);
        }
        // RFC 4787 §6: "External source IP address and port".
        assertThat(net.capture().on(right).to(bob).packets())
                .isNotEmpty()
                .allMatch(packet -> packet.source().equals(home.address()));
        assertThat(net.capture().on(left).to(alice).packets())
                .isNotEmpty()
                .allMatch(packet -> packet.source().equals(home.address()));
        net.capture().on(wan).none();
    }
}
