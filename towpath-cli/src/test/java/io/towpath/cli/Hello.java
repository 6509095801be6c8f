package io.towpath.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.towpath.net.TcpServer;
import io.towpath.net.TcpStream;
import io.towpath.net.Towpath;

class Hello {
    public static void main(String[] args) throws Exception {
        try (var hosts = Towpath.memoryPair("10.0.0.1/24", "10.0.0.2/24");
                TcpServer server = hosts.b().listen(7);
                TcpStream client = hosts.a().connect("10.0.0.2", 7);
                TcpStream accepted = server.accept()) {
            client.write("hello".getBytes(UTF_8));
            client.shutdownOutput();
            System.out.println(new String(accepted.input().readAllBytes(), UTF_8));
        }
    }
}
