package io.towpath.net.parity;

import io.towpath.net.Host;
import io.towpath.net.HostPair;
import io.towpath.net.Towpath;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.MulticastSocket;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.nio.channels.spi.SelectorProvider;

/// The two platforms.
enum Platforms implements Platform {
    JDK {
        @Override
        public Socket socket() {
            return new Socket();
        }

        @Override
        public ServerSocket serverSocket() throws IOException {
            return new ServerSocket();
        }

        @Override
        public DatagramSocket datagramSocket(SocketAddress local) throws IOException {
            return new DatagramSocket(local);
        }

        @Override
        public MulticastSocket multicastSocket(SocketAddress local) throws IOException {
            return new MulticastSocket(local);
        }

        @Override
        public SelectorProvider clientChannels() {
            return SelectorProvider.provider();
        }

        @Override
        public SelectorProvider serverChannels() {
            return SelectorProvider.provider();
        }

        @Override
        public InetAddress serverAddress() {
            return address(127, 0, 0, 1);
        }

        @Override
        public InetAddress clientAddress() {
            return address(127, 0, 0, 1);
        }

        @Override
        public InetAddress silentAddress() {
            return address(127, 0, 0, 1);
        }
    },

    TOWPATH {
        @Override
        public Socket socket() throws IOException {
            return client().socketFactory().createSocket();
        }

        @Override
        public ServerSocket serverSocket() throws IOException {
            return server().serverSocketFactory().createServerSocket();
        }

        @Override
        public DatagramSocket datagramSocket(SocketAddress local) throws IOException {
            return client().datagramSocket(local);
        }

        @Override
        public MulticastSocket multicastSocket(SocketAddress local) throws IOException {
            return client().multicastSocket(local);
        }

        @Override
        public SelectorProvider clientChannels() {
            return client().selectorProvider();
        }

        @Override
        public SelectorProvider serverChannels() {
            return server().selectorProvider();
        }

        @Override
        public InetAddress serverAddress() {
            return address(10, 0, 0, 2);
        }

        @Override
        public InetAddress clientAddress() {
            return address(10, 0, 0, 1);
        }

        @Override
        public InetAddress silentAddress() {
            return address(10, 0, 0, 99);
        }
    };

    private static InetAddress address(int a, int b, int c, int d) {
        try {
            return InetAddress.getByAddress(new byte[] {(byte) a, (byte) b, (byte) c, (byte) d});
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Host client() {
        return Hosts.PAIR.a();
    }

    static Host server() {
        return Hosts.PAIR.b();
    }

    /// One pair for all tests, made when the first one needs it.
    private static final class Hosts {
        static final HostPair PAIR = start();

        private static HostPair start() {
            try {
                return Towpath.memoryPair("10.0.0.1/24", "10.0.0.2/24");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
