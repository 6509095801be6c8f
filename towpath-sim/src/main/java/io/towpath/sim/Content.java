package io.towpath.sim;

import io.towpath.wire.Bytes;

/// What a stream carries: every byte is a function of a key and its position, so that a receiver can tell for any byte
/// whether it is the right one without being told anything else.
///
/// @param key seed of the stream
public record Content(long key) {
    /// Writes the bytes of positions `position` to `position + n - 1` to `to[at..at+n)`.
    public void fill(long position, byte[] to, int at, int n) {
        int i = 0;
        while (i < n && (position + i & 7) != 0) {
            to[at + i] = at(position + i);
            i++;
        }
        for (; i + 8 <= n; i += 8) {
            Bytes.put64(to, at + i, word(position + i >>> 3));
        }
        for (; i < n; i++) {
            to[at + i] = at(position + i);
        }
    }

    /// Compares `b[at..at+n)` with what positions from `position` on should hold.
    ///
    /// @return index from `at` of the first wrong byte, or -1 when all are right
    public int mismatch(long position, byte[] b, int at, int n) {
        int i = 0;
        while (i < n) {
            if ((position + i & 7) == 0 && i + 8 <= n && Bytes.i64(b, at + i) == word(position + i >>> 3)) {
                i += 8;
            } else if (b[at + i] == at(position + i)) {
                i++;
            } else {
                return i;
            }
        }
        return -1;
    }

    private byte at(long position) {
        return (byte) (word(position >>> 3) >>> 56 - ((position & 7) << 3));
    }

    private long word(long index) {
        return mix(key + index * 0x9e37_79b9_7f4a_7c15L);
    }

    /// The finaliser of SplitMix64 (Steele, Lea, Flood 2014): spreads every bit of `z` over the result.
    static long mix(long z) {
        long a = (z ^ (z >>> 30)) * 0xbf58_476d_1ce4_e5b9L;
        long b = (a ^ (a >>> 27)) * 0x94d0_49bb_1331_11ebL;
        return b ^ (b >>> 31);
    }
}
