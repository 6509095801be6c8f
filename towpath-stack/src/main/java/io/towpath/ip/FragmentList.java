package io.towpath.ip;

import io.towpath.core.Packet;
import java.util.Arrays;

/// The fragments of one datagram that are here, in the order of their offsets, none overlapping another.
final class FragmentList {
    /// Enough for a datagram of 64 KiB over a link of MTU 576.
    static final int COUNT_MAX = 128;

    /// What became of a fragment.
    enum Added {
        /// Taken in.
        ADDED,
        /// The same bytes are here already.
        DUPLICATE,
        /// It overlaps another with a different extent or different bytes.
        OVERLAP,
        /// It lies beyond the datagram's end, or names another end.
        CONTRADICTION,
        /// More fragments than are kept for one datagram.
        TOO_MANY
    }

    private Packet[] packets = new Packet[4];
    private int[] offsets = new int[4];
    private int count;
    private int bytes;
    private int total = -1;

    int count() {
        return count;
    }

    Packet packet(int i) {
        return packets[i];
    }

    int offset(int i) {
        return offsets[i];
    }

    /// Bytes of the whole payload; -1 while the last fragment is not here.
    int totalLength() {
        return total;
    }

    boolean isWhole() {
        return bytes == total;
    }

    void clear() {
        Arrays.fill(packets, 0, count, null);
        count = 0;
        bytes = 0;
        total = -1;
    }

    Added add(Packet fragment, int offset, boolean last) {
        int length = length(fragment);
        int end = offset + length;
        int at = count;
        while (at > 0 && offsets[at - 1] >= offset) {
            at--;
        }
        // `at` is where the fragment belongs: behind all that begin before it.
        if (at < count && offsets[at] == offset && length(packets[at]) == length) {
            boolean same = sameBytes(fragment, packets[at]) && (last == (end == total));
            return same ? Added.DUPLICATE : Added.OVERLAP;
        }
        boolean overlapsBefore = at > 0 && offsets[at - 1] + length(packets[at - 1]) > offset;
        boolean overlapsAfter = at < count && end > offsets[at];
        if (overlapsBefore || overlapsAfter) {
            return Added.OVERLAP;
        }
        boolean beyond = total >= 0 && (last || end > total);
        boolean endsTooEarly = last && count > 0 && offsets[count - 1] >= end;
        if (beyond || endsTooEarly) {
            return Added.CONTRADICTION;
        }
        if (count == COUNT_MAX) {
            return Added.TOO_MANY;
        }
        insert(at, fragment, offset);
        bytes += length;
        if (last) {
            total = end;
        }
        return Added.ADDED;
    }

    private void insert(int at, Packet fragment, int offset) {
        if (count == packets.length) {
            packets = Arrays.copyOf(packets, count * 2);
            offsets = Arrays.copyOf(offsets, count * 2);
        }
        System.arraycopy(packets, at, packets, at + 1, count - at);
        System.arraycopy(offsets, at, offsets, at + 1, count - at);
        packets[at] = fragment;
        offsets[at] = offset;
        count++;
    }

    private static int length(Packet fragment) {
        return fragment.end - fragment.transportAt;
    }

    private static boolean sameBytes(Packet a, Packet b) {
        return Arrays.equals(a.bytes, a.transportAt, a.end, b.bytes, b.transportAt, b.end);
    }
}
