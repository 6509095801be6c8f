package io.towpath.nat;

import io.towpath.core.HashIndex;
import io.towpath.core.SipHash;
import org.jspecify.annotations.Nullable;

/// All sessions by their mapping and remote endpoint. The hash is keyed, so nobody can aim at a place.
final class SessionTable {
    private final SipHash hash;
    private final HashIndex<Session> sessions = new HashIndex<>();

    SessionTable(SipHash hash) {
        this.hash = hash;
    }

    int size() {
        return sessions.size();
    }

    /// The session of this remote endpoint, [Session#ANY_PORT] for one of an address.
    @Nullable
    Session find(Mapping mapping, long high, long low, int port) {
        long key = hash.hash(mapping.id, high, low, port);
        for (int at = sessions.first(key); at != HashIndex.NONE; at = sessions.next(at, key)) {
            Session each = sessions.get(at);
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
        sessions.add(hash(session), session);
        Mapping mapping = session.mapping;
        Session first = mapping.firstSession;
        session.after = first;
        if (first != null) {
            first.before = session;
        }
        mapping.firstSession = session;
    }

    void remove(Session session) {
        sessions.remove(hash(session), session);
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
    }

    private long hash(Session session) {
        return hash.hash(session.mapping.id, session.remoteHigh, session.remoteLow, session.remotePort);
    }
}
