package io.towpath.sctp.send;

import io.towpath.sctp.SchedulingPolicy;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Which stream's turn it is (RFC 8260 §3). A heap of the streams that have something to send, keyed by two
/// numbers that each policy computes in its own way: the smallest goes first.
public final class StreamScheduler {
    private static final OutStream[] NONE = {};

    private SchedulingPolicy policy = SchedulingPolicy.FIRST_COME;
    private OutStream[] heap = NONE;
    private int size;
    private long turn;
    private long virtualTime;

    /// First come, first served.
    public StreamScheduler() {}

    /// The policy.
    public SchedulingPolicy policy() {
        return policy;
    }

    /// Changes the policy; streams that wait keep waiting and are sorted anew.
    public void policy(SchedulingPolicy next) {
        policy = next;
        OutStream[] waiting = Arrays.copyOf(heap, size);
        for (int i = 0; i < size; i++) {
            heap[i].heapIndex = -1;
        }
        size = 0;
        for (OutStream stream : waiting) {
            stream.served = virtualTime;
            add(stream);
        }
    }

    /// The stream whose turn it is, null when none waits.
    @Nullable
    OutStream first() {
        return size == 0 ? null : heap[0];
    }

    /// A stream has something to send, which it had not.
    void add(OutStream stream) {
        if (stream.heapIndex >= 0) {
            return;
        }
        // A stream that rested does not catch up on what others got meanwhile.
        stream.served = Math.max(stream.served, virtualTime);
        key(stream);
        if (size == heap.length) {
            heap = Arrays.copyOf(heap, Math.max(4, size * 2));
        }
        siftUp(size++, stream);
    }

    /// A stream has nothing more to send, or must not.
    void remove(OutStream stream) {
        int at = stream.heapIndex;
        if (at < 0) {
            return;
        }
        stream.heapIndex = -1;
        OutStream last = heap[--size];
        clearSlot(size);
        if (last != stream) {
            siftDown(at, last);
            siftUp(last.heapIndex, last);
        }
    }

    /// `bytes` of a stream were sent, and with them the end of a message or not; the stream goes on waiting if
    /// it has more.
    void served(OutStream stream, int bytes, boolean messageEnded) {
        stream.served += policy == SchedulingPolicy.WEIGHTED_FAIR
                ? ((long) bytes << 16) / Math.max(OutStream.WEIGHT, stream.value)
                : bytes;
        virtualTime = Math.max(virtualTime, stream.served - bytes);
        boolean turnEnds = switch (policy) {
            case FIRST_COME, ROUND_ROBIN, PRIORITY, FAIR_BANDWIDTH, WEIGHTED_FAIR -> true;
            case ROUND_ROBIN_PACKET -> false;
        };
        if (stream.heapIndex >= 0 && turnEnds) {
            key(stream);
            siftDown(stream.heapIndex, stream);
        }
    }

    /// A packet is full: with [SchedulingPolicy#ROUND_ROBIN_PACKET] it is the next stream's turn.
    void packetEnded() {
        if (policy == SchedulingPolicy.ROUND_ROBIN_PACKET && size > 1) {
            OutStream stream = heap[0];
            key(stream);
            siftDown(0, stream);
        }
    }

    private void key(OutStream stream) {
        OutgoingMessage head = stream.head;
        stream.minor = ++turn;
        stream.major = switch (policy) {
            case FIRST_COME -> head == null ? Long.MAX_VALUE : head.order;
            case ROUND_ROBIN, ROUND_ROBIN_PACKET -> turn;
            case PRIORITY -> stream.value;
            case FAIR_BANDWIDTH, WEIGHTED_FAIR -> stream.served;
        };
    }

    private void siftUp(int at, OutStream stream) {
        int i = at;
        while (i > 0) {
            int parent = i - 1 >>> 1;
            if (!isBefore(stream, heap[parent])) {
                break;
            }
            put(i, heap[parent]);
            i = parent;
        }
        put(i, stream);
    }

    private void siftDown(int at, OutStream stream) {
        int i = at;
        for (int child = 2 * i + 1; child < size; child = 2 * i + 1) {
            if (child + 1 < size && isBefore(heap[child + 1], heap[child])) {
                child++;
            }
            if (!isBefore(heap[child], stream)) {
                break;
            }
            put(i, heap[child]);
            i = child;
        }
        put(i, stream);
    }

    private static boolean isBefore(OutStream a, OutStream b) {
        return a.major < b.major || a.major == b.major && a.minor < b.minor;
    }

    private void put(int at, OutStream stream) {
        heap[at] = stream;
        stream.heapIndex = at;
    }

    @SuppressWarnings("NullAway") // slots at and beyond size hold null and are never read
    private void clearSlot(int at) {
        heap[at] = null;
    }
}
