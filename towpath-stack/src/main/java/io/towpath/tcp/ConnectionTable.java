package io.towpath.tcp;

import io.towpath.core.Entropy;
import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// All socket pairs of a host: open addressing with linear probing, keyed by chance so that nobody outside can aim at
/// one bucket. Finding a row allocates nothing.
public final class ConnectionTable {
    private final long key0;
    private final long key1;
    private @Nullable SocketPair[] slots = new SocketPair[16];
    private int size;

    /// What was found last: segments come in bursts.
    private @Nullable SocketPair last;

    /// An empty table.
    public ConnectionTable(Entropy entropy) {
        key0 = entropy.nextLong();
        key1 = entropy.nextLong() | 1;
    }

    /// The row of this socket pair, or null.
    public @Nullable SocketPair find(
            long localHigh, long localLow, int localPort, long remoteHigh, long remoteLow, int remotePort) {
        int ports = localPort << 16 | remotePort;
        SocketPair found = last;
        if (found != null && isOf(found, localHigh, localLow, remoteHigh, remoteLow, ports)) {
            return found;
        }
        int mask = slots.length - 1;
        for (int i = home(localHigh, localLow, remoteHigh, remoteLow, ports) & mask; ; i = i + 1 & mask) {
            SocketPair row = slots[i];
            if (row == null) {
                return null;
            }
            if (isOf(row, localHigh, localLow, remoteHigh, remoteLow, ports)) {
                last = row;
                return row;
            }
        }
    }

    private static boolean isOf(
            SocketPair row, long localHigh, long localLow, long remoteHigh, long remoteLow, int ports) {
        return row.ports() == ports
                && row.remoteLow() == remoteLow
                && row.localLow() == localLow
                && row.remoteHigh() == remoteHigh
                && row.localHigh() == localHigh;
    }

    /// Adds a row; its socket pair must not be there yet.
    public void add(SocketPair row) {
        assert find(
                                row.localHigh(),
                                row.localLow(),
                                row.localPort(),
                                row.remoteHigh(),
                                row.remoteLow(),
                                row.remotePort())
                        == null
                : row;
        if (2 * (size + 1) > slots.length) {
            resize(slots.length * 2);
        }
        insert(row);
        size++;
    }

    /// Removes a row; true if it was there.
    public boolean remove(SocketPair row) {
        int mask = slots.length - 1;
        int i = home(row) & mask;
        while (slots[i] != row) {
            if (slots[i] == null) {
                return false;
            }
            i = i + 1 & mask;
        }
        size--;
        last = null;
        close(i, mask);
        if (slots.length > 16 && 8 * size < slots.length) {
            resize(slots.length / 2);
        }
        return true;
    }

    /// Rows held.
    public int size() {
        return size;
    }

    /// Shows every row to `each`, in no order that means anything (but the same for the same run).
    public void forEach(Consumer<SocketPair> each) {
        for (SocketPair row : slots.clone()) {
            if (row != null) {
                each.accept(row);
            }
        }
    }

    /// Closes the gap at `i` by moving rows back that would not be found behind it.
    private void close(int i, int mask) {
        int gap = i;
        slots[gap] = null;
        for (int j = i + 1 & mask; slots[j] != null; j = j + 1 & mask) {
            SocketPair row = slots[j];
            if (row != null && (j - home(row) & mask) >= (j - gap & mask)) {
                slots[gap] = row;
                slots[j] = null;
                gap = j;
            }
        }
    }

    private void resize(int length) {
        @Nullable SocketPair[] old = slots;
        slots = new SocketPair[length];
        for (SocketPair row : old) {
            if (row != null) {
                insert(row);
            }
        }
    }

    private void insert(SocketPair row) {
        int mask = slots.length - 1;
        int i = home(row) & mask;
        while (slots[i] != null) {
            i = i + 1 & mask;
        }
        slots[i] = row;
    }

    private int home(SocketPair row) {
        return home(row.localHigh(), row.localLow(), row.remoteHigh(), row.remoteLow(), row.ports());
    }

    /// Two rounds of multiply-and-fold over the five numbers, keyed at both ends.
    private int home(long localHigh, long localLow, long remoteHigh, long remoteLow, int ports) {
        long h = fold(remoteLow ^ key0, (remoteHigh ^ key1) | 1) ^ localHigh;
        h = fold(h ^ localLow, ports * 0x9e3779b97f4a7c15L ^ key1);
        h = fold(h ^ key0, 0xd6e8feb86659fd93L);
        return (int) (h ^ h >>> 32);
    }

    private static long fold(long a, long b) {
        return a * b ^ Math.multiplyHigh(a, b);
    }

    @Override
    public String toString() {
        return size + " rows " + Arrays.stream(slots).filter(r -> r != null).toList();
    }
}
