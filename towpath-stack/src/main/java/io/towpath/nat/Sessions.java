package io.towpath.nat;

import io.towpath.core.DeadlineQueue;
import io.towpath.core.Drop;
import io.towpath.core.SipHash;
import io.towpath.core.Time;
import io.towpath.nat.NatConfig.Behavior;
import io.towpath.wire.InternetChecksum;
import io.towpath.wire.IpProtocol;
import io.towpath.wire.SctpChunks;
import io.towpath.wire.SctpHeader;
import io.towpath.wire.TcpHeader;
import org.jspecify.annotations.Nullable;

/// What goes on in the mappings: finds, makes and forgets sessions, keeps mappings alive, and answers for the filter.
final class Sessions {
    private final Settings settings;
    private final Box box;
    private final SessionTable table;
    private final DeadlineQueue<Expiring> queue;

    /// Why [#sent] refused.
    Drop refusal = Drop.NAT_LIMIT;

    /// @param queue of mappings and sessions
    Sessions(Settings settings, Box box, SipHash hash, DeadlineQueue<Expiring> queue) {
        this.settings = settings;
        this.box = box;
        this.table = new SessionTable(hash);
        this.queue = queue;
    }

    int size() {
        return table.size();
    }

    /// The session of this remote endpoint, null when none is kept.
    @Nullable
    Session find(Mapping mapping, long high, long low, int port) {
        return mapping.firstSession == null ? null : table.find(mapping, high, low, port);
    }

    /// Whether a packet from outside belongs to no connection that is known.
    boolean isNews(Mapping mapping, Tuple t) {
        return tracksConnections(mapping.protocol) && find(mapping, t.sourceHigh, t.sourceLow, t.sourcePort) == null;
    }

    /// Whether the filter lets this remote endpoint send to the mapping's outside endpoint.
    boolean admits(Mapping mapping, long high, long low, int port) {
        if (mapping.forward) {
            return true;
        }
        return switch (settings.get().filtering()) {
            case ENDPOINT_INDEPENDENT -> true;
            case ADDRESS_DEPENDENT -> find(mapping, high, low, Session.ANY_PORT) != null;
            case ADDRESS_AND_PORT_DEPENDENT -> find(mapping, high, low, port) != null;
        };
    }

    /// Whether an inside host sent to this remote endpoint, as far as it is kept in mind: an error about a
    /// packet that nobody sent is made up.
    boolean sentTo(Mapping mapping, long high, long low, int port) {
        if (tracksConnections(mapping.protocol)) {
            return find(mapping, high, low, port) != null;
        }
        return admits(mapping, high, low, port);
    }

    /// Keeps in mind that an inside host sent to a remote endpoint, and what of its connection: sessions are
    /// made where something depends on them, and what is there lives on. False when a bound is reached:
    /// [#refusal].
    boolean sent(long now, Mapping mapping, Tuple t, byte[] b) {
        Behavior filtering =
                mapping.forward ? Behavior.ENDPOINT_INDEPENDENT : settings.get().filtering();
        if (tracksConnections(mapping.protocol)) {
            return sentTracked(now, mapping, t, b, filtering);
        }
        long until = Time.after(now, nanos(mapping.protocol));
        keep(mapping, until);
        if (filtering == Behavior.ENDPOINT_INDEPENDENT) {
            return true;
        }
        int port = filtering == Behavior.ADDRESS_DEPENDENT ? Session.ANY_PORT : t.destinationPort;
        Session permission = obtain(now, mapping, t.destinationHigh, t.destinationLow, port, false);
        if (permission == null) {
            return false;
        }
        permission.expiresAt = Math.max(permission.expiresAt, until);
        queue.update(permission);
        return true;
    }

    private boolean sentTracked(long now, Mapping mapping, Tuple t, byte[] b, Behavior filtering) {
        if (isDamaged(b, t)) {
            return true; // it passes, to be dropped by its receiver, and begins nothing
        }
        if (isEnd(b, t) && find(mapping, t.destinationHigh, t.destinationLow, t.destinationPort) == null) {
            // The inside host rejects what it does not know. A session for it would be one for whoever sends
            // anything from outside, and would keep the mapping alive.
            refusal = Drop.NAT_PORTS_EXHAUSTED;
            return !isOwn(mapping, t.destinationHigh, t.destinationLow, t.destinationPort);
        }
        Session session = obtain(now, mapping, t.destinationHigh, t.destinationLow, t.destinationPort, true);
        if (session == null) {
            return false;
        }
        see(now, session, true, b, t);
        if (filtering == Behavior.ADDRESS_DEPENDENT && session.permission == null) {
            Session permission = obtain(now, mapping, t.destinationHigh, t.destinationLow, Session.ANY_PORT, false);
            if (permission == null) {
                return false;
            }
            // The permission of an address lasts as long as there is a connection to it.
            permission.expiresAt = Time.NEVER;
            permission.users++;
            session.permission = permission;
        }
        return true;
    }

    private @Nullable Session obtain(long now, Mapping mapping, long high, long low, int port, boolean tracked) {
        Session found = find(mapping, high, low, port);
        if (found != null) {
            return found;
        }
        InsideHost host = mapping.host;
        if (table.size() >= settings.get().limits().sessions()
                || host.sessions >= settings.get().limits().sessionsPerHost()) {
            refusal = Drop.NAT_LIMIT;
            return null;
        }
        if (tracked && isOwn(mapping, high, low, port)) {
            refusal = Drop.NAT_PORTS_EXHAUSTED;
            return null;
        }
        Tracker tracker = !tracked ? null : mapping.protocol == IpProtocol.TCP ? new TcpTracker() : new SctpTracker();
        var made = new Session(mapping, high, low, port, tracker);
        made.expiresAt = now;
        table.add(made);
        host.sessions++;
        return made;
    }

