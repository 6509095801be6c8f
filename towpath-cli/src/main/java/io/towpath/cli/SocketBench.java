package io.towpath.cli;

import io.towpath.net.service.Services;
import io.towpath.net.service.Serving;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/// What users of blocking sockets get: bulk in one direction, one request and one answer at a time, and connections one
/// after the other. The same for Towpath's streams and for the kernel's sockets.
final class SocketBench {
    private static final int CHUNK = 1 << 16;
    private static final int MESSAGE = 64;
    private static final double WARM_UP_SHARE = 0.3;

    /// Something to connect to.
    interface Dialer {
        /// A new connection to `port` of the peer.
        Line dial(int port) throws IOException;
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
    /// @param medianNanos of a request and its answer, 64 bytes each
    /// @param p99Nanos which 99 of 100 do not exceed
    /// @param connectionsPerSecond opened, used for one answer and closed
    record Result(double bytesPerSecond, long medianNanos, long p99Nanos, double connectionsPerSecond) {}

    /// Ports of the services that answer.
    static final int ECHO = 7;

    static final int CHARGEN = 19;

    private SocketBench() {}

    /// Starts what the measurements talk to.
    static Serving serve(io.towpath.net.Host host) throws IOException {
        return Services.start(host, Services.parse("echo,discard,chargen"));
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

    /// Reads what the chargen service writes.
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
        byte[] message = new byte[MESSAGE];
        byte[] answer = new byte[MESSAGE];
        var latencies = new Latencies();
        try (Line line = dialer.dial(ECHO)) {
            InputStream in = line.in();
            OutputStream out = line.out();
            long began = System.nanoTime();
            long sent = began;
            while (sent - began < nanos) {
                out.write(message);
                out.flush();
                if (in.readNBytes(answer, 0, MESSAGE) < MESSAGE) {
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
            try (Line line = dialer.dial(ECHO)) {
                line.out().write(1);
                line.out().flush();
                if (line.in().read() != 1) {
                    throw new IOException("the echo service answered something else");
                }
            }
            count++;
            now = System.nanoTime();
        }
        return count * 1e9 / (now - began);
    }
}
