package io.towpath.bench;

import io.towpath.wire.InternetChecksum;
import java.util.Random;
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

/// The Internet checksum over a header, a segment and a super-segment.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class ChecksumBenchmark {
    /// Octets.
    @Param({"20", "1460", "65536"})
    public int length = 20;

    private byte[] bytes = new byte[length];

    /// For JMH.
    public ChecksumBenchmark() {}

    /// Fills the octets.
    @Setup(Level.Trial)
    public void fill() {
        bytes = new byte[length];
        new Random(1).nextBytes(bytes);
    }

    /// Sums them.
    @Benchmark
    public int checksum() {
        return InternetChecksum.finish(InternetChecksum.add(0, bytes, 0, length));
    }
}
