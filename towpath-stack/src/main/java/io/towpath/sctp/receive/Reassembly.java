package io.towpath.sctp.receive;

import io.towpath.sctp.packet.Buffers;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Fragments of messages that are not whole yet (RFC 9260 §6.9): "the TSNs of the fragments of a message MUST
/// be in strict sequence", so fragments that touch by TSN and are not divided by an E and a B belong together.
final class Reassembly {
    private static final int SPARE_MAX = 16;

    private final Buffers buffers;
    private final List<FragmentRun> runs = new ArrayList<>(1);
    private final ArrayDeque<FragmentRun> spare = new ArrayDeque<>(2);
    private long bytes;
    private int fragments;

    Reassembly(Buffers buffers) {
        this.buffers = buffers;
    }

    long bytes() {
        return bytes;
    }

    int fragments() {
        return fragments;
    }

    /// Adds a fragment. Its message's run, which may be whole now.
    FragmentRun add(
            byte[] b, int at, int length, long tsn, int streamId, int ssn, long ppid, boolean unordered, int be) {
        boolean begins = (be & 2) != 0;
        boolean ends = (be & 1) != 0;
        int index = lastAtOrBefore(tsn);
        FragmentRun left = index >= 0 && runs.get(index).last + 1 == tsn ? runs.get(index) : null;
        FragmentRun right =
                index + 1 < runs.size() && runs.get(index + 1).first == tsn + 1 ? runs.get(index + 1) : null;
        // Neighbours that contradict each other are not put together: what they are part of never becomes
        // whole.
        boolean joinsLeft = left != null && !left.ends && !begins && left.belongs(streamId, ssn, unordered);
        boolean joinsRight = right != null && !right.begins && !ends && right.belongs(streamId, ssn, unordered);
        byte[] copy = buffers.take(length);
        System.arraycopy(b, at, copy, 0, length);
        bytes += length;
        fragments++;
        FragmentRun run;
        if (joinsLeft && left != null) {
            run = left;
            run.append(copy, length);
        } else if (joinsRight && right != null) {
            run = right;
            run.prepend(copy, length);
            run.firstTsn = tsn;
        } else {
            run = fresh(tsn, streamId, ssn, unordered);
            run.append(copy, length);
            run.firstTsn = tsn;
            runs.add(index + 1, run);
        }
        if (begins) {
            run.begins = true;
            run.ppid = ppid;
        }
        run.ends |= ends;
        if (joinsLeft && joinsRight && left != null && right != null) {
            left.appendAll(right);
            runs.remove(index + 1);
            recycle(right);
        }
        return run;
    }

    private FragmentRun fresh(long tsn, int streamId, int ssn, boolean unordered) {
        FragmentRun run = spare.isEmpty() ? new FragmentRun() : spare.removeLast();
        run.start(tsn, streamId, ssn, unordered);
        return run;
    }

    private void recycle(FragmentRun run) {
        if (spare.size() < SPARE_MAX) {
            spare.add(run);
        }
    }

    /// Takes the bytes of a run: of the whole message, or of what is there.
    byte[] take(FragmentRun run) {
        bytes -= run.bytes;
        fragments -= run.fragments();
        return run.take(buffers);
    }

    /// Takes a run out whose bytes were taken.
    void remove(FragmentRun run) {
        bytes -= run.bytes;
        fragments -= run.fragments();
        run.discard(buffers);
        runs.remove(run);
        recycle(run);
    }

    /// The run with the lowest TSN, null if there is none.
    @Nullable
    FragmentRun first() {
        return runs.isEmpty() ? null : runs.getFirst();
    }

    /// How many runs there are.
    int size() {
        return runs.size();
    }

    FragmentRun get(int index) {
        return runs.get(index);
    }

    void clear() {
        while (!runs.isEmpty()) {
            remove(runs.getLast());
        }
    }

    private int lastAtOrBefore(long tsn) {
        int low = 0;
        for (int high = runs.size(); low < high; ) {
            int middle = low + high >>> 1;
            if (runs.get(middle).first <= tsn) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low - 1;
    }
}
