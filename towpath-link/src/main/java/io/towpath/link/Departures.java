package io.towpath.link;

import io.towpath.core.Packet;
import io.towpath.core.Time;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Packets that wait for a moment, earliest first; those of the same moment in the order in which they came. A binary
/// heap over parallel arrays, which grow and are kept.
final class Departures {
    private @Nullable Packet[] packets = new Packet[16];
    private long[] at = new long[16];
    private long[] order = new long[16];
    private int size;
    private long added;

    int size() {
        return size;
    }

    /// The earliest moment, [Time#NEVER] when nothing waits.
    long earliest() {
        return size == 0 ? Time.NEVER : at[0];
    }

    void add(Packet packet, long when) {
        if (size == packets.length) {
            packets = Arrays.copyOf(packets, size * 2);
            at = Arrays.copyOf(at, size * 2);
            order = Arrays.copyOf(order, size * 2);
        }
        long number = added++;
        int i = size++;
        while (i > 0) {
            int parent = (i - 1) >>> 1;
            if (!isBefore(when, number, parent)) {
                break;
            }
            move(parent, i);
            i = parent;
        }
        put(packet, when, number, i);
    }

    /// Removes the earliest packet; null when nothing waits.
    @Nullable
    Packet poll() {
        if (size == 0) {
            return null;
        }
        Packet first = packets[0];
        size--;
        Packet last = packets[size];
        packets[size] = null;
        if (size > 0 && last != null) {
            siftDown(last, at[size], order[size]);
        }
        return first;
    }

    private void siftDown(Packet packet, long when, long number) {
        int i = 0;
        for (int child = 1; child < size; child = 2 * i + 1) {
            if (child + 1 < size && isBefore(at[child + 1], order[child + 1], child)) {
                child++;
            }
            if (isBefore(when, number, child)) {
                break;
            }
            move(child, i);
            i = child;
        }
        put(packet, when, number, i);
    }

    private boolean isBefore(long when, long number, int other) {
        return when < at[other] || (when == at[other] && number < order[other]);
    }

    private void move(int from, int to) {
        packets[to] = packets[from];
        at[to] = at[from];
        order[to] = order[from];
    }

    private void put(Packet packet, long when, long number, int i) {
        packets[i] = packet;
        at[i] = when;
        order[i] = number;
    }
}
