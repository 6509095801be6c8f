package io.towpath.net.parity;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.MulticastSocket;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.nio.channels.spi.SelectorProvider;

/// Whose sockets are tested. A test opens what listens on the server's side and what connects on the client's; on
/// the JDK's own sockets both are the machine itself.
interface Platform {
    /// A socket at the client, neither bound nor connected.
    Socket socket() throws IOException;

    /// A socket at the server that does not listen yet.
    ServerSocket serverSocket() throws IOException;

    /// A datagram socket at the client.
    DatagramSocket datagramSocket(SocketAddress local) throws IOException;

    /// A multicast socket at the client.
    MulticastSocket multicastSocket(SocketAddress local) throws IOException;

    /// The channels and selectors of the client.
    SelectorProvider clientChannels();

    /// The channels and selectors of the server.
    SelectorProvider serverChannels();

    /// The server's address.
    InetAddress serverAddress();

    /// The client's address.
    InetAddress clientAddress();

    /// An address at the client's network that nobody has, so that a connect to it waits; null when the platform
    /// has none.
    InetAddress silentAddress();

    /// An address and port of the server where nobody listens.
    default InetSocketAddress closedPort() throws IOException {
        try (ServerSocket probe = serverSocket()) {
            probe.bind(new InetSocketAddress(serverAddress(), 0));
            return (InetSocketAddress) probe.getLocalSocketAddress();
        }
    }
}
