package io.towpath.bench;

import io.towpath.core.Offloads;
import io.towpath.sim.DirectPair;
import io.towpath.tcp.TcpConfig;
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

/// Bulk transfer between two stacks on a wire in memory, both driven by the measuring thread. One operation moves one
/// mebibyte from the sender's user to the receiver's.
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class BulkBenchmark {
    private static final int MEBIBYTE = 1 << 20;
    private static final int CHUNK = 1 << 16;

    /// `1500`: packets of MTU 1500 with checksums computed and verified. `super`: a wire of MTU 1500 that takes
    /// super-segments of 64 KiB and needs no checksums.
    @Param({"1500", "super"})
    public String wire = "1500";

    private final byte[] chunk = new byte[CHUNK];
    private final byte[] scratch = new byte[CHUNK];
    private DirectPair pair = pair("1500");
    private DirectPair.Connected connection = pair.connect(0);
    private long began;

    /// For JMH.
    public BulkBenchmark() {}

    private static DirectPair pair(String wire) {
        Offloads offloads = wire.equals("super") ? new Offloads(true, 65_535) : Offloads.NONE;
        TcpConfig tcp = TcpConfig.defaults().withSendBuffer(MEBIBYTE).withReceiveBuffer(MEBIBYTE);
        return new DirectPair(1500, offloads, tcp, 1);
    }

    /// Opens the connection.
    @Setup(Level.Trial)
    public void open() {
        pair = pair(wire);
        connection = pair.connect(0);
        began = System.nanoTime();
    }

    /// Moves one mebibyte.
    @Benchmark
    public long mebibyte() {
        int written = 0;
        int read = 0;
        while (read < MEBIBYTE) {
            long now = System.nanoTime() - began;
            int took = connection.left().sendRing().write(chunk, 0, Math.min(CHUNK, MEBIBYTE - written));
            if (took > 0) {
                written += took;
                pair.left().tcp().written(now, connection.left());
            }
            pair.turn(now);
            int n = connection.right().receiveRing().read(scratch, 0, CHUNK);
            if (n > 0) {
                read += n;
                pair.right().tcp().consumed(now, connection.right());
            }
        }
        return read;
    }
}
