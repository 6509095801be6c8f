package io.towpath.net;

import io.towpath.core.Offloads;
import io.towpath.link.MemoryLink;
import io.towpath.wire.IpAddress;
import io.towpath.wire.Prefix;
import java.io.IOException;
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
