package io.towpath.core;

import io.towpath.wire.Bytes;
import org.jspecify.annotations.Nullable;

/// SipHash-2-4 (Aumasson and Bernstein, "SipHash: a fast short-input PRF", 2012): a keyed hash whose outputs nobody
/// can foretell without the key. It guards hash tables, initial sequence numbers, port choice and cookies.
///
/// Immutable, allocates nothing, and may be used by any thread.
public final class SipHash {
    private static final byte[] NO_BYTES = {};

    private final long k0;
    private final long k1;

    /// A hash under the 128-bit key `k0`, `k1` (the key's first and second eight bytes, little-endian).
    public SipHash(long k0, long k1) {
        this.k0 = k0;
        this.k1 = k1;
    }

    /// Hashes one word: the same value as hashing its eight bytes, least significant first.
    public long hash(long a) {
        return run(1, a, 0, 0, 0, 0);
    }

    /// Hashes two words, each as eight bytes, least significant first.
    public long hash(long a, long b) {
        return run(2, a, b, 0, 0, 0);
    }

    /// Hashes three words, each as eight bytes, least significant first.
    public long hash(long a, long b, long c) {
        return run(3, a, b, c, 0, 0);
    }

    /// Hashes four words, each as eight bytes, least significant first.
    public long hash(long a, long b, long c, long d) {
        return run(4, a, b, c, d, 0);
    }

    /// Hashes five words, each as eight bytes, least significant first.
    public long hash(long a, long b, long c, long d, long e) {
        return run(5, a, b, c, d, e);
    }

    /// Hashes `b[from..to)`.
    ///
    /// @throws IndexOutOfBoundsException when the range is not within the array
    public long hash(byte[] b, int from, int to) {
        java.util.Objects.checkFromToIndex(from, to, b.length);
        int whole = (to - from) >>> 3;
        long last = (long) (to - from) << 56;
        int rest = from + (whole << 3);
        for (int i = rest; i < to; i++) {
            last |= (b[i] & 0xffL) << ((i - rest) << 3);
        }
        return run(whole, last, b, from, 0, 0, 0, 0, 0);
    }

    private long run(int words, long a, long b, long c, long d, long e) {
        return run(words, (long) words << 59, null, 0, a, b, c, d, e);
    }

    /// `words` whole message words, then `last`: the remaining bytes with the length in the top byte, then the four
    /// finalisation rounds. One loop, so that the round is written once.
    private long run(int words, long last, byte @Nullable [] bytes, int from, long a, long b, long c, long d, long e) {
        long v0 = k0 ^ 0x736f6d6570736575L;
        long v1 = k1 ^ 0x646f72616e646f6dL;
        long v2 = k0 ^ 0x6c7967656e657261L;
        long v3 = k1 ^ 0x7465646279746573L;
        byte[] array = bytes == null ? NO_BYTES : bytes;
        for (int i = 0; i <= words + 1; i++) {
            boolean finish = i > words;
            long m = 0;
            if (i < words) {
                m = bytes == null ? word(i, a, b, c, d, e) : Long.reverseBytes(Bytes.i64(array, from + (i << 3)));
            } else if (i == words) {
                m = last;
            } else {
                v2 ^= 0xff;
            }
            v3 ^= m;
            for (int round = finish ? 4 : 2; round > 0; round--) {
                v0 += v1;
                v1 = Long.rotateLeft(v1, 13) ^ v0;
                v0 = Long.rotateLeft(v0, 32);
                v2 += v3;
                v3 = Long.rotateLeft(v3, 16) ^ v2;
                v0 += v3;
                v3 = Long.rotateLeft(v3, 21) ^ v0;
                v2 += v1;
                v1 = Long.rotateLeft(v1, 17) ^ v2;
                v2 = Long.rotateLeft(v2, 32);
            }
            v0 ^= m;
        }
        return v0 ^ v1 ^ v2 ^ v3;
    }

    private static long word(int i, long a, long b, long c, long d, long e) {
        return switch (i) {
            case 0 -> a;
            case 1 -> b;
            case 2 -> c;
            case 3 -> d;
            default -> e;
        };
    }
}
