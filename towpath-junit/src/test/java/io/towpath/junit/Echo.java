package io.towpath.junit;

import io.towpath.net.Host;
import io.towpath.net.TcpServer;
import io.towpath.net.TcpStream;
import java.io.IOException;
import java.net.SocketException;

/// A server that gives back what it gets, with a thread for each connection.
final class Echo {
    private Echo() {}

    static TcpServer start(Network net, Host host, int port) throws IOException {
        TcpServer server = host.listen(port);
        net.start("echo", () -> {
            while (true) {
                TcpStream stream = accept(server);
                if (stream == null) {
                    return;
                }
                net.start("echo-" + stream.remote().port(), () -> {
                    try (stream) {
                        stream.input().transferTo(stream.output());
                        stream.shutdownOutput();
                    }
                });
            }
        });
        return server;
    }

    private static @org.jspecify.annotations.Nullable TcpStream accept(TcpServer server) throws IOException {
        try {
            return server.accept();
        } catch (SocketException closed) {
            return null;
        }
    }

    /// Sends `bytes` bytes and reads them back.
    static void exchange(Host client, io.towpath.wire.Endpoint server, int bytes, Network net) throws Exception {
        byte[] data = new byte[bytes];
        for (int i = 0; i < bytes; i++) {
            data[i] = (byte) (i * 31 >> 3);
        }
        try (TcpStream stream = client.connect(server)) {
            Task<?> writer = net.start("writer", () -> {
                stream.write(data);
                stream.shutdownOutput();
            });
            byte[] back = stream.input().readAllBytes();
            if (!java.util.Arrays.equals(data, back)) {
                throw new AssertionError("got " + back.length + " bytes back of " + bytes);
            }
            writer.join();
        }
    }
}
