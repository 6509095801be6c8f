package io.towpath.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.towpath.core.Offloads;
import io.towpath.ip.IpConfig;
import io.towpath.link.MemoryLink;
import io.towpath.nat.NatConfig;
import io.towpath.nat.NatMapping;
import io.towpath.nat.PortForward;
import io.towpath.wire.Endpoint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A host that is a NAT, between two others that run.
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class NatHostTest {
    private static HostBuilder inside(MemoryLink link) {
        return Towpath.host("inside").link(link).address("10.0.0.2/24").route("0.0.0.0/0", "10.0.0.1");
    }

    private static HostBuilder box(MemoryLink left, MemoryLink right) {
        return Towpath.host("box").link(left).address("10.0.0.1/24").link(right).address("203.0.113.1/24");
    }

    private static HostBuilder outside(MemoryLink link) {
        return Towpath.host("outside").link(link).address("203.0.113.7/24");
    }

    private static void carry(byte[] data, TcpStream from, TcpStream to) throws IOException {
        Thread writer = Thread.ofVirtual().start(() -> {
            try {
                from.write(data);
                from.shutdownOutput();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        assertThat(to.input().readAllBytes()).isEqualTo(data);
        try {
            writer.join();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aStreamPassesWithOffloadsAndWithout(boolean offloaded) throws IOException {
        Offloads offloads = offloaded ? new Offloads(true, 65_535) : Offloads.NONE;
        MemoryLink.Pair left = MemoryLink.sharedPair("left", 1500, offloads, 256);
        MemoryLink.Pair right = MemoryLink.sharedPair("right", 1500, offloads, 256);
        byte[] data = new byte[3_000_000];
        for (int i = 0; i < data.length; i++) {
            data[i] = (byte) (i * 31);
        }
        try (Host client = inside(left.a()).start();
                Host nat = box(left.b(), right.a()).nat().start();
                Host service = outside(right.b()).start();
                TcpServer server = service.listen(80)) {
            try (TcpStream out = client.connect("203.0.113.7", 80);
                    TcpStream in = server.accept()) {
                assertThat(in.remote().address().toString()).isEqualTo("203.0.113.1");
                carry(data, out, in);
                carry(data, in, out);
                assertThat(nat.nat())
                        .singleElement()
                        .extracting(NatMapping::outside)
                        .isEqualTo(
                                new Endpoint(in.remote().address(), out.local().port()));
                assertThat(nat.snapshot().nat()).hasSize(1);
                nat.forgetNat();
                assertThat(nat.nat()).isEmpty();
            }
        }
    }

    @Test
    void aForwardLeadsInside() throws IOException {
        MemoryLink.Pair left = MemoryLink.sharedPair("left", 1500, Offloads.NONE, 256);
        MemoryLink.Pair right = MemoryLink.sharedPair("right", 1500, Offloads.NONE, 256);
        NatConfig config = NatConfig.outside(2).withForward(PortForward.tcp(8080, Endpoint.parse("10.0.0.2:80")));
        try (Host service = inside(left.a()).start();
                Host nat = box(left.b(), right.a()).nat(config).start();
                Host client = outside(right.b()).start();
                TcpServer server = service.listen(80)) {
            try (TcpStream out = client.connect("203.0.113.1", 8080);
                    TcpStream in = server.accept()) {
                assertThat(in.remote().address().toString()).isEqualTo("203.0.113.7");
                out.write(new byte[5]);
                assertThat(in.input().readNBytes(5)).hasSize(5);
            }
            assertThat(nat.nat()).extracting(NatMapping::state).contains(NatMapping.State.FORWARD);
            nat.reboot();
            try (TcpStream out = client.connect("203.0.113.1", 8080);
                    TcpStream in = server.accept()) {
                out.write(new byte[5]);
                assertThat(in.input().readNBytes(5)).hasSize(5);
            }
        }
    }

    @Test
    void settingsThatAreChangedWhileItRunsCountAtOnceAndAfterAReboot() throws IOException {
        MemoryLink.Pair left = MemoryLink.sharedPair("left", 1500, Offloads.NONE, 256);
        MemoryLink.Pair right = MemoryLink.sharedPair("right", 1500, Offloads.NONE, 256);
        NatConfig config = NatConfig.outside(2).withForward(PortForward.tcp(8080, Endpoint.parse("10.0.0.2:80")));
        try (Host service = inside(left.a()).start();
                Host nat = box(left.b(), right.a())
                        .ip(IpConfig.defaults().withForwarding(true))
                        .start();
                Host client = outside(right.b()).start();
                TcpServer server = service.listen(80);
                TcpServer ofTheBox = nat.listen(53)) {
            for (NatConfig each : List.of(NatConfig.outside(2), config)) {
                nat.nat(each);
                service.connect("203.0.113.1", 53).close();
                assertThat(nat.nat()).hasSize(each.forwards().size());
            }
            ofTheBox.accept().close();
            for (int boots = 0; boots < 2; boots++) {
                try (TcpStream out = client.connect("203.0.113.1", 8080);
                        TcpStream in = server.accept()) {
                    out.write(new byte[5]);
                    assertThat(in.input().readNBytes(5)).hasSize(5);
                }
                nat.reboot();
            }
        }
    }

    @Test
    void whoForwardsNothingCannotBeANat() throws IOException {
        MemoryLink.Pair wire = MemoryLink.sharedPair("wire", 1500, Offloads.NONE, 16);
        try (Host host = outside(wire.a()).start()) {
            assertThatThrownBy(() -> host.nat(NatConfig.outside(1)))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageStartingWith("a NAT must forward packets");
            host.reboot();
            assertThat(host.nat()).isEmpty();
        }
        wire.b().close();
    }

    @Test
    void whoIsNoNatHasNoMappings() throws IOException {
        MemoryLink.Pair wire = MemoryLink.sharedPair("wire", 1500, Offloads.NONE, 16);
        try (Host host = outside(wire.a()).start()) {
            assertThat(host.nat()).isEmpty();
            host.forgetNat();
        }
        wire.b().close();
    }

    @Test
    void theOutsideLinkComesBeforeTheNat() {
        assertThatThrownBy(() -> Towpath.host("box").nat())
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("name a link before its addresses and routes");
    }
}
