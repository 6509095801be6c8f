package io.towpath.cli;

import io.towpath.core.Offloads;
import io.towpath.link.MemoryLink;
import io.towpath.net.Host;
import io.towpath.net.Towpath;
import io.towpath.net.sctp.SctpServer;
import io.towpath.net.sctp.SctpSocket;
import io.towpath.sctp.Message;
import io.towpath.sctp.SctpConfig;
import io.towpath.sctp.SendOptions;
import io.towpath.wire.IpAddress;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;

/// What users of blocking SCTP sockets get: two hosts of this process on a wire in memory, a thread that sends messages
/// and one that takes them, besides the threads of the hosts.
final class MessageSocketBench {
    private static final int PORT = 5001;
    private static final int BUFFER = 4 << 20;
    private static final int WIRE_CAPACITY = 1024;

    /// What was measured.
    ///
    /// @param bytesPerSecond data received
    /// @param messagesPerSecond messages received
    record Result(double bytesPerSecond, double messagesPerSecond) {}

    private final LongAdder messages = new LongAdder();
    private volatile boolean over;

    private MessageSocketBench() {}

    /// @param mtu largest IP packet
    /// @param messageBytes of each message
    /// @param seconds how long to measure
    static Result run(int mtu, int messageBytes, boolean unordered, double seconds) throws IOException {
        MemoryLink.Pair wire = MemoryLink.sharedPair("bench", mtu, Offloads.NONE, WIRE_CAPACITY);
        SctpConfig config = SctpConfig.defaults().withBuffers(BUFFER, BUFFER).withNoDelay(true);
        try (Host client = Towpath.host("client")
                        .link(wire.a())
                        .address("10.0.0.1/24")
                        .start();
                Host server = Towpath.host("server")
                        .link(wire.b())
                        .address("10.0.0.2/24")
                        .start();
                SctpServer listening = server.sctp().listen(List.of(), PORT, 1, config);
                SctpSocket sender = client.sctp()
                        .connect(
                                List.of(),
                                0,
                                List.of(IpAddress.parse("10.0.0.2")),
                                PORT,
                                config,
                                Duration.ofSeconds(10));
                SctpSocket receiver = listening.accept()) {
            return new MessageSocketBench().measure(sender, receiver, messageBytes, unordered, seconds);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", interrupted);
        }
    }

    private Result measure(SctpSocket from, SctpSocket to, int messageBytes, boolean unordered, double seconds)
            throws InterruptedException {
        SendOptions how = SendOptions.defaults().withUnordered(unordered);
        byte[] message = new byte[messageBytes];
        Thread taker = Thread.ofPlatform().start(() -> take(to));
        Thread giver = Thread.ofPlatform().start(() -> give(from, message, how));
        new WarmUp(seconds).run(this::watch);
        double messagesPerSecond = watch((long) (seconds * 1e9));
        over = true;
        from.abort();
        to.abort();
        giver.join();
        taker.join();
        return new Result(messagesPerSecond * messageBytes, messagesPerSecond);
    }

    /// Messages per second that arrive meanwhile.
    private double watch(long nanos) {
        long began = System.nanoTime();
        long before = messages.sum();
        long passed = 0;
        while (passed < nanos) {
            LockSupport.parkNanos(nanos - passed);
            passed = System.nanoTime() - began;
        }
        return (messages.sum() - before) * 1e9 / passed;
    }

    private void give(SctpSocket socket, byte[] message, SendOptions how) {
        try {
            while (!over) {
                socket.send(message, how);
            }
        } catch (IOException aborted) {
            // The measurement is over.
        }
    }

    private void take(SctpSocket socket) {
        try {
            for (Message next = socket.receive(); next != null; next = socket.receive()) {
                messages.add(next.last() ? 1 : 0);
            }
        } catch (IOException aborted) {
            // The measurement is over.
        }
    }
}
