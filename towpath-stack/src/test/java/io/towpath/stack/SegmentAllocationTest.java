package io.towpath.stack;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.towpath.core.Offloads;
import io.towpath.core.Time;
import io.towpath.tcp.TcpConfig;
import io.towpath.tcp.TcpConnection;
import io.towpath.tcp.TcpListener;
import io.towpath.tcp.config.AoAlgorithm;
import io.towpath.tcp.config.AuthConfig;
import io.towpath.tcp.config.MasterKey;
import io.towpath.tcp.config.PeerKey;
import io.towpath.wire.IpAddress;
import io.towpath.wire.Octets;
import io.towpath.wire.Prefix;
import java.lang.management.ManagementFactory;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// A data segment costs no memory once a connection runs: neither to send it, nor to receive it, nor to acknowledge
/// it. The wire is ideal; that of [TroubledAllocationTest] is not.
class SegmentAllocationTest {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int CHUNK = 64 * 1024;
    /// Noise of the virtual machine, not of any segment.
    private static final long NOISE = 8 * 1024;

    private final byte[] data = new byte[CHUNK];
    private JoinedHosts hosts;
    private long now = Time.SECOND;
    private TcpConfig config = TcpConfig.defaults();

    @Test
    void theMeasureSeesASmallAllocation() {
        long before = THREADS.getCurrentThreadAllocatedBytes();
        Object[] kept = new Object[100];
        for (int i = 0; i < kept.length; i++) {
            kept[i] = new byte[1000];
        }
        long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
        assertThat(kept).doesNotContainNull();
        assertThat(allocated).isBetween(100_000L, 200_000L);
    }

    @ParameterizedTest
    @CsvSource({"10.0.0.2, 576, 1000000", "fd00::2, 1280, 200000"})
    void aDataSegmentAllocatesNothing(String server, int mtu, int segments) {
        join(mtu, Offloads.NONE);
        measure(server, segments);
    }

    @ParameterizedTest
    @CsvSource({"10.0.0.2, 1500, 100000"})
    void aSuperSegmentAllocatesNothing(String server, int mtu, int segments) {
        join(mtu, new Offloads(true, 65_535));
        measure(server, segments);
    }

    /// A signature is computed over every octet, twice: fewer segments must do.
    @ParameterizedTest
    @EnumSource
    void aSignedSegmentAllocatesNothingEither(AoAlgorithm algorithm) {
        config = config.withAuthentication(AuthConfig.NONE.withMasterKeys(
                new MasterKey(Prefix.parse("10.0.0.0/8"), 0, 1, 1, algorithm, true, Octets.of(new byte[] {1, 2, 3}))));
        join(1500, Offloads.NONE);
        measure("10.0.0.2", 10_000);
    }

    @Test
    void aSegmentSignedByMd5AllocatesNothingEither() {
        config = config.withAuthentication(
                AuthConfig.of(new PeerKey(Prefix.parse("10.0.0.0/8"), 0, Octets.of(new byte[] {1, 2, 3}))));
        join(1500, Offloads.NONE);
        measure("10.0.0.2", 10_000);
    }

    private void join(int mtu, Offloads offloads) {
        hosts = new JoinedHosts(mtu, offloads, "10.0.0.%d/24", "fd00::%d/64");
    }

    private void measure(String server, int segments) {
        TcpConnection from = connect(IpAddress.parse(server));
        TcpConnection to = Objects.requireNonNull(hosts.b.stack.tcp().accept(now, listener));
        transfer(from, to, segments / 5 + 20_000);
        long before = THREADS.getCurrentThreadAllocatedBytes();
        long sent = transfer(from, to, segments);
        long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
        assertThat(sent).isGreaterThanOrEqualTo(segments);
        assertThat(allocated).as("bytes allocated for %d segments", sent).isLessThan(NOISE);
        assertThat(allocated / sent).as("bytes for each segment").isZero();
        assertThat(from.retransmits).isZero();
        assertThat(hosts.packetsOut()).isZero();
    }

    private TcpListener listener;

    private TcpConnection connect(IpAddress server) {
        var listening = hosts.b.stack.tcp().listen(now, null, 9, 1, config);
        listener = ((TcpListener.Listening) listening).listener();
        var opened = hosts.a.stack.tcp().connect(now, null, 0, server, 9, config);
        hosts.settle(now);
        return ((TcpConnection.Opened) opened).connection();
    }

    /// Moves bytes one way until so many segments left.
    private long transfer(TcpConnection from, TcpConnection to, long segments) {
        long start = from.segmentsOut;
        while (from.segmentsOut - start < segments) {
            from.sendRing().write(data, 0, CHUNK);
            hosts.a.stack.tcp().written(now, from);
            hosts.settle(now);
            while (to.receiveRing().read(data, 0, CHUNK) > 0) {
                hosts.b.stack.tcp().consumed(now, to);
            }
            now += Time.MILLISECOND;
            hosts.tick(now);
        }
        return from.segmentsOut - start;
    }
}
