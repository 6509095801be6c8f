package io.towpath.libraries;

import com.sun.net.httpserver.HttpServer;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.net.SocketFactory;

/// The JDK's web server and clients that ask for a small page again and again, each on its connection and thread.
final class PageRate {
    private static final int CLIENTS = 8;

    /// Its last character is nowhere else in an answer.
    private static final byte[] PAGE = ("-".repeat(99) + '~').getBytes(StandardCharsets.US_ASCII);

    private static final byte[] REQUEST =
            "GET /page HTTP/1.1\r\nHost: server\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private final InetSocketAddress address;
    private final SocketFactory connections;

    PageRate(Sockets sockets) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(sockets.address(), 0), 0);
        server.createContext("/page", exchange -> {
            exchange.sendResponseHeaders(200, PAGE.length);
            exchange.getResponseBody().write(PAGE);
            exchange.close();
        });
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.start();
        address = server.getAddress();
        connections = sockets.blocking();
    }

    /// Pages per second.
    double measured(double seconds) throws InterruptedException, ExecutionException {
        long from = System.nanoTime();
        long end = from + (long) (seconds * 1e9);
        long pages = 0;
        try (ExecutorService threads = Executors.newFixedThreadPool(CLIENTS)) {
            List<Future<Long>> clients = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                clients.add(threads.submit(() -> pagesUntil(end)));
            }
            for (Future<Long> client : clients) {
                pages += client.get();
            }
        }
        return pages * 1e9 / (System.nanoTime() - from);
    }

    private long pagesUntil(long end) throws IOException {
        byte[] answer = new byte[1024];
        long pages = 0;
        try (Socket socket = connections.createSocket(address.getAddress(), address.getPort())) {
            socket.setTcpNoDelay(true);
            InputStream in = socket.getInputStream();
            OutputStream out = socket.getOutputStream();
            while (System.nanoTime() - end < 0) {
                out.write(REQUEST);
                int count;
                do {
                    count = in.read(answer);
                    if (count < 0) {
                        throw new EOFException("the server closed the connection");
                    }
                } while (answer[count - 1] != '~');
                pages++;
            }
        }
        return pages;
    }
}
