package io.towpath.nat;

import io.towpath.wire.IpAddress;
import io.towpath.wire.Prefix;
import java.util.List;

/// The outside addresses of a NAT: those that its settings name, or those that its outside interfaces have now.
final class OutsideAddresses {
    private final NatConfig config;
    private final Box box;

    /// The interfaces' lists of which the arrays below were made.
    private final Object[] seen;

    private long[] highs = {};
    private long[] lows = {};

    OutsideAddresses(NatConfig config, Box box) {
        this.config = config;
        this.box = box;
        this.seen = new Object[config.outside().size()];
        if (!config.addresses().isEmpty()) {
            take(config.addresses());
        }
    }

    /// Whether `high:low` is one of them.
    boolean contains(long high, long low) {
        refresh();
        for (int i = 0; i < lows.length; i++) {
            if (lows[i] == low && highs[i] == high) {
                return true;
            }
        }
        return false;
    }

    int count() {
        refresh();
        return lows.length;
    }

    long high(int i) {
        return highs[i];
    }

    long low(int i) {
        return lows[i];
    }

    /// An interface's list of addresses is another one when they changed: that is all there is to compare.
    private void refresh() {
        if (!config.addresses().isEmpty()) {
            return;
        }
        boolean changed = false;
        for (int i = 0; i < seen.length; i++) {
            List<Prefix> now = box.addresses(config.outside().get(i));
            changed |= seen[i] != now;
            seen[i] = now;
        }
        if (changed) {
            take(config.outside().stream()
                    .flatMap(index -> box.addresses(index).stream())
                    .map(Prefix::address)
                    .filter(address -> !address.isLinkLocal())
                    .toList());
        }
    }

    private void take(List<IpAddress> addresses) {
        highs = addresses.stream().mapToLong(IpAddress::high).toArray();
        lows = addresses.stream().mapToLong(IpAddress::low).toArray();
    }
}
