package io.towpath.stack;

import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.core.Packet;
import io.towpath.core.Time;
import io.towpath.tcp.TcpConfig;
import io.towpath.tcp.TcpConnection;
import io.towpath.tcp.TcpListener;
import io.towpath.wire.IpAddress;
import io.towpath.wire.testing.Rfc;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A send buffer that holds no two segments of the link, as is usual on a loopback of MTU 65,535: the connection goes
/// at the pace of the wire, which takes 10 µs here, not at that of delayed acknowledgments.
class SmallSendBufferTest {
    private static final long WIRE = 10 * Time.MICROSECOND;
    private static final int SEGMENTS = 1000;

    private final TestHost a = new TestHost("a", 1);
    private final TestHost b = new TestHost("b", 2);
    private final byte[] data = new byte[64 * 1024];
    private long now = Time.SECOND;

    @ParameterizedTest
    @CsvSource({
        "65535, 65536", "65535, 100000", "65535, 131072", "65535, 16384", "65535, 4096",
        "9000, 8192", "9000, 16384", "1500, 2048", "1500, 1460", "1500, 4096"
    })
    @Rfc(value = 9293, section = "3.8.6.3", requirement = "SHLD-19")
    void waitsForNoDelayedAcknowledgment(int mtu, int buffer) {
        Interface aEnd = a.raw(mtu, "10.0.0.1/24");
        Interface bEnd = b.raw(mtu, "10.0.0.2/24");
        TcpConfig config = TcpConfig.defaults().withSendBuffer(buffer);
        TcpListener listener = ((TcpListener.Listening) b.stack.tcp().listen(now, null, 9, 1, config)).listener();
        var opened = a.stack.tcp().connect(now, null, 0, IpAddress.parse("10.0.0.2"), 9, config);
        TcpConnection from = ((TcpConnection.Opened) opened).connection();
        for (int i = 0; i < 3; i++) {
            turn(aEnd, bEnd);
        }
        TcpConnection to = Objects.requireNonNull(b.stack.tcp().accept(now, listener));

        long began = now;
        long before = from.segmentsOut;
        long arrived = 0;
        while (from.segmentsOut - before < SEGMENTS) {
            if (from.sendRing().write(data, 0, data.length) > 0) {
                a.stack.tcp().written(now, from);
            }
            turn(aEnd, bEnd);
            int n = to.receiveRing().read(data, 0, data.length);
            if (n > 0) {
                arrived += n;
                b.stack.tcp().consumed(now, to);
            }
        }

        assertThat(now - began).isLessThan(SEGMENTS * 4 * WIRE);
        assertThat(arrived).isGreaterThan((long) SEGMENTS * Math.min(buffer, mtu - 40) / 3);
        assertThat(from.retransmits).isZero();
    }

    /// Requests and answers, each of which fits one segment, but not half the send buffer.
    @ParameterizedTest
    @CsvSource({
        "65535, 65536, 49152, false",
        "65535, 65536, 49152, true",
        "9000, 16384, 8900, false",
        "1500, 2048, 1400, false",
        "1500, 2048, 1400, true"
    })
    void aRequestOfOneSegmentNeedsNoDelayedAcknowledgment(int mtu, int buffer, int size, boolean smallOnly) {
        Interface aEnd = a.raw(mtu, "10.0.0.1/24");
        Interface bEnd = b.raw(mtu, "10.0.0.2/24");
        TcpConfig config = TcpConfig.defaults().withSendBuffer(buffer).withNagleSmallOnly(smallOnly);
        TcpListener listener = ((TcpListener.Listening) b.stack.tcp().listen(now, null, 9, 1, config)).listener();
        var opened = a.stack.tcp().connect(now, null, 0, IpAddress.parse("10.0.0.2"), 9, config);
        TcpConnection from = ((TcpConnection.Opened) opened).connection();
        for (int i = 0; i < 3; i++) {
            turn(aEnd, bEnd);
        }
        TcpConnection to = Objects.requireNonNull(b.stack.tcp().accept(now, listener));
        long slowest = 0;
        for (int request = 0; request < 50; request++) {
            long began = now;
            exchange(aEnd, bEnd, a, from, b, to, size);
            exchange(aEnd, bEnd, b, to, a, from, 1);
            slowest = Math.max(slowest, now - began);
        }
        assertThat(slowest).isLessThan(20 * Time.MILLISECOND);
    }

    private void exchange(
            Interface aEnd, Interface bEnd, TestHost x, TcpConnection from, TestHost y, TcpConnection to, int size) {
        int left = size;
        int arrived = 0;
        while (arrived < size) {
            int w = from.sendRing().write(data, 0, left);
            if (w > 0) {
                left -= w;
                x.stack.tcp().written(now, from);
            }
            turn(aEnd, bEnd);
            int n = to.receiveRing().read(data, 0, data.length);
            if (n > 0) {
                arrived += n;
                y.stack.tcp().consumed(now, to);
            }
        }
    }

    /// All that leaves arrives on the other side, a wire's time later; each host runs its timers.
    private void turn(Interface aEnd, Interface bEnd) {
        poll(a);
        poll(b);
        now += WIRE;
        carry(aEnd, b, bEnd);
        carry(bEnd, a, aEnd);
        a.stack.tick(now);
        b.stack.tick(now);
    }

    private void poll(TestHost host) {
        boolean more = true;
        while (more) {
            more = host.stack.poll(now);
        }
    }

    private void carry(Interface from, TestHost to, Interface at) {
        var outbox = from.outbox();
        for (int i = 0; i < outbox.size(); i++) {
            Packet packet = outbox.get(i);
            to.in(now, at, packet.toBytes());
            packet.release();
        }
        outbox.clear();
    }
}
