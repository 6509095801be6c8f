package io.towpath.nat;

import io.towpath.wire.IpAddress;
import io.towpath.wire.Prefix;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// The outside addresses of a NAT: those that its settings name, or those that its outside interfaces have now.
final class OutsideAddresses {
    /// The interface of addresses that the settings name.
    private static final int ANY = -1;

    private final Settings settings;
    private final Box box;

    /// The interfaces' lists of which the arrays below were made.
    private Object[] seen = {};

    private long[] highs = {};
    private long[] lows = {};
    private int[] interfaces = {};

    OutsideAddresses(Settings settings, Box box) {
        this.settings = settings;
        this.box = box;
        begin();
    }

    /// Begins anew with those that the settings name; those of interfaces come by [#refresh].
    void begin() {
        seen = new Object[settings.get().outside().size()];
        clear();
        for (IpAddress address : settings.get().addresses()) {
            add(address, ANY);
        }
    }

    private void clear() {
        highs = new long[0];
        lows = new long[0];
        interfaces = new int[0];
    }

    /// Looks whether the interfaces' addresses changed, and takes them if so; true then. An interface's list is
    /// another one when they changed: that is all there is to compare.
    boolean refresh() {
        if (!settings.get().addresses().isEmpty()) {
            return false;
        }
        boolean changed = false;
        for (int i = 0; i < seen.length; i++) {
            List<Prefix> now = box.addresses(settings.get().outside().get(i));
            changed |= seen[i] != now;
            seen[i] = now;
        }
        if (changed) {
            take();
        }
        return changed;
    }

    private void take() {
        clear();
        for (int index : settings.get().outside()) {
            for (Prefix prefix : box.addresses(index)) {
                if (!prefix.address().isLinkLocal()) {
                    add(prefix.address(), index);
                }
            }
        }
    }

    private void add(IpAddress address, int interfaceIndex) {
        int n = lows.length;
        highs = Arrays.copyOf(highs, n + 1);
        lows = Arrays.copyOf(lows, n + 1);
        interfaces = Arrays.copyOf(interfaces, n + 1);
        highs[n] = address.high();
        lows[n] = address.low();
        interfaces[n] = interfaceIndex;
    }

    /// Whether `high:low` is one of them.
    boolean contains(long high, long low) {
        for (int i = 0; i < lows.length; i++) {
            if (lows[i] == low && highs[i] == high) {
                return true;
            }
        }
        return false;
    }

    /// Whether `high:low` is the first of them of its IP version.
    boolean isFirst(long high, long low) {
        boolean ip4 = IpAddress.isIp4(high, low);
        for (int i = 0; i < lows.length; i++) {
            if (IpAddress.isIp4(highs[i], lows[i]) == ip4) {
                return lows[i] == low && highs[i] == high;
            }
        }
        return false;
    }

    /// Whether this host itself uses it outside: one of them, another of an outside interface, or one of the
    /// loopback interface, which belongs to the host as a whole.
    boolean isOfBox(long high, long low) {
        if (!box.isLocal(high, low)) {
            return false;
        }
        if (contains(high, low) || isAt(Nat.LOOPBACK, high, low)) {
            return true;
        }
        for (int i = 0; i < seen.length; i++) {
            if (isAt(settings.get().outside().get(i), high, low)) {
                return true;
            }
        }
        return false;
    }

    private boolean isAt(int interfaceIndex, long high, long low) {
        List<Prefix> prefixes = box.addresses(interfaceIndex);
        for (int i = 0; i < prefixes.size(); i++) {
            IpAddress address = prefixes.get(i).address();
            if (address.low() == low && address.high() == high) {
                return true;
            }
        }
        return false;
    }

    /// Those of an IP version for packets that leave by an interface: its own if it has any.
    List<IpAddress> candidates(boolean ip4, int via) {
        List<IpAddress> own = new ArrayList<>();
        List<IpAddress> all = new ArrayList<>();
        for (int i = 0; i < lows.length; i++) {
            if (IpAddress.isIp4(highs[i], lows[i]) == ip4) {
                IpAddress address = IpAddress.of(highs[i], lows[i]);
                all.add(address);
                if (interfaces[i] == via) {
                    own.add(address);
                }
            }
        }
        return own.isEmpty() ? all : own;
    }
}
