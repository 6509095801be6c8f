package io.towpath.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.towpath.wire.testing.Rfc;
import java.util.BitSet;
import java.util.HashSet;
import org.junit.jupiter.api.Test;

class PortTableTest {
    private static final long LOCAL = 0x0000_ffff_0a00_0001L;
    private static final long REMOTE = 0x0000_ffff_0a00_0002L;

    private final PortTable ports = new PortTable(Entropy.seeded(1));

    @Test
    void aReservedPortIsNotReservedTwice() {
        assertThat(ports.reserve(80)).isTrue();
        assertThat(ports.reserve(80)).isFalse();
        assertThat(ports.reserve(81)).isTrue();
        assertThat(ports.inUse()).isEqualTo(2);
    }

    @Test
    void aReleasedPortIsFreeAgain() {
        ports.reserve(80);
        ports.release(80);
        assertThat(ports.isFree(80)).isTrue();
        assertThat(ports.inUse()).isZero();
        assertThat(ports.reserve(80)).isTrue();
    }

    @Test
    void aSharedPortIsFreeWhenItsLastUserLeaves() {
        ports.hold(5000);
        ports.hold(5000);
        assertThat(ports.uses(5000)).isEqualTo(2);
        assertThat(ports.reserve(5000)).isFalse();
        ports.release(5000);
        assertThat(ports.isFree(5000)).isFalse();
        ports.release(5000);
        assertThat(ports.isFree(5000)).isTrue();
    }

    @Test
    void releasingAFreePortIsAMistake() {
        assertThatThrownBy(() -> ports.release(80)).isInstanceOf(IllegalStateException.class);
        ports.reserve(81);
        assertThatThrownBy(() -> ports.release(80)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void theFirstAndTheLastPortCanBeUsed() {
        assertThat(ports.reserve(1)).isTrue();
        assertThat(ports.reserve(65_535)).isTrue();
        assertThat(ports.uses(65_535)).isEqualTo(1);
    }

    @Test
    @Rfc(value = 6056, section = "3.2")
    void ephemeralPortsAreOfTheDynamicRange() {
        for (int peer = 0; peer < 2000; peer++) {
            assertThat(ports.ephemeral(0, LOCAL, 0, REMOTE + peer, 80, p -> true))
                    .isBetween(PortTable.EPHEMERAL_FIRST, PortTable.EPHEMERAL_LAST);
        }
    }

    @Test
    @Rfc(value = 6056, section = "3.3.4")
    void portsForOnePeerFollowEachOther() {
        int first = choose(REMOTE, 80);
        int range = PortTable.EPHEMERAL_LAST - PortTable.EPHEMERAL_FIRST + 1;
        for (int i = 1; i < 100; i++) {
            int expected = PortTable.EPHEMERAL_FIRST + (first - PortTable.EPHEMERAL_FIRST + i) % range;
            assertThat(choose(REMOTE, 80)).isEqualTo(expected);
        }
    }

    @Test
    @Rfc(value = 6056, section = "3.3.4")
    void portsForDifferentPeersStartAtUnrelatedPlaces() {
        var starts = new HashSet<Integer>();
        for (int peer = 0; peer < 200; peer++) {
            starts.add(choose(REMOTE + peer, 80));
        }
        for (int port = 1; port <= 200; port++) {
            starts.add(choose(REMOTE, port));
        }
        assertThat(starts).hasSizeGreaterThan(380);
    }

    @Test
    @Rfc(value = 6056, section = "3.3.4")
    void portsDependOnTheSecretKey() {
        int same = 0;
        for (int seed = 0; seed < 100; seed++) {
            var other = new PortTable(Entropy.seeded(seed + 2));
            same += other.ephemeral(0, LOCAL, 0, REMOTE, 80, p -> true)
                            == new PortTable(Entropy.seeded(1)).ephemeral(0, LOCAL, 0, REMOTE, 80, p -> true)
                    ? 1
                    : 0;
        }
        assertThat(same).isLessThan(5);
    }

    @Test
    void portsInUseAreSkipped() {
        int next = choose(REMOTE, 80) + 1;
        ports.reserve(next);
        assertThat(ports.ephemeral(0, LOCAL, 0, REMOTE, 80, ports::isFree)).isEqualTo(next + 1);
    }

    @Test
    void theWholeRangeIsUsedBeforeNoneIsFree() {
        ports.ephemeralRange(40_000, 40_999);
        var seen = new BitSet();
        for (int i = 0; i < 1000; i++) {
            int port = ports.ephemeral(0, LOCAL, 0, REMOTE, 80, ports::isFree);
            assertThat(port).isBetween(40_000, 40_999);
            assertThat(ports.reserve(port)).isTrue();
            seen.set(port);
        }
        assertThat(seen.cardinality()).isEqualTo(1000);
        assertThat(ports.ephemeral(0, LOCAL, 0, REMOTE, 80, ports::isFree)).isZero();
        ports.release(40_123);
        assertThat(ports.ephemeral(0, LOCAL, 0, REMOTE, 80, ports::isFree)).isEqualTo(40_123);
    }

    @Test
    void portsGoOnWhereTheCountersWrap() {
        ports.ephemeralRange(1024, 65_535);
        for (int i = 0; i < 140_000; i++) {
            assertThat(choose(REMOTE, 80)).isBetween(1024, 65_535);
        }
    }

    @Test
    void impossibleRangesAreRefused() {
        assertThatThrownBy(() -> ports.ephemeralRange(0, 10)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> ports.ephemeralRange(10, 65_536)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> ports.ephemeralRange(11, 10)).isInstanceOf(IllegalArgumentException.class);
    }

    private int choose(long remote, int remotePort) {
        return ports.ephemeral(0, LOCAL, 0, remote, remotePort, p -> true);
    }
}
