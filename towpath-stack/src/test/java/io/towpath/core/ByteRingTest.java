package io.towpath.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ByteRingTest {
    @Test
    void holdsNoArrayUntilTheFirstByte() {
        var ring = new ByteRing(1 << 20);
        assertThat(ring.allocated()).isZero();
        assertThat(ring.read(new byte[10], 0, 10)).isZero();
        assertThat(ring.write(new byte[10], 0, 0)).isZero();
        assertThat(ring.allocated()).isZero();
        ring.write(stream(0, 1), 0, 1);
        assertThat(ring.allocated()).isEqualTo(4096);
    }

    @Test
    void aSmallRingHoldsASmallArray() {
        var ring = new ByteRing(100);
        ring.write(stream(0, 1), 0, 1);
        assertThat(ring.allocated()).isEqualTo(128);
    }

    @Test
    void takesNoMoreThanItsCapacity() {
        var ring = new ByteRing(100);
        assertThat(ring.write(stream(0, 150), 0, 150)).isEqualTo(100);
        assertThat(ring.writable()).isZero();
        assertThat(ring.readable()).isEqualTo(100);
        assertThat(ring.write(stream(100, 1), 0, 1)).isZero();
        ring.release(30);
        assertThat(ring.write(stream(100, 50), 0, 50)).isEqualTo(30);
        assertThat(read(ring, 200)).isEqualTo(stream(30, 100));
    }

    @Test
    void aStreamThatWrapsManyTimesComesOutAsItWentIn() {
        var ring = new ByteRing(4096);
        var random = new SplittableRandom(1);
        long in = 0;
        long out = 0;
        while (out < 200_000) {
            int n = random.nextInt(3000);
            in += ring.write(stream(in, n), 0, n);
            byte[] got = read(ring, random.nextInt(3000));
            assertThat(got).isEqualTo(stream(out, got.length));
            out += got.length;
            assertThat(ring.head()).isEqualTo(out);
            assertThat(ring.tail()).isEqualTo(in);
        }
        assertThat(ring.allocated()).isEqualTo(4096);
    }

    @Test
    void growsOnDemandAndKeepsWhatWrapped() {
        var ring = new ByteRing(1 << 20);
        ring.write(stream(0, 4000), 0, 4000);
        ring.release(3900);
        ring.write(stream(4000, 3000), 0, 3000); // wraps in 4096
        assertThat(ring.allocated()).isEqualTo(4096);
        ring.write(stream(7000, 10_000), 0, 10_000);
        assertThat(ring.allocated()).isEqualTo(16_384);
        assertThat(read(ring, 20_000)).isEqualTo(stream(3900, 13_100));
    }

    @Test
    void aCapacityThatIsNoPowerOfTwoIsABoundAllTheSame() {
        var ring = new ByteRing(5000);
        assertThat(ring.write(stream(0, 9000), 0, 9000)).isEqualTo(5000);
        assertThat(ring.allocated()).isEqualTo(8192);
    }

    @Test
    void peekingConsumesNothing() {
        var ring = new ByteRing(1000);
        ring.write(stream(0, 500), 0, 500);
        byte[] to = new byte[210];
        ring.peek(100, to, 10, 200);
        assertThat(Arrays.copyOfRange(to, 10, 210)).isEqualTo(stream(100, 200));
        assertThat(ring.readable()).isEqualTo(500);
        ring.peek(500, to, 0, 0);
    }

    @Test
    void peekingOutsideOfWhatIsHeldIsRefused() {
        var ring = new ByteRing(1000);
        ring.write(stream(0, 500), 0, 500);
        ring.release(100);
        assertThatThrownBy(() -> ring.peek(99, new byte[1], 0, 1)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> ring.peek(499, new byte[2], 0, 2)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void bytesPlacedAheadAppearWhenTheHoleIsFilled() {
        var ring = new ByteRing(1000);
        ring.place(300, stream(300, 100), 0, 100);
        assertThat(ring.readable()).isZero();
        ring.place(0, stream(0, 300), 0, 300);
        assertThat(ring.readable()).isZero();
        ring.advance(400);
        assertThat(read(ring, 1000)).isEqualTo(stream(0, 400));
    }

    @Test
    void growthKeepsBytesPlacedAhead() {
        var ring = new ByteRing(1 << 20);
        ring.place(2000, stream(2000, 1000), 0, 1000);
        ring.place(50_000, stream(50_000, 1000), 0, 1000);
        assertThat(ring.allocated()).isEqualTo(65_536);
        ring.place(0, stream(0, 2000), 0, 2000);
        ring.advance(3000);
        ring.place(3000, stream(3000, 47_000), 0, 47_000);
        ring.advance(51_000);
        assertThat(read(ring, 60_000)).isEqualTo(stream(0, 51_000));
    }

    @Test
    void bytesPlacedAheadSurviveWritesBelowThem() {
        var ring = new ByteRing(1 << 16);
        ring.place(100, stream(100, 50), 0, 50);
        ring.write(stream(0, 100), 0, 100);
        ring.advance(150);
        assertThat(read(ring, 150)).isEqualTo(stream(0, 150));
    }

    @Test
    void placingBelowTheTailIsRefused() {
        var ring = new ByteRing(1000);
        ring.write(stream(0, 10), 0, 10);
        assertThatThrownBy(() -> ring.place(9, new byte[1], 0, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> ring.place(10, new byte[1], 0, 2)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> ring.place(ByteRing.LIMIT, new byte[1], 0, 1))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void theTailGoesOnlyWhereBytesWerePlaced() {
        var ring = new ByteRing(1000);
        ring.place(0, stream(0, 10), 0, 10);
        assertThatThrownBy(() -> ring.advance(11)).isInstanceOf(IllegalArgumentException.class);
        ring.advance(10);
        ring.advance(10);
        assertThatThrownBy(() -> ring.advance(9)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void theHeadGoesForwardAndNotBeyondTheTail() {
        var ring = new ByteRing(1000);
        ring.write(stream(0, 10), 0, 10);
        ring.release(5);
        assertThatThrownBy(() -> ring.release(4)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> ring.release(11)).isInstanceOf(IllegalArgumentException.class);
        assertThat(ring.head()).isEqualTo(5);
    }

    @Test
    void aLowerCapacityKeepsWhatIsHeldAndTakesNothingMore() {
        var ring = new ByteRing(1000);
        ring.write(stream(0, 800), 0, 800);
        ring.capacityMax(500);
        assertThat(ring.writable()).isZero();
        assertThat(read(ring, 400)).isEqualTo(stream(0, 400));
        assertThat(ring.writable()).isEqualTo(100);
        assertThat(ring.capacityMax()).isEqualTo(500);
    }

    @Test
    void aHigherCapacityMakesRoom() {
        var ring = new ByteRing(100);
        ring.write(stream(0, 100), 0, 100);
        ring.capacityMax(10_000);
        assertThat(ring.write(stream(100, 9900), 0, 9900)).isEqualTo(9900);
        assertThat(read(ring, 10_000)).isEqualTo(stream(0, 10_000));
    }

    @Test
    void trimmingGivesAnEmptyArrayUpAndTheStreamGoesOn() {
        var ring = new ByteRing(1 << 16);
        assertThat(ring.trim()).isFalse();
        ring.write(stream(0, 5000), 0, 5000);
        assertThat(ring.trim()).isFalse();
        assertThat(read(ring, 5000)).hasSize(5000);
        assertThat(ring.trim()).isTrue();
        assertThat(ring.allocated()).isZero();
        ring.write(stream(5000, 100), 0, 100);
        assertThat(read(ring, 100)).isEqualTo(stream(5000, 100));
    }

    @Test
    void theConsumerMayTrimWhatAnotherWrites() {
        var ring = new ByteRing(1 << 16);
        assertThat(ring.trimByConsumer()).isFalse();
        ring.write(stream(0, 5000), 0, 5000);
        assertThat(ring.trimByConsumer()).isFalse();
        assertThat(read(ring, 5000)).hasSize(5000);
        assertThat(ring.trimByConsumer()).isTrue();
        assertThat(ring.allocated()).isZero();
        ring.write(stream(5000, 100), 0, 100);
        assertThat(read(ring, 100)).isEqualTo(stream(5000, 100));
    }

    @Test
    void trimmingKeepsBytesPlacedAhead() {
        var ring = new ByteRing(1 << 16);
        ring.place(10, stream(10, 10), 0, 10);
        assertThat(ring.trim()).isFalse();
        ring.place(0, stream(0, 10), 0, 10);
        ring.advance(20);
        assertThat(read(ring, 20)).isEqualTo(stream(0, 20));
        assertThat(ring.trim()).isTrue();
    }

    @Test
    void impossibleCapacitiesAreRefused() {
        assertThatThrownBy(() -> new ByteRing(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new ByteRing(ByteRing.LIMIT + 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new ByteRing(1).capacityMax(-1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void theSmallestRingWorks() {
        var ring = new ByteRing(1);
        for (int i = 0; i < 10; i++) {
            assertThat(ring.write(stream(i, 2), 0, 2)).isEqualTo(1);
            assertThat(read(ring, 5)).isEqualTo(stream(i, 1));
        }
    }

    /// Byte `p` of the stream that the tests send.
    static byte at(long p) {
        return (byte) ((p * 0x9E3779B97F4A7C15L) >>> 56);
    }

    static byte[] stream(long position, int n) {
        byte[] bytes = new byte[n];
        for (int i = 0; i < n; i++) {
            bytes[i] = at(position + i);
        }
        return bytes;
    }

    private static byte[] read(ByteRing ring, int atMost) {
        byte[] bytes = new byte[atMost];
        return Arrays.copyOf(bytes, ring.read(bytes, 0, atMost));
    }
}
