package io.towpath.sim;

import io.towpath.core.Time;
import io.towpath.link.Impairments;
import io.towpath.sctp.Association;
import io.towpath.sctp.Message;
import io.towpath.sctp.Received;
import io.towpath.sctp.SctpConfig;
import io.towpath.sctp.SctpEndpoint;
import io.towpath.sctp.SctpTimes;
import io.towpath.sctp.SendOptions;
import io.towpath.tcp.TcpConfig;
import io.towpath.tcp.TcpConnection;
import io.towpath.tcp.TcpListener;
import io.towpath.wire.Bytes;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One quiet conversation beside busy ones, all to the same peer: over one TCP connection, whose users frame their
/// messages, or over the streams of one SCTP association. Measures how long a quiet message takes from the moment it is
/// handed over to the moment it can be read.
final class Murmur {
    /// What is sent, in either case.
    ///
    /// @param busyStreams conversations beside the quiet one, each of which sends a message in turn
    /// @param busyEvery nanoseconds between two busy messages
    /// @param busyBytes of each
    /// @param quietEvery nanoseconds between two quiet messages
    /// @param quietBytes of each
    /// @param seconds how long
    record Traffic(int busyStreams, long busyEvery, int busyBytes, long quietEvery, int quietBytes, int seconds) {
        static Traffic usual() {
            return new Traffic(8, 10 * Time.MILLISECOND, 500, 200 * Time.MILLISECOND, 100, 200);
        }
    }

    /// How long quiet messages took, in order of length.
    record Latencies(long[] nanos) {
        /// Those of several runs together.
        static Latencies of(List<Latencies> runs) {
            return new Latencies(runs.stream()
                    .flatMapToLong(run -> Arrays.stream(run.nanos()))
                    .sorted()
                    .toArray());
        }

        /// The time that `percent` of them did not exceed.
        long percentile(int percent) {
            return nanos[Math.min(nanos.length - 1, (int) ((long) nanos.length * percent / 100))];
        }
    }

    /// Bytes before the text of each message: length, stream, when it was handed over.
    private static final int HEAD = 16;

    private static final int PORT = 5000;

    /// The least retransmission timeout of both: what a packet that is lost twice costs is for the timer to say, not
    /// for the protocol.
    private static final long RTO_MIN = 200 * Time.MILLISECOND;
    private static final int QUIET = 0;

    /// How messages travel.
    private interface Carrier extends Actor {
        /// Hands a message over; false when there is no room.
        boolean send(long now, int stream, byte[] message);

        /// True once messages can be sent.
        boolean isOpen();

        @Override
        default long deadline() {
            return Time.NEVER;
        }

        @Override
        default boolean isDone() {
            return false;
        }

        @Override
        default void onReboot(long now) {
            throw new AssertionError("nobody reboots here");
        }

        @Override
        default String status() {
            return "murmur";
        }
    }

    private final Lab lab;
    private final Traffic traffic;
    private final long[] latencies;
    private final ArrayDeque<byte[]> waiting = new ArrayDeque<>();
    private int quiet;
    private int received;
    private @Nullable Carrier carrier;

    private Murmur(long seed, long rttNanos, double loss, Traffic traffic) {
        lab = new Lab(seed, Impairments.NONE.withDelay(rttNanos / 2).withLoss(loss));
        this.traffic = traffic;
        latencies = new long[(int) (traffic.seconds() * Time.SECOND / traffic.quietEvery())];
    }

    /// Over one TCP connection without the Nagle algorithm.
    static Latencies overTcp(long seed, long rttNanos, double loss, Traffic traffic) {
        Murmur murmur = new Murmur(seed, rttNanos, loss, traffic);
        return murmur.run(murmur.new OverTcp());
    }

    /// Over the streams of one SCTP association without the Nagle algorithm.
    static Latencies overSctp(long seed, long rttNanos, double loss, Traffic traffic) {
        Murmur murmur = new Murmur(seed, rttNanos, loss, traffic);
        return murmur.run(murmur.new OverSctp());
    }

    private Latencies run(Carrier over) {
        carrier = over;
        World world = lab.world;
        lab.client.add(over);
        if (!world.runUntil(over::isOpen, world.now() + 60 * Time.SECOND)) {
            throw new AssertionError("not open");
        }
        long start = world.now() + Time.SECOND;
        long end = start + traffic.seconds() * Time.SECOND;
        schedule(start, end, traffic.busyEvery(), 0);
        schedule(start + traffic.quietEvery() / 2, end, traffic.quietEvery(), -1);
        if (!world.runUntil(() -> received == latencies.length, end + 120 * Time.SECOND)) {
            throw new AssertionError(received + " of " + latencies.length + " messages arrived");
        }
        Arrays.sort(latencies);
        return new Latencies(latencies);
    }

