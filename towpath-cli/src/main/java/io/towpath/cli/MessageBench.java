package io.towpath.cli;

import com.sun.management.ThreadMXBean;
import io.towpath.core.Counter;
import io.towpath.core.Offloads;
import io.towpath.sctp.Association;
import io.towpath.sctp.Message;
import io.towpath.sctp.Received;
import io.towpath.sctp.SctpConfig;
import io.towpath.sctp.SctpEndpoint;
import io.towpath.sctp.SctpError;
import io.towpath.sctp.SctpLayer;
import io.towpath.sctp.SendOptions;
import io.towpath.sim.DirectPair;
import io.towpath.tcp.TcpConfig;
import io.towpath.wire.IpAddress;
import java.lang.management.ManagementFactory;
import java.util.List;

/// What the SCTP engine alone can do: one thread drives two stacks on a wire in memory, and is their user as well.
final class MessageBench {
    private static final int PORT = 5001;
    private static final int BUFFER = 4 << 20;

    /// Messages that the size of one is taken from.
    private static final int SAMPLE = 1000;

    /// What was measured.
    ///
    /// @param messageBytes of each message
    /// @param bytesPerSecond data delivered
    /// @param messagesPerSecond messages delivered
    /// @param packetsPerSecond packets sent by both
    /// @param allocatedPerMessage bytes allocated by the driving thread for each message beyond what the user is
    ///     given: the message and the array of its bytes
    /// @param chunksAgain chunks sent more than once, from the beginning: the wire loses nothing
    record Result(
            int messageBytes,
            double bytesPerSecond,
            double messagesPerSecond,
            double packetsPerSecond,
            double allocatedPerMessage,
            long chunksAgain) {}

    private final DirectPair pair;
    private final SctpLayer left;
    private final SctpLayer right;
    private final Association sender;
    private final Association receiver;
    private final byte[] message;
    private final SendOptions how;
    private final long began = System.nanoTime();
    private long messages;
    private long bytes;

    private MessageBench(int mtu, int messageBytes, boolean unordered) {
        pair = new DirectPair(mtu, Offloads.NONE, TcpConfig.defaults(), 1);
        left = pair.left().sctp();
        right = pair.right().sctp();
        message = new byte[messageBytes];
        how = SendOptions.defaults().withUnordered(unordered);
        SctpConfig config = SctpConfig.defaults().withBuffers(BUFFER, BUFFER).withNoDelay(true);
        if (!(right.bind(0, List.of(), PORT, config) instanceof SctpEndpoint.Bound(SctpEndpoint endpoint))) {
            throw new IllegalStateException("no endpoint");
        }
        right.listen(0, endpoint, 1);
        var result = left.connect(0, List.of(), 0, List.of(IpAddress.parse("10.0.0.2")), PORT, config);
        pair.settle(0);
        Association accepted = right.accept(0, endpoint);
        if (!(result instanceof Association.Opened(Association opened)) || accepted == null) {
            throw new IllegalStateException("no association: " + result);
        }
        sender = opened;
        receiver = accepted;
    }

    /// @param mtu largest IP packet
    /// @param messageBytes of each message
    /// @param seconds how long to measure
    static Result run(int mtu, int messageBytes, boolean unordered, double seconds) {
        var bench = new MessageBench(mtu, messageBytes, unordered);
        new WarmUp(seconds).run(slice -> {
            long before = bench.messages;
            long nanos = bench.pump(slice);
            return (bench.messages - before) * 1e9 / nanos;
        });
        long messagesBefore = bench.messages;
        long bytesBefore = bench.bytes;
        long packetsBefore = bench.packets();
        long allocatedBefore = allocated();
        long nanos = bench.pump((long) (seconds * 1e9));
        long allocated = allocated() - allocatedBefore;
        long messages = bench.messages - messagesBefore;
        long bytes = bench.bytes - bytesBefore;
        return new Result(
                messageBytes,
                bytes * 1e9 / nanos,
                messages * 1e9 / nanos,
                (bench.packets() - packetsBefore) * 1e9 / nanos,
                messages == 0 ? 0 : Math.max(0, allocated / (double) messages - ofOneMessage(messageBytes)),
                bench.left.info(0, bench.sender).retransmissions());
    }

    private static double ofOneMessage(int size) {
        IpAddress source = IpAddress.parse("10.0.0.1");
        var kept = new Message[SAMPLE];
        long before = allocated();
        for (int i = 0; i < SAMPLE; i++) {
            kept[i] = new Message(new byte[size], 0, 0, 0, false, 0, true, source);
        }
        long allocated = allocated() - before;
        return allocated / (double) kept.length;
    }

    private static long allocated() {
        return ((ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes();
    }

    private long packets() {
        return pair.left().context().counters().get(Counter.SCTP_OUT)
                + pair.right().context().counters().get(Counter.SCTP_OUT);
    }

    /// Moves messages from left to right for a while.
    ///
    /// @return how long it took, nanoseconds
    private long pump(long nanos) {
        long from = System.nanoTime();
        long now = from;
        while (now - from < nanos) {
            now = System.nanoTime();
            long at = now - began;
            SctpError full = null;
            while (full == null && sender.heldBytes() < BUFFER / 4) {
                full = left.send(at, sender, message, 0, message.length, how);
            }
            pair.turn(at);
            for (Received next = right.receive(at, receiver); next != null; next = right.receive(at, receiver)) {
                if (next instanceof Message taken) {
                    bytes += taken.length();
                    messages += taken.last() ? 1 : 0;
                }
            }
            if (sender.isClosed()) {
                throw new IllegalStateException("the association died: " + sender.error());
            }
        }
        return now - from;
    }
}
