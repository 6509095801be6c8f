package io.towpath.stack;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.towpath.core.Offloads;
import io.towpath.core.Packet;
import io.towpath.core.Time;
import io.towpath.sctp.Association;
import io.towpath.sctp.Message;
import io.towpath.sctp.Received;
import io.towpath.sctp.SctpConfig;
import io.towpath.sctp.SctpEndpoint;
import io.towpath.sctp.SctpLayer;
import io.towpath.sctp.SendOptions;
import io.towpath.wire.IpAddress;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A DATA chunk and a SACK cost no memory while an association is full of them: what is allocated is the message that
/// the user is given. Two hosts joined by a wire that copies packets from one pool to the other, and may lose some.
class BulkMessageAllocationTest {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int PORT = 9;
    private static final int BUFFER = 1 << 20;
    private static final int STREAMS = 4;
    /// Noise of the virtual machine, not of any chunk.
    private static final long NOISE = 64 * 1024;

    private final TestHost a = new TestHost("a", 1);
    private final TestHost b = new TestHost("b", 2);
    private final SctpLayer left = a.stack.sctp();
    private final SctpLayer right = b.stack.sctp();
    private final Interface aEnd = a.raw(1500, Offloads.NONE, "10.0.0.1/24");
    private final Interface bEnd = b.raw(1500, Offloads.NONE, "10.0.0.2/24");
    private long now = Time.SECOND;
    /// The wire loses one packet of two hundred.
    private boolean losing;

    private int carried;

    @ParameterizedTest
    @CsvSource({"64, 100000", "1024, 20000", "16384, 2000", "65536, 500"})
    void aDataChunkAndItsSackAllocateNothing(int size, int messages) {
        measure(size, messages, SendOptions.defaults());
    }

    @Test
    void aMessageOnAnotherStreamAllocatesNothingEither() {
        measure(1024, 20_000, SendOptions.stream(STREAMS - 1));
    }

    @Test
    void anUnorderedMessageAllocatesNothingEither() {
        measure(1024, 20_000, SendOptions.defaults().withUnordered(true));
    }

    @ParameterizedTest
    @CsvSource({"64, 100000", "1024, 20000", "16384, 2000"})
    void aChunkThatIsLostAllocatesNothingEither(int size, int messages) {
        losing = true;
        measure(size, messages, SendOptions.defaults());
    }

    private void measure(int size, int messages, SendOptions how) {
        SctpConfig config = SctpConfig.defaults()
                .withBuffers(BUFFER, BUFFER)
                .withNoDelay(true)
                .withStreams(STREAMS, STREAMS);
        SctpEndpoint endpoint = ((SctpEndpoint.Bound) right.bind(now, List.of(), PORT, config)).endpoint();
        right.listen(now, endpoint, 1);
        var opened = left.connect(now, List.of(), 0, List.of(IpAddress.parse("10.0.0.2")), PORT, config);
        settle();
        Association from = ((Association.Opened) opened).association();
        Association to = Objects.requireNonNull(right.accept(now, endpoint));
        byte[] data = new byte[size];

        transfer(from, to, data, how, messages / 2);
        long before = THREADS.getCurrentThreadAllocatedBytes();
        long taken = transfer(from, to, data, how, messages);
        long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;

        assertThat(taken).isGreaterThanOrEqualTo(messages);
        assertThat(allocated - taken * ofOneMessage(size))
                .as("bytes allocated beside %d messages", taken)
                .isLessThan(NOISE);
        if (losing) {
            assertThat(left.info(now, from).retransmissions()).isGreaterThan(20);
        }
        assertThat(a.pool.outstanding()).isZero();
        assertThat(b.pool.outstanding()).isZero();
    }

    /// Bytes of what the user is given: the record and its array.
    private static long ofOneMessage(int size) {
        IpAddress source = IpAddress.parse("10.0.0.1");
        Message[] kept = new Message[1000];
        long before = THREADS.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < kept.length; i++) {
            kept[i] = new Message(new byte[size], 0, 0, 0, false, 0, true, source);
        }
        long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
        assertThat(kept).doesNotContainNull();
        return allocated / kept.length;
    }

    /// Moves so many messages, or a few more.
    private long transfer(Association from, Association to, byte[] data, SendOptions how, int messages) {
        long taken = 0;
        while (taken < messages) {
            while (left.send(now, from, data, 0, data.length, how) == null) {
                // until the send queue is full
            }
            settle();
            for (Received next = right.receive(now, to); next != null; next = right.receive(now, to)) {
                taken += next instanceof Message ? 1 : 0;
            }
            for (Received next = left.receive(now, from); next != null; next = left.receive(now, from)) {
                // that the sender is dry
            }
            now += Time.MILLISECOND;
            tick(a);
            tick(b);
        }
        return taken;
    }

    private void tick(TestHost host) {
        if (host.stack.deadline() <= now) {
            host.stack.tick(now);
        }
    }

    private void settle() {
        boolean moved = true;
        while (moved) {
            moved = a.stack.poll(now) | carry(aEnd, b, bEnd) | b.stack.poll(now) | carry(bEnd, a, aEnd);
        }
        forget(a);
        forget(b);
    }

    private boolean carry(Interface from, TestHost to, Interface at) {
        var outbox = from.outbox();
        int n = outbox.size();
        for (int i = 0; i < n; i++) {
            Packet packet = outbox.get(i);
            if (losing && ++carried % 200 == 0) {
                packet.release();
                continue;
            }
            Packet copy = to.pool.take(packet.length());
            System.arraycopy(packet.bytes, packet.at, copy.bytes, copy.at, packet.length());
            copy.end = copy.at + packet.length();
            packet.release();
            to.stack.input(now, at, copy);
        }
        outbox.removeFirst(n);
        return n > 0;
    }

    private static void forget(TestHost host) {
        for (var source = host.context.signals().next();
                source != null;
                source = host.context.signals().next()) {
            source.takeSignals();
        }
    }
}
