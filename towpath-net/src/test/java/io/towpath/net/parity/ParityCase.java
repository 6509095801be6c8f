package io.towpath.net.parity;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
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

    static boolean isLinux() {
        return System.getProperty("os.name").equals("Linux");
    }
}
