package io.towpath.junit;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.net.Host;
import io.towpath.wire.Endpoint;
import io.towpath.wire.IpAddress;
import io.towpath.wire.IpProtocol;

/// A router says "too big" about a packet that a NAT rewrote: its sender must understand it nevertheless.
class PathMtuThroughNatTest {
    private static final int NARROW = 1280;

    @TowpathTest
    void anInsideHostLearnsOfANarrowWireOutside(Network net) throws Exception {
        Host laptop = net.host("laptop");
        Host near = net.router("near");
        Host far = net.router("far");
        Host server = net.host("server");
        NatBox home = net.nat("home");
        Wire lan = home.inside(laptop).delay(ofMillis(1));
        home.outside(near).delay(ofMillis(10));
        Wire narrow = net.anotherWire(near, far, NARROW).delay(ofMillis(1));
        net.wire(far, server);
        check(net, laptop, server, lan, narrow, "fd00:0:0:4::2");
        assertThat(narrow.address(far)).isEqualTo(IpAddress.parse("10.0.3.2"));
        net.capture()
                .from(near)
                .to(home.host())
                .where("ICMP", PathMtuThroughNatTest::isIcmp)
                .atLeast(2);
        net.capture()
                .on(lan)
                .from(home.host())
                .where("ICMP", PathMtuThroughNatTest::isIcmp)
                .atLeast(2);
    }

    @TowpathTest
    void anOutsideHostLearnsOfANarrowWireInside(Network net) throws Exception {
        Host server = net.host("server");
        Host outside = net.router("outside");
        Host near = net.router("near");
        Host far = net.router("far");
        Host laptop = net.host("laptop");
        NatBox home = net.nat("home");
        Wire wan = home.outside(outside).delay(ofMillis(10));
        net.wire(outside, server);
        home.inside(near);
        Wire narrow = net.anotherWire(near, far, NARROW);
        net.wire(far, laptop);
        check(net, laptop, server, wan, narrow, "fd00:0:0:2::2");
        net.capture()
                .from(near)
                .to(home.host())
                .where("ICMP", PathMtuThroughNatTest::isIcmp)
                .atLeast(2);
        assertThat(net.capture()
                        .on(wan)
                        .from(home.host())
                        .where("ICMP", PathMtuThroughNatTest::isIcmp)
                        .packets())
                .hasSizeGreaterThanOrEqualTo(2)
                .allMatch(packet -> packet.source().equals(home.address())
                        || !packet.source().isIp4());
    }

    /// Both IP versions: nothing is lost for good, and no segment waits for a timeout more than once.
    private static void check(Network net, Host laptop, Host server, Wire seen, Wire narrow, String ip6)
            throws Exception {
        try (var listening = Echo.start(net, server, 7)) {
            Echo.exchange(laptop, net.endpoint(server, 7), 100_000, net);
            Echo.exchange(laptop, new Endpoint(IpAddress.parse(ip6), 7), 100_000, net);
        }
        assertThat(net.now()).isLessThan(ofSeconds(5));
        assertThat(net.capture().on(narrow).data().packets())
                .isNotEmpty()
                .allMatch(packet -> packet.dataBytes() <= NARROW - 20 - 20);
        net.capture()
                .on(seen)
                .where("too big", packet -> packet.dataBytes() > NARROW)
                .atLeast(1);
    }

    private static boolean isIcmp(Seen packet) {
        return packet.protocol() == IpProtocol.ICMP || packet.protocol() == IpProtocol.ICMPV6;
    }
}
