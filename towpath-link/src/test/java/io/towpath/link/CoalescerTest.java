package io.towpath.link;

import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.core.Medium;
import io.towpath.core.Packet;
import io.towpath.core.PacketPool;
import io.towpath.wire.Bytes;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CoalescerTest {
    private final PacketPool pool = new PacketPool();
    private final RxBatch batch = new RxBatch(64, pool);
    private final Coalescer coalescer = new Coalescer(Medium.RAW_IP);

    private void segments(boolean ip4, int seq, int... lengths) {
        int at = seq;
        for (int length : lengths) {
            batch.add(Samples.tcp(pool, ip4, at, Samples.ACK, length));
            at += length;
        }
    }

    private List<Integer> lengths() {
        List<Integer> all = new ArrayList<>();
        for (int i = 0; i < batch.size(); i++) {
            Headers headers = Samples.headers(batch.get(i));
            assertThat(headers.end()).isEqualTo(batch.get(i).end);
            all.add(headers.end() - headers.transportAt() - headers.tcpHeaderBytes(batch.get(i).bytes));
        }
        return all;
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void segmentsThatFollowEachOtherBecomeOneAndCuttingGivesThemBack(boolean ip4) {
        segments(ip4, -2000, 1000, 1000, 1000, 400);
        List<byte[]> before = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            Packet packet = batch.get(i);
            if (ip4) {
                Bytes.put16(packet.bytes, packet.at + 4, 0xfffe + i);
                Samples.seal(packet);
            }
            before.add(packet.toBytes());
        }
        assertThat(coalescer.merge(batch, 0)).isEqualTo(3);
        assertThat(lengths()).containsExactly(3400);
        Packet whole = batch.get(0);
        assertThat(whole.segmentBytes).isEqualTo(1000);
        assertThat(whole.checksumVerified).isTrue();
        // So that the segmenter computes the pieces' checksums.
        whole.checksumVerified = false;
        batch.clear();
        var segmenter = new Segmenter(Medium.RAW_IP);
        segmenter.begin(whole);
        List<byte[]> after = new ArrayList<>();
        for (Packet piece = segmenter.next(); piece != null; piece = segmenter.next()) {
            after.add(piece.toBytes());
            piece.release();
        }
        assertThat(after).usingElementComparator(java.util.Arrays::compare).containsExactlyElementsOf(before);
        assertThat(pool.outstanding()).isZero();
    }

    @Test
    void aShorterSegmentIsTheLastOfItsSuperSegment() {
        segments(true, 1, 1000, 600, 600, 600);
        coalescer.merge(batch, 0);
        assertThat(lengths()).containsExactly(1600, 1200);
    }

    @Test
    void aLongerSegmentBeginsAnew() {
        segments(true, 1, 500, 1000, 1000);
        coalescer.merge(batch, 0);
        assertThat(lengths()).containsExactly(500, 2000);
    }

    @Test
    void pushEndsASuperSegmentAndIsKept() {
        segments(true, 1, 1000, 1000, 1000);
        Packet second = batch.get(1);
        int flagsAt = Samples.headers(second).transportAt() + 13;
        Bytes.put8(second.bytes, flagsAt, Samples.ACK | Samples.PSH);
        Samples.seal(second);
        coalescer.merge(batch, 0);
        assertThat(lengths()).containsExactly(2000, 1000);
        assertThat(Bytes.u8(batch.get(0).bytes, flagsAt)).isEqualTo(Samples.ACK | Samples.PSH);
    }

    @Test
    void noSuperSegmentExceedsTheLargestIpPacket() {
        int[] lengths = new int[50];
        java.util.Arrays.fill(lengths, 1448);
        segments(true, 1, lengths);
        coalescer.merge(batch, 0);
        assertThat(lengths()).containsExactly(45 * 1448, 5 * 1448);
    }

    @Test
    void onlyPacketsFromTheGivenIndexOnAreTouched() {
        segments(true, 1, 1000, 1000, 1000);
        coalescer.merge(batch, 1);
        assertThat(lengths()).containsExactly(1000, 2000);
    }

    /// What must keep a segment apart, each by the change of one field of the second of three segments.
    private enum Difference {
        HOLE(4, 5),
        ACKNOWLEDGMENT(8, 1),
        FLAGS(12, 0x00010000),
        WINDOW(12, 1),
        TIMESTAMP(24, 1),
        PORT(0, 1);

        final int at;
        final int change;

        Difference(int at, int change) {
            this.at = at;
            this.change = change;
        }
    }

    @Test
    void anyDifferenceInTheHeadersKeepsASegmentApart() {
        for (Difference difference : Difference.values()) {
            segments(false, 1, 1000, 1000, 1000);
            Packet second = batch.get(1);
            int at = Samples.headers(second).transportAt() + difference.at;
            Bytes.put32(second.bytes, at, Bytes.i32(second.bytes, at) + difference.change);
            Samples.seal(second);
            coalescer.merge(batch, 0);
            assertThat(batch.size()).as(difference.name()).isEqualTo(3);
            batch.releaseAll();
        }
    }

    @Test
    void aDifferentTrafficClassOrHopLimitKeepsASegmentApart() {
        for (int at : new int[] {1, 8}) {
            segments(true, 1, 1000, 1000);
            Packet second = batch.get(1);
            second.bytes[second.at + at] ^= 3;
            Samples.seal(second);
            assertThat(coalescer.merge(batch, 0)).isZero();
            batch.releaseAll();
        }
    }

    @Test
    void aSegmentWithAWrongChecksumIsLeftForTheStackToRefuse() {
        segments(true, 1, 1000, 1000, 1000);
        Packet second = batch.get(1);
        second.bytes[second.end - 1] ^= 1;
        coalescer.merge(batch, 0);
        assertThat(batch.size()).isEqualTo(3);
        assertThat(batch.get(1).checksumVerified).isFalse();
    }

    @Test
    void otherPacketsPassUntouchedInTheirOrder() {
        batch.add(Samples.udp(pool, true, 10));
        segments(true, 1, 1000, 1000);
        batch.add(Samples.tcp(pool, true, 2001, Samples.ACK, 0));
        batch.add(Samples.numbered(pool, 8, 1));
        assertThat(coalescer.merge(batch, 0)).isEqualTo(1);
        assertThat(batch.size()).isEqualTo(4);
        assertThat(batch.get(1).segmentBytes).isEqualTo(1000);
        batch.releaseAll();
        assertThat(pool.outstanding()).isZero();
    }
}
