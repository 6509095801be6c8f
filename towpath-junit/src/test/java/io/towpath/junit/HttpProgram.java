package io.towpath.junit;

import static java.time.Duration.ofMillis;

import com.sun.net.httpserver.HttpServer;
import io.towpath.net.Host;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.channels.DatagramChannel;
import java.nio.channels.Pipe;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.AbstractSelector;
import java.nio.channels.spi.SelectorProvider;
import java.util.Arrays;
import java.util.Objects;

/// The JDK's HTTP client and server, as they are, on two hosts of a simulated network. Runs in a JVM of its own, whose
/// channels are those of [Provider].
final class HttpProgram {
    private static final int REQUESTS = 10;

    private HttpProgram() {}

    /// Who listens lives on the one host, who connects on the other.
    public static final class Provider extends SelectorProvider {
        static volatile Host server;
        static volatile Host client;

        private static SelectorProvider of(Host host) {
            return Objects.requireNonNull(host).selectorProvider();
        }

        @Override
        public DatagramChannel openDatagramChannel() throws IOException {
            return of(client).openDatagramChannel();
        }

        @Override
        public DatagramChannel openDatagramChannel(ProtocolFamily family) throws IOException {
            return of(client).openDatagramChannel(family);
        }

        @Override
        public Pipe openPipe() throws IOException {
            return of(client).openPipe();
        }

        @Override
        public AbstractSelector openSelector() throws IOException {
            return of(client).openSelector();
        }

        @Override
        public ServerSocketChannel openServerSocketChannel() throws IOException {
            return of(server).openServerSocketChannel();
        }

        @Override
        public SocketChannel openSocketChannel() throws IOException {
            return of(client).openSocketChannel();
        }
    }

    /// @param args seed, probability of loss, `nat` for a NAT box in between
    public static void main(String[] args) throws Exception {
        long begun = System.nanoTime();
        Network.simulate(Long.parseLong(args[0]), net -> {
            Provider.server = net.host("server");
            Provider.client = net.host("client");
            wire(net, args.length > 2).delay(ofMillis(150)).loss(Double.parseDouble(args[1]));
            String address = net.address(Provider.server).toString();
            HttpServer server = HttpServer.create(new InetSocketAddress(address, 80), 0);
            server.setExecutor(net.executor());
            server.createContext("/", exchange -> {
                try (exchange) {
                    byte[] body = exchange.getRequestBody().readAllBytes();
                    exchange.sendResponseHeaders(200, body.length);
                    exchange.getResponseBody().write(body);
                }
            });
            server.start();
            try (HttpClient client = HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .executor(net.executor())
                    .build()) {
                for (int i = 0; i < REQUESTS; i++) {
                    exchange(client, address, new byte[1000 + 2000 * i]);
                }
            }
            server.stop(0);
            System.out.println(REQUESTS + " requests, " + net.now().toMillis() + " ms of virtual time, "
                    + net.capture().syns().count() + " SYN, "
                    + net.capture().retransmissions().count() + " sent again, " + Digest.of(net.capture()));
            System.out.println("notices " + net.notices());
        });
        System.out.println("real " + (System.nanoTime() - begun) / 1_000_000 + " ms");
        System.exit(0);
    }

    private static Wire wire(Network net, boolean nat) {
        if (!nat) {
            return net.wire(Provider.server, Provider.client);
        }
        NatBox home = net.nat("home");
        Wire ignored = home.inside(Provider.client);
        return home.outside(Provider.server);
    }

    private static void exchange(HttpClient client, String address, byte[] body) throws Exception {
        Arrays.fill(body, (byte) body.length);
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://" + address + "/echo"))
                .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                .build();
        HttpResponse<byte[]> response = client.send(request, HttpResponse.BodyHandlers.ofByteArray());
        if (response.statusCode() != 200 || !Arrays.equals(response.body(), body)) {
            throw new AssertionError("status " + response.statusCode() + ", " + response.body().length + " bytes");
        }
    }
}
