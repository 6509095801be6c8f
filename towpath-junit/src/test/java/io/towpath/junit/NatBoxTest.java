package io.towpath.junit;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.towpath.nat.NatConfig.Behavior;
import io.towpath.nat.NatConfig.Ip6;
import io.towpath.nat.NatMapping;
import io.towpath.nat.PortForward;
import io.towpath.net.Host;
import io.towpath.net.TcpServer;
import io.towpath.net.TcpStream;
import io.towpath.net.sctp.SctpServer;
import io.towpath.net.sctp.SctpSocket;
import io.towpath.sctp.SctpConfig;
import io.towpath.wire.Endpoint;
import io.towpath.wire.IpAddress;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;

/// A NAT box between hosts: who reaches whom, and how it is built.
class NatBoxTest {
    @TowpathTest(seed = 1, seeds = 3)
    void aDownloadPassesAndTheServerSeesTheOutsideAddress(Network net) throws Exception {
        Host laptop = net.host("laptop");
        Host server = net.host("server");
        NatBox home = net.nat("home");
        home.inside(laptop).delay(ofMillis(1));
        home.outside(server).delay(ofMillis(20)).loss(0.05);
        TcpServer listener = server.listen(80);
        Task<Endpoint> seen = net.call("server", () -> {
            try (TcpStream stream = listener.accept()) {
                stream.write(new byte[200_000]);
                stream.shutdownOutput();
                return stream.remote();
            }
        });
        try (TcpStream stream = laptop.connect(net.endpoint(server, 80))) {
            assertThat(stream.input().readAllBytes()).hasSize(200_000);
            assertThat(seen.join()).isEqualTo(home.endpoint(stream.local().port()));
            assertThat(home.mappings()).hasSize(1).allSatisfy(mapping -> {
                assertThat(mapping.inside()).isEqualTo(stream.local());
                assertThat(mapping.remote()).isEqualTo(net.endpoint(server, 80));
                assertThat(mapping.state()).isEqualTo(NatMapping.State.CLOSING);
            });
        }
    }

    @TowpathTest
    void bothWiresAreCapturedEachWithItsAddresses(Network net) throws Exception {
        Host laptop = net.host("laptop");
        Host server = net.host("server");
        NatBox home = net.nat("home");
        Wire lan = home.inside(laptop);
        Wire wan = home.outside(server);
        try (var listening = Echo.start(net, server, 7)) {
            Echo.exchange(laptop, net.endpoint(server, 7), 5000, net);
        }
        assertThat(net.capture().on(lan).from(laptop).packets())
                .isNotEmpty()
                .allMatch(packet -> packet.source().equals(net.address(laptop)));
        assertThat(net.capture().on(wan).from(home.host()).packets())
                .isNotEmpty()
                .allMatch(packet -> packet.source().equals(home.address()));
        assertThat(net.capture().on(wan).count())
                .isEqualTo(net.capture().on(lan).count());
        assertThat(net.report(null)).contains("home nat: tcp 10.0.1.2:");
    }

    @TowpathTest
    void nobodyOutsideGetsInUnlessAPortIsForwarded(Network net) throws Exception {
        Host laptop = net.host("laptop");
        Host server = net.host("server");
        NatBox home = net.nat("home");
        home.inside(laptop);
        home.outside(server);
        Echo.start(net, laptop, 80);
        // RFC 5382 §4.3: the SYN is held for six seconds, and then refused.
        assertThatThrownBy(() -> server.connect(home.endpoint(8080), ofSeconds(30)))
                .isInstanceOf(ConnectException.class);
        assertThat(net.now()).isBetween(ofSeconds(6), ofSeconds(8));
        assertThatThrownBy(() -> server.connect(net.endpoint(laptop, 80), ofSeconds(30)))
                .isInstanceOf(NoRouteToHostException.class);
        home.forward(PortForward.tcp(8080, net.endpoint(laptop, 80)));
        Echo.exchange(server, home.endpoint(8080), 5000, net);
        assertThat(home.mappings().getFirst()).hasToString("tcp 10.0.1.2:80 = 10.0.2.1:8080 > any FORWARD");
    }

