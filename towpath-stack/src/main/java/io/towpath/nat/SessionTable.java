package io.towpath.nat;

import io.towpath.core.SipHash;
import org.jspecify.annotations.Nullable;

/// All sessions by their mapping and remote endpoint. The hash is keyed, so nobody can aim at a bucket.
final class SessionTable {
    private static final int BUCKETS_FIRST = 16;

    private final SipHash hash;
    private @Nullable Session[] buckets = new Session[BUCKETS_FIRST];
    private int size;

    SessionTable(SipHash hash) {
        this.hash = hash;
    }

    int size() {
        return size;
    }

    /// The session of this remote endpoint, [Session#ANY_PORT] for one of an address.
    @Nullable
    Session find(Mapping mapping, long high, long low, int port) {
        for (Session each = buckets[bucket(mapping, high, low, port)]; each != null; each = each.nextInBucket) {
            if (each.mapping == mapping
                    && each.remotePort == port
                    && each.remoteLow == low
                    && each.remoteHigh == high) {
                return each;
            }
        }
        return null;
    }

    void add(Session session) {
        if (size >= buckets.length) {
            grow();
        }
        put(session);
        size++;
        Mapping mapping = session.mapping;
        Session first = mapping.firstSession;
        session.after = first;
        if (first != null) {
            first.before = session;
        }
        mapping.firstSession = session;
        mapping.sessions++;
    }

    void remove(Session session) {
        int bucket = bucket(session.mapping, session.remoteHigh, session.remoteLow, session.remotePort);
        Session before = null;
        Session at = buckets[bucket];
        while (at != null && at != session) {
            before = at;
            at = at.nextInBucket;
        }
        assert at == session : "not in the table";
        if (before == null) {
            buckets[bucket] = session.nextInBucket;
        } else {
            before.nextInBucket = session.nextInBucket;
        }
        size--;
        unlink(session);
    }

    private static void unlink(Session session) {
        Session before = session.before;
        Session after = session.after;
        if (before == null) {
            session.mapping.firstSession = after;
        } else {
            before.after = after;
        }
        if (after != null) {
            after.before = before;
        }
        session.mapping.sessions--;
    }

    private void put(Session session) {
        int bucket = bucket(session.mapping, session.remoteHigh, session.remoteLow, session.remotePort);
        session.nextInBucket = buckets[bucket];
        buckets[bucket] = session;
    }

    private void grow() {
        @Nullable Session[] old = buckets;
        buckets = new Session[old.length * 2];
        for (Session chain : old) {
            Session each = chain;
            while (each != null) {
                Session next = each.nextInBucket;
                put(each);
                each = next;
            }
        }
    }

    private int bucket(Mapping mapping, long high, long low, int port) {
        return (int) hash.hash(mapping.id, high, low, port) & (buckets.length - 1);
    }
}
