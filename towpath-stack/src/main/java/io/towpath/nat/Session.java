package io.towpath.nat;

import org.jspecify.annotations.Nullable;

/// One remote endpoint that an inside endpoint sends to through its mapping. It is kept where something
/// depends on it: the timeouts of a connection, or who may send back.
final class Session extends Expiring {
    /// The port of a session that stands for every port of its address: an address-dependent filter asks for
    /// that.
    static final int ANY_PORT = -1;

    final Mapping mapping;
    final long remoteHigh;
    final long remoteLow;
    final int remotePort;

    /// The connection's state; null for protocols without connections.
    final @Nullable Tracker tracker;

    long expiresAt;

    /// That of the remote address, where the filter asks for it; null where not.
    @Nullable
    Session permission;

    /// How many sessions have this one for their permission.
    int users;

    @Nullable
    Session before;

    @Nullable
    Session after;

    Session(Mapping mapping, long remoteHigh, long remoteLow, int remotePort, @Nullable Tracker tracker) {
        this.mapping = mapping;
        this.remoteHigh = remoteHigh;
        this.remoteLow = remoteLow;
        this.remotePort = remotePort;
        this.tracker = tracker;
    }

    @Override
    public long deadline() {
        return expiresAt;
    }

    NatMapping.State state() {
        return tracker == null ? NatMapping.State.ACTIVE : tracker.state();
    }
}
