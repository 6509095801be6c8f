package io.towpath.cli;

import com.sun.management.ThreadMXBean;
import io.towpath.core.Counter;
import io.towpath.core.Offloads;
import io.towpath.sim.DirectPair;
import io.towpath.tcp.TcpConfig;
import io.towpath.tcp.TcpConnection;
import io.towpath.tcp.TcpLayer;
import java.lang.management.ManagementFactory;

/// What the engine alone can do: one thread drives two stacks on a wire in memory, and is their user as well.
final class EngineBench {
    private static final int CHUNK = 1 << 16;

    /// What was measured.
    ///
    /// @param bytesPerSecond data delivered
    /// @param segmentsPerSecond segments sent by both, wire segments of super-segments counted singly
    /// @param allocatedPerSegment bytes allocated by the driving thread for each of them
    record Result(double bytesPerSecond, double segmentsPerSecond, double allocatedPerSegment) {}

    private final DirectPair pair;
    private final DirectPair.Connected connection;
    private final byte[] chunk = new byte[CHUNK];
    private final byte[] scratch = new byte[CHUNK];
    private final long began = System.nanoTime();
    private long delivered;

    private EngineBench(int mtu, Offloads offloads) {
        pair = new DirectPair(mtu, offloads, TcpConfig.defaults(), 1);
        connection = pair.connect(0);
    }

    /// @param mtu largest IP packet
    /// @param offloads what the wire does
    /// @param seconds how long to measure
    static Result run(int mtu, Offloads offloads, double seconds) {
        var bench = new EngineBench(mtu, offloads);
        WarmUp.untilCompiled(bench::pump);
        long deliveredBefore = bench.delivered;
        long segmentsBefore = bench.segments();
        long allocatedBefore = allocated();
        long nanos = bench.pump((long) (seconds * 1e9));
        long allocated = allocated() - allocatedBefore;
        long segments = bench.segments() - segmentsBefore;
        return new Result(
                (bench.delivered - deliveredBefore) * 1e9 / nanos,
                segments * 1e9 / nanos,
                segments == 0 ? 0 : allocated / (double) segments);
    }

    private static long allocated() {
        return ((ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes();
    }

    private long segments() {
        return pair.left().context().counters().get(Counter.TCP_OUT)
                + pair.right().context().counters().get(Counter.TCP_OUT);
    }

    /// Moves data from left to right for a while.
    ///
    /// @return how long it took, nanoseconds
    private long pump(long nanos) {
        TcpConnection sender = connection.left();
        TcpConnection receiver = connection.right();
        TcpLayer leftTcp = pair.left().tcp();
        TcpLayer rightTcp = pair.right().tcp();
        long from = System.nanoTime();
        long now = from;
        while (now - from < nanos) {
            now = System.nanoTime();
            long at = now - began;
            if (sender.sendRing().write(chunk, 0, CHUNK) > 0) {
                leftTcp.written(at, sender);
            }
            pair.turn(at);
            int n = receiver.receiveRing().read(scratch, 0, CHUNK);
            if (n > 0) {
                delivered += n;
                rightTcp.consumed(at, receiver);
            }
        }
        return now - from;
    }
}
