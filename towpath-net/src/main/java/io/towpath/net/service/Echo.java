package io.towpath.net.service;

import io.towpath.net.Datagram;
import io.towpath.net.TcpStream;
import java.io.IOException;

/// RFC 862: sends back what it receives, until the client ends its stream.
///
/// @param port TCP and UDP port, by custom 7
public record Echo(int port) implements Service {
    private static final int BUFFER = 16 * 1024;

    @Override
    public String name() {
        return "echo";
    }

    @Override
    public String description() {
        return "tcp/" + port + " udp/" + port;
    }

    @Override
    public void open(Serving serving) throws IOException {
        serving.tcp(name(), port, Echo::serve);
        serving.udp(name(), port, Datagram::data);
    }

    private static void serve(TcpStream stream) throws IOException {
        byte[] buffer = new byte[BUFFER];
        for (int n = stream.read(buffer); n >= 0; n = stream.read(buffer)) {
            stream.write(buffer, 0, n);
        }
    }
}
