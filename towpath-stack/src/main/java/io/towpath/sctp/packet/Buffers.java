package io.towpath.sctp.packet;

import java.util.Arrays;

/// Buffers for user data that waits: outgoing messages, and fragments on their way to be a message. Sizes are
/// powers of two; what comes back is kept for the next taker up to a bound, so that a steady transfer allocates
/// nothing. Single owner.
public final class Buffers {
    private static final int LEAST_SHIFT = 6;
    private static final int MOST_SHIFT = 17;
    private static final int FREE_BYTES_MAX = 1 << 20;

    private final byte[][][] free = new byte[MOST_SHIFT + 1][][];
    private final int[] count = new int[MOST_SHIFT + 1];

    /// No buffers yet.
    public Buffers() {
        Arrays.fill(free, new byte[0][]);
    }

    /// A buffer of at least `length` bytes, with any content.
    public byte[] take(int length) {
        int shift = shift(length);
        if (shift > MOST_SHIFT) {
            return new byte[length];
        }
        return count[shift] > 0 ? free[shift][--count[shift]] : new byte[1 << shift];
    }

    /// Gives a buffer from [#take] back.
    public void give(byte[] buffer) {
        int shift = shift(buffer.length);
        if (shift > MOST_SHIFT || buffer.length != 1 << shift) {
            return;
        }
        int max = FREE_BYTES_MAX >> shift;
        if (count[shift] == free[shift].length) {
            if (count[shift] >= max) {
                return;
            }
            free[shift] = Arrays.copyOf(free[shift], Math.min(max, Math.max(4, count[shift] * 2)));
        }
        free[shift][count[shift]++] = buffer;
    }

    private static int shift(int length) {
        return Math.max(LEAST_SHIFT, 32 - Integer.numberOfLeadingZeros(Math.max(1, length) - 1));
    }
}
