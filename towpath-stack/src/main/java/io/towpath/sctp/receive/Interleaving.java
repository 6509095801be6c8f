package io.towpath.sctp.receive;

import io.towpath.sctp.packet.Buffers;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Fragments of messages whose chunks may alternate (RFC 8260 §2.1): a message is told by its stream, whether
/// it is unordered, and its message identifier; the place of a fragment in it by the fragment sequence number.
final class Interleaving {
    private static final int SPARE_MAX = 16;

    /// A message that is not whole yet.
    static final class Assembly {
        int streamId;
        int mid;
        boolean unordered;
        long ppid;
        long firstTsn;
        boolean partlyDelivered;
        int bytes;
        int size;
        private int nextFsn;
        private int lastFsn;
        private boolean hasLast;
        private int[] fsns = new int[4];
        private byte[][] buffers = new byte[4][];
        private int[] lengths = new int[4];

        void start(int stream, int messageId, boolean isUnordered, long tsn) {
            streamId = stream;
            mid = messageId;
            unordered = isUnordered;
            firstTsn = tsn;
            ppid = 0;
            partlyDelivered = false;
            bytes = 0;
            size = 0;
            nextFsn = 0;
            lastFsn = 0;
            hasLast = false;
        }

        /// False when it contradicts what is there.
        boolean add(int fsn, boolean last, byte[] buffer, int length) {
            if (hasLast && (last || fsn > lastFsn) || fsn < nextFsn || last && size > 0 && fsns[size - 1] > fsn) {
                return false;
            }
            int at = size;
            while (at > 0 && fsns[at - 1] > fsn) {
                at--;
            }
            if (at > 0 && fsns[at - 1] == fsn) {
                return false;
            }
            if (size == fsns.length) {
                fsns = Arrays.copyOf(fsns, size * 2);
                buffers = Arrays.copyOf(buffers, size * 2);
                lengths = Arrays.copyOf(lengths, size * 2);
            }
            System.arraycopy(fsns, at, fsns, at + 1, size - at);
            System.arraycopy(buffers, at, buffers, at + 1, size - at);
            System.arraycopy(lengths, at, lengths, at + 1, size - at);
            fsns[at] = fsn;
            buffers[at] = buffer;
            lengths[at] = length;
            size++;
            bytes += length;
            if (last) {
                hasLast = true;
                lastFsn = fsn;
            }
            return true;
        }

        /// Fragments that follow what was delivered without a hole.
        int ready() {
            int n = 0;
            while (n < size && fsns[n] == nextFsn + n) {
                n++;
            }
            return n;
        }

        boolean isWhole() {
            return hasLast && ready() == size && nextFsn + size == lastFsn + 1;
        }
    }

    private final Buffers pool;
    private final List<Assembly> assemblies = new ArrayList<>(1);
    private final ArrayDeque<Assembly> spare = new ArrayDeque<>(2);
    private long bytes;
    private int fragments;

    Interleaving(Buffers pool) {
        this.pool = pool;
    }

    long bytes() {
        return bytes;
    }

    int fragments() {
        return fragments;
    }

    int size() {
        return assemblies.size();
    }

    Assembly get(int index) {
        return assemblies.get(index);
    }

    /// Adds a fragment. Its message, which may be whole now; null when the fragment contradicts others.
    @Nullable
    Assembly add(
            byte[] b, int at, int length, long tsn, int stream, int mid, boolean unordered, int fsn, boolean last) {
        Assembly found = find(stream, mid, unordered);
        Assembly assembly = found == null ? fresh(stream, mid, unordered, tsn) : found;
        byte[] copy = pool.take(length);
        System.arraycopy(b, at, copy, 0, length);
        if (!assembly.add(fsn, last, copy, length)) {
            pool.give(copy);
            return null;
        }
        if (fsn == 0) {
            assembly.firstTsn = tsn;
        }
        bytes += length;
        fragments++;
        return assembly;
    }

    private @Nullable Assembly find(int stream, int mid, boolean unordered) {
        for (int i = 0; i < assemblies.size(); i++) {
            Assembly each = assemblies.get(i);
            if (each.streamId == stream && each.mid == mid && each.unordered == unordered) {
                return each;
            }
        }
        return null;
    }

    private Assembly fresh(int stream, int mid, boolean unordered, long tsn) {
        Assembly assembly = spare.isEmpty() ? new Assembly() : spare.removeLast();
        assembly.start(stream, mid, unordered, tsn);
        assemblies.add(assembly);
        return assembly;
    }

    /// Takes the bytes that can be delivered: of the whole message, or of what is there without a hole.
    byte[] take(Assembly assembly) {
        int n = assembly.ready();
        int length = 0;
        for (int i = 0; i < n; i++) {
            length += assembly.lengths[i];
        }
        byte[] all = new byte[length];
        int at = 0;
        for (int i = 0; i < n; i++) {
            System.arraycopy(assembly.buffers[i], 0, all, at, assembly.lengths[i]);
            at += assembly.lengths[i];
            pool.give(assembly.buffers[i]);
        }
        int left = assembly.size - n;
        System.arraycopy(assembly.fsns, n, assembly.fsns, 0, left);
        System.arraycopy(assembly.buffers, n, assembly.buffers, 0, left);
        System.arraycopy(assembly.lengths, n, assembly.lengths, 0, left);
        assembly.size = left;
        assembly.bytes -= length;
        assembly.nextFsn += n;
        bytes -= length;
        fragments -= n;
        return all;
    }

    void remove(Assembly assembly) {
        for (int i = 0; i < assembly.size; i++) {
            pool.give(assembly.buffers[i]);
        }
        bytes -= assembly.bytes;
        fragments -= assembly.size;
        assemblies.remove(assembly);
        if (spare.size() < SPARE_MAX) {
            spare.add(assembly);
        }
    }
}
