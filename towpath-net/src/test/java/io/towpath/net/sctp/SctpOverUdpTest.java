package io.towpath.net.sctp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.towpath.core.Drop;
import io.towpath.core.Entropy;
import io.towpath.link.Impairment;
import io.towpath.link.Impairments;
import io.towpath.link.udp.UdpSocketLink;
import io.towpath.net.Host;
import io.towpath.net.Towpath;
import io.towpath.sctp.Message;
import io.towpath.sctp.SctpConfig;
import io.towpath.sctp.SctpInfo;
import io.towpath.sctp.SendOptions;
import io.towpath.wire.Endpoint;
import io.towpath.wire.IpAddress;
import io.towpath.wire.testing.Rfc;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// SCTP in UDP over sockets of the operating system (RFC 6951), on its loopback interface.
class SctpOverUdpTest {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private static SctpSocket connect(Host from, String address, int udpPort) throws IOException {
        return from.sctp()
                .connect(
                        List.of(),
                        0,
                        List.of(IpAddress.parse(address)),
                        5000,
                        SctpConfig.defaults().withEncapsulation(udpPort),
                        PATIENCE);
    }

    private static byte[] content(int n, int seed) {
        byte[] data = new byte[n];
        for (int i = 0; i < n; i++) {
            data[i] = (byte) (i * 31 + seed);
        }
        return data;
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "::1"})
    @Rfc(value = 6951, section = "5.2")
    @Rfc(value = 6951, section = "5.1", requirement = "6951-5.1-2")
    @Rfc(value = 6951, section = "5.6", requirement = "6951-5.6-2")
    void twoProgramsOfOneMachineTalkWithoutPrivileges(String loopback) throws Exception {
        UdpSocketLink serverSocket = UdpSocketLink.open(0);
        int udpPort = serverSocket.port();
        try (Host server = Towpath.host("server").udpSocket(serverSocket).start();
                Host client = Towpath.sctpOverUdp(0);
                SctpServer listener = server.sctp().listen(5000);
                SctpSocket socket = connect(client, loopback, udpPort);
                SctpSocket accepted = listener.accept()) {
            socket.setReceiveTimeout(PATIENCE);
            accepted.setReceiveTimeout(PATIENCE);
            for (int n : new int[] {1, 1000, 5000, 65_536}) {
                socket.send(content(n, n), SendOptions.stream(n % 10));
                Message there = accepted.receive();
                assertThat(there.data()).isEqualTo(content(n, n));
                accepted.send(there.data(), SendOptions.stream(there.streamId()));
                assertThat(socket.receive().data()).isEqualTo(content(n, n));
            }
            SctpInfo info = accepted.info();
            assertThat(info.paths()).singleElement().satisfies(path -> {
                assertThat(path.address()).isEqualTo(IpAddress.parse(loopback));
                assertThat(path.encapsulationPort()).isNotZero().isNotEqualTo(udpPort);
                assertThat(path.mtu()).isEqualTo(UdpSocketLink.MTU);
            });
            socket.shutdown();
            assertThat(accepted.receive()).isNull();
        }
    }

    @Test
    void theTransferGetsThroughWhenDatagramsAreLost() throws Exception {
        UdpSocketLink serverSocket = UdpSocketLink.open(0);
        UdpSocketLink clientSocket = UdpSocketLink.open(0);
        var bad = Impairment.onTransmit(
                clientSocket, Impairments.NONE.withLoss(0.05), Entropy.seeded(7).split("loss"));
        try (Host server = Towpath.host("server").udpSocket(serverSocket).start();
                Host client =
                        Towpath.host("client").udpSocket(clientSocket, bad).start();
                SctpServer listener = server.sctp().listen(5000);
                SctpSocket socket = connect(client, "127.0.0.1", serverSocket.port());
                SctpSocket accepted = listener.accept()) {
            accepted.setReceiveTimeout(PATIENCE);
            Thread sender = Thread.ofVirtual().start(() -> {
                try {
                    for (int i = 0; i < 100; i++) {
                        socket.send(content(2000, i), SendOptions.stream(1));
                    }
                    socket.shutdown();
                } catch (IOException failure) {
                    socket.abort();
                }
            });
            for (int i = 0; i < 100; i++) {
                assertThat(accepted.receive().data()).isEqualTo(content(2000, i));
            }
            assertThat(accepted.receive()).isNull();
            sender.join();
        }
    }

    /// A NAT box between the two: it gives the client's packets another port, and later a third one.
    @Test
    @Rfc(value = 6951, section = "5.4", requirement = "6951-5.4-2")
    void theServerFollowsAPeerWhosePortANatBoxChanges() throws Exception {
        UdpSocketLink serverSocket = UdpSocketLink.open(0);
        UdpSocketLink clientSocket = UdpSocketLink.open(0);
        try (Host server = Towpath.host("server").udpSocket(serverSocket).start();
                var nat = new LoopbackNat(clientSocket.port(), serverSocket.port());
                Host client = Towpath.host("client").udpSocket(clientSocket).start();
                SctpServer listener = server.sctp().listen(5000);
                SctpSocket socket = connect(client, "127.0.0.1", nat.insidePort());
                SctpSocket accepted = listener.accept()) {
            socket.setReceiveTimeout(PATIENCE);
            accepted.setReceiveTimeout(PATIENCE);
            socket.send(content(10, 1), SendOptions.stream(0));
            accepted.receive();
            assertThat(accepted.info().paths().getFirst().encapsulationPort()).isEqualTo(nat.outsidePort());
            nat.rebind();
            socket.send(content(10, 2), SendOptions.stream(0));
            accepted.receive();
            assertThat(accepted.info().paths().getFirst().encapsulationPort()).isEqualTo(nat.outsidePort());
            accepted.send(content(10, 3), SendOptions.stream(0));
            assertThat(socket.receive().data()).isEqualTo(content(10, 3));
        }
    }

    @Test
    @Rfc(value = 6951, section = "6.1", requirement = "6951-6.1-1")
    void theUserSaysWhereToThePeerMovedAndPacketsGoThere() throws Exception {
        UdpSocketLink serverSocket = UdpSocketLink.open(0);
        UdpSocketLink clientSocket = UdpSocketLink.open(0);
        try (Host server = Towpath.host("server").udpSocket(serverSocket).start();
                var nat = new LoopbackNat(clientSocket.port(), serverSocket.port());
                Host client = Towpath.host("client").udpSocket(clientSocket).start();
                SctpServer listener = server.sctp().listen(5000);
                SctpSocket socket = connect(client, "127.0.0.1", serverSocket.port());
                SctpSocket accepted = listener.accept()) {
            IpAddress peer = IpAddress.parse("127.0.0.1");
            socket.association().setEncapsulation(peer, nat.insidePort());
            accepted.setReceiveTimeout(PATIENCE);
            socket.send(content(10, 1), SendOptions.stream(0));
            accepted.receive();
            assertThat(accepted.info().paths().getFirst().encapsulationPort()).isEqualTo(nat.outsidePort());
            assertThatThrownBy(() -> socket.association().setEncapsulation(IpAddress.parse("10.9.9.9"), 1))
                    .isInstanceOf(SocketException.class);
            assertThatThrownBy(() -> socket.association().setEncapsulation(peer, 65_536))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    /// Forwards datagrams between two ports of the loopback interface and shows the server a port of its own.
    private static final class LoopbackNat implements AutoCloseable {
        private final DatagramChannel inside = open();
        private final InetSocketAddress client;
        private final InetSocketAddress server;
        private volatile DatagramChannel outside = open();

        LoopbackNat(int clientPort, int serverPort) throws IOException {
            client = new InetSocketAddress(InetAddress.getLoopbackAddress(), clientPort);
            server = new InetSocketAddress(InetAddress.getLoopbackAddress(), serverPort);
            Thread.ofVirtual().start(() -> {
                while (inside.isOpen()) {
                    forward(inside, outside, server);
                }
            });
            backwards(outside);
        }

        private void backwards(DatagramChannel from) {
            Thread.ofVirtual().start(() -> {
                while (from.isOpen()) {
                    forward(from, inside, client);
                }
            });
        }

        private static DatagramChannel open() throws IOException {
            return DatagramChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        }

        private static void forward(DatagramChannel from, DatagramChannel by, InetSocketAddress to) {
            try {
                var datagram = ByteBuffer.allocate(65_535);
                from.receive(datagram);
                by.send(datagram.flip(), to);
            } catch (IOException closed) {
                // The end of a mapping, or of the box.
            }
        }

        int insidePort() throws IOException {
            return ((InetSocketAddress) inside.getLocalAddress()).getPort();
        }

        int outsidePort() throws IOException {
            return ((InetSocketAddress) outside.getLocalAddress()).getPort();
        }

        void rebind() throws IOException {
            DatagramChannel old = outside;
            outside = open();
            backwards(outside);
            old.close();
        }

        @Override
        public void close() throws IOException {
            inside.close();
            outside.close();
        }
    }

    @Test
    void aPortThatIsInUseIsRefused() throws Exception {
        try (UdpSocketLink first = UdpSocketLink.open(0)) {
            assertThatThrownBy(() -> Towpath.sctpOverUdp(first.port())).isInstanceOf(BindException.class);
        }
    }

    @Test
    void nothingButUdpFromThePortGoesByTheSocket() throws Exception {
        UdpSocketLink socket = UdpSocketLink.open(0);
        try (Host host = Towpath.host("behind").udpSocket(socket).start();
                var receiver = DatagramChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
                var udp = host.udp(0)) {
            Endpoint there = new Endpoint(
                    IpAddress.parse("127.0.0.1"), ((InetSocketAddress) receiver.getLocalAddress()).getPort());
            assertThatThrownBy(() -> host.connect(there, Duration.ofMillis(50))).isInstanceOf(IOException.class);
            udp.send(new byte[10], there);
            assertThat(host.ping(IpAddress.parse("192.0.0.8"), PATIENCE)).isPositive();
            receiver.configureBlocking(false);
            assertThat(receiver.receive(ByteBuffer.allocate(100))).isNull();
            assertThat(socket.counters().get(Drop.FILTERED))
                    .as("SYN and datagram")
                    .isGreaterThanOrEqualTo(2);
        }
    }

    @Test
    void aHostWaitsForSocketsOrForMemory() throws Exception {
        try (Host host = Towpath.sctpOverUdp(0)) {
            assertThatThrownBy(() -> host.plug(UdpSocketLink.open(0))).isInstanceOf(IllegalArgumentException.class);
        }
    }
}
