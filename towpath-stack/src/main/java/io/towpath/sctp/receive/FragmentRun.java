package io.towpath.sctp.receive;

import io.towpath.sctp.packet.Buffers;
import java.util.Arrays;

/// Fragments of one message with consecutive numbers (TSNs; fragment numbers with interleaving). Objects are
/// reused.
final class FragmentRun {
    private static final int FIRST_ARRAY = 4;

    int streamId;
    int ssn;
    boolean unordered;
    long ppid;
    long firstTsn;

    /// Number of the first and of the last fragment.
    long first;

    long last;

    /// The first fragment of the message is in, or was delivered already.
    boolean begins;

    /// The last fragment of the message is in.
    boolean ends;

    /// A part of the message was delivered.
    boolean partlyDelivered;

    int bytes;
    private byte[][] buffers = new byte[FIRST_ARRAY][];
    private int[] lengths = new int[FIRST_ARRAY];
    private int size;

    void start(long number, int stream, int streamSequence, boolean isUnordered) {
        first = number;
        last = number - 1;
        streamId = stream;
        ssn = streamSequence;
        unordered = isUnordered;
        begins = false;
        ends = false;
        partlyDelivered = false;
        bytes = 0;
        size = 0;
        ppid = 0;
    }

    int fragments() {
        return size;
    }

    boolean belongs(int stream, int streamSequence, boolean isUnordered) {
        return streamId == stream && unordered == isUnordered && (isUnordered || ssn == streamSequence);
    }

    void append(byte[] buffer, int length) {
        ensure(size + 1);
        buffers[size] = buffer;
        lengths[size++] = length;
        bytes += length;
        last++;
    }

    void prepend(byte[] buffer, int length) {
        ensure(size + 1);
        System.arraycopy(buffers, 0, buffers, 1, size);
        System.arraycopy(lengths, 0, lengths, 1, size);
        buffers[0] = buffer;
        lengths[0] = length;
        size++;
        bytes += length;
        first--;
    }

    /// Takes the fragments of the run that follows this one.
    void appendAll(FragmentRun next) {
        ensure(size + next.size);
        System.arraycopy(next.buffers, 0, buffers, size, next.size);
        System.arraycopy(next.lengths, 0, lengths, size, next.size);
        size += next.size;
        bytes += next.bytes;
        last = next.last;
        ends = next.ends;
        next.size = 0;
    }

    private void ensure(int n) {
        if (n > buffers.length) {
            int length = Math.max(n, buffers.length * 2);
            buffers = Arrays.copyOf(buffers, length);
            lengths = Arrays.copyOf(lengths, length);
        }
    }

    /// The bytes of all fragments in one array; the fragments are given back.
    byte[] take(Buffers pool) {
        byte[] all = new byte[bytes];
        int at = 0;
        for (int i = 0; i < size; i++) {
            System.arraycopy(buffers[i], 0, all, at, lengths[i]);
            at += lengths[i];
        }
        discard(pool);
        return all;
    }

    /// The fragments are given back.
    void discard(Buffers pool) {
        for (int i = 0; i < size; i++) {
            pool.give(buffers[i]);
        }
        size = 0;
        bytes = 0;
    }
}
