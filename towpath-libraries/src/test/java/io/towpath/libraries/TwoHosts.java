package io.towpath.libraries;

import io.towpath.core.Entropy;
import io.towpath.core.Offloads;
import io.towpath.core.Time;
import io.towpath.link.Impairment;
import io.towpath.link.Impairments;
import io.towpath.link.Link;
import io.towpath.link.MemoryLink;
import io.towpath.net.Host;
import io.towpath.net.Towpath;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Random;

/// A client and a server on one wire, both installed as this JVM's hosts for their network.
///
/// @param client 10.88.0.1
/// @param server 10.88.0.2
record TwoHosts(Host client, Host server) implements AutoCloseable {
    static final String CLIENT = "10.88.0.1";
    static final String SERVER = "10.88.0.2";

    /// Retransmissions come soon, as on a fast network that is bad: nobody wants to wait a second for each lost SYN.
    private static final long RTO_NANOS = 20 * Time.MILLISECOND;

    /// @param loss of this share of the packets, in each direction
    static TwoHosts withLoss(double loss) throws IOException {
        MemoryLink.Pair wire = MemoryLink.sharedPair("wire", 1500, Offloads.NONE, 4096);
        Impairments impairments = Impairments.NONE.withLoss(loss);
        Host client = host("client", Impairment.onTransmit(wire.a(), impairments, Entropy.seeded(1)), CLIENT);
        Host server = host("server", Impairment.onTransmit(wire.b(), impairments, Entropy.seeded(2)), SERVER);
        Towpath.installAsDefault(client);
        Towpath.installAsDefault(server);
        return new TwoHosts(client, server);
    }

    private static Host host(String name, Link link, String address) throws IOException {
        return Towpath.host(name)
                .link(link)
                .address(address + "/24")
                .tcp(config -> config.withInitialRtoNanos(RTO_NANOS).withMinRtoNanos(RTO_NANOS))
                .start();
    }

    static InetSocketAddress serverPort(int port) throws IOException {
        return new InetSocketAddress(InetAddress.getByName(SERVER), port);
    }

    /// Bytes that are the same in each run.
    static byte[] data(int count) {
        byte[] data = new byte[count];
        new Random(count).nextBytes(data);
        return data;
    }

    @Override
    public void close() {
        Towpath.uninstall(client);
        Towpath.uninstall(server);
        client.close();
        server.close();
    }
}
