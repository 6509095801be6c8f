package io.towpath.net.service;

import io.towpath.net.Host;
import io.towpath.net.sctp.SctpServer;
import io.towpath.net.sctp.SctpSocket;
import io.towpath.sctp.Message;
import io.towpath.sctp.SctpConfig;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A running [SctpService]: its server, its associations, and the virtual threads that serve them. Closing it closes
/// all of these.
public final class SctpServing implements AutoCloseable {
    private static final int BACKLOG = 128;

    private final SctpService service;
    private final SctpServer server;
    private final Consumer<Ended> onEnd;
    private final Set<SctpSocket> associations = ConcurrentHashMap.newKeySet();
    private final AtomicLong served = new AtomicLong();
    private volatile boolean closed;

    /// What one association carried.
    public static final class Tally {
        private final AtomicLong messagesIn = new AtomicLong();
        private final AtomicLong bytesIn = new AtomicLong();
        private final AtomicLong messagesOut = new AtomicLong();
        private final AtomicLong bytesOut = new AtomicLong();

        private Tally() {}

        void received(Message message) {
            messagesIn.addAndGet(message.last() ? 1 : 0);
            bytesIn.addAndGet(message.length());
        }

        void sent(int bytes) {
            messagesOut.incrementAndGet();
            bytesOut.addAndGet(bytes);
        }

        /// Messages received.
        public long messagesIn() {
            return messagesIn.get();
        }

        /// Bytes received.
        public long bytesIn() {
            return bytesIn.get();
        }

        /// Messages sent.
        public long messagesOut() {
            return messagesOut.get();
        }

        /// Bytes sent.
        public long bytesOut() {
            return bytesOut.get();
        }
    }

    /// An association that is over.
    ///
    /// @param peer for people: the peer's address and port
    /// @param tally what it carried
    /// @param nanos how long it was served
    /// @param fault why it broke, null when it was shut down in order
    public record Ended(
            String peer, Tally tally, long nanos, @Nullable IOException fault) {}

    private SctpServing(SctpService service, SctpServer server, Consumer<Ended> onEnd) {
        this.service = service;
        this.server = server;
        this.onEnd = onEnd;
    }

    /// Starts a service on a host.
    ///
    /// @param port 1 to 65,535, or 0 for the one that it has by custom
    /// @param onEnd told of every association when it is over, on the thread that served it
    /// @throws java.net.BindException when the port is taken
    public static SctpServing start(Host host, SctpService service, int port, SctpConfig config, Consumer<Ended> onEnd)
            throws IOException {
        SctpServer server = host.sctp().listen(List.of(), port == 0 ? service.port() : port, BACKLOG, config);
        var serving = new SctpServing(service, server, onEnd);
        Thread.ofVirtual().name("sctp-" + service.word() + "-accept").start(serving::acceptAll);
        return serving;
    }

    /// The port it listens on.
    public int port() {
        return server.port();
    }

    /// Associations accepted so far.
    public long served() {
        return served.get();
    }

    private void acceptAll() {
        try {
            while (true) {
                SctpSocket socket = server.accept();
                served.incrementAndGet();
                associations.add(socket);
                Thread.ofVirtual().name("sctp-" + service.word()).start(() -> serve(socket));
            }
        } catch (IOException closedOrDead) {
            // The server was closed, by us or with its host: nothing more to accept.
        }
    }

    private void serve(SctpSocket socket) {
        var tally = new Tally();
        String peer = peer(socket);
        IOException fault = null;
        long begun = System.nanoTime();
        try (socket) {
            if (!closed) {
                service.serve(socket, tally);
            }
        } catch (IOException broken) {
            fault = broken;
        } finally {
            associations.remove(socket);
        }
        onEnd.accept(new Ended(peer, tally, System.nanoTime() - begun, fault));
    }

    private static String peer(SctpSocket socket) {
        try {
            return socket.info().primary() + ":" + socket.remotePort();
        } catch (IOException gone) {
            return "*:" + socket.remotePort();
        }
    }

    /// Stops listening and shuts all associations down.
    @Override
    public void close() {
        closed = true;
        server.close();
        associations.forEach(SctpSocket::close);
    }
}
