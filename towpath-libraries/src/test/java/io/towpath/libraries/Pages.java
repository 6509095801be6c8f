package io.towpath.libraries;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// The JDK's own web server on the server host: `/page`, and `/echo` for what is posted.
final class Pages implements AutoCloseable {
    static final byte[] PAGE = TwoHosts.data(50_000);
    static final String URL = "http://" + TwoHosts.SERVER + ":8080";

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    Pages() throws IOException {
        server = HttpServer.create(TwoHosts.serverPort(8080), 0);
        server.createContext("/page", exchange -> {
            exchange.sendResponseHeaders(200, PAGE.length);
            exchange.getResponseBody().write(PAGE);
            exchange.close();
        });
        server.createContext("/echo", exchange -> {
            byte[] body = exchange.getRequestBody().readAllBytes();
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.setExecutor(threads);
        server.start();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.close();
    }
}
