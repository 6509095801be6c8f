package io.towpath.net;

import io.towpath.core.Offloads;
import io.towpath.link.MemoryLink;
import io.towpath.net.name.HostNames;
import io.towpath.net.nio.PrefixRouter;
import io.towpath.wire.IpAddress;
import io.towpath.wire.Prefix;
import java.io.IOException;
import java.nio.channels.spi.SelectorProvider;
import java.util.ArrayList;
import java.util.List;

/// Where programs begin: makes hosts.
///
/// ```java
/// try (var pair = Towpath.memoryPair("10.0.0.1/24", "10.0.0.2/24");
///         TcpServer server = pair.b().listen(7);
///         TcpStream client = pair.a().connect("10.0.0.2", 7);
///         TcpStream accepted = server.accept()) {
///     client.write("hello".getBytes(UTF_8));
/// }
/// ```
public final class Towpath {
    /// Packets that a memory wire holds in each direction.
    private static final int WIRE_PACKETS = 1024;

    private Towpath() {}

    /// Begins a host.
    ///
    /// @param name for people and thread names
    public static HostBuilder host(String name) {
        return new HostBuilder(name);
    }

    /// Has channels that the whole JVM opens (`SocketChannel.open()` and everything that stands on it: `HttpClient`,
    /// `HttpServer`, Netty, Tomcat …) go by `host` when they talk to `prefixes`, or are bound to an address of the
    /// host. All other channels stay the operating system's, and both kinds may be in one selector.
    ///
    /// The JVM must have been started with
    /// `-Djava.nio.channels.spi.SelectorProvider=io.towpath.net.TowpathSelectorProvider` and
    /// `--add-exports java.base/sun.nio.ch=ALL-UNNAMED` (on the module path: `=io.towpath.net`).
    ///
    /// The name `server.towpath.test` then leads to the host that was made by `host("server")`.
    ///
    /// Several hosts may be installed; the first one whose prefixes hold an address is asked for it, unless the
    /// address is its own and another one leads there too. Ends by [#uninstall].
    ///
    /// @param prefixes such as `10.0.0.0/24`; none: the networks of the host's addresses
    /// @throws IllegalStateException when the JVM was started otherwise
    /// @throws IllegalArgumentException when a text is not a prefix
    public static void installAsDefault(Host host, String... prefixes) {
        if (!(SelectorProvider.provider() instanceof TowpathSelectorProvider)) {
            throw new IllegalStateException("start java with -Djava.nio.channels.spi.SelectorProvider="
                    + TowpathSelectorProvider.class.getName() + " --add-exports java.base/sun.nio.ch=ALL-UNNAMED");
        }
        List<Prefix> networks = new ArrayList<>();
        for (String prefix : prefixes) {
            networks.add(Prefix.parse(prefix));
        }
        PrefixRouter.OF_THIS_JVM.add(
                host.opener(),
                networks.isEmpty()
                        ? host.addresses().stream().map(Prefix::network).toList()
                        : networks);
        HostNames.OF_THIS_JVM.add(host.opener(), host.name(), host::addresses);
    }

    /// Undoes [#installAsDefault]. Channels that are open stay as they are.
    public static void uninstall(Host host) {
        PrefixRouter.OF_THIS_JVM.remove(host.opener());
        HostNames.OF_THIS_JVM.remove(host.opener());
    }

    /// A host of SCTP in UDP (RFC 6951) over a UDP socket of the operating system: it needs no privileges and no
    /// kernel module. Peers are reached at their ordinary addresses, if they take SCTP in UDP at port 9899:
    ///
    /// ```java
    /// try (Host host = Towpath.sctpOverUdp(0);
    ///         SctpSocket socket = host.sctp().connect(Endpoint.parse("192.0.2.7:5000"))) {
    ///     socket.send("hello".getBytes(UTF_8), SendOptions.stream(3));
    /// }
    /// ```
    ///
    /// See [HostBuilder#udpSocket(int)] for a host with settings of its own.
    ///
    /// @param port UDP port, 9899 to be found by others, 0 for any free one
    /// @throws java.net.BindException when the port is in use, or needs privileges
    public static Host sctpOverUdp(int port) throws IOException {
        return host("sctp").udpSocket(port).start();
    }

    /// Two hosts, `a` and `b`, joined by a wire in memory with an MTU of 1500 bytes and nothing but speed.
    ///
    /// @param addressOfA address and prefix length like `10.0.0.1/24` or `fd00::1/64`, several separated by spaces
    /// @param addressOfB the same for the other host
    /// @throws IllegalArgumentException when a text is not an address of one host with a prefix length, when an
    /// address is given twice, or when the hosts have no network in common
    public static HostPair memoryPair(String addressOfA, String addressOfB) throws IOException {
        List<Prefix> ofA = addresses(addressOfA);
        List<Prefix> ofB = addresses(addressOfB);
        check(ofA, ofB);
        MemoryLink.Pair wire = MemoryLink.sharedPair("wire", 1500, new Offloads(true, 65_535), WIRE_PACKETS);
        Host a = host("a", wire.a(), ofA);
        try {
            return new HostPair(a, host("b", wire.b(), ofB));
        } catch (Throwable failure) {
            a.close();
            throw failure;
        }
    }

    private static Host host(String name, MemoryLink link, List<Prefix> addresses) throws IOException {
        HostBuilder builder = host(name).link(link);
        addresses.forEach(builder::address);
        return builder.start();
    }

    private static List<Prefix> addresses(String texts) {
        List<Prefix> addresses = new ArrayList<>();
        for (String text : texts.strip().split(" +")) {
            if (text.indexOf('/') < 0) {
                throw new IllegalArgumentException(
                        "\"" + text + "\" is not an address with a prefix length such as 10.0.0.1/24");
            }
            addresses.add(ofOneHost(Prefix.parse(text)));
        }
        return addresses;
    }

    private static Prefix ofOneHost(Prefix prefix) {
        IpAddress address = prefix.address();
        // RFC 3021: networks of 31 bits have neither; of 32 bits are one host.
        boolean reserved = address.isIp4()
                && prefix.length() <= 30
                && (address.equals(prefix.network().address()) || address.equals(prefix.broadcast()));
        if (reserved || address.isMulticast() || address.isUnspecified() || address.isBroadcast()) {
            throw new IllegalArgumentException(prefix + " is not the address of one host");
        }
        return prefix;
    }

    private static void check(List<Prefix> ofA, List<Prefix> ofB) {
        List<IpAddress> seen = new ArrayList<>();
        for (List<Prefix> side : List.of(ofA, ofB)) {
            for (Prefix prefix : side) {
                if (seen.contains(prefix.address())) {
                    throw new IllegalArgumentException(prefix.address() + " is given twice");
                }
                seen.add(prefix.address());
            }
        }
        for (Prefix a : ofA) {
            for (Prefix b : ofB) {
                if (a.contains(b.address()) && b.contains(a.address())) {
                    return;
                }
            }
        }
        throw new IllegalArgumentException(ofA + " and " + ofB + " have no network in common");
    }
}
