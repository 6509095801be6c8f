package io.towpath.net.jvm;

import com.sun.net.httpserver.HttpServer;
import io.towpath.net.HostPair;
import io.towpath.net.Towpath;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;

/// Web servers on a Towpath host and on the machine itself, and one client for both. Not a test: its JVM was started
/// for it.
final class WebOnBothSides {
    static final String DONE = "all answers are right";

    private static final byte[] PAGE = new byte[200_000];

    private WebOnBothSides() {}

    public static void main(String[] args) {
        try {
            run();
            System.out.println(DONE);
            System.exit(0);
        } catch (Throwable e) {
            System.out.println("FAILED: " + e);
            for (StackTraceElement at : e.getStackTrace()) {
                System.out.println("  " + at);
            }
            System.exit(1);
        }
    }

    private static void run() throws Exception {
        for (int i = 0; i < PAGE.length; i++) {
            PAGE[i] = (byte) (i * 13);
        }
        try (HostPair pair = Towpath.memoryPair("10.99.0.1/24", "10.99.0.2/24")) {
            Towpath.installAsDefault(pair.a());
            Towpath.installAsDefault(pair.b());
            oneSelectorForBoth();
            datagramsOnBothSides();
            HttpServer towpath = serve(new InetSocketAddress("10.99.0.2", 8080));
            HttpServer machine = serve(new InetSocketAddress("127.0.0.1", 0));
            fetchAll(towpath, machine);
            towpath.stop(0);
            machine.stop(0);
            Towpath.uninstall(pair.a());
            Towpath.uninstall(pair.b());
        }
    }

    private static HttpServer serve(InetSocketAddress where) throws IOException {
        HttpServer server = HttpServer.create(where, 0);
        server.createContext("/page", exchange -> {
            String own = exchange.getLocalAddress().getAddress().getHostAddress();
            String peer = exchange.getRemoteAddress().getAddress().getHostAddress();
            check(peer.equals(own.equals("10.99.0.2") ? "10.99.0.1" : "127.0.0.1"), "from " + peer + " to " + own);
            exchange.sendResponseHeaders(200, PAGE.length);
            exchange.getResponseBody().write(PAGE);
            exchange.close();
        });
        server.createContext("/echo", exchange -> {
            byte[] body = exchange.getRequestBody().readAllBytes();
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.start();
        return server;
    }

    private static void fetchAll(HttpServer... servers) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            List<CompletableFuture<HttpResponse<byte[]>>> answers = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                for (HttpServer server : servers) {
                    String base = "http:/" + server.getAddress();
                    answers.add(client.sendAsync(
                            HttpRequest.newBuilder(URI.create(base + "/page")).build(),
                            HttpResponse.BodyHandlers.ofByteArray()));
                    answers.add(client.sendAsync(
                            HttpRequest.newBuilder(URI.create(base + "/echo"))
                                    .POST(HttpRequest.BodyPublishers.ofByteArray(PAGE))
                                    .build(),
                            HttpResponse.BodyHandlers.ofByteArray()));
                }
            }
            for (CompletableFuture<HttpResponse<byte[]>> answer : answers) {
                HttpResponse<byte[]> response = answer.get();
                check(response.statusCode() == 200, "status " + response.statusCode());
                check(java.util.Arrays.equals(response.body(), PAGE), "a body is wrong");
            }
        }
    }

    private static void oneSelectorForBoth() throws IOException {
        try (Selector selector = Selector.open();
                ServerSocketChannel towpath = ServerSocketChannel.open();
                ServerSocketChannel machine = ServerSocketChannel.open();
                SocketChannel toTowpath = SocketChannel.open();
                SocketChannel toMachine = SocketChannel.open()) {
            towpath.bind(new InetSocketAddress("10.99.0.2", 0));
            machine.bind(new InetSocketAddress("127.0.0.1", 0));
            toTowpath.configureBlocking(false).register(selector, SelectionKey.OP_CONNECT);
            toMachine.configureBlocking(false).register(selector, SelectionKey.OP_CONNECT);
            connect(selector, toTowpath, towpath);
            connect(selector, toMachine, machine);
            try (SocketChannel a = towpath.accept();
                    SocketChannel b = machine.accept()) {
                a.write(ByteBuffer.wrap(new byte[] {1}));
                awaitReadable(selector, toTowpath);
                b.write(ByteBuffer.wrap(new byte[] {2}));
                awaitReadable(selector, toMachine);
                Thread later = Thread.ofPlatform().start(() -> {
                    try {
                        a.write(ByteBuffer.wrap(new byte[] {3}));
                    } catch (IOException e) {
                        throw new java.io.UncheckedIOException(e);
                    }
                });
                awaitReadable(selector, toTowpath);
                later.join();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
        }
    }

    private static void connect(Selector selector, SocketChannel channel, ServerSocketChannel to) throws IOException {
        SelectionKey key = channel.keyFor(selector);
        if (!channel.connect(to.getLocalAddress())) {
            while (!key.isConnectable()) {
                selector.select();
            }
            check(channel.finishConnect(), "not connected");
        }
        selector.selectedKeys().clear();
        key.interestOps(SelectionKey.OP_READ);
    }

    private static void awaitReadable(Selector selector, SocketChannel channel) throws IOException {
        while (!selector.selectedKeys().contains(channel.keyFor(selector))) {
            selector.select();
        }
        check(channel.keyFor(selector).isReadable(), "not readable");
        check(channel.read(ByteBuffer.allocate(10)) == 1, "not one byte");
        selector.selectedKeys().clear();
        check(selector.selectNow() == 0, "still readable");
    }

    private static void datagramsOnBothSides() throws IOException {
        for (String server : new String[] {"10.99.0.2", "127.0.0.1"}) {
            try (DatagramChannel receiver = DatagramChannel.open();
                    DatagramChannel sender = DatagramChannel.open()) {
                receiver.bind(new InetSocketAddress(server, 0));
                sender.send(ByteBuffer.wrap(new byte[] {7, 8}), receiver.getLocalAddress());
                ByteBuffer into = ByteBuffer.allocate(10);
                check(receiver.receive(into) != null && into.position() == 2, "no datagram at " + server);
            }
        }
    }

    private static void check(boolean condition, String what) {
        if (!condition) {
            throw new AssertionError(what);
        }
    }
}
