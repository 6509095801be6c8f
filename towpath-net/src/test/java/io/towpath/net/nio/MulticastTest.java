package io.towpath.net.nio;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.towpath.core.Offloads;
import io.towpath.link.MemoryLink;
import io.towpath.net.Host;
import io.towpath.net.HostPair;
import io.towpath.net.Towpath;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.MembershipKey;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Groups between two hosts and within one. Each test ends with a datagram that everybody hears, so that silence
/// before it is certain.
@org.junit.jupiter.api.Timeout(value = 20, threadMode = org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD)
class MulticastTest {
    private static final int PORT = 7000;

    private HostPair pair;
    private InetAddress group;
    private NetworkInterface named;

    @BeforeEach
    void start() throws IOException {
        pair = Towpath.memoryPair("10.0.0.1/24", "10.0.0.2/24");
        group = InetAddress.getByName("239.1.2.3");
        named = NetworkInterface.networkInterfaces().findFirst().orElseThrow();
    }

    @AfterEach
    void stop() {
        pair.close();
    }

    private static DatagramChannel channel(Host host) throws IOException {
        DatagramChannel channel = host.selectorProvider().openDatagramChannel();
        channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
        return channel.bind(new InetSocketAddress(PORT));
    }

    private void send(DatagramChannel from, String text) throws IOException {
        from.send(ByteBuffer.wrap(text.getBytes(UTF_8)), new InetSocketAddress(group, PORT));
    }

    private static String next(DatagramChannel at) throws IOException {
        ByteBuffer into = ByteBuffer.allocate(100);
        at.receive(into);
        return UTF_8.decode(into.flip()).toString();
    }

    @Test
    void aGroupGoesFromHostToHost() throws IOException {
        DatagramChannel a = channel(pair.a());
        DatagramChannel b = channel(pair.b());
        b.join(group, named);
        send(a, "hello");
        assertThat(next(b)).isEqualTo("hello");
    }

    @Test
    void withoutLoopTheSendersHostDoesNotHearItself() throws IOException {
        DatagramChannel a = channel(pair.a());
        DatagramChannel b = channel(pair.b());
        a.join(group, named);
        b.join(group, named);
        a.setOption(StandardSocketOptions.IP_MULTICAST_LOOP, false);
        send(a, "not here");
        a.setOption(StandardSocketOptions.IP_MULTICAST_LOOP, true);
        send(a, "here too");
        assertThat(next(b)).isEqualTo("not here");
        assertThat(next(b)).isEqualTo("here too");
        assertThat(next(a)).isEqualTo("here too");
    }

    @Test
    void timeToLiveZeroStaysHere() throws IOException {
        DatagramChannel a = channel(pair.a());
        DatagramChannel b = channel(pair.b());
        a.join(group, named);
        b.join(group, named);
        a.setOption(StandardSocketOptions.IP_MULTICAST_TTL, 0);
        send(a, "here only");
        a.setOption(StandardSocketOptions.IP_MULTICAST_TTL, 1);
        send(a, "everywhere");
        assertThat(next(a)).isEqualTo("here only");
        assertThat(next(a)).isEqualTo("everywhere");
        assertThat(next(b)).isEqualTo("everywhere");
    }

    @Test
    void whoDidNotJoinHearsNothing() throws IOException {
        DatagramChannel a = channel(pair.a());
        DatagramChannel b = channel(pair.b());
        send(a, "too early");
        b.join(group, named);
        send(a, "in time");
        assertThat(next(b)).isEqualTo("in time");
    }

    @Test
    void onlyTheSourceThatWasNamedIsHeard() throws IOException {
        DatagramChannel a = channel(pair.a());
        DatagramChannel b = channel(pair.b());
        MembershipKey other = b.join(group, named, InetAddress.getByName("10.0.0.77"));
        send(a, "from a stranger");
        other.drop();
        b.join(group, named, InetAddress.getByName("10.0.0.1"));
        send(a, "from a friend");
        assertThat(next(b)).isEqualTo("from a friend");
    }

    @Test
    void aBlockedSourceIsNotHeard() throws IOException {
        DatagramChannel a = channel(pair.a());
        DatagramChannel b = channel(pair.b());
        MembershipKey key = b.join(group, named);
        key.block(InetAddress.getByName("10.0.0.1"));
        send(a, "blocked");
        key.unblock(InetAddress.getByName("10.0.0.1"));
        send(a, "heard");
        assertThat(next(b)).isEqualTo("heard");
    }

    /// An interface with addresses of both families, in whatever order the JDK tells them.
    @Test
    void anInterfaceIsNamedForGroupsOfBothFamilies() throws IOException {
        NetworkInterface both = NetworkInterface.networkInterfaces()
                .filter(each -> address(each, true) != null && address(each, false) != null)
                .findFirst()
                .orElse(null);
        assumeThat(both).isNotNull();
        try (Host host = Towpath.host("like this machine")
                        .link(MemoryLink.sharedPair("wire", 1500, Offloads.NONE, 16)
                                .a())
                        .address(address(both, true), address(both, false))
                        .start();
                DatagramChannel channel = host.selectorProvider().openDatagramChannel()) {
            channel.setOption(StandardSocketOptions.IP_MULTICAST_IF, both).bind(new InetSocketAddress(PORT));
            for (String each : List.of("239.1.2.3", "ff15::123")) {
                InetAddress joined = InetAddress.getByName(each);
                channel.join(joined, both);
                channel.send(ByteBuffer.wrap(each.getBytes(UTF_8)), new InetSocketAddress(joined, PORT));
                assertThat(next(channel)).isEqualTo(each);
            }
        }
    }

    private static String address(NetworkInterface of, boolean ip4) {
        return of.getInterfaceAddresses().stream()
                .map(each -> each.getAddress().getHostAddress().replaceFirst("%.*", "") + "/"
                        + each.getNetworkPrefixLength())
                .filter(each -> each.contains(":") != ip4 && !each.startsWith("127.") && !each.startsWith("0:0:0:0"))
                .findFirst()
                .orElse(null);
    }
}
