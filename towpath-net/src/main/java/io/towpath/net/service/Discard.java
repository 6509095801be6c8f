package io.towpath.net.service;

import io.towpath.net.TcpStream;
import java.io.IOException;

/// RFC 863: throws away what it receives.
///
/// @param port TCP and UDP port, by custom 9
public record Discard(int port) implements Service {
    private static final int BUFFER = 64 * 1024;

    @Override
    public String name() {
        return "discard";
    }

    @Override
    public String description() {
        return "tcp/" + port + " udp/" + port;
    }

    @Override
    public void open(Serving serving) throws IOException {
        serving.tcp(name(), port, Discard::serve);
        serving.udp(name(), port, request -> null);
    }

    private static void serve(TcpStream stream) throws IOException {
        byte[] buffer = new byte[BUFFER];
        while (stream.read(buffer) >= 0) {
            // that is all
        }
    }
}
