package io.towpath.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import org.junit.jupiter.api.Test;

class CountersTest {
    private final Counters counters = new Counters();

    @Test
    void eachCounterCountsForItself() {
        for (var counter : Counter.values()) {
            counters.count(counter, counter.ordinal() + 1);
            counters.count(counter);
        }
        for (var counter : Counter.values()) {
            assertThat(counters.get(counter)).isEqualTo(counter.ordinal() + 2);
        }
        assertThat(counters.drops()).isZero();
    }

    @Test
    void eachDropHasItsOwnCountAndAllHaveASum() {
        for (var drop : Drop.values()) {
            counters.dropped(drop);
        }
        counters.dropped(Drop.NO_ROUTE);
        for (var drop : Drop.values()) {
            assertThat(counters.get(drop)).isEqualTo(drop == Drop.NO_ROUTE ? 2 : 1);
        }
        assertThat(counters.drops()).isEqualTo(Drop.values().length + 1);
        for (var counter : Counter.values()) {
            assertThat(counters.get(counter)).isZero();
        }
    }

    @Test
    void aDroppedPacketIsCountedToldAndReleased() {
        var context = Context.of(new PacketPool(), Entropy.seeded(1));
        var told = new ArrayList<Event>();
        context.events().add(told::add, Event.Kind.PACKET_DROPPED);
        var packet = context.pool().take(10);
        packet.end += 10;
        context.drop(5, packet, Drop.TCP_PAWS);
        assertThat(context.counters().get(Drop.TCP_PAWS)).isEqualTo(1);
        assertThat(told).containsExactly(new Dropped(5, Drop.TCP_PAWS, 10));
        assertThat(context.pool().outstanding()).isZero();
    }

    @Test
    void aDropThatNobodyReadsIsCountedAllTheSame() {
        var context = Context.of(new PacketPool(), Entropy.seeded(1));
        context.drop(5, context.pool().take(10), Drop.BAD_ARP);
        assertThat(context.counters().get(Drop.BAD_ARP)).isEqualTo(1);
        assertThat(context.pool().outstanding()).isZero();
    }
}
