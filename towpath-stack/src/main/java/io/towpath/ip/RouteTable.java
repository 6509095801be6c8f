package io.towpath.ip;

import io.towpath.wire.IpAddress;
import io.towpath.wire.Prefix;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The routes of one host: an immutable snapshot, looked up by longest prefix, then by lowest metric, then by age.
///
/// A change makes a new table. Look-ups walk the routes from the longest prefix and allocate nothing; a host has few
/// routes, and transports look up once for each peer.
public final class RouteTable {
    /// One route.
    ///
    /// @param destination network; host bits are zero
    /// @param interfaceIndex the interface that packets leave by
    /// @param gateway the next hop, or null when the destination is on the link itself
    /// @param metric lower wins among routes to the same network
    public record Entry(
            Prefix destination,
            int interfaceIndex,
            @Nullable IpAddress gateway,
            int metric) {
        boolean precedes(Entry other) {
            int bits = destination.mappedLength();
            int otherBits = other.destination.mappedLength();
            return bits != otherBits ? bits > otherBits : metric < other.metric;
        }

        @Override
        public String toString() {
            return destination + (gateway == null ? "" : " via " + gateway) + " dev " + interfaceIndex + " metric "
                    + metric;
        }
    }

    static final RouteTable EMPTY = new RouteTable(List.of());

    private final List<Entry> list;
    private final Entry[] entries;

    private RouteTable(List<Entry> list) {
        this.list = list;
        this.entries = list.toArray(Entry[]::new);
    }

    /// All routes in the order of preference; immutable.
    public List<Entry> entries() {
        return list;
    }

    RouteTable with(Entry added) {
        var changed = new ArrayList<>(list);
        int at = 0;
        while (at < changed.size() && !added.precedes(changed.get(at))) {
            at++;
        }
        changed.add(at, added);
        return new RouteTable(List.copyOf(changed));
    }

    RouteTable without(Entry removed) {
        var changed = new ArrayList<>(list);
        changed.remove(removed);
        return new RouteTable(List.copyOf(changed));
    }

    /// The best route to an address among the interfaces that are up, or null.
    ///
    /// @param only index of the one interface allowed, or -1 for any
    @Nullable
    Entry find(long high, long low, Interfaces interfaces, int only) {
        for (Entry entry : entries) {
            if (entry.destination.contains(high, low)
                    && (only < 0 || only == entry.interfaceIndex)
                    && interfaces.get(entry.interfaceIndex).isUp()) {
                return entry;
            }
        }
        return null;
    }
}
