package io.towpath.cli;

import io.towpath.core.Offloads;
import io.towpath.core.Time;
import io.towpath.link.MemoryLink;
import io.towpath.net.Host;
import io.towpath.net.Towpath;
import io.towpath.tcp.TcpConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/// Sockets of `java.net` and channels of `java.nio`, of whoever provides them: the code that measures is the same.
interface JavaSockets extends AutoCloseable {
    /// Connections to one address, after which the next one is used: their ports rest in TIME-WAIT for a minute.
    int CONNECTIONS_PER_ADDRESS = 20_000;

    ServerSocket serverSocket() throws IOException;

    Socket socket() throws IOException;

    ServerSocketChannel serverChannel() throws IOException;

    SocketChannel channel() throws IOException;

    /// Where a server that is bound to `port` is reached by connection `number`.
    InetSocketAddress server(int port, long number) throws IOException;

    @Override
    void close();

    /// The operating system's, over its loopback interface.
    final class Loopback implements JavaSockets {
        @Override
        public ServerSocket serverSocket() throws IOException {
            return new ServerSocket(0, 1024);
        }

        @Override
        public Socket socket() {
            return new Socket();
        }

        @Override
        public ServerSocketChannel serverChannel() throws IOException {
            return ServerSocketChannel.open().bind(new InetSocketAddress(0), 1024);
        }

        @Override
        public SocketChannel channel() throws IOException {
            return SocketChannel.open();
        }

        @Override
        public InetSocketAddress server(int port, long number) throws IOException {
            byte last = (byte) (2 + number / CONNECTIONS_PER_ADDRESS % 200);
            return new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, last}), port);
        }

        @Override
        public void close() {}
    }

    /// Those of two hosts with a wire in memory between them.
    final class OverMemory implements JavaSockets {
        private static final int MTU = 1500;
        private static final String CLIENT = "10.0.0.1";
        private static final String SERVER = "10.0.0.2";

        private final Host client;
        private final Host server;
        private final InetAddress address;

        OverMemory() throws IOException {
            MemoryLink.Pair wire = MemoryLink.sharedPair("bench", MTU, new Offloads(true, 65_535), 1024);
            // Connections come and go by the ten thousand: TIME-WAIT of a minute would use up all ports.
            TcpConfig config = TcpConfig.defaults().withTimeWaitNanos(Time.MILLISECOND);
            client = host("client", config, wire.a(), CLIENT);
            try {
                server = host("server", config, wire.b(), SERVER);
            } catch (IOException e) {
                client.close();
                throw e;
            }
            address = InetAddress.ofLiteral(SERVER);
        }

        private static Host host(String name, TcpConfig config, MemoryLink link, String address) throws IOException {
            return Towpath.host(name)
                    .tcp(config)
                    .link(link)
                    .address(address + "/24")
                    .start();
        }

        @Override
        public ServerSocket serverSocket() throws IOException {
            return server.serverSocketFactory().createServerSocket(0, 1024);
        }

        @Override
        public Socket socket() throws IOException {
            return client.socketFactory().createSocket();
        }

        @Override
        public ServerSocketChannel serverChannel() throws IOException {
            return server.selectorProvider().openServerSocketChannel().bind(new InetSocketAddress(address, 0), 1024);
        }

        @Override
        public SocketChannel channel() throws IOException {
            return client.selectorProvider().openSocketChannel();
        }

        @Override
        public InetSocketAddress server(int port, long number) {
            return new InetSocketAddress(address, port);
        }

        @Override
        public void close() {
            client.close();
            server.close();
        }
    }
}
