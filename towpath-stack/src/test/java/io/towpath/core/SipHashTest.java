package io.towpath.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HashSet;
import org.junit.jupiter.api.Test;

class SipHashTest {
    /// The key 00 01 … 0f of the reference vectors.
    private static final SipHash REFERENCE = new SipHash(0x0706050403020100L, 0x0f0e0d0c0b0a0908L);

    /// The reference implementation's `vectors_sip64`: the hash, as little-endian bytes, of the messages of 0 to 15
    /// bytes 00 01 02 ….
    private static final String[] VECTORS = {
        "310e0edd47db6f72", "fd67dc93c539f874", "5a4fa9d909806c0d", "2d7efbd796666785",
        "b7877127e09427cf", "8da699cd64557618", "cee3fe586e46c9cb", "37d1018bf50002ab",
        "6224939a79f5f593", "b0e4a90bdf82009e", "f3b9dd94c5bb5d7a", "a7ad6b22462fb3f4",
        "fbe50e86bc8f1e75", "903d84c02756ea14", "eef27a8e90ca23f7", "e545be4961ca29a1",
    };

    @Test
    void thePapersExampleOfFifteenBytes() {
        assertThat(REFERENCE.hash(counting(15), 0, 15)).isEqualTo(0xa129ca6149be45e5L);
    }

    @Test
    void everyReferenceVectorUpToFifteenBytes() {
        for (int length = 0; length < VECTORS.length; length++) {
            long expected = Long.reverseBytes(Long.parseUnsignedLong(VECTORS[length], 16));
            assertThat(REFERENCE.hash(counting(length), 0, length))
                    .as("%d bytes", length)
                    .isEqualTo(expected);
        }
    }

    @Test
    void aRangeInsideAnArrayHashesLikeItsCopy() {
        byte[] bytes = counting(64);
        for (int from = 0; from < 9; from++) {
            for (int to = from; to <= 40; to++) {
                byte[] copy = Arrays.copyOfRange(bytes, from, to);
                assertThat(REFERENCE.hash(bytes, from, to)).isEqualTo(REFERENCE.hash(copy, 0, copy.length));
            }
        }
    }

    @Test
    void wordsHashLikeTheirLittleEndianBytes() {
        long[] w = {1, -2, 0x0123456789abcdefL, Long.MIN_VALUE, 77};
        assertThat(REFERENCE.hash(w[0])).isEqualTo(hashOfBytes(w, 1));
        assertThat(REFERENCE.hash(w[0], w[1])).isEqualTo(hashOfBytes(w, 2));
        assertThat(REFERENCE.hash(w[0], w[1], w[2])).isEqualTo(hashOfBytes(w, 3));
        assertThat(REFERENCE.hash(w[0], w[1], w[2], w[3])).isEqualTo(hashOfBytes(w, 4));
        assertThat(REFERENCE.hash(w[0], w[1], w[2], w[3], w[4])).isEqualTo(hashOfBytes(w, 5));
    }

    @Test
    void eachHalfOfTheKeyMatters() {
        var hashes = new HashSet<Long>();
        hashes.add(new SipHash(0, 0).hash(5));
        hashes.add(new SipHash(1, 0).hash(5));
        hashes.add(new SipHash(0, 1).hash(5));
        assertThat(hashes).hasSize(3);
    }

    @Test
    void aRangeBeyondTheArrayIsRefused() {
        assertThatThrownBy(() -> REFERENCE.hash(new byte[4], 0, 5)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> REFERENCE.hash(new byte[4], 3, 2)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    private static long hashOfBytes(long[] words, int count) {
        var buffer = ByteBuffer.allocate(count * 8).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < count; i++) {
            buffer.putLong(words[i]);
        }
        return REFERENCE.hash(buffer.array(), 0, count * 8);
    }

    private static byte[] counting(int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) i;
        }
        return bytes;
    }
}
