package io.towpath.bench;

import io.towpath.wire.Ip4Address;
import io.towpath.wire.Ip4Header;
import io.towpath.wire.Ip4Packet;
import io.towpath.wire.IpProtocol;
import io.towpath.wire.TcpHeader;
import io.towpath.wire.TcpOption;
import io.towpath.wire.TcpOptions;
import io.towpath.wire.TcpSegment;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/// What it takes to read the headers of one data segment in place: both gates, the fields that the engine looks at, and
/// the timestamps option.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class HeaderBenchmark {
    private final byte[] packet = packet();
    private final TcpOptions options = new TcpOptions();

    /// For JMH.
    public HeaderBenchmark() {}

    private static byte[] packet() {
        var source = new Ip4Address(0x0a000001);
        var destination = new Ip4Address(0x0a000002);
        byte[] segment = TcpSegment.of(49_152, 80, TcpHeader.ACK | TcpHeader.PSH, 1000, 2000, 512)
                .with(new TcpOption.Nop(), new TcpOption.Nop(), new TcpOption.Timestamps(1, 2))
                .withPayload(new byte[1448])
                .emit(source, destination);
        return Ip4Packet.of(source, destination, IpProtocol.TCP, segment).emit();
    }

    /// Reads the headers.
    @Benchmark
    public long headers() {
        byte[] b = packet;
        int end = b.length;
        if (!Ip4Header.check(b, 0, end).ok()) {
            throw new IllegalStateException("not an IPv4 packet");
        }
        int tcp = Ip4Header.headerLength(b, 0);
        if (!TcpHeader.check(b, tcp, end).ok() || !options.parseHeader(b, tcp)) {
            throw new IllegalStateException("not a TCP segment");
        }
        return Ip4Header.source(b, 0)
                + Ip4Header.destination(b, 0)
                + TcpHeader.sourcePort(b, tcp)
                + TcpHeader.destinationPort(b, tcp)
                + TcpHeader.sequence(b, tcp)
                + TcpHeader.acknowledgment(b, tcp)
                + TcpHeader.flags(b, tcp)
                + (long) TcpHeader.window(b, tcp)
                + options.tsVal
                + options.tsEcr;
    }
}
