package io.towpath.net.parity;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/// What every parity test has: the platform, and sockets that are closed after the test.
@ParameterizedClass
@EnumSource(Platforms.class)
@Timeout(value = 30, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
abstract class ParityCase {
    @Parameter
    Platforms on;

    private final List<AutoCloseable> open = new ArrayList<>();

    /// Has `resource` closed after the test.
    <T extends AutoCloseable> T use(T resource) {
        open.add(resource);
        return resource;
    }

    @AfterEach
    void closeAll() throws Exception {
        for (AutoCloseable each : open) {
            each.close();
        }
    }

    Socket socket() throws IOException {
        return use(on.socket());
    }

    ServerSocket listen() throws IOException {
        ServerSocket server = use(on.serverSocket());
        server.bind(new InetSocketAddress(on.serverAddress(), 0));
        return server;
    }

    /// Both ends of a connection.
    record Ends(Socket client, Socket server) {}

    Ends connect() throws IOException {
        ServerSocket listener = listen();
        Socket client = socket();
        client.connect(listener.getLocalSocketAddress());
        return new Ends(client, use(listener.accept()));
    }

    SocketChannel channel() throws IOException {
        return use(on.clientChannels().openSocketChannel());
    }

    ServerSocketChannel listenChannel() throws IOException {
        return use(on.serverChannels().openServerSocketChannel()).bind(new InetSocketAddress(on.serverAddress(), 0));
    }

    /// Both ends of a connection between channels, in blocking mode.
    record Channels(SocketChannel client, SocketChannel server) {}

    Channels connectChannels() throws IOException {
        ServerSocketChannel listener = listenChannel();
        SocketChannel client = channel();
        client.connect(listener.getLocalAddress());
        return new Channels(client, use(listener.accept()));
    }

    static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    /// What is read until `count` bytes have come or the stream ends.
    static String text(SocketChannel from, int count) throws IOException {
        ByteBuffer into = ByteBuffer.allocate(count);
        while (into.hasRemaining() && from.read(into) >= 0) {
            Thread.onSpinWait();
        }
        return new String(into.array(), 0, into.position(), StandardCharsets.UTF_8);
    }

    static boolean isLinux() {
        return System.getProperty("os.name").equals("Linux");
    }
}
