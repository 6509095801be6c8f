package io.towpath.link;

import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.core.Drop;
import io.towpath.core.Offloads;
import io.towpath.core.Packet;
import io.towpath.core.PacketPool;
import io.towpath.core.Time;
import io.towpath.core.TxBatch;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MemoryLinkTest {
    private static final Offloads OFFLOADS = new Offloads(true, 65_535);

    private final PacketPool poolA = new PacketPool();
    private final PacketPool poolB = new PacketPool();
    private final TxBatch out = new TxBatch(64);
    private final RxBatch in = new RxBatch(64, poolB);

    private static MemoryLink.Pair pair(boolean shared, Offloads offloads, int capacity) {
        return shared
                ? MemoryLink.sharedPair("wire", 1500, offloads, capacity)
                : MemoryLink.pair("wire", 1500, offloads, capacity);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whatOneEndTransmitsTheOtherReceivesInOrder(boolean shared) {
        var wire = pair(shared, Offloads.NONE, 16);
        for (int i = 0; i < 10; i++) {
            out.add(Samples.numbered(poolA, 100 + i, i));
        }
        assertThat(wire.a().transmit(5, out)).isEqualTo(10);
        assertThat(out.isEmpty()).isTrue();
        assertThat(wire.b().receive(7, in)).isEqualTo(10);
        for (int i = 0; i < 10; i++) {
            assertThat(Samples.number(in.get(i))).isEqualTo(i);
            assertThat(in.get(i).length()).isEqualTo(100 + i);
            assertThat(in.get(i).timeAt).isEqualTo(7);
        }
        assertThat(wire.b().receive(8, in)).isZero();
        assertThat(wire.a().deadline()).isEqualTo(Time.NEVER);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aPacketIsOnTheBooksOfItsSenderThenInTheLinkThenOnThoseOfItsReceiver(boolean shared) {
        var wire = pair(shared, Offloads.NONE, 16);
        out.add(Samples.numbered(poolA, 100, 1));
        assertThat(poolA.outstanding()).isEqualTo(1);
        wire.a().transmit(0, out);
        assertThat(poolA.outstanding()).isZero();
        assertThat(wire.b().held()).isEqualTo(1);
        wire.b().receive(0, in);
        assertThat(wire.b().held()).isZero();
        assertThat(poolB.outstanding()).isEqualTo(1);
        in.releaseAll();
        assertThat(poolB.outstanding()).isZero();
        assertThat(poolA.outstanding()).isZero();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void oneSidedTrafficExchangesFullPacketsForEmptyOnesSoThatNoneAreMade(boolean shared) {
        var wire = pair(shared, Offloads.NONE, 16);
        Set<Packet> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        for (int round = 0; round < 1000; round++) {
            for (int i = 0; i < 8; i++) {
                Packet packet = Samples.numbered(poolA, 1000, i);
                seen.add(packet);
                out.add(packet);
            }
            wire.a().transmit(round, out);
            wire.b().receive(round, in);
            in.releaseAll();
        }
        assertThat(seen).hasSizeLessThanOrEqualTo(24);
    }

    @Test
    void endsThatShareAPoolHandPacketsOnWithoutExchange() {
        var wire = pair(false, Offloads.NONE, 16);
        Packet packet = Samples.numbered(poolB, 100, 1);
        out.add(packet);
        wire.a().transmit(0, out);
        wire.b().receive(0, in);
        assertThat(in.get(0)).isSameAs(packet);
        assertThat(poolB.outstanding()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aFullLinkTakesWhatFitsAndTellsWhenThereIsRoom(boolean shared) {
        var wire = pair(shared, Offloads.NONE, 3);
        int[] rung = new int[1];
        wire.a().onWritable(() -> rung[0]++);
        for (int i = 0; i < 5; i++) {
            out.add(Samples.numbered(poolA, 100, i));
        }
        assertThat(wire.a().transmit(0, out)).isEqualTo(3);
        assertThat(Samples.number(out.get(0))).isEqualTo(3);
        assertThat(rung[0]).isZero();
        wire.b().receive(0, in);
        assertThat(rung[0]).isEqualTo(1);
        assertThat(wire.a().transmit(0, out)).isEqualTo(2);
        wire.b().receive(0, in);
        assertThat(rung[0]).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theReaderIsWokenOnlyWhenItHadFoundNothingMore(boolean shared) {
        var wire = pair(shared, Offloads.NONE, 16);
        int[] rung = new int[1];
        wire.b().onReadable(() -> rung[0]++);
        out.add(Samples.numbered(poolA, 100, 1));
        wire.a().transmit(0, out);
        assertThat(rung[0]).isEqualTo(1);
        out.add(Samples.numbered(poolA, 100, 2));
        wire.a().transmit(0, out);
        assertThat(rung[0]).isEqualTo(1);
        wire.b().receive(0, in);
        out.add(Samples.numbered(poolA, 100, 3));
        wire.a().transmit(0, out);
        assertThat(rung[0]).isEqualTo(2);
    }

    @Test
    void aPendingChecksumIsFilledInWhenTheLinkDoesNotOffload() {
        var wire = pair(false, Offloads.NONE, 16);
        out.add(Samples.unseal(Samples.tcp(poolA, true, 1, Samples.ACK, 301)));
        out.add(Samples.unseal(Samples.udp(poolA, false, 77)));
        wire.a().transmit(0, out);
        wire.b().receive(0, in);
        for (int i = 0; i < 2; i++) {
            assertThat(Samples.isSealed(in.get(i))).isTrue();
            assertThat(in.get(i).checksumAt).isZero();
            assertThat(in.get(i).checksumVerified).isFalse();
        }
    }

    @Test
    void aPendingChecksumArrivesVerifiedWhenTheLinkOffloads() {
        var wire = pair(false, OFFLOADS, 16);
        out.add(Samples.unseal(Samples.tcp(poolA, true, 1, Samples.ACK, 300)));
        wire.a().transmit(0, out);
        wire.b().receive(0, in);
        assertThat(in.get(0).checksumVerified).isTrue();
        assertThat(in.get(0).checksumAt).isZero();
    }

    @Test
    void aCompleteChecksumArrivesUnverifiedEvenWhenTheLinkOffloads() {
        var wire = pair(false, OFFLOADS, 16);
        out.add(Samples.tcp(poolA, true, 1, Samples.ACK, 300));
        wire.a().transmit(0, out);
        wire.b().receive(0, in);
        assertThat(in.get(0).checksumVerified).isFalse();
    }

    @Test
    void aVerifiedPacketThatIsForwardedToALinkWithoutOffloadGetsItsChecksum() {
        var first = pair(false, OFFLOADS, 16);
        var second = pair(false, Offloads.NONE, 16);
        out.add(Samples.unseal(Samples.tcp(poolA, false, 1, Samples.ACK, 300)));
        first.a().transmit(0, out);
        first.b().receive(0, in);
        out.add(in.get(0));
        in.clear();
        second.a().transmit(0, out);
        second.b().receive(0, in);
        assertThat(Samples.isSealed(in.get(0))).isTrue();
        assertThat(in.get(0).checksumVerified).isFalse();
    }

    @Test
    void aSuperSegmentPassesWholeOverAnOffloadingLinkOnly() {
        var offloading = pair(false, OFFLOADS, 16);
        Packet big = Samples.unseal(Samples.tcp(poolA, true, 1, Samples.ACK, 60_000));
        big.segmentBytes = 1448;
        out.add(big);
        offloading.a().transmit(0, out);
        assertThat(offloading.b().receive(0, in)).isEqualTo(1);
        assertThat(in.get(0).segmentBytes).isEqualTo(1448);
        assertThat(in.get(0).length()).isEqualTo(60_052);
        in.releaseAll();

        var plain = pair(false, Offloads.NONE, 16);
        Packet again = Samples.tcp(poolA, true, 1, Samples.ACK, 60_000);
        again.segmentBytes = 1448;
        out.add(again);
        assertThat(plain.a().transmit(0, out)).isEqualTo(1);
        assertThat(plain.b().receive(0, in)).isZero();
        assertThat(plain.a().counters().get(Drop.TOO_BIG)).isEqualTo(1);
        assertThat(poolA.outstanding()).isZero();
    }

    @Test
    void aPacketLargerThanTheMtuIsDroppedAndCounted() {
        var wire = pair(false, OFFLOADS, 16);
        out.add(Samples.numbered(poolA, 1501, 1));
        out.add(Samples.numbered(poolA, 1500, 2));
        assertThat(wire.a().transmit(0, out)).isEqualTo(2);
        assertThat(wire.b().receive(0, in)).isEqualTo(1);
        assertThat(Samples.number(in.get(0))).isEqualTo(2);
        assertThat(wire.a().counters().get(Drop.TOO_BIG)).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aClosedEndDropsWhatWasOnItsWayAndWhatComesLater(boolean shared) {
        var wire = pair(shared, Offloads.NONE, 16);
        out.add(Samples.numbered(poolA, 100, 1));
        wire.a().transmit(0, out);
        wire.b().close();
        wire.b().close();
        assertThat(wire.b().counters().get(Drop.LINK_DOWN)).isEqualTo(1);
        assertThat(wire.b().held()).isZero();
        out.add(Samples.numbered(poolA, 100, 2));
        assertThat(wire.a().transmit(0, out)).isEqualTo(1);
        assertThat(wire.a().counters().get(Drop.LINK_DOWN)).isEqualTo(1);
        assertThat(poolA.outstanding()).isZero();
    }

    @Test
    void aReceiverTakesNoMoreThanItsBatchHolds() {
        var wire = pair(false, Offloads.NONE, 16);
        RxBatch two = new RxBatch(2, poolB);
        for (int i = 0; i < 3; i++) {
            out.add(Samples.numbered(poolA, 100, i));
        }
        wire.a().transmit(0, out);
        assertThat(wire.b().receive(0, two)).isEqualTo(2);
        two.releaseAll();
        assertThat(wire.b().receive(0, two)).isEqualTo(1);
        assertThat(Samples.number(two.get(0))).isEqualTo(2);
    }
}
