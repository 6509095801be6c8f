package io.towpath.nat;

import io.towpath.core.HashIndex;
import io.towpath.core.SipHash;

/// The inside addresses that have mappings, and what each takes of the tables. The hash is keyed, so nobody
/// can aim at a place.
final class InsideHosts {
    private final SipHash hash;
    private final HashIndex<InsideHost> hosts = new HashIndex<>();

    InsideHosts(SipHash hash) {
        this.hash = hash;
    }

    /// What is known of an inside address; made when it is not there.
    InsideHost obtain(long high, long low) {
        long key = hash.hash(high, low);
        for (int at = hosts.first(key); at != HashIndex.NONE; at = hosts.next(at, key)) {
            InsideHost each = hosts.get(at);
            if (each.low == low && each.high == high) {
                return each;
            }
        }
        var made = new InsideHost(high, low);
        hosts.add(key, made);
        return made;
    }

    /// Forgets a host that has no mapping any more.
    void release(InsideHost host) {
        if (host.mappings == 0) {
            hosts.remove(hash.hash(host.high, host.low), host);
        }
    }
}
