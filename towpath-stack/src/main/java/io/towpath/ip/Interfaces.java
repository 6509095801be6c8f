package io.towpath.ip;

import io.towpath.wire.IpAddress;
import io.towpath.wire.Prefix;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// All interfaces of a host and the question "is this address mine?".
final class Interfaces {
    private IpInterface[] list = {};
    private long[] highs = new long[16];
    private long[] lows = new long[16];
    private int[] owners = new int[16];

    private final boolean loopback;

    /// No interface yet.
    ///
    /// @param loopback whether loopback addresses are this host's
    Interfaces(boolean loopback) {
        this.loopback = loopback;
        Arrays.fill(owners, -1);
    }

    IpInterface get(int index) {
        return list[index];
    }

    int count() {
        return list.length;
    }

    void add(IpInterface added) {
        list = Arrays.copyOf(list, list.length + 1);
        list[list.length - 1] = added;
    }

    void addAddress(IpInterface owner, Prefix address) {
        var changed = new ArrayList<>(owner.addresses());
        changed.add(address);
        owner.addresses(changed);
        index();
    }

    boolean removeAddress(IpInterface owner, IpAddress address) {
        var changed = new ArrayList<>(owner.addresses());
        boolean removed = changed.removeIf(prefix -> prefix.address().equals(address));
        owner.addresses(changed);
        index();
        return removed;
    }

    /// The interface that has this address, or null. All of 127.0.0.0/8 belongs to the loopback interface.
    @Nullable
    IpInterface owner(long high, long low) {
        for (int i = slot(high, low); owners[i] >= 0; i = (i + 1) & (owners.length - 1)) {
            if (lows[i] == low && highs[i] == high) {
                return list[owners[i]];
            }
        }
        // RFC 1122 §3.2.1.3 (g): addresses of this form stay inside a host.
        return loopback && isLoopback4(high, low) ? list[0] : null;
    }

    /// Whether loopback addresses are this host's, and so on no wire.
    boolean hasLoopback() {
        return loopback;
    }

    boolean isLocal(long high, long low) {
        return owner(high, low) != null;
    }

    /// The addresses of all interfaces that are up, in the order of the interfaces.
    List<IpAddress> addresses() {
        List<IpAddress> all = new ArrayList<>();
        for (IpInterface each : list) {
            if (each.isUp()) {
                for (Prefix prefix : each.addresses()) {
                    all.add(prefix.address());
                }
            }
        }
        return all;
    }

    static boolean isLoopback4(long high, long low) {
        return high == 0 && low >>> 24 == 0xffff_7fL;
    }

    /// Open addressing over the configured addresses, which no remote party chooses: no keyed hash needed.
    private void index() {
        int count = 0;
        for (IpInterface each : list) {
            count += each.addresses().size();
        }
        int slots = Integer.highestOneBit(Math.max(count, 4)) * 4;
        highs = new long[slots];
        lows = new long[slots];
        owners = new int[slots];
        Arrays.fill(owners, -1);
        for (IpInterface each : list) {
            for (Prefix prefix : each.addresses()) {
                insert(prefix.address(), each.index());
            }
        }
    }

    private void insert(IpAddress address, int owner) {
        int i = slot(address.high(), address.low());
        while (owners[i] >= 0) {
            i = (i + 1) & (owners.length - 1);
        }
        highs[i] = address.high();
        lows[i] = address.low();
        owners[i] = owner;
    }

    private int slot(long high, long low) {
        long mixed = (high * 0x9e37_79b9_7f4a_7c15L) ^ (low * 0xc2b2_ae3d_27d4_eb4fL);
        return (int) (mixed >>> 40) & (owners.length - 1);
    }

    List<IpInterface> all() {
        return List.of(list);
    }
}
