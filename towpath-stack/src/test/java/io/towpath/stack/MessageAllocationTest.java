package io.towpath.stack;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.towpath.core.Packet;
import io.towpath.core.Time;
import io.towpath.core.TxBatch;
import io.towpath.sctp.Association;
import io.towpath.sctp.Message;
import io.towpath.sctp.Received;
import io.towpath.sctp.SctpAuthentication;
import io.towpath.sctp.SctpConfig;
import io.towpath.sctp.SctpEndpoint;
import io.towpath.sctp.SctpExtensions;
import io.towpath.sctp.SctpFailover;
import io.towpath.sctp.SctpFeatures;
import io.towpath.sctp.SendOptions;
import io.towpath.wire.IpAddress;
import io.towpath.wire.SctpChunks;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/// Nothing is allocated per DATA chunk and per SACK beyond the message that the user gets.
class MessageAllocationTest {
    private static final int WARM = 5000;
    private static final int COUNT = 20_000;
    /// The record and the header of its array, with room for their alignment.
    private static final int MESSAGE_OVERHEAD = 80;

    private final TestHost a = new TestHost("a", 1);
    private final TestHost b = new TestHost("b", 2);
    private final Interface atA = a.raw(1500, "10.0.0.1/24");
    private final Interface atB = b.raw(1500, "10.0.0.2/24");
    private long now = Time.SECOND;
    private long received;

    private static void carry(Interface from, TestHost to, Interface at, long now) {
        TxBatch outbox = from.outbox();
        for (int i = 0; i < outbox.size(); i++) {
            Packet packet = outbox.get(i);
            // A copy, because more packets go one way than the other: neither pool may run dry.
            Packet copy = to.pool.take(packet.end);
            copy.copyFrom(packet);
            packet.release();
            to.stack.input(now, at, copy);
        }
        outbox.clear();
    }

    private void exchange() {
        for (int i = 0; i < 6; i++) {
            a.stack.poll(now);
            carry(atA, b, atB, now);
            b.stack.poll(now);
            carry(atB, a, atA, now);
        }
    }

    private long allocatedPerMessage(int length) {
        return allocatedPerMessage(length, SctpConfig.defaults().withNoDelay(true));
    }

    private long allocatedPerMessage(int length, SctpConfig config) {
        var sctpA = a.stack.sctp();
        var sctpB = b.stack.sctp();
        var server = ((SctpEndpoint.Bound) sctpB.bind(now, List.of(), 5000, config)).endpoint();
        sctpB.listen(now, server, 1);
        Association client = ((Association.Opened)
                        sctpA.connect(now, List.of(), 0, List.of(IpAddress.parse("10.0.0.2")), 5000, config))
                .association();
        exchange();
        Association accepted = Objects.requireNonNull(sctpB.accept(now, server));
        byte[] data = new byte[length];
        SendOptions options = SendOptions.stream(1);
        Runnable once = () -> {
            now += Time.MILLISECOND;
            if (sctpA.send(now, client, data, 0, data.length, options) != null) {
                throw new AssertionError("not taken");
            }
            exchange();
            for (Received next = sctpB.receive(now, accepted); next != null; next = sctpB.receive(now, accepted)) {
                received += next instanceof Message ? 1 : 0;
            }
            while (sctpA.receive(now, client) != null) {
                // "everything is acknowledged", and the like
            }
            a.context.signals().next();
            b.context.signals().next();
        };
        for (int i = 0; i < WARM; i++) {
            once.run();
        }
        received = 0;
        var bean = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = bean.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < COUNT; i++) {
            once.run();
        }
        long allocated = bean.getCurrentThreadAllocatedBytes() - before;
        assertThat(received).isEqualTo(COUNT);
        return allocated / COUNT;
    }

    @Test
    void aSmallMessageAllocatesItselfAlone() {
        assertThat(allocatedPerMessage(64)).isLessThan(64 + MESSAGE_OVERHEAD + 64);
    }

    @Test
    void extensionsAllocateNothingMore() {
        SctpConfig config = SctpConfig.defaults()
                .withNoDelay(true)
                .withFeatures(SctpFeatures.defaults()
                        .withInterleaving(true)
                        .withEcn(true)
                        .withAuthentication(true)
                        .withAddressConfiguration(true))
                .withExtensions(SctpExtensions.defaults()
                        .withFailover(SctpFailover.quick())
                        .withPathMtuProbes(true)
                        .withAuthentication(
                                SctpAuthentication.defaults().withChunkTypes(SctpChunks.I_DATA, SctpChunks.SACK)));
        assertThat(allocatedPerMessage(4000, config)).isLessThan(4000 + MESSAGE_OVERHEAD + 64);
    }

    @Test
    void aMessageOfSeveralFragmentsAllocatesItselfAlone() {
        assertThat(allocatedPerMessage(4000)).isLessThan(4000 + MESSAGE_OVERHEAD + 64);
    }
}
