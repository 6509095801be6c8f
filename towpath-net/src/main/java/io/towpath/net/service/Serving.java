package io.towpath.net.service;

import io.towpath.net.Datagram;
import io.towpath.net.Host;
import io.towpath.net.TcpServer;
import io.towpath.net.TcpStream;
import io.towpath.net.UdpSocket;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/// The running services of one host: their listening sockets, their connections, and the virtual threads that serve
/// them. Closing it closes all of these.
public final class Serving implements AutoCloseable {
    /// Serves one connection. It is closed when the handler returns.
    @FunctionalInterface
    public interface Handler {
        /// Talks to the client until the conversation is over.
        ///
        /// @throws IOException when the connection breaks, which ends it
        void serve(TcpStream stream) throws IOException;
    }

    /// Answers one datagram.
    @FunctionalInterface
    public interface Responder {
        /// The answer to `request`, null for none.
        byte @Nullable [] answer(Datagram request);
    }

    /// Connections served at once by one host; more wait in the listeners' backlogs.
    private static final int CONNECTIONS_MAX = 10_000;

    private static final int BACKLOG = 512;

    /// Ports of services that answer anything. Two of them would answer each other for ever after one datagram with
    /// a forged source, so datagrams that come from there are not answered.
    private static final Set<Integer> ECHOING_PORTS = Set.of(0, 7, 13, 17, 19, 37);

    private final Host host;
    private final List<AutoCloseable> sockets = new ArrayList<>();
    private final Set<TcpStream> connections = ConcurrentHashMap.newKeySet();
    private final Semaphore places = new Semaphore(CONNECTIONS_MAX);
    private volatile boolean closed;

    Serving(Host host) {
        this.host = host;
    }

    /// The host.
    public Host host() {
        return host;
    }

    /// Listens on `port` and serves each connection by `handler` on a virtual thread of its own.
    ///
    /// @throws IOException when the port is taken
    public void tcp(String name, int port, Handler handler) throws IOException {
        TcpServer server = host.listen(port, BACKLOG);
        sockets.add(server);
        Thread.ofVirtual().name(name + "-accept").start(() -> acceptAll(name, server, handler));
    }

    private void acceptAll(String name, TcpServer server, Handler handler) {
        try {
            while (true) {
                places.acquire();
                TcpStream stream = server.accept();
                connections.add(stream);
                Thread.ofVirtual().name(name).start(() -> serve(stream, handler));
            }
        } catch (IOException closedOrDead) {
            // The server was closed, by us or with its host: nothing more to accept.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void serve(TcpStream stream, Handler handler) {
        try (stream) {
            if (!closed) {
                handler.serve(stream);
            }
        } catch (IOException broken) {
            // The client went away: its connection ends, nobody else is concerned.
        } finally {
            connections.remove(stream);
            places.release();
        }
    }

    /// Answers datagrams that come to `port`.
    ///
    /// @throws IOException when the port is taken
    public void udp(String name, int port, Responder responder) throws IOException {
        UdpSocket socket = host.udp(port);
        sockets.add(socket);
        Thread.ofVirtual().name(name + "-udp").start(() -> answerAll(socket, responder));
    }

    private void answerAll(UdpSocket socket, Responder responder) {
        while (!socket.isClosed()) {
            try {
                Datagram request = socket.receive();
                byte[] answer = responder.answer(request);
                if (answer != null && !ECHOING_PORTS.contains(request.from().port())) {
                    socket.send(answer, request.from());
                }
            } catch (IOException unreachableOrClosed) {
                // One client that cannot be reached is not the next one's trouble; a closed socket ends the loop.
            }
        }
    }

    /// Stops listening and closes all connections.
    @Override
    public void close() {
        closed = true;
        for (AutoCloseable socket : sockets) {
            try {
                socket.close();
            } catch (Exception e) {
                throw new AssertionError("closing a socket does not fail", e);
            }
        }
        connections.forEach(TcpStream::close);
    }
}