    /// Whether a connection of this box to the same server is older than the mapping, and has its port.
    private boolean isOwn(Mapping mapping, long high, long low, int port) {
        return box.isOwn(
                mapping.protocol, mapping.outsideHigh, mapping.outsideLow, mapping.outsidePort, high, low, port);
    }

    /// Whether a packet can only end a connection: a RST, or SCTP's ABORT and SHUTDOWN COMPLETE, which are alone
    /// in the answer to a packet that belongs to no association (RFC 9260 §8.4).
    static boolean isEnd(byte[] b, Tuple t) {
        if (t.protocol == IpProtocol.TCP) {
            return (TcpHeader.flags(b, t.transportAt) & TcpHeader.RST) != 0;
        }
        int chunk = t.transportAt + SctpHeader.LENGTH;
        if (t.protocol != IpProtocol.SCTP
                || chunk >= t.end
                || !SctpChunks.check(b, chunk, t.end).ok()) {
            return false;
        }
        int type = SctpChunks.type(b, chunk);
        return type == SctpChunks.ABORT || type == SctpChunks.SHUTDOWN_COMPLETE;
    }

    /// Takes note of a packet from outside that the filter let in.
    void received(long now, Mapping mapping, Tuple t, byte[] b) {
        if (tracksConnections(mapping.protocol)) {
            Session session = find(mapping, t.sourceHigh, t.sourceLow, t.sourcePort);
            if (session != null && !isDamaged(b, t)) {
                see(now, session, false, b, t);
            }
        } else if (settings.get().refreshInbound()) {
            long until = Time.after(now, nanos(mapping.protocol));
            keep(mapping, until);
            int port = settings.get().filtering() == Behavior.ADDRESS_DEPENDENT ? Session.ANY_PORT : t.sourcePort;
            Session permission = find(mapping, t.sourceHigh, t.sourceLow, port);
            if (permission != null) {
                permission.expiresAt = Math.max(permission.expiresAt, until);
            }
        }
    }

    private void see(long now, Session session, boolean outbound, byte[] b, Tuple t) {
        Tracker tracker = session.tracker;
        if (tracker != null) {
            tracker.see(outbound, b, t.transportAt, t.end);
            session.expiresAt = Time.after(now, tracker.nanos(settings.get().timeouts()));
            queue.update(session);
        }
    }

    /// Segments that open or end a connection are believed only when they came whole: their receiver will not
    /// see them otherwise. All others are not summed up, for they change little.
    private static boolean isDamaged(byte[] b, Tuple t) {
        if (t.verified
                || t.protocol != IpProtocol.TCP
                || (TcpHeader.flags(b, t.transportAt) & (TcpHeader.SYN | TcpHeader.FIN | TcpHeader.RST)) == 0) {
            return false;
        }
        long pseudo = InternetChecksum.pseudo(
                t.sourceHigh, t.sourceLow, t.destinationHigh, t.destinationLow, IpProtocol.TCP, t.end - t.transportAt);
        return !TcpHeader.checksumOk(b, t.transportAt, t.end, pseudo);
    }

    private static void keep(Mapping mapping, long until) {
        if (!mapping.forward) {
            mapping.keepUntil = Math.max(mapping.keepUntil, until);
        }
    }

    static boolean tracksConnections(int protocol) {
        return protocol == IpProtocol.TCP || protocol == IpProtocol.SCTP;
    }

    /// How long what has no connections lives without traffic.
    long nanos(int protocol) {
        return nanos(protocol, settings.get().timeouts());
    }

    private static long nanos(int protocol, NatConfig.Timeouts timeouts) {
        return protocol == IpProtocol.UDP ? timeouts.udp() : timeouts.icmpQuery();
    }

    /// Counts the time of a mapping, and of what goes on in it, by other timeouts: from the last packet on.
    ///
    /// @param before what it was counted by
    void retime(long now, Mapping mapping, NatConfig.Timeouts before) {
        NatConfig.Timeouts after = settings.get().timeouts();
        boolean tracked = tracksConnections(mapping.protocol);
        long was = nanos(mapping.protocol, before);
        long is = nanos(mapping.protocol, after);
        for (Session each = mapping.firstSession; each != null; each = each.after) {
            Tracker tracker = each.tracker;
            if (tracker != null) {
                each.expiresAt = retimed(now, each.expiresAt, tracker.nanos(before), tracker.nanos(after));
            } else if (!tracked) {
                each.expiresAt = retimed(now, each.expiresAt, was, is);
            }
            queue.update(each);
        }
        if (!tracked && !mapping.forward) {
            mapping.keepUntil = retimed(now, mapping.keepUntil, was, is);
            queue.update(mapping);
        }
    }

    /// A time that was too long to be told begins now.
    private static long retimed(long now, long until, long was, long is) {
        return Time.after(until == Time.NEVER ? now : until - was, is);
    }

    /// Forgets a session whose time is over.
    void forget(Session session) {
        Mapping mapping = session.mapping;
        table.remove(session);
        mapping.host.sessions--;
        Session permission = session.permission;
        if (permission != null && --permission.users == 0) {
            forget(permission);
        }
    }

    /// Forgets all sessions of a mapping.
    void forgetAll(Mapping mapping) {
        for (Session each = mapping.firstSession; each != null; each = mapping.firstSession) {
            queue.remove(each);
            table.remove(each);
            mapping.host.sessions--;
        }
    }
}
