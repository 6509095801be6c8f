package io.towpath.net;

import io.towpath.core.Offloads;
import io.towpath.link.MemoryLink;
import java.io.IOException;

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

    /// Two hosts, `a` and `b`, joined by a wire in memory with an MTU of 1500 bytes and nothing but speed.
    ///
    /// @param addressOfA address and prefix length like `10.0.0.1/24` or `fd00::1/64`, several separated by spaces
    /// @param addressOfB the same for the other host
    /// @throws IllegalArgumentException when a text is not an address with a prefix length
    public static HostPair memoryPair(String addressOfA, String addressOfB) throws IOException {
        MemoryLink.Pair wire = MemoryLink.sharedPair("wire", 1500, new Offloads(true, 65_535), WIRE_PACKETS);
        Host a = host("a").link(wire.a()).address(addressOfA.split(" ")).start();
        try {
            return new HostPair(
                    a, host("b").link(wire.b()).address(addressOfB.split(" ")).start());
        } catch (Throwable failure) {
            a.close();
            throw failure;
        }
    }
}