    @TowpathTest
    void aForwardToAHostOutsideIsRefused(Network net) throws Exception {
        Host laptop = net.host("laptop");
        Host internet = net.router("internet");
        Host server = net.host("server");
        NatBox home = net.nat("home");
        home.inside(laptop);
        home.outside(internet);
        net.wire(internet, server);
        for (Host far : List.of(internet, server)) {
            PortForward astray = PortForward.tcp(8080, net.endpoint(far, 80));
            assertThatThrownBy(() -> home.forward(astray))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("a forward leads inside; this one leads outside of home: " + astray);
        }
        assertThat(home.mappings()).isEmpty();
        // The port is free for one that leads inside, an address that nobody has yet included.
        home.forward(PortForward.tcp(8080, net.endpoint(laptop, 80)));
        home.forward(PortForward.tcp(8081, new Endpoint(IpAddress.parse("172.16.0.1"), 80)));
        assertThat(home.mappings()).hasSize(2);
    }

    @TowpathTest
    void theOtherIpVersionIsNoWayAround(Network net) throws Exception {
        Host laptop = net.host("laptop");
        Host server = net.host("server");
        NatBox home = net.nat("home");
        home.inside(laptop);
        home.outside(server);
        TcpServer listener = server.listen(80);
        Task<Endpoint> seen = net.call("server", () -> {
            try (TcpStream stream = listener.accept()) {
                return stream.remote();
            }
        });
        laptop.connect(new Endpoint(IpAddress.parse("fd00:0:0:2::2"), 80)).close();
        assertThat(seen.join().address()).isEqualTo(IpAddress.parse("fd00:0:0:2::1"));
        assertThatThrownBy(() -> server.connect(new Endpoint(IpAddress.parse("fd00:0:0:1::2"), 80)))
                .isInstanceOf(NoRouteToHostException.class);
    }

    @TowpathTest
    void aBoxThatForwardsIp6IsCrossedByItBothWays(Network net) throws Exception {
        Host laptop = net.host("laptop");
        Host server = net.host("server");
        NatBox home = net.nat("home", c -> c.withIp6(Ip6.FORWARDED));
        home.inside(laptop);
        home.outside(server);
        try (var inside = Echo.start(net, laptop, 7);
                var outside = Echo.start(net, server, 7)) {
            Echo.exchange(server, new Endpoint(IpAddress.parse("fd00:0:0:1::2"), 7), 3000, net);
            Echo.exchange(laptop, new Endpoint(IpAddress.parse("fd00:0:0:2::2"), 7), 3000, net);
        }
        assertThatThrownBy(() -> server.ping(net.address(laptop), ofSeconds(1)))
                .isInstanceOf(NoRouteToHostException.class);
    }

    @TowpathTest
    void aPingPassesAndTheBoxAnswersItself(Network net) throws Exception {
        Host laptop = net.host("laptop");
        Host server = net.host("server");
        NatBox home = net.nat("home");
        home.inside(laptop).delay(ofMillis(1));
        home.outside(server).delay(ofMillis(10));
        assertThat(laptop.ping(net.address(server), ofSeconds(1))).isEqualTo(ofMillis(22));
        assertThat(server.ping(home.address(), ofSeconds(1))).isEqualTo(ofMillis(20));
        assertThatThrownBy(() -> server.ping(net.address(laptop), ofSeconds(1)))
                .isInstanceOf(NoRouteToHostException.class);
        home.outside(server).cut();
        assertThatThrownBy(() -> laptop.ping(net.address(server), ofSeconds(1)))
                .isInstanceOf(SocketTimeoutException.class);
    }

    @TowpathTest
    void pingsThroughTheBoxAreInTheReportBesideAConnection(Network net) throws Exception {
        Host laptop = net.host("laptop");
        Host server = net.host("server");
        NatBox home = net.nat("home");
        home.inside(laptop);
        home.outside(server);
        try (var listening = Echo.start(net, server, 7);
                TcpStream stream = laptop.connect(net.endpoint(server, 7))) {
            assertThat(laptop.ping(net.address(server), ofSeconds(1))).isNotNull();
            stream.write(new byte[1]);
            assertThat(stream.input().readNBytes(1)).hasSize(1);
            for (Host left : List.of(laptop, home.host())) {
                String ladder = net.report(null).substring(net.report(null).indexOf(" " + left.name() + " ┬"));
                assertThat(ladder)
                        .containsSubsequence("SYN seq 0", "ICMP echo request seq", "ICMP echo reply seq", "PSH,ACK");
            }
        }
    }

