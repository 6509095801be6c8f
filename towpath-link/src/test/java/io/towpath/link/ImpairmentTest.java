package io.towpath.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.within;

import io.towpath.core.Counters;
import io.towpath.core.Drop;
import io.towpath.core.Entropy;
import io.towpath.core.Offloads;
import io.towpath.core.Packet;
import io.towpath.core.PacketPool;
import io.towpath.core.Time;
import io.towpath.core.TxBatch;
import io.towpath.wire.Bytes;
import io.towpath.wire.testing.Rfc;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ImpairmentTest {
    private static final long MS = Time.MILLISECOND;

    /// What came out at the far end, and when.
    private record Arrival(long at, long number) {}

    /// A wire with an impaired near end, driven in virtual time.
    private static final class Bench {
        final PacketPool near = new PacketPool();
        final PacketPool far = new PacketPool();
        final MemoryLink.Pair wire;
        final Impairment link;
        final TxBatch out = new TxBatch(256);
        final RxBatch in = new RxBatch(256, far);
        final List<Arrival> arrivals = new ArrayList<>();
        final List<Packet> kept = new ArrayList<>();
        boolean keep;
        long now;

        Bench(Impairments impairments, long seed) {
            this(impairments, seed, Offloads.NONE, 1 << 16);
        }

        Bench(Impairments impairments, long seed, Offloads offloads, int capacity) {
            wire = MemoryLink.pair("wire", 9000, offloads, capacity);
            link = Impairment.onTransmit(wire.a(), impairments, Entropy.seeded(seed));
        }

        void send(long number, int length) {
            send(Samples.numbered(near, length, number));
        }

        void send(Packet packet) {
            out.add(packet);
            link.transmit(now, out);
            collect();
        }

        void sendMany(int count, int length, long every) {
            for (int i = 0; i < count; i++) {
                runUntil(now + every);
                send(i, length);
            }
            drain();
        }

        /// Lets virtual time pass, stopping at every deadline of the link.
        void runUntil(long moment) {
            while (link.deadline() <= moment) {
                now = Math.max(now, link.deadline());
                link.transmit(now, out);
                collect();
            }
            now = moment;
        }

        void drain() {
            runUntil(now + 1000 * Time.SECOND);
        }

        private void collect() {
            while (wire.b().receive(now, in) > 0) {
                for (int i = 0; i < in.size(); i++) {
                    Packet packet = in.get(i);
                    arrivals.add(new Arrival(now, Samples.number(packet)));
                    if (keep) {
                        kept.add(packet);
                    } else {
                        packet.release();
                    }
                }
                in.clear();
            }
        }

        void checkLedger() {
            ImpairmentStats s = link.stats();
            assertThat(s.entered() + s.cut() + s.duplicated())
                    .isEqualTo(s.left() + link.counters().drops() + s.held());
            assertThat(near.outstanding()).isEqualTo(s.held());
        }
    }

    @Test
    void aPerfectWireChangesNothing() {
        var bench = new Bench(Impairments.NONE, 1);
        bench.send(7, 100);
        assertThat(bench.arrivals).containsExactly(new Arrival(0, 7));
        assertThat(bench.link.deadline()).isEqualTo(Time.NEVER);
    }

    @Test
    void delayHoldsEachPacketForExactlyThatLong() {
        var bench = new Bench(Impairments.NONE.withDelay(20 * MS), 1);
        bench.send(1, 100);
        bench.runUntil(5 * MS);
        bench.send(2, 100);
        assertThat(bench.link.held()).isEqualTo(2);
        assertThat(bench.link.deadline()).isEqualTo(20 * MS);
        bench.drain();
        assertThat(bench.arrivals).containsExactly(new Arrival(20 * MS, 1), new Arrival(25 * MS, 2));
        bench.checkLedger();
    }

    @Test
    void uniformJitterSpreadsTheDelayAndKeepsTheOrder() {
        var bench =
                new Bench(Impairments.builder().delay(50 * MS).jitter(10 * MS).build(), 2);
        bench.sendMany(2000, 100, 100 * MS);
        double sum = 0;
        for (Arrival a : bench.arrivals) {
            long delay = a.at() - (a.number() + 1) * 100 * MS;
            assertThat(delay).isBetween(40 * MS, 60 * MS);
            sum += delay;
        }
        assertThat(sum / 2000).isCloseTo(50.0 * MS, within(0.5 * MS));
        assertThat(bench.arrivals).extracting(Arrival::number).isSorted();
    }

    @Test
    void normalJitterHasTheStandardDeviationAskedFor() {
        var bench = new Bench(
                Impairments.builder()
                        .delay(50 * MS)
                        .jitter(5 * MS, Impairments.Jitter.NORMAL)
                        .build(),
                3);
        bench.sendMany(5000, 100, 200 * MS);
        double squares = 0;
        for (Arrival a : bench.arrivals) {
            double off = a.at() - (a.number() + 1) * 200.0 * MS - 50.0 * MS;
            squares += off * off;
        }
        assertThat(Math.sqrt(squares / 5000)).isCloseTo(5.0 * MS, within(0.25 * MS));
    }

    @Test
    void jitterAloneNeverReordersPacketsThatFollowClosely() {
        var bench =
                new Bench(Impairments.builder().delay(50 * MS).jitter(50 * MS).build(), 4);
        bench.sendMany(2000, 100, MS);
        assertThat(bench.arrivals).hasSize(2000);
        assertThat(bench.arrivals).extracting(Arrival::number).isSorted();
    }

    @Test
    void independentLossHitsTheShareAskedFor() {
        var bench = new Bench(Impairments.NONE.withLoss(0.1), 5);
        bench.sendMany(20_000, 100, MS);
        assertThat(bench.arrivals.size() / 20_000.0).isCloseTo(0.9, within(0.01));
        assertThat(bench.link.counters().get(Drop.IMPAIRED_LOSS)).isEqualTo(20_000 - bench.arrivals.size());
        bench.checkLedger();
    }

    @Test
    void burstLossHasTheMeanAndTheBurstLengthOfItsModel() {
        var spec = Impairments.builder().bursts(0.01, 0.2, 0, 1).build();
        var bench = new Bench(spec, 6);
        bench.sendMany(60_000, 100, MS);
        double loss = 1 - bench.arrivals.size() / 60_000.0;
        assertThat(spec.bursts().meanLoss()).isCloseTo(0.0476, within(0.001));
        assertThat(loss).isCloseTo(spec.bursts().meanLoss(), within(0.01));
        int bursts = 0;
        long last = -1;
        for (Arrival a : bench.arrivals) {
            bursts += a.number() > last + 1 ? 1 : 0;
            last = a.number();
        }
        double meanBurst = bench.link.counters().get(Drop.IMPAIRED_LOSS) / (double) bursts;
        assertThat(meanBurst).isCloseTo(5, within(0.7));
    }

    @Test
    void duplicatesArriveTwiceAndAreCounted() {
        var bench = new Bench(Impairments.builder().delay(MS).duplicate(0.2).build(), 7);
        bench.sendMany(10_000, 100, MS);
        assertThat(bench.arrivals.size() / 10_000.0).isCloseTo(1.2, within(0.02));
        assertThat(bench.link.stats().duplicated()).isEqualTo(bench.arrivals.size() - 10_000);
        bench.checkLedger();
    }

    @Test
    void aReorderedPacketIsOvertakenAndDelaysNobodyElse() {
        var bench = new Bench(
                Impairments.builder().delay(10 * MS).reorder(0.05, 5 * MS).build(), 8);
        bench.sendMany(10_000, 100, MS);
        long late = bench.arrivals.stream()
                .filter(a -> a.at() == (a.number() + 1) * MS + 15 * MS)
                .count();
        long onTime = bench.arrivals.stream()
                .filter(a -> a.at() == (a.number() + 1) * MS + 10 * MS)
                .count();
        assertThat(late + onTime).isEqualTo(10_000);
        assertThat(late / 10_000.0).isCloseTo(0.05, within(0.01));
        assertThat(bench.arrivals.stream().map(Arrival::number).sorted().toList())
                .isNotEqualTo(bench.arrivals.stream().map(Arrival::number).toList());
    }

    @Test
    void corruptionIsVisibleToTheReceiverEvenOnALinkThatOffloadsChecksums() {
        var bench = new Bench(Impairments.builder().corrupt(1).build(), 9, new Offloads(true, 0), 1 << 16);
        bench.keep = true;
        for (int i = 0; i < 500; i++) {
            bench.send(Samples.unseal(Samples.tcp(bench.near, (i & 1) == 0, i, Samples.ACK, 200)));
        }
        assertThat(bench.kept).hasSize(500);
        assertThat(bench.kept).noneMatch(p -> p.checksumVerified);
        int differing = 0;
        for (int i = 0; i < 500; i++) {
            Packet right = Samples.tcp(bench.near, (i & 1) == 0, i, Samples.ACK, 200);
            Packet got = bench.kept.get(i);
            assertThat(got.length()).isEqualTo(right.length());
            int bits = 0;
            for (int j = 0; j < right.length(); j++) {
                bits += Integer.bitCount((right.bytes[right.at + j] ^ got.bytes[got.at + j]) & 0xff);
            }
            assertThat(bits).isLessThanOrEqualTo(4);
            differing += bits > 0 ? 1 : 0;
        }
        assertThat(differing).isGreaterThan(490);
        assertThat(bench.link.stats().corrupted()).isEqualTo(500);
    }

    @Test
    void aRateSpacesPacketsByTheTimeTheyTake() {
        var bench = new Bench(
                Impairments.builder().rate(1_000_000, 1_000_000).delay(10 * MS).build(), 10);
        for (int i = 0; i < 10; i++) {
            bench.send(i, 1000);
        }
        bench.drain();
        for (int i = 0; i < 10; i++) {
            assertThat(bench.arrivals.get(i)).isEqualTo(new Arrival((11 + i) * MS, i));
        }
    }

    @Test
    void aFullQueueDropsItsTail() {
        var bench = new Bench(Impairments.builder().rate(1_000_000, 3_000).build(), 11);
        for (int i = 0; i < 10; i++) {
            bench.send(i, 1000);
        }
        bench.drain();
        assertThat(bench.arrivals).extracting(Arrival::number).containsExactly(0L, 1L, 2L);
        assertThat(bench.link.counters().get(Drop.IMPAIRED_QUEUE)).isEqualTo(7);
        bench.checkLedger();
    }

    @Test
    void anIdleWireTakesAPacketThatIsLargerThanItsQueue() {
        var bench = new Bench(Impairments.builder().rate(1_000_000, 0).build(), 12);
        bench.send(1, 1000);
        bench.send(2, 1000);
        bench.drain();
        assertThat(bench.arrivals).extracting(Arrival::number).containsExactly(1L);
    }

    @Test
    void neverMorePacketsAreInsideThanAllowed() {
        var bench = new Bench(
                Impairments.builder().delay(Time.SECOND).packetsMax(100).build(), 13);
        for (int i = 0; i < 1000; i++) {
            bench.send(i, 100);
        }
        assertThat(bench.link.held()).isEqualTo(100);
        assertThat(bench.link.counters().get(Drop.IMPAIRED_QUEUE)).isEqualTo(900);
    }

    @Test
    void packetsLargerThanTheMtuVanishAndAreCounted() {
        var bench = new Bench(Impairments.builder().mtu(1280).build(), 14);
        bench.send(1, 1280);
        bench.send(2, 1281);
        assertThat(bench.arrivals).extracting(Arrival::number).containsExactly(1L);
        assertThat(bench.link.counters().get(Drop.IMPAIRED_MTU)).isEqualTo(1);
    }

    @Test
    @Rfc(value = 3168, section = "5")
    void aCongestionMarkIsSetOnCapablePacketsOnlyAndKeepsTheHeaderChecksumRight() {
        for (boolean ip4 : new boolean[] {true, false}) {
            for (int ecn = 0; ecn < 4; ecn++) {
                var bench = new Bench(Impairments.builder().ecnMark(1).build(), 15);
                bench.keep = true;
                Packet packet = Samples.tcp(bench.near, ip4, 1, Samples.ACK, 100);
                int word = Bytes.u16(packet.bytes, packet.at);
                Bytes.put16(packet.bytes, packet.at, word | (ip4 ? ecn : ecn << 4));
                bench.send(Samples.seal(packet));
                Packet got = bench.kept.getFirst();
                int after = Bytes.u16(got.bytes, got.at) >>> (ip4 ? 0 : 4) & 3;
                assertThat(after).isEqualTo(ecn == 0 ? 0 : 3);
                assertThat(Samples.isSealed(got)).isTrue();
            }
        }
    }

    @Test
    void aSuperSegmentIsLostSegmentBySegment() {
        var bench = new Bench(Impairments.NONE.withLoss(0.5), 16, new Offloads(true, 65_535), 1 << 16);
        bench.keep = true;
        for (int i = 0; i < 100; i++) {
            Packet whole = Samples.unseal(Samples.tcp(bench.near, true, i * 14_480, Samples.ACK, 14_480));
            whole.segmentBytes = 1448;
            bench.send(whole);
        }
        assertThat(bench.link.stats().cut()).isEqualTo(900);
        assertThat(bench.kept.size() / 1000.0).isCloseTo(0.5, within(0.06));
        assertThat(bench.kept).allMatch(p -> p.length() == 1500 && p.checksumVerified && p.segmentBytes == 0);
        bench.checkLedger();
    }

    @Test
    void aPartitionLosesEverythingAndHealingBringsTheWireBack() {
        var bench = new Bench(Impairments.NONE.withDelay(MS), 17);
        bench.send(1, 100);
        bench.link.set(Impairments.PARTITION);
        bench.send(2, 100);
        bench.drain();
        bench.link.set(Impairments.NONE);
        bench.send(3, 100);
        bench.drain();
        assertThat(bench.arrivals).extracting(Arrival::number).containsExactly(1L, 3L);
    }

    @Test
    void shorteningTheDelayDoesNotReorder() {
        var bench = new Bench(Impairments.NONE.withDelay(100 * MS), 18);
        bench.send(1, 100);
        bench.link.set(Impairments.NONE);
        bench.send(2, 100);
        bench.drain();
        assertThat(bench.arrivals).extracting(Arrival::number).containsExactly(1L, 2L);
    }

    @Test
    void theSameSeedGivesTheSameMisfortuneAndAnotherSeedAnother() {
        var spec = Impairments.builder()
                .delay(20 * MS)
                .jitter(5 * MS)
                .loss(0.1)
                .duplicate(0.1)
                .reorder(0.1, 3 * MS)
                .build();
        var first = new Bench(spec, 19);
        var twin = new Bench(spec, 19);
        var other = new Bench(spec, 20);
        for (Bench bench : List.of(first, twin, other)) {
            bench.sendMany(1000, 100, MS);
        }
        assertThat(twin.arrivals).isEqualTo(first.arrivals);
        assertThat(other.arrivals).isNotEqualTo(first.arrivals);
    }

    @Test
    void oneKnobDoesNotReshuffleAnother() {
        var lossy = new Bench(Impairments.NONE.withLoss(0.2), 21);
        var lossyAndJittery = new Bench(
                Impairments.builder().loss(0.2).duplicate(0.3).jitter(MS).build(), 21);
        lossy.sendMany(1000, 100, MS);
        lossyAndJittery.sendMany(1000, 100, MS);
        assertThat(lossyAndJittery.arrivals.stream()
                        .map(Arrival::number)
                        .distinct()
                        .toList())
                .isEqualTo(lossy.arrivals.stream().map(Arrival::number).toList());
    }

    @Test
    void whenTheLinkBelowIsFullPacketsWaitAndAreOfferedAgain() {
        var bench = new Bench(Impairments.NONE.withDelay(MS), 22, Offloads.NONE, 4);
        for (int i = 0; i < 10; i++) {
            bench.out.add(Samples.numbered(bench.near, 100, i));
        }
        bench.link.transmit(0, bench.out);
        bench.link.transmit(MS, bench.out);
        assertThat(bench.link.deadline()).isGreaterThan(MS);
        bench.now = MS;
        bench.drain();
        assertThat(bench.arrivals).extracting(Arrival::number).containsExactly(0L, 1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L);
    }

    @Test
    void theReceiveDirectionIsImpairedOnItsOwn() {
        var wire = MemoryLink.pair("wire", 1500, Offloads.NONE, 1024);
        var link = new Impairment(wire.a(), Impairments.NONE, Impairments.NONE.withDelay(5 * MS), Entropy.seeded(23));
        PacketPool pool = new PacketPool();
        TxBatch out = new TxBatch(8);
        RxBatch in = new RxBatch(2, pool);
        for (int i = 0; i < 3; i++) {
            out.add(Samples.numbered(pool, 100, i));
        }
        wire.b().transmit(0, out);
        assertThat(link.receive(0, in)).isZero();
        assertThat(link.held()).isEqualTo(3);
        assertThat(link.deadline()).isEqualTo(5 * MS);
        assertThat(link.receive(5 * MS, in)).isEqualTo(2);
        assertThat(link.deadline()).isLessThanOrEqualTo(5 * MS);
        in.releaseAll();
        assertThat(link.receive(5 * MS, in)).isEqualTo(1);
        assertThat(in.get(0).timeAt).isEqualTo(5 * MS);
        in.releaseAll();
        assertThat(pool.outstanding()).isZero();
    }

    @Test
    void closingDropsWhatIsInside() {
        var bench = new Bench(Impairments.NONE.withDelay(MS), 24);
        bench.send(1, 100);
        bench.link.close();
        Counters counters = bench.link.counters();
        assertThat(counters.get(Drop.LINK_DOWN)).isEqualTo(1);
        assertThat(bench.near.outstanding()).isZero();
        assertThat(bench.link.held()).isZero();
    }

    @Test
    void impairmentsThatCannotBeAreRefused() {
        assertThat(catchThrowable(() -> Impairments.NONE.withLoss(1.5)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("loss is a probability between 0 and 1");
        assertThat(catchThrowable(() -> Impairments.NONE.withDelay(-1))).isInstanceOf(IllegalArgumentException.class);
        assertThat(catchThrowable(() -> Impairments.NONE.withLoss(Double.NaN)))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
