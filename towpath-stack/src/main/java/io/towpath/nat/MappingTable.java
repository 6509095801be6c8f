package io.towpath.nat;

import io.towpath.core.SipHash;
import org.jspecify.annotations.Nullable;

/// All mappings, by their inside endpoint (with what the mapping behaviour adds of the remote one) and by their
/// outside endpoint. Hashes are keyed, so nobody can aim at a bucket; walks go from the oldest mapping to the
/// newest. Look-ups allocate nothing.
final class MappingTable {
    private static final int BUCKETS_FIRST = 16;

    private final SipHash hash;
    private @Nullable Mapping[] byInside = new Mapping[BUCKETS_FIRST];
    private @Nullable Mapping[] byOutside = new Mapping[BUCKETS_FIRST];
    private @Nullable Mapping oldest;
    private @Nullable Mapping newest;
    private int size;

    MappingTable(SipHash hash) {
        this.hash = hash;
    }

    int size() {
        return size;
    }

    @Nullable
    Mapping oldest() {
        return oldest;
    }

    @Nullable
    Mapping inside(int protocol, long high, long low, int port, Remote remote) {
        for (Mapping each = byInside[insideBucket(protocol, high, low, port, remote.high, remote.low, remote.port)];
                each != null;
                each = each.nextInside) {
            if (each.insidePort == port
                    && each.insideLow == low
                    && each.insideHigh == high
                    && each.protocol == protocol
                    && each.remotePort == remote.port
                    && each.remoteLow == remote.low
                    && each.remoteHigh == remote.high) {
                return each;
            }
        }
        return null;
    }

    @Nullable
    Mapping outside(int protocol, long high, long low, int port) {
        for (Mapping each = byOutside[outsideBucket(protocol, high, low, port)];
                each != null;
                each = each.nextOutside) {
            if (each.outsidePort == port
                    && each.outsideLow == low
                    && each.outsideHigh == high
                    && each.protocol == protocol) {
                return each;
            }
        }
        return null;
    }

    void add(Mapping mapping) {
        if (size >= byInside.length) {
            grow();
        }
        put(mapping);
        Mapping last = newest;
        mapping.older = last;
        if (last == null) {
            oldest = mapping;
        } else {
            last.newer = mapping;
        }
        newest = mapping;
        size++;
    }

    void remove(Mapping mapping) {
        removeInside(mapping);
        removeOutside(mapping);
        Mapping before = mapping.older;
        Mapping after = mapping.newer;
        if (before == null) {
            oldest = after;
        } else {
            before.newer = after;
        }
        if (after == null) {
            newest = before;
        } else {
            after.older = before;
        }
        size--;
    }

    private void removeInside(Mapping mapping) {
        int bucket = insideBucket(mapping);
        Mapping before = null;
        Mapping at = byInside[bucket];
        while (at != null && at != mapping) {
            before = at;
            at = at.nextInside;
        }
        if (before == null) {
            byInside[bucket] = mapping.nextInside;
        } else {
            before.nextInside = mapping.nextInside;
        }
    }

    private void removeOutside(Mapping mapping) {
        int bucket = outsideBucket(mapping);
        Mapping before = null;
        Mapping at = byOutside[bucket];
        while (at != null && at != mapping) {
            before = at;
            at = at.nextOutside;
        }
        if (before == null) {
            byOutside[bucket] = mapping.nextOutside;
        } else {
            before.nextOutside = mapping.nextOutside;
        }
    }

    private void put(Mapping mapping) {
        int in = insideBucket(mapping);
        mapping.nextInside = byInside[in];
        byInside[in] = mapping;
        int out = outsideBucket(mapping);
        mapping.nextOutside = byOutside[out];
        byOutside[out] = mapping;
    }

    private void grow() {
        byInside = new Mapping[byInside.length * 2];
        byOutside = new Mapping[byInside.length];
        for (Mapping each = oldest; each != null; each = each.newer) {
            put(each);
        }
    }

    private int insideBucket(Mapping m) {
        return insideBucket(
                m.protocol, m.insideHigh, m.insideLow, m.insidePort, m.remoteHigh, m.remoteLow, m.remotePort);
    }

    private int insideBucket(
            int protocol, long high, long low, int port, long remoteHigh, long remoteLow, int remotePort) {
        long ports = (long) protocol << 32 | (long) port << 16 | remotePort;
        return (int) hash.hash(ports, high, low, remoteHigh, remoteLow) & (byInside.length - 1);
    }

    private int outsideBucket(Mapping mapping) {
        return outsideBucket(mapping.protocol, mapping.outsideHigh, mapping.outsideLow, mapping.outsidePort);
    }

    private int outsideBucket(int protocol, long high, long low, int port) {
        return (int) hash.hash((long) protocol << 16 | port, high, low) & (byOutside.length - 1);
    }
}