    @TowpathTest(seed = 1, seeds = 3)
    void anAssociationOfOneAddressPassesAndOutlivesTheBoxsMemory(Network net) throws Exception {
        Host laptop = net.host("laptop");
        Host server = net.host("server");
        NatBox home = net.nat("home");
        home.inside(laptop);
        home.outside(server).delay(ofMillis(10)).loss(0.05);
        SctpServer listener = server.sctp().listen(5000);
        Task<IpAddress> seen = net.call("server", () -> {
            try (SctpSocket socket = listener.accept()) {
                for (int i = 0; i < 40; i++) {
                    assertThat(socket.receive()).isNotNull();
                }
                socket.send(new byte[5000]);
                return socket.association().remoteAddresses().getFirst();
            }
        });
        // One address: a peer would look for the others where nobody has them.
        try (SctpSocket socket = laptop.sctp()
                .connect(
                        List.of(net.address(laptop)),
                        0,
                        List.of(net.address(server)),
                        5000,
                        SctpConfig.defaults(),
                        Duration.ZERO)) {
            for (int i = 0; i < 40; i++) {
                socket.send(new byte[1000]);
                net.sleep(ofMillis(20));
                if (i == 20) {
                    home.forget();
                }
            }
            assertThat(socket.receive().data()).hasSize(5000);
        }
        assertThat(seen.join()).isEqualTo(home.address());
    }

    @TowpathTest
    void aHomeBehindACarriersNatReachesTheServer(Network net) throws Exception {
        Host laptop = net.host("laptop");
        Host server = net.host("server");
        NatBox home = net.nat("home");
        NatBox carrier = net.nat("carrier", c -> c.withFiltering(Behavior.ADDRESS_AND_PORT_DEPENDENT));
        home.inside(laptop);
        Wire between = carrier.inside(home);
        Wire wan = carrier.outside(server);
        try (var listening = Echo.start(net, server, 7)) {
            Echo.exchange(laptop, net.endpoint(server, 7), 30_000, net);
        }
        assertThat(home.address()).isEqualTo(between.address(home.host()));
        assertThat(net.capture().on(between).from(home.host()).packets())
                .allMatch(packet -> packet.source().equals(home.address()));
        assertThat(net.capture().on(wan).from(carrier.host()).packets())
                .isNotEmpty()
                .allMatch(packet -> packet.source().equals(carrier.address()));
        assertThat(carrier.mappings().getFirst().inside().address()).isEqualTo(home.address());
    }

    @TowpathTest
    void whatIsWrongIsSaidInOneLine(Network net) {
        Host laptop = net.host("laptop");
        NatBox home = net.nat("home");
        assertThat(home).hasToString("NAT home").isSameAs(net.nat("home"));
        assertThatThrownBy(home::address).hasMessage("home has no wire to its outside yet");
        assertThatThrownBy(() -> net.nat("laptop")).hasMessage("laptop is a host already, and no NAT box");
        Wire lan = home.inside(laptop);
        assertThat(home.inside(laptop)).isSameAs(lan);
        assertThatThrownBy(() -> home.outside(laptop))
                .hasMessage("wire home-laptop is there already, and leads to the other side of home");
        assertThatThrownBy(() -> home.configure(c -> c.withIp6(Ip6.FORWARDED)))
                .hasMessage("what home does with IPv6 is said when it is made");
        PortForward web = PortForward.tcp(8080, net.endpoint(laptop, 80));
        home.forward(web);
        assertThatThrownBy(() -> home.forward(web)).hasMessageStartingWith("two forwards collide");
        assertThatThrownBy(() -> home.udpTimeout(ofSeconds(0))).hasMessage("a mapping must live for 1 ns at least");
        assertThatThrownBy(() -> net.anotherWire(laptop, home.host(), 9000))
                .hasMessage("the MTU of a wire is 68 to 1500, not 9000");
    }
}
