package io.towpath.net.nio;

import java.nio.ByteBuffer;

/// An array between the rings, which know arrays only, and buffers that have none; also where several buffers are
/// gathered, so that they leave as one. Used under the lock of a reader or a writer.
final class Scratch {
    /// More than this is copied in steps.
    private static final int MAX = 64 << 10;

    private byte[] array = {};

    /// An array for `wanted` bytes, or as many as there is reason to take at once.
    byte[] array(int wanted) {
        int size = Math.min(wanted, MAX);
        if (array.length < size) {
            array = new byte[Math.max(512, Integer.highestOneBit(size - 1) << 1)];
        }
        return array;
    }

    /// Copies the remaining bytes of `buffers` into one array, as many as it takes, and leaves the buffers as they
    /// are.
    ///
    /// @return how many
    int gather(ByteBuffer[] buffers, int offset, int length) {
        long all = remaining(buffers, offset, length);
        byte[] to = array((int) Math.min(all, MAX));
        int at = 0;
        for (int i = offset; i < offset + length && at < to.length; i++) {
            ByteBuffer buffer = buffers[i];
            int count = Math.min(buffer.remaining(), to.length - at);
            buffer.get(buffer.position(), to, at, count);
            at += count;
        }
        return at;
    }

    /// Moves the positions of `buffers` on by `count` bytes together.
    static void advance(ByteBuffer[] buffers, int offset, int length, int count) {
        int left = count;
        for (int i = offset; i < offset + length && left > 0; i++) {
            int step = Math.min(buffers[i].remaining(), left);
            buffers[i].position(buffers[i].position() + step);
            left -= step;
        }
    }

    static long remaining(ByteBuffer[] buffers, int offset, int length) {
        long sum = 0;
        for (int i = offset; i < offset + length; i++) {
            sum += buffers[i].remaining();
        }
        return sum;
    }
}
