package io.towpath.cli;

import io.towpath.net.Host;
import io.towpath.net.TcpServer;
import io.towpath.net.TcpStream;
import io.towpath.net.service.Serving;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/// What users of blocking sockets get: bulk in one direction, one request and one answer at a time, and connections one
/// after the other. The same for Towpath's streams and for the kernel's sockets.
final class SocketBench {
    private static final int CHUNK = 1 << 16;
    private static final double WARM_UP_SHARE = 0.3;

    /// Something to connect to.
    interface Dialer {
        /// A new connection to `port` of the peer.
        Line dial(int port) throws IOException;

        /// Opens a connection to the peer, sees to it that it is accepted, and closes both ends.
        void openAndClose() throws IOException;
    }

    /// One connection.
    interface Line extends AutoCloseable {
        InputStream in() throws IOException;

        OutputStream out() throws IOException;

        @Override
        void close() throws IOException;
    }

    /// What was measured.
    ///
    /// @param bytesPerSecond bulk data in one direction
    /// @param medianNanos of a request and its answer, a byte each
    /// @param p99Nanos which 99 of 100 do not exceed
    /// @param connectionsPerSecond opened, accepted and closed, one after the other
    record Result(double bytesPerSecond, long medianNanos, long p99Nanos, double connectionsPerSecond) {}

    /// Ports of the services that answer.
    static final int ECHO = 7;

    static final int CHARGEN = 19;

    private SocketBench() {}

    /// Starts what the measurements talk to, each connection served by a platform thread as the measuring one is.
    /// Ends with the host.
    static void serve(Host host) throws IOException {
        accept(host.listen(ECHO), open -> {
            byte[] some = new byte[CHUNK];
            for (int n = open.read(some); n >= 0; n = open.read(some)) {
                open.write(some, 0, n);
            }
        });
        accept(host.listen(CHARGEN), open -> {
            byte[] chunk = new byte[CHUNK];
            while (true) {
                open.write(chunk);
            }
        });
    }

    private static void accept(TcpServer server, Serving.Handler handler) {
        Thread.ofPlatform().daemon().name("bench-accept").start(() -> {
            try {
                while (true) {
                    TcpStream open = server.accept();
                    Thread.ofPlatform().daemon().name("bench-serve").start(() -> serve(open, handler));
                }
            } catch (IOException closed) {
                // Enough was measured.
            }
        });
    }

    private static void serve(TcpStream open, Serving.Handler handler) {
        try (open) {
            handler.serve(open);
        } catch (IOException closed) {
            // Enough was read.
        }
    }

    static Result run(Dialer dialer, double seconds) throws IOException {
        long third = (long) (seconds * 1e9 / 3);
        bulk(dialer, (long) (third * WARM_UP_SHARE));
        double bytesPerSecond = bulk(dialer, third);
        roundTrips(dialer, (long) (third * WARM_UP_SHARE));
        Latencies latencies = roundTrips(dialer, third);
        connections(dialer, (long) (third * WARM_UP_SHARE));
        double connectionsPerSecond = connections(dialer, third);
        return new Result(bytesPerSecond, latencies.percentile(0.5), latencies.percentile(0.99), connectionsPerSecond);
    }

    /// Reads what the peer writes.
    private static double bulk(Dialer dialer, long nanos) throws IOException {
        byte[] chunk = new byte[CHUNK];
        try (Line line = dialer.dial(CHARGEN)) {
            InputStream in = line.in();
            long began = System.nanoTime();
            long now = began;
            long bytes = 0;
            while (now - began < nanos) {
                int n = in.read(chunk);
                if (n < 0) {
                    break;
                }
                bytes += n;
                now = System.nanoTime();
            }
            return bytes * 1e9 / Math.max(1, now - began);
        }
    }

    private static Latencies roundTrips(Dialer dialer, long nanos) throws IOException {
        byte[] one = new byte[1];
        var latencies = new Latencies();
        try (Line line = dialer.dial(ECHO)) {
            InputStream in = line.in();
            OutputStream out = line.out();
            long began = System.nanoTime();
            long sent = began;
            while (sent - began < nanos) {
                out.write(one);
                if (in.read(one) < 1) {
                    throw new IOException("the echo service closed the connection");
                }
                long now = System.nanoTime();
                latencies.add(now - sent);
                sent = now;
            }
        }
        return latencies;
    }

    private static double connections(Dialer dialer, long nanos) throws IOException {
        long began = System.nanoTime();
        long now = began;
        long count = 0;
        while (now - began < nanos) {
            dialer.openAndClose();
            count++;
            now = System.nanoTime();
        }
        return count * 1e9 / (now - began);
    }
}
