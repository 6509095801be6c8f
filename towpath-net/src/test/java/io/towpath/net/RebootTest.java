package io.towpath.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.towpath.core.Entropy;
import io.towpath.core.Event;
import io.towpath.core.Offloads;
import io.towpath.link.MemoryLink;
import io.towpath.wire.IpAddress;
import io.towpath.wire.Prefix;
import java.io.IOException;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Hosts that change while they run: links that come later, routes that come later, all memory gone.
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class RebootTest {
    private static MemoryLink.Pair wire(String name) {
        return MemoryLink.sharedPair(name, 1500, Offloads.NONE, 64);
    }

    private static void exchange(Host from, String address, TcpServer server) throws IOException {
        try (TcpStream client = from.connect(address, server.port());
                TcpStream accepted = server.accept()) {
            client.write(new byte[3000]);
            client.shutdownOutput();
            assertThat(accepted.input().readAllBytes()).hasSize(3000);
        }
    }

    @Test
    void linksMayComeWhileAHostRuns() throws IOException {
        MemoryLink.Pair wire = wire("late");
        try (Host a = Towpath.host("a").start();
                Host b = Towpath.host("b").start()) {
            a.plug(wire.a(), "10.0.0.1/24", "fd00::1/64");
            b.plug(wire.b(), "10.0.0.2/24", "fd00::2/64");
            assertThat(a.addresses()).hasSize(2);
            try (TcpServer server = b.listen(7)) {
                exchange(a, "10.0.0.2", server);
                exchange(a, "fd00::2", server);
            }
        }
    }

    @Test
    void routesMayComeWhileAHostRunsAndNeedALinkToTheirGateway() throws IOException {
        MemoryLink.Pair left = wire("left");
        MemoryLink.Pair right = wire("right");
        try (Host a = Towpath.host("a").link(left.a()).address("10.0.1.1/24").start();
                Host router = Towpath.host("router")
                        .ip(io.towpath.ip.IpConfig.defaults().withForwarding(true))
                        .link(left.b())
                        .address("10.0.1.2/24")
                        .link(right.a())
                        .address("10.0.2.1/24")
                        .start();
                Host b =
                        Towpath.host("b").link(right.b()).address("10.0.2.2/24").start();
                TcpServer server = b.listen(7)) {
            assertThatThrownBy(() -> a.route(Prefix.parse("10.0.2.0/24"), IpAddress.parse("10.9.9.9")))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("a has no link to 10.9.9.9");
            assertThatThrownBy(() -> a.connect("10.0.2.2", 7)).isInstanceOf(SocketException.class);
            a.route(Prefix.parse("10.0.2.0/24"), IpAddress.parse("10.0.1.2"));
            b.route(Prefix.parse("10.0.1.0/24"), IpAddress.parse("10.0.2.1"));
            exchange(a, "10.0.2.2", server);
            a.reboot();
            exchange(a, "10.0.2.2", server);
        }
    }

    @Test
    void aRebootedHostFailsItsSocketsSaysNothingAndServesAgain() throws IOException {
        MemoryLink.Pair wire = wire("wire");
        List<Event> segments = Collections.synchronizedList(new ArrayList<>());
        try (Host a = Towpath.host("a").link(wire.a()).address("10.0.0.1/24").start();
                Host b = Towpath.host("b")
                        .link(wire.b())
                        .address("10.0.0.2/24")
                        .events(segments::add, Event.Kind.TCP_SEGMENT_OUT)
                        .start()) {
            TcpServer server = b.listen(7);
            TcpStream client = a.connect("10.0.0.2", 7);
            TcpStream accepted = server.accept();
            client.write(new byte[10]);
            assertThat(accepted.read(new byte[10])).isEqualTo(10);
            segments.clear();

            b.reboot();
            assertThat(segments).isEmpty();
            assertThatThrownBy(() -> accepted.read(new byte[1]))
                    .isInstanceOf(SocketException.class)
                    .hasRootCauseMessage("the host was rebooted");
            assertThatThrownBy(server::accept).isInstanceOf(SocketException.class);

            // RFC 9293 §3.5.1, half-open discovery: the peer learns it when it next sends.
            client.write(new byte[10]);
            assertThatThrownBy(() -> client.read(new byte[1]))
                    .isInstanceOf(SocketException.class)
                    .hasMessageContaining("reset");
            try (TcpServer again = b.listen(7)) {
                exchange(a, "10.0.0.2", again);
            }
        }
    }

    @Test
    void aClosedHostDoesNotComeUpAgain() throws IOException {
        Host host = Towpath.host("a").start();
        host.close();
        assertThatThrownBy(host::reboot).isInstanceOf(SocketException.class).hasMessage("Socket closed");
    }

    @Test
    void hostsOfOneChanceNumberTheirConnectionsAlike() throws IOException {
        List<Long> first = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            MemoryLink.Pair wire = wire("wire");
            try (Host a = Towpath.host("a")
                            .entropy(Entropy.seeded(5))
                            .link(wire.a())
                            .address("10.0.0.1/24")
                            .start();
                    Host b = Towpath.host("b")
                            .link(wire.b())
                            .address("10.0.0.2/24")
                            .start();
                    TcpServer server = b.listen(7);
                    TcpStream client = a.connect("10.0.0.2", server.port())) {
                first.add((long) client.local().port());
            }
        }
        assertThat(first.get(0)).isEqualTo(first.get(1));
    }
}
