package io.towpath.nat;

import static io.towpath.nat.RawNat.ALICE;
import static io.towpath.nat.RawNat.BOX;
import static io.towpath.nat.RawNat.SERVER;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.towpath.core.Packet;
import io.towpath.nat.NatConfig.Behavior;
import io.towpath.stack.Interface;
import io.towpath.wire.TcpHeader;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Nothing is allocated for a packet of a mapping that is known.
class NatAllocationTest {
    private static final int WARM = 20_000;
    private static final int COUNT = 100_000;

    @ParameterizedTest
    @EnumSource(Behavior.class)
    void packetsOfAKnownMappingAllocateNothing(Behavior behavior) {
        var nat = new RawNat(RawNat.config().withMapping(behavior).withFiltering(behavior));
        nat.connect(5000);
        byte[][] out = {
            RawNat.udp(ALICE, 4000, SERVER, 53), RawNat.tcp(ALICE, 5000, SERVER, 80, TcpHeader.ACK, 100, 500)
        };
        byte[][] in = {RawNat.udp(SERVER, 53, BOX, 4000), RawNat.tcp(SERVER, 80, BOX, 5000, TcpHeader.ACK, 500, 100)};
        Runnable once = () -> {
            for (int i = 0; i < out.length; i++) {
                carry(nat, nat.inside, out[i], nat.outside);
                carry(nat, nat.outside, in[i], nat.inside);
            }
        };
        for (int i = 0; i < WARM; i++) {
            once.run();
        }
        var bean = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = bean.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < COUNT; i++) {
            once.run();
        }
        long bytes = bean.getCurrentThreadAllocatedBytes() - before;
        assertThat((double) bytes / COUNT / 4).isLessThan(1.0);
        assertThat(nat.box.context.counters().get(io.towpath.core.Counter.NAT_IN))
                .isGreaterThan(2 * COUNT);
    }

    private static void carry(RawNat nat, Interface from, byte[] bytes, Interface to) {
        nat.now += 1000;
        Packet packet = nat.box.pool.take(bytes.length);
        System.arraycopy(bytes, 0, packet.bytes, packet.at, bytes.length);
        packet.end = packet.at + bytes.length;
        nat.box.stack.input(nat.now, from, packet);
        nat.box.stack.tick(nat.now);
        nat.box.stack.poll(nat.now);
        assert to.outbox().size() == 1;
        to.outbox().releaseAll();
    }
}
