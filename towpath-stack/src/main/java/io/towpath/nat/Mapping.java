package io.towpath.nat;

import io.towpath.core.Time;
import io.towpath.wire.Endpoint;
import io.towpath.wire.IpAddress;
import org.jspecify.annotations.Nullable;

/// One inside endpoint and the outside endpoint that stands for it: for all remote endpoints, or for those
/// that the mapping behaviour names.
///
/// It lives as long as it has sessions, and at least until [#keepUntil].
final class Mapping extends Expiring {
    /// A number of its own.
    final long id;

    final int protocol;
    final long insideHigh;
    final long insideLow;
    final int insidePort;
    final long outsideHigh;
    final long outsideLow;
    final int outsidePort;

    // What of the remote endpoint the mapping depends on; the rest is 0.
    final long remoteHigh;
    final long remoteLow;
    final int remotePort;

    final InsideHost host;
    final boolean forward;

    /// Where its port is marked as taken; null when it was not chosen.
    final PortPool.@Nullable Ports ports;

    long keepUntil;

    @Nullable
    Session firstSession;

    @Nullable
    Mapping older;

    @Nullable
    Mapping newer;

    Mapping(long id, Tuple from, Remote key, Assignment to, InsideHost host, boolean forward) {
        this.id = id;
        this.protocol = from.protocol;
        this.insideHigh = from.sourceHigh;
        this.insideLow = from.sourceLow;
        this.insidePort = from.sourcePort;
        this.outsideHigh = to.high;
        this.outsideLow = to.low;
        this.outsidePort = to.port;
        this.ports = to.ports;
        this.remoteHigh = key.high;
        this.remoteLow = key.low;
        this.remotePort = key.port;
        this.host = host;
        this.forward = forward;
    }

    /// A mapping with sessions waits for the last of them to end.
    @Override
    public long deadline() {
        return firstSession == null ? keepUntil : Time.NEVER;
    }

    boolean isIdentity() {
        return insidePort == outsidePort && insideLow == outsideLow && insideHigh == outsideHigh;
    }

    Endpoint inside() {
        return new Endpoint(IpAddress.of(insideHigh, insideLow), insidePort);
    }

    Endpoint outside() {
        return new Endpoint(IpAddress.of(outsideHigh, outsideLow), outsidePort);
    }
}
