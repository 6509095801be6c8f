package io.towpath.stack;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.towpath.core.Offloads;
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
/// the user is given.
class BulkMessageAllocationTest {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int PORT = 9;
    private static final int BUFFER = 1 << 20;
    private static final int STREAMS = 4;
    /// Noise of the virtual machine, not of any chunk.
    private static final long NOISE = 64 * 1024;

    private final JoinedHosts hosts = new JoinedHosts(1500, Offloads.NONE, "10.0.0.%d/24");
    private final SctpLayer left = hosts.a.stack.sctp();
    private final SctpLayer right = hosts.b.stack.sctp();
    private long now = Time.SECOND;

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
        hosts.loseEvery = 200;
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
        hosts.settle(now);
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
        if (hosts.loseEvery > 0) {
            assertThat(left.info(now, from).retransmissions()).isGreaterThan(20);
        }
        assertThat(hosts.packetsOut()).isZero();
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
            hosts.settle(now);
            for (Received next = right.receive(now, to); next != null; next = right.receive(now, to)) {
                taken += next instanceof Message ? 1 : 0;
            }
            for (Received next = left.receive(now, from); next != null; next = left.receive(now, from)) {
                // that the sender is dry
            }
            now += Time.MILLISECOND;
            hosts.tick(now);
        }
        return taken;
    }
}
