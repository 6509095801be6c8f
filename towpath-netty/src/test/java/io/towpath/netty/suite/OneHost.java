package io.towpath.netty.suite;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.AdaptiveByteBufAllocator;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.testsuite.transport.TestsuitePermutation.BootstrapComboFactory;
import io.netty.testsuite.transport.TestsuitePermutation.BootstrapFactory;
import io.netty.testsuite.transport.socket.SocketTestPermutation;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.towpath.core.Offloads;
import io.towpath.link.MemoryLink;
import io.towpath.net.Host;
import io.towpath.net.HostBuilder;
import io.towpath.net.Towpath;
import io.towpath.netty.TowpathTransport;
import io.towpath.wire.Prefix;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InterfaceAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.logging.Level;
import java.util.logging.Logger;

/// What Netty's tests run on: one host, whose loopback addresses they use as they use the machine's.
final class OneHost extends SocketTestPermutation {
    static final OneHost INSTANCE = new OneHost();

    /// For tests that run so often already, with each kind of TLS, that all kinds of buffers would take minutes.
    static final List<ByteBufAllocator> ONE_ALLOCATOR = List.of(new AdaptiveByteBufAllocator());

    private static final int THREADS = 2;

    // Held, so that they keep their level: the suite tells at length of each run, in the name of our classes too.
    private static final List<Logger> CHATTER =
            List.of(Logger.getLogger("io.netty"), Logger.getLogger(OneHost.class.getPackageName()));

    static {
        CHATTER.forEach(logger -> logger.setLevel(Level.SEVERE));
    }

    private final Host host = started();
    private final TowpathTransport transport = TowpathTransport.of(host);
    private final EventLoopGroup servers = group("towpath-server");
    private final EventLoopGroup clients = group("towpath-client");

    private static Host started() {
        try {
            // Nobody is at the other end: what goes to addresses elsewhere is lost.
            HostBuilder builder = Towpath.host("netty")
                    .link(MemoryLink.sharedPair("wire", 1500, Offloads.NONE, 256)
                            .a());
            addresses().forEach(builder::address);
            return builder.route("0.0.0.0/0").start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Those of the machine: the tests of groups bind to the address of one of its interfaces, and name it.
    private static Set<Prefix> addresses() throws SocketException {
        Set<Prefix> addresses = new LinkedHashSet<>();
        for (NetworkInterface each : NetworkInterface.networkInterfaces().toList()) {
            for (InterfaceAddress address : each.getInterfaceAddresses()) {
                if (!address.getAddress().isLoopbackAddress()) {
                    String withoutScope = address.getAddress().getHostAddress().replaceFirst("%.*", "");
                    addresses.add(Prefix.parse(withoutScope + "/" + address.getNetworkPrefixLength()));
                }
            }
        }
        return addresses;
    }

    Host host() {
        return host;
    }

    private EventLoopGroup group(String name) {
        return new MultiThreadIoEventLoopGroup(THREADS, new DefaultThreadFactory(name, true), transport.handlers());
    }

    @Override
    public List<BootstrapFactory<ServerBootstrap>> serverSocket() {
        return List.of(() -> new ServerBootstrap().group(servers, clients).channelFactory(transport.servers()));
    }

    @Override
    public List<BootstrapFactory<Bootstrap>> clientSocket() {
        return List.of(() -> new Bootstrap().group(clients).channelFactory(transport.sockets()));
    }

    @Override
    public List<BootstrapComboFactory<ServerBootstrap, Bootstrap>> socket() {
        return combo(serverSocket(), clientSocket());
    }

    List<BootstrapComboFactory<ServerBootstrap, Bootstrap>> sctp() {
        return combo(
                List.of(() ->
                        new ServerBootstrap().group(servers, clients).channelFactory(transport.associationServers())),
                List.of(() -> new Bootstrap().group(clients).channelFactory(transport.associations())));
    }

    @Override
    public List<BootstrapFactory<Bootstrap>> datagramSocket() {
        return List.of(() -> new Bootstrap().group(clients).channelFactory(transport.datagrams()));
    }

    @Override
    public List<BootstrapComboFactory<Bootstrap, Bootstrap>> datagram(SocketProtocolFamily family) {
        List<BootstrapFactory<Bootstrap>> one =
                List.of(() -> new Bootstrap().group(clients).channelFactory(transport.datagrams(family)));
        return combo(one, one);
    }
}
