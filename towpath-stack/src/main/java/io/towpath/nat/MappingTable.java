package io.towpath.nat;

import io.towpath.core.HashIndex;
import io.towpath.core.SipHash;
import org.jspecify.annotations.Nullable;

/// All mappings, by their inside endpoint (with what the mapping behaviour adds of the remote one) and by their
/// outside endpoint. Hashes are keyed, so nobody can aim at a place; walks go from the oldest mapping to the
/// newest. Look-ups allocate nothing.
final class MappingTable {
    private final SipHash hash;
    private final HashIndex<Mapping> byInside = new HashIndex<>();
    private final HashIndex<Mapping> byOutside = new HashIndex<>();
    private @Nullable Mapping oldest;
    private @Nullable Mapping newest;

    MappingTable(SipHash hash) {
        this.hash = hash;
    }

    int size() {
        return byInside.size();
    }

    @Nullable
    Mapping oldest() {
        return oldest;
    }

    @Nullable
    Mapping inside(int protocol, long high, long low, int port, Remote remote) {
        long key = insideHash(protocol, high, low, port, remote.high, remote.low, remote.port);
        for (int at = byInside.first(key); at != HashIndex.NONE; at = byInside.next(at, key)) {
            Mapping each = byInside.get(at);
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
        long key = outsideHash(protocol, high, low, port);
        for (int at = byOutside.first(key); at != HashIndex.NONE; at = byOutside.next(at, key)) {
            Mapping each = byOutside.get(at);
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
        byInside.add(insideHash(mapping), mapping);
        byOutside.add(outsideHash(mapping), mapping);
        Mapping last = newest;
        mapping.older = last;
        if (last == null) {
            oldest = mapping;
        } else {
            last.newer = mapping;
        }
        newest = mapping;
    }

    void remove(Mapping mapping) {
        byInside.remove(insideHash(mapping), mapping);
        byOutside.remove(outsideHash(mapping), mapping);
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
    }

    private long insideHash(Mapping m) {
        return insideHash(m.protocol, m.insideHigh, m.insideLow, m.insidePort, m.remoteHigh, m.remoteLow, m.remotePort);
    }

    private long insideHash(
            int protocol, long high, long low, int port, long remoteHigh, long remoteLow, int remotePort) {
        long ports = (long) protocol << 32 | (long) port << 16 | remotePort;
        return hash.hash(ports, high, low, remoteHigh, remoteLow);
    }

    private long outsideHash(Mapping mapping) {
        return outsideHash(mapping.protocol, mapping.outsideHigh, mapping.outsideLow, mapping.outsidePort);
    }

    private long outsideHash(int protocol, long high, long low, int port) {
        return hash.hash((long) protocol << 16 | port, high, low);
    }
}
