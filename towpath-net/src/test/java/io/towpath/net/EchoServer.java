package io.towpath.net;

import java.io.IOException;

/// Sends back what comes, each connection on a virtual thread.
final class EchoServer {
    private EchoServer() {}

    /// Listens on `port` of `host` until the host closes.
    static TcpServer start(Host host, int port, int backlog) throws IOException {
        TcpServer server = host.listen(port, backlog);
        Thread.ofVirtual().start(() -> acceptAll(server));
        return server;
    }

    private static void acceptAll(TcpServer server) {
        try {
            while (true) {
                TcpStream stream = server.accept();
                Thread.ofVirtual().start(() -> echo(stream));
            }
        } catch (IOException closed) {
            // the test is over
        }
    }

    private static void echo(TcpStream stream) {
        try (stream) {
            byte[] buffer = new byte[16 * 1024];
            for (int n = stream.read(buffer); n >= 0; n = stream.read(buffer)) {
                stream.write(buffer, 0, n);
            }
        } catch (IOException broken) {
            // the test shows it at the other end
        }
    }
}