    /// Each message brings the next one about.
    private void schedule(long at, long end, long every, int number) {
        if (at >= end) {
            return;
        }
        lab.world.at(at, "message", () -> {
            if (number < 0) {
                if (quiet < latencies.length) {
                    quiet++;
                    offer(at, QUIET, traffic.quietBytes());
                }
                schedule(at + every, end, every, number);
            } else {
                offer(at, 1 + number % traffic.busyStreams(), traffic.busyBytes());
                schedule(at + every, end, every, number + 1);
            }
        });
    }

    private void offer(long now, int stream, int length) {
        byte[] message = new byte[Math.max(HEAD, length)];
        Bytes.put32(message, 0, message.length);
        Bytes.put32(message, 4, stream);
        Bytes.put64(message, 8, now);
        waiting.add(message);
        push(now);
    }

    /// Hands over what waits, in order, while there is room.
    private void push(long now) {
        Carrier over = carrier;
        while (over != null && !waiting.isEmpty() && over.send(now, Bytes.i32(waiting.peek(), 4), waiting.peek())) {
            waiting.remove();
        }
    }

    private void arrived(long now, byte[] message, int at) {
        if (Bytes.i32(message, at + 4) == QUIET) {
            latencies[received++] = now - Bytes.i64(message, at + 8);
        }
    }

    private final class OverTcp implements Carrier {
        private final TcpConnection client;
        private final TcpListener listening;
        private @Nullable TcpConnection server;
        private byte[] text = {};
        private int length;

        OverTcp() {
            TcpConfig config = TcpConfig.defaults().withNoDelay(true).withMinRtoNanos(RTO_MIN);
            long now = lab.world.now();
            listening = ((TcpListener.Listening) lab.server.tcp().listen(now, null, PORT, 1, config)).listener();
            listening.attach(this);
            client = ((TcpConnection.Opened)
                            lab.client.tcp().connect(now, null, 0, lab.server.address(4), PORT, config))
                    .connection();
            client.attach(this);
        }

        @Override
        public boolean isOpen() {
            return server != null;
        }

        @Override
        public boolean send(long now, int stream, byte[] message) {
            if (client.sendRing().writable() < message.length) {
                return false;
            }
            client.sendRing().write(message, 0, message.length);
            lab.client.tcp().written(now, client);
            return true;
        }

        @Override
        public void on(long now) {
            if (server == null) {
                server = lab.server.tcp().accept(now, listening);
                if (server != null) {
                    server.attach(this);
                }
            }
            TcpConnection from = server;
            if (from != null) {
                int n = from.receiveRing().readable();
                if (n > 0) {
                    text = Arrays.copyOf(text, length + n);
                    length += from.receiveRing().read(text, length, n);
                    lab.server.tcp().consumed(now, from);
                    takeMessages(now);
                }
            }
            push(now);
        }

        private void takeMessages(long now) {
            int at = 0;
            while (length - at >= HEAD && length - at >= Bytes.i32(text, at)) {
                arrived(now, text, at);
                at += Bytes.i32(text, at);
            }
            text = Arrays.copyOfRange(text, at, length);
            length -= at;
        }
    }

    private final class OverSctp implements Carrier {
        private final Association client;
        private final SctpEndpoint listening;
        private @Nullable Association server;

        OverSctp() {
            SctpTimes times = SctpTimes.defaults();
            SctpConfig config = SctpConfig.defaults()
                    .withNoDelay(true)
                    .withVersions(true, false)
                    .withTimes(times.withRto(times.rtoInitial(), RTO_MIN, times.rtoMax()));
            long now = lab.world.now();
            var there = lab.server.stack().sctp();
            listening = ((SctpEndpoint.Bound) there.bind(now, List.of(), PORT, config)).endpoint();
            there.listen(now, listening, 1);
            listening.attach(this);
            client = ((Association.Opened) lab.client
                            .stack()
                            .sctp()
                            .connect(now, List.of(), 0, List.of(lab.server.address(4)), PORT, config))
                    .association();
            client.attach(this);
        }

        @Override
        public boolean isOpen() {
            return server != null && client.outboundStreams() > traffic.busyStreams();
        }

        @Override
        public boolean send(long now, int stream, byte[] message) {
            return lab.client.stack().sctp().send(now, client, message, 0, message.length, SendOptions.stream(stream))
                    == null;
        }

        @Override
        public void on(long now) {
            if (server == null) {
                server = lab.server.stack().sctp().accept(now, listening);
                if (server != null) {
                    server.attach(this);
                }
            }
            Association from = server;
            while (from != null && from.readable()) {
                Received next = lab.server.stack().sctp().receive(now, from);
                if (next instanceof Message message) {
                    arrived(now, message.data(), 0);
                }
            }
            while (client.readable()) {
                lab.client.stack().sctp().receive(now, client);
            }
            push(now);
        }
    }
}
