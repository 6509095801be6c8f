package io.towpath.core;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Items in the order of their deadlines; items of the same deadline in the order in which they came into the queue,
/// so that a run depends on nothing but its input.
///
/// A binary heap that is lazy about delays: a deadline that moves later (most timers are put off and put off again)
/// costs nothing until the item comes to the top. The key in the heap is therefore never later than the item's
/// deadline. Whoever moves a deadline *earlier* must call [#update].
///
/// Single owner. An empty queue holds no arrays.
///
/// @param <T> the items
public final class DeadlineQueue<T extends Deadlined> {
    private static final long[] NO_KEYS = {};
    private static final Deadlined[] NO_ITEMS = {};
    private static final int FIRST_ARRAY = 8;

    private long[] keys = NO_KEYS;
    private long[] orders = NO_KEYS;
    private Deadlined[] items = NO_ITEMS;
    private int size;
    private long arrivals;

    /// An empty queue.
    public DeadlineQueue() {}

    /// Takes note of `item.deadline()`: queues the item, or moves it when its deadline is now earlier. An item that
    /// waits for nothing is not queued; one that already is in the queue stays until it comes to the top.
    public void update(T item) {
        long deadline = item.deadline();
        int at = item.queueIndex();
        if (at >= 0) {
            assert items[at] == item : "in another queue";
            if (deadline < keys[at]) {
                siftUp(at, deadline, orders[at], item);
            }
        } else if (deadline != Time.NEVER) {
            if (size == items.length) {
                grow();
            }
            siftUp(size++, deadline, arrivals++, item);
        }
    }

    /// Takes `item` out, if it is in.
    public void remove(T item) {
        int at = item.queueIndex();
        if (at >= 0) {
            assert items[at] == item : "in another queue";
            removeAt(at);
        }
    }

    /// The earliest deadline of all items, exactly; [Time#NEVER] when none waits.
    public long earliest() {
        settle(Time.NEVER);
        return size == 0 ? Time.NEVER : keys[0];
    }

    /// Removes and returns the first item whose deadline has come, `deadline() <= now`; null when there is none.
    public @Nullable T pollDue(long now) {
        settle(now);
        if (size == 0 || keys[0] > now) {
            return null;
        }
        @SuppressWarnings("unchecked") // only update puts items in, and they are T
        T item = (T) items[0];
        removeAt(0);
        return item;
    }

    /// Items in the queue, those included that were put off for ever and did not come to the top yet.
    public int size() {
        return size;
    }

    /// Re-keys items at the top that were put off, until the top is true or later than `until`.
    private void settle(long until) {
        while (size > 0 && keys[0] <= until) {
            Deadlined item = items[0];
            long deadline = item.deadline();
            if (deadline == keys[0]) {
                return;
            }
            if (deadline == Time.NEVER) {
                removeAt(0);
            } else {
                siftDown(0, deadline, orders[0], item);
            }
        }
    }

    private void removeAt(int at) {
        items[at].queueIndex(-1);
        size--;
        Deadlined last = items[size];
        long key = keys[size];
        long order = orders[size];
        clearSlot(size);
        if (at < size) {
            if (at > 0 && isBefore(key, order, (at - 1) >>> 1)) {
                siftUp(at, key, order, last);
            } else {
                siftDown(at, key, order, last);
            }
        }
    }

    private void siftUp(int at, long key, long order, Deadlined item) {
        while (at > 0) {
            int parent = (at - 1) >>> 1;
            if (!isBefore(key, order, parent)) {
                break;
            }
            put(at, keys[parent], orders[parent], items[parent]);
            at = parent;
        }
        put(at, key, order, item);
    }

    private void siftDown(int at, long key, long order, Deadlined item) {
        for (int child = 2 * at + 1; child < size; child = 2 * at + 1) {
            if (child + 1 < size && isBefore(keys[child + 1], orders[child + 1], child)) {
                child++;
            }
            if (isBefore(key, order, child)) {
                break;
            }
            put(at, keys[child], orders[child], items[child]);
            at = child;
        }
        put(at, key, order, item);
    }

    private boolean isBefore(long key, long order, int other) {
        return key < keys[other] || key == keys[other] && order < orders[other];
    }

    private void put(int at, long key, long order, Deadlined item) {
        keys[at] = key;
        orders[at] = order;
        items[at] = item;
        item.queueIndex(at);
    }

    private void grow() {
        int length = Math.max(FIRST_ARRAY, size * 2);
        keys = Arrays.copyOf(keys, length);
        orders = Arrays.copyOf(orders, length);
        items = Arrays.copyOf(items, length);
    }

    @SuppressWarnings("NullAway") // slots at and beyond size hold null and are never read
    private void clearSlot(int at) {
        items[at] = null;
    }
}
