package io.towpath.nat;

import io.towpath.core.SipHash;
import org.jspecify.annotations.Nullable;

/// The inside addresses that have mappings, and what each takes of the tables. The hash is keyed, so nobody
/// can aim at a bucket.
final class InsideHosts {
    private static final int BUCKETS_FIRST = 16;

    private final SipHash hash;
    private @Nullable InsideHost[] buckets = new InsideHost[BUCKETS_FIRST];
    private int size;

    InsideHosts(SipHash hash) {
        this.hash = hash;
    }

    /// What is known of an inside address; made when it is not there.
    InsideHost obtain(long high, long low) {
        for (InsideHost each = buckets[bucket(high, low)]; each != null; each = each.nextInBucket) {
            if (each.low == low && each.high == high) {
                return each;
            }
        }
        if (size >= buckets.length) {
            grow();
        }
        var made = new InsideHost(high, low);
        put(made);
        size++;
        return made;
    }

    /// Forgets a host that has no mapping any more.
    void release(InsideHost host) {
        if (host.mappings > 0) {
            return;
        }
        int bucket = bucket(host.high, host.low);
        InsideHost before = null;
        InsideHost at = buckets[bucket];
        while (at != null && at != host) {
            before = at;
            at = at.nextInBucket;
        }
        if (at == null) {
            return;
        }
        if (before == null) {
            buckets[bucket] = host.nextInBucket;
        } else {
            before.nextInBucket = host.nextInBucket;
        }
        size--;
    }

    int size() {
        return size;
    }

    private void put(InsideHost host) {
        int bucket = bucket(host.high, host.low);
        host.nextInBucket = buckets[bucket];
        buckets[bucket] = host;
    }

    private void grow() {
        @Nullable InsideHost[] old = buckets;
        buckets = new InsideHost[old.length * 2];
        for (InsideHost chain : old) {
            InsideHost each = chain;
            while (each != null) {
                InsideHost next = each.nextInBucket;
                put(each);
                each = next;
            }
        }
    }

    private int bucket(long high, long low) {
        return (int) hash.hash(high, low) & (buckets.length - 1);
    }
}
