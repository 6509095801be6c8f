package io.towpath.bench;

import io.towpath.core.Offloads;
import io.towpath.core.Packet;
import io.towpath.sim.DirectPair;
import io.towpath.tcp.TcpConfig;
import io.towpath.udp.UdpConfig;
import io.towpath.udp.UdpEndpoint;
import io.towpath.wire.IpAddress;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/// UDP between two stacks on a wire in memory, both driven by the measuring thread. One operation sends one datagram
/// and
/// takes it at the other end.
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class DatagramBenchmark {
    private static final int PORT = 7;

    /// Payload bytes of each datagram.
    @Param({"64", "1400"})
    public int bytes = 64;

    private byte[] data = new byte[bytes];
    private final DirectPair pair = new DirectPair(1500, Offloads.NONE, TcpConfig.defaults(), 1);
    private final UdpEndpoint sender = bind(pair.left().udp().bind(0, null, 0, UdpConfig.defaults()));
    private final UdpEndpoint receiver = bind(pair.right().udp().bind(0, null, PORT, UdpConfig.defaults()));
    private final IpAddress to = IpAddress.parse("10.0.0.2");
    private long began;

    /// For JMH.
    public DatagramBenchmark() {}

    private static UdpEndpoint bind(UdpEndpoint.Result result) {
        if (result instanceof UdpEndpoint.Bound(UdpEndpoint endpoint)) {
            return endpoint;
        }
        throw new IllegalStateException("no socket: " + result);
    }

    /// Makes the datagram.
    @Setup(Level.Trial)
    public void open() {
        data = new byte[bytes];
        began = System.nanoTime();
    }

    /// Sends one datagram and takes it.
    @Benchmark
    public int datagram() {
        long now = System.nanoTime() - began;
        pair.left().udp().send(now, sender, to, PORT, data, 0, data.length);
        pair.turn(now);
        Packet packet = receiver.receive();
        if (packet == null) {
            throw new IllegalStateException("the datagram did not arrive");
        }
        int length = packet.length();
        packet.release();
        return length;
    }
}
