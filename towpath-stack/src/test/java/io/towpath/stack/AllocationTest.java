package io.towpath.stack;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.towpath.core.Packet;
import io.towpath.core.TxBatch;
import io.towpath.ip.IpConfig;
import io.towpath.udp.UdpConfig;
import io.towpath.udp.UdpEndpoint;
import io.towpath.wire.IpAddress;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Nothing is allocated per packet on the straight ways in, out and through.
class AllocationTest {
    private static final int WARM = 20_000;
    private static final int COUNT = 200_000;

    private final TestHost a = new TestHost("a", 1, IpConfig.defaults().withForwarding(true));
    private final TestHost b = new TestHost("b", 2);
    private final Interface atA = a.raw(1500, "10.0.0.1/24", "fd00::1/64");
    private final Interface atB = b.raw(1500, "10.0.0.2/24", "fd00::2/64");

    private static long allocatedBy(Runnable work) {
        var bean = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = bean.getCurrentThreadAllocatedBytes();
        work.run();
        return bean.getCurrentThreadAllocatedBytes() - before;
    }

    private void carry(Interface from, TestHost to, Interface at) {
        TxBatch outbox = from.outbox();
        for (int i = 0; i < outbox.size(); i++) {
            Packet packet = outbox.get(i);
            packet.adoptBy(to.pool);
            to.stack.input(0, at, packet);
        }
        outbox.clear();
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.0.0.2", "fd00::2"})
    void datagramsAllocateNothing(String to) {
        var client = ((UdpEndpoint.Bound) a.stack.udp().bind(0, null, 0, UdpConfig.defaults())).endpoint();
        var server = ((UdpEndpoint.Bound) b.stack.udp().bind(0, null, 7, UdpConfig.defaults())).endpoint();
        IpAddress peer = IpAddress.parse(to);
        byte[] data = new byte[1000];
        Runnable once = () -> {
            a.stack.udp().send(0, client, peer, 7, data, 0, data.length);
            a.stack.poll(0);
            carry(atA, b, atB);
            Packet packet = server.receive();
            packet.adoptBy(a.pool);
            packet.release();
        };
        assertThat(bytesPerPacket(once)).isLessThan(1.0);
    }

    @Test
    void forwardedPacketsAllocateNothing() {
        Interface second = a.raw(1500, "10.9.0.1/24");
        byte[] packet = Packets.udp(Packets.PEER4, 1, IpAddress.parse("10.9.0.2"), 2, new byte[1000]);
        Runnable once = () -> {
            Packet in = a.pool.take(packet.length);
            System.arraycopy(packet, 0, in.bytes, in.at, packet.length);
            in.end = in.at + packet.length;
            a.stack.input(0, atA, in);
            a.stack.poll(0);
            second.outbox().releaseAll();
        };
        assertThat(bytesPerPacket(once)).isLessThan(1.0);
    }

    private static double bytesPerPacket(Runnable once) {
        for (int i = 0; i < WARM; i++) {
            once.run();
        }
        long bytes = allocatedBy(() -> {
            for (int i = 0; i < COUNT; i++) {
                once.run();
            }
        });
        return (double) bytes / COUNT;
    }
}
