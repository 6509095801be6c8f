package io.towpath.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/// What code for `java.net` and `java.nio` gets out of [JavaSockets]: one thread at each end of one connection, and
/// connections that one thread opens, accepts and closes.
final class JavaSocketBench {
    private final JavaSockets sockets;
    private final long warmUpNanos;
    private final long nanos;

    /// @param seconds how long to measure, after as long a time that does not count
    JavaSocketBench(JavaSockets sockets, double seconds) {
        this.sockets = sockets;
        this.warmUpNanos = (long) (seconds * 1e9);
        this.nanos = (long) (seconds * 1e9);
    }

    /// A part of the work, which is repeated.
    private interface Step {
        /// @return bytes, or whatever is counted
        long run() throws IOException;
    }

    /// What is counted, per second.
    private double rate(Step step) throws IOException {
        long began = System.nanoTime();
        while (System.nanoTime() - began < warmUpNanos) {
            long ignored = step.run();
        }
        long count = 0;
        began = System.nanoTime();
        long now = began;
        while (now - began < nanos) {
            count += step.run();
            now = System.nanoTime();
        }
        return count * 1e9 / (now - began);
    }

    private double median(Step step) throws IOException {
        long began = System.nanoTime();
        while (System.nanoTime() - began < warmUpNanos) {
            long ignored = step.run();
        }
        var latencies = new Latencies();
        began = System.nanoTime();
        long sent = began;
        while (sent - began < nanos) {
            long ignored = step.run();
            long now = System.nanoTime();
            latencies.add(now - sent);
            sent = now;
        }
        return latencies.percentile(0.5);
    }

    /// The other end of a connection, until that is closed.
    private interface Side {
        void play() throws IOException;
    }

    private static void start(Side side) {
        Thread.ofPlatform().daemon().name("bench").start(() -> {
            try {
                side.play();
            } catch (IOException closed) {
                // Enough was measured.
            }
        });
    }

    private Socket[] pair() throws IOException {
        try (ServerSocket server = sockets.serverSocket()) {
            Socket client = sockets.socket();
            client.connect(sockets.server(server.getLocalPort(), 0));
            Socket accepted = server.accept();
            client.setTcpNoDelay(true);
            accepted.setTcpNoDelay(true);
            return new Socket[] {client, accepted};
        }
    }

    private static int port(ServerSocketChannel server) throws IOException {
        return ((InetSocketAddress) server.getLocalAddress()).getPort();
    }

    private SocketChannel[] channels() throws IOException {
        try (ServerSocketChannel server = sockets.serverChannel()) {
            SocketChannel client = sockets.channel();
            boolean ignored = client.connect(sockets.server(port(server), 0));
            SocketChannel accepted = server.accept();
            client.setOption(StandardSocketOptions.TCP_NODELAY, true);
            accepted.setOption(StandardSocketOptions.TCP_NODELAY, true);
            return new SocketChannel[] {client, accepted};
        }
    }

    /// Bytes per second by [Socket].
    double socketBulk(int bytes) throws IOException {
        Socket[] ends = pair();
        try (Socket client = ends[0];
                Socket accepted = ends[1]) {
            OutputStream out = client.getOutputStream();
            InputStream in = accepted.getInputStream();
            start(() -> {
                byte[] chunk = new byte[bytes];
                while (true) {
                    out.write(chunk);
                }
            });
            byte[] chunk = new byte[bytes];
            return rate(() -> in.read(chunk));
        }
    }

    /// Bytes per second by [SocketChannel] with direct buffers.
    double channelBulk(int bytes) throws IOException {
        SocketChannel[] ends = channels();
        try (SocketChannel client = ends[0];
                SocketChannel accepted = ends[1]) {
            start(() -> {
                ByteBuffer chunk = ByteBuffer.allocateDirect(bytes);
                while (true) {
                    chunk.clear();
                    while (chunk.hasRemaining()) {
                        int ignored = client.write(chunk);
                    }
                }
            });
            ByteBuffer chunk = ByteBuffer.allocateDirect(bytes);
            return rate(() -> {
                chunk.clear();
                return accepted.read(chunk);
            });
        }
    }

    /// Median nanoseconds of a byte there and one back by [Socket].
    double socketRoundTrip() throws IOException {
        Socket[] ends = pair();
        try (Socket client = ends[0];
                Socket accepted = ends[1]) {
            InputStream answers = accepted.getInputStream();
            OutputStream asked = accepted.getOutputStream();
            start(() -> {
                byte[] one = new byte[1];
                while (answers.read(one) == 1) {
                    asked.write(one);
                }
            });
            InputStream in = client.getInputStream();
            OutputStream out = client.getOutputStream();
            byte[] one = new byte[1];
            return median(() -> {
                out.write(one);
                return in.read(one);
            });
        }
    }

    /// Median nanoseconds of a byte there and one back by [SocketChannel].
    double channelRoundTrip() throws IOException {
        SocketChannel[] ends = channels();
        try (SocketChannel client = ends[0];
                SocketChannel accepted = ends[1]) {
            start(() -> {
                ByteBuffer one = ByteBuffer.allocateDirect(1);
                while (accepted.read(one) == 1) {
                    one.flip();
                    int ignored = accepted.write(one);
                    one.clear();
                }
            });
            ByteBuffer one = ByteBuffer.allocateDirect(1);
            return median(() -> {
                one.clear();
                int ignored = client.write(one);
                one.clear();
                return client.read(one);
            });
        }
    }

    /// Connections per second that one thread opens, accepts and closes by [Socket].
    double socketConnections() throws IOException {
        try (ServerSocket server = sockets.serverSocket()) {
            int port = server.getLocalPort();
            long[] number = {0};
            return rate(() -> {
                Socket client = sockets.socket();
                client.connect(sockets.server(port, number[0]++));
                Socket accepted = server.accept();
                client.close();
                accepted.close();
                return 1;
            });
        }
    }

    /// Connections per second that one thread opens, accepts and closes by [SocketChannel].
    double channelConnections() throws IOException {
        try (ServerSocketChannel server = sockets.serverChannel()) {
            int port = port(server);
            long[] number = {0};
            return rate(() -> {
                SocketChannel client = sockets.channel();
                boolean ignored = client.connect(sockets.server(port, number[0]++));
                SocketChannel accepted = server.accept();
                client.close();
                accepted.close();
                return 1;
            });
        }
    }
}
