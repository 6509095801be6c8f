package io.towpath.net.nio;

import io.towpath.net.shard.StreamCalls;
import java.io.IOException;
import java.nio.ByteBuffer;

/// Moves bytes between a stream and the buffers of those who read and write it: in place where a buffer has an array,
/// otherwise, or where there are several to write, by way of a [Scratch]. Used by one reader and one writer at a time.
final class StreamBuffers {
    private final Scratch readScratch = new Scratch();
    private final Scratch writeScratch = new Scratch();

    /// Reads what there is, at most what `into` has room for.
    ///
    /// @param wait whether to wait for the first byte
    /// @param timeoutNanos how long, 0 for ever
    /// @return how many bytes; 0 only when there is nothing and it does not wait; -1 at the end of the stream
    int read(StreamCalls stream, ByteBuffer into, boolean wait, long timeoutNanos) throws IOException {
        int at = into.position();
        int sum = 0;
        while (into.hasRemaining()) {
            byte[] array = into.hasArray() ? into.array() : readScratch.array(into.remaining());
            int offset = into.hasArray() ? into.arrayOffset() + into.position() : 0;
            int most = into.hasArray() ? into.remaining() : Math.min(into.remaining(), array.length);
            int count = wait && sum == 0
                    ? stream.read(array, offset, most, timeoutNanos)
                    : sum > 0 && stream.socket().readable() == 0 ? 0 : stream.tryRead(array, offset, most);
            if (count <= 0) {
                return sum == 0 ? count : sum;
            }
            if (!into.hasArray()) {
                into.put(array, 0, count);
            }
            sum += count;
            into.position(at + sum);
        }
        return sum;
    }

    /// Writes what remains of the buffers, one after the other.
    ///
    /// @param wait whether to wait for room; otherwise what there is room for is written
    /// @return how many bytes
    long write(StreamCalls stream, ByteBuffer[] from, int offset, int length, boolean wait) throws IOException {
        long sum = 0;
        while (Scratch.remaining(from, offset, length) > 0) {
            int count = writeSome(stream, from, offset, length, wait);
            if (count == 0) {
                break;
            }
            sum += count;
        }
        return sum;
    }

    private int writeSome(StreamCalls stream, ByteBuffer[] from, int offset, int length, boolean wait)
            throws IOException {
        byte[] array;
        int at = 0;
        int most;
        if (length == 1 && from[offset].hasArray()) {
            ByteBuffer only = from[offset];
            array = only.array();
            at = only.arrayOffset() + only.position();
            most = only.remaining();
        } else {
            most = writeScratch.gather(from, offset, length);
            array = writeScratch.array(most);
        }
        int count;
        if (wait) {
            stream.write(array, at, most);
            count = most;
        } else {
            count = stream.tryWrite(array, at, most);
        }
        Scratch.advance(from, offset, length, count);
        return count;
    }
}
