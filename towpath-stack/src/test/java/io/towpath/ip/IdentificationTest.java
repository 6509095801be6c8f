package io.towpath.ip;

import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.core.Entropy;
import io.towpath.core.Packet;
import io.towpath.core.PacketPool;
import io.towpath.wire.IpProtocol;
import io.towpath.wire.testing.Rfc;
import java.util.BitSet;
import org.junit.jupiter.api.Test;

/// Numbers of packets that may be fragmented.
class IdentificationTest {
    private final Identification identification = new Identification(Entropy.seeded(5));
    private final Packet packet = new PacketPool().take(100);

    private int next(int host, int bits) {
        packet.sourceLow = 0xffff_0a00_0001L;
        packet.destinationLow = 0xffff_0a00_0000L + host;
        packet.protocol = IpProtocol.UDP;
        return identification.next(packet, bits);
    }

    @Test
    @Rfc(value = 6864, section = "4.3")
    void noNumberComesAgainBeforeAllOthersWereThere() {
        BitSet seen = new BitSet();
        for (int i = 0; i < 1 << 16; i++) {
            seen.set(next(2, 16));
        }
        assertThat(seen.cardinality()).isEqualTo(1 << 16);
    }

    @Test
    @Rfc(value = 7739, section = "3")
    void theStepFromOneNumberToTheNextTellsNothing() {
        BitSet steps = new BitSet();
        for (int i = 0, before = next(2, 16); i < 1000; i++) {
            int now = next(2, 16);
            steps.set(now - before & 0xffff);
            before = now;
        }
        assertThat(steps.cardinality()).as("different steps among 1,000").isGreaterThan(950);
        assertThat(steps.get(1)).isFalse();
    }

    @Test
    void numbersOfIp6UseAllTheirBits() {
        int ones = 0;
        int zeros = 0;
        for (int i = 0; i < 100; i++) {
            int id = next(3, 32);
            ones |= id;
            zeros |= ~id;
        }
        assertThat(ones).isEqualTo(-1);
        assertThat(zeros).isEqualTo(-1);
    }

    @Test
    void twoDestinationsSeeNumbersThatHaveNothingInCommon() {
        int equal = 0;
        for (int i = 0; i < 1000; i++) {
            equal += next(2, 16) == next(3, 16) ? 1 : 0;
        }
        assertThat(equal).isLessThan(5);
    }
}
